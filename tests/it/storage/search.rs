//! The search index: what is sealed is found, whatever becomes of the index.

use super::sample::{Draft, open};
use chrono::Utc;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use wangxun::model::monitor::Silent;
use wangxun::model::tokens::Tokenizer;
use wangxun::storage::home::Home;
use wangxun::storage::search::{Hits, SearchDocument, SearchIndex, SearchQuery};
use wangxun::storage::store::Store;
use wangxun::storage::verify::verify_store;
use wangxun::text::Segmenter;

pub fn words() -> Arc<dyn Tokenizer> {
    Arc::new(Segmenter::new(&[]))
}

fn open_search(root: &Path) -> Store {
    let mut store = open(root);
    store.open_search(words(), &Silent).unwrap();
    store
}

fn ask(words: &str) -> SearchQuery {
    SearchQuery {
        words: words.to_owned(),
        limit: 50,
        ..SearchQuery::default()
    }
}

fn found(store: &Store, query: &SearchQuery) -> Vec<String> {
    let search = store.search().unwrap();
    search.commit().unwrap();
    ids(&search.search(query).unwrap())
}

fn ids(hits: &Hits) -> Vec<String> {
    let mut ids: Vec<String> = hits.hits.iter().map(|h| h.evidence_id.clone()).collect();
    ids.sort();
    ids
}

fn seal(store: &Store, visits: std::ops::Range<usize>) -> Vec<String> {
    let seal = |n: usize| {
        let draft = Draft::new(&format!("v{n}"), n);
        let sealed = store.seal(&draft.item()).unwrap();
        sealed.evidence_id().to_owned()
    };
    let mut ids: Vec<String> = visits.map(seal).collect();
    ids.sort();
    ids
}

#[test]
fn sealed_items_are_found_by_text_and_facts() {
    let folder = tempfile::tempdir().unwrap();
    let store = open_search(folder.path());
    let ids = seal(&store, 0..3);
    for words in [
        "保本",
        "保本 抢购",
        "\"保本保息，年化收益\"",
        "保 本",
        "高息财富",
        "虚构平台 18%",
    ] {
        assert_eq!(found(&store, &ask(words)), ids, "{words}");
    }
    for words in ["保本 存款", "\"保本抢购\"", "\"年化保本\""] {
        assert!(found(&store, &ask(words)).is_empty(), "{words}");
    }
    let sha256 = hex::encode(
        wangxun::storage::seal::Sealed::open(store.home(), &ids[0])
            .unwrap()
            .digests()
            .sha256,
    );
    let narrow = |change: &dyn Fn(&mut SearchQuery)| {
        let mut query = ask("");
        change(&mut query);
        found(&store, &query)
    };
    assert_eq!(narrow(&|q| q.domain = Some("gaoxi.test".into())), ids);
    assert_eq!(
        narrow(&|q| q.domain = Some("https://WWW.gaoxi.test/".into())),
        ids
    );
    assert!(narrow(&|q| q.domain = Some("xi.test".into())).is_empty());
    assert_eq!(narrow(&|q| q.url = Some("gaoxi.test/Page".into())), ids);
    assert_eq!(narrow(&|q| q.subject = Some("高息".into())), ids);
    assert_eq!(narrow(&|q| q.platform = Some("高息贷".into())), ids);
    assert_eq!(narrow(&|q| q.rule = Some("YD-01".into())), ids);
    assert!(narrow(&|q| q.rule = Some("YD-02".into())).is_empty());
    assert_eq!(narrow(&|q| q.min_score = Some(60.5)), ids);
    assert!(narrow(&|q| q.min_score = Some(60.6)).is_empty());
    assert_eq!(
        narrow(&|q| q.digest = Some(sha256[..12].to_uppercase())),
        [ids[0].clone()]
    );
    let day = |text: &str| text.parse().ok();
    assert_eq!(narrow(&|q| q.since = day("2026-11-03T10:11:12Z")), ids);
    assert!(narrow(&|q| q.until = day("2026-11-03T10:11:12Z")).is_empty());
    let none = narrow(&|q| q.since = Some(Utc::now() + chrono::Duration::days(36_500)));
    assert!(none.is_empty());
}

#[test]
fn what_was_found_is_shown_in_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let store = open_search(folder.path());
    seal(&store, 0..1);
    store.search().unwrap().commit().unwrap();
    let hits = store.search().unwrap().search(&ask("年化 保本")).unwrap();
    let marked: Vec<&str> = hits.hits[0]
        .snippet
        .iter()
        .filter(|p| p.found)
        .map(|p| p.text.as_str())
        .collect();
    assert_eq!(marked, ["保本", "年化"]);
}

#[test]
fn personal_data_is_masked_and_still_leads_somewhere() {
    let folder = tempfile::tempdir().unwrap();
    let (index, _) = SearchIndex::open_in(folder.path(), words()).unwrap();
    let document = |id: &str, text: &str| SearchDocument {
        evidence_id: id.to_owned(),
        text: text.to_owned(),
        title: "联系13800000001".to_owned(),
        urls: vec!["https://a.test/?tel=13800000001".to_owned()],
        ..SearchDocument::default()
    };
    index
        .put(&document(
            "a",
            "保本，加微信13800000001，备案 辽ICP备00000001号-2",
        ))
        .unwrap();
    index.put(&document("b", "保本，电话13900000002")).unwrap();
    index.commit().unwrap();
    let hits = index.search(&ask("13800000001 微信")).unwrap();
    assert_eq!(ids(&hits), ["a"]);
    let shown = format!("{:?}", hits.hits);
    assert!(
        shown.contains("138****0001") && !shown.contains("13800000001"),
        "{shown}"
    );
    let icp = |number: &str| SearchQuery {
        icp: Some(number.to_owned()),
        ..ask("")
    };
    for number in ["辽ICP备00000001号-2", "辽icp备00000001号", "00000001"] {
        assert_eq!(ids(&index.search(&icp(number)).unwrap()), ["a"], "{number}");
    }
    assert!(
        index
            .search(&icp("辽ICP备00000002号"))
            .unwrap()
            .hits
            .is_empty()
    );
    // Entered again, it replaces what was there.
    index.put(&document("a", "存款")).unwrap();
    index.commit().unwrap();
    assert_eq!(ids(&index.search(&ask("保本")).unwrap()), ["b"]);
}

#[test]
fn an_index_that_is_behind_or_gone_is_filled() {
    let folder = tempfile::tempdir().unwrap();
    let mut ids = seal(&open_search(folder.path()), 0..2);
    // Sealed without it, as after a crash or by a command that has no use for it.
    ids.extend(seal(&open(folder.path()), 2..5));
    ids.sort();
    assert_eq!(found(&open_search(folder.path()), &ask("保本")), ids);
    fs::remove_dir_all(folder.path().join("search")).unwrap();
    assert_eq!(found(&open_search(folder.path()), &ask("保本")), ids);
    let mut store = open(folder.path());
    let filled = store.rebuild_search(words(), &Silent).unwrap();
    assert_eq!(
        (filled.entered, filled.removed, filled.notes.len()),
        (5, 0, 0)
    );
    // A package that is gone is no longer found, whoever took it away.
    drop(store);
    let home = Home::read_only(folder.path()).unwrap();
    let path = wangxun::storage::item::find_item(&home, &ids[0])
        .unwrap()
        .unwrap();
    fs::remove_file(path).unwrap();
    assert_eq!(found(&open_search(folder.path()), &ask("保本")), ids[1..]);
}

#[test]
fn a_damaged_index_is_set_aside_and_filled_again() {
    let folder = tempfile::tempdir().unwrap();
    let ids = seal(&open_search(folder.path()), 0..3);
    let search = folder.path().join("search");
    let files: Vec<PathBuf> = fs::read_dir(&search)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.metadata().unwrap().len() > 0)
        .collect();
    let before: Vec<(PathBuf, Vec<u8>)> = files
        .iter()
        .map(|p| (p.clone(), fs::read(p).unwrap()))
        .collect();
    let mut tried = 0;
    for (path, bytes) in &before {
        type Damage = fn(&[u8]) -> Option<Vec<u8>>;
        let damages: [Damage; 4] = [
            |b| {
                let mut b = b.to_vec();
                let middle = b.len() / 2;
                b[middle] ^= 0x55;
                Some(b)
            },
            |b| Some(b[..b.len() / 2].to_vec()),
            |_| Some(Vec::new()),
            |_| None,
        ];
        for damage in damages {
            let _ = fs::remove_dir_all(&search);
            fs::create_dir(&search).unwrap();
            for (path, bytes) in &before {
                fs::write(path, bytes).unwrap();
            }
            match damage(bytes) {
                Some(bytes) => fs::write(path, bytes).unwrap(),
                None => fs::remove_file(path).unwrap(),
            }
            let store = open_search(folder.path());
            assert_eq!(found(&store, &ask("保本")), ids, "{}", path.display());
            tried += 1;
        }
    }
    assert!(tried >= 20, "{tried}");
    eprintln!("search index damaged {tried} times, as good as new each time");
}

#[test]
fn a_patrol_can_be_searched_while_it_seals() {
    let folder = tempfile::tempdir().unwrap();
    let store = open_search(folder.path());
    let ids = seal(&store, 0..2);
    store.search().unwrap().commit().unwrap();
    let home = Home::read_only(folder.path()).unwrap();
    assert!(home.is_in_use());
    let reader = SearchIndex::read_only(&home, words()).unwrap().unwrap();
    assert_eq!(self::ids(&reader.search(&ask("保本")).unwrap()), ids);
    let empty = tempfile::tempdir().unwrap();
    drop(Home::open(empty.path()).unwrap());
    let home = Home::read_only(empty.path()).unwrap();
    assert!(SearchIndex::read_only(&home, words()).unwrap().is_none());
}

#[test]
fn nothing_of_a_deleted_item_stays_in_the_index() {
    let folder = tempfile::tempdir().unwrap();
    let ids = seal(&open_search(folder.path()), 0..2);
    let home = Home::read_only(folder.path()).unwrap();
    let path = wangxun::storage::item::find_item(&home, &ids[0])
        .unwrap()
        .unwrap();
    fs::remove_file(path).unwrap();
    drop(open_search(folder.path()));
    let holds = |id: &str| {
        fs::read_dir(folder.path().join("search"))
            .unwrap()
            .filter_map(|e| fs::read(e.unwrap().path()).ok())
            .any(|bytes| bytes.windows(id.len()).any(|w| w == id.as_bytes()))
    };
    assert!(holds(&ids[1]) && !holds(&ids[0]));
}

#[test]
fn the_index_is_no_evidence() {
    let folder = tempfile::tempdir().unwrap();
    seal(&open_search(folder.path()), 0..1);
    fs::write(folder.path().join("search/stray"), "x").unwrap();
    let home = Home::read_only(folder.path()).unwrap();
    assert_eq!(verify_store(&home, &Silent).unwrap().exit_code(), 0);
}
