//! AD-14: paid slots that do not say what they are.

use super::{day, inspector};
use url::Url;
use wangxun::model::finding::Verdict;

fn judged(slot: &str) -> Verdict {
    let url = Url::parse("http://news.qingshan.test/").expect("url");
    let html = format!("<h1>新闻</h1><p>今天白天多云转晴，最高气温八度。</p>{slot}");
    let page = inspector().read_html(&html, &url);
    inspector().inspect_page(&page, &url, day())
}

fn has(list: &[wangxun::model::finding::Finding]) -> bool {
    list.iter().any(|f| f.rule == "AD-14")
}

const OFFER: &str = "<a rel=sponsored href='http://huangjin.example/'>保本理财年化12%，客服微信abc12345，限时抢购</a>";

#[test]
fn an_unmarked_paid_offer_is_a_finding_against_the_advertiser() {
    let verdict = judged(&format!("<div class=ad-slot>{OFFER}</div>"));
    let finding = verdict
        .findings
        .iter()
        .find(|f| f.rule == "AD-14")
        .expect("AD-14");
    assert_eq!(
        finding.advertiser.as_deref(),
        Some("http://huangjin.example/")
    );
    assert!(finding.basis.contains("第十四条"), "{}", finding.basis);
    assert!(
        finding.remark.contains("付费链接标记"),
        "{}",
        finding.remark
    );
}

#[test]
fn marked_own_weak_and_unreadable_slots_are_not() {
    for slot in [
        format!("<div class=ad-slot><i>广告</i>{OFFER}</div>"),
        "<div class=ad-slot><a href='http://huangjin.example/'>保本理财年化12%，加微信abc12345</a></div>".to_owned(),
        "<div class=ad-slot><a rel=sponsored href='/own'>保本理财年化12%，加微信abc12345</a></div>".to_owned(),
        format!("<div class=ad-slot><img src=a.png>{OFFER}</div>"),
        format!("<p>{}</p>", OFFER.replace("rel=sponsored", "")),
    ] {
        let verdict = judged(&slot);
        assert!(!has(&verdict.findings) && !has(&verdict.signals), "{slot}\n{verdict:#?}");
    }
}

#[test]
fn what_is_no_finance_stays_a_signal() {
    let verdict = judged(
        "<div class=ad-slot><a rel=sponsored href='http://mi.example/'>新米上市，欢迎品尝</a></div>",
    );
    assert!(has(&verdict.signals) && !has(&verdict.findings) && !verdict.finding);
}
