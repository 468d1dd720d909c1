//! The only room that contacts watched hosts.
//!
//! A [`Target`](crate::model::target::Target) becomes a [`Permit`] when scope, traps, budgets, the address guard and
//! robots.txt agree (`admit`), waits for its politeness group's slot (`hosts`, the only user of governor), and is
//! spent on one exchange (`http`, the only user of reqwest but for [`time_authority`]). [`Fetcher::visit`] strings such exchanges together
//! along redirects; [`Fetcher::explain`] says what would happen; [`Fetcher::render`] has a [`browser`] show what a visit brought.

mod admit;
mod body;
mod bounded;
pub mod browser;
mod chain;
mod challenge;
pub mod charset;
mod content_type;
mod cookies;
mod decode;
mod explain;
pub mod guard;
mod hosts;
mod http;
mod meta_charset;
mod picture;
mod quoted;
pub mod resolver;
mod retry_after;
pub mod robots;
mod robots_cache;
mod scope;
mod screen;
pub mod settings;
pub mod time_authority;
mod tls;
mod traps;
mod view;
mod visit;

pub use admit::{Admission, Permit};
pub use explain::{Explanation, PaceExplanation, RobotsExplanation};
pub use picture::Picture;
pub use screen::{is_inside, screen, undo_content_coding};
pub use settings::{FetchError, FetchSettings, Limits};
pub use visit::Visit;

use crate::model::host_memory::HostMemory;
use chain::Chains;
use cookies::Jars;
use hosts::Hosts;
use http::Sender;
use robots_cache::RobotsCache;
use std::time::Duration;

/// Fetches politely. One for the whole process; shared by all workers.
#[derive(Debug)]
pub struct Fetcher {
    sender: Sender,
    hosts: Hosts,
    robots: RobotsCache,
    jars: Jars,
    chains: Chains,
    max_redirects: usize,
    visit_time: Duration,
    patience: Duration,
}

impl Fetcher {
    /// A fetcher with these settings.
    pub fn new(settings: &FetchSettings) -> Result<Self, FetchError> {
        Ok(Self {
            sender: Sender::new(settings)?,
            hosts: Hosts::new(settings.longest_interval),
            robots: RobotsCache::new(),
            jars: Jars::new(),
            chains: Chains::new(),
            max_redirects: settings.max_redirects,
            visit_time: settings.visit_time,
            patience: settings.patience,
        })
    }

    /// Time until a politeness group may be asked again; zero when it may be asked now.
    pub fn next_slot(&self, group: &str) -> Duration {
        self.hosts.next_slot(group)
    }

    /// Takes up what an earlier run remembered of a group. What this process has learned itself stays.
    pub fn recall(&self, memory: &HostMemory) {
        self.hosts.recall(memory);
        for copy in &memory.robots {
            self.robots.recall(copy);
        }
    }

    /// What is to be remembered of a group: at most sixteen robots.txt copies of at most 500 KiB.
    pub fn memory(&self, group: &str) -> HostMemory {
        self.hosts.memory(group, self.robots.copies(group))
    }
}

#[cfg(test)]
mod tests {
    use crate::model::seed::{
        AddressPermission, Breadth, Budget, ImageMode, Pace, RenderMode, RobotsPolicy, Scope,
        Sector, Seed, SeedKind,
    };
    use crate::model::target::{Target, TargetSource};
    use std::time::Duration;
    use url::Url;

    /// A seed that begins at `start` and asks as fast as it can.
    pub(super) fn seed(start: &str) -> Seed {
        Seed {
            id: "seed".to_owned(),
            name: "测试".to_owned(),
            kind: SeedKind::Platform,
            start_urls: vec![Url::parse(start).expect("test address")],
            sector: Sector::P2p,
            region: None,
            scope: Scope {
                breadth: Breadth::Host,
                include: Vec::new(),
                exclude: Vec::new(),
                offsite_hops: 0,
            },
            budget: Budget {
                pages: 100,
                bytes: 1 << 30,
                minutes: 60,
                depth: 5,
            },
            pace: Pace {
                interval: Duration::ZERO,
                concurrency: 8,
                crawl_delay_cap: Duration::from_secs(10),
            },
            robots: RobotsPolicy::Obey,
            render: RenderMode::Never,
            vantages: crate::model::vantage::Vantages::default(),
            images: ImageMode::Never,
            addresses: AddressPermission::default(),
            resolve: Vec::new(),
        }
    }

    /// A target of that seed.
    pub(super) fn target(url: &str) -> Target {
        Target {
            url: Url::parse(url).expect("test address"),
            seed_id: "seed".to_owned(),
            depth: 0,
            offsite: 0,
            source: TargetSource::Link,
            referrer: None,
            priority: 128,
            vantage: 0,
        }
    }
}
