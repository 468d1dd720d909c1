//! Numbers that are personal by their own form.

use super::Letters;
use std::ops::Range;

/// Most digits that are looked at as one number.
const LONGEST: usize = 64;
/// Letters and digits in a word from this length on are a digest or the like, not somebody's number.
const IDENTIFIER: usize = 30;

/// A run of digits without a break.
#[derive(Debug, Clone, Copy)]
struct Group {
    start: usize,
    end: usize,
}

impl Group {
    fn len(self) -> usize {
        self.end - self.start
    }
}

/// The characters to hide.
pub(super) fn personal(letters: &Letters) -> Vec<Range<usize>> {
    let mut hidden = Vec::new();
    let groups = groups(letters);
    let mut first = 0;
    while first < groups.len() {
        let taken = longest(letters, &groups, first, &mut hidden);
        first += taken.max(1);
    }
    hidden
}

fn groups(letters: &Letters) -> Vec<Group> {
    let mut groups = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        if !letters.is_digit(at) {
            at += 1;
            continue;
        }
        let start = at;
        while letters.is_digit(at) {
            at += 1;
        }
        groups.push(Group { start, end: at });
    }
    groups
}

/// Tries the groups from `first` that are parted by one mark each, most of them first. Gives how many were used.
fn longest(
    letters: &Letters,
    groups: &[Group],
    first: usize,
    hidden: &mut Vec<Range<usize>>,
) -> usize {
    let Some(rest) = groups.get(first..) else {
        return 0;
    };
    let joined = joined(letters, rest);
    for count in (1..=joined).rev() {
        let some = rest.get(..count).unwrap_or_default();
        let digits: Vec<usize> = some.iter().flat_map(|g| g.start..g.end).collect();
        if let Some(kept) = kept(letters, some, &digits) {
            hidden.extend(
                digits
                    .iter()
                    .enumerate()
                    .filter(|(i, _)| !kept(*i))
                    .map(|(_, at)| *at..*at + 1),
            );
            if is_with_letter(letters, &digits) {
                let last = digits.last().map_or(0, |d| d + 1);
                hidden.push(last..last + 1);
            }
            return count;
        }
    }
    0
}

/// How many groups stand side by side, parted by one blank, hyphen, dot or line.
fn joined(letters: &Letters, groups: &[Group]) -> usize {
    let mut count = 1;
    let mut digits = groups.first().map_or(0, |g| g.len());
    for pair in groups.windows(2) {
        let [one, next] = pair else { break };
        let marked = next.start == one.end + 1
            && matches!(letters.at(one.end), ' ' | '-' | '.' | '_' | '·' | '－');
        digits += next.len();
        if !marked || digits > LONGEST {
            break;
        }
        count += 1;
    }
    count
}

/// Which digits (by number from the first) may be seen.
type Kept = Box<dyn Fn(usize) -> bool>;

/// What these groups, read as one number, show when masked; `None` when they are no personal number.
fn kept(letters: &Letters, groups: &[Group], digits: &[usize]) -> Option<Kept> {
    let number: Vec<u8> = digits.iter().map(|at| letters.at(*at) as u8).collect();
    let count = number.len();
    let sizes: Vec<usize> = groups.iter().map(|g| g.len()).collect();
    let one = sizes.len() == 1;
    let glued = glued(letters, groups);
    if count + glued >= IDENTIFIER && glued > 0 {
        return None;
    }
    if let Some(country) = mobile(&number, &sizes) {
        return Some(Box::new(move |i| i < country + 3 || i >= country + 7));
    }
    if is_identity(letters, &number, digits) && (one || sizes == [6, 8, 4]) {
        return Some(Box::new(|i| i < 6));
    }
    if let Some(area) = landline(&number, &sizes).filter(|_| glued == 0) {
        return Some(Box::new(move |i| i < area || i + 2 >= count));
    }
    let cards =
        sizes.iter().rev().skip(1).all(|s| *s == 4) && sizes.last().is_some_and(|s| *s <= 4);
    let card = (16..=19).contains(&count) && (cards || sizes == [6, 13]);
    if card || (one && count >= 16 && !is_credit_code(&number)) {
        return Some(Box::new(move |i| i + 4 >= count));
    }
    let telephone = ["电话", "座机", "手机", "传真", "致电"];
    if one && (7..=8).contains(&count) && announced(letters, groups, &telephone) {
        return Some(Box::new(move |i| i + 2 >= count));
    }
    None
}

/// Letters and digits that stand right before and behind, without any mark.
fn glued(letters: &Letters, groups: &[Group]) -> usize {
    let is_word = |c: char| c.is_ascii_alphanumeric();
    let (Some(first), Some(last)) = (groups.first(), groups.last()) else {
        return 0;
    };
    let lead = letters.lead(first.start, IDENTIFIER).iter().rev();
    let before = lead.take_while(|c| is_word(**c)).count();
    let behind = (last.end..last.end + IDENTIFIER).take_while(|at| is_word(letters.at(*at)));
    before + behind.count()
}

/// Eleven digits from 13 to 19, alone, behind 86 or 0086: the number of digits before them.
fn mobile(number: &[u8], sizes: &[usize]) -> Option<usize> {
    let country = match number {
        [b'8', b'6', rest @ ..] if rest.len() == 11 => 2,
        [b'0', b'0', b'8', b'6', rest @ ..] if rest.len() == 11 => 4,
        _ if number.len() == 11 => 0,
        _ => return None,
    };
    let own = number.get(country..)?;
    let good = own.first() == Some(&b'1') && own.get(1).is_some_and(|d| (b'3'..=b'9').contains(d));
    // Dates and sums stand in groups, too, but not of such sizes.
    let grouped = sizes.len() == 1 || sizes.iter().all(|s| *s <= 5 || *s == 11);
    (good && grouped).then_some(country)
}

/// A region and a date of birth, 18 characters (the last may be X), or 15 digits of the old form.
fn is_identity(letters: &Letters, number: &[u8], digits: &[usize]) -> bool {
    let region = value(number.get(..2));
    if !(11..=83).contains(&region) {
        return false;
    }
    let (year, date) = match number.len() {
        18 => (value(number.get(6..10)), number.get(10..14)),
        17 if is_with_letter(letters, digits) => (value(number.get(6..10)), number.get(10..14)),
        15 => (1900 + value(number.get(6..8)), number.get(8..12)),
        _ => return false,
    };
    let (month, day) = date.map_or((0, 0), |d| (value(d.get(..2)), value(d.get(2..))));
    (1900..=2100).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day)
}

/// Seventeen digits with an X behind them.
fn is_with_letter(letters: &Letters, digits: &[usize]) -> bool {
    digits.len() == 17
        && digits
            .last()
            .is_some_and(|last| matches!(letters.at(last + 1), 'x' | 'X'))
        && !digits
            .last()
            .is_some_and(|last| letters.at(last + 2).is_ascii_alphanumeric())
}

/// An area code with 0 and seven or eight digits: the length of the area code.
fn landline(number: &[u8], sizes: &[usize]) -> Option<usize> {
    if number.first() != Some(&b'0') || number.get(1) == Some(&b'0') {
        return None;
    }
    // 010 and 02x have three digits, all others four.
    let three = matches!(number.get(1), Some(b'1' | b'2'));
    let area = if three { 3 } else { 4 };
    let own = number.len().checked_sub(area)?;
    let apart = sizes.len() == 2 && sizes.first() == Some(&area);
    ((7..=8).contains(&own) && (sizes.len() == 1 || apart)).then_some(area)
}

/// GB 32100-2015: 18 characters; enterprises begin with 91 to 93, other bodies with 1, 5 or other digits and are then
/// told from identity numbers by their date.
fn is_credit_code(number: &[u8]) -> bool {
    number.len() == 18 && matches!(number, [b'9', b'1'..=b'3', ..])
}

fn announced(letters: &Letters, groups: &[Group], words: &[&str]) -> bool {
    let start = groups.first().map_or(0, |g| g.start);
    let lead: String = letters.lead(start, 6).iter().collect();
    words.iter().any(|word| lead.contains(word))
}

fn value(digits: Option<&[u8]>) -> u32 {
    let digits = digits.unwrap_or_default();
    digits
        .iter()
        .fold(0, |sum, d| sum * 10 + u32::from(d.saturating_sub(b'0')))
}
