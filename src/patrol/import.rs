//! Captures of others: a WARC file is taken in as it is, its pages are judged, what is found is sealed.

mod account;

use super::inspect::Inspector;
use super::judged::{Judged, day_of, judge};
use super::side_by_side::side_by_side;
use crate::fetch::{Limits, undo_content_coding};
use crate::model::capture::{Capture, Exchange};
use crate::model::custody::{Actor, ItemKind};
use crate::model::monitor::{Event, Monitor};
use crate::model::note::Note;
use crate::model::seed::RobotsPolicy;
use crate::model::target::TargetSource;
use crate::storage::error::StorageError;
use crate::storage::import::keep::TakenIn;
use crate::storage::import::page::{self, ForeignPage};
use crate::storage::import::pairs::{Pair, Pairs};
use crate::storage::import::scan::{Foreign, Scanned};
use crate::storage::package::{ItemDraft, moment};
use crate::storage::store::Store;
use crate::storage::warc::encode::CaptureContext;
use crate::wire::custody::ItemCustody;
use crate::wire::import::{ImportRecord, ImportedPage, Refused};
use crate::wire::manifest::{Imported, Tool};
use account::Account;
use std::path::Path;
use tokio::sync::watch;

/// What is to be imported, and how.
pub struct ImportOrder<'a> {
    /// Where files, evidence and journal are kept.
    pub store: &'a Store,
    /// The auditor.
    pub inspector: &'a Inspector,
    /// Who is told.
    pub monitor: &'a dyn Monitor,
    /// The program, for manifests.
    pub tool: Tool,
    /// What authorises the keeping, in Chinese, for manifests.
    pub legal_basis: Vec<String>,
    /// Where the file comes from, as whoever brings it says.
    pub origin: Option<String>,
    /// Who brings it.
    pub actor: Actor,
}

/// What became of one file.
#[derive(Debug, Clone, PartialEq)]
pub enum Import {
    /// It was read to its end now.
    Read(Box<ImportRecord>),
    /// It had been read to its end before; nothing was done.
    Known(Box<ImportRecord>),
    /// It was stopped; the same command goes on.
    Stopped,
}

/// Pages judged side by side: so many, or so many bytes of them.
const BATCH: usize = 32;
const BATCH_BYTES: usize = 64 << 20;

/// Imports one file. The file is kept and fixed by the journal first; then its pages are judged by the rules of the day
/// on which they were captured, and sealed where they are worth it. Repeated after a crash it goes on: what is sealed is
/// not sealed twice.
pub fn import(
    order: &ImportOrder<'_>,
    file: &Path,
    stop: &watch::Receiver<bool>,
) -> Result<Import, StorageError> {
    let mut taken = order.store.take_in(file, &order.actor)?;
    if let Some(record) = taken.record.take() {
        return Ok(Import::Known(Box::new(record)));
    }
    let mut scanner = order.store.scan(&taken)?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let mut work = Work {
        order,
        taken: &taken,
        name: name.into_owned(),
        account: Account::default(),
        pairs: Pairs::default(),
        batch: Vec::new(),
        held: 0,
    };
    while let Some(found) = scanner
        .next_found()
        .map_err(|source| unreadable(&taken, source))?
    {
        match found {
            Scanned::Fault(fault) => work.account.fault(fault),
            Scanned::Record(record) => {
                order.monitor.event(Event::Progress {
                    what: "MB read",
                    done: record.offset.div_ceil(1_000_000),
                    total: scanner.size().div_ceil(1_000_000),
                });
                work.record(*record)?;
            }
        }
        if *stop.borrow() {
            return Ok(Import::Stopped);
        }
    }
    for pair in std::mem::take(&mut work.pairs).rest() {
        work.pair(pair)?;
    }
    work.settle()?;
    let layout = scanner.layout().code();
    let record = work.account.close(order, &taken, &work.name, layout);
    order.store.close_import(&record, &order.actor)?;
    Ok(Import::Read(Box::new(record)))
}

fn unreadable(taken: &TakenIn, source: std::io::Error) -> StorageError {
    StorageError::Io {
        what: "read",
        path: taken.path.clone(),
        source,
    }
}

struct Work<'a> {
    order: &'a ImportOrder<'a>,
    taken: &'a TakenIn,
    /// What the file is called where it comes from.
    name: String,
    account: Account,
    pairs: Pairs,
    batch: Vec<Candidate>,
    held: usize,
}

/// A page that is to be judged.
struct Candidate {
    number: u64,
    offset: u64,
    record_id: String,
    /// Whether it is an exchange.
    exchange: bool,
    /// Whether it may be sealed: an exchange without a wrong digest.
    sealable: bool,
    page: Exchange,
    marks: Vec<String>,
}

/// What came of it.
struct Outcome {
    page: ImportedPage,
    trouble: Option<StorageError>,
}

impl Work<'_> {
    fn record(&mut self, mut record: Foreign) -> Result<(), StorageError> {
        let kind = record.headers.record_type();
        self.account.record(&record, &kind);
        match kind.as_str() {
            "request" => {
                self.account.digests(&record);
                if let Some(pair) = self.pairs.take(record) {
                    self.pair(pair)?;
                }
            }
            "response" if record.block.is_some() => {
                if let Some(pair) = self.pairs.take(record) {
                    self.pair(pair)?;
                }
            }
            "resource" if record.block.is_some() => {
                let block = record.block.take().unwrap_or_default();
                self.resource(record, block)?;
            }
            _ => {
                self.account.digests(&record);
            }
        }
        Ok(())
    }

    fn pair(&mut self, (mut record, request): Pair) -> Result<(), StorageError> {
        let block = record.block.take().unwrap_or_default();
        match page::answer(&record, block, request) {
            Ok(answer) => {
                let ForeignPage {
                    exchange,
                    payload_digest,
                    mut marks,
                } = answer;
                record.payload_digest = payload_digest;
                let (told, wrong) = self.account.digests(&record);
                marks.extend(told);
                if wrong {
                    marks.push("judged, not sealed".to_owned());
                }
                self.candidate(record, (true, !wrong), exchange, marks)
            }
            Err(why) => {
                self.account.digests(&record);
                self.account.refuse(&record, why);
                Ok(())
            }
        }
    }

    fn resource(&mut self, record: Foreign, block: Vec<u8>) -> Result<(), StorageError> {
        let (mut marks, _) = self.account.digests(&record);
        match page::resource(&record.headers, block) {
            Ok(page) => {
                marks.push("is a resource, no exchange: judged, not sealed".to_owned());
                self.candidate(record, (false, false), page, marks)
            }
            Err(why) => {
                self.account.refuse(&record, why);
                Ok(())
            }
        }
    }

    fn candidate(
        &mut self,
        record: Foreign,
        (exchange, sealable): (bool, bool),
        page: Exchange,
        marks: Vec<String>,
    ) -> Result<(), StorageError> {
        if !(200..300).contains(&page.status) {
            return Ok(());
        }
        self.held += page.body.len();
        self.batch.push(Candidate {
            number: record.number,
            offset: record.offset,
            record_id: record.headers.record_id().to_owned(),
            exchange,
            sealable,
            page,
            marks,
        });
        if self.batch.len() >= BATCH || self.held >= BATCH_BYTES {
            self.settle()?;
        }
        Ok(())
    }

    /// Judges what has been gathered, and seals what is worth it.
    fn settle(&mut self) -> Result<(), StorageError> {
        let batch = std::mem::take(&mut self.batch);
        self.held = 0;
        let outcomes = side_by_side(&batch, &|candidate| self.judge(candidate));
        for outcome in outcomes {
            if let Some(error) = outcome.trouble {
                return Err(error);
            }
            self.account.page(outcome.page);
        }
        Ok(())
    }

    fn judge(&self, candidate: &Candidate) -> Outcome {
        let mut page = candidate.page.clone();
        let notes = undo_content_coding(&mut page, &Limits::default());
        let judged = judge(self.order.inspector, &page, day_of(&page));
        let mut marks = candidate.marks.clone();
        marks.extend(notes.iter().map(|note| note.message.clone()));
        let mut told = told(candidate, &page, &judged, marks);
        let sealed = (candidate.sealable && judged.verdict.worth_keeping())
            .then(|| self.seal(candidate, page, &judged, &told.marks));
        let trouble = match sealed {
            Some(Ok(id)) => {
                told.evidence_id = Some(id);
                None
            }
            Some(Err(error)) => Some(error),
            None => None,
        };
        Outcome {
            page: told,
            trouble,
        }
    }

    fn seal(
        &self,
        candidate: &Candidate,
        page: Exchange,
        judged: &Judged,
        marks: &[String],
    ) -> Result<String, StorageError> {
        let context = self.context(candidate, &page);
        let imported = self.imported(candidate, marks);
        let note = format!(
            "captured by another program ({}); record {} at byte {} of the imported file {} (sha256 {})",
            software(&imported),
            imported.record_id,
            imported.offset,
            imported.import,
            imported.sha256
        );
        let notes = marks.iter().map(|mark| Note::new("imported", mark.clone()));
        let capture = Capture {
            requested: page.url.clone(),
            exchanges: vec![page],
            notes: std::iter::once(Note::new("imported", note))
                .chain(notes)
                .collect(),
            rendering: None,
            images: Vec::new(),
        };
        let draft = ItemDraft {
            context: &context,
            capture: &capture,
            page: &judged.page,
            charset: judged.charset,
            verdict: &judged.verdict,
            tool: &self.order.tool,
            legal_basis: &self.order.legal_basis,
            // Another machine's, or none: nothing was captured here.
            environment: None,
            imported: Some(&imported),
            signals: &[],
            compared: None,
            pictures: &[],
            slots: &[],
        };
        let custody = ItemCustody::of(ItemKind::ImportedCapture);
        let sealed = self.order.store.seal_with(&draft, &custody)?;
        let evidence_id = sealed.evidence_id().to_owned();
        self.order.monitor.event(Event::Sealed {
            evidence_id: evidence_id.clone(),
        });
        Ok(evidence_id)
    }

    /// The import stands for the run, the record for the visit, the host for the platform.
    fn context(&self, candidate: &Candidate, page: &Exchange) -> CaptureContext {
        CaptureContext {
            run: self.taken.id.clone(),
            visit: format!("record-{}", candidate.number),
            seed_id: "import".to_owned(),
            platform: page.url.host_str().unwrap_or("").to_owned(),
            depth: 0,
            source: TargetSource::Import,
            referrer: None,
            vantage: None,
            robots: RobotsPolicy::Obey,
        }
    }

    fn imported(&self, candidate: &Candidate, marks: &[String]) -> Imported {
        Imported {
            collector: "imported".to_owned(),
            import: self.taken.id.clone(),
            name: self.name.clone(),
            sha256: self.taken.file.sha256.clone(),
            sm3: self.taken.file.sm3.clone(),
            record_id: candidate.record_id.clone(),
            offset: candidate.offset,
            software: self.account.software(),
            origin: self.order.origin.clone(),
            by: self.taken.by.clone(),
            imported_at: moment(self.taken.at),
            marks: marks.to_vec(),
        }
    }
}

fn software(imported: &Imported) -> String {
    match imported.software.is_empty() {
        true => "the file does not say which".to_owned(),
        false => imported.software.join(", "),
    }
}

fn told(
    candidate: &Candidate,
    page: &Exchange,
    judged: &Judged,
    marks: Vec<String>,
) -> ImportedPage {
    let verdict = &judged.verdict;
    let mut rules: Vec<String> = Vec::new();
    for finding in &verdict.findings {
        if !rules.contains(&finding.rule) {
            rules.push(finding.rule.clone());
        }
    }
    ImportedPage {
        number: candidate.number,
        offset: candidate.offset,
        record_id: candidate.record_id.clone(),
        kind: if candidate.exchange {
            "response"
        } else {
            "resource"
        }
        .to_owned(),
        url: page.url.as_str().to_owned(),
        captured: moment(page.started).utc,
        status: if candidate.exchange { page.status } else { 0 },
        title: judged.page.title.clone(),
        charset: judged.charset.to_owned(),
        context: verdict.context.code().to_owned(),
        score: (&verdict.score).into(),
        rules,
        evidence_id: None,
        marks,
    }
}

impl From<crate::storage::import::scan::Fault> for Refused {
    fn from(fault: crate::storage::import::scan::Fault) -> Self {
        Self {
            offset: fault.offset,
            resumed: fault.resumed,
            record_id: fault.record_id,
            why: fault.why,
        }
    }
}
