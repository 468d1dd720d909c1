//! The verdicts of many pages folded into one: a site, or a subject with several sites. The order of the pages does not matter.

use super::score::{Besides, score};
use crate::model::finding::{Finding, Score, Strength};
use crate::model::scoring::Scoring;
use crate::model::who::Who;
use std::collections::{BTreeMap, BTreeSet};

/// One capture of a page with its findings.
#[derive(Debug, Clone, PartialEq)]
pub struct PageLine {
    /// Address of the page; captures of one address are one page.
    pub page: String,
    /// When it was captured, in a form whose order is that of time (RFC 3339 in UTC).
    pub captured: String,
    /// The findings that concern the site or subject.
    pub findings: Vec<Finding>,
    /// Who stands behind the page.
    pub who: Who,
    /// Warnings of opinion and crowds on it: (all, urgent ones). They stay outside of the score.
    pub alerts: (usize, usize),
}

/// What many pages come to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Folded {
    /// Pages seen.
    pub pages: usize,
    /// Captures seen; of each page the newest counts.
    pub captures: usize,
    /// Pages with findings.
    pub guilty: usize,
    /// Severity of the gravest finding, 0 without any.
    pub severity: u8,
    /// The strongest evidence.
    pub strength: Option<Strength>,
    /// The score with its parts: each rule once, further pages as spread.
    pub score: Score,
    /// The rules broken, the gravest and strongest first.
    pub rules: Vec<FoldedRule>,
    /// Names of operators with the number of pages that show them, the commonest first.
    pub operators: Vec<(String, usize)>,
    /// Names or accounts of payees, likewise.
    pub payees: Vec<(String, usize)>,
    /// What the registers say (codes of [`crate::model::who::Footing`]), likewise.
    pub standings: Vec<(String, usize)>,
    /// What the pages together show of those behind them, in Chinese: payees that are no operator, several operators.
    pub notes: Vec<String>,
    /// Warnings of opinion and crowds on the newest captures: (all, urgent ones).
    pub alerts: (usize, usize),
    /// First and last capture.
    pub seen: Option<(String, String)>,
}

/// A rule over all pages.
#[derive(Debug, Clone, PartialEq)]
pub struct FoldedRule {
    /// Id of the rule.
    pub rule: String,
    /// What is forbidden.
    pub title: String,
    /// Its gravest severity.
    pub severity: u8,
    /// Its strongest evidence.
    pub strength: Strength,
    /// Pages on which it was found.
    pub pages: usize,
    /// The quote of the gravest finding.
    pub quote: String,
    /// The page on which that stands.
    pub page: String,
}

/// Folds captures of pages, and the number of tips and complaints that name the site, into one judgement.
pub fn fold(lines: &[PageLine], complaints: usize, scoring: &Scoring) -> Folded {
    let newest = newest(lines);
    let guilty = newest.values().filter(|l| !l.findings.is_empty()).count();
    let findings = || newest.values().flat_map(|l| &l.findings);
    let count = |name: &dyn Fn(&PageLine) -> Option<String>| {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for name in newest.values().filter_map(|l| name(l)) {
            *counts.entry(name).or_default() += 1;
        }
        let mut list: Vec<(String, usize)> = counts.into_iter().collect();
        list.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        list
    };
    let payee = |l: &PageLine| {
        let payee = l.who.payee.as_ref()?;
        Some(payee.name.clone().unwrap_or_else(|| payee.account.clone()))
    };
    let operators = count(&|l| l.who.operator.as_ref().map(|o| o.name.clone()));
    // What somebody says of a site weighs only where something was found: complaints alone accuse nobody.
    let besides = Besides {
        further: guilty.saturating_sub(1),
        complaints: if guilty > 0 { complaints } else { 0 },
    };
    let times: BTreeSet<&String> = lines.iter().map(|l| &l.captured).collect();
    Folded {
        pages: newest.len(),
        captures: lines.len(),
        guilty,
        severity: findings().map(|f| f.severity).max().unwrap_or(0),
        strength: findings().map(|f| f.strength).min(),
        score: score(findings(), besides, scoring),
        rules: rules(&newest),
        notes: notes(&newest, &operators),
        operators,
        payees: count(&payee),
        standings: count(&|l| Some(l.who.standing.code().to_owned())),
        alerts: newest
            .values()
            .fold((0, 0), |sum, l| (sum.0 + l.alerts.0, sum.1 + l.alerts.1)),
        seen: times
            .first()
            .zip(times.last())
            .map(|(a, b)| ((*a).clone(), (*b).clone())),
    }
}

/// What a page alone may not show: that the payee of one is not the operator of another.
fn notes(newest: &BTreeMap<&str, &PageLine>, operators: &[(String, usize)]) -> Vec<String> {
    let mut notes = BTreeSet::new();
    for payee in newest.values().filter_map(|l| l.who.payee.as_ref()) {
        let known = |name: &String| operators.iter().any(|(operator, _)| operator == name);
        match &payee.name {
            Some(name) if !known(name) => {
                notes.insert(format!("收款人「{name}」不是页面所示运营主体"));
            }
            None if payee.personal => {
                notes.insert("有页面要求向个人账户或个人收款方式付款".to_owned());
            }
            _ => {}
        }
    }
    if operators.len() > 1 {
        notes.insert(format!("各页所示运营主体有{}个", operators.len()));
    }
    notes.into_iter().collect()
}

/// The newest capture of each page; of two at the same time the one with the greater findings, so that the order in which they
/// came does not matter.
fn newest(lines: &[PageLine]) -> BTreeMap<&str, &PageLine> {
    let mut newest: BTreeMap<&str, &PageLine> = BTreeMap::new();
    for line in lines {
        let slot = newest.entry(line.page.as_str()).or_insert(line);
        if rank(line) > rank(slot) {
            *slot = line;
        }
    }
    newest
}

type Rank<'a> = (
    &'a str,
    Vec<(u8, &'a str, &'a str, std::cmp::Reverse<Strength>)>,
    String,
);

fn rank(line: &PageLine) -> Rank<'_> {
    let mut findings: Vec<_> = line
        .findings
        .iter()
        .map(|f| {
            let strength = std::cmp::Reverse(f.strength);
            (f.severity, f.rule.as_str(), f.quote.as_str(), strength)
        })
        .collect();
    findings.sort();
    findings.reverse();
    // What is equal in all that is counted may still differ elsewhere.
    (line.captured.as_str(), findings, format!("{line:?}"))
}

fn rules(newest: &BTreeMap<&str, &PageLine>) -> Vec<FoldedRule> {
    let mut of: BTreeMap<&str, Vec<(&str, &Finding)>> = BTreeMap::new();
    for (page, line) in newest {
        for finding in &line.findings {
            let list = of.entry(finding.rule.as_str()).or_default();
            list.push((page, finding));
        }
    }
    let mut rules: Vec<FoldedRule> = of
        .into_iter()
        .filter_map(|(rule, mut found)| {
            let pages: BTreeSet<&str> = found.iter().map(|(page, _)| *page).collect();
            found.sort_by_key(|(page, f)| {
                (
                    5 - f.severity.min(5),
                    f.strength,
                    *page,
                    f.span.start,
                    f.quote.as_str(),
                )
            });
            let strongest = found.iter().map(|(_, f)| f.strength).min()?;
            let (page, first) = found.first()?;
            Some(FoldedRule {
                rule: rule.to_owned(),
                title: first.title.clone(),
                severity: first.severity,
                strength: strongest,
                pages: pages.len(),
                quote: first.quote.clone(),
                page: (*page).to_owned(),
            })
        })
        .collect();
    rules.sort_by(|a, b| {
        let key = |r: &FoldedRule| (5 - r.severity.min(5), r.strength);
        key(a).cmp(&key(b)).then_with(|| a.rule.cmp(&b.rule))
    });
    rules
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::score::tests::scoring;
    use crate::model::finding::Contribution;
    use proptest::prelude::*;

    fn finding(rule: u8, severity: u8, strength: Strength, points: f64) -> Finding {
        Finding {
            rule: format!("R-{rule}"),
            title: format!("title {rule}"),
            basis: String::new(),
            severity,
            strength,
            quote: format!("quote {rule} {points}"),
            span: 0..0,
            block: 0,
            path: String::new(),
            remark: String::new(),
            advertiser: None,
            contributions: vec![Contribution {
                name: if rule.is_multiple_of(3) {
                    "yield"
                } else {
                    "compliance"
                },
                points,
                reason: format!("because {rule} {points}"),
            }],
        }
    }

    fn line(page: u8, captured: u8, findings: Vec<Finding>) -> PageLine {
        PageLine {
            page: format!("http://shop.example/{page}"),
            captured: format!("2026-11-{captured:02}T00:00:00.000Z"),
            findings,
            who: Who::default(),
            alerts: (1, 0),
        }
    }

    fn lines() -> impl Strategy<Value = Vec<PageLine>> {
        let finding =
            (0u8..6, 1u8..6, 0usize..4, 0u32..40).prop_map(|(rule, severity, s, points)| {
                finding(rule, severity, Strength::ALL[s], f64::from(points) * 0.7)
            });
        let line = (0u8..5, 1u8..28, prop::collection::vec(finding, 0..4))
            .prop_map(|(page, captured, findings)| line(page, captured, findings));
        prop::collection::vec(line, 0..12)
    }

    proptest! {
        #[test]
        fn the_order_of_the_pages_does_not_matter(lines in lines(), seed in any::<u64>()) {
            let mut shuffled = lines.clone();
            // A shuffle that follows from the seed.
            let mut state = seed | 1;
            for i in (1..shuffled.len()).rev() {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                shuffled.swap(i, (state >> 33) as usize % (i + 1));
            }
            prop_assert_eq!(fold(&lines, 0, &scoring()), fold(&shuffled, 0, &scoring()));
        }

        #[test]
        fn the_parts_add_up(lines in lines()) {
            let folded = fold(&lines, 0, &scoring());
            let sum: f64 = folded.score.contributions.iter().map(|c| c.points).sum();
            prop_assert!((folded.score.total() - sum.min(100.0)).abs() < 1e-9);
            prop_assert_eq!(folded.severity > 0, folded.guilty > 0);
        }
    }

    #[test]
    fn the_newest_capture_of_a_page_counts() {
        let old = line(1, 1, vec![finding(1, 5, Strength::A, 20.0)]);
        let new = line(1, 9, vec![finding(2, 2, Strength::C, 8.0)]);
        let folded = fold(&[old, new], 0, &scoring());
        assert_eq!((folded.pages, folded.captures, folded.severity), (1, 2, 2));
        assert_eq!(folded.rules.len(), 1);
        assert_eq!(folded.alerts, (1, 0));
    }

    #[test]
    fn the_payee_of_one_page_is_held_against_the_operator_of_another() {
        let mut home = line(1, 1, Vec::new());
        home.who.operator = Some(crate::model::who::Named {
            name: "甲公司".into(),
            span: None,
            code: None,
        });
        let mut pay = line(2, 1, Vec::new());
        pay.who.payee = Some(crate::model::who::Payee {
            name: Some("王某".into()),
            account: "…4444".into(),
            personal: true,
            span: None,
        });
        let folded = fold(&[home, pay], 0, &scoring());
        assert_eq!(folded.notes, ["收款人「王某」不是页面所示运营主体"]);
    }

    #[test]
    fn complaints_weigh_only_beside_findings() {
        let guilty = line(1, 1, vec![finding(1, 4, Strength::C, 16.0)]);
        assert_eq!(fold(&[guilty], 2, &scoring()).score.total(), 22.0);
        let clean = fold(&[line(1, 1, Vec::new())], 2, &scoring());
        assert_eq!((clean.score.total(), clean.severity), (0.0, 0));
    }

    #[test]
    fn a_rule_counts_once_and_pages_spread() {
        let page = |n| line(n, 1, vec![finding(1, 4, Strength::C, 16.0)]);
        let folded = fold(&[page(1), page(2), page(3)], 0, &scoring());
        let parts: Vec<(&str, f64)> = folded
            .score
            .contributions
            .iter()
            .map(|c| (c.name, c.points))
            .collect();
        assert_eq!(parts, [("compliance", 16.0), ("spread", 4.0)]);
        assert_eq!(folded.rules.first().map(|r| r.pages), Some(3));
    }
}
