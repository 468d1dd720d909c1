//! Verification on all cores: the same report every time, progress that ends at its total, records read on demand.

use super::sample::{Draft, RUN, capture, context, open};
use std::path::Path;
use std::sync::Mutex;
use wangxun::model::monitor::{Event, Monitor, Silent};
use wangxun::storage::home::Home;
use wangxun::storage::run::RunSettings;
use wangxun::storage::verify::{Outcome, verify_file, verify_store, verify_store_deep};

/// Several items, and a run with several closed files.
fn store_with_files(root: &Path) {
    let store = open(root);
    let settings = RunSettings {
        rotate_bytes: 8_000,
        ..RunSettings::default()
    };
    let (run, _) = store.run(RUN, settings).unwrap();
    for n in 0..24 {
        let visit = format!("v{n}");
        run.append(&capture(n), &context(&visit)).unwrap();
        store.seal(&Draft::new(&visit, n).item()).unwrap();
    }
    run.finish(true, "").unwrap();
}

/// Remembers the last progress told.
#[derive(Default)]
struct Last(Mutex<Option<(u64, u64)>>);

impl Monitor for Last {
    fn event(&self, event: Event) {
        if let Event::Progress { done, total, .. } = event {
            let mut last = self.0.lock().unwrap();
            *last = (*last).max(Some((done, total)));
        }
    }
}

#[test]
fn the_report_does_not_depend_on_how_the_work_was_shared_out() {
    let folder = tempfile::tempdir().unwrap();
    store_with_files(folder.path());
    let home = Home::read_only(folder.path()).unwrap();
    let last = Last::default();
    let first = verify_store(&home, &last).unwrap();
    assert_eq!(first.outcome(), Outcome::Pass, "{:#?}", first.checks);
    assert!(first.checks.len() > 24 + 9, "{}", first.checks.len());
    let (done, total) = last.0.lock().unwrap().unwrap();
    assert_eq!(done, total);
    for _ in 0..5 {
        assert_eq!(verify_store(&home, &Silent).unwrap(), first);
    }
}

#[test]
fn deep_verification_reads_the_records_of_closed_files() {
    let folder = tempfile::tempdir().unwrap();
    store_with_files(folder.path());
    let home = Home::read_only(folder.path()).unwrap();
    let deep = verify_store_deep(&home, &Silent).unwrap();
    assert_eq!(deep.outcome(), Outcome::Pass, "{:#?}", deep.checks);
    let read = deep.checks.iter().filter(|c| c.name == "records").count();
    assert!(read > 2, "{read} files were read");
    let path = home.warc(RUN).join(format!("{RUN}-00001.warc.gz"));
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&path, &bytes).unwrap();
    for report in [
        verify_store_deep(&home, &Silent).unwrap(),
        verify_file(&path, &Silent).unwrap(),
    ] {
        let failed = |name| {
            let subject = format!("runs/{RUN}/warc/{RUN}-00001.warc.gz");
            report
                .checks
                .iter()
                .any(|c| c.name == name && c.subject == subject && c.outcome == Outcome::Fail)
        };
        assert!(failed("WARC"), "{:#?}", report.checks);
        assert!(
            failed("records") || failed("digest"),
            "{:#?}",
            report.checks
        );
    }
}
