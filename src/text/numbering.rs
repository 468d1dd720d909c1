//! Circled, bracketed, dotted, raised numbers: items are numbered with them, and numbers are disguised by them (OB-e).

use super::digits::chinese_digit;
use super::glyphs::{Glyphs, Kind};

/// ASCII and full-width digits.
fn is_digit(ch: char) -> bool {
    ch.is_ascii_digit() || ('０'..='９').contains(&ch)
}

/// What stands around a character.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Around {
    pub(super) previous: Option<char>,
    pub(super) next: Option<char>,
    /// The last run of numbering characters begun.
    pub(super) run: Run,
}

/// A run of numbering characters and digits.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Run {
    /// Where it ends in the stretch.
    pub(super) end: usize,
    /// Whether it spells a number (⑤⑨①) and does not name items in their order (①②③). `None` for a
    /// single character.
    spells_number: Option<bool>,
}

impl Run {
    /// The run at the start of `rest`, which begins at byte `at` of the stretch.
    pub(super) fn at(glyphs: &Glyphs, rest: &str, at: usize, previous: Option<char>) -> Self {
        let in_run = |c: char| is_digit(c) || is_numbering(c);
        let length = rest.find(|c| !in_run(c)).unwrap_or(rest.len());
        let run: Vec<char> = rest.get(..length).unwrap_or_default().chars().collect();
        let next = rest.get(length..).and_then(|r| r.chars().next());
        let unit = next.is_some_and(|c| "%％℅万元倍厘".contains(c));
        let spells_number = if run.iter().all(|c| is_raised(*c)) {
            // Footnotes and exponents have few digits.
            Some(run.len() >= LONG_RAISED || next.is_some_and(|c| "%％℅".contains(c)))
        } else {
            let spells = unit || !names_items(glyphs, &run, previous);
            (run.len() > 1).then_some(spells)
        };
        Self {
            end: at + length,
            spells_number,
        }
    }
}

/// Raised digits in a row that are more than a footnote.
const LONG_RAISED: usize = 4;

/// Whether a run names items: ①②③ in their order, ①2024 before a number, or 〇〇 of Chinese numerals.
fn names_items(glyphs: &Glyphs, run: &[char], previous: Option<char>) -> bool {
    let values: Vec<Option<u32>> = run.iter().map(|c| value(glyphs, *c)).collect();
    let rising = values
        .windows(2)
        .all(|pair| matches!(pair, [a, b] if a < b));
    let in_order = rising && run.iter().all(|c| is_numbering(*c));
    let zeros = run.iter().all(|c| *c == '〇');
    let begins = previous.is_none_or(|c| !c.is_alphanumeric());
    let item = begins && run.iter().skip(1).all(|c| is_digit(*c));
    in_order || zeros || item || is_ordering(&values)
}

/// ④②①③: the first numbers, each once, as an answer puts items in order.
fn is_ordering(values: &[Option<u32>]) -> bool {
    let all = 1..=values.len() as u32;
    values.len() < SHORTEST_CONTACT && all.into_iter().all(|n| values.contains(&Some(n)))
}

/// No telephone number or account is shorter.
const SHORTEST_CONTACT: usize = 7;

/// The number that a numbering character stands for.
fn value(glyphs: &Glyphs, ch: char) -> Option<u32> {
    let plain = glyphs.plain(ch)?;
    let digits: String = plain.text.chars().filter(char::is_ascii_digit).collect();
    let spoken = || plain.text.chars().find_map(chinese_digit)?.to_digit(10);
    digits.parse().ok().or_else(spoken)
}

/// Superscripts and subscripts: exponents, formulas, footnotes, and numbers that are disguised.
pub(super) fn is_raised(ch: char) -> bool {
    matches!(ch, '²' | '³' | '¹' | '⁰' | '⁴'..='⁹' | '₀'..='₉')
}

/// Circled, bracketed and dotted numbers, which honest text uses to number its items, and 〇.
pub(super) fn is_numbering(ch: char) -> bool {
    is_raised(ch)
        || matches!(ch, '\u{2460}'..='\u{249B}' | '\u{24EA}'..='\u{24FF}' | '\u{2776}'..='\u{2793}'
        | '\u{3220}'..='\u{3229}' | '\u{3280}'..='\u{3289}' | '\u{1F100}'..='\u{1F10C}' | '〇')
}

/// Whether a numbering character stands for a digit here: beside another digit, before a per cent sign or
/// a unit of rates after Chinese text, after a letter. Else it numbers an item and stays.
pub(super) fn is_used_as_digit(glyphs: &Glyphs, ch: char, around: Around) -> bool {
    let Around {
        previous,
        next,
        run,
    } = around;
    if let Some(spells_number) = run.spells_number {
        return spells_number;
    }
    if previous.is_some_and(is_digit) || next.is_some_and(is_digit) {
        return true;
    }
    if ch == '〇' {
        return false;
    }
    if next.is_some_and(|c| matches!(c, '%' | '％' | '℅' | '‰'))
        || previous.is_some_and(|c| c.is_ascii_alphabetic())
    {
        return true;
    }
    let after_han = previous.is_some_and(|c| glyphs.kind(c) == Kind::Han);
    let unit = next.is_some_and(|c| "分厘成倍个点".contains(c));
    let pinyin = next.is_some_and(|c| c.is_ascii_lowercase());
    let last = next.is_none_or(|c| !matches!(glyphs.kind(c), Kind::Han | Kind::Fold));
    let after_rate = previous.is_some_and(|c| "息化率扣分厘第达到加".contains(c));
    after_han && (pinyin || (unit || last) && after_rate)
}
