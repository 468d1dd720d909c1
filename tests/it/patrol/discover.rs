//! What pages of concern lead to is proposed; what a person decided stands, also when the index is lost.

use super::watch::site::Site;
use super::watch::{runs, store, watched};
use std::path::Path;
use tokio::sync::watch;
use wangxun::model::custody::Actor;
use wangxun::model::region::Units;
use wangxun::model::seed::{Breadth, PatrolList, SeedKind};
use wangxun::patrol::watch::WatchSettings;
use wangxun::seeds::{Loaded, TipForm, TipRow, parse_patrol_list};
use wangxun::wire::proposal::{Proposal, ProposalKind};

const GUILTY: &str = "<title>某某财富</title><h1>稳赚理财</h1><p>本公司理财产品保本保息，年化收益率18%，零风险，\
     本息100%保障，立即注册投资，加微信 abc12345。</p><a href=http://partner.test/x>合作平台</a>\
     <a href=http://www.partner.test/y>再看</a><a href=http://beian.miit.gov.cn/>备案</a>\
     <a href=http://127.0.0.1:9/>本站</a>\
     <div class=ad><a rel=sponsored href=http://jump.test/go>高息理财，日赚千元，保本保息</a><span>广告</span></div>";

async fn patrolled(home: &Path, list: &PatrolList) {
    let (_keep, stop) = watch::channel(false);
    let once = WatchSettings {
        once: true,
        ..runs(1)
    };
    watched(home, list, once, stop).await.expect("patrol");
}

fn subjects(home: &Path) -> Vec<(String, Option<ProposalKind>)> {
    let store = store(home);
    store.take_up_discoveries().expect("decisions");
    let all: Vec<Proposal> = store.index().proposals().expect("proposals");
    let open = all.into_iter().filter(|p| {
        let decision = store.index().decision(&p.subject).expect("decision");
        decision.is_none()
    });
    open.map(|p| (p.subject.clone(), p.kind())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn sites_are_proposed_and_decisions_stand() {
    let site = Site::start().await;
    site.html("/", GUILTY);
    let folder = tempfile::tempdir().expect("folder");
    let list = site.list("schedule = \"0 9 * * *\"\nrevisit_min = \"1s\"\nrevisit_max = \"1s\"");
    patrolled(folder.path(), &list).await;
    let expected = [
        ("jump.test".to_owned(), Some(ProposalKind::AdLanding)),
        ("partner.test".to_owned(), Some(ProposalKind::Outlink)),
    ];
    assert_eq!(subjects(folder.path()), expected);
    {
        let store = store(folder.path());
        let officer = Actor {
            name: "王".to_owned(),
            role: "officer".to_owned(),
            unit: String::new(),
        };
        let partner = store
            .index()
            .proposal("partner.test")
            .expect("index")
            .expect("proposed");
        assert!(partner.sightings[0].evidence_id.is_some(), "{partner:?}");
        assert_eq!(
            partner.sightings[0].page,
            format!("http://{}/", site.address)
        );
        store
            .decide_site("partner.test", false, "正规门户", &officer)
            .expect("decision");
    }
    assert_eq!(subjects(folder.path()).len(), 1);
    // The page changes and is judged again; what was rejected does not come back, even without the index.
    site.html(
        "/",
        &format!("{GUILTY}<p>更新</p><a href=http://third.test/>友情链接</a>"),
    );
    std::fs::remove_dir_all(folder.path().join("index")).expect("index");
    patrolled(folder.path(), &list).await;
    let names: Vec<String> = subjects(folder.path())
        .into_iter()
        .map(|(s, _)| s)
        .collect();
    assert_eq!(names, ["jump.test", "third.test"]);
    let store = store(folder.path());
    let decision = store
        .index()
        .decision("partner.test")
        .expect("index")
        .expect("decided");
    assert_eq!(
        (decision.accepted, decision.reason.as_str()),
        (false, "正规门户")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_promises_a_return_is_proposed_by_its_package() {
    let site = Site::start().await;
    site.html(
        "/",
        "<title>纸上金钱包</title><p>下载 12万次</p><p>包名：test.zhishangjin.wallet</p><p>开发者：纸上金工作室</p>\
         <p>活期理财，本息保障，年化15%，注册即送红包。</p>",
    );
    let folder = tempfile::tempdir().expect("folder");
    patrolled(folder.path(), &site.list("schedule = \"0 9 * * *\"")).await;
    let app = (
        "app:test.zhishangjin.wallet".to_owned(),
        Some(ProposalKind::App),
    );
    assert_eq!(subjects(folder.path()), [app]);
    let proposed = store(folder.path())
        .index()
        .proposal("app:test.zhishangjin.wallet");
    let proposed = proposed.expect("index").expect("proposed");
    assert!(
        proposed.sightings[0].text.contains("纸上金工作室"),
        "{proposed:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn innocent_pages_propose_nothing() {
    let site = Site::start().await;
    site.html(
        "/",
        "<title>店</title><p>本店销售日用百货。</p><a href=http://friend.test/>友情链接</a>",
    );
    let folder = tempfile::tempdir().expect("folder");
    patrolled(folder.path(), &site.list("schedule = \"0 9 * * *\"")).await;
    assert_eq!(subjects(folder.path()), []);
}

fn search_list(text: &str) -> wangxun::seeds::Loaded<PatrolList> {
    let text = format!(
        "name = \"名单\"\n[[seed]]\nid = \"s\"\nname = \"搜\"\nsector = \"advertising\"\n{text}"
    );
    parse_patrol_list(&text, "list.toml", &Units::default())
}

#[test]
fn a_search_template_becomes_start_addresses() {
    let loaded = search_list(
        "kind = \"search\"\nstart = \"https://s.example.test/s?wd={query}&x=1\"\nqueries = [\"贷款 急用\", \"a&b\"]",
    );
    assert!(loaded.faults.is_empty(), "{:#?}", loaded.faults);
    let seed = &loaded.value.seeds[0];
    assert_eq!(
        (seed.kind, seed.scope.breadth),
        (SeedKind::Search, Breadth::Urls)
    );
    let starts: Vec<&str> = seed.start_urls.iter().map(|u| u.as_str()).collect();
    assert_eq!(
        starts,
        [
            "https://s.example.test/s?wd=%E8%B4%B7%E6%AC%BE+%E6%80%A5%E7%94%A8&x=1",
            "https://s.example.test/s?wd=a%26b&x=1"
        ]
    );
    for (text, line, field) in [
        (
            "start = \"https://s.example.test/?q={query}\"\nqueries = [\"贷款\"]",
            7,
            "seed[1].queries",
        ),
        (
            "kind = \"search\"\nstart = \"https://s.example.test/?q={query}\"",
            7,
            "seed[1].start",
        ),
    ] {
        let loaded = search_list(text);
        assert!(loaded.value.seeds.is_empty());
        let found = loaded
            .faults
            .iter()
            .any(|f| f.line == line && f.field.starts_with(field));
        assert!(found, "{:#?}", loaded.faults);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn advertisements_on_result_pages_are_proposed_and_followed() {
    let site = Site::start().await;
    let results = "<title>搜索结果</title><ul><li class=ad><a rel=sponsored href=http://jump.test/go>\
         理财产品 保本保息 年化18% 零风险</a> <span>广告</span></li>\
         <li><a href=http://natural.test/>普通结果</a></li><li><a href=/next>下一页</a></li></ul>";
    site.html("/s?wd=%E7%90%86%E8%B4%A2", results);
    let folder = tempfile::tempdir().expect("folder");
    let mut list = site.list("schedule = \"0 9 * * *\"");
    let template = format!("http://{}/s?wd={{query}}", site.address);
    let seeds = search_list(&format!(
        "kind = \"search\"\nstart = \"{template}\"\nqueries = \"理财\"\npace = {{ interval = 0 }}\n\
         render = \"never\"\naddresses = [\"127.0.0.0/8\"]"
    ));
    list.seeds = seeds.value.seeds;
    patrolled(folder.path(), &list).await;
    let found = subjects(folder.path());
    assert!(
        found.contains(&("jump.test".to_owned(), Some(ProposalKind::SearchAd))),
        "{found:?}"
    );
    let asked: Vec<String> = site.asked().into_iter().map(|(path, _)| path).collect();
    assert!(!asked.contains(&"/next".to_owned()), "{asked:?}");
    // Result pages are of the day: they are fetched in full each time.
    patrolled(folder.path(), &list).await;
    assert!(
        site.asked()
            .iter()
            .any(|(path, status)| path.starts_with("/s?") && *status == 200)
    );
}

fn read_tips(bytes: &[u8], source: &str) -> Loaded<Vec<TipRow>> {
    wangxun::seeds::read_tips(bytes, source, &TipForm::default())
}

#[test]
fn faults_of_tips_name_line_and_field() {
    let sheet = "网址,举报内容,举报人,奇怪\n\
                 http://a.test/x,保本高息 电话13800138000,张三,\n\
                 不是网址,说明,李四,\n\
                 b.test,,,\n\
                 http://a.test/x,保本高息 电话13800138000,张三,\n";
    let loaded = read_tips(sheet.as_bytes(), "tips.csv");
    let rows: Vec<(usize, &str)> = loaded
        .value
        .iter()
        .filter_map(|r| Some((r.line, r.url.as_ref()?.as_str())))
        .collect();
    assert_eq!(rows, [(2, "http://a.test/x"), (4, "http://b.test/")]);
    let faults: Vec<String> = loaded.faults.iter().map(ToString::to_string).collect();
    for (at, what) in [
        ("tips.csv:1:4: warning: 奇怪", "unknown"),
        ("tips.csv:3:1: error: 网址", "not an address"),
        ("tips.csv:5: warning: ", "line 2"),
    ] {
        let found = faults.iter().any(|f| f.starts_with(at) && f.contains(what));
        assert!(found, "{at} {what} in {faults:#?}");
    }
    assert_eq!(faults.len(), 3);
    assert!(faults.iter().all(|f| !f.contains("张三")), "{faults:#?}");
    for broken in [&b"\xff\xfe\x00"[..], b"", b"a,b\n1,2\n", b"\0\0\0"] {
        let loaded = read_tips(broken, "x");
        assert!(loaded.value.is_empty() && loaded.has_errors(), "{broken:?}");
    }
    let gbk = encoding_rs::GBK
        .encode("网址,名称\nhttp://c.test/,镜花贷\n")
        .0
        .into_owned();
    assert_eq!(read_tips(&gbk, "x").value[0].name, "镜花贷");
}

proptest::proptest! {
    #[test]
    fn no_sheet_of_tips_panics(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200), tail in "(网址|,|\n|\"|a\\.test|举报内容|电话){0,30}") {
        let _ = read_tips(&bytes, "x");
        let _ = read_tips(tail.as_bytes(), "x");
    }
}
