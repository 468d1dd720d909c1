//! Rules that claims break, with the quote.

use super::speaker::Speaker;
use crate::model::claim::{Claim, ClaimKind, Polarity};
use crate::model::context::Offer;
use crate::model::finding::{Contribution, Finding, Strength};
use crate::model::reading::ReadBlock;
use crate::model::rule::Rule;

/// Longest quote in characters: the claim with what stands around it in its clause.
const QUOTE: usize = 60;

/// A finding of `rule` at a claim. The points of its parts are units, which [`super::strength`] turns into points; the basis is the
/// rule's newest, until the judge puts that of the day there.
pub(super) fn finding(rule: &Rule, block: &ReadBlock, claim: &Claim, remark: String) -> Finding {
    let span = claim.original.clone();
    let quote = block.text.original.get(span.clone()).unwrap_or("");
    let quote: String = quote.chars().take(QUOTE).collect();
    let severity = rule.severity + u8::from(claim.evaded && (3..5).contains(&rule.severity));
    let mut contributions = vec![compliance(rule, &quote)];
    if claim.evaded {
        contributions.push(Contribution {
            name: "evasion",
            points: 1.0,
            reason: format!("变体规避写法「{quote}」"),
        });
    }
    Finding {
        rule: rule.id.clone(),
        title: rule.title.clone(),
        basis: rule.newest().map_or_else(String::new, |b| b.text.clone()),
        severity: severity.min(rule.words_cap.unwrap_or(5)).min(5),
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

/// What the rule itself counts: its severity, capped where only words show it.
pub(super) fn compliance(rule: &Rule, quote: &str) -> Contribution {
    let severity = rule.severity.min(rule.words_cap.unwrap_or(5));
    Contribution {
        name: "compliance",
        points: f64::from(severity),
        reason: format!("{}「{quote}」", rule.id),
    }
}

/// A finding whose quote is the block itself.
pub(super) fn whole(rule: &Rule, block: &ReadBlock, remark: String) -> Finding {
    finding(rule, block, &of_block(block), remark)
}

/// A claim that spans its block.
pub(super) fn of_block(block: &ReadBlock) -> Claim {
    Claim {
        kind: ClaimKind::Forbidden,
        plain: 0..block.text.plain.len(),
        original: 0..block.text.original.len(),
        polarity: Polarity::Asserted,
        term: String::new(),
        rules: Vec::new(),
        figure: None,
        evaded: false,
    }
}

/// Strongest first, then by rule and place.
pub(super) fn order(a: &Finding, b: &Finding) -> std::cmp::Ordering {
    b.severity
        .cmp(&a.severity)
        .then_with(|| a.rule.cmp(&b.rule))
        .then_with(|| a.span.start.cmp(&b.span.start))
        .then_with(|| a.span.end.cmp(&b.span.end))
        .then_with(|| a.block.cmp(&b.block))
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
