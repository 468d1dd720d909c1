//! The score: named parts that add up, never a hidden total.

use crate::model::finding::{Contribution, Finding, Score};
use std::collections::BTreeMap;

/// Most points of each named part.
const CAPS: [(&str, f64); 7] = [
    ("compliance", 45.0),
    ("yield", 20.0),
    ("licence", 15.0),
    ("spread", 10.0),
    ("wording", 10.0),
    ("evasion", 10.0),
    ("disclosure", 5.0),
];

/// Sums the contributions of findings by name; a rule counts once with its strongest finding.
pub(super) fn score(findings: &[Finding]) -> Score {
    let mut by_rule: BTreeMap<(&'static str, &str), &Contribution> = BTreeMap::new();
    for finding in findings {
        for part in &finding.contributions {
            let slot = by_rule
                .entry((part.name, finding.rule.as_str()))
                .or_insert(part);
            if part.points > slot.points {
                *slot = part;
            }
        }
    }
    let mut contributions = Vec::new();
    for (name, cap) in CAPS {
        let parts = by_rule.iter().filter(|((n, _), _)| *n == name);
        let parts: Vec<_> = parts.map(|(_, c)| *c).collect();
        let sum: f64 = parts.iter().map(|c| c.points).sum();
        if sum > 0.0 {
            let reasons: Vec<&str> = parts.iter().take(5).map(|c| c.reason.as_str()).collect();
            contributions.push(Contribution {
                name,
                points: sum.min(cap),
                reason: reasons.join(";"),
            });
        }
    }
    Score { contributions }
}
