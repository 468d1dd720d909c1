//! Which content types the patrol reads.

use crate::model::capture::Exchange;

/// Text types that hold no text for people.
const CODE: [&str; 5] = [
    "text/css",
    "text/javascript",
    "text/ecmascript",
    "text/event-stream",
    "text/x-component",
];
/// Bytes looked at where no type is declared.
const SNIFFED: usize = 1_024;

/// Whether the patrol reads bodies of this `Content-Type`: HTML, XHTML, plain text, XML with feeds and sitemaps. A
/// missing type is read and then sniffed.
pub(super) fn is_read(content_type: Option<&str>) -> bool {
    let Some(declared) = content_type else {
        return true;
    };
    let kind = declared
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    match kind.as_str() {
        "" | "application/xhtml+xml" | "application/xml" => true,
        "image/svg+xml" => false,
        _ if kind.starts_with("text/") => !CODE.contains(&kind.as_str()),
        _ => kind.starts_with("application/") && kind.ends_with("+xml"),
    }
}

/// Whether a body of this `Content-Type` may be an image that is read: PNG, JPEG, WebP, GIF, or a type that says nothing.
pub(super) fn is_picture(content_type: Option<&str>) -> bool {
    let kind = content_type.unwrap_or_default().split(';').next();
    let kind = kind.unwrap_or_default().trim().to_ascii_lowercase();
    match kind.strip_prefix("image/") {
        Some(image) => image != "svg+xml",
        None => kind.is_empty() || kind.ends_with("/octet-stream"),
    }
}

/// Whether the exchange is a packed sitemap, which is read and unpacked as if gzip were its content coding.
pub(super) fn is_packed_sitemap(path: &str, content_type: Option<&str>) -> bool {
    let path = path.to_ascii_lowercase();
    let packed = path.ends_with(".xml.gz") || path.ends_with(".txt.gz");
    let kind = content_type.unwrap_or_default().to_ascii_lowercase();
    packed && (kind.contains("gzip") || kind.contains("octet-stream") || kind.is_empty())
}

/// Whether a body of undeclared type is binary: text holds no NUL, save in UTF-16 after its mark.
pub(super) fn looks_binary(exchange: &Exchange) -> bool {
    let content = exchange.content();
    let head = content.get(..SNIFFED).unwrap_or(content);
    let marked = head.starts_with(&[0xFF, 0xFE]) || head.starts_with(&[0xFE, 0xFF]);
    let image =
        head.starts_with(b"\xFF\xD8\xFF") || head.starts_with(b"GIF8") || head.starts_with(b"%PDF");
    image || (!marked && head.contains(&0))
}

#[cfg(test)]
mod tests {
    use super::{is_packed_sitemap, is_read};

    #[test]
    fn types() {
        for (kind, expected) in [
            (None, true),
            (Some("text/html; charset=gbk"), true),
            (Some("TEXT/HTML"), true),
            (Some("text/plain"), true),
            (Some("application/xhtml+xml"), true),
            (Some("application/rss+xml"), true),
            (Some("text/xml"), true),
            (Some("application/xml; charset=utf-8"), true),
            (Some("image/svg+xml"), false),
            (Some("image/png"), false),
            (Some("text/css"), false),
            (Some("application/json"), false),
            (Some("application/octet-stream"), false),
            (Some("video/mp4"), false),
        ] {
            assert_eq!(is_read(kind), expected, "{kind:?}");
        }
        assert!(is_packed_sitemap(
            "/sitemap.xml.gz",
            Some("application/x-gzip")
        ));
        assert!(!is_packed_sitemap(
            "/app.apk",
            Some("application/octet-stream")
        ));
    }
}
