//! Stored captures judged again: what a changed lexicon says of them is recorded once, and nothing stored is touched.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::watch;
use wangxun::fetch::FetchSettings;
use wangxun::model::custody::Actor;
use wangxun::model::monitor::Silent;
use wangxun::patrol::images::ImageOrder;
use wangxun::patrol::inspect::Inspector;
use wangxun::patrol::order::{Order, carry_out, tool};
use wangxun::patrol::pipeline::PatrolSettings;
use wangxun::patrol::reaudit::{ReauditOrder, ReauditSummary, reaudit};
use wangxun::patrol::rendering::Browser;
use wangxun::practice::{self, Bind, LoadPlan};
use wangxun::seeds;
use wangxun::storage::index::ItemQuery;
use wangxun::storage::run::read::runs;
use wangxun::storage::store::Store;
use wangxun::storage::verify::{Outcome, verify_store};
use wangxun::wire::reaudit::ChangeKind;

/// More than two batches, so that a stop falls between them.
const PAGES: u64 = 150;

fn inspector(dir: Option<&Path>) -> Inspector {
    let registers = seeds::load_registers(None).expect("registers").value;
    Inspector::compile(dir, registers).expect("lexicons")
}

fn open(home: &Path) -> Store {
    Store::open(home, "main", Actor::patrol(""), &Silent)
        .expect("store")
        .0
}

/// A home with the captures of a patrol over generated pages.
fn patrolled(home: &Path, plain: &Path) {
    let runtime = tokio::runtime::Runtime::new().expect("runtime");
    runtime.block_on(async {
        let plan = LoadPlan {
            pages: PAGES,
            hosts: 2,
        };
        let served = practice::serve_load(plan, Bind { port: 0, log: 0 })
            .await
            .expect("load");
        let order = Order {
            list: practice::patrol_list(&served),
            fresh: true,
            settings: PatrolSettings::default(),
            fetch: FetchSettings::new("test"),
            store: Arc::new(open(home)),
            browser: Browser::None,
            inspector: Arc::new(inspector(Some(plain))),
            images: ImageOrder::none(),
            monitor: Arc::new(Silent),
            networks: None,
            legal_basis: Vec::new(),
            watching: None,
        };
        let (_keep, stop) = watch::channel(false);
        let summary = carry_out(order, stop).await.expect("patrol");
        assert!(summary.complete && summary.findings > 0, "{summary:?}");
        assert_eq!(summary.pages, PAGES, "{summary:?}");
        served.shutdown().await;
    });
}

/// Lexicons in which the hand-set points decide, so that the test says the same whatever model is built in.
fn lexicons(dir: &Path, name: &str, edit: impl Fn(&str) -> String) -> PathBuf {
    let folder = dir.join(name);
    std::fs::create_dir_all(&folder).expect("folder");
    std::fs::write(folder.join("wording.tsv"), "# no model\n").expect("file");
    let rules = include_str!("../../../lexicons/rules.toml");
    std::fs::write(folder.join("rules.toml"), edit(rules)).expect("file");
    folder
}

/// The catalogue with another value in one of its rules; `from` and `until` are said of the rule's basis, of which one is left.
fn with(rules: &str, id: &str, key: &str, value: &str) -> String {
    let at = rules.find(&format!("id = \"{id}\"")).expect("the rule");
    let (head, tail) = rules.split_at(at);
    let (rule, rest) = tail.split_once("\n[[rule]]\n").unwrap_or((tail, ""));
    let (fields, bases) = rule.split_once("\n[[rule.basis]]\n").expect("a basis");
    let basis = bases.split("\n[[rule.basis]]\n").next().unwrap_or("");
    let other = |text: &str, without: &[&str]| {
        let kept = text.lines().filter(|line| {
            let of = |key: &&str| line.starts_with(&format!("{key} = "));
            !without.iter().any(of)
        });
        kept.collect::<Vec<_>>().join("\n")
    };
    let (fields, basis) = if matches!(key, "from" | "until") {
        let basis = other(basis, &["from", "until"]);
        (fields.to_owned(), format!("{basis}\n{key} = {value}"))
    } else {
        let fields = other(fields, &[key]);
        (format!("{fields}\n{key} = {value}"), basis.to_owned())
    };
    format!("{head}{fields}\n[[rule.basis]]\n{basis}\n\n[[rule]]\n{rest}")
}

fn again(
    store: &Store,
    inspector: &Inspector,
    record: bool,
    stop: &watch::Receiver<bool>,
) -> ReauditSummary {
    let order = ReauditOrder {
        store,
        inspector,
        monitor: &Silent,
        tool: tool(),
        runs: runs(store.home()).expect("runs"),
        since: None,
        date: None,
        record,
        basis: inspector.version().to_owned(),
    };
    reaudit(&order, stop).expect("re-audit")
}

/// Digest of every file of evidence and archive.
fn stored(home: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![home.join("evidence"), home.join("runs")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("folder") {
            let path = entry.expect("entry").path();
            match path.is_dir() {
                true => folders.push(path),
                false => {
                    files.insert(path.clone(), std::fs::read(&path).expect("file"));
                }
            }
        }
    }
    files
}

#[test]
fn what_is_new_is_recorded_once_and_nothing_stored_changes() {
    let folder = tempfile::tempdir().expect("folder");
    let home = folder.path().join("home");
    let plain = lexicons(folder.path(), "plain", str::to_owned);
    patrolled(&home, &plain);
    let before = stored(&home);
    let (tell, stop) = watch::channel(false);
    let store = open(&home);

    let same = again(&store, &inspector(Some(&plain)), true, &stop);
    assert!(same.complete && same.judged == PAGES, "{same:?}");
    assert!(same.pages.is_empty() && same.records.is_empty(), "{same:?}");

    // A rule that weighs less, and one that had ended before the pages were seen.
    let milder = lexicons(folder.path(), "milder", |rules| {
        let rules = with(rules, "YD-8", "until", "2018-06-30");
        with(&rules, "AD-25-1", "severity", "3")
    });
    let milder = inspector(Some(&milder));
    let only_told = again(&store, &milder, false, &stop);
    assert!(only_told.records.is_empty() && !only_told.pages.is_empty());
    assert!(only_told.count(ChangeKind::Lost) > 0 && only_told.count(ChangeKind::Severity) > 0);
    assert_eq!(only_told.count(ChangeKind::New), 0);

    // Stopped after the first batch, then gone on with.
    tell.send(true).expect("stop");
    let part = again(&store, &milder, true, &stop);
    assert!(!part.complete && part.judged < PAGES, "{part:?}");
    tell.send(false).expect("go on");
    let rest = again(&store, &milder, true, &stop);
    assert!(rest.complete, "{rest:?}");
    assert_eq!(rest.resumed, part.judged);
    assert_eq!(rest.resumed + rest.judged, PAGES);
    assert_eq!(rest.pages.len(), only_told.pages.len());
    let written = part.records.len() + rest.records.len();
    assert!((1..=2).contains(&written), "{part:?}\n{rest:?}");

    let journal = std::fs::read_to_string(home.join("journal/main.jsonl")).expect("journal");
    let repeated = again(&store, &milder, true, &stop);
    assert!(repeated.records.is_empty() && repeated.judged == PAGES);
    assert_eq!(repeated.pages.len(), only_told.pages.len(), "still told");
    assert!(repeated.pages.iter().all(|page| !page.fresh));
    let unchanged = std::fs::read_to_string(home.join("journal/main.jsonl")).expect("journal");
    assert_eq!(journal, unchanged, "the same lexicons add nothing");

    let rows = store
        .index()
        .findings_reaudited(&ItemQuery::default())
        .expect("findings");
    let lost = rows.iter().filter_map(|row| row.reaudit.as_ref());
    assert!(lost.clone().any(|mark| mark.change == ChangeKind::Lost));
    assert!(
        lost.clone()
            .all(|mark| mark.lexicon_version == milder.version())
    );

    // Back to the first lexicons: that, too, is recorded, and then nothing differs any more.
    let back = again(&store, &inspector(Some(&plain)), true, &stop);
    assert!(!back.records.is_empty());
    assert!(
        back.pages
            .iter()
            .all(|page| page.changes.is_empty() && page.fresh)
    );
    let rows = store
        .index()
        .findings_reaudited(&ItemQuery::default())
        .expect("findings");
    assert!(rows.iter().all(|row| row.reaudit.is_none()));

    assert_eq!(stored(&home), before, "stored evidence is as it was");
    let report = verify_store(store.home(), &Silent).expect("verify");
    assert_eq!(report.outcome(), Outcome::Pass, "{report:#?}");
}

#[test]
fn pages_are_judged_by_the_rules_of_their_day() {
    let folder = tempfile::tempdir().expect("folder");
    let home = folder.path().join("home");
    let plain = lexicons(folder.path(), "plain", str::to_owned);
    patrolled(&home, &plain);
    let store = open(&home);
    let (_tell, stop) = watch::channel(false);
    // In force from a day long after the captures only.
    let later = lexicons(folder.path(), "later", |rules| {
        with(rules, "AD-25-1", "from", "2999-01-01")
    });
    let later = inspector(Some(&later));
    let day = chrono::NaiveDate::from_ymd_opt(2999, 6, 1);
    let count = |date, since| {
        let order = ReauditOrder {
            store: &store,
            inspector: &later,
            monitor: &Silent,
            tool: tool(),
            runs: runs(store.home()).expect("runs"),
            since,
            date,
            record: false,
            basis: "test".to_owned(),
        };
        let summary = reaudit(&order, &stop).expect("re-audit");
        let changes = summary.pages.iter().flat_map(|page| &page.changes);
        let lost = changes.filter(|c| c.rule == "AD-25-1" && c.change == ChangeKind::Lost);
        (lost.count(), summary.judged, summary.left_out)
    };
    let (by_capture, judged, _) = count(None, None);
    assert!(
        by_capture > 0 && judged == PAGES,
        "not in force when they were seen"
    );
    assert_eq!(count(day, None).0, 0, "in force on the day asked for");
    assert_eq!(
        count(None, day),
        (0, 0, PAGES),
        "nothing was captured since"
    );
}
