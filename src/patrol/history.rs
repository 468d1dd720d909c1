//! The captures of one address over all runs, and what changed between two of them. Everything is read from the archives:
//! nothing is fetched. Personal data is masked in what is shown; the sealed bytes stay as they are.

use super::inspect::Inspector;
use super::judged::{Judged, day_of, judge_capture};
use crate::fetch::{Limits, undo_content_coding};
use crate::model::address::VisitKey;
use crate::model::monitor::{Event, Monitor};
use crate::model::note::Note;
use crate::model::partial_mask::mask;
use crate::model::vantage::Vantage;
use crate::signals::diff::{Piece, diff};
use crate::signals::sketch::likeness;
use crate::signals::view::{View, texts};
use crate::storage::error::StorageError;
use crate::storage::home::Home;
use crate::storage::item::{evidence_id, find_item};
use crate::storage::package::moment;
use crate::storage::run::read::{captured, read_decoded, runs};
use crate::storage::run::{CaptureRef, Captured};
use crate::wire::history::{HistoryDiff, HistoryPage, HistoryPiece};
use std::collections::BTreeSet;
use url::Url;

/// What goes wrong with a difference.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// The archive cannot be read.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// There is no capture of this number.
    #[error("there is no capture {number}; the address has captures 1 to {last}")]
    NoCapture {
        /// The number asked for.
        number: usize,
        /// The last one.
        last: usize,
    },
}

/// The captures of an address, oldest first, each held against the one before it from the same vantage. A capture that
/// cannot be read is told and left out.
pub fn history(
    home: &Home,
    url: &Url,
    inspector: &Inspector,
    monitor: &dyn Monitor,
) -> Result<Vec<HistoryPage>, StorageError> {
    let mut pages: Vec<HistoryPage> = Vec::new();
    let mut before: Vec<(Option<Vantage>, Judged)> = Vec::new();
    for place in places(home, url)? {
        let (vantage, judged, mut page) = match read(home, &place, inspector) {
            Ok(Some(read)) => read,
            Ok(None) => continue,
            Err(error) => {
                monitor.event(Event::Noted(Note::new(
                    "capture-unreadable",
                    error.to_string(),
                )));
                continue;
            }
        };
        let last = before.iter().position(|(v, _)| *v == vantage);
        if let Some((_, earlier)) = last.and_then(|at| before.get(at)) {
            page.likeness = Some(likeness(texts(&earlier.page), texts(&judged.page)).shared);
        }
        match last.and_then(|at| before.get_mut(at)) {
            Some(slot) => slot.1 = judged,
            None => before.push((vantage, judged)),
        }
        page.number = pages.len() + 1;
        pages.push(page);
    }
    Ok(pages)
}

/// The difference of two captures of an address, by their numbers in [`history`].
pub fn difference(
    home: &Home,
    pages: &[HistoryPage],
    (one, two): (usize, usize),
    inspector: &Inspector,
) -> Result<HistoryDiff, HistoryError> {
    let page = |number: usize| {
        let found = number.checked_sub(1).and_then(|at| pages.get(at));
        found.ok_or(HistoryError::NoCapture {
            number,
            last: pages.len(),
        })
    };
    let (earlier, later) = (page(one)?, page(two)?);
    let judged = |page: &HistoryPage| -> Result<Option<Judged>, StorageError> {
        let place = CaptureRef {
            run: page.run.clone(),
            file: page.file.clone(),
            offset: page.offset,
            length: page.length,
            response_id: page.record.clone(),
            payload_sha256: page.payload_sha256.clone(),
        };
        Ok(read_place(home, &place, inspector)?.map(|(_, judged)| judged))
    };
    let (Some(old), Some(new)) = (judged(earlier)?, judged(later)?) else {
        return Err(HistoryError::NoCapture {
            number: one,
            last: pages.len(),
        });
    };
    let pieces = diff(&old.page.text, &new.page.text).into_iter();
    let pieces = pieces.map(|piece| match piece {
        Piece::Same(text) => HistoryPiece::new("same", &text),
        Piece::Removed(text) => HistoryPiece::new("removed", &text),
        Piece::Added(text) => HistoryPiece::new("added", &text),
    });
    let view = |page: &HistoryPage, judged: &Judged| {
        let view = View::of(page.status, &judged.url, &judged.page, &judged.verdict);
        let claims: BTreeSet<String> = view.claims.iter().map(|c| c.code().to_owned()).collect();
        (claims, view.rules)
    };
    let ((old_claims, old_rules), (new_claims, new_rules)) =
        (view(earlier, &old), view(later, &new));
    let gained =
        |new: &BTreeSet<String>, old: &BTreeSet<String>| new.difference(old).cloned().collect();
    Ok(HistoryDiff {
        earlier: earlier.clone(),
        later: later.clone(),
        likeness: likeness(texts(&old.page), texts(&new.page)).shared,
        claims_gained: gained(&new_claims, &old_claims),
        claims_lost: gained(&old_claims, &new_claims),
        rules_gained: gained(&new_rules, &old_rules),
        rules_lost: gained(&old_rules, &new_rules),
        pieces: pieces.collect(),
    })
}

/// Captures of all runs whose address, asked for or final, is this one, in the order of runs and files.
fn places(home: &Home, url: &Url) -> Result<Vec<Captured>, StorageError> {
    let key = VisitKey::of(url);
    let is_it = |text: &str| Url::parse(text).is_ok_and(|u| VisitKey::of(&u) == key);
    let host = url.host_str().unwrap_or_default();
    let mut found = Vec::new();
    for run in runs(home)? {
        for capture in captured(home, &run)? {
            let capture = capture?;
            // Addresses are parsed only where the host stands in them; most lines are of others.
            let near = |text: &str| text.contains(host) && is_it(text);
            let is_page = VisitKey::parse(&capture.visit).is_some();
            if is_page && (near(&capture.requested) || near(&capture.final_url)) {
                found.push(capture);
            }
        }
    }
    Ok(found)
}

type Read = (Option<Vantage>, Judged, HistoryPage);

fn read(
    home: &Home,
    captured: &Captured,
    inspector: &Inspector,
) -> Result<Option<Read>, StorageError> {
    let place = &captured.place;
    let Some(((vantage, last), judged)) = read_place(home, place, inspector)? else {
        return Ok(None);
    };
    let id = evidence_id(&place.run, &captured.visit);
    let sealed = find_item(home, &id)?.is_some();
    let verdict = &judged.verdict;
    let page = HistoryPage {
        number: 0,
        captured: moment(last.started),
        run: place.run.clone(),
        visit: captured.visit.clone(),
        evidence_id: sealed.then_some(id),
        vantage: vantage.map(Vantage::code),
        status: last.status,
        requested_url: captured.requested.clone(),
        final_url: captured.final_url.clone(),
        title: mask(&judged.page.title).into_owned(),
        operator: verdict.who.operator.as_ref().map(|o| o.name.clone()),
        findings: verdict.findings.len(),
        score: verdict.score.total(),
        likeness: None,
        payload_sha256: place.payload_sha256.clone(),
        record: place.response_id.clone(),
        file: place.file.clone(),
        offset: place.offset,
        length: place.length,
    };
    Ok(Some((vantage, judged, page)))
}

/// When and how a capture answered.
struct Answered {
    started: chrono::DateTime<chrono::Utc>,
    status: u16,
}

type ReadPlace = ((Option<Vantage>, Answered), Judged);

fn read_place(
    home: &Home,
    place: &CaptureRef,
    inspector: &Inspector,
) -> Result<Option<ReadPlace>, StorageError> {
    let mut decoded = read_decoded(home, place)?;
    for exchange in &mut decoded.capture.exchanges {
        undo_content_coding(exchange, &Limits::default());
    }
    let Some(last) = decoded.capture.last() else {
        return Ok(None);
    };
    let answered = Answered {
        started: last.started,
        status: last.status,
    };
    let day = day_of(last);
    let judged = judge_capture(inspector, &decoded.capture, day);
    Ok(judged.map(|judged| ((decoded.vantage, answered), judged)))
}
