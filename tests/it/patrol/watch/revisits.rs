//! Pages seen again: conditional requests, revisit records before the judges, changes, sitemaps, orders.

#![allow(clippy::unwrap_used)] // helpers of tests may fail the test

use super::site::Site;
use super::{runs, store, watched};
use std::path::Path;
use std::time::Duration;
use tokio::sync::watch;
use wangxun::model::custody::Actor;
use wangxun::model::monitor::Silent;
use wangxun::storage::home::Home;
use wangxun::storage::index::ItemQuery;
use wangxun::storage::item::find_item;
use wangxun::storage::verify;
use wangxun::storage::warc::reader::WarcReader;
use wangxun::storage::work_orders::{self, RecheckDraft};

const QUICK: &str = "schedule = \"every 1s\"\nrevisit_min = \"1s\"\nrevisit_max = \"1s\"";
const GUILTY: &str = "<title>某某贷</title><h1>稳赚理财</h1><p>本公司理财产品保本保息，年化收益率18%，零风险，\
                      本息100%保障，立即注册投资，加微信 abc12345。</p>";

fn plain(n: usize) -> String {
    format!("<title>店</title><p>本店销售日用百货第{n}号，欢迎选购，七日内可以退换。</p>")
}

async fn some_site() -> Site {
    let site = Site::start().await;
    let home = "<a href=/a>甲</a> <a href=/b>乙</a> <a href=/c>丙</a>";
    site.html("/", home);
    site.html("/a", &plain(1));
    let modified = "Last-Modified: Thu, 19 Nov 2026 08:00:00 GMT\r\n".to_owned();
    site.set(
        "/b",
        "text/html; charset=utf-8",
        modified,
        plain(2).as_bytes(),
    );
    site.set(
        "/c",
        "text/html; charset=utf-8",
        String::new(),
        plain(3).as_bytes(),
    );
    site
}

/// All records of a kind in all closed run files: their headers as text.
fn records(home: &Path, kind: &str) -> Vec<String> {
    let home = Home::read_only(home).unwrap();
    let mut found = Vec::new();
    for run in std::fs::read_dir(home.runs()).unwrap() {
        for file in std::fs::read_dir(run.unwrap().path().join("warc")).unwrap() {
            let path = file.unwrap().path();
            if !path.to_string_lossy().ends_with(".warc.gz") {
                continue;
            }
            let file = std::io::BufReader::new(std::fs::File::open(path).unwrap());
            let mut reader = WarcReader::new(file).unwrap();
            while let Some(record) = reader.next_record().unwrap() {
                if record.headers.record_type() == kind {
                    found.push(record.headers.to_text());
                }
                record.finish().unwrap();
            }
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn unchanged_pages_are_asked_for_conditionally_and_kept_as_revisits() {
    let site = some_site().await;
    let folder = tempfile::tempdir().unwrap();
    let list = site.list(QUICK);
    let (_keep, stop) = watch::channel(false);
    let health = watched(folder.path(), &list, runs(1), stop.clone())
        .await
        .unwrap();
    let first = site.asked();
    assert_eq!(health.counters.unchanged, 0);
    for path in ["/", "/a", "/b", "/c", "/robots.txt", "/sitemap.xml"] {
        assert!(first.iter().any(|(p, _)| p == path), "{path} in {first:?}");
    }
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    let health = watched(folder.path(), &list, runs(1), stop.clone())
        .await
        .unwrap();
    let second = site.asked();
    for (path, status) in [("/", 304), ("/a", 304), ("/b", 304), ("/c", 200)] {
        assert!(
            second.contains(&(path.to_owned(), status)),
            "{path} in {second:?}"
        );
    }
    assert_eq!(health.counters.unchanged, 3, "{health:?}");
    // A third run refers to the stored answer of the first, not to a revisit.
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    watched(folder.path(), &list, runs(1), stop).await.unwrap();
    let responses = records(folder.path(), "response");
    let revisits = records(folder.path(), "revisit");
    assert_eq!(revisits.len(), 6, "{revisits:#?}");
    for revisit in &revisits {
        let field = |name: &str| {
            let line = revisit.lines().find_map(|l| l.strip_prefix(name));
            line.unwrap_or_else(|| panic!("{name} in {revisit}"))
                .to_owned()
        };
        assert!(field("WARC-Profile: ").ends_with("/revisit/server-not-modified"));
        let (id, date) = (field("WARC-Refers-To: "), field("WARC-Refers-To-Date: "));
        let digest = field("WARC-Payload-Digest: ");
        let target = field("WARC-Refers-To-Target-URI: ");
        let original = responses
            .iter()
            .find(|r| r.contains(&format!("WARC-Record-ID: {id}")));
        let original = original.expect("the record referred to is a response");
        for part in [
            format!("WARC-Date: {date}"),
            format!("WARC-Payload-Digest: {digest}"),
            format!("WARC-Target-URI: {target}"),
        ] {
            assert!(original.contains(&part), "{part} in {original}");
        }
    }
    let home = Home::read_only(folder.path()).unwrap();
    let report = verify::verify_store(&home, &Silent).unwrap();
    assert_eq!(report.outcome(), verify::Outcome::Pass, "{report:#?}");
    let judged = crate::storage::judges_home::judge_home(folder.path(), 1);
    println!("judged: {judged:?}");
    assert!(judged.warcs >= 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_read_judged_and_sealed() {
    let site = some_site().await;
    let folder = tempfile::tempdir().unwrap();
    let list = site.list(QUICK);
    let (_keep, stop) = watch::channel(false);
    watched(folder.path(), &list, runs(1), stop.clone())
        .await
        .unwrap();
    site.html("/a", GUILTY);
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    let health = watched(folder.path(), &list, runs(1), stop.clone())
        .await
        .unwrap();
    assert_eq!(
        (health.counters.findings, health.counters.sealed),
        (1, 1),
        "{health:?}"
    );
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    let health = watched(folder.path(), &list, runs(1), stop).await.unwrap();
    // The page still stands there, unchanged: the finding holds, the evidence is not doubled.
    assert_eq!(
        (health.counters.findings, health.counters.sealed),
        (1, 0),
        "{health:?}"
    );
    let items = store(folder.path())
        .index()
        .items(&ItemQuery::default())
        .unwrap();
    assert_eq!(items.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sealed_is_not_sealed_again_while_it_says_the_same() {
    let site = some_site().await;
    // Without validators it is read in full each time.
    let page = |body: &str| {
        site.set(
            "/c",
            "text/html; charset=utf-8",
            String::new(),
            body.as_bytes(),
        )
    };
    page(GUILTY);
    let folder = tempfile::tempdir().unwrap();
    let list = site.list(QUICK);
    let (_keep, stop) = watch::channel(false);
    let mut sealed = Vec::new();
    for round in 0..3 {
        if round == 2 {
            page(&GUILTY.replace("18%", "24%"));
        }
        let health = watched(folder.path(), &list, runs(1), stop.clone())
            .await
            .unwrap();
        assert_eq!(health.counters.findings, 1, "{health:?}");
        sealed.push(health.counters.sealed);
        tokio::time::sleep(Duration::from_millis(1_100)).await;
    }
    assert_eq!(sealed, [1, 0, 1]);
    let statuses: Vec<u16> = site
        .asked()
        .iter()
        .filter(|(p, _)| p == "/c")
        .map(|(_, s)| *s)
        .collect();
    assert_eq!(statuses, [200, 200, 200]);
}

#[tokio::test(flavor = "multi_thread")]
async fn stable_pages_wait_and_those_with_findings_do_not() {
    let site = some_site().await;
    site.html("/a", GUILTY);
    let folder = tempfile::tempdir().unwrap();
    // A page with a finding is due 18 s after its visit, the others after 36 s: so much time a busy machine has.
    let list = site.list("schedule = \"every 1s\"\nrevisit_min = \"20s\"\nrevisit_max = \"1h\"");
    let (_keep, stop) = watch::channel(false);
    watched(folder.path(), &list, runs(1), stop.clone())
        .await
        .unwrap();
    site.asked();
    tokio::time::sleep(Duration::from_millis(18_200)).await;
    watched(folder.path(), &list, runs(1), stop).await.unwrap();
    let asked: Vec<String> = site.asked().into_iter().map(|(path, _)| path).collect();
    assert!(asked.contains(&"/a".to_owned()), "{asked:?}");
    assert!(
        !asked.contains(&"/b".to_owned()) && !asked.contains(&"/c".to_owned()),
        "{asked:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn sitemaps_lead_to_pages_that_no_link_leads_to() {
    let site = some_site().await;
    site.html("/hidden", &plain(7));
    site.html("/listed", &plain(8));
    let robots = format!(
        "User-agent: *\nDisallow: /private\nSitemap: http://{0}/index.xml\nSitemap: http://{0}/list.txt\n",
        site.address
    );
    let index = format!(
        "<sitemapindex><sitemap><loc>http://{0}/pages.xml.gz</loc></sitemap>\
         <sitemap><loc>http://elsewhere.test/x.xml</loc></sitemap></sitemapindex>",
        site.address
    );
    let pages = format!(
        "<urlset><url><loc>http://{0}/hidden</loc><lastmod>2026-11-20</lastmod></url>\
         <url><loc>http://{0}/private</loc></url><url><loc>http://elsewhere.test/</loc></url></urlset>",
        site.address
    );
    let list = format!("http://{}/listed\n", site.address);
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut packed, pages.as_bytes()).unwrap();
    site.set(
        "/robots.txt",
        "text/plain",
        String::new(),
        robots.as_bytes(),
    );
    site.set(
        "/index.xml",
        "application/xml",
        String::new(),
        index.as_bytes(),
    );
    site.set("/list.txt", "text/plain", String::new(), list.as_bytes());
    let packed = packed.finish().unwrap();
    site.set("/pages.xml.gz", "application/gzip", String::new(), &packed);
    let folder = tempfile::tempdir().unwrap();
    let (_keep, stop) = watch::channel(false);
    watched(folder.path(), &site.list(QUICK), runs(1), stop.clone())
        .await
        .unwrap();
    let asked: Vec<String> = site.asked().into_iter().map(|(path, _)| path).collect();
    for path in [
        "/index.xml",
        "/pages.xml.gz",
        "/list.txt",
        "/hidden",
        "/listed",
    ] {
        assert!(asked.contains(&path.to_owned()), "{path} in {asked:?}");
    }
    assert!(
        !asked.contains(&"/private".to_owned()),
        "robots.txt holds for sitemaps, too"
    );
    assert!(
        !asked.contains(&"/sitemap.xml".to_owned()),
        "robots.txt named others"
    );
    let none = tempfile::tempdir().unwrap();
    let list = site.list(&format!("{QUICK}\nsitemaps = false"));
    watched(none.path(), &list, runs(1), stop).await.unwrap();
    let asked: Vec<String> = site.asked().into_iter().map(|(path, _)| path).collect();
    assert!(!asked.contains(&"/index.xml".to_owned()), "{asked:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_carried_out_in_full_and_closed_once() {
    let site = some_site().await;
    let folder = tempfile::tempdir().unwrap();
    let list = site.list("schedule = \"0 3 1 1 *\"\nrevisit_min = \"1h\"");
    let (_keep, stop) = watch::channel(false);
    let once = wangxun::patrol::watch::WatchSettings {
        once: true,
        ..runs(1)
    };
    watched(folder.path(), &list, once, stop.clone())
        .await
        .unwrap();
    site.asked();
    let now = chrono::Utc::now();
    let draft = |path: &str| RecheckDraft {
        url: format!("http://{}{path}", site.address),
        seed: None,
        at: now,
        case_no: Some("2026-017".to_owned()),
        reason: "责令改正期满复查".to_owned(),
    };
    let officer = Actor {
        name: "王".to_owned(),
        role: "officer".to_owned(),
        unit: String::new(),
    };
    let store = store(folder.path());
    let order = store.order_recheck(draft("/a"), &officer, now).unwrap();
    let gone = store.order_recheck(draft("/gone"), &officer, now).unwrap();
    assert_eq!(
        store.order_recheck(draft("/a"), &officer, now).unwrap().id,
        order.id
    );
    drop(store);
    let health = watched(folder.path(), &list, runs(1), stop).await.unwrap();
    assert_eq!(health.counters.rechecks, 2, "{health:?}");
    let asked: Vec<_> = site
        .asked()
        .into_iter()
        .filter(|(p, _)| p != "/robots.txt")
        .collect();
    assert_eq!(
        asked.len(),
        2,
        "nothing but the orders is visited: {asked:?}"
    );
    assert!(
        asked.contains(&("/a".to_owned(), 200)),
        "in full: {asked:?}"
    );
    let done = work_orders::outcome(folder.path(), &order.id)
        .unwrap()
        .unwrap();
    assert_eq!((done.status, done.not_seen.as_str()), (200, ""));
    // What was ordered to be seen is kept as it was seen, put right or gone.
    let mut after = vec![done.evidence_id.expect("sealed")];
    let done = work_orders::outcome(folder.path(), &gone.id)
        .unwrap()
        .unwrap();
    assert_eq!((done.status, done.finding), (404, false));
    after.extend(done.evidence_id);
    let kept = Home::read_only(folder.path()).unwrap();
    let found = |id: &String| find_item(&kept, id).unwrap().is_some();
    assert!(after.len() == 2 && after.iter().all(found), "{after:?}");
    assert!(work_orders::open(folder.path()).unwrap().0.is_empty());
    let journal = std::fs::read_to_string(folder.path().join("journal/main.jsonl")).unwrap();
    for action in ["recheck-order", "recheck-done"] {
        assert_eq!(
            journal.matches(&format!("\"action\":\"{action}\"")).count(),
            2
        );
    }
    let home = Home::read_only(folder.path()).unwrap();
    let report = verify::verify_store(&home, &Silent).unwrap();
    assert_eq!(report.outcome(), verify::Outcome::Pass, "{report:#?}");
}
