//! Links out of a page, and addresses that are contacts rather than links.

use super::pattern::constant;
use super::run::{Run, Taken, fold};
use crate::model::note::Note;
use crate::model::page::{Link, LinkKind};
use regex::Regex;
use std::sync::LazyLock;
use url::{Host, Url};

/// Anchors, frames, refreshes and forms kept of one page.
const MOST_LINKS: usize = 5_000;
/// Resources kept of one page.
const MOST_RESOURCES: usize = 1_000;
/// Characters kept of a link's text.
const LONGEST_TEXT: usize = 200;
/// Longest address looked at, in bytes.
const LONGEST_ADDRESS: usize = 4_000;
/// Contact addresses kept for the identity facts.
const MOST_CONTACTS: usize = 200;

/// The links of one page.
#[derive(Debug)]
pub(super) struct Links {
    base: Url,
    base_is_set: bool,
    kept: Vec<Link>,
    resources: usize,
    left_out: usize,
    /// `tel:`, `mailto:`, chat links and the like, as written.
    pub(super) contacts: Vec<String>,
}

impl Links {
    /// No links yet; relative addresses are against `base`.
    pub(super) fn new(base: &Url) -> Self {
        Self {
            base: base.clone(),
            base_is_set: false,
            kept: Vec::new(),
            resources: 0,
            left_out: 0,
            contacts: Vec::new(),
        }
    }

    /// The first `<base href>` counts (HTML standard 4.2.3).
    pub(super) fn set_base(&mut self, href: &str) {
        if self.base_is_set {
            return;
        }
        if let Some(url) = self.resolve(href) {
            self.base = url;
            self.base_is_set = true;
        }
    }

    /// Adds a link and gives its number, if it is one that can be followed and there is room.
    pub(super) fn add(
        &mut self,
        href: &str,
        kind: LinkKind,
        sponsored: bool,
        slot: Option<u32>,
    ) -> Option<u32> {
        let is_resource = kind == LinkKind::Resource;
        let is_full = if is_resource {
            self.resources >= MOST_RESOURCES
        } else {
            self.kept.len() - self.resources >= MOST_LINKS
        };
        if is_full {
            self.left_out += usize::from(!is_resource);
            return None;
        }
        let url = self.resolve(href)?;
        self.resources += usize::from(is_resource);
        self.kept.push(Link {
            url,
            text: String::new(),
            kind,
            sponsored: sponsored || slot.is_some(),
            slot,
        });
        u32::try_from(self.kept.len() - 1).ok()
    }

    /// Adds a form and gives its number; without an action it is sent to the page itself (HTML standard 4.10.22.3).
    pub(super) fn add_form(&mut self, action: &str, slot: Option<u32>) -> Option<u32> {
        let number = self.add(action, LinkKind::Form, false, slot);
        number.or_else(|| {
            let own = action.trim().is_empty().then(|| self.base.to_string())?;
            self.add(&own, LinkKind::Form, false, slot)
        })
    }

    /// Notes what a form asks for.
    pub(super) fn ask(&mut self, form: u32, what: &str) {
        if let Some(link) = self.kept.get_mut(form as usize)
            && link.kind == LinkKind::Form
            && !link.text.contains(what)
        {
            if !link.text.is_empty() {
                link.text.push(' ');
            }
            link.text.push_str(what);
        }
    }

    /// The absolute http(s) address behind `href`, without its fragment.
    fn resolve(&mut self, href: &str) -> Option<Url> {
        let href = href.trim();
        if href.is_empty() || href.starts_with('#') || href.len() > LONGEST_ADDRESS {
            return None;
        }
        if href
            .get(..11)
            .is_some_and(|head| head.eq_ignore_ascii_case("javascript:"))
        {
            return None;
        }
        let mut url = self.base.join(href).ok()?;
        if is_contact(&url) && self.contacts.len() < MOST_CONTACTS {
            self.contacts.push(href.to_owned());
        }
        url.set_fragment(None);
        (matches!(url.scheme(), "http" | "https") && url.has_host()).then_some(url)
    }

    /// The absolute http(s) address behind `href`, not kept as a link.
    pub(super) fn address(&self, href: &str) -> Option<Url> {
        let href = href.trim();
        if href.is_empty() || href.len() > LONGEST_ADDRESS {
            return None;
        }
        let mut url = self.base.join(href).ok()?;
        url.set_fragment(None);
        (matches!(url.scheme(), "http" | "https") && url.has_host()).then_some(url)
    }

    /// Gives link `number` its text.
    pub(super) fn set_text(&mut self, number: u32, text: &str) {
        if let Some(link) = self.kept.get_mut(number as usize) {
            link.text = fold(text).chars().take(LONGEST_TEXT).collect();
        }
    }

    /// How many are kept so far.
    pub(super) fn len(&self) -> usize {
        self.kept.len()
    }

    /// Link `number`.
    pub(super) fn get(&self, number: u32) -> Option<&Link> {
        self.kept.get(number as usize)
    }

    /// Puts the links from `start` on into advertisement container `slot`, those that are in none yet.
    pub(super) fn put_in_slot(&mut self, start: usize, slot: u32) {
        for link in self.kept.iter_mut().skip(start) {
            if link.slot.is_none() {
                link.slot = Some(slot);
            }
            link.sponsored = true;
        }
    }

    /// Whether an address belongs to another registrable domain than the page's.
    pub(super) fn is_third_party(&self, number: u32) -> bool {
        self.get(number)
            .is_some_and(|link| registrable(&link.url) != registrable(&self.base))
    }

    /// All links, their container numbers put through `renumber`, and a note if some were left out.
    pub(super) fn finish(
        mut self,
        renumber: impl Fn(u32) -> Option<u32>,
        notes: &mut Vec<Note>,
    ) -> Vec<Link> {
        for link in &mut self.kept {
            if let Some(slot) = link.slot {
                link.slot = renumber(slot);
            }
        }
        if self.left_out > 0 {
            let message = format!("{} links beyond {MOST_LINKS} left out", self.left_out);
            notes.push(Note::new("links-cut", message));
        }
        self.kept
    }
}

fn registrable(url: &Url) -> String {
    match url.host() {
        Some(Host::Domain(name)) => psl::domain_str(name).unwrap_or(name).to_owned(),
        Some(host) => host.to_string(),
        None => String::new(),
    }
}

/// Whether an address reaches a person rather than a page.
fn is_contact(url: &Url) -> bool {
    if matches!(
        url.scheme(),
        "mailto" | "tel" | "sms" | "tencent" | "mqqwpa" | "weixin" | "tg" | "whatsapp"
    ) {
        return true;
    }
    matches!(
        url.host_str(),
        Some("wpa.qq.com" | "t.me" | "telegram.me" | "wa.me" | "api.whatsapp.com" | "jq.qq.com")
    )
}

/// The address of a `<meta http-equiv=refresh>`.
pub(super) fn refresh_address(content: &str) -> Option<&str> {
    let at = content.to_ascii_lowercase().find("url")?;
    let rest = content
        .get(at + 3..)?
        .trim_start()
        .strip_prefix('=')?
        .trim();
    let address = rest.trim_matches(['"', '\'']).trim();
    (!address.is_empty()).then_some(address)
}

/// The address a small script sends the reader to without being asked. Scripts with functions other than the one they
/// call themselves wait for something.
pub(super) fn script_redirect(code: &str) -> Option<String> {
    static JUMP: LazyLock<Regex> = LazyLock::new(|| {
        constant(concat!(
            r"(?:^|[^\w.])(?:(?:window|self|top|parent|document)\s*\.\s*)?location(?:\s*\.\s*href)?",
            r#"\s*(?:=|\.\s*(?:replace|assign)\s*\()\s*["']([^"'\s]{1,900})["']"#,
        ))
    });
    if code.len() > 1_500 || !code.contains("location") {
        return None;
    }
    let waits =
        code.contains("function") && !code.contains("setTimeout") && !code.contains("(function");
    if waits {
        return None;
    }
    JUMP.captures(code)
        .and_then(|found| found.get(1))
        .map(|address| address.as_str().to_owned())
}

/// Text of an anchor while it is open.
#[derive(Debug, Default)]
pub(super) struct AnchorText {
    run: Run,
    /// What stands for the text where there is none: an image's alternative text, a title.
    pub(super) stand_in: String,
}

impl AnchorText {
    /// Appends text.
    pub(super) fn push(&mut self, text: &str) {
        self.run.push(text, None);
    }

    /// The text with its number of characters, and whether it is the stand-in.
    pub(super) fn take(&mut self) -> (String, u32, bool) {
        match self.run.take() {
            Some(Taken { text, chars, .. }) => {
                self.stand_in.clear();
                (text, chars, false)
            }
            None => (std::mem::take(&mut self.stand_in), 0, true),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links() -> Links {
        Links::new(&Url::parse("https://www.qingshan.test/a/b.html").expect("url"))
    }

    #[test]
    fn addresses_are_made_absolute() {
        for (href, wanted) in [
            ("c.html#top", Some("https://www.qingshan.test/a/c.html")),
            ("//cdn.test/x", Some("https://cdn.test/x")),
            (" /d?e=1 ", Some("https://www.qingshan.test/d?e=1")),
            ("#top", None),
            ("JavaScript:void(0)", None),
            ("mailto:a@b.test", None),
            ("http://", None),
            ("", None),
        ] {
            let found = links().resolve(href).map(String::from);
            assert_eq!(found.as_deref(), wanted, "{href}");
        }
    }

    #[test]
    fn the_first_base_counts() {
        let mut links = links();
        links.set_base("/base/");
        links.set_base("/other/");
        let number = links.add("x", LinkKind::Anchor, false, None).expect("link");
        assert_eq!(links.get(number).expect("link").url.path(), "/base/x");
    }

    #[test]
    fn refreshes() {
        assert_eq!(refresh_address("0; URL='/go'"), Some("/go"));
        assert_eq!(
            refresh_address("5;url=https://x.test/"),
            Some("https://x.test/")
        );
        assert_eq!(refresh_address("5"), None);
    }

    #[test]
    fn script_redirects() {
        for (code, wanted) in [
            (
                "window.location.href = 'https://x.test/';",
                Some("https://x.test/"),
            ),
            ("location.replace(\"/m/\")", Some("/m/")),
            (
                "setTimeout(function(){ top.location='/go' }, 10)",
                Some("/go"),
            ),
            ("function go(){ location.href='/later' }", None),
            ("var mylocation = 'here'", None),
            ("if (location.href == 'x') {}", None),
        ] {
            assert_eq!(script_redirect(code).as_deref(), wanted, "{code}");
        }
    }

    #[test]
    fn links_are_bounded_with_a_note() {
        let mut links = links();
        for i in 0..MOST_LINKS + 3 {
            links.add(&format!("/{i}"), LinkKind::Anchor, false, None);
        }
        let mut notes = Vec::new();
        assert_eq!(links.finish(Some, &mut notes).len(), MOST_LINKS);
        assert_eq!(notes.first().map(|n| n.code), Some("links-cut"));
    }
}
