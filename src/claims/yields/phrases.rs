//! Questions to a text with a short list of phrases, written in one string with spaces between.

/// Whether one of the phrases stands in the text.
pub(super) fn holds(text: &str, phrases: &str) -> bool {
    phrases.split_whitespace().any(|p| text.contains(p))
}

/// Whether the text begins with one of the phrases.
pub(super) fn begins(text: &str, phrases: &str) -> bool {
    phrases.split_whitespace().any(|p| text.starts_with(p))
}

/// Whether the text ends with one of the phrases.
pub(super) fn ends(text: &str, phrases: &str) -> bool {
    phrases.split_whitespace().any(|p| text.ends_with(p))
}

/// Whether the text is empty or one of the phrases.
pub(super) fn is_none_or(text: &str, phrases: &str) -> bool {
    text.is_empty() || phrases.split_whitespace().any(|p| text == p)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_compared_whole() {
        assert!(holds("现已出货", "出货 建仓") && !holds("现已", "出货 建仓"));
        assert!(begins("利息", "息 利息") && ends("利息", "息"));
        assert!(
            is_none_or("", "为 达") && is_none_or("达", "为 达") && !is_none_or("达到", "为 达")
        );
    }
}
