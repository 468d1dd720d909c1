//! Residue of server and client templates (JSP, PHP, FreeMarker, Smarty, ThinkPHP, Razor, Vue) in a page's text.
//!
//! Such pages are served broken or are read from files. What a template would have filled in is not on the page, so it
//! does not enter the text.

/// A search that never looks at the same byte twice, for needles that a hostile page announces but never brings.
#[derive(Debug)]
pub(super) struct Finder<'a> {
    hay: &'a str,
    needle: &'static str,
    next: usize,
    searched: bool,
}

impl<'a> Finder<'a> {
    /// A search for `needle` in `hay`.
    pub(super) fn new(hay: &'a str, needle: &'static str) -> Self {
        Self {
            hay,
            needle,
            next: 0,
            searched: false,
        }
    }

    /// Where the needle begins at or after `from`; `from` must not go back between calls.
    pub(super) fn find(&mut self, from: usize) -> Option<usize> {
        if !self.searched || self.next < from {
            self.searched = true;
            self.next = self
                .hay
                .get(from..)
                .and_then(|rest| rest.find(self.needle))
                .map_or(usize::MAX, |at| from + at);
        }
        (self.next != usize::MAX).then_some(self.next)
    }
}

/// The longest residue taken for one, in bytes. What is longer is read as text.
pub(super) const LONGEST: usize = 4_000;

/// Appends `text` to `out` without its residue; says whether there was any.
pub(super) fn strip_into(out: &mut String, text: &str) -> bool {
    if !text.bytes().any(|b| matches!(b, b'{' | b'@')) {
        out.push_str(text);
        return false;
    }
    let mut braces = Finder::new(text, "}");
    // Brackets that never close are looked for only so often: the work stays linear.
    let mut budget = 8 * text.len();
    let mut found = false;
    let mut kept = 0;
    let mut at = 0;
    while let Some(offset) = text[at..].find(['{', '@']) {
        let start = at + offset;
        match residue(text, start, &mut braces, &mut budget) {
            Some((from, to)) if from >= kept => {
                out.push_str(&text[kept..from]);
                kept = to;
                at = to;
                found = true;
            }
            _ => at = start + 1,
        }
    }
    out.push_str(&text[kept..]);
    found
}

/// The byte range of the residue that the `{` or `@` at `start` belongs to.
fn residue(
    text: &str,
    start: usize,
    braces: &mut Finder<'_>,
    budget: &mut usize,
) -> Option<(usize, usize)> {
    if text.as_bytes().get(start) == Some(&b'@') {
        return razor(text, start, budget);
    }
    let end = braces.find(start)? + 1;
    if end - start > 400 {
        return None;
    }
    let body = &text[start + 1..end - 1];
    let before = text[..start].chars().next_back();
    if matches!(before, Some('$' | '#')) {
        return Some((start - 1, end));
    }
    if body.starts_with('{') {
        let end = if text[end..].starts_with('}') {
            end + 1
        } else {
            end
        };
        return Some((start, end));
    }
    let is_directive = body.starts_with(['$', '%', ':', '/', '#'])
        || (body.starts_with(|c: char| c.is_ascii_lowercase())
            && body.contains(' ')
            && body.is_ascii());
    is_directive.then_some((start, end))
}

/// Razor: `@* … *@`, `@( … )`, `@{ … }`, `@Name.Name(…)`; never a mail address.
fn razor(text: &str, start: usize, budget: &mut usize) -> Option<(usize, usize)> {
    let before = text[..start].chars().next_back();
    if before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-')) {
        return None;
    }
    let rest = &text[start + 1..];
    let first = rest.bytes().next()?;
    if matches!(first, b'*' | b'(' | b'{') {
        *budget = budget.checked_sub(rest.len().min(LONGEST))?;
    }
    match first {
        b'*' => {
            let window = &rest.as_bytes()[..rest.len().min(LONGEST)];
            let end = window.windows(2).position(|w| w == b"*@")?;
            Some((start, start + 1 + end + 2))
        }
        b'(' => Some((start, start + 1 + balanced(rest, b'(', b')')?)),
        b'{' => Some((start, start + 1 + balanced(rest, b'{', b'}')?)),
        b'A'..=b'Z' => {
            let name = rest
                .bytes()
                .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_'))
                .count();
            if !rest[..name].contains('.') {
                return None;
            }
            let call = balanced(&rest[name..], b'(', b')').unwrap_or(0);
            Some((start, start + 1 + name + call))
        }
        _ => None,
    }
}

/// Bytes up to and with the bracket that closes the one `text` begins with.
fn balanced(text: &str, open: u8, close: u8) -> Option<usize> {
    if text.as_bytes().first() != Some(&open) {
        return None;
    }
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate().take(LONGEST) {
        if byte == open {
            depth += 1;
        } else if byte == close {
            depth -= 1;
            if depth == 0 {
                return Some(at + 1);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn residue_goes_and_text_stays() {
        for (given, wanted) in [
            ("预期年化${rate}%", "预期年化%"),
            ("{{ item.rate }}% 年化", "% 年化"),
            ("{$vo.name|default=\"无\"}元", "元"),
            ("{if $x}新手{/if}", "新手"),
            ("集合{甲、乙}", "集合{甲、乙}"),
            ("@(loan.Rate)%", "%"),
            ("@Model.Loan.Rate%", "%"),
            ("@Html.Raw(a(b))尾", "尾"),
            (
                "邮箱 kf@ Example 写信 kf@Example.Test",
                "邮箱 kf@ Example 写信 kf@Example.Test",
            ),
            ("没有闭合 ${rate", "没有闭合 ${rate"),
            ("@* 旧\n标语 *@正文", "正文"),
            ("#{i18n}文", "文"),
        ] {
            let mut out = String::new();
            let found = strip_into(&mut out, given);
            assert_eq!(out, wanted, "{given}");
            assert_eq!(found, given != wanted);
        }
    }
}
