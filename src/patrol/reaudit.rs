//! Stored captures judged again by the present rules and words. Nothing is fetched, and nothing stored is changed: what
//! is new goes into records beside the evidence.

mod again;
mod differences;

use super::inspect::Inspector;
use super::pipeline::PatrolError;
use super::side_by_side::side_by_side;
use crate::model::address::VisitKey;
use crate::model::monitor::{Event, Monitor};
use crate::model::note::Note;
use crate::storage::item::evidence_id;
use crate::storage::package::moment;
use crate::storage::reaudit::ReauditDraft;
use crate::storage::rebuild::read_row;
use crate::storage::run::Captured;
use crate::storage::run::read::captured;
use crate::storage::store::Store;
use crate::wire::manifest::{StoredFinding, Tool};
use crate::wire::reaudit::{ChangeKind, FindingChange, ReauditPage};
use again::{Again, Outcome, again, page};
use chrono::NaiveDate;
use differences::differences;
use std::collections::BTreeMap;
use tokio::sync::watch;

/// What is to be judged again, and how.
pub struct ReauditOrder<'a> {
    /// Where captures, evidence and records are kept.
    pub store: &'a Store,
    /// The auditor with the present lexicons.
    pub inspector: &'a Inspector,
    /// Who is told.
    pub monitor: &'a dyn Monitor,
    /// The program, for records.
    pub tool: Tool,
    /// The runs, in order.
    pub runs: Vec<String>,
    /// Only captures of this day (Beijing) and later.
    pub since: Option<NaiveDate>,
    /// Judge by the rules of this day instead of those of the day of each capture.
    pub date: Option<NaiveDate>,
    /// Whether what is new is recorded.
    pub record: bool,
    /// What the result depends on besides the captures; an interrupted re-audit is taken up by one with the same.
    pub basis: String,
}

/// A page whose judgement differs from the first one.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangedPage {
    /// The identifier that an item with this visit has, or would have.
    pub evidence_id: String,
    /// Whether there is such an item.
    pub sealed: bool,
    /// The run.
    pub run: String,
    /// Id of the seed.
    pub seed: String,
    /// Name of the platform, or the seed's id.
    pub platform: String,
    /// Final address.
    pub url: String,
    /// When it was captured (UTC).
    pub captured: String,
    /// Findings of the first judgement, and now.
    pub findings: (usize, usize),
    /// The differences; empty where an earlier re-audit differed and this one no longer does.
    pub changes: Vec<FindingChange>,
    /// Whether this re-audit is the first to say so.
    pub fresh: bool,
}

/// What a re-audit came to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReauditSummary {
    /// Captures of pages that were looked at.
    pub captures: u64,
    /// Of these, settled by an interrupted part before.
    pub resumed: u64,
    /// Of these, judged now.
    pub judged: u64,
    /// Of these, left out: no page (by its status), or older than asked for.
    pub left_out: u64,
    /// Of these, unreadable; each is noted.
    pub unreadable: u64,
    /// Pages that differ from their first judgement.
    pub pages: Vec<ChangedPage>,
    /// Records written, by id.
    pub records: Vec<String>,
    /// Whether all was judged that was asked for.
    pub complete: bool,
}

impl ReauditSummary {
    /// Differences of this kind.
    pub fn count(&self, kind: ChangeKind) -> usize {
        let changes = self.pages.iter().flat_map(|p| &p.changes);
        changes.filter(|c| c.change == kind).count()
    }
}

/// Captures judged side by side.
const BATCH: usize = 64;
/// Pages, and bytes of their texts, after which a record is closed.
const RECORD_PAGES: usize = 1_000;
const RECORD_BYTES: usize = 8 << 20;

/// Judges the captures of all runs again, in the order of the archive, until all is done or `stop` says true. What an
/// earlier part settled is not judged twice; what is on record already is not recorded twice.
pub fn reaudit(
    order: &ReauditOrder<'_>,
    stop: &watch::Receiver<bool>,
) -> Result<ReauditSummary, PatrolError> {
    let mut work = Work {
        order,
        summary: ReauditSummary::default(),
        pending: Vec::new(),
        platforms: BTreeMap::new(),
        total: total(order)?,
        seen: 0,
    };
    for run in &order.runs {
        if !work.run(run, stop)? {
            return Ok(work.summary);
        }
    }
    if order.record {
        order.store.index().clear_progress(&order.basis)?;
    }
    work.summary.complete = true;
    Ok(work.summary)
}

fn total(order: &ReauditOrder<'_>) -> Result<u64, PatrolError> {
    let mut total = 0;
    for run in &order.runs {
        total += captured(order.store.home(), run)?.count() as u64;
    }
    Ok(total)
}

struct Work<'a> {
    order: &'a ReauditOrder<'a>,
    summary: ReauditSummary,
    /// Pages for the next record.
    pending: Vec<ReauditPage>,
    /// Names of platforms, by seed.
    platforms: BTreeMap<String, Option<String>>,
    total: u64,
    seen: u64,
}

impl Work<'_> {
    /// One run; false when it was stopped.
    fn run(&mut self, run: &str, stop: &watch::Receiver<bool>) -> Result<bool, PatrolError> {
        let name = format!("{}\n{run}", self.order.basis);
        let index = self.order.store.index();
        let done = match self.order.record {
            true => index.progress(&name)?,
            false => 0,
        };
        let mut batch = Vec::with_capacity(BATCH);
        let mut at = 0;
        for captured in captured(self.order.store.home(), run)? {
            let captured = captured?;
            at += 1;
            self.seen += 1;
            // Exchanges beside the page bear a name that is no visit key.
            if VisitKey::parse(&captured.visit).is_none() {
                continue;
            }
            self.summary.captures += 1;
            if at <= done {
                self.known(run, &captured)?;
                continue;
            }
            batch.push(captured);
            if batch.len() == BATCH {
                self.settle(run, &mut batch)?;
                let stopped = *stop.borrow();
                self.keep(run, &name, at, stopped)?;
                if stopped {
                    return Ok(false);
                }
            }
        }
        self.settle(run, &mut batch)?;
        self.keep(run, &name, at, true)?;
        Ok(!*stop.borrow())
    }

    /// What an interrupted part settled before.
    fn known(&mut self, run: &str, captured: &Captured) -> Result<(), PatrolError> {
        self.summary.resumed += 1;
        let id = evidence_id(run, &captured.visit);
        let Some(row) = self.order.store.index().reaudit(&id)? else {
            return Ok(());
        };
        if row.page.changes.is_empty() {
            return Ok(());
        }
        let first = self.order.store.index().findings_of(&id)?.len();
        self.summary.pages.push(ChangedPage {
            evidence_id: id,
            sealed: row.page.sealed,
            run: run.to_owned(),
            seed: row.page.seed,
            platform: row.page.platform,
            url: row.page.url,
            captured: row.page.captured.utc,
            findings: (first, row.page.findings.len()),
            changes: row.page.changes,
            fresh: false,
        });
        Ok(())
    }

    fn settle(&mut self, run: &str, batch: &mut Vec<Captured>) -> Result<(), PatrolError> {
        let order = self.order;
        let outcomes = side_by_side(batch, &|captured| again(order, captured));
        batch.clear();
        for outcome in outcomes {
            match outcome {
                Outcome::LeftOut => self.summary.left_out += 1,
                Outcome::Unreadable(why) => {
                    self.summary.unreadable += 1;
                    let note = Note::new("capture-unreadable", why);
                    order.monitor.event(Event::Noted(note));
                }
                Outcome::Judged(again) => {
                    self.summary.judged += 1;
                    self.compare(run, *again)?;
                }
            }
        }
        order.monitor.event(Event::Progress {
            what: "captures judged again",
            done: self.seen,
            total: self.total,
        });
        Ok(())
    }

    fn compare(&mut self, run: &str, again: Again) -> Result<(), PatrolError> {
        let index = self.order.store.index();
        let id = evidence_id(run, &again.captured.visit);
        let first: Vec<StoredFinding> = index
            .findings_of(&id)?
            .into_iter()
            .map(|row| row.finding)
            .collect();
        let changes = differences(&first, &again.findings);
        let fresh = match index.reaudit(&id)? {
            Some(last) => !differences(&last.page.findings, &again.findings).is_empty(),
            None => !changes.is_empty(),
        };
        if changes.is_empty() && !fresh {
            return Ok(());
        }
        let sealed = index.get(&id)?.is_some();
        let platform = self.platform(&again.seed)?;
        self.summary.pages.push(ChangedPage {
            evidence_id: id.clone(),
            sealed,
            run: run.to_owned(),
            seed: again.seed.clone(),
            platform: platform.clone(),
            url: again.url.clone(),
            captured: moment(again.started).utc,
            findings: (first.len(), again.findings.len()),
            changes: changes.clone(),
            fresh,
        });
        if fresh && self.order.record {
            let version = self.first_version(&id)?;
            self.pending
                .push(page(id, sealed, platform, version, changes, again));
        }
        Ok(())
    }

    /// Name of a seed's platform, as an item of the seed tells it.
    fn platform(&mut self, seed: &str) -> Result<String, PatrolError> {
        if !self.platforms.contains_key(seed) {
            let query = crate::storage::index::ItemQuery {
                seed: Some(seed.to_owned()),
                limit: 1,
                ..Default::default()
            };
            let name = self.order.store.index().items(&query)?.pop();
            self.platforms
                .insert(seed.to_owned(), name.map(|row| row.platform));
        }
        let known = self.platforms.get(seed).cloned().flatten();
        Ok(known.unwrap_or_else(|| seed.to_owned()))
    }

    /// The lexicons that judged a sealed page first.
    fn first_version(&self, id: &str) -> Result<Option<String>, PatrolError> {
        let store = self.order.store;
        let Some(row) = store.index().get(id)? else {
            return Ok(None);
        };
        // A package that cannot be read is for the verifier to name.
        let read = read_row(store.home(), &store.home().root().join(&row.path));
        Ok(read.ok().map(|(_, manifest)| manifest.lexicon_version))
    }

    /// Closes a record when it is full or the end is near, and remembers how far the work came.
    fn keep(&mut self, run: &str, name: &str, at: u64, end: bool) -> Result<(), PatrolError> {
        if !self.order.record {
            return Ok(());
        }
        let texts = self.pending.iter().filter_map(|p| p.text.as_ref());
        let bytes: usize = texts.map(String::len).sum();
        let full = self.pending.len() >= RECORD_PAGES || bytes >= RECORD_BYTES;
        if !self.pending.is_empty() && !full && !end {
            return Ok(());
        }
        if !self.pending.is_empty() {
            let record = self.order.store.reaudit(ReauditDraft {
                run: run.to_owned(),
                tool: self.order.tool.clone(),
                lexicon_version: self.order.inspector.version().to_owned(),
                pages: std::mem::take(&mut self.pending),
            })?;
            self.summary.records.push(record.id);
        }
        // Only now: what is not on record must be judged again after a crash.
        self.order.store.index().set_progress(name, at)?;
        Ok(())
    }
}
