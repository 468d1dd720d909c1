//! The ten worked samples of the catalogue (section 10) through the whole audit, with names changed.

use super::{day, inspector};
use chrono::NaiveDate;
use wangxun::model::context::Context;
use wangxun::model::finding::{Strength, Verdict};

fn judged(text: &str) -> Verdict {
    inspector().inspect_text(text, day())
}

/// A finding by at least these rules, the gravest of severity 4 or more.
fn breaks(text: &str, rules: &[&str]) -> Verdict {
    let verdict = judged(text);
    let fired: Vec<&str> = verdict.findings.iter().map(|f| f.rule.as_str()).collect();
    let missing: Vec<&&str> = rules.iter().filter(|r| !fired.contains(r)).collect();
    let gravest = verdict.findings.iter().map(|f| f.severity).max();
    assert!(
        verdict.finding && missing.is_empty() && gravest >= Some(4),
        "{text}\n  fired {fired:?}, missing {missing:?}, severity {gravest:?}"
    );
    verdict
}

/// No finding, and none of these rules (none at all where the list is empty) even as a signal.
fn is_innocent(text: &str, context: Option<Context>, never: &[&str]) -> Verdict {
    let verdict = judged(text);
    let fired: Vec<&str> = verdict
        .findings
        .iter()
        .chain(&verdict.signals)
        .map(|f| f.rule.as_str())
        .filter(|r| never.is_empty() || never.contains(r))
        .collect();
    assert!(
        !verdict.finding && verdict.findings.is_empty() && fired.is_empty(),
        "{text}\n  {fired:?}"
    );
    assert!(context.is_none_or(|c| c == verdict.context), "{text}");
    verdict
}

#[test]
fn sample_1_guarantee_and_masked_yield_with_banks_as_custodian() {
    let text = "江南明德投资，保本保息年化收益xx%，国有四大银行做第三方存管";
    let verdict = breaks(text, &["AD-25-1", "YD-8", "NM-GOV", "QL-1"]);
    let strong = |rule: &str| {
        let of_rule = verdict.findings.iter().find(|f| f.rule == rule);
        of_rule.map(|f| f.strength)
    };
    assert_eq!(strong("AD-25-1"), Some(Strength::B));
    assert!(strong("QL-1") >= Some(Strength::C));
}

#[test]
fn sample_2_raising_money_against_a_house_in_the_lenders_name() {
    let text = "找明德，年收益xx%，保本保息，价值x倍的房产抵押到您的名下，公证处公证";
    breaks(text, &["IF-11", "AD-25-1"]);
}

#[test]
fn sample_3_a_banks_product_at_six_per_cent() {
    let text = "北湖银行 “创盈”系列理财，年化收益率6.0-6.4";
    let verdict = is_innocent(text, Some(Context::Ad), &[]);
    let shown = verdict.blocks.iter().flat_map(|b| &b.claims);
    let annual = shown
        .filter_map(|c| c.figure.as_ref())
        .find_map(|f| f.annual);
    assert_eq!(annual, Some((6.0, 6.4)));
}

#[test]
fn sample_4_a_risk_warning_satisfies_the_absence_rule() {
    let text = "5万起购，理财非存款、产品有风险、投资须谨慎";
    is_innocent(text, None, &["AD-25-0"]);
}

#[test]
fn sample_5_a_report_on_an_exposed_rebate_platform() {
    let text = "央视栏目曝光的“人人某益”消费返利平台涉嫌传销，已被立案查处";
    let verdict = is_innocent(text, Some(Context::Warning), &[]);
    let tagged = verdict
        .blocks
        .iter()
        .any(|b| b.cues.iter().any(|c| c == "topic:HT-08"));
    assert!(tagged, "{:?}", verdict.blocks);
}

#[test]
fn sample_6_a_former_traders_group_for_tips() {
    let text = "东方某富前敢死队操盘手建群，每日分享明日牛股，加QQ群12345678，人满即封";
    breaks(text, &["SC-160", "NM-16"]);
}

#[test]
fn sample_7_a_spaced_out_loan_advertisement() {
    let text = "先生您好，我公司专业办理银 行 贷 款，民 间 借 款，最快当天放 款";
    let verdict = breaks(text, &["LN-QUAL", "NM-10-7"]);
    assert!(verdict.signals.iter().any(|f| f.rule == "OB-1"));
}

#[test]
fn sample_8_a_banks_guaranteed_product_was_lawful_until_the_end_of_2021() {
    let text = "最高收益保本理财产品，期限为一年，x万元起存 [建行]";
    let on = |year| {
        let day = NaiveDate::from_ymd_opt(year, 6, 1).expect("a date");
        inspector().inspect_text(text, day)
    };
    assert!(!on(2021).finding, "{:?}", on(2021).findings);
    let rules: Vec<String> = on(2022).findings.into_iter().map(|f| f.rule).collect();
    assert!(rules.contains(&"AD-25-1".to_owned()), "{rules:?}");
}

#[test]
fn sample_9_the_regulators_warning_is_no_yield() {
    let text =
        "监管部门负责人：收益率超过6%的就要打问号，超过8%的就很危险，超过10%就要准备损失全部本金";
    is_innocent(text, Some(Context::Warning), &[]);
}

#[test]
fn sample_10_a_business_scope_with_its_prohibition() {
    let text = "经营范围：企业管理咨询（未经批准不得从事吸收存款、融资担保、代客理财等金融服务）";
    is_innocent(text, Some(Context::Reference), &["NAME-9", "QL-1"]);
}

/// Whether these rules fire.
fn fires(text: &str, rule: &str) -> bool {
    judged(text).findings.iter().any(|f| f.rule == rule)
}

#[test]
fn what_a_trade_must_say_is_no_breach_of_its_own_rule() {
    let only = "私募基金只面向合格投资者，单只产品认购起点为100万元。";
    let offered = "阳光私募火热募集，年化12%，扫码认购";
    assert!(!fires(only, "PF-20") && fires(offered, "PF-20"));
    let pawned = "典当行办理抵押、质押借款，当金最长六个月，手续齐全当天放款。";
    let lent = "办理抵押、无抵押借款，最长六个月，手续齐全当天放款，电话13500000000";
    assert!(!fires(pawned, "LN-QUAL") && fires(lent, "LN-QUAL"));
}
