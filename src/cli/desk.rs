//! `wangxun desk`: what is seen again, and warnings of opinion.

use super::config::Settings;
use super::desk_recheck::{self, DeskRecheck};
use super::exit::Done;
use super::opinion::{self, OpinionCommand, Urgent};
use clap::Subcommand;

/// `wangxun desk`.
#[derive(Debug, Subcommand)]
pub enum DeskCommand {
    /// Order that listed targets are seen again, judge what the patrol saw, ask resolvers whether a block works
    Recheck(DeskRecheck),
    /// Warnings of opinion and crowds (舆情): list, see, pass on, settle; every look is entered in the journal
    #[command(subcommand)]
    Opinion(OpinionCommand),
    /// Urgent warnings that are not settled; exit code 1 while there are any
    Urgent(Urgent),
}

/// Carries the command out.
pub fn run(asked: &DeskCommand, settings: &Settings) -> Done {
    match asked {
        DeskCommand::Recheck(asked) => desk_recheck::run(asked, settings),
        DeskCommand::Opinion(asked) => opinion::run(asked, settings),
        DeskCommand::Urgent(asked) => opinion::urgent(asked, settings),
    }
}
