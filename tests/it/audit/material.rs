//! Figures on real material that lies beside the project; skipped where it is absent.

#![allow(clippy::print_stdout)]

use super::{day, inspector};
use std::path::PathBuf;
use wangxun::patrol::evaluate::{Labelled, evaluate};

fn lines(name: &str) -> Option<Vec<String>> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/data")
        .join(name);
    match std::fs::read_to_string(&path) {
        Ok(text) => Some(text.lines().map(ToOwned::to_owned).collect()),
        Err(_) => {
            println!("skipped: {name} is absent");
            None
        }
    }
}

fn text_of(line: &str) -> Option<(String, String)> {
    let value: serde_json::Value = serde_json::from_str(line).ok()?;
    let field = |name: &str| Some(value.get(name)?.as_str()?.to_owned());
    Some((field("kind")?, field("text")?))
}

/// At most `most` in a thousand of the texts of a kind may be findings; every `step`th text is judged.
fn innocent(name: &str, kind: &str, step: usize, most: usize) {
    let Some(lines) = lines(name) else { return };
    let texts = lines
        .iter()
        .filter_map(|l| text_of(l))
        .filter(|(k, _)| k == kind);
    let judged: Vec<bool> = texts
        .step_by(step)
        .map(|(_, text)| inspector().inspect_text(&text, day()).finding)
        .collect();
    let found = judged.iter().filter(|f| **f).count();
    println!("{name} {kind}: {found} of {}", judged.len());
    assert!(
        found * 1000 <= most * judged.len(),
        "{found} of {}",
        judged.len()
    );
}

#[test]
fn fraud_news_is_not_accused() {
    innocent("text/fraud_news.jsonl", "fraud_news", 4, 20);
}

#[test]
fn event_news_is_not_accused() {
    innocent("text/event_news.jsonl", "event_news", 5, 10);
}

#[test]
fn exam_questions_are_not_accused() {
    innocent("text/finance_exam.jsonl", "exam", 3, 5);
}

#[test]
fn ordinary_messages_are_not_accused() {
    innocent("text/sms.jsonl", "sms_ham", 3, 15);
}

#[test]
fn the_development_set() {
    let Some(lines) = lines("labelled/dev.jsonl") else {
        return;
    };
    let rows: Vec<Labelled> = lines
        .iter()
        .filter_map(|l| serde_json::from_str(l).ok())
        .collect();
    let evaluation = evaluate(inspector(), &rows, day());
    println!("{}", evaluation.json(false));
    assert!(evaluation.finding.f1() > 0.80, "{:?}", evaluation.finding);
    assert!(evaluation.context().value > 0.80);
}
