//! What is offered: decided by what is promised, not by what the site calls itself (穿透式).

use super::group::Group;
use crate::model::claim::ClaimKind;
use crate::model::context::Offer;
use crate::model::lexicon::Term;
use crate::model::yields::YieldSide;
use std::collections::BTreeMap;

/// The offer with the points behind it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Offered {
    pub(super) offer: Offer,
    pub(super) points: f64,
}

/// Marks of trades that are other teams' work, with the offer that they make of a text.
const OTHER_TRADES: [(&str, Offer); 4] = [
    ("gambling", Offer::Gambling),
    ("documents", Offer::None),
    ("porn", Offer::None),
    ("goods", Offer::None),
];

pub(super) fn offered(group: &Group<'_>, terms: &BTreeMap<String, Term>) -> Offered {
    let mut votes: BTreeMap<Offer, f64> = BTreeMap::new();
    let mut words: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    for (block, claim) in group.asserted() {
        let word = block.text.plain.get(claim.plain.clone()).unwrap_or("");
        *words.entry((claim.term.as_str(), word)).or_default() += 1;
    }
    for ((term, _), _) in words {
        let Some(term) = terms.get(term) else {
            continue;
        };
        if let Some(offer) = term.offer {
            let share = if term.kind == ClaimKind::Offer {
                1.0
            } else {
                0.8
            };
            *votes.entry(offer).or_default() += f64::from(term.weight) * share;
        }
    }
    let mut best = Offered {
        offer: Offer::None,
        points: 0.0,
    };
    for (offer, points) in votes {
        if points > best.points {
            best = Offered { offer, points };
        }
    }
    if best.points == 0.0 {
        best = by_promise(group);
    }
    for (mark, offer) in OTHER_TRADES {
        let points = group.marked(mark) as f64 * 2.0;
        if points >= 2.0 && points >= best.points {
            best = Offered { offer, points };
        }
    }
    best
}

/// A promise of income or of winning with nothing else named: a scheme, or an investment.
fn by_promise(group: &Group<'_>) -> Offered {
    let mut best = Offered {
        offer: Offer::None,
        points: 0.0,
    };
    let invests = group.body().any(|b| {
        ["投资", "盈利", "收益", "本金", "赚", "盈"]
            .iter()
            .any(|w| b.text.plain.contains(w))
            && !["代理商", "经销", "加盟商"]
                .iter()
                .any(|w| b.text.plain.contains(w))
    });
    let card = group
        .body()
        .any(|b| b.cues.iter().any(|c| c.id == "ad-card"));
    for (_, claim) in group.asserted() {
        let income = claim.term == "yield-impossible"
            || claim.figure.as_ref().is_some_and(|f| f.income.is_some());
        let returns = claim.figure.as_ref().is_some_and(|f| match f.side {
            YieldSide::Return => true,
            YieldSide::Unclear => card,
            YieldSide::Subsidy => f.annual.is_some(),
            YieldSide::Cost => false,
        });
        if income {
            let points = 2.0;
            return Offered {
                offer: Offer::Scheme,
                points,
            };
        }
        let wins = matches!(
            claim.term.as_str(),
            "guarantee-win" | "guarantee-no-risk" | "yield-return-of"
        );
        if returns || wins && invests {
            best = Offered {
                offer: Offer::Wealth,
                points: 2.0,
            };
        }
    }
    best
}

/// Whether the offer is a business that needs a licence.
pub(super) fn needs_licence(offer: Offer) -> bool {
    matches!(
        offer,
        Offer::Wealth
            | Offer::Loan
            | Offer::Equity
            | Offer::Securities
            | Offer::Crypto
            | Offer::Insurance
            | Offer::Payment
            | Offer::OtherFinance
    )
}

/// Whether the offer is financial at all.
pub(super) fn financial(offer: Offer) -> bool {
    needs_licence(offer) || matches!(offer, Offer::Property | Offer::Scheme)
}
