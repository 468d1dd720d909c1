//! The memory of politeness groups, shared by all runs. Tree `hosts`:
//!
//! | key | row |
//! |---|---|
//! | `G` name | group number u32 |
//! | `N` group number u32 | name |
//! | `H` group number u32 | group without robots.txt copies |
//! | `R` group number u32, 8 bytes of the origin's SHA-256 | robots.txt copy |

use crate::model::host_memory::{HostMemory, RobotsCopy};
use crate::storage::frontier::error::FrontierError;
use crate::wire::frontier::{GroupRow, decode_robots, encode_robots};
use crate::wire::rows::RowError;
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use sled::{Batch, Tree};
use std::collections::BTreeMap;

/// robots.txt copies kept per group, newest first: a name with wildcard DNS has hosts without end.
const ROBOTS_MAX: usize = 64;

/// The tree of groups.
#[derive(Debug)]
pub(super) struct Hosts {
    tree: Tree,
    next: u32,
}

impl Hosts {
    /// Takes the tree and finds the next free number.
    pub(super) fn load(tree: Tree) -> Result<Self, FrontierError> {
        let next = match tree.scan_prefix(b"N").next_back() {
            None => 0,
            Some(row) => number(row?.0.get(1..).unwrap_or_default())?.saturating_add(1),
        };
        Ok(Self { tree, next })
    }

    /// The number of a group, if it has one.
    pub(super) fn find(&self, name: &str) -> Result<Option<u32>, FrontierError> {
        let row = self.tree.get([b"G", name.as_bytes()].concat())?;
        row.map(|bytes| Ok(number(&bytes)?)).transpose()
    }

    /// The number of a group, given now if it has none.
    pub(super) fn intern(&mut self, name: &str) -> Result<u32, FrontierError> {
        if let Some(known) = self.find(name)? {
            return Ok(known);
        }
        let given = self.next;
        let following = given.checked_add(1);
        self.next = following.ok_or(FrontierError::TooMany { what: "groups" })?;
        let mut batch = Batch::default();
        batch.insert([b"G", name.as_bytes()].concat(), &given.to_be_bytes());
        batch.insert(key(b"N", given), name.as_bytes());
        self.tree.apply_batch(batch)?;
        Ok(given)
    }

    /// The name of a group.
    pub(super) fn name(&self, group: u32) -> Result<String, FrontierError> {
        let row = self.tree.get(key(b"N", group))?.unwrap_or_default();
        Ok(String::from_utf8_lossy(&row).into_owned())
    }

    /// When the group may be asked again, as last saved.
    pub(super) fn ready_at(&self, group: u32) -> Result<Option<DateTime<Utc>>, FrontierError> {
        Ok(self.row(group)?.and_then(|row| row.ready_at))
    }

    fn row(&self, group: u32) -> Result<Option<GroupRow>, FrontierError> {
        let row = self.tree.get(key(b"H", group))?;
        Ok(row.map(|bytes| GroupRow::decode(&bytes)).transpose()?)
    }

    /// All that is remembered of a group.
    pub(super) fn memory(&self, name: &str) -> Result<Option<HostMemory>, FrontierError> {
        let Some(group) = self.find(name)? else {
            return Ok(None);
        };
        let Some(mut memory) = self.row(group)?.and_then(|row| row.memory) else {
            return Ok(None);
        };
        for row in self.tree.scan_prefix(key(b"R", group)) {
            memory.robots.push(decode_robots(&row?.1)?);
        }
        memory.robots.sort_by(|a, b| a.origin.cmp(&b.origin));
        Ok(Some(memory))
    }

    /// Saves a group. Without a memory only the moment is saved. `print` is the robots fingerprint of the last save,
    /// so that copies are only touched when they changed; the new one comes back.
    pub(super) fn save(
        &self,
        group: u32,
        ready_at: Option<DateTime<Utc>>,
        memory: Option<&HostMemory>,
        print: u64,
    ) -> Result<u64, FrontierError> {
        let mut row = match memory {
            None => self.row(group)?.unwrap_or_default(),
            Some(memory) => GroupRow {
                ready_at: None,
                memory: Some(without_robots(memory)),
            },
        };
        row.ready_at = ready_at;
        let mut batch = Batch::default();
        batch.insert(key(b"H", group), row.encode());
        let fresh = memory.map_or(print, |m| fingerprint(&m.robots));
        if let Some(memory) = memory.filter(|_| fresh != print) {
            self.save_robots(&mut batch, group, &memory.robots)?;
        }
        self.tree.apply_batch(batch)?;
        Ok(fresh)
    }

    /// Writes what changed among the copies, and takes away those that are gone.
    fn save_robots(
        &self,
        batch: &mut Batch,
        group: u32,
        robots: &[RobotsCopy],
    ) -> Result<(), FrontierError> {
        let mut newest: Vec<&RobotsCopy> = robots.iter().collect();
        newest.sort_by(|a, b| b.fetched.cmp(&a.fetched).then(a.origin.cmp(&b.origin)));
        newest.truncate(ROBOTS_MAX);
        let mut wanted: BTreeMap<Vec<u8>, Vec<u8>> = newest
            .into_iter()
            .map(|copy| (robots_key(group, &copy.origin), encode_robots(copy)))
            .collect();
        for row in self.tree.scan_prefix(key(b"R", group)) {
            let (key, value) = row?;
            match wanted.get(key.as_ref()) {
                None => batch.remove(key),
                Some(same) if same.as_slice() == value.as_ref() => {
                    wanted.remove(key.as_ref());
                }
                Some(_) => {}
            }
        }
        for (key, value) in wanted {
            batch.insert(key, value);
        }
        Ok(())
    }
}

fn without_robots(memory: &HostMemory) -> HostMemory {
    HostMemory {
        group: memory.group.clone(),
        not_before: memory.not_before,
        interval: memory.interval,
        failures: memory.failures,
        robots: Vec::new(),
    }
}

/// Differs when a copy was fetched anew, came or went. Bodies need not be read for that.
fn fingerprint(robots: &[RobotsCopy]) -> u64 {
    robots.iter().fold(1, |sum, copy| {
        let mut hash = Sha256::new();
        hash.update(copy.origin.as_bytes());
        hash.update(copy.status.to_be_bytes());
        hash.update(copy.fetched.timestamp_micros().to_be_bytes());
        hash.update(copy.body.len().to_be_bytes());
        let digest = hash.finalize();
        let head = digest.iter().take(8);
        sum.wrapping_add(head.fold(0, |n, byte| n << 8 | u64::from(*byte)))
    })
}

fn key(tag: &[u8; 1], group: u32) -> Vec<u8> {
    [tag.as_slice(), &group.to_be_bytes()].concat()
}

fn robots_key(group: u32, origin: &str) -> Vec<u8> {
    let digest = Sha256::digest(origin.as_bytes());
    let mut key = key(b"R", group);
    key.extend(digest.iter().take(8));
    key
}

fn number(bytes: &[u8]) -> Result<u32, RowError> {
    let bytes = bytes.try_into();
    Ok(u32::from_be_bytes(
        bytes.map_err(|_| RowError::Field { field: "group" })?,
    ))
}
