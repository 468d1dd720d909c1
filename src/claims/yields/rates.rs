//! Rates: a number with a unit, and the label and period that govern it.

use super::figure::{Rate, of_rate};
use super::scope::Scope;
use super::tokens::{Kind, Token};
use super::vocabulary::{RateUnit, Role};
use crate::claims::numerals::{digit, parse_prefix};
use crate::model::yields::{Period, YieldFigure, YieldSide};
use std::ops::Range;

/// A number with its unit: `6%`, `6.0至6.4%`, `2分`, `一分五`, `百分之十二`, `xx%`.
#[derive(Debug, Clone, Copy)]
struct Amount {
    /// Lowest and highest in units; `None` when masked.
    value: Option<(f64, f64)>,
    unit: Option<RateUnit>,
    /// First and last token.
    first: usize,
    last: usize,
    /// Bytes.
    start: usize,
    end: usize,
}

/// The word that names what the amount is.
#[derive(Debug, Clone, Copy)]
struct Label {
    index: usize,
    /// Bytes between it and the amount.
    distance: usize,
    before: bool,
}

/// What stands on one side of an amount.
#[derive(Debug, Clone, Copy)]
enum Found {
    Label(Label),
    /// A word that makes the amount no yield, at this distance.
    NotYield(usize),
    Nothing,
}

/// How far a label may stand before its amount, in bytes (twelve characters).
const REACH_BEFORE: usize = 36;
/// Per cent up to which the rate of a bank's product with a term is for a year (90天 4.5%).
const MODEST: f64 = 8.0;
/// How far it may stand after.
const REACH_AFTER: usize = 18;

/// All rates of a text.
pub(super) fn rates(scope: &Scope<'_>) -> Vec<YieldFigure> {
    let mut figures = Vec::new();
    let mut last_labelled: Option<(usize, Label, Role)> = None;
    let mut at = 0;
    while at < scope.tokens.len() {
        let Some(amount) = amount_at(scope, at) else {
            at += 1;
            continue;
        };
        let label = label_of(scope, &amount).or_else(|| inherited(scope, &amount, last_labelled));
        if let Some(figure) = figure(scope, &amount, label) {
            if let Some(label) = label
                && let Some(role) = scope.role(label.index)
            {
                last_labelled = Some((amount.last, label, role));
            }
            figures.push(figure);
        }
        at = amount.last + 1;
    }
    figures
}

fn amount_at(scope: &Scope<'_>, at: usize) -> Option<Amount> {
    let first = scope.tokens.get(at)?;
    if scope.is_negative(first.start) {
        return None;
    }
    let single = single_amount(scope, at, first)?;
    Some(range_from(scope, single).unwrap_or(single))
}

fn single_amount(scope: &Scope<'_>, at: usize, first: &Token) -> Option<Amount> {
    let amount = |value, unit, last: usize, end| Amount {
        value,
        unit,
        first: at,
        last,
        start: first.start,
        end,
    };
    match first.kind {
        Kind::PerMany(percent) => Some(amount(
            Some((percent, percent)),
            Some(RateUnit::Percent),
            at,
            first.end,
        )),
        Kind::Number(value) => Some(match scope.unit_after(at) {
            Some((unit @ (RateUnit::Fen | RateUnit::Li), end)) => {
                let (value, end) = with_tail(scope.text, value, unit, end);
                amount(Some((value, value)), Some(unit), at + 1, end)
            }
            Some((unit, end)) => amount(Some((value, value)), Some(unit), at + 1, end),
            None => amount(Some((value, value)), None, at, first.end),
        }),
        Kind::Masked => scope
            .unit_after(at)
            .map(|(unit, end)| amount(None, Some(unit), at + 1, end)),
        Kind::Word(entry) => {
            let Role::PerPrefix(factor) = entry.role else {
                return None;
            };
            let number = scope.tokens.get(at + 1).filter(|t| t.start == first.end)?;
            match number.kind {
                Kind::Number(value) => {
                    let percent = value * factor;
                    Some(amount(
                        Some((percent, percent)),
                        Some(RateUnit::Percent),
                        at + 1,
                        number.end,
                    ))
                }
                Kind::Masked => Some(amount(None, Some(RateUnit::Percent), at + 1, number.end)),
                _ => None,
            }
        }
    }
}

/// 一分五, 1分5, 一分半, 6厘5, 1分2厘: the tenths after the unit. Gives the value in that unit and its end.
fn with_tail(text: &str, value: f64, unit: RateUnit, end: usize) -> (f64, usize) {
    let rest = text.get(end..).unwrap_or_default();
    let Some(ch) = rest.chars().next() else {
        return (value, end);
    };
    if ch == '半' {
        return (value + 0.5, end + ch.len_utf8());
    }
    if digit(ch).is_none() {
        return (value, end);
    }
    let Some(numeral) = parse_prefix(rest).filter(|n| n.value < 10.0 && n.value.fract() == 0.0)
    else {
        return (value, end);
    };
    let after = rest.get(numeral.len..).unwrap_or_default();
    let next = after.chars().next();
    if unit == RateUnit::Fen && next == Some('厘') {
        return (
            value + numeral.value / 10.0,
            end + numeral.len + '厘'.len_utf8(),
        );
    }
    if next.is_some_and(|c| "个天月年日万千百元块折%％倍成期人".contains(c)) {
        return (value, end);
    }
    (value + numeral.value / 10.0, end + numeral.len)
}

/// Extends an amount to a range: 6%-8%, 6.0至6.4%, 百分之六到百分之八.
fn range_from(scope: &Scope<'_>, low: Amount) -> Option<Amount> {
    let next_index = low.last + 1;
    let next = scope.tokens.get(next_index)?;
    let gap = scope.text.get(low.end..next.start)?.trim();
    if !matches!(
        gap,
        "-" | "－" | "–" | "—" | "~" | "～" | "至" | "到" | "--" | "——"
    ) {
        return None;
    }
    let high = single_amount(scope, next_index, next)?;
    let unit = high.unit.or(low.unit);
    if low.unit.is_some() && high.unit.is_some() && low.unit != high.unit {
        return None;
    }
    if low.unit.is_none() && high.unit.is_none() && !(is_small(low.value) && is_small(high.value)) {
        return None;
    }
    let value = match (low.value, high.value) {
        (Some((a, _)), Some((b, _))) => Some((a.min(b), a.max(b))),
        _ => None,
    };
    Some(Amount {
        value,
        unit,
        last: high.last,
        end: high.end,
        ..low
    })
}

fn is_small(value: Option<(f64, f64)>) -> bool {
    value.is_some_and(|(low, high)| low >= 0.1 && high <= 60.0)
}

/// The nearer of the labels before and after; `None` when there is none or a figure of another kind is nearer.
fn label_of(scope: &Scope<'_>, amount: &Amount) -> Option<Label> {
    let before = look_before(scope, amount);
    let after = look_after(scope, amount);
    match (before, after) {
        (Found::Label(a), Found::Label(b)) => Some(if a.distance <= b.distance.max(6) {
            a
        } else {
            b
        }),
        (Found::Label(a), Found::NotYield(not)) => (a.distance <= not.max(6)).then_some(a),
        (Found::NotYield(not), Found::Label(b)) => (b.distance < not).then_some(b),
        (Found::Label(a), Found::Nothing) => Some(a),
        (Found::Nothing, Found::Label(b)) => Some(b),
        _ => None,
    }
}

fn look_before(scope: &Scope<'_>, amount: &Amount) -> Found {
    for (index, token) in scope
        .tokens
        .iter()
        .enumerate()
        .take(amount.first)
        .rev()
        .take(12)
    {
        let distance = amount.start - token.end;
        if distance > REACH_BEFORE {
            return Found::Nothing;
        }
        match token.role() {
            Some(Role::Full | Role::Comma) => return Found::Nothing,
            Some(Role::Line) if !scope.is_blank(token.end, amount.start) => return Found::Nothing,
            Some(Role::NotYield) => return Found::NotYield(distance),
            Some(Role::Unit(_) | Role::PerPrefix(_)) => return Found::Nothing,
            Some(Role::Yuan) if !scope.is_minimum(token.end) => return Found::Nothing,
            None if token.number().is_some_and(|n| n >= 1000.0) && !scope.is_minimum(token.end) => {
                return Found::Nothing;
            }
            Some(role) if is_label(role) => {
                return Found::Label(Label {
                    index,
                    distance,
                    before: true,
                });
            }
            Some(Role::Back | Role::Gain) if distance == 0 && scope.is_return_verb(token) => {
                return Found::Label(Label {
                    index,
                    distance,
                    before: true,
                });
            }
            _ => {}
        }
    }
    Found::Nothing
}

fn look_after(scope: &Scope<'_>, amount: &Amount) -> Found {
    for (index, token) in scope
        .tokens
        .iter()
        .enumerate()
        .skip(amount.last + 1)
        .take(5)
    {
        let distance = token.start.saturating_sub(amount.end);
        if distance > REACH_AFTER {
            return Found::Nothing;
        }
        match token.role() {
            Some(Role::Full | Role::Comma | Role::Unit(_)) | None => return Found::Nothing,
            Some(Role::NotYield) if distance <= 9 => return Found::NotYield(distance),
            Some(Role::Line) if !scope.is_blank(amount.end, token.start) => return Found::Nothing,
            Some(role) if is_label(role) && distance <= REACH_AFTER => {
                return Found::Label(Label {
                    index,
                    distance,
                    before: false,
                });
            }
            _ => {}
        }
    }
    Found::Nothing
}

fn is_label(role: Role) -> bool {
    matches!(
        role,
        Role::Basis(_) | Role::Label | Role::YearlyLabel | Role::Subsidy
    )
}

/// In a list (6个月8%、12个月10%) the later amounts share the first one's label.
fn inherited(
    scope: &Scope<'_>,
    amount: &Amount,
    last: Option<(usize, Label, Role)>,
) -> Option<Label> {
    let (last_token, label, _) = last?;
    let between = scope.tokens.get(last_token + 1..amount.first)?;
    let listed = between.len() <= 8
        && between.iter().all(|t| {
            !matches!(
                t.role(),
                Some(Role::Full | Role::Line | Role::NotYield | Role::Yuan)
            )
        });
    let own_term = scope
        .duration_before(amount.first)
        .is_some_and(|(_, gap)| gap <= 6);
    let joined = scope
        .tokens
        .get(last_token)
        .and_then(|t| scope.text.get(t.end..amount.start))
        .is_some_and(|gap| matches!(gap.trim(), "、" | "/" | "和" | "或" | "及" | "+"));
    let with_unit = amount.unit.is_some() || scope.is_term_and_slash(label.index, amount.first);
    (listed && with_unit && (own_term || joined)).then_some(Label {
        distance: REACH_BEFORE,
        ..label
    })
}

fn figure(scope: &Scope<'_>, amount: &Amount, label: Option<Label>) -> Option<YieldFigure> {
    let Some(label) = label else {
        return unlabelled(scope, amount);
    };
    let role = scope.role(label.index)?;
    let word = scope.word(label.index);
    if is_subject_to(scope, amount, label) {
        return None;
    }
    let (period, assumed_year) = period_of(scope, amount, label, role);
    let (percent, bare) = percent_of(scope, amount, label, role, word, period)?;
    if is_whole_hundred(scope, amount, label, percent) {
        return None;
    }
    let side = match role {
        Role::Subsidy => YieldSide::Subsidy,
        _ if scope.follows_plus(amount.first) => YieldSide::Subsidy,
        _ => scope.side(label.index, amount.first),
    };
    if role == Role::Subsidy && scope.is_monetary_policy(amount.start) {
        return None;
    }
    let rate = Rate {
        percent,
        period,
        bare,
        assumed_year,
    };
    Some(of_rate(scope.text, span(scope, amount, label), rate, side))
}

/// 收益的30%, 投资收益5%提成: a share of the gain, not a rate.
fn is_subject_to(scope: &Scope<'_>, amount: &Amount, label: Label) -> bool {
    let between = scope
        .tokens
        .get(label.index)
        .filter(|_| label.before)
        .and_then(|t| scope.text.get(t.end..amount.start));
    between.is_some_and(|gap| {
        let gap = gap.trim();
        gap == "的" || gap.contains("下调") || gap.contains("扣")
    })
}

/// 100%本息保障: a promise of safety, not a rate of 100 percent.
fn is_whole_hundred(
    scope: &Scope<'_>,
    amount: &Amount,
    label: Label,
    percent: Option<(f64, f64)>,
) -> bool {
    let hundred = percent.is_some_and(|(low, high)| low == 100.0 && high == 100.0);
    hundred
        && amount.unit == Some(RateUnit::Percent)
        && (!label.before || label.distance > 12)
        && !scope
            .text
            .get(amount.end..)
            .unwrap_or_default()
            .starts_with("收益")
}

/// Percent per period, and whether the unit had to be supplied; `None` when the amount is none.
#[allow(clippy::type_complexity)]
fn percent_of(
    scope: &Scope<'_>,
    amount: &Amount,
    label: Label,
    role: Role,
    word: &str,
    period: Period,
) -> Option<(Option<(f64, f64)>, bool)> {
    let scaled = |factor: f64| {
        amount
            .value
            .map(|(low, high)| (low * factor, high * factor))
    };
    let interest = word.contains(['息', '利']) || scope.is_interest_after(amount.end);
    let near = label.distance <= 15;
    let percent = match amount.unit {
        Some(RateUnit::Percent) => scaled(1.0),
        Some(RateUnit::Permille) => scaled(0.1),
        Some(RateUnit::Fen) if interest && near => {
            scaled(if period == Period::Year { 10.0 } else { 1.0 })
        }
        Some(RateUnit::Li) if interest && near => {
            scaled(if period == Period::Year { 1.0 } else { 0.1 })
        }
        Some(RateUnit::Cheng) if near => scaled(10.0),
        Some(RateUnit::Point) if near && !matches!(role, Role::Subsidy) => scaled(1.0),
        Some(_) => return None,
        None => return bare_percent(scope, amount, label, role, word).map(|p| (Some(p), true)),
    };
    let sound = percent.is_none_or(|(low, high)| low > 0.0 && high < 1e6);
    sound.then_some((percent, false))
}

/// 预期年化收益率5.1, 年息10: spam often leaves the percent sign out.
fn bare_percent(
    scope: &Scope<'_>,
    amount: &Amount,
    label: Label,
    role: Role,
    word: &str,
) -> Option<(f64, f64)> {
    let (low, high) = amount.value?;
    let names_rate = matches!(role, Role::Basis(Period::Year)) && !word.contains("收入")
        || word.ends_with('率')
        || matches!(word, "月息" | "月收益");
    let between = scope
        .tokens
        .get(label.index)
        .and_then(|t| scope.text.get(t.end..amount.start))?;
    let linked = is_link(between) || scope.is_term_and_slash(label.index, amount.first);
    let sound = (0.5..=60.0).contains(&low) && high <= 60.0 && !scope.is_counted(amount.end);
    (label.before && names_rate && linked && sound && scope.is_arabic(amount.start))
        .then_some((low, high))
}

/// Words that only link a label to its number.
fn is_link(text: &str) -> bool {
    let text = text.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, ':' | '：' | '(' | '（' | ')' | '）' | '=')
    });
    matches!(
        text,
        "" | "率"
            | "为"
            | "约"
            | "约为"
            | "达"
            | "达到"
            | "可达"
            | "高达"
            | "最高"
            | "最高达"
            | "最高可达"
            | "至少"
            | "在"
            | "是"
            | "达成"
            | "稳定在"
            | "超"
            | "超过"
            | "不低于"
            | "预计"
            | "预期"
            | "可到"
            | "可达到"
            | "百分"
            | "将达"
            | "将达到"
            | "高至"
            | "均为"
            | "约在"
            | "就有"
            | "有"
    )
}

/// An amount with a time of its own and no label: 三个月15%, 24%/年, 日2%.
fn unlabelled(scope: &Scope<'_>, amount: &Amount) -> Option<YieldFigure> {
    if !matches!(amount.unit, Some(RateUnit::Percent | RateUnit::Permille)) {
        return interest_after(scope, amount);
    }
    if scope.clause_has_not_yield(amount.first) || scope.text.get(amount.end..)?.starts_with('的')
    {
        return None;
    }
    let factor = if amount.unit == Some(RateUnit::Permille) {
        0.1
    } else {
        1.0
    };
    let before = scope.time_before(amount.first);
    let (period, start, end, sure) = if let Some((period, start)) = before {
        (
            period,
            start,
            amount.end,
            matches!(period, Period::Days(_) | Period::Months(_)),
        )
    } else {
        let (period, end) = scope.period_after(amount.last)?;
        (period, amount.start, end, false)
    };
    let side = scope.side(amount.first, amount.first);
    if !sure && side == YieldSide::Unclear {
        return None;
    }
    let percent = amount
        .value
        .map(|(low, high)| (low * factor, high * factor));
    let term = matches!(period, Period::Days(_) | Period::Months(_));
    let modest = percent.is_none_or(|(_, high)| high <= MODEST);
    let rate = Rate {
        percent,
        period,
        bare: false,
        assumed_year: term && modest && scope.speaks_of_bank_products(),
    };
    let whole = rate.percent.is_some_and(|(low, _)| low >= 100.0);
    (!whole || side == YieldSide::Return).then(|| of_rate(scope.text, start..end, rate, side))
}

/// 三分利, 2分息: interest by custom of the month.
fn interest_after(scope: &Scope<'_>, amount: &Amount) -> Option<YieldFigure> {
    let factor = match amount.unit? {
        RateUnit::Fen => 1.0,
        RateUnit::Li => 0.1,
        _ => return None,
    };
    if !scope.is_interest_after(amount.end) {
        return None;
    }
    let rate = Rate {
        percent: amount
            .value
            .map(|(low, high)| (low * factor, high * factor)),
        period: Period::Month,
        bare: false,
        assumed_year: false,
    };
    let end = amount.end + scope.text.get(amount.end..)?.chars().next()?.len_utf8();
    let side = scope.side(amount.first, amount.first);
    Some(of_rate(scope.text, amount.start..end, rate, side))
}

/// The period of a labelled amount, and whether a year had to be assumed.
fn period_of(scope: &Scope<'_>, amount: &Amount, label: Label, role: Role) -> (Period, bool) {
    if let Some((period, _)) = scope.period_after(amount.last) {
        return (period, false);
    }
    let from = if label.before {
        label.index
    } else {
        amount.first
    };
    if let Role::Basis(period) = role {
        let whole = matches!(amount.unit, Some(RateUnit::Percent | RateUnit::Cheng));
        return match scope.counted_basis(label.index).filter(|_| whole) {
            Some(term) => (term, false),
            None => (period, false),
        };
    }
    if matches!(amount.unit, Some(RateUnit::Fen | RateUnit::Li)) {
        return (scope.every_before(from).unwrap_or(Period::Month), false);
    }
    if let Some(period) = scope
        .every_before(amount.first)
        .or_else(|| scope.every_before(from))
    {
        return (period, false);
    }
    let product = scope.names_yearly_product(amount.first)
        || scope.speaks_of_bank_products() && amount.value.is_none_or(|(_, high)| high <= MODEST);
    if !product {
        for index in [amount.first, from] {
            if let Some((period, _)) = scope.time_before(index) {
                return (period, false);
            }
        }
        if let Some(period) = scope.term_after(amount.last) {
            return (period, false);
        }
    }
    match role {
        Role::YearlyLabel => (Period::Year, true),
        _ => (Period::Unknown, is_yearly_by_custom(scope, label)),
    }
}

/// 收益20% means a year unless something else is said; 返利20%, 利润30% and fees do not.
fn is_yearly_by_custom(scope: &Scope<'_>, label: Label) -> bool {
    let word = scope.word(label.index);
    [
        "收益", "回报", "分红", "保底", "利息", "息", "复利", "单利", "增值", "升值", "加息",
        "补贴",
    ]
    .iter()
    .any(|w| word.contains(w))
        && !["返", "费", "砍头"].iter().any(|w| word.contains(w))
}

fn span(scope: &Scope<'_>, amount: &Amount, label: Label) -> Range<usize> {
    let Some(token) = scope.tokens.get(label.index) else {
        return amount.start..amount.end;
    };
    let shared = label.distance >= REACH_BEFORE;
    let start = match scope.time_before(amount.first) {
        _ if label.before && !shared => token.start,
        Some((_, start)) if shared => start,
        _ => amount.start,
    };
    let end = if label.before { amount.end } else { token.end };
    let end = scope
        .period_after(amount.last)
        .map_or(end, |(_, e)| e.max(end));
    let start = scope
        .every_start_before(start, label.index)
        .unwrap_or(start);
    start..end
}
