//! Which pages of a run are sealed, and what is known of their custody beforehand.

use super::pipeline::{Part, PatrolError};
use crate::model::capture::Capture;
use crate::model::custody::ItemKind;
use crate::model::likeness::likeness;
use crate::model::page::Page;
use crate::model::target::{Target, TargetSource};
use crate::storage::custody::Prior;
use crate::storage::digest::sha256;
use crate::storage::item::evidence_id;
use crate::storage::package::moment;
use crate::wire::custody::{ItemCustody, PriorCapture};
use chrono::TimeDelta;

/// Days until it must be decided what becomes of evidence preserved in advance (行政处罚法 56).
pub const DAYS_TO_DECIDE: i64 = 7;

/// What is sealed, and as what.
#[derive(Debug, Clone)]
pub struct Sealing {
    /// Whatever a page says and whatever its status, it is sealed; otherwise only for a finding or a warning.
    pub always: bool,
    /// What is known beforehand: kind, case, officers, order. The time to decide and the earlier capture are added when
    /// the page is there.
    pub custody: ItemCustody,
    /// The capture to hold each page against; without one, the last one sealed of its address.
    pub prior: Option<Prior>,
}

impl Default for Sealing {
    fn default() -> Self {
        Self {
            always: false,
            custody: ItemCustody::of(ItemKind::PageCapture),
            prior: None,
        }
    }
}

impl Part {
    /// Whether a page is sealed whatever it says. What is seen again by order is: a page that is gone or put right is the
    /// other half of a before and after.
    pub(super) fn seals_whatever(&self, target: &Target) -> bool {
        self.sealing.always || target.source == TargetSource::Recheck
    }

    /// What the manifest of this capture says of its custody.
    pub(super) fn custody(
        &self,
        visit: &str,
        capture: &Capture,
        page: &Page,
    ) -> Result<ItemCustody, PatrolError> {
        let mut custody = self.sealing.custody.clone();
        if let (Some(order), Some(last)) = (&mut custody.preservation, capture.last()) {
            order.decide_by = moment(last.ended + TimeDelta::days(DAYS_TO_DECIDE));
        }
        let prior = match &self.sealing.prior {
            Some(prior) => Some(prior.clone()),
            None => {
                let own = evidence_id(&self.run.to_string(), visit);
                self.store.prior(capture.requested.as_str(), &own)?
            }
        };
        custody.prior_capture = prior.map(|prior| against(&prior, capture, page));
        Ok(custody)
    }
}

fn against(prior: &Prior, capture: &Capture, page: &Page) -> PriorCapture {
    let payload = capture.last().map(|last| hex::encode(sha256(&last.body)));
    PriorCapture {
        evidence_id: prior.evidence_id.clone(),
        captured: prior.captured.clone(),
        package_sha256: prior.package_sha256.clone(),
        same_payload: payload.as_deref() == Some(prior.payload_sha256.as_str()),
        text_likeness: likeness(&prior.text, &page.text),
    }
}
