//! The table of phrases: what each must come to. `cases.tsv` is read and edited by people.

use super::{day, inspector};
use std::collections::BTreeSet;
use std::fmt::Write;
use wangxun::model::context::Context;
use wangxun::model::finding::Verdict;
use wangxun::model::yields::YieldFigure;

struct Case<'a> {
    line: usize,
    context: &'a str,
    finding: bool,
    evasive: bool,
    /// Per cent a year that one of its figures comes to; empty where none is asked.
    annual: &'a str,
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
            let mut fields = line.splitn(7, '\t');
            let mut next = || fields.next().expect("seven fields");
            Case {
                line: index + 1,
                context: next(),
                finding: next() == "1",
                evasive: next() == "evasive",
                annual: next(),
                claims: words(next()),
                rules: words(next()),
                text: next(),
            }
        })
        .collect()
}

/// The yearly per cent of a figure as the table writes it, a subsidy also with the yield beside it.
fn shown(figure: &YieldFigure) -> Vec<String> {
    if let Some(income) = figure.income {
        return vec![format!("={income}")];
    }
    if figure.masked {
        return vec!["xx".into()];
    }
    let written = |(low, high): (f64, f64)| {
        if low == high {
            format!("{low}")
        } else {
            format!("{low}~{high}")
        }
    };
    let both = [figure.annual, figure.with_base];
    both.into_iter().flatten().map(written).collect()
}

fn annuals(verdict: &Verdict) -> Vec<String> {
    let claims = verdict.blocks.iter().flat_map(|b| &b.claims);
    claims
        .filter_map(|c| c.figure.as_ref())
        .flat_map(shown)
        .collect()
}

fn fault(case: &Case<'_>) -> Option<String> {
    let verdict = inspector().inspect_text(case.text, day());
    let claims: Vec<&str> = verdict.claims.iter().map(|c| c.code()).collect();
    let fired = verdict.findings.iter().chain(&verdict.signals);
    let rules: Vec<&str> = fired.map(|f| f.rule.as_str()).collect();
    let annuals = annuals(&verdict);
    let right = verdict.context.code() == case.context
        && verdict.finding == case.finding
        && case.claims.iter().all(|c| claims.contains(c))
        && case.rules.iter().all(|r| rules.contains(r))
        && (case.annual.is_empty() || annuals.iter().any(|a| a == case.annual));
    (!right).then(|| {
        format!(
            "line {}: {} finding {} {annuals:?} {claims:?} {rules:?}\n  wanted {} {} {:?} {:?} {:?}\n  {}\n",
            case.line,
            verdict.context.code(),
            verdict.finding,
            case.context,
            case.finding,
            case.annual,
            case.claims,
            case.rules,
            case.text
        )
    })
}

/// Texts of the table on which the audit still fails, each with its reason; the list may only shrink.
const SHORTFALLS: &str = include_str!("known_shortfalls.txt");
/// The list must be shorter than this; lower it with every one that is mended.
const FEWER_SHORTFALLS: usize = 2;

fn shortfalls() -> Vec<&'static str> {
    SHORTFALLS
        .lines()
        .filter(|l| !l.is_empty() && !l.starts_with('#'))
        .collect()
}

#[test]
fn every_phrase_comes_to_what_the_table_says() {
    let known = shortfalls();
    let mut faults = String::new();
    for case in cases() {
        match (fault(&case), known.contains(&case.text)) {
            (Some(fault), false) => {
                let _ = writeln!(faults, "{fault}");
            }
            (None, true) => {
                let _ = writeln!(faults, "no shortfall any more, strike it: {}", case.text);
            }
            _ => {}
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

#[test]
fn the_known_shortfalls_are_cases_and_few() {
    let cases = cases();
    let known = shortfalls();
    assert!(known.len() < FEWER_SHORTFALLS, "{} shortfalls", known.len());
    for text in known {
        assert!(cases.iter().any(|c| c.text == text), "no case: {text}");
    }
}

#[test]
fn the_table_is_large_and_mixed() {
    let cases = cases();
    let count = |of: &dyn Fn(&Case<'_>) -> bool| cases.iter().filter(|c| of(c)).count();
    let innocent = count(&|c| !c.finding);
    let evasive = count(&|c| c.evasive);
    let measured = count(&|c| !c.annual.is_empty());
    assert!(cases.len() >= 320, "{} cases", cases.len());
    assert!(innocent >= 110, "{innocent} innocent cases");
    assert!(evasive >= 60, "{evasive} evasive cases");
    assert!(measured >= 60, "{measured} cases with a yearly figure");
    for context in Context::ALL {
        let of_context = count(&|c| c.context == context.code());
        assert!(of_context >= 20, "{of_context} cases of {}", context.code());
    }
    let texts: BTreeSet<&str> = cases.iter().map(|c| c.text).collect();
    assert_eq!(texts.len(), cases.len(), "a text stands twice");
}

/// The spelling is undone, or a figure is read through it (月息貮分).
#[test]
fn evasive_spellings_are_evasive() {
    for case in cases().iter().filter(|c| c.evasive) {
        let plain = inspector().stages(case.text, day()).block.text.plain;
        assert!(
            plain != case.text || !case.annual.is_empty(),
            "line {}: nothing is undone",
            case.line
        );
    }
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
