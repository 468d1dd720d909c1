//! Numbers whose percent sign was left out: 预期年化收益率5.3, 年息10, 两天获利5, 7稳定回报.

use super::amounts::Amount;
use super::labels::Label;
use super::phrases::is_none_or;
use super::scope::Scope;
use super::vocabulary::Role;
use crate::model::yields::Period;

/// Highest bare number after the name of a rate that is read as per cent.
const MOST_OF_RATE: f64 = 60.0;
/// The same after the name of a gain.
const MOST_OF_GAIN: f64 = 100.0;

/// The percent of a bare number beside its label (`None` inside where masked); `None` when it is no rate.
#[allow(clippy::option_option)]
pub(super) fn bare_percent(
    scope: &Scope<'_>,
    amount: &Amount,
    label: Label,
    role: Role,
    word: &str,
) -> Option<Option<(f64, f64)>> {
    if scope.is_counted(amount.end) {
        return None;
    }
    let names_rate = matches!(role, Role::Basis(Period::Year)) && !word.contains("收入")
        || word.ends_with('率')
        || matches!(word, "月息" | "月收益");
    let names_gain = scope.signless
        && matches!(role, Role::Label | Role::Basis(_))
        && matches!(gain_of(word), "收益" | "获利" | "回报" | "盈利" | "利润");
    let most = if names_rate {
        MOST_OF_RATE
    } else {
        MOST_OF_GAIN
    };
    let sound = match amount.value {
        Some((low, high)) => {
            scope.is_arabic(amount.start) && (0.5..=most).contains(&low) && high <= most
        }
        None => is_figure_mask(scope, amount),
    };
    let placed = if label.before {
        (names_rate || names_gain) && is_linked(scope, amount, label)
    } else {
        names_gain && stands_alone_before(scope, amount, label)
    };
    (sound && placed).then_some(amount.value)
}

/// 总收益, 日收益, 投资收益: the gain that a word names.
fn gain_of(word: &str) -> &str {
    let from = word.char_indices().rev().nth(1).map_or(0, |(at, _)| at);
    word.get(from..).unwrap_or_default()
}

/// A mask that can only be a figure: xx, x.x, x.x-x.x; a lone x is not.
fn is_figure_mask(scope: &Scope<'_>, amount: &Amount) -> bool {
    scope.between(amount.start, amount.end).len() >= 2
}

fn is_linked(scope: &Scope<'_>, amount: &Amount, label: Label) -> bool {
    let between = scope
        .tokens
        .get(label.index)
        .and_then(|t| scope.text.get(t.end..amount.start));
    between.is_some_and(is_link) || scope.is_term_and_slash(label.index, amount.first)
}

/// 7稳定回报, 27高额回报, x.x收益: the number opens a phrase that ends in its label.
fn stands_alone_before(scope: &Scope<'_>, amount: &Amount, label: Label) -> bool {
    const ADJECTIVES: &str = "稳定 超高 高额 高 返租 固定 稳健 年 净 以上 以上的";
    let gap = scope
        .tokens
        .get(label.index)
        .and_then(|t| scope.text.get(amount.end..t.start));
    let opens = scope
        .before(amount.start)
        .is_none_or(|c| !c.is_ascii_alphanumeric() && !"第-—~.．·/:：号".contains(c));
    let whole = amount.value.is_none_or(|(low, _)| low >= 3.0);
    opens && whole && gap.is_some_and(|g| is_none_or(g, ADJECTIVES))
}

/// Words that only link a label to its number.
fn is_link(text: &str) -> bool {
    let text = text.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, ':' | '：' | '(' | '（' | ')' | '）' | '=')
    });
    is_none_or(
        text,
        "率 为 约 约为 达 达到 可达 高达 最高 最高达 最高可达 至少 在 是 达成 稳定在 超 超过 不低于 预计 预期 可到 可达到 百分 将达 将达到 高至 均为 约在 就有 有 达到了 已达 可获 超高 仅 近 均 均超 平均 再 每年 年",
    )
}
