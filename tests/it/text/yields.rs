//! What figures a phrase holds: phrase -> per cent a year, side, a piece of the formula.

use wangxun::claims::yields::find;
use wangxun::lexicons::benchmarks;
use wangxun::model::yields::{YieldFigure, YieldSide};

/// `phrase | annual | side | piece of the formula`. Annual: `12`, `6~8`, `xx` masked, `?` cannot be told,
/// `=300` income of so many yuan a day. Side: R return, C cost, U unclear, S subsidy.
const FIGURES: &str = "
年化6% | 6 | U | 6%/年
年化收益率8.5% | 8.5 | R | 8.5%/年
预期年化收益率 12.5 % | 12.5 | R | 12.5%/年
预期年化18%,稳健理财 | 18 | R | 18%/年
12.5% 预期年化收益率 | 12.5 | R | 12.5%/年
8%的年化收益 | 8 | R | 8%/年
年收益率6.0-6.4%,徽安银行创盈理财 | 6~6.4 | R | 6%~6.4%/年
年化收益6%-8% | 6~8 | R | 6%~8%/年
年化收益8%~12% | 8~12 | R | 8%~12%/年
年化收益率6.0至6.4% | 6~6.4 | R | 6%~6.4%/年
年化收益百分之十二 | 12 | R | 12%/年
年回报20% | 20 | R | 20%/年
年收益xx%,保本保息 | xx | R | 遮盖
年化收益率x.x% | xx | R | 遮盖
收益率x%,诚招投资 | xx | R | 遮盖
诚招投资人,月息2分 | 24 | R | 2%/月 × 12 = 24%/年
投资理财月息一分五 | 18 | R | 1.5%/月 × 12 = 18%/年
投资理财月息一分半 | 18 | R | 1.5%/月 × 12 = 18%/年
房产抵押贷款月息8厘 | 9.6 | C | 0.8%/月 × 12 = 9.6%/年
贷款利息1分6起,当天放款 | 19.2 | C | 1.6%/月 × 12 = 19.2%/年
信用贷款,月息六厘五 | 7.8 | C | 0.65%/月 × 12
贷款月息壹分伍厘 | 18 | C | 1.5%/月 × 12
投资年息一分 | 10 | R | 10%/年
存款享年息8厘 | 8 | R | 8%/年
高息揽储,年息1分2厘 | 12 | R | 12%/年
借款日息万分之五 | 18.25 | C | 0.05%/日 × 365 = 18.25%/年
日息万5,随借随还 | 18.25 | C | 0.05%/日 × 365 = 18.25%/年
借钱日息千三 | 109.5 | C | 0.3%/日 × 365 = 109.5%/年
贷款日利率0.02% | 7.3 | C | 0.02%/日 × 365 = 7.3%/年
日化0.36%理财 | 131.4 | R | 0.36%/日 × 365 = 131.4%/年
日化收益1.5% | 547.5 | R | 1.5%/日 × 365
日返2%,投资新项目 | 730 | R | 2%/日 × 365 = 730%/年
每天返利1% | 365 | R | 1%/日 × 365 = 365%/年
每月返利3%让您轻松成功 | 36 | R | 3%/月 × 12 = 36%/年
月收益2% | 24 | R | 2%/月 × 12 = 24%/年
月收益30%,互助金融 | 360 | R | 30%/月 × 12 = 360%/年
静态月收益30% | 360 | R | 30%/月 × 12
周收益5% | 260 | R | 5%/周 × 52 = 260%/年
季度分红4% | 16 | R | 4%/季 × 4 = 16%/年
三个月15% | 60 | U | 15% ÷ 3个月 × 12 = 60%/年
投资三个月收益15% | 60 | R | 15% ÷ 3个月 × 12 = 60%/年
半年收益10% | 20 | R | 10% ÷ 6个月 × 12 = 20%/年
两年收益20% | 10 | R | 20% ÷ 24个月 × 12 = 10%/年
7天利息30%,急用钱借款 | 1564.2857 | C | 30% ÷ 7天 × 365
90天收益5% | 20.2778 | R | 5% ÷ 90天 × 365
日2%静态收益 | 730 | R | × 365
理财产品年利率15%/年 | 15 | R | 15%/年
投资回报2%/月 | 24 | R | 2%/月 × 12
投资收益24%/年 | 24 | R | 24%/年
收益率8.5% | 8.5 | R | 按一年计
利率10%,存款有保障 | 10 | R | 按一年计
年收益12,详询李强 | 12 | R | 原文未写%
预期年化收益率5.1,详询经理 | 5.1 | R | 原文未写%
本行小额贷款,年息10,当天下款 | 10 | C | 原文未写%
签约年回报率8,养老度假投资皆宜 | 8 | R | 原文未写%
预计年收益273天/5.1，455天/6.0 | 5.1 ; 6 | R | 原文未写%
业绩比较基准3.2%-3.8% | 3.2~3.8 | R | 3.2%~3.8%/年
保底年收益18%入股分红 | 18 | R | 18%/年
收益两成,投资稳健 | 20 | R | 20%
年收益三成 | 30 | R | 30%/年
月息2个点,投资稳健 | 24 | R | 2%/月 × 12
年收益80‰ | 8 | R | 8%/年
年化收益率百分之六到百分之八 | 6~8 | R | 6%~8%/年
年化收益:6个月8%、12个月10% | 8 ; 10 | R | 10%/年
投1万返1.3万/一年 | 30 | R | (13000 - 10000) ÷ 10000 = 30%
投资1万一年后返1.3万 | 30 | R | 30% ÷ 12个月 × 12 = 30%/年
投1万返1万3 | ? | R | 未写周期
投资1万返3万 | ? | R | (30000 - 10000) ÷ 10000 = 200%
投1万返3千 | ? | R | 3000 ÷ 10000 = 30%
投资10000元月返200元 | 24 | R | 200 ÷ 10000 = 2%/月 × 12 = 24%/年
投资一万每月返息200 | 24 | R | 2%/月 × 12 = 24%/年
每万元日收益5元 | 18.25 | R | 5 ÷ 10000 = 0.05%/日 × 365 = 18.25%/年
存10万元每年利息1.2万 | 12 | R | 12%/年
充值1000元,每天返20元 | 730 | R | 2%/日 × 365
投资5万元三个月返6万元 | 80 | R | 20% ÷ 3个月 × 12 = 80%/年
借1万日还3元 | 10.95 | C | 3 ÷ 10000 = 0.03%/日 × 365 = 10.95%/年
借10000元每天利息3元 | 10.95 | C | 0.03%/日 × 365
借2000到手1400,7天还2000 | 2234.6939 | C | 砍头息
借款5000元,一个月还6000元 | 240 | C | 20% ÷ 1个月 × 12 = 240%/年
借12000元分12期每期还1100元 | 17.972 | C | 内部收益率
日赚300元,轻松兼职 | =300 | R | 未写本金
每天赚500元 | =500 | R | 未写本金
在家月入3万 | =986.3014 | R | 未写本金
日入1000元不是梦 | =1000 | R | 未写本金
日收益300元 | =300 | R | 未写本金
月入过万 | =328.7671 | R | 未写本金
日赚千元 | =1000 | R | 未写本金
本金三年翻倍 | 33.3333 | R | 100% ÷ 36个月 × 12
投资一年翻5倍 | 400 | R | (5 - 1) × 100%
半年本金翻一番 | 200 | R | 100% ÷ 6个月 × 12
投资收益翻倍 | ? | R | 未写周期
投资回报10倍 | ? | R | 10倍 = 1000%
收益高于银行10倍 | 9.5 | R | 一年定存0.95%
收益是银行存款利息的20倍 | 19 | R | 一年定存0.95%
比银行定期高5倍 | 4.75 | R | 一年定存0.95%
新手加息3% | 3 | S | 3%
年化收益8%+2% | 8 ; 2 | RS | 8%/年
首投1000元返现50元 | ? | S | 50 ÷ 1000 = 5%
投1万返200京东卡 | ? | S | 200 ÷ 10000 = 2%
手续费0.6%/月,分期还款 | 7.2 | C | 0.6%/月 × 12
信用卡代还费率1.5% | 1.5 | C | 按一年计
贷款月费率0.8% | 9.6 | C | 0.8%/月 × 12
三分利借款 | 36 | C | 3%/月 × 12 = 36%/年
民间借贷2分息 | 24 | C | 2%/月 × 12 = 24%/年
信用贷款利率低至3.6% | 3.6 | C | 3.6%
APR 24% | 24 | C | 24%/年
砍头息20% | 20 | C | 20%
年化利率36%的借款 | 36 | C | 36%/年
出借人年化12% | 12 | R | 12%/年
四年租约年化收益均6% | 6 | R | 6%/年
投资回报率12% | 12 | R | 12%
升值20%,投资首选 | 20 | R | 20%
日利率万分之2,贷款秒批 | 7.3 | C | 0.02%/日 × 365
年利率百分之二十四的民间借贷 | 24 | C | 24%/年
7日年化收益率2.35% | 2.35 | R | 2.35%/年
预期年化 8.8 % 期限 180天 起投 100元 | 8.8 | R | 8.8%/年
8.00% 年化利率 36个月 借款期限 | 8 | C | 8%/年
10.8%~13.8% 历史年化 投资期限 6个月 | 10.8~13.8 | R | 10.8%~13.8%/年
每年固定分红10% | 10 | R | 10%/年
按月分红1.5%,入股即享 | 18 | R | 1.5%/月 × 12
";

/// Phrases that hold no figure of return or cost.
const NOTHING: &str = "
首付30%即可入住
首付三成,轻松购房
一成首付
全场8折优惠
新店开业,折扣高达50%
股价上涨12%
该股涨幅达9.8%
净利润增长25%
营业收入同比增长18.3%
收益同比增长20%
持股比例51%
出资占比30%
增值税税率13%
第三季度GDP增长5.2%
完成率98%
贷款成功率100%
新股中签率0.03%
保证金比例10%
市占率第一,达35%
疫苗覆盖率95%
2025年12月31日
客服电话400-820-8820
联系电话13800138000
资产负债率60%
不良贷款率1.5%
100%本息保障
百分百通过
准备金率下调0.5个百分点
央行加息25个基点
最高可贷8成
持有该公司20%股权
满意度99%
每天工作8小时
3天放款
最快当天放款
额度1-50万
额度翻倍
注册资本5000万元
30天无理由退货
十分安全
第一分公司
收益的30%归平台
近三个月15%的客户选择续投
贷款额度最高20万
月供3000元
起投金额100元
项目期限12个月
一分钱一分货
成立于2014年
空气湿度60%
降低成本15%
房价下跌5%
存款准备金率10%
投保年龄18-60岁
胜率80%
粉丝翻倍
";

fn figures(phrase: &str) -> Vec<YieldFigure> {
    find(
        phrase,
        &benchmarks::load(None).expect("embedded benchmarks"),
    )
}

fn show(figure: &YieldFigure) -> String {
    if let Some(income) = figure.income {
        return format!("={income}");
    }
    match figure.annual {
        _ if figure.masked => "xx".to_owned(),
        None => "?".to_owned(),
        Some((low, high)) if low == high => format!("{low}"),
        Some((low, high)) => format!("{low}~{high}"),
    }
}

fn side(figure: &YieldFigure) -> char {
    match figure.side {
        YieldSide::Return => 'R',
        YieldSide::Cost => 'C',
        YieldSide::Unclear => 'U',
        YieldSide::Subsidy => 'S',
    }
}

/// What is wrong with a row of the table, if anything.
fn fault(row: &str) -> Option<String> {
    let cells: Vec<&str> = row.split(" | ").collect();
    let [phrase, annual, sides, piece] = cells[..] else {
        return Some(format!("bad row {row:?}"));
    };
    let found = figures(phrase);
    let annuals: Vec<String> = found.iter().map(show).collect();
    let wanted: String = if sides.len() == 1 {
        sides.repeat(found.len())
    } else {
        sides.to_owned()
    };
    let got: String = found.iter().map(side).collect();
    let formulas: Vec<&str> = found.iter().map(|f| f.formula.as_str()).collect();
    let right = annuals.join(" ; ") == annual
        && got == wanted
        && formulas.iter().any(|f| f.contains(piece))
        && found.iter().all(|f| phrase.get(f.span.clone()).is_some());
    (!right).then(|| format!("{row}\n    got {annuals:?} {got} {formulas:?}"))
}

fn rows(table: &str) -> impl Iterator<Item = &str> {
    table.lines().map(str::trim).filter(|l| !l.is_empty())
}

#[test]
fn phrases_hold_these_figures() {
    let faults: Vec<String> = rows(FIGURES).filter_map(fault).collect();
    assert!(rows(FIGURES).count() >= 80);
    assert!(
        faults.is_empty(),
        "{} of {} rows:\n{}",
        faults.len(),
        rows(FIGURES).count(),
        faults.join("\n")
    );
}

#[test]
fn phrases_hold_no_figure() {
    let faults: Vec<String> = rows(NOTHING)
        .filter_map(|phrase| {
            let found = figures(phrase);
            (!found.is_empty()).then(|| format!("{phrase}: {found:?}"))
        })
        .collect();
    assert!(rows(NOTHING).count() >= 40);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
