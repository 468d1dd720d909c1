//! Pieces to blocks, and the plain-text record they stand in.

use super::group::SEPARATOR;
use super::links::Links;
use super::path::Paths;
use super::pattern::words;
use super::piece::Piece;
use crate::model::page::{Block, BlockRole};
use aho_corasick::AhoCorasick;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Bytes of a block at most; a longer run is cut at the end of a sentence.
const LONGEST_BLOCK: usize = 6_000;

/// Blocks with a place of their own. A page with more is a dump or a trap; its text is still read.
pub(super) const MOST_BLOCKS: usize = 20_000;

/// The text record and its blocks.
#[derive(Debug, Default)]
pub(super) struct Record {
    pub(super) text: String,
    pub(super) blocks: Vec<Block>,
}

impl Record {
    /// Appends `text` as one block, or as several if it is very long; `block` gives all but the span.
    pub(super) fn push(&mut self, text: &str, block: &Block) {
        let mut rest = text;
        while !rest.is_empty() {
            let (part, after) = rest.split_at(cut(rest));
            let part = part.trim();
            if !part.is_empty() {
                let start = self.text.len();
                self.text.push_str(part);
                self.blocks.push(Block {
                    span: start..self.text.len(),
                    ..block.clone()
                });
                self.text.push('\n');
            }
            rest = after;
        }
    }
}

/// Where a text that is longer than a block is cut: after the last sentence that fits.
fn cut(text: &str) -> usize {
    if text.len() <= LONGEST_BLOCK {
        return text.len();
    }
    let limit = super::wash::floor_char_boundary(text, LONGEST_BLOCK);
    let head = &text[..limit];
    head.char_indices()
        .rev()
        .take(1_000)
        .find(|(_, c)| matches!(c, '。' | '！' | '？' | '；' | ' '))
        .map_or(limit, |(at, c)| at + c.len_utf8())
}

/// Writes the record. `anchors` are the links behind the pieces' anchors, `slots` the final container numbers.
pub(super) fn record(
    pieces: &[Piece],
    paths: &Paths,
    links: &Links,
    anchors: &[Option<u32>],
    slots: &[Option<u32>],
) -> Record {
    let mut record = Record::default();
    let mut spans = HashMap::new();
    let (single, joined) = pieces.split_at(pieces.len().min(MOST_BLOCKS));
    for piece in single {
        let link = piece
            .link
            .and_then(|anchor| anchors.get(anchor as usize).copied().flatten());
        let block = Block {
            span: 0..0,
            path: paths.path(piece.element),
            role: piece.role,
            hidden: piece.hidden,
            href: link
                .and_then(|link| links.get(link))
                .map(|link| link.url.clone()),
            slot: piece
                .slot
                .and_then(|slot| slots.get(slot as usize).copied().flatten()),
            header: piece.header.and_then(|id| spans.get(&id).cloned()),
        };
        let before = record.blocks.len();
        record.push(&piece.text, &block);
        if let Some(block) = record.blocks.get(before) {
            spans.insert(piece.id, block.span.clone());
        }
    }
    join_rest(&mut record, joined);
    mark_footers(&mut record);
    record
}

/// What stands beyond [`MOST_BLOCKS`] is told in long blocks without a place.
fn join_rest(record: &mut Record, rest: &[Piece]) {
    let mut text = String::new();
    for (at, piece) in rest.iter().enumerate() {
        text.push_str(&piece.text);
        let is_last = at + 1 == rest.len();
        if is_last || text.len() >= LONGEST_BLOCK / 2 {
            record.push(&text, &plain_block(BlockRole::Other));
            text.clear();
        } else {
            text.push_str(SEPARATOR);
        }
    }
}

/// A block with nothing known but its role.
pub(super) fn plain_block(role: BlockRole) -> Block {
    Block {
        span: 0..0,
        path: String::new(),
        role,
        hidden: false,
        href: None,
        slot: None,
        header: None,
    }
}

/// Short blocks with a copyright or filing mark are footer, whatever the markup says.
fn mark_footers(record: &mut Record) {
    static MARKS: LazyLock<AhoCorasick> = LazyLock::new(|| {
        words(&[
            "©",
            "copyright",
            "版权所有",
            "icp备",
            "icp证",
            "公网安备",
            "all rights reserved",
        ])
    });
    for found in MARKS.find_iter(&record.text) {
        let at = record
            .blocks
            .partition_point(|b| b.span.end <= found.start());
        if let Some(block) = record.blocks.get_mut(at)
            && block.span.len() <= 500
            && !matches!(block.role, BlockRole::Title | BlockRole::Meta)
        {
            block.role = BlockRole::Footer;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_at_sentences() {
        let text = "一句话说完了。".repeat(2_000);
        let mut record = Record::default();
        record.push(&text, &plain_block(BlockRole::Paragraph));
        assert!(record.blocks.len() > 5);
        assert!(
            record
                .blocks
                .iter()
                .all(|b| record.text[b.span.clone()].ends_with('。'))
        );
        assert_eq!(record.text.replace('\n', ""), text);
    }
}
