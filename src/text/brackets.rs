//! Brackets and quotation marks that have no partner, set inside words to break them up: 贷（款, 投」资 (OB-c). Those in pairs
//! are punctuation and stay.

use super::glyphs::Kind;
use super::units::Unit;

/// Brackets in pairs.
const PAIRS: [(char, char); 13] = [
    ('（', '）'),
    ('(', ')'),
    ('[', ']'),
    ('{', '}'),
    ('【', '】'),
    ('〔', '〕'),
    ('《', '》'),
    ('〈', '〉'),
    ('「', '」'),
    ('『', '』'),
    ('“', '”'),
    ('‘', '’'),
    ('﹙', '﹚'),
];

/// Brackets open at a time that are followed; honest text has few.
const DEEPEST: usize = 32;

/// Whether the mark is punctuation that may turn out to break up a word.
pub(super) fn is_loose(ch: char) -> bool {
    ch == '、'
        || PAIRS
            .iter()
            .any(|(open, close)| ch == *open || ch == *close)
}

/// Turns brackets without partner into separators, where they stand between two characters that may be of one word.
pub(super) fn loosen(units: &mut [Unit]) {
    let alone = alone(units);
    for at in alone {
        let inner = |i: Option<usize>| {
            let unit = i.and_then(|i| units.get(i));
            unit.is_some_and(|u| matches!(u.kind, Kind::Han | Kind::Letter | Kind::Digit))
        };
        if inner(at.checked_sub(1))
            && inner(at.checked_add(1))
            && let Some(unit) = units.get_mut(at)
        {
            unit.kind = Kind::Separator;
        }
    }
}

/// Places of the brackets that have no partner.
fn alone(units: &[Unit]) -> Vec<usize> {
    let mut open: Vec<(usize, char)> = Vec::new();
    let mut alone = Vec::new();
    for (at, unit) in units.iter().enumerate() {
        if unit.kind != Kind::Barrier {
            continue;
        }
        if let Some((_, close)) = PAIRS.iter().find(|(o, _)| *o == unit.ch) {
            if open.len() == DEEPEST {
                open.remove(0);
            }
            open.push((at, *close));
        } else if PAIRS.iter().any(|(_, c)| *c == unit.ch) {
            match open.iter().rposition(|(_, close)| *close == unit.ch) {
                Some(partner) => alone.extend(open.drain(partner..).skip(1).map(|(at, _)| at)),
                None => alone.push(at),
            }
        }
    }
    alone.extend(open.into_iter().map(|(at, _)| at));
    alone
}

#[cfg(test)]
mod tests {
    use super::*;

    fn separators(text: &str) -> String {
        let mut units: Vec<Unit> = text
            .char_indices()
            .map(|(start, ch)| Unit {
                ch,
                kind: if is_loose(ch) {
                    Kind::Barrier
                } else {
                    Kind::Han
                },
                start,
                end: start + ch.len_utf8(),
                same: true,
            })
            .collect();
        loosen(&mut units);
        let loose = units.iter().filter(|u| u.kind == Kind::Separator);
        loose.map(|u| u.ch).collect()
    }

    #[test]
    fn brackets_in_pairs_stay() {
        assert_eq!(separators("银（行放」款"), "（」");
        assert_eq!(separators("银行（北湖）放款“低息”"), "");
        assert_eq!(separators("（一）本金（利」息"), "（」");
        assert_eq!(separators("年（化）收）益"), "）");
        assert_eq!(separators("（收益"), "", "at the edge");
    }
}
