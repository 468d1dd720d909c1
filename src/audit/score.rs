//! The score: named parts that add up, never a hidden total. Caps and colours stand in `lexicons/score.toml`.

use crate::model::finding::{Contribution, Finding, Score};
use crate::model::scoring::Scoring;
use std::collections::BTreeMap;

/// Reasons shown for one part.
const REASONS: usize = 5;
/// The part that counts further pages.
const SPREAD: &str = "spread";
/// The part that counts tips and complaints.
const COMPLAINTS: &str = "complaints";

/// What counts besides findings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Besides {
    /// Pages with findings beyond the first.
    pub(super) further: usize,
    /// Tips and complaints that name the site.
    pub(super) complaints: usize,
}

impl Besides {
    /// What a part counts, with its reason in Chinese; `None` for parts that only findings fill.
    fn part(self, name: &str) -> Option<(&'static str, usize, String)> {
        match name {
            SPREAD => Some((
                SPREAD,
                self.further,
                format!("另有{}个页面有发现", self.further),
            )),
            COMPLAINTS => {
                let reason = format!("举报投诉{}件", self.complaints);
                Some((COMPLAINTS, self.complaints, reason))
            }
            _ => None,
        }
    }
}

/// Sums the contributions of findings by name; a rule counts once with its strongest finding. The order of the findings does not matter.
pub(super) fn score<'f>(
    findings: impl Iterator<Item = &'f Finding>,
    besides: Besides,
    scoring: &Scoring,
) -> Score {
    let mut by_rule: BTreeMap<(&'static str, &str), &Contribution> = BTreeMap::new();
    for finding in findings {
        for part in &finding.contributions {
            let slot = by_rule
                .entry((part.name, finding.rule.as_str()))
                .or_insert(part);
            if weightier(part, slot) {
                *slot = part;
            }
        }
    }
    let mut contributions = Vec::new();
    for part in &scoring.parts {
        let parts = by_rule.iter().filter(|((n, _), _)| *n == part.name);
        let parts: Vec<&Contribution> = parts.map(|(_, c)| *c).collect();
        let mut sum: f64 = parts.iter().map(|c| c.points).sum();
        let mut reasons: Vec<String> = parts
            .iter()
            .take(REASONS)
            .map(|c| c.reason.clone())
            .collect();
        let counted = besides.part(&part.name).filter(|(_, n, _)| *n > 0);
        if let Some((_, n, reason)) = &counted {
            sum += *n as f64 * part.unit;
            reasons.push(reason.clone());
        }
        let name = parts.first().map(|c| c.name);
        let name = name.or(counted.map(|(name, _, _)| name));
        if let (Some(name), true) = (name, sum > 0.0) {
            contributions.push(Contribution {
                name,
                points: sum.min(part.most),
                reason: reasons.join(";"),
            });
        }
    }
    let mut score = Score {
        contributions,
        ..Score::default()
    };
    score.colour = scoring.colour(score.total());
    score
}

/// Whether a part outweighs another of the same name and rule; of equal ones the first by its words counts.
fn weightier(part: &Contribution, other: &Contribution) -> bool {
    part.points > other.points || part.points == other.points && part.reason < other.reason
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::model::finding::{Colour, Strength};
    use crate::model::scoring::Part;

    /// Three parts with bounds that sums in tests reach.
    pub(in crate::audit) fn scoring() -> Scoring {
        let part = |name: &str, unit, most| Part {
            name: name.into(),
            label: name.into(),
            unit,
            most,
        };
        Scoring {
            parts: vec![
                part("compliance", 4.0, 45.0),
                part("yield", 4.0, 20.0),
                part("spread", 2.0, 10.0),
                part("complaints", 3.0, 9.0),
            ],
            red: 70.0,
            orange: 40.0,
        }
    }

    fn finding(rule: &str, name: &'static str, points: f64) -> Finding {
        Finding {
            rule: rule.into(),
            title: String::new(),
            basis: String::new(),
            severity: 3,
            strength: Strength::C,
            quote: String::new(),
            span: 0..0,
            block: 0,
            path: String::new(),
            remark: String::new(),
            advertiser: None,
            contributions: vec![Contribution {
                name,
                points,
                reason: format!("{rule} {points}"),
            }],
        }
    }

    #[test]
    fn the_parts_add_up_and_a_rule_counts_once() {
        let findings = [
            finding("A", "compliance", 16.0),
            finding("A", "compliance", 12.0),
            finding("B", "compliance", 8.0),
            finding("Y", "yield", 30.0),
        ];
        let score = score(findings.iter(), Besides::default(), &scoring());
        let parts: Vec<(&str, f64)> = score
            .contributions
            .iter()
            .map(|c| (c.name, c.points))
            .collect();
        assert_eq!(parts, [("compliance", 24.0), ("yield", 20.0)]);
        assert_eq!(score.total(), 44.0);
        assert_eq!(score.colour, Colour::Orange);
    }

    #[test]
    fn further_pages_count_up_to_the_cap() {
        let findings = [finding("A", "compliance", 4.0)];
        let total = |further| {
            let besides = Besides {
                further,
                ..Besides::default()
            };
            score(findings.iter(), besides, &scoring()).total()
        };
        assert_eq!([total(0), total(2), total(9)], [4.0, 8.0, 14.0]);
    }

    #[test]
    fn complaints_are_a_part_of_their_own_with_its_reason() {
        let findings = [finding("A", "compliance", 4.0)];
        let besides = Besides {
            further: 0,
            complaints: 2,
        };
        let score = score(findings.iter(), besides, &scoring());
        let last = score.contributions.last().unwrap();
        assert_eq!((last.name, last.points), ("complaints", 6.0));
        assert_eq!(last.reason, "举报投诉2件");
    }

    #[test]
    fn nothing_is_green() {
        let score = score(std::iter::empty(), Besides::default(), &scoring());
        assert_eq!((score.total(), score.colour), (0.0, Colour::Green));
    }
}
