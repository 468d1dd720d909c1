//! The audit rows of the county's plan: a sentence for each, and an innocent one that only speaks of it. `plan_rows.tsv` is read and
//! edited by people.

use super::{day, inspector, who};
use std::collections::BTreeSet;
use std::fmt::Write;
use wangxun::lexicons::rulebook;
use wangxun::model::alert::AlertLevel;
use wangxun::model::finding::Verdict;

/// The rows of the plan that the audit answers.
const ROWS: [u32; 23] = [
    8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 21, 22, 23, 24, 25, 33, 34, 37, 38, 49, 61, 63,
];
/// The phrases of row 8, in the order of the plan.
const EIGHT: [&str; 9] = [
    "资金池",
    "发放贷款",
    "非法集资",
    "自融自保",
    "承诺保本保息",
    "期限错配",
    "期限拆分",
    "虚假宣传",
    "虚构标的",
];

struct Row {
    line: usize,
    row: u32,
    phrase: &'static str,
    wanted: &'static str,
    breach: &'static str,
    innocent: &'static str,
}

fn rows() -> Vec<Row> {
    include_str!("plan_rows.tsv")
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        .map(|(index, line)| {
            let fields: Vec<&str> = line.split('\t').collect();
            let [row, phrase, wanted, breach, innocent] = fields[..] else {
                panic!("line {}: five columns", index + 1);
            };
            Row {
                line: index + 1,
                row: row.parse().expect("a row of the plan"),
                phrase,
                wanted,
                breach,
                innocent,
            }
        })
        .collect()
}

fn judged(text: &str) -> Verdict {
    match text.starts_with('<') {
        true => who::judge(text),
        false => inspector().inspect_text(text, day()),
    }
}

/// What a verdict came to, in the words of the table.
fn came_to(verdict: &Verdict) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    let findings = verdict.findings.iter().chain(&verdict.signals);
    all.extend(findings.map(|f| f.rule.clone()));
    for alert in &verdict.alerts {
        all.insert(alert.rule().to_owned());
        all.insert(format!("alert:{}", alert.class.code()));
    }
    let hard = verdict.topics.iter().filter(|t| t.hard);
    all.extend(hard.map(|t| format!("topic:{}", t.id)));
    if let (Some(_), Some(_)) = (&verdict.who.brand, &verdict.who.operator) {
        all.insert(format!("names:{}", verdict.offer.code()));
    }
    all
}

#[test]
fn every_audit_row_of_the_county_plan_has_a_sentence() {
    let mut faults = String::new();
    for row in rows() {
        let breach = came_to(&judged(row.breach));
        if !breach.contains(row.wanted) {
            let _ = writeln!(
                faults,
                "line {}: {} not in {breach:?}",
                row.line, row.wanted
            );
        }
        let verdict = judged(row.innocent);
        let innocent = came_to(&verdict);
        if verdict.finding || innocent.contains(row.wanted) {
            let _ = writeln!(faults, "line {}: accused: {innocent:?}", row.line);
        }
    }
    assert!(faults.is_empty(), "{faults}");
    let told: BTreeSet<u32> = rows().iter().map(|r| r.row).collect();
    assert_eq!(told, BTreeSet::from(ROWS));
    let eight = rows().into_iter().filter(|r| r.row == 8).map(|r| r.phrase);
    assert_eq!(eight.collect::<Vec<_>>(), EIGHT);
}

/// Whom the rules that the plan names go to, the leader first.
#[test]
fn the_rules_of_the_plan_go_to_the_departments_it_names() {
    let lexicon = rulebook::load(None).expect("embedded lexicons");
    for (id, severity, departments) in [
        ("EX-2", 4, &["culture", "commerce", "lead"][..]),
        ("OPN-1", 0, &["police", "petition", "lead"][..]),
        ("PL-4", 3, &["lead"][..]),
        ("QL-3", 2, &["market", "lead"][..]),
        ("RE-CF", 4, &["housing", "lead"][..]),
    ] {
        let rule = lexicon.rule(id).expect("a rule of the catalogue");
        assert_eq!(rule.departments, departments, "{id}");
        assert_eq!(rule.severity, severity, "{id}");
        assert!(rule.bases.iter().all(|b| b.text.contains("县方案")), "{id}");
    }
}

/// A gathering to come is named and urgent, and weighs nothing.
#[test]
fn a_gathering_is_named_and_never_scored() {
    let gatherings = rows().into_iter().filter(|r| r.wanted == "OPN-1");
    for row in gatherings {
        let verdict = judged(row.breach);
        let named = |a: &&wangxun::model::alert::Alert| a.rule() == "OPN-1";
        let alert = verdict.alerts.iter().find(named).expect("OPN-1");
        assert_eq!(alert.level, AlertLevel::Urgent, "line {}", row.line);
        assert!(verdict.score.total() < 1e-9, "line {}", row.line);
        let fired = verdict.findings.iter().chain(&verdict.signals);
        assert!(fired.into_iter().all(|f| f.rule != "OPN-1"));
    }
}

/// A house whose licence is unknown is never said to have none.
#[test]
fn an_image_is_weak_and_to_be_checked() {
    let all = rows();
    let images: Vec<&Row> = all.iter().filter(|r| r.wanted == "QL-3").collect();
    assert!(images.len() >= 2);
    for row in images {
        let verdict = judged(row.breach);
        let image = verdict.findings.iter().find(|f| f.rule == "QL-3");
        let image = image.expect("QL-3");
        assert!(image.remark.contains("未见许可,待核"), "{}", image.remark);
        assert!(image.strength.code() >= "C", "line {}", row.line);
    }
}

/// Row 12: custody by a bank that is named is for asking the bank, custody by none is told as such.
#[test]
fn custody_is_told_with_the_bank_or_without() {
    let told = |said: &str| {
        let text = format!("云顶理财平台，{said}，安全无忧，年化10%，起投100元，立即投资");
        let verdict = judged(&text);
        let mut remarks = verdict.findings.into_iter().filter(|f| f.rule == "NM-GOV");
        remarks.next().expect("NM-GOV").remark
    };
    for nobody in [
        "资金由银行存管",
        "国有大型银行资金托管",
        "资金第三方存管",
        "知名商业银行存管",
    ] {
        let remark = told(nobody);
        assert!(remark.contains("未写明银行名称"), "{nobody}: {remark}");
    }
    for named in ["资金由虚构村镇银行存管", "与虚构村镇银行签订资金托管"] {
        let remark = told(named);
        assert!(
            remark.contains("「虚构村镇银行」") && remark.contains("向该行核实"),
            "{named}: {remark}"
        );
    }
}
