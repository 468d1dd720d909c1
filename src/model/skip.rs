//! Why a target was not fetched, or its fetch gave nothing that could be judged.

use std::fmt;

/// The reason of a skip, a refusal or a failure. Kept and countable by [`SkipReason::code`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SkipReason {
    /// Outside the seed's scope (host, domain, prefix, include/exclude, off-site hops).
    OutOfScope(String),
    /// robots.txt disallows it for our agent (RFC 9309), with the matching rule.
    Robots(String),
    /// robots.txt could not be had (5xx, network): complete disallow until known (RFC 9309 section 2.3.1.4).
    RobotsUnreachable(String),
    /// The same normalised address was already taken in this run.
    Duplicate,
    /// A budget of the seed is used up: `pages`, `bytes`, `minutes` or `depth`.
    Budget(&'static str),
    /// Looks like a trap: repeated path segments, calendar, session ids, query explosion, over-long address.
    Trap(String),
    /// The address (literal or resolved) is special and the list does not allow it.
    BlockedAddress(String),
    /// Scheme other than http/https, or an address that cannot be fetched.
    Scheme(String),
    /// The content type is not one the patrol reads.
    Type(String),
    /// The body is larger than the limit allows at all.
    Size(u64),
    /// The server showed a challenge, captcha or login wall: blocked, never clean.
    Challenge(String),
    /// The server asked to wait (429, 503): to be tried again later, `seconds` from now.
    Throttled(u64),
    /// Too many redirects, or a redirect loop.
    Redirects(String),
    /// Name not resolved, connection refused, TLS failure, time-out, broken protocol.
    Failed(String),
}

impl SkipReason {
    /// Stable machine name of the reason, used for counting and in JSON.
    pub fn code(&self) -> &'static str {
        match self {
            Self::OutOfScope(_) => "out-of-scope",
            Self::Robots(_) => "robots",
            Self::RobotsUnreachable(_) => "robots-unreachable",
            Self::Duplicate => "duplicate",
            Self::Budget(_) => "budget",
            Self::Trap(_) => "trap",
            Self::BlockedAddress(_) => "blocked-address",
            Self::Scheme(_) => "scheme",
            Self::Type(_) => "type",
            Self::Size(_) => "size",
            Self::Challenge(_) => "challenge",
            Self::Throttled(_) => "throttled",
            Self::Redirects(_) => "redirects",
            Self::Failed(_) => "failed",
        }
    }

    /// The detail behind the code, empty when there is none.
    pub fn detail(&self) -> String {
        match self {
            Self::OutOfScope(d)
            | Self::Robots(d)
            | Self::RobotsUnreachable(d)
            | Self::Trap(d)
            | Self::BlockedAddress(d)
            | Self::Scheme(d)
            | Self::Type(d)
            | Self::Challenge(d)
            | Self::Redirects(d)
            | Self::Failed(d) => d.clone(),
            Self::Budget(which) => (*which).to_owned(),
            Self::Size(bytes) => format!("{bytes} bytes"),
            Self::Throttled(seconds) => format!("wait {seconds} s"),
            Self::Duplicate => String::new(),
        }
    }
}

impl fmt::Display for SkipReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let detail = self.detail();
        if detail.is_empty() {
            f.write_str(self.code())
        } else {
            write!(f, "{}: {detail}", self.code())
        }
    }
}
