//! Personal values in the desk's events: a masked form for people and a tag by which equal values are recognised.
//!
//! The tag is a digest; whoever tries all numbers can find out which it was. It keeps the value from being read, copied and
//! searched, not from being guessed (个人信息保护法 art. 73: de-identified, not anonymous).

use crate::model::person_role::PersonRole;
use sha2::{Digest, Sha256};

/// Between the masked form and the tag.
const MARK: char = '~';
/// Characters of the tag: 60 bits.
const TAG: usize = 12;

/// The stored form of a value. `what` tells kinds of values apart (`mobile`, `wechat`, `person`) and stands before it.
pub fn pseudonym(what: &str, value: &str) -> String {
    let digest = Sha256::digest(format!("wangxun-pseudonym/1\n{what}\n{value}"));
    let tag = base32::encode(base32::Alphabet::Rfc4648Lower { padding: false }, &digest);
    let tag = tag.get(..TAG).unwrap_or(&tag);
    format!("{what}:{}{MARK}{tag}", masked(what, value))
}

/// The stored form of a person's name in a role.
pub fn person(role: PersonRole, name: &str) -> String {
    let stored = pseudonym("person", name);
    if role.shows_family_name() {
        return stored;
    }
    let tag = stored.rsplit(MARK).next().unwrap_or_default();
    format!("person:*{MARK}{tag}")
}

/// What is shown of a stored value: without the tag.
pub fn shown(stored: &str) -> &str {
    stored.rsplit_once(MARK).map_or(
        stored,
        |(shown, tag)| {
            if tag.len() == TAG { shown } else { stored }
        },
    )
}

fn masked(what: &str, value: &str) -> String {
    let chars: Vec<char> = value.chars().collect();
    let count = chars.len();
    let (head, tail) = match what {
        "person" | "payee-name" => (1, 0),
        "mobile" | "landline" if count > 8 => (3, 2),
        "bank-card" | "crypto-address" if count > 8 => (0, 4),
        _ if count > 5 => (2, 1),
        _ => (usize::from(count > 1), 0),
    };
    let numbered = chars.into_iter().enumerate();
    let hide = |(at, c): (usize, char)| {
        if at < head || at + tail >= count {
            c
        } else {
            '*'
        }
    };
    numbered.map(hide).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_have_equal_tags_and_are_not_shown() {
        let one = pseudonym("mobile", "13800001234");
        assert_eq!(shown(&one), "mobile:138******34");
        assert_eq!(one, pseudonym("mobile", "13800001234"));
        // Another number that looks the same when masked.
        let other = pseudonym("mobile", "13899991234");
        assert_eq!(shown(&one), shown(&other));
        assert_ne!(one, other);
    }

    #[test]
    fn forms() {
        for (what, value, wanted) in [
            ("person", "甲某某", "person:甲**"),
            (
                "bank-card",
                "6222000000000009",
                "bank-card:************0009",
            ),
            ("wechat", "xugou00000", "wechat:xu*******0"),
            ("qq", "12345", "qq:1****"),
            ("person", "甲", "person:甲"),
            ("qq", "", "qq:"),
        ] {
            assert_eq!(shown(&pseudonym(what, value)), wanted);
        }
        assert_eq!(shown(&person(PersonRole::Investor, "甲某某")), "person:*");
        assert_eq!(shown("辽ICP备2026000001号"), "辽ICP备2026000001号");
    }
}
