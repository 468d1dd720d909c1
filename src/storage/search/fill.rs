//! Filling the search index from the sealed packages.

use super::{SearchDocument, SearchIndex, engine, guarded};
use crate::model::custody::Action;
use crate::model::monitor::{Event, Monitor};
use crate::model::note::Note;
use crate::storage::digest::digests;
use crate::storage::error::StorageError;
use crate::storage::home::Home;
use crate::storage::item::{id_of, item_files};
use crate::storage::{journal, package};
use crate::wire::manifest::Manifest;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use tantivy::schema::Field;
use tantivy::{IndexWriter, Term};

/// Memory of each thread that fills.
const THREAD_BYTES: usize = 64 << 20;

/// What filling did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filled {
    /// Items entered.
    pub entered: u64,
    /// Items taken out because their package is gone.
    pub removed: u64,
    /// Packages that could not be read, with the reason.
    pub notes: Vec<Note>,
}

/// Cases of items, by evidence id.
pub(super) type Cases = BTreeMap<String, Vec<String>>;

impl SearchIndex {
    /// Enters the sealed items that the index does not know, and takes out those that are no longer there.
    pub fn catch_up(&self, home: &Home, monitor: &dyn Monitor) -> Result<Filled, StorageError> {
        guarded(|| self.reader.reload().map_err(engine))?;
        let known = guarded(|| self.ids())?;
        let paths = item_files(home)?;
        let present: BTreeSet<&str> = paths.iter().filter_map(|p| id_of(p)).collect();
        let gone: Vec<&String> = known
            .iter()
            .filter(|id| !present.contains(id.as_str()))
            .collect();
        let missing: Vec<&PathBuf> = paths
            .iter()
            .filter(|p| id_of(p).is_some_and(|id| !known.contains(id)))
            .collect();
        let mut filled = Filled {
            removed: gone.len() as u64,
            ..Filled::default()
        };
        if missing.is_empty() && gone.is_empty() {
            return Ok(filled);
        }
        let cases = cases(home)?;
        let (notes, done) = (Mutex::new(Vec::new()), AtomicU64::new(0));
        let total = missing.len() as u64;
        self.fill_with(total, &|number, writer| {
            let path = usize::try_from(number).ok().and_then(|n| missing.get(n));
            match path.map(|path| read(home, path, &cases)) {
                Some(Ok(document)) => self.enter(writer, &document)?,
                Some(Err(note)) => {
                    monitor.event(Event::Noted(note.clone()));
                    locked(&notes).push(note);
                }
                None => {}
            }
            monitor.event(Event::Progress {
                what: "items made searchable",
                done: done.fetch_add(1, Ordering::Relaxed) + 1,
                total,
            });
            Ok(())
        })?;
        self.remove(&gone)?;
        filled.notes = notes.into_inner().unwrap_or_else(PoisonError::into_inner);
        filled.entered = total - filled.notes.len() as u64;
        Ok(filled)
    }

    fn remove(&self, ids: &[&String]) -> Result<(), StorageError> {
        if ids.is_empty() {
            return Ok(());
        }
        guarded(|| {
            let mut slot = self.locked();
            let writer = self.writer(&mut slot, 1, super::WRITER_BYTES)?;
            for id in ids {
                writer
                    .inner
                    .delete_term(Term::from_field_text(self.fields.id, id));
            }
            super::commit(writer)?;
            // Only a merge takes the words of a deleted item off the disk.
            let metas = self.index.searchable_segment_metas().map_err(engine)?;
            let touched = metas.iter().filter(|m| m.has_deletes());
            let touched: Vec<_> = touched.map(|m| m.id()).collect();
            if !touched.is_empty() {
                writer.inner.merge(&touched).wait().map_err(engine)?;
                let unused = writer.inner.garbage_collect_files();
                unused.wait().map_err(engine)?;
            }
            Ok(())
        })?;
        self.commit()
    }

    /// Enters one item again, because what is known of it beside the package (its cases) has changed.
    pub(crate) fn refresh(&self, home: &Home, path: &Path) -> Result<(), StorageError> {
        match read(home, path, &cases(home)?) {
            Ok(document) => self.put(&document),
            Err(note) => Err(StorageError::damaged(path, note.message)),
        }
    }

    /// Empties the index.
    pub(super) fn clear(&self) -> Result<(), StorageError> {
        guarded(|| {
            let mut slot = self.locked();
            let writer = self.writer(&mut slot, 1, super::WRITER_BYTES)?;
            writer.inner.delete_all_documents().map_err(engine)?;
            super::commit(writer)
        })?;
        self.commit()
    }

    /// Does `work` for each number below `count` on all cores, and commits.
    pub(super) fn fill_with(
        &self,
        count: u64,
        work: &(dyn Fn(u64, &IndexWriter) -> Result<(), StorageError> + Sync),
    ) -> Result<(), StorageError> {
        let threads = std::thread::available_parallelism().map_or(1, |n| n.get().min(4));
        let threads = if count < 200 { 1 } else { threads };
        guarded(|| {
            let mut slot = self.locked();
            let bytes = if count < 200 {
                super::WRITER_BYTES
            } else {
                THREAD_BYTES
            };
            let writer = self.writer(&mut slot, threads, bytes)?;
            spread(count, threads, &|number| work(number, &writer.inner))?;
            super::commit(writer)
        })?;
        self.commit()
    }

    /// Ids of all items that can be found.
    fn ids(&self) -> Result<BTreeSet<String>, StorageError> {
        let mut ids = BTreeSet::new();
        let searcher = self.reader.searcher();
        for segment in searcher.segment_readers() {
            let terms = segment.inverted_index(self.fields.id).map_err(engine)?;
            let mut stream = terms.terms().stream().map_err(engine)?;
            while let Some((term, _)) = stream.next() {
                ids.extend(std::str::from_utf8(term).ok().map(str::to_owned));
            }
        }
        // Terms of deleted documents stay in the dictionary until segments are merged.
        if searcher.segment_readers().iter().any(|s| s.has_deletes()) {
            ids.retain(|id| self.is_alive(&searcher, self.fields.id, id));
        }
        Ok(ids)
    }

    fn is_alive(&self, searcher: &tantivy::Searcher, field: Field, id: &str) -> bool {
        let term = Term::from_field_text(field, id);
        let option = tantivy::schema::IndexRecordOption::Basic;
        let query = tantivy::query::TermQuery::new(term, option);
        searcher
            .search(&query, &tantivy::collector::Count)
            .is_ok_and(|count| count > 0)
    }
}

/// Deletes what the index holds and fills it from every package.
pub fn search_again(
    index: &SearchIndex,
    home: &Home,
    monitor: &dyn Monitor,
) -> Result<Filled, StorageError> {
    index.clear()?;
    index.catch_up(home, monitor)
}

/// Runs the numbers below `count` over some threads; the first error ends it.
fn spread(
    count: u64,
    threads: usize,
    work: &(dyn Fn(u64) -> Result<(), StorageError> + Sync),
) -> Result<(), StorageError> {
    let (next, stop) = (AtomicU64::new(0), AtomicBool::new(false));
    let first_error = Mutex::new(None);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= count {
                        break;
                    }
                    if let Err(error) = work(number) {
                        stop.store(true, Ordering::Relaxed);
                        locked(&first_error).get_or_insert(error);
                    }
                }
            });
        }
    });
    let error = first_error
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    error.map_or(Ok(()), Err)
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The document of a package. That the package is whole is for the verifier to say; what cannot be read is noted.
fn read(home: &Home, path: &Path, cases: &Cases) -> Result<SearchDocument, Note> {
    let fault =
        |why: String| Note::new("item-unreadable", format!("{}: {why}", home.relative(path)));
    let bytes = fs::read(path).map_err(|e| fault(e.to_string()))?;
    let stored = package::file_of(&bytes, "custody/manifest.json").map_err(fault)?;
    let manifest: Manifest = serde_json::from_slice(stored).map_err(|e| fault(e.to_string()))?;
    let text = package::text_of(&bytes).map_err(fault)?;
    let none = Vec::new();
    let cases = cases.get(&manifest.evidence_id).unwrap_or(&none);
    Ok(SearchDocument::of(
        &manifest,
        &text,
        &digests(&bytes),
        cases,
    ))
}

/// The cases that the journals tell of: a court package names its case and the items in it.
pub(super) fn cases(home: &Home) -> Result<Cases, StorageError> {
    let mut cases = Cases::new();
    for path in journal::files(home)? {
        journal::read_file(&path, &mut |entry, _| {
            if entry.action == Action::CourtPackage.code() {
                let items = entry.files.iter().filter_map(|f| id_of(Path::new(&f.path)));
                for id in items {
                    let known = cases.entry(id.to_owned()).or_default();
                    if !known.contains(&entry.object) {
                        known.push(entry.object.clone());
                    }
                }
            }
            true
        })?;
    }
    Ok(cases)
}
