//! `wangxun cases open`.

use super::Work;
use super::arguments::Open;
use crate::cli::arguments::Format;
use crate::cli::config::Settings;
use crate::cli::custody::clean;
use crate::cli::desk_store::{self, clean_or_empty};
use crate::cli::evidence::full_id;
use crate::cli::exit::{Done, Exit, Trouble, incomplete, misuse};
use crate::cli::output::{Output, shorten, table};
use crate::cli::report::text_of;
use crate::cli::tips;
use crate::desk::figures::sites_of;
use crate::desk::open::{draft, next_number, open_case_of, site_of, unassigned};
use crate::storage::desk::CaseOpening;
use crate::storage::error::StorageError;
use crate::storage::index::ItemQuery;
use crate::storage::seal::Sealed;
use anyhow::anyhow;
use chrono::Utc;
use serde_json::json;
use std::collections::BTreeMap;

/// What belongs together: the case that it goes into, if there is one, and the items.
struct Group {
    into: Option<String>,
    items: Vec<Sealed>,
}

/// What an opening came to.
pub struct OpenedCases {
    work: Work,
    groups: Vec<Group>,
    /// The cases, in the order of the groups.
    pub touched: Vec<String>,
    dry_run: bool,
    left_out: Vec<String>,
}

/// Carries the command out.
pub fn run(asked: &Open, settings: &Settings) -> Done {
    let opened = opened(asked, settings)?;
    for why in &opened.left_out {
        tracing::warn!("left out: {why}");
    }
    told(&opened, settings)?;
    Ok(match opened.left_out.as_slice() {
        [] => Exit::Fine,
        _ => Exit::Incomplete,
    })
}

/// Opens cases, or adds to them.
pub fn opened(asked: &Open, settings: &Settings) -> Result<OpenedCases, Trouble> {
    let work = Work::open(&asked.actor, settings)?;
    let mut left_out = Vec::new();
    let groups = match asked.from_findings {
        true => from_findings(&work, asked.min_severity, &mut left_out)?,
        false => vec![given(&work, asked)?],
    };
    open(work, groups, asked, left_out, settings)
}

/// The items that were named. One that cannot be verified is refused by name.
fn given(work: &Work, asked: &Open) -> Result<Group, Trouble> {
    let free = unassigned(&work.cases);
    let mut items = Vec::new();
    for start in &asked.items {
        let id = full_id(work.opened.store.home(), start)?;
        if !free(&id) {
            return Err(misuse(anyhow!("{id} is in a case already")));
        }
        items.push(Sealed::open(work.opened.store.home(), &id).map_err(not_there)?);
    }
    if let Some(case) = &asked.into {
        work.case(case)?;
    }
    Ok(Group {
        into: asked.into.clone(),
        items,
    })
}

/// An item that is not there was named wrongly; other trouble is the store's.
fn not_there(error: StorageError) -> Trouble {
    match error {
        StorageError::NoItem { .. } | StorageError::Deleted { .. } => misuse(error),
        other => incomplete(other),
    }
}

/// All items with findings that are in no case, by site. An item that cannot be verified is left out and told.
fn from_findings(
    work: &Work,
    min_severity: u8,
    left_out: &mut Vec<String>,
) -> Result<Vec<Group>, Trouble> {
    let index = work.opened.store.index();
    let findings = index.findings(&ItemQuery::default()).map_err(incomplete)?;
    let free = unassigned(&work.cases);
    let mut by_site: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in findings {
        if row.finding.severity < min_severity || !free(&row.evidence_id) {
            continue;
        }
        let items = by_site.entry(site_of(&row.url)).or_default();
        if !items.contains(&row.evidence_id) {
            items.push(row.evidence_id);
        }
    }
    let mut groups = Vec::new();
    for (site, mut ids) in by_site {
        ids.sort();
        let mut items = Vec::new();
        for id in ids {
            match Sealed::open(work.opened.store.home(), &id) {
                Ok(sealed) => items.push(sealed),
                Err(error) => left_out.push(format!("{id}: {error}")),
            }
        }
        if !items.is_empty() {
            groups.push(Group {
                into: open_case_of(&work.cases, &site),
                items,
            });
        }
    }
    Ok(groups)
}

fn open(
    mut work: Work,
    groups: Vec<Group>,
    asked: &Open,
    left_out: Vec<String>,
    settings: &Settings,
) -> Result<OpenedCases, Trouble> {
    let units = desk_store::units(settings)?;
    let now = Utc::now();
    let by = work.actor.name.clone();
    let tip = match asked.tip.as_deref() {
        None => String::new(),
        Some(receipt) => tips::one(work.opened.desk.events(), receipt)?.receipt,
    };
    let mut openings = Vec::new();
    let mut touched: Vec<String> = Vec::new();
    let mut fresh = 0;
    for group in &groups {
        if let Some(case) = &group.into {
            openings.push(CaseOpening::added(case, &group.items, &by, now));
            touched.push(case.clone());
            continue;
        }
        let Some((first, more)) = group.items.split_first() else {
            continue;
        };
        let mut texts = Vec::new();
        for item in &group.items {
            texts.push(text_of(item)?);
        }
        let number = next_number(&work.cases, now, fresh);
        fresh += 1;
        let mut told = draft(number.clone(), &group.items, &texts, &units);
        if let Some(title) = &asked.title {
            told.title = clean("--title", title)?;
        }
        told.subject = clean_or_empty("--subject", asked.subject.as_deref())?;
        told.tip = tip.clone();
        if !told.tip.is_empty() {
            told.source = "tip".to_owned();
        }
        touched.push(number);
        openings.push(CaseOpening::new(first, more, told, &by, now));
    }
    if !asked.dry_run {
        let desk = &mut work.opened.desk;
        desk.open_cases(openings, Vec::new(), &work.actor)
            .map_err(incomplete)?;
        work.cases = crate::desk::cases::Cases::of(desk.events());
    }
    Ok(OpenedCases {
        work,
        groups,
        touched,
        dry_run: asked.dry_run,
        left_out,
    })
}

fn told(opened: &OpenedCases, settings: &Settings) -> Result<(), Trouble> {
    let OpenedCases {
        work,
        groups,
        touched,
        dry_run,
        left_out,
    } = opened;
    let sites = |group: &Group| -> Vec<String> {
        let mut all: Vec<String> = group
            .items
            .iter()
            .map(|item| site_of(&item.manifest().final_url))
            .collect();
        all.sort();
        all.dedup();
        all
    };
    let rows = groups.iter().zip(touched);
    match settings.format {
        Format::Json => {
            let list: Vec<serde_json::Value> = rows
                .map(|(group, case)| {
                    json!({
                        "case": case, "new": group.into.is_none(), "sites": sites(group),
                        "evidence": group.items.iter().map(Sealed::evidence_id).collect::<Vec<_>>(),
                    })
                })
                .collect();
            Output.json(&json!({"dry_run": dry_run, "cases": list, "left_out": left_out}))
        }
        Format::Table => {
            let cells: Vec<Vec<String>> = rows
                .map(|(group, case)| {
                    let known = work.cases.get(case);
                    vec![
                        case.clone(),
                        if group.into.is_none() {
                            "新立"
                        } else {
                            "并入"
                        }
                        .to_owned(),
                        known.map_or(String::new(), |c| c.opened.severity.to_string()),
                        group.items.len().to_string(),
                        shorten(&sites(group).join("、"), 40),
                        known.map_or(String::new(), |c| shorten(&c.opened.title, 30)),
                    ]
                })
                .collect();
            let head = ["案件", "", "级", "证据", "站点", "名称"];
            Output.line(table(&head, &cells).trim_end())?;
            let word = if *dry_run {
                "(试运行,未立案)"
            } else {
                ""
            };
            Output.line(format!(
                "{} 件{word};{} 项证据未能核验,未收入",
                cells.len(),
                left_out.len()
            ))
        }
    }
}

/// A case's sites in one cell.
pub(super) fn sites_cell(case: &crate::desk::cases::Case) -> String {
    let sites: Vec<String> = sites_of(case).into_iter().collect();
    shorten(&sites.join("、"), 36)
}
