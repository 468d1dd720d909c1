//! Heads of HTTP/1.1 messages, as far as a proxy must read them (RFC 9112).

use tokio::io::{AsyncRead, AsyncReadExt};
use url::Url;

/// Bytes of a head.
const MOST: usize = 64 * 1024;
/// What ends a head.
const END: &[u8] = b"\r\n\r\n";
/// Fields that belong to one connection only.
const OF_CONNECTION: [&str; 6] = [
    "connection",
    "keep-alive",
    "proxy-connection",
    "proxy-authorization",
    "proxy-authenticate",
    "upgrade",
];

/// A head, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    /// Method of a request; empty for an answer.
    pub(super) method: String,
    /// Target of a request; the status line of an answer.
    pub(super) target: String,
    fields: Vec<Field>,
}

/// Name and value.
type Field = (String, Vec<u8>);

/// Reads to the end of a head; gives it, and what came behind it. `None` when there is none.
pub(super) async fn read_head(from: &mut (impl AsyncRead + Unpin)) -> Option<(Vec<u8>, Vec<u8>)> {
    let mut bytes = Vec::with_capacity(2_048);
    let mut part = [0; 2_048];
    while bytes.len() <= MOST {
        // The end may have begun with what was there; what stands before that was searched.
        let from_here = bytes.len().saturating_sub(END.len() - 1);
        match from.read(&mut part).await {
            Ok(0) | Err(_) => return None,
            Ok(read) => bytes.extend_from_slice(part.get(..read)?),
        }
        if let Some(end) = find(bytes.get(from_here..)?, END) {
            let rest = bytes.split_off(from_here + end + END.len());
            return Some((bytes, rest));
        }
    }
    None
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

impl Head {
    /// The head of a request to a proxy.
    pub(super) fn of_request(bytes: &[u8]) -> Option<Self> {
        let (line, fields) = parts(bytes)?;
        let mut words = line.split(' ');
        let (method, target, version) = (words.next()?, words.next()?, words.next()?);
        if words.next().is_some() || !version.starts_with("HTTP/1.") || method.is_empty() {
            return None;
        }
        Some(Self {
            method: method.to_owned(),
            target: target.to_owned(),
            fields,
        })
    }

    /// The head of an answer.
    pub(super) fn of_response(bytes: &[u8]) -> Option<Self> {
        let (line, fields) = parts(bytes)?;
        line.starts_with("HTTP/1.").then_some(Self {
            method: String::new(),
            target: line,
            fields,
        })
    }

    /// Status of an answer; 0 when it has none.
    pub(super) fn status(&self) -> u16 {
        let word = self.target.split(' ').nth(1);
        word.and_then(|word| word.parse().ok()).unwrap_or(0)
    }

    /// The first field of this name, as text.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        let field = self
            .fields
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name))?;
        std::str::from_utf8(&field.1).ok().map(str::trim)
    }

    /// The request as it goes to the server: target in origin form, for one exchange.
    pub(super) fn to_server(&self, url: &Url) -> Vec<u8> {
        let query = url
            .query()
            .map_or(String::new(), |query| format!("?{query}"));
        self.write(&format!("{} {}{query} HTTP/1.1", self.method, url.path()))
    }

    /// The answer as it goes to the browser, for one exchange.
    pub(super) fn to_browser(&self) -> Vec<u8> {
        self.write(&self.target)
    }

    fn write(&self, line: &str) -> Vec<u8> {
        let mut out = line.as_bytes().to_vec();
        for (name, value) in &self.fields {
            if OF_CONNECTION
                .iter()
                .any(|own| name.eq_ignore_ascii_case(own))
            {
                continue;
            }
            out.extend_from_slice(b"\r\n");
            out.extend_from_slice(name.as_bytes());
            out.extend_from_slice(b": ");
            out.extend_from_slice(value);
        }
        out.extend_from_slice(b"\r\nConnection: close\r\n\r\n");
        out
    }
}

/// First line and fields. Folded lines and fields without colon make the head useless.
fn parts(bytes: &[u8]) -> Option<(String, Vec<Field>)> {
    let bytes = bytes.strip_suffix(END)?;
    let mut lines = Vec::new();
    let mut rest = bytes;
    while let Some(end) = find(rest, b"\r\n") {
        lines.push(rest.get(..end)?);
        rest = rest.get(end + 2..)?;
    }
    lines.push(rest);
    let (first, others) = lines.split_first()?;
    let line = std::str::from_utf8(first).ok()?.to_owned();
    let mut fields = Vec::with_capacity(others.len());
    for field in others {
        let colon = field.iter().position(|byte| *byte == b':')?;
        let (name, value) = field.split_at(colon);
        let name = std::str::from_utf8(name).ok()?;
        if name.is_empty() || name.contains([' ', '\t', '\n', '\r']) || value.contains(&b'\n') {
            return None;
        }
        fields.push((name.to_owned(), value.get(1..)?.trim_ascii().to_vec()));
    }
    Some((line, fields))
}

/// Bytes of the body that a head announces; `None` when that cannot be told, or is told in two ways.
pub(super) fn body_length(head: &Head) -> Option<u64> {
    if head.value("transfer-encoding").is_some() {
        return None;
    }
    let mut lengths = head
        .fields
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let Some((_, first)) = lengths.next() else {
        return Some(0);
    };
    if lengths.any(|(_, other)| other != first) {
        return None;
    }
    std::str::from_utf8(first).ok()?.parse().ok()
}

/// A target, short enough for a message.
pub(super) fn shorten(target: &str) -> String {
    target.chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_request_goes_on_for_one_exchange() {
        let bytes = b"GET http://a.test/x?y=1 HTTP/1.1\r\nHost: a.test\r\nProxy-Connection: keep-alive\r\nAccept: */*\r\n\r\n";
        let head = Head::of_request(bytes).expect("a head");
        let url = Url::parse(&head.target).expect("an address");
        let out = String::from_utf8(head.to_server(&url)).expect("text");
        assert_eq!(
            out,
            "GET /x?y=1 HTTP/1.1\r\nHost: a.test\r\nAccept: */*\r\nConnection: close\r\n\r\n"
        );
        assert_eq!(body_length(&head), Some(0));
    }

    #[test]
    fn what_is_told_in_two_ways_has_no_length() {
        for (fields, expected) in [
            ("Content-Length: 5\r\n", Some(5)),
            ("Content-Length: 5\r\nContent-Length: 6\r\n", None),
            ("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", None),
            ("Content-Length: -1\r\n", None),
        ] {
            let bytes = format!("POST http://a.test/ HTTP/1.1\r\n{fields}\r\n");
            let head = Head::of_request(bytes.as_bytes()).expect("a head");
            assert_eq!(body_length(&head), expected, "{fields}");
        }
    }

    #[test]
    fn broken_heads_are_none() {
        for bytes in [
            "",
            "\r\n\r\n",
            "GET\r\n\r\n",
            "GET http://a.test/ HTTP/1.1\r\nno colon\r\n\r\n",
            "GET http://a.test/ HTTP/1.1\r\nA: b\r\n folded\r\n\r\n",
            "GET http://a.test/ HTTP/2\r\n\r\n",
            "GET http://a.test/ x HTTP/1.1\r\n\r\n",
        ] {
            assert_eq!(Head::of_request(bytes.as_bytes()), None, "{bytes:?}");
        }
    }

    #[tokio::test]
    async fn a_head_that_comes_byte_by_byte_is_read() {
        let (mut server, mut client) = tokio::io::duplex(1);
        let send = async {
            let _ = tokio::io::AsyncWriteExt::write_all(&mut server, b"A: b\r\n\r\nrest").await;
        };
        let (head, ()) = tokio::join!(read_head(&mut client), send_some(send));
        assert_eq!(head, Some((b"A: b\r\n\r\n".to_vec(), Vec::new())));
    }

    /// What nobody reads any more is not waited for.
    async fn send_some(send: impl Future<Output = ()>) {
        let _ = tokio::time::timeout(std::time::Duration::from_millis(200), send).await;
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let mut whole = b"GET http://a.test/ HTTP/1.1\r\n".to_vec();
            whole.extend(bytes);
            whole.extend(b"\r\n\r\n");
            if let Some(head) = Head::of_request(&whole) {
                let _ = body_length(&head);
                let written = head.to_browser();
                prop_assert_eq!(written.windows(4).filter(|w| w == b"\r\n\r\n").count(), 1);
            }
            let _ = Head::of_response(&whole);
        }
    }
}
