//! Real texts, where they are at hand: honest writing is left as it is.

#![allow(clippy::print_stdout)]

use super::dictionary_normaliser;
use std::path::{Path, PathBuf};
use wangxun::claims::yields;
use wangxun::lexicons::benchmarks;

/// The shared material beside the repository; absent elsewhere.
fn shared(name: &str) -> Option<Vec<(String, String)>> {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/data")
        .join(name);
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: no {}", path.display());
        return None;
    };
    Some(
        text.lines()
            .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
            .filter_map(|row| {
                let kind = row
                    .get("kind")
                    .and_then(|k| k.as_str())
                    .unwrap_or("")
                    .to_owned();
                Some((kind, row.get("text")?.as_str()?.to_owned()))
            })
            .collect(),
    )
}

/// Most texts of innocent sources that may show a strong sign of evasion, in thousandths.
const INNOCENT: [(&str, &str, usize); 4] = [
    ("text/event_news.jsonl", "", 5),
    ("text/finance_exam.jsonl", "", 5),
    ("text/fraud_news.jsonl", "", 60),
    ("text/sms.jsonl", "sms_ham", 10),
];

#[test]
fn honest_texts_show_few_strong_evasions() {
    let normaliser = dictionary_normaliser();
    let mut faults = Vec::new();
    for (name, kind, limit) in INNOCENT {
        let Some(rows) = shared(name) else { return };
        let texts: Vec<&String> = rows
            .iter()
            .filter(|(k, _)| kind.is_empty() || k == kind)
            .map(|(_, t)| t)
            .collect();
        let mut hit = 0;
        for text in &texts {
            let found = normaliser.normalise(text);
            let strong: Vec<_> = found.evasions.iter().filter(|e| e.strong).collect();
            if let Some(first) = strong.first() {
                hit += 1;
                let from = text.floor_char_boundary(first.original.start.saturating_sub(24));
                let to = text.ceil_char_boundary((first.original.end + 24).min(text.len()));
                println!(
                    "{name} {} {:?} -> {:?}",
                    first.class,
                    &text[from..to],
                    &found.plain[found
                        .plain
                        .floor_char_boundary(first.plain.start.saturating_sub(12))
                        ..found
                            .plain
                            .ceil_char_boundary((first.plain.end + 12).min(found.plain.len()))]
                );
            }
        }
        println!("{name}: {hit} of {}", texts.len());
        if hit * 1000 > limit * texts.len() {
            faults.push(format!("{name}: {hit} of {}", texts.len()));
        }
    }
    assert!(faults.is_empty(), "{faults:?}");
}

#[test]
fn exam_questions_and_news_do_not_break_the_yield_reader() {
    let benchmarks = benchmarks::load(None).expect("embedded benchmarks");
    for name in [
        "text/event_news.jsonl",
        "text/finance_exam.jsonl",
        "text/sms.jsonl",
        "text/fraud_news.jsonl",
    ] {
        let Some(rows) = shared(name) else { return };
        let mut figures = 0;
        for (kind, text) in &rows {
            for figure in yields::find(text, &benchmarks) {
                figures += 1;
                assert!(text.get(figure.span.clone()).is_some());
                println!(
                    "{name} {kind} {:?} {:?} {}",
                    figure.side, figure.annual, figure.formula
                );
            }
        }
        println!("{name}: {figures} figures in {} texts", rows.len());
    }
}
