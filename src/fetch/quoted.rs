//! Outside text made fit for a log line or a reason.

/// Characters kept.
const CHARS: usize = 200;

/// `text` with control and invisible formatting characters escaped, cut at 200 characters.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars().take(CHARS) {
        let direction = matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if c.is_control() || direction {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    if text.chars().nth(CHARS).is_some() {
        out.push('…');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn controls_are_escaped_and_long_text_is_cut() {
        assert_eq!(quoted("a\r\n\u{202e}借"), "a\\u{d}\\u{a}\\u{202e}借");
        assert_eq!(quoted(&"长".repeat(500)).chars().count(), 201);
    }
}
