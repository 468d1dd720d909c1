//! Any text is read as a sitemap: bounded, web addresses only. The same bytes are read as a spreadsheet of tips.
#![no_main]

use libfuzzer_sys::fuzz_target;
use url::Url;
use wangxun::page::sitemap::{self, MOST_ADDRESSES};
use wangxun::seeds::{TipForm, read_tips};

fuzz_target!(|bytes: &[u8]| {
    let url = Url::parse("https://fuzz.test/a/sitemap.xml").expect("an address");
    let read = sitemap::read(&String::from_utf8_lossy(bytes), &url);
    assert!(read.pages.len() + read.sitemaps.len() <= MOST_ADDRESSES);
    for entry in read.pages.iter().chain(&read.sitemaps) {
        assert!(matches!(entry.url.scheme(), "http" | "https"));
    }
    let tips = read_tips(bytes, "fuzz.csv", &TipForm::default()).value;
    assert!(tips.iter().flat_map(|tip| &tip.url).all(|url| url.has_host()));
});
