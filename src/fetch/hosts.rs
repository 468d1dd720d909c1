//! The pace of every politeness group; the only user of `governor`.
//!
//! A group's interval is the largest of the seed's pace, the robots `Crawl-delay` (up to the seed's cap), what
//! back-off has made of it, and (where there is a pace at all) the time the server lately takes to answer.

use super::bounded::Bounded;
use crate::model::host_memory::{HostMemory, RobotsCopy};
use crate::model::seed::Pace;
use chrono::{DateTime, TimeDelta, Utc};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// Groups remembered.
const GROUPS: usize = 50_000;
/// Least interval once a group has asked to be left alone.
const FIRST_BACK_OFF: Duration = Duration::from_secs(1);
/// Largest interval that back-off makes.
pub(super) const LONGEST_INTERVAL: Duration = Duration::from_secs(600);
/// Longest rest after a refusal without `Retry-After`.
const LONGEST_REST: Duration = Duration::from_secs(3_600);
/// Longest `Retry-After` obeyed; a host may not hide from the patrol for good.
pub(super) const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(86_400);
/// Largest interval that slow answers alone make.
const LONGEST_LATENCY: Duration = Duration::from_secs(30);
/// Below this an adapted interval counts as none.
const NEGLIGIBLE: Duration = Duration::from_millis(50);
/// What a wait for another request's end is reported as.
const BUSY: Duration = Duration::from_millis(500);

/// How fast a group may be asked on behalf of one seed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terms {
    /// The seed's pace.
    pub(super) pace: Pace,
    /// What robots.txt asks.
    pub(super) crawl_delay: Option<Duration>,
}

impl Terms {
    fn least_interval(&self) -> Duration {
        let asked = self.crawl_delay.unwrap_or_default();
        self.pace.interval.max(asked.min(self.pace.crawl_delay_cap))
    }
}

/// How a request to a group ended, as far as its pace is concerned.
#[derive(Debug, Clone, Copy)]
pub(super) enum Ending {
    /// An answer that took this long to begin.
    Answered(Duration),
    /// 429 or 503, with the time the server asked for.
    Refused(Option<Duration>),
    /// No answer in time.
    TimedOut,
    /// No connection, broken protocol: says nothing of our pace.
    Broken,
}

/// All groups.
#[derive(Debug)]
pub(super) struct Hosts {
    groups: Mutex<Bounded<String, Arc<Host>>>,
    /// Back-off makes no interval longer than this.
    longest: Duration,
}

#[derive(Debug, Default)]
struct Host {
    state: Mutex<State>,
    freed: Notify,
}

#[derive(Debug, Default)]
struct State {
    /// The interval that back-off has made; zero = none.
    adapted: Duration,
    /// The least interval of the last request's terms.
    least: Duration,
    limiter: Option<(Duration, DefaultDirectRateLimiter)>,
    started: Option<Instant>,
    not_before: Option<Instant>,
    latency: Duration,
    failures: u32,
    in_flight: u16,
}

/// One request's place in its group, given back when dropped.
#[derive(Debug)]
#[must_use]
pub(super) struct Slot {
    host: Arc<Host>,
    /// When the request was let go.
    begun: Instant,
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut state = self.host.lock();
        state.in_flight = state.in_flight.saturating_sub(1);
        drop(state);
        self.host.freed.notify_one();
    }
}

/// What stands between a request and its start.
enum Gate {
    Open,
    Wait(Duration),
    Full,
}

impl Hosts {
    /// No groups yet.
    pub(super) fn new(longest: Duration) -> Self {
        Self {
            groups: Mutex::new(Bounded::new(GROUPS)),
            longest: longest.min(LONGEST_INTERVAL),
        }
    }

    /// Waits for the group's next slot, up to `patience`; a longer wait is handed back instead of waited for.
    pub(super) async fn enter(
        &self,
        group: &str,
        terms: Terms,
        patience: Duration,
    ) -> Result<Slot, Duration> {
        let host = self.host(group);
        let deadline = tokio::time::Instant::now() + patience;
        loop {
            let gate = host.lock().gate(&terms);
            match gate {
                Gate::Open => {
                    let begun = Instant::now();
                    return Ok(Slot { host, begun });
                }
                Gate::Wait(wait) if tokio::time::Instant::now() + wait > deadline => {
                    return Err(wait);
                }
                Gate::Wait(wait) => tokio::time::sleep(wait).await,
                Gate::Full => {
                    let freed = tokio::time::timeout_at(deadline, host.freed.notified());
                    if freed.await.is_err() {
                        return Err(BUSY.max(terms.least_interval()));
                    }
                }
            }
        }
    }

    /// Learns from how a request ended; returns how long the group is to be left alone after a refusal.
    pub(super) fn settle(&self, slot: &Slot, ending: Ending) -> Duration {
        let mut state = slot.host.lock();
        state.received(slot.begun, ending);
        let rest = state.settle(ending);
        state.adapted = state.adapted.min(self.longest);
        rest
    }

    /// Time until the group may be asked again.
    pub(super) fn next_slot(&self, group: &str) -> Duration {
        self.host(group).lock().wait(Instant::now())
    }

    /// How long a group still wants to be left alone; `None` when it does not.
    pub(super) fn resting(&self, group: &str) -> Option<Duration> {
        // Only asked: a group of which nothing is known takes no place among those that are.
        let host = self.known(group)?;
        let wait = host.lock().not_before?;
        Some(wait.saturating_duration_since(Instant::now())).filter(|wait| !wait.is_zero())
    }

    /// Learns from a 429 or 503 that a browser's request beside the page was answered with.
    pub(super) fn refused(&self, group: &str) {
        let host = self.host(group);
        let mut state = host.lock();
        let _ = state.settle(Ending::Refused(None));
        state.adapted = state.adapted.min(self.longest);
    }

    /// The interval now in force for a group under these terms.
    pub(super) fn interval(&self, group: &str, terms: &Terms) -> Duration {
        self.host(group).lock().interval(terms.least_interval())
    }

    /// Takes up what was remembered of a group, unless this process knows it already.
    pub(super) fn recall(&self, memory: &HostMemory) {
        let host = self.host(&memory.group);
        let mut state = host.lock();
        if state.started.is_some() {
            return;
        }
        state.adapted = memory.interval.min(self.longest);
        state.failures = memory.failures;
        state.not_before = memory
            .not_before
            .and_then(|moment| (moment - Utc::now()).to_std().ok())
            .map(|wait| Instant::now() + wait.min(LONGEST_RETRY_AFTER));
    }

    /// What is to be remembered of a group, with these robots.txt copies.
    pub(super) fn memory(&self, group: &str, robots: Vec<RobotsCopy>) -> HostMemory {
        let host = self.host(group);
        let state = host.lock();
        let wait = state.wait(Instant::now());
        HostMemory {
            group: group.to_owned(),
            not_before: (!wait.is_zero()).then(|| after(wait)),
            interval: state.adapted,
            failures: state.failures,
            robots,
        }
    }

    fn known(&self, group: &str) -> Option<Arc<Host>> {
        let mut groups = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        groups.get(group).map(|host| Arc::clone(host))
    }

    fn host(&self, group: &str) -> Arc<Host> {
        let mut groups = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(host) = groups.get(group) {
            return Arc::clone(host);
        }
        let host = Arc::new(Host::default());
        groups.insert(group.to_owned(), Arc::clone(&host));
        host
    }
}

impl Host {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn interval(&self, least: Duration) -> Duration {
        let slow = if least.is_zero() {
            Duration::ZERO
        } else {
            self.latency.min(LONGEST_LATENCY)
        };
        least.max(self.adapted).max(slow)
    }

    /// Opens for one request, or says what to wait for.
    fn gate(&mut self, terms: &Terms) -> Gate {
        let now = Instant::now();
        self.least = terms.least_interval();
        if let Some(moment) = self.not_before
            && moment > now
        {
            return Gate::Wait(moment - now);
        }
        if self.in_flight >= terms.pace.concurrency.max(1) {
            return Gate::Full;
        }
        match self.ask_limiter(self.interval(self.least)) {
            Some(wait) => Gate::Wait(wait),
            None => {
                self.in_flight += 1;
                self.started = Some(now);
                Gate::Open
            }
        }
    }

    /// The governor's wait; `None` when the request may start now, which it then counts.
    fn ask_limiter(&mut self, interval: Duration) -> Option<Duration> {
        if interval.is_zero() {
            self.limiter = None;
            return None;
        }
        // The limiter counts from when requests were let go; a host may have seen the last one later.
        let since = self.started.map_or(interval, |s| s.elapsed());
        if since < interval {
            return Some(interval - since);
        }
        if self
            .limiter
            .as_ref()
            .is_none_or(|(made, _)| *made != interval)
        {
            let fresh = RateLimiter::direct(Quota::with_period(interval)?);
            self.limiter = Some((interval, fresh));
        }
        let (_, limiter) = self.limiter.as_ref()?;
        let until = limiter.check().err()?;
        Some(until.wait_time_from(DefaultClock::default().now()))
    }

    fn wait(&self, now: Instant) -> Duration {
        let paced = self.started.map(|s| s + self.interval(self.least));
        let moment = paced.max(self.not_before);
        moment.map_or(Duration::ZERO, |m| m.saturating_duration_since(now))
    }

    /// Counts the interval from the latest moment at which the host can have received a request: when its answer began.
    /// Counted from its sending, a request that was held up on its way would come closer to the next than the pace allows.
    fn received(&mut self, begun: Instant, ending: Ending) {
        let now = Instant::now();
        let latest = match ending {
            Ending::Answered(latency) => now.min(begun + latency),
            Ending::Refused(_) | Ending::TimedOut | Ending::Broken => now,
        };
        self.started = self.started.max(Some(latest));
    }

    fn settle(&mut self, ending: Ending) -> Duration {
        match ending {
            Ending::Answered(latency) => {
                self.failures = 0;
                self.latency = (self.latency * 3 + latency) / 4;
                self.relax();
                Duration::ZERO
            }
            Ending::Refused(asked) => {
                self.failures = self.failures.saturating_add(1);
                self.slow_down();
                let rest = asked
                    .unwrap_or_else(|| jitter(self.rest()))
                    .min(LONGEST_RETRY_AFTER);
                self.not_before = self.not_before.max(Some(Instant::now() + rest));
                rest
            }
            Ending::TimedOut => {
                self.failures = self.failures.saturating_add(1);
                self.slow_down();
                self.interval(self.least)
            }
            Ending::Broken => {
                self.failures = self.failures.saturating_add(1);
                Duration::ZERO
            }
        }
    }

    /// Back-off: twice the interval in force.
    fn slow_down(&mut self) {
        let now = self.interval(self.least).max(FIRST_BACK_OFF / 2);
        self.adapted = jitter(now * 2).min(LONGEST_INTERVAL);
    }

    /// A quarter faster with every good answer, until the seed's own pace is reached.
    fn relax(&mut self) {
        self.adapted = self.adapted * 3 / 4;
        if self.adapted <= self.least || self.adapted < NEGLIGIBLE {
            self.adapted = Duration::ZERO;
        }
    }

    /// Rest after a refusal: doubles with every one in a row.
    fn rest(&self) -> Duration {
        let doublings = self.failures.saturating_sub(1).min(12);
        let first = self.interval(self.least).max(FIRST_BACK_OFF);
        (first * 2_u32.pow(doublings)).min(LONGEST_REST)
    }
}

/// Up to a quarter more, so that workers refused together do not return together.
fn jitter(time: Duration) -> Duration {
    let share = getrandom::u32().unwrap_or(0) % 250;
    time + time * share / 1000
}

fn after(wait: Duration) -> DateTime<Utc> {
    Utc::now() + TimeDelta::from_std(wait).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Ending, Hosts, LONGEST_INTERVAL, Terms};
    use crate::model::seed::Pace;
    use std::time::{Duration, Instant};

    const PATIENCE: Duration = Duration::from_millis(500);

    fn terms(interval: u64, concurrency: u16) -> Terms {
        Terms {
            pace: Pace {
                interval: Duration::from_millis(interval),
                concurrency,
                crawl_delay_cap: Duration::from_secs(3),
            },
            crawl_delay: None,
        }
    }

    #[tokio::test]
    async fn starts_are_an_interval_apart() {
        let hosts = Hosts::new(LONGEST_INTERVAL);
        let begun = Instant::now();
        for _ in 0..4 {
            let slot = hosts
                .enter("a.test", terms(60, 9), PATIENCE)
                .await
                .expect("slot");
            hosts.settle(&slot, Ending::Answered(Duration::ZERO));
        }
        assert!(
            begun.elapsed() >= Duration::from_millis(175),
            "{:?}",
            begun.elapsed()
        );
        let other = Instant::now();
        let _slot = hosts
            .enter("b.test", terms(60, 9), PATIENCE)
            .await
            .expect("slot");
        assert!(other.elapsed() < Duration::from_millis(50));
    }

    #[tokio::test]
    async fn a_long_wait_is_handed_back() {
        let hosts = Hosts::new(LONGEST_INTERVAL);
        let _first = hosts
            .enter("a.test", terms(5_000, 1), PATIENCE)
            .await
            .expect("slot");
        let begun = Instant::now();
        assert!(
            hosts
                .enter("a.test", terms(5_000, 1), PATIENCE)
                .await
                .is_err()
        );
        assert!(begun.elapsed() <= PATIENCE * 2);
        drop(_first);
        let wait = hosts
            .enter("a.test", terms(5_000, 1), PATIENCE)
            .await
            .expect_err("too soon");
        assert!(
            wait > Duration::from_secs(4) && wait <= Duration::from_secs(5),
            "{wait:?}"
        );
        assert!(hosts.next_slot("a.test") > Duration::from_secs(4));
    }

    #[tokio::test]
    async fn concurrency_is_bounded_and_given_back() {
        let hosts = Hosts::new(LONGEST_INTERVAL);
        let one = hosts
            .enter("a.test", terms(0, 2), PATIENCE)
            .await
            .expect("slot");
        let _two = hosts
            .enter("a.test", terms(0, 2), PATIENCE)
            .await
            .expect("slot");
        let third = hosts.enter("a.test", terms(0, 2), PATIENCE);
        let freeing = async {
            tokio::time::sleep(Duration::from_millis(50)).await;
            drop(one);
        };
        let (third, ()) = tokio::join!(third, freeing);
        assert!(third.is_ok());
        assert!(hosts.enter("a.test", terms(0, 2), PATIENCE).await.is_err());
    }

    #[tokio::test]
    async fn refusals_slow_and_answers_relax() {
        let hosts = Hosts::new(LONGEST_INTERVAL);
        let terms = terms(0, 8);
        let slot = hosts.enter("a.test", terms, PATIENCE).await.expect("slot");
        let rest = hosts.settle(&slot, Ending::Refused(None));
        assert!(
            rest >= Duration::from_secs(1) && rest <= Duration::from_secs(4),
            "{rest:?}"
        );
        let slowed = hosts.interval("a.test", &terms);
        assert!(slowed >= Duration::from_secs(1));
        assert!(hosts.enter("a.test", terms, PATIENCE).await.is_err());
        for _ in 0..40 {
            hosts.settle(&slot, Ending::TimedOut);
        }
        assert!(hosts.interval("a.test", &terms) <= LONGEST_INTERVAL);
        for _ in 0..80 {
            hosts.settle(&slot, Ending::Answered(Duration::ZERO));
        }
        assert_eq!(hosts.interval("a.test", &terms), Duration::ZERO);
    }

    #[tokio::test]
    async fn retry_after_is_obeyed_and_remembered() {
        let hosts = Hosts::new(LONGEST_INTERVAL);
        let slot = hosts
            .enter("a.test", terms(0, 1), PATIENCE)
            .await
            .expect("slot");
        let asked = Duration::from_secs(90);
        assert_eq!(hosts.settle(&slot, Ending::Refused(Some(asked))), asked);
        let memory = hosts.memory("a.test", Vec::new());
        assert_eq!(memory.failures, 1);
        let restarted = Hosts::new(LONGEST_INTERVAL);
        restarted.recall(&memory);
        let wait = restarted.next_slot("a.test");
        assert!(wait > Duration::from_secs(85) && wait <= asked, "{wait:?}");
        assert!(
            restarted
                .enter("a.test", terms(0, 1), PATIENCE)
                .await
                .is_err()
        );
    }

    #[tokio::test]
    async fn crawl_delay_slows_up_to_the_cap_and_slow_servers_are_spared() {
        let hosts = Hosts::new(LONGEST_INTERVAL);
        let mut slow = terms(100, 1);
        slow.crawl_delay = Some(Duration::from_secs(60));
        assert_eq!(hosts.interval("a.test", &slow), Duration::from_secs(3));
        slow.crawl_delay = Some(Duration::from_millis(200));
        assert_eq!(hosts.interval("a.test", &slow), Duration::from_millis(200));
        let slot = hosts.enter("a.test", slow, PATIENCE).await.expect("slot");
        for _ in 0..20 {
            hosts.settle(&slot, Ending::Answered(Duration::from_secs(4)));
        }
        assert!(hosts.interval("a.test", &slow) > Duration::from_secs(3));
    }
}
