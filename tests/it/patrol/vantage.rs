//! Pages that show themselves differently to others, and pages that only fit themselves to the screen.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use wangxun::fetch::FetchSettings;
use wangxun::model::custody::Actor;
use wangxun::model::monitor::Silent;
use wangxun::model::seed::PatrolList;
use wangxun::patrol::inspect::Inspector;
use wangxun::patrol::order::{Order, carry_out};
use wangxun::patrol::pipeline::PatrolSettings;
use wangxun::patrol::rendering::Browser;
use wangxun::patrol::summary::RunSummary;
use wangxun::practice::{self, Bind};
use wangxun::seeds;
use wangxun::signals::networks::Networks;
use wangxun::storage::index::ItemQuery;
use wangxun::storage::index::signals::SignalQuery;
use wangxun::storage::seal::Sealed;
use wangxun::storage::store::Store;
use wangxun::storage::verify;
use wangxun::wire::signal::StoredSignal;

pub fn inspector() -> Inspector {
    let registers = seeds::load_registers(None).expect("registers").value;
    Inspector::compile(None, registers).expect("lexicons")
}

pub fn open(home: &std::path::Path) -> Arc<Store> {
    let store = Store::open(home, "main", Actor::patrol(""), &Silent);
    Arc::new(store.expect("store").0)
}

/// Patrols a list in a new run, without a browser.
pub async fn patrol(
    store: &Arc<Store>,
    mut list: PatrolList,
    settings: PatrolSettings,
    networks: Option<Arc<Networks>>,
) -> RunSummary {
    for seed in &mut list.seeds {
        seed.pace.interval = Duration::ZERO;
    }
    let order = Order {
        list,
        fresh: settings.max_pages.is_none(),
        settings,
        fetch: FetchSettings::new("mailto:test@office.test"),
        store: Arc::clone(store),
        browser: Browser::None,
        inspector: inspector(),
        monitor: Arc::new(Silent),
        legal_basis: vec!["练习".to_owned()],
        networks,
    };
    let (_keep, stop) = watch::channel(false);
    carry_out(order, stop).await.expect("patrol")
}

pub fn signals(store: &Store, code: &str) -> Vec<StoredSignal> {
    let query = SignalQuery {
        code: Some(code.to_owned()),
        ..SignalQuery::default()
    };
    store.index().signals(&query).expect("signals")
}

fn only(list: &mut PatrolList, ids: &[&str]) {
    list.seeds.retain(|s| ids.contains(&s.id.as_str()));
    assert_eq!(list.seeds.len(), ids.len());
}

/// One path of the log, by agent: how often it was asked for, and with which referrers.
fn asked(served: &practice::Served, host: &str, path: &str) -> BTreeMap<String, usize> {
    let mut agents = BTreeMap::new();
    for entry in served.log().of_host(host) {
        if entry.target == path {
            *agents.entry(entry.agent.clone()).or_default() += 1;
        }
    }
    agents
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cloaking_site_is_caught_and_the_responsive_one_is_not() {
    let served = practice::serve(Bind::default())
        .await
        .expect("practice web");
    let mut list = practice::patrol_list(&served);
    only(&mut list, &["bianlian", "shuaibing"]);
    let home = tempfile::tempdir().expect("folder");
    let store = open(home.path());
    let summary = patrol(&store, list, PatrolSettings::default(), None).await;
    assert!(summary.complete, "{summary:?}");
    assert_eq!(
        summary.pages, 6,
        "two pages from three vantages: {summary:?}"
    );
    let expected: BTreeMap<&str, u64> = [("cloaked", 1), ("layout", 2), ("same", 1)].into();
    assert_eq!(summary.looks, expected);

    // One signal, and one sealed item that holds both looks.
    let found = signals(&store, "cloaking");
    assert_eq!(found.len(), 1, "{found:#?}");
    let signal = &found[0];
    assert_eq!(
        (signal.url.as_str(), signal.vantage.as_deref()),
        ("http://bianlian.test/", Some("mobile+ad"))
    );
    assert!(
        signal
            .earlier
            .as_ref()
            .is_some_and(|e| !e.record.is_empty())
    );
    let items = store.index().items(&ItemQuery::default()).expect("items");
    assert_eq!(items.len(), 1, "{items:#?}");
    assert_eq!(
        Some(&items[0].evidence_id),
        signal.capture.evidence_id.as_ref()
    );
    let sealed = Sealed::open(store.home(), &items[0].evidence_id).expect("the item");
    let manifest = sealed.manifest();
    let view = manifest.vantage.as_ref().expect("its vantage");
    assert_eq!(view.view, "mobile+ad");
    assert!(view.basis.as_deref().is_some_and(|b| b.contains("演练")));
    let comparison = manifest.comparison.as_ref().expect("a comparison");
    assert_eq!(comparison.resemblance, "cloaked");
    assert_eq!(
        (comparison.base.view.as_str(), comparison.base.findings),
        ("plain", 0)
    );
    assert!(comparison.contained < 200, "{comparison:?}");
    assert!(
        comparison.differences.iter().any(|d| d.what == "rules"),
        "{comparison:?}"
    );
    let responses = manifest.records.iter().filter(|r| r.kind == "response");
    assert_eq!(responses.count(), 2, "both exchanges");
    assert!(
        manifest
            .records
            .iter()
            .any(|r| r.id == comparison.base.response)
    );
    assert!(
        manifest
            .records
            .iter()
            .any(|r| r.target == "urn:base-text:http://bianlian.test/")
    );
    assert!(manifest.site_signals.iter().any(|s| s.code == "cloaking"));
    assert!(!manifest.findings.is_empty() && items[0].score > 0.0);

    // What was asked, as whom; robots.txt in our own name.
    let agents = asked(&served, "bianlian.test", "/");
    assert_eq!(agents.len(), 3, "{agents:?}");
    assert!(agents.iter().all(|(agent, n)| *n == 1
        && agent.contains("Wangxun/")
        && agent.contains("mailto:test@office.test")));
    assert_eq!(
        agents
            .keys()
            .filter(|a| a.contains("MicroMessenger"))
            .count(),
        1
    );
    let robots = asked(&served, "bianlian.test", "/robots.txt");
    assert_eq!(robots.len(), 1, "{robots:?}");
    assert!(robots.keys().all(|a| a.starts_with("Wangxun/")));

    drop((sealed, store));
    let home = wangxun::storage::home::Home::read_only(home.path()).expect("home");
    let report = verify::verify_store(&home, &Silent).expect("verify");
    assert_eq!(report.outcome(), verify::Outcome::Pass, "{report:#?}");
    let judged = crate::storage::judges_home::judge_home(home.root(), 5);
    println!("judged: {judged:?}");
    served.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_stops_between_two_looks_goes_on() {
    let served = practice::serve(Bind::default())
        .await
        .expect("practice web");
    let mut list = practice::patrol_list(&served);
    only(&mut list, &["bianlian"]);
    let home = tempfile::tempdir().expect("folder");
    for pages in 1..=2 {
        let store = open(home.path());
        let settings = PatrolSettings {
            workers: 1,
            max_pages: Some(pages),
            ..PatrolSettings::default()
        };
        let summary = patrol(&store, list.clone(), settings, None).await;
        assert!(!summary.complete && summary.pages == pages, "{summary:?}");
    }
    let store = open(home.path());
    let settings = PatrolSettings {
        max_pages: Some(99),
        ..PatrolSettings::default()
    };
    let summary = patrol(&store, list, settings, None).await;
    assert!(summary.complete && summary.pages == 3, "{summary:?}");
    assert_eq!(signals(&store, "cloaking").len(), 1);
    assert!(
        asked(&served, "bianlian.test", "/")
            .values()
            .all(|n| *n == 1)
    );
    served.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn looks_are_budgeted() {
    let served = practice::serve(Bind::default())
        .await
        .expect("practice web");
    let mut list = practice::patrol_list(&served);
    only(&mut list, &["zhishangjin"]);
    let views = ["plain", "mobile"].into_iter();
    let views = views
        .filter_map(wangxun::model::vantage::Vantage::parse)
        .collect();
    list.seeds[0].vantages = wangxun::model::vantage::Vantages {
        views,
        basis: Some("演练网站系本程序自带".to_owned()),
        referrer: None,
        pages: 2,
    };
    let home = tempfile::tempdir().expect("folder");
    let store = open(home.path());
    let summary = patrol(&store, list, PatrolSettings::default(), None).await;
    assert!(summary.complete);
    assert_eq!(summary.looks, [("same", 2)].into(), "{summary:?}");
    assert!(signals(&store, "cloaking").is_empty());
    served.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn both_looks_are_rendered_where_a_browser_is_wanted() {
    let browser = crate::fetch::browser::installed();
    if !matches!(browser, Browser::Use(_)) {
        println!("skipped: no browser is installed");
        return;
    }
    let served = practice::serve(Bind::default())
        .await
        .expect("practice web");
    let mut list = practice::patrol_list(&served);
    only(&mut list, &["bianlian"]);
    list.seeds[0].render = wangxun::model::seed::RenderMode::Always;
    list.seeds[0].vantages.views.truncate(2);
    let home = tempfile::tempdir().expect("folder");
    let store = open(home.path());
    let order = Order {
        list,
        fresh: true,
        settings: PatrolSettings::default(),
        fetch: FetchSettings::new("test"),
        store: Arc::clone(&store),
        browser,
        inspector: inspector(),
        monitor: Arc::new(Silent),
        legal_basis: Vec::new(),
        networks: None,
    };
    let (_keep, stop) = watch::channel(false);
    let summary = carry_out(order, stop).await.expect("patrol");
    assert_eq!(summary.looks, [("cloaked", 1)].into(), "{summary:?}");
    let items = store.index().items(&ItemQuery::default()).expect("items");
    let sealed = Sealed::open(store.home(), &items[0].evidence_id).expect("the item");
    let records = &sealed.manifest().records;
    let pictures = records.iter().filter(|r| r.target.starts_with("urn:view:"));
    let built = records.iter().filter(|r| r.target.starts_with("urn:dom:"));
    assert_eq!(built.count(), 2, "what both were shown: {records:#?}");
    println!("{} pictures", pictures.count());
    served.shutdown().await;
}
