//! A case's states and the steps between them.
//!
//! ```text
//! 发现 -> 初核 -> 不成立 -> 结案
//!            \-> 认定 -> 限期整改 | 关闭取缔 | 移送司法 -> 反馈 -> 复查 -> 结案
//!                             ^---------- 没改、换域名 ----------|
//! ```
//!
//! Exactly three outcomes (county plan: 限期整改 / 关闭取缔 / 移送司法). A case that is closed stays closed: what comes up
//! again is a new case, and counts as a recurrence.

use chrono::NaiveDate;
use thiserror::Error;

/// How far a case has come. Words are stored, so they are never renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CaseState {
    /// 发现: opened from sealed evidence.
    Found,
    /// 初核: being looked into.
    Review,
    /// 不成立: nothing unlawful was found.
    Unfounded,
    /// 认定: determined by the competent authority.
    Determined,
    /// 限期整改: to be put right by a day.
    Rectify,
    /// 关闭取缔: to be closed down.
    CloseDown,
    /// 移送司法: handed to the police or prosecutor.
    Judicial,
    /// 反馈: whoever carried it out has reported.
    Feedback,
    /// 复查: looked at again.
    Recheck,
    /// 结案: closed.
    Closed,
}

use CaseState::{
    CloseDown, Closed, Determined, Feedback, Found, Judicial, Recheck, Rectify, Review, Unfounded,
};

impl CaseState {
    /// All states, in the order of a case's life.
    pub const ALL: [Self; 10] = [
        Found, Review, Unfounded, Determined, Rectify, CloseDown, Judicial, Feedback, Recheck,
        Closed,
    ];

    /// The word used in stored forms and JSON.
    pub fn code(self) -> &'static str {
        match self {
            Found => "found",
            Review => "review",
            Unfounded => "unfounded",
            Determined => "determined",
            Rectify => "rectify",
            CloseDown => "close-down",
            Judicial => "judicial",
            Feedback => "feedback",
            Recheck => "recheck",
            Closed => "closed",
        }
    }

    /// The name shown to officers.
    pub fn label(self) -> &'static str {
        match self {
            Found => "发现",
            Review => "初核",
            Unfounded => "不成立",
            Determined => "认定",
            Rectify => "限期整改",
            CloseDown => "关闭取缔",
            Judicial => "移送司法",
            Feedback => "反馈",
            Recheck => "复查",
            Closed => "结案",
        }
    }

    /// The state of a code or of a name.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|s| s.code() == word || s.label() == word)
    }

    /// Where a case may go from here. Back to 初核 leads an appeal that was upheld.
    pub fn next(self) -> &'static [Self] {
        match self {
            Found => &[Review],
            Review => &[Unfounded, Determined],
            Unfounded => &[Closed, Review],
            Determined => &[Rectify, CloseDown, Judicial, Review],
            Rectify => &[Feedback, CloseDown, Judicial, Review],
            CloseDown => &[Feedback, Judicial, Review],
            Judicial => &[Feedback, Review],
            Feedback => &[Recheck, Review],
            Recheck => &[Rectify, CloseDown, Judicial, Closed, Review],
            Closed => &[],
        }
    }

    /// Whether the case was determined and nothing has undone that.
    pub fn is_determined(self) -> bool {
        matches!(
            self,
            Determined | Rectify | CloseDown | Judicial | Feedback | Recheck
        )
    }

    /// The outcome that this state is.
    pub fn outcome(self) -> Option<Outcome> {
        match self {
            Rectify => Some(Outcome::Rectify),
            CloseDown => Some(Outcome::CloseDown),
            Judicial => Some(Outcome::Judicial),
            _ => None,
        }
    }
}

/// What is done about a determined case: exactly one of three.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// 限期整改.
    Rectify,
    /// 关闭取缔.
    CloseDown,
    /// 移送司法.
    Judicial,
}

impl Outcome {
    /// All three.
    pub const ALL: [Self; 3] = [Self::Rectify, Self::CloseDown, Self::Judicial];

    /// The state of a case with this outcome.
    pub fn state(self) -> CaseState {
        match self {
            Self::Rectify => Rectify,
            Self::CloseDown => CloseDown,
            Self::Judicial => Judicial,
        }
    }
}

/// What a recheck saw. Words are stored, so they are never renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RecheckResult {
    /// 改了.
    Fixed,
    /// 没改.
    Unchanged,
    /// 换域名: the same offer at another address.
    Moved,
    /// 已关闭.
    Closed,
    /// 易主: another operator than before.
    NewOwner,
}

impl RecheckResult {
    /// All results.
    pub const ALL: [Self; 5] = [
        Self::Fixed,
        Self::Unchanged,
        Self::Moved,
        Self::Closed,
        Self::NewOwner,
    ];

    /// The word used in stored forms and JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::Unchanged => "unchanged",
            Self::Moved => "moved",
            Self::Closed => "closed",
            Self::NewOwner => "new-owner",
        }
    }

    /// The name shown to officers.
    pub fn label(self) -> &'static str {
        match self {
            Self::Fixed => "改了",
            Self::Unchanged => "没改",
            Self::Moved => "换域名",
            Self::Closed => "已关闭",
            Self::NewOwner => "易主",
        }
    }

    /// The result of a code or of a name.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|r| r.code() == word || r.label() == word)
    }

    /// Whether a case may be closed on it; else another outcome follows.
    pub fn ends(self) -> bool {
        matches!(self, Self::Fixed | Self::Closed | Self::NewOwner)
    }
}

/// One step as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// From this state.
    pub from: CaseState,
    /// To this one.
    pub to: CaseState,
    /// Why.
    pub why: String,
    /// Number of the document on which it rests; may be empty where none is needed.
    pub document: String,
    /// The day by which it is to be done.
    pub due: Option<NaiveDate>,
    /// What a recheck saw.
    pub result: Option<RecheckResult>,
}

/// Why a step is not taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StepRefused {
    /// The step leads nowhere that is allowed.
    #[error("a case in state {} cannot go to {}; allowed: {}", from.label(), to.label(), names(from.next()))]
    NotAllowed {
        /// From.
        from: CaseState,
        /// To.
        to: CaseState,
    },
    /// Something that belongs to it is missing.
    #[error("a step to {} needs {what}; allowed from {}: {}", to.label(), from.label(), names(from.next()))]
    Needs {
        /// From.
        from: CaseState,
        /// To.
        to: CaseState,
        /// What.
        what: &'static str,
    },
    /// What the recheck saw leads elsewhere.
    #[error("after a recheck with the result {} a case does not go to {}; it goes to {}", result.label(), to.label(), if result.ends() { "结案" } else { "限期整改、关闭取缔 or 移送司法" })]
    Result {
        /// What was seen.
        result: RecheckResult,
        /// To.
        to: CaseState,
    },
    /// One officer alone does not decide it.
    #[error("{} is proposed by one officer and confirmed by another: `wangxun cases propose`, then `cases confirm`", to.label())]
    TwoPersons {
        /// To.
        to: CaseState,
    },
}

/// Names of states; `nothing` when there are none.
pub fn names(states: &[CaseState]) -> String {
    match states {
        [] => "nothing, it is closed; what comes up again is a new case".to_owned(),
        some => some
            .iter()
            .map(|s| s.label())
            .collect::<Vec<_>>()
            .join("、"),
    }
}

impl Step {
    /// Whether it takes two officers: one who proposes and another who confirms. (认定 has two signatures of its own.)
    pub fn takes_two(&self) -> bool {
        match (self.from, self.to) {
            (Found, _) => false,
            (_, Unfounded | Rectify | CloseDown | Judicial | Closed | Review) => true,
            _ => false,
        }
    }

    /// Checks the step by itself: that it is allowed and complete.
    ///
    /// # Errors
    /// Says what is allowed or what is missing.
    pub fn check(&self) -> Result<(), StepRefused> {
        let (from, to) = (self.from, self.to);
        if !from.next().contains(&to) {
            return Err(StepRefused::NotAllowed { from, to });
        }
        let needs = |what| StepRefused::Needs { from, to, what };
        if self.why.trim().is_empty() {
            return Err(needs("a reason (--why)"));
        }
        let by_document = to.outcome().is_some() || (to == Review && from != Found);
        if by_document && self.document.trim().is_empty() {
            return Err(needs("the number of its document (--document)"));
        }
        if to == Rectify && self.due.is_none() {
            return Err(needs("the day by which it is to be put right (--due)"));
        }
        if from != Recheck || to == Review {
            return Ok(());
        }
        let result = self
            .result
            .ok_or_else(|| needs("what the recheck saw (--result 改了|没改|换域名|已关闭|易主)"))?;
        match (result.ends(), to == Closed) {
            (true, true) | (false, false) => Ok(()),
            _ => Err(StepRefused::Result { result, to }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(from: CaseState, to: CaseState) -> Step {
        Step {
            from,
            to,
            why: "查实".to_owned(),
            document: "虚处非〔2026〕1号".to_owned(),
            due: NaiveDate::from_ymd_opt(2026, 12, 1),
            result: None,
        }
    }

    #[test]
    fn every_step_is_allowed_or_says_what_is() {
        let mut allowed = 0;
        for from in CaseState::ALL {
            for to in CaseState::ALL {
                let mut one = step(from, to);
                one.result = Some(match to {
                    Closed => RecheckResult::Fixed,
                    _ => RecheckResult::Unchanged,
                });
                match one.check() {
                    Ok(()) => {
                        allowed += 1;
                        assert!(from.next().contains(&to));
                    }
                    Err(error) => {
                        let said = error.to_string();
                        assert!(!from.next().contains(&to), "{said}");
                        for state in from.next() {
                            assert!(said.contains(state.label()), "{said}");
                        }
                    }
                }
            }
        }
        assert_eq!(allowed, 25);
    }

    #[test]
    fn there_are_three_outcomes_and_only_determined_cases_have_one() {
        for outcome in Outcome::ALL {
            assert_eq!(outcome.state().outcome(), Some(outcome));
            for from in [Found, Review, Unfounded, Closed, Feedback] {
                assert!(step(from, outcome.state()).check().is_err(), "{from:?}");
            }
            assert!(step(Determined, outcome.state()).check().is_ok());
            assert!(step(Determined, outcome.state()).takes_two());
        }
        let ways = CaseState::ALL
            .iter()
            .filter(|s| s.next().contains(&Determined));
        assert_eq!(ways.collect::<Vec<_>>(), [&Review]);
    }

    #[test]
    fn what_a_step_needs_is_named() {
        let refused = |change: &dyn Fn(&mut Step), from, to| {
            let mut one = step(from, to);
            change(&mut one);
            one.check().unwrap_err().to_string()
        };
        assert!(refused(&|s| s.why.clear(), Found, Review).contains("--why"));
        assert!(refused(&|s| s.document.clear(), Determined, CloseDown).contains("--document"));
        assert!(refused(&|s| s.due = None, Determined, Rectify).contains("--due"));
        assert!(refused(&|_| {}, Recheck, Closed).contains("--result"));
        let unchanged = |s: &mut Step| s.result = Some(RecheckResult::Unchanged);
        assert!(refused(&unchanged, Recheck, Closed).contains("关闭取缔"));
        let fixed = |s: &mut Step| s.result = Some(RecheckResult::Fixed);
        assert!(refused(&fixed, Recheck, Rectify).contains("结案"));
        assert!(refused(&|_| {}, Closed, Review).contains("new case"));
    }

    #[test]
    fn words_are_read_by_code_and_by_name() {
        for state in CaseState::ALL {
            assert_eq!(CaseState::parse(state.code()), Some(state));
            assert_eq!(CaseState::parse(state.label()), Some(state));
        }
        for result in RecheckResult::ALL {
            assert_eq!(RecheckResult::parse(result.code()), Some(result));
            assert_eq!(RecheckResult::parse(result.label()), Some(result));
        }
    }
}
