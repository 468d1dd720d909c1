//! `wangxun discover`: sites that could be watched, and what is decided about them.

use super::arguments::Format;
use super::config::Settings;
use super::custody::clean;
use super::evidence::viewer;
use super::exit::{Done, Exit, Trouble, incomplete, misuse};
use super::output::{Output, shorten, table};
use super::store;
use crate::model::custody::Actor;
use crate::model::register::Registers;
use crate::model::schedule::BEIJING;
use crate::seeds;
use crate::storage::store::Store;
use crate::wire::proposal::{Decision, Proposal, ProposalKind, Sighting};
use anyhow::{Context, anyhow};
use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use serde_json::json;
use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use url::Url;

/// `wangxun discover`.
#[derive(Debug, Subcommand)]
#[command(after_help = "Examples:
  wangxun discover list
  wangxun discover list --kind search-ad --format json
  wangxun discover accept shop.example.test --reason 广告落地页涉嫌集资 --into my-list.toml
  wangxun discover reject portal.example.test --reason 正规门户
  wangxun discover export > accepted.toml")]
pub enum Discover {
    /// List sites that pages of concern, search pages, app stores and tips have named, the gravest first
    List {
        /// Only of this kind
        #[arg(long, value_name = "KIND", value_parser = ["ad-landing", "search-ad", "finding", "outlink", "app", "tip"])]
        kind: Option<String>,
        /// Also those that were accepted or rejected
        #[arg(long)]
        all: bool,
        /// At most this many
        #[arg(long, value_name = "N", default_value_t = 100)]
        limit: usize,
    },
    /// Accept sites: they are not proposed again, and written as seeds with their provenance
    Accept(Deciding),
    /// Reject sites: they are not proposed again
    Reject(Deciding),
    /// Write all accepted sites as a patrol list on standard output
    Export,
}

/// A decision.
#[derive(Debug, Args)]
pub struct Deciding {
    /// The sites, as `discover list` names them
    #[arg(value_name = "SITE", required = true)]
    pub sites: Vec<String>,
    /// Why
    #[arg(long, value_name = "REASON")]
    pub reason: String,
    /// Accepted seeds are appended to this patrol list [default: standard output]
    #[arg(long, value_name = "LIST.toml")]
    pub into: Option<PathBuf>,
    /// Who decides, for the journal [default: the user's name]
    #[arg(long, value_name = "NAME")]
    pub actor: Option<String>,
}

/// Carries `discover` out.
pub fn run(asked: &Discover, settings: &Settings) -> Done {
    match asked {
        Discover::List { kind, all, limit } => list(kind.as_deref(), *all, *limit, settings),
        Discover::Accept(asked) => decide(asked, true, settings),
        Discover::Reject(asked) => decide(asked, false, settings),
        Discover::Export => export(settings),
    }
}

fn opened(settings: &Settings) -> Result<Store, Trouble> {
    let store = store::open_existing(settings)?;
    store.take_up_discoveries().map_err(incomplete)?;
    Ok(store)
}

fn list(kind: Option<&str>, all: bool, limit: usize, settings: &Settings) -> Done {
    let store = opened(settings)?;
    let registers = seeds::load_registers(settings.registers.as_deref())
        .map_err(misuse)?
        .value;
    let kind = kind.and_then(ProposalKind::parse);
    let mut rows = Vec::new();
    for proposal in store.index().proposals().map_err(incomplete)? {
        let decision = store
            .index()
            .decision(&proposal.subject)
            .map_err(incomplete)?;
        let wanted = kind.is_none_or(|k| proposal.sightings.iter().any(|s| s.kind == k));
        if wanted && (all || decision.is_none()) {
            rows.push((proposal, decision));
        }
    }
    rows.sort_by_key(|(p, _)| (rank(p), std::cmp::Reverse(p.times), p.subject.clone()));
    rows.truncate(limit);
    match settings.format {
        Format::Json => rows.iter().try_for_each(|(proposal, decision)| {
            let licensed = licensed(&registers, &proposal.subject);
            Output.json_line(&json!({
                "subject": proposal.subject, "kind": proposal.kind().map(ProposalKind::code),
                "times": proposal.times, "first": proposal.first.to_rfc3339(), "last": proposal.last.to_rfc3339(),
                "registered": licensed, "sightings": proposal.sightings, "decision": decision,
            }))
        })?,
        Format::Table => show(&rows, &registers)?,
    }
    Ok(Exit::Fine)
}

/// Gravest first.
fn rank(proposal: &Proposal) -> u8 {
    match proposal.kind() {
        Some(ProposalKind::Finding) => 0,
        Some(ProposalKind::Tip) => 1,
        Some(ProposalKind::SearchAd) => 2,
        Some(ProposalKind::AdLanding) => 3,
        Some(ProposalKind::App) => 4,
        Some(ProposalKind::Outlink) => 5,
        None => 6,
    }
}

/// The institution of the registers to which a domain belongs.
fn licensed(registers: &Registers, subject: &str) -> Option<String> {
    let hit = registers.by_domain(subject)?;
    hit.institution.map(|i| i.name.clone())
}

fn show(rows: &[(Proposal, Option<Decision>)], registers: &Registers) -> Result<(), Trouble> {
    let cells: Vec<Vec<String>> = rows
        .iter()
        .map(|(proposal, decision)| {
            let first = proposal.sightings.first();
            let state = match decision {
                None => "待定".to_owned(),
                Some(d) if d.accepted => format!("已采纳:{}", d.reason),
                Some(d) => format!("不采纳:{}", d.reason),
            };
            let licensed = licensed(registers, &proposal.subject);
            vec![
                shorten(&proposal.subject, 36),
                proposal.kind().map_or("", ProposalKind::label).to_owned(),
                proposal.times.to_string(),
                day(&proposal.first),
                shorten(first.map_or("", |s| s.text.as_str()), 30),
                shorten(first.map_or("", from), 44),
                licensed.map_or(state.clone(), |name| format!("{state}(名录:{name})")),
            ]
        })
        .collect();
    let head = ["站点", "来由", "次数", "首次", "内容", "出处", "处理"];
    Output.line(table(&head, &cells).trim_end())?;
    Output.line(format!(
        "{} 个站点;是否巡查由人决定:wangxun discover accept|reject",
        rows.len()
    ))
}

fn from(sighting: &Sighting) -> &str {
    match &sighting.receipt {
        Some(receipt) => receipt,
        None => &sighting.page,
    }
}

fn day(at: &DateTime<Utc>) -> String {
    at.with_timezone(&BEIJING).format("%Y-%m-%d").to_string()
}

fn decide(asked: &Deciding, accepted: bool, settings: &Settings) -> Done {
    let reason = clean("--reason", &asked.reason)?;
    let store = opened(settings)?;
    let actor = Actor {
        name: viewer(asked.actor.as_deref()),
        role: "officer".to_owned(),
        unit: settings.unit.clone(),
    };
    let mut proposals = Vec::new();
    for site in &asked.sites {
        let known = store.index().proposal(site).map_err(incomplete)?;
        let Some(proposal) = known else {
            return Err(misuse(anyhow!(
                "{site:?} is not proposed; `wangxun discover list --all` names the sites"
            )));
        };
        proposals.push(proposal);
    }
    if accepted && let Some(path) = &asked.into {
        // A list that cannot be read is not written to.
        super::tools::patrol_list(path)?;
    }
    let mut seeds = String::new();
    let mut decisions = Vec::new();
    for proposal in &proposals {
        let decision = store
            .decide_site(&proposal.subject, accepted, &reason, &actor)
            .map_err(incomplete)?;
        if accepted {
            seeds.push_str(&seed_of(proposal, &decision));
        }
        decisions.push(decision);
    }
    if accepted && let Some(path) = &asked.into {
        append(path, &seeds)?;
    }
    match settings.format {
        Format::Json => Output.json(&json!({"decisions": decisions, "seeds": seeds}))?,
        Format::Table if accepted && asked.into.is_none() => Output.write(&seeds)?,
        Format::Table => {
            for decision in &decisions {
                let word = if accepted { "已采纳" } else { "不采纳" };
                Output.line(format!("{} {word}:{}", decision.subject, decision.reason))?;
            }
        }
    }
    Ok(Exit::Fine)
}

fn append(path: &Path, seeds: &str) -> Result<(), Trouble> {
    let written = OpenOptions::new()
        .append(true)
        .open(path)
        .and_then(|mut file| file.write_all(seeds.as_bytes()));
    written
        .with_context(|| format!("cannot write to {}", path.display()))
        .map_err(incomplete)
}

/// A seed in the grammar of lists, with where it comes from above it. Apps have no site of their own: their store's page is
/// named in a comment.
fn seed_of(proposal: &Proposal, decision: &Decision) -> String {
    let mut out = String::from("\n");
    // Comments must not end early: no control character gets into them.
    let plain = |text: &str| -> String { text.chars().filter(|c| !c.is_control()).collect() };
    let _ = writeln!(
        out,
        "# 来由: {} 首次 {} 共 {} 次; 采纳: {} {} {}",
        proposal.kind().map_or("", ProposalKind::label),
        day(&proposal.first),
        proposal.times,
        plain(&decision.actor),
        plain(&decision.at),
        plain(&decision.reason)
    );
    for s in proposal.sightings.iter().take(3) {
        let evidence = s.evidence_id.as_deref().unwrap_or("");
        let _ = writeln!(
            out,
            "#   {} {} {evidence} {}",
            s.kind.label(),
            plain(from(s)),
            plain(&s.text)
        );
    }
    let first = proposal.sightings.first();
    // An app's address is its store's.
    let web = |s: &&Sighting| {
        let url = Url::parse(&s.url).ok();
        let url = url.filter(|_| s.kind != ProposalKind::App);
        url.is_some_and(|u| matches!(u.scheme(), "http" | "https"))
    };
    let Some(start) = proposal.sightings.iter().find(web) else {
        let page = first.map_or("", |s| s.page.as_str());
        let _ = writeln!(
            out,
            "# 应用 {} 没有自己的网址; 商店页: {}",
            plain(&proposal.subject),
            plain(page)
        );
        return out;
    };
    let name = first.map_or("", |s| s.text.as_str());
    let name = if name.trim().is_empty() {
        &proposal.subject
    } else {
        name
    };
    let name: String = plain(name).chars().take(40).collect();
    let _ = writeln!(
        out,
        "[[seed]]\nid = {}\nname = {}\nstart = {}\nsector = \"other\"",
        quoted(&id_of(&proposal.subject)),
        quoted(name.trim()),
        quoted(&front(&start.url))
    );
    out
}

/// The front page of an address's host.
fn front(url: &str) -> String {
    match Url::parse(url).and_then(|u| u.join("/")) {
        Ok(front) => front.to_string(),
        Err(_) => url.to_owned(),
    }
}

/// An id of a site's name: 1 to 64 of `a-z 0-9 -`.
fn id_of(subject: &str) -> String {
    let id: String = subject
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                '-'
            }
        })
        .take(64)
        .collect();
    let id = id.trim_matches('-');
    if id.is_empty() {
        "site".to_owned()
    } else {
        id.to_owned()
    }
}

/// A TOML string.
fn quoted(text: &str) -> String {
    let escaped: String = text
        .chars()
        .flat_map(|c| match c {
            '"' | '\\' => vec!['\\', c],
            c => vec![c],
        })
        .collect();
    format!("\"{escaped}\"")
}

fn export(settings: &Settings) -> Done {
    let store = opened(settings)?;
    let mut out = "name = \"采纳的站点\"\n".to_owned();
    let mut decisions = store.index().decisions().map_err(incomplete)?;
    decisions.retain(|d| d.accepted);
    for decision in &decisions {
        if let Some(proposal) = store
            .index()
            .proposal(&decision.subject)
            .map_err(incomplete)?
        {
            out.push_str(&seed_of(&proposal, decision));
        }
    }
    match settings.format {
        Format::Json => Output.json(&decisions)?,
        Format::Table => Output.write(&out)?,
    }
    Ok(Exit::Fine)
}
