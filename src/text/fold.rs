//! The first pass: characters one by one. Entities are decoded, invisible characters deleted, traditional,
//! full-width, circled and mathematical forms folded (OB-d, OB-e, OB-h, OB-i).

use super::glyphs::{Glyphs, Kind};
use super::units::{Draft, Strength, Unit};
use std::ops::Range;

/// The draft of a stretch that begins at byte `offset` of the original.
pub(super) fn fold(glyphs: &Glyphs, slice: &str, offset: usize) -> Draft {
    let mut draft = Draft {
        units: Vec::with_capacity(slice.len() / 2),
        ..Draft::default()
    };
    let mut at = 0;
    let mut around = Around::default();
    while let Some(ch) = slice.get(at..).and_then(|r| r.chars().next()) {
        let kind = glyphs.kind(ch);
        if ch != '&' && !matches!(kind, Kind::Fold | Kind::Drop) {
            draft.units.push(Unit {
                ch,
                kind,
                start: offset + at,
                end: offset + at + ch.len_utf8(),
                same: true,
            });
            around.previous = Some(ch);
            at += ch.len_utf8();
            continue;
        }
        let rest = slice.get(at..).unwrap_or_default();
        let entity = (ch == '&').then(|| entity(rest)).flatten();
        let (read, length) = entity.unwrap_or((ch, ch.len_utf8()));
        let place = offset + at..offset + at + length;
        if entity.is_some() {
            mark_entity(glyphs, read, place.clone(), &mut draft);
        }
        if is_numbering(ch) && at >= around.run.end {
            around.run = Run::at(rest, at, around.previous);
        }
        at += length;
        let next = slice.get(at..).unwrap_or_default().chars().take(MAX_DROPS);
        around.next = next.into_iter().find(|c| glyphs.kind(*c) != Kind::Drop);
        one(glyphs, read, place, entity.is_none(), around, &mut draft);
        if glyphs.kind(read) != Kind::Drop {
            around.previous = Some(read);
        }
    }
    draft
}

/// How many invisible characters are looked through for a neighbour.
const MAX_DROPS: usize = 8;

/// What stands around a character.
#[derive(Debug, Clone, Copy, Default)]
struct Around {
    previous: Option<char>,
    next: Option<char>,
    /// The last run of numbering characters begun.
    run: Run,
}

fn mark_entity(glyphs: &Glyphs, read: char, place: Range<usize>, draft: &mut Draft) {
    let telling = matches!(glyphs.kind(read), Kind::Han | Kind::Digit | Kind::Letter);
    let strength = if telling {
        Strength::InWord
    } else {
        Strength::Weak
    };
    draft.mark("OB-h", place, strength);
}

fn one(
    glyphs: &Glyphs,
    ch: char,
    place: Range<usize>,
    same: bool,
    around: Around,
    draft: &mut Draft,
) {
    let kind = glyphs.kind(ch);
    if kind == Kind::Drop {
        drop_invisible(glyphs, ch, place, around, draft);
        return;
    }
    let keep = Unit {
        ch,
        kind,
        start: place.start,
        end: place.end,
        same,
    };
    let Some(plain) = glyphs.plain(ch).filter(|_| kind == Kind::Fold) else {
        draft.units.push(keep);
        return;
    };
    let numbering = is_numbering(ch);
    if numbering && !is_used_as_digit(glyphs, ch, around) {
        let kind = if ch == '〇' { Kind::Han } else { Kind::Symbol };
        draft.units.push(Unit { kind, ..keep });
        return;
    }
    if let Some(class) = plain.class {
        let strength = match (plain.strong, numbering) {
            (_, true) => Strength::Strong,
            (true, _) if class == "OB-d" => Strength::InWord,
            (true, _) => Strength::Strong,
            _ => Strength::Weak,
        };
        draft.mark(class, place, strength);
    }
    for folded in plain
        .text
        .chars()
        .filter(|c| !numbering || c.is_alphanumeric())
    {
        draft.units.push(Unit {
            ch: folded,
            kind: glyphs.kind(folded),
            same: false,
            ..keep
        });
    }
}

/// Invisible characters inside a word tell; after an emoji (variation, joiner, tone) they belong to it.
fn drop_invisible(
    glyphs: &Glyphs,
    ch: char,
    place: Range<usize>,
    around: Around,
    draft: &mut Draft,
) {
    let Around { previous, next, .. } = around;
    let is_symbol = |c: Option<char>| {
        c.is_some_and(|c| matches!(glyphs.kind(c), Kind::Symbol | Kind::Separator) && !c.is_ascii())
    };
    if is_symbol(previous) || is_symbol(next) || previous.is_none() || next.is_none() {
        return;
    }
    let keycap = matches!(ch, '\u{20E3}' | '\u{FE00}'..='\u{FE0F}')
        && previous.is_some_and(|c| c.is_ascii());
    let class = if keycap { "OB-e" } else { "OB-i" };
    draft.mark(class, place, Strength::InWord);
}

/// ASCII and full-width digits.
fn is_digit(ch: char) -> bool {
    ch.is_ascii_digit() || ('０'..='９').contains(&ch)
}

/// A run of numbering characters and digits.
#[derive(Debug, Clone, Copy, Default)]
struct Run {
    /// Where it ends in the stretch.
    end: usize,
    /// Whether it spells a number (⑤⑨①) and does not name items in their order (①②③). `None` for a
    /// single character.
    spells_number: Option<bool>,
}

impl Run {
    /// The run at the start of `rest`, which begins at byte `at` of the stretch.
    fn at(rest: &str, at: usize, previous: Option<char>) -> Self {
        let in_run = |c: char| is_digit(c) || is_numbering(c);
        let length = rest.find(|c| !in_run(c)).unwrap_or(rest.len());
        let run: Vec<char> = rest.get(..length).unwrap_or_default().chars().collect();
        let rising = run.windows(2).all(|pair| matches!(pair, [a, b] if a < b));
        let in_order = rising && run.iter().all(|c| is_numbering(*c));
        // 二〇〇八, and ①2024: a zero of Chinese numerals, an item that begins with a number.
        let zeros = run.iter().all(|c| *c == '〇');
        let begins = previous.is_none_or(|c| !c.is_alphanumeric());
        let item = begins && run.iter().skip(1).all(|c| is_digit(*c));
        Self {
            end: at + length,
            spells_number: (run.len() > 1).then_some(!(in_order || zeros || item)),
        }
    }
}

/// Circled, bracketed and dotted numbers, which honest text uses to number its items, and 〇.
fn is_numbering(ch: char) -> bool {
    matches!(ch, '\u{2460}'..='\u{249B}' | '\u{24EA}'..='\u{24FF}' | '\u{2776}'..='\u{2793}'
        | '\u{3220}'..='\u{3229}' | '\u{3280}'..='\u{3289}' | '\u{1F100}'..='\u{1F10A}' | '〇')
}

/// Whether a numbering character stands for a digit here: beside another digit, before a per cent sign or
/// a unit of rates after Chinese text, after a letter. Else it numbers an item and stays.
fn is_used_as_digit(glyphs: &Glyphs, ch: char, around: Around) -> bool {
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

/// A character entity left over in text (`&amp;`, `&#20445;`, `&#x4fdd;`), and its length in bytes.
pub(super) fn entity(text: &str) -> Option<(char, usize)> {
    let end = text.bytes().take(12).position(|b| b == b';')?;
    let name = text.get(1..end)?;
    let ch = if let Some(number) = name.strip_prefix('#') {
        let point = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        char::from_u32(point).filter(|c| !c.is_control())?
    } else {
        named(name)?
    };
    Some((ch, end + 1))
}

fn named(name: &str) -> Option<char> {
    Some(match name {
        "nbsp" | "ensp" | "emsp" | "thinsp" => ' ',
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "yen" => '¥',
        "middot" => '·',
        "bull" => '•',
        "hellip" => '…',
        "mdash" => '—',
        "ndash" => '–',
        "ldquo" => '“',
        "rdquo" => '”',
        "lsquo" => '‘',
        "rsquo" => '’',
        "times" => '×',
        "copy" => '©',
        "reg" => '®',
        "permil" => '‰',
        "zwnj" => '\u{200C}',
        "zwj" => '\u{200D}',
        "shy" => '\u{00AD}',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::model::evasion::{EvasionTables, Fold};

    fn folded(text: &str) -> String {
        let tables = EvasionTables {
            drops: vec![('\u{200B}', '\u{200B}')],
            folds: vec![Fold {
                seen: '〇',
                plain: "0".to_owned(),
                class: "OB-e",
                strong: false,
            }],
            ..EvasionTables::default()
        };
        let glyphs = Glyphs::compile(&tables).expect("builds");
        fold(&glyphs, text, 0).units.iter().map(|u| u.ch).collect()
    }

    #[test]
    fn numbering_stays_and_numbers_fold() {
        assert_eq!(folded("①保本 ②保息"), "①保本 ②保息");
        assert_eq!(folded("①②③"), "①②③");
        assert_eq!(folded("①⑨①⑨⑤⑤〇⑤⑨"), "191955059");
        assert_eq!(folded("年⑧%"), "年8%");
        assert_eq!(folded("①2024年"), "①2024年");
        assert_eq!(folded("二〇〇八年"), "二〇〇八年");
    }

    #[test]
    fn entities_are_decoded_once() {
        assert_eq!(folded("&#20445;&#x672C;"), "保本");
        assert_eq!(folded("A&amp;lt;B"), "A&lt;B");
        assert_eq!(folded("?a=1&b=2;&#xD800;"), "?a=1&b=2;&#xD800;");
        assert_eq!(entity("&#10;"), None, "no control characters");
        assert_eq!(entity("&"), None);
    }

    #[test]
    fn invisible_characters_go() {
        let draft = folded("保\u{200B}本");
        assert_eq!(draft, "保本");
    }
}
