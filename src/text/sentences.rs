//! Sentences and clauses of plain text, as byte ranges.

use std::ops::Range;

/// Sentences: up to and including `。！？!?` or a line end. White space at both ends is left out.
pub fn sentences(text: &str) -> Vec<Range<usize>> {
    split(text, ends_sentence)
}

/// Clauses: up to and including `，,；;。！？!?` or a line end. `、` lists words and ends no clause; a comma
/// or full stop between digits (12,000 and 3.5) ends none either.
pub fn clauses(text: &str) -> Vec<Range<usize>> {
    split(text, |ch| {
        ends_sentence(ch) || matches!(ch, '，' | ',' | '；' | ';' | '﹐' | '﹔')
    })
}

/// Whether a sentence ends with this character.
pub(super) fn ends_sentence(ch: char) -> bool {
    matches!(
        ch,
        '。' | '！' | '？' | '!' | '?' | '\n' | '\r' | '｡' | '\u{2028}' | '\u{2029}'
    )
}

fn split(text: &str, ends: impl Fn(char) -> bool) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut start = 0;
    let mut previous = ' ';
    let mut chars = text.char_indices().peekable();
    while let Some((at, ch)) = chars.next() {
        let next = chars.peek().map_or(' ', |(_, c)| *c);
        let in_number = ch == ',' && previous.is_ascii_digit() && next.is_ascii_digit();
        previous = ch;
        if !ends(ch) || in_number || ends(next) && !matches!(next, '\n' | '\r') && ends_sentence(ch)
        {
            continue;
        }
        let end = at + ch.len_utf8();
        push_trimmed(text, start..end, &mut ranges);
        start = end;
    }
    push_trimmed(text, start..text.len(), &mut ranges);
    ranges
}

fn push_trimmed(text: &str, range: Range<usize>, ranges: &mut Vec<Range<usize>>) {
    let Some(slice) = text.get(range.clone()) else {
        return;
    };
    let left = slice.len() - slice.trim_start().len();
    let right = slice.len() - slice.trim_end().len();
    if left < slice.len() {
        ranges.push(range.start + left..range.end - right);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parts(text: &str, ranges: Vec<Range<usize>>) -> Vec<&str> {
        ranges.into_iter().map(|r| &text[r]).collect()
    }

    #[test]
    fn sentences_end_at_full_stops_and_lines() {
        let text = "保本。年化12%，稳健！！\n 联系我们 \n\n";
        assert_eq!(
            parts(text, sentences(text)),
            ["保本。", "年化12%，稳健！！", "联系我们"]
        );
    }

    #[test]
    fn clauses_end_at_commas_but_not_in_numbers_or_lists() {
        let text = "投资12,000元,月返、季返，稳";
        assert_eq!(
            parts(text, clauses(text)),
            ["投资12,000元,", "月返、季返，", "稳"]
        );
    }

    proptest! {
        #[test]
        fn ranges_are_ordered_slices_without_outer_space(text in "\\PC{0,60}|[，。! \n保本a1,.]{0,40}") {
            for ranges in [sentences(&text), clauses(&text)] {
                let mut last = 0;
                for range in ranges {
                    prop_assert!(range.start >= last && range.end > range.start);
                    let slice = &text[range.clone()];
                    prop_assert_eq!(slice.trim(), slice);
                    last = range.end;
                }
            }
        }
    }
}
