//! A journal read as a Merkle tree: each line, without LF, is a leaf.

use super::checkpoint::{Checkpoint, TreeHead};
use super::keys;
use super::merkle::{self, Hash, Tree};
use crate::wire::file_digest::FileDigest;
use crate::wire::journal_entry::JournalEntry;
use std::collections::BTreeMap;

/// The origin of a journal's checkpoints, from its writer and the `hash` of its first line: no two journals share it.
pub fn origin(writer: &str, first_hash: &str) -> String {
    let start = first_hash.get(..32).unwrap_or(first_hash);
    format!("wangxun-journal/{writer}/{start}")
}

/// What is gathered while a journal is read line by line.
#[derive(Debug, Default)]
pub struct JournalTree {
    tree: Tree,
    first: String,
    /// Roots at the sizes of checkpoints, with the time of the last line and whether the next line enters the checkpoint.
    heads: BTreeMap<u64, Option<Seen>>,
    keys: BTreeMap<String, FileDigest>,
}

/// What was found at the size of a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    root: Hash,
    /// Time of the last line.
    pub(crate) time: String,
    /// Whether the line behind it enters the checkpoint.
    pub(crate) entered: bool,
}

impl JournalTree {
    /// A reader that will tell whether these checkpoints are of the journal.
    pub fn of(checkpoints: &[Checkpoint]) -> Self {
        Self {
            heads: checkpoints.iter().map(|c| (c.head().size, None)).collect(),
            ..Self::default()
        }
    }

    /// Takes the next line.
    pub fn learn(&mut self, entry: &JournalEntry, line: &[u8]) {
        if let Some(Some(seen)) = self.heads.get_mut(&self.tree.size()) {
            seen.entered = entry.action == crate::model::custody::Action::Checkpoint.code();
        }
        self.tree.push(merkle::leaf_hash(line));
        if self.tree.size() == 1 {
            self.first.clone_from(&entry.hash);
        }
        if let Some(head) = self.heads.get_mut(&self.tree.size()) {
            *head = Some(Seen {
                root: self.tree.root(),
                time: entry.time.clone(),
                entered: false,
            });
        }
        self.keys.extend(keys::public_file(entry));
    }

    /// Lines read.
    pub fn size(&self) -> u64 {
        self.tree.size()
    }

    /// `hash` of the first line; empty before it is read.
    pub fn first(&self) -> &str {
        &self.first
    }

    /// The head over all lines read.
    pub fn head(&self, writer: &str) -> TreeHead {
        TreeHead {
            origin: origin(writer, &self.first),
            size: self.tree.size(),
            root: self.tree.root(),
        }
    }

    /// Public keys that the journal brings in, by the path of their files.
    pub(crate) fn keys(&self) -> &BTreeMap<String, FileDigest> {
        &self.keys
    }

    pub(crate) fn seen(&self, size: u64) -> Option<&Seen> {
        self.heads.get(&size)?.as_ref()
    }

    pub(crate) fn into_tree(self) -> Tree {
        self.tree
    }

    /// What is wrong with the journal, held against the head of a checkpoint that was given to [`JournalTree::of`].
    pub fn fault(&self, writer: &str, head: &TreeHead) -> Option<String> {
        if self.tree.size() > 0 && head.origin != origin(writer, &self.first) {
            return Some(format!(
                "it is not the journal {} of which a checkpoint was signed",
                head.origin
            ));
        }
        if head.size > self.tree.size() {
            return Some(format!(
                "its tail was dropped: a checkpoint of {} lines was signed, {} are there",
                head.size,
                self.tree.size()
            ));
        }
        match self.seen(head.size) {
            Some(seen) if seen.root == head.root => None,
            _ => Some(format!(
                "its first {} lines are not those of which a checkpoint was signed",
                head.size
            )),
        }
    }
}
