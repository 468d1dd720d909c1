//! The first pass: characters one by one. Entities are decoded, invisible characters deleted, traditional,
//! full-width, circled and mathematical forms folded (OB-d, OB-e, OB-h, OB-i).

use super::entities::{entity, may_begin};
use super::glyphs::{Glyphs, Kind, is_mark};
use super::numbering::{Around, Run, is_numbering, is_raised, is_used_as_digit};
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
        if !may_begin(ch) && !matches!(kind, Kind::Fold | Kind::Drop) {
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
        let entity = entity(rest);
        let (read, length) = entity.unwrap_or((ch, ch.len_utf8()));
        let place = offset + at..offset + at + length;
        if entity.is_some() {
            mark_entity(glyphs, read, place.clone(), &mut draft);
        }
        if is_numbering(ch) && at >= around.run.end {
            around.run = Run::at(glyphs, rest, at, around.previous);
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
    // Marks belong to the letters of the scripts that are written with them.
    let own = is_mark(ch)
        && around.previous.is_some_and(|c| {
            !matches!(
                glyphs.kind(c),
                Kind::Han | Kind::Letter | Kind::Digit | Kind::Fold
            )
        });
    if kind == Kind::Drop && !own {
        drop_invisible(glyphs, ch, place, around, draft);
        return;
    }
    let keep = Unit {
        ch,
        kind: if own { Kind::Other } else { kind },
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
        let kind = match ch {
            '〇' => Kind::Han,
            _ if is_raised(ch) => Kind::Other,
            _ => Kind::Symbol,
        };
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
        assert_eq!(folded("收益①⑧%"), "收益18%");
        assert_eq!(folded("①③⑤正确"), "①③⑤正确");
        assert_eq!(folded("面积10m²，注¹²"), "面积10m²，注¹²");
        assert_eq!(folded("电话¹³⁸⁰⁰⁰⁰¹¹¹¹"), "电话13800001111");
    }

    #[test]
    fn entities_are_decoded_once() {
        assert_eq!(folded("&#20445;&#x672C;"), "保本");
        assert_eq!(folded("A&amp;lt;B"), "A&lt;B");
        assert_eq!(folded("?a=1&b=2;&#xD800;"), "?a=1&b=2;&#xD800;");
    }

    #[test]
    fn invisible_characters_go() {
        assert_eq!(folded("保\u{200B}本"), "保本");
        assert_eq!(folded("保\u{336}本\u{336}"), "保本", "struck through");
        assert_eq!(folded("ที่"), "ที่", "a script that is written with marks");
    }
}
