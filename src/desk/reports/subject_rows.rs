//! Rows of subjects, of registrations that hold watch words, and of sites that look alike, from the dossiers.

use super::facts::{Facts, RegistrationRow, SubjectRow};
use crate::desk::figures::day_of;
use crate::desk::subjects::fold::{Dossier, Dossiers};
use crate::model::person_role::PersonRole;
use crate::model::region::Units;
use crate::model::subject_fact::SubjectFactKind as Kind;
use crate::wire::desk::subject::{ListedRow, SubjectFact};
use crate::wire::desk::tip::TipFact;
use crate::wire::desk::{DeskEvent, DeskFact};
use chrono::{DateTime, NaiveDate};
use std::collections::{BTreeMap, BTreeSet};

/// How the bearer of a site is written.
const SITE: &str = "site:";

/// Adds what dossiers tell, and leads each case to the subject that is meant by its evidence or by an older id.
pub(super) fn add(facts: &mut Facts, events: &[DeskEvent], units: &Units) {
    let dossiers = Dossiers::of(events);
    let complaints = complaints(events, &dossiers);
    let surveys = surveys(events, &dossiers);
    facts.subjects = dossiers
        .all
        .values()
        .map(|dossier| {
            let row = SubjectRow {
                complaints: complaints.get(dossier.id.as_str()).copied().unwrap_or(0),
                verified: surveys.get(dossier.id.as_str()).cloned(),
                ..row(dossier, units)
            };
            (dossier.id.clone(), row)
        })
        .collect();
    facts.registrations = registrations(events, &dossiers, units);
    facts.alike = alike(&dossiers);
    lead_cases(facts, &dossiers);
}

fn row(dossier: &Dossier, units: &Units) -> SubjectRow {
    let first = |kind| {
        dossier
            .values(kind)
            .first()
            .copied()
            .unwrap_or("")
            .to_owned()
    };
    let unit = dossier.owner_unit(units);
    let name = dossier.name();
    let mut words: Vec<String> = dossier
        .rows
        .iter()
        .flat_map(|r| r.watch.iter().map(|w| w.word.clone()))
        .collect();
    words.sort();
    words.dedup();
    SubjectRow {
        id: dossier.id.clone(),
        name: name.strip_prefix(SITE).unwrap_or(name).to_owned(),
        code: first(Kind::CreditCode),
        licensed: match dossier.track() {
            "department" => "yes",
            "township" => "no",
            _ => "unknown",
        }
        .to_owned(),
        sector: dossier.sector().to_owned(),
        region: unit.map(|(code, _)| code).unwrap_or_default(),
        address: first(Kind::Address),
        sites: sites(dossier),
        first_seen: dossier.seen().and_then(|(first, _)| day(first)),
        score: dossier.score(),
        severity: dossier.items.iter().map(|i| i.severity).max().unwrap_or(0),
        watch_words: words,
        persons: dossier.persons.iter().map(person).collect(),
        complaints: 0,
        source: match dossier.items.is_empty() {
            true => "registration",
            false => "patrol",
        }
        .to_owned(),
        verified: None,
    }
}

fn sites(dossier: &Dossier) -> Vec<String> {
    let hosts = dossier.bearers.iter().filter_map(|b| b.strip_prefix(SITE));
    hosts.map(str::to_owned).collect()
}

/// Role in words and the masked name, without the tag by which equal names are recognised.
fn person((role, name, _): &(String, String, String)) -> (String, String) {
    let label = PersonRole::parse(role).map_or(role.as_str(), |known| known.label());
    let masked = name.split('~').next().unwrap_or("");
    (label.to_owned(), masked.to_owned())
}

/// The day (Beijing) of a stored moment.
fn day(moment: &str) -> Option<NaiveDate> {
    let at = DateTime::parse_from_rfc3339(moment).ok()?;
    Some(day_of(at.to_utc()))
}

/// Tips by the subject whose site they name.
fn complaints<'d>(events: &[DeskEvent], dossiers: &'d Dossiers) -> BTreeMap<&'d str, u64> {
    let mut counts = BTreeMap::new();
    for event in events {
        let DeskFact::Tip(TipFact::Taken(taken)) = &event.what else {
            continue;
        };
        let url = url::Url::parse(&taken.url).ok();
        let host = url.as_ref().and_then(url::Url::host_str);
        let of = host.and_then(|host| dossiers.of_bearer(&format!("{SITE}{host}")));
        if let Some(dossier) = of {
            *counts.entry(dossier.id.as_str()).or_default() += 1;
        }
    }
    counts
}

type Survey = (String, String, NaiveDate);

/// The last survey of each subject.
fn surveys<'d>(events: &[DeskEvent], dossiers: &'d Dossiers) -> BTreeMap<&'d str, Survey> {
    let mut last: BTreeMap<&str, Survey> = BTreeMap::new();
    for event in events {
        if let DeskFact::Subject(SubjectFact::Surveyed {
            bearer,
            how,
            officers,
            day,
            ..
        }) = &event.what
            && let (Some(dossier), Ok(day)) = (dossiers.of_bearer(bearer), day.parse())
        {
            let how = match how.as_str() {
                "visit" => "现场核查",
                "talk" => "约谈",
                "papers" => "书面",
                other => other,
            };
            let survey = (how.to_owned(), officers.clone(), day);
            let newer = |known: &Survey| known.2 <= survey.2;
            if last.get(dossier.id.as_str()).is_none_or(newer) {
                last.insert(&dossier.id, survey);
            }
        }
    }
    last
}

fn registrations(events: &[DeskEvent], dossiers: &Dossiers, units: &Units) -> Vec<RegistrationRow> {
    let listed = events.iter().filter_map(|event| match &event.what {
        DeskFact::Subject(SubjectFact::Listed(row))
            if row.list == "registration" && !row.watch.is_empty() =>
        {
            Some((event, row))
        }
        _ => None,
    });
    listed
        .map(|(event, row)| RegistrationRow {
            id: row.bearer.clone(),
            name: row.name.clone(),
            code: code(row),
            words: row
                .watch
                .iter()
                .map(|w| (w.word.clone(), place(&w.place)))
                .collect(),
            region: dossiers
                .of_bearer(&row.bearer)
                .and_then(|d| d.owner_unit(units))
                .map(|(code, _)| code)
                .unwrap_or_default(),
            day: Some(day_of(event.at)),
        })
        .collect()
}

fn code(row: &ListedRow) -> String {
    let codes = row
        .facts
        .iter()
        .filter(|f| Kind::parse(&f.kind) == Some(Kind::CreditCode));
    codes.map(|f| f.value.clone()).next().unwrap_or_default()
}

fn place(word: &str) -> String {
    match word {
        "name" => "名称",
        "scope" => "经营范围",
        other => other,
    }
    .to_owned()
}

/// Pairs of sites that show nearly the same page, whether that joined them or not.
fn alike(dossiers: &Dossiers) -> BTreeSet<(String, String)> {
    let links = dossiers.joined.links.iter().chain(&dossiers.joined.related);
    let by_page = links.filter(|l| {
        l.reasons
            .iter()
            .any(|r| r.kind == Kind::Page && r.points > 0)
    });
    let pairs = by_page.filter_map(|l| {
        let site = |bearer: &str| bearer.strip_prefix(SITE).map(str::to_owned);
        Some((site(&l.one)?, site(&l.other)?))
    });
    pairs.collect()
}

/// A case names the subject that it had when it was opened, or none: the one that all its evidence belongs to is meant.
fn lead_cases(facts: &mut Facts, dossiers: &Dossiers) {
    let mut of_item: BTreeMap<&str, &str> = BTreeMap::new();
    for dossier in dossiers.all.values() {
        let items = dossier.items.iter();
        of_item.extend(items.map(|i| (i.evidence_id.as_str(), dossier.id.as_str())));
    }
    for case in facts.cases.cases.values_mut() {
        let meant = match case.subject.as_str() {
            "" => {
                let ids = case
                    .evidence
                    .iter()
                    .map(|(e, _)| of_item.get(e.id.as_str()).copied());
                let subjects: BTreeSet<Option<&str>> = ids.collect();
                match subjects.iter().collect::<Vec<_>>().as_slice() {
                    [Some(one)] => Some((*one).to_owned()),
                    _ => None,
                }
            }
            known => dossiers.find(known).first().map(|d| d.id.clone()),
        };
        if let Some(id) = meant {
            case.subject = id;
        }
    }
}
