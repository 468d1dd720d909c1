//! Who stands behind a page: operator, brand, payee; what registers say; strength of evidence. All names are made up.

use super::day;
use std::sync::OnceLock;
use url::Url;
use wangxun::model::finding::{Finding, Strength, Verdict};
use wangxun::model::register::{
    LicenceKind, Provenance, Refusal, RefusalReason, RegisterData, RegisterRow, Registers,
};
use wangxun::model::who::{Footing, ListedBy};
use wangxun::page;
use wangxun::patrol::inspect::Inspector;

const BANK_CODE: &str = "B9991H299990001";

fn row(name: &str, licence: LicenceKind, code: Option<&str>, domains: &[&str]) -> RegisterRow {
    RegisterRow {
        name: name.into(),
        short_names: Vec::new(),
        code: code.map(Into::into),
        licence,
        province: None,
        domains: domains.iter().map(|d| (*d).to_owned()).collect(),
        provenance: provenance(),
    }
}

fn provenance() -> Provenance {
    Provenance {
        source: "虚构名录".into(),
        as_of: "2026-05".into(),
    }
}

fn inspector() -> &'static Inspector {
    static INSPECTOR: OnceLock<Inspector> = OnceLock::new();
    INSPECTOR.get_or_init(|| {
        let data = RegisterData {
            rows: vec![
                row(
                    "虚溪谷农村商业银行股份有限公司",
                    LicenceKind::Bank,
                    Some(BANK_CODE),
                    &["xuxigubank.com"],
                ),
                row("云海里支付服务有限公司", LicenceKind::Payment, None, &[]),
            ],
            refusals: vec![Refusal {
                name: "青岭湾投资管理有限公司".into(),
                code: "91999999MA00000000".into(),
                date: "2017-03-02".into(),
                reasons: vec![RefusalReason::UnlawfulRaising],
                provenance: provenance(),
            }],
            ..RegisterData::default()
        };
        let registers = Registers::build(data).expect("registers");
        Inspector::compile(None, registers).expect("lexicons")
    })
}

const AD: &str =
    "<p>理财产品火热募集，年化收益9%，起投1万元，立即认购</p><p>咨询热线 010-88880000</p>";

fn html(title: &str, body: &str, footer: &str) -> String {
    format!(
        "<html><head><title>{title}</title></head><body>{body}<footer>{footer}</footer></body></html>"
    )
}

fn judge_at(url: &str, html: &str) -> Verdict {
    let url: Url = url.parse().expect("an address");
    let page = page::read(html, &url);
    let verdict = inspector().inspect_page(&page, &url, day());
    for finding in verdict.findings.iter().chain(&verdict.signals) {
        assert_eq!(
            page.text.get(finding.span.clone()),
            Some(finding.quote.as_str()),
            "{finding:?}"
        );
    }
    verdict
}

pub(super) fn judge(html: &str) -> Verdict {
    judge_at("http://www.shop.example/p/1.html", html)
}

fn found<'v>(verdict: &'v Verdict, rule: &str) -> Option<&'v Finding> {
    verdict.findings.iter().find(|f| f.rule == rule)
}

fn signal<'v>(verdict: &'v Verdict, rule: &str) -> Option<&'v Finding> {
    verdict.signals.iter().find(|f| f.rule == rule)
}

#[test]
fn what_no_register_names_is_unknown_and_weak() {
    let verdict = judge(&html("青禾理财", AD, "版权所有 虚构县青禾信息咨询有限公司"));
    assert_eq!(verdict.who.standing, Footing::Unknown);
    let operator = verdict.who.operator.as_ref().expect("an operator");
    assert_eq!(operator.name, "虚构县青禾信息咨询有限公司");
    assert_eq!(
        verdict.who.brand.as_ref().map(|b| b.name.as_str()),
        Some("青禾理财")
    );
    let licence = found(&verdict, "QL-1").expect("QL-1");
    assert!(licence.remark.contains("未见许可,待核"), "{licence:?}");
    assert_eq!(licence.strength, Strength::C);
    assert!(found(&verdict, "AD-11-1").is_none());
}

#[test]
fn a_licence_for_something_else_is_a_contradiction() {
    let verdict = judge(&html("云海里", AD, "版权所有 云海里支付服务有限公司"));
    let beyond = found(&verdict, "AD-11-1").expect("AD-11-1");
    assert_eq!(beyond.strength, Strength::A);
    assert!(beyond.remark.contains("支付机构"), "{}", beyond.remark);
    let licence = found(&verdict, "QL-1").expect("QL-1");
    assert_eq!(licence.strength, Strength::A);
    assert!(!licence.remark.contains("未见许可"), "{}", licence.remark);
}

#[test]
fn who_publishes_for_a_named_institution_is_not_beyond_its_licence() {
    let body = format!("{AD}<p>产品由虚溪谷农村商业银行股份有限公司发行并管理</p>");
    let verdict = judge(&html("云海里", &body, "版权所有 云海里支付服务有限公司"));
    assert!(found(&verdict, "AD-11-1").is_none(), "{verdict:#?}");
}

#[test]
fn a_refused_registration_is_a_contradiction() {
    let verdict = judge(&html("青岭湾", AD, "版权所有 青岭湾投资管理有限公司"));
    assert!(matches!(verdict.who.standing, Footing::Refused { .. }));
    let licence = found(&verdict, "QL-1").expect("QL-1");
    assert_eq!(licence.strength, Strength::A);
    for part in ["不予登记", "2017-03-02", "违规募集", "待核"] {
        assert!(licence.remark.contains(part), "{}", licence.remark);
    }
}

#[test]
fn an_official_domain_exempts() {
    let page = html("理财频道", AD, "版权所有 虚溪谷农村商业银行股份有限公司");
    let verdict = judge_at("https://www.xuxigubank.com/wealth/1.html", &page);
    match &verdict.who.standing {
        Footing::Listed(listing) => assert_eq!(listing.by, ListedBy::Domain),
        other => panic!("{other:?}"),
    }
    assert!(!verdict.finding, "{:#?}", verdict.findings);
    // What binds a licensed institution too is still found there.
    let bold = html(
        "理财频道",
        "<p>保本保息，年化收益18%，零风险，立即认购</p><p>咨询热线 010-88880000</p>",
        "",
    );
    let verdict = judge_at("https://www.xuxigubank.com/wealth/2.html", &bold);
    assert!(found(&verdict, "AD-25-1").is_some());
    assert!(found(&verdict, "QL-1").is_none());
}

#[test]
fn a_host_that_resembles_a_bank_is_a_question() {
    let verdict = judge_at(
        "http://www.xuxigubank-loan.com/p.html",
        &html("理财", AD, ""),
    );
    let alike = signal(&verdict, "ID-FAKE").expect("ID-FAKE");
    assert_eq!(alike.strength, Strength::D);
    assert!(alike.severity <= 3);
    assert!(alike.remark.contains("待核"));
}

#[test]
fn a_name_that_resembles_a_bank_is_a_question() {
    let verdict = judge(&html("青禾", AD, "版权所有 虚溪合农村商业银行股份有限公司"));
    let alike = signal(&verdict, "ID-FAKE").expect("ID-FAKE");
    assert_eq!(alike.strength, Strength::C);
    assert!(alike.severity <= 3);
    assert!(alike.remark.contains("虚溪谷"), "{}", alike.remark);
}

#[test]
fn a_number_that_belongs_to_another_is_a_contradiction() {
    let footer = format!("版权所有 虚构县青禾信息咨询有限公司 金融许可证机构编码：{BANK_CODE}");
    let verdict = judge(&html("青禾", AD, &footer));
    let fake = found(&verdict, "ID-FAKE").expect("ID-FAKE");
    assert_eq!((fake.strength, fake.severity), (Strength::A, 5));
    assert!(fake.remark.contains("虚溪谷"), "{}", fake.remark);
    // A page that names the institution shows whose number it is.
    let footer = format!(
        "版权所有 虚构县青禾信息咨询有限公司 合作机构：虚溪谷农村商业银行股份有限公司 机构编码：{BANK_CODE}"
    );
    let verdict = judge(&html("青禾", AD, &footer));
    assert!(found(&verdict, "ID-FAKE").is_none());
}

#[test]
fn the_trade_in_a_name_is_a_weak_contradiction() {
    let verdict = judge(&html("青禾", AD, "版权所有 虚构县青禾小额贷款有限公司"));
    let beyond = found(&verdict, "AD-11-1").expect("AD-11-1");
    assert_eq!(beyond.strength, Strength::C);
    assert!(beyond.remark.contains("小额贷款公司"), "{}", beyond.remark);
}

#[test]
fn a_personal_payee_makes_the_evidence_strong() {
    let body = "<p>诚招投资人，入股分红，月息2分，保本保息，面向社会</p>\
                <p>打款账户 户名：王小明 卡号：5555 5555 5555 4444</p><p>热线 010-88880000</p>";
    let verdict = judge(&html("青禾", body, "版权所有 虚构县青禾信息咨询有限公司"));
    let payee = verdict.who.payee.as_ref().expect("a payee");
    assert!(payee.personal);
    assert_eq!(payee.account, "…4444");
    assert_eq!(
        payee.name.as_deref(),
        Some("王某"),
        "the full name stays out of lists"
    );
    let promise = found(&verdict, "AD-25-1").expect("AD-25-1");
    assert_eq!(promise.strength, Strength::A);
    assert!(promise.remark.contains("不一致"), "{}", promise.remark);
}

#[test]
fn a_company_that_is_paid_by_itself_is_no_sign() {
    let body = "<p>诚招投资人，入股分红，月息2分，保本保息，面向社会</p>\
                <p>户名：虚构县青禾信息咨询有限公司</p><p>热线 010-88880000</p>";
    let verdict = judge(&html("青禾", body, "版权所有 虚构县青禾信息咨询有限公司"));
    assert!(verdict.who.disagreement().is_none(), "{:?}", verdict.who);
    let promise = found(&verdict, "AD-25-1").expect("AD-25-1");
    assert_eq!(promise.strength, Strength::B);
}

#[test]
fn words_alone_are_c_and_with_a_return_b() {
    let words = judge(&html(
        "青禾",
        "<p>无抵押贷款，当天放款，热线 010-88880000</p>",
        "",
    ));
    assert_eq!(
        found(&words, "LN-QUAL").map(|f| f.strength),
        Some(Strength::C)
    );
    let structure = judge(&html(
        "青禾",
        "<p>国资背景，保本保息，年化收益18%，立即认购，热线 010-88880000</p>",
        "",
    ));
    assert_eq!(
        found(&structure, "AD-9-2").map(|f| f.strength),
        Some(Strength::B)
    );
    assert_eq!(structure.strength(), Some(Strength::B));
}

#[test]
fn four_elements_make_fund_raising_the_gravest() {
    let all = judge(&html(
        "青禾",
        "<p>面向社会诚招投资人，入股分红，月息2分，到期返本，欢迎来电</p><p>热线 010-88880000</p>",
        "",
    ));
    let raising = found(&all, "IF-11").expect("IF-11");
    assert_eq!(raising.severity, 5);
    assert!(raising.remark.contains("四要素见4项"), "{}", raising.remark);
    let some = judge(&html(
        "青禾",
        "<p>入股分红，月息2分，仅限员工，合作投资热线 010-88880000</p>",
        "",
    ));
    if let Some(raising) = found(&some, "IF-11") {
        assert_eq!(raising.severity, 4, "{}", raising.remark);
    }
}

#[test]
fn scopes_of_business_are_read_without_what_they_deny() {
    let with = |scope: &str| {
        let body = format!("{AD}<p>经营范围：{scope}</p>");
        let verdict = judge(&html("青禾", &body, "版权所有 虚构县青禾信息咨询有限公司"));
        verdict
            .findings
            .iter()
            .any(|f| f.rule == "NAME-9" && f.remark.contains("经营范围"))
    };
    assert!(with("财富管理、商务信息咨询。"));
    assert!(!with(
        "商务信息咨询（未经批准不得从事吸收存款、融资担保、代客理财等金融服务）。"
    ));
    assert!(!with("商务信息咨询，不得从事金融、理财业务。"));
}

#[test]
fn forbidden_words_in_names_are_findings_and_watched_words_signals() {
    let named = |company: &str| judge(&html("青禾", AD, &format!("版权所有 {company}")));
    let forbidden = named("虚构县青禾财富管理有限公司");
    assert!(found(&forbidden, "NAME-9").is_some());
    let watched = named("虚构县青禾投资管理有限公司");
    assert!(found(&watched, "NAME-9").is_none());
    let note = signal(&watched, "NAME-9").expect("a signal");
    assert_eq!((note.severity, note.strength), (1, Strength::D));
}

#[test]
fn home_pages_must_show_their_filing_number() {
    let at = |url: &str, footer: &str| {
        let verdict = judge_at(url, &html("青禾", AD, footer));
        found(&verdict, "ID-ICP").map(|f| f.remark.clone())
    };
    let home = "http://www.shop.example/";
    assert!(at(home, "").is_some_and(|r| r.contains("未见")));
    assert!(at(home, "京ICP备12345678号").is_some_and(|r| r.contains("示例")));
    assert_eq!(at(home, "京ICP备17036398号"), None);
    assert_eq!(at("http://www.shop.example/p/2.html", ""), None);
}

#[test]
fn an_innocent_page_gets_no_identity_findings() {
    let verdict = judge_at(
        "http://www.shop.example/",
        &html(
            "青禾财富管理",
            "<p>本县今日多云，气温适宜。</p>",
            "版权所有 虚构县青禾财富管理有限公司",
        ),
    );
    assert!(!verdict.finding);
    assert!(verdict.findings.is_empty() && verdict.signals.is_empty());
}
