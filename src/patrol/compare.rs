//! Two lexicons on the same labelled texts: what changes from the one to the other, and whether it is chance.

use super::counts::McNemar;
use super::evaluate::{Labelled, Said};
use crate::model::context::Context;
use serde::Serialize;

/// One text that is judged otherwise after than before.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// Identifier.
    pub id: String,
    /// Source.
    pub source: String,
    /// File.
    pub file: String,
    /// Label: context and finding.
    pub label: (&'static str, bool),
    /// Judged before: context and finding.
    pub before: (&'static str, bool),
    /// Judged after: context and finding.
    pub after: (&'static str, bool),
    /// What became of the finding.
    pub finding: Turn,
    /// What became of the context.
    pub context: Turn,
    /// Rules that fire after and did not before.
    pub rules_new: Vec<String>,
    /// Rules that fired before and do not after.
    pub rules_lost: Vec<String>,
    /// The beginning of the text.
    pub head: String,
}

/// How a judgement changed, held against the label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Turn {
    /// A finding now, as labelled.
    NewlyFoundRight,
    /// A finding now, against the label.
    NewlyFoundWrong,
    /// No finding any more, as labelled.
    NewlyLostRight,
    /// No finding any more, against the label.
    NewlyLostWrong,
    /// Another context, the labelled one.
    Right,
    /// Another context than the labelled one, which it was before.
    Wrong,
    /// Another context, and neither is the labelled one.
    Neither,
    /// The same.
    Same,
}

/// What changes from one lexicon to the other.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Comparison {
    /// Texts whose finding or context changed, in order.
    pub changes: Vec<Change>,
    /// The test over findings.
    pub finding: McNemar,
    /// The test over contexts.
    pub context: McNemar,
}

impl Comparison {
    /// Holds what was said before against what was said after. Texts whose context word is unknown are left out.
    pub fn of(rows: &[Labelled], before: &[Said], after: &[Said]) -> Self {
        let mut changes = Vec::new();
        let (mut finding, mut context) = (Tally::default(), Tally::default());
        for ((row, before), after) in rows.iter().zip(before).zip(after) {
            let Some(label) = Context::parse(&row.context) else {
                continue;
            };
            let truth = row.finding == 1;
            finding.add(before.finding == truth, after.finding == truth);
            context.add(before.context == label, after.context == label);
            if before.finding != after.finding || before.context != after.context {
                changes.push(change(row, label, before, after));
            }
        }
        Self {
            changes,
            finding: finding.test(),
            context: context.test(),
        }
    }

    /// Texts with this turn of finding or context.
    pub fn count(&self, turn: Turn) -> usize {
        let same = |c: &&Change| c.finding == turn || c.context == turn;
        self.changes.iter().filter(same).count()
    }
}

/// Texts on which only one is right.
#[derive(Default)]
struct Tally {
    before: u64,
    after: u64,
}

impl Tally {
    fn add(&mut self, before: bool, after: bool) {
        self.before += u64::from(before && !after);
        self.after += u64::from(after && !before);
    }

    fn test(&self) -> McNemar {
        McNemar::new(self.before, self.after)
    }
}

fn change(row: &Labelled, label: Context, before: &Said, after: &Said) -> Change {
    let truth = row.finding == 1;
    let finding = match (before.finding, after.finding) {
        (false, true) if truth => Turn::NewlyFoundRight,
        (false, true) => Turn::NewlyFoundWrong,
        (true, false) if truth => Turn::NewlyLostWrong,
        (true, false) => Turn::NewlyLostRight,
        _ => Turn::Same,
    };
    let context = match (before.context == after.context, label) {
        (true, _) => Turn::Same,
        (false, label) if label == after.context => Turn::Right,
        (false, label) if label == before.context => Turn::Wrong,
        _ => Turn::Neither,
    };
    let without = |all: &[String], other: &[String]| -> Vec<String> {
        let own = all.iter().filter(|rule| !other.contains(rule));
        own.cloned().collect()
    };
    Change {
        id: row.id.clone(),
        source: row.source.clone(),
        file: row.file.clone(),
        label: (label.code(), truth),
        before: (before.context.code(), before.finding),
        after: (after.context.code(), after.finding),
        finding,
        context,
        rules_new: without(&after.rules, &before.rules),
        rules_lost: without(&before.rules, &after.rules),
        head: row.head(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::context::Offer;
    use std::collections::BTreeSet;

    fn row(context: &str, finding: u8) -> Labelled {
        Labelled {
            id: String::new(),
            source: String::new(),
            text: "某文".into(),
            context: context.into(),
            offer: String::new(),
            claims: Vec::new(),
            finding,
            sure: None,
            file: String::new(),
        }
    }

    fn said(context: Context, finding: bool, rules: &[&str]) -> Said {
        Said {
            context,
            offer: Offer::None,
            finding,
            claims: BTreeSet::new(),
            rules: rules.iter().map(|r| (*r).to_owned()).collect(),
            cues: Vec::new(),
        }
    }

    #[test]
    fn turns_are_held_against_the_labels() {
        let rows = [
            row("ad", 1),
            row("news", 0),
            row("ad", 1),
            row("ad", 0),
            row("?", 1),
        ];
        let before = [
            said(Context::News, false, &[]),
            said(Context::News, false, &["A"]),
            said(Context::Ad, true, &["A", "B"]),
            said(Context::Ad, false, &[]),
            said(Context::Ad, false, &[]),
        ];
        let after = [
            said(Context::Ad, true, &["A"]),
            said(Context::Ad, true, &["A"]),
            said(Context::Ad, false, &["B", "C"]),
            said(Context::Ad, false, &["X"]),
            said(Context::Ad, true, &[]),
        ];
        let found = Comparison::of(&rows, &before, &after);
        let turns: Vec<_> = found
            .changes
            .iter()
            .map(|c| (c.finding, c.context))
            .collect();
        assert_eq!(
            turns,
            [
                (Turn::NewlyFoundRight, Turn::Right),
                (Turn::NewlyFoundWrong, Turn::Wrong),
                (Turn::NewlyLostWrong, Turn::Same),
            ]
        );
        assert_eq!(
            (found.finding.only_before, found.finding.only_after),
            (2, 1)
        );
        assert_eq!(
            (found.context.only_before, found.context.only_after),
            (1, 1)
        );
        assert_eq!(found.changes[2].rules_new, ["C"]);
        assert_eq!(found.changes[2].rules_lost, ["A"]);
        assert_eq!(found.count(Turn::Right), 1);
    }
}
