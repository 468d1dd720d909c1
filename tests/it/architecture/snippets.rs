//! The checker catches what it is there for, and lets through what is allowed.

use super::{Source, faults, parse};

/// A small house around the file under test.
fn house(path: &str, text: &str) -> Vec<Source> {
    let mut files = vec![
        (
            "src/lib.rs",
            "pub mod model; pub mod wire; pub mod fetch; pub mod storage; pub mod page; pub mod audit; pub mod patrol; pub mod cli;",
        ),
        ("src/model/mod.rs", "pub mod seed;"),
        ("src/model/seed.rs", "pub struct Seed;"),
        ("src/wire/mod.rs", ""),
        ("src/fetch/mod.rs", "pub mod http; pub fn get() {}"),
        ("src/fetch/http.rs", "pub struct Client;"),
        ("src/storage/mod.rs", ""),
        ("src/page/mod.rs", ""),
        (
            "src/audit/mod.rs",
            "pub mod score; pub mod rules; use std::collections as store;",
        ),
        ("src/audit/rules.rs", ""),
        ("src/audit/score.rs", ""),
        ("src/patrol/mod.rs", ""),
        ("src/cli/mod.rs", ""),
    ];
    files.retain(|(p, _)| *p != path);
    files.push((path, text));
    files.into_iter().map(|(p, t)| parse(p, t)).collect()
}

#[track_caller]
fn caught(path: &str, text: &str, line: usize, words: &str) {
    let found = faults(&house(path, text));
    assert!(
        found
            .iter()
            .any(|f| f.path == path && f.line == line && f.message.contains(words)),
        "{path} should be faulted at line {line} for {words:?}, got {found:?}\n{text}"
    );
}

#[track_caller]
fn allowed(path: &str, text: &str) {
    let found = faults(&house(path, text));
    assert!(found.is_empty(), "{path}: {found:?}\n{text}");
}

const SCORE: &str = "src/audit/score.rs";
const FETCH: &str = "names `fetch`, a sibling";

#[test]
fn sibling_imports_in_every_disguise() {
    caught(SCORE, "use crate::fetch;", 1, FETCH);
    caught(SCORE, "\nuse crate::fetch::http::Client;", 2, FETCH);
    caught(SCORE, "use crate::fetch as f;", 1, FETCH);
    caught(SCORE, "use crate::fetch::*;", 1, FETCH);
    caught(
        SCORE,
        "use crate::{model::seed::Seed,\n    fetch::{self as f, http::{Client}}};",
        2,
        FETCH,
    );
    caught(SCORE, "use {crate::model, crate::fetch};", 1, FETCH);
    caught(SCORE, "use super::super::fetch;", 1, FETCH);
    caught(SCORE, "use super::super::{model, fetch::get};", 1, FETCH);
    caught(
        SCORE,
        "use crate as house;\nfn f() { house::fetch::get() }",
        2,
        FETCH,
    );
    caught(
        SCORE,
        "use super::super as house;\nuse house::fetch::get;",
        2,
        FETCH,
    );
    caught(SCORE, "use self::super::super::fetch::get;", 1, FETCH);
    caught(
        SCORE,
        "extern crate self as house;\nuse house::fetch;",
        2,
        FETCH,
    );
    caught(
        SCORE,
        "use r#crate_::x; pub(crate) use crate::r#fetch;",
        1,
        FETCH,
    );
    caught(SCORE, "use ::wangxun::fetch;", 1, FETCH);
}

#[test]
fn paths_written_inline() {
    caught(SCORE, "fn f() {\n    crate::fetch::get();\n}", 2, FETCH);
    caught(SCORE, "fn f(c: &crate::fetch::http::Client) {}", 1, FETCH);
    caught(
        SCORE,
        "fn f(c: Vec<Option<super::super::fetch::http::Client>>) {}",
        1,
        FETCH,
    );
    caught(
        SCORE,
        "struct S;\nimpl crate::fetch::Get for S {}",
        2,
        FETCH,
    );
    caught(SCORE, "fn f<T>() where T: crate::fetch::Get {}", 1, FETCH);
    caught(SCORE, "type C = crate::fetch::http::Client;", 1, FETCH);
    caught(
        SCORE,
        "fn f(x: u8) { match x { crate::fetch::MAX => {} _ => {} } }",
        1,
        FETCH,
    );
    caught(
        SCORE,
        "fn f() { <u8 as crate::fetch::Get>::get() }",
        1,
        FETCH,
    );
    caught(
        SCORE,
        "mod inner {\n    use super::super::super::fetch;\n}",
        2,
        FETCH,
    );
    caught(
        SCORE,
        "fn f() {\n    use crate::fetch::get as g;\n    g();\n}",
        2,
        FETCH,
    );
}

#[test]
fn names_brought_in_by_other_files() {
    let mut files = house(SCORE, "use super::*;\nfn f() { net::get() }");
    files.retain(|f| f.path != "src/audit/mod.rs");
    files.push(parse(
        "src/audit/mod.rs",
        "pub mod score; pub mod rules; use crate as c; use c::fetch as net;",
    ));
    let found = faults(&files);
    assert!(
        found.iter().any(|f| f.path == SCORE && f.line == 2),
        "{found:?}"
    );
    assert!(
        found.iter().any(|f| f.path == "src/audit/mod.rs"),
        "{found:?}"
    );
}

#[test]
fn private_imports_of_others_are_not_seen() {
    let patrol = |report: &str| {
        let mut files = house(
            "src/patrol/mod.rs",
            "use crate::storage::html;\nfn f() { html() }",
        );
        files.retain(|f| f.path != "src/storage/mod.rs");
        files.push(parse("src/storage/mod.rs", report));
        let found = faults(&files);
        found
            .iter()
            .filter(|f| f.path == "src/patrol/mod.rs")
            .count()
    };
    assert_eq!(patrol("use sled::html; pub fn html() {}"), 0);
    assert_eq!(patrol("pub use sled::html;"), 2);
    assert_eq!(patrol("pub mod html { pub use sled::*; }"), 0);
}

#[test]
fn tokens_of_macros_and_attributes() {
    caught(
        SCORE,
        "fn f() {\n    assert_eq!(1, crate::fetch::get());\n}",
        2,
        FETCH,
    );
    caught(
        SCORE,
        "macro_rules! m {\n    () => { $crate::fetch::get() };\n}",
        2,
        FETCH,
    );
    caught(
        SCORE,
        "fn f() { vec![{ use crate::{model, fetch::get}; }]; }",
        1,
        FETCH,
    );
    caught(
        SCORE,
        "use crate as c;\nfn f() { vec![c::fetch::get()]; }",
        2,
        FETCH,
    );
    caught(
        SCORE,
        "fn f() { vec![println!(\"x\")]; }",
        1,
        "calls `println!`",
    );
    caught(
        SCORE,
        "fn f() { vec![std::time::Instant::now()]; }",
        1,
        "std::time::Instant",
    );
    caught(
        "src/model/seed.rs",
        "#[derive(serde::Serialize)]\npub struct Seed;",
        1,
        "crate `serde`",
    );
}

#[test]
fn floors() {
    caught(
        "src/model/seed.rs",
        "use crate::wire;",
        1,
        "on a higher floor",
    );
    caught(
        "src/wire/mod.rs",
        "use crate::storage;",
        1,
        "on a higher floor",
    );
    caught(
        "src/storage/mod.rs",
        "use crate::patrol;",
        1,
        "on a higher floor",
    );
    caught(
        "src/patrol/mod.rs",
        "use crate::cli;",
        1,
        "on a higher floor",
    );
    caught("src/patrol/mod.rs", "use crate::*;", 1, "the whole crate");
    caught(
        "src/main.rs",
        "fn main() { wangxun::fetch::get() }",
        1,
        "may only call `cli`",
    );
    allowed(
        "src/patrol/mod.rs",
        "use crate::{audit, fetch::http, model::seed::Seed, storage, wire};",
    );
    allowed("src/main.rs", "fn main() { wangxun::cli::run() }");
    allowed(
        SCORE,
        "use crate::model::seed; use super::rules; use self::seed::Seed; use crate::audit::rules as r;",
    );
    allowed(
        SCORE,
        "struct Client; mod fetch { pub fn get() {} } fn f() { fetch::get() }",
    );
}

#[test]
fn thinkers_are_pure() {
    for (text, words) in [
        ("use std::time::Instant;", "std::time::Instant"),
        (
            "use std::time::{Duration, SystemTime};",
            "std::time::SystemTime",
        ),
        (
            "use std::time;\nfn f() { time::Instant::now() }",
            "std::time::Instant",
        ),
        (
            "use std::time as t;\nfn f() { t::Instant::now() }",
            "std::time::Instant",
        ),
        ("use std as s;\nfn f() { s::fs::read(\"x\") }", "std::fs"),
        ("extern crate std as s;\nuse s::env;", "std::env"),
        ("\nuse std::time::*;", "std::time::*"),
        ("\nuse std::io::{self, stdin};", "std::io::stdin"),
        ("\nfn f() { std::io::stdout(); }", "std::io::stdout"),
        ("\nfn f() { ::std::process::exit(1) }", "std::process"),
        ("\nuse std::net::TcpStream;", "std::net::TcpStream"),
        (
            "\nuse std::collections::hash_map::RandomState;",
            "RandomState",
        ),
        (
            "use chrono::Utc;\nfn f() { Utc::now() }",
            "chrono::Utc::now",
        ),
        (
            "use chrono::Utc as Clock;\nfn f() { Clock::now() }",
            "chrono::Utc::now",
        ),
        (
            "type Clock = chrono::Utc;\nfn f() { Clock::now() }",
            "chrono::Utc::now",
        ),
        ("\nuse chrono::prelude::*;", "chrono::prelude::*"),
        ("\nfn f() { chrono::Local::now() }", "chrono::Local"),
        ("\nuse tokio::time::sleep;", "tokio"),
        ("\nfn f() { tracing::info!(\"x\") }", "tracing"),
        ("\nfn f() { getrandom::fill(&mut []) }", "getrandom"),
        ("\nfn f() { println!(\"x\") }", "calls `println!`"),
        ("\nfn f() { dbg!(1) }", "calls `dbg!`"),
    ] {
        let line = if text.contains('\n') { 2 } else { 1 };
        caught(SCORE, text, line, words);
        caught("src/model/seed.rs", text, line, words);
    }
    allowed(
        SCORE,
        "use std::net::{IpAddr, SocketAddr}; use std::time::Duration; use chrono::{DateTime, Utc};\n\
         use std::io::{self, Write}; use std::collections::HashMap; fn f(t: DateTime<Utc>) {}",
    );
    allowed(
        "src/storage/mod.rs",
        "use std::fs; use std::time::Instant; use tokio::fs as t;",
    );
    allowed(
        SCORE,
        "#[cfg(test)]\nmod tests { use std::fs; #[test] fn t() { println!(\"x\"); } }",
    );
    caught(
        SCORE,
        "#[cfg(not(test))]\nmod real { use std::fs; }",
        2,
        "std::fs",
    );
    caught(
        SCORE,
        "#[cfg(test)]\nmod tests { use crate::fetch; }",
        2,
        FETCH,
    );
}

#[test]
fn lone_names_are_not_crates() {
    allowed(
        SCORE,
        "fn f(http: u8) -> u8 { html! { meta http-equiv=\"x\"; } let sled = http; sled }",
    );
    caught(SCORE, "use http;", 1, "names `http`");
    caught(
        SCORE,
        "\nfn f() { html! { (http::Uri::new()) } }",
        2,
        "names `http",
    );
}

#[test]
fn one_room_per_crate() {
    caught(
        "src/storage/mod.rs",
        "use reqwest::Client;",
        1,
        "crate `reqwest`",
    );
    caught(
        "src/patrol/mod.rs",
        "fn f(db: sled::Db) {}",
        1,
        "crate `sled`",
    );
    caught("src/patrol/mod.rs", "use sled as s;", 1, "crate `sled`");
    caught("src/fetch/http.rs", "use scraper::*;", 1, "crate `scraper`");
    caught(
        "src/fetch/http.rs",
        "fn f() { ::jieba_rs::Jieba::new() }",
        1,
        "crate `jieba_rs`",
    );
    caught(
        "src/storage/mod.rs",
        "use hyper::server;",
        1,
        "crate `hyper`",
    );
    caught(
        "src/patrol/mod.rs",
        "fn f() -> anyhow::Result<()> { Ok(()) }",
        1,
        "crate `anyhow`",
    );
    allowed(
        "src/fetch/http.rs",
        "use reqwest::Client; use flate2::read::GzDecoder; use governor::Quota;",
    );
    allowed(
        "src/storage/mod.rs",
        "mod scraper {} use self::scraper as s; use flate2::Compression;",
    );
}

#[test]
fn proofs_are_made_at_home() {
    let home = "pub struct Permit { url: String }\nimpl Permit { pub fn new() -> Self { Self { url: String::new() } } }";
    allowed("src/fetch/admit.rs", home);
    let with = |path: &str, text: &str| {
        let mut files = house("src/fetch/admit.rs", home);
        files.push(parse(path, text));
        faults(&files)
    };
    let made = with(
        "src/fetch/robots.rs",
        "use super::admit::Permit;\nfn f() { Permit { url: String::new() } }",
    );
    assert!(
        made.iter()
            .any(|f| f.path == "src/fetch/robots.rs" && f.line == 2),
        "{made:?}"
    );
    let variant = with(
        "src/patrol/x.rs",
        "fn f() { Event::Permit { url: 1 }; Self::Permit(1); }",
    );
    assert_eq!(variant, []);
    let given = with(
        "src/fetch/robots.rs",
        "use super::admit::Permit;\nimpl Clone for Permit {}",
    );
    assert!(
        given.iter().any(|f| f.path == "src/fetch/robots.rs"),
        "{given:?}"
    );
    caught(
        "src/fetch/admit.rs",
        "#[derive(Debug, Clone)]\npub struct Permit { url: String }",
        2,
        "derives `Clone`",
    );
    caught(
        "src/fetch/admit.rs",
        "pub struct Permit { pub url: String }",
        1,
        "not private",
    );
    caught(
        "src/fetch/admit.rs",
        "mod child;\npub struct Permit { url: String }",
        2,
        "leaf",
    );
    caught(
        "src/fetch/admit.rs",
        "pub struct Sealed(u8);",
        1,
        "outside of `storage`",
    );
    let without = faults(&house("src/patrol/pipeline.rs", ""));
    let missing = without
        .iter()
        .filter(|f| f.message.contains("no file defines"));
    assert_eq!(missing.count(), 5, "{without:?}");
}
