//! Decisions about proposed sites, and tips. Decisions stand in the journal; the index keeps a copy. Tips are kept as
//! records, written once under `tips/` and fixed by the journal.

use super::custody::for_each_entry;
use super::digest::digests;
use super::durable;
use super::error::StorageError;
use super::journal::Act;
use super::store::Store;
use crate::model::custody::{Action, Actor};
use crate::wire::file_digest::FileDigest;
use crate::wire::journal_entry::JournalEntry;
use crate::wire::proposal::{Decision, ProposalKind, Sighting};
use crate::wire::tip::{TIPS_FORMAT, TipsRecord};
use std::fs;

/// Before the subject in the journal.
const SITE: &str = "site:";

fn decision_of(entry: &JournalEntry) -> Option<Decision> {
    let accepted = entry.action == Action::SeedAccept.code();
    let rejected = entry.action == Action::SeedReject.code();
    let subject = entry.object.strip_prefix(SITE)?;
    (accepted || rejected).then(|| Decision {
        subject: subject.to_owned(),
        accepted,
        reason: entry.reason.clone().unwrap_or_default(),
        actor: entry.actor.clone(),
        at: entry.time.clone(),
    })
}

impl Store {
    /// Sees to it that the index knows what the journals say of decisions and the records of tips.
    pub fn take_up_discoveries(&self) -> Result<(), StorageError> {
        if self.index().knows_decisions()? {
            return Ok(());
        }
        let mut decisions = Vec::new();
        for_each_entry(self.home(), &mut |entry| {
            decisions.extend(decision_of(&entry))
        })?;
        decisions.sort_by(|a, b| a.at.cmp(&b.at));
        for decision in &decisions {
            self.index().decide(decision)?;
        }
        for path in durable::list(&self.home().root().join("tips"))? {
            let bytes = fs::read(&path).map_err(StorageError::io("read", &path))?;
            match serde_json::from_slice::<TipsRecord>(&bytes) {
                Ok(record) => self.propose_tips(&record)?,
                Err(error) => tracing::warn!("{}: {error}", path.display()),
            }
        }
        self.index().set_knows_decisions()
    }

    /// Decides about a site, for ever or until the next decision.
    pub fn decide_site(
        &self,
        subject: &str,
        accepted: bool,
        reason: &str,
        actor: &Actor,
    ) -> Result<Decision, StorageError> {
        let action = if accepted {
            Action::SeedAccept
        } else {
            Action::SeedReject
        };
        let act = Act::new(action, format!("{SITE}{subject}"));
        let entry = self.record(act.reason(reason).by(actor.clone()))?;
        let decision = Decision {
            subject: subject.to_owned(),
            accepted,
            reason: reason.to_owned(),
            actor: actor.name.clone(),
            at: entry.time,
        };
        self.index().decide(&decision)?;
        Ok(decision)
    }

    /// Keeps tips, and proposes their sites. False when the same file was taken in before.
    pub fn take_in_tips(&self, record: &TipsRecord, actor: &Actor) -> Result<bool, StorageError> {
        super::home::check_name("tips", &record.id)?;
        let folder = self.home().root().join("tips");
        let path = folder.join(format!("{}.json", record.id));
        if path.exists() {
            return Ok(false);
        }
        durable::create_dir(&folder)?;
        let what = "tips";
        let mut bytes = serde_json::to_vec_pretty(record)
            .map_err(|source| StorageError::Json { what, source })?;
        bytes.push(b'\n');
        let aside = self.home().tmp().join(format!("{}.json", record.id));
        durable::write_for_ever(&path, &aside, &bytes)?;
        let file = FileDigest::new(self.home().relative(&path), &digests(&bytes));
        let said = format!(
            "tips {}; file sha256 {}",
            record.tips.len(),
            record.file_sha256
        );
        let act = Act::new(Action::TipsImport, record.id.as_str());
        self.record(act.file(file).reason(said).by(actor.clone()))?;
        self.propose_tips(record)?;
        Ok(true)
    }

    fn propose_tips(&self, record: &TipsRecord) -> Result<(), StorageError> {
        debug_assert_eq!(record.format, TIPS_FORMAT);
        for tip in &record.tips {
            let sighting = Sighting {
                kind: ProposalKind::Tip,
                url: tip.url.clone(),
                page: String::new(),
                seed: String::new(),
                slot: None,
                text: tip.note.clone(),
                evidence_id: None,
                receipt: Some(tip.receipt.clone()),
                at: record.made,
            };
            self.index().propose(&tip.subject, &sighting)?;
        }
        Ok(())
    }
}
