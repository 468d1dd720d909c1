//! Programs that others wrote say whether the files are right. They run when they are installed: on the PATH, or in
//! the folder that `WANGXUN_JUDGES` names (several, separated by `:`).

use super::sample::{Draft, RUN, capture, context, open};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use wangxun::model::capture::Capture;
use wangxun::storage::run::RunSettings;

pub(super) fn judge(name: &str) -> Option<PathBuf> {
    let folders = [std::env::var("WANGXUN_JUDGES"), std::env::var("PATH")];
    let found = folders
        .iter()
        .flatten()
        .flat_map(std::env::split_paths)
        .map(|folder| folder.join(name))
        .find(|path| path.is_file());
    if found.is_none() {
        println!("skipped: {name} is not installed");
    }
    found
}

pub(super) fn run(program: &Path, arguments: &[&str]) -> Output {
    Command::new(program).args(arguments).output().unwrap()
}

pub(super) fn text(output: &Output) -> String {
    let out = String::from_utf8_lossy(&output.stdout);
    format!("{out}{}", String::from_utf8_lossy(&output.stderr))
}

/// A run with many odd captures, and two sealed items.
fn sample(root: &Path) -> (PathBuf, Vec<PathBuf>) {
    let store = open(root);
    let (archive, _) = store.run(RUN, RunSettings::default()).unwrap();
    for n in 0..6 {
        archive
            .append(&capture(n), &context(&format!("v{n}")))
            .unwrap();
    }
    for (n, capture) in odd_captures().into_iter().enumerate() {
        archive
            .append(&capture, &context(&format!("odd{n}")))
            .unwrap();
    }
    archive.finish(true, "").unwrap();
    let items = (0..2).map(|n| {
        store
            .seal(&Draft::new(&format!("v{n}"), n).item())
            .unwrap()
            .path()
            .to_owned()
    });
    let items = items.collect();
    (
        store.home().warc(RUN).join(format!("{RUN}-00001.warc.gz")),
        items,
    )
}

fn odd_captures() -> Vec<Capture> {
    let one = |url: &str, status, headers: &[(&str, &str)], body: &[u8]| {
        let exchange = super::sample::exchange(url, status, headers, body, 5);
        Capture {
            requested: exchange.url.clone(),
            exchanges: vec![exchange],
            notes: Vec::new(),
            rendering: None,
            images: Vec::new(),
        }
    };
    let mut latin = one("http://latin.test/", 200, &[], b"x");
    latin.exchanges[0].headers.push((
        "Content-Type".to_owned(),
        b"text/html\xa0;charset=\xe9".to_vec(),
    ));
    let mut control = one("http://control.test/", 200, &[], b"x");
    control.exchanges[0].headers.push((
        "Content-Type".to_owned(),
        b"\x1ftext/\"a\\b\x0b; x".to_vec(),
    ));
    vec![
        latin,
        control,
        one("http://empty.test/", 204, &[], b""),
        one(
            "http://empty.test/a?PHPSESSID=0123456789abcdef0123456789abcdef&x=1",
            599,
            &[("Content-Type", "")],
            b"x",
        ),
        one(
            "http://中文.test/路径/%2e%2e/x?问=答&a=%26",
            200,
            &[("Content-Type", "文本/网页; 甲")],
            "中".as_bytes(),
        ),
        one(
            "http://192.0.2.1:8080//a//b/?",
            200,
            &[("Content-Encoding", "gzip")],
            b"\x1f\x8b not gzip",
        ),
        one(
            "http://[2001:db8::1]/A?b&a=&a&A=1",
            404,
            &[("Content-Type", "text/html"), ("Content-Type", "b/b")],
            b"\r\n\r\n",
        ),
        one(
            "http://www12.sort.test/",
            200,
            &[("Transfer-Encoding", "chunked"), ("Content-Length", "3")],
            b"5\r\nhello\r\n0\r\n\r\n",
        ),
    ]
}

#[test]
fn warcio_and_fastwarc_find_every_digest_right() {
    let folder = tempfile::tempdir().unwrap();
    let (warc, items) = sample(folder.path());
    let mut files = vec![warc];
    for (n, item) in items.iter().enumerate() {
        let bytes = std::fs::read(item).unwrap();
        let data = wangxun::storage::package::file_of(&bytes, "archive/data.warc.gz").unwrap();
        let path = folder.path().join(format!("tmp/data{n}.warc.gz"));
        std::fs::write(&path, data).unwrap();
        files.push(path);
    }
    for file in &files {
        if let Some(warcio) = judge("warcio") {
            let output = run(&warcio, &["check", "-v", file.to_str().unwrap()]);
            let said = text(&output);
            assert!(output.status.success(), "{said}");
            assert!(said.matches("digest pass").count() > 4, "{said}");
            assert!(
                !said.contains("no digest")
                    && !said.contains("failed")
                    && !said.contains("WARNING"),
                "{said}"
            );
        }
        if let Some(fastwarc) = judge("fastwarc") {
            let output = run(&fastwarc, &["check", file.to_str().unwrap()]);
            let said = text(&output);
            // Its exit code is 0 for an empty file too, so the number of records counts.
            let verified = said
                .split(" records were verified successfully")
                .next()
                .unwrap_or("");
            let records = verified
                .rsplit(|c: char| !c.is_ascii_digit())
                .next()
                .unwrap_or("");
            assert!(
                output.status.success() && !said.contains("Failed records"),
                "{said}"
            );
            assert!(records.parse::<u32>().is_ok_and(|n| n > 4), "{said}");
        }
    }
}

#[test]
fn cdxj_indexer_writes_the_same_index() {
    let folder = tempfile::tempdir().unwrap();
    let (warc, items) = sample(folder.path());
    let Some(indexer) = judge("cdxj-indexer") else {
        return;
    };
    let theirs = run(&indexer, &["-s", warc.to_str().unwrap()]);
    assert!(theirs.status.success(), "{}", text(&theirs));
    let ours = std::fs::read_to_string(warc.with_file_name(format!("{RUN}-00001.cdxj"))).unwrap();
    assert_eq!(String::from_utf8_lossy(&theirs.stdout), ours);
    let bytes = std::fs::read(&items[0]).unwrap();
    let data = folder.path().join("tmp/data.warc.gz");
    std::fs::write(
        &data,
        wangxun::storage::package::file_of(&bytes, "archive/data.warc.gz").unwrap(),
    )
    .unwrap();
    let theirs = run(&indexer, &["-s", data.to_str().unwrap()]);
    let ours = wangxun::storage::package::file_of(&bytes, "indexes/index.cdxj").unwrap();
    assert_eq!(
        String::from_utf8_lossy(&theirs.stdout),
        String::from_utf8_lossy(ours)
    );
}

#[test]
fn py_wacz_finds_the_packages_valid() {
    let folder = tempfile::tempdir().unwrap();
    let (_, items) = sample(folder.path());
    let Some(wacz) = judge("wacz") else { return };
    for item in items {
        let output = run(&wacz, &["validate", "-f", item.to_str().unwrap()]);
        let said = text(&output);
        assert!(
            output.status.success() && said.contains("is valid"),
            "{said}"
        );
    }
}

/// Items that are no captures: files handed in, and a copy without the captured exchanges.
#[test]
fn other_kinds_of_items_are_valid_too() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let deposit = store.deposit(&super::custody::deposit::order()).unwrap();
    let parent = store.seal(&Draft::new("v0", 0).item()).unwrap();
    let covering = wangxun::storage::package::redacted::Covering {
        wordings: vec!["高息".to_owned()],
        auto: true,
        reason: "示例".to_owned(),
    };
    let order = super::custody::deposit::order();
    let redacting = wangxun::storage::custody::Redacting {
        covering,
        grounds: order.grounds,
        tool: order.tool,
        now: order.now,
    };
    let copy = store.redact(parent.evidence_id(), &redacting).unwrap();
    for (n, item) in [deposit, copy].iter().enumerate() {
        let bytes = std::fs::read(item.path()).unwrap();
        let data = folder.path().join(format!("tmp/data{n}.warc.gz"));
        let file = |name: &str| wangxun::storage::package::file_of(&bytes, name).unwrap();
        std::fs::write(&data, file("archive/data.warc.gz")).unwrap();
        if let Some(warcio) = judge("warcio") {
            let output = run(&warcio, &["check", "-v", data.to_str().unwrap()]);
            let said = text(&output);
            assert!(
                output.status.success() && said.contains("digest pass"),
                "{said}"
            );
            assert!(
                !said.contains("failed") && !said.contains("WARNING"),
                "{said}"
            );
        }
        if let Some(wacz) = judge("wacz") {
            let output = run(&wacz, &["validate", "-f", item.path().to_str().unwrap()]);
            let said = text(&output);
            assert!(
                output.status.success() && said.contains("is valid"),
                "{said}"
            );
        }
        if let Some(indexer) = judge("cdxj-indexer") {
            let renamed = folder.path().join("tmp/data.warc.gz");
            std::fs::copy(&data, &renamed).unwrap();
            let theirs = run(&indexer, &["-s", renamed.to_str().unwrap()]);
            let ours = file("indexes/index.cdxj");
            assert_eq!(
                String::from_utf8_lossy(&theirs.stdout),
                String::from_utf8_lossy(ours)
            );
        }
    }
}

#[test]
fn openssl_finds_the_same_sm3() {
    let folder = tempfile::tempdir().unwrap();
    let (_, items) = sample(folder.path());
    let Some(openssl) = judge("openssl") else {
        return;
    };
    let output = run(&openssl, &["dgst", "-sm3", items[0].to_str().unwrap()]);
    if !output.status.success() {
        println!("skipped: this openssl knows no SM3");
        return;
    }
    let ours = wangxun::storage::digest::digests(&std::fs::read(&items[0]).unwrap());
    assert!(
        text(&output).trim().ends_with(&hex::encode(ours.sm3)),
        "{}",
        text(&output)
    );
}
