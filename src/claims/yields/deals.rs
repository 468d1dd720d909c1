//! Deals: a capital, and what is said to come back of it or to be paid for it.

use super::periods::period_of_unit;
use super::phrases::begins;
use super::scope::Scope;
use super::sums::{Sum, sum_at};
use super::tokens::{Kind, Token};
use super::vocabulary::{Entry, Hint, Role, TimeUnit};
use crate::model::yields::Period;
use std::ops::Range;

/// What is said about one capital, up to the end of its sentence.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deal {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) capital: f64,
    pub(super) borrowed: bool,
    /// What the borrower really receives, when less is paid out than lent (砍头息).
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

impl Deal {
    /// A deal of which only the capital and its place are known yet.
    pub(super) fn of(place: Range<usize>, capital: f64, borrowed: bool) -> Self {
        Self {
            start: place.start,
            end: place.end,
            capital,
            borrowed,
            received: None,
            flow: None,
            period: None,
            terms: None,
            repeated: false,
            gift: false,
        }
    }
}

/// How many tokens after the capital belong to its deal.
const DEAL_REACH: usize = 16;

/// Most commas that a deal goes across, for an investment and for a loan.
const MOST_COMMAS: usize = 2;
const MOST_COMMAS_OF_LOANS: usize = 3;
/// How far its next word may stand, in bytes.
const WORD_REACH: usize = 36;

/// Reads on after the capital: what comes back, when, how often.
pub(super) struct Reader<'a, 'b> {
    scope: &'a Scope<'b>,
    deal: Deal,
    /// The verb under way, whose sum is awaited.
    verb: Option<Role>,
    commas: usize,
    /// Whether 送 in it is a present for investing; charging a card and buying have presents of their own.
    may_give: bool,
}

impl<'a, 'b> Reader<'a, 'b> {
    /// A reader of a deal; `may_give` where 送 can be a present for investing.
    pub(super) fn new(scope: &'a Scope<'b>, deal: Deal, may_give: bool) -> Self {
        Self {
            scope,
            deal,
            verb: None,
            commas: 0,
            may_give,
        }
    }

    /// Keeps to the clause: a deal that nothing names does not cross a comma.
    pub(super) fn within_clause(mut self) -> Self {
        self.commas = MOST_COMMAS_OF_LOANS;
        self
    }

    /// Of a capital whose daily gain or cost follows at once: 万份收益0.65元.
    pub(super) fn daily(mut self) -> Self {
        self.repeat(Some(Period::Day));
        self.verb = Some(Role::Gain);
        self
    }
}

impl Reader<'_, '_> {
    /// The whole deal, read from this token on.
    pub(super) fn read(mut self, from: usize) -> Deal {
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
        if self.deal.period.is_none() {
            self.deal.period = self.scope.stated_term(from);
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
        let of_interest = self.deal.borrowed && names_interest(self.scope, &sum);
        let Some(verb) = self.verb.or(of_interest.then_some(Role::Gain)) else {
            // 存一百送一千,满一万返五千: another deal.
            return (!sum.explicit || self.commas == 0).then_some(at + 1);
        };
        if !self.is_sum_of_flow(verb, &sum) {
            return Some(at + 1);
        }
        take_sum(self.scope, &mut self.deal, verb, &sum);
        self.verb = None;
        Some(sum.next)
    }

    /// 获利5 means five per cent, not five yuan. A present counts in yuan only, what ten thousand earn a day in any.
    fn is_sum_of_flow(&self, verb: Role, sum: &Sum) -> bool {
        match verb {
            Role::Gift => sum.explicit || is_worth_money(self.scope, sum),
            _ if self.deal.capital == 10_000.0 && self.deal.period == Some(Period::Day) => true,
            _ => sum.explicit || sum.yuan >= 20.0 && sum.yuan.fract() == 0.0,
        }
    }

    /// A word. Gives the next token; `None` where the deal ends.
    fn word(&mut self, at: usize, token: &Token, entry: Entry) -> Option<usize> {
        match entry.role {
            Role::Full | Role::Line => return None,
            // 投1万返... is one deal, 投1万，投2万 are two; 本金 is of the same.
            Role::Invest if self.scope.word(at) != "本金" => return None,
            Role::Comma => {
                self.commas += 1;
                let most = if self.deal.borrowed {
                    MOST_COMMAS_OF_LOANS
                } else {
                    MOST_COMMAS
                };
                if self.deal.flow.is_some() || self.commas > most {
                    return None;
                }
                self.deal.end = self.deal.end.max(token.start);
            }
            Role::Basis(period) | Role::Every(period) => self.period(at, token, entry, period),
            Role::EachTerm if self.deal.borrowed => {
                self.deal.repeated = true;
                self.verb = Some(Role::Repay);
            }
            Role::RepayEvery(period) => {
                self.repeat(Some(period));
                self.verb = Some(Role::Repay);
            }
            Role::Income(period) => {
                self.repeat(Some(period));
                self.verb = Some(Role::Gain);
            }
            Role::Time(unit) if self.deal.flow.is_none() && self.scope.is_before_verb(at) => {
                self.repeat(period_of_unit(unit));
            }
            Role::Gift if self.may_give => {
                self.deal.gift = true;
                self.verb = Some(Role::Gift);
            }
            Role::Deduct if self.deal.borrowed => self.verb = Some(Role::Deduct),
            Role::Back | Role::Repay | Role::Received | Role::Gain => self.verb = Some(entry.role),
            Role::Subsidy | Role::Label | Role::YearlyLabel => self.label(at, entry),
            _ => {}
        }
        Some(at + 1)
    }

    /// 利息, 返现, 手续费: what the next sum is.
    fn label(&mut self, at: usize, entry: Entry) {
        self.deal.gift |= entry.role == Role::Subsidy;
        self.deal.borrowed |= entry.hint == Hint::Cost;
        if self.verb != Some(Role::Deduct) {
            let kept_back = self.deal.borrowed && self.scope.word(at) == "砍头息";
            self.verb = Some(if kept_back { Role::Deduct } else { Role::Gain });
        }
    }

    /// 每月, 日收益: before the sum it says how often; after it only `/月` does. 半年返 is the term itself.
    fn period(&mut self, at: usize, token: &Token, entry: Entry, period: Period) {
        let names_gain = matches!(entry.role, Role::Basis(_));
        if self.deal.flow.is_none() {
            if let Some(term) = self.scope.term_in_basis(at).filter(|_| names_gain) {
                self.deal.period = Some(term);
                let gives_back = self.scope.word(at).contains('返');
                self.verb = Some(if gives_back { Role::Back } else { Role::Gain });
                return;
            }
            self.repeat(Some(period));
            self.verb = self.verb.or(names_gain.then_some(Role::Gain));
        } else if self.scope.word(at).starts_with('/') && self.deal.period.is_none() {
            self.repeat(Some(period));
            self.deal.end = token.end;
        }
    }

    /// Paid each period. A term said before (12个月每月还) tells how often.
    fn repeat(&mut self, period: Option<Period>) {
        self.deal.terms = self.deal.terms.or(match (self.deal.period, period) {
            (Some(Period::Months(n)), Some(Period::Month))
            | (Some(Period::Days(n)), Some(Period::Day)) => Some(n),
            _ => None,
        });
        self.deal.period = period;
        self.deal.repeated = true;
    }
}

/// 2元利息: what follows the sum says that it is the price of a loan.
fn names_interest(scope: &Scope<'_>, sum: &Sum) -> bool {
    let rest = scope.text.get(sum.end..).unwrap_or_default();
    begins(rest, "利息 息 费用 手续费 服务费")
}

/// Presents that are as good as money: 200京东卡.
fn is_worth_money(scope: &Scope<'_>, sum: &Sum) -> bool {
    let rest = scope.text.get(sum.end..).unwrap_or_default().trim_start();
    begins(
        rest,
        "京东卡 购物卡 红包 话费 加油卡 E卡 现金 礼品 礼包 代金券",
    )
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
            deal.received = deal.received.or(Some(sum.yuan));
            deal.end = sum.end;
        }
        Role::Deduct => {
            let left = deal.capital - sum.yuan;
            deal.received = deal.received.or((left > 0.0).then_some(left));
            deal.end = sum.end;
        }
        role if deal.flow.is_none() => {
            deal.flow = Some((sum.yuan, role));
            deal.end = sum.end;
            deal.gift |= is_worth_money(scope, sum);
        }
        _ => {}
    }
}
