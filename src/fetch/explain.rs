//! Why an address would be fetched or skipped. Nothing but robots.txt is fetched for the answer.

use super::Fetcher;
use super::admit::{check_address, obeys_robots};
use super::guard::special;
use super::hosts::Terms;
use super::robots::RobotsVerdict;
use super::{scope, traps};
use crate::model::capture::Capture;
use crate::model::politeness::politeness_group;
use crate::model::seed::{RobotsPolicy, Seed};
use crate::model::skip::SkipReason;
use crate::model::target::Target;
use std::net::IpAddr;
use std::time::Duration;

/// All that is weighed before an address is fetched, each part on its own.
#[derive(Debug)]
pub struct Explanation {
    /// The politeness group.
    pub group: String,
    /// Scheme and form of the address.
    pub address: Result<(), SkipReason>,
    /// Whether it is in the seed's scope.
    pub scope: Result<(), SkipReason>,
    /// Why it looks like a trap, if it does.
    pub trap: Option<String>,
    /// The addresses behind the host, with why each is special (the list then allows it), or the guard's refusal.
    pub addresses: Result<Vec<(IpAddr, Option<&'static str>)>, SkipReason>,
    /// What robots.txt says.
    pub robots: RobotsExplanation,
    /// The pace of the group.
    pub pace: PaceExplanation,
    /// robots.txt exchanges made for the answer.
    pub captures: Vec<Capture>,
}

/// What robots.txt says of an address.
#[derive(Debug)]
pub enum RobotsExplanation {
    /// The file's verdict.
    Judged(RobotsVerdict),
    /// Not obeyed, on this legal basis.
    Ignored {
        /// The basis as the list states it.
        legal_basis: String,
    },
    /// Not asked, because the address or the guard forbids it.
    NotAsked,
    /// The file is unreachable or cannot be asked for yet: all is disallowed.
    Unknown(SkipReason),
}

/// How fast the group may be asked.
#[derive(Debug, Clone, Copy)]
pub struct PaceExplanation {
    /// Least time between requests now.
    pub interval: Duration,
    /// What robots.txt asks, before the seed's cap.
    pub crawl_delay: Option<Duration>,
    /// Time until the next request may start.
    pub next_slot: Duration,
    /// Requests under way at once.
    pub concurrency: u16,
}

impl Explanation {
    /// Whether the address would be fetched, or the first reason why not. Budgets are the run's and not judged.
    pub fn verdict(&self) -> Result<(), SkipReason> {
        self.address.clone()?;
        self.scope.clone()?;
        if let Some(trap) = &self.trap {
            return Err(SkipReason::Trap(trap.clone()));
        }
        self.addresses.as_ref().map_err(SkipReason::clone)?;
        match &self.robots {
            RobotsExplanation::Judged(said) if !said.allowed => {
                let rule = said.rule.as_ref();
                let text = rule.map(|r| format!("line {}: {}", r.line, r.text));
                Err(SkipReason::Robots(text.unwrap_or_default()))
            }
            RobotsExplanation::Unknown(reason) => Err(reason.clone()),
            _ => Ok(()),
        }
    }
}

impl Fetcher {
    /// Explains what would happen to a target.
    pub async fn explain(&self, seed: &Seed, target: &Target) -> Explanation {
        let group = politeness_group(&target.url);
        let address = check_address(&target.url);
        let addresses = self.addresses(seed, target, &address).await;
        let mut captures = Vec::new();
        let robots = if addresses.is_ok() {
            self.explain_robots(seed, target, &mut captures).await
        } else {
            RobotsExplanation::NotAsked
        };
        let crawl_delay = match &robots {
            RobotsExplanation::Judged(said) => said.crawl_delay,
            _ => None,
        };
        let terms = Terms {
            pace: seed.pace,
            crawl_delay,
        };
        Explanation {
            scope: scope::check(seed, &target.url, target.offsite),
            trap: traps::trap(&target.url, traps::this_year()),
            pace: PaceExplanation {
                interval: self.hosts.interval(&group, &terms),
                crawl_delay,
                next_slot: self.hosts.next_slot(&group),
                concurrency: seed.pace.concurrency.max(1),
            },
            group,
            address,
            addresses,
            robots,
            captures,
        }
    }

    async fn addresses(
        &self,
        seed: &Seed,
        target: &Target,
        address: &Result<(), SkipReason>,
    ) -> Result<Vec<(IpAddr, Option<&'static str>)>, SkipReason> {
        address.clone()?;
        let permit = self.admit_robots(seed, &target.url).await;
        let permit = permit.map_err(|denied| denied.reason)?;
        Ok(permit.addresses().map(|ip| (ip, special(ip))).collect())
    }

    async fn explain_robots(
        &self,
        seed: &Seed,
        target: &Target,
        captures: &mut Vec<Capture>,
    ) -> RobotsExplanation {
        if let RobotsPolicy::Ignore { legal_basis } = &seed.robots
            && !obeys_robots(seed)
        {
            return RobotsExplanation::Ignored {
                legal_basis: legal_basis.clone(),
            };
        }
        match self.robots_for(seed, &target.url, captures).await {
            Err(denied) => RobotsExplanation::Unknown(denied.reason),
            Ok(known) if known.unreachable_for().is_some() => {
                RobotsExplanation::Unknown(SkipReason::RobotsUnreachable(known.state()))
            }
            Ok(known) => RobotsExplanation::Judged(known.verdict(&target.url)),
        }
    }
}
