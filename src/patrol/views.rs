//! Looking at a page from other vantages: which pages, and what the second look says against the first. Each look is a visit
//! of its own in the frontier, so it waits for its politeness turn, counts against the budget, and survives a crash.

use super::inspect::Inspector;
use super::judged::{Judged, day_of, judge_capture};
use super::pipeline::{Part, PatrolError};
use crate::fetch::{Limits, undo_content_coding};
use crate::model::address::VisitKey;
use crate::model::capture::Capture;
use crate::model::context::{Context, Offer};
use crate::model::finding::Verdict;
use crate::model::seed::Seed;
use crate::model::signal::{CaptureName, Observation, SignalKind};
use crate::model::target::{Target, TargetSource};
use crate::model::vantage::Vantage;
use crate::signals::cloak::{Comparison, Difference, Resemblance, compare};
use crate::signals::view::View;
use crate::storage::frontier::lease::Lease;
use crate::storage::package::Compared;
use crate::storage::run::CaptureRef;
use crate::storage::warc::encode::CaptureContext;
use crate::wire::item_signals::difference_label;
use crate::wire::signal::{BaseRow, StoredDifference};

/// The look from the base vantage, read back from the archive, and what the comparison says.
pub(super) struct OtherLook {
    pub(super) context: CaptureContext,
    pub(super) capture: Capture,
    pub(super) judged: Judged,
    pub(super) comparison: Comparison,
    pub(super) differences: Vec<StoredDifference>,
    /// Record id of the base look's last response.
    record: String,
}

/// Whether a page offers finance.
pub(super) fn promotes(verdict: &Verdict) -> bool {
    verdict.finding || (verdict.context == Context::Ad && verdict.offer != Offer::None)
}

/// Whether a target is worth a second look whatever it says: where a site begins, and where advertisements lead.
pub(super) fn is_entrance(target: &Target) -> bool {
    target.offsite > 0 || matches!(target.source, TargetSource::Seed | TargetSource::AdLanding)
}

impl Part {
    /// The targets that look at a page from the seed's other vantages; none for a page that is not worth it, or when the
    /// run's share of such pages is used up.
    pub(super) fn other_views(
        &self,
        seed: &Seed,
        lease: &Lease,
        place: &CaptureRef,
        verdict: Option<&Verdict>,
    ) -> Result<Vec<Target>, PatrolError> {
        let target = &lease.target;
        let wanted = target.vantage == 0 && (is_entrance(target) || verdict.is_some_and(promotes));
        if !wanted || seed.vantages.others().next().is_none() {
            return Ok(Vec::new());
        }
        let row = BaseRow {
            file: place.file.clone(),
            offset: place.offset,
            length: place.length,
            response: place.response_id.clone(),
            payload: place.payload_sha256.clone(),
        };
        let name = (place.run.as_str(), seed.id.as_str(), &*lease.key.hex());
        let index = self.store.index();
        if !index.put_base(name, &row, seed.vantages.pages)? {
            return Ok(Vec::new());
        }
        let from = |vantage: u8| Target {
            vantage,
            // Soon after the first look, or the page may have changed by itself.
            priority: target.priority.max(210),
            ..target.clone()
        };
        Ok(seed.vantages.others().map(from).collect())
    }

    /// Holds a look from another vantage against the one from the base. `None` where there is none to hold it against (a
    /// page to which only this vantage was led).
    pub(super) fn other_look(
        &self,
        seed: &Seed,
        lease: &Lease,
        capture: &Capture,
        judged: &Judged,
    ) -> Result<Option<OtherLook>, PatrolError> {
        let (true, Some(last)) = (lease.target.vantage > 0, capture.last()) else {
            return Ok(None);
        };
        let key = VisitKey::of(&lease.target.url);
        let Some(place) = self.base_place(seed, key)? else {
            return Ok(None);
        };
        let base = self.archive.read_capture(&place)?;
        let Some((base, shown)) = read_again(base, &self.inspector) else {
            return Ok(None);
        };
        let comparison = compare_looks(&base, &shown, last.status, judged);
        let target = Target {
            vantage: 0,
            ..lease.target.clone()
        };
        Ok(Some(OtherLook {
            context: self.context_of(seed, &target, key.hex()),
            differences: comparison.differences.iter().map(stored).collect(),
            capture: base,
            judged: shown,
            comparison,
            record: place.response_id,
        }))
    }

    /// Where the base look lies. Should the index have been lost, the archive of a resumed run is looked through.
    fn base_place(&self, seed: &Seed, key: VisitKey) -> Result<Option<CaptureRef>, PatrolError> {
        let (run, visit) = (self.archive.run(), key.hex());
        if let Some(row) = self.store.index().base(run, &seed.id, &visit)? {
            return Ok(Some(CaptureRef {
                run: run.to_owned(),
                file: row.file,
                offset: row.offset,
                length: row.length,
                response_id: row.response,
                payload_sha256: row.payload,
            }));
        }
        if !self.resumed {
            return Ok(None);
        }
        for captured in self.archive.captured()? {
            let captured = captured?;
            if captured.visit == visit {
                return Ok(Some(captured.place));
            }
        }
        Ok(None)
    }
}

/// A capture read back and judged as when it was made; `None` when it holds no answer.
pub(super) fn read_again(mut capture: Capture, inspector: &Inspector) -> Option<(Capture, Judged)> {
    for exchange in &mut capture.exchanges {
        // Trouble with the coding was noted when it was fetched.
        undo_content_coding(exchange, &Limits::default());
    }
    let day = day_of(capture.last()?);
    let judged = judge_capture(inspector, &capture, day)?;
    Some((capture, judged))
}

/// Holds another look against the base.
pub(super) fn compare_looks(
    base: &Capture,
    shown: &Judged,
    status: u16,
    other: &Judged,
) -> Comparison {
    let base_status = base.last().map_or(0, |last| last.status);
    compare(
        &View::of(base_status, &shown.url, &shown.page, &shown.verdict),
        &View::of(status, &other.url, &other.page, &other.verdict),
    )
}

/// The signal, where a page hides from some what it shows to others.
pub(super) fn cloaking(
    comparison: &Comparison,
    base: Option<Vantage>,
    here: Option<Vantage>,
) -> Option<Observation> {
    if comparison.resemblance != Resemblance::Cloaked {
        return None;
    }
    let label = |view: Option<Vantage>| view.unwrap_or(Vantage::PLAIN).label();
    let differences: Vec<StoredDifference> = comparison.differences.iter().map(stored).collect();
    let parts: Vec<&str> = differences
        .iter()
        .map(|d| difference_label(&d.what))
        .collect();
    let detail = format!(
        "{}与{}所见不同(相同文字约{}%):{}",
        label(base),
        label(here),
        comparison.likeness.contained / 10,
        parts.join("、")
    );
    let told = |pick: fn(&StoredDifference) -> &String| {
        let told = differences.iter().map(|d| {
            let value = pick(d);
            let value = if value.is_empty() { "无" } else { value };
            format!("{}:{value}", difference_label(&d.what))
        });
        told.collect::<Vec<_>>().join(";")
    };
    let found = Observation::new(SignalKind::Cloaking, detail);
    Some(found.change(told(|d| &d.base), told(|d| &d.other)))
}

fn stored(difference: &Difference) -> StoredDifference {
    let cut = |text: &str| text.chars().take(300).collect();
    StoredDifference {
        what: difference.what.to_owned(),
        base: cut(&difference.base),
        other: cut(&difference.other),
    }
}

impl OtherLook {
    /// The base look as a package takes it.
    pub(super) fn compared(&self) -> Compared<'_> {
        Compared {
            context: &self.context,
            capture: &self.capture,
            page: &self.judged.page,
            findings: self.judged.verdict.findings.len(),
            resemblance: self.comparison.resemblance.code(),
            likeness: (
                self.comparison.likeness.shared,
                self.comparison.likeness.contained,
            ),
            differences: &self.differences,
        }
    }

    /// The base look as a signal names it.
    pub(super) fn name(&self) -> CaptureName {
        CaptureName {
            run: self.context.run.clone(),
            visit: self.context.visit.clone(),
            record: self.record.clone(),
        }
    }

    /// The view of the base look.
    pub(super) fn view(&self) -> Option<Vantage> {
        self.context.vantage.as_ref().map(|m| m.vantage)
    }
}
