//! Any bytes are read as a page and judged; every quote is the slice of the page's text that its offsets name.
#![no_main]

use chrono::NaiveDate;
use libfuzzer_sys::fuzz_target;
use url::Url;
use wangxun::fetch::charset;
use wangxun::page;
use wangxun_fuzz::{inspector, is_slice};

fuzz_target!(|bytes: &[u8]| {
    let url = Url::parse("https://fuzz.test/a/").expect("an address");
    let html = charset::decode(bytes, None, None, false).text;
    let page = page::read(&html, &url);
    let verdict = inspector().inspect_page(&page, &url, NaiveDate::MIN);
    for finding in verdict.findings.iter().chain(&verdict.signals) {
        is_slice(&page.text, &finding.span);
        assert_eq!(page.text[finding.span.clone()], finding.quote);
    }
});
