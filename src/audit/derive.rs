//! Rules that no single phrase breaks: missing licence, yields against thresholds, missing warning.

use super::findings::finding;
use super::group::Group;
use super::offer::{Offered, needs_licence};
use super::speaker::Speaker;
use crate::model::benchmarks::Benchmarks;
use crate::model::claim::{Claim, ClaimKind};
use crate::model::context::Offer;
use crate::model::finding::{Contribution, Finding};
use crate::model::lexicon::Term;
use crate::model::reading::ReadBlock;
use crate::model::rule::Rule;
use crate::model::who::WhoWords;
use crate::model::yields::YieldSide;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// What is said where no licence was seen: unknown, to be checked.
pub(super) const NO_LICENCE_SEEN: &str = "未见许可,待核";

/// What the derived rules look at.
pub(super) struct Case<'a> {
    pub(super) group: &'a Group<'a>,
    pub(super) offered: Offered,
    pub(super) speaker: &'a Speaker,
    pub(super) terms: &'a BTreeMap<String, Term>,
    pub(super) benchmarks: &'a Benchmarks,
    pub(super) words: &'a WhoWords,
    pub(super) rules: &'a dyn Fn(&str) -> Option<&'a Rule>,
    pub(super) date: NaiveDate,
}

impl<'a> Case<'a> {
    /// Whether the group asks the reader to act: a contact, an imperative, a product card.
    pub(super) fn solicits(&self) -> bool {
        !self.group.contacts().is_empty()
            || self.group.has(ClaimKind::CallToAction)
            || self.group.has(ClaimKind::Lure)
            || self.group.asserted().any(|(_, c)| c.term == "wealth-card")
    }

    /// Whether even a licensed institution presses too hard: a guarantee together with a high or compared return and
    /// no risk warning, or credit that is both unsecured and instant.
    pub(super) fn pressing(&self) -> bool {
        let guarantee = self
            .group
            .asserted()
            .any(|(_, c)| c.kind == ClaimKind::Guarantee && !self.was_lawful(c));
        let high = self.group.has(ClaimKind::HighYield)
            || self.group.asserted().any(|(_, c)| c.term == "compare-bank");
        let easy: BTreeSet<&str> = self
            .group
            .asserted()
            .filter(|(_, c)| c.kind == ClaimKind::EasyCredit && !self.supports(&c.term))
            .map(|(_, c)| c.term.as_str())
            .collect();
        guarantee && high && !self.group.has(ClaimKind::Disclosure) || easy.len() >= 2
    }

    /// Whether a licensed institution could lawfully claim it on the day that is judged.
    pub(super) fn was_lawful(&self, claim: &Claim) -> bool {
        let until = self.terms.get(&claim.term).and_then(|t| t.lawful_until);
        let licensed = matches!(self.speaker, Speaker::Licensed(_) | Speaker::Mentions(_));
        licensed && until.is_some_and(|day| self.date <= day)
    }

    fn supports(&self, term: &str) -> bool {
        self.terms.get(term).is_some_and(|t| t.support)
    }

    /// The first claim that carries the offer.
    fn carrier(&self) -> Option<(&'a ReadBlock, &'a Claim)> {
        let offer = self.offered.offer;
        self.group.asserted().find(|(_, claim)| {
            let term = self.terms.get(&claim.term);
            term.is_some_and(|t| t.offer == Some(offer))
        })
    }

    /// Offers of a licensed business by somebody who shows no licence.
    pub(super) fn unlicensed(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        if !self.licence_missing() {
            return found;
        }
        let Some((block, claim)) = self.carrier() else {
            return found;
        };
        for id in offer_rules(self.offered.offer, self.group) {
            let Some(rule) = (self.rules)(id) else {
                continue;
            };
            let mut one = finding(rule, block, claim, licence_remark(self.speaker));
            if id == "QL-1" {
                one.contributions.push(Contribution {
                    name: "licence",
                    points: 1.0,
                    reason: NO_LICENCE_SEEN.into(),
                });
            }
            found.push(one);
        }
        found
    }

    /// Whether a licensed activity is solicited and no licensed institution speaks.
    pub(super) fn licence_missing(&self) -> bool {
        let laundering = self.group.asserted().any(|(_, c)| c.term == "pay-run");
        // A department that no such institution has (某银行贷款中心) makes its name no licence.
        let fake = self
            .group
            .asserted()
            .any(|(_, c)| c.term == "fake-institution");
        let lawful = match (self.speaker, self.offered.offer) {
            (_, Offer::Payment) if laundering => false,
            (Speaker::Licensed(_), Offer::Scheme | Offer::Crypto) => false,
            (Speaker::Licensed(_), _) => true,
            (Speaker::Mentions(_), Offer::Wealth | Offer::Insurance) => !fake,
            _ => false,
        };
        let least = match self.offered.offer {
            Offer::Insurance => 3.0,
            Offer::Wealth if self.figure_with_contact() => 1.0,
            _ => 2.0,
        };
        !lawful
            && !self.bare_introduction()
            && (needs_licence(self.offered.offer) || self.offered.offer == Offer::Scheme)
            && self.offered.points >= least
            && self.solicits()
    }

    /// Whether a figure and a way to reach the advertiser stand together.
    fn figure_with_contact(&self) -> bool {
        !self.group.contacts().is_empty() && self.group.asserted().any(|(_, c)| c.figure.is_some())
    }

    /// Whether the group only says who it is: founded, located, devoted to, with neither figure, promise nor product.
    fn bare_introduction(&self) -> bool {
        let promises = self.group.asserted().any(|(_, c)| {
            let kinds = [
                ClaimKind::Guarantee,
                ClaimKind::Yield,
                ClaimKind::HighYield,
                ClaimKind::EasyCredit,
                ClaimKind::Lure,
            ];
            kinds.contains(&c.kind) && !self.supports(&c.term)
        });
        self.group.marked("bare-intro") > 0 && !promises
    }

    /// Whether any figure of return, a tenth of the principal or more, is asserted.
    pub(super) fn high_return(&self) -> bool {
        self.group.asserted().any(|(_, c)| {
            c.figure
                .as_ref()
                .is_some_and(|f| self.returns(f.side) && f.exceeds(self.benchmarks.loss))
        })
    }

    /// Whether a figure is the reader's return here: said so, or unclear in an offer to invest.
    fn returns(&self, side: YieldSide) -> bool {
        match side {
            YieldSide::Return | YieldSide::Subsidy => true,
            YieldSide::Unclear => !matches!(
                self.offered.offer,
                Offer::Loan | Offer::Payment | Offer::None | Offer::Insurance
            ),
            // 年利率 of a loan that the reader is to fund is his return: a tender card says so.
            YieldSide::Cost => {
                self.offered.offer == Offer::Wealth
                    && self.group.asserted().any(|(_, c)| c.term == "wealth-card")
            }
        }
    }

    /// Figures of return against the thresholds of 6, 8, 10 and 24 percent a year.
    pub(super) fn yields(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        for (block, claim) in self.group.asserted() {
            let Some(figure) = &claim.figure else {
                continue;
            };
            if !self.returns(figure.side) {
                continue;
            }
            let annual = figure.effective().map(|(_, high)| high);
            let Some(severity) =
                yield_severity(annual, figure.masked_ten(), figure.income.is_some())
            else {
                continue;
            };
            let licensed = matches!(self.speaker, Speaker::Licensed(_) | Speaker::Mentions(_));
            if licensed && !self.pressing() {
                continue;
            }
            // A promised return on property breaks the rule on property advertisements besides.
            let ids: &[&str] = match self.offered.offer {
                Offer::Property => &["AD-26-1", "YD-8"],
                _ => &["YD-8"],
            };
            for rule in ids.iter().filter_map(|id| (self.rules)(id)) {
                let remark = format!("{};{}", figure.formula, "仅作评分参考,以核实为准");
                let mut one = finding(rule, block, claim, remark);
                one.severity = severity;
                one.contributions.push(Contribution {
                    name: "yield",
                    points: f64::from(severity),
                    reason: figure.formula.clone(),
                });
                found.push(one);
            }
        }
        found
    }

    /// Returns of four times the one-year LPR and more, and borrowing costs above what courts protect.
    pub(super) fn against_benchmarks(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        if !matches!(self.speaker, Speaker::Unnamed) {
            return found;
        }
        let lpr = &self.benchmarks.lpr_one_year;
        for (block, claim) in self.group.asserted() {
            let Some(figure) = &claim.figure else {
                continue;
            };
            let Some((_, high)) = figure.annual else {
                continue;
            };
            let cost = figure.side == YieldSide::Cost && !self.returns(figure.side)
                || figure.side == YieldSide::Unclear && self.offered.offer == Offer::Loan;
            let (id, least) = match (cost, self.returns(figure.side)) {
                (true, _) => ("LN-RATE", self.benchmarks.lending_cap()),
                (false, true) => ("YD-REL", lpr.percent * 4.0),
                _ => continue,
            };
            if let (true, Some(rule)) = (high > least, (self.rules)(id)) {
                let remark = format!(
                    "{};为一年期LPR {}%({})的 {:.1} 倍",
                    figure.formula,
                    lpr.percent,
                    lpr.as_of,
                    high / lpr.percent
                );
                found.push(finding(rule, block, claim, remark));
            }
        }
        found
    }

    /// Spelling made to evade: a signal, never a finding alone.
    pub(super) fn evasion(&self) -> Option<Finding> {
        let (block, claim) = self.group.asserted().find(|(_, c)| c.evaded)?;
        let rule = (self.rules)("OB-1")?;
        let mut classes: Vec<&str> = block
            .text
            .evasions
            .iter()
            .filter(|e| e.strong)
            .map(|e| e.class)
            .collect();
        classes.sort_unstable();
        classes.dedup();
        let remark = format!(
            "还原为「{}」;手法 {}",
            self.plain(block, claim),
            classes.join("、")
        );
        Some(finding(rule, block, claim, remark))
    }

    fn plain(&self, block: &'a ReadBlock, claim: &Claim) -> &'a str {
        block.text.plain.get(claim.plain.clone()).unwrap_or("")
    }

    /// An offer of a licensed business that can only be reached privately: a signal.
    pub(super) fn nobody_named(&self) -> Option<Finding> {
        let contacts = self.group.reachable();
        let private = |c: &&str| {
            matches!(
                *c,
                "contact-mobile"
                    | "contact-private"
                    | "contact-qq"
                    | "contact-telegram"
                    | "contact-wechat"
            )
        };
        let named = !matches!(self.speaker, Speaker::Unnamed);
        if named || contacts.is_empty() || !contacts.iter().all(private) {
            return None;
        }
        let (block, claim) = self
            .group
            .asserted()
            .find(|(_, c)| c.term.starts_with("contact-"))?;
        let rule = (self.rules)("ID-MISS")?;
        Some(finding(
            rule,
            block,
            claim,
            "只见私人联系方式,未见经营主体".into(),
        ))
    }

    /// A loan offered without its annual rate (absence rule).
    pub(super) fn no_annual_rate(&self) -> Option<Finding> {
        let stated = self.group.blocks.iter().any(|b| {
            let text = &b.text.plain;
            self.words.annual.iter().any(|w| text.contains(w.as_str()))
        });
        let lends = self.offered.offer == Offer::Loan;
        if !lends || stated || matches!(self.speaker, Speaker::Licensed(_)) {
            return None;
        }
        let (block, claim) = self.carrier()?;
        let rule = (self.rules)("LN-APR")?;
        let remark = "全文未见年化利率;如落地页有,以落地页为准".to_owned();
        let mut one = finding(rule, block, claim, remark);
        one.contributions.push(Contribution {
            name: "disclosure",
            points: 1.0,
            reason: "全文未见年化利率".into(),
        });
        Some(one)
    }

    /// An investment offer without any risk warning (absence rule).
    pub(super) fn no_warning(&self) -> Option<Finding> {
        let invests = matches!(
            self.offered.offer,
            Offer::Wealth | Offer::Equity | Offer::Securities | Offer::Crypto | Offer::Property
        );
        let warned = self
            .group
            .blocks
            .iter()
            .any(|b| b.claims.iter().any(|c| c.kind == ClaimKind::Disclosure));
        if !invests || warned || matches!(self.speaker, Speaker::Licensed(_)) {
            return None;
        }
        let (block, claim) = self.carrier()?;
        let rule = (self.rules)("AD-25-0")?;
        let mut one = finding(
            rule,
            block,
            claim,
            "全文未见风险提示;如落地页有,以落地页为准".into(),
        );
        one.contributions.push(Contribution {
            name: "disclosure",
            points: 1.0,
            reason: "全文未见风险提示".into(),
        });
        Some(one)
    }
}

fn licence_remark(speaker: &Speaker) -> String {
    match speaker {
        Speaker::Mentions(name) => format!("未见许可,待核;文中提及「{name}」,不等于其发布"),
        _ => NO_LICENCE_SEEN.into(),
    }
}

/// Severity of an annual return; income from nothing and masked digits count as ten percent.
fn yield_severity(annual: Option<f64>, masked: bool, income: bool) -> Option<u8> {
    match annual {
        None if income => Some(4),
        Some(a) if a >= 24.0 => Some(5),
        Some(a) if a >= 10.0 => Some(4),
        Some(a) if a >= 8.0 => Some(3),
        Some(a) if a >= 6.0 => Some(2),
        None if masked => Some(4),
        _ => None,
    }
}

/// The rules that an unlicensed offer breaks by itself.
fn offer_rules(offer: Offer, group: &Group<'_>) -> Vec<&'static str> {
    let has = |term: &str| group.asserted().any(|(_, c)| c.term == term);
    match offer {
        Offer::Loan => vec!["LN-QUAL", "QL-1"],
        Offer::Securities if has("sec-margin") => vec!["SC-161", "QL-1"],
        Offer::Securities if has("sec-tips") => vec!["SC-160", "QL-1"],
        Offer::Securities => vec!["FU-122", "QL-1"],
        Offer::Crypto => vec!["VC-1"],
        Offer::Payment => vec!["PY-6", "QL-1"],
        Offer::Insurance => vec!["IN-23", "QL-1"],
        Offer::Equity if has("sec-ipo") => vec!["SC-9", "QL-1"],
        Offer::Equity => vec!["CF-1", "QL-1"],
        Offer::Scheme if has("scheme-mlm") || has("lure-refer") && !has("lure-rebate") => {
            vec!["MLM-7"]
        }
        Offer::Scheme => vec!["IF-19-3"],
        _ => vec!["QL-1"],
    }
}
