//! Two looks at one address, from different vantages: the same page, another layout of it, another page, or a page that
//! hides what it offers from some visitors.

use super::sketch::{Likeness, likeness};
use super::view::View;
use crate::model::claim::ClaimKind;
use crate::model::context::Offer;
use crate::model::politeness::politeness_group;

/// From this share of the shorter text on (thousandths), two texts are the same one, laid out differently.
const SAME_TEXT: u16 = 600;
/// From this share of both, there is no difference worth a word.
const EQUAL_TEXT: u16 = 900;

/// What two looks make together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resemblance {
    /// Nothing differs.
    Same,
    /// The same text, more or less of it: a page that fits itself to the screen.
    Layout,
    /// Another text, but nothing that matters here.
    Different,
    /// What matters is shown to some only.
    Cloaked,
    /// One of them was no answer of the page (busy, broken), so nothing is said.
    Unsaid,
}

impl Resemblance {
    /// The word used in stored forms and JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Layout => "layout",
            Self::Different => "different",
            Self::Cloaked => "cloaked",
            Self::Unsaid => "unsaid",
        }
    }
}

/// One thing that differs and matters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Which: `status`, `address`, `leads-to`, `rules`, `claims`, `offer`, `operator`, `filing`.
    pub what: &'static str,
    /// As the base shows it; empty for nothing.
    pub base: String,
    /// As the other vantage shows it; empty for nothing.
    pub other: String,
}

/// The comparison of two looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// How much the texts share.
    pub likeness: Likeness,
    /// What differs.
    pub differences: Vec<Difference>,
    /// What follows.
    pub resemblance: Resemblance,
}

/// Claims that bait: what a cheating page hides.
const BAIT: [ClaimKind; 8] = [
    ClaimKind::Guarantee,
    ClaimKind::Yield,
    ClaimKind::HighYield,
    ClaimKind::EasyCredit,
    ClaimKind::Lure,
    ClaimKind::Endorse,
    ClaimKind::NoLicenceSign,
    ClaimKind::Forbidden,
];

/// Holds the look from another vantage against that from the base.
pub fn compare(base: &View<'_>, other: &View<'_>) -> Comparison {
    let likeness = likeness(base.texts(), other.texts());
    let differences = differences(base, other);
    let resemblance = resemblance(base, other, likeness, &differences);
    Comparison {
        likeness,
        differences,
        resemblance,
    }
}

fn resemblance(
    base: &View<'_>,
    other: &View<'_>,
    likeness: Likeness,
    differences: &[Difference],
) -> Resemblance {
    if [base, other].iter().any(|v| is_no_answer(v.status)) {
        return Resemblance::Unsaid;
    }
    let has = |what: &str| differences.iter().any(|d| d.what == what);
    let same_text = likeness.contained >= SAME_TEXT;
    // A page may say less on a small screen, a disclosure too. It may not bait on one screen only, or lead some elsewhere.
    let one_breaks = base.rules.is_empty() != other.rules.is_empty();
    let breaks = one_breaks && (!same_text || has("claims"));
    let leads_away = has("leads-to") || has("address");
    let another = ["status", "offer", "operator", "filing"];
    let other_page = !same_text && another.into_iter().any(has);
    if breaks || leads_away || other_page {
        Resemblance::Cloaked
    } else if !same_text {
        Resemblance::Different
    } else if likeness.shared >= EQUAL_TEXT {
        Resemblance::Same
    } else {
        Resemblance::Layout
    }
}

/// Answers that say nothing of the page: the server was busy or broken, or lets a visitor like this in nowhere.
fn is_no_answer(status: u16) -> bool {
    status == 0 || matches!(status, 401 | 403 | 407 | 429) || status >= 500
}

fn differences(base: &View<'_>, other: &View<'_>) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut differ = |what: &'static str, base: String, other: String| {
        if base != other {
            found.push(Difference { what, base, other });
        }
    };
    if class(base.status) != class(other.status) {
        differ("status", base.status.to_string(), other.status.to_string());
    }
    if politeness_group(&base.final_url) != politeness_group(&other.final_url) {
        differ(
            "address",
            base.final_url.to_string(),
            other.final_url.to_string(),
        );
    }
    differ("leads-to", joined(&base.leads_to), joined(&other.leads_to));
    differ("rules", joined(&base.rules), joined(&other.rules));
    let bait = |view: &View<'_>| {
        let bait = view.claims.iter().filter(|c| BAIT.contains(c));
        bait.map(|c| c.label()).collect::<Vec<_>>().join(" ")
    };
    differ("claims", bait(base), bait(other));
    let offer = |view: &View<'_>| match view.offer {
        Offer::None => String::new(),
        offer => offer.label().to_owned(),
    };
    // One kind of finance beside another is a matter of wording; finance beside none is not.
    if (base.offer == Offer::None) != (other.offer == Offer::None) {
        differ("offer", offer(base), offer(other));
    }
    // What is not said differs from nothing.
    if let (Some(one), Some(two)) = (&base.operator, &other.operator) {
        differ("operator", one.clone(), two.clone());
    }
    if !base.filings.is_empty() && !other.filings.is_empty() {
        differ("filing", joined(&base.filings), joined(&other.filings));
    }
    found
}

fn class(status: u16) -> u16 {
    status / 100
}

fn joined<'s>(parts: impl IntoIterator<Item = &'s String>) -> String {
    let parts: Vec<&str> = parts.into_iter().map(String::as_str).collect();
    parts.join(" ")
}
