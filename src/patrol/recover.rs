//! After a crash: captures that stand in the archive, but whose visits the frontier does not know as ended, are settled
//! from the archive. Nothing is fetched twice, nothing is lost.

use super::pipeline::{Part, PatrolError};
use crate::fetch::{Limits, undo_content_coding};
use crate::model::address::VisitKey;
use crate::model::note::Note;
use crate::storage::run::Captured;
use chrono::Utc;
use std::sync::Arc;
use tokio::sync::watch;

/// Captures looked up in the frontier at once.
const BATCH: usize = 512;

impl Part {
    /// Settles what an earlier part captured and did not end; says how many. The archive's order is kept, because a
    /// page's discoveries come before the pages discovered.
    pub(super) async fn recover(
        self: &Arc<Self>,
        stop: &watch::Receiver<bool>,
    ) -> Result<u64, PatrolError> {
        if !self.resumed {
            return Ok(0);
        }
        let part = Arc::clone(self);
        let stop = stop.clone();
        let settled = tokio::task::spawn_blocking(move || part.recover_all(&stop));
        settled.await.map_err(|error| PatrolError::Broken {
            why: error.to_string(),
        })?
    }

    fn recover_all(&self, stop: &watch::Receiver<bool>) -> Result<u64, PatrolError> {
        let mut recovered = 0;
        let mut batch = Vec::with_capacity(BATCH);
        for captured in self.archive.captured()? {
            let captured = captured?;
            // Exchanges beside the page bear a name that is no visit key.
            if let Some(key) = VisitKey::parse(&captured.visit) {
                batch.push((key, captured));
            }
            if batch.len() == BATCH {
                recovered += self.recover_batch(&mut batch)?;
            }
            if *stop.borrow() {
                return Ok(recovered);
            }
        }
        recovered += self.recover_batch(&mut batch)?;
        Ok(recovered)
    }

    fn recover_batch(&self, batch: &mut Vec<(VisitKey, Captured)>) -> Result<u64, PatrolError> {
        let keys: Vec<VisitKey> = batch.iter().map(|(key, _)| *key).collect();
        let unfinished = self.frontier.unfinished(self.run, &keys)?;
        let mut recovered = 0;
        for (key, captured) in batch.drain(..) {
            if unfinished.contains(&key) && self.recover_one(key, &captured)? {
                recovered += 1;
            }
        }
        Ok(recovered)
    }

    fn recover_one(&self, key: VisitKey, captured: &Captured) -> Result<bool, PatrolError> {
        let Some(lease) = self.frontier.lease_archived(self.run, key, Utc::now())? else {
            let message = format!(
                "captured but not known to the frontier: {}",
                captured.requested.escape_debug()
            );
            self.note(Note::new("capture-unknown", message));
            return Ok(false);
        };
        let mut capture = self.archive.read_capture(&captured.place)?;
        for exchange in &mut capture.exchanges {
            // Trouble with the coding was noted when it was fetched.
            undo_content_coding(exchange, &Limits::default());
        }
        self.settle_capture(&lease, &capture, &captured.place, None)?;
        Ok(true)
    }
}
