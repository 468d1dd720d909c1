//! Handing items over to another office, and its receipt.

use super::{CustodyError, Grounds, record};
use crate::model::custody::Action;
use crate::storage::digest::sha256;
use crate::storage::journal::Act;
use crate::storage::package::moment;
use crate::storage::seal::Sealed;
use crate::storage::store::Store;
use crate::wire::custody_record::{CUSTODY_FORMAT, CustodyRecord, Receiver};
use crate::wire::file_digest::FileDigest;
use crate::wire::journal_entry::JournalEntry;
use chrono::{DateTime, Utc};

/// A handover before it has its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handover {
    /// Identifiers of the items.
    pub items: Vec<String>,
    /// Who receives.
    pub receiver: Receiver,
    /// Who hands over, why, and by which document.
    pub grounds: Grounds,
    /// When.
    pub now: DateTime<Utc>,
}

impl Store {
    /// Records a handover: every item must be whole. `form` writes the list in Chinese from record and items.
    pub fn transfer(
        &self,
        handover: &Handover,
        form: &dyn Fn(&CustodyRecord, &[Sealed]) -> String,
    ) -> Result<CustodyRecord, CustodyError> {
        if handover.grounds.authority.is_none() {
            return Err(CustodyError::NoAuthority {
                action: "a handover",
            });
        }
        if handover.items.is_empty() {
            return Err(CustodyError::Bad {
                what: "handover",
                detail: "name at least one item".to_owned(),
            });
        }
        let sealed = handover
            .items
            .iter()
            .map(|id| Sealed::open(self.home(), id))
            .collect::<Result<Vec<_>, _>>()?;
        let objects: Vec<FileDigest> = sealed.iter().map(Sealed::file_digest).collect();
        let draft = draft(handover, objects);
        let form = form(&draft, &sealed);
        let (record, _) = record::write(self.home(), self.journal(), draft, Some(&form))?;
        Ok(record)
    }

    /// Records that the receiver confirmed a handover; the document of receipt is the authority of `grounds`.
    pub fn receipt(&self, transfer: &str, grounds: &Grounds) -> Result<JournalEntry, CustodyError> {
        let unknown = || CustodyError::Unknown {
            what: "handover",
            name: transfer.to_owned(),
        };
        if !is_transfer_id(transfer) {
            return Err(unknown());
        }
        if grounds.authority.is_none() {
            return Err(CustodyError::NoAuthority {
                action: "a receipt",
            });
        }
        let path = record::path_of(self.home(), Action::Transfer, transfer).ok_or_else(unknown)?;
        if !path.is_file() {
            return Err(unknown());
        }
        let handed = record::read(self.home(), &path)?;
        let act: Act = grounds.act(Action::Receipt, transfer);
        let act = handed.objects.into_iter().fold(act, Act::file);
        self.record_custody(act)
    }
}

fn draft(handover: &Handover, objects: Vec<FileDigest>) -> CustodyRecord {
    let Grounds {
        actor,
        reason,
        authority,
    } = handover.grounds.clone();
    let made = moment(handover.now);
    let subject = transfer_id(&made.utc, &handover.receiver, &objects);
    CustodyRecord {
        format: CUSTODY_FORMAT.to_owned(),
        action: Action::Transfer.code().to_owned(),
        subject,
        made,
        actor: actor.name,
        role: actor.role,
        unit: actor.unit,
        approver: None,
        authority,
        reason,
        retained_until: None,
        within_retention: false,
        receiver: Some(handover.receiver.clone()),
        objects,
        form: None,
        remark: None,
    }
}

/// `tr-` and 20 characters of base32 (100 bits of SHA-256 over format, time, receiver and packages).
fn transfer_id(made: &str, receiver: &Receiver, objects: &[FileDigest]) -> String {
    let mut text = ["wangxun-transfer/1", made, &receiver.unit, &receiver.name].join("\n");
    for object in objects {
        text.push('\n');
        text.push_str(&object.sha256);
    }
    let digest = sha256(text.as_bytes());
    let text = base32::encode(base32::Alphabet::Rfc4648Lower { padding: false }, &digest);
    format!("tr-{}", text.get(..20).unwrap_or(&text))
}

/// Whether a text has the form of a handover's id.
pub(super) fn is_transfer_id(text: &str) -> bool {
    let good = |b: u8| b.is_ascii_lowercase() || (b'2'..=b'7').contains(&b);
    text.strip_prefix("tr-")
        .is_some_and(|rest| rest.len() == 20 && rest.bytes().all(good))
}
