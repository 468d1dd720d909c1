//! Where an advertisement's link leads: addresses that click counters carry in their parameters.
//!
//! Many networks encrypt the address (Baidu `link?url=`, Sogou `link?url=`, Alimama `e=`): nothing is decoded there. What
//! is carried openly is read, whatever the network: percent-encoded once or twice, or in base64 of either alphabet.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use url::{Host, Url};

/// Parameters in which click counters carry the address, most telling first: `adurl` Google, `target` Zhihu and CSDN,
/// `pfurl` QQ mail, the others are common to counters of all kinds.
const NAMES: [&str; 22] = [
    "adurl",
    "landing",
    "landing_url",
    "lp",
    "dest",
    "destination",
    "target",
    "targeturl",
    "redirect",
    "redirect_url",
    "redirect_uri",
    "redirecturl",
    "goto",
    "gourl",
    "jump",
    "jumpurl",
    "to",
    "tourl",
    "pfurl",
    "link",
    "url",
    "u",
];
/// Addresses followed inside of one another.
const DEEPEST: usize = 4;
/// Longest parameter looked at, in bytes.
const LONGEST: usize = 4_000;

/// The address itself, then those carried in it, outermost first.
pub fn landing_chain(address: &Url, page: &Url) -> Vec<Url> {
    let mut chain = vec![address.clone()];
    while chain.len() <= DEEPEST {
        let Some(next) = chain.last().and_then(|last| carried(last, page)) else {
            break;
        };
        if chain.contains(&next) {
            break;
        }
        chain.push(next);
    }
    chain
}

/// The address that `address` carries: another site than its own and than the page's (`u=` often names the page).
fn carried(address: &Url, page: &Url) -> Option<Url> {
    let pairs: Vec<(String, String)> = address
        .query_pairs()
        .take(60)
        .map(|(name, value)| (name.to_ascii_lowercase(), value.into_owned()))
        .collect();
    NAMES.iter().find_map(|wanted| {
        let values = pairs.iter().filter(|(name, _)| name == wanted);
        values.filter_map(|(_, value)| decoded(value)).find(|url| {
            let site = registrable(url);
            site != registrable(address) && site != registrable(page)
        })
    })
}

/// An address written in a parameter.
fn decoded(value: &str) -> Option<Url> {
    if value.len() > LONGEST {
        return None;
    }
    if let Some(url) = absolute(value) {
        return Some(url);
    }
    // Percent-encoded twice: the first layer went with the query.
    if value.contains("%3A") || value.contains("%3a") {
        let twice = format!("v={value}");
        let (_, value) = url::form_urlencoded::parse(twice.as_bytes()).next()?;
        return absolute(&value);
    }
    let letters = value.trim_end_matches('=');
    let bytes = STANDARD_NO_PAD
        .decode(letters)
        .or_else(|_| URL_SAFE_NO_PAD.decode(letters))
        .ok()?;
    absolute(std::str::from_utf8(&bytes).ok()?)
}

fn absolute(text: &str) -> Option<Url> {
    let text = text.trim();
    let head = text.get(..8)?.to_ascii_lowercase();
    if !head.starts_with("http://") && !head.starts_with("https://") {
        return None;
    }
    let mut url = Url::parse(text).ok()?;
    url.set_fragment(None);
    url.has_host().then_some(url)
}

/// The registrable domain of an address; for an IP address the address.
pub(super) fn registrable(url: &Url) -> String {
    match url.host() {
        Some(Host::Domain(name)) => psl::domain_str(name).unwrap_or(name).to_owned(),
        Some(host) => host.to_string(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn chain(address: &str) -> Vec<String> {
        let page = Url::parse("http://news.test/a.html").expect("url");
        let address = Url::parse(address).expect("url");
        let chain = landing_chain(&address, &page);
        chain.into_iter().skip(1).map(String::from).collect()
    }

    #[test]
    fn open_parameters_are_read() {
        for address in [
            "http://click.test/c?id=1&url=http%3A%2F%2Fshop.example%2Fbuy",
            "http://click.test/c?TARGET=http://shop.example/buy",
            "http://click.test/c?to=http%253A%252F%252Fshop.example%252Fbuy",
            "http://click.test/c?u=aHR0cDovL3Nob3AuZXhhbXBsZS9idXk=",
            "http://click.test/c?u=aHR0cDovL3Nob3AuZXhhbXBsZS9idXk",
        ] {
            assert_eq!(chain(address), ["http://shop.example/buy"], "{address}");
        }
    }

    #[test]
    fn chains_are_followed_and_end() {
        let inner = "http%3A%2F%2Fb.example%2Fc%3Fu%3Dhttp%253A%252F%252Fshop.test%252F";
        let found = chain(&format!("http://click.test/c?url={inner}"));
        assert_eq!(found.last().map(String::as_str), Some("http://shop.test/"));
    }

    #[test]
    fn what_is_no_landing_is_not_invented() {
        for address in [
            "http://click.test/c?url=Xk29sQpqv8yWzA",
            "http://click.test/c?u=http%3A%2F%2Fwww.news.test%2Fa.html",
            "http://click.test/c?u=http%3A%2F%2Fclick.test%2Fhome",
            "http://click.test/c?url=/local",
            "http://click.test/c?ref=http%3A%2F%2Fshop.example%2F",
            "http://click.test/c?url=javascript:alert(1)",
        ] {
            assert!(chain(address).is_empty(), "{address}");
        }
    }

    proptest! {
        #[test]
        fn any_query_is_survived(query in "\\PC{0,200}") {
            let mut address = Url::parse("http://click.test/c").expect("url");
            address.set_query(Some(&query));
            let page = Url::parse("http://news.test/").expect("url");
            prop_assert!(landing_chain(&address, &page).len() <= DEEPEST + 1);
        }
    }
}
