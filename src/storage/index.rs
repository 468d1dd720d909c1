//! The evidence index (sled): lists of items and findings. It is no truth: it can be deleted and built again from the
//! packages at any time, and is when it cannot be opened.

mod custody;
mod pages;
mod proposals;
mod reaudits;
pub mod signals;

use super::error::StorageError;
use crate::model::note::Note;
use crate::wire::alert::AlertRow;
use crate::wire::item_row::{FindingRow, ItemRow};
use crate::wire::manifest::Manifest;
use chrono::{DateTime, Utc};
use sled::transaction::{ConflictableTransactionError, TransactionError, Transactional};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

/// A damaged database can make the engine spin for ever while it opens; after this it is given up and set aside.
const OPEN_LIMIT: Duration = Duration::from_secs(60);
const CACHE_BYTES: u64 = 16 * 1024 * 1024;
const FLUSH_MS: u64 = 500;

/// The index, open for reading and writing by one process.
pub struct Index {
    db: sled::Db,
    items: sled::Tree,
    findings: sled::Tree,
    alerts: sled::Tree,
    /// Keys: field, value, time, id. Values are empty.
    order: sled::Tree,
    counts: sled::Tree,
    /// The last re-audit of each page, by evidence id.
    reaudits: sled::Tree,
    /// Ids of the re-audit records entered. Values are empty.
    records: sled::Tree,
    /// How far interrupted re-audits came. Lost with the index, they only begin anew.
    progress: sled::Tree,
    /// Holds and decisions, as the journals tell them.
    custody: sled::Tree,
    /// Sites, pages and signals: not of the packages, so not emptied when the lists are.
    memory: signals::MemoryTrees,
    /// What is remembered of pages between runs. Lost with the index, they are fetched anew.
    pages: sled::Tree,
    /// Sites that could be watched. Lost with the index, they are met again.
    proposals: sled::Tree,
    /// What was decided about them, as the journals tell it.
    decisions: sled::Tree,
}

/// Which items (or the findings of which items) are wanted. Empty fields do not narrow.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ItemQuery {
    /// Exactly this address, asked for or final.
    pub url: Option<String>,
    /// This host of the final address.
    pub host: Option<String>,
    /// This seed.
    pub seed: Option<String>,
    /// With a finding of this rule.
    pub rule: Option<String>,
    /// Of this run.
    pub run: Option<String>,
    /// Of this kind, by the word of [`crate::model::custody::ItemKind`].
    pub kind: Option<String>,
    /// Captured at or after.
    pub from: Option<DateTime<Utc>>,
    /// Captured before.
    pub until: Option<DateTime<Utc>>,
    /// So many are passed over first.
    pub skip: usize,
    /// At most so many; 0 = all.
    pub limit: usize,
}

/// How much the index holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Items.
    pub items: u64,
    /// Findings in them.
    pub findings: u64,
}

impl Index {
    /// Opens the index in this folder. A database that cannot be opened is moved aside and an empty one begun; the
    /// note says so, and that the index is to be rebuilt.
    pub fn open(folder: &Path) -> Result<(Self, Vec<Note>), StorageError> {
        match open_watched(folder) {
            Ok(index) => Ok((index, Vec::new())),
            Err(why) => {
                set_aside(folder)?;
                let index =
                    open_watched(folder).map_err(|detail| StorageError::Index { detail })?;
                let message = format!("the index could not be opened ({why}) and was set aside");
                Ok((index, vec![Note::new("index-set-aside", message)]))
            }
        }
    }

    fn from_db(db: sled::Db) -> Result<Self, sled::Error> {
        Ok(Self {
            items: db.open_tree("items")?,
            findings: db.open_tree("findings")?,
            alerts: db.open_tree("alerts")?,
            order: db.open_tree("order")?,
            counts: db.open_tree("counts")?,
            reaudits: db.open_tree("reaudits")?,
            records: db.open_tree("reaudit-records")?,
            progress: db.open_tree("reaudit-progress")?,
            custody: db.open_tree("custody")?,
            memory: signals::MemoryTrees::open(&db)?,
            pages: db.open_tree("pages")?,
            proposals: db.open_tree("proposals")?,
            decisions: db.open_tree("decisions")?,
            db,
        })
    }

    /// Enters an item with its findings; entering it again changes nothing.
    pub fn put(&self, row: &ItemRow, manifest: &Manifest) -> Result<(), StorageError> {
        let id = row.evidence_id.as_bytes();
        let value = json("item row", row)?;
        let findings = FindingRow::all(manifest)
            .iter()
            .map(|f| {
                Ok((
                    finding_key(&f.evidence_id, f.number),
                    json("finding row", f)?,
                ))
            })
            .collect::<Result<Vec<_>, StorageError>>()?;
        let alerts = AlertRow::all(manifest)
            .iter()
            .map(|a| Ok((finding_key(&a.evidence_id, a.number), json("alert row", a)?)))
            .collect::<Result<Vec<_>, StorageError>>()?;
        let keys = order_keys(row);
        let trees = (
            &self.items,
            &self.findings,
            &self.alerts,
            &self.order,
            &self.counts,
        );
        let result = trees.transaction(|(items, stored, warned, order, counts)| {
            if items.insert(id, value.as_slice())?.is_some() {
                return Ok(());
            }
            for (key, finding) in &findings {
                stored.insert(key.as_slice(), finding.as_slice())?;
            }
            for (key, alert) in &alerts {
                warned.insert(key.as_slice(), alert.as_slice())?;
            }
            for key in &keys {
                order.insert(key.as_slice(), &[])?;
            }
            add(counts, "items", 1)?;
            add(counts, "findings", findings.len() as u64)
        });
        result.map_err(|e: TransactionError<()>| index_error(format!("{e:?}")))
    }

    /// One item.
    pub fn get(&self, evidence_id: &str) -> Result<Option<ItemRow>, StorageError> {
        let value = self.items.get(evidence_id).map_err(index_error)?;
        value.map(|bytes| from_json(&bytes)).transpose()
    }

    /// Items, newest first.
    pub fn items(&self, query: &ItemQuery) -> Result<Vec<ItemRow>, StorageError> {
        let mut skip = query.skip;
        let mut rows = Vec::new();
        self.each(query, &mut |row| {
            if skip > 0 {
                skip -= 1;
                return Ok(true);
            }
            rows.push(row);
            Ok(query.limit == 0 || rows.len() < query.limit)
        })?;
        Ok(rows)
    }

    /// Findings of the items wanted, newest item first. With a rule in the query only those of the rule; skip and
    /// limit count findings.
    pub fn findings(&self, query: &ItemQuery) -> Result<Vec<FindingRow>, StorageError> {
        let mut skip = query.skip;
        let mut rows = Vec::new();
        self.each(query, &mut |item| {
            for found in self.findings.scan_prefix(finding_prefix(&item.evidence_id)) {
                let row: FindingRow = from_json(&found.map_err(index_error)?.1)?;
                if query
                    .rule
                    .as_ref()
                    .is_some_and(|rule| *rule != row.finding.rule)
                {
                    continue;
                }
                if skip > 0 {
                    skip -= 1;
                    continue;
                }
                rows.push(row);
                if query.limit != 0 && rows.len() >= query.limit {
                    return Ok(false);
                }
            }
            Ok(true)
        })?;
        Ok(rows)
    }

    /// The findings of one item as sealed, by number.
    pub fn findings_of(&self, evidence_id: &str) -> Result<Vec<FindingRow>, StorageError> {
        let rows = self.findings.scan_prefix(finding_prefix(evidence_id));
        rows.values()
            .map(|value| from_json(&value.map_err(index_error)?))
            .collect()
    }

    /// Warnings of opinion and crowds in the items wanted, newest item first; skip and limit count warnings.
    pub fn alerts(&self, query: &ItemQuery) -> Result<Vec<AlertRow>, StorageError> {
        let mut skip = query.skip;
        let mut rows = Vec::new();
        self.each(query, &mut |item| {
            for found in self.alerts.scan_prefix(finding_prefix(&item.evidence_id)) {
                if skip > 0 {
                    skip -= 1;
                    continue;
                }
                rows.push(from_json(&found.map_err(index_error)?.1)?);
                if query.limit != 0 && rows.len() >= query.limit {
                    return Ok(false);
                }
            }
            Ok(true)
        })?;
        Ok(rows)
    }

    fn each(
        &self,
        query: &ItemQuery,
        give: &mut dyn FnMut(ItemRow) -> Result<bool, StorageError>,
    ) -> Result<(), StorageError> {
        for key in self.order.scan_prefix(prefix_of(query)).keys().rev() {
            let key = key.map_err(index_error)?;
            let id = key.rsplit(|b| *b == 0).next().unwrap_or_default();
            let Some(bytes) = self.items.get(id).map_err(index_error)? else {
                continue;
            };
            let row: ItemRow = from_json(&bytes)?;
            if matches(query, &row) && !give(row)? {
                break;
            }
        }
        Ok(())
    }

    /// How much it holds, from kept counters.
    pub fn counts(&self) -> Result<Counts, StorageError> {
        let read = |name: &str| -> Result<u64, StorageError> {
            let value = self.counts.get(name).map_err(index_error)?;
            Ok(value.map_or(0, |bytes| number(&bytes)))
        };
        Ok(Counts {
            items: read("items")?,
            findings: read("findings")?,
        })
    }

    /// Empties it.
    pub fn clear(&self) -> Result<(), StorageError> {
        for tree in [
            &self.items,
            &self.findings,
            &self.alerts,
            &self.order,
            &self.counts,
            &self.reaudits,
            &self.records,
            &self.custody,
            &self.decisions,
        ] {
            tree.clear().map_err(index_error)?;
        }
        Ok(())
    }

    /// Puts to disk what is still in memory.
    pub fn flush(&self) -> Result<(), StorageError> {
        self.db.flush().map(|_| ()).map_err(index_error)
    }
}

/// Opens in a thread of its own, so that an engine that panics or never returns takes nothing else with it.
fn open_watched(folder: &Path) -> Result<Index, String> {
    let (send, receive) = mpsc::channel();
    let path = folder.to_owned();
    let opened = std::thread::Builder::new()
        .name("index-open".to_owned())
        .spawn(move || {
            let open = || {
                sled::Config::new()
                    .path(&path)
                    .cache_capacity(CACHE_BYTES)
                    .flush_every_ms(Some(FLUSH_MS))
                    .open()
                    .and_then(Index::from_db)
                    .map_err(|e| e.to_string())
            };
            let result = catch_unwind(AssertUnwindSafe(open));
            // Nobody may be waiting any more, and then nobody needs the answer.
            let _ = send.send(result.unwrap_or_else(|_| Err("the engine panicked".to_owned())));
        });
    opened.map_err(|e| e.to_string())?;
    receive
        .recv_timeout(OPEN_LIMIT)
        .map_err(|_| format!("the engine did not answer in {} s", OPEN_LIMIT.as_secs()))?
}

fn set_aside(folder: &Path) -> Result<(), StorageError> {
    let stamp = Utc::now().format("%Y%m%dT%H%M%S%3fZ");
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let aside = folder.with_file_name(format!("{name}.broken-{stamp}"));
    std::fs::rename(folder, &aside).map_err(StorageError::io("set aside", folder))
}

/// Every way in which an item can be listed: all, and by each field. The times make each list one of dates.
fn order_keys(row: &ItemRow) -> Vec<Vec<u8>> {
    let mut fields = vec![
        ("all", ""),
        ("host", row.host.as_str()),
        ("run", row.run.as_str()),
        ("kind", row.kind.as_str()),
        ("seed", row.seed.as_str()),
        ("url", row.url.as_str()),
        ("url", row.requested_url.as_str()),
    ];
    fields.extend(row.rules.iter().map(|rule| ("rule", rule.as_str())));
    let key = |(field, value): (&str, &str)| {
        let mut key = order_prefix(field, value);
        key.extend_from_slice(row.captured.as_bytes());
        key.push(0);
        key.extend_from_slice(row.evidence_id.as_bytes());
        key
    };
    fields.into_iter().map(key).collect()
}

fn order_prefix(field: &str, value: &str) -> Vec<u8> {
    // A zero byte in a value would end it early; no address or name has one.
    let value = value.replace('\0', " ");
    [field.as_bytes(), value.as_bytes(), b""].join(&0)
}

/// The list to walk: of the narrowest field that was given.
fn prefix_of(query: &ItemQuery) -> Vec<u8> {
    let fields = [
        ("url", &query.url),
        ("kind", &query.kind),
        ("host", &query.host),
        ("rule", &query.rule),
        ("seed", &query.seed),
        ("run", &query.run),
    ];
    let given = fields
        .into_iter()
        .find_map(|(field, value)| value.as_deref().map(|v| (field, v)));
    let (field, value) = given.unwrap_or(("all", ""));
    order_prefix(field, value)
}

fn matches(query: &ItemQuery, row: &ItemRow) -> bool {
    let same = |wanted: &Option<String>, value: &str| wanted.as_ref().is_none_or(|w| w == value);
    let captured = row.captured.parse::<DateTime<Utc>>().unwrap_or_default();
    (same(&query.url, &row.url) || same(&query.url, &row.requested_url))
        && same(&query.host, &row.host)
        && same(&query.seed, &row.seed)
        && same(&query.run, &row.run)
        && same(&query.kind, &row.kind)
        && query
            .rule
            .as_ref()
            .is_none_or(|rule| row.rules.contains(rule))
        && query.from.is_none_or(|from| captured >= from)
        && query.until.is_none_or(|until| captured < until)
}

fn finding_prefix(id: &str) -> Vec<u8> {
    [id.as_bytes(), &[0]].concat()
}

fn finding_key(id: &str, number: u32) -> Vec<u8> {
    [finding_prefix(id).as_slice(), &number.to_be_bytes()].concat()
}

fn add(
    counts: &sled::transaction::TransactionalTree,
    name: &str,
    by: u64,
) -> Result<(), ConflictableTransactionError<()>> {
    let now = counts.get(name)?.map_or(0, |bytes| number(&bytes));
    counts.insert(name, &(now + by).to_be_bytes())?;
    Ok(())
}

fn number(bytes: &[u8]) -> u64 {
    bytes.try_into().map_or(0, u64::from_be_bytes)
}

fn json(what: &'static str, value: &impl serde::Serialize) -> Result<Vec<u8>, StorageError> {
    serde_json::to_vec(value).map_err(|source| StorageError::Json { what, source })
}

fn from_json<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Result<T, StorageError> {
    serde_json::from_slice(bytes).map_err(|e| index_error(format!("a row cannot be read: {e}")))
}

fn index_error(detail: impl std::fmt::Display) -> StorageError {
    StorageError::Index {
        detail: detail.to_string(),
    }
}
