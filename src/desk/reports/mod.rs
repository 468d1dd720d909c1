//! Reports of the desk: each is a function of what the desk knows ([`facts::Facts`]) and of what was asked ([`ask::Ask`]). No
//! clock, no IO: the same facts give the same report.

pub mod ask;
pub mod assist;
pub mod bulletin;
pub mod case_sheet;
pub mod coverage;
pub mod distribution;
pub mod facts;
pub mod gather;
pub mod handover;
pub mod inspection;
pub mod letters;
mod list_rows;
pub mod notification;
pub mod opinion;
pub mod parts;
pub mod phase;
pub mod playbook;
pub mod recurrence;
pub mod reward_sheet;
pub mod rewards;
pub mod run_sheet;
pub mod sector;
mod subject_rows;
pub mod survey;
pub mod transfer;
pub mod warning;
