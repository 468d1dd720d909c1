//! Packages of version 3: manifest with custody, report inside; and those of the versions before.

use super::super::sample::{Draft, open};
use std::fs;
use wangxun::model::custody::ItemKind;
use wangxun::storage::package;
use wangxun::wire::custody::{ItemCustody, StoredOfficer};
use wangxun::wire::item_page;
use wangxun::wire::manifest::MANIFEST_FORMAT;

fn officer(name: &str) -> StoredOfficer {
    StoredOfficer {
        name: name.to_owned(),
        unit: "某县金融办".to_owned(),
        certificate: "LZ-0001".to_owned(),
    }
}

#[test]
fn the_manifest_says_how_the_item_came_to_be() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let custody = ItemCustody {
        case_no: Some("某金监案〔2026〕3号".to_owned()),
        collectors: vec![officer("张某"), officer("李某")],
        no_witness_reason: Some("网上取证,无见证条件".to_owned()),
        ..ItemCustody::of(ItemKind::AttendedCapture)
    };
    let draft = Draft::new("v0", 0);
    let sealed = store.seal_with(&draft.item(), &custody).unwrap();
    let bytes = fs::read(sealed.path()).unwrap();
    let manifest = package::check(&bytes).unwrap();
    assert_eq!(manifest.format, MANIFEST_FORMAT);
    assert_eq!(manifest.custody, custody);
    assert!(manifest.attended);
    assert_eq!(manifest.page_resources.mode, "document-only");
    let raw = package::file_of(&bytes, "custody/manifest.json").unwrap();
    let raw = String::from_utf8_lossy(raw);
    for none in [
        "\"witness\": null",
        "\"parent\": null",
        "\"prior_capture\": null",
    ] {
        assert!(raw.contains(none), "{none}");
    }
    let row = store.index().get(sealed.evidence_id()).unwrap().unwrap();
    assert_eq!(row.kind, "attended-capture");
    assert_eq!(row.case_no, custody.case_no);
    // The same draft gives the same bytes.
    let other = tempfile::tempdir().unwrap();
    let again = open(other.path())
        .seal_with(&draft.item(), &custody)
        .unwrap();
    assert_eq!(again.digests(), sealed.digests());
}

#[test]
fn the_report_inside_follows_from_the_manifest_and_loads_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let draft = Draft::new("v1", 1);
    let custody = ItemCustody {
        case_no: Some("<script>alert(1)</script>\u{202e}".to_owned()),
        ..ItemCustody::of(ItemKind::PageCapture)
    };
    let sealed = store.seal_with(&draft.item(), &custody).unwrap();
    let bytes = fs::read(sealed.path()).unwrap();
    let report = package::file_of(&bytes, "custody/report.html").unwrap();
    let report = std::str::from_utf8(report).unwrap();
    let mut manifest = sealed.manifest().clone();
    let listed = manifest.files.pop().unwrap();
    assert_eq!(listed.path, "custody/report.html");
    assert_eq!(item_page::html(&manifest), report);
    for part in [
        "电子数据说明",
        sealed.evidence_id(),
        "AD-25-1",
        "保本保息，年化收益18%",
        "广告法第二十五条",
    ] {
        assert!(report.contains(part), "{part}");
    }
    assert!(report.contains("&lt;script&gt;alert(1)&lt;/script&gt;\\u{202e}"));
    for forbidden in [
        "<script", "src=", "href=", "<img", "<link", "@import", "url(", "\u{202e}",
    ] {
        assert!(!report.contains(forbidden), "{forbidden}");
    }
    assert!(report.contains("default-src 'none'"));
}

/// Written by the program of the version before; never edited.
#[test]
fn a_package_of_version_two_is_still_read() {
    let bytes = include_bytes!("manifest-2.wacz");
    let manifest = package::check(bytes).unwrap();
    assert_eq!(manifest.format, "wangxun-manifest/2");
    assert_eq!(manifest.custody, ItemCustody::default());
    assert_eq!(manifest.custody.item_kind(), Some(ItemKind::PageCapture));
    assert!(package::text_of(bytes).unwrap().contains("保本保息"));
    for at in 0..bytes.len() {
        let mut changed = bytes.to_vec();
        changed[at] ^= 1 << (at % 8);
        assert!(package::check(&changed).is_err(), "byte {at}");
    }
}
