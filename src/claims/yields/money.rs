//! Figures given as sums: 投1万返1.3万, 每万元日收益5元, 借2000到手1400 7天还2000, 日赚300元.

use super::arithmetic::{periods_a_year, rate_of_instalments, round4, show};
use super::figure::{percents, raw, to_a_year};
use super::scope::{Scope, period_of_unit};
use super::tokens::{Kind, Token};
use super::vocabulary::{Hint, Role, TimeUnit};
use crate::model::yields::{Period, YieldFigure, YieldSide};

/// A sum of money in yuan.
#[derive(Debug, Clone, Copy)]
struct Sum {
    yuan: f64,
    /// Whether it is written as money: 元, or a round numeral (1万, 三千).
    explicit: bool,
    /// Token after it.
    next: usize,
    end: usize,
}

/// What is said about one capital, up to the end of its sentence.
#[derive(Debug, Clone, Copy)]
struct Deal {
    start: usize,
    end: usize,
    capital: f64,
    borrowed: bool,
    received: Option<f64>,
    /// The sum that comes back or is paid back, and the role of its verb.
    flow: Option<(f64, Role, usize)>,
    /// Length of the whole deal, or of each payment.
    period: Option<Period>,
    terms: Option<u32>,
    /// Paid each term or period.
    repeated: bool,
    gift: bool,
}

/// How many tokens after the capital belong to its deal.
const DEAL_REACH: usize = 16;

/// All figures given as sums.
pub(super) fn sums(scope: &Scope<'_>) -> Vec<YieldFigure> {
    let mut figures: Vec<YieldFigure> = Vec::new();
    for index in 0..scope.tokens.len() {
        let free_from = figures.last().map_or(0, |f| f.span.end);
        let Some(token) = scope.tokens.get(index).filter(|t| t.start >= free_from) else {
            continue;
        };
        let found = match token.role() {
            Some(Role::Invest | Role::Borrow | Role::TenThousand) => {
                deal(scope, index).and_then(|d| figure(scope, &d))
            }
            Some(Role::Income(period)) => income(scope, index, period),
            Some(Role::Basis(period)) => income_of_basis(scope, index, period),
            _ => None,
        };
        figures.extend(found);
    }
    figures
}

/// The sum of money at a token: a number, with 元 or without.
fn sum_at(scope: &Scope<'_>, index: usize) -> Option<Sum> {
    let token = scope.tokens.get(index)?;
    let yuan = token.number()?;
    let word = scope.word(index);
    // 000060 and 300223 are codes, 1.5.2 is none.
    let code = word.starts_with('0') && word.len() > 1 && !word.starts_with("0.");
    if code || word.chars().filter(char::is_ascii_digit).count() > 9 {
        return None;
    }
    let (next, end, of_yuan) = match scope.tokens.get(index + 1) {
        Some(next) if next.role() == Some(Role::Yuan) && next.start == token.end => {
            (index + 2, next.end, true)
        }
        Some(next) if next.start == token.end && is_measure(scope, next, yuan) => return None,
        _ => (index + 1, token.end, false),
    };
    let round = word.ends_with(['万', '千', '百', '亿', 'w', 'W', 'k', 'K', '十']);
    let counted = scope
        .text
        .get(end..)
        .and_then(|t| t.chars().next())
        .is_some_and(|c| "笔个次人份名家张套户种款只支轮页条岁位倍号点级平米辆部台".contains(c));
    (of_yuan || !counted).then_some(Sum {
        yuan,
        explicit: of_yuan || round || word.contains('万'),
        next,
        end,
    })
}

/// Whether a number right before this word counts something else than yuan. 借1万日还3元: 日 is not counted.
fn is_measure(scope: &Scope<'_>, word: &Token, value: f64) -> bool {
    match word.role() {
        Some(Role::Unit(_) | Role::Doubling) => true,
        Some(Role::Time(_)) => {
            let of_date = matches!(
                scope.between(word.start, word.end),
                "日" | "月" | "周" | "年"
            );
            !(of_date && value >= 1000.0)
        }
        _ => false,
    }
}

fn deal(scope: &Scope<'_>, index: usize) -> Option<Deal> {
    let token = scope.tokens.get(index)?;
    let role = token.role()?;
    let (capital, next, end) = if role == Role::TenThousand {
        (10_000.0, index + 1, token.end)
    } else {
        let sum = sum_at(scope, index + 1)?;
        let buys = scope.word(index).contains(['买', '购', '申']);
        if !sum.explicit && (buys || sum.yuan < 100.0 || sum.yuan % 100.0 != 0.0) {
            return None;
        }
        let gap = scope.between(token.end, scope.tokens.get(index + 1)?.start);
        if !matches!(
            gap.trim(),
            "" | "了" | "入" | "款" | "资" | "满" | "额" | "进" | "够" | "钱" | ":" | "："
        ) {
            return None;
        }
        (sum.yuan, sum.next, sum.end)
    };
    if capital < 1.0 {
        return None;
    }
    let mut deal = Deal {
        start: token.start,
        end,
        capital,
        borrowed: role == Role::Borrow,
        received: None,
        flow: None,
        period: time_before_deal(scope, index),
        terms: None,
        repeated: false,
        gift: false,
    };
    follow(scope, next, &mut deal);
    Some(deal)
}

/// 三个月投1万: a term right before the verb.
fn time_before_deal(scope: &Scope<'_>, index: usize) -> Option<Period> {
    scope
        .duration_before(index)
        .filter(|(_, gap)| *gap == 0)
        .map(|(period, _)| period)
}

/// Reads on after the capital: what comes back, when, how often.
fn follow(scope: &Scope<'_>, from: usize, deal: &mut Deal) {
    let mut verb: Option<Role> = None;
    let mut at = from;
    let mut commas = 0;
    while at < from + DEAL_REACH {
        let Some(token) = scope.tokens.get(at) else {
            return;
        };
        if token.start.saturating_sub(deal.end) > 36 {
            return;
        }
        at += 1;
        match token.kind {
            Kind::Number(_) => {
                if let Some((period, next, end)) = term_at(scope, at - 1, deal) {
                    if period.is_some() && deal.period.is_none() {
                        deal.period = period;
                        deal.end = end;
                    }
                    at = next;
                } else if let Some(sum) = sum_at(scope, at - 1)
                    && verb.is_none()
                    && sum.explicit
                    && commas > 0
                {
                    // 存一百送一千,满一万返五千: another deal begins.
                    return;
                } else if let Some(sum) = verb
                    .and_then(|_| sum_at(scope, at - 1))
                    .filter(is_sum_of_flow)
                {
                    take_sum(scope, deal, verb, &sum);
                    verb = None;
                    at = sum.next;
                }
            }
            Kind::Word(entry) => match entry.role {
                Role::Comma => {
                    commas += 1;
                    if deal.flow.is_some() || commas > 1 {
                        return;
                    }
                }
                Role::Full | Role::Line | Role::Invest if !is_returning(scope, token) => return,
                Role::Basis(period) | Role::Every(period) => {
                    if deal.flow.is_none() {
                        deal.period = Some(period);
                        deal.repeated = true;
                        verb = verb.or(matches!(entry.role, Role::Basis(_)).then_some(Role::Gain));
                    } else if scope.word(at - 1).starts_with('/') && deal.period.is_none() {
                        deal.period = Some(period);
                        deal.repeated = true;
                        deal.end = token.end;
                    }
                }
                Role::Income(period) => {
                    deal.period = Some(period);
                    deal.repeated = true;
                    verb = Some(Role::Gain);
                }
                Role::Time(unit) if deal.flow.is_none() && scope.is_before_verb(at - 1) => {
                    deal.period = period_of_unit(unit);
                    deal.repeated = true;
                }
                Role::Back | Role::Repay | Role::Received | Role::Gain => verb = Some(entry.role),
                Role::Subsidy => {
                    deal.gift = true;
                    verb = Some(Role::Gain);
                }
                Role::Label | Role::YearlyLabel => {
                    deal.borrowed |= entry.hint == Hint::Cost;
                    verb = Some(Role::Gain);
                }
                _ => {}
            },
            _ => {}
        }
    }
}

/// 获利5 means five per cent, not five yuan.
fn is_sum_of_flow(sum: &Sum) -> bool {
    sum.explicit || sum.yuan >= 20.0 && sum.yuan.fract() == 0.0
}

/// 投1万返... is one deal, 投1万，投2万 are two.
fn is_returning(scope: &Scope<'_>, token: &Token) -> bool {
    let word = scope.between(token.start, token.end);
    matches!(word, "本金")
}

/// A term at a number: 7天, 12期, 一年后. Gives the period, the token after it and its end.
fn term_at(
    scope: &Scope<'_>,
    index: usize,
    deal: &mut Deal,
) -> Option<(Option<Period>, usize, usize)> {
    let (number, time) = (scope.tokens.get(index)?, scope.tokens.get(index + 1)?);
    if time.role() == Some(Role::Time(TimeUnit::Term)) {
        let value = number.number().filter(|v| (1.0..=360.0).contains(v))?;
        deal.terms = Some(value as u32);
        return Some((None, index + 2, time.end));
    }
    let period = scope.term(number, time)?;
    Some((Some(period), index + 2, time.end))
}

fn take_sum(scope: &Scope<'_>, deal: &mut Deal, verb: Option<Role>, sum: &Sum) {
    match verb {
        Some(Role::Received) if deal.borrowed => {
            deal.received = Some(sum.yuan);
            deal.end = sum.end;
        }
        Some(role) if deal.flow.is_none() => {
            deal.flow = Some((sum.yuan, role, sum.end));
            deal.end = sum.end;
            let rest = scope.text.get(sum.end..).unwrap_or_default();
            let gift = [
                "京东卡",
                "购物卡",
                "红包",
                "话费",
                "加油卡",
                "E卡",
                "现金红包",
                "礼品",
                "礼包",
                "代金券",
            ];
            deal.gift |= gift.iter().any(|g| rest.trim_start().starts_with(g));
        }
        _ => {}
    }
}

fn figure(scope: &Scope<'_>, deal: &Deal) -> Option<YieldFigure> {
    let (sum, role, _) = deal.flow?;
    if deal.borrowed {
        return cost(scope, deal, sum, role);
    }
    if matches!(role, Role::Repay | Role::Received) || sum <= 0.0 {
        return None;
    }
    let whole = role == Role::Back && sum > deal.capital && !deal.repeated;
    let gain = if whole { sum - deal.capital } else { sum };
    let percent = gain / deal.capital * 100.0;
    if percent <= 0.0 || percent > 1e6 {
        return None;
    }
    let sum_of = if whole {
        format!("({} - {})", show(sum), show(deal.capital))
    } else {
        show(gain)
    };
    let start = format!(
        "{sum_of} ÷ {} = {}",
        show(deal.capital),
        percents((percent, percent))
    );
    let side = if deal.gift {
        YieldSide::Subsidy
    } else {
        YieldSide::Return
    };
    Some(built(scope, deal, percent, deal.period, &start, side))
}

/// What a borrower pays: interest of a sum per period, deduction in advance, instalments.
fn cost(scope: &Scope<'_>, deal: &Deal, sum: f64, role: Role) -> Option<YieldFigure> {
    let principal = deal.received.filter(|r| *r > 0.0).unwrap_or(deal.capital);
    if let Some(terms) = deal.terms.filter(|t| *t > 1)
        && sum * f64::from(terms) > principal
        && sum < principal
    {
        let rate = rate_of_instalments(principal, sum, terms)?;
        return Some(instalments(scope, deal, principal, sum, terms, rate));
    }
    if role == Role::Received {
        return None;
    }
    let (gain, start) = if sum > principal && !deal.repeated {
        let gain = sum - principal;
        (
            gain,
            format!(
                "({} - {}) ÷ {}",
                show(sum),
                show(principal),
                show(principal)
            ),
        )
    } else if deal.repeated || role == Role::Gain {
        (sum, format!("{} ÷ {}", show(sum), show(principal)))
    } else {
        return None;
    };
    let percent = gain / principal * 100.0;
    let note = if deal.received.is_some() {
        "(砍头息,按实到本金) "
    } else {
        ""
    };
    let start = format!("{note}{start} = {}", percents((percent, percent)));
    (percent > 0.0 && percent < 1e6)
        .then(|| built(scope, deal, percent, deal.period, &start, YieldSide::Cost))
}

fn instalments(
    scope: &Scope<'_>,
    deal: &Deal,
    principal: f64,
    payment: f64,
    terms: u32,
    rate: f64,
) -> YieldFigure {
    let percent = round4(rate * 100.0);
    let annual = round4(rate * 1200.0);
    let raw = raw(scope.text, &(deal.start..deal.end));
    YieldFigure {
        span: deal.start..deal.end,
        formula: format!(
            "{raw}:本金{} 分{terms}期每期还{},内部收益率{}%/月 × 12 ≈ {}%/年",
            show(principal),
            show(payment),
            show(percent),
            show(annual)
        ),
        raw,
        percent: Some((percent, percent)),
        period: Period::Month,
        annual: Some((annual, annual)),
        side: YieldSide::Cost,
        masked: false,
        approximate: true,
        income: None,
    }
}

fn built(
    scope: &Scope<'_>,
    deal: &Deal,
    percent: f64,
    period: Option<Period>,
    start: &str,
    side: YieldSide,
) -> YieldFigure {
    let period = period.unwrap_or(Period::Unknown);
    let annual = periods_a_year(period).map(|factor| round4(percent * factor));
    let raw = raw(scope.text, &(deal.start..deal.end));
    let mut formula = format!("{raw}:{start}{}", to_a_year(period));
    match annual {
        Some(_) if period == Period::Year => {}
        Some(annual) => formula += &format!(" = {}%/年", show(annual)),
        None => formula += "(未写周期)",
    }
    YieldFigure {
        span: deal.start..deal.end,
        formula,
        raw,
        percent: Some((round4(percent), round4(percent))),
        period,
        annual: annual.map(|a| (a, a)),
        side,
        masked: false,
        approximate: false,
        income: None,
    }
}

/// 日赚300元, 月入3万: income with no capital named.
fn income(scope: &Scope<'_>, index: usize, period: Period) -> Option<YieldFigure> {
    let token = scope.tokens.get(index)?;
    let number = scope.tokens.get(index + 1)?;
    let sum = sum_at(scope, index + 1)?;
    let gap = scope.between(token.end, number.start).trim();
    let dated = scope
        .text
        .get(..token.start)
        .is_some_and(|t| t.ends_with(|c: char| c.is_ascii_digit()));
    (is_link(gap) && !dated && sum.yuan >= 10.0)
        .then(|| income_figure(scope, token.start..sum.end, sum.yuan, period))?
}

/// 日收益300元, 月返200: a sum after a basis word.
fn income_of_basis(scope: &Scope<'_>, index: usize, period: Period) -> Option<YieldFigure> {
    if period == Period::Year || scope.counted_basis(index).is_some() {
        return None;
    }
    let token = scope.tokens.get(index)?;
    let number = scope.tokens.get(index + 1)?;
    let sum = sum_at(scope, index + 1)?;
    let gap = scope.between(token.end, number.start).trim();
    let is_money = sum.explicit || sum.yuan >= 100.0 && !scope.is_counted(number.end);
    let linked = is_link(gap) && !scope.word(index).contains(['率', '费', '息', '化']);
    (linked && is_money && sum.yuan >= 10.0)
        .then(|| income_figure(scope, token.start..sum.end, sum.yuan, period))?
}

/// Words that only link a word of income to its sum.
fn is_link(gap: &str) -> bool {
    matches!(
        gap,
        "" | "可达"
            | "达"
            | "高达"
            | "可"
            | "能"
            | "过"
            | "上"
            | "超"
            | "约"
            | "近"
            | "取"
            | "到"
            | "了"
            | "几"
            | "数"
            | "稳定"
            | "轻松"
            | "至少"
            | "达到"
            | "超过"
            | "最高"
            | "金"
            | "为"
            | "就有"
            | "得"
            | "逾"
            | "破"
            | "净"
            | "最少"
            | "："
            | ":"
            | "可达到"
            | "不低于"
            | "多"
            | "钱"
    )
}

fn income_figure(
    scope: &Scope<'_>,
    span: std::ops::Range<usize>,
    yuan: f64,
    period: Period,
) -> Option<YieldFigure> {
    let a_year = periods_a_year(period)?;
    let a_day = round4(yuan * a_year / super::arithmetic::YEAR_DAYS);
    let raw = raw(scope.text, &span);
    Some(YieldFigure {
        span,
        formula: format!("{raw} = 每日约{}元,未写本金,不能折年化", show(a_day)),
        raw,
        percent: None,
        period,
        annual: None,
        side: YieldSide::Return,
        masked: false,
        approximate: false,
        income: Some(a_day),
    })
}
