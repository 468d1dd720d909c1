//! Officers of the desk, folded from its events.

use crate::model::officer::OfficerRole;
use crate::wire::desk::officer::OfficerFact;
use crate::wire::desk::{DeskEvent, DeskFact};
use chrono::NaiveDate;

/// One officer as last registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskOfficer {
    /// Name.
    pub name: String,
    /// The office.
    pub unit: String,
    /// Number of the law-enforcement certificate; may be empty.
    pub certificate: String,
    /// What the officer does.
    pub role: OfficerRole,
    /// Code of the township that the officer speaks for; empty for the county.
    pub region: String,
    /// Number of the present key; empty without one.
    pub key_id: String,
    /// First day in force.
    pub from: NaiveDate,
    /// Last day in force, if bounded.
    pub until: Option<NaiveDate>,
    /// First day on which the registration is no longer in force, with the reason.
    pub ended: Option<(NaiveDate, String)>,
}

impl DeskOfficer {
    /// Whether the officer acts on this day.
    pub fn acts_on(&self, day: NaiveDate) -> bool {
        day >= self.from
            && self.until.is_none_or(|until| day <= until)
            && self.ended.as_ref().is_none_or(|(end, _)| day < *end)
    }
}

/// All officers, in the order in which they were first registered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Officers {
    all: Vec<DeskOfficer>,
}

impl Officers {
    /// Folds them from the desk's events.
    pub fn of(events: &[DeskEvent]) -> Self {
        let mut officers = Self::default();
        for event in events {
            if let DeskFact::Officer(fact) = &event.what {
                officers.learn(fact);
            }
        }
        officers
    }

    fn learn(&mut self, fact: &OfficerFact) {
        match fact {
            OfficerFact::Registered {
                name,
                unit,
                certificate,
                role,
                region,
                key_id,
                from,
                until,
                ..
            } => {
                let Some(role) = OfficerRole::parse(role) else {
                    return;
                };
                let officer = DeskOfficer {
                    name: name.clone(),
                    unit: unit.clone(),
                    certificate: certificate.clone(),
                    role,
                    region: region.clone(),
                    key_id: key_id.clone(),
                    from: *from,
                    until: *until,
                    ended: None,
                };
                match self.all.iter_mut().find(|o| o.name == *name) {
                    Some(known) => *known = officer,
                    None => self.all.push(officer),
                }
            }
            OfficerFact::Revoked {
                name,
                key_id,
                from,
                why,
            } => {
                let Some(officer) = self.all.iter_mut().find(|o| o.name == *name) else {
                    return;
                };
                if key_id.is_empty() {
                    officer.ended = Some((*from, why.clone()));
                } else if officer.key_id == *key_id {
                    officer.key_id.clear();
                }
            }
        }
    }

    /// All of them.
    pub fn all(&self) -> &[DeskOfficer] {
        &self.all
    }

    /// The officer of this name.
    pub fn get(&self, name: &str) -> Option<&DeskOfficer> {
        self.all.iter().find(|o| o.name == name)
    }

    /// The officer of this name, who must act on this day.
    ///
    /// # Errors
    /// Says that there is none, or that the registration is not in force, and what to do.
    pub fn acting(&self, name: &str, day: NaiveDate) -> Result<&DeskOfficer, String> {
        match self.get(name) {
            None => Err(format!(
                "{name} is not registered; `wangxun officers add` registers officers, `officers list` shows them"
            )),
            Some(officer) if !officer.acts_on(day) => Err(format!(
                "the registration of {name} is not in force on {day}; `wangxun officers add` renews it"
            )),
            Some(officer) => Ok(officer),
        }
    }
}
