//! A visit: admit, pace, fetch, and follow redirects hop by hop, each hop admitted anew.

use super::Fetcher;
use super::admit::{Denied, Permit, visitor};
use super::chain::{Chain, ChainKey};
use super::challenge::challenge;
use super::content_type::looks_binary;
use super::hosts::Ending;
use super::http::{Answer, SendError, is_redirect};
use super::quoted::quoted;
use super::retry_after::retry_after;
use super::{hosts, scope};
use crate::model::capture::{Capture, Exchange, Truncation};
use crate::model::politeness::politeness_group;
use crate::model::seed::Seed;
use crate::model::skip::SkipReason;
use crate::model::spent::Spent;
use crate::model::target::Target;
use crate::model::validators::Validators;
use chrono::Utc;
use std::time::{Duration, Instant};
use url::Url;

/// What a visit brought.
#[derive(Debug)]
pub struct Visit {
    /// The page with its redirect chain, or why there is none.
    pub outcome: Result<Capture, SkipReason>,
    /// robots.txt exchanges made on the way, for the archive.
    pub robots: Vec<Capture>,
    /// Exchanges made before a refusal: hops, challenge pages, answers of unread type.
    pub partial: Option<Capture>,
    /// When to try again, where that helps.
    pub retry_after: Option<Duration>,
}

/// How one hop ended.
#[derive(Debug)]
pub(super) enum HopEnd {
    /// The group's next slot is farther away than a worker may wait.
    TooSoon(Duration),
    /// An answer; with the rest that the group is to be given when it was a refusal (429, 503).
    Answered(Box<Answer>, Option<Duration>),
    /// No answer.
    Failed(SkipReason),
}

/// How a chain of hops ended.
enum ChainEnd {
    /// An answer that is no redirect.
    Final {
        body_read: bool,
        rest: Option<Duration>,
    },
    /// A hop was denied or failed.
    Denied(Denied),
    /// To be gone on with later; the chain is put aside.
    Later(Duration),
}

impl Fetcher {
    /// Visits a target: admission, pace, fetch, redirects. Never holds its caller for much longer than the limits'
    /// total time per hop; a group that must wait longer is handed back as [`SkipReason::Throttled`]. `spent` is
    /// what the run has spent on the seed without this target.
    pub async fn visit(&self, seed: &Seed, target: &Target, spent: &Spent) -> Visit {
        self.visit_if(seed, target, spent, None).await
    }

    /// Visits like [`Fetcher::visit`]; with `validators` the first hop is asked for only if it differs from the answer
    /// that bore them (RFC 9110 section 13). An answer 304 is then the page.
    pub async fn visit_if(
        &self,
        seed: &Seed,
        target: &Target,
        spent: &Spent,
        validators: Option<&Validators>,
    ) -> Visit {
        let mut robots = Vec::new();
        let key = (visitor(seed, target), target.url.to_string());
        let mut chain = self
            .chains
            .resume(&key)
            .unwrap_or_else(|| Chain::new(target.url.clone()));
        let end = self
            .follow(seed, target, (spent, validators), &mut chain, &mut robots)
            .await;
        let mut visit = self.conclude(end, chain, key);
        visit.robots = robots;
        visit
    }

    /// Carries out one permitted request at the group's pace, without following redirects. For callers that do
    /// their own navigation; a patrol visits.
    pub async fn fetch(&self, permit: Permit) -> Result<Exchange, SkipReason> {
        match self.hop(permit).await {
            HopEnd::TooSoon(wait) => Err(Denied::throttled(wait).reason),
            HopEnd::Failed(reason) => Err(reason),
            HopEnd::Answered(answer, _) => Ok(answer.exchange),
        }
    }

    /// Makes hops until one is no redirect.
    async fn follow(
        &self,
        seed: &Seed,
        target: &Target,
        (spent, validators): (&Spent, Option<&Validators>),
        chain: &mut Chain,
        robots: &mut Vec<Capture>,
    ) -> ChainEnd {
        let begun = Instant::now();
        loop {
            if begun.elapsed() > self.visit_time {
                let message = "time-out: the redirect chain takes too long".to_owned();
                return ChainEnd::Denied(SkipReason::Failed(message).into());
            }
            let mut hop = target.clone();
            hop.url = chain.next.clone();
            hop.offsite = chain.offsite.unwrap_or(target.offsite);
            let permit = match self.admit_hop(seed, &hop, spent, robots).await {
                Ok(permit) => permit,
                Err(Denied {
                    reason: SkipReason::Throttled(_),
                    wait: Some(wait),
                }) => return ChainEnd::Later(wait),
                Err(denied) => return ChainEnd::Denied(denied),
            };
            let permit = match validators.filter(|_| chain.exchanges.is_empty()) {
                Some(validators) => permit.unless_unchanged(validators.clone()),
                None => permit,
            };
            match self.hop(permit).await {
                HopEnd::TooSoon(wait) => return ChainEnd::Later(wait),
                HopEnd::Failed(reason) => return ChainEnd::Denied(reason.into()),
                HopEnd::Answered(answer, rest) => {
                    let body_read = answer.body_read;
                    match self.step(seed, chain, &hop, *answer) {
                        Ok(true) => {}
                        Ok(false) => return ChainEnd::Final { body_read, rest },
                        Err(reason) => return ChainEnd::Denied(reason.into()),
                    }
                }
            }
        }
    }

    /// Adds an answer to the chain; says whether there is a next hop.
    fn step(
        &self,
        seed: &Seed,
        chain: &mut Chain,
        hop: &Target,
        answer: Answer,
    ) -> Result<bool, SkipReason> {
        let here = answer.exchange.url.clone();
        let moved = is_redirect(&answer.exchange);
        let next = location(&answer.exchange);
        // With another cookie the same address may answer otherwise: what was seen before is no loop.
        let changed = self.keep_cookies(&visitor(seed, hop), &answer.exchange);
        chain.add(answer);
        if !moved {
            return Ok(false);
        }
        let next = next?;
        if changed {
            chain.seen.clear();
        } else {
            chain.seen.push(here.clone());
        }
        if chain.seen.contains(&next) {
            let message = format!("loop at {}", quoted(next.as_str()));
            return Err(SkipReason::Redirects(message));
        }
        if chain.exchanges.len() > self.max_redirects {
            let message = format!("more than {} redirects", self.max_redirects);
            return Err(SkipReason::Redirects(message));
        }
        chain.offsite = Some(offsite_of(seed, &here, &next, hop.offsite));
        chain.next = next;
        Ok(true)
    }

    /// Takes the cookies of an answer; says whether any changed.
    fn keep_cookies(&self, visitor: &str, exchange: &Exchange) -> bool {
        let mut changed = false;
        for (name, value) in &exchange.headers {
            if name.eq_ignore_ascii_case("set-cookie") {
                changed |= self.jars.take(visitor, &exchange.url, value);
            }
        }
        changed
    }

    /// One request at the group's pace; what it teaches about the pace is learned.
    pub(super) async fn hop(&self, permit: Permit) -> HopEnd {
        let entered = self
            .hosts
            .enter(permit.group(), permit.terms(), self.patience);
        let slot = match entered.await {
            Ok(slot) => slot,
            Err(wait) => return HopEnd::TooSoon(wait),
        };
        let cookie = self.jars.header(permit.visitor(), permit.url());
        let sent = self.sender.send(permit, cookie).await;
        let rest = self.hosts.settle(&slot, ending(&sent));
        match sent {
            Ok(answer) => {
                let refused = is_refusal(&answer.exchange);
                HopEnd::Answered(Box::new(answer), refused.then_some(rest))
            }
            Err(SendError::TimedOut(why)) => {
                HopEnd::Failed(SkipReason::Failed(format!("time-out: {why}")))
            }
            Err(SendError::Broken(why)) => HopEnd::Failed(SkipReason::Failed(why)),
            Err(SendError::Refused(refusal)) => HopEnd::Failed(Denied::from(refusal).reason),
        }
    }

    /// Judges how a chain ended.
    fn conclude(&self, end: ChainEnd, chain: Chain, key: ChainKey) -> Visit {
        let (reason, wait, capture) = match end {
            ChainEnd::Later(wait) => {
                self.chains.stash(key, chain);
                let denied = Denied::throttled(wait);
                (Some(denied.reason), Some(wait), None)
            }
            ChainEnd::Denied(denied) => (Some(denied.reason), denied.wait, chain.into_capture()),
            ChainEnd::Final { body_read, rest } => {
                let capture = chain.into_capture();
                let reason = capture.as_ref().and_then(|c| unfit(c, body_read, rest));
                (reason, rest, capture)
            }
        };
        let (outcome, partial) = match (reason, capture) {
            (None, Some(capture)) => (Ok(capture), None),
            (None, None) => (Err(SkipReason::Failed("no answer".to_owned())), None),
            (Some(reason), capture) => (Err(reason), capture),
        };
        Visit {
            outcome,
            robots: Vec::new(),
            partial,
            retry_after: wait,
        }
    }
}

/// Why a last answer cannot be judged as a page; `None` when it can.
fn unfit(capture: &Capture, body_read: bool, rest: Option<Duration>) -> Option<SkipReason> {
    let last = capture.last()?;
    if let Some(kind) = challenge(&capture.requested, last) {
        return Some(SkipReason::Challenge(kind));
    }
    if let Some(rest) = rest {
        return Some(Denied::throttled(rest).reason);
    }
    let kind = last.header("content-type");
    if !body_read {
        return Some(SkipReason::Type(quoted(kind.unwrap_or("unreadable"))));
    }
    if last.body.is_empty()
        && matches!(
            last.truncated,
            Some(Truncation::Time | Truncation::Disconnect)
        )
    {
        let why = last.truncated.map_or("", Truncation::code);
        return Some(SkipReason::Failed(format!("no body came ({why})")));
    }
    (kind.is_none() && looks_binary(last))
        .then(|| SkipReason::Type("undeclared and binary".to_owned()))
}

/// 429 and 503: the server wants to be left alone.
fn is_refusal(exchange: &Exchange) -> bool {
    matches!(exchange.status, 429 | 503)
}

/// What the end of a request says about the pace.
fn ending(sent: &Result<Answer, SendError>) -> Ending {
    match sent {
        Ok(answer) if is_refusal(&answer.exchange) => {
            let asked = answer.exchange.header("retry-after");
            let asked = asked.and_then(|value| retry_after(value, Utc::now()));
            Ending::Refused(asked.map(|time| time.min(hosts::LONGEST_RETRY_AFTER)))
        }
        Ok(answer) if answer.exchange.truncated == Some(Truncation::Time) => Ending::TimedOut,
        Ok(answer) => Ending::Answered(answer.latency),
        Err(SendError::TimedOut(_)) => Ending::TimedOut,
        Err(SendError::Broken(_) | SendError::Refused(_)) => Ending::Broken,
    }
}

/// Where a redirect leads, without the fragment.
pub(super) fn location(exchange: &Exchange) -> Result<Url, SkipReason> {
    let value = exchange
        .headers
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("location"))
        .map(|(_, value)| String::from_utf8_lossy(value))
        .unwrap_or_default();
    let mut next = exchange
        .url
        .join(value.trim())
        .map_err(|error| SkipReason::Redirects(format!("location {}: {error}", quoted(&value))))?;
    next.set_fragment(None);
    Ok(next)
}

/// Hops beyond the scope at the next address of a chain: one more for each foreign group it leads into.
fn offsite_of(seed: &Seed, here: &Url, next: &Url, offsite: u8) -> u8 {
    let strays = !scope::is_near(seed, next);
    let crosses = politeness_group(here) != politeness_group(next) || scope::is_near(seed, here);
    if strays && crosses {
        offsite.saturating_add(1)
    } else {
        offsite
    }
}
