//! Accounts that only the word before them, or an @, tells.

use super::Letters;
use std::ops::Range;

/// Words that announce an account, lower case. Those in letters must stand alone.
const CUES: [&str; 22] = [
    "微信",
    "威信",
    "薇信",
    "v信",
    "加微",
    "加v",
    "vx",
    "wx",
    "wechat",
    "qq",
    "扣扣",
    "企鹅",
    "支付宝",
    "账号",
    "帐号",
    "账户",
    "帐户",
    "卡号",
    "telegram",
    "电报",
    "飞机",
    "户名",
];

/// What may stand between the word and the account.
const FILLERS: &str =
    ":： =号码是为群裙客服加我好友联系搜索或的账帐请咨询/()（）[]【】「」\u{200b}";
const MOST_FILLERS: usize = 8;
const SHORTEST: usize = 5;
const LONGEST: usize = 64;

/// Whether any of the words stands in a text.
pub(super) fn has_cue(text: &str) -> bool {
    let lower = text.to_lowercase();
    CUES.iter().any(|cue| lower.contains(cue))
}

/// The characters to hide.
pub(super) fn accounts(letters: &Letters) -> Vec<Range<usize>> {
    let lower: Vec<char> = letters
        .folded
        .iter()
        .map(|c| c.to_ascii_lowercase())
        .collect();
    let cues: Vec<Vec<char>> = CUES.iter().map(|cue| cue.chars().collect()).collect();
    let mut hidden = Vec::new();
    for at in 0..letters.len() {
        if letters.at(at) == '@' {
            hidden.extend(mail(letters, at));
        }
        hidden.extend(wallet(letters, at));
        let cue = cues
            .iter()
            .find(|cue| lower.get(at..at + cue.len()) == Some(cue.as_slice()));
        if let Some(cue) = cue
            && stands_alone(letters, at, cue)
        {
            hidden.extend(after_cue(letters, at + cue.len()));
        }
    }
    hidden
}

/// A word in letters is none when it is part of a longer one or of an address.
fn stands_alone(letters: &Letters, at: usize, cue: &[char]) -> bool {
    let first_is_letter = cue.first().is_some_and(char::is_ascii);
    let last_is_letter = cue.last().is_some_and(char::is_ascii);
    let before = letters.before(at);
    let after = letters.at(at + cue.len());
    let begins = !first_is_letter || !(before.is_ascii_alphanumeric() || "./@_-".contains(before));
    let ends = !last_is_letter || !(after.is_ascii_alphabetic() || "./@_".contains(after));
    begins && ends
}

/// The account behind a word: all but its first two characters, of a number of nine or more the last four stay instead.
fn after_cue(letters: &Letters, from: usize) -> Option<Range<usize>> {
    let mut start = from;
    while start < from + MOST_FILLERS
        && FILLERS.contains(letters.at(start))
        && start < letters.len()
    {
        start += 1;
    }
    let mut end = start;
    while end < start + LONGEST && is_account(letters.at(end)) {
        end += 1;
    }
    let token = letters.folded.get(start..end)?;
    // A sentence's full stop is no part of it.
    let trailing = token.iter().rev().take_while(|c| **c == '.').count();
    let token = token.get(..token.len() - trailing)?;
    let is_number = token.iter().all(char::is_ascii_digit);
    let next = letters.at(start + token.len());
    let looks_like = token.len() >= SHORTEST
        && (token.iter().any(char::is_ascii_digit) || token.len() > SHORTEST)
        && token.first().is_some_and(char::is_ascii_alphanumeric);
    // An e-mail or web address is no account name; mail has its own rule. Numbers as long as a telephone's have theirs.
    if !looks_like
        || next == '@'
        || next == ':'
        || next == '/'
        || token.starts_with(&['w', 'w', 'w', '.'])
    {
        return None;
    }
    if is_number && token.len() >= 12 {
        return Some(start..start + token.len() - 4);
    }
    if is_number && token.len() == 11 && token.first() == Some(&'1') {
        return None;
    }
    Some(start + 2..start + token.len())
}

fn is_account(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')
}

/// The local part before an @, but its first character.
fn mail(letters: &Letters, at: usize) -> Option<Range<usize>> {
    let is_local = |c: char| c.is_ascii_alphanumeric() || "._%+-".contains(c);
    let mut start = at;
    while start > 0 && at - start < LONGEST && is_local(letters.before(start)) {
        start -= 1;
    }
    let domain: String = (at + 1..at + 1 + LONGEST)
        .map(|i| letters.at(i))
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'))
        .collect();
    let named = domain
        .find('.')
        .is_some_and(|dot| dot > 0 && dot + 1 < domain.len());
    if !named || start == at {
        return None;
    }
    let shown = usize::from(at - start > 1);
    Some(start + shown..at)
}

/// An address of a crypto-currency: `0x` and 40 hexadecimal digits, or `T` and 33 characters of base58; four characters
/// stay at each end.
fn wallet(letters: &Letters, at: usize) -> Option<Range<usize>> {
    if letters.before(at).is_ascii_alphanumeric() {
        return None;
    }
    let length = |good: fn(char) -> bool| {
        (at..at + LONGEST)
            .take_while(|i| good(letters.at(*i)))
            .count()
    };
    let count = match (letters.at(at), letters.at(at + 1)) {
        ('0', 'x' | 'X') => {
            let whole = length(|c| c.is_ascii_hexdigit() || matches!(c, 'x' | 'X'));
            (whole == 42).then_some(42)?
        }
        ('T', _) => {
            let whole =
                length(|c| c.is_ascii_alphanumeric() && !matches!(c, '0' | 'O' | 'I' | 'l'));
            (whole == 34).then_some(34)?
        }
        _ => return None,
    };
    Some(at + 4..at + count - 4)
}
