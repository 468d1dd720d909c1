//! `wangxun takedown`: the action list and the referral list, from a determined case to a signed bundle, and back.

pub(super) mod add;
mod appeal;
pub(super) mod arguments;
pub(super) mod build;
pub(super) mod change;
pub(super) mod check;
mod overrule;
pub(super) mod show;

pub use arguments::Takedown as TakedownCommand;

use super::config::Settings;
use super::desk_store::{self, Opened, actor, read};
use super::exit::{Done, Trouble, incomplete, misuse};
use super::output::Output;
use super::tools::today;
use crate::desk::cases::Cases;
use crate::desk::officers::Officers;
use crate::desk::referral::Lists;
use crate::model::custody::Actor;
use crate::model::register::Registers;
use crate::model::takedown::protected::Protected;
use crate::model::takedown::refusal::Refusal;
use crate::seeds;
use crate::storage::desk::event;
use crate::wire::desk::takedown::TakedownFact;
use crate::wire::desk::{DeskEvent, DeskFact};
use anyhow::anyhow;
use chrono::Utc;

/// Carries the command out.
pub fn run(asked: &TakedownCommand, settings: &Settings) -> Done {
    match asked {
        TakedownCommand::Add(asked) => add::run(asked, settings),
        TakedownCommand::List(asked) => show::list(asked, settings),
        TakedownCommand::Show { entry } => show::show(entry, settings),
        TakedownCommand::Withdraw(asked) => change::withdraw(asked, settings),
        TakedownCommand::Supersede(asked) => change::supersede(asked, settings),
        TakedownCommand::Expire(asked) => change::expire(asked, settings),
        TakedownCommand::Overrule(asked) => overrule::run(asked, settings),
        TakedownCommand::Build(asked) => build::run(asked, settings),
        TakedownCommand::Sign(asked) => build::sign(asked),
        TakedownCommand::Export(asked) => show::export(asked, settings),
        TakedownCommand::Letter(asked) => show::letter(asked, settings),
        TakedownCommand::Verify(asked) => check::verify(asked, settings),
        TakedownCommand::Delta(asked) => check::delta(asked, settings),
        TakedownCommand::Apply(asked) => check::apply(asked, settings),
        TakedownCommand::Appeal(asked) => appeal::run(asked, settings),
    }
}

/// The desk, open for an officer, with what lists need of it.
pub(super) struct Work {
    pub(super) opened: Opened,
    pub(super) cases: Cases,
    pub(super) lists: Lists,
    pub(super) actor: Actor,
}

impl Work {
    /// Opens the desk for a registered officer.
    pub(super) fn open(name: &str, settings: &Settings) -> Result<Self, Trouble> {
        let actor = actor(name, settings)?;
        let opened = desk_store::open_existing(settings)?;
        Officers::of(opened.desk.events())
            .acting(&actor.name, today())
            .map_err(|why| misuse(anyhow!("{why}")))?;
        Ok(Self {
            cases: Cases::of(opened.desk.events()),
            lists: Lists::of(opened.desk.events()),
            opened,
            actor,
        })
    }

    /// Keeps facts together, and folds again.
    pub(super) fn keep(&mut self, facts: Vec<DeskFact>) -> Result<usize, Trouble> {
        let now = Utc::now();
        let by = self.actor.name.clone();
        let events: Vec<DeskEvent> = facts
            .into_iter()
            .map(|fact| event(now, &by, fact))
            .collect();
        let kept = self
            .opened
            .desk
            .append(events, &self.actor)
            .map_err(incomplete)?;
        self.lists = Lists::of(self.opened.desk.events());
        Ok(kept)
    }

    /// The same for facts about lists.
    pub(super) fn keep_lists(&mut self, facts: Vec<TakedownFact>) -> Result<usize, Trouble> {
        self.keep(facts.into_iter().map(DeskFact::Takedown).collect())
    }
}

/// Both lists, without the lock.
pub(super) fn lists(settings: &Settings) -> Result<(Vec<DeskEvent>, Lists), Trouble> {
    let events = read(settings)?;
    let lists = Lists::of(&events);
    Ok((events, lists))
}

/// The entry of this identifier, of which the first characters are enough.
pub(super) fn entry_id(lists: &Lists, text: &str) -> Result<String, Trouble> {
    let all = lists.action.keys().chain(lists.referral.keys());
    let hits: Vec<&String> = all.filter(|id| id.starts_with(text)).collect();
    match hits.as_slice() {
        [one] if text.len() > 3 => Ok((*one).clone()),
        [] => Err(misuse(anyhow!(
            "no entry {text:?}; `wangxun takedown list` shows them"
        ))),
        many => Err(misuse(anyhow!(
            "{text:?} begins {} entries; write more characters",
            many.len()
        ))),
    }
}

/// What targets are held against.
pub(super) fn tables(settings: &Settings) -> Result<(Protected, Registers), Trouble> {
    let own = settings.takedown.protected.as_deref();
    let protected = seeds::load_protected(own).map_err(misuse)?;
    for fault in &protected.faults {
        tracing::warn!("{fault}");
    }
    let registers = seeds::load_registers(settings.registers.as_deref()).map_err(misuse)?;
    Ok((protected.value, registers.value))
}

/// All refusals in one message.
pub(super) fn refusals(what: &str, all: &[Refusal]) -> Trouble {
    let lines: Vec<String> = all.iter().take(50).map(Refusal::to_string).collect();
    let more = match all.len() {
        n if n > 50 => format!("\n  and {} more", n - 50),
        _ => String::new(),
    };
    misuse(anyhow!(
        "{what}: {} refused\n  {}{more}",
        all.len(),
        lines.join("\n  ")
    ))
}

/// `<prefix>-action` or `<prefix>-referral`.
pub(super) fn list_id(kind: &str, settings: &Settings) -> String {
    match settings.takedown.prefix.as_str() {
        "" => format!("wx-{kind}"),
        prefix => format!("{prefix}-{kind}"),
    }
}

/// Tells of files with their digests.
pub(super) fn tell_files(files: &[(String, u64, String)]) -> Result<(), Trouble> {
    for (name, bytes, sha256) in files {
        Output.line(format!("{sha256}  {bytes:>10}  {name}"))?;
    }
    Ok(())
}
