//! One stored capture, read from the archive and judged again.

use super::ReauditOrder;
use crate::fetch::{Limits, undo_content_coding};
use crate::patrol::judged::{day_of, judge_capture};
use crate::storage::package::moment;
use crate::storage::run::Captured;
use crate::storage::run::read::read_decoded;
use crate::wire::manifest::{StoredFinding, StoredScore};
use crate::wire::reaudit::{FindingChange, ReauditPage, StoredPlace};
use chrono::{DateTime, NaiveDate, Utc};

/// What became of one capture.
pub(super) enum Outcome {
    LeftOut,
    Unreadable(String),
    Judged(Box<Again>),
}

/// A capture judged again.
pub(super) struct Again {
    pub(super) captured: Captured,
    pub(super) seed: String,
    pub(super) started: DateTime<Utc>,
    pub(super) day: NaiveDate,
    pub(super) url: String,
    pub(super) title: String,
    pub(super) charset: &'static str,
    pub(super) context: &'static str,
    pub(super) offer: &'static str,
    pub(super) score: StoredScore,
    pub(super) findings: Vec<StoredFinding>,
    pub(super) text: Option<String>,
}

/// Reads a capture from the archive and judges it.
pub(super) fn again(order: &ReauditOrder<'_>, captured: &Captured) -> Outcome {
    let mut decoded = match read_decoded(order.store.home(), &captured.place) {
        Ok(decoded) => decoded,
        Err(error) => return Outcome::Unreadable(error.to_string()),
    };
    let Some(last) = decoded.capture.exchanges.last_mut() else {
        return Outcome::LeftOut;
    };
    let seen = day_of(last);
    if !(200..300).contains(&last.status) || order.since.is_some_and(|since| seen < since) {
        return Outcome::LeftOut;
    }
    // Trouble with the coding was noted when it was fetched.
    undo_content_coding(last, &Limits::default());
    let day = order.date.unwrap_or(seen);
    let (started, url) = (last.started, last.url.to_string());
    let Some(judged) = judge_capture(order.inspector, &decoded.capture, day) else {
        return Outcome::LeftOut;
    };
    let findings: Vec<StoredFinding> = judged.verdict.findings.iter().map(Into::into).collect();
    Outcome::Judged(Box::new(Again {
        captured: captured.clone(),
        seed: decoded.seed,
        started,
        day,
        url,
        title: judged.page.title,
        charset: judged.charset,
        context: judged.verdict.context.code(),
        offer: judged.verdict.offer.code(),
        score: (&judged.verdict.score).into(),
        text: (!findings.is_empty()).then_some(judged.page.text),
        findings,
    }))
}

/// The page as a record holds it.
pub(super) fn page(
    evidence_id: String,
    sealed: bool,
    platform: String,
    first_lexicon_version: Option<String>,
    changes: Vec<FindingChange>,
    again: Again,
) -> ReauditPage {
    let place = again.captured.place;
    ReauditPage {
        evidence_id,
        sealed,
        visit: again.captured.visit,
        seed: again.seed,
        platform,
        requested_url: again.captured.requested,
        url: again.url,
        title: again.title,
        captured: moment(again.started),
        rules_of: again.day.to_string(),
        place: StoredPlace {
            file: place.file,
            offset: place.offset,
            length: place.length,
            response: place.response_id,
            payload_sha256: place.payload_sha256,
        },
        charset: again.charset.to_owned(),
        first_lexicon_version,
        changes,
        context: again.context.to_owned(),
        offer: again.offer.to_owned(),
        score: again.score,
        findings: again.findings,
        text: again.text,
    }
}
