//! The cheap pass before the parser: one linear walk over the source that leaves out what the reader never looks at
//! (comments, styles, code, unused attributes, template residue) and bounds what could make the parser slow (size,
//! number of tags and attributes). What it hands on can be cut into tags by any tokenizer in only one way.

mod attributes;
mod residue;
mod tags;

use crate::model::note::Note;
use residue::{Finder, LONGEST, strip_into};
use std::borrow::Cow;
use tags::{Fate, fate, is_void};

/// Stands for a `<` that begins no tag. The parser's way with character references is slow, and a page of nothing else
/// must not be. These two are noncharacters, which no page may hold (HTML standard 13.2.3.5).
const LESS_THAN: char = '\u{fdd0}';
/// Stands for a `&` that begins no reference.
const AMPERSAND: char = '\u{fdd1}';

/// Text of the parsed tree as the page has it.
pub(super) fn unwashed(text: &str) -> Cow<'_, str> {
    if text.contains([LESS_THAN, AMPERSAND]) {
        text.replace(LESS_THAN, "<").replace(AMPERSAND, "&").into()
    } else {
        text.into()
    }
}

/// Bytes of source that are read.
pub(super) const MOST_BYTES: usize = 8 << 20;
/// Start and end tags that are handed on; later ones leave only their text.
const MOST_TAGS: usize = 200_000;
/// Inline code kept for analytics and redirects, in bytes of one script and in number.
const LONGEST_SCRIPT: usize = 32 << 10;
const MOST_SCRIPTS: usize = 200;

/// A page's source made harmless.
#[derive(Debug, Default)]
pub(super) struct Washed<'a> {
    /// What the parser gets.
    pub(super) html: String,
    /// Inline code, in order.
    pub(super) scripts: Vec<Script<'a>>,
    /// Whether something stood in `noscript` and was left out.
    pub(super) left_noscript: bool,
    /// Trouble met.
    pub(super) notes: Vec<Note>,
}

/// Inline code of a page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Script<'a> {
    /// Whether it is data about the page (`application/ld+json`) and no program.
    pub(super) is_linked_data: bool,
    /// The code.
    pub(super) code: &'a str,
}

/// Washes `source`. With `keep_noscript` the content of `noscript` elements is read like any other.
pub(super) fn wash(source: &str, keep_noscript: bool) -> Washed<'_> {
    let cut = floor_char_boundary(source, MOST_BYTES);
    let mut washer = Washer::new(&source[..cut], keep_noscript);
    if cut < source.len() {
        let message = format!("source of {} bytes read up to {cut}", source.len());
        washer.out.notes.push(Note::new("html-cut", message));
    }
    washer.run();
    washer.out
}

/// The largest character boundary of `text` not above `at`.
pub(super) fn floor_char_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Bytes of inline images handed on of one page.
const MOST_INLINE: usize = 6 << 20;

struct Washer<'a> {
    source: &'a str,
    at: usize,
    keep_noscript: bool,
    tags: usize,
    svg_depth: usize,
    /// Bytes of inline images that may still be handed on.
    inline_left: usize,
    residue: usize,
    name: String,
    comment_end: Finder<'a>,
    percent_end: Finder<'a>,
    percent_comment_end: Finder<'a>,
    php_end: Finder<'a>,
    bracket: Finder<'a>,
    /// Elements whose end tag was looked for in vain: it is nowhere in the rest either.
    unclosed: Vec<String>,
    out: Washed<'a>,
}

impl<'a> Washer<'a> {
    fn new(source: &'a str, keep_noscript: bool) -> Self {
        let mut out = Washed::default();
        out.html.reserve(source.len());
        Self {
            source,
            at: 0,
            keep_noscript,
            inline_left: MOST_INLINE,
            tags: 0,
            svg_depth: 0,
            residue: 0,
            name: String::new(),
            comment_end: Finder::new(source, "-->"),
            percent_end: Finder::new(source, "%>"),
            percent_comment_end: Finder::new(source, "--%>"),
            php_end: Finder::new(source, "?>"),
            bracket: Finder::new(source, ">"),
            unclosed: Vec::new(),
            out,
        }
    }

    fn run(&mut self) {
        while self.at < self.source.len() {
            let open = self.source[self.at..]
                .find('<')
                .map_or(self.source.len(), |offset| self.at + offset);
            self.text(self.at, open);
            self.at = open;
            if open < self.source.len() {
                self.markup();
            }
        }
        if self.residue > 0 {
            let message = format!("{} template residues left out", self.residue);
            self.out.notes.push(Note::new("template-residue", message));
        }
        if self.tags > MOST_TAGS {
            let message = format!("{} tags, read as text after {MOST_TAGS}", self.tags);
            self.out.notes.push(Note::new("too-many-tags", message));
        }
    }

    /// Hands on a stretch that holds no `<`.
    fn text(&mut self, from: usize, to: usize) {
        if from < to {
            let text = without_bare_ampersands(&self.source[from..to]);
            self.residue += usize::from(strip_into(&mut self.out.html, &text));
        }
    }

    /// Deals with the `<` at the cursor.
    fn markup(&mut self) {
        let bytes = self.source.as_bytes();
        match bytes.get(self.at + 1).copied() {
            Some(b) if b.is_ascii_alphabetic() => self.start_tag(),
            Some(b'/') => match bytes.get(self.at + 2).copied() {
                Some(b) if b.is_ascii_alphabetic() => self.end_tag(),
                Some(b'#' | b'@') => self.directive(),
                Some(_) => self.skip_to_bracket(),
                None => self.at = self.source.len(),
            },
            Some(b'!') => self.declaration(),
            Some(b'?') => self.server_tag(),
            Some(b'%') if self.server_tag_end().is_some() => self.server_tag(),
            Some(b'#' | b'@') => self.directive(),
            _ => self.literal(),
        }
    }

    fn literal(&mut self) {
        self.out.html.push(LESS_THAN);
        self.at += 1;
    }

    fn skip_to_bracket(&mut self) {
        self.at = self
            .bracket
            .find(self.at)
            .map_or(self.source.len(), |end| end + 1);
    }

    /// Comments, doctypes and what the standard calls bogus comments.
    fn declaration(&mut self) {
        let rest = &self.source[self.at..];
        if !rest.starts_with("<!--") {
            if rest
                .get(..9)
                .is_some_and(|head| head.eq_ignore_ascii_case("<!doctype"))
                && self.out.html.is_empty()
            {
                self.out.html.push_str("<!DOCTYPE html>");
            }
            return self.skip_to_bracket();
        }
        if rest.starts_with("<!-->") || rest.starts_with("<!--->") {
            return self.skip_to_bracket();
        }
        match self.comment_end.find(self.at + 4) {
            Some(end) => self.at = end + 3,
            None => {
                self.out.notes.push(Note::new(
                    "unclosed-comment",
                    "the rest of the page is a comment",
                ));
                self.at = self.source.len();
            }
        }
    }

    /// Where the server tag (`<% %>`, `<?php ?>`) at the cursor ends, if it is one.
    fn server_tag_end(&mut self) -> Option<usize> {
        let rest = &self.source[self.at..];
        let end = if rest.starts_with("<%--") {
            self.percent_comment_end.find(self.at + 4)? + 4
        } else if rest.starts_with("<%") {
            self.percent_end.find(self.at + 2)? + 2
        } else if rest.starts_with("<?") {
            self.php_end.find(self.at + 2)? + 2
        } else {
            return None;
        };
        let inner = &self.source.as_bytes()[self.at + 2..end - 2];
        let nested = end - self.at <= LONGEST && inner.windows(2).any(|w| w == b"<%" || w == b"<?");
        (end - self.at <= LONGEST && !nested).then_some(end)
    }

    fn server_tag(&mut self) {
        match self.server_tag_end() {
            Some(end) => {
                self.residue += 1;
                self.at = end;
            }
            None => self.skip_to_bracket(),
        }
    }

    /// FreeMarker: `<#if a gt (b > c)>`, `</#if>`, `<@macro x="y"/>`, `<#-- … -->`. Anything else is a literal `<`.
    fn directive(&mut self) {
        let rest = &self.source[self.at..];
        if rest.starts_with("<#--") {
            if let Some(end) = self.comment_end.find(self.at + 4) {
                self.residue += 1;
                self.at = end + 3;
                return;
            }
            return self.literal();
        }
        let begin = if rest.starts_with("</") { 3 } else { 2 };
        let named = rest
            .as_bytes()
            .get(begin)
            .is_some_and(u8::is_ascii_alphabetic);
        match directive_end(rest).filter(|_| named) {
            Some(length) => {
                self.residue += 1;
                self.at += length;
            }
            None => self.literal(),
        }
    }

    /// Reads the tag name at the cursor plus `skip`, lower-cased, into `self.name`.
    fn take_name(&mut self, skip: usize) {
        let start = self.at + skip;
        let length = self.source.as_bytes()[start..]
            .iter()
            .position(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>'))
            .unwrap_or(self.source.len() - start);
        self.name.clear();
        // No name the reader knows is longer.
        let kept = floor_char_boundary(&self.source[start..start + length], 64);
        self.name.push_str(&self.source[start..start + kept]);
        self.name.make_ascii_lowercase();
        self.at = start + length;
    }

    fn end_tag(&mut self) {
        self.tags += 1;
        self.take_name(2);
        self.skip_attributes();
        if self.name == "svg" {
            self.svg_depth = self.svg_depth.saturating_sub(1);
        }
        let name = match fate(&self.name) {
            Fate::Keep => self.name.as_str(),
            Fate::Rename(name) => name,
            _ => return,
        };
        if name == "br" && self.counts_tag() {
            // `</br>` makes a break in browsers.
            self.out.html.push_str("<br>");
        } else if !is_void(name) && name != "iframe" && self.counts_tag() {
            self.out.html.push_str("</");
            self.out.html.push_str(name);
            self.out.html.push('>');
        }
    }

    /// Whether one more tag may be handed on.
    fn counts_tag(&self) -> bool {
        self.tags <= MOST_TAGS
    }

    fn start_tag(&mut self) {
        self.take_name(1);
        self.tags += 1;
        let fate = fate(&self.name);
        match fate {
            _ if !self.counts_tag() => {
                self.skip_attributes();
                self.out.html.push(' ');
                if matches!(fate, Fate::Script | Fate::Skip) {
                    self.raw_content(true);
                }
            }
            Fate::Keep => {
                let name = std::mem::take(&mut self.name);
                self.keep_tag(&name);
                self.name = name;
            }
            Fate::Rename("iframe") => {
                self.keep_tag("iframe");
                self.out.html.push_str("</iframe>");
                self.raw_content(false);
            }
            Fate::Rename(name) => {
                self.keep_tag(name);
            }
            Fate::Transparent => self.transparent(),
            Fate::Skip => {
                self.skip_attributes();
                self.raw_content(true);
            }
            Fate::Script => self.script(),
            Fate::PlainText(name) => self.plain_text(name),
            Fate::NoScript => {
                self.skip_attributes();
                if !self.keep_noscript {
                    let content = self.raw_content(false).unwrap_or("");
                    self.out.left_noscript |= !content.trim().is_empty();
                }
            }
        }
    }

    fn transparent(&mut self) {
        self.skip_attributes();
        if self.name == "svg" {
            self.svg_depth += 1;
        } else if self.name == "template" {
            self.raw_content(false);
        }
    }

    /// Hands on a start tag with its attributes.
    fn keep_tag(&mut self, name: &str) {
        self.out.html.push('<');
        self.out.html.push_str(name);
        self.attributes(true);
        self.out.html.push('>');
    }

    fn script(&mut self) {
        let before = self.out.html.len();
        self.keep_tag("script");
        let tag = self.out.html[before..].to_ascii_lowercase();
        let is_linked_data = tag.contains("ld+json");
        if tag.contains(" src=\"") {
            self.out.html.push_str("</script>");
        } else {
            self.out.html.truncate(before);
        }
        let is_template = tag.contains("template") || tag.contains("text/html");
        let Some(code) = self.raw_content(true) else {
            return;
        };
        if !code.trim().is_empty() && !is_template && self.out.scripts.len() < MOST_SCRIPTS {
            let code = &code[..floor_char_boundary(code, LONGEST_SCRIPT)];
            self.out.scripts.push(Script {
                is_linked_data,
                code,
            });
        }
    }

    /// Title, textarea and the like: characters only.
    fn plain_text(&mut self, name: &'static str) {
        if name == "title" && self.svg_depth > 0 {
            self.skip_attributes();
            self.raw_content(false);
            return;
        }
        self.keep_tag(name);
        let content = self.raw_content(false).unwrap_or("");
        let content = without_bare_ampersands(content);
        let mut plain = String::with_capacity(content.len());
        self.residue += usize::from(strip_into(&mut plain, &content));
        let plain = without_server_tags(&plain).replace('<', LESS_THAN.encode_utf8(&mut [0; 4]));
        self.out.html.push_str(&plain);
        self.out.html.push_str("</");
        self.out.html.push_str(name);
        self.out.html.push('>');
    }

    /// Moves beyond the end tag of `self.name` and gives what stood before it. Where there is no end tag, `None`: the
    /// rest of the page is then passed over (`to_end`, as browsers do) or read like any other.
    fn raw_content(&mut self, to_end: bool) -> Option<&'a str> {
        let found = if self.unclosed.contains(&self.name) {
            None
        } else {
            find_end_tag(&self.source[self.at..], &self.name)
        };
        let Some(length) = found else {
            if to_end {
                self.at = self.source.len();
            } else if !self.unclosed.contains(&self.name) {
                self.unclosed.push(self.name.clone());
            }
            return None;
        };
        let content = &self.source[self.at..self.at + length];
        self.at += length;
        self.skip_to_bracket();
        Some(content)
    }
}

/// Bytes of the FreeMarker directive that `rest` begins with: up to the `>` outside of brackets and quotes.
fn directive_end(rest: &str) -> Option<usize> {
    let mut depth = 0_i32;
    let mut quote = 0_u8;
    for (at, byte) in rest.bytes().enumerate().take(400) {
        match byte {
            b'<' if at > 1 => return None,
            _ if quote != 0 => quote = if byte == quote { 0 } else { quote },
            b'"' | b'\'' => quote = byte,
            b'(' => depth += 1,
            b')' => depth -= 1,
            b'>' if depth <= 0 => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// Where the end tag of `name` (lower case) begins in `rest`.
fn find_end_tag(rest: &str, name: &str) -> Option<usize> {
    let mut at = 0;
    while let Some(offset) = rest[at..].find("</") {
        let start = at + offset;
        let after = start + 2 + name.len();
        let bytes = rest.as_bytes();
        if bytes
            .get(start + 2..after)
            .is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
            && bytes
                .get(after)
                .is_none_or(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>'))
        {
            return Some(start);
        }
        at = start + 2;
    }
    None
}

/// `text` with those `&` marked that begin no character reference.
fn without_bare_ampersands(text: &str) -> Cow<'_, str> {
    let is_bare = |at: usize| !matches!(text.as_bytes().get(at + 1), Some(b) if b.is_ascii_alphanumeric() || *b == b'#');
    if !text.match_indices('&').any(|(at, _)| is_bare(at)) {
        return text.into();
    }
    text.char_indices()
        .map(|(at, c)| {
            if c == '&' && is_bare(at) {
                AMPERSAND
            } else {
                c
            }
        })
        .collect::<String>()
        .into()
}

/// `text` without `<% … %>` and `<? … ?>`.
fn without_server_tags(text: &str) -> Cow<'_, str> {
    if !text.contains("<%") && !text.contains("<?") {
        return text.into();
    }
    let mut percent = Finder::new(text, "%>");
    let mut php = Finder::new(text, "?>");
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(offset) = text[at..].find('<') {
        let start = at + offset;
        let end = match text.as_bytes().get(start + 1) {
            Some(b'%') => percent.find(start + 2),
            Some(b'?') => php.find(start + 2),
            _ => None,
        };
        out.push_str(&text[at..start]);
        match end {
            Some(end) => at = end + 2,
            None => {
                out.push('<');
                at = start + 1;
            }
        }
    }
    out.push_str(&text[at..]);
    out.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_handed_on() {
        for (given, wanted) in [
            ("<p onclick='x' class=a>字</p>", "<p class=\"a\">字</p>"),
            ("<b>粗</B>", "<fmt-b>粗</fmt-b>"),
            ("a<!-- b --> c<!-->d", "a cd"),
            ("<script>var a='<p>';</script>后", "后"),
            (
                "<script src=a.js>x</script>",
                "<script src=\"a.js\"></script>",
            ),
            ("<style>p{}</style >x", "x"),
            ("利率<3%", "利率\u{fdd0}3%"),
            ("A & B&nbsp;", "A \u{fdd1} B&nbsp;"),
            ("<c:if test=\"${a}\"><p>x</c:if>", "<p>x"),
            ("<a href=\"<%=u(\"x\")%>/b\">", "<a href=\"/b\">"),
            ("<p>甲<%= a > b %>乙<?php echo '>' ?>丙", "<p>甲乙丙"),
            ("<#if (a > b)>是</#if>", "是"),
            ("<@pct val=\"${x}\"; n>${n}</@pct>%", "%"),
            ("<title>a<b</title>", "<title>a\u{fdd0}b</title>"),
            ("<title>没完<p>正文", "<title></title>没完<p>正文"),
            (
                "<iframe src=u>里</iframe>外",
                "<iframe src=\"u\"></iframe>外",
            ),
            ("<noscript>无</noscript>有", "有"),
            ("<svg><title>图</title></svg>字", "字"),
            ("<p title='\"'>", "<p title=\"&quot;\">"),
            ("<p class=\"开", "<p class=\"开\">"),
        ] {
            assert_eq!(wash(given, false).html, wanted, "{given}");
        }
    }

    #[test]
    fn size_is_bounded_with_a_note() {
        let long = "字".repeat(MOST_BYTES / 3 + 10);
        let washed = wash(&long, false);
        assert!(washed.html.len() <= MOST_BYTES);
        assert_eq!(washed.notes.first().map(|n| n.code), Some("html-cut"));
    }
}
