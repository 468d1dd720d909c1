//! `wangxun desk recheck`: what was acted upon is seen again; what the patrol saw is judged and proposed.

use super::arguments::Format;
use super::config::Settings;
use super::desk_store::{actor, open_existing};
use super::exit::{Done, Exit, Trouble, incomplete, misuse};
use super::output::{Output, shorten, table};
use super::tools::today;
use crate::desk::officers::Officers;
use crate::desk::recheck::{Look, Recheck, SeenAgain, judge, proposal_label, rechecks};
use crate::desk::referral::{Listed, Lists};
use crate::fetch::resolver;
use crate::model::takedown::status::EntryState;
use crate::model::takedown::target::TargetKind;
use crate::storage::desk::event_once;
use crate::storage::seal::Sealed;
use crate::storage::work_orders::{RecheckDraft, outcome};
use crate::wire::desk::recheck::RecheckFact;
use crate::wire::desk::{DeskEvent, DeskFact};
use anyhow::anyhow;
use chrono::{DateTime, Utc};
use clap::Args;
use serde_json::json;
use std::net::SocketAddr;
use std::time::Duration;

/// `wangxun desk recheck`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  wangxun desk recheck --order --actor 张某                 orders for all active entries with an address
  wangxun patrol watch list.toml --once                     the patrol carries them out
  wangxun desk recheck --actor 张某                         judge what it saw: 改了, 没改, 换域名, 已关闭, 易主
  wangxun desk recheck --probe 192.0.2.53:53 --actor 张某   does that resolver answer NXDOMAIN?

What follows is a proposal (withdraw, escalate, wait): an officer decides with `takedown withdraw` or `cases move`.
Before and after are named by the ids of their sealed items.")]
pub struct DeskRecheck {
    /// Write work orders for active entries
    #[arg(long)]
    pub order: bool,
    /// Only these entries (their first characters are enough; repeatable)
    #[arg(long = "entry", value_name = "ENTRY")]
    pub entries: Vec<String>,
    /// From when on they are to be seen [default: now]
    #[arg(long, value_name = "YYYY-MM-DD", requires = "order")]
    pub at: Option<chrono::NaiveDate>,
    /// Ask this resolver for the names of active entries
    #[arg(long, value_name = "IP:PORT", conflicts_with = "order")]
    pub probe: Option<SocketAddr>,
    /// Who does it
    #[arg(long, value_name = "NAME")]
    pub actor: String,
    /// Only tell; nothing is ordered or kept
    #[arg(long)]
    pub dry_run: bool,
}

/// Carries the command out.
pub fn run(asked: &DeskRecheck, settings: &Settings) -> Done {
    let told = rechecked(asked, settings)?;
    tell(&told.facts, asked.dry_run, &told.lists, settings)
}

/// What was ordered, judged or asked.
pub struct Rechecked {
    /// The facts, as they were kept.
    pub facts: Vec<RecheckFact>,
    lists: Lists,
}

/// Orders, judges or asks, as wanted.
pub fn rechecked(asked: &DeskRecheck, settings: &Settings) -> Result<Rechecked, Trouble> {
    let actor = actor(&asked.actor, settings)?;
    let mut opened = open_existing(settings)?;
    Officers::of(opened.desk.events())
        .acting(&actor.name, today())
        .map_err(|why| misuse(anyhow!("{why}")))?;
    let lists = Lists::of(opened.desk.events());
    let wanted = |id: &str| {
        asked.entries.is_empty() || asked.entries.iter().any(|e| id.starts_with(e.as_str()))
    };
    let active: Vec<(&String, &Listed)> = lists
        .action
        .iter()
        .filter(|(id, l)| l.status.state == EntryState::Active && wanted(id))
        .collect();
    let now = Utc::now();
    let facts = match (asked.order, asked.probe) {
        (true, _) => {
            let at = match asked.at {
                None => now,
                Some(day) => {
                    (day.and_time(chrono::NaiveTime::MIN) - chrono::TimeDelta::hours(8)).and_utc()
                }
            };
            // An order that is still open is not given again.
            let open = rechecks(opened.desk.events());
            let waiting = |id: &str| open.values().any(|r| r.entry == id && r.seen.is_none());
            let fresh: Vec<(&String, &Listed)> = active
                .iter()
                .copied()
                .filter(|(id, _)| !waiting(id))
                .collect();
            order(&fresh, at, asked.dry_run, &opened.store, &actor)?
        }
        (false, Some(resolver)) => probe(&active, resolver, now)?,
        (false, None) => {
            let open = rechecks(opened.desk.events());
            judged(&open, &wanted, &opened.store)?
        }
    };
    let told: Vec<RecheckFact> = facts.iter().map(|(_, f)| f.clone()).collect();
    if !asked.dry_run {
        let events: Vec<DeskEvent> = facts
            .into_iter()
            .map(|(key, fact)| event_once(&key, now, &actor.name, DeskFact::Recheck(fact)))
            .collect();
        opened.desk.append(events, &actor).map_err(incomplete)?;
    }
    Ok(Rechecked { facts: told, lists })
}

type Keyed = (String, RecheckFact);

/// The address under which a target is seen.
fn address(listed: &Listed) -> Option<String> {
    let value = listed.target.value();
    match listed.target.kind() {
        TargetKind::Domain | TargetKind::Subdomain => Some(format!("http://{value}/")),
        TargetKind::Url => Some(value.to_owned()),
        _ => None,
    }
}

fn order(
    active: &[(&String, &Listed)],
    at: DateTime<Utc>,
    dry: bool,
    store: &crate::storage::store::Store,
    actor: &crate::model::custody::Actor,
) -> Result<Vec<Keyed>, Trouble> {
    let mut facts = Vec::new();
    for (id, listed) in active {
        // The page that was sealed is the one to see again, where it lies beneath the target.
        let sealed = Sealed::open(store.home(), &listed.what.evidence).ok();
        let seen = sealed
            .map(|s| s.manifest().requested_url.clone())
            .filter(|url| {
                let host = url::Url::parse(url)
                    .ok()
                    .and_then(|u| u.host_str().map(str::to_owned));
                host.is_some_and(|h| {
                    listed
                        .target
                        .covers(crate::model::takedown::action::Scope::Subtree, &h)
                })
            });
        let Some(url) = seen.or_else(|| address(listed)) else {
            continue;
        };
        let draft = RecheckDraft {
            url: url.clone(),
            seed: None,
            at,
            case_no: Some(listed.what.case.clone()),
            reason: format!("处置后复查 {id}"),
        };
        let order = match dry {
            true => String::new(),
            false => {
                store
                    .order_recheck(draft, actor, Utc::now())
                    .map_err(incomplete)?
                    .id
            }
        };
        let fact = RecheckFact::Ordered {
            entry: (*id).clone(),
            order: order.clone(),
            url,
            at,
            before: listed.what.evidence.clone(),
        };
        facts.push((format!("recheck-ordered {order}"), fact));
    }
    Ok(facts)
}

fn look(store: &crate::storage::store::Store, id: &str) -> Option<Look> {
    let sealed = Sealed::open(store.home(), id).ok()?;
    let manifest = sealed.manifest();
    let who = &manifest.who;
    Some(Look {
        url: manifest.final_url.clone(),
        operator: who.operator_code.clone().or(who.operator.clone()),
    })
}

fn judged(
    open: &std::collections::BTreeMap<String, Recheck>,
    wanted: &dyn Fn(&str) -> bool,
    store: &crate::storage::store::Store,
) -> Result<Vec<Keyed>, Trouble> {
    let mut facts = Vec::new();
    for (order, recheck) in open {
        if recheck.seen.is_some() || !wanted(&recheck.entry) {
            continue;
        }
        let Some(done) = outcome(store.home().root(), order).map_err(incomplete)? else {
            continue;
        };
        let before = look(store, &recheck.before);
        let after = done.evidence_id.as_deref().and_then(|id| look(store, id));
        let said = judge(&done, before.as_ref(), after.as_ref());
        let fact = RecheckFact::Seen {
            entry: recheck.entry.clone(),
            order: order.clone(),
            at: done.at,
            result: said.seen.code().to_owned(),
            why: said.why,
            status: done.status,
            before: recheck.before.clone(),
            after: done.evidence_id.clone().unwrap_or_default(),
            proposal: said.proposal.to_owned(),
        };
        facts.push((format!("recheck-seen {order}"), fact));
    }
    Ok(facts)
}

fn probe(
    active: &[(&String, &Listed)],
    at_resolver: SocketAddr,
    now: DateTime<Utc>,
) -> Result<Vec<Keyed>, Trouble> {
    let mut facts = Vec::new();
    for (id, listed) in active {
        let is_name = matches!(
            listed.target.kind(),
            TargetKind::Domain | TargetKind::Subdomain
        );
        if !is_name {
            continue;
        }
        let name = listed.target.value().to_owned();
        let answer =
            resolver::ask(at_resolver, &name, Duration::from_secs(2)).map_err(incomplete)?;
        let fact = RecheckFact::Probed {
            entry: (*id).clone(),
            resolver: at_resolver.to_string(),
            at: now,
            answer: answer.word(),
            works: answer == resolver::ResolverAnswer::Code(3),
            name,
        };
        let moment = crate::wire::moment::text(&now);
        facts.push((format!("probe {id} {at_resolver} {moment}"), fact));
    }
    Ok(facts)
}

fn tell(facts: &[RecheckFact], dry: bool, lists: &Lists, settings: &Settings) -> Done {
    if settings.format == Format::Json {
        Output.json(&json!({"rechecks": facts, "dry_run": dry}))?;
        return Ok(Exit::Fine);
    }
    let shown = |entry: &str| {
        let listed = lists.get(entry);
        shorten(listed.map_or("", |l| l.target.shown()), 40)
    };
    let rows: Vec<Vec<String>> = facts
        .iter()
        .map(|fact| match fact {
            RecheckFact::Remarked { about, text } => {
                vec![about.clone(), String::new(), text.clone()]
            }
            RecheckFact::Ordered {
                entry, order, url, ..
            } => {
                vec![
                    entry.clone(),
                    shown(entry),
                    format!("复查单 {order} {}", shorten(url, 60)),
                ]
            }
            RecheckFact::Seen {
                entry,
                result,
                why,
                proposal,
                before,
                after,
                ..
            } => vec![
                entry.clone(),
                shown(entry),
                format!(
                    "{}：{why}；{}；前 {before} 后 {}",
                    SeenAgain::parse(result).map_or(result.as_str(), |known| known.label()),
                    proposal_label(proposal),
                    if after.is_empty() {
                        "（未固定）"
                    } else {
                        after
                    }
                ),
            ],
            RecheckFact::Probed {
                entry,
                name,
                answer,
                works,
                resolver,
                ..
            } => vec![
                entry.clone(),
                shown(entry),
                format!(
                    "{name} @{resolver} {answer}：{}",
                    if *works {
                        "处置有效"
                    } else {
                        "处置无效"
                    }
                ),
            ],
        })
        .collect();
    Output.line(table(&["条目", "对象", "情况"], &rows).trim_end())?;
    if facts.is_empty() {
        Output.line("没有需要办理的复查")?;
    }
    Ok(Exit::Fine)
}
