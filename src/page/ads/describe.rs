//! What stands in each advertisement slot of a page.

use super::landing::{landing_chain, registrable};
use super::marks::Marks;
use crate::model::ad::{Ad, AdLabel, AdSignal, AdSignalKind};
use crate::page::cues::cues;
use crate::page::run::fold;
use crate::page::slots::{is_ad_data, is_label, is_sponsored_rel, is_standard_size};
use crate::page::walk::Walk;
use scraper::{ElementRef, Html, Node};
use url::Url;

/// Slots described on one page.
const MOST_ADS: usize = 200;
/// Nodes looked at in one slot.
const MOST_NODES: usize = 2_000;
/// Characters kept of a slot's text.
const LONGEST_TEXT: usize = 300;
/// Images kept of a slot.
const MOST_IMAGES: usize = 20;

/// The advertisements of a page, by the number of their slot.
pub(in crate::page) fn describe(tree: &Html, walked: &Walk, marks: &Marks, page: &Url) -> Vec<Ad> {
    let slots = walked.slots.settle(walked.chars);
    let elements = walked.slots.elements().zip(slots);
    let elements =
        elements.filter_map(|((node, element), slot)| Some((tree.tree.get(node)?, element, slot?)));
    let ads = elements.filter_map(|(node, number, slot)| {
        let element = ElementRef::wrap(node)?;
        let mut reader = Reader::new(page, marks);
        reader.read(element);
        Some(reader.ad(slot, walked.paths.path(number)))
    });
    ads.take(MOST_ADS).collect()
}

/// Gathers what stands in one slot.
struct Reader<'a> {
    page: &'a Url,
    marks: &'a Marks,
    signals: Vec<AdSignal>,
    text: String,
    label: Option<String>,
    /// Whether something in it may show words that the markup does not hold.
    is_opaque: bool,
    images: Vec<Url>,
    /// Its first link, or its first frame where there is no link.
    link: Option<Url>,
    frame: Option<Url>,
}

impl<'a> Reader<'a> {
    fn new(page: &'a Url, marks: &'a Marks) -> Self {
        Self {
            page,
            marks,
            signals: Vec::new(),
            text: String::new(),
            label: None,
            is_opaque: false,
            images: Vec::new(),
            link: None,
            frame: None,
        }
    }

    fn read(&mut self, slot: ElementRef<'_>) {
        for node in slot.descendants().take(MOST_NODES) {
            match node.value() {
                Node::Text(text) => self.text(text),
                Node::Element(_) => {
                    if let Some(element) = ElementRef::wrap(node) {
                        self.element(element, element == slot);
                    }
                }
                _ => {}
            }
        }
        // The mark often stands beside the link that carries the signal: <i>广告</i><a rel=sponsored>.
        if self.label.is_none() {
            let beside = [slot.prev_siblings().next(), slot.next_siblings().next()];
            let above = slot.parent().filter(|_| slot.value().name() == "a");
            let near = above
                .into_iter()
                .flat_map(|parent| parent.children().take(12));
            for node in beside.into_iter().flatten().chain(near) {
                let text: String = match ElementRef::wrap(node) {
                    Some(element) => element.text().take(3).collect(),
                    None => node
                        .value()
                        .as_text()
                        .map(|t| t.to_string())
                        .unwrap_or_default(),
                };
                self.note_label(&text);
            }
        }
    }

    fn text(&mut self, text: &str) {
        let text = fold(text);
        if text.is_empty() || self.note_label(&text) {
            return;
        }
        // 广告 as the beginning or end of a text: 【广告】…, … 推广.
        if opens_with_label(&text) {
            self.label = Some(text.chars().take(8).collect());
        }
        if self.text.chars().count() < LONGEST_TEXT {
            if !self.text.is_empty() {
                self.text.push(' ');
            }
            self.text.push_str(&text);
        }
    }

    fn note_label(&mut self, text: &str) -> bool {
        let text = fold(text);
        let found = text.chars().count() <= 20 && is_label(&text);
        if found && self.label.is_none() {
            self.label = Some(text);
        }
        found
    }

    fn element(&mut self, element: ElementRef<'_>, is_slot: bool) {
        let value = element.value();
        if let Some(found) = self.marks.get(&element.id()) {
            self.signals.extend(found.iter().cloned());
        }
        if value.attr("rel").is_some_and(is_sponsored_rel) {
            self.signal(AdSignalKind::SponsoredRel, "rel=sponsored");
        }
        if value.attr("style").is_some_and(floats) {
            self.signal(AdSignalKind::Floating, "position");
        }
        let words = ["class", "id"].map(|name| value.attr(name).unwrap_or(""));
        if is_slot {
            if words.iter().any(|w| cues(w).ad) {
                self.signal(AdSignalKind::Markup, words.join(" ").trim());
            }
            let data = value
                .attrs()
                .find(|(name, _)| name.strip_prefix("data-ad").is_some_and(is_ad_data));
            if let Some((name, _)) = data {
                self.signal(AdSignalKind::AdData, name);
            }
        } else if element.children().next().is_none() && is_sign(&words) {
            // An empty element whose style may show the mark as an image.
            self.is_opaque = true;
        }
        let resolve = |name| self.page.join(value.attr(name)?.trim()).ok();
        match value.name() {
            "a" | "area" if self.link.is_none() => {
                self.link = resolve("href").filter(is_web);
            }
            "img" => {
                let found = ["src", "data-original", "data-src"]
                    .into_iter()
                    .find_map(resolve);
                if let Some(image) = found.filter(is_web)
                    && self.images.len() < MOST_IMAGES
                {
                    self.images.push(image);
                }
                for name in ["alt", "title"] {
                    let words = fold(value.attr(name).unwrap_or(""));
                    self.note_label(&words);
                }
                self.is_opaque = true;
            }
            "iframe" => {
                let frame = resolve("src").filter(is_web);
                let is_foreign = frame
                    .as_ref()
                    .is_some_and(|f| registrable(f) != registrable(self.page));
                if is_foreign && is_standard_size(value) {
                    self.signal(AdSignalKind::FrameSize, "iframe");
                }
                self.frame = self.frame.take().or(frame);
                self.is_opaque = true;
            }
            "script" | "ins" | "embed" | "object" | "canvas" | "video" | "svg" => {
                self.is_opaque = true;
            }
            _ => {
                self.is_opaque |= value.attr("style").is_some_and(|s| s.contains("url("));
            }
        }
    }

    fn signal(&mut self, kind: AdSignalKind, detail: &str) {
        let detail = detail.chars().take(120).collect();
        self.signals.push(AdSignal { kind, detail });
    }

    fn ad(mut self, slot: u32, path: String) -> Ad {
        if let Some(label) = self.label.clone() {
            self.signal(AdSignalKind::Label, &label);
        }
        let first = self.link.take().or(self.frame.take());
        let chain = first.map_or_else(Vec::new, |first| landing_chain(&first, self.page));
        if let [first, _, ..] = chain.as_slice() {
            let host = first.host_str().unwrap_or("").to_owned();
            self.signal(AdSignalKind::Redirect, &host);
        }
        self.signals.sort();
        self.signals.dedup();
        let label = match self.label {
            Some(_) => AdLabel::Shown,
            None if self.is_opaque || self.text.is_empty() => AdLabel::Unknown,
            None => AdLabel::Missing,
        };
        Ad {
            slot,
            path,
            leads_away: chain
                .first()
                .is_some_and(|first| registrable(first) != registrable(self.page)),
            signals: self.signals,
            label,
            text: self.text.chars().take(LONGEST_TEXT).collect(),
            images: self.images,
            chain,
        }
    }
}

fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https") && url.has_host()
}

/// Whether an inline style lets its element float over the page.
fn floats(style: &str) -> bool {
    style.split(';').any(|declaration| {
        declaration.split_once(':').is_some_and(|(name, value)| {
            name.trim().eq_ignore_ascii_case("position")
                && value.trim().to_ascii_lowercase().starts_with("fixed")
        })
    })
}

/// Whether class or id words name a mark or icon, which style sheets draw.
fn is_sign(words: &[&str; 2]) -> bool {
    let all = words.join(" ").to_ascii_lowercase();
    let signs = ["ad", "icon", "mark", "tag", "label", "logo", "badge", "tip"];
    signs.iter().any(|sign| all.contains(sign))
}

/// Whether a text begins or ends with the mark in brackets, or after a separator.
fn opens_with_label(text: &str) -> bool {
    let cut = |c: char| "【】[]（）()「」·|｜:： ".contains(c);
    let mut parts = text.split(cut).filter(|part| !part.is_empty());
    let first = parts.next();
    let last = parts.next_back();
    [first, last].into_iter().flatten().any(is_label)
}

/// Whether a style sheet in the page writes the mark itself (`content: "广告"`), so that no slot can be said to lack it.
pub(in crate::page) fn style_shows_label(html: &str) -> bool {
    html.match_indices("content")
        .take(10_000)
        .filter_map(|(at, word)| html.get(at + word.len()..))
        .any(|rest| {
            let Some(value) = rest.trim_start().strip_prefix(':') else {
                return false;
            };
            let mut letters = value.trim_start().chars();
            let quote = letters.next().filter(|c| matches!(c, '"' | '\''));
            quote.is_some_and(|quote| {
                let word: String = letters.take_while(|c| *c != quote).take(12).collect();
                is_label(&word)
            })
        })
}
