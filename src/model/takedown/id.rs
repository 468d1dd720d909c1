//! Identifiers that follow from what they name.

use sha2::{Digest, Sha256};

/// Letters of base32 (RFC 4648, lower case).
const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// `prefix-` and 20 characters of base32: 100 bits of the SHA-256 over the parts, parted by LF.
pub fn of(prefix: &str, parts: &[&str]) -> String {
    let digest = Sha256::digest(parts.join("\n").as_bytes());
    let mut text = format!("{prefix}-");
    for n in 0..20usize {
        let bit = n * 5;
        let byte = |at: usize| u16::from(digest.get(at).copied().unwrap_or(0));
        let pair = (byte(bit / 8) << 8) | byte(bit / 8 + 1);
        let index = usize::from((pair >> (11 - bit % 8)) & 31);
        text.push(char::from(LETTERS.get(index).copied().unwrap_or(b'a')));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_base32_of_the_digest() {
        let digest = Sha256::digest(b"a\nb");
        let alphabet = base32::Alphabet::Rfc4648Lower { padding: false };
        let text = base32::encode(alphabet, &digest);
        assert_eq!(of("te", &["a", "b"]), format!("te-{}", &text[..20]));
        assert_ne!(of("te", &["a", "b"]), of("te", &["ab"]));
    }
}
