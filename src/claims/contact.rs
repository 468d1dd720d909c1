//! Ways to reach somebody, as calls to action: telephone, WeChat, QQ, Telegram, address of a site.
//! Masked digits (`X`, `*`) count too.

use regex::Regex;
use std::ops::Range;

/// Name of the term under which a contact is reported, and its expression over plain text.
const FORMS: [(&str, &str); 6] = [
    (
        "contact-mobile",
        r"1[3-9X*][\dX*-]{8,12}|[x*]{7,13}|CELLPHONE|PHONE|Phone|(?i:tel)[:： ]?\d{5,}",
    ),
    (
        "contact-landline",
        r"[48]00[-—]?[\dX]{3,4}[-—]?[\dX]{3,4}|\(?0[\dX]{2,3}\)?[-—][\dX]{7,8}|\b[2-8]\d{6,7}\b|\b9\d{4}\b",
    ),
    (
        "contact-qq",
        r"(?i:qq|q群|扣扣|企鹅|加q|q)[号群: 验证]{0,4}[:：]?\s?[\dXx]{4,12}|[群扣]号?[:：]?\s?[\dXx]{5,12}",
    ),
    (
        "contact-wechat",
        r"(?i:微信|薇信|威信|vx|v信|wx|wechat|weixin|加v)号?[:： ]{0,2}[A-Za-z\dX_-]{4,20}",
    ),
    (
        "contact-telegram",
        r"(?i:t\.me/|telegram|电报|飞机|TG|纸飞机)[:： @]{0,3}[A-Za-z\d_+]{3,32}|@[A-Za-z][A-Za-z\d_]{4,31}|(?i:whatsapp)",
    ),
    (
        "contact-url",
        r"(?i:https?://|www\.)[A-Za-z\d./_?=&%:-]{3,}|\b[A-Za-z\d-]{2,}\.(?i:com|cn|net|cc|top|vip|xyz|me|org|app|io)\b|\bURL\b",
    ),
];

/// The compiled forms.
#[derive(Debug)]
pub(super) struct Contacts {
    forms: Vec<(&'static str, Regex)>,
}

/// Contacts reported of one text; a directory of thousands says no more than that.
const MOST: usize = 40;

impl Contacts {
    pub(super) fn compile() -> Result<Self, super::CompileError> {
        let mut forms = Vec::new();
        for (name, form) in FORMS {
            forms.push((name, Regex::new(form)?));
        }
        Ok(Self { forms })
    }

    pub(super) fn find(&self, text: &str) -> Vec<(&'static str, Range<usize>)> {
        let mut found: Vec<(&'static str, Range<usize>)> = Vec::new();
        if !text.bytes().any(|b| b.is_ascii_alphanumeric()) {
            return found;
        }
        for (name, form) in &self.forms {
            found.extend(form.find_iter(text).take(MOST).map(|m| (*name, m.range())));
        }
        found.sort_by_key(|(name, span)| (span.start, span.end, *name));
        found
    }
}
