//! Legal bases that were not read in full text: an officer confirms the text before it enters a determination or a notice.

use super::cases::BasisConfirmed;
use crate::model::lexicon::Lexicon;
use crate::model::rule::BasisGrade;
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// A basis that nobody has confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unconfirmed {
    /// The rule.
    pub rule: String,
    /// How well its basis was read.
    pub grade: BasisGrade,
    /// The text as it stands in the catalogue.
    pub text: String,
}

/// Which of these rules rest, on this day, on a basis of grade S or M whose text no officer has confirmed. A confirmation
/// holds for the text that was confirmed: when the catalogue changes, it is asked for again.
pub fn unconfirmed(
    rules: &[String],
    lexicon: &Lexicon,
    day: NaiveDate,
    confirmed: &BTreeMap<String, Vec<BasisConfirmed>>,
) -> Vec<Unconfirmed> {
    let mut open = Vec::new();
    for id in rules {
        let Some(basis) = lexicon.rule(id).and_then(|rule| rule.basis_on(day)) else {
            continue;
        };
        let read = basis.grade == BasisGrade::Verified
            || confirmed
                .get(id)
                .is_some_and(|all| all.iter().any(|c| c.basis == basis.text));
        if !read {
            open.push(Unconfirmed {
                rule: id.clone(),
                grade: basis.grade,
                text: basis.text.clone(),
            });
        }
    }
    open
}
