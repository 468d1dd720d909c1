//! Signals over several runs of a site that changes: each comes when it should, and not when it should not.

use super::vantage::{inspector, open, patrol, signals};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use wangxun::model::monitor::Silent;
use wangxun::model::seed::PatrolList;
use wangxun::model::signal::SignalKind;
use wangxun::patrol::history::{difference, history};
use wangxun::patrol::pipeline::PatrolSettings;
use wangxun::patrol::signals_again::again;
use wangxun::practice::{self, Bind, Served};
use wangxun::signals::filing::filing;
use wangxun::signals::networks::Networks;
use wangxun::storage::index::signals::SignalQuery;
use wangxun::storage::store::Store;

/// A page that offers finance, long enough to be told from others.
fn offer(operator: &str, filing: &str, rate: u32) -> String {
    format!(
        "<!DOCTYPE html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>甲板财富</title></head><body>\
         <h1>甲板财富：保本保息，年化{rate}%</h1>\
         <p>平台承诺保本保息，年化{rate}%，一万元起投，到期连本带息一次返还，零风险稳赚不赔，名额有限。</p>\
         <p>立即注册投资理财，新客首投送红包，客服一对一指导开户，邀请好友一起投资再享推荐奖励。</p>\
         <p>每月付息，随时可以转让，资金安全有保障，已有许多投资人按时收到收益，期期兑付从未逾期。</p>\
         <form action=\"/login\"><input type=\"text\" name=\"user\"><input type=\"password\" name=\"pass\"></form>\
         <footer>版权所有 {operator} {filing}</footer></body></html>"
    )
}

fn lesson() -> String {
    let steps: String = (0..12)
        .map(|n| {
            format!(
                "<p>第{n}步，把面团分成小份，擀成薄片，抹上{}，卷起来再切段，放到笼屉里蒸熟。</p>",
                ["香油", "红糖", "葱花", "椒盐"][n % 4]
            )
        })
        .collect();
    format!(
        "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>面点课堂</title></head><body><h1>面点课堂</h1>{steps}<footer>版权所有 甲板餐饮管理有限公司</footer></body></html>"
    )
}

fn write(folder: &Path, file: &str, text: &str) {
    let path = folder.join(file);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("folder");
    std::fs::write(path, text).expect("file");
}

const PAGES: [(&str, &str); 3] = [
    ("alpha", "/offer.html"),
    ("alpha", "/steady.html"),
    ("beta", "/copy.html"),
];

async fn serve(folder: &Path) -> (Served, PatrolList) {
    let served = practice::serve_folder(folder, Bind::default())
        .await
        .expect("folder");
    let mut list = practice::patrol_list(&served);
    for seed in &mut list.seeds {
        let host = seed.start_urls[0].host_str().expect("a host").to_owned();
        let own = PAGES.iter().filter(|(name, _)| host.starts_with(name));
        seed.start_urls = own
            .map(|(_, path)| format!("http://{host}{path}").parse().expect("address"))
            .collect();
        seed.budget.depth = 0;
    }
    (served, list)
}

fn quick() -> PatrolSettings {
    PatrolSettings {
        retries: 0,
        retry_wait: Duration::ZERO,
        ..PatrolSettings::default()
    }
}

/// Kinds and paths of the signals that a run showed, sorted.
fn of_run(store: &Store, run: &str) -> Vec<(String, String)> {
    let query = SignalQuery {
        run: Some(run.to_owned()),
        ..SignalQuery::default()
    };
    let rows = store.index().signals(&query).expect("signals");
    let path = |url: &str| url.parse::<url::Url>().expect("address").path().to_owned();
    let mut told: Vec<(String, String)> = rows
        .iter()
        .map(|r| (r.code.clone(), path(&r.url)))
        .collect();
    told.sort();
    told
}

fn events(told: &[(String, String)]) -> Vec<(&str, &str)> {
    let standing = [
        "no-tls",
        "insecure-form",
        "look-alike",
        "icp-province",
        "server-abroad",
    ];
    let told = told
        .iter()
        .map(|(code, path)| (code.as_str(), path.as_str()));
    told.filter(|(code, _)| !standing.contains(code)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_that_changes_over_four_runs() {
    let folder = tempfile::tempdir().expect("folder");
    let root = folder.path();
    let own = offer("上海甲板信息科技有限公司", "京ICP备19876543号-1", 18);
    write(root, "alpha/offer.html", &own);
    write(
        root,
        "alpha/steady.html",
        &offer("上海甲板信息科技有限公司", "沪ICP备19876543号-1", 15)
            .replace("甲板财富", "乙桨财富"),
    );
    write(root, "beta/copy.html", &own.replace("18%", "12%"));
    let home = tempfile::tempdir().expect("home");
    let store = open(home.path());
    let abroad = Networks::read("127.0.0.0/8,US\n").expect("a table");

    let (served, list) = serve(root).await;
    let first = patrol(&store, list, quick(), Some(Arc::new(abroad))).await;
    served.shutdown().await;
    assert!(first.complete && first.pages == 3, "{first:?}");
    let told = of_run(&store, &first.run);
    assert_eq!(
        events(&told)
            .iter()
            .filter(|(code, _)| *code == "new-site")
            .count(),
        2,
        "{told:?}"
    );
    assert_eq!(
        events(&told).len(),
        2,
        "nothing else has happened: {told:?}"
    );
    for (code, times) in [("no-tls", 2), ("server-abroad", 2), ("insecure-form", 3)] {
        assert_eq!(signals(&store, code).len(), times, "{code}");
    }
    let provinces = signals(&store, "icp-province");
    assert_eq!(
        provinces.len(),
        2,
        "the offer and its copy, not the steady one: {provinces:#?}"
    );
    assert!(provinces.iter().all(|s| !s.url.contains("steady")));
    let like = signals(&store, "look-alike");
    assert!(
        !like.is_empty() && like.iter().all(|s| !s.url.contains("steady")),
        "{like:#?}"
    );
    assert!(like[0].earlier.is_some() && like[0].before.is_some());

    // The offer becomes a lesson of another operator, the copy goes, the steady one changes its figure.
    write(root, "alpha/offer.html", &lesson());
    let steady = std::fs::read_to_string(root.join("alpha/steady.html")).expect("file");
    write(root, "alpha/steady.html", &steady.replace("15%", "16%"));
    std::fs::remove_file(root.join("beta/copy.html")).expect("file");
    write(root, "beta/other.html", "<p>x</p>");
    let home_table = Networks::read("127.0.0.0/8,CN/辽宁\n").expect("a table");
    let (served, list) = serve(root).await;
    let second = patrol(&store, list, quick(), Some(Arc::new(home_table))).await;
    served.shutdown().await;
    let told = of_run(&store, &second.run);
    let expected = [
        ("content-replaced", "/offer.html"),
        ("operator-changed", "/offer.html"),
        ("vanished", "/copy.html"),
    ];
    assert_eq!(events(&told), expected);
    assert!(
        signals(&store, "server-abroad")
            .iter()
            .all(|s| s.capture.run == first.run)
    );
    let replaced = &signals(&store, "content-replaced")[0];
    assert_eq!(replaced.before.as_deref(), Some("甲板财富"));
    assert_eq!(replaced.after.as_deref(), Some("面点课堂"));
    assert_eq!(
        replaced.earlier.as_ref().map(|e| e.run.as_str()),
        Some(first.run.as_str())
    );

    // The copy comes back; nothing else changes.
    write(root, "beta/copy.html", &own.replace("18%", "12%"));
    let (served, list) = serve(root).await;
    let third = patrol(&store, list, quick(), None).await;
    served.shutdown().await;
    assert_eq!(
        events(&of_run(&store, &third.run)),
        [("returned", "/copy.html")]
    );
    let lasting = signals(&store, "no-tls");
    assert_eq!(lasting.len(), 2, "a condition that lasts is one signal");
    assert!(lasting.iter().all(|s| s.times > 1 && s.at < s.last));

    // Nobody answers: out of reach, not vanished.
    let (served, list) = serve(root).await;
    served.shutdown().await;
    let fourth = patrol(&store, list, quick(), None).await;
    let told = of_run(&store, &fourth.run);
    assert_eq!(events(&told).len(), 3, "{told:?}");
    assert!(
        told.iter().all(|(code, _)| code == "unreachable"),
        "{told:?}"
    );

    // All of it again from the archives; that nobody answered left no capture.
    let kept = |store: &Store| {
        let rows = store
            .index()
            .signals(&SignalQuery::default())
            .expect("signals");
        let rows = rows
            .into_iter()
            .filter(|r| r.code != "unreachable" && r.code != "look-alike");
        let mut rows: Vec<(String, String, String, u64, Option<String>)> = rows
            .map(|r| match r.code.as_str() {
                // Two pages at once may both be the first.
                "new-site" => (r.code, r.host, String::new(), 0, None),
                _ => (r.code, r.url, r.at, r.times, r.capture.evidence_id),
            })
            .collect();
        rows.sort();
        rows
    };
    let before = kept(&store);
    let china = Networks::read("127.0.0.0/8,US\n").expect("a table");
    let done = again(&store, &inspector(), Some(&china), &Silent).expect("again");
    assert_eq!((done.captures, done.unread), (9, 0), "{done:?}");
    let after = kept(&store);
    let codes = |rows: &[(String, String, String, u64, Option<String>)]| {
        let told = rows.iter().filter(|r| r.0 != "server-abroad");
        told.cloned().collect::<Vec<_>>()
    };
    assert_eq!(codes(&after), codes(&before));

    // The history of the offer.
    let url = "http://alpha.test/offer.html".parse().expect("address");
    let reader = inspector();
    let pages = history(store.home(), &url, &reader, &Silent).expect("history");
    assert_eq!(pages.len(), 3);
    let likeness: Vec<Option<u16>> = pages.iter().map(|p| p.likeness).collect();
    assert!(
        likeness[0].is_none() && likeness[1] < Some(200) && likeness[2] == Some(1000),
        "{likeness:?}"
    );
    assert!(pages[0].evidence_id.is_some() && pages[1].evidence_id.is_none());
    let changed = difference(store.home(), &pages, (1, 2), &reader).expect("difference");
    assert!(
        changed.claims_lost.contains(&"guarantee".to_owned()) && changed.claims_gained.is_empty(),
        "{changed:?}"
    );
    assert!(!changed.rules_lost.is_empty());
    assert!(
        changed
            .pieces
            .iter()
            .any(|p| p.change == "removed" && p.text.contains("保本保息"))
    );
    assert!(
        changed
            .pieces
            .iter()
            .any(|p| p.change == "added" && p.text.contains("面点课堂"))
    );
    let none = difference(store.home(), &pages, (2, 3), &reader).expect("difference");
    assert!(none.pieces.iter().all(|p| p.change == "same"));
    assert!(difference(store.home(), &pages, (0, 9), &reader).is_err());
    let other = "http://alpha.test/nowhere.html".parse().expect("address");
    assert!(
        history(store.home(), &other, &reader, &Silent)
            .expect("history")
            .is_empty()
    );
}

#[test]
fn filings_are_asked_for_on_home_pages_that_offer_finance() {
    let inspector = inspector();
    let day = chrono::NaiveDate::from_ymd_opt(2026, 11, 26).expect("a day");
    let told = |url: &str, html: &str| {
        let url = url.parse().expect("address");
        let page = inspector.read_html(html, &url);
        let verdict = inspector.inspect_page(&page, &url, day);
        filing(&url, &page, &verdict).map(|o| o.kind)
    };
    let offer = |filing| offer("上海甲板信息科技有限公司", filing, 18);
    assert_eq!(
        told("http://a.test/", &offer("")),
        Some(SignalKind::IcpMissing)
    );
    assert_eq!(
        told("http://a.test/offer.html", &offer("")),
        None,
        "not the home page"
    );
    assert_eq!(told("http://a.test/", &lesson()), None, "no finance");
    assert_eq!(told("http://a.test/", &offer("沪ICP备19876543号")), None);
    assert_eq!(
        told("http://a.test/", &offer("京ICP备19876543号")),
        Some(SignalKind::IcpProvince)
    );
    assert_eq!(
        told(
            "http://a.test/",
            &offer("京ICP备19876543号 沪ICP备19876544号")
        ),
        None
    );
}
