//! Evenly spaced text: 专 业 办 理 贷 款, 保.本.高.息. When such a run holds a word of the lexicons, all of its
//! separators go (OB-c).

use super::glyphs::Kind;
use super::trie::Trie;
use super::units::{Draft, Strength, Unit, has_word};

/// Fewer spaced characters are left to the search for single words.
const SHORTEST_RUN: usize = 4;

/// Closes up evenly spaced runs.
pub(super) fn close_up(draft: &mut Draft, words: &Trie) {
    let units = std::mem::take(&mut draft.units);
    let all_han = units.iter().filter(|u| u.kind == Kind::Han).count();
    let mut kept = Vec::with_capacity(units.len());
    let mut at = 0;
    while let Some(unit) = units.get(at) {
        let length = run_length(&units, at);
        let run = units.get(at..at + length).unwrap_or_default();
        let items: Vec<Unit> = run.iter().copied().step_by(2).collect();
        if items.len() < SHORTEST_RUN || !has_word(&items, words) {
            kept.push(*unit);
            at += 1;
            continue;
        }
        let blank = run.get(1).is_some_and(|u| u.ch.is_whitespace());
        let han = items.iter().filter(|u| u.kind == Kind::Han).count();
        let heading = blank && han == all_han;
        let strength = if heading {
            Strength::Weak
        } else {
            Strength::Strong
        };
        for mark in run.iter().skip(1).step_by(2) {
            draft.mark("OB-c", mark.start..mark.end, strength);
        }
        kept.extend(items);
        at += length;
    }
    draft.units = kept;
}

/// Units from `at` that alternate between one character and one and the same separator.
fn run_length(units: &[Unit], at: usize) -> usize {
    let is_item = |i: usize| units.get(i).is_some_and(is_item);
    let Some(mark) = units.get(at + 1).filter(|u| u.kind == Kind::Separator) else {
        return 0;
    };
    let glued = at.checked_sub(1).is_some_and(|i| {
        units
            .get(i)
            .is_some_and(|u| u.kind == Kind::Letter || u.kind == Kind::Digit)
    });
    if !is_item(at) || glued {
        return 0;
    }
    let mut end = at;
    while units
        .get(end + 1)
        .is_some_and(|u| u.ch == mark.ch && u.ch != '%')
        && is_item(end + 2)
    {
        end += 2;
    }
    // 抵 押 贷款: the last one has a neighbour, so it is not spaced.
    if is_item(end + 1) {
        end = end.saturating_sub(2).max(at);
    }
    end + 1 - at
}

/// Chinese characters, and the digits and letters that may stand among them (年 化 1 2 %).
fn is_item(unit: &Unit) -> bool {
    matches!(unit.kind, Kind::Han | Kind::Digit | Kind::Letter) || unit.ch == '%'
}
