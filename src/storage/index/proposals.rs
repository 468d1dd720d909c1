//! Proposed sites and what was decided about them.

use super::{Index, from_json, index_error, json};
use crate::storage::error::StorageError;
use crate::wire::proposal::{Decision, Proposal, Sighting};

/// Ways of meeting a site that are kept.
const SIGHTINGS: usize = 12;
/// Sites that are kept; who meets more has no time to look at them.
const PROPOSALS: usize = 20_000;
/// Says that the decisions of the journals have been entered.
const KNOWN: &[u8] = b"\0known";

impl Index {
    /// Enters that a site was met. False when there are too many already.
    pub fn propose(&self, subject: &str, sighting: &Sighting) -> Result<bool, StorageError> {
        let known = self.proposal(subject)?;
        if known.is_none() && self.proposals.len() >= PROPOSALS {
            return Ok(false);
        }
        let mut proposal = known.unwrap_or_else(|| Proposal {
            subject: subject.to_owned(),
            times: 0,
            first: sighting.at,
            last: sighting.at,
            sightings: Vec::new(),
        });
        let again = |s: &Sighting| {
            (s.kind, &s.page, &s.url, &s.receipt)
                == (
                    sighting.kind,
                    &sighting.page,
                    &sighting.url,
                    &sighting.receipt,
                )
        };
        if sighting.receipt.is_some() && proposal.sightings.iter().any(again) {
            return Ok(true);
        }
        proposal.times += 1;
        proposal.last = proposal.last.max(sighting.at);
        if !proposal.sightings.iter().any(again) && proposal.sightings.len() < SIGHTINGS {
            proposal.sightings.push(sighting.clone());
        }
        let value = json("proposal", &proposal)?;
        let set = self.proposals.insert(subject.as_bytes(), value);
        set.map(|_| true).map_err(index_error)
    }

    /// One proposal.
    pub fn proposal(&self, subject: &str) -> Result<Option<Proposal>, StorageError> {
        let value = self.proposals.get(subject).map_err(index_error)?;
        value.map(|bytes| from_json(&bytes)).transpose()
    }

    /// All proposals, by subject.
    pub fn proposals(&self) -> Result<Vec<Proposal>, StorageError> {
        let rows = self.proposals.iter().values();
        rows.map(|value| from_json(&value.map_err(index_error)?))
            .collect()
    }

    /// Whether the decisions of the journals have been entered.
    pub(crate) fn knows_decisions(&self) -> Result<bool, StorageError> {
        self.decisions.contains_key(KNOWN).map_err(index_error)
    }

    /// Says that they have.
    pub(crate) fn set_knows_decisions(&self) -> Result<(), StorageError> {
        let set = self.decisions.insert(KNOWN, &[]);
        set.map(|_| ()).map_err(index_error)
    }

    /// Enters a decision; the last one holds.
    pub(crate) fn decide(&self, decision: &Decision) -> Result<(), StorageError> {
        let value = json("decision", decision)?;
        let set = self.decisions.insert(decision.subject.as_bytes(), value);
        set.map(|_| ()).map_err(index_error)
    }

    /// What was decided about a site.
    pub fn decision(&self, subject: &str) -> Result<Option<Decision>, StorageError> {
        let value = self.decisions.get(subject).map_err(index_error)?;
        value.map(|bytes| from_json(&bytes)).transpose()
    }

    /// All decisions, by subject.
    pub fn decisions(&self) -> Result<Vec<Decision>, StorageError> {
        let rows = self.decisions.iter();
        let rows = rows.filter(|row| row.as_ref().map_or(true, |(key, _)| key.as_ref() != KNOWN));
        rows.map(|row| from_json(&row.map_err(index_error)?.1))
            .collect()
    }
}
