//! The closed words of rates: units, periods, labels, and what makes a figure no yield at all.
//!
//! This is grammar (YD-CALC), not a lexicon of bad words: it says how a figure is read, never that it is wrong.

use super::vocabulary::Hint::{self, Cost, Nothing, Return};
use super::vocabulary::Role::{
    Back, Bank, Basis, Borrow, Comma, Cue, Deduct, Doubling, EachTerm, Every, Full, Gain, Gift,
    Income, Invest, Label, NotYield, PerPrefix, Received, Repay, RepayEvery, Round, Stop, Subsidy,
    TenThousand, TenThousandDaily, Time, Turn, Unit, YearlyLabel, Yuan,
};
use super::vocabulary::{RateUnit, Role, TimeUnit};
use crate::model::yields::Period;

/// Each role with its hint and its words; where a word stands twice, the first row has it.
pub(super) const WORDS: &[(Role, Hint, &str)] = &[
    (
        Basis(Period::Year),
        Return,
        "预期年化收益率 预期年化收益 预期年化 历史年化收益率 历史年化 年化收益率 年化收益 年化回报率 年化回报 年收益率 年收益 年均收益率 年均收益 年均回报率 \
      年均回报 年回报率 年回报 年分红率 年分红 年返还 年返利 年返息 年返 年投资回报率 年投资回报 年投资收益 年租金回报率 年租金回报 \
      年净收益 年综合收益 年固定收益 年保底收益 年保底 年利润 年盈利 年股息 年派息 年付息 七日年化收益率 七日年化收益 七日年化 7日年化收益率 7日年化收益 7日年化 近七日年化 近7日年化 近一年年化 年化复利 \
      年预期收益率 年预期收益 年复合收益 年复利 年增长收益 年获利 业绩比较基准 业绩基准 收益率(年) 收益率（年） 年化业绩",
    ),
    (
        Basis(Period::Year),
        Nothing,
        "年化利率 年化利率(单利) 年化利率（单利） 年化 年利率 年利率(单利) 年利率（单利） 年利息 年利 年息 年化单利 年率 年度利率 年化(单利) 年化（单利）",
    ),
    (
        Basis(Period::Year),
        Cost,
        "年费率 年化费率 年化综合成本 年化综合费率 年化成本 贷款年利率 年贷款利率 年化融资成本 年化综合资金成本 年化综合融资成本 \
      综合融资成本 综合年化成本 综合年化利率 综合年化费率 年化综合息费率 综合年化 APR",
    ),
    (
        Basis(Period::Month),
        Return,
        "月化收益率 月化收益 月化 月收益率 月收益 月回报率 月回报 月返还 月返利 月返息 月返 月分红 月均收益率 月均收益 \
      月净收益 月固定收益 月盈利 月利润 月派息 月获利 ",
    ),
    (
        Basis(Period::Month),
        Nothing,
        "月利率 月利息 月利 月息 月付息 月率",
    ),
    (
        Basis(Period::Month),
        Cost,
        "月费率 月手续费率 月手续费 月服务费 月综合费率 月综合费用 月管理费",
    ),
    (
        Basis(Period::Day),
        Return,
        "日总收益 日化收益率 日化收益 日化 日收益率 日收益 日回报率 日回报 日返还 日返利 日返息 日返 日分红 日均收益率 日均收益  \
      日净收益 日盈利 日利润 天收益",
    ),
    (
        Basis(Period::Day),
        Nothing,
        "日利率 日利息 日息 天息 日付息",
    ),
    (Basis(Period::Day), Cost, "日费率 日罚息 日手续费"),
    (
        Basis(Period::Week),
        Return,
        "周收益率 周收益 周回报率 周回报 周返利 周返 周化 周分红",
    ),
    (Basis(Period::Week), Nothing, "周利率 周利息 周息"),
    (
        Basis(Period::Quarter),
        Return,
        "季收益率 季收益 季度收益率 季度收益 季返 季度返利 季分红 季度分红",
    ),
    (Basis(Period::Quarter), Nothing, "季利率 季息 季度利率"),
    (
        YearlyLabel,
        Return,
        "收益率 回报率 分红率 股息率 预期收益率 预期收益 参考收益率 参考收益 约定收益率 约定收益 固定收益率 保底收益率 \
      到期收益率 投资收益率 投资回报率 理财收益率 加息至 加息到 存款利率 票面利率",
    ),
    (YearlyLabel, Nothing, "利率 利息率"),
    (
        YearlyLabel,
        Cost,
        "贷款利率 借款利率 循环利率 循环利息 透支利率 融资成本 综合成本 资金成本 贷款利息 借款利息",
    ),
    (
        Label,
        Return,
        "收益 回报 分红 返利 返息 红利 盈利 利润 获利 股息 派息 固定收益 静态收益 动态收益 静态 动态 保底收益 保底 复利 增值 升值 \
      净赚 稳赚 高息 净值增长率 净值增长  投资收益 理财收益",
    ),
    (Label, Nothing, "利息 付息 单利 息"),
    (
        Label,
        Cost,
        "息费 手续费率 手续费 费率 服务费率 服务费 罚息 综合费率 综合费用 管理费 违约金 逾期费 砍头息 前期费 贴息",
    ),
    (
        Subsidy,
        Return,
        "加息券 加息 返现 补贴 贴补 额外奖励 复投奖励 投资奖励 首投返现 续投返现 复投返现 新手返现 额外返现 首投奖励 续投奖励 奖励收益 额外收益 返佣",
    ),
    (
        NotYield,
        Nothing,
        "投标进度 募集进度 认购进度 进度 折扣 折 优惠 涨幅 跌幅 涨停 跌停 上涨 下跌 大涨 暴涨 飙涨 上升 下滑 降幅 盈利升 利润升 收益升 盈利增 利润增 收益增 同增 预增 略增 微增 大增 猛增 增长率 增长 增幅 增速 增加 同比 环比 下降 减少 提高 \
      提升 回落 占比 占 比例 比重 税率 税 持股比例 持股 持有 股权 股份 控股 GDP CPI PPI PMI 完成率 完成 成功率 通过率 中签率 保证金比例 保证金 市占率 市场份额 份额 \
      覆盖率 覆盖 负债率 毛利率 净利率 利润率 坏账率 逾期率 不良率 不良贷款率 满意度 满意率 好评率 兑付率 复投率 续投率 入住率 空置率 出租率 准确率 准确度 胜率 概率 几率 \
      转化率 换手率 市盈率 市净率 杠杆 抵扣 减免 上调 下调 调高 调低 仓位 纯度 浓度 评估价 评估值 估价 市值 提成 佣金 分成 让利 打折 报销 赔付率 参与率 渗透率 \
      净资产收益率 每股收益 归母净利润 净利润 营业收入 营收 营业利润 准备金率 存款准备金率 资本充足率 利用率 使用率 合格率 及格率 正确率 就业率 出勤率 录取率 中奖率 回头率 \
      下浮 上浮 浮动 降低 节省 节约 打败 超过客户 容积率 绿化率 得房率 波动率 回撤 溢价率 折价率 权益比例 收益占比 收益权 基点 个基点 分担 承担 成数 \
      赎回费 申购费 认购费 赎回费率 申购费率 认购费率 托管费 持仓 配置 质押率 回购率 返税 退税 增值税 印花税 契税 死亡率 增值服务 升值空间 涨 跌 降 下跌了 上涨了 相似度 湿度 达标率 \
      社保 公积金缴存 缴存 投票 得票 赞成 支持率 同意 股比 出资比例 出资 认缴 实缴 让渡 转让 减持 增持 收购 募资 股权比例 解禁 质押 通胀 通货膨胀 失业率 贡献率 回款率 \
      还款率 到账率 保障率 转化 成交率 到期率 电量 时薪 工资 奖金比例",
    ),
    (
        NotYield,
        Cost,
        "首付款 首付比例 首付 首期 首付低至 首付仅 按揭 可贷 贷款成数",
    ),
    (
        Stop,
        Nothing,
        "不计复利 非复利 不算复利 无复利 十分 百分百 万一 一切 一些 第一 第二 第三 一起 成为 分为 分期 几倍 加倍 成立 成功 成交 成员 完成了 分钟 分公司 分行 部分 积分 充分 分析 分享 分别 分配 一定 一样 一直 一般 \
      成本 百分点 个百分点 一分钱 一分为二 年轻 年度 年龄 今年 去年 明年 近年 当年 年来 日前 日期 月份 当日 当月 一旦 统一 唯一 一键 一手 一站式 \
      组成 构成 形成 造成 达成 生成 现成 养成 成都 成长 成年 收成 分散 分布 分类 千万别 千万不 成套 成熟 成果 点击 点此 地点 点评 重点 特点 热点 观点 早点 一点 有点 差点 晚点 几点 \
      利益 利用 有利 顺利 胜利 福利 权利 便利 息息相关 信息 消息 休息 气息 返回 返乡 返程 返校 返修 返点 存在 保存 库存 还有 还是 还会 还要 还能 还可 还款 还清 还贷 还呗 代还 \
      借助 借鉴 买卖 购买力 投诉 投票 投放 投递 投保 投入使用 充分 充电 得到 得知 不得 获得 取得 值得 觉得 变化 变更 变成 改变 回复 回访 回归 回T 回顾 领导 领先 领域 领取 收到 收取 收费 \
      拿手 提高到 提高至 提升到 提升至 到手机 赚钱 期限 期间 日期 到期 定期 活期 短期 长期 假期 周期 近期 星期 学期 二期 一期 三期 预期 工期 期货 期权 期待 期望 如期 同期",
    ),
    (
        Every(Period::Day),
        Nothing,
        "每天 每日 天天 日日 按天 按日 /天 /日 每24小时 每二十四小时",
    ),
    (
        Every(Period::Week),
        Nothing,
        "每周 每星期 周周 按周 /周 每礼拜",
    ),
    (
        Every(Period::Month),
        Nothing,
        "每月 每个月 月月 按月 /月 /个月",
    ),
    (
        Every(Period::Quarter),
        Nothing,
        "每季度 每季 按季 /季 /季度",
    ),
    (Every(Period::Year), Nothing, "每年 年年 按年 /年 一整年"),
    (EachTerm, Nothing, "每期 /期 每一期"),
    (Round, Nothing, "每轮 一轮 /轮 /次 每波 /波 /把 每局"),
    (
        Time(TimeUnit::Day),
        Nothing,
        "天 日 个工作日 工作日 个交易日 交易日",
    ),
    (Time(TimeUnit::Week), Nothing, "周 星期 个星期 礼拜 个礼拜"),
    (Time(TimeUnit::Month), Nothing, "个月 月 个月内"),
    (Time(TimeUnit::Quarter), Nothing, "季度 个季度 季"),
    (Time(TimeUnit::Year), Nothing, "年 周年 个年头"),
    (Time(TimeUnit::Term), Nothing, "期"),
    (Unit(RateUnit::Percent), Nothing, "% ％ ℅ 个百分号"),
    (Unit(RateUnit::Permille), Nothing, "‰"),
    (Unit(RateUnit::Fen), Nothing, "分"),
    (Unit(RateUnit::Li), Nothing, "厘"),
    (Unit(RateUnit::Cheng), Nothing, "成"),
    (Unit(RateUnit::Times), Nothing, "倍"),
    (Unit(RateUnit::Point), Nothing, "个点 点 个多点 多个点"),
    (PerPrefix(1.0), Nothing, "百分之"),
    (PerPrefix(0.1), Nothing, "千分之"),
    (PerPrefix(0.01), Nothing, "万分之"),
    (Yuan, Nothing, "元 块钱 块 元钱 元人民币 RMB 人民币"),
    (
        TenThousand,
        Nothing,
        "每万元 每万 每1万元 每一万元 每1万 每一万",
    ),
    (
        TenThousandDaily,
        Return,
        "万份收益 每万份收益 日万份收益 万元日收益 万元日均收益 每万元日收益",
    ),
    (
        TenThousandDaily,
        Cost,
        "万元日息 每万元日息 每万日息 万元日利息 万元日付息",
    ),
    (
        Invest,
        Return,
        "投资 投入 投 存入 存款 存 本金 充值 充 入金 认购 购买 买 入股 出借 出资 加盟 起投 入单 打款",
    ),
    (Borrow, Cost, "借款 借 贷款 贷 借到 申请 放款"),
    (
        Back,
        Return,
        "返还 返 变成 变 得 拿回 收回 回 拿 领 收 提 兑换 兑付 返你 还你 到期得 退还 退 取回 取出 能取 可取 本息合计 本息共计 本息共 本利合计 本利共 连本带利 连本带息 本息一共",
    ),
    (Gain, Return, "赚取 赚 盈 净得 收益为 获取 进账 分得 收入"),
    (
        RepayEvery(Period::Month),
        Cost,
        "月供 月还 月还款 每月还 每月还款 每月应还 每个月还 每个月还款",
    ),
    (RepayEvery(Period::Week), Cost, "周还 每周还 每周还款"),
    (
        RepayEvery(Period::Day),
        Cost,
        "日还 日还款 每天还 每日还 每天还款 每日还款",
    ),
    (Deduct, Cost, "砍头 扣除 先扣 预扣 扣掉 扣"),
    (Gift, Return, "送 赠送 赠 即送 奖 奖励 立送"),
    (Repay, Cost, "还 归还 偿还 应还 需还 只需还 实还"),
    (Received, Cost, "到手 实到 实际到账 到账 下款 实得 实收"),
    (
        Income(Period::Day),
        Return,
        "日赚 日入 日进 每天赚 每日赚 一天赚 天天赚 日收入 每天收入 每日收入 一天收入 日进账 每天收益 每日收益 一天收益 日净赚 每天进账 每天能赚 每天可赚 每天稳赚 每日稳赚 日稳赚 每天包赚 每日包赚 日包赚",
    ),
    (Income(Period::Week), Return, "周赚 每周赚 一周赚 周入"),
    (
        Income(Period::Month),
        Return,
        "月赚 月入 每月赚 每月收入 月收入 月净赚 每月能赚 每月可赚 一个月赚 月稳赚 每月包赚 月包赚 每月坐收",
    ),
    (
        Income(Period::Year),
        Return,
        "年赚 年入 每年赚 一年赚 年净赚",
    ),
    (Doubling, Return, "翻倍 翻番 翻一番 翻一倍 翻了一倍 翻一翻"),
    (Turn, Return, "翻"),
    (
        Bank,
        Nothing,
        "银行存款利息 银行存款利率 银行存款收益 银行定期存款 银行定期 银行活期 银行存款 银行利息 银行利率 银行理财 银行同期 银行收益 活期存款利息 活期存款 活期利息 定期存款利息 定期利息 银行",
    ),
    (
        Cue,
        Return,
        "本息 理财 起购 起投 保本 基金 信托 私募 众筹 项目方 闲置资金 闲钱 储蓄 大额存单 国债 托管 盈 募集 投资人 投资者 投资方 出借人 出借 产品 财富 养老项目 资产 合伙 股东 收租 租金 回购 包租 返租 资金 身家 账户",
    ),
    (
        Cue,
        Cost,
        "下款 低至 额度 分期付款 抵押 逾期 刷卡 套现 垫还 信用卡 免抵押 无抵押 无担保 信用贷 车贷 房贷 贷 黑户 白户 征信 办理 提额 代还 急用钱 用款 过桥 赎楼 \
      借贷 小额贷 消费贷 经营贷 装修贷 花呗 网贷 现金贷 授信 周转 低息 等额本息 先息后本 随借随还 最快 当天放",
    ),
    (Comma, Nothing, "， , ； ;"),
    (Full, Nothing, "。 ！ ？ ! ? | ｜"),
];
