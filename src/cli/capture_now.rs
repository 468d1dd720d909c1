//! One address captured at once, through the same corridor as a patrol: permit, robots, pace, archive, seal.

use super::audit::lone_seed;
use super::config::Settings;
use super::exit::{Trouble, incomplete, misuse};
use super::{patrol, store, tools};
use crate::fetch::is_inside;
use crate::model::officer::Officer;
use crate::model::seed::{PatrolList, RenderMode, Seed};
use crate::model::watch_plan::WatchPlan;
use crate::patrol::order::carry_out_sealing;
use crate::patrol::pipeline::PatrolSettings;
use crate::patrol::sealing::Sealing;
use crate::storage::index::ItemQuery;
use crate::storage::seal::Sealed;
use crate::storage::store::Store;
use crate::wire::custody::{ItemCustody, StoredOfficer};
use anyhow::anyhow;
use clap::Args;
use std::path::PathBuf;
use url::Url;

/// What an address is captured with.
#[derive(Debug, Args)]
pub struct CaptureArguments {
    /// The patrol list whose seed covers the address: its pace, permissions and legal basis count
    #[arg(long, value_name = "LIST", conflicts_with = "allow")]
    pub list: Option<PathBuf>,
    /// Which seed of the list [default: the first that covers the address]
    #[arg(long, value_name = "ID", requires = "list")]
    pub seed: Option<String>,
    /// Allow special addresses (loopback, private) without a list
    #[arg(long, value_name = "NETWORK")]
    pub allow: Vec<String>,
    /// Number of the case
    #[arg(long, value_name = "NO")]
    pub case: Option<String>,
}

/// Who was there.
#[derive(Debug, Args)]
pub struct PeopleArguments {
    /// An officer as name,unit,certificate; at least two (行政处罚法 42)
    #[arg(long = "officer", value_name = "NAME,UNIT,CERTIFICATE")]
    pub officers: Vec<String>,
    /// Why there are fewer than two officers
    #[arg(long, value_name = "REASON")]
    pub few_officers: Option<String>,
    /// Who witnessed it
    #[arg(long, value_name = "NAME", conflicts_with = "no_witness")]
    pub witness: Option<String>,
    /// Why nobody did
    #[arg(long, value_name = "REASON")]
    pub no_witness: Option<String>,
}

/// The officers and the witness of a capture, and its case; refused with fewer than two different officers unless the
/// reason is given.
pub fn people(
    asked: &PeopleArguments,
    case: Option<&String>,
    custody: &mut ItemCustody,
) -> Result<(), Trouble> {
    let mut officers: Vec<Officer> = Vec::new();
    for text in &asked.officers {
        let officer = Officer::parse(text).ok_or_else(|| {
            misuse(anyhow!(
                "{text:?} is no officer: write name,unit,certificate"
            ))
        })?;
        let twice = |o: &Officer| o.certificate == officer.certificate || o.name == officer.name;
        if officers.iter().any(twice) {
            return Err(misuse(anyhow!("{} is named twice", officer.name)));
        }
        officers.push(officer);
    }
    let clean = |what: &str, text: &Option<String>| {
        let text = text.as_deref();
        text.map(|t| super::custody::clean(what, t)).transpose()
    };
    let few = clean("--few-officers", &asked.few_officers)?;
    if officers.is_empty() {
        return Err(misuse(anyhow!("name the officers with --officer")));
    }
    if officers.len() < 2 && few.is_none() {
        return Err(misuse(anyhow!(
            "at least two officers must attend (行政处罚法 42); name a second --officer, or say with --few-officers why there is none"
        )));
    }
    custody.few_collectors_reason = few.filter(|_| officers.len() < 2);
    custody.collectors = officers.iter().map(StoredOfficer::from).collect();
    custody.witness = clean("--witness", &asked.witness)?;
    custody.no_witness_reason = clean("--no-witness", &asked.no_witness)?;
    custody.case_no = case
        .map(|c| super::custody::clean("--case", c))
        .transpose()?;
    Ok(())
}

/// An address to be captured.
pub fn address(text: &str) -> Result<Url, Trouble> {
    let url = Url::parse(text).map_err(|e| misuse(anyhow!("{text:?} is no address: {e}")))?;
    match url.scheme() {
        "http" | "https" => Ok(url),
        _ => Err(misuse(anyhow!("{text:?} is no http or https address"))),
    }
}

/// Captures and seals an address; `sealing` is made when the store is open. Gives the store and the sealed item.
pub fn capture_now(
    url: &Url,
    asked: &CaptureArguments,
    basis: &str,
    settings: &Settings,
    sealing: impl FnOnce(&Store) -> Result<Sealing, Trouble>,
) -> Result<(Store, Sealed), Trouble> {
    let list = PatrolList {
        name: format!("单独固定 {}", url.host_str().unwrap_or_default()),
        office: None,
        source: "command line".to_owned(),
        seeds: vec![seed(url, asked)?],
        watch: WatchPlan::default(),
    };
    let runtime = tools::runtime()?;
    let summary = runtime.block_on(async {
        let one = PatrolSettings {
            workers: 1,
            ..PatrolSettings::default()
        };
        let mut order = patrol::order(list, settings, one, true)?;
        if !order.legal_basis.iter().any(|b| b == basis) {
            order.legal_basis.push(basis.to_owned());
        }
        let sealing = sealing(&order.store)?;
        carry_out_sealing(order, sealing, patrol::interrupted())
            .await
            .map_err(incomplete)
    })?;
    patrol::stamp_run(&runtime, &summary, settings)?;
    let store = store::open_existing(settings)?;
    let query = ItemQuery {
        run: Some(summary.run.clone()),
        limit: 1,
        ..ItemQuery::default()
    };
    let Some(row) = store.index().items(&query).map_err(incomplete)?.pop() else {
        let skipped = summary
            .skipped
            .keys()
            .map(|code| patrol::reason_label(code));
        let why: Vec<&str> = skipped.collect();
        let stopped = summary.stopped.as_deref().unwrap_or("no answer");
        let why = if why.is_empty() {
            stopped.to_owned()
        } else {
            why.join("、")
        };
        return Err(incomplete(anyhow!(
            "{url} was not captured: {why}; what was tried stands in the run {}",
            summary.run
        )));
    };
    let sealed = Sealed::open(store.home(), &row.evidence_id).map_err(incomplete)?;
    Ok((store, sealed))
}

/// The seed under which one address is asked for: that of the list, for this address alone, or a seed of its own.
fn seed(url: &Url, asked: &CaptureArguments) -> Result<Seed, Trouble> {
    let mut seed = match &asked.list {
        None => {
            let mut seed = lone_seed(url, &asked.allow)?;
            // What is kept for a case is to be seen, too.
            seed.render = RenderMode::Always;
            seed
        }
        Some(path) => {
            let list = tools::patrol_list(path)?;
            let wanted = |s: &Seed| asked.seed.as_ref().is_none_or(|id| *id == s.id);
            let covers = |s: &Seed| wanted(s) && is_inside(s, url);
            list.seeds.into_iter().find(covers).ok_or_else(|| {
                misuse(anyhow!(
                    "no seed of {} covers {url}; give the right --seed, or leave --list out",
                    path.display()
                ))
            })?
        }
    };
    seed.start_urls = vec![url.clone()];
    seed.budget.pages = 1;
    seed.budget.depth = 0;
    Ok(seed)
}
