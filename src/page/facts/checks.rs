//! Check digits and the like.

use sha2::{Digest, Sha256};

/// The symbols of GB 32100-2015: no I, O, S, V, Z.
const USCC_SYMBOLS: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
/// Its weights, 3^i mod 31.
const USCC_WEIGHTS: [usize; 17] = [
    1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28,
];
/// The weights of the organisation code, GB 11714.
const ORGANISATION_WEIGHTS: [usize; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

/// Whether `code` has the form of a unified social credit code: 18 symbols, six digits of region.
pub(super) fn is_credit_code_form(code: &str) -> bool {
    let bytes = code.as_bytes();
    bytes.len() == 18
        && bytes.iter().all(|b| USCC_SYMBOLS.contains(b))
        && bytes.iter().skip(2).take(6).all(u8::is_ascii_digit)
}

/// Whether both check digits of a code of that form hold.
pub(super) fn credit_code_holds(code: &str) -> bool {
    let bytes = code.as_bytes();
    let sum: usize = bytes
        .iter()
        .zip(USCC_WEIGHTS)
        .map(|(b, weight)| weight * USCC_SYMBOLS.iter().position(|s| s == b).unwrap_or(0))
        .sum();
    let wanted = USCC_SYMBOLS.get((31 - sum % 31) % 31);
    wanted == bytes.get(17) && organisation_code_holds(bytes.get(8..17).unwrap_or_default())
}

fn organisation_code_holds(code: &[u8]) -> bool {
    let value = |b: &u8| match b {
        b'0'..=b'9' => usize::from(b - b'0'),
        b'A'..=b'Z' => usize::from(b - b'A') + 10,
        _ => 0,
    };
    let sum: usize = code
        .iter()
        .zip(ORGANISATION_WEIGHTS)
        .map(|(b, weight)| weight * value(b))
        .sum();
    let wanted = match 11 - sum % 11 {
        10 => b'X',
        11 => b'0',
        digit => b'0' + u8::try_from(digit).unwrap_or(0),
    };
    code.get(8) == Some(&wanted)
}

/// Whether the last digit of an old 15-digit registration number holds (GS 15-2006: ISO 7064, MOD 11,10).
pub(super) fn registration_number_holds(number: &str) -> bool {
    let mut product = 10;
    let mut sum = 0;
    for byte in number.bytes() {
        sum = (product + u32::from(byte.wrapping_sub(b'0'))) % 10;
        product = (if sum == 0 { 10 } else { sum }) * 2 % 11;
    }
    number.len() == 15 && sum == 1
}

/// Whether 18 characters are an identity card number (GB 11643): date and check character hold.
pub(super) fn is_identity_card(number: &str) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let bytes = number.as_bytes();
    if bytes.len() != 18 || !bytes.iter().take(17).all(u8::is_ascii_digit) {
        return false;
    }
    let part = |from, to| {
        number
            .get(from..to)
            .and_then(|p| p.parse::<u32>().ok())
            .unwrap_or(0)
    };
    let is_date = (1900..2100).contains(&part(6, 10))
        && (1..13).contains(&part(10, 12))
        && (1..32).contains(&part(12, 14));
    let sum: u32 = bytes
        .iter()
        .zip(WEIGHTS)
        .map(|(b, weight)| weight * u32::from(b - b'0'))
        .sum();
    let wanted = b"10X98765432".get(sum as usize % 11).copied();
    is_date && wanted == bytes.last().map(u8::to_ascii_uppercase)
}

/// Whether the digits of a bank card number hold (Luhn).
pub(super) fn luhn_holds(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(index, byte)| {
            let digit = u32::from(byte.wrapping_sub(b'0'));
            match digit * (1 + u32::from(index % 2 == 1)) {
                twice @ 10.. => twice - 9,
                other => other,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Whether a Base58Check address holds, its version byte being one of `versions`: 25 bytes, of which the last four are
/// the first of the double SHA-256 of the rest.
pub(super) fn base58_holds(address: &str, versions: &[u8]) -> bool {
    const SYMBOLS: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    let mut bytes = [0_u8; 25];
    for symbol in address.bytes() {
        let Some(value) = SYMBOLS.iter().position(|s| *s == symbol) else {
            return false;
        };
        let mut carry = value;
        for byte in bytes.iter_mut().rev() {
            carry += usize::from(*byte) * 58;
            *byte = u8::try_from(carry % 256).unwrap_or(0);
            carry /= 256;
        }
        if carry > 0 {
            return false;
        }
    }
    let (payload, check) = bytes.split_at(21);
    let digest = Sha256::digest(Sha256::digest(payload));
    versions.contains(&bytes[0]) && digest.get(..4) == Some(check)
}

/// Whether digits are a filler: one digit over and over, or counting up or down.
pub(super) fn is_filler(digits: &str) -> bool {
    let bytes = digits.as_bytes();
    let steps = |step: i16| {
        bytes.windows(2).all(|pair| {
            let (a, b) = (i16::from(pair[0]), i16::from(pair[1]));
            b - a == step || (step == 1 && pair == b"90") || (step == -1 && pair == b"09")
        })
    };
    bytes.len() >= 4 && (steps(0) || steps(1) || steps(-1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn credit_codes() {
        for code in [
            "91350200776049653A",
            "91350500798359476R",
            "91350503MA31DKY80A",
            "91350200MA31E12PXF",
            "91440101MA5CJQ4N59",
            "913502000728319549",
            "123502001549897397",
            "91330100799655058B",
            "9144030071526726XG",
            "91110000802100433B",
            "914403001922038216",
            "91350203MA31NDF85F",
        ] {
            assert!(
                is_credit_code_form(code) && credit_code_holds(code),
                "{code}"
            );
        }
        assert!(is_credit_code_form("91350203M0001QAY9B"));
        assert!(!credit_code_holds("91350203M0001QAY9B"));
        assert!(!is_credit_code_form("91350203I0001QAY9B"));
    }

    #[test]
    fn identity_cards() {
        // The standard's own example.
        assert!(is_identity_card("11010519491231002X"));
        assert!(!is_identity_card("110105194912310021"));
    }

    #[test]
    fn cards_and_addresses() {
        assert!(luhn_holds("4111111111111111"));
        assert!(!luhn_holds("4111111111111112"));
        // The contract of USDT on TRON and the first Bitcoin address: both public.
        assert!(base58_holds("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", &[0x41]));
        assert!(!base58_holds("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6u", &[0x41]));
        assert!(base58_holds("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", &[0, 5]));
    }

    #[test]
    fn registration_numbers() {
        // The worked example of GS 15-2006 has the check digit 5.
        assert!(registration_number_holds("110108000000016"));
        assert!(!registration_number_holds("110108000000010"));
    }

    #[test]
    fn fillers() {
        for yes in ["12345678", "00000000", "88888888", "87654321"] {
            assert!(is_filler(yes), "{yes}");
        }
        assert!(!is_filler("12006409"));
    }

    proptest! {
        #[test]
        fn one_wrong_symbol_never_passes(at in 0_usize..17, by in 1_usize..31) {
            let mut code: Vec<u8> = b"91350200776049653A".to_vec();
            let old = USCC_SYMBOLS.iter().position(|s| *s == code[at]).unwrap_or(0);
            code[at] = USCC_SYMBOLS[(old + by) % 31];
            let code = String::from_utf8(code).expect("ASCII");
            prop_assert!(!credit_code_holds(&code));
        }

        #[test]
        fn checks_take_any_text(text in "\\PC{0,40}") {
            let _ = (is_identity_card(&text), luhn_holds(&text), registration_number_holds(&text));
            let _ = (credit_code_holds(&text), base58_holds(&text, &[0x41]), is_filler(&text));
        }
    }
}
