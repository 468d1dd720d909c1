//! The judge: groups of blocks in, one verdict out.

use super::context::{Tally, tally};
use super::derive::Case;
use super::findings::{binds, finding};
use super::group::{Group, groups};
use super::offer::{Offered, financial, offered};
use super::score::score;
use super::speaker::{Speaker, speaker};
use crate::model::claim::{ClaimKind, Polarity};
use crate::model::context::{Context, Offer};
use crate::model::finding::{BlockVerdict, Finding, Strength, Verdict};
use crate::model::identity::IdentityFact;
use crate::model::lexicon::{Cue, Lexicon, Term};
use crate::model::reading::ReadBlock;
use crate::model::register::Registers;
use crate::model::rule::Rule;
use crate::model::yields::YieldSide;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};
use url::Url;

/// The compiled rules.
#[derive(Debug)]
pub struct Judge {
    rules: BTreeMap<String, Rule>,
    terms: BTreeMap<String, Term>,
    cues: BTreeMap<String, Cue>,
    registers: Registers,
    version: String,
}

/// What is judged.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The blocks read, in document order.
    pub blocks: &'a [ReadBlock],
    /// Identity facts of the page; empty for bare texts.
    pub facts: &'a [IdentityFact],
    /// Where the page was, if anywhere.
    pub url: Option<&'a Url>,
    /// The day on which it was seen; rules in force on it are applied.
    pub date: NaiveDate,
}

/// What one group came to.
struct Ruling {
    context: Context,
    offered: Offered,
    finding: bool,
    claims: BTreeSet<ClaimKind>,
    findings: Vec<Finding>,
    tally: Tally,
}

impl Judge {
    /// Compiles the rules of a lexicon with the registers of licensed institutions.
    pub fn compile(lexicon: &Lexicon, registers: Registers) -> Self {
        let by_id = |id: &String| id.clone();
        Self {
            rules: lexicon
                .rules
                .iter()
                .map(|r| (by_id(&r.id), r.clone()))
                .collect(),
            terms: lexicon
                .terms
                .iter()
                .map(|t| (by_id(&t.id), t.clone()))
                .collect(),
            cues: lexicon
                .cues
                .iter()
                .map(|c| (by_id(&c.id), c.clone()))
                .collect(),
            registers,
            version: lexicon.version.clone(),
        }
    }

    /// Judges a page or a text.
    pub fn judge(&self, subject: &Subject<'_>) -> Verdict {
        let groups = groups(subject.blocks);
        let rulings: Vec<(Ruling, &Group<'_>)> = groups
            .iter()
            .map(|g| (self.rule_on(g, subject.date), g))
            .collect();
        self.join(&rulings, subject)
    }

    fn rule(&self, id: &str, date: NaiveDate) -> Option<&Rule> {
        self.rules
            .get(id)
            .filter(|r| r.in_force(date) && r.unseen.is_none() && r.severity > 0)
    }

    fn rule_on(&self, group: &Group<'_>, date: NaiveDate) -> Ruling {
        let tally = tally(group, &self.cues);
        let context = tally.decide();
        let offered = offered(group, &self.terms);
        let mut ruling = Ruling {
            context,
            offered,
            finding: false,
            claims: BTreeSet::new(),
            findings: Vec::new(),
            tally,
        };
        if context != Context::Ad {
            return ruling;
        }
        let speaker = speaker(group, &self.registers);
        self.claims_of(group, &mut ruling);
        if !financial(offered.offer) {
            return ruling;
        }
        self.apply(group, &speaker, date, &mut ruling);
        ruling
    }

    fn claims_of(&self, group: &Group<'_>, ruling: &mut Ruling) {
        for (_, claim) in group.asserted() {
            if claim
                .figure
                .as_ref()
                .is_some_and(|f| f.side == YieldSide::Cost)
            {
                continue;
            }
            // Bare adjectives (高收益) support a promise but state no figure.
            let term = self.terms.get(&claim.term);
            if claim.kind == ClaimKind::HighYield && term.is_some_and(|t| t.support) {
                continue;
            }
            if (claim.kind as u8) <= (ClaimKind::Lure as u8) {
                ruling.claims.insert(claim.kind);
            }
            if claim.kind == ClaimKind::HighYield {
                ruling.claims.insert(ClaimKind::Yield);
            }
        }
    }

    fn apply(&self, group: &Group<'_>, speaker: &Speaker, date: NaiveDate, ruling: &mut Ruling) {
        let lookup = |id: &str| self.rule(id, date);
        let case = Case {
            group,
            offered: ruling.offered,
            speaker,
            terms: &self.terms,
            rules: &lookup,
        };
        let missing = case.licence_missing();
        let mut own = case.unlicensed();
        own.extend(case.yields());
        let mut support = Vec::new();
        let pressing = case.pressing();
        for (block, claim) in group.asserted() {
            let Some(term) = self.terms.get(&claim.term) else {
                continue;
            };
            for id in &term.rules {
                let Some(rule) = self.rule(id, date) else {
                    continue;
                };
                let bound = term.bound || pressing;
                if !binds(bound, speaker, ruling.offered.offer) || rule.id == "EN-1" {
                    continue;
                }
                let one = finding(rule, block, claim, String::new());
                // A property advertisement is a breach only where it promises a return (labelling guide).
                let aside =
                    ruling.offered.offer == Offer::Property && term.offer != Some(Offer::Property);
                let weak = term.support || aside;
                if weak { &mut support } else { &mut own }.push(one);
            }
        }
        ruling.finding = own.iter().any(|f| f.severity >= 2);
        if ruling.finding {
            own.extend(support);
            own.extend(case.no_warning());
        }
        if missing {
            ruling.claims.insert(ClaimKind::NoLicenceSign);
        }
        ruling.findings = settle(own, missing);
    }

    fn join(&self, rulings: &[(Ruling, &Group<'_>)], subject: &Subject<'_>) -> Verdict {
        let lead = rulings
            .iter()
            .find(|(r, g)| g.slot.is_none() && (r.finding || rulings.len() == 1))
            .or_else(|| rulings.iter().find(|(r, _)| r.finding))
            .or_else(|| rulings.first())
            .map(|(r, _)| r);
        let mut verdict = Verdict {
            context: lead.map_or(Context::Ordinary, |r| r.context),
            offer: lead.map_or(Offer::None, |r| r.offered.offer),
            finding: rulings.iter().any(|(r, _)| r.finding),
            claims: Vec::new(),
            findings: Vec::new(),
            signals: Vec::new(),
            score: crate::model::finding::Score::default(),
            blocks: Vec::new(),
            lexicon_version: self.version.clone(),
            notes: Vec::new(),
        };
        let mut claims = BTreeSet::new();
        for (ruling, group) in rulings {
            claims.extend(ruling.claims.iter().copied());
            let advertiser = group
                .slot
                .and(group.blocks.iter().find_map(|b| b.href.clone()));
            for finding in &ruling.findings {
                let mut finding = finding.clone();
                finding.advertiser.clone_from(&advertiser);
                if ruling.finding && finding.severity >= 2 {
                    verdict.findings.push(finding);
                } else {
                    verdict.signals.push(finding);
                }
            }
            verdict.blocks.extend(block_verdicts(ruling, group));
        }
        self.alerts(subject, &mut verdict);
        verdict.claims = claims.into_iter().collect();
        verdict.findings.sort_by(order);
        verdict.signals.sort_by(order);
        verdict.blocks.sort_by_key(|b| b.block);
        verdict.score = score(&verdict.findings);
        verdict
    }

    /// Distress and crowds: a class of their own, whatever the context, never part of the score.
    fn alerts(&self, subject: &Subject<'_>, verdict: &mut Verdict) {
        let Some(rule) = self.rule("EN-1", subject.date) else {
            return;
        };
        for block in subject.blocks {
            let alert = block.claims.iter().find(|c| {
                matches!(c.kind, ClaimKind::Distress | ClaimKind::Mobilise)
                    && matches!(c.polarity, Polarity::Asserted)
            });
            if let Some(claim) = alert {
                let mut one = finding(rule, block, claim, "舆情预警,不计入违规评分".into());
                one.strength = Strength::D;
                one.contributions.clear();
                verdict.signals.push(one);
            }
        }
    }
}

fn block_verdicts(ruling: &Ruling, group: &Group<'_>) -> Vec<BlockVerdict> {
    group
        .blocks
        .iter()
        .filter(|b| !b.claims.is_empty() || !b.cues.is_empty())
        .map(|b| BlockVerdict {
            block: b.index,
            context: ruling.context,
            cues: ruling.tally.reasons.clone(),
            claims: b.claims.clone(),
        })
        .collect()
}

/// One finding for each rule and place; strength by what stands together.
fn settle(mut findings: Vec<Finding>, missing: bool) -> Vec<Finding> {
    findings.sort_by(order);
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    findings.retain(|f| {
        let count = seen.entry(f.rule.clone()).or_default();
        *count += 1;
        *count <= PER_RULE
    });
    let promise = findings
        .iter()
        .any(|f| matches!(f.rule.as_str(), "AD-25-1" | "YD-8" | "IF-11" | "AD-26-1"));
    for finding in &mut findings {
        finding.strength = match (finding.severity, promise, finding.rule.as_str()) {
            (0 | 1, _, _) => Strength::D,
            (_, _, "QL-1") => Strength::C,
            (_, true, _) => Strength::B,
            _ => Strength::C,
        };
        if finding.rule == "QL-1" && promise && missing {
            finding.severity = (finding.severity + 1).min(5);
        }
    }
    findings
}

/// Quotes kept for one rule.
const PER_RULE: usize = 5;

/// Strongest first, then by rule and place.
fn order(a: &Finding, b: &Finding) -> std::cmp::Ordering {
    b.severity
        .cmp(&a.severity)
        .then_with(|| a.rule.cmp(&b.rule))
        .then_with(|| a.span.start.cmp(&b.span.start))
        .then_with(|| a.span.end.cmp(&b.span.end))
        .then_with(|| a.block.cmp(&b.block))
}
