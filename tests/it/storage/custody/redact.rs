//! Redacted copies: nothing that was covered can be found in them, and the item itself stays as it is.

use super::super::sample::{Draft, exchange, open};
use super::{grounds, late, verify};
use std::fs;
use std::io::Read;
use wangxun::model::capture::Capture;
use wangxun::storage::custody::{CustodyError, Redacting, history};
use wangxun::storage::index::ItemQuery;
use wangxun::storage::package::redacted::Covering;
use wangxun::storage::package::{check, file_of, text_of};
use wangxun::storage::verify::Outcome;
use wangxun::wire::manifest::Tool;

fn order(wordings: &[&str], auto: bool) -> Redacting {
    Redacting {
        covering: Covering {
            wordings: wordings.iter().map(|w| (*w).to_owned()).collect(),
            auto,
            reason: "向当事人出示".to_owned(),
        },
        grounds: grounds(),
        tool: Tool {
            name: "wangxun".to_owned(),
            version: "0.1.0".to_owned(),
            sha256: None,
        },
        now: late().now,
    }
}

const SECRETS: [&str; 4] = ["13800001234", "甲某某", "11010519491231002X", "xugou00000"];

/// A page full of personal data, also in its address, title and facts.
fn telling_draft() -> Draft {
    let mut draft = Draft::new("v0", 0);
    let before = draft.page.text.len();
    draft
        .page
        .text
        .push_str("联系甲某某，手机13800001234，身份证11010519491231002X，微信：xugou00000\n");
    assert!(draft.page.text.len() > before);
    draft.page.title = "甲某某理财 13800001234".to_owned();
    draft.verdict.findings[0].remark = "收款人甲某某".to_owned();
    let quote = "联系甲某某，手机13800001234";
    let start = draft.page.text.find(quote).unwrap();
    draft.verdict.findings[1].quote = quote.to_owned();
    draft.verdict.findings[1].span = start..start + quote.len();
    draft.verdict.who.brand.as_mut().unwrap().name = "甲某某财富".to_owned();
    let body = draft.page.text.clone();
    let url = "http://www.gaoxi.test/%E7%94%B2%E6%9F%90%E6%9F%90?tel=13800001234";
    let exchange = exchange(
        url,
        200,
        &[("Content-Type", "text/html")],
        body.as_bytes(),
        0,
    );
    draft.capture = Capture {
        requested: exchange.url.clone(),
        exchanges: vec![exchange],
        notes: Vec::new(),
        rendering: None,
        images: Vec::new(),
    };
    draft
}

/// All bytes that can be had from a package, its records unpacked.
fn everything(package: &[u8]) -> String {
    let mut all = String::from_utf8_lossy(package).into_owned();
    let warc = file_of(package, "archive/data.warc.gz").unwrap();
    let mut unpacked = Vec::new();
    flate2::read::MultiGzDecoder::new(warc)
        .read_to_end(&mut unpacked)
        .unwrap();
    all.push_str(&String::from_utf8_lossy(&unpacked));
    all
}

#[test]
fn nothing_that_was_covered_is_in_the_copy() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let draft = telling_draft();
    let sealed = store.seal(&draft.item()).unwrap();
    let original = fs::read(sealed.path()).unwrap();
    for secret in SECRETS {
        assert!(everything(&original).contains(secret), "{secret}");
    }
    let copy = store
        .redact(sealed.evidence_id(), &order(&["甲某某"], true))
        .unwrap();
    assert_eq!(
        fs::read(sealed.path()).unwrap(),
        original,
        "the item itself stays"
    );
    let bytes = fs::read(copy.path()).unwrap();
    let all = everything(&bytes);
    for secret in SECRETS.iter().chain(&["%E7%94%B2%E6%9F%90%E6%9F%90"]) {
        assert!(!all.contains(secret), "{secret} is in the copy");
    }
    let manifest = check(&bytes).unwrap();
    assert!(
        manifest
            .records
            .iter()
            .all(|r| r.kind == "warcinfo" || r.target.starts_with("urn:text:"))
    );
    let parent = manifest.custody.parent.as_ref().unwrap();
    assert_eq!(parent.evidence_id, sealed.evidence_id());
    assert_eq!(parent.package, sealed.file_digest());
    assert_eq!(manifest.custody.kind, "redacted-copy");
    let categories: Vec<&str> = manifest
        .custody
        .redactions
        .iter()
        .map(|r| r.category.as_str())
        .collect();
    assert_eq!(
        categories,
        ["identity-number", "mobile", "messenger", "named"]
    );
    assert!(
        manifest
            .custody
            .redactions
            .iter()
            .all(|r| r.places > 0 && r.reason == "向当事人出示")
    );
    // Offsets are those of the item, and what is no personal data is still there.
    let text = text_of(&bytes).unwrap();
    assert_eq!(text.len(), draft.page.text.len());
    assert_eq!(
        manifest.findings[0].quote,
        sealed.manifest().findings[0].quote
    );
    assert_eq!(manifest.findings[1].quote, "联系＊＊＊，手机***********");
    let report =
        String::from_utf8_lossy(file_of(&bytes, "custody/report.html").unwrap()).into_owned();
    assert!(
        report.contains("脱敏副本")
            && report.contains("手机号码")
            && report.contains(sealed.evidence_id())
    );
}

#[test]
fn a_copy_is_listed_once_and_told_in_both_histories() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let sealed = store.seal(&telling_draft().item()).unwrap();
    let copy = store
        .redact(sealed.evidence_id(), &order(&[], true))
        .unwrap();
    assert_eq!(store.index().counts().unwrap().items, 2);
    assert_eq!(
        store.index().findings(&ItemQuery::default()).unwrap().len(),
        2,
        "not doubled"
    );
    let acts = |id: &str| {
        let entries = history(store.home(), id, None).unwrap();
        entries.into_iter().map(|e| e.action).collect::<Vec<_>>()
    };
    assert_eq!(acts(sealed.evidence_id()), ["seal", "seal", "redact"]);
    assert_eq!(acts(copy.evidence_id()), ["seal", "redact"]);
    let journal = fs::read_to_string(folder.path().join("journal/main.jsonl")).unwrap();
    assert!(SECRETS.iter().all(|s| !journal.contains(s)));
    // A copy of the copy covers more.
    let again = store
        .redact(copy.evidence_id(), &order(&["甲某某"], false))
        .unwrap();
    assert_eq!(
        again
            .manifest()
            .custody
            .parent
            .as_ref()
            .unwrap()
            .evidence_id,
        copy.evidence_id()
    );
    drop(store);
    let report = verify(folder.path());
    assert_eq!(report.outcome(), Outcome::Pass, "{:#?}", report.checks);
    let store = open(folder.path());
    wangxun::storage::rebuild::rebuild(&store, &wangxun::model::monitor::Silent).unwrap();
    assert_eq!(store.index().counts().unwrap().findings, 2);
}

#[test]
fn nothing_to_cover_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let sealed = store.seal(&Draft::new("v0", 0).item()).unwrap();
    for nothing in [
        order(&[], true),
        order(&["不在页面上的字"], false),
        order(&[], false),
    ] {
        let refused = store.redact(sealed.evidence_id(), &nothing);
        assert!(matches!(refused, Err(CustodyError::Bad { .. })));
    }
    assert_eq!(store.index().counts().unwrap().items, 1);
}

#[test]
fn a_shorter_wording_leaves_nothing_of_a_longer_one() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let sealed = store.seal(&telling_draft().item()).unwrap();
    let copy = store
        .redact(sealed.evidence_id(), &order(&["甲某", "某某，手机"], false))
        .unwrap();
    let text = text_of(&fs::read(copy.path()).unwrap()).unwrap();
    assert!(text.contains("联系＊＊＊＊＊＊13800001234"), "{text}");
}
