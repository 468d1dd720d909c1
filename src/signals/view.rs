//! What of a page is held against another look at it.

use super::sketch::sketch;
use crate::model::claim::{ClaimKind, Polarity};
use crate::model::context::{Context, Offer};
use crate::model::finding::Verdict;
use crate::model::identity::FactKind;
use crate::model::page::{Block, BlockRole, LinkKind, Page};
use crate::model::politeness::politeness_group;
use crate::model::sketch::Sketch;
use std::collections::BTreeSet;
use url::Url;

/// Below so many characters of running text, menus and buttons count as well.
const LITTLE_TEXT: usize = 60;

/// Claims that are made in offering something.
const OFFERING: [ClaimKind; 8] = [
    ClaimKind::Offer,
    ClaimKind::Guarantee,
    ClaimKind::Yield,
    ClaimKind::HighYield,
    ClaimKind::EasyCredit,
    ClaimKind::Lure,
    ClaimKind::NoLicenceSign,
    ClaimKind::Forbidden,
];

/// The facts of one look at a page. What stands in advertisement slots is others' and changes by itself: left out.
#[derive(Debug, Clone)]
pub struct View<'a> {
    /// HTTP status of the last hop.
    pub status: u16,
    /// Address that answered last.
    pub final_url: Url,
    /// The page as read.
    pub page: &'a Page,
    /// What the page itself asserts.
    pub claims: BTreeSet<ClaimKind>,
    /// Rules that its own findings fire, by id, from severity 2.
    pub rules: BTreeSet<String>,
    /// What the page itself offers, where it advertises as a whole.
    pub offer: Offer,
    /// Who runs it, where that is said.
    pub operator: Option<String>,
    /// Main numbers of its ICP filings, sorted.
    pub filings: BTreeSet<String>,
    /// Politeness groups of other sites that scripts or refreshes lead to.
    pub leads_to: BTreeSet<String>,
}

impl<'a> View<'a> {
    /// The facts of a judged page.
    pub fn of(status: u16, final_url: &Url, page: &'a Page, verdict: &Verdict) -> Self {
        let own = verdict.findings.iter().filter(|f| f.advertiser.is_none());
        let filings = page.facts.iter().filter(|f| f.kind == FactKind::IcpFiling);
        let here = politeness_group(final_url);
        let moves = page.links.iter().filter(|l| l.kind == LinkKind::Refresh);
        let claims = claims(page, verdict);
        let rules: BTreeSet<String> = own
            .filter(|f| f.severity >= 2)
            .map(|f| f.rule.clone())
            .collect();
        // What is offered is told of the whole page; it is the page's own only where words outside of slots bear it out.
        let bears_out = !rules.is_empty() || claims.iter().any(|c| OFFERING.contains(c));
        let advertises = verdict.context == Context::Ad && bears_out;
        Self {
            status,
            final_url: final_url.clone(),
            page,
            claims,
            rules,
            offer: if advertises {
                verdict.offer
            } else {
                Offer::None
            },
            operator: verdict.who.operator.as_ref().map(|o| o.name.clone()),
            filings: filings.map(|f| f.value.clone()).collect(),
            leads_to: moves
                .map(|l| politeness_group(&l.url))
                .filter(|group| *group != here)
                .collect(),
        }
    }

    /// The texts that people read, menus and controls left out where there is enough besides.
    pub fn texts(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        texts(self.page)
    }

    /// Its sketch.
    pub fn sketch(&self) -> Sketch {
        sketch(self.texts())
    }
}

/// The texts of a page that people read: nothing hidden, nothing of advertisement slots.
pub fn texts(page: &Page) -> impl Iterator<Item = &str> {
    let running: usize = page
        .blocks
        .iter()
        .filter(|b| is_text(b, false))
        .map(|b| b.span.len() / 3)
        .sum();
    let with_controls = running < LITTLE_TEXT;
    let shown = page
        .blocks
        .iter()
        .filter(move |b| is_text(b, with_controls));
    shown.filter_map(|b| page.text.get(b.span.clone()))
}

fn is_text(block: &Block, with_controls: bool) -> bool {
    let of_page = !block.hidden && block.slot.is_none();
    let role = match block.role {
        BlockRole::Title | BlockRole::Meta => false,
        BlockRole::Nav | BlockRole::Control => with_controls,
        _ => true,
    };
    of_page && role
}

/// The kinds of claims that blocks outside of advertisement slots assert.
fn claims(page: &Page, verdict: &Verdict) -> BTreeSet<ClaimKind> {
    let own = verdict.blocks.iter().filter(|b| {
        let block = page.blocks.get(b.block);
        block.is_none_or(|b| b.slot.is_none() && !b.hidden)
    });
    let claims = own.flat_map(|b| &b.claims);
    let asserted = claims.filter(|c| c.polarity == Polarity::Asserted);
    asserted.map(|c| c.kind).collect()
}
