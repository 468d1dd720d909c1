//! Ways to reach somebody, as calls to action: telephone, WeChat, QQ, Telegram, address of a site.
//! Masked digits (`X`, `*`) count too.

use regex::Regex;
use std::ops::Range;

/// A form: the name of the term under which a contact is reported, its expression over plain text, and the ASCII run
/// without which it cannot match.
struct Form {
    name: &'static str,
    expression: &'static str,
    needs: fn(&Runs) -> bool,
}

/// The forms, in the order of the bits of [`Forms`].
const FORMS: [Form; 6] = [
    Form {
        name: "contact-mobile",
        expression: r"1[3-9X*][\dX*-]{8,12}|[x*]{7,13}|CELLPHONE|PHONE|Phone|(?i:tel)[:： ]?\d{5,}",
        needs: |runs| runs.masked >= 7,
    },
    Form {
        name: "contact-landline",
        expression: r"[48]00[-—]?[\dX]{3,4}[-—]?[\dX]{3,4}|\(?0[\dX]{2,3}\)?[-—][\dX]{7,8}|\b[2-8]\d{6,7}\b|\b9\d{4}\b",
        needs: |runs| runs.digits >= 5,
    },
    Form {
        name: "contact-qq",
        expression: r"(?i:qq|q群|扣扣|企鹅|加q|q)[号群: 验证]{0,4}[:：]?\s?[\dXx]{4,12}|[群扣]号?[:：]?\s?[\dXx]{5,12}",
        needs: |_| false,
    },
    Form {
        name: "contact-wechat",
        expression: r"(?i:微信|薇信|威信|vx|v信|wx|wechat|weixin|加v)号?[:： ]{0,2}[A-Za-z\d_-]{4,20}",
        needs: |_| false,
    },
    Form {
        name: "contact-telegram",
        expression: r"(?i:t\.me/|telegram|电报|飞机|TG|纸飞机)[:： @]{0,3}[A-Za-z\d_+]{3,32}|@[A-Za-z][A-Za-z\d_]{4,31}|(?i:whatsapp)",
        needs: |_| false,
    },
    Form {
        name: "contact-url",
        expression: r"(?i:https?://|www\.)[A-Za-z\d./_?=&%:-]{3,}|\b[A-Za-z\d-]{2,}\.(?i:com|cn|net|cc|top|vip|xyz|me|org|app|io)\b|\bURL\b",
        needs: |_| false,
    },
];

const MOBILE: Forms = Forms(1);
const LANDLINE: Forms = Forms(1 << 1);
const QQ: Forms = Forms(1 << 2);
const WECHAT: Forms = Forms(1 << 3);
const TELEGRAM: Forms = Forms(1 << 4);
const URL: Forms = Forms(1 << 5);
const ALL: Forms = Forms(u8::MAX);

/// Words of which a form holds one wherever it matches and no run of figures tells it (without regard to case). The
/// two last letters fold to `k` and `s` in expressions without regard to case.
pub(super) const TRIGGERS: [(&str, Forms); 38] = [
    ("phone", MOBILE),
    ("tel", MOBILE),
    ("400", LANDLINE),
    ("800", LANDLINE),
    ("q", QQ),
    ("扣", QQ),
    ("企鹅", QQ),
    ("群", QQ),
    ("微信", WECHAT),
    ("薇信", WECHAT),
    ("威信", WECHAT),
    ("vx", WECHAT),
    ("v信", WECHAT),
    ("wx", WECHAT),
    ("wechat", WECHAT),
    ("weixin", WECHAT),
    ("加v", WECHAT),
    ("t.me/", TELEGRAM),
    ("telegram", TELEGRAM),
    ("电报", TELEGRAM),
    ("飞机", TELEGRAM),
    ("tg", TELEGRAM),
    ("@", TELEGRAM),
    ("whatsapp", TELEGRAM),
    ("http", URL),
    ("www.", URL),
    (".c", URL),
    (".net", URL),
    (".top", URL),
    (".vip", URL),
    (".xyz", URL),
    (".me", URL),
    (".org", URL),
    (".app", URL),
    (".io", URL),
    ("url", URL),
    ("\u{212a}", ALL),
    ("\u{17f}", ALL),
];

/// A set of forms.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Forms(u8);

impl Forms {
    pub(super) fn add(&mut self, other: Self) {
        self.0 |= other.0;
    }

    /// The set as a number.
    pub(super) fn bits(self) -> u32 {
        u32::from(self.0)
    }

    /// The set of a number.
    pub(super) fn of_bits(bits: u32) -> Self {
        Self(bits as u8)
    }

    fn has(self, form: usize) -> bool {
        self.0 >> form & 1 == 1
    }
}

/// The compiled forms.
#[derive(Debug)]
pub(super) struct Contacts {
    forms: Vec<Regex>,
}

/// Contacts reported of one text; a directory of thousands says no more than that.
const MOST: usize = 40;

impl Contacts {
    pub(super) fn compile() -> Result<Self, super::CompileError> {
        let compiled = FORMS.iter().map(|form| Regex::new(form.expression));
        Ok(Self {
            forms: compiled.collect::<Result<_, _>>()?,
        })
    }

    /// The contacts of a text by place. `met` are the forms whose words stand in it.
    pub(super) fn find(&self, text: &str, met: Forms) -> Vec<(&'static str, Range<usize>)> {
        let mut found: Vec<(&'static str, Range<usize>)> = Vec::new();
        let runs = Runs::of(text);
        if !runs.any {
            return found;
        }
        for (at, (form, expression)) in FORMS.iter().zip(&self.forms).enumerate() {
            // Expressions know the digits of all scripts; where there are such, all are asked.
            if met.has(at) || runs.foreign || (form.needs)(&runs) {
                let matches = expression.find_iter(text).take(MOST);
                found.extend(matches.map(|m| (form.name, m.range())));
            }
        }
        found.sort_by_key(|(name, span)| (span.start, span.end, *name));
        found
    }
}

/// The longest runs of ASCII characters that figures of contacts are made of.
#[derive(Debug, Default)]
struct Runs {
    /// Whether there is an ASCII letter or digit at all.
    any: bool,
    /// Whether there is a digit of another script.
    foreign: bool,
    /// Of `0-9X`.
    digits: usize,
    /// Of `0-9Xx*-`.
    masked: usize,
}

impl Runs {
    fn of(text: &str) -> Self {
        let mut runs = Self::default();
        let (mut digits, mut masked) = (0, 0);
        for byte in text.bytes() {
            // Han text: most bytes end both runs.
            if byte >= 0x80 {
                (digits, masked) = (0, 0);
                continue;
            }
            let figure = byte.is_ascii_digit() || byte == b'X';
            digits = if figure { digits + 1 } else { 0 };
            masked = match figure || matches!(byte, b'x' | b'*' | b'-') {
                true => masked + 1,
                false => 0,
            };
            runs.any |= byte.is_ascii_alphanumeric();
            runs.digits = runs.digits.max(digits);
            runs.masked = runs.masked.max(masked);
        }
        runs.foreign = runs.any && text.chars().any(is_foreign_digit);
        runs
    }
}

/// A decimal digit (as far as a numeric character can be told from one) that is neither ASCII nor Chinese.
fn is_foreign_digit(c: char) -> bool {
    !c.is_ascii() && !('\u{3000}'..='\u{9fff}').contains(&c) && c.is_numeric()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::finder::Finder;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    static CONTACTS: LazyLock<Contacts> = LazyLock::new(|| Contacts::compile().expect("compiles"));
    static FINDER: LazyLock<Finder> = LazyLock::new(|| {
        let words = TRIGGERS.iter();
        let words = words.map(|(word, forms)| ((*word).to_owned(), forms.bits()));
        Finder::compile(words).expect("compiles")
    });

    fn check(text: &str) -> Result<(), TestCaseError> {
        let mut met = Forms::default();
        FINDER.each(text, |bits, _| met.add(Forms::of_bits(bits)));
        let gated = CONTACTS.find(text, met);
        let asked = CONTACTS.find(text, ALL);
        prop_assert_eq!(gated, asked, "{}", text);
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        /// What is not asked would not have answered.
        #[test]
        fn no_contact_is_lost_by_not_asking(
            text in "([0-9X]{1,13}|[x*-]{1,8}|[qQVvxXwWtTgG@+]|微信|薇信|扣|群|企鹅|电报|飞机|[:： .—_]|号|tel|phone|Phone|URL|www|http|://|t.me/|[a-z]{1,6}|\\.(com|cn|cc|me|io|app|vip)|ſ|K|٣|𝟗){0,9}"
        ) {
            check(&text)?;
        }
    }

    #[test]
    fn forms_are_found() {
        for (text, name) in [
            ("电话13800001111", "contact-mobile"),
            ("电话400—123—4567", "contact-landline"),
            ("客服 95588", "contact-landline"),
            ("q 12345", "contact-qq"),
            ("加V xugou0000", "contact-wechat"),
            ("飞机abc", "contact-telegram"),
            ("shop.test.app", "contact-url"),
        ] {
            let found = CONTACTS.find(text, ALL);
            assert!(
                found.iter().any(|(form, _)| *form == name),
                "{text}: {found:?}"
            );
            check(text).expect("the same");
        }
    }
}
