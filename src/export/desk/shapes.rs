//! The parts of a drawing: texts, boxes and lines as SVG, escaped, with whole numbers only.

use maud::{Markup, html};

/// Where a text is held.
#[derive(Clone, Copy)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// A text.
pub(super) fn text(x: i64, y: i64, anchor: Anchor, words: &str) -> Markup {
    let anchor = match anchor {
        Anchor::Start => "start",
        Anchor::Middle => "middle",
        Anchor::End => "end",
    };
    html! { text x=(x) y=(y) text-anchor=(anchor) { (words) } }
}

/// A box in the fill of a series.
pub(super) fn bar(x: i64, y: i64, width: i64, height: i64, series: usize) -> Markup {
    html! { rect x=(x) y=(y) width=(width) height=(height) class={ "f" (series % FILLS) } {} }
}

/// Fills that differ on black-and-white paper too.
pub(super) const FILLS: usize = 6;

/// A thin line.
pub(super) fn rule(x1: i64, y1: i64, x2: i64, y2: i64) -> Markup {
    html! { line x1=(x1) y1=(y1) x2=(x2) y2=(y2) class="rule" {} }
}

/// The patterns that fills refer to; once in a document.
pub(super) fn patterns() -> Markup {
    html! {
        svg .defs width="0" height="0" aria-hidden="true" {
            defs {
                pattern id="p1" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
                    rect width="6" height="6" fill="#fff" {} rect width="2" height="6" fill="#17406d" {}
                }
                pattern id="p3" width="5" height="5" patternUnits="userSpaceOnUse" {
                    rect width="5" height="5" fill="#fff" {} circle cx="2" cy="2" r="1" fill="#17406d" {}
                }
                pattern id="p5" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)" {
                    rect width="6" height="6" fill="#c9d6e4" {} rect width="1" height="6" fill="#17406d" {}
                }
            }
        }
    }
}
