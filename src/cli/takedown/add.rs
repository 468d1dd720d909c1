//! `wangxun takedown add`: targets of a case go on a list.

use super::arguments::{Add, Which};
use super::{Work, refusals, tables};
use crate::cli::arguments::Format;
use crate::cli::config::Settings;
use crate::cli::custody::clean;
use crate::cli::desk_store::{clean_or_empty, long_text};
use crate::cli::exit::{Done, Exit, Trouble, misuse};
use crate::cli::output::{Output, table};
use crate::cli::tools::today;
use crate::desk::cases::{BasisConfirmed, Case};
use crate::desk::referral::{Listed, confirmed};
use crate::lexicons::rulebook;
use crate::model::lexicon::Lexicon;
use crate::model::rule::BasisGrade;
use crate::model::takedown::action::{Measure, Scope};
use crate::model::takedown::guard::Guard;
use crate::model::takedown::refusal::Refusal;
use crate::model::takedown::status::EntryStatus;
use crate::model::takedown::target::TakedownTarget;
use crate::storage::desk::OfficerKeys;
use crate::storage::seal::Sealed;
use crate::wire::desk::takedown::{ListedTarget, TakedownFact};
use crate::wire::takedown::BasisForm;
use anyhow::{Context, anyhow};
use chrono::{DateTime, Utc};
use serde_json::json;
use std::collections::BTreeMap;

/// What was put on a list.
pub struct Added {
    /// Every target asked for, by the identifier of its entry.
    pub all: Vec<(String, ListedTarget)>,
    /// How many of them were not on the list before.
    pub fresh: usize,
}

/// Carries the command out.
pub fn run(asked: &Add, settings: &Settings) -> Done {
    tell(&added(asked, settings)?, asked.dry_run, settings)
}

/// Puts targets on a list: all of them, or none.
pub fn added(asked: &Add, settings: &Settings) -> Result<Added, Trouble> {
    let targets = targets(asked)?;
    let lexicon = rulebook::load(settings.lexicons.as_deref()).map_err(misuse)?;
    let mut work = Work::open(&asked.actor, settings)?;
    let common = common(asked, &work, &lexicon, settings)?;
    let (protected, registers) = tables(settings)?;
    let guard = Guard {
        protected: &protected,
        registers: &registers,
    };
    let keys = OfficerKeys::of(work.opened.desk.events());
    let (overruled, _) = work.lists.overruled(&keys);
    let measure = Measure::parse(&asked.measure).ok_or_else(|| {
        misuse(anyhow!(
            "--measure {:?}: give block, cease-service, remove or warn",
            asked.measure
        ))
    })?;
    let scope = match asked.scope.as_deref() {
        None => None,
        Some(word) => Some(
            Scope::parse(word)
                .ok_or_else(|| misuse(anyhow!("--scope {word:?}: give exact or subtree")))?,
        ),
    };
    let (mut facts, mut refused) = (Vec::new(), Vec::new());
    for target in targets {
        let target = match target {
            Ok(target) => target,
            Err(refusal) => {
                refused.push(refusal);
                continue;
            }
        };
        let scope = scope.unwrap_or(target.usual_scope());
        let what = ListedTarget {
            target: target.kind().code().to_owned(),
            value: target.value().to_owned(),
            scope: scope.code().to_owned(),
            ..common.clone()
        };
        if asked.list == Which::Action {
            let against = guard.target(&target, scope, measure);
            refused.extend(
                against
                    .into_iter()
                    .filter(|r| !overruled.iter().any(|o| o.sets_aside(&target, r))),
            );
            refused.extend(entry(&work, &what, &target, &keys).err());
        }
        facts.push(what);
    }
    if !refused.is_empty() {
        return Err(refusals("nothing was listed", &refused));
    }
    let listed = |facts: &[ListedTarget]| -> Vec<(String, ListedTarget)> {
        facts
            .iter()
            .filter_map(|what| Some((id_of(what)?, what.clone())))
            .collect()
    };
    let known = |id: &String| work.lists.get(id).is_some();
    let all = listed(&facts);
    let fresh: Vec<(String, ListedTarget)> =
        all.iter().filter(|(id, _)| !known(id)).cloned().collect();
    if !asked.dry_run && !fresh.is_empty() {
        let facts = fresh
            .iter()
            .map(|(_, what)| TakedownFact::Listed(Box::new(what.clone())));
        work.keep_lists(facts.collect())?;
    }
    let fresh = fresh.len();
    Ok(Added { all, fresh })
}

fn id_of(what: &ListedTarget) -> Option<String> {
    let kind = crate::model::takedown::target::TargetKind::parse(&what.target)?;
    let target = TakedownTarget::parse(kind, &what.value).ok()?;
    let listed = Listed {
        at: DateTime::UNIX_EPOCH,
        by: String::new(),
        status: EntryStatus::active(DateTime::UNIX_EPOCH),
        what: what.clone(),
        target,
    };
    Some(listed.id())
}

fn tell(added: &Added, dry: bool, settings: &Settings) -> Done {
    let Added { all, fresh } = added;
    if settings.format == Format::Json {
        let rows: Vec<_> = all
            .iter()
            .map(|(id, w)| json!({"entry": id, "list": w.list, "target": w.target, "value": w.value, "scope": w.scope}))
            .collect();
        Output.json(&json!({"entries": rows, "new": fresh, "dry_run": dry}))?;
        return Ok(Exit::Fine);
    }
    let rows: Vec<Vec<String>> = all
        .iter()
        .map(|(id, w)| {
            vec![
                id.clone(),
                w.list.clone(),
                w.target.clone(),
                w.value.clone(),
                w.scope.clone(),
            ]
        })
        .collect();
    Output.line(table(&["条目", "名单", "类型", "对象", "范围"], &rows).trim_end())?;
    Output.line(match dry {
        true => format!("试运行：将新增 {fresh} 条"),
        false => format!("新增 {fresh} 条，原有 {} 条", all.len() - fresh),
    })?;
    Ok(Exit::Fine)
}

fn targets(asked: &Add) -> Result<Vec<Result<TakedownTarget, Refusal>>, Trouble> {
    let mut texts = asked.targets.clone();
    if let Some(path) = &asked.targets_from {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("{} cannot be read", path.display()))
            .map_err(misuse)?;
        let lines = text.lines().map(str::trim);
        texts.extend(
            lines
                .filter(|l| !l.is_empty() && !l.starts_with('#'))
                .map(str::to_owned),
        );
    }
    Ok(texts
        .iter()
        .map(|t| TakedownTarget::parse_typed(t))
        .collect())
}

/// Whether the determination bears this entry: it is made here as it will be when the list is built.
fn entry(
    work: &Work,
    what: &ListedTarget,
    target: &TakedownTarget,
    keys: &OfficerKeys,
) -> Result<(), Refusal> {
    let (proof, _) = confirmed(&work.cases, what, keys)?;
    if what.valid_until.is_some_and(|until| until < today()) {
        return Err(Refusal::new(
            "expired-entry",
            target.shown(),
            "its last day has passed already",
            "give a later --valid-until",
        ));
    }
    let listed = Listed {
        at: Utc::now(),
        by: String::new(),
        status: EntryStatus::active(Utc::now()),
        what: what.clone(),
        target: target.clone(),
    };
    listed.entry(&proof).map(|_| ())
}

/// What all targets of one command have in common.
fn common(
    asked: &Add,
    work: &Work,
    lexicon: &Lexicon,
    settings: &Settings,
) -> Result<ListedTarget, Trouble> {
    let case = work.cases.get(&asked.case).ok_or_else(|| {
        misuse(anyhow!(
            "no case {:?}; `wangxun cases list` shows them",
            asked.case
        ))
    })?;
    let action = asked.list == Which::Action;
    let written = case.determinations.iter().rev().find(|w| {
        asked
            .decision
            .as_deref()
            .is_none_or(|n| w.determination.number == n)
    });
    if action && written.is_none() {
        return Err(misuse(anyhow!(
            "{} is not determined: nothing of it goes to operators (no-determination); `wangxun cases determine` and \
             `cases sign` determine it, `--list referral` refers it to a department",
            case.number()
        )));
    }
    let decided = written.map(|w| &w.determination).filter(|_| action);
    let rules = decided.map_or_else(|| case.rules(), |d| d.rules.clone());
    let reason = match &asked.rule {
        Some(rule) => rule.clone(),
        None => rules.first().cloned().unwrap_or_default(),
    };
    let ids: Vec<String> = match decided {
        Some(d) => d.evidence.clone(),
        None => case.evidence.iter().map(|(e, _)| e.id.clone()).collect(),
    };
    let evidence = match &asked.evidence {
        Some(id) => id.clone(),
        None => ids.first().cloned().unwrap_or_default(),
    };
    let item = case.evidence.iter().find(|(e, _)| e.id == evidence);
    let (item, _) = item.ok_or_else(|| {
        misuse(anyhow!(
            "{evidence:?} is not evidence of {}; `wangxun cases show {}` lists it",
            case.number(),
            case.number()
        ))
    })?;
    let quote = match &asked.quote {
        Some(text) => long_text("--quote", text, 500)?,
        None => quote(work, &evidence, &reason),
    };
    let seen = times(case);
    let day = today();
    Ok(ListedTarget {
        list: if action { "action" } else { "referral" }.to_owned(),
        target: String::new(),
        value: String::new(),
        case: case.number().to_owned(),
        decision: decided.map_or_else(String::new, |d| d.number.clone()),
        scope: String::new(),
        measure: asked.measure.clone(),
        reason,
        bases: match decided {
            Some(d) => bases(&d.rules, d.date, lexicon, &work.cases.bases),
            None => Vec::new(),
        },
        evidence,
        evidence_sha256: item.sha256.clone(),
        quote,
        icp: clean_or_empty("--icp", asked.icp.as_deref())?,
        hosting: clean_or_empty("--hosting", asked.hosting.as_deref())?,
        first_seen: seen.0,
        last_verified: seen.1,
        valid_from: asked.valid_from.unwrap_or(day),
        valid_until: asked.valid_until,
        appeal_contact: settings.takedown.appeal_contact.clone(),
        remedies: settings.takedown.remedies.clone(),
        department: department(asked, action, lexicon)?,
        rules,
    })
}

fn department(asked: &Add, action: bool, lexicon: &Lexicon) -> Result<String, Trouble> {
    match (&asked.department, action) {
        (_, true) => Ok(String::new()),
        (None, false) => Err(misuse(anyhow!(
            "the referral list names the department to which it goes: give --department"
        ))),
        (Some(text), false) => {
            let known = lexicon.departments.iter().find(|d| d.id == *text);
            match known {
                Some(department) => Ok(department.now.clone()),
                None => clean("--department", text),
            }
        }
    }
}

fn bases(
    rules: &[String],
    day: chrono::NaiveDate,
    lexicon: &Lexicon,
    confirmed: &BTreeMap<String, Vec<BasisConfirmed>>,
) -> Vec<BasisForm> {
    let mut bases = Vec::new();
    for id in rules {
        let Some(basis) = lexicon.rule(id).and_then(|r| r.basis_on(day)) else {
            continue;
        };
        let by = confirmed
            .get(id)
            .and_then(|all| all.iter().find(|c| c.basis == basis.text));
        bases.push(BasisForm {
            confirmed_by: match basis.grade {
                BasisGrade::Verified => String::new(),
                _ => by.map_or_else(String::new, |c| c.stamp.by.clone()),
            },
            grade: basis.grade.code().to_owned(),
            rule: id.clone(),
            text: basis.text.clone(),
        });
    }
    bases
}

/// The quote of the rule's finding in the sealed item, or of its first finding.
fn quote(work: &Work, evidence: &str, rule: &str) -> String {
    let Ok(sealed) = Sealed::open(work.opened.desk.home(), evidence) else {
        return String::new();
    };
    let findings = &sealed.manifest().findings;
    let found = findings
        .iter()
        .find(|f| f.rule == rule)
        .or(findings.first());
    found.map_or_else(String::new, |f| f.quote.chars().take(300).collect())
}

/// When the case's evidence was captured first and last.
fn times(case: &Case) -> (DateTime<Utc>, DateTime<Utc>) {
    let mut times: Vec<DateTime<Utc>> = case
        .evidence
        .iter()
        .filter_map(|(e, _)| DateTime::parse_from_rfc3339(&e.captured).ok())
        .map(|t| t.to_utc())
        .collect();
    times.sort();
    let opened = case.stamp.at;
    (
        times.first().copied().unwrap_or(opened),
        times.last().copied().unwrap_or(opened),
    )
}
