//! Pictures of advertisement slots, cut out of the pictures of a rendered page.

use super::inspect::Inspector;
use crate::fetch::browser::Places;
use crate::model::finding::Verdict;
use crate::model::image::PixelBox;
use crate::model::page::Page;
use crate::model::rendering::Rendering;
use crate::page::ads::AdEngine;
use crate::storage::package::SlotPicture;
use crate::vision::crop;
use crate::{page, storage::package};
use std::sync::Arc;
use url::Url;

/// Pictures of slots in one item.
const MOST: usize = 12;

/// Asks the browser where the advertisements of a document stand.
pub(super) fn places(inspector: &Arc<Inspector>) -> Places {
    let inspector = Arc::clone(inspector);
    Places::new(move |dom, url| paths(inspector.ad_engine(), dom, url))
}

fn paths(engine: &AdEngine, dom: &str, url: &Url) -> Vec<String> {
    let page = page::read_with(dom, url, Some(engine));
    page.ads.into_iter().map(|ad| ad.path).collect()
}

/// The pictures of those slots that are paid for or that a finding is against.
pub(super) fn pictures(
    page: &Page,
    verdict: &Verdict,
    rendering: Option<&Rendering>,
) -> Vec<SlotPicture> {
    let Some(rendering) = rendering else {
        return Vec::new();
    };
    let found = |slot: u32| {
        let in_slot = |block: usize| page.blocks.get(block).is_some_and(|b| b.slot == Some(slot));
        verdict.findings.iter().any(|f| in_slot(f.block))
    };
    let wanted = page.ads.iter().filter(|ad| ad.is_paid() || found(ad.slot));
    let cut = wanted.filter_map(|ad| {
        let place = rendering.places.iter().find(|p| p.path == ad.path)?.place;
        Some(package::SlotPicture {
            slot: ad.slot,
            png: cut(rendering, place)?,
        })
    });
    cut.take(MOST).collect()
}

/// The part of the page's pictures; of a slot that lies on two pieces, the part on the first.
fn cut(rendering: &Rendering, place: PixelBox) -> Option<Vec<u8>> {
    let tile = rendering
        .full_page
        .iter()
        .find(|tile| place.y >= tile.top && place.y < tile.top.saturating_add(tile.height))?;
    let y = place.y - tile.top;
    crop(&tile.png, PixelBox { y, ..place })
}
