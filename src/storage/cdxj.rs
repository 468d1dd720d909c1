//! CDXJ index lines, equal byte for byte to those of cdxj-indexer (`-s`) for the same file.

use super::surt::surt;
use super::warc::error::WarcError;
use super::warc::headers::{Headers, python_space};
use super::warc::reader::WarcReader;
use std::fmt::Write as _;
use std::io::BufRead;

/// How much of a response is read to find its HTTP head.
const HEAD_LIMIT: usize = 256 * 1024;

/// One index line without the file name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CdxjEntry {
    key: String,
    timestamp: String,
    url: String,
    mime: Option<String>,
    status: Option<String>,
    digest: Option<String>,
    /// Bytes of the record's member.
    pub length: u64,
    /// Where the record begins in the file.
    pub offset: u64,
}

impl CdxjEntry {
    /// The line of a record, if its kind is indexed: response, revisit, resource, and metadata that is not
    /// `application/warc-fields`. `beginning` is the block from its first byte to at least the end of the HTTP head.
    pub fn of_record(
        headers: &Headers,
        beginning: &[u8],
        offset: u64,
        length: u64,
    ) -> Option<Self> {
        let kind = headers.record_type();
        let content_type = headers.get("Content-Type");
        let indexed = match kind.as_str() {
            "response" | "revisit" => true,
            "resource" | "metadata" => content_type != Some("application/warc-fields"),
            _ => false,
        };
        if !indexed {
            return None;
        }
        let url = headers.target();
        let is_http = url.starts_with("http:") || url.starts_with("https:");
        let has_head =
            matches!(kind.as_str(), "response" | "revisit") && is_http && !beginning.is_empty();
        let (line, fields) = if has_head {
            split_head(beginning)
        } else {
            Default::default()
        };
        let mime = match kind.as_str() {
            "revisit" => Some("warc/revisit".to_owned()),
            "response" => fields.get("Content-Type").map(mime_of),
            _ => content_type.map(mime_of),
        };
        Some(Self {
            key: surt(url),
            timestamp: timestamp(headers.get("WARC-Date").unwrap_or("")),
            url: url.to_owned(),
            mime,
            status: has_head.then(|| status_of(&line)),
            digest: headers.get("WARC-Payload-Digest").map(str::to_owned),
            length,
            offset,
        })
    }

    /// The same line for a record that lies `by` bytes further on.
    pub fn moved(mut self, by: u64) -> Self {
        self.offset += by;
        self
    }

    /// The line for a record of the file `filename`, with its line end.
    pub fn line(&self, filename: &str) -> String {
        let mut line = format!("{} {} {{", self.key, self.timestamp);
        let (length, offset) = (self.length.to_string(), self.offset.to_string());
        let fields = [
            ("url", Some(self.url.as_str())),
            ("mime", self.mime.as_deref()),
            ("status", self.status.as_deref()),
            ("digest", self.digest.as_deref()),
            ("length", Some(&length)),
            ("offset", Some(&offset)),
            ("filename", Some(filename)),
        ];
        let mut first = true;
        for (name, value) in fields {
            let Some(value) = value else { continue };
            line.push_str(if first { "" } else { ", " });
            first = false;
            push_string(&mut line, name);
            line.push_str(": ");
            push_string(&mut line, value);
        }
        line.push_str("}\n");
        line
    }
}

/// The whole index of a file: sorted by bytes, no line twice.
pub fn index_text(entries: &[CdxjEntry], filename: &str) -> String {
    let mut lines: Vec<String> = entries.iter().map(|e| e.line(filename)).collect();
    lines.sort_unstable();
    lines.dedup();
    lines.concat()
}

/// Reads a WARC file and gives the lines of its records, in file order.
pub fn index_warc(bytes: impl BufRead) -> Result<Vec<CdxjEntry>, WarcError> {
    let mut reader = WarcReader::new(bytes)?;
    let mut entries = Vec::new();
    while let Some(mut record) = reader.next_record()? {
        let beginning = record.beginning(HEAD_LIMIT)?;
        let headers = record.headers.clone();
        let end = record.finish()?;
        entries.extend(CdxjEntry::of_record(
            &headers, &beginning, end.offset, end.length,
        ));
    }
    Ok(entries)
}

/// Status line and fields of an HTTP head.
fn split_head(block: &[u8]) -> (String, Headers) {
    let end = block
        .iter()
        .position(|b| *b == b'\n')
        .map_or(block.len(), |i| i + 1);
    let (line, rest) = block.split_at(end);
    let line = super::warc::headers::text_line(line);
    let fields = if line.is_empty() {
        Headers::new()
    } else {
        Headers::parse(rest)
    };
    (line, fields)
}

/// `HTTP/1.1 200 OK` -> `200`.
fn status_of(line: &str) -> String {
    let after = line.split_once(' ').map_or("", |(_, rest)| rest);
    let after = after.trim_matches(python_space);
    after.split(' ').next().unwrap_or("").to_owned()
}

/// A content type up to its first `;` or white space.
fn mime_of(value: &str) -> String {
    value
        .split(|c| c == ';' || python_space(c))
        .next()
        .unwrap_or("")
        .to_owned()
}

/// `2026-11-03T10:11:12.345Z` -> `20261103101112`.
fn timestamp(date: &str) -> String {
    let whole = date.split(['.', 'Z']).next().unwrap_or("");
    whole.chars().filter(char::is_ascii_digit).collect()
}

/// A JSON string in pure ASCII, as Python's `json.dumps` writes it.
fn push_string(out: &mut String, text: &str) {
    out.push('"');
    let mut units = [0u16; 2];
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            ' '..='\u{7f}' => out.push(c),
            _ => {
                for unit in c.encode_utf16(&mut units) {
                    // Writing to a string cannot fail.
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(url: &str) -> Headers {
        let mut headers = Headers::new();
        headers.push("WARC-Type", "response");
        headers.push("WARC-Target-URI", url);
        headers.push("WARC-Date", "2026-11-03T10:11:12.345Z");
        headers.push("WARC-Payload-Digest", "sha256:00");
        headers
    }

    #[test]
    fn a_line_is_as_python_writes_it() {
        let headers = response("http://www.example.test/a?b=1&a=2");
        let block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=gbk\r\n\r\nbody";
        let entry = CdxjEntry::of_record(&headers, block, 7, 9).unwrap();
        assert_eq!(
            entry.line("x.warc.gz"),
            "test,example)/a?a=2&b=1 20261103101112 {\"url\": \"http://www.example.test/a?b=1&a=2\", \"mime\": \
             \"text/html\", \"status\": \"200\", \"digest\": \"sha256:00\", \"length\": \"9\", \"offset\": \"7\", \
             \"filename\": \"x.warc.gz\"}\n"
        );
    }

    #[test]
    fn odd_types_are_escaped_and_absent_ones_left_out() {
        let headers = response("http://example.test/");
        let entry = CdxjEntry::of_record(
            &headers,
            b"HTTP/1.1 404\r\nContent-Type: \xe4\xb8\xad\"\xf0\x9f\x98\x80\r\n\r\n",
            0,
            1,
        );
        let line = entry.unwrap().line("f");
        assert!(
            line.contains(r#""mime": "\u4e2d\"\ud83d\ude00", "status": "404""#),
            "{line}"
        );
        let entry = CdxjEntry::of_record(&headers, b"HTTP/1.1 200\r\n\r\n", 0, 1).unwrap();
        assert!(!entry.line("f").contains("mime"));
    }

    #[test]
    fn warc_fields_and_requests_are_not_indexed() {
        for (kind, content_type) in [
            ("metadata", "application/warc-fields"),
            ("resource", "application/warc-fields"),
            ("request", "application/http"),
            ("warcinfo", "application/warc-fields"),
        ] {
            let mut headers = Headers::new();
            headers.push("WARC-Type", kind);
            headers.push("Content-Type", content_type);
            assert!(
                CdxjEntry::of_record(&headers, b"", 0, 1).is_none(),
                "{kind}"
            );
        }
    }
}
