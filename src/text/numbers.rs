//! Disguised numbers: telephone numbers and accounts in Chinese numerals, in characters that sound like numerals
//! (OB-f), in letters that look like digits (OB-j), with their digits set apart (OB-c).
//!
//! A run of characters that may stand for digits is a number when it is as long as one and begins like one, or when a
//! word for a number stands before it; and enough of it must be digits or numerals beyond doubt.

use super::digits::{Digit, DigitReader, Form, gaps};
use super::glyphs::{Glyphs, Kind};
use super::units::{Draft, Mark, Strength, Unit};
use crate::model::evasion::DigitTables;
use std::ops::Range;

/// Digits of a mobile number.
const MOBILE: usize = 11;
/// Digits of the shortest account that is announced only by a word near by, when written in numerals.
const SHORTEST: usize = 6;
/// Digits of the longest account.
const LONGEST_ACCOUNT: usize = 12;
/// Characters before a number in which it may be announced.
const REACH: usize = 6;

/// The compiled tables.
#[derive(Debug, Clone)]
pub(super) struct Numbers {
    reader: DigitReader,
    /// Words before numbers.
    numbers: Vec<String>,
    /// Words before account names.
    names: Vec<String>,
}

impl Numbers {
    pub(super) fn compile(tables: &DigitTables) -> Self {
        Self {
            reader: DigitReader::compile(tables),
            numbers: tables.before_numbers.clone(),
            names: tables.before_names.clone(),
        }
    }

    /// Undoes the numbers of a stretch.
    pub(super) fn undo(&self, glyphs: &Glyphs, draft: &mut Draft) {
        let mut at = 0;
        while at < draft.units.len() {
            // Marks that look like digits are separators first.
            let strict = self.reader.run(&draft.units, at, false);
            let context = Context {
                units: &draft.units,
                glyphs,
            };
            let mut found = self.number(context, &strict);
            if !found.as_deref().is_some_and(is_mobile) {
                let loose = self.number(context, &self.reader.run(&draft.units, at, true));
                found = [loose, found].into_iter().flatten().max_by_key(Vec::len);
            }
            at = match found {
                Some(run) => rewrite(draft, &run),
                None => skip(at, &strict),
            };
        }
    }

    /// The part of the run that is a number in disguise.
    fn number(&self, context: Context<'_>, run: &[Digit]) -> Option<Vec<Digit>> {
        let units = context.units;
        let lengths = [MOBILE, run.len()];
        let length = lengths.into_iter().find(|length| {
            let part = run.get(..*length).unwrap_or_default();
            // 13800138000七、: the numeral after the number begins something else.
            let next = run.get(*length);
            let ends = part.last().is_some_and(|last| {
                next.is_none_or(|next| {
                    next.at > last.at + 1 || last.form == Form::Plain && next.form != Form::Plain
                })
            });
            ends && is_disguised(units, part) && self.is_number(context, part)
        })?;
        run.get(..length).map(<[Digit]>::to_vec)
    }

    fn is_number(&self, context: Context<'_>, run: &[Digit]) -> bool {
        let units = context.units;
        let Some(first) = run.first() else {
            return false;
        };
        let count = |form: Form| run.iter().filter(|d| d.form == form).count();
        let (doubtful, spoken) = (count(Form::Heard) + count(Form::Seen), count(Form::Spoken));
        if doubtful * 3 > run.len() * 2 || count(Form::Seen) > 0 && !stands_alone(units, run) {
            return false;
        }
        let gaps = gaps(run);
        let single = gaps.len() + 1 == run.len();
        let numbered = context.is_announced(first.at, &self.numbers);
        let named = || context.is_announced(first.at, &self.names);
        if is_mobile(run) {
            let grouped = matches!(gaps[..], [2, 6] | [2, 5, 8] | [3, 7] | [2] | [3]);
            return gaps.is_empty() || single || grouped || numbered || named();
        }
        let letters = letters_before(units, first.at);
        // QQ12345678: the name of the messenger is no part of the account.
        let is_messenger = |from: &usize| {
            let letters = context.letters(*from..first.at);
            self.numbers
                .iter()
                .any(|w| w.eq_ignore_ascii_case(&letters))
        };
        if let Some(letters) = letters.filter(|l| !is_messenger(l)) {
            // yjd二零八八八: numerals in the name of an account.
            let announced = [&self.numbers, &self.names]
                .iter()
                .any(|words| context.is_announced(letters, words));
            let last = run.last().map_or(0, |d| d.at);
            let ends = units.get(last + 1).is_none_or(|u| u.kind != Kind::Han);
            let sure = count(Form::Seen) == 0 && (run.len() >= 3 || ends && run.len() == 2);
            return gaps.is_empty() && sure && (ends || doubtful == 0) && announced;
        }
        let shortest = if spoken * 2 >= run.len() {
            SHORTEST
        } else {
            SHORTEST - 1
        };
        let known = numbered || doubtful == 0 && named();
        (shortest..=LONGEST_ACCOUNT).contains(&run.len())
            && (gaps.is_empty() || single || has_hyphens(units, run))
            && known
    }
}

/// What stands around a run.
#[derive(Clone, Copy)]
struct Context<'a> {
    units: &'a [Unit],
    glyphs: &'a Glyphs,
}

impl Context<'_> {
    /// The text of some units, letters of other scripts as the ones they imitate.
    fn letters(&self, place: Range<usize>) -> String {
        let units = self.units.get(place).unwrap_or_default();
        let plain = |u: &Unit| self.glyphs.lookalike(u.ch).unwrap_or(u.ch);
        units.iter().map(plain).collect()
    }

    /// Whether one of the words for a number stands before `at`.
    fn is_announced(&self, at: usize, words: &[String]) -> bool {
        let before = self.letters(at.saturating_sub(REACH)..at);
        words.iter().any(|w| before.contains(w.as_str()))
    }
}

/// Where to go on after a run that is no number: at the next character that may begin one.
fn skip(at: usize, run: &[Digit]) -> usize {
    match run {
        [] => at + 1,
        [first, ..] if matches!(first.form, Form::Heard | Form::Seen) => at + 1,
        [.., last] => last.at + 1,
    }
}

fn is_mobile(run: &[Digit]) -> bool {
    let head = matches!(run, [a, b, ..] if a.digit == '1' && ('3'..='9').contains(&b.digit));
    head && run.len() == MOBILE
}

/// Whether anything of the run is not written as numbers are.
fn is_disguised(units: &[Unit], run: &[Digit]) -> bool {
    let other = |run: &[Digit]| run.iter().filter(|d| d.form != Form::Plain).count();
    let apart = !gaps(run).is_empty() && !has_hyphens(units, run);
    // 12345678七: numerals at the end alone begin something else.
    let end = run
        .iter()
        .rposition(|d| d.form != Form::Spoken)
        .map_or(0, |last| last + 1);
    let inner = other(run.get(..end).unwrap_or_default()) > 0;
    apart || inner || other(run) > 0 && (other(run) * 2 >= run.len() || run.len() == MOBILE)
}

/// Whether hyphens, as telephone numbers have them, are all that stands between the digits.
fn has_hyphens(units: &[Unit], run: &[Digit]) -> bool {
    let gaps = gaps(run);
    let hyphen = |index: &usize| {
        let mark = run.get(*index).and_then(|d| units.get(d.at + 1));
        mark.is_some_and(|u| u.ch == '-')
    };
    !gaps.is_empty() && gaps.len() <= 3 && gaps.iter().all(hyphen)
}

/// Whether the run is no part of a longer name in letters.
fn stands_alone(units: &[Unit], run: &[Digit]) -> bool {
    let letter = |i: Option<usize>| {
        let unit = i.and_then(|i| units.get(i));
        unit.is_some_and(|u| matches!(u.kind, Kind::Letter | Kind::OddLetter))
    };
    let (Some(first), Some(last)) = (run.first(), run.last()) else {
        return false;
    };
    // QQ3Ч567812: the name of the messenger may be glued to the number.
    let glued = first.at.checked_sub(2).and_then(|i| units.get(i..first.at));
    let glued = glued.is_some_and(|u| {
        u.iter()
            .all(|u| matches!(u.kind, Kind::OddLetter) || matches!(u.ch, 'Q' | 'q'))
    });
    (!letter(first.at.checked_sub(1)) || glued) && !letter(last.at.checked_add(1))
}

/// Where the run of letters right before `at` begins, if there is one.
fn letters_before(units: &[Unit], at: usize) -> Option<usize> {
    let before = units.get(..at)?.iter().rev();
    let length = before
        .take(LONGEST_ACCOUNT * 2)
        .take_while(|u| matches!(u.kind, Kind::Letter | Kind::OddLetter))
        .count();
    (length > 0).then(|| at - length)
}

/// Writes the digits of a run; gives the place after it.
fn rewrite(draft: &mut Draft, run: &[Digit]) -> usize {
    let (Some(first), Some(last)) = (run.first(), run.last()) else {
        return draft.units.len();
    };
    let kept = has_hyphens(&draft.units, run);
    let usual = gaps(run) == [2, 6] && run.iter().all(|d| d.form == Form::Plain);
    let strength = if usual {
        Strength::Weak
    } else {
        Strength::Strong
    };
    let mut digits: Vec<Unit> = Vec::with_capacity(run.len());
    let mut next = first.at;
    for digit in run {
        let gap = draft.units.get(next..digit.at).unwrap_or_default();
        if kept {
            digits.extend_from_slice(gap);
        } else if let (Some(from), Some(to)) = (gap.first(), gap.last()) {
            draft.marks.push(Mark {
                class: "OB-c",
                original: from.start..to.end,
                strength,
            });
        }
        next = digit.at + 1;
        if let Some(unit) = draft.units.get(digit.at).copied() {
            if let Some(class) = digit.form.class() {
                draft.mark(class, unit.start..unit.end, Strength::Strong);
            }
            digits.push(Unit {
                ch: digit.digit,
                kind: Kind::Digit,
                same: unit.same && digit.form == Form::Plain,
                ..unit
            });
        }
    }
    let end = first.at + digits.len();
    draft.units.splice(first.at..=last.at, digits);
    end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::evasion::EvasionTables;

    fn undone(text: &str) -> String {
        let list = |rows: &str| {
            let rows = rows.split(' ').map(|r| {
                let mut chars = r.chars();
                (
                    chars.next().expect("a character"),
                    chars.next().expect("a digit"),
                )
            });
            rows.collect::<Vec<_>>()
        };
        let numbers = Numbers::compile(&DigitTables {
            spoken: list("洞0 拐7"),
            heard: list("巴8 起7"),
            seen: list("O0 l1 Ч4 丨1"),
            before_numbers: vec!["QQ".into(), "电话".into()],
            before_names: vec!["微信".into()],
        });
        let kind = |c: char| match c {
            '0'..='9' => Kind::Digit,
            'a'..='z' | 'A'..='Z' => Kind::Letter,
            'Ч' => Kind::OddLetter,
            ' ' | '-' | '.' | '丨' => Kind::Separator,
            _ => Kind::Han,
        };
        let unit = |(start, ch): (usize, char)| Unit {
            ch,
            kind: kind(ch),
            start,
            end: start + ch.len_utf8(),
            same: true,
        };
        let mut draft = Draft {
            units: text.char_indices().map(unit).collect(),
            ..Draft::default()
        };
        let glyphs = Glyphs::compile(&EvasionTables::default()).expect("builds");
        numbers.undo(&glyphs, &mut draft);
        draft.units.iter().map(|u| u.ch).collect()
    }

    #[test]
    fn numbers_are_read_and_other_figures_stay() {
        for (text, plain) in [
            ("一三八零零零零一一一一", "13800001111"),
            ("幺三八洞洞洞洞一一一一", "13800001111"),
            ("138O000llll", "13800001111"),
            ("138 0000 1111", "13800001111"),
            ("1.3.8.0.0.0.0.1.1.1.1", "13800001111"),
            ("138丨0000丨1111", "13800001111"),
            ("13巴0000起七1丨", "13800007711"),
            ("138-0000-1111", "138-0000-1111"),
            ("电话四零零-八零零-一二三四", "电话400-800-1234"),
            ("微信yjd二零八八八", "微信yjd20888"),
            ("QQ3Ч567812", "QQ34567812"),
            ("QQ12345678", "QQ12345678"),
            ("二零二五年三月", "二零二五年三月"),
            ("微信ab1O2345", "微信ab1O2345"),
            ("2024 12 31", "2024 12 31"),
            ("13800138000七", "13800138000七"),
        ] {
            assert_eq!(undone(text), plain, "{text}");
        }
    }
}
