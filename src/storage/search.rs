//! The search index (tantivy): Chinese full text and the facts by which items are looked for. It is no truth: it can be
//! deleted at any time, and is filled again from the sealed packages.
//!
//! `search/` under the home holds it. While a patrol seals, items are entered and committed some at a time; what a killed
//! program had not committed is found missing and entered when the index is used next. Personal data is masked in it.

mod document;
mod fields;
mod fill;
mod icp;
mod query;
mod snippet;
mod tokens;

use super::durable;
use super::error::StorageError;
use super::home::Home;
use crate::model::note::Note;
use crate::model::tokens::Tokenizer;
use chrono::{DateTime, Utc};
use fields::Fields;
use snippet::snippet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tantivy::collector::{Count, TopDocs};
use tantivy::schema::Value;
use tantivy::tokenizer::TextAnalyzer;
use tantivy::{
    DocAddress, Index, IndexReader, IndexWriter, Order, ReloadPolicy, Searcher, TantivyDocument,
    Term,
};
use tokens::{CUTTER, Cutter};

pub use document::SearchDocument;
pub use fill::{Filled, search_again};
pub use query::{MOST_HITS, SearchQuery};
pub use snippet::Part;

/// Items entered before they are committed, at most.
const BATCH: usize = 200;
/// Longest time that an entered item waits for its commit, if another one comes.
const BATCH_AGE: Duration = Duration::from_secs(20);
/// Memory for entering items one by one.
const WRITER_BYTES: usize = 20 << 20;
/// An index up to this size is checked byte by byte when it is opened.
const CHECKED_BYTES: u64 = 256 << 20;

/// The index, open.
pub struct SearchIndex {
    index: Index,
    fields: Fields,
    cutter: Cutter,
    reader: IndexReader,
    writer: Mutex<Option<Writer>>,
}

struct Writer {
    inner: IndexWriter,
    threads: usize,
    pending: usize,
    since: Instant,
}

/// One item found. Everything that a page said is masked.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The item.
    pub evidence_id: String,
    /// When the capture began.
    pub captured: DateTime<Utc>,
    /// Platform of the patrol list.
    pub platform: String,
    /// Final address.
    pub url: String,
    /// Title of the page.
    pub title: String,
    /// Rules that fired.
    pub rules: Vec<String>,
    /// Case numbers.
    pub cases: Vec<String>,
    /// Score, 0 to 100.
    pub score: f64,
    /// How well it fits (BM25); 0 when sorted by date.
    pub relevance: f32,
    /// Words around what was found.
    pub snippet: Vec<Part>,
}

/// The answer to a search.
#[derive(Debug, Clone, PartialEq)]
pub struct Hits {
    /// Items that fit.
    pub total: usize,
    /// The first of them.
    pub hits: Vec<Hit>,
}

impl SearchIndex {
    /// Opens the index of a home for reading and writing. One that is damaged, or of another version, is set aside and an
    /// empty one begun; the note says so.
    pub fn open(home: &Home, words: Arc<dyn Tokenizer>) -> Result<(Self, Vec<Note>), StorageError> {
        Self::open_in(&home.search(), words)
    }

    /// Opens the index in any folder, for measurements and tests.
    pub fn open_in(
        folder: &Path,
        words: Arc<dyn Tokenizer>,
    ) -> Result<(Self, Vec<Note>), StorageError> {
        durable::create_dir(folder)?;
        let why = match guarded(|| Self::try_open(folder, Arc::clone(&words), true)) {
            Ok(index) => return Ok((index, Vec::new())),
            Err(why) => why,
        };
        set_aside(folder)?;
        durable::create_dir(folder)?;
        let index = guarded(|| Self::try_open(folder, words, true))?;
        let message = format!("the search index could not be used ({why}) and was set aside");
        Ok((index, vec![Note::new("search-set-aside", message)]))
    }

    /// Opens the index for reading while another process may write it. `None` when there is none.
    pub fn read_only(home: &Home, words: Arc<dyn Tokenizer>) -> Result<Option<Self>, StorageError> {
        let folder = home.search();
        if !folder.join("meta.json").is_file() {
            return Ok(None);
        }
        guarded(|| Self::try_open(&folder, words, false)).map(Some)
    }

    fn try_open(
        folder: &Path,
        words: Arc<dyn Tokenizer>,
        create: bool,
    ) -> Result<Self, StorageError> {
        let (fields, schema) = Fields::schema();
        let index = if folder.join("meta.json").exists() || !create {
            Index::open_in_dir(folder).map_err(engine)?
        } else {
            Index::create_in_dir(folder, schema.clone()).map_err(engine)?
        };
        if index.schema() != schema {
            return Err(engine("it was made by another version"));
        }
        let cutter = Cutter { words };
        index
            .tokenizers()
            .register(CUTTER, TextAnalyzer::from(cutter.clone()));
        if create && size_of_folder(folder) <= CHECKED_BYTES {
            let damaged = index.validate_checksum().map_err(engine)?;
            if let Some(file) = damaged.iter().next() {
                return Err(engine(format!("{} is damaged", file.display())));
            }
        }
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()
            .map_err(engine)?;
        Ok(Self {
            index,
            fields,
            cutter,
            reader,
            writer: Mutex::new(None),
        })
    }

    /// Enters an item, in place of an earlier entry of the same id. It can be found after the next commit, which comes by
    /// itself after some items.
    pub fn put(&self, document: &SearchDocument) -> Result<(), StorageError> {
        let mut slot = self.locked();
        let entered = guarded(|| {
            let writer = self.writer(&mut slot, 1, WRITER_BYTES)?;
            self.enter(&writer.inner, document)?;
            if writer.pending == 0 {
                writer.since = Instant::now();
            }
            writer.pending += 1;
            if writer.pending >= BATCH || writer.since.elapsed() >= BATCH_AGE {
                commit(writer)?;
            }
            Ok(())
        });
        if entered.is_err() {
            // A writer that failed (full disk) never recovers; a new one may.
            *slot = None;
        }
        entered
    }

    fn enter(&self, writer: &IndexWriter, document: &SearchDocument) -> Result<(), StorageError> {
        writer.delete_term(Term::from_field_text(self.fields.id, &document.evidence_id));
        let entry = document.entry(&self.fields);
        writer.add_document(entry).map(|_| ()).map_err(engine)
    }

    /// Makes what was entered durable and lets it be found.
    pub fn commit(&self) -> Result<(), StorageError> {
        guarded(|| {
            if let Some(writer) = self.locked().as_mut()
                && writer.pending > 0
            {
                commit(writer)?;
            }
            self.reader.reload().map_err(engine)
        })
    }

    /// Enters many documents on all cores, and commits.
    pub fn put_all(
        &self,
        documents: &(dyn Fn(u64) -> Option<SearchDocument> + Sync),
        count: u64,
    ) -> Result<(), StorageError> {
        self.fill_with(count, &|number, writer| match documents(number) {
            Some(document) => self.enter(writer, &document),
            None => Ok(()),
        })
    }

    /// Searches. An index that turns out to be damaged gives an error, never a panic.
    pub fn search(&self, query: &SearchQuery) -> Result<Hits, StorageError> {
        guarded(|| {
            self.reader.reload().map_err(engine)?;
            let searcher = self.reader.searcher();
            let (asked, marks) = query.build(&self.fields, &self.cutter);
            let top = TopDocs::with_limit(query.limit.clamp(1, MOST_HITS)).and_offset(query.skip);
            let (total, found): (usize, Vec<(f32, DocAddress)>) = if query.by_date {
                let newest = top.order_by_fast_field::<i64>("captured", Order::Desc);
                let (total, found) = searcher.search(&asked, &(Count, newest)).map_err(engine)?;
                (total, found.into_iter().map(|(_, at)| (0.0, at)).collect())
            } else {
                let best = top.order_by_score();
                searcher.search(&asked, &(Count, best)).map_err(engine)?
            };
            let hits = found
                .into_iter()
                .map(|(relevance, at)| self.hit(&searcher, at, relevance, &marks))
                .collect::<Result<Vec<Hit>, StorageError>>()?;
            Ok(Hits { total, hits })
        })
    }

    fn hit(
        &self,
        searcher: &Searcher,
        at: DocAddress,
        relevance: f32,
        marks: &[Vec<char>],
    ) -> Result<Hit, StorageError> {
        let entry: TantivyDocument = searcher.doc(at).map_err(engine)?;
        let texts = |field| -> Vec<String> {
            let values = entry.get_all(field);
            values
                .filter_map(|v| v.as_str().map(str::to_owned))
                .collect()
        };
        let first = |field| texts(field).into_iter().next().unwrap_or_default();
        let captured = entry
            .get_first(self.fields.captured)
            .and_then(|v| v.as_i64());
        let score = entry.get_first(self.fields.score).and_then(|v| v.as_f64());
        Ok(Hit {
            evidence_id: first(self.fields.id),
            captured: DateTime::from_timestamp_millis(captured.unwrap_or(0)).unwrap_or_default(),
            platform: first(self.fields.platform),
            url: first(self.fields.url),
            title: first(self.fields.title),
            rules: texts(self.fields.rule),
            cases: texts(self.fields.case),
            score: score.unwrap_or(0.0),
            relevance,
            snippet: snippet(&first(self.fields.text), marks),
        })
    }

    /// Items that can be found.
    pub fn count(&self) -> u64 {
        self.reader.searcher().num_docs()
    }

    fn locked(&self) -> MutexGuard<'_, Option<Writer>> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The writer, begun when it is first needed, or when more threads are wanted.
    fn writer<'a>(
        &self,
        slot: &'a mut Option<Writer>,
        threads: usize,
        bytes: usize,
    ) -> Result<&'a mut Writer, StorageError> {
        if slot.as_ref().is_some_and(|w| w.threads < threads)
            && let Some(mut old) = slot.take()
        {
            commit(&mut old)?;
        }
        if slot.is_none() {
            let inner = self
                .index
                .writer_with_num_threads(threads, bytes * threads)
                .map_err(engine)?;
            *slot = Some(Writer {
                inner,
                threads,
                pending: 0,
                since: Instant::now(),
            });
        }
        slot.as_mut().ok_or_else(|| engine("no writer"))
    }
}

impl Drop for SearchIndex {
    fn drop(&mut self) {
        // What is lost here is entered again at the next opening.
        if !std::thread::panicking()
            && let Err(error) = self.commit()
        {
            tracing::warn!("{error}");
        }
    }
}

fn commit(writer: &mut Writer) -> Result<(), StorageError> {
    writer.inner.commit().map_err(engine)?;
    writer.pending = 0;
    Ok(())
}

/// The engine reads mapped files without much doubt; what it makes of damaged ones must not end the program.
fn guarded<T>(work: impl FnOnce() -> Result<T, StorageError>) -> Result<T, StorageError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        Err(engine(
            "the engine panicked; `wangxun evidence rebuild` makes a new one",
        ))
    })
}

fn engine(detail: impl std::fmt::Display) -> StorageError {
    StorageError::Index {
        detail: format!("search: {detail}"),
    }
}

fn set_aside(folder: &Path) -> Result<(), StorageError> {
    let stamp = Utc::now().format("%Y%m%dT%H%M%S%3fZ");
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let aside = folder.with_file_name(format!("{name}.broken-{stamp}"));
    std::fs::rename(folder, &aside).map_err(StorageError::io("set aside", folder))
}

/// Bytes of the files in a folder; files that come and go meanwhile do not count.
pub fn size_of_folder(folder: &Path) -> u64 {
    let paths: Vec<PathBuf> = durable::list(folder).unwrap_or_default();
    let sizes = paths.iter().filter_map(|p| p.metadata().ok());
    sizes.filter(|m| m.is_file()).map(|m| m.len()).sum()
}
