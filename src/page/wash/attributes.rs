//! Attributes of a tag: passed over, or handed on as far as the reader looks at them.

use super::residue::strip_into;
use super::tags::keeps_attribute;
use super::{Washer, directive_end, without_server_tags};
use std::borrow::Cow;

/// Attributes of one tag that are handed on.
const MOST_ATTRIBUTES: usize = 24;
/// Longest attribute value handed on, in bytes; of longer ones only inline images are.
const LONGEST_VALUE: usize = 4_096;

impl Washer<'_> {
    pub(super) fn skip_attributes(&mut self) {
        self.attributes(false);
    }

    /// Moves beyond the tag's `>`, handing on the attributes the reader looks at if `keep`.
    pub(super) fn attributes(&mut self, keep: bool) {
        let mut kept = 0;
        loop {
            let bytes = self.source.as_bytes();
            match bytes.get(self.at).copied() {
                None => return,
                Some(b'>') => {
                    self.at += 1;
                    return;
                }
                Some(b) if b.is_ascii_whitespace() || b == b'/' => self.at += 1,
                Some(b'<') if self.residue_in_tag() => {}
                Some(_) => {
                    let take = keep && kept < MOST_ATTRIBUTES;
                    kept += usize::from(self.attribute(take));
                }
            }
        }
    }

    /// Passes over a server tag or directive among the attributes, if one stands at the cursor.
    fn residue_in_tag(&mut self) -> bool {
        let rest = &self.source[self.at..];
        let end = match rest.as_bytes().get(1) {
            Some(b'%' | b'?') => self.server_tag_end(),
            Some(b'#' | b'@') => directive_end(rest).map(|length| self.at + length),
            Some(b'/') if rest.starts_with("</#") || rest.starts_with("</@") => {
                directive_end(rest).map(|length| self.at + length)
            }
            _ => None,
        };
        match end {
            Some(end) => {
                self.residue += 1;
                self.at = end;
                true
            }
            None => false,
        }
    }

    /// Reads one attribute; says whether it was handed on.
    fn attribute(&mut self, take: bool) -> bool {
        let source = self.source;
        let bytes = source.as_bytes();
        let start = self.at;
        // The first byte belongs to the name whatever it is (13.2.5.32).
        self.at += 1;
        while let Some(b) = bytes.get(self.at)
            && !b.is_ascii_whitespace()
            && !matches!(b, b'/' | b'>' | b'=')
        {
            self.at += 1;
        }
        let name = (start, self.at);
        while bytes.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
        let value = if bytes.get(self.at) == Some(&b'=') {
            self.at += 1;
            while bytes.get(self.at).is_some_and(u8::is_ascii_whitespace) {
                self.at += 1;
            }
            self.value()
        } else {
            (self.at, self.at)
        };
        let length = value.1 - value.0;
        if !take || name.1 - name.0 > 32 || length > LONGEST_VALUE && !self.is_inline_image(value) {
            return false;
        }
        let (Some(name), Some(value)) = (source.get(name.0..name.1), source.get(value.0..value.1))
        else {
            return false;
        };
        self.hand_on_attribute(name, value)
    }

    /// Whether a long value is an image in the page itself, as far as there is room for it.
    fn is_inline_image(&mut self, (start, end): (usize, usize)) -> bool {
        let is_image = self
            .source
            .get(start..end)
            .is_some_and(|value| value.starts_with("data:image/"));
        let fits = is_image && end - start <= self.inline_left;
        if fits {
            self.inline_left -= end - start;
        }
        fits
    }

    fn hand_on_attribute(&mut self, name: &str, value: &str) -> bool {
        let name = if name.bytes().any(|b| b.is_ascii_uppercase()) {
            Cow::Owned(name.to_ascii_lowercase())
        } else {
            Cow::Borrowed(name)
        };
        if !keeps_attribute(&name) {
            return false;
        }
        let html = &mut self.out.html;
        html.push(' ');
        html.push_str(&name);
        html.push_str("=\"");
        if value
            .bytes()
            .any(|b| matches!(b, b'{' | b'@' | b'"' | b'<'))
        {
            let mut plain = String::with_capacity(value.len());
            self.residue += usize::from(strip_into(&mut plain, &without_server_tags(value)));
            html.push_str(&plain.replace('"', "&quot;").replace('<', "&lt;"));
        } else {
            html.push_str(value);
        }
        html.push('"');
        true
    }

    /// The byte range of the attribute value at the cursor, which moves beyond it.
    fn value(&mut self) -> (usize, usize) {
        let bytes = self.source.as_bytes();
        let quote = match bytes.get(self.at).copied() {
            Some(quote @ (b'"' | b'\'')) => quote,
            _ => return self.unquoted_value(),
        };
        self.at += 1;
        let start = self.at;
        while let Some(b) = bytes.get(self.at).copied() {
            if b == quote {
                self.at += 1;
                return (start, self.at - 1);
            }
            // A server tag may hold the quote character itself.
            if b == b'<' && matches!(bytes.get(self.at + 1), Some(b'%' | b'?')) {
                self.at = self.server_tag_end().unwrap_or(self.at + 1);
            } else {
                self.at += 1;
            }
        }
        (start, self.source.len())
    }

    fn unquoted_value(&mut self) -> (usize, usize) {
        let bytes = self.source.as_bytes();
        let start = self.at;
        while let Some(b) = bytes.get(self.at)
            && !b.is_ascii_whitespace()
            && *b != b'>'
        {
            if *b == b'<' && matches!(bytes.get(self.at + 1), Some(b'%' | b'?')) {
                self.at = self.server_tag_end().unwrap_or(self.at + 1);
            } else {
                self.at += 1;
            }
        }
        (start, self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::MOST_ATTRIBUTES;
    use crate::page::wash::wash;

    #[test]
    fn attributes_are_bounded() {
        let many: String = (0..1_000).map(|i| format!(" data-ad{i}=1")).collect();
        let source = format!("<p{many}>x");
        let washed = wash(&source, false);
        assert_eq!(washed.html.matches("data-ad").count(), MOST_ATTRIBUTES);
    }
}
