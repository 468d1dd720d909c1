//! Redirect chains under way. When the next hop of a chain has to wait for its group's pace longer than a worker
//! may be held, the chain is put aside, and the next visit to the same target goes on with it: no hop is asked for
//! twice, and none comes too soon.

use super::bounded::Bounded;
use super::http::Answer;
use crate::model::capture::{Capture, Exchange};
use crate::model::note::Note;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use url::Url;

/// Chains put aside at once.
const STASHED: usize = 512;
/// How long a chain can wait; later it begins anew.
const LIFE: Duration = Duration::from_secs(1_800);

/// Hops made, and the next one.
#[derive(Debug)]
pub(super) struct Chain {
    /// The address asked for first.
    pub(super) requested: Url,
    /// The address of the next hop.
    pub(super) next: Url,
    /// Hops beyond the scope at the next address.
    pub(super) offsite: Option<u8>,
    /// Exchanges so far.
    pub(super) exchanges: Vec<Exchange>,
    /// Notes so far.
    pub(super) notes: Vec<Note>,
    /// Addresses asked for since a cookie last changed.
    pub(super) seen: Vec<Url>,
}

impl Chain {
    /// A chain that has not begun.
    pub(super) fn new(requested: Url) -> Self {
        Self {
            next: requested.clone(),
            requested,
            offsite: None,
            exchanges: Vec::new(),
            notes: Vec::new(),
            seen: Vec::new(),
        }
    }

    /// Adds a hop.
    pub(super) fn add(&mut self, answer: Answer) {
        self.exchanges.push(answer.exchange);
        self.notes.extend(answer.notes);
    }

    /// The hops as a capture; `None` when there are none.
    pub(super) fn into_capture(self) -> Option<Capture> {
        (!self.exchanges.is_empty()).then_some(Capture {
            requested: self.requested,
            exchanges: self.exchanges,
            notes: self.notes,
            rendering: None,
            images: Vec::new(),
        })
    }
}

/// Seed and first address.
pub(super) type ChainKey = (String, String);

/// Chains put aside.
#[derive(Debug)]
pub(super) struct Chains {
    stash: Mutex<Bounded<ChainKey, (Instant, Chain)>>,
}

impl Chains {
    /// None yet.
    pub(super) fn new() -> Self {
        Self {
            stash: Mutex::new(Bounded::new(STASHED)),
        }
    }

    /// Puts a chain aside; one that has not begun needs no keeping.
    pub(super) fn stash(&self, key: ChainKey, chain: Chain) {
        if !chain.exchanges.is_empty() {
            let mut stash = self.stash.lock().unwrap_or_else(PoisonError::into_inner);
            stash.insert(key, (Instant::now(), chain));
        }
    }

    /// Takes a chain up again.
    pub(super) fn resume(&self, key: &ChainKey) -> Option<Chain> {
        let mut stash = self.stash.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, chain) = stash.remove(key)?;
        (since.elapsed() < LIFE).then_some(chain)
    }
}
