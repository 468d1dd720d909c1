//! Gaps inside a word: is it one word broken up, or are they words set side by side?

use super::brackets::is_loose;
use super::glyphs::Kind;
use super::search::Step;
use super::trie::Trie;
use super::units::Unit;
use jieba_rs::Jieba;
use std::ops::Range;
use std::sync::Arc;

/// Judges gaps with the dictionary.
#[derive(Debug, Clone)]
pub(super) struct Gaps {
    pub(super) jieba: Arc<Jieba>,
}

impl Gaps {
    /// Whether a spelling with separators is one word broken up, not words set side by side.
    pub(super) fn is_one_word(&self, words: &Trie, units: &[Unit], steps: &[Step]) -> bool {
        let pieces = pieces(steps);
        let whole_words: Vec<bool> = pieces
            .iter()
            .map(|p| p.len() >= 2 && self.is_known(words, p))
            .collect();
        if pieces.len() < 2 {
            return true;
        }
        let is_ascii = steps.iter().all(|s| s.ch.is_ascii());
        if is_ascii && pieces.iter().any(|p| p.len() > 1) {
            return false;
        }
        // A blank or a hyphen beside a whole word only sets words apart.
        let telling_gap = whole_words.windows(2).any(|w| w == [false, false]);
        if !telling_gap && has_only_common_gaps(units, steps) {
            return false;
        }
        !is_listed(units, steps)
            && !self.is_torn_from_neighbours(units, steps)
            && (!has_list_mark(units, steps) || self.is_no_list(units, &pieces, steps))
    }

    /// 保、本、保、息: the mark of lists stands alone between single characters, of which neither side is part of
    /// another word.
    fn is_no_list(&self, units: &[Unit], pieces: &[Vec<char>], steps: &[Step]) -> bool {
        let [first, .., last] = steps else {
            return false;
        };
        let gaps = gaps(steps);
        let single = gaps.iter().all(|gap| gap.len() == 1);
        let edges = gaps.first().zip(gaps.last()).is_some_and(|(a, b)| {
            a.start - first.from >= self.word_ending_at(units, a.start)
                && last.to - b.end >= self.word_starting_at(units, b.end)
        });
        single && edges && pieces.iter().all(|p| p.len() == 1)
    }

    /// Whether two characters are a word of the dictionary.
    pub(super) fn is_pair(&self, a: char, b: char) -> bool {
        self.jieba.has_word(&[a, b].iter().collect::<String>())
    }

    fn is_known(&self, words: &Trie, piece: &[char]) -> bool {
        words.contains(piece.iter().copied())
            || self.jieba.has_word(&piece.iter().collect::<String>())
    }

    /// 应收 益智, 交易日 结算日: both sides of the gap belong to words of their own.
    fn is_torn_from_neighbours(&self, units: &[Unit], steps: &[Step]) -> bool {
        let [first, .., last] = steps else {
            return false;
        };
        // 300万股 金甲乙: the first character belongs to a quantity.
        let quantity = first.from.checked_sub(1).and_then(|i| units.get(i));
        if steps.len() == 2
            && quantity.is_some_and(|u| u.kind == Kind::Digit || "万亿千百".contains(u.ch))
        {
            return true;
        }
        gaps(steps).first().is_some_and(|gap| {
            let has_left = gap.start - first.from < self.word_ending_at(units, gap.start);
            let has_right = last.to - gap.end < self.word_starting_at(units, gap.end);
            has_left && has_right
        })
    }

    /// Length of the dictionary word that the Chinese text before `end` ends with.
    fn word_ending_at(&self, units: &[Unit], end: usize) -> usize {
        let text: String = units
            .iter()
            .take(end)
            .rev()
            .take(NEIGHBOURS)
            .take_while(|u| u.kind == Kind::Han)
            .map(|u| u.ch)
            .collect();
        let text: String = text.chars().rev().collect();
        let tokens = self.jieba.cut(&text, false);
        tokens.last().map_or(0, |t| t.word.chars().count())
    }

    /// Length of the dictionary word that the Chinese text at `start` begins with.
    fn word_starting_at(&self, units: &[Unit], start: usize) -> usize {
        let text: String = units
            .iter()
            .skip(start)
            .take(NEIGHBOURS)
            .take_while(|u| u.kind == Kind::Han)
            .map(|u| u.ch)
            .collect();
        let tokens = self.jieba.cut(&text, false);
        tokens.first().map_or(0, |t| t.word.chars().count())
    }
}

/// The mark between the items of a list.
pub(super) const LIST_MARK: char = '、';

fn has_list_mark(units: &[Unit], steps: &[Step]) -> bool {
    let mut between = gaps(steps).into_iter().filter_map(|gap| units.get(gap));
    between.any(|gap| gap.iter().any(|u| u.ch == LIST_MARK))
}

/// The gaps between the steps of a word.
fn gaps(steps: &[Step]) -> Vec<Range<usize>> {
    let pairs = steps.windows(2).filter_map(|w| match w {
        [a, b] if a.to < b.from => Some(a.to..b.from),
        _ => None,
    });
    pairs.collect()
}

/// How many characters the dictionary is shown on each side of a gap.
const NEIGHBOURS: usize = 6;

/// The characters of a word, cut at its gaps.
fn pieces(steps: &[Step]) -> Vec<Vec<char>> {
    let mut pieces: Vec<Vec<char>> = vec![Vec::new()];
    let mut end = steps.first().map_or(0, |s| s.from);
    for step in steps {
        if step.from > end {
            pieces.push(Vec::new());
        }
        end = step.to;
        if let Some(piece) = pieces.last_mut() {
            piece.push(step.ch);
        }
    }
    pieces
}

/// 还款日/结息日: a slash or a bar between two characters that both have other neighbours lists words.
fn is_listed(units: &[Unit], steps: &[Step]) -> bool {
    let [first, last] = steps else {
        return false;
    };
    let gap = units.get(first.to..last.from).unwrap_or_default();
    let lists = gap
        .iter()
        .any(|u| matches!(u.ch, '/' | '|' | '\\' | '-' | '–' | '—'));
    let is_han = |i: Option<usize>| {
        i.and_then(|i| units.get(i))
            .is_some_and(|u| u.kind == Kind::Han)
    };
    lists && is_han(first.from.checked_sub(1)) && is_han(Some(last.to))
}

/// Whether all gaps hold marks that honest text sets between words.
fn has_only_common_gaps(units: &[Unit], steps: &[Step]) -> bool {
    let between = gaps(steps).into_iter().filter_map(|gap| units.get(gap));
    between.flatten().all(|u| {
        u.ch.is_whitespace()
            || is_loose(u.ch)
            || matches!(
                u.ch,
                '-' | '/'
                    | '|'
                    | '–'
                    | '—'
                    | '~'
                    | '+'
                    | '…'
                    | '→'
                    | '\\'
                    | '·'
                    | '•'
                    | '&'
                    | '\''
                    | '′'
                    | '″'
                    | '‹'
                    | '›'
                    | '«'
                    | '»'
                    | '・'
                    | '‧'
                    | '⁄'
                    | '∕'
                    | '／'
                    | '╱'
            )
    })
}
