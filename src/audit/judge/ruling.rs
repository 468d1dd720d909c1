//! The ruling on one group: its context, whether it breaks a rule, and what is found.

use super::super::context::Tally;
use super::super::derive::Case;
use super::super::findings::{finding, of_block};
use super::super::group::Group;
use super::super::offer::{Offered, financial};
use super::super::raising::Raising;
use super::super::sector::{fits, of_p2p};
use super::super::speaker::Speaker;
use super::super::strength::settle;
use super::super::wording::Opinion;
use super::Judge;
use super::weigh::Weighed;
use crate::model::claim::{Claim, ClaimKind};
use crate::model::context::{Context, Offer};
use crate::model::finding::{Contribution, Finding};
use crate::model::reading::ReadBlock;
use crate::model::yields::YieldSide;
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// What one group came to.
pub(super) struct Ruling {
    pub(super) context: Context,
    pub(super) offered: Offered,
    pub(super) finding: bool,
    pub(super) claims: BTreeSet<ClaimKind>,
    pub(super) findings: Vec<Finding>,
    pub(super) tally: Tally,
    /// Log odds of a breach by the model of wording; 0 without one.
    pub(super) breach: f32,
}

/// Points of lead from which the cues speak clearly of the context.
const CLEAR: f64 = 2.0;
/// The mark of words of finance.
const FINANCE: &str = "finance";
/// Log odds of a breach above which the wording alone makes a finding of a financial offer.
const RAISE: f32 = 0.6;
/// Log odds above which one passage makes a finding of a page that as a whole does not promote.
const PASSAGE: f32 = 0.5;
/// Log odds above which a signature of a licensed institution is not believed.
const DISBELIEVE: f32 = 1.5;
/// Log odds above which phrases that break a rule are believed where the model reads no advertisement.
const CONFIRM: f32 = 0.5;
/// Log odds below which phrases that break a rule are not believed.
const KEEP: f32 = -1.3;

impl Judge {
    /// The ruling on a group, or on the one passage in it that is an advertisement by itself: a guarantee on a page of
    /// explanations is a guarantee.
    pub(super) fn rule_on_page(&self, group: &Group<'_>, date: NaiveDate) -> Ruling {
        let whole = self.rule_on(group, date);
        let tells = matches!(whole.context, Context::Ordinary | Context::Warning);
        if whole.finding || tells || self.model.is_none() {
            return whole;
        }
        for block in group.body().filter(|b| b.claims.len() > 1) {
            let ruling = self.rule_on(&group.passage(block), date);
            let promise = [ClaimKind::Guarantee, ClaimKind::HighYield];
            let promises = promise.iter().any(|kind| ruling.claims.contains(kind));
            if ruling.finding && promises && ruling.breach > PASSAGE {
                return ruling;
            }
        }
        whole
    }

    fn rule_on(&self, group: &Group<'_>, date: NaiveDate) -> Ruling {
        let mut weighed = self.weigh(group, date);
        let opinion = self
            .model
            .as_ref()
            .map(|m| m.opinion(&weighed.features(group)));
        let fired = weighed.own.iter().any(|f| f.severity >= 2);
        let mut context = weighed.tally.decide();
        let mut finding = fired && context == Context::Ad;
        if let Some(opinion) = &opinion {
            if weighed.offered.offer == Offer::None && opinion.breach() > RAISE {
                weighed.offered.offer = opinion.offer();
            }
            // Where the model, too, reads an advertisement, phrases that break a rule are believed down to a low sum, and
            // the wording may raise a finding alone; where it does not, only phrases that it confirms stand.
            let page = group.body().nth(1).is_some();
            let agreed = opinion.context() == Context::Ad && (!page || context == Context::Ad);
            let raised = agreed && opinion.breach() > RAISE && financial(weighed.offered.offer);
            finding = if agreed {
                fired && opinion.breach() > KEEP
            } else {
                finding && opinion.breach() > CONFIRM
            };
            if raised && !fired {
                weighed.own = self.by_wording(group, &weighed, opinion, date);
                finding = !weighed.own.is_empty();
            }
            // The cues decide where they speak clearly, and on pages, whose structure they know; the model learnt from single
            // passages.
            let clear = weighed.tally.lead() >= CLEAR || page;
            context = match (finding, clear) {
                (true, _) => Context::Ad,
                (false, true) => context,
                (false, false) => opinion.context(),
            };
        }
        let mut ruling = Ruling {
            context,
            offered: weighed.offered,
            finding,
            claims: BTreeSet::new(),
            findings: Vec::new(),
            tally: weighed.tally,
            breach: 0.0,
        };
        if let Some(opinion) = opinion {
            ruling.breach = opinion.breach();
            let sum = format!("wording {:+.1}", opinion.breach());
            ruling.tally.reasons.push(sum);
            ruling.tally.reasons.extend(opinion.reasons);
        }
        if context != Context::Ad {
            return ruling;
        }
        self.claims_of(group, &mut ruling);
        if !financial(weighed.offered.offer) {
            return ruling;
        }
        let case = Case {
            group,
            offered: weighed.offered,
            speaker: &weighed.speaker,
            terms: &self.terms,
            benchmarks: &self.benchmarks,
            words: &self.words,
            rules: &|id: &str| self.rule(id, date),
            date,
        };
        let mut own = weighed.own;
        if ruling.finding {
            own.extend(weighed.support);
            own = self.of_the_offer(own, ruling.offered.offer, group);
            own.extend(case.no_warning());
            own.extend(case.no_annual_rate());
        }
        if case.high_return() {
            ruling
                .claims
                .extend([ClaimKind::Yield, ClaimKind::HighYield]);
        }
        if weighed.missing {
            ruling.claims.insert(ClaimKind::NoLicenceSign);
        }
        own.extend(case.evasion());
        own.extend(case.nobody_named());
        let raising = Raising {
            speaker: &weighed.speaker,
            words: &self.words,
            on_the_web: group.on_the_web,
        };
        ruling.findings = settle(own, group, &raising, weighed.missing, &self.scoring);
        ruling
    }

    /// What carries an offer: a word of its own trade, or else any word of finance.
    fn carrier<'a>(&self, group: &Group<'a>, offer: Offer) -> Option<(&'a ReadBlock, Claim)> {
        let own = group.asserted().find(|(_, c)| {
            let term = self.terms.get(&c.term);
            term.is_some_and(|t| t.offer == Some(offer))
        });
        if let Some((block, claim)) = own {
            return Some((block, claim.clone()));
        }
        let word = |b: &&'a ReadBlock| b.marks.iter().any(|m| m.id == FINANCE);
        let block = group.body().find(word)?;
        let mark = block.marks.iter().find(|m| m.id == FINANCE)?;
        let claim = Claim {
            plain: mark.plain.clone(),
            original: block.text.map.original(mark.plain.clone()),
            ..of_block(block)
        };
        Some((block, claim))
    }

    /// A finding on the wording of the whole where no single phrase breaks a rule: a licensed business is promoted in the
    /// words of those who have no licence.
    fn by_wording(
        &self,
        group: &Group<'_>,
        weighed: &Weighed,
        opinion: &Opinion,
        date: NaiveDate,
    ) -> Vec<Finding> {
        let (Some(rule), Some((block, claim))) = (
            self.rule("QL-1", date),
            self.carrier(group, weighed.offered.offer),
        ) else {
            return Vec::new();
        };
        let exempt = match (&weighed.speaker, weighed.offered.offer) {
            // Property is a breach only where it promises a return.
            (_, Offer::Property) => true,
            // Products of a named institution, offered by its own people.
            (Speaker::Licensed(_) | Speaker::Mentions(_), Offer::Wealth | Offer::Insurance) => true,
            // A licensed institution has its licence, unless its name stands under words that it would never use.
            (Speaker::Licensed(_), _) => opinion.breach() < DISBELIEVE,
            _ => false,
        };
        if exempt {
            return Vec::new();
        }
        let remark = "未见许可,待核;由整体用语判断,无单一违规词句".to_owned();
        let mut one = finding(rule, block, &claim, remark);
        one.contributions.push(Contribution {
            name: "wording",
            points: f64::from(opinion.breach().clamp(0.0, 4.0)),
            reason: format!("用语模型:{}", opinion.reasons.join("、")),
        });
        vec![one]
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

    /// The findings whose rules the offer can break; all of them where none would be left, so that a doubtful offer
    /// never hides a breach.
    fn of_the_offer(&self, all: Vec<Finding>, offer: Offer, group: &Group<'_>) -> Vec<Finding> {
        let p2p = of_p2p(group);
        let fitting = |f: &&Finding| {
            let rule = self.rules.get(&f.rule);
            rule.is_some_and(|rule| fits(rule, offer, p2p))
        };
        let kept: Vec<Finding> = all.iter().filter(fitting).cloned().collect();
        if kept.iter().any(|f| f.severity >= 2) {
            kept
        } else {
            all
        }
    }
}
