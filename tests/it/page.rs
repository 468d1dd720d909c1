//! Integration tests: page.

mod ads;
mod blocks;
mod hostile;
mod real;
mod snapshots;

use url::Url;
use wangxun::model::page::{Block, Page};

/// Reads a fixture as if it came from a fictitious site.
fn read(html: &str) -> Page {
    let base = Url::parse("https://www.qingshan.test/a/index.html").expect("address");
    wangxun::page::read(html, &base)
}

/// The text of a block.
fn text<'a>(page: &'a Page, block: &Block) -> &'a str {
    page.text.get(block.span.clone()).expect("exact span")
}

/// All block texts.
fn texts(page: &Page) -> Vec<&str> {
    page.blocks.iter().map(|b| text(page, b)).collect()
}

/// The one block that holds `needle`.
fn block<'a>(page: &'a Page, needle: &str) -> &'a Block {
    let mut found = page
        .blocks
        .iter()
        .filter(|b| text(page, b).contains(needle));
    let block = found
        .next()
        .unwrap_or_else(|| panic!("no block with {needle}: {:?}", texts(page)));
    assert!(found.next().is_none(), "several blocks with {needle}");
    block
}

/// What holds of every page: the text is the blocks, each followed by a line end; spans are in order and do not
/// overlap; links are http(s) without fragment; facts with a span quote it.
fn assert_exact(page: &Page) {
    let mut whole = String::new();
    let mut end = 0;
    for block in &page.blocks {
        assert!(block.span.start >= end && block.span.end > block.span.start);
        end = block.span.end;
        let text = text(page, block);
        assert!(!text.contains('\n') && text.trim() == text, "{text:?}");
        whole.push_str(text);
        whole.push('\n');
        assert!(block.path.len() < 2_500);
        if let Some(header) = &block.header {
            assert!(page.text.get(header.clone()).is_some());
        }
    }
    assert_eq!(whole, page.text);
    for link in &page.links {
        assert!(matches!(link.url.scheme(), "http" | "https") && link.url.fragment().is_none());
    }
    for fact in &page.facts {
        if let Some(span) = &fact.span {
            assert_eq!(page.text.get(span.clone()), Some(fact.raw.as_str()));
        }
    }
}
