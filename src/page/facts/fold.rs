//! Digits and letters written in other ways than plain ones, folded for recognition only: what is quoted stays as
//! written. Full-width forms are folded everywhere; circled and Chinese digits, keycaps and the letter O only inside of
//! long runs of digits.

use crate::model::offset_map::OffsetMap;
use std::borrow::Cow;
use std::ops::Range;

/// A text with its digits folded, and the way back.
#[derive(Debug)]
pub(super) struct Folded<'a> {
    /// As written.
    pub(super) original: &'a str,
    /// Folded.
    pub(super) text: Cow<'a, str>,
    /// From the folded text to the original; `None` where they are equal.
    map: Option<OffsetMap>,
}

impl Folded<'_> {
    /// The bytes of the original behind bytes of the folded text.
    pub(super) fn original_range(&self, folded: Range<usize>) -> Range<usize> {
        match &self.map {
            Some(map) => map.original(folded),
            None => folded,
        }
    }
}

/// Characters of a run of digits at least, for look-alikes to be taken as digits.
const LOOK_ALIKES: usize = 5;
/// The same for Chinese digits, which also make plain words.
const CHINESE: usize = 7;

/// Folds `text`.
pub(super) fn fold(text: &str) -> Folded<'_> {
    let (runs, has_full_width) = digit_runs(text);
    if runs.is_empty() && !has_full_width {
        return Folded {
            original: text,
            text: Cow::Borrowed(text),
            map: None,
        };
    }
    let mut out = String::with_capacity(text.len());
    let mut map = OffsetMap::default();
    let mut run = runs.iter().peekable();
    for (at, c) in text.char_indices() {
        while run.next_if(|r| r.end <= at).is_some() {}
        let inside = run.peek().is_some_and(|r| r.contains(&at));
        let plain = match full_width(c) {
            Some(plain) => Some(plain),
            None if inside => match digit(c) {
                Some(plain) => Some(plain),
                // The mark that makes a keycap of the digit before it.
                None => {
                    map.push(0, at..at + c.len_utf8(), false);
                    continue;
                }
            },
            None => None,
        };
        let range = at..at + c.len_utf8();
        match plain {
            Some(plain) if plain != c => {
                out.push(plain);
                map.push(plain.len_utf8(), range, false);
            }
            _ => {
                out.push(c);
                map.push(c.len_utf8(), range, true);
            }
        }
    }
    Folded {
        original: text,
        text: Cow::Owned(out),
        map: Some(map),
    }
}

/// Byte ranges of runs of digits that hold other than plain digits and are long enough to be folded; and whether the
/// text holds full-width letters or digits.
fn digit_runs(text: &str) -> (Vec<Range<usize>>, bool) {
    let mut runs = Vec::new();
    let mut has_full_width = false;
    let mut run = RunOfDigits::default();
    let mut before = None;
    for (at, c) in text.char_indices() {
        if may_be_digit(c) || (is_keycap_mark(c) && run.length > 0) {
            run.take(at, c, before);
        } else if run.length > 0 {
            runs.extend(run.end(at, Some(c)));
        }
        has_full_width |= full_width(c).is_some();
        before = Some(c);
    }
    runs.extend(run.end(text.len(), None));
    (runs, has_full_width)
}

/// Whether a character can stand for a digit in a run; quick for the many that cannot.
fn may_be_digit(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_digit() || matches!(c, 'O' | 'o');
    }
    digit(c).is_some()
}

#[derive(Debug, Default)]
struct RunOfDigits {
    start: usize,
    length: usize,
    plain: usize,
    chinese: usize,
    letters: usize,
    others: usize,
    touches_letter: bool,
}

impl RunOfDigits {
    fn take(&mut self, at: usize, c: char, before: Option<char>) {
        if self.length == 0 {
            self.start = at;
            self.touches_letter = before.is_some_and(|b| b.is_ascii_alphabetic());
        }
        self.length += 1;
        match c {
            _ if c.is_ascii_digit() => self.plain += 1,
            'O' | 'o' | 'ℴ' => self.letters += 1,
            _ if is_keycap_mark(c) => {
                self.length -= 1;
                self.others += 1;
            }
            _ if is_chinese_digit(c) => self.chinese += 1,
            _ => self.others += 1,
        }
    }

    fn end(&mut self, at: usize, after: Option<char>) -> Option<Range<usize>> {
        let run = std::mem::take(self);
        if run.length == 0 || run.length == run.plain && run.others == 0 {
            return None;
        }
        let touches = run.touches_letter || after.is_some_and(|c| c.is_ascii_alphabetic());
        let letters_fit = run.letters == 0 || (!touches && run.length - run.letters >= 3);
        let least = if run.chinese > 0 {
            CHINESE
        } else {
            LOOK_ALIKES
        };
        (run.length >= least && letters_fit).then_some(run.start..at)
    }
}

fn is_keycap_mark(c: char) -> bool {
    matches!(c, '\u{fe0f}' | '\u{20e3}')
}

fn is_chinese_digit(c: char) -> bool {
    digit(c).is_some() && ('\u{3007}'..='\u{9fff}').contains(&c)
}

/// The plain form of a full-width letter or digit.
fn full_width(c: char) -> Option<char> {
    matches!(c, '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ')
        .then(|| char::from_u32(c as u32 - 0xfee0))
        .flatten()
}

/// The digit that a character other than a plain digit stands for in a run of digits.
fn digit(c: char) -> Option<char> {
    let value = match c {
        'O' | 'o' | 'ℴ' | '〇' | '零' | '⓪' | '０' => 0,
        '一' | '壹' | '幺' => 1,
        '二' | '贰' | '貳' => 2,
        '三' | '叁' | '參' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' | '陸' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        '１'..='９' => c as u32 - '０' as u32,
        '①'..='⑨' => c as u32 - '①' as u32 + 1,
        '⑴'..='⑼' => c as u32 - '⑴' as u32 + 1,
        '⒈'..='⒐' => c as u32 - '⒈' as u32 + 1,
        '❶'..='❾' => c as u32 - '❶' as u32 + 1,
        '➀'..='➈' => c as u32 - '➀' as u32 + 1,
        '➊'..='➒' => c as u32 - '➊' as u32 + 1,
        '\u{1d7ce}'..='\u{1d7ff}' => (c as u32 - 0x1d7ce) % 10,
        _ if c.is_ascii_digit() => return Some(c),
        _ => return None,
    };
    char::from_digit(value, 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_folded_in_runs_only() {
        for (given, wanted) in [
            ("１３８", "138"),
            ("ＱＱ：１２３", "QQ：123"),
            ("138OO13800o。", "13800138000。"),
            ("一三八零零一三八零零零", "13800138000"),
            ("第一、二〇一六年", "第一、二〇一六年"),
            ("①③⑧⓪⓪", "13800"),
            ("①第一②第二", "①第一②第二"),
            ("1️⃣3️⃣8️⃣0️⃣0️⃣", "13800"),
            ("Foo10000", "Foo10000"),
            ("一心一意", "一心一意"),
        ] {
            assert_eq!(fold(given).text, wanted, "{given}");
        }
    }

    #[test]
    fn the_way_back_is_exact() {
        let text = "加Ｖ：①③⑧００１３8000了";
        let folded = fold(text);
        let at = folded.text.find("138").expect("found");
        let range = folded.original_range(at..at + 11);
        assert_eq!(&text[range], "①③⑧００１３8000");
    }
}
