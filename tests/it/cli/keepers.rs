//! The tools of the people who keep the lexicons: check with a corpus, evaluate, compare.

use super::wangxun;
use serde_json::Value;
use std::path::{Path, PathBuf};

const GUILTY: &str = "山海财富新手标,保本保息,年化收益18%,零风险,立即加微信 xugou00000 投资";

/// Labelled texts with fictitious names.
fn labelled(dir: &Path) -> String {
    let rows = [
        (
            "a",
            "one",
            GUILTY,
            "ad",
            "wealth",
            "[\"guarantee\",\"yield\",\"high_yield\"]",
            1,
        ),
        (
            "b",
            "one",
            "警方提示：凡是宣称保本保息的都是骗局，谨防受骗。",
            "warning",
            "none",
            "[]",
            0,
        ),
        (
            "c",
            "two",
            "今天下雨，记得带伞。\\u001b[31m",
            "ordinary",
            "none",
            "[]",
            0,
        ),
        (
            "d",
            "two",
            "山海福报，海山福报，速来。",
            "ad",
            "wealth",
            "[\"guarantee\"]",
            1,
        ),
    ];
    let lines: String = rows
        .iter()
        .map(|(id, source, text, context, offer, claims, finding)| {
            format!(
                "{{\"id\":\"{id}\",\"source\":\"{source}\",\"text\":\"{text}\",\"context\":\"{context}\",\
                 \"offer\":\"{offer}\",\"claims\":{claims},\"finding\":{finding}}}\n"
            )
        })
        .collect();
    let file = dir.join("texts.jsonl");
    std::fs::write(&file, lines).expect("file");
    file.to_string_lossy().into_owned()
}

/// A folder of lexicons in which the hand-set points decide, whatever model is built in.
fn plain(dir: &Path, name: &str) -> PathBuf {
    let folder = dir.join(name);
    std::fs::create_dir_all(folder.join("terms")).expect("folder");
    std::fs::write(folder.join("wording.tsv"), "# no model\n").expect("file");
    folder
}

/// The same with one term more.
fn lexicons(dir: &Path) -> String {
    let folder = plain(dir, "lexicons");
    std::fs::write(
        folder.join("terms/zz.toml"),
        "[[term]]\nid = \"zz-test\"\nkind = \"guarantee\"\nrules = [\"AD-25-1\"]\noffer = \"wealth\"\nweight = 3\n\
         words = [\n  \"下雨\",\n  \"山海福报\",\n  \"山海福报钱\",\n  \"海山福报\",\n]\nwithout = [\"海山福报，速来\"]\n",
    )
    .expect("file");
    folder.to_string_lossy().into_owned()
}

fn run(dir: &Path, code: i32, words: &[&str]) -> String {
    let output = wangxun(dir, words);
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(
        output.status.code(),
        Some(code),
        "{words:?}\n{stdout}\n{stderr}"
    );
    stdout
}

fn json(dir: &Path, words: &[&str]) -> Value {
    let words = [words, &["--format", "json"]].concat();
    serde_json::from_str(&run(dir, 0, &words)).expect("JSON")
}

fn ids(list: &Value, key: &str) -> Vec<String> {
    let rows = list.as_array().expect("a list").iter();
    rows.map(|row| row[key].as_str().expect("a word").to_owned())
        .collect()
}

#[test]
fn advice_never_fails_and_a_corpus_says_more() {
    let dir = tempfile::tempdir().expect("folder");
    let (texts, lexicons) = (labelled(dir.path()), lexicons(dir.path()));
    let text = run(dir.path(), 0, &["lexicon", "check", &lexicons]);
    for part in [
        "0 faults",
        "\"山海福报钱\" holds \"山海福报\"",
        "terms/zz.toml:10",
    ] {
        assert!(text.contains(part), "{part:?} is not in\n{text}");
    }
    let words = [
        "lexicon",
        "check",
        &lexicons,
        "--corpus",
        &texts,
        "--over-texts",
        "1",
    ];
    let found = json(dir.path(), &words);
    let corpus = &found["corpus"];
    assert_eq!(
        (corpus["texts"].as_u64(), corpus["labelled"].as_u64()),
        (Some(4), Some(4))
    );
    let own = |list: &Value| -> Vec<String> {
        let rows = list.as_array().expect("a list").iter();
        rows.filter(|row| row["id"] == "zz-test")
            .map(|row| row["word"].as_str().unwrap_or("").to_owned())
            .collect()
    };
    assert_eq!(own(&corpus["never_firing"]), ["山海福报钱"]);
    assert_eq!(own(&corpus["always_taken"]), ["海山福报"]);
    assert!(
        own(&corpus["over_firing"]).is_empty(),
        "half of its texts are findings"
    );
    let strict = [&words[..], &["--over-share", "0.4"]].concat();
    let over = json(dir.path(), &strict)["corpus"]["over_firing"].clone();
    let ours = over
        .as_array()
        .expect("a list")
        .iter()
        .find(|row| row["id"] == "zz-test");
    let ours = ours.expect("told");
    assert_eq!(
        (ours["wrong"].as_u64(), ours["texts"].as_u64()),
        (Some(1), Some(2))
    );
    assert_eq!(ours["labels"]["ordinary"].as_u64(), Some(1));
}

#[test]
fn faults_fail_the_check_and_keep_the_corpus_for_later() {
    let dir = tempfile::tempdir().expect("folder");
    let (texts, lexicons) = (labelled(dir.path()), lexicons(dir.path()));
    let file = dir.path().join("lexicons/terms/zz.toml");
    let faulty = std::fs::read_to_string(&file)
        .expect("text")
        .replace("AD-25-1", "ZZ-0");
    std::fs::write(&file, faulty).expect("file");
    let text = run(
        dir.path(),
        1,
        &["lexicon", "check", &lexicons, "--corpus", &texts],
    );
    assert!(
        text.contains("unknown rule ZZ-0") && !text.contains("corpus:"),
        "{text}"
    );
    let share = ["lexicon", "check", "--over-share", "2"];
    run(dir.path(), 2, &share);
}

#[test]
fn figures_are_given_by_source_context_offer_and_claim() {
    let dir = tempfile::tempdir().expect("folder");
    let texts = labelled(dir.path());
    let plain = plain(dir.path(), "plain");
    let words = [
        "evaluate",
        &texts,
        "--lexicons",
        &*plain.to_string_lossy(),
        "--errors",
    ];
    let found = json(dir.path(), &words);
    assert_eq!(
        found["finding"]["counts"]["true_positive"].as_u64(),
        Some(1)
    );
    assert_eq!(
        found["finding"]["counts"]["false_negative"].as_u64(),
        Some(1)
    );
    assert_eq!(found["sources"]["one"]["recall"].as_f64(), Some(1.0));
    assert_eq!(
        found["contexts"]["warning"]["counts"]["true_positive"].as_u64(),
        Some(1)
    );
    assert!(found["offers"]["wealth"]["recall_interval"].is_array());
    assert!(found["claims"]["guarantee"]["precision"].is_number());
    assert_eq!(ids(&found["errors"], "id"), ["d"]);
    let table = run(dir.path(), 0, &words);
    for part in [
        "context labelled \\ judged",
        "offer (in ads)",
        "claim ",
        "source ",
        "\"山海福报",
    ] {
        assert!(table.contains(part), "{part:?} is not in\n{table}");
    }
    let narrow = run(dir.path(), 0, &["evaluate", &texts, "--by", "file"]);
    assert!(
        narrow.contains("texts.jsonl") && !narrow.contains("claim "),
        "{narrow}"
    );
}

#[test]
fn several_files_are_taken_together() {
    let dir = tempfile::tempdir().expect("folder");
    let texts = labelled(dir.path());
    let other = dir.path().join("more.jsonl");
    std::fs::copy(&texts, &other).expect("copy");
    let found = json(dir.path(), &["evaluate", &texts, &other.to_string_lossy()]);
    assert_eq!(found["texts"].as_u64(), Some(8));
    assert_eq!(
        found["files"].as_object().map(serde_json::Map::len),
        Some(2)
    );
}

#[test]
fn two_lexicons_are_compared_on_the_same_texts() {
    let dir = tempfile::tempdir().expect("folder");
    let (texts, lexicons) = (labelled(dir.path()), lexicons(dir.path()));
    let with = ["evaluate", &texts, "--lexicons", &lexicons, "--against"];
    let same = json(dir.path(), &[&with[..], &[&lexicons]].concat());
    assert!(same["changes"].as_array().is_some_and(Vec::is_empty));
    assert_eq!(same["mcnemar"]["finding"]["p"].as_f64(), Some(1.0));
    let empty = plain(dir.path(), "plain");
    let empty = empty.to_string_lossy();
    let words = [&with[..], &[&*empty]].concat();
    let found = json(dir.path(), &words);
    assert_eq!(ids(&found["changes"], "id"), ["c", "d"]);
    assert_eq!(found["changes"][0]["finding"], "newly-found-wrong");
    assert_eq!(found["changes"][1]["finding"], "newly-found-right");
    assert_eq!(found["mcnemar"]["finding"]["only_after"].as_u64(), Some(1));
    assert_ne!(
        found["lexicon_version"],
        found["against"]["lexicon_version"]
    );
    let table = run(dir.path(), 0, &words);
    for part in [
        "newly found 1 right, 1 wrong",
        "newly found, right",
        "+AD-25-1",
        "p = 1.000",
    ] {
        assert!(table.contains(part), "{part:?} is not in\n{table}");
    }
}
