//! The elements of a page that filter lists know.

use super::engine::AdEngine;
use crate::model::ad::{AdSignal, AdSignalKind};
use ego_tree::NodeId;
use scraper::{ElementRef, Html};
use std::collections::{BTreeSet, HashMap};
use url::Url;

/// Addresses of one page that are held against the lists.
const MOST_CHECKS: usize = 3_000;

/// The elements found, each with its signals.
pub(in crate::page) type Marks = HashMap<NodeId, Vec<AdSignal>>;

/// Holds a page against the lists.
pub(in crate::page) fn marks(tree: &Html, page: &Url, engine: &AdEngine) -> Marks {
    let mut marks = Marks::new();
    let mut checks = 0;
    let (mut classes, mut ids) = (BTreeSet::new(), BTreeSet::new());
    for element in tree.tree.nodes().filter_map(ElementRef::wrap) {
        let value = element.value();
        classes.extend(value.classes());
        ids.extend(value.id());
        let Some((address, kind)) = address(element, page) else {
            continue;
        };
        if checks < MOST_CHECKS {
            checks += 1;
            if let Some(rule) = engine.network(&address, page, kind) {
                let signal = AdSignal {
                    kind: AdSignalKind::NetworkRule,
                    detail: rule,
                };
                marks.entry(holder(element).id()).or_default().push(signal);
            }
        }
    }
    for (text, selector) in engine.cosmetic(page, &classes, &ids) {
        for element in tree.select(&selector) {
            let signal = AdSignal {
                kind: AdSignalKind::CosmeticRule,
                detail: format!("##{text}"),
            };
            marks.entry(element.id()).or_default().push(signal);
        }
    }
    marks
}

/// The address that an element asks for or leads to, with the word of the lists for it. Links within the site and
/// images of a dot's size (counters) are passed over.
fn address(element: ElementRef<'_>, page: &Url) -> Option<(Url, &'static str)> {
    let value = element.value();
    let (name, kind) = match value.name() {
        "a" | "area" => ("href", "other"),
        "iframe" => ("src", "subdocument"),
        "img" | "embed" => ("src", "image"),
        "script" => ("src", "script"),
        _ => return None,
    };
    let address = page.join(value.attr(name)?.trim()).ok()?;
    if !matches!(address.scheme(), "http" | "https") {
        return None;
    }
    let is_dot = |side| {
        let pixels = value.attr(side).map(|v| v.trim().trim_end_matches("px"));
        pixels
            .and_then(|v| v.parse::<u32>().ok())
            .is_some_and(|v| v <= 2)
    };
    let is_counter = kind == "image" && (is_dot("width") || is_dot("height"));
    let is_own_link = kind == "other" && address.host_str() == page.host_str();
    (!is_counter && !is_own_link).then_some((address, kind))
}

/// The element that is the advertisement: the link around an image, else the element itself.
fn holder(element: ElementRef<'_>) -> ElementRef<'_> {
    if element.value().name() != "img" {
        return element;
    }
    let mut above = element.ancestors().take(4).filter_map(ElementRef::wrap);
    above.find(|e| e.value().name() == "a").unwrap_or(element)
}
