//! Takedown lists: what operators are asked to act upon, and on whose determination.
//!
//! There are two lists that are never mixed. The `referral` list (线索移送) holds what is suspected and goes to departments; the
//! `action` list (处置) holds what a competent authority has determined and goes to operators (防范和处置非法集资条例 10, 11, 27).
//! A line of the latter is an [`entry::ActionEntry`], which nothing but a [`super::determination::Confirmed`] can make.

pub mod action;
pub mod entry;
pub mod guard;
pub mod header;
pub mod id;
pub mod list;
pub mod name;
pub mod overrule;
pub mod protected;
pub mod referral;
pub mod refusal;
pub mod status;
pub mod target;
