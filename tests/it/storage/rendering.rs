//! What a browser made of a page: kept in the run's archive and in the item, and had back from both.

use super::sample::{Draft, RUN, capture, context, open};
use std::fs;
use url::Url;
use wangxun::model::custody::ItemKind;
use wangxun::model::image::PixelBox;
use wangxun::model::monitor::Silent;
use wangxun::model::note::Note;
use wangxun::model::rendering::{
    LoadOutcome, LoadedResource, PageMessage, PagePlace, Rendering, Tile,
};
use wangxun::storage::extract::records_of;
use wangxun::storage::home::Home;
use wangxun::storage::package;
use wangxun::storage::run::RunSettings;
use wangxun::storage::verify::{Outcome, verify_store};
use wangxun::wire::custody::ItemCustody;

/// A page of two pictures with a request of every outcome.
fn rendering() -> Rendering {
    let started = "2026-11-03T10:11:14.000000007Z".parse().unwrap();
    let resource = |url: &str, status, outcome| LoadedResource {
        url: url.to_owned(),
        kind: "Image".to_owned(),
        status,
        server: "192.0.2.7:80".parse().ok(),
        outcome,
    };
    Rendering {
        places: vec![PagePlace {
            path: "body > div".to_owned(),
            place: PixelBox {
                x: 1,
                y: 2,
                width: 300,
                height: 250,
            },
        }],
        url: Url::parse("http://www.gaoxi.test/after?x=1#top").unwrap(),
        dom: "<!DOCTYPE html><html><body>保本保息</body></html>".to_owned(),
        view: Some(b"\x89PNG\r\n\x1a\nview".to_vec()),
        pdf: Some(b"%PDF-1.4 print".to_vec()),
        full_page: vec![
            Tile {
                top: 0,
                height: 8_000,
                png: b"\x89PNG\r\n\x1a\none".to_vec(),
            },
            Tile {
                top: 8_000,
                height: 123,
                png: b"\x89PNG\r\n\x1a\ntwo".to_vec(),
            },
        ],
        height: 8_123,
        width: 1_366,
        resources: vec![
            resource(
                "http://www.gaoxi.test/a.png",
                Some(200),
                LoadOutcome::Loaded,
            ),
            resource(
                "http://10.0.0.1/",
                None,
                LoadOutcome::Blocked("blocked-address: x".to_owned()),
            ),
            resource(
                "http://www.gaoxi.test/b.png",
                Some(404),
                LoadOutcome::Missing("HTTP 404".to_owned()),
            ),
        ],
        messages: vec![PageMessage {
            kind: "alert".to_owned(),
            text: "限时抢购".to_owned(),
        }],
        browser: "Chrome/1.2.3".to_owned(),
        started,
        ended: started + chrono::Duration::seconds(4),
        notes: vec![Note::new("render-busy", "still busy")],
    }
}

fn assert_same(back: &Rendering, written: &Rendering) {
    assert_eq!((&back.url, &back.dom), (&written.url, &written.dom));
    assert_eq!(
        (&back.view, &back.full_page, &back.pdf),
        (&written.view, &written.full_page, &written.pdf)
    );
    assert_eq!((back.height, back.width), (written.height, written.width));
    assert_eq!(
        (&back.resources, &back.messages),
        (&written.resources, &written.messages)
    );
    assert_eq!(
        (&back.browser, back.started, back.ended),
        (&written.browser, written.started, written.ended)
    );
    assert_eq!(
        back.notes,
        [Note::new("stored-note", "render-busy: still busy")]
    );
}

#[test]
fn the_archive_gives_it_back() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let (run, _) = store.run(RUN, RunSettings::default()).unwrap();
    let mut written = capture(3);
    written.rendering = Some(Box::new(rendering()));
    let place = run.append(&written, &context("v3")).unwrap();
    let back = run.read_capture(&place).unwrap();
    assert_eq!(back.exchanges.len(), written.exchanges.len());
    assert_same(&back.rendering.unwrap(), &rendering());
    run.finish(true, "").unwrap();
    drop(store);
    let report = verify_store(&Home::read_only(folder.path()).unwrap(), &Silent).unwrap();
    assert_eq!(report.outcome(), Outcome::Pass, "{report:#?}");
}

#[test]
fn the_item_holds_pictures_document_and_requests() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let mut draft = Draft::new("v0", 0);
    draft.capture.rendering = Some(Box::new(rendering()));
    let sealed = store
        .seal_with(&draft.item(), &ItemCustody::of(ItemKind::PageCapture))
        .unwrap();
    let bytes = fs::read(sealed.path()).unwrap();
    let manifest = package::check(&bytes).unwrap();
    let resources = &manifest.page_resources;
    assert_eq!(resources.mode, "rendered");
    assert_eq!(resources.blocked[0].url, "http://10.0.0.1/");
    assert_eq!(resources.missing[0].reason, "HTTP 404");
    assert!(manifest.notes.iter().any(|n| n.code == "render-busy"));
    assert_eq!(manifest.captured_end.utc, "2026-11-03T10:11:18.000Z");
    let told = |prefix: &str| -> Vec<(String, String, usize)> {
        let found = records_of(&bytes, &[prefix]).unwrap().into_iter();
        found
            .map(|r| (r.target, r.media_type, r.bytes.len()))
            .collect()
    };
    let png = "image/png".to_owned();
    let at = "http://www.gaoxi.test/after?x=1";
    assert_eq!(
        told("urn:view:"),
        [(format!("urn:view:{at}"), png.clone(), 12)]
    );
    assert_eq!(
        told("urn:fullPage:"),
        [
            (format!("urn:fullPage:{at}"), png.clone(), 11),
            (format!("urn:fullPage:2:{at}"), png, 11),
        ]
    );
    let dom = records_of(&bytes, &["urn:dom:"]).unwrap().remove(0);
    assert_eq!(dom.bytes, rendering().dom.as_bytes());
    let info = records_of(&bytes, &["urn:pageinfo:"]).unwrap().remove(0);
    let info: serde_json::Value = serde_json::from_slice(&info.bytes).unwrap();
    assert_eq!(info["format"], "wangxun-pageinfo/1");
    assert_eq!(info["resources"][1]["outcome"], "blocked");
}
