//! Deals: a capital, and what is said to come back of it or to be paid for it.

use super::periods::period_of_unit;
use super::scope::Scope;
use super::sums::{Sum, sum_at};
use super::tokens::{Kind, Token};
use super::vocabulary::{Entry, Hint, Role, TimeUnit};
use crate::model::yields::Period;

/// What is said about one capital, up to the end of its sentence.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deal {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) capital: f64,
    pub(super) borrowed: bool,
    pub(super) received: Option<f64>,
    /// The sum that comes back or is paid back, and the role of its verb.
    pub(super) flow: Option<(f64, Role)>,
    /// Length of the whole deal, or of each payment.
    pub(super) period: Option<Period>,
    pub(super) terms: Option<u32>,
    /// Paid each term or period.
    pub(super) repeated: bool,
    pub(super) gift: bool,
}

/// How many tokens after the capital belong to its deal.
const DEAL_REACH: usize = 16;

/// The deal whose verb of investing or borrowing (or whose 每万元) is at a token.
pub(super) fn deal(scope: &Scope<'_>, index: usize) -> Option<Deal> {
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
    let deal = Deal {
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
    let reader = Reader {
        scope,
        deal,
        verb: None,
        commas: 0,
    };
    Some(reader.read(next))
}

/// 三个月投1万: a term right before the verb.
fn time_before_deal(scope: &Scope<'_>, index: usize) -> Option<Period> {
    scope
        .duration_before(index)
        .filter(|(_, gap)| *gap == 0)
        .map(|(period, _)| period)
}

/// Most commas that a deal goes across.
const MOST_COMMAS: usize = 1;
/// How far its next word may stand, in bytes.
const WORD_REACH: usize = 36;

/// Reads on after the capital: what comes back, when, how often.
struct Reader<'a, 'b> {
    scope: &'a Scope<'b>,
    deal: Deal,
    /// The verb under way, whose sum is awaited.
    verb: Option<Role>,
    commas: usize,
}

impl Reader<'_, '_> {
    fn read(mut self, from: usize) -> Deal {
        let mut at = from;
        while at < from + DEAL_REACH {
            let Some(token) = self.scope.tokens.get(at) else {
                break;
            };
            if token.start.saturating_sub(self.deal.end) > WORD_REACH {
                break;
            }
            let next = match token.kind {
                Kind::Number(_) => self.number(at),
                Kind::Word(entry) => self.word(at, token, entry),
                _ => Some(at + 1),
            };
            match next {
                Some(next) => at = next,
                None => break,
            }
        }
        self.deal
    }

    /// A term or a sum. Gives the next token; `None` where another deal begins.
    fn number(&mut self, at: usize) -> Option<usize> {
        if let Some((period, next, end)) = term_at(self.scope, at, &mut self.deal) {
            if period.is_some() && self.deal.period.is_none() {
                self.deal.period = period;
                self.deal.end = end;
            }
            return Some(next);
        }
        let Some(sum) = sum_at(self.scope, at) else {
            return Some(at + 1);
        };
        let Some(verb) = self.verb else {
            // 存一百送一千,满一万返五千: another deal.
            return (!sum.explicit || self.commas == 0).then_some(at + 1);
        };
        if !is_sum_of_flow(&sum) {
            return Some(at + 1);
        }
        take_sum(self.scope, &mut self.deal, verb, &sum);
        self.verb = None;
        Some(sum.next)
    }

    /// A word. Gives the next token; `None` where the deal ends.
    fn word(&mut self, at: usize, token: &Token, entry: Entry) -> Option<usize> {
        match entry.role {
            Role::Full | Role::Line => return None,
            // 投1万返... is one deal, 投1万，投2万 are two; 本金 is of the same.
            Role::Invest if self.scope.word(at) != "本金" => return None,
            Role::Comma => {
                self.commas += 1;
                if self.deal.flow.is_some() || self.commas > MOST_COMMAS {
                    return None;
                }
            }
            Role::Basis(period) | Role::Every(period) => self.period(at, token, entry, period),
            Role::Income(period) => {
                self.repeat(Some(period));
                self.verb = Some(Role::Gain);
            }
            Role::Time(unit) if self.deal.flow.is_none() && self.scope.is_before_verb(at) => {
                self.repeat(period_of_unit(unit));
            }
            Role::Back | Role::Repay | Role::Received | Role::Gain => self.verb = Some(entry.role),
            Role::Subsidy | Role::Label | Role::YearlyLabel => {
                self.deal.gift |= entry.role == Role::Subsidy;
                self.deal.borrowed |= entry.hint == Hint::Cost;
                self.verb = Some(Role::Gain);
            }
            _ => {}
        }
        Some(at + 1)
    }

    /// 每月, 日收益: before the sum it says how often; after it only `/月` does.
    fn period(&mut self, at: usize, token: &Token, entry: Entry, period: Period) {
        if self.deal.flow.is_none() {
            self.repeat(Some(period));
            let names_gain = matches!(entry.role, Role::Basis(_));
            self.verb = self.verb.or(names_gain.then_some(Role::Gain));
        } else if self.scope.word(at).starts_with('/') && self.deal.period.is_none() {
            self.repeat(Some(period));
            self.deal.end = token.end;
        }
    }

    fn repeat(&mut self, period: Option<Period>) {
        self.deal.period = period;
        self.deal.repeated = true;
    }
}

/// 获利5 means five per cent, not five yuan.
fn is_sum_of_flow(sum: &Sum) -> bool {
    sum.explicit || sum.yuan >= 20.0 && sum.yuan.fract() == 0.0
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

fn take_sum(scope: &Scope<'_>, deal: &mut Deal, verb: Role, sum: &Sum) {
    match verb {
        Role::Received if deal.borrowed => {
            deal.received = Some(sum.yuan);
            deal.end = sum.end;
        }
        role if deal.flow.is_none() => {
            deal.flow = Some((sum.yuan, role));
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
