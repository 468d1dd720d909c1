//! `wangxun keys`, `journal`, `evidence sign|stamp` as people call them.

// clippy lets tests unwrap and print, but not the functions that they share.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use super::wangxun;
use crate::storage::authority::TestAuthority;
use crate::storage::sample::{Draft, open};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use wangxun::storage::keys;

/// Calls the program and gives exit code, standard output and standard error.
fn call(home: &Path, words: &[&str]) -> (i32, String, String) {
    let output = wangxun(home, words);
    (
        output.status.code().unwrap(),
        String::from_utf8_lossy(&output.stdout).into_owned(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

/// A home with two sealed items, signed where a key is wanted.
fn sealed(home: &Path, key: bool) -> String {
    let store = open(home);
    if key {
        keys::init(store.home(), store.journal()).unwrap();
    }
    store.seal(&Draft::new("v1", 1).item()).unwrap();
    let one = store.seal(&Draft::new("v0", 0).item()).unwrap();
    one.evidence_id().to_owned()
}

#[test]
fn keys_are_made_shown_and_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    let (code, _, err) = call(home, &["keys", "show"]);
    assert!(code == 2 && err.contains("nothing is kept"), "{err}");
    let (code, out, _) = call(home, &["keys", "init"]);
    assert!(code == 0 && out.contains("main-1.pub"), "{out}");
    let (code, _, err) = call(home, &["keys", "init"]);
    assert!(code == 2 && err.contains("wangxun keys rotate"), "{err}");
    let (code, _, _) = call(home, &["keys", "rotate", "--reason", "每年一次"]);
    assert_eq!(code, 0);
    let (_, out, _) = call(home, &["keys", "show", "--format", "json"]);
    let keys: Vec<serde_json::Value> = out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!((keys.len(), &keys[1]["present"]), (2, &true.into()));
    assert_eq!(call(home, &["evidence", "verify"]).0, 0);
}

#[test]
fn items_are_signed_later_and_shown_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    let id = sealed(home, false);
    let (_, out, _) = call(home, &["evidence", "show", &id]);
    assert!(
        out.contains("未签名(not signed)") && out.contains("no trusted time"),
        "{out}"
    );
    let (code, _, err) = call(home, &["evidence", "sign", "--all"]);
    assert!(code == 3 && err.contains("wangxun keys init"), "{err}");
    let (code, _, err) = call(home, &["journal", "checkpoint"]);
    assert!(code == 2 && err.contains("wangxun keys init"), "{err}");
    assert_eq!(call(home, &["keys", "init"]).0, 0);
    let (code, out, _) = call(home, &["evidence", "sign", &id[..8]]);
    assert!(code == 0 && out.contains("1 items signed"), "{out}");
    let (code, out, _) = call(home, &["evidence", "sign", "--all"]);
    assert!(
        code == 0 && out.contains("1 items signed, 1 were signed before"),
        "{out}"
    );
    let (_, out, _) = call(home, &["evidence", "show", &id, "--format", "json"]);
    let shown: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(shown["beside"]["signature"]["state"], "good");
    let (code, out, _) = call(home, &["evidence", "verify"]);
    assert!(
        code == 0 && out.contains("2 items: 2 signed, 0 with trusted time"),
        "{out}"
    );
}

#[test]
fn the_journal_is_shown_signed_proved_and_held_against_a_copy() {
    let folder = tempfile::tempdir().unwrap();
    let home = &folder.path().join("home");
    let id = sealed(home, true);
    let (code, out, _) = call(home, &["journal", "show", "--action", "seal"]);
    assert!(
        code == 0 && out.contains(&id) && !out.contains("journal-start"),
        "{out}"
    );
    let (code, note, _) = call(home, &["journal", "checkpoint"]);
    assert_eq!(code, 0);
    let copy = folder.path().join("copy.checkpoints");
    fs::write(&copy, &note).unwrap();
    let copy = copy.to_str().unwrap();
    assert_eq!(call(home, &["journal", "verify", "--against", copy]).0, 0);
    let proof = folder.path().join("item.tlog-proof");
    let proof = proof.to_str().unwrap();
    assert_eq!(call(home, &["journal", "prove", &id, "--out", proof]).0, 0);
    // Elsewhere, without the home: with the public key it is checked, without it that is said.
    let elsewhere = &folder.path().join("elsewhere");
    let public = home.join("keys/main-1.pub");
    let public = public.to_str().unwrap();
    let (code, out, _) = call(
        elsewhere,
        &["journal", "verify", "--proof", proof, "--key", public],
    );
    assert!(code == 0 && out.contains(&id), "{out}");
    assert_eq!(
        call(elsewhere, &["journal", "verify", "--proof", proof]).0,
        3
    );
    let (code, out, _) = call(home, &["journal", "consistency"]);
    assert!(
        code == 0 && out.starts_with("wangxun-consistency/1"),
        "{out}"
    );
    let (code, out, _) = call(home, &["journal", "print"]);
    assert!(
        code == 0 && out.contains("每日校验页") && out.contains("wangxun-journal/main/"),
        "{out}"
    );
    let (code, _, err) = call(home, &["journal", "print", "--date", "2020-01-01"]);
    assert!(code == 2 && err.contains("2020-01-01"), "{err}");
    assert_eq!(call(home, &["journal", "verify"]).0, 0);
    // Another home is not the one of the copy.
    let other = &folder.path().join("other");
    sealed(other, true);
    assert_eq!(
        call(
            other,
            &["journal", "verify", "--against", copy, "--key", public]
        )
        .0,
        1
    );
}

fn configure(home: &Path, url: &str, ca: &Path) {
    let text = format!(
        "unit = '某县'\n[[timestamp]]\nname = 'clock'\nurl = '{url}'\nca = '{}'\n",
        ca.display()
    );
    fs::write(home.join("wangxun.toml"), text).unwrap();
}

#[test]
fn time_stamps_are_fetched_checked_and_renewed() {
    let folder = tempfile::tempdir().unwrap();
    let home = &folder.path().join("home");
    let id = sealed(home, true);
    let (code, _, err) = call(home, &["evidence", "stamp", "--missing"]);
    assert!(code == 2 && err.contains("[[timestamp]]"), "{err}");
    let Some(authority) = TestAuthority::usual(&folder.path().join("authority")) else {
        return;
    };
    let authority = Arc::new(authority);
    let url = Arc::clone(&authority).serve(|authority, question| {
        (
            200,
            "application/timestamp-reply",
            authority.answer(question),
        )
    });
    configure(home, &url, &authority.root_file());
    let (code, out, err) = call(home, &["evidence", "stamp", "--missing"]);
    assert!(code == 0 && out.contains("2 tokens kept"), "{out}{err}");
    let (code, out, _) = call(home, &["evidence", "stamp", "--missing"]);
    assert!(
        code == 0 && out.contains("0 tokens kept, 2 were there before"),
        "{out}"
    );
    let (code, out, _) = call(home, &["evidence", "stamp", &id, "--renew"]);
    assert!(code == 0 && out.contains("1 tokens kept"), "{out}");
    let (_, out, _) = call(home, &["evidence", "show", &id]);
    assert!(
        out.matches("CN=Clock").count() == 2 && !out.contains("no trusted time"),
        "{out}"
    );
    let (code, out, _) = call(home, &["evidence", "verify"]);
    assert!(
        code == 0 && out.contains("2 items: 2 signed, 2 with trusted time"),
        "{out}"
    );
    let (_, out, _) = call(home, &["journal", "show", "--action", "stamp"]);
    assert_eq!(out.matches("stamp").count(), 3, "{out}");
}

#[test]
fn an_authority_that_fails_is_told_recorded_and_never_believed() {
    let folder = tempfile::tempdir().unwrap();
    let Some(authority) = TestAuthority::usual(&folder.path().join("authority")) else {
        return;
    };
    let authority = Arc::new(authority);
    let Some(other) = TestAuthority::usual(&folder.path().join("other")) else {
        return;
    };
    let first = std::sync::Mutex::new(None);
    let turn = AtomicU32::new(0);
    let home = &folder.path().join("home");
    let id = sealed(home, true);
    let url = Arc::clone(&authority).serve(move |authority, question| {
        let reply = "application/timestamp-reply";
        match turn.fetch_add(1, Ordering::Relaxed) {
            0 => (500, reply, Vec::new()),
            1 => (200, "text/html", b"<html>".to_vec()),
            2 => (200, reply, vec![0; 300_000]),
            3 => (200, reply, b"no token".to_vec()),
            4 => (200, reply, other.answer(question)),
            n => {
                // The same answer over and over: its nonce is that of the first question only.
                let mut first = first.lock().unwrap();
                let kept = first
                    .get_or_insert_with(|| authority.answer(question))
                    .clone();
                (
                    200,
                    reply,
                    if n == 5 {
                        kept[..kept.len() - 1].to_vec()
                    } else {
                        kept
                    },
                )
            }
        }
    });
    configure(home, &url, &authority.root_file());
    for why in [
        "HTTP status 500",
        "text/html",
        "longer than",
        "cannot be read",
        "trusted",
        "cannot be read",
        "nonce",
    ] {
        let (code, out, err) = call(home, &["evidence", "stamp", &id]);
        assert!(
            code == 3 && out.contains("1 could not be had"),
            "{out}{err}"
        );
        assert!(err.contains(why), "{why}: {err}");
    }
    let (_, out, _) = call(home, &["evidence", "show", &id]);
    assert!(out.contains("no trusted time"), "{out}");
    let (_, out, _) = call(home, &["journal", "show", "--action", "stamp-failed"]);
    assert_eq!(out.matches("stamp-failed").count(), 7, "{out}");
    assert_eq!(call(home, &["evidence", "verify"]).0, 0);
    // Nobody answers at all.
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", gone.local_addr().unwrap());
    drop(gone);
    configure(home, &url, &authority.root_file());
    let (code, _, err) = call(home, &["evidence", "stamp", "--all"]);
    assert!(code == 3 && err.contains("no time stamp of clock"), "{err}");
}

#[test]
fn faults_of_the_configuration_are_named() {
    let folder = tempfile::tempdir().unwrap();
    for (text, part) in [
        (
            "[[timestamp]]\nname = 'Clock'\nurl = 'http://a.test/'\nca = 'x'\n",
            "lower-case",
        ),
        (
            "[[timestamp]]\nname = 'c'\nurl = 'ftp://a.test/'\nca = 'x'\n",
            "http",
        ),
        ("[[timestamp]]\nname = 'c'\nurl = 'http://a.test/'\n", "ca"),
    ] {
        fs::write(folder.path().join("wangxun.toml"), text).unwrap();
        let (code, _, err) = call(folder.path(), &["keys", "show"]);
        assert!(code == 2 && err.contains(part), "{err}");
    }
}
