//! `tests/county-plan.md` against the program: every row stands once, and what it names is there.

// clippy lets tests unwrap, but not the functions that they share.
#![allow(clippy::unwrap_used)]

use clap::{Command, CommandFactory};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use wangxun::cli::arguments::Arguments;
use wangxun::lexicons::rulebook;

const ROWS: usize = 85;
/// Rows that may be left to people.
const LEFT: usize = 6;

struct Row {
    number: usize,
    served: String,
    shown: String,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn rows() -> Vec<Row> {
    let text = fs::read_to_string(root().join("tests/county-plan.md")).unwrap();
    let lines = text.lines().filter(|l| l.starts_with("| "));
    lines
        .filter_map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
            let number = cells.first()?.parse().ok()?;
            assert_eq!(cells.len(), 4, "{line}");
            Some(Row {
                number,
                served: cells[2].to_owned(),
                shown: cells[3].to_owned(),
            })
        })
        .collect()
}

/// What stands in backticks.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

#[test]
fn every_row_stands_once_and_few_are_left_to_people() {
    let rows = rows();
    let numbers: Vec<usize> = rows.iter().map(|r| r.number).collect();
    assert_eq!(numbers, (1..=ROWS).collect::<Vec<_>>());
    let left = rows.iter().filter(|r| r.served.starts_with("people: "));
    assert!(left.count() <= LEFT);
    for row in &rows {
        assert!(!quoted(&row.served).is_empty(), "row {}", row.number);
        assert!(!quoted(&row.shown).is_empty(), "row {}", row.number);
    }
}

#[test]
fn what_serves_a_row_is_there() {
    let mut arguments = Arguments::command();
    arguments.build();
    let lexicon = rulebook::load(None).unwrap();
    let rules: BTreeSet<&str> = lexicon.rules.iter().map(|r| r.id.as_str()).collect();
    let mut missing = Vec::new();
    for row in rows() {
        for what in quoted(&row.served) {
            let fault = match what.strip_prefix("wangxun ") {
                Some(words) => command(&arguments, words).err(),
                None if what.contains('/') => {
                    (!root().join(what).exists()).then(|| "is no file".to_owned())
                }
                None => (!rules.contains(what)).then(|| "is no rule".to_owned()),
            };
            missing.extend(fault.map(|fault| format!("row {}: {what}: {fault}", row.number)));
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

/// Follows the words of a command: subcommands, a value of the first argument, options.
fn command(arguments: &Command, words: &str) -> Result<(), String> {
    let mut at = arguments;
    for word in words.split_whitespace() {
        if let Some(option) = word.strip_prefix("--") {
            let known = at.get_arguments().any(|a| a.get_long() == Some(option));
            if !known {
                return Err(format!("{} has no option --{option}", at.get_name()));
            }
        } else if let Some(next) = at.find_subcommand(word) {
            at = next;
        } else {
            let first = at.get_positionals().next();
            let values = first.map(|a| a.get_possible_values()).unwrap_or_default();
            if !values.iter().any(|v| v.matches(word, false)) {
                return Err(format!("{} knows no {word}", at.get_name()));
            }
        }
    }
    Ok(())
}

#[test]
fn what_shows_a_row_is_a_test() {
    let mut tests = BTreeSet::new();
    gather(&root().join("src"), &[], &mut tests);
    gather(&root().join("tests/it"), &[], &mut tests);
    let mut missing = Vec::new();
    for row in rows() {
        let named = quoted(&row.shown);
        let strange = named.iter().filter(|name| !tests.contains(**name));
        missing.extend(strange.map(|name| format!("row {}: {name}", row.number)));
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

/// Names of all tests below a folder, as the runner tells them: by the place of the file, `tests` for those beside code.
fn gather(folder: &Path, module: &[String], tests: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        let inner = match stem.as_str() {
            "mod" | "lib" | "main" => module.to_vec(),
            _ => [module, &[stem]].concat(),
        };
        if path.is_dir() {
            gather(&path, &inner, tests);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let beside =
                path.starts_with(root().join("src")) && !inner.ends_with(&["tests".into()]);
            let inner = match beside {
                true => [&inner[..], &["tests".to_owned()]].concat(),
                false => inner,
            };
            for mark in ["#[test]", "#[tokio::test"] {
                for part in text.split(mark).skip(1) {
                    let name = part.split("fn ").nth(1).and_then(|p| p.split('(').next());
                    let name = name.unwrap_or_default();
                    tests.insert(format!("{}::{name}", inner.join("::")));
                }
            }
        }
    }
}
