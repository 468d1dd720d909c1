//! Characters that may stand for digits in telephone numbers and accounts.

use super::glyphs::Kind;
use super::hash::IntMap;
use super::units::Unit;
use crate::model::evasion::DigitTables;

/// Most digits that are looked at from one place.
const LONGEST: usize = 24;

/// How a digit was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// As it is.
    Plain,
    /// As a Chinese numeral, or as radio operators say it.
    Spoken,
    /// As a character that sounds like the numeral.
    Heard,
    /// As a letter or mark that looks like the digit.
    Seen,
}

impl Form {
    /// The class of the catalogue under which writing digits so is reported.
    pub(super) fn class(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Spoken | Self::Heard => Some("OB-f"),
            Self::Seen => Some("OB-j"),
        }
    }
}

/// A character that stands for a digit, by its unit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Digit {
    pub(super) at: usize,
    pub(super) digit: char,
    pub(super) form: Form,
}

/// Reads digits in all their forms.
#[derive(Debug, Clone)]
pub(super) struct DigitReader {
    forms: IntMap<u32, (char, Form)>,
}

impl DigitReader {
    pub(super) fn compile(tables: &DigitTables) -> Self {
        let mut forms = IntMap::default();
        let lists = [
            (&tables.seen, Form::Seen),
            (&tables.heard, Form::Heard),
            (&tables.spoken, Form::Spoken),
        ];
        for (list, form) in lists {
            for (seen, digit) in list {
                forms.insert(u32::from(*seen), (*digit, form));
            }
        }
        Self { forms }
    }

    fn digit(&self, units: &[Unit], at: usize) -> Option<Digit> {
        let ch = units.get(at)?.ch;
        let (digit, form) = if ch.is_ascii_digit() {
            (ch, Form::Plain)
        } else if let Some(digit) = chinese_digit(ch) {
            (digit, Form::Spoken)
        } else {
            *self.forms.get(&u32::from(ch))?
        };
        Some(Digit { at, digit, form })
    }

    /// The digits from `at`, single marks between them left out. Marks that look like digits count as such when `loose`.
    pub(super) fn run(&self, units: &[Unit], at: usize, loose: bool) -> Vec<Digit> {
        let is_mark = |at: usize| {
            let unit = units.get(at);
            unit.is_some_and(|u| matches!(u.kind, Kind::Separator | Kind::Symbol) && u.ch != '%')
        };
        let read = |at: usize| self.digit(units, at).filter(|_| loose || !is_mark(at));
        let mut run = Vec::new();
        let mut next = at;
        while run.len() < LONGEST {
            let marked = is_mark(next) && !run.is_empty();
            let behind_mark = || marked.then(|| read(next + 1)).flatten();
            let Some(digit) = read(next).or_else(behind_mark) else {
                break;
            };
            run.push(digit);
            next = digit.at + 1;
        }
        run
    }
}

/// After which digits of the run something stands between.
pub(super) fn gaps(run: &[Digit]) -> Vec<usize> {
    let pairs = run.windows(2).enumerate();
    let apart = pairs.filter(|(_, w)| matches!(w, [a, b] if b.at > a.at + 1));
    apart.map(|(index, _)| index).collect()
}

/// The digit that a Chinese numeral stands for in a number read aloud.
pub(super) fn chinese_digit(ch: char) -> Option<char> {
    Some(match ch {
        '零' | '〇' => '0',
        '一' | '壹' | '幺' => '1',
        '二' | '贰' => '2',
        '三' | '叁' => '3',
        '四' | '肆' => '4',
        '五' | '伍' => '5',
        '六' | '陆' => '6',
        '七' | '柒' => '7',
        '八' | '捌' => '8',
        '九' | '玖' => '9',
        _ => return None,
    })
}
