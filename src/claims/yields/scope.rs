//! A text with its tokens, and the questions that the readers ask about what stands around a figure.

use super::tokens::{Kind, Token, tokens};
use super::vocabulary::{Hint, RateUnit, Role, TimeUnit};
use crate::model::yields::{Period, YieldSide};

/// A text and its tokens.
pub(super) struct Scope<'a> {
    pub(super) text: &'a str,
    pub(super) tokens: Vec<Token>,
    /// The side that most words of the whole text speak for.
    text_side: YieldSide,
    /// Whether the text offers products of a bank's kind, whose rates are for a year whatever their term.
    bank_products: bool,
}

/// How far words are searched that tell the side, in tokens.
const SIDE_REACH: usize = 40;
/// What crossing a comma costs in the search for the side, in bytes.
const COMMA_COST: usize = 24;

impl<'a> Scope<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let tokens = tokens(text);
        let count = |hint| tokens.iter().filter(|t| side_word(t, hint)).count();
        let (returns, costs) = (count(Hint::Return), count(Hint::Cost));
        let text_side = match returns.cmp(&costs) {
            std::cmp::Ordering::Greater => YieldSide::Return,
            std::cmp::Ordering::Less => YieldSide::Cost,
            std::cmp::Ordering::Equal => YieldSide::Unclear,
        };
        let bank_products = [
            "理财", "银行", "支行", "我行", "产品", "起购", "起售", "万起", "预期", "年化", "存款",
        ]
        .iter()
        .any(|w| text.contains(w));
        Self {
            text,
            tokens,
            text_side,
            bank_products,
        }
    }

    pub(super) fn speaks_of_bank_products(&self) -> bool {
        self.bank_products
    }

    /// -2%: a loss. A hyphen after a number or a unit makes a range.
    pub(super) fn is_negative(&self, at: usize) -> bool {
        let mut before = self.text.get(..at).unwrap_or_default().chars().rev();
        let minus = matches!(before.next(), Some('-' | '－' | '−'));
        minus
            && before
                .next()
                .is_none_or(|c| !c.is_ascii_digit() && !matches!(c, '%' | '％' | '-' | '分' | '厘'))
    }

    /// 1万元起: the least sum of a product, between its label and its rate.
    pub(super) fn is_minimum(&self, at: usize) -> bool {
        let rest = self
            .text
            .get(at..)
            .unwrap_or_default()
            .trim_start_matches(['元', '块']);
        ["起", "以上", "及以上", "/"]
            .iter()
            .any(|w| rest.starts_with(w))
    }

    pub(super) fn role(&self, index: usize) -> Option<Role> {
        self.tokens.get(index).and_then(Token::role)
    }

    /// The text of a token.
    pub(super) fn word(&self, index: usize) -> &'a str {
        self.tokens
            .get(index)
            .and_then(|t| self.text.get(t.start..t.end))
            .unwrap_or_default()
    }

    /// The text between two places.
    pub(super) fn between(&self, from: usize, to: usize) -> &'a str {
        self.text.get(from..to).unwrap_or_default()
    }

    pub(super) fn is_blank(&self, from: usize, to: usize) -> bool {
        self.between(from, to).trim().is_empty()
    }

    fn before(&self, at: usize) -> Option<char> {
        self.text.get(..at)?.chars().next_back()
    }

    fn after(&self, at: usize) -> Option<char> {
        self.text.get(at..)?.chars().next()
    }

    /// The rate unit that follows a number token, and where it ends.
    pub(super) fn unit_after(&self, index: usize) -> Option<(RateUnit, usize)> {
        let number = self.tokens.get(index)?;
        let next = self.tokens.get(index + 1)?;
        let Role::Unit(unit) = next.role()? else {
            return None;
        };
        let near = self.is_blank(number.end, next.start) && next.start - number.end <= 3;
        near.then_some((unit, next.end))
    }

    /// 返 and 赚 as labels of a percentage right after them.
    pub(super) fn is_return_verb(&self, token: &Token) -> bool {
        let word = self.between(token.start, token.end);
        matches!(word, "返" | "返还" | "赚" | "赚取" | "盈" | "净赚" | "净得")
    }

    /// The term right before a token, and the bytes between.
    pub(super) fn duration_before(&self, index: usize) -> Option<(Period, usize)> {
        let token = self.tokens.get(index)?;
        let time = self.tokens.get(index.checked_sub(1)?)?;
        let number = self.tokens.get(index.checked_sub(2)?)?;
        let period = self.term(number, time)?;
        Some((period, token.start - time.end))
    }

    /// 三个月, 90天, 两年; not dates such as 5月, 15日, 2025年.
    pub(super) fn term(&self, number: &Token, time: &Token) -> Option<Period> {
        let (Some(value), Some(Role::Time(unit))) = (number.number(), time.role()) else {
            return None;
        };
        if number.end != time.start && self.between(number.end, time.start).trim() != "个" {
            return None;
        }
        let word = self.between(time.start, time.end);
        let is_date =
            word == "日" || word == "月" && value != 0.5 || self.before(number.start) == Some('第');
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

    /// The time right before a token: a term (三个月), 每天, or a bare unit (日2%). With where it starts.
    pub(super) fn time_before(&self, index: usize) -> Option<(Period, usize)> {
        let token = self.tokens.get(index)?;
        let time = self.tokens.get(index.checked_sub(1)?)?;
        let gap = self.between(time.end, token.start).trim();
        if !matches!(
            gap,
            "" | "半" | "/" | ":" | "：" | "可" | "内" | "后" | "给" | "净"
        ) {
            return None;
        }
        if let Some(Role::Every(period)) = time.role() {
            return Some((period, time.start));
        }
        if let Some(number) = index.checked_sub(2).and_then(|i| self.tokens.get(i))
            && let Some(period) = self.term(number, time)
        {
            return Some((period, number.start));
        }
        self.bare_unit(index - 1, time, gap)
            .map(|p| (p, time.start))
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

    /// 3年收益: the basis word swallowed the unit of a term.
    pub(super) fn counted_basis(&self, index: usize) -> Option<Period> {
        let token = self.tokens.get(index)?;
        let number = self.tokens.get(index.checked_sub(1)?)?;
        let value = number.number().filter(|_| number.end == token.start)?;
        let range = matches!(
            self.before(number.start),
            Some('-' | '至' | '到' | '~' | '～')
        );
        if range || self.word(index).contains(['息', '率', '化']) {
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

    /// 8%+2%: the second is a bonus.
    pub(super) fn follows_plus(&self, first: usize) -> bool {
        let (Some(token), Some(last)) = (
            self.tokens.get(first),
            first.checked_sub(1).and_then(|i| self.tokens.get(i)),
        ) else {
            return false;
        };
        matches!(last.role(), Some(Role::Unit(RateUnit::Percent)))
            && self.between(last.end, token.start).trim() == "+"
    }

    /// 央行加息, 美联储加息.
    pub(super) fn is_monetary_policy(&self, at: usize) -> bool {
        let from = self.text.floor_char_boundary(at.saturating_sub(90));
        let near = self.between(from, at);
        ["央行", "联储", "基点", "美元", "货币政策"]
            .iter()
            .any(|w| near.contains(w))
    }

    /// 3分利, 2分息.
    pub(super) fn is_interest_after(&self, at: usize) -> bool {
        let rest = self.text.get(at..).unwrap_or_default();
        rest.starts_with('息')
            || rest.starts_with('利') && !rest.starts_with("利润") && !rest.starts_with("利用")
    }

    /// 年收益273天/5.1: a term and a slash between label and number.
    pub(super) fn is_term_and_slash(&self, label: usize, first: usize) -> bool {
        let (Some(amount), Some(time)) = (
            self.tokens.get(first),
            first.checked_sub(1).and_then(|i| self.tokens.get(i)),
        ) else {
            return false;
        };
        first >= 3
            && label < first
            && matches!(time.role(), Some(Role::Time(_)))
            && self.between(time.end, amount.start) == "/"
    }

    /// Whether what follows a bare number makes it a count, an amount or a part of a longer number.
    pub(super) fn is_counted(&self, end: usize) -> bool {
        self.after(end).is_some_and(|c| {
            c.is_ascii_alphanumeric()
                || "元块万亿千百十天日号月年期人名折倍个家位款种次笔只套户届强大级星点小时后前%-.．:：/、＊*".contains(c)
        })
    }

    pub(super) fn is_arabic(&self, at: usize) -> bool {
        self.after(at).is_some_and(|c| c.is_ascii_digit())
    }

    /// Whether the clause of a token holds a word that makes figures no yields.
    pub(super) fn clause_has_not_yield(&self, index: usize) -> bool {
        let not = |t: &&Token| matches!(t.role(), Some(Role::NotYield));
        let back = self
            .tokens
            .iter()
            .take(index)
            .rev()
            .take(10)
            .take_while(|t| !is_clause_end(t));
        let forth = self
            .tokens
            .iter()
            .skip(index)
            .take(10)
            .take_while(|t| !is_clause_end(t));
        back.chain(forth).any(|t| not(&t))
    }

    /// Whether the sentence speaks of a product with a term, whose rate is for a year by custom.
    pub(super) fn names_yearly_product(&self, index: usize) -> bool {
        let yearly = |t: &Token| {
            matches!(t.role(), Some(Role::Basis(Period::Year)))
                || matches!(
                    self.between(t.start, t.end),
                    "期限" | "理财" | "起购" | "产品" | "存款" | "银行"
                )
        };
        let back = self
            .tokens
            .iter()
            .take(index)
            .rev()
            .take(SIDE_REACH)
            .take_while(|t| !is_sentence_end(t));
        let forth = self
            .tokens
            .iter()
            .skip(index)
            .take(SIDE_REACH)
            .take_while(|t| !is_sentence_end(t));
        back.chain(forth).any(yearly)
    }

    /// Who gets the figure: by the label, else by the nearest telling word of the sentence, else by the text.
    pub(super) fn side(&self, label: usize, amount: usize) -> YieldSide {
        match self.tokens.get(label).map(Token::hint) {
            Some(Hint::Return) => return YieldSide::Return,
            Some(Hint::Cost) => return YieldSide::Cost,
            _ => {}
        }
        let Some(token) = self.tokens.get(amount) else {
            return YieldSide::Unclear;
        };
        let back = self.tokens.iter().take(amount).rev().take(SIDE_REACH);
        let forth = self.tokens.iter().skip(amount + 1).take(SIDE_REACH);
        let nearest = [nearest_hint(back, token), nearest_hint(forth, token)];
        match nearest
            .into_iter()
            .flatten()
            .min_by_key(|(distance, _)| *distance)
        {
            Some((_, Hint::Cost)) => YieldSide::Cost,
            Some((_, Hint::Return)) => YieldSide::Return,
            _ => self.text_side,
        }
    }
}

/// The nearest telling word before the sentence ends, with its distance.
fn nearest_hint<'t>(
    tokens: impl Iterator<Item = &'t Token>,
    from: &Token,
) -> Option<(usize, Hint)> {
    let mut penalty = 0;
    for token in tokens {
        if is_sentence_end(token) {
            return None;
        }
        if matches!(token.role(), Some(Role::Comma)) {
            penalty += COMMA_COST;
        }
        for hint in [Hint::Return, Hint::Cost] {
            if side_word(token, hint) {
                let distance = token.start.abs_diff(from.start);
                return Some((distance + penalty, hint));
            }
        }
    }
    None
}

/// Whether a word is fit to tell the side: verbs such as 得, 领, 下 are too common.
fn side_word(token: &Token, hint: Hint) -> bool {
    let telling = match token.role() {
        Some(Role::Back | Role::Received | Role::Turn) => false,
        Some(Role::Invest | Role::Repay) => token.end - token.start > 3,
        _ => true,
    };
    telling && token.hint() == hint
}

fn is_clause_end(token: &Token) -> bool {
    matches!(token.role(), Some(Role::Comma | Role::Full | Role::Line))
}

fn is_sentence_end(token: &Token) -> bool {
    matches!(token.role(), Some(Role::Full | Role::Line))
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
