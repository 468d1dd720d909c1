//! Clauses and sentences around a place in a text, and distances in characters.

use std::ops::Range;

/// Where clauses and sentences end, as sorted byte offsets.
#[derive(Debug, Default)]
pub(super) struct Scopes {
    clause_ends: Vec<usize>,
    sentence_ends: Vec<usize>,
    len: usize,
}

impl Scopes {
    pub(super) fn of(text: &str) -> Self {
        let mut scopes = Self {
            len: text.len(),
            ..Self::default()
        };
        let mut previous = ' ';
        let mut chars = text.char_indices().peekable();
        while let Some((at, ch)) = chars.next() {
            let end = at + ch.len_utf8();
            let next = chars.peek().map_or(' ', |(_, c)| *c);
            let in_number = previous.is_ascii_digit() && next.is_ascii_digit();
            previous = ch;
            if matches!(ch, '。' | '！' | '？' | '!' | '?' | '\n' | '\r') {
                scopes.sentence_ends.push(end);
                scopes.clause_ends.push(end);
            } else if matches!(ch, '，' | '；' | ';') || ch == ',' && !in_number {
                scopes.clause_ends.push(end);
            }
        }
        scopes
    }

    pub(super) fn clause(&self, at: usize) -> Range<usize> {
        around(&self.clause_ends, at, self.len)
    }

    pub(super) fn sentence(&self, at: usize) -> Range<usize> {
        around(&self.sentence_ends, at, self.len)
    }
}

fn around(ends: &[usize], at: usize, len: usize) -> Range<usize> {
    let index = ends.partition_point(|end| *end <= at);
    let start = index
        .checked_sub(1)
        .and_then(|i| ends.get(i))
        .map_or(0, |e| *e);
    start..ends.get(index).copied().unwrap_or(len)
}

/// Whether at most `most` characters lie between two places.
pub(super) fn within(text: &str, a: &Range<usize>, b: &Range<usize>, most: usize) -> bool {
    let (left, right) = if a.start <= b.start { (a, b) } else { (b, a) };
    if left.end >= right.start {
        return true;
    }
    let gap = left.end..right.start;
    gap.len() <= most.saturating_mul(4)
        && text
            .get(gap)
            .is_some_and(|between| between.chars().count() <= most)
}
