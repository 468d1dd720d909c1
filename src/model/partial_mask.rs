//! Masks personal data: telephone numbers, identity numbers, bank and other accounts, mail addresses.
//!
//! Used wherever text leaves the sealed bytes: the search index, views, exports. Each masked character becomes one `*`,
//! so a masked text has as many characters as before, and masking it again changes nothing. What identifies an
//! enterprise in public (credit code, ICP number, 400 number) stays. Names are left: of persons the manifest keeps the
//! family name only.
//!
//! Bases: 个人信息保护法 articles 6 and 51 (no more than needed; de-identification); the form of numbers: GB 11643-1999
//! (identity numbers), ISO/IEC 7812-1 (16 to 19 digits of cards), the national numbering plan (mobile numbers 1[3-9]
//! and nine digits, area codes with 0).

mod cues;
mod numbers;

use std::borrow::Cow;
use std::ops::Range;

/// The character that stands for a masked one.
pub const MASK: char = '*';

/// Personal data in `text`, masked. Borrowed when there is none.
pub fn mask(text: &str) -> Cow<'_, str> {
    let mut masked = Cow::Borrowed(text);
    // What is left of a number may be a number again together with its neighbours; each pass only adds stars.
    for _ in 0..MOST_PASSES {
        match pass(&masked) {
            Some(more) => masked = Cow::Owned(more),
            None => break,
        }
    }
    masked
}

const MOST_PASSES: usize = 8;

fn pass(text: &str) -> Option<String> {
    let telling = |c: char| folded(c).is_ascii_digit() || c == '@';
    if !text.chars().any(telling) && !cues::has_cue(text) {
        return None;
    }
    let letters = Letters::of(text);
    let mut hidden = vec![false; letters.len()];
    for range in numbers::personal(&letters) {
        hide(&mut hidden, range);
    }
    for range in cues::accounts(&letters) {
        hide(&mut hidden, range);
    }
    let masked = text.chars().zip(&hidden);
    hidden.contains(&true).then(|| {
        masked
            .map(|(c, hidden)| if *hidden { MASK } else { c })
            .collect()
    })
}

fn hide(hidden: &mut [bool], range: Range<usize>) {
    for place in hidden.get_mut(range).into_iter().flatten() {
        *place = true;
    }
}

/// The characters of a text, full-width forms of ASCII folded, by their number.
struct Letters {
    folded: Vec<char>,
}

impl Letters {
    fn of(text: &str) -> Self {
        Self {
            folded: text.chars().map(folded).collect(),
        }
    }

    fn len(&self) -> usize {
        self.folded.len()
    }

    /// The character at `at`, a blank beyond the ends.
    fn at(&self, at: usize) -> char {
        self.folded.get(at).copied().unwrap_or(' ')
    }

    fn before(&self, at: usize) -> char {
        at.checked_sub(1).map_or(' ', |i| self.at(i))
    }

    fn is_digit(&self, at: usize) -> bool {
        self.at(at).is_ascii_digit()
    }

    /// Up to `most` characters before `at`.
    fn lead(&self, at: usize, most: usize) -> &[char] {
        self.folded
            .get(at.saturating_sub(most)..at)
            .unwrap_or_default()
    }
}

/// Full-width ASCII to ASCII; other characters as they are.
fn folded(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' | '\u{a0}' => ' ',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(rows: &[(&str, &str)]) {
        for (text, wanted) in rows {
            assert_eq!(&mask(text), wanted, "{text}");
        }
    }

    #[test]
    fn telephone_numbers() {
        check(&[
            ("电话13800000001。", "电话138****0001。"),
            ("+86 138-0000-0001", "+86 138-****-0001"),
            ("8613800000001", "86138****0001"),
            ("１３８００００００01", "１３８****００01"),
            ("138 0000 0001", "138 **** 0001"),
            ("加V13800000001领", "加V138****0001领"),
            ("0416-1234567", "0416-*****67"),
            ("02412345678", "024******78"),
            ("电话：1234567", "电话：*****67"),
            ("热线400-123-4567", "热线400-123-4567"),
            ("共12345678元", "共12345678元"),
        ]);
    }

    #[test]
    fn identity_and_account_numbers() {
        check(&[
            ("身份证210781199001011234", "身份证210781************"),
            ("21078119900101123X 本人", "210781************ 本人"),
            ("卡号6222 0212 3456 7890 123", "卡号**** **** **** ***0 123"),
            ("6222021234567890123", "***************0123"),
            ("账号：1234567890123", "账号：*********0123"),
            ("收款账号 abc_12345", "收款账号 ab*******"),
            ("微信号：licai888", "微信号：li******"),
            ("加QQ群123456789", "加QQ群12*******"),
            ("支付宝 a@b.example", "支付宝 *@b.example"),
            ("写信到zhang.san@mail.test吧", "写信到z********@mail.test吧"),
            (
                "转到TAbcdefghijkmnopqrstuvwxyz12345678",
                "转到TAbc**************************5678",
            ),
        ]);
    }

    #[test]
    fn what_is_public_stays() {
        let public = [
            "统一社会信用代码912107270000000000",
            "91210727MA0XXXXX1X",
            "辽ICP备12345678号-1",
            "辽公网安备21072702000001号",
            "2026-11-25 10:00 至 2026-12-01",
            "年化18%,起投10000元,募集5000000000元",
            "https://weixin.test/s/abc",
            "微信公众平台",
            "sha256 0123456789abcdef0123456789abcdef",
            "编号20261103123456",
        ];
        for text in public {
            assert_eq!(mask(text), text);
        }
    }

    proptest! {
        #[test]
        fn masking_keeps_the_length_and_is_done_once(text in "\\PC{0,60}|[0-9０-９ \\-XxQ微信号:@.a-z]{0,60}") {
            let once = mask(&text).into_owned();
            prop_assert_eq!(once.chars().count(), text.chars().count());
            prop_assert_eq!(mask(&once).into_owned(), once.clone());
        }

        #[test]
        fn no_mobile_number_is_left(before in "[^0-9０-９.\\-_ \u{a0}\u{3000}－．]{0,8}", rest in "[3-9][0-9]{9}", after in "[^0-9０-９.\\-_ \u{a0}\u{3000}－．Xx]{0,8}") {
            let text = format!("{before}1{rest}{after}");
            let masked = mask(&text).into_owned();
            let middle = &rest[2..6];
            let gone = !masked.contains(&format!("1{}{middle}", &rest[..2]));
            prop_assert!(gone, "{}", masked);
        }
    }
}
