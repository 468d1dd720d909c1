//! The store of evidence: home, journal and index together, as one process writes them.

use super::custody;
use super::durable;
use super::entered::Entered;
use super::error::StorageError;
use super::home::Home;
use super::import::keep::{self, TakenIn};
use super::import::scan::Scanner;
use super::index::Index;
use super::item::{find_item, id_of, item_files};
use super::journal::{AFTER_RESTART, Act, Journal};
use super::package::ItemDraft;
use super::reaudit::{self, ReauditDraft};
use super::rebuild;
use super::run::recover::{journalled, recover_all};
use super::run::{RunArchive, RunSettings};
use super::seal::{self, Sealed};
use super::search::{Filled, SearchDocument, SearchIndex, search_again};
use super::sidecar::{self, Sidecar};
use super::signature;
use super::timestamp::stamp;
use crate::model::custody::{Action, Actor, ItemKind};
use crate::model::monitor::{Event, Monitor};
use crate::model::note::Note;
use crate::model::tokens::Tokenizer;
use crate::wire::custody::ItemCustody;
use crate::wire::import::ImportRecord;
use crate::wire::journal_entry::JournalEntry;
use crate::wire::reaudit::Reaudit;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Everything that a patrol or an officer's command writes evidence with.
pub struct Store {
    home: Home,
    journal: Arc<Journal>,
    index: Index,
    /// Only where it was asked for; what is sealed meanwhile is found missing when it is opened next.
    search: Option<SearchIndex>,
}

impl Store {
    /// Opens the store in `root`, alone. What a killed program left is put in order: torn tails are cut at the last
    /// whole entry, sealed items are entered in journal and index, run files are closed. `writer` names this machine's
    /// journal; `main` where there is but one.
    pub fn open(
        root: impl Into<PathBuf>,
        writer: &str,
        actor: Actor,
        monitor: &dyn Monitor,
    ) -> Result<(Self, Vec<Note>), StorageError> {
        let home = Home::open(root)?;
        let (journal, mut notes) = Journal::open(&home, writer, actor)?;
        let (index, trouble) = Index::open(&home.index())?;
        let lost_index = !trouble.is_empty();
        notes.extend(trouble);
        let store = Self {
            home,
            journal: Arc::new(journal),
            index,
            search: None,
        };
        if store.mark_path().exists() {
            notes.extend(store.recover()?);
        }
        if lost_index || store.index_is_behind()? {
            notes.extend(rebuild::refill(&store.home, &store.index, monitor)?.notes);
        }
        durable::write_file(&store.mark_path(), &store.home.tmp().join("unclean"), b"")?;
        for note in &notes {
            monitor.event(Event::Noted(note.clone()));
        }
        Ok((store, notes))
    }

    /// Stands while the store is open for writing; found at opening, it tells of a crash.
    fn mark_path(&self) -> PathBuf {
        self.home.root().join("UNCLEAN")
    }

    fn recover(&self) -> Result<Vec<Note>, StorageError> {
        clear_tmp(&self.home)?;
        let mut notes = recover_all(&self.home, &self.journal)?;
        let sealed = journalled(&self.home, Action::Seal)?;
        for path in item_files(&self.home)? {
            let known = id_of(&path).is_some_and(|id| sealed.contains(id));
            if known {
                continue;
            }
            match seal::adopt(&self.home, &self.journal, path.clone()) {
                Ok(true) => notes.push(Note::new("item-entered", self.home.relative(&path))),
                Ok(false) => {}
                // Not ours, or damaged: the verifier names it; the journal must not vouch for it.
                Err(e) => notes.push(Note::new("item-not-entered", e.to_string())),
            }
        }
        notes.extend(self.recover_sidecars()?);
        let entered = journalled(&self.home, Action::Reaudit)?;
        for path in reaudit::files(&self.home)? {
            if reaudit::named(&path).is_some_and(|id| entered.contains(id)) {
                continue;
            }
            match reaudit::adopt(&self.home, &self.journal, &path) {
                Ok(true) => notes.push(Note::new("reaudit-entered", self.home.relative(&path))),
                Ok(false) => {}
                Err(e) => notes.push(Note::new("reaudit-not-entered", e.to_string())),
            }
        }
        notes.extend(custody::record::recover(&self.home, &self.journal)?);
        notes.extend(super::access::recover(&self.home, &self.journal)?);
        notes.extend(super::desk::recover(&self.home, &self.journal)?);
        notes.extend(keep::recover(&self.home, &self.journal)?);
        // A killed program may have lost the last half second of the index.
        self.index.clear()?;
        Ok(notes)
    }

    /// Enters signatures and tokens that a killed program had put beside their packages but not entered.
    fn recover_sidecars(&self) -> Result<Vec<Note>, StorageError> {
        let entered = Entered::read(&self.home)?;
        let mut notes = Vec::new();
        for (package, files) in sidecar::all(&self.home)? {
            for (kind, path) in files {
                let name = self.home.relative(&path);
                if entered.beside(&name).is_some() {
                    continue;
                }
                let (home, journal) = (&self.home, &*self.journal);
                let done = entered
                    .package(home, &package)
                    .and_then(|(bytes, fixed)| match kind {
                        Sidecar::Signature => {
                            signature::enter(home, journal, &package, &fixed, Some(AFTER_RESTART))
                        }
                        Sidecar::Token { .. } => stamp::adopt(
                            home,
                            journal,
                            &entered,
                            (&package, &bytes),
                            &path,
                            AFTER_RESTART,
                        ),
                    });
                match done {
                    Ok(_) => notes.push(Note::new("sidecar-entered", name)),
                    // Not ours, or damaged: the verifier names it; the journal must not vouch for it.
                    Err(e) => notes.push(Note::new("sidecar-not-entered", e.to_string())),
                }
            }
        }
        Ok(notes)
    }

    /// The index can be told from the number of packages and records to have missed some.
    fn index_is_behind(&self) -> Result<bool, StorageError> {
        let records = reaudit::files(&self.home)?.len() as u64;
        Ok(
            self.index.counts()?.items != item_files(&self.home)?.len() as u64
                || self.index.reaudit_records() != records,
        )
    }

    /// The home.
    pub fn home(&self) -> &Home {
        &self.home
    }

    /// The journal.
    pub fn journal(&self) -> &Arc<Journal> {
        &self.journal
    }

    /// The index.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// Opens the search index and enters the items that it does not know; from now on sealed items are entered in it.
    /// `words` cuts text into words.
    pub fn open_search(
        &mut self,
        words: Arc<dyn Tokenizer>,
        monitor: &dyn Monitor,
    ) -> Result<Vec<Note>, StorageError> {
        let (search, mut notes) = SearchIndex::open(&self.home, words)?;
        notes.extend(search.catch_up(&self.home, monitor)?.notes);
        self.search = Some(search);
        Ok(notes)
    }

    /// The search index, if it was opened.
    pub fn search(&self) -> Option<&SearchIndex> {
        self.search.as_ref()
    }

    /// Enters items in the search index again, if it was opened, because their cases have changed.
    pub fn refresh_search(&self, ids: &[String]) -> Result<(), StorageError> {
        let Some(search) = &self.search else {
            return Ok(());
        };
        for id in ids {
            if let Some(path) = find_item(&self.home, id)? {
                search.refresh(&self.home, &path)?;
            }
        }
        search.commit()
    }

    /// Empties the search index and fills it from the packages.
    pub fn rebuild_search(
        &mut self,
        words: Arc<dyn Tokenizer>,
        monitor: &dyn Monitor,
    ) -> Result<Filled, StorageError> {
        let (search, notes) = SearchIndex::open(&self.home, words)?;
        let mut filled = search_again(&search, &self.home, monitor)?;
        filled.notes.splice(0..0, notes);
        self.search = Some(search);
        Ok(filled)
    }

    /// Opens a run's archive.
    pub fn run(
        &self,
        run: &str,
        settings: RunSettings,
    ) -> Result<(RunArchive, Vec<Note>), StorageError> {
        RunArchive::open(&self.home, &self.journal, run, settings)
    }

    /// Seals a page, enters it in the journal and in the index.
    pub fn seal(&self, draft: &ItemDraft<'_>) -> Result<Sealed, StorageError> {
        self.seal_with(draft, &ItemCustody::of(ItemKind::PageCapture))
    }

    /// Seals a page like [`Store::seal`], with what is known of its custody.
    pub fn seal_with(
        &self,
        draft: &ItemDraft<'_>,
        custody: &ItemCustody,
    ) -> Result<Sealed, StorageError> {
        let sealed = seal::seal(&self.home, &self.journal, draft, custody)?;
        self.index.put(&sealed.row(), sealed.manifest())?;
        if let Some(search) = &self.search {
            let text = &draft.page.text;
            let document = SearchDocument::of(sealed.manifest(), text, sealed.digests(), &[]);
            // What is sealed is sealed; the search index finds out by itself that it has missed something.
            if let Err(error) = search.put(&document) {
                tracing::warn!("{}: {error}", sealed.evidence_id());
            }
        }
        Ok(sealed)
    }

    /// Writes a re-audit record, enters it in the journal and in the index. Sealed items stay as they are.
    pub fn reaudit(&self, draft: ReauditDraft) -> Result<Reaudit, StorageError> {
        let (record, path) = reaudit::write(&self.home, &self.journal, draft)?;
        self.index.put_reaudit(&record, &path)?;
        Ok(record)
    }

    /// Takes in a WARC file that others made: unchanged, write-once, fixed by the journal.
    pub fn take_in(&self, source: &Path, actor: &Actor) -> Result<TakenIn, StorageError> {
        keep::take_in(&self.home, &self.journal, source, actor)
    }

    /// Reads the records of an imported file.
    pub fn scan(&self, taken: &TakenIn) -> Result<Scanner, StorageError> {
        keep::scan(&self.home, taken)
    }

    /// Writes down what was found in an imported file.
    pub fn close_import(&self, record: &ImportRecord, actor: &Actor) -> Result<(), StorageError> {
        keep::close(&self.home, &self.journal, record, actor)
    }

    /// Reloads an item for viewing, and enters the viewing in the journal.
    pub fn view(&self, id: &str, reason: &str) -> Result<Sealed, StorageError> {
        let sealed = Sealed::open(&self.home, id)?;
        self.record(Act::new(Action::View, id).reason(reason))?;
        Ok(sealed)
    }

    /// Enters something else in the journal.
    pub fn record(&self, act: Act) -> Result<JournalEntry, StorageError> {
        self.journal.append(act)
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        // What is covered by a checkpoint cannot be dropped unnoticed by whoever has a copy of it.
        if !std::thread::panicking()
            && let Err(error) = self.journal.checkpoint()
        {
            tracing::warn!(%error, "the journal's tree head could not be signed");
        }
        // Without a clean end the mark stays, and the next opening looks after everything.
        if !std::thread::panicking() && self.index.flush().is_ok() {
            let _ = fs::remove_file(self.mark_path());
        }
    }
}

/// Files under `tmp/` were not finished; nobody else can be writing them, since the lock is held.
fn clear_tmp(home: &Home) -> Result<(), StorageError> {
    for path in durable::list(&home.tmp())? {
        if path.is_file() {
            fs::remove_file(&path).map_err(StorageError::io("remove", &path))?;
        }
    }
    Ok(())
}
