//! The desk: officers, cases, determinations, tips, opinion, campaigns, as people call them and as they survive damage.

// clippy lets tests unwrap and print, but not the functions that they share.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod cases;
mod demo;
mod forge;
mod forms;
mod guard;
mod intake;
mod joining;
mod killed;
mod list_judges;
mod list_sample;
mod recheck;
mod reports;
mod store;
mod subjects;
mod takedown;

use crate::storage::sample::{Draft, open};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// A home with sealed evidence of a fictitious platform, two officers with keys and one of a township.
pub(crate) struct Office {
    pub(crate) folder: TempDir,
    pub(crate) home: PathBuf,
    /// Ids of the sealed items.
    pub(crate) items: Vec<String>,
}

pub(crate) const TOWNSHIP: &str = "210727101";

impl Office {
    /// With this many sealed items.
    pub(crate) fn new(items: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().join("home");
        let store = open(&home);
        let items = (0..items)
            .map(|n| {
                let draft = Draft::new(&format!("v{n}"), n);
                let sealed = store.seal(&draft.item()).unwrap();
                sealed.evidence_id().to_owned()
            })
            .collect();
        drop(store);
        let office = Self {
            folder,
            home,
            items,
        };
        for (name, role) in [("甲某", "巡查员"), ("乙某", "复核员"), ("丁某", "复核员")]
        {
            let key = office.key(name);
            office.run(0, &["officers", "key", &key]);
            let public = format!("{key}.pub");
            let words = [
                "officers",
                "add",
                name,
                "--unit",
                "虚构县金融办",
                "--role",
                role,
            ];
            office.run(
                0,
                &[&words[..], &["--key", &public, "--actor", "赵某"]].concat(),
            );
        }
        office.run(
            0,
            &[
                "officers",
                "add",
                "丙某",
                "--unit",
                "刘龙台镇",
                "--role",
                "乡镇",
                "--region",
                TOWNSHIP,
                "--actor",
                "赵某",
            ],
        );
        office
    }

    /// Where an officer keeps the key.
    pub(crate) fn key(&self, name: &str) -> String {
        let file = self.folder.path().join(format!("{name}.key"));
        file.to_string_lossy().into_owned()
    }

    pub(crate) fn file(&self, name: &str, bytes: &[u8]) -> String {
        let file = self.folder.path().join(name);
        std::fs::write(&file, bytes).unwrap();
        file.to_string_lossy().into_owned()
    }

    /// Runs the program; gives what it said on both outputs.
    pub(crate) fn run(&self, code: i32, words: &[&str]) -> String {
        let output = wangxun(&self.home, words);
        let said = String::from_utf8_lossy(&output.stdout).into_owned()
            + &String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{words:?}\n{said}");
        said
    }

    pub(crate) fn json(&self, words: &[&str]) -> Value {
        let output = wangxun(&self.home, &[words, &["--format", "json"]].concat());
        serde_json::from_slice(&output.stdout).unwrap_or_else(|e| {
            panic!(
                "{words:?}: {e}\n{}",
                String::from_utf8_lossy(&output.stderr)
            )
        })
    }
}

pub(crate) fn wangxun(home: &Path, words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_wangxun"))
        .args(words)
        .env("WANGXUN_HOME", home)
        .env_remove("WANGXUN_LOG")
        .output()
        .unwrap()
}
