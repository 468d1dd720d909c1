//! Who gets a figure: the reader who invests, or the one who lends to the reader.

use super::scope::{SENTENCE_REACH, Scope, is_sentence_end};
use super::tokens::Token;
use super::vocabulary::{Hint, Role};
use crate::model::yields::YieldSide;

/// What crossing a comma costs in the search for the side, in bytes.
const COMMA_COST: usize = 24;

/// The side that most words of a text speak for.
pub(super) fn text_side(tokens: &[Token]) -> YieldSide {
    let count = |hint| tokens.iter().filter(|t| side_word(t, hint)).count();
    match count(Hint::Return).cmp(&count(Hint::Cost)) {
        std::cmp::Ordering::Greater => YieldSide::Return,
        std::cmp::Ordering::Less => YieldSide::Cost,
        std::cmp::Ordering::Equal => YieldSide::Unclear,
    }
}

impl Scope<'_> {
    /// Who gets the figure: by the label, else by the nearest telling word of the sentence, else by the text.
    pub(super) fn side(&self, label: usize, amount: usize) -> YieldSide {
        match self.tokens.get(label).map(Token::hint) {
            Some(Hint::Return) => return YieldSide::Return,
            Some(Hint::Cost) => return YieldSide::Cost,
            _ => {}
        }
        self.nearest_side(amount)
    }

    /// The side of the nearest telling word of the sentence, else of the text.
    pub(super) fn nearest_side(&self, index: usize) -> YieldSide {
        let Some(token) = self.tokens.get(index) else {
            return YieldSide::Unclear;
        };
        if self.reader_lends() {
            return YieldSide::Return;
        }
        let back = self.tokens.iter().take(index).rev().take(SENTENCE_REACH);
        let forth = self.tokens.iter().skip(index + 1).take(SENTENCE_REACH);
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
        Some(Role::Back | Role::Received | Role::Turn | Role::Gift | Role::Deduct) => false,
        Some(Role::Invest | Role::Repay) => token.end - token.start > 3,
        _ => true,
    };
    telling && token.hint() == hint
}
