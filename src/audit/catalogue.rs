//! Which rules of the catalogue are derived by code instead of being served by terms.

/// Rules that code derives: the id, and how in Chinese. A rule may be both derived and served by terms.
pub const DERIVED: [(&str, &str); 19] = [
    ("AD-11-1", "运营主体的名录许可或名称所示行业与招揽业务对照"),
    ("AD-14", "付费广告位的文字中未见“广告”字样"),
    ("AD-25-0", "缺失型:投资类招揽全文未见风险提示"),
    ("AD-26-1", "房产招揽中的收益数字"),
    ("EN-1", "舆情与群体预警,另列,不计入违规评分"),
    ("ID-FAKE", "域名、名称与持牌机构相近;证照编号在名录中属他人"),
    ("ID-ICP", "缺失型:有发现的主页未见或误列备案编号"),
    ("ID-MISS", "缺失型:只见私人联系方式,未见经营主体"),
    ("IF-11", "四要素对照定级"),
    ("LN-APR", "缺失型:贷款招揽全文未见年化利率"),
    ("LN-RATE", "借款成本折年超过一年期LPR四倍"),
    ("NAME-9", "运营主体名称、经营范围与禁用及关注字样对照"),
    ("OB-1", "规避写法还原"),
    (
        "OPN-1",
        "聚集类紧急预警(召集用语加地点或时间),另列,不计入违规评分",
    ),
    ("QL-1", "招揽持牌业务而未见许可"),
    ("QL-2", "网站名、账号名与字样表对照"),
    ("QL-3", "未见许可、未见产品而有名人形象或多句形象口号"),
    ("YD-8", "收益折算年化后与6%、8%、10%、24%对照"),
    ("YD-REL", "收益折算年化后与一年期LPR四倍对照"),
];

/// How code derives the rule, if it does.
pub fn derived(rule: &str) -> Option<&'static str> {
    let of = DERIVED.iter().find(|(id, _)| *id == rule);
    of.map(|(_, how)| *how)
}
