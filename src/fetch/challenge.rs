//! Pages that a server shows instead of the page: cookie walls, captchas, script challenges, login walls. They are
//! reported as blocked, never judged as the page.

use crate::model::capture::Exchange;
use aho_corasick::AhoCorasick;
use encoding_rs::GBK;
use std::borrow::Cow;
use std::sync::LazyLock;
use url::Url;

/// Bytes of a page that are looked at.
const LOOKED_AT: usize = 64 * 1024;
/// Characters of visible text below which a page holds nothing but its challenge.
const SHORT: usize = 200;

/// Marks in markup that only a challenge has: (mark, name). Lower case.
const MARKS: [(&str, &str); 11] = [
    ("_cf_chl_opt", "Cloudflare challenge"),
    ("/cdn-cgi/challenge-platform/", "Cloudflare challenge"),
    ("__jsl_clearance", "Jiasule cookie wall"),
    ("acw_sc__v2", "Aliyun script challenge"),
    ("acw_sc__v3", "Aliyun script challenge"),
    ("$_ts=window", "script challenge"),
    ("window['$_ts']", "script challenge"),
    ("wzws-waf-cgi", "Wangzhan Weishi challenge"),
    ("/_guard/", "guard challenge"),
    ("yunsuo_session", "Yunsuo cookie wall"),
    ("safedog-flow-item", "Safedog wall"),
];
/// Words in markup that make a page without text of its own a captcha page.
const CAPTCHA_WORDS: [&str; 9] = [
    "captcha",
    "geetest",
    "人机验证",
    "安全验证",
    "滑动验证",
    "滑块验证",
    "请输入验证码",
    "访问过于频繁",
    "verify you are human",
];
/// Parts of addresses where people log in.
const LOGIN_PATHS: [&str; 6] = ["login", "signin", "sign-in", "passport", "sso", "denglu"];

/// A script that sets a cookie.
const SETS_COOKIE: [&str; 2] = ["document.cookie=", "document.cookie ="];

/// All words that can make a page suspicious, in UTF-8 and (where it differs) in GBK, found in one pass: most
/// pages hold none of them and are looked at no further.
static SUSPICIONS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let marks = MARKS.iter().map(|(mark, _)| *mark);
    let words = marks
        .chain(CAPTCHA_WORDS)
        .chain(SETS_COOKIE)
        .chain(["password"]);
    let patterns: Vec<Vec<u8>> = words
        .flat_map(|word| [word.as_bytes().to_vec(), GBK.encode(word).0.into_owned()])
        .collect();
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .build(patterns)
        .ok()
});

/// What kind of challenge the last answer of a visit to `requested` is; `None` when it is a page.
pub(super) fn challenge(requested: &Url, exchange: &Exchange) -> Option<String> {
    if let Some(kind) = by_head(exchange) {
        return Some(kind.to_owned());
    }
    let content = exchange.content();
    let head = content.get(..LOOKED_AT).unwrap_or(content);
    let suspicious = SUSPICIONS.as_ref().is_none_or(|words| words.is_match(head));
    if !suspicious && !matches!(exchange.status, 412 | 521) {
        return None;
    }
    let markup = text_of(head).to_ascii_lowercase();
    by_markup(exchange.status, &markup)
        .or_else(|| login_wall(requested, exchange, &markup))
        .map(str::to_owned)
}

/// The markup as text: UTF-8, or else GBK.
fn text_of(head: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(head) {
        Err(error) if error.error_len().is_some() => GBK.decode_without_bom_handling(head).0,
        _ => String::from_utf8_lossy(head),
    }
}

fn by_head(exchange: &Exchange) -> Option<&'static str> {
    let mitigated = exchange.header("cf-mitigated");
    if mitigated.is_some_and(|said| said.eq_ignore_ascii_case("challenge")) {
        return Some("Cloudflare challenge");
    }
    match exchange.status {
        401 => Some("login wanted (401)"),
        407 => Some("the proxy wants a login (407)"),
        521 if exchange.header("set-cookie").is_some() => Some("cookie wall (521)"),
        _ => None,
    }
}

fn by_markup(status: u16, markup: &str) -> Option<&'static str> {
    let has = |mark: &str| markup.contains(mark);
    let empty = visible_chars(markup, SHORT) < SHORT;
    if empty && let Some((_, name)) = MARKS.iter().find(|(mark, _)| has(mark)) {
        return Some(name);
    }
    let scripted = has("<script");
    if matches!(status, 412 | 521) && scripted {
        return Some("script challenge");
    }
    // Every second login form has a captcha: only a page that holds nothing else is one.
    if empty && CAPTCHA_WORDS.iter().any(|word| has(word)) {
        return Some("captcha");
    }
    let reloads = has("location.reload") || has("location.href") || has("location.replace");
    let sets_cookie = SETS_COOKIE.iter().any(|word| has(word));
    let bare = visible_chars(markup, SHORT / 4) < SHORT / 4;
    (bare && scripted && reloads && sets_cookie).then_some("script sets a cookie and reloads")
}

/// A redirect from another page to one where people log in, with a password field.
fn login_wall(requested: &Url, exchange: &Exchange, markup: &str) -> Option<&'static str> {
    let login = |url: &Url| {
        let path = url.path().to_ascii_lowercase();
        let host = url.host_str().unwrap_or_default();
        let first = host.split('.').next().unwrap_or_default();
        LOGIN_PATHS
            .iter()
            .any(|word| path.contains(word) || first == *word)
    };
    let sent_there = login(&exchange.url) && !login(requested);
    let asks = markup.contains("type=\"password\"")
        || markup.contains("type='password'")
        || markup.contains("type=password");
    (sent_there && asks).then_some("login wall")
}

/// Rough number of characters that a reader would see: outside tags, scripts and styles. Counts no further than
/// `enough`.
fn visible_chars(markup: &str, enough: usize) -> usize {
    let mut seen = 0;
    let mut rest = markup;
    while let Some((text, tail)) = rest.split_once('<') {
        seen += count(text);
        if seen >= enough {
            return seen;
        }
        let closing = ["script", "style", "title"]
            .iter()
            .find(|name| tail.starts_with(**name))
            .map(|name| format!("</{name}"));
        let tail = match &closing {
            Some(end) => tail.split_once(end.as_str()).map_or("", |(_, after)| after),
            None => tail,
        };
        rest = tail.split_once('>').map_or("", |(_, after)| after);
    }
    seen + count(rest)
}

fn count(text: &str) -> usize {
    text.chars().filter(|c| !c.is_whitespace()).count()
}

#[cfg(test)]
mod tests {
    use super::{challenge, visible_chars};
    use crate::model::capture::Exchange;
    use chrono::Utc;
    use proptest::prelude::*;
    use url::Url;

    fn verdict(
        from: &str,
        to: &str,
        status: u16,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Option<String> {
        verdict_of(from, to, status, headers, body.as_bytes().to_vec())
    }

    fn verdict_of(
        from: &str,
        to: &str,
        status: u16,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Option<String> {
        let url = |text: &str| Url::parse(text).expect("test address");
        let exchange = Exchange {
            url: url(to),
            request_head: Vec::new(),
            http_version: "HTTP/1.1",
            status,
            headers: headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.as_bytes().to_vec()))
                .collect(),
            body,
            decoded: None,
            truncated: None,
            server: None,
            tls_chain: Vec::new(),
            started: Utc::now(),
            ended: Utc::now(),
        };
        challenge(&url(from), &exchange)
    }

    const PAGE: &str = "http://a.test/p";

    #[test]
    fn challenges_are_known() {
        let jsl = "<script>document.cookie='__jsl_clearance_s=1';location.href=location.pathname</script>";
        let form = "<form><input type=\"password\"></form>";
        let bare = "<html><script>document.cookie='v=1';location.reload()</script></html>";
        for (to, status, headers, body) in [
            (PAGE, 521, &[("Set-Cookie", "__jsluid_h=1")][..], "x"),
            (PAGE, 521, &[], jsl),
            (PAGE, 200, &[], jsl),
            (
                PAGE,
                412,
                &[],
                "<meta id=x><script>$_ts=window['$_ts']</script>",
            ),
            (PAGE, 403, &[("CF-Mitigated", "challenge")], "wait"),
            (
                PAGE,
                503,
                &[],
                "<title>Just a moment...</title><script>window._cf_chl_opt={}</script>",
            ),
            (
                PAGE,
                200,
                &[],
                "<title>安全验证</title><div id=captcha></div><p>请完成验证</p>",
            ),
            (PAGE, 401, &[], ""),
            (PAGE, 200, &[], bare),
            ("http://a.test/user/login?back=/p", 200, &[], form),
            ("http://passport.a.test/", 200, &[], form),
        ] {
            assert!(
                verdict(PAGE, to, status, headers, body).is_some(),
                "{status} {body}"
            );
        }
    }

    #[test]
    fn a_captcha_page_in_gbk_is_known() {
        let page = "<title>提示</title><p>访问过于频繁，请稍后</p>";
        let gbk = encoding_rs::GBK.encode(page).0.into_owned();
        assert!(verdict_of(PAGE, PAGE, 200, &[], gbk).is_some());
    }

    #[test]
    fn pages_are_no_challenges() {
        let text = format!("<p>{}</p>", "年化收益百分之十二,注册即送红包。".repeat(20));
        let with_form = format!("{text}<form><input type=password><img src=/captcha.png></form>");
        let login = "http://a.test/login";
        for (from, to, status, body) in [
            (PAGE, PAGE, 200, text.as_str()),
            (PAGE, PAGE, 200, with_form.as_str()),
            (login, login, 200, "<form><input type=password></form>"),
            (PAGE, PAGE, 404, "<h1>404</h1>"),
            (PAGE, PAGE, 403, "<h1>Forbidden</h1>"),
            (PAGE, PAGE, 200, "<script>var a=1</script>"),
            (PAGE, PAGE, 200, ""),
        ] {
            assert_eq!(
                verdict(from, to, status, &[], body),
                None,
                "{status} {body}"
            );
        }
    }

    #[test]
    fn visible_text_is_counted() {
        let markup = "<p>保本</p><script>if(a<b){}</script> ab<style>x";
        assert_eq!(visible_chars(markup, 9), 4);
        assert_eq!(visible_chars("<", 9), 0);
    }

    proptest! {
        #[test]
        fn any_markup_is_survived(markup in "[<>/a-z\"= ]{0,120}") {
            let _ = verdict(PAGE, PAGE, 200, &[], &markup);
        }
    }
}
