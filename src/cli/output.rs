//! Standard output: plain text that is safe for a terminal, or JSON. A closed pipe ends the program quietly.

use super::exit::{Trouble, incomplete};
use serde::Serialize;
use std::fmt::Display;
use std::io::{self, Write};

/// Where commands write what was asked for.
#[derive(Debug, Default)]
pub struct Output;

impl Output {
    /// One line of text. Control characters that outside data carries are made visible.
    pub fn line(&self, text: impl Display) -> Result<(), Trouble> {
        self.write(&format!("{}\n", terminal_safe(&text.to_string())))
    }

    /// One JSON document on one line.
    pub fn json_line(&self, value: &impl Serialize) -> Result<(), Trouble> {
        let mut text = serde_json::to_string(value).map_err(incomplete)?;
        text.push('\n');
        self.write(&text)
    }

    /// One JSON document, indented.
    pub fn json(&self, value: &impl Serialize) -> Result<(), Trouble> {
        let mut text = serde_json::to_string_pretty(value).map_err(incomplete)?;
        text.push('\n');
        self.write(&text)
    }

    /// Text as it is (reports, completions).
    pub fn write(&self, text: &str) -> Result<(), Trouble> {
        self.bytes(text.as_bytes())
    }

    /// Bytes as they are.
    pub fn bytes(&self, bytes: &[u8]) -> Result<(), Trouble> {
        match io::stdout().lock().write_all(bytes) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => std::process::exit(0),
            other => other.map_err(incomplete),
        }
    }
}

/// Makes control, bidi and invisible characters visible, so that a hostile page cannot drive the terminal.
pub fn terminal_safe(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\t' => safe.push(c),
            _ if c.is_control() || is_invisible(c) => safe.extend(c.escape_unicode()),
            _ => safe.push(c),
        }
    }
    safe
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Columns a text takes in a terminal: East Asian wide characters take two.
pub fn width(text: &str) -> usize {
    text.chars().map(|c| if is_wide(c) { 2 } else { 1 }).sum()
}

fn is_wide(c: char) -> bool {
    matches!(c as u32, 0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f | 0xff00..=0xff60 | 0xffe0..=0xffe6 | 0x1f300..=0x1faff | 0x20000..=0x3fffd)
}

/// Lays rows out in columns by display width; the last column is not padded.
pub fn table(header: &[&str], rows: &[Vec<String>]) -> String {
    let columns = header.len();
    let mut widths: Vec<usize> = header.iter().map(|h| width(h)).collect();
    for row in rows {
        for (w, cell) in widths.iter_mut().zip(row) {
            *w = (*w).max(width(cell));
        }
    }
    let mut text = String::new();
    let head: Vec<String> = header.iter().map(|h| (*h).to_owned()).collect();
    for row in std::iter::once(&head).chain(rows) {
        for (i, cell) in row.iter().enumerate() {
            text.push_str(cell);
            if i + 1 < columns {
                let pad = widths.get(i).copied().unwrap_or(0) + 2 - width(cell).min(widths[i]);
                text.extend(std::iter::repeat_n(' ', pad));
            }
        }
        text.push('\n');
    }
    text
}

/// Cuts a text to `columns` of display width, with an ellipsis where something was cut.
pub fn shorten(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut short = String::new();
    let mut used = 0;
    for c in text.chars() {
        let w = if is_wide(c) { 2 } else { 1 };
        if used + w + 1 > columns {
            break;
        }
        used += w;
        short.push(c);
    }
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminal_text_cannot_drive_the_terminal() {
        assert_eq!(
            terminal_safe("\u{1b}[31m红\u{202e}"),
            "\\u{1b}[31m红\\u{202e}"
        );
        assert_eq!(terminal_safe("行\n二\t列"), "行\n二\t列");
    }

    #[test]
    fn tables_are_aligned_by_display_width() {
        let text = table(
            &["a", "b"],
            &[
                vec!["中文".into(), "x".into()],
                vec!["abc".into(), "y".into()],
            ],
        );
        assert_eq!(text, "a     b\n中文  x\nabc   y\n");
    }

    #[test]
    fn shortening_keeps_within_the_columns() {
        assert_eq!(shorten("保本保息", 8), "保本保息");
        assert_eq!(shorten("保本保息年化", 8), "保本保…");
    }
}
