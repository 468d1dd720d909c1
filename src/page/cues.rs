//! What class and id words say about a place: menu, footer, advertisement.

/// The cues of one element.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Cues {
    /// Menu or breadcrumb.
    pub(super) nav: bool,
    /// Page footer.
    pub(super) footer: bool,
    /// Advertisement container.
    pub(super) ad: bool,
}

impl Cues {
    /// Both taken together.
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            nav: self.nav || other.nav,
            footer: self.footer || other.footer,
            ad: self.ad || other.ad,
        }
    }
}

/// Reads the words of a `class` or `id` value. Words are cut at anything but letters and digits and at a change from
/// small to capital letter, so that `header`, `loading`, `download`, `address`, `shadow` and `read` hold no `ad`.
pub(super) fn cues(value: &str) -> Cues {
    let mut cues = Cues::default();
    let mut of_a_part = false;
    for token in value.split_ascii_whitespace().take(16) {
        for word in words(token) {
            match word.trim_end_matches(|c: char| c.is_ascii_digit()) {
                w if is(
                    w,
                    &[
                        "ad",
                        "ads",
                        "advert",
                        "adverts",
                        "advertisement",
                        "advertising",
                        "adsbygoogle",
                    ],
                ) || is(
                    w,
                    &[
                        "adbox", "adslot", "adsense", "adbanner", "adwrap", "guanggao", "tuiguang",
                    ],
                ) || is(
                    w,
                    &["sponsor", "sponsors", "sponsored", "promo", "promoted"],
                ) =>
                {
                    cues.ad = true;
                }
                w if is(
                    w,
                    &[
                        "nav",
                        "navbar",
                        "navi",
                        "navigation",
                        "menu",
                        "submenu",
                        "breadcrumb",
                        "breadcrumbs",
                    ],
                ) || is(
                    w,
                    &["crumb", "crumbs", "topnav", "subnav", "pagination", "pager"],
                ) =>
                {
                    cues.nav = true;
                }
                w if is(w, &["footer", "foot", "copyright"]) => cues.footer = true,
                w if is(
                    w,
                    &[
                        "card", "panel", "modal", "dialog", "popup", "table", "item", "box", "form",
                    ],
                ) =>
                {
                    of_a_part = true;
                }
                _ => {}
            }
        }
    }
    // The footer of a card or a dialogue is not the page's.
    cues.footer &= !of_a_part;
    cues
}

fn is(word: &str, among: &[&str]) -> bool {
    among.iter().any(|w| w.eq_ignore_ascii_case(word))
}

/// The words of one token: `topBannerAd_2` has `top`, `Banner`, `Ad`, `2`.
fn words(token: &str) -> impl Iterator<Item = &str> {
    let mut rest = token;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
        let bytes = rest.as_bytes();
        let end = (1..bytes.len())
            .find(|at| {
                !bytes[*at].is_ascii_alphanumeric()
                    || (bytes[*at].is_ascii_uppercase() && bytes[at - 1].is_ascii_lowercase())
            })
            .unwrap_or(bytes.len());
        let word;
        (word, rest) = rest.split_at(end);
        (!word.is_empty()).then_some(word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advertisement_words_are_whole_words() {
        for yes in [
            "ad",
            "ADS",
            "left-ad",
            "ad_728",
            "topBannerAd",
            "guanggao",
            "box tuiguang2",
            "sponsored-links",
            "adsbygoogle",
            "ad01",
            "advert",
        ] {
            assert!(cues(yes).ad, "{yes}");
        }
        for no in [
            "header",
            "loading",
            "download",
            "address",
            "shadow",
            "read",
            "adapt",
            "upload",
            "leader",
            "breadcrumb",
            "admin",
            "promotion",
            "thread-1",
            "badge",
            "gradient",
            "adv-list",
            "radius",
        ] {
            assert!(!cues(no).ad, "{no}");
        }
    }

    #[test]
    fn menus_and_footers() {
        assert!(cues("main-nav clearfix").nav);
        assert!(cues("subMenu").nav);
        assert!(cues("page_footer").footer);
        assert!(!cues("card-footer").footer);
        assert!(!cues("football").footer);
    }
}
