//! Proofs from a journal's Merkle tree: that an entry is in it, that it only grew, that it is the one of which a
//! checkpoint left the machine.

use super::checkpoint::{Checkpoint, Checkpoints, InclusionProof, SignedBy};
use super::error::StorageError;
use super::home::Home;
use super::journal::{self, read_lines};
use super::journal_tree::{JournalTree, origin};
use super::keys::KeyRing;
use super::merkle::{self, Hash};
use super::verify::{Check, Report};
use crate::wire::journal_entry::JournalEntry;
use std::fs;
use std::path::PathBuf;

/// A journal with the hashes of its leaves.
#[derive(Debug, Clone)]
pub struct Leaves {
    writer: String,
    first: String,
    hashes: Vec<Hash>,
}

fn path_of(home: &Home, writer: &str) -> PathBuf {
    home.journal().join(format!("{writer}.jsonl"))
}

/// The checkpoints that were signed of a writer's journal.
pub fn checkpoints(home: &Home, writer: &str) -> Result<Vec<Checkpoint>, StorageError> {
    let path = super::checkpoint_file::path_of(&path_of(home, writer));
    if !path.exists() {
        return Ok(Vec::new());
    }
    let bytes = fs::read(&path).map_err(StorageError::io("read", &path))?;
    let read = Checkpoints::read(&bytes);
    match read.fault {
        Some(fault) => Err(StorageError::damaged(&path, fault)),
        None => Ok(read.all),
    }
}

impl Leaves {
    /// Reads a writer's journal, and gives each entry to `each`.
    pub fn read(
        home: &Home,
        writer: &str,
        each: &mut dyn FnMut(&JournalEntry),
    ) -> Result<Self, StorageError> {
        let path = path_of(home, writer);
        let mut leaves = Self {
            writer: writer.to_owned(),
            first: String::new(),
            hashes: Vec::new(),
        };
        let end = read_lines(&path, &mut |entry, line, _| {
            if leaves.hashes.is_empty() {
                leaves.first.clone_from(&entry.hash);
            }
            leaves.hashes.push(merkle::leaf_hash(line));
            each(&entry);
            true
        })?;
        match end.fault {
            Some(fault) => Err(StorageError::damaged(&path, fault)),
            None => Ok(leaves),
        }
    }

    /// Number of lines.
    pub fn len(&self) -> usize {
        self.hashes.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.hashes.is_empty()
    }

    /// The origin of its checkpoints.
    pub fn origin(&self) -> String {
        origin(&self.writer, &self.first)
    }

    /// The root over the first `size` lines.
    pub fn root(&self, size: usize) -> Option<Hash> {
        self.hashes.get(..size).map(merkle::root)
    }

    /// The consistency proof between two sizes (RFC 6962, 2.1.2).
    pub fn consistency(&self, old: usize, new: usize) -> Option<Vec<Hash>> {
        merkle::consistency(self.hashes.get(..new)?, old)
    }

    /// The proof that the line `entry` is in the tree of a checkpoint.
    pub fn prove(&self, entry: &JournalEntry, checkpoint: &Checkpoint) -> Option<InclusionProof> {
        let size = usize::try_from(checkpoint.head().size).ok()?;
        let index = usize::try_from(entry.seq).ok()?;
        let leaves = self.hashes.get(..size)?;
        let proof = InclusionProof {
            line: serde_json::to_vec(entry).ok()?,
            index: entry.seq,
            path: merkle::inclusion(leaves, index)?,
            checkpoint: checkpoint.clone(),
        };
        proof.holds().then_some(proof)
    }
}

fn signature(subject: &str, checkpoint: &Checkpoint, ring: &KeyRing) -> Check {
    let name = "checkpoint signature";
    match checkpoint.signed_by(ring.publics()) {
        SignedBy::Known(_) => Check::pass(name, subject),
        SignedBy::Unknown => Check::not_checked(
            name,
            subject,
            "signed by no key that is known here; give its public key with --key FILE.pub",
        ),
        SignedBy::Forged => Check::fail(name, subject, "the signature is not over this tree head"),
    }
}

/// Checks the journals of a home against checkpoints of which a copy was kept elsewhere: `name` is that copy's.
pub fn against(
    home: &Home,
    name: &str,
    copy: &[u8],
    ring: &KeyRing,
) -> Result<Report, StorageError> {
    // A single note may come without the empty line that parts several of them.
    let mut bytes = copy.to_vec();
    while !bytes.is_empty() && !bytes.ends_with(b"\n\n") {
        bytes.push(b'\n');
    }
    let read = Checkpoints::read(&bytes);
    let mut checks = Vec::new();
    if let Some(fault) = &read.fault {
        checks.push(Check::fail("checkpoint", name, fault.as_str()));
    } else if read.torn > 0 || read.all.is_empty() {
        let detail = "holds no whole checkpoint at its end";
        checks.push(Check::fail("checkpoint", name, detail));
    }
    let mut trees = Vec::new();
    for path in journal::files(home)? {
        let mut tree = JournalTree::of(&read.all);
        let end = read_lines(&path, &mut |entry, line, _| {
            tree.learn(&entry, line);
            true
        })?;
        let writer = path.file_stem().unwrap_or_default().to_string_lossy();
        trees.push((writer.into_owned(), tree, end.fault));
    }
    for checkpoint in &read.all {
        let head = checkpoint.head();
        let subject = format!("{name}: {} lines of {}", head.size, head.origin);
        checks.push(signature(&subject, checkpoint, ring));
        let own = trees
            .iter()
            .find(|(writer, tree, _)| tree.head(writer).origin == head.origin);
        checks.push(match own {
            None => {
                let detail =
                    "no journal here has this origin: it was replaced, or is another home's";
                Check::fail("checkpoint", subject, detail)
            }
            Some((writer, tree, chain)) => {
                let file = format!("journal/{writer}.jsonl");
                match tree.fault(writer, head).or_else(|| chain.clone()) {
                    None => Check::pass("checkpoint", subject),
                    Some(fault) => Check::fail("checkpoint", subject, format!("{file}: {fault}")),
                }
            }
        });
    }
    Ok(Report { checks })
}

/// Checks an inclusion proof by itself: the line is in the tree of the checkpoint, and a known key signed that.
pub fn check_proof(name: &str, text: &str, ring: &KeyRing) -> (Report, Option<InclusionProof>) {
    let proof = match InclusionProof::parse(text) {
        Ok(proof) => proof,
        Err(why) => {
            let checks = vec![Check::fail("inclusion proof", name, why)];
            return (Report { checks }, None);
        }
    };
    let entry = super::chain::open_line::<JournalEntry>(&proof.line);
    let mut checks = vec![match (proof.holds(), &entry) {
        (true, Ok(entry)) if entry.seq == proof.index => Check::pass("inclusion proof", name),
        (true, Ok(_)) => Check::fail("inclusion proof", name, "the line has another number"),
        (true, Err(why)) => Check::fail("inclusion proof", name, format!("the line {why}")),
        (false, _) => Check::fail(
            "inclusion proof",
            name,
            "the line is not in the tree of the checkpoint",
        ),
    }];
    checks.push(signature(name, &proof.checkpoint, ring));
    (Report { checks }, Some(proof))
}
