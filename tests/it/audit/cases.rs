//! The table of phrases: what each must come to. `cases.tsv` is read and edited by people.

use super::{day, inspector};
use std::fmt::Write;

struct Case<'a> {
    line: usize,
    context: &'a str,
    finding: bool,
    claims: Vec<&'a str>,
    rules: Vec<&'a str>,
    text: &'a str,
}

fn cases() -> Vec<Case<'static>> {
    let words = |field: &'static str| field.split(',').filter(|w| !w.is_empty()).collect();
    include_str!("cases.tsv")
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        .map(|(index, line)| {
            let mut fields = line.splitn(5, '\t');
            let mut next = || fields.next().expect("five fields");
            Case {
                line: index + 1,
                context: next(),
                finding: next() == "1",
                claims: words(next()),
                rules: words(next()),
                text: next(),
            }
        })
        .collect()
}

fn fault(case: &Case<'_>) -> Option<String> {
    let verdict = inspector().inspect_text(case.text, day());
    let claims: Vec<&str> = verdict.claims.iter().map(|c| c.code()).collect();
    let fired = verdict.findings.iter().chain(&verdict.signals);
    let rules: Vec<&str> = fired.map(|f| f.rule.as_str()).collect();
    let right = verdict.context.code() == case.context
        && verdict.finding == case.finding
        && case.claims.iter().all(|c| claims.contains(c))
        && case.rules.iter().all(|r| rules.contains(r));
    (!right).then(|| {
        format!(
            "line {}: {} finding {} {claims:?} {rules:?}\n  wanted {} {} {:?} {:?}\n  {}\n",
            case.line,
            verdict.context.code(),
            verdict.finding,
            case.context,
            case.finding,
            case.claims,
            case.rules,
            case.text
        )
    })
}

#[test]
fn every_phrase_comes_to_what_the_table_says() {
    let faults: String = cases()
        .iter()
        .filter_map(fault)
        .fold(String::new(), |mut all, fault| {
            let _ = writeln!(all, "{fault}");
            all
        });
    assert!(faults.is_empty(), "{faults}");
}

#[test]
fn the_table_is_large_and_mixed() {
    let cases = cases();
    let innocent = cases.iter().filter(|c| !c.finding).count();
    assert!(cases.len() >= 150, "{} cases", cases.len());
    assert!(innocent >= 50, "{innocent} innocent cases");
}

#[test]
fn quotes_are_exact_slices_at_their_offsets() {
    for case in cases() {
        let verdict = inspector().inspect_text(case.text, day());
        for finding in verdict.findings.iter().chain(&verdict.signals) {
            let slice = case.text.get(finding.span.clone());
            assert_eq!(slice, Some(finding.quote.as_str()), "line {}", case.line);
        }
    }
}

#[test]
fn unlicensed_reads_unknown_and_is_never_strong() {
    for case in cases() {
        let verdict = inspector().inspect_text(case.text, day());
        for finding in verdict.findings.iter().filter(|f| f.rule == "QL-1") {
            assert!(finding.strength.code() >= "C", "line {}", case.line);
        }
    }
    let text = "闲钱理财，年化9%，随存随取，热线010-88880000";
    let verdict = inspector().inspect_text(text, day());
    let licence = verdict
        .findings
        .iter()
        .find(|f| f.rule == "QL-1")
        .expect("QL-1");
    assert!(licence.remark.contains("未见许可,待核"));
}
