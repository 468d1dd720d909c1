//! Before the context is decided: what a group offers, who speaks, and the findings that would stand.

use super::super::context::{Tally, tally};
use super::super::custody;
use super::super::derive::Case;
use super::super::features::{Facts, features};
use super::super::findings::{binds, finding};
use super::super::group::Group;
use super::super::offer::{Offered, financial, offered};
use super::super::sector::{fits, of_p2p};
use super::super::speaker::{Speaker, listed, speaker};
use super::Judge;
use crate::model::context::Offer;
use crate::model::finding::Finding;
use crate::model::wording::Features;
use chrono::NaiveDate;

/// What stands before the context is decided.
pub(super) struct Weighed {
    pub(super) tally: Tally,
    pub(super) offered: Offered,
    pub(super) speaker: Speaker,
    pub(super) own: Vec<Finding>,
    pub(super) support: Vec<Finding>,
    pub(super) missing: bool,
}

impl Weighed {
    /// What the trained model is asked about the group.
    pub(super) fn features(&self, group: &Group<'_>) -> Features {
        features(&Facts {
            group,
            tally: &self.tally,
            offered: self.offered,
            speaker: &self.speaker,
            own: &self.own,
            missing: self.missing,
        })
    }
}

impl Judge {
    /// What the group offers, who speaks, and the findings that would stand if it were an advertisement.
    pub(super) fn weigh(&self, group: &Group<'_>, date: NaiveDate) -> Weighed {
        let tally = tally(group, &self.cues);
        let offered = offered(group, &self.terms);
        let speaker = group
            .who
            .and_then(|who| listed(who, offered.offer, &self.covers))
            .unwrap_or_else(|| speaker(group, &self.registers, &self.words.speaker));
        let mut weighed = Weighed {
            tally,
            offered,
            speaker,
            own: Vec::new(),
            support: Vec::new(),
            missing: false,
        };
        if !financial(offered.offer) {
            return weighed;
        }
        let case = Case {
            group,
            offered,
            speaker: &weighed.speaker,
            terms: &self.terms,
            benchmarks: &self.benchmarks,
            words: &self.words,
            rules: &|id: &str| self.rule(id, date),
            date,
        };
        let mut own = case.unlicensed();
        own.extend(case.image_only());
        own.extend(case.yields());
        own.extend(case.against_benchmarks());
        let mut support = Vec::new();
        let pressing = case.pressing();
        let p2p = of_p2p(group);
        for (block, claim) in group.asserted() {
            let Some(term) = self.terms.get(&claim.term) else {
                continue;
            };
            if case.was_lawful(claim) {
                continue;
            }
            for id in &term.rules {
                let Some(rule) = self.rule(id, date) else {
                    continue;
                };
                // A talk or a shop is a breach of P2P lending only.
                if rule.id == "PL-4" && !fits(rule, offered.offer, p2p) {
                    continue;
                }
                let bound = term.bound || pressing;
                if !binds(bound, &weighed.speaker, offered.offer) || rule.id == "EN-1" {
                    continue;
                }
                let remark = match rule.id.as_str() {
                    "NM-GOV" => custody::remark(block, claim, &self.registers, &self.words),
                    _ => None,
                };
                let one = finding(rule, block, claim, remark.unwrap_or_default());
                // A property advertisement is a breach only where it promises a return (labelling guide).
                let aside = offered.offer == Offer::Property && term.offer != Some(Offer::Property);
                let weak = term.support || aside;
                if weak { &mut support } else { &mut own }.push(one);
            }
        }
        weighed.missing = case.licence_missing();
        weighed.own = own;
        weighed.support = support;
        weighed
    }
}
