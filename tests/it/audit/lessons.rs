//! The texts that the model of wording is trained on: readable, labelled in the guide's words, and those of the stored model.

use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::path::PathBuf;
use wangxun::lexicons::bundle::Bundle;
use wangxun::model::claim::ClaimKind;
use wangxun::model::context::{Context, Offer};
use wangxun::patrol::evaluate::Labelled;

fn files() -> Vec<(String, Vec<u8>)> {
    let dir = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let entries = std::fs::read_dir(dir).expect("the corpus lies beside the tests");
    let paths = entries.map(|e| e.expect("readable").path());
    let mut files: Vec<(String, Vec<u8>)> = paths
        .filter(|p| p.extension().is_some_and(|e| e == "jsonl"))
        .map(|p| {
            (
                p.display().to_string(),
                std::fs::read(&p).expect("readable"),
            )
        })
        .collect();
    files.sort();
    files
}

#[test]
fn lessons_are_labelled_in_the_guides_words() {
    let mut ids = BTreeSet::new();
    let mut texts = BTreeSet::new();
    let (mut findings, mut innocents) = (0, 0);
    for (name, bytes) in files() {
        let text = String::from_utf8(bytes).expect("UTF-8");
        for (at, line) in text.lines().enumerate() {
            let place = format!("{name}:{}", at + 1);
            let row: Labelled =
                serde_json::from_str(line).unwrap_or_else(|e| panic!("{place}: {e}"));
            assert!(ids.insert(row.id.clone()), "{place}: {} twice", row.id);
            assert!(texts.insert(row.text.clone()), "{place}: text twice");
            let context =
                Context::parse(&row.context).unwrap_or_else(|| panic!("{place}: context"));
            assert!(Offer::parse(&row.offer).is_some(), "{place}: offer");
            let known = |c: &String| ClaimKind::parse(c).is_some();
            assert!(row.claims.iter().all(known), "{place}: claims");
            assert!(row.sure.is_some_and(|s| s <= 2), "{place}: sure");
            assert!(
                row.finding == 0 || context == Context::Ad,
                "{place}: a finding is an advertisement"
            );
            if row.finding == 1 {
                findings += 1;
            } else {
                innocents += 1;
            }
        }
    }
    assert!(
        findings >= 1200 && innocents >= 2000,
        "{findings} {innocents}"
    );
}

#[test]
fn the_stored_model_was_trained_on_these_lessons() {
    let mut digest = Sha256::new();
    for (_, bytes) in files() {
        digest.update(bytes);
    }
    let digest = hex::encode(digest.finalize());
    let head = Bundle::embedded().text("wording.tsv").to_owned();
    assert!(
        head.lines().take(3).any(|l| l.contains(&digest)),
        "train again: wangxun lexicon train tests/corpus/*.jsonl --out lexicons/wording.tsv (corpus is {digest})"
    );
}
