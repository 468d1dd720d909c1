//! QQ, WeChat, public accounts and messengers: names that only the word before them tells.

use super::checks::is_filler;
use super::found::Found;
use crate::model::identity::{FactCheck, FactKind, IdentityFact};
use crate::page::pattern::constant;
use regex::Regex;
use std::sync::LazyLock;

fn filler(value: &str) -> FactCheck {
    if is_filler(value) {
        FactCheck::Template
    } else {
        FactCheck::None
    }
}

/// Whether an ASCII word at `start..end` stands inside of a longer one (an address, a file name).
fn is_part_of_word(found: &Found<'_>, start: usize, end: usize) -> bool {
    let text = found.text();
    let word = text.get(start..end).unwrap_or("");
    if !word.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return false;
    }
    text.get(..start)
        .and_then(|before| before.chars().next_back())
        .is_some_and(|c| {
            c.is_ascii_alphanumeric() || matches!(c, '.' | '/' | '@' | '_' | '-' | '=' | '&')
        })
}

/// After a word for QQ: one number or several; a group's if the words say so.
pub(super) fn qq(found: &mut Found<'_>, start: usize, end: usize) {
    static FIRST: LazyLock<Regex> = LazyLock::new(|| {
        constant(
            r"^((?:号码?|客服|在线|咨询|交流|官方|理财|投资|福利|微信|微|官|联系|群|裙|君羊|同号)*)[\s\x{a0}:：为是()（）/]{0,4}([1-9]\d{4,10})(?:\D|$)",
        )
    });
    static NEXT: LazyLock<Regex> =
        LazyLock::new(|| constant(r"^\s?[、,，/或;；]\s?([1-9]\d{4,10})(?:\D|$)"));
    if is_part_of_word(found, start, end) {
        return;
    }
    let after = found.after(end, 120);
    let Some(captured) = FIRST.captures(after) else {
        return;
    };
    let (Some(words), Some(mut number)) = (captured.get(1), captured.get(2)) else {
        return;
    };
    let cue = found.text().get(start..end).unwrap_or("");
    let is_group = [cue, words.as_str()]
        .iter()
        .any(|w| w.contains(['群', '裙']) || w.contains("君羊"));
    let kind = if is_group {
        FactKind::QqGroup
    } else {
        FactKind::Qq
    };
    let mut offset = end;
    loop {
        let stop = offset + number.end();
        if found.text()[stop..].starts_with('@') {
            return;
        }
        let value = number.as_str().to_owned();
        let check = filler(&value);
        found.add(
            kind,
            offset + number.start()..stop,
            value,
            check,
            Vec::new(),
        );
        offset = stop;
        match NEXT
            .captures(found.after(offset, 40))
            .and_then(|c| c.get(1))
        {
            Some(next) => number = next,
            None => return,
        }
    }
}

/// After a word for WeChat: an id or a mobile number.
pub(super) fn wechat(found: &mut Found<'_>, start: usize, end: usize) {
    static NAME: LazyLock<Regex> = LazyLock::new(|| {
        constant(concat!(
            r"^((?:号码?|客服|在线|咨询|官方|ID|id|信|联系|我|好友|同号|[/／]|QQ|qq)*)([\s\x{a0}]*[:：为是]?[\s\x{a0}]*)",
            r"([a-zA-Z][-_a-zA-Z0-9]{5,19}|1[3-9]\d{9})"
        ))
    });
    if is_part_of_word(found, start, end) {
        return;
    }
    let after = found.after(end, 100);
    let Some(captured) = NAME.captures(after) else {
        return;
    };
    let (Some(words), Some(mark), Some(name)) = (captured.get(1), captured.get(2), captured.get(3))
    else {
        return;
    };
    if after[name.end()..]
        .starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '@' | '.' | '-'))
    {
        return;
    }
    let cue = found
        .text()
        .get(start..end)
        .unwrap_or("")
        .to_ascii_lowercase();
    // An English word after 微信 is no id unless something says so.
    let said =
        words.as_str().contains('号') || cue.contains('号') || mark.as_str().contains([':', '：']);
    let telling = name
        .as_str()
        .contains(|c: char| c.is_ascii_digit() || c == '_' || c == '-');
    let usual = ["weixin", "wechat", "android", "iphone"]
        .iter()
        .any(|word| name.as_str().eq_ignore_ascii_case(word));
    if usual || !(said || telling) {
        return;
    }
    let value = name.as_str().to_owned();
    found.add(
        FactKind::WeChat,
        end + name.start()..end + name.end(),
        value,
        FactCheck::None,
        Vec::new(),
    );
}

/// After a word for a public account, a mini-programme or a short-video account: a quoted or announced name.
pub(super) fn account(found: &mut Found<'_>, start: usize, end: usize) {
    static NAME: LazyLock<Regex> = LazyLock::new(|| {
        constant(concat!(
            r#"^(?:号|名称|名|账号|ID)?[\s\x{a0}]*(?:[:：]?[\s\x{a0}]*[“"「『【《]([^”"」』】》\n]{2,30})[”"」』】》]"#,
            r"|[:：][\s\x{a0}]*([\p{Han}A-Za-z0-9_]{2,24}))"
        ))
    });
    let after = found.after(end, 140);
    let Some(captured) = NAME.captures(after) else {
        return;
    };
    let Some(name) = captured.get(1).or_else(|| captured.get(2)) else {
        return;
    };
    let value = name.as_str().trim().to_owned();
    let platform = found.text().get(start..end).unwrap_or("").to_owned();
    found.add(
        FactKind::Account,
        end + name.start()..end + name.end(),
        value,
        FactCheck::None,
        vec![("platform", platform)],
    );
}

/// After a word for a foreign messenger, or at a link to one.
pub(super) fn messenger(found: &mut Found<'_>, start: usize, end: usize) {
    static NAME: LazyLock<Regex> = LazyLock::new(|| {
        constant(
            r"^(?:群组?|号|频道|客服|ID|id|联系)*[\s\x{a0}]*(?:[:：]?[\s\x{a0}]*(@[A-Za-z]\w{4,31})|[:：][\s\x{a0}]*(\+?\w{5,32}))",
        )
    });
    static PATH: LazyLock<Regex> =
        LazyLock::new(|| constant(r"^(?:joinchat/|\+)?[A-Za-z0-9_+-]{4,40}"));
    let cue = found
        .text()
        .get(start..end)
        .unwrap_or("")
        .to_ascii_lowercase();
    let after = found.after(end, 100);
    if cue.ends_with('/') {
        let before = found.before(start, 1);
        if before.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-') {
            return;
        }
        if let Some(path) = PATH.find(after) {
            let value = format!("{cue}{}", path.as_str());
            found.add(
                FactKind::ForeignMessenger,
                start..end + path.end(),
                value,
                FactCheck::None,
                Vec::new(),
            );
        }
        return;
    }
    let Some(captured) = NAME.captures(after) else {
        return;
    };
    let Some(name) = captured.get(1).or_else(|| captured.get(2)) else {
        return;
    };
    if name.as_str().starts_with("http") || !name.as_str().is_ascii() {
        return;
    }
    found.add(
        FactKind::ForeignMessenger,
        end + name.start()..end + name.end(),
        name.as_str().to_owned(),
        FactCheck::None,
        vec![("messenger", cue)],
    );
}

/// The account in a chat link: `wpa.qq.com/msgrd?uin=`, `tencent://message/?uin=`.
pub(super) fn of_address(address: &str) -> Vec<IdentityFact> {
    static UIN: LazyLock<Regex> =
        LazyLock::new(|| constant(r"(?i)[?&](?:amp;)?uin=([1-9]\d{4,10})(?:\D|$)"));
    let Some(number) = UIN.captures(address).and_then(|c| c.get(1)) else {
        return Vec::new();
    };
    vec![IdentityFact {
        kind: FactKind::Qq,
        raw: number.as_str().to_owned(),
        value: number.as_str().to_owned(),
        span: None,
        check: filler(number.as_str()),
        parts: vec![("from", "link".to_owned())],
    }]
}
