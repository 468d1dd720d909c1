//! Facts by which an operator can be recognised: one pass over the words that announce them, one over numbers, one over
//! codes. A failed check is weak evidence, a passed one is no proof (numbers are copied).

mod account;
mod address;
mod analytics;
mod app;
mod checks;
mod code;
mod company;
mod cue;
mod filing;
mod fold;
mod found;
mod licence;
mod mail;
mod number;
mod person;

use crate::model::identity::IdentityFact;
use cue::{CUES, Cue};
use fold::fold;
use found::Found;

pub(super) use analytics::of_scripts;
pub(super) use app::of_app;

/// Whether a text is a unified credit code whose check digits hold (GB 32100-2015).
pub(super) fn is_credit_code(text: &str) -> bool {
    checks::is_credit_code_form(text) && checks::credit_code_holds(text)
}

/// The identity facts of a text, in its order.
pub(super) fn of_text(text: &str) -> Vec<IdentityFact> {
    let folded = fold(text);
    let mut found = Found::new(&folded);
    announced(&mut found);
    number::numbers(&mut found);
    code::codes(&mut found);
    mail::addresses(&mut found);
    found.finish()
}

/// The identity facts of what stands on the page but not in its text: metas, contact addresses, linked data.
pub(super) fn of_aside(text: &str) -> Vec<IdentityFact> {
    let mut facts = of_text(text);
    for fact in &mut facts {
        fact.span = None;
    }
    facts
}

/// The facts of a contact address such as `tel:`, `mailto:` or a chat link.
pub(super) fn of_contact(address: &str) -> Vec<IdentityFact> {
    let mut facts = account::of_address(address);
    facts.extend(of_aside(
        address
            .split_once(':')
            .map_or(address, |(_, rest)| rest)
            .trim_start_matches('/'),
    ));
    facts
}

/// Names of organisations looked for in one text.
const MOST_ORGANISATIONS: usize = 5_000;

/// Those facts that a word announces.
fn announced(found: &mut Found<'_>) {
    let text = found.text();
    let mut company_end = 0;
    let mut organisations = 0;
    for cue in CUES.find_iter(text) {
        let Some(kind) = cue::kind(cue.pattern().as_usize()) else {
            continue;
        };
        let (start, end) = (cue.start(), cue.end());
        match kind {
            Cue::Icp => filing::icp(found, start, end),
            Cue::Security => filing::security(found, start, end),
            Cue::CreditCode => code::announced_credit_code(found, end),
            Cue::Registration => code::registration_number(found, end),
            Cue::Qq => account::qq(found, start, end),
            Cue::WeChat => account::wechat(found, start, end),
            Cue::Account => account::account(found, start, end),
            Cue::Messenger => account::messenger(found, start, end),
            Cue::Address => address::address(found, start, end),
            Cue::Role => person::person(found, start, end),
            Cue::Licence => licence::licence(found, start, end),
            Cue::Organisation(is_strong)
                if start >= company_end && organisations < MOST_ORGANISATIONS =>
            {
                organisations += 1;
                company_end =
                    company::company(found, company_end, start, end, is_strong).max(company_end);
            }
            Cue::Organisation(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::identity::{FactCheck, FactKind};
    use proptest::prelude::*;

    /// One row: the text, and of each fact its kind, value and check.
    type Row = (&'static str, &'static [(FactKind, &'static str, FactCheck)]);

    fn check(rows: &[Row]) {
        for (text, wanted) in rows {
            let facts = of_text(text);
            let found: Vec<_> = facts
                .iter()
                .map(|f| (f.kind, f.value.as_str(), f.check))
                .collect();
            assert_eq!(&found, wanted, "{text}");
            for fact in &facts {
                let span = fact.span.clone().expect("in the text");
                assert_eq!(text.get(span), Some(fact.raw.as_str()), "{text}");
            }
        }
    }

    use FactCheck::{Failed, None as Unchecked, Passed, Template};
    use FactKind as K;

    #[test]
    fn filings() {
        check(&[
            (
                "京ICP备12006409号",
                &[(K::IcpFiling, "京ICP备12006409号", Passed)],
            ),
            (
                "沪icp备 05063398 号-4",
                &[(K::IcpFiling, "沪ICP备05063398号", Passed)],
            ),
            (
                "辽ICP备2023012345号-1A",
                &[(K::IcpFiling, "辽ICP备2023012345号", Passed)],
            ),
            (
                "粤ICP备12345678号",
                &[(K::IcpFiling, "粤ICP备12345678号", Template)],
            ),
            (
                "粤ICP备99123456号",
                &[(K::IcpFiling, "粤ICP备99123456号", Failed)],
            ),
            (
                "ICP备案号：浙ICP备17036398号",
                &[(K::IcpFiling, "浙ICP备17036398号", Passed)],
            ),
            ("ICP14023586", &[(K::IcpFiling, "ICP备14023586号", Passed)]),
            (
                "京ICP证030173号",
                &[(K::IcpLicence, "京ICP证030173号", Unchecked)],
            ),
            (
                "沪ICP证：沪B2-20170116",
                &[(K::TelecomLicence, "沪B2-20170116", Passed)],
            ),
            (
                "增值电信业务经营许可证 京B2.B1-20210330",
                &[(K::TelecomLicence, "京B2.B1-20210330", Passed)],
            ),
            (
                "京公网安备 11010802034615号",
                &[(K::SecurityFiling, "11010802034615", Passed)],
            ),
            (
                "京公网安【110102006082-3】",
                &[(K::SecurityFiling, "110102006082-3", Unchecked)],
            ),
            ("已获得ICP备案", &[]),
        ]);
    }

    #[test]
    fn codes() {
        check(&[
            (
                "统一社会信用代码：91350200776049653A",
                &[(K::CreditCode, "91350200776049653A", Passed)],
            ),
            (
                "税号 9135 0200 7760 4965 3a",
                &[(K::CreditCode, "91350200776049653A", Passed)],
            ),
            (
                "代码91350203M0001QAY9B。",
                &[(K::CreditCode, "91350203M0001QAY9B", Failed)],
            ),
            ("身份证11010519491231002X", &[]),
            (
                "注册号：110108000000016",
                &[(K::RegistrationNumber, "110108000000016", Passed)],
            ),
            (
                "注册号：110108000000010",
                &[(K::RegistrationNumber, "110108000000010", Failed)],
            ),
            ("订单号110108000000016", &[]),
        ]);
    }

    #[test]
    fn licences() {
        check(&[
            (
                "支付业务许可证编号 Z2000133000019",
                &[(K::PaymentLicence, "Z2000133000019", Passed)],
            ),
            (
                "机构编码X0001H211000001",
                &[(K::FinancialLicence, "X0001H211000001", Passed)],
            ),
            (
                "基金管理人登记编号P1001234",
                &[(K::FundManager, "P1001234", Unchecked)],
            ),
            ("订单P1001234", &[]),
            (
                "小额贷款经营许可证编号：辽金办发〔2015〕12号",
                &[(K::OtherLicence, "辽金办发〔2015〕12号", Unchecked)],
            ),
            (
                "经营证券期货业务许可证流水号：000000012345",
                &[(K::OtherLicence, "000000012345", Unchecked)],
            ),
            ("领取了金融许可证，成为首批机构", &[]),
        ]);
    }

    #[test]
    fn phones() {
        check(&[
            ("电话13912345670", &[(K::Mobile, "13912345670", Unchecked)]),
            (
                "手机：+86 139-1234-5670。",
                &[(K::Mobile, "13912345670", Unchecked)],
            ),
            (
                "１３９１２３４５６７０",
                &[(K::Mobile, "13912345670", Unchecked)],
            ),
            (
                "一三九1234五六七零",
                &[(K::Mobile, "13912345670", Unchecked)],
            ),
            ("139OO345670", &[(K::Mobile, "13900345670", Unchecked)]),
            ("X139OO345670", &[]),
            (
                "号139oo34567联系 1391234567O",
                &[(K::Mobile, "13912345670", Unchecked)],
            ),
            ("13800138000", &[(K::Mobile, "13800138000", Template)]),
            ("138xxxx5678", &[]),
            ("订单13912345670123", &[]),
            ("成交13912345670元", &[]),
            ("0416-2345690", &[(K::Landline, "0416-2345690", Unchecked)]),
            (
                "（010）52404272转803",
                &[(K::Landline, "010-52404272-803", Unchecked)],
            ),
            ("400-184- 8888", &[(K::Hotline, "4001848888", Unchecked)]),
            ("4008-303-737", &[(K::Hotline, "4008303737", Unchecked)]),
            ("客服热线 95588", &[(K::Hotline, "95588", Unchecked)]),
            ("共95588元", &[]),
            ("2014-07-14 16:00", &[]),
        ]);
    }

    #[test]
    fn accounts() {
        check(&[
            (
                "QQ：123454321、543212345",
                &[
                    (K::Qq, "123454321", Unchecked),
                    (K::Qq, "543212345", Unchecked),
                ],
            ),
            ("加Q群：127604184", &[(K::QqGroup, "127604184", Unchecked)]),
            (
                "QQ交流群 127604184",
                &[(K::QqGroup, "127604184", Unchecked)],
            ),
            (
                "qq邮箱：123454321@qq.com",
                &[(K::Email, "123454321@qq.com", Unchecked)],
            ),
            ("微信号：licai_888", &[(K::WeChat, "licai_888", Unchecked)]),
            (
                "加薇信 zhuanqian66 领牛股",
                &[(K::WeChat, "zhuanqian66", Unchecked)],
            ),
            ("VX:abc12345", &[(K::WeChat, "abc12345", Unchecked)]),
            (
                "微信13912345670",
                &[
                    (K::Mobile, "13912345670", Unchecked),
                    (K::WeChat, "13912345670", Unchecked),
                ],
            ),
            (
                "微信公众号：青山理财",
                &[(K::Account, "青山理财", Unchecked)],
            ),
            (
                "关注抖音号“青山说股”",
                &[(K::Account, "青山说股", Unchecked)],
            ),
            ("微信 login", &[]),
            ("微信扫一扫", &[]),
            (
                "飞机：@qingshan_vip",
                &[(K::ForeignMessenger, "@qingshan_vip", Unchecked)],
            ),
            (
                "t.me/qingshan_vip",
                &[(K::ForeignMessenger, "t.me/qingshan_vip", Unchecked)],
            ),
            (
                "邮箱 kefu@qingshan.test。",
                &[(K::Email, "kefu@qingshan.test", Unchecked)],
            ),
        ]);
    }

    #[test]
    fn payees() {
        check(&[
            (
                "收款卡号：5555 5555 5555 4444",
                &[(K::BankCard, "5555555555554444", Passed)],
            ),
            (
                "卡号：6222021234567890123",
                &[(K::BankCard, "6222021234567890123", Failed)],
            ),
            ("流水5555555555554444", &[]),
            (
                "USDT地址TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t",
                &[(
                    K::CryptoAddress,
                    "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t",
                    Passed,
                )],
            ),
            (
                "充值到0x52908400098527886E0F7030069857D2E4169EE7",
                &[(
                    K::CryptoAddress,
                    "0x52908400098527886e0f7030069857d2e4169ee7",
                    Unchecked,
                )],
            ),
        ]);
    }

    #[test]
    fn companies() {
        check(&[
            (
                "本网站由青山县绿水投资管理有限公司运营",
                &[(K::Company, "青山县绿水投资管理有限公司", Unchecked)],
            ),
            (
                "版权所有：绿水（北京）信息技术有限公司",
                &[(K::Company, "绿水(北京)信息技术有限公司", Unchecked)],
            ),
            (
                "我们是上海绿水金融信息服务有限公司的员工",
                &[(K::Company, "上海绿水金融信息服务有限公司", Unchecked)],
            ),
            (
                "©2015绿水财富管理有限公司",
                &[(K::Company, "绿水财富管理有限公司", Unchecked)],
            ),
            (
                "欢迎来到青山绿水农民专业合作社",
                &[(K::Company, "青山绿水农民专业合作社", Unchecked)],
            ),
            (
                "绿水股份有限公司青山分公司",
                &[(K::Company, "绿水股份有限公司青山分公司", Unchecked)],
            ),
            (
                "绿水投资中心合伙企业（有限合伙）",
                &[(K::Company, "绿水投资中心合伙企业(有限合伙)", Unchecked)],
            ),
            (
                "与某某科技有限公司签约",
                &[(K::Company, "某某科技有限公司", Template)],
            ),
            ("小额贷款有限公司的风险", &[]),
            ("本有限公司", &[]),
            ("****食品有限公司", &[]),
        ]);
    }

    #[test]
    fn places_and_people() {
        check(&[
            (
                "地址：青山省绿水市长江路100号A座202室，电话：010-52404272",
                &[
                    (K::Address, "青山省绿水市长江路100号A座202室", Unchecked),
                    (K::Landline, "010-52404272", Unchecked),
                ],
            ),
            ("网站地址：www.qingshan.test", &[]),
            ("法定代表人：束青山", &[(K::Person, "束青山", Unchecked)]),
            ("客户经理 王青 为您服务", &[(K::Person, "王青", Unchecked)]),
            ("负责人：负责运营", &[]),
            ("导师带队", &[]),
        ]);
    }

    #[test]
    fn doubles_are_told_once() {
        let facts = of_text("京ICP备12006409号-1\n京ICP备12006409号-2");
        assert_eq!(facts.len(), 1);
    }

    #[test]
    fn contact_addresses() {
        let facts = of_contact("http://wpa.qq.com/msgrd?v=3&uin=123454321&site=qq");
        assert_eq!(
            facts.first().map(|f| (f.kind, f.value.as_str())),
            Some((K::Qq, "123454321"))
        );
        let facts = of_contact("tel:4001848888");
        assert_eq!(
            facts.first().map(|f| (f.kind, f.span.is_none())),
            Some((K::Hotline, true))
        );
    }

    proptest! {
        #[test]
        fn any_text_is_taken_and_spans_are_exact(
            text in "([0-9Oo零一二１２①. -]{0,12}|(QQ|微信|ICP备|地址：|有限公司|卡号|许可证|T|0x|@|京|号|公网安备|负责人：)){0,12}\\PC{0,30}"
        ) {
            for fact in of_text(&text) {
                let span = fact.span.clone().expect("in the text");
                prop_assert_eq!(text.get(span), Some(fact.raw.as_str()));
            }
        }
    }
}
