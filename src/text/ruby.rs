//! Pinyin set beside characters: 银(yín)行(háng), 银yín行háng, 银行(yínháng) (OB-g). Readers for children and poems are
//! written so too, so the pinyin goes only where a word of the lexicons appears without it.

use super::glyphs::{Kind, toneless};
use super::trie::Trie;
use super::units::{Draft, Strength, Unit, word_length};
use pinyin::ToPinyinMulti;
use std::ops::Range;

/// Most letters of a syllable.
const MAX_SYLLABLE: usize = 6;
/// Most characters whose reading stands together in one pair of brackets.
const MAX_WORD: usize = 6;

/// A reading beside the characters that it reads.
struct Group {
    /// The units of the reading, brackets included.
    units: Range<usize>,
    /// How many characters before it are read.
    read: usize,
    bracketed: bool,
    toned: bool,
}

/// Removes pinyin beside characters from a stretch that hides a lexicon word so.
pub(super) fn strip(draft: &mut Draft, words: &Trie) {
    let groups = groups(&draft.units);
    // A reading without brackets or tone may be a word begun anew: 我wo.
    let told = groups.len() >= 2 || groups.iter().any(|g| g.bracketed || g.toned);
    if !told {
        return;
    }
    let mut kept = Vec::with_capacity(draft.units.len());
    let mut read_aloud = Vec::new();
    let mut at = 0;
    for group in &groups {
        kept.extend_from_slice(draft.units.get(at..group.units.start).unwrap_or_default());
        read_aloud.push(kept.len().saturating_sub(group.read)..kept.len());
        at = group.units.end;
    }
    kept.extend_from_slice(draft.units.get(at..).unwrap_or_default());
    if !hides_word(&kept, &read_aloud, words) {
        return;
    }
    for group in groups {
        let place = draft
            .units
            .get(group.units)
            .and_then(|u| Some(u.first()?.start..u.last()?.end));
        if let Some(place) = place {
            draft.mark("OB-g", place, Strength::InWord);
        }
    }
    draft.units = kept;
}

/// Readings of the characters before them, in order.
fn groups(units: &[Unit]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut at = 1;
    while at < units.len() {
        let group = bracketed(units, at).or_else(|| bare(units, at));
        at = group.as_ref().map_or(at + 1, |g| g.units.end);
        groups.extend(group);
    }
    groups
}

/// The reading in the bracket at `at`.
fn bracketed(units: &[Unit], at: usize) -> Option<Group> {
    let close = closing(units.get(at)?.ch)?;
    let (letters, toned) = letters(units, at + 1, MAX_SYLLABLE * MAX_WORD);
    let end = at + 1 + letters.len();
    units.get(end).filter(|u| u.ch == close)?;
    Some(Group {
        units: at..end + 1,
        read: characters_read(units, at, &letters)?,
        bracketed: true,
        toned,
    })
}

/// The reading that follows its character at once.
fn bare(units: &[Unit], at: usize) -> Option<Group> {
    let before = units.get(at.checked_sub(1)?)?;
    units
        .get(at)
        .filter(|u| letter(u).is_some() && before.kind == Kind::Han)?;
    let (letters, toned) = letters(units, at, MAX_SYLLABLE + 1);
    is_reading(before.ch, &letters).then(|| Group {
        units: at..at + letters.len(),
        read: 1,
        bracketed: false,
        toned,
    })
}

fn closing(open: char) -> Option<char> {
    Some(match open {
        '(' => ')',
        '（' => '）',
        '[' => ']',
        '【' => '】',
        '〔' => '〕',
        '<' => '>',
        '〈' => '〉',
        '《' => '》',
        '{' => '}',
        _ => return None,
    })
}

/// The letters from `at` without tone, blanks between syllables left out of account, and whether any has a tone.
fn letters(units: &[Unit], at: usize, most: usize) -> (String, bool) {
    let run = units.iter().skip(at).take(most);
    let mut toned = false;
    let letters = run.map_while(|u| {
        toned |= toneless(u.ch).is_some();
        letter(u)
    });
    (letters.collect(), toned)
}

fn letter(unit: &Unit) -> Option<char> {
    let plain = toneless(unit.ch).unwrap_or(unit.ch.to_ascii_lowercase());
    plain.is_ascii_lowercase().then_some(plain)
}

/// How many characters before `at` the letters read, all of them, from right to left.
fn characters_read(units: &[Unit], at: usize, letters: &str) -> Option<usize> {
    let mut rest = letters;
    let mut read = 0;
    while !rest.is_empty() && read < MAX_WORD {
        let index = at.checked_sub(read + 1)?;
        let ch = units.get(index).filter(|u| u.kind == Kind::Han)?.ch;
        rest = readings(ch).find_map(|r| rest.strip_suffix(r.as_str()))?;
        read += 1;
    }
    (rest.is_empty() && read > 0).then_some(read)
}

fn is_reading(ch: char, syllable: &str) -> bool {
    readings(ch).any(|reading| reading == syllable)
}

/// The readings of a character without tone, the longer first.
fn readings(ch: char) -> impl Iterator<Item = String> {
    let all = ch.to_pinyin_multi().into_iter().flatten();
    let mut all: Vec<String> = all.map(|r| r.plain().replace('ü', "v")).collect();
    all.sort_by_key(|r| std::cmp::Reverse(r.len()));
    all.into_iter()
}

/// Whether readings stand inside or at the end of a lexicon word. One reading of a whole word, set after it, explains
/// the word and hides nothing: 保险(bǎoxiǎn).
fn hides_word(units: &[Unit], read_aloud: &[Range<usize>], words: &Trie) -> bool {
    let alone = read_aloud.len() == 1;
    let mut at = 0;
    while at < units.len() {
        let length = word_length(units, at, words);
        let word = at..at + length;
        let hidden = read_aloud.iter().any(|read| {
            let inside = word.contains(&read.end.saturating_sub(1));
            inside && !(alone && read.len() > 1 && read.end == word.end)
        });
        if hidden {
            return true;
        }
        at += length.max(1);
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stripped(text: &str) -> String {
        let mut words = Trie::new();
        for word in ["银行", "贷款", "收益率", "保险"] {
            words.insert(word);
        }
        let is_han = |c: char| c > '\u{4E00}' && c < '\u{9FFF}';
        let unit = |(start, ch): (usize, char)| Unit {
            ch,
            kind: if is_han(ch) { Kind::Han } else { Kind::Other },
            start,
            end: start + ch.len_utf8(),
            same: true,
        };
        let mut draft = Draft {
            units: text.char_indices().map(unit).collect(),
            ..Draft::default()
        };
        strip(&mut draft, &words);
        draft.units.iter().map(|u| u.ch).collect()
    }

    #[test]
    fn readings_go_where_they_hide_words() {
        for (text, plain) in [
            ("银(yín)行(háng)", "银行"),
            ("银<yin>行<hang>", "银行"),
            ("贷dài款kuǎn", "贷款"),
            ("银行(yínháng)贷款(dàikuǎn)", "银行贷款"),
            ("收益(shouyi)率12", "收益率12"),
            ("保险(bǎoxiǎn)一词", "保险(bǎoxiǎn)一词"),
            ("床(chuáng)前(qián)", "床(chuáng)前(qián)"),
            ("贷da款", "贷da款"),
        ] {
            assert_eq!(stripped(text), plain, "{text}");
        }
    }
}
