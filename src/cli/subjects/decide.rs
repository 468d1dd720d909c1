//! What officers decide about subjects: each is one event.

use super::{Join, Mark, Person, Split, Survey, Undo, folded, one};
use crate::cli::config::Settings;
use crate::cli::custody::clean;
use crate::cli::desk_store::{actor, open_existing};
use crate::cli::exit::{Done, Exit, Trouble, incomplete, misuse};
use crate::cli::output::Output;
use crate::dossier::pseudonym;
use crate::model::context::Offer;
use crate::model::person_role::PersonRole;
use crate::model::region::is_unit_code;
use crate::storage::desk::{event, is_short_id};
use crate::wire::desk::DeskFact;
use crate::wire::desk::subject::SubjectFact;
use anyhow::anyhow;
use chrono::Utc;
use std::collections::BTreeSet;

fn keep(fact: SubjectFact, by: &str, settings: &Settings) -> Done {
    let by = actor(by, settings)?;
    let mut opened = open_existing(settings)?;
    let event = event(Utc::now(), &by.name, DeskFact::Subject(fact));
    let id = event.id.clone();
    opened.desk.append(vec![event], &by).map_err(incomplete)?;
    Output.line(format!("已登记 {id}"))?;
    Ok(Exit::Fine)
}

pub(super) fn join(asked: &Join, settings: &Settings) -> Done {
    let dossiers = folded(settings)?;
    let mut bearers: BTreeSet<String> = BTreeSet::new();
    let mut ids: BTreeSet<&str> = BTreeSet::new();
    for subject in &asked.subjects {
        let dossier = one(&dossiers, subject)?;
        ids.insert(&dossier.id);
        bearers.extend(dossier.bearers.iter().cloned());
    }
    if ids.len() < 2 {
        return Err(misuse(anyhow!("they are one subject already")));
    }
    let fact = SubjectFact::Joined {
        bearers: bearers.into_iter().collect(),
        reason: clean("--reason", &asked.reason)?,
    };
    keep(fact, &asked.actor, settings)
}

pub(super) fn split(asked: &Split, settings: &Settings) -> Done {
    let dossiers = folded(settings)?;
    let dossier = one(&dossiers, &asked.subject)?;
    let mut go: BTreeSet<String> = BTreeSet::new();
    for bearer in &asked.bearers {
        let full = match bearer.contains(':') {
            true => bearer.clone(),
            false => format!("site:{bearer}"),
        };
        if !dossier.bearers.contains(&full) {
            return Err(misuse(anyhow!(
                "{full} is no bearer of {}; it has {}",
                dossier.id,
                dossier.bearers.join(", ")
            )));
        }
        go.insert(full);
    }
    let stay: Vec<String> = dossier
        .bearers
        .iter()
        .filter(|b| !go.contains(*b))
        .cloned()
        .collect();
    if stay.is_empty() {
        return Err(misuse(anyhow!("some bearer must stay")));
    }
    let fact = SubjectFact::Parted {
        bearers: go.into_iter().collect(),
        from: stay,
        reason: clean("--reason", &asked.reason)?,
    };
    keep(fact, &asked.actor, settings)
}

pub(super) fn undo(asked: &Undo, settings: &Settings) -> Done {
    let events = crate::cli::desk_store::read(settings)?;
    let known = events.iter().find(|e| e.id == asked.event).map(|e| &e.what);
    let may = matches!(
        known,
        Some(DeskFact::Subject(
            SubjectFact::Joined { .. }
                | SubjectFact::Parted { .. }
                | SubjectFact::Set { .. }
                | SubjectFact::Person { .. }
        ))
    );
    if !is_short_id("de", &asked.event) || !may {
        return Err(misuse(anyhow!(
            "{:?} is no decision, mark or person; `wangxun subjects timeline SUBJECT` names them",
            asked.event
        )));
    }
    let fact = SubjectFact::Withdrawn {
        event: asked.event.clone(),
        reason: clean("--reason", &asked.reason)?,
    };
    keep(fact, &asked.actor, settings)
}

pub(super) fn mark(asked: &Mark, settings: &Settings) -> Done {
    let dossiers = folded(settings)?;
    let dossier = one(&dossiers, &asked.subject)?;
    let value = clean("VALUE", &asked.value)?;
    fits(&asked.field, &value)?;
    let fact = SubjectFact::Set {
        bearer: dossier.bearers.first().cloned().unwrap_or_default(),
        field: asked.field.clone(),
        value,
        reason: clean("--reason", &asked.reason)?,
    };
    keep(fact, &asked.actor, settings)
}

fn fits(field: &str, value: &str) -> Result<(), Trouble> {
    let (good, wanted) = match field {
        "watch" => (["yes", "no"].contains(&value), "yes or no"),
        "track" => (
            ["department", "township", "unknown"].contains(&value),
            "department (持牌), township (无牌) or unknown",
        ),
        "grade" => (["A", "B", "C", "D"].contains(&value), "A, B, C or D"),
        "owner-unit" => (is_unit_code(value), "a unit code of 6, 9 or 12 digits"),
        "sector" => (
            Offer::ALL.iter().any(|o| o.code() == value),
            "a word such as wealth, loan, equity, securities, crypto, insurance, payment, property, scheme",
        ),
        "calls-itself" | "wording" => (true, ""),
        _ => {
            return Err(misuse(anyhow!(
                "{field:?} is no field; there are watch, track, sector, calls-itself, owner-unit, grade, wording"
            )));
        }
    };
    match good {
        true => Ok(()),
        false => Err(misuse(anyhow!("{field} takes {wanted}, not {value:?}"))),
    }
}

pub(super) fn person(asked: &Person, settings: &Settings) -> Done {
    let role = PersonRole::parse(&asked.role).ok_or_else(|| {
        let words: Vec<&str> = PersonRole::ALL.iter().map(|r| r.code()).collect();
        misuse(anyhow!(
            "{:?} is no role; there are {}",
            asked.role,
            words.join(", ")
        ))
    })?;
    let dossiers = folded(settings)?;
    let dossier = one(&dossiers, &asked.subject)?;
    let fact = SubjectFact::Person {
        bearer: dossier.bearers.first().cloned().unwrap_or_default(),
        role: role.code().to_owned(),
        name: pseudonym::person(role, &clean("NAME", &asked.name)?),
        source: clean("--source", &asked.source)?,
    };
    keep(fact, &asked.actor, settings)
}

pub(super) fn survey(asked: &Survey, settings: &Settings) -> Done {
    if !["visit", "talk", "papers"].contains(&asked.how.as_str()) {
        return Err(misuse(anyhow!(
            "{:?}: give visit, talk or papers",
            asked.how
        )));
    }
    let dossiers = folded(settings)?;
    let dossier = one(&dossiers, &asked.subject)?;
    let fact = SubjectFact::Surveyed {
        bearer: dossier.bearers.first().cloned().unwrap_or_default(),
        how: asked.how.clone(),
        officers: clean("--officers", &asked.officers)?,
        day: asked.day.to_string(),
        result: clean("--result", &asked.result)?,
    };
    keep(fact, &asked.actor, settings)
}
