//! Undoing the chunked transfer coding (RFC 9112 section 7.1), which many programs leave in their WARC records.

/// A body without its transfer coding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unchunked {
    /// All chunks were whole.
    Whole(Vec<u8>),
    /// The chunks break off or are wrong; what stood before.
    Broken {
        /// Content of the whole chunks before, and what there is of the broken one.
        body: Vec<u8>,
        /// Where in the stored body, and what is wrong.
        why: String,
    },
    /// It does not begin with a chunk: the program that wrote it had undone the coding, but left the header.
    Not,
}

/// The longest line that states a chunk's size, with its extensions.
const MAX_LINE: usize = 4096;

/// Undoes the coding.
pub(crate) fn unchunk(stored: &[u8]) -> Unchunked {
    let mut body = Vec::with_capacity(stored.len());
    let mut at = 0;
    loop {
        let Some((size, start)) = size_line(stored, at) else {
            if at == 0 {
                return Unchunked::Not;
            }
            let why = match stored.len() == at {
                true => "the last chunk is missing".to_owned(),
                false => format!("no chunk size at byte {at} of the body"),
            };
            return Unchunked::Broken { body, why };
        };
        if size == 0 {
            // Trailer fields, if any, hold nothing of the body.
            return Unchunked::Whole(body);
        }
        let end = start.saturating_add(size);
        let Some(chunk) = stored.get(start..end) else {
            body.extend_from_slice(stored.get(start..).unwrap_or_default());
            let why = format!(
                "the chunk at byte {at} of the body states {size} bytes, {} are there",
                stored.len() - start
            );
            return Unchunked::Broken { body, why };
        };
        body.extend_from_slice(chunk);
        let rest = stored.get(end..).unwrap_or_default();
        at = match rest {
            [b'\r', b'\n', ..] => end + 2,
            [b'\n', ..] => end + 1,
            [] => end,
            _ => {
                let why = format!("the chunk at byte {at} of the body does not end where it says");
                return Unchunked::Broken { body, why };
            }
        };
    }
}

/// Size of the chunk whose line begins at `at`, and where its content begins.
fn size_line(stored: &[u8], at: usize) -> Option<(usize, usize)> {
    let rest = stored.get(at..)?;
    let end = rest.iter().take(MAX_LINE).position(|b| *b == b'\n')?;
    let line = std::str::from_utf8(rest.get(..end)?).ok()?;
    let size = line.split(';').next()?.trim();
    if size.is_empty() || !size.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    Some((usize::from_str_radix(size, 16).ok()?, at + end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_chunks_are_put_together() {
        for stored in [
            &b"4\r\nWiki\r\n6;x=y\r\npedia \r\n0\r\n\r\n"[..],
            b"4\nWiki\n6\npedia \n0\n\n",
            b"004\r\nWiki\r\n6 \r\npedia \r\n0\r\nTrailer: x\r\n\r\n",
        ] {
            assert_eq!(unchunk(stored), Unchunked::Whole(b"Wikipedia ".to_vec()));
        }
        assert_eq!(unchunk(b"0\r\n\r\n"), Unchunked::Whole(Vec::new()));
    }

    #[test]
    fn broken_chunks_give_what_stood_before() {
        for (stored, body) in [
            (&b"4\r\nWiki\r\n6\r\npe"[..], &b"Wikipe"[..]),
            (b"4\r\nWiki\r\nzz\r\npedia", b"Wiki"),
            (b"4\r\nWikipedia\r\n0\r\n\r\n", b"Wiki"),
            (b"4\r\nWiki\r\n", b"Wiki"),
            (b"ffffffffffffffff\r\nWiki", b"Wiki"),
        ] {
            match unchunk(stored) {
                Unchunked::Broken { body: before, .. } => assert_eq!(before, body),
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn a_body_without_chunks_is_told_apart() {
        for stored in [&b""[..], b"<html>\n", b"\r\n", b"12345678901234567890\r\n"] {
            assert_eq!(unchunk(stored), Unchunked::Not, "{stored:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
            unchunk(&bytes);
            let mut led = b"5\r\n".to_vec();
            led.extend(bytes);
            unchunk(&led);
        }
    }
}
