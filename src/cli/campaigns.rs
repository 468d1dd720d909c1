//! `wangxun campaigns`: campaigns (专项排查清理) with seeds, dates, and what each unit found, had removed and left.

use super::arguments::Format;
use super::config::Settings;
use super::custody::clean;
use super::desk_store::{self, Acting, clean_or_empty, read, refused};
use super::exit::{Done, Exit, Trouble, misuse};
use super::output::{Output, table};
use super::store;
use crate::desk::campaigns::{self, Campaign, UnitCount, campaigns};
use crate::desk::cases::Cases;
use crate::model::region::Units;
use crate::model::seed::PatrolList;
use crate::seeds;
use crate::wire::desk::DeskFact;
use crate::wire::desk::campaign::CampaignFact;
use anyhow::anyhow;
use chrono::NaiveDate;
use clap::{Args, Subcommand};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// `wangxun campaigns`.
#[derive(Debug, Subcommand)]
#[command(after_help = "Examples:
  wangxun campaigns begin winter-2026 --name 冬季广告清理 --from 2026-12-01 --until 2026-12-31 --list list.toml --actor 赵某
  wangxun campaigns begin p2p-2026 --name 网贷清理 --from 2026-12-01 --until 2026-12-31 --list list.toml --seed a --seed b \\
      --unit 刘龙台镇 --unit 210727102 --document 某处非办〔2026〕9号 --actor 赵某
  wangxun campaigns seeds p2p-2026 --list list.toml > p2p.toml && wangxun patrol p2p.toml
  wangxun campaigns count p2p-2026 --unit 刘龙台镇 --found 5 --removed 3 --actor 李某
  wangxun campaigns show p2p-2026
  wangxun campaigns end p2p-2026 --result 清理完毕 --actor 赵某

Counts are of the whole campaign so far; the last ones of a unit hold. Beside them stands what the desk itself saw: cases opened
on the campaign's days, and those that a recheck saw closed or mended. The phase reports show campaigns.")]
pub enum CampaignsCommand {
    /// Begin a campaign
    Begin(Begin),
    /// Enter what a unit found and had removed so far
    Count(Count),
    /// End a campaign; every unit that takes part has counted
    End {
        /// The campaign
        #[arg(value_name = "CAMPAIGN")]
        campaign: String,
        /// What came of it
        #[arg(long, value_name = "TEXT")]
        result: String,
        /// Who ends it
        #[arg(long, value_name = "NAME")]
        actor: String,
    },
    /// List campaigns
    List,
    /// Show one by units: found, removed, left
    Show {
        /// The campaign
        #[arg(value_name = "CAMPAIGN")]
        campaign: String,
    },
    /// Write the campaign's seeds out of a patrol list, to be patrolled
    Seeds {
        /// The campaign
        #[arg(value_name = "CAMPAIGN")]
        campaign: String,
        /// The patrol list
        #[arg(long, value_name = "LIST")]
        list: PathBuf,
    },
}

/// `wangxun campaigns begin`.
#[derive(Debug, Args)]
pub struct Begin {
    /// Its id: lower-case letters, digits and hyphens
    #[arg(value_name = "CAMPAIGN")]
    campaign: String,
    /// Its name
    #[arg(long, value_name = "TEXT")]
    name: String,
    /// First day
    #[arg(long, value_name = "YYYY-MM-DD")]
    from: NaiveDate,
    /// Last day
    #[arg(long, value_name = "YYYY-MM-DD")]
    until: NaiveDate,
    /// The patrol list in which the seeds stand
    #[arg(long, value_name = "LIST")]
    list: Option<PathBuf>,
    /// Only this seed of the list (repeatable) [default: all]
    #[arg(long = "seed", value_name = "ID", requires = "list")]
    seeds: Vec<String>,
    /// A unit that takes part, by name or code (repeatable) [default: all]
    #[arg(long = "unit", value_name = "UNIT")]
    units: Vec<String>,
    /// Number of the document
    #[arg(long, value_name = "NUMBER")]
    document: Option<String>,
    /// Who begins it
    #[arg(long, value_name = "NAME")]
    actor: String,
}

/// `wangxun campaigns count`.
#[derive(Debug, Args)]
pub struct Count {
    /// The campaign
    #[arg(value_name = "CAMPAIGN")]
    campaign: String,
    /// The unit, by name or code
    #[arg(long, value_name = "UNIT")]
    unit: String,
    /// Found so far
    #[arg(long, value_name = "N")]
    found: u64,
    /// Of those, removed so far
    #[arg(long, value_name = "N")]
    removed: u64,
    /// Remark
    #[arg(long, value_name = "TEXT")]
    comment: Option<String>,
    /// Who enters it
    #[arg(long, value_name = "NAME")]
    actor: String,
}

/// Carries the command out.
pub fn run(asked: &CampaignsCommand, settings: &Settings) -> Done {
    match asked {
        CampaignsCommand::Begin(asked) => begin(asked, settings),
        CampaignsCommand::Count(asked) => count(asked, settings),
        CampaignsCommand::End {
            campaign,
            result,
            actor,
        } => {
            let result = clean("--result", result)?;
            let acting = Acting::open(actor, settings)?;
            let fact = campaigns::end(&one(&campaigns(acting.events()), campaign)?, &result);
            keep(acting, fact.map_err(refused)?, campaign, settings)
        }
        CampaignsCommand::List => list(settings),
        CampaignsCommand::Show { campaign } => {
            let events = read(settings)?;
            show(
                &one(&campaigns(&events), campaign)?,
                &Cases::of(&events),
                settings,
            )
        }
        CampaignsCommand::Seeds { campaign, list } => {
            let campaign = one(&campaigns(&read(settings)?), campaign)?;
            let mut list = load(list)?;
            list.seeds
                .retain(|s| campaign.seeds.is_empty() || campaign.seeds.contains(&s.id));
            list.name = campaign.name;
            Output.write(&seeds::to_toml(&list))?;
            Ok(Exit::Fine)
        }
    }
}

fn load(list: &Path) -> Result<PatrolList, Trouble> {
    let loaded = seeds::load_patrol_list(list).map_err(misuse)?;
    for fault in &loaded.faults {
        tracing::warn!("{fault}");
    }
    Ok(loaded.value)
}

fn one(all: &[Campaign], id: &str) -> Result<Campaign, Trouble> {
    let found = all.iter().find(|c| c.id == id);
    found.cloned().ok_or_else(|| {
        misuse(anyhow!(
            "there is no campaign {id:?}; `wangxun campaigns list` shows them"
        ))
    })
}

fn begin(asked: &Begin, settings: &Settings) -> Done {
    let id = asked.campaign.as_str();
    let good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if id.is_empty() || id.len() > 64 || !id.bytes().all(good) {
        return Err(misuse(anyhow!(
            "{id:?} is no id: 1 to 64 lower-case letters, digits and hyphens"
        )));
    }
    if asked.from > asked.until {
        return Err(misuse(anyhow!(
            "--from {} is later than --until {}",
            asked.from,
            asked.until
        )));
    }
    let seeds = match &asked.list {
        None => Vec::new(),
        Some(list) => chosen(&load(list)?, &asked.seeds)?,
    };
    let units = desk_store::units(settings)?;
    let codes: BTreeSet<String> = asked
        .units
        .iter()
        .map(|unit| code(&units, unit))
        .collect::<Result<_, _>>()?;
    let fact = CampaignFact::Begun {
        campaign: id.to_owned(),
        name: clean("--name", &asked.name)?,
        from: asked.from,
        until: asked.until,
        seeds,
        units: codes.into_iter().collect(),
        document: clean_or_empty("--document", asked.document.as_deref())?,
    };
    let acting = Acting::open(&asked.actor, settings)?;
    if campaigns(acting.events()).iter().any(|c| c.id == id) {
        return Err(misuse(anyhow!(
            "there is a campaign {id} already: give this one another id"
        )));
    }
    keep(acting, fact, id, settings)
}

/// The ids of the seeds that are meant, each of which stands in the list.
fn chosen(list: &PatrolList, wanted: &[String]) -> Result<Vec<String>, Trouble> {
    let known: BTreeSet<&str> = list.seeds.iter().map(|s| s.id.as_str()).collect();
    if let Some(missing) = wanted.iter().find(|id| !known.contains(id.as_str())) {
        let all: Vec<&str> = known.into_iter().collect();
        return Err(misuse(anyhow!(
            "{missing:?} is no seed of {}; there are {}",
            list.source,
            all.join(", ")
        )));
    }
    Ok(match wanted.is_empty() {
        true => known.into_iter().map(str::to_owned).collect(),
        false => wanted.to_vec(),
    })
}

fn code(units: &Units, unit: &str) -> Result<String, Trouble> {
    let known = units.by_code(unit).or_else(|| units.by_name(unit));
    known.map(|u| u.code.clone()).ok_or_else(|| {
        misuse(anyhow!(
            "{unit:?} is no unit that seeds/units.toml knows, by name or code"
        ))
    })
}

fn count(asked: &Count, settings: &Settings) -> Done {
    let units = desk_store::units(settings)?;
    let unit = code(&units, &asked.unit)?;
    let count = UnitCount {
        found: asked.found,
        removed: asked.removed,
        comment: clean_or_empty("--comment", asked.comment.as_deref())?,
    };
    let acting = Acting::open(&asked.actor, settings)?;
    let campaign = one(&campaigns(acting.events()), &asked.campaign)?;
    let fact = campaigns::count(&campaign, &unit, count).map_err(refused)?;
    keep(acting, fact, &asked.campaign, settings)
}

fn keep(mut acting: Acting, fact: CampaignFact, id: &str, settings: &Settings) -> Done {
    acting.keep(vec![DeskFact::Campaign(fact)])?;
    let campaign = one(&campaigns(acting.events()), id)?;
    let cases = Cases::of(acting.events());
    drop(acting);
    show(&campaign, &cases, settings)
}

fn list(settings: &Settings) -> Done {
    let all = campaigns(&read(settings)?);
    if settings.format == Format::Json {
        for c in &all {
            Output.json_line(&json!({
                "campaign": c.id, "name": c.name, "from": c.days.0.to_string(), "until": c.days.1.to_string(),
                "seeds": c.seeds.len(), "units": c.units.len(), "result": c.result,
            }))?;
        }
        return Ok(Exit::Fine);
    }
    let rows: Vec<Vec<String>> = all
        .iter()
        .map(|c| {
            let sum = |of: fn(&UnitCount) -> u64| c.counts.values().map(of).sum::<u64>();
            vec![
                c.id.clone(),
                c.name.clone(),
                format!("{} 至 {}", c.days.0, c.days.1),
                sum(|u| u.found).to_string(),
                sum(|u| u.removed).to_string(),
                c.result.clone().unwrap_or_else(|| "进行中".to_owned()),
            ]
        })
        .collect();
    let head = ["编号", "名称", "期间", "上报发现", "上报清理", "结果"];
    Output.line(table(&head, &rows).trim_end())?;
    Ok(Exit::Fine)
}

/// By units: what they report, and what the desk itself saw.
fn show(campaign: &Campaign, cases: &Cases, settings: &Settings) -> Done {
    let store = store::open_existing(settings)?;
    let seed_of = |id: &str| store.index().get(id).ok().flatten().map(|row| row.seed);
    let seen = campaigns::seen(campaign, cases, &seed_of);
    let names = desk_store::units(settings)?;
    let units: BTreeSet<&String> = campaign
        .units
        .iter()
        .chain(campaign.counts.keys())
        .chain(seen.keys())
        .collect();
    if settings.format == Format::Json {
        let count = |of: &BTreeMap<String, UnitCount>, unit: &String| {
            let count = of.get(unit);
            count.map(|c| json!({"found": c.found, "removed": c.removed, "left": c.left(), "comment": c.comment}))
        };
        let rows: Vec<_> = units
            .iter()
            .map(|u| json!({"unit": u, "reported": count(&campaign.counts, u), "seen": count(&seen, u)}))
            .collect();
        Output.json(&json!({
            "campaign": campaign.id, "name": campaign.name, "from": campaign.days.0.to_string(),
            "until": campaign.days.1.to_string(), "seeds": campaign.seeds, "document": campaign.document,
            "result": campaign.result, "units": rows,
        }))?;
        return Ok(Exit::Fine);
    }
    Output.line(format!(
        "{} {}  {} 至 {}  {}  巡查目标 {}",
        campaign.id,
        campaign.name,
        campaign.days.0,
        campaign.days.1,
        campaign.result.as_deref().unwrap_or("进行中"),
        match campaign.seeds.len() {
            0 => "全部".to_owned(),
            n => n.to_string(),
        }
    ))?;
    let rows: Vec<Vec<String>> = units
        .into_iter()
        .map(|unit| {
            let name = names
                .by_code(unit)
                .map_or(unit.as_str(), |u| u.name.as_str());
            let mut row = vec![
                if name.is_empty() {
                    "县级统筹"
                } else {
                    name
                }
                .to_owned(),
            ];
            row.extend(figures(campaign.counts.get(unit)));
            row.extend(figures(seen.get(unit)));
            row
        })
        .collect();
    let head = [
        "单位",
        "上报发现",
        "上报清理",
        "上报剩余",
        "系统发现",
        "系统清理",
        "系统剩余",
    ];
    Output.line(table(&head, &rows).trim_end())?;
    Ok(Exit::Fine)
}

/// Found, removed, left; nothing where a unit did not count.
fn figures(count: Option<&UnitCount>) -> [String; 3] {
    count.map_or([const { String::new() }; 3], |c| {
        [c.found, c.removed, c.left()].map(|n| n.to_string())
    })
}
