//! What the journal says of custody at present: holds in force, decisions on preserved items, receipts. Folded from
//! journal entries in any order, so that journals of several writers give the same state.

use super::journal_entry::JournalEntry;
use crate::model::custody::Action;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What a release entry's reason begins with, before the hold's name and `; `.
pub const LIFTS: &str = "lifts ";

/// The state of custody.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustodyState {
    /// All holds ever put, by name.
    pub holds: BTreeMap<String, Hold>,
    /// Names of holds that were lifted.
    pub lifted: BTreeSet<String>,
    /// Decisions on items preserved in advance, by evidence id.
    pub decided: BTreeMap<String, Decided>,
    /// Handovers that the receiver confirmed, by their id.
    pub received: BTreeSet<String>,
    /// Cases that court packages name, by evidence id; besides the one that stands in an item's manifest.
    #[serde(default)]
    pub cases: BTreeMap<String, BTreeSet<String>>,
}

/// One hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Its name: writer and number of its journal line, such as `main:12`.
    pub name: String,
    /// What is held: an evidence id, a run id, or `case:` and the number of a case.
    pub object: String,
    /// Since when (UTC).
    pub time: String,
    /// Who put it.
    pub actor: String,
    /// Of which office.
    pub unit: String,
    /// The document that orders it.
    pub authority: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

/// What was decided on an item preserved in advance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// When (UTC).
    pub time: String,
    /// By whom.
    pub actor: String,
    /// The decision.
    pub decision: Option<String>,
}

/// The object under which a hold on a case is entered.
pub fn case_object(case_no: &str) -> String {
    format!("case:{case_no}")
}

impl CustodyState {
    /// Takes an entry in.
    pub fn learn(&mut self, entry: &JournalEntry) {
        let is = |action: Action| entry.action == action.code();
        if is(Action::Hold) {
            let name = format!("{}:{}", entry.writer, entry.seq);
            let hold = Hold {
                name: name.clone(),
                object: entry.object.clone(),
                time: entry.time.clone(),
                actor: entry.actor.clone(),
                unit: entry.unit.clone(),
                authority: entry.authority.clone(),
                reason: entry.reason.clone(),
            };
            self.holds.insert(name, hold);
        } else if is(Action::Release) {
            self.lifted.extend(lifted(entry));
        } else if is(Action::PreserveDecide) {
            let decided = Decided {
                time: entry.time.clone(),
                actor: entry.actor.clone(),
                decision: entry.reason.clone(),
            };
            self.decided.insert(entry.object.clone(), decided);
        } else if is(Action::Receipt) {
            self.received.insert(entry.object.clone());
        } else if is(Action::CourtPackage) {
            for id in entry.files.iter().filter_map(|f| item_of(&f.path)) {
                let cases = self.cases.entry(id.to_owned()).or_default();
                cases.insert(entry.object.clone());
            }
        }
    }

    /// The holds in force, by name.
    pub fn active(&self) -> impl Iterator<Item = &Hold> {
        let in_force = |h: &&Hold| !self.lifted.contains(&h.name);
        self.holds.values().filter(in_force)
    }

    /// The holds in force on exactly this object.
    pub fn on(&self, object: &str) -> Vec<&Hold> {
        self.active().filter(|h| h.object == object).collect()
    }

    /// The holds in force that keep an item: on itself, on the run that captured it, on a case that its manifest or a
    /// court package names.
    pub fn keeping(&self, evidence_id: &str, run: &str, case_no: Option<&str>) -> Vec<&Hold> {
        let named = self.cases.get(evidence_id).into_iter().flatten();
        let cases: Vec<String> = case_no
            .into_iter()
            .chain(named.map(String::as_str))
            .map(case_object)
            .collect();
        let keeps =
            |h: &&Hold| h.object == evidence_id || h.object == run || cases.contains(&h.object);
        self.active().filter(keeps).collect()
    }
}

/// The item whose package a path names.
fn item_of(path: &str) -> Option<&str> {
    path.rsplit('/').next()?.strip_suffix(".wacz")
}

/// The hold that a release lifts.
fn lifted(entry: &JournalEntry) -> Option<String> {
    let reason = entry.reason.as_deref()?.strip_prefix(LIFTS)?;
    reason.split_once("; ").map(|(name, _)| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(action: Action, seq: u64, object: &str, reason: &str) -> JournalEntry {
        JournalEntry {
            action: action.code().to_owned(),
            actor: "张某".to_owned(),
            authority: None,
            files: Vec::new(),
            hash: String::new(),
            object: object.to_owned(),
            prev: String::new(),
            reason: Some(reason.to_owned()),
            role: "officer".to_owned(),
            seq,
            time: "2026-11-03T10:11:12.000Z".to_owned(),
            unit: "某县".to_owned(),
            writer: "main".to_owned(),
        }
    }

    #[test]
    fn the_state_does_not_depend_on_the_order_of_journals() {
        let entries = [
            entry(Action::Hold, 3, "wx-a", "诉讼"),
            entry(Action::Hold, 4, "case:甲1号", "侦查"),
            entry(Action::Release, 5, "wx-a", "lifts main:3; 结案"),
            entry(Action::Hold, 6, "run-1", "lifts main:4; 不是解除"),
        ];
        let mut forward = CustodyState::default();
        entries.iter().for_each(|e| forward.learn(e));
        let mut backward = CustodyState::default();
        entries.iter().rev().for_each(|e| backward.learn(e));
        assert_eq!(forward, backward);
        assert!(forward.on("wx-a").is_empty());
        let names = |holds: Vec<&Hold>| holds.iter().map(|h| h.name.clone()).collect::<Vec<_>>();
        assert_eq!(
            names(forward.keeping("wx-a", "run-1", Some("甲1号"))),
            ["main:4", "main:6"]
        );
        assert!(forward.keeping("wx-a", "run-2", None).is_empty());
    }
}
