//! Which tags and attributes the reader keeps, and under what name the parser gets them.

/// What becomes of a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// Handed on under its own name.
    Keep,
    /// Handed on under another name.
    Rename(&'static str),
    /// Left out, its content stays (unknown names, template tags, svg).
    Transparent,
    /// Left out with all up to its end tag.
    Skip,
    /// Inline code, kept aside.
    Script,
    /// Its content is plain characters up to its end tag.
    PlainText(&'static str),
    /// Read only where the body is otherwise empty.
    NoScript,
}

/// What becomes of the tag `name` (lower case).
///
/// Formatting elements are renamed to `fmt-*`: the HTML standard reopens them in every later block (13.2.4.3), which
/// lets a short page grow without bound, and for reading they are nothing but inline boxes. `page/path.rs` gives the
/// true name back.
pub(super) fn fate(name: &str) -> Fate {
    match name {
        "a" | "abbr" | "address" | "area" | "article" | "aside" | "base" | "bdi" | "bdo"
        | "blockquote" | "body" | "br" | "button" | "caption" | "center" | "cite" | "col"
        | "colgroup" | "dd" | "del" | "details" | "dialog" | "div" | "dl" | "dt" | "embed"
        | "fieldset" | "figcaption" | "figure" | "footer" | "form" | "h1" | "h2" | "h3" | "h4"
        | "h5" | "h6" | "head" | "header" | "hgroup" | "hr" | "html" | "img" | "input" | "ins"
        | "kbd" | "label" | "legend" | "li" | "link" | "main" | "map" | "mark" | "marquee"
        | "menu" | "meta" | "nav" | "ol" | "optgroup" | "option" | "output" | "p" | "pre" | "q"
        | "samp" | "section" | "select" | "source" | "span" | "sub" | "summary" | "sup"
        | "table" | "tbody" | "td" | "tfoot" | "th" | "thead" | "time" | "tr" | "ul" | "var"
        | "video" | "wbr" => Fate::Keep,
        "b" => Fate::Rename("fmt-b"),
        "big" => Fate::Rename("fmt-big"),
        "code" => Fate::Rename("fmt-code"),
        "em" => Fate::Rename("fmt-em"),
        "font" => Fate::Rename("fmt-font"),
        "i" => Fate::Rename("fmt-i"),
        "nobr" => Fate::Rename("fmt-nobr"),
        "s" => Fate::Rename("fmt-s"),
        "small" => Fate::Rename("fmt-small"),
        "strike" => Fate::Rename("fmt-strike"),
        "strong" => Fate::Rename("fmt-strong"),
        "tt" => Fate::Rename("fmt-tt"),
        "u" => Fate::Rename("fmt-u"),
        "image" => Fate::Rename("img"),
        "listing" => Fate::Rename("pre"),
        "iframe" | "frame" => Fate::Rename("iframe"),
        "script" => Fate::Script,
        "style" | "noembed" | "noframes" => Fate::Skip,
        "title" => Fate::PlainText("title"),
        "textarea" => Fate::PlainText("textarea"),
        "xmp" => Fate::PlainText("pre"),
        "noscript" => Fate::NoScript,
        _ if name.starts_with("fmt-") => Fate::Transparent,
        _ if is_custom_element(name) => Fate::Keep,
        _ => Fate::Transparent,
    }
}

/// Whether a name has the form of a custom element (HTML standard 4.13.3), in ASCII.
fn is_custom_element(name: &str) -> bool {
    name.len() <= 40
        && name.contains('-')
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// Whether an element has no content and no end tag.
pub(super) fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "source"
            | "wbr"
    )
}

/// Whether the reader looks at the attribute `name` (lower case) at all.
pub(super) fn keeps_attribute(name: &str) -> bool {
    matches!(
        name,
        "action"
            | "alt"
            | "class"
            | "content"
            | "data-original"
            | "data-src"
            | "data-srcset"
            | "height"
            | "hidden"
            | "href"
            | "http-equiv"
            | "id"
            | "name"
            | "placeholder"
            | "poster"
            | "property"
            | "rel"
            | "role"
            | "src"
            | "srcset"
            | "style"
            | "title"
            | "type"
            | "value"
            | "width"
    ) || name.starts_with("data-ad")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formatting_is_renamed_and_template_tags_are_transparent() {
        assert_eq!(fate("font"), Fate::Rename("fmt-font"));
        assert_eq!(fate("c:if"), Fate::Transparent);
        assert_eq!(fate("volist"), Fate::Transparent);
        assert_eq!(fate("product-card"), Fate::Keep);
        assert_eq!(fate("fmt-b"), Fate::Transparent);
    }
}
