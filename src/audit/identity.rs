//! Findings about who stands behind a page with findings: names and scope, imitation, contradictions with registers, filing numbers,
//! identity. Registers only exempt, contradict or leave open: what no register names is unknown, never unlicensed.

mod disclosure;
mod names;
mod standing;

use super::findings::{finding, of_block};
use super::judge::Subject;
use super::who::block_at;
use crate::model::claim::Claim;
use crate::model::cover::{Cover, Trade};
use crate::model::finding::{Finding, Verdict};
use crate::model::lexicon::{NameList, NameUse};
use crate::model::reading::ReadBlock;
use crate::model::register::Registers;
use crate::model::rule::Rule;
use crate::model::who::Footing;
use std::ops::Range;

/// What is looked at.
pub(super) struct Identity<'a> {
    pub(super) subject: &'a Subject<'a>,
    pub(super) registers: &'a Registers,
    pub(super) names: &'a [NameList],
    pub(super) covers: &'a [Cover],
    pub(super) trades: &'a [Trade],
    pub(super) rules: &'a dyn Fn(&str) -> Option<&'a Rule>,
}

impl Identity<'_> {
    /// Adds to the verdict on a page whose own text is a finding.
    pub(super) fn add(&self, verdict: &mut Verdict) {
        let listed = matches!(verdict.who.standing, Footing::Listed(_));
        if !listed {
            self.site_name(verdict);
            self.company_name(verdict);
            self.scope(verdict);
            self.imitation(verdict);
        }
        self.borrowed_number(verdict);
        self.contradiction(verdict);
        self.refusal(verdict);
        self.filing(verdict);
        self.nobody(verdict);
        self.paid_person(verdict);
    }

    fn rule(&self, id: &str) -> Option<&Rule> {
        (self.rules)(id)
    }

    /// The strictest list that a name falls under, with the word.
    fn word(&self, looks: NameUse, name: &str) -> Option<(&NameList, &str)> {
        let lists = self
            .names
            .iter()
            .filter(|l| l.looks.contains(&looks) && l.in_force(self.subject.date));
        let met = lists.filter_map(|l| l.word_in(name).map(|w| (l, w)));
        met.min_by_key(|(l, w)| (l.tier, usize::MAX - w.len()))
    }

    /// A finding whose quote is a span of the text record.
    fn at(&self, rule: &Rule, span: &Range<usize>, remark: String) -> Option<Finding> {
        let block = block_at(self.subject.blocks, span.start)?;
        let inner = span.start.checked_sub(block.start)?..span.end.checked_sub(block.start)?;
        block.text.original.get(inner.clone())?;
        Some(finding_of(rule, block, inner, remark))
    }
}

/// Rules about names and numbers, which say nothing of the offer itself.
const ABOUT_NAMES: [&str; 7] = [
    "AD-11-1", "ID-FAKE", "ID-ICP", "ID-MISS", "NAME-9", "OB-1", "QL-2",
];

fn finding_of(rule: &Rule, block: &ReadBlock, inner: Range<usize>, remark: String) -> Finding {
    let claim = Claim {
        plain: inner.clone(),
        original: inner,
        ..of_block(block)
    };
    finding(rule, block, &claim, remark)
}
