//! Content codings undone (RFC 9110 section 8.4), never beyond a cap: a bomb gives its first bytes and a note.

use super::quoted::quoted;
use super::settings::Limits;
use crate::model::note::Note;
use std::io::Read;

/// Bodies below this are no bombs, whatever their ratio.
const BOMB_FLOOR: usize = 1024 * 1024;
/// Codings undone on one body.
const LAYERS: usize = 3;

/// A body with its content codings undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Plain {
    /// The bytes; `None` when the body had no coding, or one we do not know.
    pub(super) bytes: Option<Vec<u8>>,
    /// Trouble on the way.
    pub(super) notes: Vec<Note>,
}

/// Undoes the codings that `Content-Encoding` names, last applied first.
pub(super) fn undo(body: &[u8], content_encoding: &str, limits: &Limits) -> Plain {
    let mut plain = Plain {
        bytes: None,
        notes: Vec::new(),
    };
    let codings: Vec<String> = content_encoding
        .split(',')
        .map(|c| c.trim().to_ascii_lowercase())
        .filter(|c| !c.is_empty() && c != "identity")
        .collect();
    if codings.len() > LAYERS {
        let message = format!("{} content codings on one body", codings.len());
        plain.notes.push(Note::new("coding-unknown", message));
        return plain;
    }
    let cap = cap(body.len(), limits);
    for coding in codings.iter().rev() {
        let input = plain.bytes.as_deref().unwrap_or(body);
        match undo_one(input, coding, cap) {
            Some((bytes, trouble)) => {
                plain.bytes = Some(bytes);
                plain.notes.extend(trouble);
            }
            None => {
                let message = format!("unknown content coding {}", quoted(coding));
                plain.notes.push(Note::new("coding-unknown", message));
                break;
            }
        }
    }
    plain
}

/// Bytes that a body of this size may become.
fn cap(sent: usize, limits: &Limits) -> usize {
    sent.saturating_mul(limits.decoded_ratio)
        .max(BOMB_FLOOR)
        .min(limits.decoded_bytes)
}

fn undo_one(input: &[u8], coding: &str, cap: usize) -> Option<(Vec<u8>, Option<Note>)> {
    if input.is_empty() {
        return Some((Vec::new(), None));
    }
    match coding {
        "gzip" | "x-gzip" => Some(read(flate2::read::MultiGzDecoder::new(input), cap)),
        "deflate" => Some(inflate(input, cap)),
        "br" => Some(read(brotli::Decompressor::new(input, 4096), cap)),
        "zstd" => Some(unzstd(input, cap)),
        _ => None,
    }
}

/// `deflate` is a zlib stream by the standard, and a bare one on many servers.
fn inflate(input: &[u8], cap: usize) -> (Vec<u8>, Option<Note>) {
    let zlib = read(flate2::read::ZlibDecoder::new(input), cap);
    if zlib.0.is_empty() && zlib.1.is_some() {
        return read(flate2::read::DeflateDecoder::new(input), cap);
    }
    zlib
}

/// Largest window of a zstd frame on the web (RFC 9659); a decoder must hold the whole window in memory.
const ZSTD_WINDOW: u64 = 8 * 1024 * 1024;

/// The window that a zstd frame asks for (RFC 8878 section 3.1.1.1); `None` when that cannot be read.
fn zstd_window(frame: &[u8]) -> Option<u64> {
    let (descriptor, rest) = frame.get(4..)?.split_first()?;
    if descriptor & 0b10_0000 == 0 {
        let window = rest.first()?;
        let base = 1_u64 << (10 + (window >> 3));
        return Some(base + base / 8 * u64::from(window & 7));
    }
    let dictionary = [0, 1, 2, 4].get(usize::from(descriptor & 3))?;
    let length = [1, 2, 4, 8].get(usize::from(descriptor >> 6))?;
    let size = rest.get(*dictionary..dictionary + length)?;
    Some(
        size.iter()
            .rev()
            .fold(0, |sum, b| (sum << 8) | u64::from(*b)),
    )
}

/// One or more zstd frames (RFC 8878).
fn unzstd(mut input: &[u8], cap: usize) -> (Vec<u8>, Option<Note>) {
    let mut out = Vec::new();
    while !input.is_empty() {
        if zstd_window(input).is_none_or(|window| window > ZSTD_WINDOW) {
            return (out, Some(damaged("zstd window unreadable or above 8 MiB")));
        }
        let decoder = match ruzstd::decoding::StreamingDecoder::new(&mut input) {
            Ok(decoder) => decoder,
            Err(error) => return (out, Some(damaged(&error.to_string()))),
        };
        let (bytes, trouble) = read(decoder, cap.saturating_sub(out.len()));
        out.extend_from_slice(&bytes);
        if trouble.is_some() {
            return (out, trouble);
        }
    }
    (out, None)
}

/// Reads at most `cap` bytes; what came before an error is kept.
fn read(decoder: impl Read, cap: usize) -> (Vec<u8>, Option<Note>) {
    let mut out = Vec::new();
    let wanted = u64::try_from(cap).unwrap_or(u64::MAX).saturating_add(1);
    let end = decoder.take(wanted).read_to_end(&mut out);
    if out.len() > cap {
        out.truncate(cap);
        let message = format!("decoded body cut at {cap} bytes");
        return (out, Some(Note::new("decoded-cut", message)));
    }
    let trouble = end.err().map(|error| damaged(&error.to_string()));
    (out, trouble)
}

fn damaged(cause: &str) -> Note {
    Note::new(
        "coding-damaged",
        format!("content coding broken: {}", quoted(cause)),
    )
}

#[cfg(test)]
mod tests {
    use super::undo;
    use crate::fetch::settings::Limits;
    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
    use proptest::prelude::*;
    use std::io::Write;

    fn gzip(data: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(data).expect("memory");
        encoder.finish().expect("memory")
    }

    fn brotli(data: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        brotli::CompressorWriter::new(&mut out, 4096, 4, 20)
            .write_all(data)
            .expect("memory");
        out
    }

    fn zstd(data: &[u8]) -> Vec<u8> {
        let level = ruzstd::encoding::CompressionLevel::Fastest;
        ruzstd::encoding::compress_to_vec(data, level)
    }

    #[test]
    fn every_coding_is_undone() {
        let text = "年化收益 12%。".repeat(500).into_bytes();
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
        zlib.write_all(&text).expect("memory");
        let mut raw = DeflateEncoder::new(Vec::new(), Compression::fast());
        raw.write_all(&text).expect("memory");
        let two_frames = [zstd(&text[..600]), zstd(&text[600..])].concat();
        for (coding, sent) in [
            ("gzip", gzip(&text)),
            (" X-Gzip ", gzip(&text)),
            ("deflate", zlib.finish().expect("memory")),
            ("deflate", raw.finish().expect("memory")),
            ("br", brotli(&text)),
            ("zstd", two_frames),
            ("gzip, br", brotli(&gzip(&text))),
        ] {
            let plain = undo(&sent, coding, &Limits::default());
            assert_eq!(plain.bytes.as_deref(), Some(text.as_slice()), "{coding}");
            assert!(plain.notes.is_empty(), "{coding} {:?}", plain.notes);
        }
    }

    #[test]
    fn no_or_unknown_codings_leave_the_body_alone() {
        for (coding, notes) in [
            ("", 0),
            ("identity", 0),
            ("compress", 1),
            ("gzip,gzip,gzip,gzip", 1),
        ] {
            let plain = undo(b"abc", coding, &Limits::default());
            assert_eq!((plain.bytes, plain.notes.len()), (None, notes), "{coding}");
        }
    }

    #[test]
    fn bombs_are_cut() {
        let zeros = vec![0_u8; 6_000_000];
        let limits = Limits {
            decoded_bytes: 3_000_000,
            ..Limits::default()
        };
        for (coding, bomb) in [
            ("gzip", gzip(&zeros)),
            ("br", brotli(&zeros)),
            ("zstd", zstd(&zeros)),
        ] {
            let plain = undo(&bomb, coding, &limits);
            let bytes = plain.bytes.expect("decoded");
            assert!(bytes.len() <= limits.decoded_bytes, "{coding}");
            let code = plain.notes.first().map(|n| n.code);
            assert_eq!(code, Some("decoded-cut"), "{coding}");
        }
        // A ratio beyond all text is cut before the absolute limit.
        let bomb = brotli(&zeros);
        let plain = undo(&bomb, "br", &Limits::default());
        assert!(plain.bytes.is_some_and(|b| b.len() <= 1024 * 1024));
    }

    #[test]
    fn a_huge_zstd_window_is_refused() {
        let mut frame = zstd(b"abc");
        // Frame descriptor without a size, window descriptor of 2^41 bytes.
        frame[4] = 0;
        frame[5] = 0xF8;
        let plain = undo(&frame, "zstd", &Limits::default());
        assert_eq!(plain.notes.first().map(|n| n.code), Some("coding-damaged"));
    }

    #[test]
    fn a_cut_stream_gives_what_came() {
        let text = b"abc".repeat(5_000);
        let sent = gzip(&text);
        let plain = undo(&sent[..sent.len() - 9], "gzip", &Limits::default());
        assert_eq!(plain.notes.first().map(|n| n.code), Some("coding-damaged"));
        assert!(
            plain
                .bytes
                .is_some_and(|b| !b.is_empty() && text.starts_with(&b))
        );
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(body in proptest::collection::vec(any::<u8>(), 0..300), which in 0..4_usize) {
            let coding = ["gzip", "deflate", "br", "zstd"][which];
            let _ = undo(&body, coding, &Limits::default());
        }

        #[test]
        fn damaged_zstd_is_survived(at in 0..200_usize, flip in 1..=255_u8) {
            let mut body = zstd(&"保本保息".repeat(80).into_bytes());
            let place = at % body.len();
            body[place] ^= flip;
            let _ = undo(&body, "zstd", &Limits::default());
        }
    }
}
