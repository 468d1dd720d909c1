//! `wangxun cases`: from sealed evidence to a determination, its outcome, the recheck and the closing.

pub(super) mod arguments;
pub(super) mod determine;
mod figures;
pub(super) mod open;
mod papers;
mod show;
pub(super) mod steps;
mod units;

pub use arguments::Cases as CasesCommand;

use super::config::Settings;
use super::desk_store::{self, Opened, actor};
use super::exit::{Done, Trouble, incomplete, misuse};
use super::tools::today;
use crate::desk::cases::{Case, Cases};
use crate::desk::officers::Officers;
use crate::model::custody::Actor;
use crate::storage::desk::event;
use crate::wire::desk::DeskFact;
use crate::wire::desk::case::CaseFact;
use anyhow::anyhow;
use chrono::Utc;

/// Carries the command out.
pub fn run(asked: &CasesCommand, settings: &Settings) -> Done {
    match asked {
        CasesCommand::Open(asked) => open::run(asked, settings),
        CasesCommand::List(asked) => show::list(asked, settings),
        CasesCommand::Show { case } => show::show(case, settings),
        CasesCommand::Move(asked) => steps::take(asked, settings),
        CasesCommand::Propose(asked) => steps::propose(asked, settings),
        CasesCommand::Confirm(asked) => steps::confirm(asked, settings),
        CasesCommand::Return(asked) => steps::give_back(asked, settings),
        CasesCommand::Attach(asked) => papers::attach(asked, settings),
        CasesCommand::Route(asked) => units::route(asked, settings),
        CasesCommand::Handover(asked) => units::handover(asked, settings),
        CasesCommand::Takeover(asked) => units::takeover(asked, settings),
        CasesCommand::Act(asked) => papers::act(asked, settings),
        CasesCommand::Wording(asked) => papers::wording(asked, settings),
        CasesCommand::Qa(asked) => papers::qa(asked, settings),
        CasesCommand::Deadlines(asked) => steps::deadlines(asked, settings),
        CasesCommand::Deadline(asked) => steps::deadline(asked, settings),
        CasesCommand::ReportUp(asked) => units::report_up(asked, settings),
        CasesCommand::Playbook { case } => units::playbook(case, settings),
        CasesCommand::Determine(asked) => determine::determine(asked, settings),
        CasesCommand::Sign(asked) => determine::sign(asked, settings),
        CasesCommand::ConfirmBasis(asked) => determine::confirm_basis(asked, settings),
        CasesCommand::Subject(asked) => units::subject(asked, settings),
        CasesCommand::Sample(asked) => figures::sample(asked, settings),
        CasesCommand::Review(asked) => figures::review(asked, settings),
        CasesCommand::Rate(asked) => figures::rate(asked, settings),
        CasesCommand::Recurrence => figures::recurrence(settings),
        CasesCommand::Tables { write } => units::tables(*write, settings),
    }
}

/// The desk with what is folded from it, and the officer who acts.
struct Work {
    opened: Opened,
    cases: Cases,
    officers: Officers,
    actor: Actor,
}

impl Work {
    /// Opens the desk for an officer, who must be registered.
    fn open(name: &str, settings: &Settings) -> Result<Self, Trouble> {
        let actor = actor(name, settings)?;
        let opened = desk_store::open_existing(settings)?;
        let officers = Officers::of(opened.desk.events());
        officers
            .acting(&actor.name, today())
            .map_err(|why| misuse(anyhow!("{why}")))?;
        Ok(Self {
            cases: Cases::of(opened.desk.events()),
            officers,
            opened,
            actor,
        })
    }

    fn case(&self, number: &str) -> Result<&Case, Trouble> {
        found(&self.cases, number)
    }

    /// Keeps facts together, and folds again.
    fn keep(&mut self, facts: Vec<CaseFact>) -> Result<(), Trouble> {
        let now = Utc::now();
        let by = self.actor.name.clone();
        let events = facts
            .into_iter()
            .map(|fact| event(now, &by, DeskFact::Case(fact)));
        self.opened
            .desk
            .append(events.collect(), &self.actor)
            .map_err(incomplete)?;
        self.cases = Cases::of(self.opened.desk.events());
        Ok(())
    }

    /// Keeps facts of a case; gives it as it stands then.
    fn keep_of(mut self, number: &str, facts: Vec<CaseFact>) -> Result<Case, Trouble> {
        self.keep(facts)?;
        self.case(number).cloned()
    }

    /// Keeps facts of a case and shows it.
    fn keep_and_show(self, number: &str, facts: Vec<CaseFact>, settings: &Settings) -> Done {
        show::one(&self.keep_of(number, facts)?, settings)
    }
}

fn found<'c>(cases: &'c Cases, number: &str) -> Result<&'c Case, Trouble> {
    cases.get(number).ok_or_else(|| {
        misuse(anyhow!(
            "there is no case {number:?}; `wangxun cases list --all` shows the numbers"
        ))
    })
}
