//! Promotion of a financial business or of its house without any product (QL-3): a famous face, or slogans heaped up, by
//! somebody who shows no licence. Where a product is offered, QL-1 alone says so.

use super::derive::{Case, NO_LICENCE_SEEN};
use super::findings::finding;
use super::offer::needs_licence;
use super::speaker::Speaker;
use crate::model::claim::{Claim, ClaimKind};
use crate::model::finding::Finding;
use crate::model::reading::ReadBlock;
use std::collections::BTreeSet;

/// Terms of slogans about the house.
const SLOGANS: [&str; 2] = ["mk-image", "ql-slogan"];
/// Terms of famous faces.
const FACES: [&str; 2] = ["endorse-star", "ql-star"];
/// Different slogans that are more than a bare introduction.
const HEAPED: usize = 2;
/// What a product consists of; with one of these it is an offer and no mere image.
const PRODUCT: [ClaimKind; 5] = [
    ClaimKind::Guarantee,
    ClaimKind::Yield,
    ClaimKind::HighYield,
    ClaimKind::EasyCredit,
    ClaimKind::Forbidden,
];

impl Case<'_> {
    /// The image of a financial house promoted by somebody who shows no licence, no product being offered.
    pub(super) fn image_only(&self) -> Option<Finding> {
        let unnamed = matches!(self.speaker, Speaker::Unnamed);
        if !unnamed || !needs_licence(self.offered.offer) {
            return None;
        }
        if self.group.asserted().any(|(_, c)| is_product(c)) {
            return None;
        }
        let slogans = || self.of_terms(&SLOGANS);
        let face = self.of_terms(&FACES).next();
        let said: BTreeSet<&str> = slogans().map(|(b, c)| quote(b, c)).collect();
        let (block, claim, how) = match (face, slogans().next()) {
            (Some((block, claim)), Some(_)) => (block, claim, "名人形象与形象口号"),
            (None, Some((block, claim)))
                if said.len() >= HEAPED && self.group.marked("bare-intro") == 0 =>
            {
                (block, claim, "多句形象口号")
            }
            _ => return None,
        };
        let rule = (self.rules)("QL-3")?;
        let remark = format!("{NO_LICENCE_SEEN};未见具体产品,只见{how}");
        Some(finding(rule, block, claim, remark))
    }

    /// The claims of some terms that the group makes itself.
    fn of_terms<'s>(
        &'s self,
        terms: &'s [&'s str],
    ) -> impl Iterator<Item = (&'s ReadBlock, &'s Claim)> {
        let of = |c: &Claim| terms.contains(&c.term.as_str());
        self.group.asserted().filter(move |(_, c)| of(c))
    }
}

fn is_product(claim: &Claim) -> bool {
    claim.figure.is_some() || PRODUCT.contains(&claim.kind) || claim.term == "wealth-card"
}

fn quote<'b>(block: &'b ReadBlock, claim: &Claim) -> &'b str {
    block.text.plain.get(claim.plain.clone()).unwrap_or("")
}
