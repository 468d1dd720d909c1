//! Sealing files that somebody handed in: uploads, tips, photographs.

use super::{CustodyError, Grounds};
use crate::model::custody::Action;
use crate::storage::digest::sha256;
use crate::storage::package::deposit::{
    self, Deposit, IncomingFile, MOST_BYTES, MOST_FILES, MOST_TOTAL,
};
use crate::storage::package::moment;
use crate::storage::seal::{Sealed, seal_package};
use crate::storage::store::Store;
use crate::wire::custody::{ItemCustody, Origin};
use crate::wire::manifest::Tool;
use chrono::{DateTime, Utc};

/// Files to be sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Depositing {
    /// The files, in order.
    pub files: Vec<IncomingFile>,
    /// Kind, statement, role and time of receipt; the list of files is filled in when it is sealed.
    pub origin: Origin,
    /// Case, officers who received them, witness.
    pub custody: ItemCustody,
    /// Who seals them, and why.
    pub grounds: Grounds,
    /// The program.
    pub tool: Tool,
    /// When.
    pub now: DateTime<Utc>,
}

impl Store {
    /// Seals files with a statement of their origin. The journal tells kind, number and role, never the statement.
    pub fn deposit(&self, order: &Depositing) -> Result<Sealed, CustodyError> {
        within_limits(&order.files)?;
        let visit = visit(order);
        let draft = Deposit {
            files: &order.files,
            visit: &visit,
            origin: &order.origin,
            custody: &order.custody,
            tool: &order.tool,
            now: order.now,
        };
        let name = (deposit::RUN, visit.as_str());
        let who = Some(&order.grounds.actor);
        let build = || deposit::build(&draft);
        let sealed = seal_package(self.home(), self.journal(), name, who, build)?;
        self.index().put(&sealed.row(), sealed.manifest())?;
        let told = Grounds {
            reason: format!(
                "{}, {} files, provided by {}; {}",
                order.origin.kind,
                order.files.len(),
                order.origin.provided_by,
                order.grounds.reason
            ),
            ..order.grounds.clone()
        };
        let act = told.act(Action::Deposit, sealed.evidence_id());
        self.record_custody(act.file(sealed.file_digest()))?;
        Ok(sealed)
    }
}

fn within_limits(files: &[IncomingFile]) -> Result<(), CustodyError> {
    let bad = |detail: String| {
        Err(CustodyError::Bad {
            what: "deposit",
            detail,
        })
    };
    if files.is_empty() || files.len() > MOST_FILES {
        return bad(format!("give 1 to {MOST_FILES} files"));
    }
    let sizes = files.iter().map(|f| f.bytes.len() as u64);
    if sizes.clone().any(|size| size > MOST_BYTES) || sizes.sum::<u64>() > MOST_TOTAL {
        return bad(format!(
            "a file may have {MOST_BYTES} bytes, all together {MOST_TOTAL}"
        ));
    }
    Ok(())
}

/// The name of a deposit: its time, and a digest of its files. The same files handed in again are another deposit.
fn visit(order: &Depositing) -> String {
    let made = moment(order.now).utc;
    let mut text = ["wangxun-deposit/1", &made].join("\n");
    for file in &order.files {
        text.push('\n');
        text.push_str(&hex::encode(sha256(&file.bytes)));
    }
    let digest = hex::encode(sha256(text.as_bytes()));
    format!("{made}-{}", digest.get(..16).unwrap_or(&digest))
}
