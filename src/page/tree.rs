//! Washed source to an element tree of bounded depth.
//!
//! html5ever takes time quadratic in the depth of open elements. It is fed piece by piece; where the newest node lies
//! too deep, the rest is fed without its tags, so that no text is lost.

use crate::model::note::Note;
use html5ever::driver::{self, ParseOpts, Parser};
use html5ever::tendril::{StrTendril, TendrilSink};
use scraper::{Html, HtmlTreeSink};

/// Elements inside one another. Real pages stay below 60.
const DEEPEST: usize = 256;
/// Bytes fed between two looks at the depth; no more than a third as many elements can open in between.
const PIECE: usize = 4 << 10;

/// Parses washed source.
pub(super) fn parse(washed: &str, notes: &mut Vec<Note>) -> Html {
    let sink = HtmlTreeSink::new(Html::new_document());
    let mut parser = driver::parse_document(sink, ParseOpts::default());
    let mut rest = washed;
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(super::wash::floor_char_boundary(rest, PIECE));
        feed(&mut parser, piece);
        rest = after;
        if is_too_deep(&parser) {
            notes.push(Note::new(
                "too-deep",
                "elements nested too deep, the rest read without tags",
            ));
            feed(&mut parser, &without_tags(rest));
            break;
        }
    }
    parser.finish()
}

fn feed(parser: &mut Parser<HtmlTreeSink>, piece: &str) {
    parser.process(StrTendril::from_slice(piece));
}

/// The newest node's depth tells that of the open elements (a table's misplaced content lies at least half as deep).
fn is_too_deep(parser: &Parser<HtmlTreeSink>) -> bool {
    let html = parser.tokenizer.sink.sink.0.borrow();
    let newest = html.tree.nodes().next_back();
    newest.is_some_and(|node| node.ancestors().take(DEEPEST).count() == DEEPEST)
}

/// Each tag of washed source becomes a line break. In washed source every `<` begins a tag, and no attribute value
/// holds a `<`; a `>` inside of quotes is not the end.
fn without_tags(washed: &str) -> String {
    let mut out = String::with_capacity(washed.len());
    let mut rest = washed;
    // The cut may have fallen inside a tag.
    if let Some(end) = rest.find('>')
        && rest.find('<').is_none_or(|open| end < open)
    {
        out.push_str(&rest[..=end]);
        rest = &rest[end + 1..];
    }
    while let Some(open) = rest.find('<') {
        out.push_str(&rest[..open]);
        out.push_str("<br>");
        let tag = &rest[open..];
        let mut quoted = false;
        let end = tag.bytes().position(|b| {
            quoted ^= b == b'"';
            b == b'>' && !quoted
        });
        rest = end.map_or("", |end| &tag[end + 1..]);
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deep_nesting_is_cut_and_its_text_kept() {
        let deep = format!("{}底{}", "<div>".repeat(20_000), "</div>".repeat(20_000));
        let mut notes = Vec::new();
        let html = parse(&deep, &mut notes);
        assert_eq!(notes.first().map(|n| n.code), Some("too-deep"));
        assert!(html.root_element().text().any(|t| t.contains('底')));
    }

    #[test]
    fn tags_become_breaks() {
        assert_eq!(
            without_tags("v\">甲<p class=\"a>b\">乙</p>"),
            "v\">甲<br>乙<br>"
        );
    }
}
