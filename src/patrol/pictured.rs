//! A page with what was read in its images: their text as blocks, their codes as links and facts.

use crate::model::identity::{FactKind, IdentityFact};
use crate::model::image::{ImageReading, ImageSpan, SeenImage};
use crate::model::page::{Block, BlockRole, Link, LinkKind, Page};
use crate::page;
use std::collections::HashSet;
use url::Url;

/// Bytes of text taken from the images of one page.
const MOST_TEXT: usize = 200_000;
/// The text of a link that a code carries.
const CODE: &str = "二维码";

/// Adds what was read; false when there was nothing.
pub(super) fn add(page: &mut Page, images: &[SeenImage]) -> bool {
    let mut added = false;
    let mut left = MOST_TEXT;
    for (number, image) in images.iter().enumerate() {
        let Ok(reading) = &image.outcome else {
            continue;
        };
        for text in reading.texts() {
            if text.len() <= left {
                left -= text.len();
                text_of(page, number, image, &text);
                added = true;
            }
        }
        added |= codes_of(page, image, reading);
    }
    if added {
        let mut known: HashSet<(FactKind, String)> = HashSet::new();
        page.facts
            .retain(|fact| known.insert((fact.kind, fact.value.clone())));
    }
    added
}

/// Appends the text as a block, and the ways to reach somebody that stand in it. Names and numbers by which an operator is
/// recognised are not taken from it: one wrong character makes them another's.
fn text_of(page: &mut Page, number: usize, image: &SeenImage, text: &str) {
    let start = page.text.len();
    page.text.push_str(text);
    let span = start..page.text.len();
    page.text.push('\n');
    page.blocks.push(Block {
        span: span.clone(),
        path: image.path.clone(),
        role: BlockRole::Image,
        hidden: false,
        href: image.link.clone(),
        slot: image.slot,
        header: None,
    });
    page.image_texts.push(ImageSpan {
        span,
        image: number,
    });
    let facts = page::facts(text).into_iter().filter(is_contact);
    page.facts.extend(facts.map(|fact| IdentityFact {
        span: fact.span.map(|s| s.start + start..s.end + start),
        ..fact
    }));
}

fn is_contact(fact: &IdentityFact) -> bool {
    fact.kind.is_private_contact()
        || matches!(
            fact.kind,
            FactKind::Hotline | FactKind::Landline | FactKind::Account | FactKind::Email
        )
}

/// Links and facts of the codes. A code is read exactly or not at all.
fn codes_of(page: &mut Page, image: &SeenImage, reading: &ImageReading) -> bool {
    for code in &reading.codes {
        let payload = code.payload.as_str();
        page.facts.extend(page::facts_beside(payload));
        let url = Url::parse(payload)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        if let Some(mut url) = url {
            url.set_fragment(None);
            page.links.push(Link {
                url,
                text: CODE.to_owned(),
                kind: LinkKind::QrCode,
                sponsored: true,
                slot: image.slot,
            });
        }
    }
    !reading.codes.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::image::{ImageKind, PixelBox, QrCode, TextLine};

    #[test]
    fn text_becomes_blocks_and_codes_become_links_and_facts() {
        let mut reading = ImageReading::unread([0; 32], 1, "");
        reading.unread = None;
        reading.lines.push(TextLine {
            text: "保本保息 电话13900000000".to_owned(),
            confidence: 90.0,
            place: PixelBox::default(),
            paragraph: 1,
        });
        let code = |payload: &str| QrCode {
            payload: payload.to_owned(),
            place: PixelBox::default(),
        };
        reading.codes = vec![code("https://pay.test/x#y"), code("mailto:kefu@pay.test")];
        let image = SeenImage {
            address: "http://a.test/p.png".to_owned(),
            kind: ImageKind::Element,
            path: "body > img".to_owned(),
            slot: Some(3),
            link: None,
            outcome: Ok(reading),
            archived: None,
        };
        let mut page = Page {
            text: "首页\n".to_owned(),
            ..Page::default()
        };
        assert!(add(&mut page, &[image]));
        let block = page.blocks.last().expect("a block");
        assert_eq!((block.role, block.slot), (BlockRole::Image, Some(3)));
        assert_eq!(&page.text[block.span.clone()], "保本保息 电话13900000000");
        assert_eq!(page.image_at(block.span.start), Some(0));
        assert_eq!(page.image_at(0), None);
        let link = page.links.last().expect("a link");
        assert_eq!(
            (link.url.as_str(), link.kind),
            ("https://pay.test/x", LinkKind::QrCode)
        );
        let kinds: Vec<FactKind> = page.facts.iter().map(|f| f.kind).collect();
        assert!(
            kinds.contains(&FactKind::Mobile) && kinds.contains(&FactKind::Email),
            "{kinds:?}"
        );
        for fact in page.facts.iter().filter_map(|f| f.span.clone()) {
            assert!(page.text.get(fact).is_some());
        }
    }
}
