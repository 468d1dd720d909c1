//! Gathers what reports are made of: events of the desk, runs of the patrol, sealed items, names and tables.

use super::super::config::Settings;
use super::super::desk_store;
use super::super::exit::{Trouble, incomplete, misuse};
use super::arguments::ReportArguments;
use super::{events, runs};
use crate::desk::opinion::{Handling, WarningId};
use crate::desk::reports::facts::{AlertRow, Facts, ItemRow, Names, RuleName};
use crate::desk::reports::gather::gather;
use crate::lexicons::rulebook;
use crate::model::alert::{AlertClass, AlertLevel};
use crate::model::desk_report::form::ReportForm;
use crate::model::desk_report::period::Period;
use crate::model::region::{UnitLevel, Units};
use crate::storage::digest::digests;
use crate::storage::index::ItemQuery;
use crate::storage::store::Store;
use crate::wire::alert::StoredSpot;
use anyhow::{Context, anyhow};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// Everything that a report reads.
pub(super) fn facts(
    store: &Store,
    asked: &ReportArguments,
    period: Period,
    settings: &Settings,
) -> Result<Facts, Trouble> {
    let units = desk_store::units(settings)?;
    let (mut facts, handled) = gather(&events(settings)?, &units, period.end());
    facts.names = names(settings, &units, period)?;
    facts.playbook = desk_store::playbook(settings)?;
    if let Some(unit) = &asked.unit {
        only_unit(&mut facts, unit)?;
    }
    let home = store.home();
    facts.runs = runs::runs(home, period.end())?;
    let skipped = runs::skipped(home, &mut facts.runs, period);
    let captured = runs::captures(home, &facts.runs, period)?;
    if let Some(list) = &asked.list {
        let run = only_run(asked, &facts);
        facts.sites = runs::sites(list, &facts.runs, &captured, &skipped, run.as_deref())?;
    }
    facts.reached = captured.domains;
    facts.alerts = alerts(store, &handled, period)?;
    add_items(store, &mut facts, asked.form.0 == ReportForm::Transfer)?;
    Ok(facts)
}

/// A sheet of one run tells of that run alone.
fn only_run(asked: &ReportArguments, facts: &Facts) -> Option<String> {
    if asked.form.0 != ReportForm::RunSheet {
        return None;
    }
    asked
        .run
        .clone()
        .or_else(|| facts.runs.last().map(|r| r.id.clone()))
}

fn names(settings: &Settings, units: &Units, period: Period) -> Result<Names, Trouble> {
    let routing = desk_store::routing(settings)?;
    let lexicon = rulebook::load(settings.lexicons.as_deref())
        .context("the lexicons cannot be used; `wangxun lexicon check` tells where")
        .map_err(misuse)?;
    let townships = units
        .all()
        .iter()
        .filter(|u| u.level() == UnitLevel::Township && u.code.starts_with(&routing.county));
    let day = period.to();
    let rules = lexicon.rules.iter().filter_map(|rule| {
        let basis = rule.basis_on(day).or_else(|| rule.newest())?;
        let name = RuleName {
            title: rule.title.clone(),
            basis: basis.text.clone(),
            grade: basis.grade,
        };
        Some((rule.id.clone(), name))
    });
    Ok(Names {
        county: routing.county.clone(),
        townships: townships
            .map(|u| (u.code.clone(), u.name.clone()))
            .collect(),
        sectors: routing
            .sectors
            .iter()
            .map(|s| (s.word.clone(), s.names.clone()))
            .collect(),
        departments: lexicon
            .departments
            .iter()
            .map(|d| (d.id.clone(), d.now.clone()))
            .collect(),
        rules: rules.collect(),
    })
}

/// Keeps what is registered in one township.
fn only_unit(facts: &mut Facts, unit: &str) -> Result<(), Trouble> {
    let known = facts
        .names
        .townships
        .iter()
        .find(|(code, name)| code == unit || name == unit);
    let (code, name) = known.cloned().ok_or_else(|| {
        let all: Vec<String> = facts
            .names
            .townships
            .iter()
            .map(|(c, n)| format!("{c} {n}"))
            .collect();
        misuse(anyhow!(
            "{unit} is no township of the county; there are {}",
            all.join(", ")
        ))
    })?;
    let here: BTreeSet<String> = facts
        .cases
        .cases
        .values()
        .filter(|c| facts.township(&c.region) == name)
        .map(|c| c.number().to_owned())
        .collect();
    facts.cases.cases.retain(|number, _| here.contains(number));
    facts.subjects.retain(|_, s| s.region.starts_with(&code));
    facts
        .registrations
        .retain(|r| r.region.starts_with(&code) || r.region == name);
    facts
        .tips
        .retain(|t| here.contains(&t.case) || t.unit == code || t.unit == name);
    facts.names.townships.retain(|(c, _)| *c == code);
    Ok(())
}

fn alerts(
    store: &Store,
    handled: &BTreeMap<WarningId, Vec<Handling>>,
    period: Period,
) -> Result<Vec<AlertRow>, Trouble> {
    let query = ItemQuery {
        until: Some(period.end()),
        ..ItemQuery::default()
    };
    let rows = store.index().alerts(&query).map_err(incomplete)?;
    let words =
        |spots: &[StoredSpot]| -> Vec<String> { spots.iter().map(|s| s.quote.clone()).collect() };
    let mut all: Vec<AlertRow> = rows
        .into_iter()
        .filter_map(|row| {
            let mut classes = AlertClass::ALL.into_iter();
            let class = classes.find(|c| c.code() == row.alert.class);
            let when = [words(&row.alert.times), words(&row.alert.places)].concat();
            Some(AlertRow {
                number: row.number,
                level: match row.alert.is_urgent() {
                    true => AlertLevel::Urgent,
                    false => AlertLevel::Normal,
                },
                class: class.map_or_else(|| row.alert.class.clone(), |c| c.label().to_owned()),
                quote: row.alert.quote.clone(),
                when_where: when.join("、"),
                platform: row.platform,
                url: row.url,
                captured: time(&row.captured)?,
                handled: handled
                    .get(&(row.evidence_id.clone(), row.number))
                    .cloned()
                    .unwrap_or_default(),
                item: row.evidence_id,
            })
        })
        .collect();
    all.sort_by(|a, b| (b.captured, &a.item, a.number).cmp(&(a.captured, &b.item, b.number)));
    Ok(all)
}

fn time(text: &str) -> Option<DateTime<Utc>> {
    Some(DateTime::parse_from_rfc3339(text).ok()?.to_utc())
}

/// The sealed items of all cases; with their SM3 read anew from the bytes where `whole`.
fn add_items(store: &Store, facts: &mut Facts, whole: bool) -> Result<(), Trouble> {
    let ids: BTreeSet<String> = facts
        .all_cases()
        .flat_map(|c| c.evidence.iter().map(|(e, _)| e.id.clone()))
        .collect();
    for id in ids {
        let Some(row) = store.index().get(&id).map_err(incomplete)? else {
            tracing::warn!("{id} is not in the index; `wangxun evidence rebuild` makes it again");
            continue;
        };
        let findings = store.index().findings_of(&id).map_err(incomplete)?;
        let who = &row.who;
        let payee = who.payee.as_ref().and_then(|p| p.name.clone());
        let names = [
            who.brand.clone(),
            who.operator.clone(),
            who.institution.clone(),
            payee,
        ];
        let sm3 = match whole {
            true => {
                let path = store.home().root().join(&row.path);
                let bytes = std::fs::read(&path)
                    .map_err(|e| incomplete(anyhow!("{}: {e}", path.display())))?;
                hex::encode(digests(&bytes).sm3)
            }
            false => String::new(),
        };
        let quotes = findings
            .into_iter()
            .map(|f| (f.finding.quote, f.finding.rule, f.finding.severity));
        let item = ItemRow {
            id: id.clone(),
            platform: row.platform,
            title: row.title,
            url: row.url,
            captured: time(&row.captured),
            sha256: row.sha256,
            sm3,
            bytes: row.bytes,
            quotes: quotes.collect(),
            who: names.into_iter().flatten().collect(),
        };
        facts.items.insert(id, item);
    }
    Ok(())
}
