//! Bytes to text: byte order mark, header, meta, then detection, with wrong labels seen through.
//!
//! Chinese pages lie about their charset: GBK under the label gb2312 (the WHATWG encodings already read both as
//! GB18030), UTF-8 labelled gb2312 by an old template, GBK labelled utf-8 by a new server, two `meta` tags that
//! disagree. So a label is believed only as long as the bytes agree with it.

use super::meta_charset::meta_labels;
use super::quoted::quoted;
use crate::model::note::Note;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, Encoding, GBK, UTF_8, UTF_16BE, UTF_16LE};

/// Three-byte UTF-8 characters that settle that a valid UTF-8 text is UTF-8: the chance that GBK text of two-byte
/// characters passes for so many is below one in a million.
const CERTAIN_UTF8: usize = 4;
/// Broken characters per thousand non-ASCII ones up to which a declared charset is believed: sites cut strings in
/// the middle of a character.
const TOLERATED_PER_MILLE: usize = 20;

/// Text read from bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text; unreadable bytes are U+FFFD.
    pub text: String,
    /// Name of the charset by which it was read (WHATWG Encoding Standard), such as `GBK`.
    pub charset: &'static str,
    /// What named the charset.
    pub source: CharsetSource,
    /// Wrong labels, disagreeing labels, unreadable bytes.
    pub notes: Vec<Note>,
}

/// What named a charset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CharsetSource {
    /// Byte order mark.
    Mark,
    /// `Content-Type` header.
    Header,
    /// `meta` element or XML declaration.
    Meta,
    /// The bytes themselves.
    Detected,
}

/// One attempt to read the bytes.
struct Attempt {
    encoding: &'static Encoding,
    source: CharsetSource,
    text: String,
    broken: usize,
}

/// Reads `bytes`. `content_type` is the header's value, `host_tld` the last label of the host name (a hint only),
/// `truncated` says that the end of the body is missing. Never fails and never panics.
pub fn decode(
    bytes: &[u8],
    content_type: Option<&str>,
    host_tld: Option<&str>,
    truncated: bool,
) -> Decoded {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        let body = bytes.get(length..).unwrap_or_default();
        let attempt = read(encoding, CharsetSource::Mark, body, truncated);
        return finish(attempt, Vec::new());
    }
    let labels = declared(bytes, content_type);
    let mut notes = disagreements(&labels);
    if is_certain_utf8(bytes, truncated) {
        let label = labels.iter().find(|(encoding, ..)| *encoding == UTF_8);
        let source = label.map_or(CharsetSource::Detected, |(_, source, _)| *source);
        notes.extend(mislabelled(&labels, UTF_8));
        return finish(read(UTF_8, source, bytes, truncated), notes);
    }
    let attempt = best(bytes, &labels, host_tld, truncated);
    notes.extend(mislabelled(&labels, attempt.encoding));
    finish(attempt, notes)
}

type Label = (&'static Encoding, CharsetSource, String);

/// The charsets that header and markup declare, header first, each once.
fn declared(bytes: &[u8], content_type: Option<&str>) -> Vec<Label> {
    let header = content_type
        .and_then(header_charset)
        .map(|label| (label, CharsetSource::Header));
    let metas = meta_labels(bytes)
        .into_iter()
        .map(|label| (label, CharsetSource::Meta));
    let mut labels: Vec<Label> = Vec::new();
    for (label, source) in header.into_iter().chain(metas) {
        let Some(mut encoding) = Encoding::for_label(label.as_bytes()) else {
            continue;
        };
        // Markup that can be read as ASCII is not UTF-16 (HTML standard, prescan).
        if source == CharsetSource::Meta && (encoding == UTF_16LE || encoding == UTF_16BE) {
            encoding = UTF_8;
        }
        if !labels.iter().any(|(known, ..)| *known == encoding) {
            labels.push((encoding, source, label));
        }
    }
    labels
}

fn header_charset(content_type: &str) -> Option<String> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let named = name.trim().eq_ignore_ascii_case("charset");
        named.then(|| value.trim().trim_matches(['"', '\'']).to_owned())
    })
}

fn disagreements(labels: &[Label]) -> Vec<Note> {
    if labels.len() < 2 {
        return Vec::new();
    }
    let names: Vec<String> = labels.iter().map(|(.., label)| quoted(label)).collect();
    let message = format!("the page declares {}", names.join(" and "));
    vec![Note::new("charset-disagreement", message)]
}

fn mislabelled(labels: &[Label], read_as: &'static Encoding) -> Option<Note> {
    let (first, _, label) = labels.first()?;
    (*first != read_as).then(|| {
        let message = format!("labelled {}, read as {}", quoted(label), read_as.name());
        Note::new("charset-mislabelled", message)
    })
}

/// Whether the bytes are valid UTF-8 with so many CJK characters that they can be nothing else.
fn is_certain_utf8(bytes: &[u8], truncated: bool) -> bool {
    let valid = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        // Only an unfinished last character is excused, and only where the end is missing.
        Err(error) if truncated && error.error_len().is_none() => bytes
            .get(..error.valid_up_to())
            .and_then(|head| std::str::from_utf8(head).ok())
            .unwrap_or_default(),
        Err(_) => return false,
    };
    let wide = valid.bytes().filter(|b| (0xE0..0xF0).contains(b));
    wide.take(CERTAIN_UTF8).count() == CERTAIN_UTF8
}

/// The first declared charset that the bytes agree with, else what reads with the fewest broken characters.
fn best(bytes: &[u8], labels: &[Label], host_tld: Option<&str>, truncated: bool) -> Attempt {
    let non_ascii = bytes.iter().filter(|b| !b.is_ascii()).count();
    let tolerated = non_ascii / 2 * TOLERATED_PER_MILLE / 1000;
    let mut attempts = Vec::new();
    for (encoding, source, _) in labels {
        let attempt = read(encoding, *source, bytes, truncated);
        if attempt.broken <= tolerated {
            return attempt;
        }
        attempts.push(attempt);
    }
    let detected = detect(bytes, host_tld, truncated);
    let undeclared = labels.is_empty();
    if detected.is_single_byte() && undeclared && !is_dense(bytes, non_ascii) {
        return read(detected, CharsetSource::Detected, bytes, truncated);
    }
    // A single-byte charset reads anything, so it never wins by having nothing broken.
    let guesses = [detected, GBK, UTF_8, BIG5];
    for encoding in guesses.into_iter().filter(|e| !e.is_single_byte()) {
        let attempt = read(encoding, CharsetSource::Detected, bytes, truncated);
        if attempt.broken <= tolerated {
            return attempt;
        }
        attempts.push(attempt);
    }
    // The first of equals wins: a declared charset before a detected one.
    attempts
        .into_iter()
        .min_by_key(|attempt| attempt.broken)
        .unwrap_or_else(|| read(UTF_8, CharsetSource::Detected, bytes, truncated))
}

/// Whether most non-ASCII bytes stand beside another one, as in Chinese text and not as in accented Latin.
fn is_dense(bytes: &[u8], non_ascii: usize) -> bool {
    let beside = bytes
        .windows(2)
        .filter(|pair| pair.iter().all(|b| !b.is_ascii()))
        .count();
    beside * 2 > non_ascii
}

/// Non-ASCII bytes from which the detector needs no hint.
const TELLING: usize = 200;

/// What the bytes look like. A hint of `cn` turns short Big5 into GBK, but short GBK without it becomes anything: it
/// is given for short texts of hosts whose names say nothing else.
fn detect(bytes: &[u8], host_tld: Option<&str>, truncated: bool) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, !truncated);
    // `guess` asserts that a hint is lower-case ASCII: only known ones are given.
    let hint = match host_tld.map(str::to_ascii_lowercase).as_deref() {
        Some("tw") => "tw",
        Some("hk") => "hk",
        Some("mo") => "mo",
        Some("jp") => "jp",
        Some("kr") => "kr",
        _ => "cn",
    };
    let hinted = detector.guess(Some(hint.as_bytes()), Utf8Detection::Allow);
    let unhinted = detector.guess(None, Utf8Detection::Allow);
    let telling = bytes.iter().filter(|b| !b.is_ascii()).count() >= TELLING;
    if telling && !unhinted.is_single_byte() {
        unhinted
    } else {
        hinted
    }
}

fn read(
    encoding: &'static Encoding,
    source: CharsetSource,
    bytes: &[u8],
    truncated: bool,
) -> Attempt {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let room = decoder.max_utf8_buffer_length(bytes.len());
    let mut text = String::with_capacity(room.unwrap_or(bytes.len()));
    let _ = decoder.decode_to_string(bytes, &mut text, !truncated);
    text.shrink_to_fit();
    Attempt {
        encoding,
        source,
        broken: text.matches('\u{FFFD}').count(),
        text,
    }
}

fn finish(attempt: Attempt, mut notes: Vec<Note>) -> Decoded {
    if attempt.broken > 0 {
        let message = format!("{} unreadable characters", attempt.broken);
        notes.push(Note::new("charset-broken", message));
    }
    Decoded {
        text: attempt.text,
        charset: attempt.encoding.name(),
        source: attempt.source,
        notes,
    }
}

#[cfg(test)]
mod tests {
    use super::{CharsetSource, Decoded, decode};
    use encoding_rs::{BIG5, GB18030, GBK};
    use proptest::prelude::*;

    const TEXT: &str =
        "<p>本平台承诺保本保息，年化收益率最高可达十二个百分点，银行存管，随存随取。</p>";
    const TRADITIONAL: &str =
        "<p>本平臺為投資人提供穩健的理財產品，年化收益率最高可達百分之十二，歡迎諮詢客服專線。</p>";

    fn gbk(text: &str) -> Vec<u8> {
        GBK.encode(text).0.into_owned()
    }

    fn codes(decoded: &Decoded) -> Vec<&'static str> {
        decoded.notes.iter().map(|n| n.code).collect()
    }

    #[test]
    fn right_labels_are_believed() {
        let meta = format!("<meta charset=gb2312>{TEXT}");
        let read = decode(&gbk(&meta), None, None, false);
        assert_eq!((read.charset, read.source), ("GBK", CharsetSource::Meta));
        assert_eq!(read.text, meta);
        let read = decode(&gbk(TEXT), Some("text/html; Charset=\"GBK\""), None, false);
        assert_eq!(
            (read.text.as_str(), read.source),
            (TEXT, CharsetSource::Header)
        );
        assert!(read.notes.is_empty());
        let read = decode(
            &BIG5.encode(TRADITIONAL).0,
            Some("text/html;charset=big5"),
            None,
            false,
        );
        assert_eq!((read.text.as_str(), read.charset), (TRADITIONAL, "Big5"));
    }

    #[test]
    fn characters_beyond_gbk_are_read_under_every_gb_label() {
        let text = format!("{TEXT}㐂𠮷");
        let bytes = GB18030.encode(&text).0;
        for label in ["gb2312", "gbk", "gb18030"] {
            let header = format!("text/html; charset={label}");
            assert_eq!(
                decode(&bytes, Some(&header), None, false).text,
                text,
                "{label}"
            );
        }
    }

    #[test]
    fn wrong_labels_are_seen_through() {
        let utf8 = decode(
            TEXT.as_bytes(),
            Some("text/html; charset=gb2312"),
            None,
            false,
        );
        assert_eq!((utf8.text.as_str(), utf8.charset), (TEXT, "UTF-8"));
        assert_eq!(codes(&utf8), ["charset-mislabelled"]);
        let as_utf8 = decode(&gbk(TEXT), Some("text/html; charset=utf-8"), None, false);
        assert_eq!((as_utf8.text.as_str(), as_utf8.charset), (TEXT, "GBK"));
        assert_eq!(codes(&as_utf8), ["charset-mislabelled"]);
    }

    #[test]
    fn of_two_metas_the_one_that_fits_is_taken() {
        let page = format!(
            "<meta charset=\"utf-8\"><meta http-equiv=Content-Type content=\"text/html; charset=gbk\">{TEXT}"
        );
        let read = decode(&gbk(&page), None, None, false);
        assert_eq!((read.text.as_str(), read.charset), (page.as_str(), "GBK"));
        assert_eq!(
            codes(&read),
            ["charset-disagreement", "charset-mislabelled"]
        );
    }

    #[test]
    fn nothing_declared_is_detected() {
        let long = TRADITIONAL.repeat(5);
        for (bytes, text, charset) in [
            (gbk(TEXT), TEXT, "GBK"),
            (TEXT.as_bytes().to_vec(), TEXT, "UTF-8"),
            (BIG5.encode(TRADITIONAL).0.into_owned(), TRADITIONAL, "Big5"),
            (BIG5.encode(&long).0.into_owned(), &long, "Big5"),
        ] {
            let tld = (text == TRADITIONAL).then_some("tw");
            let read = decode(&bytes, None, tld, false);
            assert_eq!((read.text.as_str(), read.charset), (text, charset));
            assert_eq!(read.source, CharsetSource::Detected);
        }
    }

    #[test]
    fn marks_win() {
        let read = decode(b"\xEF\xBB\xBFa", Some("text/html;charset=gbk"), None, false);
        assert_eq!(
            (read.text.as_str(), read.source),
            ("a", CharsetSource::Mark)
        );
        let read = decode(b"\xFF\xFE\x2C\x67", None, None, false);
        assert_eq!((read.text.as_str(), read.charset), ("本", "UTF-16LE"));
    }

    #[test]
    fn a_cut_body_is_not_held_against_its_charset() {
        let bytes = TEXT.as_bytes();
        let cut = decode(&bytes[..40], Some("text/html;charset=gbk"), None, true);
        assert_eq!(cut.charset, "UTF-8");
        assert!(!codes(&cut).contains(&"charset-broken"));
        let one_broken = [&bytes[..40], &bytes[41..]].concat().repeat(1);
        let page = [one_broken, TEXT.repeat(30).into_bytes()].concat();
        assert_eq!(
            decode(&page, Some("text/html;charset=utf-8"), None, false).charset,
            "UTF-8"
        );
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..400), tld in "\\PC{0,4}", cut in any::<bool>()) {
            let _ = decode(&bytes, Some("text/html; charset=gb2312"), Some(&tld), cut);
            let _ = decode(&bytes, None, None, cut);
        }

        #[test]
        fn chinese_survives_gbk(text in "[一-龥]{8,60}") {
            let read = decode(&gbk(&text), Some("text/html; charset=gbk"), None, false);
            prop_assert_eq!(read.text, text);
        }
    }
}
