//! Periods and terms around a figure: 每月, 三个月, /年, 日2%.

use super::amounts::Amount;
use super::phrases::{begins, ends};
use super::scope::{Scope, is_clause_end};
use super::tokens::{Kind, Token};
use super::vocabulary::{Role, TimeUnit};
use crate::model::yields::Period;

impl Scope<'_> {
    /// The term right before a token, and the bytes between.
    pub(super) fn duration_before(&self, index: usize) -> Option<(Period, usize)> {
        let token = self.tokens.get(index)?;
        let time = self.tokens.get(index.checked_sub(1)?)?;
        let number = self.tokens.get(index.checked_sub(2)?)?;
        let period = self.term(number, time)?;
        Some((period, token.start - time.end))
    }

    /// 三个月, 90天, 两年; not dates such as 5月, 15日, nor the first years of a lease (前三年租金回报8%).
    pub(super) fn term(&self, number: &Token, time: &Token) -> Option<Period> {
        let (Some(value), Some(Role::Time(unit))) = (number.number(), time.role()) else {
            return None;
        };
        if number.end != time.start && self.between(number.end, time.start).trim() != "个" {
            return None;
        }
        let word = self.between(time.start, time.end);
        let counts = self.after(number.start) == Some('两');
        let is_date = word == "日" && !counts
            || word == "月" && value != 0.5
            || matches!(self.before(number.start), Some('第' | '前' | '首'));
        if is_date {
            return None;
        }
        let value = if self.after(time.end) == Some('半') {
            value + 0.5
        } else {
            value
        };
        period_of_term(value, unit)
    }

    /// The time right before a token: a term (三个月, 一年期), 每天, or a bare unit (日2%). With where it starts;
    /// of no known length where its number is masked (xx天).
    pub(super) fn time_before(&self, index: usize) -> Option<(Period, usize)> {
        let token = self.tokens.get(index)?;
        let last = self.tokens.get(index.checked_sub(1)?)?;
        let gap = self.between(last.end, token.start).trim();
        if !matches!(
            gap,
            "" | "半" | "/" | ":" | "：" | "可" | "内" | "后" | "给" | "净" | "型" | "款"
        ) {
            return None;
        }
        let at = match (last.role(), index.checked_sub(2).and_then(|i| self.role(i))) {
            (Some(Role::Time(TimeUnit::Term)), Some(Role::Time(_))) => index - 2,
            _ => index - 1,
        };
        let time = self.tokens.get(at)?;
        if let Some(Role::Every(period)) = time.role() {
            return Some((period, time.start));
        }
        if let Some(number) = at.checked_sub(1).and_then(|i| self.tokens.get(i)) {
            if let Some(period) = self.term(number, time) {
                return Some((period, number.start));
            }
            let masked = matches!(number.kind, Kind::Masked) && number.end == time.start;
            if masked && matches!(time.role(), Some(Role::Time(_))) {
                return Some((Period::Unknown, number.start));
            }
        }
        self.bare_unit(at, time, gap).map(|p| (p, time.start))
    }

    /// Whether a bare unit of time (日0.3%) begins its clause, so that it can be nothing else.
    pub(super) fn begins_clause(&self, start: usize) -> bool {
        self.before(start)
            .is_none_or(|c| c.is_whitespace() || "，,。；;！!？?:：、(（【[|".contains(c))
    }

    /// The one term that the sentence states as such: 期限90天, 周期三个月, 30天标, 7天一轮.
    pub(super) fn stated_term(&self, index: usize) -> Option<Period> {
        let mut terms = self
            .sentence(index)
            .windows(2)
            .filter_map(|pair| match pair {
                [number, time] => self
                    .term(number, time)
                    .filter(|_| self.is_stated(number, time)),
                _ => None,
            });
        let first = terms.next()?;
        terms.all(|t| t == first).then_some(first)
    }

    /// Whether an amount is for a round: 10%/轮, 每轮收益8%.
    pub(super) fn is_of_round(&self, amount: &Amount, from: usize) -> bool {
        let round = |i: usize| self.role(i) == Some(Role::Round);
        let after = self
            .tokens
            .get(amount.last + 1)
            .is_some_and(|t| t.start == amount.end);
        after && round(amount.last + 1)
            || from.checked_sub(1).is_some_and(round)
            || amount.first.checked_sub(1).is_some_and(round)
    }

    fn is_stated(&self, number: &Token, time: &Token) -> bool {
        let from = self
            .text
            .floor_char_boundary(number.start.saturating_sub(18));
        let before = self
            .between(from, number.start)
            .trim_end_matches([':', '：', '为', '是', '约', ' ', '仅', '只']);
        let after = self.text.get(time.end..).unwrap_or_default();
        let named = ends(before, "期 期限 周期 只需 只要");
        let called = begins(after, "标 期 周期 一轮 /轮 每轮 到期 产品 项目 回款");
        let range = matches!(
            self.before(number.start),
            Some('-' | '~' | '～' | '至' | '到' | '—')
        );
        (named || called) && !range
    }

    /// 日2%, 月3%: the unit alone, not the end of another word (本月, 上周, 15日).
    fn bare_unit(&self, index: usize, time: &Token, gap: &str) -> Option<Period> {
        let Some(Role::Time(unit)) = time.role() else {
            return None;
        };
        let after_number = index
            .checked_sub(1)
            .and_then(|i| self.tokens.get(i))
            .is_some_and(|t| t.end == time.start && !matches!(t.kind, Kind::Word(_)));
        let joined = self
            .before(time.start)
            .is_some_and(|c| "本上下今昨明去前近当同整每末初中".contains(c));
        if !gap.is_empty() || after_number || joined || time.end - time.start > 3 {
            return None;
        }
        period_of_unit(unit)
    }

    /// 日还, 月付: a unit of time right before a verb of paying.
    pub(super) fn is_before_verb(&self, index: usize) -> bool {
        let (Some(time), Some(next)) = (self.tokens.get(index), self.tokens.get(index + 1)) else {
            return false;
        };
        let verb = matches!(next.role(), Some(Role::Back | Role::Repay | Role::Gain));
        verb && next.start == time.end
    }

    /// 每月 before a token, in its clause: 每月返利2%.
    pub(super) fn every_before(&self, index: usize) -> Option<Period> {
        self.every_token_before(index).and_then(|t| match t.role() {
            Some(Role::Every(period)) => Some(period),
            _ => None,
        })
    }

    fn every_token_before(&self, index: usize) -> Option<&Token> {
        let token = self.tokens.get(index)?;
        self.tokens
            .iter()
            .take(index)
            .rev()
            .take(4)
            .take_while(|t| !is_clause_end(t) && token.start - t.end <= 18)
            .find(|t| matches!(t.role(), Some(Role::Every(_))))
    }

    /// Where 每月 before a label starts, so that the quote shows it.
    pub(super) fn every_start_before(&self, start: usize, index: usize) -> Option<usize> {
        self.every_token_before(index)
            .map(|t| t.start)
            .filter(|s| *s < start && start - s <= 24)
    }

    /// `/年`, or 每月 right after an amount; with its end. 每月付息 tells when, not how much.
    pub(super) fn period_after(&self, last: usize) -> Option<(Period, usize)> {
        let token = self.tokens.get(last)?;
        let next = self.tokens.get(last + 1)?;
        if let Some(Role::Time(unit)) = next.role() {
            // 2 % / 天, spaced out.
            let slash = self.between(token.end, next.start).trim() == "/";
            return slash
                .then(|| period_of_unit(unit))?
                .map(|period| (period, next.end));
        }
        let Some(Role::Every(period)) = next.role() else {
            return None;
        };
        let near = self.is_blank(token.end, next.start);
        let is_payout = self
            .after(next.end)
            .is_some_and(|c| "付返分派结还提发到打领可内".contains(c));
        let slash = self.word(last + 1).starts_with('/');
        (near && (slash || !is_payout)).then_some((period, next.end))
    }

    /// 15%/3个月, 15%(三个月).
    pub(super) fn term_after(&self, last: usize) -> Option<Period> {
        let token = self.tokens.get(last)?;
        let (number, time) = (self.tokens.get(last + 1)?, self.tokens.get(last + 2)?);
        let gap = self.between(token.end, number.start).trim();
        matches!(gap, "/" | "(" | "（").then(|| self.term(number, time))?
    }

    /// 3年收益: the basis word swallowed the unit of a term. 3年利率 names a rate of a product of three years.
    pub(super) fn counted_basis(&self, index: usize) -> Option<Period> {
        let names_rate = self.word(index).contains(['息', '率', '化']);
        self.term_in_basis(index).filter(|_| !names_rate)
    }

    /// The term whose unit a basis word swallowed, whatever the word: 三年利息5000元.
    pub(super) fn term_in_basis(&self, index: usize) -> Option<Period> {
        let token = self.tokens.get(index)?;
        let number = self.tokens.get(index.checked_sub(1)?)?;
        let value = number.number().filter(|_| number.end == token.start)?;
        let range = matches!(
            self.before(number.start),
            Some('-' | '至' | '到' | '~' | '～' | '第' | '前' | '首')
        );
        if range {
            return None;
        }
        let unit = match self.word(index).chars().next()? {
            '年' if value <= 30.0 => TimeUnit::Year,
            '天' => TimeUnit::Day,
            '周' => TimeUnit::Week,
            _ => return None,
        };
        period_of_term(value, unit)
    }
}

/// The period that a unit of time names.
pub(super) fn period_of_unit(unit: TimeUnit) -> Option<Period> {
    match unit {
        TimeUnit::Day => Some(Period::Day),
        TimeUnit::Week => Some(Period::Week),
        TimeUnit::Month => Some(Period::Month),
        TimeUnit::Quarter => Some(Period::Quarter),
        TimeUnit::Year => Some(Period::Year),
        TimeUnit::Term => None,
    }
}

/// The period of so many units; months and longer as months, so that they annualise exactly.
pub(super) fn period_of_term(value: f64, unit: TimeUnit) -> Option<Period> {
    let months = match unit {
        TimeUnit::Day => return whole(value).map(Period::Days),
        TimeUnit::Week => return whole(value * 7.0).map(Period::Days),
        TimeUnit::Month => value,
        TimeUnit::Quarter => value * 3.0,
        TimeUnit::Year if value <= 50.0 => value * 12.0,
        TimeUnit::Year | TimeUnit::Term => return None,
    };
    match whole(months) {
        Some(months) => Some(Period::Months(months)),
        None => whole((months * 365.0 / 12.0).round()).map(Period::Days),
    }
}

/// A whole number from 1 to a hundred years of days.
fn whole(value: f64) -> Option<u32> {
    let sound = (1.0..=36_500.0).contains(&value) && value.fract() == 0.0;
    sound.then_some(value as u32)
}
