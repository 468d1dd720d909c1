//! Advertisement slots: signals, marks, where they lead, campaigns.

use std::collections::BTreeSet;
use std::path::Path;
use url::Url;
use wangxun::lexicons::rulebook;
use wangxun::model::ad::{Ad, AdLabel, AdList, AdSignalKind};
use wangxun::page::ads::{AdEngine, campaign};
use wangxun::page::read_with;

fn built_in() -> AdEngine {
    AdEngine::compile(&rulebook::load(None).expect("embedded lexicons").ad_lists)
}

fn ads(html: &str, engine: &AdEngine) -> Vec<Ad> {
    let base = Url::parse("http://www.qingshan.test/news/").expect("url");
    read_with(html, &base, Some(engine)).ads
}

/// The slots that stand on the practice web: page, slot, landing address. Written from the pages, not from the program.
const PLANTED: [(&str, u32, &str); 5] = [
    (
        "soudao.test/s/index.html",
        0,
        "http://yejin.test/offer.html",
    ),
    (
        "xugou-online.test/index.html",
        0,
        "http://liandian.test/c/1001",
    ),
    ("xugou-online.test/index.html", 1, "http://zhayan.test/"),
    (
        "xugou-online.test/index.html",
        2,
        "http://liandian.test/c/1003",
    ),
    (
        "xugou-online.test/news/harvest.html",
        0,
        "http://liandian.test/c/1001",
    ),
];

fn collect(dir: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(dir).expect("folder").flatten() {
        match entry.path() {
            path if path.is_dir() => collect(&path, found),
            path if path.extension().is_some_and(|e| e == "html") => found.push(path),
            _ => {}
        }
    }
}

#[test]
fn every_planted_slot_is_found_and_none_invented() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds/practice/sites");
    let engine = built_in();
    let mut files = Vec::new();
    collect(&root, &mut files);
    assert!(files.len() > 50, "{}", files.len());
    let mut found = BTreeSet::new();
    for file in files {
        let name = file
            .strip_prefix(&root)
            .expect("below")
            .to_string_lossy()
            .into_owned();
        let base = Url::parse(&format!("http://{name}")).expect("url");
        let bytes = std::fs::read(&file).expect("readable");
        for ad in read_with(&String::from_utf8_lossy(&bytes), &base, Some(&engine)).ads {
            assert!(ad.is_paid() && ad.label == AdLabel::Shown, "{name}: {ad:?}");
            let landing = ad.landing().map(Url::to_string).unwrap_or_default();
            found.insert((name.clone(), ad.slot, landing));
        }
    }
    let planted = PLANTED.map(|(page, slot, landing)| (page.to_owned(), slot, landing.to_owned()));
    assert_eq!(found, BTreeSet::from(planted));
}

#[test]
fn network_and_cosmetic_rules_open_slots_and_are_named() {
    let engine = built_in();
    let html = "<p>今天多云。</p><div><script src='//cpro.baidustatic.com/cpro/ui/c.js'></script></div>\
        <iframe src='http://pos.baidu.com/s?x=1'></iframe><div id='BAIDU_UNION_77'><a href='http://shop.example/'>买米</a></div>\
        <a href='http://click.mediav.com/c?u=http%3A%2F%2Fshop.example%2F'><img src='/pic.png'></a>\
        <a href='http://union.baidu.com/'>百度联盟</a>";
    let found = ads(html, &engine);
    let first = |kind| found.iter().filter(|ad| ad.has(kind)).count();
    assert_eq!(found.len(), 4, "{found:#?}");
    assert_eq!(first(AdSignalKind::NetworkRule), 3, "{found:#?}");
    assert_eq!(first(AdSignalKind::CosmeticRule), 1, "{found:#?}");
    assert!(
        found
            .iter()
            .flat_map(|ad| &ad.signals)
            .any(|s| s.detail.contains("pos.baidu.com"))
    );
    assert_eq!(
        found[3].landing().map(Url::as_str),
        Some("http://shop.example/")
    );
}

#[test]
fn lists_of_the_office_count_and_broken_lines_do_no_harm() {
    let html = "<div class='hero-x'><a href='http://shop.example/'>买米</a></div>";
    assert!(ads(html, &built_in()).is_empty());
    let text = "! own\n##.hero-x\n##div:::((\n||\n@@\n/[/\n##.a:has-text(/[/)\n".to_owned();
    let name = "own.txt".to_owned();
    let engine = AdEngine::compile(&[AdList { name, text }]);
    assert!(ads(html, &engine)[0].has(AdSignalKind::CosmeticRule));
}

#[test]
fn only_text_without_a_mark_lacks_it() {
    let engine = built_in();
    let slot = |inner: &str| {
        let html = format!("<p>正文。</p><div class='ad-slot'>{inner}</div>");
        ads(&html, &engine)[0].label
    };
    let link = "<a rel=sponsored href='http://shop.example/'>新米上市</a>";
    assert_eq!(slot(link), AdLabel::Missing);
    assert_eq!(slot(&format!("<i>广告</i>{link}")), AdLabel::Shown);
    assert_eq!(slot(&format!("【推广】{link}")), AdLabel::Shown);
    assert_eq!(
        slot(&format!("<i class='ad-icon'></i>{link}")),
        AdLabel::Unknown
    );
    assert_eq!(
        slot("<a href='http://shop.example/'><img src=x.png></a>"),
        AdLabel::Unknown
    );
    let styled = format!(
        "<style>.ad-slot::after{{content: '广告'}}</style><div class='ad-slot'>{link}</div>"
    );
    assert_eq!(ads(&styled, &engine)[0].label, AdLabel::Unknown);
}

#[test]
fn one_campaign_over_many_slots() {
    let engine = built_in();
    let html = "<div class=ad-slot><a href='http://c1.test/?url=http%3A%2F%2Fwww.shop.example%2Fa'>新米 上市</a></div>\
        <div class=ad-slot><a href='http://m.shop.example/b'>新米上市！</a></div>\
        <div class=ad-slot><a href='http://m.shop.example/b'>旧米清仓</a></div>";
    let keys: Vec<_> = ads(html, &engine).iter().map(campaign).collect();
    assert_eq!(keys.len(), 3);
    assert!(
        keys[0].is_some() && keys[0] == keys[1] && keys[1] != keys[2],
        "{keys:?}"
    );
}

/// Prints what the lists cost (run with `--no-capture`): building, and each page with them against without.
#[test]
fn cost_stays_small() {
    let started = std::time::Instant::now();
    let engine = built_in();
    let build = started.elapsed();
    let links: String = (0..300)
        .map(|i| format!("<li class='c{i}'><a href='http://s{i}.example/{i}'>标题{i}</a></li>"))
        .collect();
    let base = Url::parse("http://www.qingshan.test/").expect("url");
    let time = |engine: Option<&AdEngine>| {
        let started = std::time::Instant::now();
        for _ in 0..20 {
            assert!(read_with(&links, &base, engine).ads.is_empty());
        }
        started.elapsed() / 20
    };
    let (without, with) = (time(None), time(Some(&engine)));
    println!(
        "engine built in {build:?}; a page of 300 links {without:?} without, {with:?} with lists"
    );
    assert!(build.as_secs() < 5);
}
