//! The catalogue: all rules are there, each served, derived or explained, with dated bases and official codes.

use super::{day, inspector};
use std::collections::BTreeSet;
use wangxun::audit::catalogue::{DERIVED, derived};
use wangxun::lexicons::rulebook;
use wangxun::model::lexicon::Lexicon;
use wangxun::model::rule::Rule;

/// The 68 ids of the catalogue.
const IDS: [&str; 68] = [
    "AD-11-1", "AD-11-2", "AD-14", "AD-25-0", "AD-25-1", "AD-25-2", "AD-26-1", "AD-27-3", "AD-28",
    "AD-37", "AD-38", "AD-43", "AD-9-2", "AD-9-3", "AM-1", "AM-2", "CF-1", "CR-1", "CR-2", "EN-1",
    "EX-1", "EX-2", "FU-122", "ID-FAKE", "ID-ICP", "ID-MISS", "IF-11", "IF-19-1", "IF-19-2",
    "IF-19-3", "IF-19-4", "IF-20", "IN-15", "IN-23", "LN-APR", "LN-BRK", "LN-DP", "LN-IND",
    "LN-QUAL", "LN-RATE", "LN-STU", "MLM-7", "NAME-9", "NM-10-7", "NM-16", "NM-GOV", "NM-JUMP",
    "NM-PERF", "OB-1", "OPN-1", "PF-20", "PL-0", "PL-10", "PL-4", "PLAT-1", "PY-6", "QL-1", "QL-2",
    "QL-3", "RE-CF", "SC-160", "SC-161", "SC-9", "SUB-1", "VC-1", "VC-2", "YD-8", "YD-REL",
];

/// Rules that no text can show, with good reason.
const UNSEEN: [&str; 5] = ["AD-28", "AD-43", "IF-20", "NM-JUMP", "PLAT-1"];

fn lexicon() -> Lexicon {
    rulebook::load(None).expect("embedded lexicons")
}

fn rule<'l>(lexicon: &'l Lexicon, id: &str) -> &'l Rule {
    lexicon.rule(id).expect("a rule of the catalogue")
}

#[test]
fn every_rule_of_the_catalogue_is_there_and_no_other() {
    let lexicon = lexicon();
    let ids: Vec<&str> = lexicon.rules.iter().map(|r| r.id.as_str()).collect();
    assert_eq!(ids, IDS);
}

#[test]
fn every_rule_is_served_or_derived_or_says_why_not() {
    let lexicon = lexicon();
    for rule in &lexicon.rules {
        let served = lexicon.terms.iter().any(|t| t.rules.contains(&rule.id));
        match &rule.unseen {
            Some(why) => {
                assert!(UNSEEN.contains(&rule.id.as_str()), "{}", rule.id);
                assert!(why.chars().count() > 5, "{}", rule.id);
            }
            None => assert!(
                served || derived(&rule.id).is_some(),
                "{} never fires",
                rule.id
            ),
        }
    }
    for (id, _) in DERIVED {
        let rule = rule(&lexicon, id);
        assert!(rule.unseen.is_none(), "{id} is derived and unseen");
    }
}

/// Rules that rest, at some time, on notices and plans without articles.
const WITHOUT_ARTICLE: [&str; 15] = [
    "AM-1", "AM-2", "CR-2", "EX-2", "LN-APR", "LN-DP", "LN-STU", "NM-GOV", "OPN-1", "PL-0", "PL-4",
    "QL-3", "RE-CF", "SUB-1", "YD-REL",
];

#[test]
fn every_rule_has_its_basis_department_and_contexts() {
    let lexicon = lexicon();
    for rule in &lexicon.rules {
        assert!(!rule.bases.is_empty(), "{}", rule.id);
        for basis in &rule.bases {
            let cited = basis.text.contains('条') || WITHOUT_ARTICLE.contains(&rule.id.as_str());
            assert!(cited, "{}: {}", rule.id, basis.text);
        }
        assert!(
            !rule.departments.is_empty() || rule.id == "OB-1",
            "{}",
            rule.id
        );
        assert!(
            !rule.benign.is_empty() || matches!(rule.id.as_str(), "OB-1" | "IF-20"),
            "{}",
            rule.id
        );
    }
}

#[test]
fn official_codes_are_of_the_right_group() {
    let lexicon = lexicon();
    let codes: BTreeSet<(&str, &str)> = lexicon
        .rules
        .iter()
        .flat_map(|r| r.breach_codes.iter().map(|c| (r.id.as_str(), c.as_str())))
        .collect();
    for (rule, code) in &codes {
        assert!(
            code.strip_prefix("ZH")
                .or(code.strip_prefix("FDC"))
                .is_some_and(|n| n.parse::<u32>().is_ok()),
            "{rule} {code}"
        );
    }
    for pair in [
        ("AD-11-1", "ZH18"),
        ("AD-25-0", "ZH38"),
        ("AD-25-1", "ZH39"),
        ("AD-25-2", "ZH40"),
        ("AD-26-1", "FDC2"),
        ("AD-27-3", "ZH44"),
        ("AD-37", "ZH51"),
        ("AD-9-2", "ZH7"),
        ("AD-9-3", "ZH8"),
    ] {
        assert!(codes.contains(&pair), "{pair:?}");
    }
}

#[test]
fn a_page_is_judged_by_the_rules_of_its_day() {
    let text = "币圈合约带单，USDT搬砖套利日收益1%，欢迎进群，客服微信abc12345";
    let on = |date: &str| {
        let verdict = inspector().inspect_text(text, date.parse().expect("a date"));
        let found = verdict.findings.iter().find(|f| f.rule == "VC-1").cloned();
        found.map(|f| f.basis)
    };
    assert_eq!(on("2021-09-14"), None);
    let before = on("2026-02-05").expect("VC-1");
    assert!(
        before.contains("银发〔2021〕237号") && !before.contains("42号"),
        "{before}"
    );
    let after = on("2026-02-06").expect("VC-1");
    assert!(
        after.contains("银发〔2026〕42号") && !after.contains("网络营销"),
        "{after}"
    );
    assert!(on("2026-09-30").expect("VC-1").contains("网络营销管理办法"));
}

#[test]
fn dated_rules_begin_on_their_day() {
    let lexicon = lexicon();
    for (id, last_without, first_with) in [
        ("NM-10-7", "2026-09-29", "2026-09-30"),
        ("NM-16", "2026-09-29", "2026-09-30"),
        ("QL-2", "2026-09-29", "2026-09-30"),
        ("QL-1", "2020-01-24", "2020-01-25"),
        ("IF-11", "2021-04-30", "2021-05-01"),
        ("LN-APR", "2021-03-30", "2021-03-31"),
    ] {
        let rule = rule(&lexicon, id);
        assert!(
            !rule.in_force(last_without.parse().expect("a date")),
            "{id}"
        );
        assert!(rule.in_force(first_with.parse().expect("a date")), "{id}");
    }
    let loans = rule(&lexicon, "LN-APR");
    let text = |on: &str| {
        loans
            .basis_on(on.parse().expect("a date"))
            .map(|b| b.text.clone())
    };
    assert!(
        !text("2026-07-31")
            .expect("a basis")
            .contains("综合融资成本")
    );
    assert!(
        text("2026-08-01")
            .expect("a basis")
            .contains("综合融资成本")
    );
}

#[test]
fn derived_rules_fire() {
    for (id, text) in [
        ("AD-25-0", "闲钱理财，年化9%，随存随取，热线010-88880000"),
        ("AD-26-1", "云顶广场商铺发售，年收益12%，热线010-88880000"),
        ("ID-MISS", "无抵押贷款当天放款，加微信abc12345"),
        ("IF-11", "诚招投资人，入股分红，月息2分，热线010-88880000"),
        ("LN-APR", "无抵押贷款，当天放款，热线010-88880000"),
        (
            "LN-RATE",
            "民间借款，月息3分，无抵押当天放款，热线010-88880000",
        ),
        ("OB-1", "保 本 保 息 理 财，年化18%，加微信abc12345"),
        ("QL-1", "闲钱理财，年化9%，随存随取，热线010-88880000"),
        ("QL-3", "青禾财富，值得托付，引领财富未来，您身边的理财专家"),
        ("YD-8", "闲钱理财，年化9%，随存随取，热线010-88880000"),
        ("YD-REL", "闲钱理财，年化18%，随存随取，热线010-88880000"),
    ] {
        let verdict = inspector().inspect_text(text, day());
        let mut fired = verdict.findings.iter().chain(&verdict.signals);
        assert!(fired.any(|f| f.rule == id), "{id}: {verdict:#?}");
    }
}

#[test]
fn a_stated_annual_rate_satisfies_the_absence_rule() {
    let fires = |text: &str| {
        let verdict = inspector().inspect_text(text, day());
        let mut all = verdict.findings.iter().chain(&verdict.signals);
        all.any(|f| f.rule == "LN-APR" && f.remark.contains("未见年化"))
    };
    assert!(fires("无抵押贷款，当天放款，热线010-88880000"));
    assert!(!fires(
        "无抵押贷款，当天放款，综合年化利率18%，热线010-88880000"
    ));
}

#[test]
fn topics_tag_and_hard_tells_mark_them() {
    let tags = |text: &str| -> Vec<String> {
        let verdict = inspector().inspect_text(text, day());
        let cues = verdict.blocks.iter().flat_map(|b| b.cues.iter().cloned());
        cues.filter(|c| c.starts_with("topic:")).collect()
    };
    let soft = tags("候鸟式养老公寓欢迎参观，热线010-88880000");
    assert!(soft.contains(&"topic:HT-01".to_owned()), "{soft:?}");
    assert!(!soft.contains(&"topic:HT-01:hard".to_owned()), "{soft:?}");
    let hard = tags("候鸟式养老公寓预存10万，按季付息，年化12%，热线010-88880000");
    assert!(hard.contains(&"topic:HT-01:hard".to_owned()), "{hard:?}");
    let innocent = tags("老年人住房反向抵押养老保险产品介绍，热线010-88880000");
    assert!(
        !innocent.iter().any(|t| t.starts_with("topic:HT-02")),
        "{innocent:?}"
    );
}

#[test]
fn the_topics_and_name_lists_are_whole() {
    let lexicon = lexicon();
    assert_eq!(lexicon.topics.len(), 22);
    for topic in &lexicon.topics {
        assert!(!topic.tells.is_empty(), "{}", topic.id);
        assert!(!topic.departments.is_empty(), "{}", topic.id);
    }
    for id in ["N1", "N1a", "N2", "N3", "N4", "N5", "N6"] {
        assert!(lexicon.names.iter().any(|n| n.id == id), "{id}");
    }
    let seed = lexicon.names.iter().find(|n| n.id == "N1").expect("N1");
    assert_eq!(seed.words.len(), 16);
    let forbidden = lexicon.names.iter().find(|n| n.id == "N3").expect("N3");
    assert_eq!((forbidden.words.len(), forbidden.tier), (7, 1));
}

#[test]
fn innocent_longer_words_are_no_name_words() {
    let lexicon = lexicon();
    let list = lexicon.names.iter().find(|n| n.id == "N1a").expect("N1a");
    assert_eq!(list.word_in("虚构县青禾金融信息服务有限公司"), Some("金融"));
    assert_eq!(list.word_in("虚构县公共资源交易中心"), None);
    assert_eq!(list.word_in("虚构市金融街物业管理有限公司"), None);
}
