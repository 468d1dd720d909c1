//! The house's walls: floors, no sibling imports, pure thinkers, one room per crate, proof types made in one file.
//!
//! The whole of `src/` is parsed. Paths are resolved through aliases, renames, globs, nested groups, `super` chains,
//! inline modules and the token streams of macros and attributes; what cannot be resolved (methods, types inferred)
//! is out of reach. The checker itself is tested on bad snippets in `snippets.rs`.

#![allow(clippy::unwrap_used)] // helpers of tests may fail the test

mod proofs;
mod rules;
mod scopes;
mod snippets;
mod walker;

use rules::ROOMS;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// One parsed file.
struct Source {
    /// Path as shown to people, such as `src/fetch/http.rs`.
    path: String,
    /// Module path; empty for `lib.rs` and `main.rs`.
    module: Vec<String>,
    ast: syn::File,
}

/// One broken rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Fault {
    path: String,
    line: usize,
    message: String,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The module path of a file under `src/`.
fn module_of(path: &str) -> Vec<String> {
    let inner = path.trim_start_matches("src/").trim_end_matches(".rs");
    let mut parts: Vec<String> = inner.split('/').map(str::to_owned).collect();
    let last = parts.last().map(String::as_str);
    if last == Some("mod") || (parts.len() == 1 && matches!(last, Some("lib" | "main"))) {
        parts.pop();
    }
    parts
}

fn parse(path: &str, text: &str) -> Source {
    let ast = syn::parse_file(text).unwrap_or_else(|e| panic!("{path}: {e}"));
    Source {
        path: path.to_owned(),
        module: module_of(path),
        ast,
    }
}

fn collect(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// All of `src/`, in order of path.
fn sources() -> Vec<Source> {
    let mut paths = Vec::new();
    collect(&root().join("src"), &mut paths);
    paths.sort();
    let parsed = paths.iter().map(|path| {
        let shown = path.strip_prefix(root()).unwrap().display().to_string();
        parse(&shown, &fs::read_to_string(path).unwrap())
    });
    parsed.collect()
}

/// All faults of these files.
fn faults(sources: &[Source]) -> Vec<Fault> {
    let scopes = scopes::Scopes::of(sources);
    let walls = sources.iter().flat_map(|s| walker::walk(s, &scopes));
    let mut all: Vec<Fault> = walls.chain(proofs::check(sources)).collect();
    all.sort();
    all.dedup();
    all
}

fn assert_none(faults: &[Fault]) {
    let lines = faults
        .iter()
        .map(|f| format!("{}:{}: {}", f.path, f.line, f.message));
    let text = lines.collect::<Vec<_>>().join("\n");
    assert!(faults.is_empty(), "the house's walls are broken:\n{text}");
}

/// Rows `| floor ... | rooms | ... |` of a table in Markdown: (floor, room, whether the row says it is pure).
fn table(text: &str) -> BTreeSet<(u8, String, bool)> {
    let mut rows = BTreeSet::new();
    for line in text.lines() {
        let line = line.trim_start_matches("//!").trim();
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, floor, rooms, rest @ ..] = cells.as_slice() else {
            continue;
        };
        let Some(number) = floor.chars().next().and_then(|c| c.to_digit(10)) else {
            continue;
        };
        let pure = match rest {
            [.., io, ""] => *io == "no",
            _ => floor.contains("thinkers") || number < 2 && !floor.contains("(IO)"),
        };
        for room in rooms.split('`').skip(1).step_by(2) {
            rows.insert((number as u8, room.trim_end_matches('/').to_owned(), pure));
        }
    }
    rows
}

fn expected() -> BTreeSet<(u8, String, bool)> {
    let rooms = ROOMS.iter();
    rooms
        .map(|r| (r.floor, r.name.to_owned(), r.pure))
        .collect()
}

#[test]
fn the_walls_stand() {
    assert_none(&faults(&sources()));
}

/// Watched hosts are asked by `http.rs` alone, with a permit; the other request of the house goes to a time-stamp
/// authority of the configuration. Nothing else sends.
#[test]
fn two_files_alone_send_requests() {
    let mut senders: Vec<String> = sources()
        .into_iter()
        .filter(|source| {
            let text = fs::read_to_string(root().join(&source.path)).unwrap();
            text.contains("use reqwest::") && text.contains(".send()")
        })
        .map(|source| source.path)
        .collect();
    senders.sort();
    assert_eq!(
        senders,
        ["src/fetch/http.rs", "src/fetch/time_authority.rs"]
    );
}

#[test]
fn the_map_in_lib_rs_is_the_house() {
    let text = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    assert_eq!(table(&text), expected());
    let ast = syn::parse_file(&text).unwrap();
    let modules: BTreeSet<String> = ast
        .items
        .iter()
        .map(|item| match item {
            syn::Item::Mod(module) => module.ident.to_string(),
            _ => panic!("src/lib.rs holds modules only, no re-exports"),
        })
        .collect();
    let rooms: BTreeSet<String> = ROOMS.iter().map(|r| r.name.to_owned()).collect();
    assert_eq!(modules, rooms);
}

#[test]
fn the_map_in_architecture_md_is_the_house() {
    let Ok(text) = fs::read_to_string(root().join("ARCHITECTURE.md")) else {
        println!("skipped: no ARCHITECTURE.md");
        return;
    };
    assert_eq!(table(&text), expected());
}

#[test]
fn every_folder_is_a_room() {
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(root().join("src")).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        names.insert(name.trim_end_matches(".rs").to_owned());
    }
    names.remove("lib");
    names.remove("main");
    let rooms: BTreeSet<String> = ROOMS.iter().map(|r| r.name.to_owned()).collect();
    assert_eq!(names, rooms);
}
