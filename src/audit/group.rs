//! The blocks that are judged together.

use super::measure::Measure;
use crate::model::claim::{Claim, ClaimKind, Polarity};
use crate::model::cue::CueHit;
use crate::model::page::BlockRole;
use crate::model::reading::ReadBlock;
use crate::model::who::Who;
use std::cell::OnceCell;
use std::collections::HashMap;

/// The page's own blocks, or those of one advertisement slot.
#[derive(Debug)]
pub(super) struct Group<'a> {
    pub(super) slot: Option<u32>,
    pub(super) blocks: Vec<&'a ReadBlock>,
    /// Whether it stood on a page that anybody can open.
    pub(super) on_the_web: bool,
    /// Who stands behind the page, for its own blocks only.
    pub(super) who: Option<&'a Who>,
    /// What its text looks like, once somebody has asked.
    measure: OnceCell<Measure>,
    /// The cues of its body, once somebody has asked.
    cues: OnceCell<Vec<Row>>,
}

/// A row of cues met in a group: where its first hit stands, and how many different words of it were met. It borrows
/// nothing, so that a group can be looked at for a shorter time than its blocks live.
#[derive(Debug, Clone, Copy)]
struct Row {
    block: usize,
    hit: usize,
    words: usize,
}

/// Groups in the order of their first block: the page's own, then each slot.
pub(super) fn groups<'a>(
    blocks: &'a [ReadBlock],
    on_the_web: bool,
    who: &'a Who,
) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    let mut known: HashMap<Option<u32>, usize> = HashMap::new();
    for block in blocks {
        let at = *known.entry(block.slot).or_insert_with(|| {
            groups.push(Group {
                slot: block.slot,
                blocks: Vec::new(),
                on_the_web,
                who: block.slot.is_none().then_some(who),
                measure: OnceCell::new(),
                cues: OnceCell::new(),
            });
            groups.len() - 1
        });
        if let Some(group) = groups.get_mut(at) {
            group.blocks.push(block);
        }
    }
    groups
}

impl<'a> Group<'a> {
    /// One block of the group by itself.
    pub(super) fn passage(&self, block: &'a ReadBlock) -> Self {
        Self {
            blocks: vec![block],
            measure: OnceCell::new(),
            cues: OnceCell::new(),
            ..*self
        }
    }

    /// What the text of the body looks like.
    pub(super) fn measure(&self) -> &Measure {
        self.measure.get_or_init(|| Measure::of(self.body()))
    }

    /// The cues of the body: each with the number of different words of it that were met, by id.
    pub(super) fn cues(&self) -> impl Iterator<Item = (&'a str, usize)> {
        let rows = self.cues.get_or_init(|| self.rows(|block| &block.cues));
        rows.iter().filter_map(|row| {
            let hit = self.blocks.get(row.block)?.cues.get(row.hit)?;
            Some((hit.id.as_str(), row.words))
        })
    }

    /// The cues and marks of the body: each with the number of different words of it that were met, by id.
    pub(super) fn cues_and_marks(&self) -> Vec<(&'a str, usize)> {
        let marks = self.rows(|block| &block.marks).into_iter();
        let marks = marks.filter_map(|row| {
            let hit = self.blocks.get(row.block)?.marks.get(row.hit)?;
            Some((hit.id.as_str(), row.words))
        });
        let mut all: Vec<(&str, usize)> = self.cues().chain(marks).collect();
        all.sort_unstable();
        all
    }

    /// The rows that were met, by id.
    fn rows(&self, hits: impl Fn(&'a ReadBlock) -> &'a [CueHit]) -> Vec<Row> {
        let mut met: Vec<(u32, usize, &str, usize, usize)> = Vec::new();
        for (at, block) in self.blocks.iter().enumerate() {
            if !is_body(block) {
                continue;
            }
            met.extend(hits(block).iter().enumerate().map(|(number, hit)| {
                let word = block.text.plain.get(hit.plain.clone()).unwrap_or("");
                (hit.number, word.len(), word, at, number)
            }));
        }
        met.sort_unstable();
        met.dedup_by(|b, a| a.0 == b.0 && a.2 == b.2);
        let of_row = met.chunk_by(|a, b| a.0 == b.0);
        let mut rows: Vec<(&str, Row)> = of_row
            .filter_map(|words| {
                let (_, _, _, block, hit) = *words.first()?;
                let id = hits(self.blocks.get(block)?).get(hit)?.id.as_str();
                let words = words.len();
                Some((id, Row { block, hit, words }))
            })
            .collect();
        rows.sort_unstable_by_key(|(id, _)| *id);
        rows.into_iter().map(|(_, row)| row).collect()
    }

    /// Blocks that carry the page's message: not menus and footers, unless an advertisement stands in them.
    pub(super) fn body(&self) -> impl Iterator<Item = &'a ReadBlock> {
        self.blocks.iter().copied().filter(|b| is_body(b))
    }

    /// Claims of the body that the text makes itself.
    pub(super) fn asserted(&self) -> impl Iterator<Item = (&'a ReadBlock, &'a Claim)> {
        self.body().flat_map(|block| {
            block
                .claims
                .iter()
                .filter(|c| c.polarity == Polarity::Asserted)
                .map(move |claim| (block, claim))
        })
    }

    /// Whether the body asserts a claim of this kind.
    pub(super) fn has(&self, kind: ClaimKind) -> bool {
        self.asserted().any(|(_, c)| c.kind == kind)
    }

    /// Hits of a mark in the body.
    pub(super) fn marked(&self, id: &str) -> usize {
        self.marks().filter(|m| m.id == id).count()
    }

    pub(super) fn marks(&self) -> impl Iterator<Item = &'a CueHit> {
        self.body().flat_map(|b| b.marks.iter())
    }

    /// Characters of the body.
    pub(super) fn chars(&self) -> usize {
        self.measure().chars
    }

    /// Commas and sentence ends of the body.
    pub(super) fn punctuation(&self) -> usize {
        self.measure().punctuation
    }

    /// Ways to reach the advertiser that stand in the message. The telephone in a footer solicits nobody.
    pub(super) fn contacts(&self) -> Vec<&'a str> {
        kinds(self.body())
    }

    /// Ways to reach the operator anywhere, footers too.
    pub(super) fn reachable(&self) -> Vec<&'a str> {
        kinds(self.blocks.iter().copied())
    }
}

/// Menus and footers carry no message, unless an advertisement stands in them.
fn is_body(block: &ReadBlock) -> bool {
    block.slot.is_some() || !matches!(block.role, BlockRole::Nav | BlockRole::Footer)
}

fn kinds<'a>(blocks: impl Iterator<Item = &'a ReadBlock>) -> Vec<&'a str> {
    let mut kinds: Vec<&str> = blocks
        .flat_map(|b| b.claims.iter())
        .filter(|c| c.term.starts_with("contact-"))
        .map(|c| c.term.as_str())
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}
