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
    list: PatrolList,
    settings: PatrolSettings,
    networks: Option<Arc<Networks>>,
) -> RunSummary {
    patrol_with(store, list, settings, networks, Browser::None).await
}

async fn patrol_with(
    store: &Arc<Store>,
    mut list: PatrolList,
    settings: PatrolSettings,
    networks: Option<Arc<Networks>>,
    browser: Browser,
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
        browser,
        inspector: inspector().into(),
        images: wangxun::patrol::images::ImageOrder::none(),
        watching: None,
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

    // No byte of either look can be changed.
    let package = std::fs::read(sealed.path()).expect("the package");
    for part in 1..40 {
        let mut broken = package.clone();
        let at = package.len() * part / 40;
        broken[at] ^= 1;
        assert!(
            wangxun::storage::package::check(&broken).is_err(),
            "byte {at}"
        );
    }

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
    let summary = patrol_with(&store, list, PatrolSettings::default(), None, browser).await;
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

#[tokio::test(flavor = "multi_thread")]
async fn scripts_see_the_vantage_too() {
    let browser = crate::fetch::browser::installed();
    if !matches!(browser, Browser::Use(_)) {
        println!("skipped: no browser is installed");
        return;
    }
    let folder = tempfile::tempdir().expect("folder");
    std::fs::create_dir(folder.path().join("alpha")).expect("folder");
    let page = "<!DOCTYPE html><meta charset=utf-8><meta name=viewport content='width=device-width'><p>店铺</p><script>\
        document.write('<p id=seen>' + document.referrer + ' ' + innerWidth + ' ' + navigator.userAgent + '</p>')</script>";
    std::fs::write(folder.path().join("alpha/seen.html"), page).expect("file");
    let served = practice::serve_folder(folder.path(), Bind::default())
        .await
        .expect("folder");
    let mut list = practice::patrol_list(&served);
    let seed = &mut list.seeds[0];
    seed.start_urls = vec!["http://alpha.test/seen.html".parse().expect("address")];
    seed.budget.depth = 0;
    seed.render = wangxun::model::seed::RenderMode::Always;
    let views = ["plain", "mobile+ad"].into_iter();
    seed.vantages = wangxun::model::vantage::Vantages {
        views: views
            .filter_map(wangxun::model::vantage::Vantage::parse)
            .collect(),
        basis: Some("演练网站系本程序自带".to_owned()),
        referrer: "http://chawang.test/s?q=licai".parse().ok(),
        pages: 2,
    };
    let home = tempfile::tempdir().expect("folder");
    let store = open(home.path());
    let summary = patrol_with(&store, list, PatrolSettings::default(), None, browser).await;
    let mut seen = Vec::new();
    for captured in
        wangxun::storage::run::read::captured(store.home(), &summary.run).expect("captures")
    {
        let place = captured.expect("a capture").place;
        let capture = wangxun::storage::run::read_capture(store.home(), &place).expect("records");
        if let Some(rendering) = capture.rendering {
            let seen_at = rendering
                .dom
                .split("id=\"seen\">")
                .nth(1)
                .expect("the script has run");
            seen.push(seen_at.split('<').next().unwrap_or("").to_owned());
        }
    }
    seen.sort();
    assert_eq!(seen.len(), 2, "{summary:?}");
    assert!(
        seen[0].starts_with(" 1") && !seen[0].contains("Mobile"),
        "{seen:?}"
    );
    assert!(
        seen[1].starts_with("http://chawang.test/s?q=licai 412 ") && seen[1].contains("Mobile"),
        "{seen:?}"
    );
    assert!(seen.iter().all(|s| s.contains("Wangxun/")));
    served.shutdown().await;
}

const NEWS: &str = "<h1>县城新闻</h1><p>东街的路灯全部换新，晚上散步的人多了起来，卖烤红薯的老汉也推车出来。</p>\
    <p>图书馆本周延长开放时间，孩子们放学后可以在这里写作业，有老师值班辅导。</p><p>周末有集市，农户带来新米和山货。</p>";
const OTHER_NEWS: &str = "<h1>今日要闻</h1><p>气象台预计夜间降温，请给菜棚加盖草帘，出行注意路面结冰。</p>\
    <p>体育馆的羽毛球场地免费开放一周，预约从清早开始，每人每天一场。</p><p>合作医疗缴费窗口搬到二楼。</p>";
const BAIT: &str = "<h1>甲板财富</h1><p>平台承诺保本保息，年化18%，一万元起投，零风险稳赚不赔，立即注册投资理财。</p>\
    <p>每月付息，随时可以转让，资金安全有保障，邀请好友一起投资再享推荐奖励。</p>";

#[test]
fn what_two_looks_make_together() {
    use wangxun::signals::cloak::{Resemblance, compare};
    use wangxun::signals::view::View;
    let inspector = inspector();
    let day = chrono::NaiveDate::from_ymd_opt(2026, 11, 26).expect("a day");
    let resemblance = |base: (u16, &str, &str), other: (u16, &str, &str)| {
        let read = |(_, url, html): (u16, &str, &str)| {
            let url: url::Url = url.parse().expect("address");
            let page = inspector.read_html(&format!("<html><body>{html}</body></html>"), &url);
            let verdict = inspector.inspect_page(&page, &url, day);
            (url, page, verdict)
        };
        let (one, two) = (read(base), read(other));
        let found = compare(
            &View::of(base.0, &one.0, &one.1, &one.2),
            &View::of(other.0, &two.0, &two.1, &two.2),
        );
        (found.resemblance, found.differences)
    };
    let here = "http://a.test/";
    let plain = |html: &'static str| (200, here, html);
    let less = NEWS.replace("<p>周末有集市，农户带来新米和山货。</p>", "");
    let less: &'static str = Box::leak(
        format!("<div>打开应用看更多 <button>下载</button></div>{less}").into_boxed_str(),
    );
    let baited: &'static str = Box::leak(format!("{NEWS}{BAIT}").into_boxed_str());
    let advertisement = "<div class=\"ad-slot\"><a rel=\"nofollow sponsored\" href=\"http://b.test/x\">甲板财富 保本理财年化18% 限时抢购</a></div>";
    let slot: &'static str = Box::leak(format!("{NEWS}{advertisement}").into_boxed_str());
    let other_slot: &'static str =
        Box::leak(format!("{OTHER_NEWS}{advertisement}").into_boxed_str());
    let refresh: &'static str = Box::leak(
        format!("{NEWS}<script>location.href='http://elsewhere.test/in'</script>").into_boxed_str(),
    );
    for (name, base, other, expected) in [
        ("the same page", plain(NEWS), plain(NEWS), Resemblance::Same),
        (
            "less of it and a banner",
            plain(NEWS),
            plain(less),
            Resemblance::Layout,
        ),
        (
            "other news",
            plain(NEWS),
            plain(OTHER_NEWS),
            Resemblance::Different,
        ),
        (
            "an offer in the place of news",
            plain(NEWS),
            plain(BAIT),
            Resemblance::Cloaked,
        ),
        (
            "news in the place of an offer",
            plain(BAIT),
            plain(NEWS),
            Resemblance::Cloaked,
        ),
        (
            "an offer beside the same news",
            plain(NEWS),
            plain(baited),
            Resemblance::Cloaked,
        ),
        (
            "an offer in a slot that changes",
            plain(NEWS),
            plain(slot),
            Resemblance::Same,
        ),
        (
            "other news and such a slot",
            plain(NEWS),
            plain(other_slot),
            Resemblance::Different,
        ),
        (
            "a script that leads some elsewhere",
            plain(NEWS),
            plain(refresh),
            Resemblance::Cloaked,
        ),
        (
            "another site",
            plain(NEWS),
            (200, "http://elsewhere.test/", NEWS),
            Resemblance::Cloaked,
        ),
        (
            "the site's own phone host",
            plain(NEWS),
            (200, "http://m.a.test/", NEWS),
            Resemblance::Same,
        ),
        (
            "a refusal",
            plain(NEWS),
            (403, here, "<p>禁止访问</p>"),
            Resemblance::Unsaid,
        ),
        (
            "a busy server",
            plain(NEWS),
            (503, here, "<p>请稍后</p>"),
            Resemblance::Unsaid,
        ),
        (
            "nothing for some",
            (404, here, "<p>没有这个页面</p>"),
            plain(BAIT),
            Resemblance::Cloaked,
        ),
    ] {
        let (found, differences) = resemblance(base, other);
        assert_eq!(found, expected, "{name}: {differences:?}");
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(32))]
    #[test]
    fn any_two_pages_are_compared(one in hostile(), other in hostile(), status in 0u16..700) {
        use wangxun::signals::{cloak, filing, posture, view::View};
        static READER: std::sync::LazyLock<Inspector> = std::sync::LazyLock::new(inspector);
        let url: url::Url = "https://a.test/".parse().expect("address");
        let day = chrono::NaiveDate::from_ymd_opt(2026, 11, 26).expect("a day");
        let read = |bytes: &[u8]| READER.read_html(&String::from_utf8_lossy(bytes), &url);
        let (one, other) = (read(&one), read(&other));
        let (first, second) = (READER.inspect_page(&one, &url, day), READER.inspect_page(&other, &url, day));
        let (a, b) = (View::of(200, &url, &one, &first), View::of(status, &url, &other, &second));
        let (there, back) = (cloak::compare(&a, &b), cloak::compare(&b, &a));
        proptest::prop_assert_eq!(there.resemblance, back.resemblance);
        proptest::prop_assert_eq!(there.likeness, back.likeness);
        let same = cloak::compare(&a, &a).resemblance;
        proptest::prop_assert_eq!(same, cloak::Resemblance::Same);
        filing::filing(&url, &one, &first);
        let last = wangxun::model::capture::Exchange {
            url: url.clone(), request_head: Vec::new(), http_version: "HTTP/1.1", status,
            headers: vec![("strict-transport-security".to_owned(), one.text.clone().into_bytes())],
            body: Vec::new(), decoded: None, truncated: None, server: None, tls_chain: Vec::new(),
            started: chrono::Utc::now(), ended: chrono::Utc::now(),
        };
        posture::posture(&last, &url, &one);
    }
}

fn hostile() -> impl proptest::strategy::Strategy<Value = Vec<u8>> {
    use proptest::prelude::*;
    let piece = prop_oneof![
        Just("<form action=".to_owned()),
        Just("http://x.test/><input type=password>".to_owned()),
        Just("</form>".to_owned()),
        Just("保本保息年化18%".to_owned()),
        Just("京ICP备19876543号".to_owned()),
        Just("版权所有 上海甲板信息科技有限公司".to_owned()),
        Just("<meta http-equiv=refresh content='0;url=//y.test/'>".to_owned()),
        Just("<p hidden>".to_owned()),
        "[<>/a-z\"'= ]{0,9}",
        any::<String>(),
    ];
    let text = proptest::collection::vec(piece, 0..14).prop_map(|p| p.concat().into_bytes());
    (text, proptest::collection::vec(any::<u8>(), 0..40)).prop_map(|(mut a, b)| {
        a.extend(b);
        a
    })
}
