//! What a careful officer wrote down about the practice web, against what the patrol finds.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use wangxun::fetch::{FetchSettings, Fetcher, charset};
use wangxun::model::custody::Actor;
use wangxun::model::monitor::Silent;
use wangxun::model::seed::PatrolList;
use wangxun::model::spent::Spent;
use wangxun::model::target::{Target, TargetSource};
use wangxun::patrol::inspect::Inspector;
use wangxun::patrol::order::{Order, carry_out};
use wangxun::patrol::pipeline::PatrolSettings;
use wangxun::patrol::rendering::Browser;
use wangxun::practice::{self, Bind, ExpectedPage, Outcome, Reach, expected};
use wangxun::storage::index::ItemQuery;
use wangxun::storage::store::Store;
use wangxun::storage::verify;
use wangxun::{page, seeds};

/// What the audit does not reach yet. The list may only shrink.
const KNOWN_FAULTS: &str = include_str!("known_faults.txt");

fn inspector() -> Inspector {
    let registers = seeds::load_registers(None).expect("registers").value;
    Inspector::compile(None, registers).expect("lexicons")
}

fn target(list: &PatrolList, url: &url::Url) -> (usize, Target) {
    let at = list
        .seeds
        .iter()
        .position(|s| s.start_urls.iter().any(|u| u.host_str() == url.host_str()))
        .unwrap_or(0);
    let target = Target {
        url: url.clone(),
        seed_id: list.seeds[at].id.clone(),
        depth: 0,
        offsite: 1,
        source: TargetSource::AdLanding,
        referrer: None,
        priority: 0,
        vantage: 0,
    };
    (at, target)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_judged_as_an_officer_would() {
    let served = practice::serve(Bind::default())
        .await
        .expect("practice web");
    let mut list = practice::patrol_list(&served);
    for seed in &mut list.seeds {
        seed.pace.interval = Duration::ZERO;
        seed.scope.offsite_hops = 9;
        seed.budget.depth = 99;
        seed.resolve = served.overrides();
    }
    let fetcher = Fetcher::new(&FetchSettings::new("test")).expect("fetcher");
    let inspector = inspector();
    let day = chrono::NaiveDate::from_ymd_opt(2026, 11, 23).expect("a day");
    let expected = expected().expect("expectations");
    let mut faults = Vec::new();
    let mut judged = 0;
    let read = |p: &&ExpectedPage| p.outcome == Outcome::Read && !p.rendered && !p.image;
    for wanted in expected.pages.iter().filter(read) {
        let url = url::Url::parse(&wanted.url).expect("address");
        let (at, target) = target(&list, &url);
        let mut visit = fetcher
            .visit(&list.seeds[at], &target, &Spent::default())
            .await;
        if let Some(wait) = visit.retry_after {
            tokio::time::sleep(wait.min(Duration::from_secs(3))).await;
            visit = fetcher
                .visit(&list.seeds[at], &target, &Spent::default())
                .await;
        }
        let capture = match visit.outcome {
            Ok(capture) => capture,
            Err(reason) => {
                faults.push(format!("{url}: not read: {reason}"));
                continue;
            }
        };
        let last = capture.last().expect("an answer");
        let decoded = charset::decode(
            last.content(),
            last.header("content-type"),
            Some("test"),
            false,
        );
        let page = page::read(&decoded.text, &last.url);
        let verdict = inspector.inspect_page(&page, &last.url, day);
        faults.extend(
            expected
                .faults(wanted, &page, &verdict)
                .into_iter()
                .map(|f| format!("{url}: {f}")),
        );
        judged += 1;
    }
    println!(
        "{judged} pages judged, {} differ in something",
        faults.len()
    );
    let known: BTreeSet<&str> = KNOWN_FAULTS
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .collect();
    let new: Vec<&String> = faults
        .iter()
        .filter(|f| !known.contains(f.as_str()))
        .collect();
    let mended: Vec<&&str> = known
        .iter()
        .filter(|k| !faults.iter().any(|f| f == **k))
        .collect();
    assert!(new.is_empty(), "{} new faults:\n{new:#?}", new.len());
    assert!(
        mended.is_empty(),
        "strike these from known_faults.txt, they are mended:\n{mended:#?}"
    );
}

/// The address as the expectations name it: parameters that only count clicks are left off.
fn named(expected: &wangxun::practice::Expected, url: &str) -> String {
    let mut plain = url::Url::parse(url).expect("address");
    if expected.page(&plain).is_none_or(|p| p.url != url) {
        plain.set_query(None);
    }
    plain.to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_finds_the_guilty_and_leaves_the_innocent() {
    let served = practice::serve(Bind::default())
        .await
        .expect("practice web");
    let mut list = practice::patrol_list(&served);
    for seed in &mut list.seeds {
        seed.pace.interval = seed.pace.interval.min(Duration::from_millis(20));
    }
    let home = tempfile::tempdir().expect("folder");
    let store = Store::open(home.path(), "main", Actor::patrol(""), &Silent)
        .expect("store")
        .0;
    let store = Arc::new(store);
    let browser = crate::fetch::browser::installed();
    let renders = matches!(browser, Browser::Use(_));
    if !renders {
        println!("skipped: rendered pages, no browser is installed");
    }
    let images = crate::vision::images();
    let reads = images.missing.is_none();
    if let Some(why) = &images.missing {
        println!("skipped: text in images, {why}");
    }
    let order = Order {
        list,
        fresh: false,
        settings: PatrolSettings {
            retries: 1,
            retry_wait: Duration::from_millis(200),
            longest_wait: Duration::from_secs(4),
            ..PatrolSettings::default()
        },
        fetch: {
            let mut fetch = FetchSettings::new("test");
            fetch.longest_interval = Duration::from_millis(500);
            fetch
        },
        store: Arc::clone(&store),
        browser: browser.clone(),
        inspector: Arc::new(inspector()),
        images,
        monitor: Arc::new(Silent),
        networks: None,
        legal_basis: vec!["练习".to_owned()],
        watching: None,
    };
    let (_keep, stop) = watch::channel(false);
    let summary = carry_out(order, stop).await.expect("patrol");
    assert!(summary.complete, "{summary:?}");
    let items = store.index().items(&ItemQuery::default()).expect("items");
    let expected = expected().expect("expectations");
    // Pages that were kept for a warning of opinion alone accuse nobody.
    let guilty = items.iter().filter(|i| i.findings > 0);
    let found: BTreeSet<String> = guilty.map(|i| named(&expected, &i.url)).collect();
    let shown_to_some = || {
        let pages = expected.pages.iter().filter(|p| p.finding);
        pages.filter_map(|p| p.shown_at.clone())
    };
    let must: BTreeSet<String> = expected
        .pages
        .iter()
        .filter(|p| p.finding && p.reach == Reach::Must && p.outcome == Outcome::Read)
        .filter(|p| renders || !p.rendered)
        .filter(|p| reads || !p.image)
        .map(|p| p.url.clone())
        .chain(shown_to_some())
        .collect();
    let may: BTreeSet<String> = expected
        .pages
        .iter()
        .filter(|p| p.finding)
        .map(|p| p.url.clone())
        .chain(shown_to_some())
        .collect();
    let missed: Vec<&String> = must.difference(&found).collect();
    let accused: Vec<&String> = found.difference(&may).collect();
    assert!(
        missed.is_empty() && accused.is_empty(),
        "missed {missed:#?}\naccused {accused:#?}"
    );
    for code in ["robots", "robots-unreachable", "challenge", "trap"] {
        assert!(
            summary.skipped.contains_key(code),
            "no {code} in {:?}",
            summary.skipped
        );
    }
    drop(store);
    let home = wangxun::storage::home::Home::read_only(home.path()).expect("home");
    let report = verify::verify_store(&home, &Silent).expect("verify");
    assert_eq!(report.outcome(), verify::Outcome::Pass, "{report:#?}");
    // What the patrol wrote, before the programs of others.
    let judged = crate::storage::judges_home::judge_home(home.root(), 5);
    assert!(judged.items > 0 && judged.warcs > 0, "{judged:?}");
    println!("judged: {judged:?}");
}
