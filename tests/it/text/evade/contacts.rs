//! Ways to mask contacts and figures.

use super::Writer;
use super::tables::of;
use std::ops::Range;

impl Writer {
    /// 加V, 薇信, 扣扣, Q裙: the word for the contact masked, the number left.
    pub(super) fn masked_contact(&mut self, text: &str) -> Option<String> {
        let names = [
            "加微信",
            "加QQ群",
            "QQ群",
            "加QQ",
            "微信",
            "QQ",
            "电话",
            "进群",
            "电报",
        ];
        let (at, name) = names
            .iter()
            .filter_map(|n| Some((text.find(n)?, *n)))
            .min_by_key(|(at, n)| (*at, usize::MAX - n.len()))?;
        let (kept, key) = if name == "加QQ群" {
            ("加", "QQ群")
        } else {
            ("", name)
        };
        let options = of(&self.tables.masks, key);
        let mask = self.choose(&options)?;
        Some(format!(
            "{}{kept}{mask}{}",
            &text[..at],
            &text[at + name.len()..]
        ))
    }

    /// Digits in another form, in contacts or everywhere, and sometimes the letters of the contact.
    pub(super) fn odd_forms(&mut self, text: &str) -> Option<String> {
        let (digits, letters) = (self.tables.digits.clone(), self.tables.letters.clone());
        let row: Vec<char> = self.choose(&digits)?.chars().collect();
        let alphabet = self.choose(&letters)?;
        let alphabet: Vec<&str> = alphabet.split(' ').collect();
        let (everywhere, with_letters) = (self.rng.below(2) == 0, self.rng.below(3) == 0);
        let ids = ids(text);
        let mut written = String::new();
        for (at, ch) in text.char_indices() {
            let in_id = ids.iter().any(|id| id.contains(&at));
            let digit = ch.to_digit(10).filter(|_| in_id || everywhere);
            let letter = (ch.is_ascii_alphabetic() && in_id && with_letters)
                .then(|| ch.to_ascii_lowercase() as usize - 'a' as usize);
            match (digit, letter) {
                (Some(d), _) => written.push(row[d as usize]),
                (_, Some(l)) => written += alphabet[l],
                _ => written.push(ch),
            }
        }
        Some(written)
    }

    /// 一三八零零, 月息贰分, 百分之十八, 十八%.
    pub(super) fn numerals(&mut self, text: &str) -> Option<String> {
        let rows = self.tables.numerals.clone();
        let row: Vec<char> = self.choose(&rows)?.chars().collect();
        let all = self.rng.below(3) > 0;
        let (ids, figures) = (ids(text), figures(text));
        let with_figures = self.rng.below(2) == 0 || ids.is_empty();
        let mut written = String::new();
        let mut at = 0;
        while let Some(ch) = text[at..].chars().next() {
            if let Some((figure, spelt)) =
                figures.iter().find(|(f, _)| f.start == at && with_figures)
            {
                written += spelt;
                at = figure.end;
                continue;
            }
            let in_id = ids.iter().any(|id| id.contains(&at));
            match ch
                .to_digit(10)
                .filter(|_| in_id && (all || self.rng.below(2) == 0))
            {
                Some(d) => written.push(row[d as usize]),
                None => written.push(ch),
            }
            at += ch.len_utf8();
        }
        Some(written)
    }

    /// Letters and digits of contacts and of names in letters replaced by ones that look alike.
    pub(super) fn imitated(&mut self, text: &str) -> Option<String> {
        let ids = ids(text);
        let is_number = |id: &Range<usize>| {
            text[id.clone()]
                .trim_start_matches('Q')
                .bytes()
                .all(|b| b.is_ascii_digit() || b == b'-')
        };
        let numbers: Vec<&Range<usize>> = ids.iter().filter(|id| is_number(id)).collect();
        let mut written = String::new();
        for (at, ch) in text.char_indices() {
            let in_id = ids.iter().any(|id| id.contains(&at));
            let in_number = numbers.iter().any(|n| n.contains(&at));
            let lower = ch.to_ascii_lowercase().to_string();
            // In an account name nobody can tell a letter from the digit it looks like: digits are left there.
            let options = if in_id && (in_number || !ch.is_ascii_digit()) {
                of(&self.tables.imitations, &lower)
            } else {
                Vec::new()
            };
            let chosen = self.rng.below(3) == 0;
            match chosen.then(|| self.choose(&options)).flatten() {
                Some(option) => written += option,
                None => written.push(ch),
            }
        }
        Some(written)
    }
}

/// Account names and numbers: runs of at least five ASCII letters, digits and hyphens with two digits or more.
pub(super) fn ids(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = None;
    for (at, ch) in text.char_indices().chain([(text.len(), ' ')]) {
        let inside = ch.is_ascii_alphanumeric() || ch == '-';
        match (inside, start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                let run = &text[from..at];
                let digits = run.bytes().filter(u8::is_ascii_digit).count();
                if run.len() >= 5 && digits >= 2 {
                    found.push(from..at);
                }
                start = None;
            }
            _ => {}
        }
    }
    found
}

/// Percentages and rates in whole numbers, with their Chinese spelling.
fn figures(text: &str) -> Vec<(Range<usize>, String)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|r| !r.is_empty()) {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let after = &rest[digits..];
        let value = rest[..digits].parse().ok().filter(|v| (1..100).contains(v));
        let unit = ["%", "分", "厘", "万", "倍"]
            .iter()
            .find(|u| after.starts_with(**u));
        let fresh = !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '.');
        if let (Some(value), Some(unit), true) = (value, unit, fresh) {
            let spelt = match *unit {
                "%" => format!("百分之{}", chinese(value)),
                unit => format!("{}{unit}", chinese(value)),
            };
            found.push((at..at + digits + unit.len(), spelt));
        }
        at += digits.max(rest.chars().next().map_or(1, char::len_utf8));
    }
    found
}

fn chinese(value: usize) -> String {
    let digits: Vec<char> = "零一二三四五六七八九".chars().collect();
    match (value / 10, value % 10) {
        (0, one) => digits[one].to_string(),
        (1, 0) => "十".to_owned(),
        (1, one) => format!("十{}", digits[one]),
        (ten, 0) => format!("{}十", digits[ten]),
        (ten, one) => format!("{}十{}", digits[ten], digits[one]),
    }
}
