//! The images that a page names: elements, backgrounds of inline styles, posters of videos; inline ones with their bytes.

use crate::model::image::{ImageKind, ImageRef, ImageSource};
use base64::Engine;
use scraper::node::Element;
use std::collections::HashSet;
use url::Url;

/// Images kept of one page.
const MOST_IMAGES: usize = 400;
/// Bytes of inline images kept of one page.
const MOST_INLINE: usize = 4 << 20;

/// An image while the page is walked: slot and link have numbers of the walk.
#[derive(Debug)]
pub(super) struct Walked {
    image: ImageRef,
    slot: Option<u32>,
    anchor: Option<u32>,
}

/// The images of one page.
#[derive(Debug, Default)]
pub(super) struct Images {
    kept: Vec<Walked>,
    known: HashSet<Url>,
    inline: usize,
}

/// Where an image stands, as the walk knows it.
pub(super) struct Place {
    pub(super) element: u32,
    pub(super) slot: Option<u32>,
    pub(super) anchor: Option<u32>,
    pub(super) hidden: bool,
}

impl Images {
    /// Adds an `img`.
    pub(super) fn element(
        &mut self,
        element: &Element,
        place: &Place,
        resolve: &dyn Fn(&str) -> Option<Url>,
    ) {
        // Pages that load lazily name the true image beside a placeholder.
        let lazy = ["data-original", "data-src"].map(|name| element.attr(name));
        let sets = ["srcset", "data-srcset"].map(|name| element.attr(name).and_then(largest));
        let plain = [element.attr("src")];
        let addresses = lazy.into_iter().chain(sets).chain(plain).flatten();
        let words: Vec<&str> = ["alt", "title"]
            .into_iter()
            .filter_map(|name| element.attr(name))
            .collect();
        let source = addresses.into_iter().find_map(|a| self.source(a, resolve));
        if let Some(source) = source {
            self.add(ImageKind::Element, source, element, place, words.join(" "));
        }
    }

    /// Adds the background of an element's inline style, and the poster of a video.
    pub(super) fn background(
        &mut self,
        element: &Element,
        place: &Place,
        resolve: &dyn Fn(&str) -> Option<Url>,
    ) {
        let style = element.attr("style").and_then(style_address);
        let poster = element.attr("poster");
        for (kind, address) in [(ImageKind::Background, style), (ImageKind::Poster, poster)] {
            if let Some(source) = address.and_then(|a| self.source(a, resolve)) {
                let words = element.attr("title").unwrap_or("").to_owned();
                self.add(kind, source, element, place, words);
            }
        }
    }

    fn source(
        &mut self,
        address: &str,
        resolve: &dyn Fn(&str) -> Option<Url>,
    ) -> Option<ImageSource> {
        let address = address.trim();
        if address
            .get(..5)
            .is_some_and(|head| head.eq_ignore_ascii_case("data:"))
        {
            let bytes = inline(address)?;
            self.inline += bytes.len();
            return (self.inline <= MOST_INLINE).then_some(ImageSource::Inline(bytes));
        }
        let url = resolve(address)?;
        (!self.known.contains(&url)).then_some(ImageSource::Web(url))
    }

    fn add(
        &mut self,
        kind: ImageKind,
        source: ImageSource,
        element: &Element,
        place: &Place,
        words: String,
    ) {
        if self.kept.len() >= MOST_IMAGES {
            return;
        }
        if let ImageSource::Web(url) = &source {
            self.known.insert(url.clone());
        }
        let image = ImageRef {
            source,
            kind,
            path: place.element.to_string(),
            slot: None,
            link: None,
            words,
            width: pixels(element, "width"),
            height: pixels(element, "height"),
            hidden: place.hidden,
        };
        self.kept.push(Walked {
            image,
            slot: place.slot,
            anchor: place.anchor,
        });
    }

    /// The images with their paths, slots and links.
    pub(super) fn finish(
        self,
        path: impl Fn(u32) -> String,
        slot: impl Fn(u32) -> Option<u32>,
        link: impl Fn(u32) -> Option<Url>,
    ) -> Vec<ImageRef> {
        let done = self.kept.into_iter().map(|walked| ImageRef {
            path: walked.image.path.parse().map(&path).unwrap_or_default(),
            slot: walked.slot.and_then(&slot),
            link: walked.anchor.and_then(&link),
            ..walked.image
        });
        done.collect()
    }
}

/// The address of the largest image of a `srcset` (HTML standard 4.8.4.2.1).
fn largest(set: &str) -> Option<&str> {
    // An address may hold commas, but neither begins nor ends with one.
    let mut best: Option<(f64, &str)> = None;
    let mut words = set.split_ascii_whitespace().peekable();
    while let Some(word) = words.next() {
        let address = word.trim_matches(',');
        let is_last = word.ends_with(',');
        let size = match words.peek() {
            Some(next) if !is_last => match descriptor(next) {
                Some(size) => {
                    words.next();
                    size
                }
                None => 1.0,
            },
            _ => 1.0,
        };
        if !address.is_empty() && best.is_none_or(|(most, _)| size > most) {
            best = Some((size, address));
        }
    }
    best.map(|(_, address)| address)
}

fn descriptor(word: &str) -> Option<f64> {
    let number = word.trim_end_matches(',').strip_suffix(['w', 'x', 'h'])?;
    number.parse::<f64>().ok().filter(|n| n.is_finite())
}

/// The address of `url(...)` in an inline style.
fn style_address(style: &str) -> Option<&str> {
    let at = style.find("url(")?;
    let rest = style.get(at + 4..)?.trim_start();
    let (quote, rest) = match rest.chars().next()? {
        c @ ('"' | '\'') => (c, rest.get(1..)?),
        _ => (')', rest),
    };
    let address = rest.split(quote).next()?.trim();
    (!address.is_empty()).then_some(address)
}

/// The bytes of a `data:` address (RFC 2397) of an image in base64.
fn inline(address: &str) -> Option<Vec<u8>> {
    let (head, data) = address.get(5..)?.split_once(',')?;
    let head = head.to_ascii_lowercase();
    if !head.starts_with("image/") || !head.ends_with(";base64") || data.len() > MOST_INLINE * 2 {
        return None;
    }
    let plain: String = data
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect::<String>()
        .replace("%2B", "+")
        .replace("%2F", "/")
        .replace("%3D", "=");
    let engine = base64::engine::general_purpose::STANDARD_NO_PAD;
    engine.decode(plain.trim_end_matches('=')).ok()
}

/// Width or height that the markup states, in CSS pixels.
fn pixels(element: &Element, name: &str) -> Option<u32> {
    let plain = element.attr(name).and_then(number);
    plain.or_else(|| {
        let style = element.attr("style")?;
        let mut parts = style.split(';').filter_map(|part| part.split_once(':'));
        let found = parts.find(|(key, _)| key.trim().eq_ignore_ascii_case(name));
        found.and_then(|(_, value)| value.trim().strip_suffix("px").and_then(number))
    })
}

fn number(text: &str) -> Option<u32> {
    let text = text.trim();
    let digits = text.strip_suffix("px").unwrap_or(text);
    digits.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_of_a_set() {
        for (set, expected) in [
            ("a.jpg, b.jpg 2x", Some("b.jpg")),
            ("a.jpg 320w, b.jpg 1280w, c.jpg 640w", Some("b.jpg")),
            ("a.jpg?x=1,2 1x", Some("a.jpg?x=1,2")),
            ("a.jpg", Some("a.jpg")),
            (" , ", None),
            ("", None),
        ] {
            assert_eq!(largest(set), expected, "{set}");
        }
    }

    #[test]
    fn addresses_of_styles_and_inline_images() {
        for (style, expected) in [
            ("background:url(a.png) no-repeat", Some("a.png")),
            ("background-image: url( 'b c.png' )", Some("b c.png")),
            ("color:red", None),
            ("background:url()", None),
        ] {
            assert_eq!(style_address(style), expected, "{style}");
        }
        assert_eq!(inline("data:image/png;base64,AQID"), Some(vec![1, 2, 3]));
        assert_eq!(inline("data:image/png;base64,AQI%3D"), Some(vec![1, 2]));
        assert_eq!(inline("data:text/html;base64,AQID"), None);
        assert_eq!(inline("data:image/png,xx"), None);
    }
}
