//! A text as numbers and the words that say how to read them.

use super::vocabulary::{Entry, Hint, Place, Role, Vocabulary};
use crate::claims::numerals::{digit, parse_prefix};

/// A number or a word, with its bytes in the text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: Kind,
}

/// What a token is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    /// A number with its value.
    Number(f64),
    /// Digits masked with x.
    Masked,
    /// 万5, 千三, 百6: a number of percent.
    PerMany(f64),
    /// A word of the vocabulary.
    Word(Entry),
}

impl Token {
    /// Its role; `None` for numbers.
    pub(super) fn role(&self) -> Option<Role> {
        match self.kind {
            Kind::Word(entry) => Some(entry.role),
            _ => None,
        }
    }

    /// The side it speaks for.
    pub(super) fn hint(&self) -> Hint {
        match self.kind {
            Kind::Word(entry) => entry.hint,
            _ => Hint::Nothing,
        }
    }

    /// Whether a figure can be made of it without any other: every figure holds a number or says that money doubles.
    pub(super) fn may_make_figure(&self) -> bool {
        match self.kind {
            Kind::Word(entry) => entry.role == Role::Doubling,
            _ => true,
        }
    }

    /// Its value as a number.
    pub(super) fn number(&self) -> Option<f64> {
        match self.kind {
            Kind::Number(value) => Some(value),
            _ => None,
        }
    }
}

/// All tokens of a text in order, the vocabulary's words at these places.
pub(super) fn tokens(text: &str, vocabulary: &Vocabulary, places: &[Place]) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(places.len() + 8);
    let mut at = 0;
    for place in places {
        let (start, end) = (place.start, place.end);
        let Some(entry) = vocabulary.entry(place.word) else {
            continue;
        };
        // A numeral read earlier may reach into a word (2.5万元 takes 万 from no word, but 1万 may).
        if start < at {
            continue;
        }
        at = numbers(text, at, start, &mut tokens);
        if start < at {
            continue;
        }
        tokens.push(Token {
            start,
            end,
            kind: Kind::Word(entry),
        });
        at = end;
    }
    numbers(text, at, text.len(), &mut tokens);
    tokens
}

/// Numbers that begin in `from..to`; gives the place after the last of them, at least `to`.
fn numbers(text: &str, from: usize, to: usize, tokens: &mut Vec<Token>) -> usize {
    let mut at = from;
    while at < to {
        let Some(rest) = text.get(at..) else { break };
        let Some(ch) = rest.chars().next() else { break };
        if !may_begin(ch) {
            at += ch.len_utf8();
            continue;
        }
        let (len, kind) = number_at(text, at, rest, ch);
        if let Some(kind) = kind {
            tokens.push(Token {
                start: at,
                end: at + len,
                kind,
            });
        }
        at += len;
    }
    at.max(to)
}

/// Whether a number may begin with the character.
fn may_begin(ch: char) -> bool {
    matches!(
        ch,
        'x' | 'X' | '十' | '百' | '千' | '万' | '半' | '廿' | '卅' | '拾'
    ) || digit(ch).is_some()
}

/// The number at the start of `rest`, and the bytes to go on by.
fn number_at(text: &str, at: usize, rest: &str, ch: char) -> (usize, Option<Kind>) {
    if let Some(found) = per_many(rest, ch).or_else(|| round_sum(text, at, rest, ch)) {
        return found;
    }
    let may_be_masked = matches!(ch, 'x' | 'X') || ch.is_ascii_digit();
    if let Some(len) = may_be_masked.then(|| masked(text, at, rest)).flatten() {
        return (len, Some(Kind::Masked));
    }
    if digit(ch).is_some() || matches!(ch, '十' | '百' | '千' | '半' | '廿' | '卅' | '拾') {
        return match parse_prefix(rest) {
            Some(numeral) => with_more(rest, numeral.len, numeral.value)
                .unwrap_or_else(|| with_letter_unit(rest, numeral.len, numeral.value)),
            None => (ch.len_utf8(), None),
        };
    }
    (ch.len_utf8(), None)
}

/// 10多万, 20余万: more than so many; the lower bound counts.
fn with_more(rest: &str, len: usize, value: f64) -> Option<(usize, Option<Kind>)> {
    let mut tail = rest.get(len..)?.chars();
    let more = tail
        .next()
        .filter(|c| matches!(c, '多' | '余' | '几' | '来'))?;
    let (unit, factor) = match tail.next()? {
        '万' => ('万', 10_000.0),
        '千' => ('千', 1000.0),
        '亿' => ('亿', 100_000_000.0),
        _ => return None,
    };
    Some((
        len + more.len_utf8() + unit.len_utf8(),
        Some(Kind::Number(value * factor)),
    ))
}

/// 1w, 5k: the letters of chat for 万 and 千.
fn with_letter_unit(rest: &str, len: usize, value: f64) -> (usize, Option<Kind>) {
    let mut tail = rest.get(len..).unwrap_or_default().chars();
    let factor = match tail.next() {
        Some('w' | 'W') => 10_000.0,
        Some('k' | 'K') => 1000.0,
        _ => return (len, Some(Kind::Number(value))),
    };
    if tail.next().is_some_and(|c| c.is_ascii_alphanumeric()) {
        return (len, Some(Kind::Number(value)));
    }
    (len + 1, Some(Kind::Number(value * factor)))
}

/// 万5, 万分之五 is a word, 千三, 百6; what comes before decides whether it is a rate.
fn per_many(rest: &str, ch: char) -> Option<(usize, Option<Kind>)> {
    let percent = match ch {
        '万' => 0.01,
        '千' => 0.1,
        '百' => 1.0,
        _ => return None,
    };
    let tail = rest.get(ch.len_utf8()..)?;
    let numeral = tail
        .chars()
        .next()
        .filter(|c| digit(*c).is_some())
        .and_then(|_| parse_prefix(tail))?;
    let next = tail.get(numeral.len..).and_then(|t| t.chars().next());
    let amount = next.is_some_and(|c| "元块万亿千百十天日年月个人名家次多余".contains(c));
    if amount || numeral.value > 100.0 {
        return None;
    }
    Some((
        ch.len_utf8() + numeral.len,
        Some(Kind::PerMany(numeral.value * percent)),
    ))
}

/// 万元, 千元, 百倍, 过万: the unit alone is the number.
fn round_sum(text: &str, at: usize, rest: &str, ch: char) -> Option<(usize, Option<Kind>)> {
    let value = match ch {
        '万' => 10_000.0,
        '千' => 1000.0,
        '百' => 100.0,
        _ => return None,
    };
    let next = rest.chars().nth(1);
    let before = text.get(..at).and_then(|t| t.chars().next_back());
    let of_yuan = matches!(next, Some('元' | '块' | '倍'));
    let above = matches!(before, Some('过' | '上' | '超' | '逾' | '破'))
        && next.is_none_or(|c| !"分般里一万千百十".contains(c));
    (of_yuan || above).then_some((ch.len_utf8(), Some(Kind::Number(value))))
}

/// Most characters of a masked figure (`xx.xx`).
const MAX_MASK: usize = 6;

/// The length of digits masked with x at the start of `rest`, when a rate may follow.
fn masked(text: &str, at: usize, rest: &str) -> Option<usize> {
    let before = text.get(..at).and_then(|t| t.chars().next_back());
    if before.is_some_and(|c| c.is_ascii_alphanumeric() || c == '.') {
        return None;
    }
    let len: usize = rest
        .chars()
        .take(MAX_MASK + 1)
        .take_while(|c| matches!(c, 'x' | 'X' | '.' | '·') || c.is_ascii_digit())
        .map(char::len_utf8)
        .sum();
    let mask = rest.get(..len)?.trim_end_matches(['.', '·']);
    let has_mask = mask.contains(['x', 'X']) && mask.chars().count() <= MAX_MASK;
    let next = rest.get(mask.len()..).and_then(|r| r.chars().next());
    let is_word = next.is_some_and(|c| c.is_ascii_alphabetic());
    (has_mask && !is_word && !mask.is_empty()).then_some(mask.len())
}

#[cfg(test)]
mod tests {
    use super::super::vocabulary::vocabulary;
    use super::*;

    fn show(text: &str) -> Vec<String> {
        let vocabulary = vocabulary().expect("builds");
        tokens(text, vocabulary, &vocabulary.places(text))
            .iter()
            .map(|t| match t.kind {
                Kind::Number(n) => format!("{n}"),
                Kind::Masked => "x".to_owned(),
                Kind::PerMany(p) => format!("p{p:.2}"),
                Kind::Word(_) => text[t.start..t.end].to_owned(),
            })
            .collect()
    }

    #[test]
    fn numbers_between_words() {
        assert_eq!(show("年化12.5%"), ["年化", "12.5", "%"]);
        assert_eq!(
            show("投1万返1万3，年收益xx.x%"),
            ["投", "10000", "返", "13000", "，", "年收益", "x", "%"]
        );
        assert_eq!(show("日息万5"), ["日息", "p0.05"]);
        assert_eq!(show("日息千三"), ["日息", "p0.30"]);
        assert_eq!(show("月入3w"), ["月入", "30000"]);
        assert_eq!(show("三个月15%"), ["3", "个月", "15", "%"]);
        assert_eq!(show("投1万30天返"), ["投", "10000", "30", "天", "返"]);
    }
}
