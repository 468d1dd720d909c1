//! Deriving a copy without personal data from a sealed item.

use super::{CustodyError, Grounds};
use crate::model::custody::{Action, ItemKind};
use crate::storage::digest::sha256;
use crate::storage::error::StorageError;
use crate::storage::package::redacted::{self, Covering, Parent};
use crate::storage::package::{moment, text_of};
use crate::storage::seal::{Sealed, seal_package};
use crate::storage::store::Store;
use crate::wire::manifest::Tool;
use chrono::{DateTime, Utc};
use std::fs;

/// A copy to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redacting {
    /// What is covered.
    pub covering: Covering,
    /// Who orders it, and why.
    pub grounds: Grounds,
    /// The program.
    pub tool: Tool,
    /// When.
    pub now: DateTime<Utc>,
}

impl Store {
    /// Seals a copy of an item in which personal data is covered. The item itself stays as it is.
    pub fn redact(&self, id: &str, order: &Redacting) -> Result<Sealed, CustodyError> {
        let parent = Sealed::open(self.home(), id)?;
        if parent.manifest().custody.item_kind() == Some(ItemKind::Deposit) {
            return Err(CustodyError::Bad {
                what: "redaction",
                detail: format!(
                    "{id} holds files that were handed in; only the text of a page can be covered"
                ),
            });
        }
        let bytes = fs::read(parent.path()).map_err(StorageError::io("read", parent.path()))?;
        let text = text_of(&bytes).map_err(|why| StorageError::damaged(parent.path(), why))?;
        let from = Parent {
            manifest: parent.manifest(),
            package: parent.file_digest(),
            text: &text,
        };
        let visit = visit(id, order);
        let package = redacted::build(&from, &visit, &order.covering, &order.tool)?;
        let package = package.ok_or_else(|| CustodyError::Bad {
            what: "redaction",
            detail: "nothing of what is to be covered stands in the item".to_owned(),
        })?;
        let (home, journal) = (self.home(), self.journal());
        let name = (redacted::RUN, visit.as_str());
        let who = Some(&order.grounds.actor);
        let copy = seal_package(home, journal, name, who, || Ok(package))?;
        self.index().put(&copy.row(), copy.manifest())?;
        let covered = copy.manifest().custody.redactions.iter();
        let covered: Vec<String> = covered
            .map(|r| format!("{} {}", r.category, r.places))
            .collect();
        let told = Grounds {
            reason: format!(
                "{} covers {}; {}",
                copy.evidence_id(),
                covered.join(", "),
                order.grounds.reason
            ),
            ..order.grounds.clone()
        };
        self.record_custody(told.act(Action::Redact, id).file(copy.file_digest()))?;
        Ok(copy)
    }
}

/// The name of a copy: its parent, and a digest of order and time. The wordings themselves are left out, since a digest of
/// a short wording could be guessed.
fn visit(id: &str, order: &Redacting) -> String {
    let made = moment(order.now).utc;
    let mut text = ["wangxun-redaction/1", id, &made, &order.grounds.actor.name].join("\n");
    for wording in &order.covering.wordings {
        text.push('\n');
        text.push_str(&wording.len().to_string());
    }
    let digest = hex::encode(sha256(text.as_bytes()));
    format!("{id}-{}", digest.get(..16).unwrap_or(&digest))
}
