//! Named fields, as WARC records, `application/warc-fields` and HTTP heads have them.

/// Named fields in order; names are compared without case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers {
    fields: Vec<(String, String)>,
}

impl Headers {
    /// No fields yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends a field. Line ends in the value become spaces, so that no value can make a field of its own.
    pub fn push(&mut self, name: &str, value: impl Into<String>) {
        let mut value = value.into();
        if value.contains(['\r', '\n', '\0']) {
            value = value.replace(['\r', '\n', '\0'], " ");
        }
        self.fields.push((name.to_owned(), value));
    }

    /// The first value of this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        let named = |(n, _): &&(String, String)| n.eq_ignore_ascii_case(name);
        self.fields.iter().find(named).map(|(_, v)| v.as_str())
    }

    /// All values of this name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields
            .iter()
            .filter(move |(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, v)| v.as_str())
    }

    /// All fields in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|(n, v)| (n.as_str(), v.as_str()))
    }

    /// The target address, without the angle brackets that some WARC 1.0 writers put around it.
    pub fn target(&self) -> &str {
        let target = self.get("WARC-Target-URI").unwrap_or("").trim();
        target
            .strip_prefix('<')
            .and_then(|t| t.strip_suffix('>'))
            .unwrap_or(target)
    }

    /// The record id without angle brackets.
    pub fn record_id(&self) -> &str {
        let id = self.get("WARC-Record-ID").unwrap_or("").trim();
        id.trim_start_matches('<').trim_end_matches('>')
    }

    /// The record type in lower case.
    pub fn record_type(&self) -> String {
        self.get("WARC-Type")
            .unwrap_or("")
            .trim()
            .to_ascii_lowercase()
    }

    /// `name: value` lines, each ending in CRLF.
    pub fn to_text(&self) -> String {
        let size = self.fields.iter().map(|(n, v)| n.len() + v.len() + 4).sum();
        let mut text = String::with_capacity(size);
        for (name, value) in &self.fields {
            text.push_str(name);
            text.push_str(": ");
            text.push_str(value);
            text.push_str("\r\n");
        }
        text
    }

    /// Reads fields the way warcio does, so that indexes agree with it: lines end at LF, are read as UTF-8 or else
    /// as Latin-1, lose white space at their end, and continue the line before when they begin with white space.
    /// Reading stops at the first empty line.
    pub fn parse(block: &[u8]) -> Self {
        let mut fields: Vec<(String, String)> = Vec::new();
        let mut in_field = false;
        for raw in block.split_inclusive(|b| *b == b'\n') {
            let line = text_line(raw);
            if line.is_empty() {
                break;
            }
            if line.starts_with([' ', '\t']) && !fields.is_empty() {
                if let (true, Some((_, value))) = (in_field, fields.last_mut()) {
                    value.push_str(&line);
                }
                continue;
            }
            in_field = false;
            if let Some((name, value)) = line.split_once(':') {
                let name = name.trim_end_matches([' ', '\t']).to_owned();
                fields.push((name, value.trim_start_matches(python_space).to_owned()));
                in_field = true;
            }
        }
        Self { fields }
    }
}

/// One line as text, white space at its end dropped.
pub(crate) fn text_line(raw: &[u8]) -> String {
    let text = match std::str::from_utf8(raw) {
        Ok(text) => text.to_owned(),
        Err(_) => raw.iter().map(|b| char::from(*b)).collect(),
    };
    text.trim_end_matches(python_space).to_owned()
}

/// What Python counts as white space, which is four control characters more than Unicode does.
pub(crate) fn python_space(c: char) -> bool {
    c.is_whitespace() || ('\x1c'..='\x1f').contains(&c)
}

/// Escapes controls and `%` so that any text fits on one line and can be had back with [`unescape`].
pub(crate) fn escape(text: &[u8]) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text {
        match byte {
            b'%' | 0..=0x1f | 0x7f.. => out.push_str(&format!("%{byte:02X}")),
            _ => out.push(char::from(*byte)),
        }
    }
    out
}

/// Undoes [`escape`].
pub(crate) fn unescape(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        let pair = tail.get(..2).filter(|_| byte == b'%');
        match pair.and_then(|hex| hex::decode(hex).ok()) {
            Some(decoded) => {
                out.extend(decoded);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => {
                out.push(byte);
                rest = tail;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_as_written() {
        let mut headers = Headers::new();
        headers.push("WARC-Type", "response");
        headers.push("note", "two\r\nWARC-Type: forged");
        let text = headers.to_text();
        let read = Headers::parse(text.as_bytes());
        assert_eq!(read.get("warc-type"), Some("response"));
        assert_eq!(read.get("note"), Some("two  WARC-Type: forged"));
        assert_eq!(read.iter().count(), 2);
    }

    #[test]
    fn foreign_lines_are_read_leniently() {
        let read = Headers::parse(b"A : one\n\ttwo\nno colon\n more\nB:\xe9\r\n\r\nC: after");
        assert_eq!(read.get("a"), Some("one\ttwo"));
        assert_eq!(read.get("b"), Some("\u{e9}"));
        assert_eq!(read.get("c"), None);
    }

    #[test]
    fn escapes_come_back() {
        let bytes: Vec<u8> = (0..=255).collect();
        assert_eq!(unescape(&escape(&bytes)), bytes);
        assert_eq!(unescape("100%"), b"100%");
        assert_eq!(unescape("%zz%4"), b"%zz%4");
    }
}
