//! Whole homes before the judges: every run WARC and every item of a patrol.

use super::damage_table::everything;
use super::judges::{judge, run, text};
use std::fs;
use std::path::{Path, PathBuf};
use wangxun::storage::digest::digests;
use wangxun::storage::home::Home;
use wangxun::storage::item::item_files;
use wangxun::storage::package::file_of;

/// How much was judged.
#[derive(Debug, Default)]
pub(crate) struct Judged {
    pub(crate) warcs: usize,
    pub(crate) items: usize,
    pub(crate) judges: Vec<&'static str>,
}

/// Holds all closed run files and at most `most` items (spread over all of them) of a home against every judge that is
/// installed.
pub(crate) fn judge_home(home: &Path, most: usize) -> Judged {
    let home = Home::read_only(home).unwrap();
    let aside = tempfile::tempdir().unwrap();
    let items = item_files(&home).unwrap();
    let step = items.len().div_ceil(most).max(1);
    let items: Vec<PathBuf> = items.into_iter().step_by(step).collect();
    let mut warcs = closed_runs(&home);
    let runs = warcs.len();
    for (n, item) in items.iter().enumerate() {
        let bytes = fs::read(item).unwrap();
        let folder = aside.path().join(n.to_string());
        fs::create_dir(&folder).unwrap();
        for (name, inside) in [
            ("data.warc.gz", "archive/data.warc.gz"),
            ("data.cdxj", "indexes/index.cdxj"),
        ] {
            fs::write(folder.join(name), file_of(&bytes, inside).unwrap()).unwrap();
        }
        warcs.push(folder.join("data.warc.gz"));
    }
    let mut judged = Judged {
        warcs: runs,
        items: items.len(),
        judges: Vec::new(),
    };
    for (name, judge) in [
        ("warcio", warcio as fn(&[PathBuf]) -> bool),
        ("fastwarc", fastwarc),
        ("cdxj-indexer", cdxj_indexer),
    ] {
        judged.judges.extend(judge(&warcs).then_some(name));
    }
    for (name, judge) in [("wacz", wacz as fn(&[PathBuf]) -> bool), ("openssl", sm3)] {
        judged.judges.extend(judge(&items).then_some(name));
    }
    judged
}

fn closed_runs(home: &Home) -> Vec<PathBuf> {
    let mut warcs = Vec::new();
    for run in fs::read_dir(home.runs()).unwrap() {
        for file in fs::read_dir(run.unwrap().path().join("warc")).unwrap() {
            let path = file.unwrap().path();
            if path.to_string_lossy().ends_with(".warc.gz") {
                warcs.push(path);
            }
        }
    }
    warcs.sort();
    warcs
}

fn warcio(files: &[PathBuf]) -> bool {
    let Some(program) = judge("warcio") else {
        return false;
    };
    for file in files {
        let output = run(&program, &["check", "-v", file.to_str().unwrap()]);
        let said = text(&output);
        let bad = ["no digest", "failed", "WARNING"]
            .iter()
            .any(|w| said.contains(w));
        let good = output.status.success() && said.matches("digest pass").count() > 2;
        assert!(good && !bad, "{}: {said}", file.display());
    }
    true
}

fn fastwarc(files: &[PathBuf]) -> bool {
    let Some(program) = judge("fastwarc") else {
        return false;
    };
    for file in files {
        let output = run(&program, &["check", file.to_str().unwrap()]);
        let said = text(&output);
        let good = output.status.success() && !said.contains("Failed records");
        assert!(
            good && said.contains("verified successfully"),
            "{}: {said}",
            file.display()
        );
    }
    true
}

fn cdxj_indexer(files: &[PathBuf]) -> bool {
    let Some(program) = judge("cdxj-indexer") else {
        return false;
    };
    for file in files {
        let theirs = run(&program, &["-s", file.to_str().unwrap()]);
        assert!(theirs.status.success(), "{}", text(&theirs));
        let name = file.to_string_lossy().replace(".warc.gz", ".cdxj");
        let ours = fs::read(&name).unwrap();
        assert!(
            theirs.stdout == ours,
            "{name} is not what cdxj-indexer writes"
        );
    }
    true
}

fn wacz(items: &[PathBuf]) -> bool {
    let Some(program) = judge("wacz") else {
        return false;
    };
    for item in items {
        let output = run(&program, &["validate", "-f", item.to_str().unwrap()]);
        let said = text(&output);
        let good = output.status.success() && said.contains("is valid");
        assert!(good, "{}: {said}", item.display());
    }
    true
}

fn sm3(items: &[PathBuf]) -> bool {
    let Some(program) = judge("openssl") else {
        return false;
    };
    for item in items {
        let output = run(&program, &["dgst", "-sm3", item.to_str().unwrap()]);
        if !output.status.success() {
            println!("skipped: this openssl knows no SM3");
            return false;
        }
        let ours = hex::encode(digests(&fs::read(item).unwrap()).sm3);
        assert!(text(&output).trim().ends_with(&ours), "{}", item.display());
    }
    true
}

/// A home with a file of every kind, or the one that `WANGXUN_JUDGED_HOME` names:
/// `WANGXUN_JUDGED_HOME=DIR cargo test --test it storage::judges_home -- --nocapture`.
#[test]
fn a_whole_home_is_found_right() {
    let folder = tempfile::tempdir().unwrap();
    let home = std::env::var_os("WANGXUN_JUDGED_HOME").map(PathBuf::from);
    let home = home.unwrap_or_else(|| {
        everything(folder.path());
        folder.path().to_owned()
    });
    let judged = judge_home(&home, usize::MAX);
    assert!(judged.items > 0, "{judged:?}");
    println!("{judged:?}: no fault found");
}
