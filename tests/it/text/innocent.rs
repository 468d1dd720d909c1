//! Innocent texts that look like evasion: they stay what they are, or show no strong sign.

use super::dictionary_normaliser;

/// Texts that come out byte for byte.
const UNCHANGED: &str = "
目 录
关 于 我 们
姓 名：张 三
通 知
1. 保本 2. 保息 3. 分红
一、投资 二、理财 三、保险
① 风险提示 ② 适当性 ③ 投诉渠道
①2024年年报 ②2025年年报
二〇〇八年北京奥运会
二〇二五年十二月三十一日
床(chuáng)前(qián)明(míng)月(yuè)光(guāng)
保险(bǎoxiǎn)一词的读音
祝大家君羊年快乐
羊年快乐,喜气洋洋
维信金科是一家上市公司
威信县位于云南省
他在村里很有威信
企鹅是南极的鸟
这条裙子真好看
A款、B款、C款、D款四种式样
产品分为A款和B款
现代款式,时尚新品
收到货款后发货
货款两清,尾款已付
思慕已久的故乡
理财是一种生活方式
小明理财有方
期待款项早日到账
高手如云的赛场
请在APP中查看
QQ群和微信群已解散
关注微信公众号
VIP会员专享
加VIP会员享九折
网址 www.daikuan.test 仅作示例
邮箱 licai@example.test
电话 010-12345678
手机 138xxxx8000
卡号 6222 **** **** 1234
3.14 是圆周率的近似值
2025-09-22 10:30
首页 投资 理财 保险 基金 股票
基金 | 股票 | 期货 | 外汇
银行·保险·证券
投资/理财/保险
T+0 与 T+1 的区别
C++ 与 Java
A股上涨,B股下跌
K线图的画法
4S店还代收上牌费
应收 益智玩具货款
成交300万股 金甲乙上涨
增值税专项附加扣除说明
个人所得税专项扣除
实扣12345.67元
某微博加V用户
公募基金与私募基金
债务登记日 交易日 结算日 过户日
高抛低吸操作策略
还款日/结息日
债基近2年的收益
理财有风险 入市须谨慎
投资须谨慎
小红抱着试试看的心态
(1)风险 (2)收益 (3)流动性
《中华人民共和国广告法》第二十五条
年 月 日
甲 方：某某公司 乙 方：某某公司
100→200的增长
1×2×3
a.b.c.d
https://www.example.test/a?b=1&c=2
价格：￥100
面积100㎡
温度25℃
H₂O与CO₂
Ⅰ.货币 Ⅱ.债券 Ⅲ.股票
x%的客户
";

/// Texts that are folded, but show no strong sign of evasion.
const WEAK: &[(&str, &str)] = &[
    (
        "臺灣的銀行與證券公司提供貸款與投資理財服務",
        "台湾的银行与证券公司提供贷款与投资理财服务",
    ),
    ("２０２５年第１季度", "2025年第1季度"),
    ("ＡＢＣ公司", "ABC公司"),
    ("年化３．５％", "年化3.5%"),
    ("天气🌞真好", "天气🌞真好"),
    ("保险➕理财", "保险加理财"),
    ("利 率", "利率"),
    ("第 一 章 总 则", "第一章总则"),
    ("理 财 产 品 介 绍", "理财产品介绍"),
    ("Tom&amp;Jerry", "Tom&Jerry"),
    ("👨‍👩‍👧 一家人", "👨👩👧 一家人"),
    ("\u{FEFF}关于我们", "关于我们"),
    ("QQ：12345678", "QQ：12345678"),
    ("微信：abc12345", "微信：abc12345"),
];

#[test]
fn innocent_texts_stay_as_they_are() {
    let normaliser = dictionary_normaliser();
    let rows: Vec<&str> = UNCHANGED.lines().filter(|l| !l.trim().is_empty()).collect();
    let faults: Vec<String> = rows
        .iter()
        .filter_map(|text| {
            let found = normaliser.normalise(text);
            (found.plain != **text || found.evasions.iter().any(|e| e.strong))
                .then(|| format!("{text} -> {} {:?}", found.plain, found.evasions))
        })
        .collect();
    assert!(rows.len() >= 70);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn common_forms_are_weak_signs_at_most() {
    let normaliser = dictionary_normaliser();
    let faults: Vec<String> = WEAK
        .iter()
        .filter_map(|(text, plain)| {
            let found = normaliser.normalise(text);
            (found.plain != *plain || found.evasions.iter().any(|e| e.strong))
                .then(|| format!("{text} -> {} {:?}", found.plain, found.evasions))
        })
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The evasive spellings that the catalogue itself names.
const CATALOGUE: &[(&str, &str)] = &[
    ("宝本宝息", "保本保息"),
    ("保夲", "保本"),
    ("bao本", "保本"),
    ("保 本 保 息", "保本保息"),
    ("亻呆本", "保本"),
    ("稳zhuan不赔", "稳赚不赔"),
    ("稳賺不赔", "稳赚不赔"),
    ("穏赚", "稳赚"),
    ("零🌬险", "零风险"),
    ("无风🈚️险", "无风险"),
    ("🉐️本金💯安全", "得本金100%安全"),
    ("保✅本✅", "保本✅"),
    ("保(bǎo)本(běn)", "保本"),
    ("国jia项目", "国家项目"),
    ("囯家", "国家"),
    ("㊥央", "中央"),
    ("央·视", "央视"),
    ("包zu", "包租"),
    ("返·租", "返租"),
    ("囬购", "回购"),
    ("升ZHI空间", "升值空间"),
    ("代种代yang", "代种代养"),
    ("农🌱业项目", "农业项目"),
    ("TX业务,花呗秒到", "套现业务,花呗秒到"),
    ("募zi", "募资"),
    ("集 资", "集资"),
    ("入gu分红", "入股分红"),
    ("存💰", "存钱"),
    ("众*筹", "众筹"),
    ("合乍社", "合作社"),
    ("互zhu", "互助"),
    ("定rong", "定融"),
    ("消fei返li", "消费返利"),
    ("建qun", "建群"),
    ("公粽号", "公众号"),
    ("直bo间", "直播间"),
    ("财fu管理", "财富管理"),
    ("理💰财", "理财"),
    ("资产菅理", "资产管理"),
    ("银-行", "银行"),
    ("秒dao账", "秒到账"),
    ("免xi", "免息"),
    ("3️⃣分钟到账", "3分钟到账"),
    ("网dai出借", "网贷出借"),
    ("皮兔皮", "P2P"),
    ("P𝟐P", "P2P"),
    ("李财,年化收益12%", "理财,年化收益12%"),
    ("月殳票", "股票"),
    ("漲停", "涨停"),
    ("pei资", "配资"),
    ("元始股", "原始股"),
    ("外匯", "外汇"),
    ("比te币", "比特币"),
    ("R W A", "RWA"),
    ("套❌现", "套现"),
    ("亻氐息", "低息"),
    ("daikuan", "贷款"),
    ("无抵押代款", "无抵押贷款"),
    ("无抵押货款,当天放款", "无抵押贷款,当天放款"),
    ("貸款", "贷款"),
    ("贷kuan", "贷款"),
    ("贷.款", "贷款"),
    ("低押贷款", "抵押贷款"),
    ("抵 押 贷 款", "抵押贷款"),
    ("ying行代款,无抵押", "银行贷款,无抵押"),
    ("無視徵信", "无视征信"),
    ("正信花,黑户可贷", "征信花,黑户可贷"),
    ("征 信 优化", "征信 优化"),
    ("首.付.贷", "首付贷"),
    ("砍head息", "砍head息"),
    ("退bao", "退保"),
    ("清zhai", "清债"),
    ("邮🪙卡", "邮币卡"),
    ("提xian难", "提现难"),
    ("年⑧%", "年8%"),
    ("xx℅", "xx%"),
    ("加xi券", "加息券"),
    ("本店抵*押贷*款", "本店抵押贷款"),
    ("贷丨款", "贷款"),
];

#[test]
fn the_catalogues_spellings_are_undone() {
    let normaliser = dictionary_normaliser();
    let faults: Vec<String> = CATALOGUE
        .iter()
        .filter_map(|(text, plain)| {
            let found = normaliser.normalise(text);
            (found.plain != *plain).then(|| format!("{text} -> {} (not {plain})", found.plain))
        })
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
