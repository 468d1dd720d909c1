//! The bundled registers and units: counts, look-ups, mentions, look-alikes.

use std::sync::OnceLock;
use wangxun::model::register::{How, LicenceKind, Registers, Resemblance, Standing};
use wangxun::seeds::{load_registers, load_units};

fn registers() -> &'static Registers {
    static REGISTERS: OnceLock<Registers> = OnceLock::new();
    REGISTERS.get_or_init(|| {
        let loaded = load_registers(None).expect("bundled");
        assert_eq!(loaded.faults, Vec::new(), "the bundled registers are sound");
        loaded.value
    })
}

#[test]
fn counts_per_licence_kind() {
    let check = |kind: LicenceKind, least: usize| {
        let count = registers().count(kind);
        assert!(count >= least, "{kind:?}: {count} < {least}");
    };
    check(LicenceKind::Bank, 190);
    check(LicenceKind::Insurer, 155);
    check(LicenceKind::Trust, 65);
    check(LicenceKind::Broker, 130);
    check(LicenceKind::Futures, 140);
    check(LicenceKind::Fund, 160);
    check(LicenceKind::ConsumerFinance, 31);
    check(LicenceKind::AutoFinance, 25);
    check(LicenceKind::Payment, 10);
    check(LicenceKind::FundSales, 340);
    check(LicenceKind::FundCustody, 38);
    check(LicenceKind::Exchange, 2);
    check(LicenceKind::Infrastructure, 2);
    assert!(registers().refusals().len() >= 128);
    let domains = registers().domain_count();
    assert!(domains >= 550, "{domains}");
}

#[test]
fn every_fact_has_a_source_and_a_date() {
    for institution in registers().institutions() {
        assert!(!institution.licences.is_empty(), "{}", institution.name);
        for licence in &institution.licences {
            assert!(
                !licence.provenance.source.is_empty(),
                "{}",
                institution.name
            );
            assert!(!licence.provenance.as_of.is_empty(), "{}", institution.name);
        }
    }
}

#[test]
fn names() {
    let check = |asked: &str, expected: Option<(&str, How)>| {
        let hits = registers().by_name(asked);
        let got = hits.first().map(|h| (h.institution.name.as_str(), h.how));
        assert_eq!(got, expected, "{asked}: {hits:?}");
    };
    let icbc = "中国工商银行股份有限公司";
    check(icbc, Some((icbc, How::Exact)));
    check("中国工商银行", Some((icbc, How::Exact)));
    check("工商银行", Some((icbc, How::Exact)));
    check("工行", Some((icbc, How::Short)));
    check(
        "中国工商银行股份有限公司锦州分行",
        Some((icbc, How::Branch)),
    );
    check("工商银行义县支行", Some((icbc, How::Branch)));
    check(
        "锦州银行股份有限公司",
        Some(("锦州银行股份有限公司", How::Exact)),
    );
    check("锦州银行", Some(("锦州银行股份有限公司", How::Exact)));
    check(
        "微众银行",
        Some(("深圳前海微众银行股份有限公司", How::Short)),
    );
    check("网商银行", Some(("浙江网商银行", How::Variant)));
    check(
        "平安人寿",
        Some(("中国平安人寿保险股份有限公司", How::Short)),
    );
    check("招联消金", Some(("招联消费金融股份有限公司", How::Short)));
    check(
        "大众汽车金融(中国)有限公司",
        Some(("大众汽车金融（中国）有限公司", How::Exact)),
    );
    check(
        "大众汽车金融",
        Some(("大众汽车金融（中国）有限公司", How::Variant)),
    );
    check("ＸＸ银行", None);
    check("", None);
    check("银行", None);
    check("中国", None);
    check("支行", None);
    check("义县聚财投资有限公司", None);
    check("中国银行业协会", None);
    check("宁波网商银行", None);
}

#[test]
fn unknown_is_never_unlicensed() {
    let check = |name: &str, expected: &str| {
        let got = match registers().standing(name) {
            Standing::Listed(_) => "listed",
            Standing::Refused(_) => "refused",
            Standing::Unknown => "unknown",
        };
        assert_eq!(got, expected, "{name}");
    };
    check("中国建设银行", "listed");
    check("上海深耕投资管理有限公司", "refused");
    check("某某财富管理有限公司", "unknown");
}

#[test]
fn codes() {
    let check = |code: &str, expected: Option<&str>| {
        let got = registers().by_code(code).map(|i| i.name.as_str());
        assert_eq!(got, expected, "{code}");
    };
    check("X0001H211000001", Some("北银消费金融有限公司"));
    check("ｘ0001h211000001", Some("北银消费金融有限公司"));
    check("X9999H211000001", None);
    check("", None);
    let refused = registers().refused_by_code("91310116662417761r");
    assert_eq!(refused.map(|r| r.date.as_str()), Some("2016-11-23"));
}

#[test]
fn domains() {
    let check = |host: &str, expected: Option<(Option<&str>, LicenceKind)>| {
        let hit = registers().by_domain(host);
        let got = hit.map(|h| {
            let name = h.institution.map(|i| i.name.as_str());
            (name, h.domain.licence)
        });
        assert_eq!(got, expected, "{host}");
    };
    let icbc = Some((Some("中国工商银行股份有限公司"), LicenceKind::Bank));
    check("icbc.com.cn", icbc);
    check("mybank.ICBC.com.cn.", icbc);
    check("icbc.com.cn.evil.test", None);
    check("xicbc.com.cn", None);
    check("com.cn", None);
    check("", None);
    check("pingan.com", None);
    check(
        "life.pingan.com",
        Some((Some("中国平安人寿保险股份有限公司"), LicenceKind::Insurer)),
    );
    check(
        "www.sse.com.cn",
        Some((Some("上海证券交易所"), LicenceKind::Exchange)),
    );
    check("fcsc.cn", Some((None, LicenceKind::Broker)));
    check(
        "www.webank.com",
        Some((Some("深圳前海微众银行股份有限公司"), LicenceKind::Bank)),
    );
}

#[test]
fn mentions() {
    let check = |text: &str, expected: &[(&str, How)]| {
        let mentions = registers().mentions(text);
        let got: Vec<(&str, How)> = mentions
            .iter()
            .map(|m| (m.matched.as_str(), m.how))
            .collect();
        assert_eq!(got, expected, "{text}");
        for mention in &mentions {
            assert_eq!(
                text.get(mention.span.clone()),
                Some(mention.matched.as_str())
            );
        }
    };
    check(
        "平安银行股份有限公司提醒您",
        &[("平安银行股份有限公司", How::Exact)],
    );
    check(
        "平安银行与招商银行合作",
        &[("平安银行", How::Exact), ("招商银行", How::Exact)],
    );
    check("XX工商银行家俱乐部", &[("工商银行", How::Variant)]);
    check("中国银行业协会提示风险", &[]);
    check("中国银行业监督管理委员会", &[]);
    check("中国银行保险监督管理委员会辽宁监管局", &[]);
    check("中国银行业务办理", &[("中国银行", How::Exact)]);
    check("中国银行间市场交易商协会", &[]);
    check("中国人民银行", &[]);
    check("【嘉实基金】", &[("嘉实基金", How::Short)]);
    check(
        "太平洋证券实控人变更（上市公司股份）",
        &[("太平洋证券", How::Exact)],
    );
    check("中国消费金融市场与国际金融中心", &[]);
    check("某农村商业银行股份有限公司", &[]);
    check("上海证券交易所公告", &[("上海证券交易所", How::Exact)]);
    check("据上海证券报报道", &[]);
    check("华夏基金会", &[]);
    check(
        "平安银行信息咨询服务有限公司",
        &[("平安银行", How::Variant)],
    );
    check("平安银行锦州分行", &[("平安银行", How::Exact)]);
    check("在招商银行和某某投资有限公司", &[("招商银行", How::Exact)]);
    check("集中行动，施工行业，构建行情，提交行程", &[]);
    check("办工行信用卡", &[("工行", How::Short)]);
    check("（建行）", &[("建行", How::Short)]);
    check("招行APP", &[("招行", How::Short)]);
    check(
        "摩根基金管理（中国）有限公司",
        &[("摩根基金管理（中国）", How::Exact)],
    );
    check("", &[]);
    let refused = registers().refused_mentions("本公司上海深耕投资管理有限公司承诺");
    assert_eq!(refused.len(), 1);
}

#[test]
fn look_alikes() {
    let check = |asked: &str, expected: Option<(&str, Resemblance)>| {
        let found = registers().look_alike(asked);
        let got = found.as_ref().map(|l| (l.original.as_str(), l.how));
        assert_eq!(got, expected, "{asked}: {found:?}");
    };
    check("www.1cbc.com.cn", Some(("icbc", Resemblance::Swapped)));
    check("cmbch1na.com", Some(("cmbchina", Resemblance::Swapped)));
    check("cmbchima.com", Some(("cmbchina", Resemblance::Misspelt)));
    check("icbc-loan.com", Some(("icbc", Resemblance::Extended)));
    check(
        "gongshangyinhang-dk.test",
        Some(("gongshangyinhang", Resemblance::Extended)),
    );
    check("cmbchina.top", Some(("cmbchina", Resemblance::OtherSuffix)));
    check("www.icbc.com.cn", None);
    check("www.example.com", None);
    check("shop.taobao.com", None);
    check("招裔银行", Some(("招商银行", Resemblance::Swapped)));
    check("中国工啇银行", Some(("中国工商银行", Resemblance::Swapped)));
    check(
        "深圳前海徽众银行",
        Some(("深圳前海微众银行", Resemblance::Swapped)),
    );
    check(
        "平安银行信息咨询服务有限公司",
        Some(("平安银行", Resemblance::Extended)),
    );
    check("平安银行", None);
    check("晋城银行", None);
    check("上海东西期货", None);
    check(
        "东方财通证券",
        Some(("东方财富证券", Resemblance::Misspelt)),
    );
    check("b0c.com", Some(("boc", Resemblance::Swapped)));
    check("clb.biz", None);
    check("义县农村信用合作联社", None);
    check("沈阳某某商贸有限公司", None);
    check("", None);
}

#[test]
fn the_bundled_units() {
    let loaded = load_units(None).expect("bundled");
    assert_eq!(loaded.faults, Vec::new());
    let units = loaded.value;
    let towns = units.all().iter().filter(|u| u.code.len() == 9);
    assert_eq!(towns.count(), 18);
    let check = |address: &str, context: Option<&str>, expected: Option<(&str, bool)>| {
        let place = units.in_address(address, context);
        let got = place.map(|p| (p.unit.name.as_str(), p.confirmed));
        assert_eq!(got, expected, "{address}");
    };
    check(
        "辽宁省锦州市义县义州街道文昌路1号",
        None,
        Some(("义州街道", true)),
    );
    check("辽宁义县头道河镇", None, Some(("头道河镇", true)));
    check("锦州市义县", None, Some(("义县", true)));
    check("义县地藏寺乡", None, Some(("地藏寺满族乡", true)));
    check("头台镇人民政府", None, Some(("头台镇", false)));
    check(
        "头台镇人民政府",
        Some("91210727MA0000000X"),
        Some(("头台镇", false)),
    );
    check("头台镇人民政府", Some("210727"), Some(("头台镇", true)));
    check("贵州省遵义县", None, None);
    check("浙江省金华市武义县前杨镇", None, None);
    check("北镇市", None, Some(("北镇市", true)));
}

/// Any text and any name is answered without panic and within the text.
#[test]
fn hostile_input_is_answered() {
    let long = "工商银行".repeat(50_000);
    assert_eq!(registers().mentions(&long).len(), 50_000);
    let odd = [
        "\0\0",
        "（（（（",
        "有限公司",
        "股份有限公司".repeat(1000).as_str(),
        "银".repeat(100_000).as_str(),
    ]
    .map(str::to_owned);
    for text in odd {
        let _ = registers().by_name(&text);
        let _ = registers().look_alike(&text);
        let _ = registers().mentions(&text);
        let _ = registers().by_domain(&text);
    }
    let dots = "a.".repeat(1_000_000);
    assert!(registers().by_domain(&dots).is_none());
    assert!(registers().look_alike(&dots).is_none());
}
