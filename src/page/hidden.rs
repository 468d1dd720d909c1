//! Whether the markup itself hides an element. Style sheets and scripts are not looked at.

/// Whether an inline style hides its element: `display:none`, `visibility:hidden`, `font-size:0`, `opacity:0`.
pub(super) fn style_hides(style: &str) -> bool {
    style.split(';').any(|declaration| {
        let Some((name, value)) = declaration.split_once(':') else {
            return false;
        };
        let value = value.trim().trim_end_matches("!important").trim_end();
        match name.trim() {
            n if n.eq_ignore_ascii_case("display") => value.eq_ignore_ascii_case("none"),
            n if n.eq_ignore_ascii_case("visibility") => {
                value.eq_ignore_ascii_case("hidden") || value.eq_ignore_ascii_case("collapse")
            }
            n if n.eq_ignore_ascii_case("font-size") || n.eq_ignore_ascii_case("opacity") => {
                is_zero(value)
            }
            _ => false,
        }
    })
}

/// A number that is zero, with or without a unit: `0`, `0px`, `.0em`, `0%`.
fn is_zero(value: &str) -> bool {
    let number = value.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '%');
    number.bytes().any(|b| b == b'0') && number.bytes().all(|b| matches!(b, b'0' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hiding_styles() {
        for yes in [
            "display:none",
            "color:red; DISPLAY : NONE !important",
            "visibility:hidden;",
            "font-size:0",
            "font-size: 0px",
            "opacity:0.0",
        ] {
            assert!(style_hides(yes), "{yes}");
        }
        for no in [
            "display:block",
            "font-size:10px",
            "opacity:0.5",
            "none",
            "margin:0",
            "opacity:",
        ] {
            assert!(!style_hides(no), "{no}");
        }
    }
}
