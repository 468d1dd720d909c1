//! The words around what was found, with the found words marked.

use super::tokens::{Letter, letters};
use std::ops::Range;

/// Characters shown before the first found word.
const BEFORE: usize = 24;
/// Characters shown in all.
const LENGTH: usize = 110;

/// A part of a snippet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The words, on one line.
    pub text: String,
    /// Whether they are what was asked for.
    pub found: bool,
}

/// Cuts a snippet out of a (masked) text around the place where most of the words stand. Empty for an empty text.
pub(super) fn snippet(text: &str, words: &[Vec<char>]) -> Vec<Part> {
    let letters = letters(text);
    let mut found: Vec<(Range<usize>, usize)> = Vec::new();
    for (number, word) in words.iter().enumerate() {
        found.extend(places(&letters, word).map(|range| (range, number)));
    }
    found.sort_by_key(|(range, _)| (range.start, range.end));
    let window = window(text, best_start(text, &found));
    parts(text, &window, found.iter().map(|(range, _)| range))
}

/// Most places of one word that are looked at.
const MOST_PLACES: usize = 2_000;

/// Where a word stands: its characters side by side.
fn places<'a>(letters: &'a [Letter], word: &'a [char]) -> impl Iterator<Item = Range<usize>> + 'a {
    letters
        .windows(word.len().max(1))
        .filter(move |some| {
            !word.is_empty()
                && some.iter().map(|l| l.c).eq(word.iter().copied())
                && match (some.first(), some.last()) {
                    (Some(first), Some(last)) => last.place - first.place < word.len() + 2,
                    _ => false,
                }
        })
        .filter_map(|some| Some(some.first()?.start..some.last()?.end))
        .take(MOST_PLACES)
}

/// The place from which a window holds the most different words.
fn best_start(text: &str, found: &[(Range<usize>, usize)]) -> usize {
    let mut best = (0, 0);
    for (at, (range, _)) in found.iter().enumerate() {
        // Three bytes for most characters; only a measure.
        let until = range.start + LENGTH * 3;
        let rest = found.get(at..).unwrap_or_default();
        let inside = rest.iter().take_while(|(r, _)| r.end <= until).take(64);
        let mut numbers: Vec<usize> = inside.map(|(_, number)| *number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        if numbers.len() > best.0 {
            best = (numbers.len(), range.start);
        }
    }
    best.1.min(text.len())
}

/// Bytes of the window that begins a little before `start`.
fn window(text: &str, start: usize) -> Range<usize> {
    let before = text.get(..start).unwrap_or_default();
    let from = before
        .char_indices()
        .rev()
        .take(BEFORE)
        .last()
        .map_or(start, |(at, _)| at);
    let rest = text.get(from..).unwrap_or_default();
    let until = rest
        .char_indices()
        .nth(LENGTH)
        .map_or(text.len(), |(at, _)| from + at);
    from..until
}

fn parts<'a>(
    text: &str,
    window: &Range<usize>,
    found: impl Iterator<Item = &'a Range<usize>>,
) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut push = |range: Range<usize>, found: bool| {
        let words = text.get(range).unwrap_or_default();
        let line: String = words
            .chars()
            .map(|c| {
                if matches!(c, '\n' | '\r' | '\t') {
                    ' '
                } else {
                    c
                }
            })
            .collect();
        if !line.is_empty() {
            parts.push(Part { text: line, found });
        }
    };
    let mut at = window.start;
    for range in found {
        let (start, end) = (range.start.max(at), range.end.min(window.end));
        if start >= end {
            continue;
        }
        push(at..start, false);
        push(start..end, true);
        at = end;
    }
    push(at..window.end, false);
    if window.start > 0
        && let Some(first) = parts.first_mut()
    {
        first.text.insert(0, '…');
    }
    if window.end < text.len()
        && let Some(last) = parts.last_mut()
    {
        last.text.push('…');
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn word(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    fn shown(text: &str, words: &[&str]) -> String {
        let words: Vec<Vec<char>> = words.iter().map(|w| word(w)).collect();
        let parts = snippet(text, &words);
        parts
            .iter()
            .map(|p| match p.found {
                true => format!("[{}]", p.text),
                false => p.text.clone(),
            })
            .collect()
    }

    #[test]
    fn found_words_are_marked() {
        assert_eq!(
            shown("欢迎\n保·本高收益", &["保本", "收益"]),
            "欢迎 [保·本]高[收益]"
        );
        let long = format!("{}保本{}高息保本", "前".repeat(300), "后".repeat(300));
        let text = shown(&long, &["高息", "保本"]);
        assert!(
            text.starts_with('…') && text.ends_with("[高息][保本]"),
            "{text}"
        );
        assert_eq!(shown("", &["保本"]), "");
        assert_eq!(shown("没有", &["保本"]), "没有");
    }

    proptest! {
        #[test]
        fn any_text_and_words(text in "\\PC{0,80}", words in proptest::collection::vec("\\PC{0,4}", 0..4)) {
            let words: Vec<Vec<char>> = words.iter().map(|w| letters(w).iter().map(|l| l.c).collect()).collect();
            let parts = snippet(&text, &words);
            let whole: String = parts.iter().map(|p| p.text.as_str()).collect();
            let words = whole.strip_prefix('…').unwrap_or(&whole);
            let words = words.strip_suffix('…').unwrap_or(words);
            prop_assert!(text.replace(['\n', '\r', '\t'], " ").contains(words));
        }
    }
}
