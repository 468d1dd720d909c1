//! A text with its tokens, and the questions that the readers ask about what stands around a figure.

use super::phrases::{begins, holds};
use super::side::text_side;
use super::tokens::Token;
use super::vocabulary::{RateUnit, Role};
use crate::model::yields::{Period, YieldSide};
use std::cell::OnceCell;

/// How far words of the same sentence are searched, in tokens.
pub(super) const SENTENCE_REACH: usize = 40;
/// How far a sentence is read beyond its last token, in bytes.
const REACH_BEYOND: usize = 30;

/// A text and its tokens.
pub(super) struct Scope<'a> {
    pub(super) text: &'a str,
    pub(super) tokens: Vec<Token>,
    /// The side that most words of the whole text speak for.
    pub(super) text_side: YieldSide,
    /// Whether no sign of a rate stands in the text: spam often loses its percent signs on the way.
    pub(super) signless: bool,
    /// What the whole text speaks of, once somebody has asked.
    facts: Facts,
}

/// What a whole text speaks of; most texts are never asked.
#[derive(Debug, Default)]
struct Facts {
    bank_products: OnceCell<bool>,
    reader_lends: OnceCell<bool>,
    sells_savings: OnceCell<bool>,
    trades: OnceCell<bool>,
}

impl<'a> Scope<'a> {
    pub(super) fn new(text: &'a str, tokens: Vec<Token>) -> Self {
        let text_side = text_side(&tokens);
        let signless = !tokens.iter().any(|t| {
            matches!(
                t.role(),
                Some(Role::Unit(RateUnit::Percent | RateUnit::Permille) | Role::PerPrefix(_))
            )
        });
        Self {
            text,
            tokens,
            text_side,
            signless,
            facts: Facts::default(),
        }
    }

    /// The tokens of the sentence around a token, within reach.
    pub(super) fn sentence(&self, index: usize) -> &[Token] {
        let back = self.tokens.iter().take(index).rev().take(SENTENCE_REACH);
        let forth = self.tokens.iter().skip(index).take(SENTENCE_REACH);
        let from = index - back.take_while(|t| !is_sentence_end(t)).count();
        let to = index + forth.take_while(|t| !is_sentence_end(t)).count();
        self.tokens.get(from..to).unwrap_or(&[])
    }

    /// The text of the sentence around a token, within reach.
    pub(super) fn sentence_text(&self, index: usize) -> &str {
        let sentence = self.sentence(index);
        match (sentence.first(), sentence.last()) {
            (Some(first), Some(last)) => {
                let to = self
                    .text
                    .ceil_char_boundary((last.end + REACH_BEYOND).min(self.text.len()));
                let rest = self.between(last.end, to);
                let stop = rest
                    .find(['。', '！', '？', '!', '?', '\n', '\r'])
                    .unwrap_or(rest.len());
                self.between(first.start, last.end + stop)
            }
            _ => "",
        }
    }

    /// Whether the sentence speaks of a trade of a day: 昨日买入,今获利5.
    pub(super) fn trades_by_the_day(&self, index: usize) -> bool {
        const DAYS: &str =
            "今日 今天 今获 今收 今学员 明日 明天 明必 次日 当日 隔日 昨日 昨天 早盘 午盘";
        self.trades() && holds(self.sentence_text(index), DAYS)
    }

    fn once(&self, fact: &OnceCell<bool>, phrases: &str) -> bool {
        *fact.get_or_init(|| holds(self.text, phrases))
    }

    /// Whether the text speaks of buying and selling securities within days.
    fn trades(&self) -> bool {
        self.once(
            &self.facts.trades,
            "建仓 拉升 涨停 牛股 个股 金股 操盘 学员 黑马 出货 实盘 短线 早盘 午盘 股票 荐股",
        )
    }

    /// Whether the text offers products of a bank's kind, whose rates are for a year whatever their term.
    pub(super) fn speaks_of_bank_products(&self) -> bool {
        self.once(
            &self.facts.bank_products,
            "理财 银行 支行 我行 产品 起购 起售 万起 预期 年化 存款",
        )
    }

    /// Whether the text asks the reader to lend to the one who speaks, so that interest is the reader's.
    pub(super) fn reader_lends(&self) -> bool {
        self.once(
            &self.facts.reader_lends,
            "借款给公司 借钱给公司 借给公司 借款给我们 借给我们 出借给公司 向社会借款 向社会公开借款 向群众借款 向村民借款",
        )
    }

    /// Whether the text sells savings by lists of terms and rates.
    pub(super) fn sells_savings(&self) -> bool {
        self.once(&self.facts.sells_savings, "理财 保本 存款 大额存单 结构性")
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
        begins(rest, "起 以上 及以上 /")
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

    /// The character before a place.
    pub(super) fn before(&self, at: usize) -> Option<char> {
        self.text.get(..at)?.chars().next_back()
    }

    /// The character at a place.
    pub(super) fn after(&self, at: usize) -> Option<char> {
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
        // 刷卡返5% is a shop's rebate.
        let shops = || {
            let from = self
                .text
                .floor_char_boundary(token.start.saturating_sub(60));
            let near = self.between(from, token.start);
            holds(near, "刷卡 刷信用卡 信用卡 VISA 加油 话费 积分 满减")
        };
        match word {
            "返" | "返还" => !shops(),
            _ => matches!(word, "赚" | "赚取" | "盈" | "净赚" | "净得"),
        }
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
        holds(near, "央行 联储 基点 美元 货币政策")
    }

    /// 3分利, 2分息.
    pub(super) fn is_interest_after(&self, at: usize) -> bool {
        let rest = self.text.get(at..).unwrap_or_default();
        rest.starts_with('息')
            || rest.starts_with('利') && !rest.starts_with("利润") && !rest.starts_with("利用")
    }

    /// 年收益100天/5.2: a term and a slash between label and number.
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
        let rest = self.text.get(end..).unwrap_or_default();
        let ends = rest.starts_with(['.', '。'])
            && !rest.chars().nth(1).is_some_and(|c| c.is_ascii_digit());
        !ends && self.after(end).is_some_and(|c| {
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
        self.sentence(index).iter().any(|t| {
            matches!(t.role(), Some(Role::Basis(Period::Year)))
                || matches!(
                    self.between(t.start, t.end),
                    "期限" | "理财" | "起购" | "产品" | "存款" | "银行"
                )
        })
    }
}

/// Whether a clause ends with this token.
pub(super) fn is_clause_end(token: &Token) -> bool {
    matches!(token.role(), Some(Role::Comma | Role::Full | Role::Line))
}

/// Whether a sentence ends with this token.
pub(super) fn is_sentence_end(token: &Token) -> bool {
    matches!(token.role(), Some(Role::Full | Role::Line))
}
