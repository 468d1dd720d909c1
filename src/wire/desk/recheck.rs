//! Events of rechecks.

use crate::wire::moment;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum RecheckFact {
    /// A remark of an officer.
    Remarked {
        /// What it is about.
        about: String,
        /// The remark.
        text: String,
    },
    /// The patrol was ordered to see a target again.
    Ordered {
        /// The entry.
        entry: String,
        /// The work order.
        order: String,
        /// The address.
        url: String,
        /// From when on.
        #[serde(with = "moment")]
        at: DateTime<Utc>,
        /// The item that showed it before.
        before: String,
    },
    /// What the patrol saw, and what follows.
    Seen {
        /// The entry.
        entry: String,
        /// The work order.
        order: String,
        /// When.
        #[serde(with = "moment")]
        at: DateTime<Utc>,
        /// `fixed`, `unchanged`, `moved`, `closed` or `new-owner`; `not-seen` when nothing can be said.
        result: String,
        /// What it rests on, in Chinese.
        why: String,
        /// HTTP status; 0 when no answer came.
        status: u16,
        /// The item before.
        before: String,
        /// The item after; empty when nothing was sealed.
        after: String,
        /// `withdraw`, `escalate` or `wait`.
        proposal: String,
    },
    /// A resolver was asked whether the block works.
    Probed {
        /// The entry.
        entry: String,
        /// The name that was asked for.
        name: String,
        /// Address of the resolver.
        resolver: String,
        /// When.
        #[serde(with = "moment")]
        at: DateTime<Utc>,
        /// `NXDOMAIN`, `NOERROR`, `SERVFAIL`, `REFUSED` ... or `no-answer`.
        answer: String,
        /// Whether it is as the list wants it.
        works: bool,
    },
}
