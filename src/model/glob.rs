//! The patterns of a scope's `include` and `exclude`: `*` stands for any run of characters, all else for itself.

/// Whether the whole of `text` matches `pattern`. At most `pattern.len() * text.len()` steps, no recursion.
pub fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut p, mut t) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while let Some(byte) = text.get(t) {
        match pattern.get(p) {
            Some(b'*') => {
                retry = Some((p + 1, t));
                p += 1;
            }
            Some(expected) if expected == byte => {
                p += 1;
                t += 1;
            }
            _ => {
                let Some((after_star, from)) = retry else {
                    return false;
                };
                retry = Some((after_star, from + 1));
                p = after_star;
                t = from + 1;
            }
        }
    }
    pattern.iter().skip(p).all(|b| *b == b'*')
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn globs() {
        let check = |pattern, text, expected| {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        };
        check("*", "", true);
        check("", "", true);
        check("", "/", false);
        check("/news/*", "/news/1.html", true);
        check("/news/*", "/other/news/1", false);
        check("*.html?page=*", "/a/b.html?page=2", true);
        check("/a*b*c", "/a-b-b-c", true);
        check("/a*b*c", "/a-b-b-d", false);
        check("/理财/*", "/理财/新手", true);
    }
}
