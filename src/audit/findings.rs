//! Rules that claims break, with the quote.

use super::speaker::Speaker;
use crate::model::claim::Claim;
use crate::model::context::Offer;
use crate::model::finding::{Contribution, Finding, Strength};
use crate::model::reading::ReadBlock;
use crate::model::rule::Rule;

/// Longest quote in characters: the claim with what stands around it in its clause.
const QUOTE: usize = 60;

/// A finding of `rule` at a claim.
pub(super) fn finding(rule: &Rule, block: &ReadBlock, claim: &Claim, remark: String) -> Finding {
    let span = claim.original.clone();
    let quote = block.text.original.get(span.clone()).unwrap_or("");
    let quote: String = quote.chars().take(QUOTE).collect();
    let severity = rule.severity + u8::from(claim.evaded && (3..5).contains(&rule.severity));
    let mut contributions = vec![Contribution {
        name: "compliance",
        points: f64::from(rule.severity) * 4.0,
        reason: format!("{}「{quote}」", rule.id),
    }];
    if claim.evaded {
        contributions.push(Contribution {
            name: "evasion",
            points: 4.0,
            reason: format!("变体规避写法「{quote}」"),
        });
    }
    Finding {
        rule: rule.id.clone(),
        title: rule.title.clone(),
        basis: rule.basis.clone(),
        severity: severity.min(5),
        strength: Strength::C,
        span: block.start + span.start..block.start + span.start + quote.len(),
        quote,
        block: block.index,
        path: block.path.clone(),
        remark,
        advertiser: None,
        contributions,
    }
}

/// Whether a claim binds the speaker: a licensed institution's plain notice breaks only what binds it too. A product
/// of a named institution, offered by whomever, is measured like the institution's own.
pub(super) fn binds(term_bound: bool, speaker: &Speaker, offer: Offer) -> bool {
    match speaker {
        Speaker::Licensed(_) => term_bound,
        Speaker::Mentions(_) => term_bound || offer != Offer::Wealth,
        Speaker::Unnamed => true,
    }
}
