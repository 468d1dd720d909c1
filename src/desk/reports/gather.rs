//! Facts from the desk's events: what had happened by a moment, in the order of the journal.

use super::facts::Facts;
use super::{list_rows, subject_rows};
use crate::desk::campaigns::campaigns;
use crate::desk::cases::Cases;
use crate::desk::duty::Duty;
use crate::desk::opinion::{Handling, WarningId, handlings};
use crate::desk::tips::tips;
use crate::model::region::Units;
use crate::wire::desk::DeskEvent;
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

/// What events before `end` tell, and what was done about warnings.
pub fn gather(
    events: &[DeskEvent],
    units: &Units,
    end: DateTime<Utc>,
) -> (Facts, BTreeMap<WarningId, Vec<Handling>>) {
    let before: Vec<DeskEvent> = events.iter().filter(|e| e.at < end).cloned().collect();
    let duty = Duty::of(&before);
    let mut facts = Facts {
        cases: Cases::of(&before),
        tips: tips(&before),
        campaigns: campaigns(&before),
        roster: duty.roster,
        handovers: duty.handovers,
        ..Facts::default()
    };
    subject_rows::add(&mut facts, &before, units);
    list_rows::add(&mut facts, &before, end);
    (facts, handlings(&before))
}
