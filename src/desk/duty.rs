//! Duty: who is on duty, and what one shift handed to the next, folded from the desk's events.

use super::decide::{Refused, because};
use crate::wire::desk::duty::{DutyFact, Handover, Shift};
use crate::wire::desk::{DeskEvent, DeskFact};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::BTreeMap;

/// A handover of shifts (交接班) that was entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShiftHandover {
    /// When it was entered.
    pub at: DateTime<Utc>,
    /// What was handed over.
    pub what: Handover,
}

/// The roster, by day and shift, and all handovers in the order in which they were entered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Duty {
    /// The last entry of each day and shift.
    pub roster: Vec<Shift>,
    /// Handovers.
    pub handovers: Vec<ShiftHandover>,
}

impl Duty {
    /// Folds it from the desk's events.
    pub fn of(events: &[DeskEvent]) -> Self {
        let mut roster: BTreeMap<(NaiveDate, String), Shift> = BTreeMap::new();
        let mut handovers = Vec::new();
        for event in events {
            let DeskFact::Duty(fact) = &event.what else {
                continue;
            };
            match fact.clone() {
                DutyFact::Rostered(entry) => {
                    roster.insert((entry.day, entry.shift.clone()), entry);
                }
                DutyFact::HandedOver(what) => handovers.push(ShiftHandover { at: event.at, what }),
            }
        }
        Self {
            roster: roster.into_values().collect(),
            handovers,
        }
    }

    /// The shift of a day, when it is on the roster.
    pub fn shift(&self, day: NaiveDate, shift: &str) -> Option<&Shift> {
        self.roster
            .iter()
            .find(|s| s.day == day && s.shift == shift)
    }
}

/// Hands a shift over.
///
/// # Errors
/// Says that one person stands on both sides, that the one who hands over was not on duty, or that it was handed over
/// already.
pub fn hand_over(duty: &Duty, handover: Handover) -> Result<DutyFact, Refused> {
    let (day, shift, from) = (handover.day, &handover.shift, &handover.from);
    if *from == handover.to {
        return Err(because(format!(
            "{from} cannot take over from {from}: name another officer"
        )));
    }
    if let Some(on) = duty.shift(day, shift)
        && on.leader != *from
        && !on.officers.contains(from)
    {
        return Err(because(format!(
            "{from} was not on duty in {day} {shift}: there were {}",
            on.officers.join(", ")
        )));
    }
    let mut before = duty.handovers.iter().map(|h| &h.what);
    if let Some(before) = before.find(|h| h.day == day && h.shift == *shift && h.from == *from) {
        return Err(because(format!(
            "{from} handed {day} {shift} over to {} already",
            before.to
        )));
    }
    Ok(DutyFact::HandedOver(handover))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::desk::event;

    #[test]
    fn who_was_on_duty_hands_over_once_to_somebody_else() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 1).unwrap();
        let rostered = DutyFact::Rostered(Shift {
            day,
            shift: "白班".to_owned(),
            officers: vec!["甲某".to_owned()],
            leader: "丙某".to_owned(),
        });
        let mut events = vec![event(Utc::now(), "丙某", DeskFact::Duty(rostered))];
        let handover = |from: &str, to: &str| Handover {
            day,
            shift: "白班".to_owned(),
            from: from.to_owned(),
            to: to.to_owned(),
            done: "巡查两轮".to_owned(),
            left: "无".to_owned(),
            cases: Vec::new(),
        };
        let duty = Duty::of(&events);
        let why = |h| hand_over(&duty, h).unwrap_err().to_string();
        assert!(why(handover("甲某", "甲某")).contains("another officer"));
        assert!(why(handover("丁某", "乙某")).contains("not on duty"));
        let fact = hand_over(&duty, handover("甲某", "乙某")).unwrap();
        events.push(event(Utc::now(), "甲某", DeskFact::Duty(fact)));
        let duty = Duty::of(&events);
        let again = hand_over(&duty, handover("甲某", "丁某")).unwrap_err();
        assert!(again.to_string().contains("乙某 already"), "{again}");
    }
}
