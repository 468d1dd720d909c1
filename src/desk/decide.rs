//! Steps of a case: what one officer does alone, what one proposes and another confirms.

use super::cases::{Case, Proposal};
use super::officers::{DeskOfficer, Officers};
use crate::model::case::{CaseState, RecheckResult, Step, StepRefused};
use crate::model::officer::OfficerRole;
use crate::wire::desk::case::CaseFact;
use chrono::NaiveDate;
use thiserror::Error;

/// Why something is not done.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refused {
    /// The step is not allowed or not complete.
    #[error(transparent)]
    Step(#[from] StepRefused),
    /// Another reason, with what to do.
    #[error("{0}")]
    Because(String),
}

pub(super) fn because(why: impl Into<String>) -> Refused {
    Refused::Because(why.into())
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// To which state.
    pub to: CaseState,
    /// Why.
    pub why: String,
    /// Number of the document; may be empty.
    pub document: String,
    /// The day by which it is to be done.
    pub due: Option<NaiveDate>,
    /// What a recheck saw.
    pub result: Option<RecheckResult>,
}

impl Ask {
    fn step(&self, from: CaseState) -> Step {
        Step {
            from,
            to: self.to,
            why: self.why.clone(),
            document: self.document.clone(),
            due: self.due,
            result: self.result,
        }
    }
}

/// A step that one officer takes alone.
///
/// # Errors
/// Says what is allowed, what is missing, or who is.
pub fn move_case(
    case: &Case,
    ask: &Ask,
    by: &str,
    officers: &Officers,
    today: NaiveDate,
) -> Result<CaseFact, Refused> {
    concerned(case, officers.acting(by, today).map_err(because)?)?;
    let step = ask.step(case.state);
    step.check()?;
    if step.takes_two() {
        return Err(StepRefused::TwoPersons { to: ask.to }.into());
    }
    if ask.to == CaseState::Determined {
        return Err(because(format!(
            "{} is determined by a document with two signatures: `wangxun cases determine`, then `cases sign` by both officers",
            case.number()
        )));
    }
    nothing_open(case)?;
    Ok(moved(case, &step))
}

/// A proposal of a step that takes two.
///
/// # Errors
/// Says what is allowed, what is missing, or that a proposal waits already.
pub fn propose(
    case: &Case,
    ask: &Ask,
    by: &str,
    officers: &Officers,
    today: NaiveDate,
) -> Result<CaseFact, Refused> {
    let officer = officers.acting(by, today).map_err(because)?;
    concerned(case, officer)?;
    let step = ask.step(case.state);
    step.check()?;
    if !step.takes_two() {
        return Err(because(format!(
            "a step to {} needs no proposal: `wangxun cases move`, or `cases determine` for 认定",
            ask.to.label()
        )));
    }
    nothing_open(case)?;
    let last = case.proposals.iter().map(|p| p.number).max();
    Ok(CaseFact::Proposed {
        case: case.number().to_owned(),
        number: last.unwrap_or(0).saturating_add(1),
        to: ask.to.code().to_owned(),
        why: ask.why.clone(),
        document: ask.document.clone(),
        due: ask.due,
        unit: officer.unit.clone(),
        result: ask.result.map_or("", RecheckResult::code).to_owned(),
    })
}

/// Confirms the proposal that waits: the confirmation and the step that follows from it, to be kept together.
///
/// # Errors
/// Refuses whoever proposed, whoever does not confirm by role, and a step that is no longer allowed.
pub fn confirm(
    case: &Case,
    comment: &str,
    by: &str,
    officers: &Officers,
    today: NaiveDate,
) -> Result<[CaseFact; 2], Refused> {
    let proposal = decidable(case, by, officers, today)?;
    let ask = Ask {
        to: proposal.to,
        why: proposal.why.clone(),
        document: proposal.document.clone(),
        due: proposal.due,
        result: RecheckResult::parse(&proposal.result),
    };
    let step = ask.step(case.state);
    step.check()?;
    let confirmed = CaseFact::Confirmed {
        case: case.number().to_owned(),
        number: proposal.number,
        comment: comment.to_owned(),
    };
    Ok([confirmed, moved(case, &step)])
}

/// Returns the proposal that waits, with what is to be done.
///
/// # Errors
/// Refuses whoever proposed, and a return without a comment.
pub fn give_back(
    case: &Case,
    comment: &str,
    by: &str,
    officers: &Officers,
    today: NaiveDate,
) -> Result<CaseFact, Refused> {
    let proposal = decidable(case, by, officers, today)?;
    if comment.trim().is_empty() {
        return Err(because(
            "a proposal is returned with a comment that says what is to be done (--comment)",
        ));
    }
    Ok(CaseFact::Returned {
        case: case.number().to_owned(),
        number: proposal.number,
        comment: comment.to_owned(),
    })
}

/// Refuses a second officer who is the first.
///
/// # Errors
/// Says who has to be another person.
pub fn another(first: &str, second: &str, what: &str) -> Result<(), Refused> {
    match first.trim() == second.trim() {
        true => Err(because(format!(
            "{first} cannot do both: {what} is approved by another officer"
        ))),
        false => Ok(()),
    }
}

/// The proposal that waits, if this officer may decide on it.
fn decidable<'c>(
    case: &'c Case,
    by: &str,
    officers: &Officers,
    today: NaiveDate,
) -> Result<&'c Proposal, Refused> {
    let officer = officers.acting(by, today).map_err(because)?;
    let proposal = case.open_proposal().ok_or_else(|| {
        because(format!(
            "nothing is proposed in {}; `wangxun cases propose` proposes",
            case.number()
        ))
    })?;
    if proposal.stamp.by == by {
        return Err(because(format!(
            "{by} proposed it: another officer confirms or returns"
        )));
    }
    if !officer.role.confirms() {
        return Err(because(format!(
            "{by} is {}: 复核员 or 牵头部门负责人 confirm or return",
            officer.role.label()
        )));
    }
    Ok(proposal)
}

fn nothing_open(case: &Case) -> Result<(), Refused> {
    match case.open_proposal() {
        None => Ok(()),
        Some(open) => Err(because(format!(
            "proposal {} ({}) of {} waits: `wangxun cases confirm` or `cases return` first",
            open.number,
            open.to.label(),
            case.number()
        ))),
    }
}

/// A township speaks for what is registered there, or what it leads or assists in.
fn concerned(case: &Case, officer: &DeskOfficer) -> Result<(), Refused> {
    if officer.role != OfficerRole::Township {
        return Ok(());
    }
    let routed = case.route.as_ref().is_some_and(|route| {
        let mut units = std::iter::once(&route.lead).chain(&route.assist);
        units.any(|unit| *unit == officer.region || *unit == officer.unit)
    });
    if routed || (!officer.region.is_empty() && case.region == officer.region) {
        return Ok(());
    }
    Err(because(format!(
        "{} speaks for {}, and {} is not its case; `wangxun cases handover` hands a case over",
        officer.name,
        officer.unit,
        case.number()
    )))
}

fn moved(case: &Case, step: &Step) -> CaseFact {
    CaseFact::Moved {
        case: case.number().to_owned(),
        from: step.from.code().to_owned(),
        to: step.to.code().to_owned(),
        why: step.why.clone(),
        document: step.document.clone(),
        due: step.due,
        result: step.result.map_or("", RecheckResult::code).to_owned(),
    }
}
