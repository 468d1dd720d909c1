//! Advertisement containers: which signals open one, and which of them hold.

use super::cues::Cues;
use ego_tree::NodeId;
use scraper::node::Element;

/// One container that a signal opened.
#[derive(Debug, Clone, Copy)]
struct Slot {
    /// The element.
    node: NodeId,
    /// Number of the element, for its path.
    element: u32,
    /// Characters of text in it.
    chars: u32,
    /// Whether a main heading or an article stands in it: then it is the page's own content.
    holds_article: bool,
}

/// The containers of one page, in the order they opened.
#[derive(Debug, Default)]
pub(super) struct Slots {
    found: Vec<Slot>,
}

impl Slots {
    /// Opens a container and gives its number.
    pub(super) fn open(&mut self, node: NodeId, element: u32) -> u32 {
        self.found.push(Slot {
            node,
            element,
            chars: 0,
            holds_article: false,
        });
        u32::try_from(self.found.len() - 1).unwrap_or(u32::MAX)
    }

    /// What turned out to stand in container `number`.
    pub(super) fn close(&mut self, number: u32, chars: u32, holds_article: bool) {
        if let Some(slot) = self.found.get_mut(number as usize) {
            slot.chars = chars;
            slot.holds_article = holds_article;
        }
    }

    /// The elements of the containers with their numbers for paths, in the order they opened.
    pub(super) fn elements(&self) -> impl Iterator<Item = (NodeId, u32)> {
        self.found.iter().map(|slot| (slot.node, slot.element))
    }

    /// The final number of each container on a page of `total` characters, `None` for those that are none: a container
    /// with an article or with more than half of a page's text is the page itself, whatever it calls itself.
    pub(super) fn settle(&self, total: u32) -> Vec<Option<u32>> {
        let mut next = 0;
        self.found
            .iter()
            .map(|slot| {
                let is_page = slot.holds_article || (slot.chars > 600 && slot.chars > total / 2);
                (!is_page).then(|| {
                    next += 1;
                    next - 1
                })
            })
            .collect()
    }
}

/// Whether the element itself says that it is an advertisement container.
pub(super) fn is_slot(element: &Element, cues: Cues) -> bool {
    cues.ad
        || element
            .attrs()
            .any(|(name, _)| matches!(name.strip_prefix("data-ad"), Some(rest) if is_ad_data(rest)))
        || element.attr("rel").is_some_and(is_sponsored_rel)
}

/// `data-ad`, `data-ads`, `data-ad-slot`, `data-adslot`; not `data-address`, `data-added`.
pub(super) fn is_ad_data(rest: &str) -> bool {
    rest.is_empty()
        || rest.starts_with(['-', '_'])
        || rest == "s"
        || rest.starts_with("s-")
        || matches!(rest, "slot" | "client" | "unit" | "id" | "zone" | "type")
}

/// Whether a `rel` value says that the link is paid for.
pub(super) fn is_sponsored_rel(rel: &str) -> bool {
    rel.split_ascii_whitespace()
        .any(|word| word.eq_ignore_ascii_case("sponsored"))
}

/// Whether a `rel` value says that the page does not vouch for the link.
pub(super) fn is_unvouched_rel(rel: &str) -> bool {
    rel.split_ascii_whitespace().any(|word| {
        ["nofollow", "sponsored", "ugc"]
            .iter()
            .any(|w| word.eq_ignore_ascii_case(w))
    })
}

/// Whether a text is nothing but the mark of an advertisement (互联网广告管理办法 art. 9).
pub(super) fn is_label(text: &str) -> bool {
    let inner = text.trim_matches(|c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '[' | ']' | '【' | '】' | '(' | ')' | '（' | '）' | '×' | 'x' | 'X' | '·' | '|'
            )
    });
    matches!(
        inner,
        "广告"
            | "推广"
            | "赞助"
            | "推广链接"
            | "赞助商链接"
            | "赞助商"
            | "商业推广"
            | "广告推广"
            | "广告位"
            | "AD"
            | "Ad"
            | "广告关闭"
            | "广告 关闭"
            | "关闭广告"
            | "Sponsored"
            | "Advertisement"
    )
}

/// Sizes that advertisements come in (IAB and the large Chinese networks), width and height in CSS pixels.
const STANDARD_SIZES: [(u32, u32); 22] = [
    (120, 240),
    (120, 600),
    (160, 600),
    (180, 150),
    (200, 200),
    (234, 60),
    (250, 250),
    (300, 250),
    (300, 600),
    (320, 50),
    (320, 100),
    (336, 280),
    (468, 60),
    (580, 90),
    (640, 60),
    (728, 90),
    (760, 90),
    (960, 60),
    (960, 90),
    (970, 90),
    (970, 250),
    (1000, 90),
];

/// Whether a frame has a size that advertisements come in.
pub(super) fn is_standard_size(element: &Element) -> bool {
    let pixels = |name| {
        element
            .attr(name)
            .and_then(|value| value.trim().trim_end_matches("px").parse::<u32>().ok())
    };
    match (pixels("width"), pixels("height")) {
        (Some(width), Some(height)) => STANDARD_SIZES.contains(&(width, height)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels() {
        for yes in ["广告", "[推广]", "【广告】×", "（赞助商链接）", " AD "] {
            assert!(is_label(yes), "{yes}");
        }
        for no in ["广告服务", "推广平台", "ADSL", ""] {
            assert!(!is_label(no), "{no}");
        }
    }

    #[test]
    fn data_attributes() {
        assert!(is_ad_data("-slot") && is_ad_data("") && is_ad_data("s-name"));
        assert!(!is_ad_data("dress") && !is_ad_data("ded") && !is_ad_data("just"));
    }

    #[test]
    fn what_holds_the_page_is_no_container() {
        let mut slots = Slots::default();
        let node = scraper::Html::parse_fragment("").tree.root().id();
        let mut open = || slots.open(node, 0);
        let (a, b, c) = (open(), open(), open());
        slots.close(a, 50, false);
        slots.close(b, 50, true);
        slots.close(c, 5_000, false);
        assert_eq!(slots.settle(6_000), [Some(0), None, None]);
    }
}
