//! `wangxun journal`: the custody journal as a Merkle log: show, sign, prove, print, verify.

use super::arguments::Format;
use super::config::Settings;
use super::evidence::{conclude, full_id};
use super::exit::{Done, Exit, Trouble, incomplete, misuse};
use super::output::{Output, shorten, table};
use super::progress::TerminalMonitor;
use super::seal_arguments::Journal;
use super::{journal_page, keys, store};
use crate::model::custody::Action;
use crate::storage::checkpoint::{Checkpoint, InclusionProof};
use crate::storage::home::Home;
use crate::storage::journal::{self, read_file};
use crate::storage::journal_proof::{self, Leaves};
use crate::storage::store::Store;
use crate::storage::verify::verify_file;
use crate::wire::journal_entry::JournalEntry;
use anyhow::{Context, anyhow};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use std::collections::VecDeque;
use std::path::{Path, PathBuf};

/// The journal of this machine.
const WRITER: &str = "main";

/// Carries the command out.
pub fn run(asked: &Journal, settings: &Settings) -> Done {
    match asked {
        Journal::Show {
            action,
            object,
            limit,
        } => show(action.as_deref(), object.as_deref(), *limit, settings),
        Journal::Checkpoint => checkpoint(settings),
        Journal::Prove { id, out } => prove(id, out.as_deref(), settings),
        Journal::Consistency { old, new } => consistency(*old, *new, settings),
        Journal::Print { date } => journal_page::print(WRITER, *date, settings),
        Journal::Verify {
            against,
            proof,
            keys,
        } => verify(against.as_deref(), proof.as_deref(), keys, settings),
    }
}

fn show(action: Option<&str>, object: Option<&str>, limit: usize, settings: &Settings) -> Done {
    let home = store::read_only(settings)?;
    let mut last: VecDeque<JournalEntry> = VecDeque::new();
    for path in journal::files(&home).map_err(incomplete)? {
        read_file(&path, &mut |entry, _| {
            let wanted = action.is_none_or(|a| entry.action == a)
                && object.is_none_or(|o| entry.object.contains(o));
            if wanted {
                last.push_back(entry);
                if last.len() > limit {
                    last.pop_front();
                }
            }
            true
        })
        .map_err(incomplete)?;
    }
    if settings.format == Format::Json {
        for entry in &last {
            Output.json_line(entry)?;
        }
        return Ok(Exit::Fine);
    }
    let cells: Vec<Vec<String>> = last
        .iter()
        .map(|entry| {
            vec![
                entry.seq.to_string(),
                entry.time.clone(),
                shorten(&format!("{} ({})", entry.actor, entry.role), 24),
                entry.action.clone(),
                shorten(&entry.object, 40),
                shorten(entry.reason.as_deref().unwrap_or(""), 60),
            ]
        })
        .collect();
    let header = ["行", "时间(UTC)", "操作人", "动作", "对象", "说明"];
    Output.line(table(&header, &cells).trim_end())?;
    Ok(Exit::Fine)
}

/// The last checkpoint over all entries, made now where it is needed.
fn signed_now(store: &Store) -> Result<Checkpoint, Trouble> {
    let signed = store.journal().checkpoint().map_err(incomplete)?;
    signed.ok_or_else(|| {
        misuse(anyhow!(
            "there is no key to sign with; `wangxun keys init` makes one"
        ))
    })
}

fn checkpoint(settings: &Settings) -> Done {
    let store = store::open_existing(settings)?;
    let signed = signed_now(&store)?;
    match settings.format {
        Format::Json => Output.json(&json!({
            "origin": signed.head().origin, "size": signed.head().size,
            "root": hex::encode(signed.head().root), "note": signed.text(),
        }))?,
        // The empty line behind it lets copies be put one after the other into one file.
        Format::Table => Output.line(signed.text())?,
    }
    Ok(Exit::Fine)
}

/// The entry that a proof is wanted of: the sealing of an item, or the last entry about another object.
fn entry_of(home: &Home, id: &str) -> Result<JournalEntry, Trouble> {
    if id.starts_with("wx-") {
        let id = full_id(home, id)?;
        let sealed = journal::find(home, Action::Seal, &id).map_err(incomplete)?;
        return sealed.ok_or_else(|| incomplete(anyhow!("the journal does not know {id}")));
    }
    let mut found = None;
    for path in journal::files(home).map_err(incomplete)? {
        read_file(&path, &mut |entry, _| {
            if entry.object == id {
                found = Some(entry);
            }
            true
        })
        .map_err(incomplete)?;
    }
    found.ok_or_else(|| {
        misuse(anyhow!(
            "no entry is about {id:?}; `wangxun journal show` lists them"
        ))
    })
}

fn prove(id: &str, out: Option<&Path>, settings: &Settings) -> Done {
    let store = store::open_existing(settings)?;
    let entry = entry_of(store.home(), id)?;
    let proof = proof_of(&store, &entry)?;
    match out {
        None => Output.write(&proof.text())?,
        Some(path) => {
            std::fs::write(path, proof.text())
                .with_context(|| format!("cannot write {}", path.display()))
                .map_err(incomplete)?;
            Output.line(format!(
                "{}: line {} of {} is in the journal of {} lines",
                path.display(),
                entry.seq,
                entry.writer,
                proof.checkpoint.head().size
            ))?;
        }
    }
    Ok(Exit::Fine)
}

fn proof_of(store: &Store, entry: &JournalEntry) -> Result<InclusionProof, Trouble> {
    if entry.writer == store.journal().writer() {
        signed_now(store)?;
    }
    let signed = journal_proof::checkpoints(store.home(), &entry.writer).map_err(incomplete)?;
    let Some(checkpoint) = signed.iter().rev().find(|c| c.head().size > entry.seq) else {
        let why = "no checkpoint of that journal covers the entry yet";
        return Err(incomplete(anyhow!("{why}")));
    };
    let leaves = Leaves::read(store.home(), &entry.writer, &mut |_| {}).map_err(incomplete)?;
    leaves.prove(entry, checkpoint).ok_or_else(|| {
        incomplete(anyhow!(
            "the journal does not agree with its checkpoint; run `wangxun evidence verify`"
        ))
    })
}

fn consistency(old: Option<u64>, new: Option<u64>, settings: &Settings) -> Done {
    let home = store::read_only(settings)?;
    let signed = journal_proof::checkpoints(&home, WRITER).map_err(incomplete)?;
    let first = signed.first().map(|c| c.head().size);
    let last = signed.last().map(|c| c.head().size);
    let (Some(old), Some(new)) = (old.or(first), new.or(last)) else {
        return Err(misuse(anyhow!(
            "there is no checkpoint yet: `wangxun keys init`, then `wangxun journal checkpoint`"
        )));
    };
    let leaves = Leaves::read(&home, WRITER, &mut |_| {}).map_err(incomplete)?;
    let as_size = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    let proof = leaves.consistency(as_size(old), as_size(new));
    let (Some(before), Some(after), Some(proof)) =
        (leaves.root(as_size(old)), leaves.root(as_size(new)), proof)
    else {
        return Err(misuse(anyhow!(
            "give OLD from 1 on and not above NEW, and NEW at most {}",
            leaves.len()
        )));
    };
    match settings.format {
        Format::Json => Output.json(&json!({
            "origin": leaves.origin(), "old_size": old, "old_root": hex::encode(before),
            "new_size": new, "new_root": hex::encode(after),
            "proof": proof.iter().map(hex::encode).collect::<Vec<_>>(),
        }))?,
        Format::Table => {
            Output.line("wangxun-consistency/1")?;
            Output.line(leaves.origin())?;
            Output.line(format!("old {old} {}", STANDARD.encode(before)))?;
            Output.line(format!("new {new} {}", STANDARD.encode(after)))?;
            for hash in &proof {
                Output.line(STANDARD.encode(hash))?;
            }
        }
    }
    Ok(Exit::Fine)
}

fn verify(
    against: Option<&Path>,
    proof: Option<&Path>,
    files: &[PathBuf],
    settings: &Settings,
) -> Done {
    let read = |path: &Path| {
        std::fs::read(path)
            .with_context(|| format!("cannot read {}", path.display()))
            .map_err(misuse)
    };
    if let Some(path) = proof {
        let text = String::from_utf8_lossy(&read(path)?).into_owned();
        let ring = keys::ring(files, settings)?;
        let name = path.display().to_string();
        let (report, proof) = journal_proof::check_proof(&name, &text, &ring);
        if let (Some(proof), Format::Table) = (proof, settings.format) {
            Output.line(String::from_utf8_lossy(&proof.line))?;
        }
        return conclude(&report, true, settings);
    }
    let home = store::read_only(settings)?;
    if let Some(path) = against {
        let ring = keys::ring(files, settings)?;
        let name = path.display().to_string();
        let report =
            journal_proof::against(&home, &name, &read(path)?, &ring).map_err(incomplete)?;
        return conclude(&report, true, settings);
    }
    let monitor = TerminalMonitor::new(settings.quiet);
    let path = home.journal().join(format!("{WRITER}.jsonl"));
    let report = verify_file(&path, &monitor).map_err(incomplete)?;
    conclude(&report, true, settings)
}
