//! The same bytes for the same text, in any order of rules in force, and no harm from hostile texts.

use super::{day, inspector};
use chrono::NaiveDate;
use std::time::Instant;
use wangxun::model::page::{Block, BlockRole, Page};
use wangxun::wire::verdict::VerdictLine;

fn json(text: &str) -> String {
    let verdict = inspector().inspect_text(text, day());
    serde_json::to_string(&VerdictLine::new("x", &verdict)).expect("a form")
}

#[test]
fn the_same_text_gives_the_same_bytes() {
    let text = "保本保息，年化18%，无抵押贷款当天放款，加微信abc12345，日赚500元";
    assert_eq!(json(text), json(text));
}

#[test]
fn hostile_texts_do_no_harm() {
    let started = Instant::now();
    for text in [
        String::new(),
        "。，！？".repeat(20_000),
        "“「『（".repeat(20_000),
        "贷款".repeat(60_000),
        "保本不保本禁止".repeat(15_000),
        "1".repeat(200_000),
        "\u{202e}\u{200b}".repeat(50_000),
        "年化".repeat(50_000),
    ] {
        let verdict = inspector().inspect_text(&text, day());
        assert!(verdict.findings.len() < 500);
    }
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}

#[test]
fn rules_not_yet_in_force_do_not_fire() {
    let text = "低门槛理财，年化9%，限时抢购，热线010-88880000，立即投资";
    let rules = |y, m, d| -> Vec<String> {
        let date = NaiveDate::from_ymd_opt(y, m, d).expect("a date");
        let verdict = inspector().inspect_text(text, date);
        verdict.findings.into_iter().map(|f| f.rule).collect()
    };
    assert!(rules(2026, 10, 1).contains(&"NM-10-7".to_owned()));
    assert!(!rules(2026, 9, 29).contains(&"NM-10-7".to_owned()));
    assert!(!rules(2014, 1, 1).contains(&"QL-1".to_owned()));
}

/// A page of blocks (role, slot, text) in order.
fn page(blocks: &[(BlockRole, Option<u32>, &str)]) -> Page {
    let mut page = Page::default();
    for (role, slot, text) in blocks {
        let start = page.text.len();
        page.text.push_str(text);
        let span = start..page.text.len();
        page.text.push('\n');
        page.blocks.push(Block {
            header: None,
            span,
            path: "body > div".into(),
            role: *role,
            hidden: false,
            href: slot.map(|_| "http://ad.example/land".parse().expect("an address")),
            slot: *slot,
        });
    }
    page
}

#[test]
fn an_advertiser_in_a_slot_is_guilty_and_the_portal_is_not() {
    use BlockRole::{Heading, Paragraph};
    let page = page(&[
        (Heading, None, "央行下调存款准备金率"),
        (
            Paragraph,
            None,
            "本报讯（记者张三）央行昨日宣布下调存款准备金率0.5个百分点，业内人士表示将释放长期资金约1万亿元。",
        ),
        (Paragraph, Some(1), "保本保息，年化18%，立即投资"),
    ]);
    let url = "http://news.example/a".parse().expect("an address");
    let verdict = inspector().inspect_page(&page, &url, day());
    assert!(verdict.finding);
    assert!(!verdict.findings.is_empty());
    for finding in &verdict.findings {
        assert_eq!(
            finding.advertiser.as_deref(),
            Some("http://ad.example/land")
        );
        assert_eq!(
            page.text.get(finding.span.clone()),
            Some(finding.quote.as_str())
        );
    }
}

#[test]
fn a_product_card_in_pieces_is_read_as_one() {
    use BlockRole::{Control, Other, Title};
    let page = page(&[
        (Title, None, "云顶理财"),
        (Other, None, "预期年化收益率"),
        (Other, None, "15.00%"),
        (Other, None, "期限 30天"),
        (Other, None, "起投金额 100元"),
        (Control, None, "立即投资"),
    ]);
    let url = "http://yunding.example/".parse().expect("an address");
    let verdict = inspector().inspect_page(&page, &url, day());
    assert!(verdict.finding, "{verdict:#?}");
    assert!(verdict.findings.iter().any(|f| f.rule == "YD-8"));
    assert!(verdict.findings.iter().any(|f| f.rule == "QL-2"));
}

#[test]
fn menus_and_footers_make_no_finding() {
    use BlockRole::{Footer, Nav};
    let page = page(&[
        (Nav, None, "保本理财 高收益理财 无抵押贷款 立即投资"),
        (Footer, None, "保本保息 年化18% 客服热线400-000-1234"),
    ]);
    let url = "http://yunding.example/".parse().expect("an address");
    assert!(!inspector().inspect_page(&page, &url, day()).finding);
}

#[test]
fn distress_is_an_alert_outside_the_score() {
    let text = "平台提现困难，老板失联，投资人聚集在公司门口维权";
    let verdict = inspector().inspect_text(text, day());
    assert!(!verdict.finding);
    assert!(!verdict.alerts.is_empty());
    assert!(verdict.signals.iter().all(|f| f.rule != "EN-1"));
    assert!(verdict.score.contributions.is_empty());
}

#[test]
fn a_score_is_the_sum_of_its_named_parts() {
    let verdict = inspector().inspect_text("保本保息，年化18%，加微信abc12345", day());
    let sum: f64 = verdict.score.contributions.iter().map(|c| c.points).sum();
    assert!((verdict.score.total() - sum.min(100.0)).abs() < 1e-9);
    assert!(
        verdict
            .score
            .contributions
            .iter()
            .all(|c| !c.reason.is_empty())
    );
}
