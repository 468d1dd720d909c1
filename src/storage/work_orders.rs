//! Orders to the patrol, `orders/` in the home: written once by officers, closed once by the patrol. They are no evidence;
//! the journal tells of both.

use super::digest::{digests, sha256};
use super::durable;
use super::error::StorageError;
use super::home::Home;
use super::journal::Act;
use super::store::Store;
use crate::model::custody::{Action, Actor};
use crate::model::note::Note;
use crate::wire::file_digest::FileDigest;
use crate::wire::moment;
use crate::wire::work_order::{ORDER_FORMAT, RecheckDone, RecheckOrder};
use chrono::{DateTime, Utc};
use std::fs;
use std::path::{Path, PathBuf};

/// Ending of the file that closes an order.
const DONE: &str = "done.json";

/// An address that is to be seen again.
#[derive(Debug, Clone)]
pub struct RecheckDraft {
    /// The address.
    pub url: String,
    /// The seed of whose list it is visited.
    pub seed: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
    /// Number of the case.
    pub case_no: Option<String>,
    /// Why, in Chinese.
    pub reason: String,
}

fn folder(root: &Path) -> PathBuf {
    root.join("orders")
}

/// Orders that are not closed, the earliest first, and what could not be read.
pub fn open(root: &Path) -> Result<(Vec<RecheckOrder>, Vec<Note>), StorageError> {
    let mut orders = Vec::new();
    let mut notes = Vec::new();
    for path in durable::list(&folder(root))? {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let is_order = name.ends_with(".json") && !name.ends_with(DONE);
        if !is_order || path.with_extension(DONE).exists() {
            continue;
        }
        let bytes = fs::read(&path).map_err(StorageError::io("read", &path))?;
        match serde_json::from_slice::<RecheckOrder>(&bytes) {
            Ok(order) if order.format == ORDER_FORMAT && name == format!("{}.json", order.id) => {
                orders.push(order);
            }
            Ok(_) => notes.push(Note::new(
                "order-unreadable",
                format!("{name}: another form"),
            )),
            Err(e) => notes.push(Note::new("order-unreadable", format!("{name}: {e}"))),
        }
    }
    orders.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
    Ok((orders, notes))
}

/// What came of an order; `None` while it is open.
pub fn outcome(root: &Path, id: &str) -> Result<Option<RecheckDone>, StorageError> {
    super::home::check_name("order", id)?;
    let path = folder(root).join(format!("{id}.{DONE}"));
    match fs::read(&path) {
        Ok(bytes) => serde_json::from_slice(&bytes)
            .map(Some)
            .map_err(|e| StorageError::damaged(&path, e.to_string())),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(StorageError::io("read", &path)(e)),
    }
}

impl Store {
    /// Puts an order into the queue and enters it in the journal. The same order given twice is one.
    pub fn order_recheck(
        &self,
        draft: RecheckDraft,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<RecheckOrder, StorageError> {
        let parts = [
            ORDER_FORMAT,
            &draft.url,
            draft.seed.as_deref().unwrap_or(""),
            &moment::text(&draft.at),
            draft.case_no.as_deref().unwrap_or(""),
            &draft.reason,
        ];
        let digest = sha256(parts.join("\n").as_bytes());
        let name = base32::encode(base32::Alphabet::Rfc4648Lower { padding: false }, &digest);
        let order = RecheckOrder {
            format: ORDER_FORMAT.to_owned(),
            id: format!("or-{}", name.get(..20).unwrap_or(&name)),
            url: draft.url,
            seed: draft.seed,
            at: draft.at,
            case_no: draft.case_no,
            reason: draft.reason,
            ordered_by: actor.name.clone(),
            made: now,
        };
        let path = folder(self.home().root()).join(format!("{}.json", order.id));
        if !path.exists() {
            let file = write_once(self.home(), &path, "order", &order)?;
            let act = Act::new(Action::RecheckOrder, order.id.as_str()).by(actor.clone());
            let when = format!("to be seen at {}", moment::text(&order.at));
            self.record(act.file(file).reason(when))?;
        }
        Ok(order)
    }

    /// Closes an order; one that is closed stays as it is.
    pub fn close_recheck(&self, done: &RecheckDone) -> Result<(), StorageError> {
        super::home::check_name("order", &done.id)?;
        let path = folder(self.home().root()).join(format!("{}.{DONE}", done.id));
        if path.exists() {
            return Ok(());
        }
        let file = write_once(self.home(), &path, "end of an order", done)?;
        let said = match (done.not_seen.as_str(), done.status) {
            ("", status) => format!("run {}; status {status}", done.run),
            (why, _) => format!("run {}; not seen: {why}", done.run),
        };
        let act = Act::new(Action::RecheckDone, done.id.as_str());
        self.record(act.file(file).reason(said)).map(|_| ())
    }
}

fn write_once(
    home: &Home,
    path: &Path,
    what: &'static str,
    value: &impl serde::Serialize,
) -> Result<FileDigest, StorageError> {
    let mut bytes =
        serde_json::to_vec_pretty(value).map_err(|source| StorageError::Json { what, source })?;
    bytes.push(b'\n');
    durable::create_dir(&folder(home.root()))?;
    let name = path.file_name().unwrap_or_default();
    durable::write_for_ever(path, &home.tmp().join(name), &bytes)?;
    Ok(FileDigest::new(home.relative(path), &digests(&bytes)))
}
