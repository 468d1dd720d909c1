//! The charset labels that markup declares: `meta` elements and the XML declaration, found in the raw bytes.

/// Bytes searched. The HTML standard says 1,024; real pages put scripts and comments before their `meta`.
const SEARCHED: usize = 16 * 1024;
/// Labels kept.
const LABELS: usize = 4;
/// Longest label that is one.
const LABEL_BYTES: usize = 40;

/// The labels in order, comments left out.
pub(super) fn meta_labels(bytes: &[u8]) -> Vec<String> {
    let head = bytes.get(..SEARCHED).unwrap_or(bytes).to_ascii_lowercase();
    let mut labels = Vec::new();
    let mut rest = head.as_slice();
    while let Some(open) = rest.iter().position(|b| *b == b'<') {
        rest = rest.get(open + 1..).unwrap_or_default();
        if let Some(comment) = rest.strip_prefix(b"!--") {
            rest = after(comment, b"-->");
            continue;
        }
        let declares = |name: &[u8]| rest.starts_with(name).then_some(name.len());
        let (name, key): (usize, &[u8]) = match (declares(b"meta"), declares(b"?xml")) {
            (Some(length), _) => (length, b"charset"),
            (_, Some(length)) => (length, b"encoding"),
            _ => continue,
        };
        let tag = rest.get(name..).unwrap_or_default();
        let end = tag.iter().position(|b| *b == b'>').unwrap_or(tag.len());
        labels.extend(value_after(tag.get(..end).unwrap_or_default(), key));
        if labels.len() >= LABELS {
            break;
        }
    }
    labels
}

/// What comes after the first `mark`; nothing when there is none.
fn after<'a>(text: &'a [u8], mark: &[u8]) -> &'a [u8] {
    let at = text.windows(mark.len()).position(|w| w == mark);
    at.and_then(|at| text.get(at + mark.len()..))
        .unwrap_or_default()
}

/// The word after `key`, white space, `=` and an optional quote.
fn value_after(tag: &[u8], key: &[u8]) -> Option<String> {
    let value = after(tag, key).trim_ascii_start().strip_prefix(b"=")?;
    let word: String = value
        .trim_ascii_start()
        .iter()
        .skip_while(|b| matches!(b, b'"' | b'\''))
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b':' | b'.'))
        .take(LABEL_BYTES)
        .map(|b| char::from(*b))
        .collect();
    (!word.is_empty()).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::meta_labels;

    #[test]
    fn metas_and_declarations_are_found_comments_are_not() {
        for (markup, expected) in [
            ("<META CharSet = 'GB2312' >", vec!["gb2312"]),
            (
                "<meta content=\"text/html; charset=gbk\" http-equiv=x>",
                vec!["gbk"],
            ),
            (
                "<?xml version=\"1.0\" encoding=\"GB18030\"?><a/>",
                vec!["gb18030"],
            ),
            (
                "<!-- <meta charset=big5> --><meta charset=utf-8>",
                vec!["utf-8"],
            ),
            (
                "<meta charset=utf-8><meta charset=gbk>",
                vec!["utf-8", "gbk"],
            ),
            ("<metal charset>", vec![]),
            ("<meta charset", vec![]),
            ("<!--", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(meta_labels(markup.as_bytes()), expected, "{markup}");
        }
    }
}
