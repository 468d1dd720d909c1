//! The patrol list of whatever is served, with the addresses and the port that were chosen when the server started.

use super::error::PracticeError;
use super::server::{Content, Served, ServedHost};
use super::sites::HostForm;
use super::web::Web;
use crate::model::seed::{
    AddressPermission, Breadth, Budget, HostOverride, ImageMode, Pace, PatrolList, RenderMode,
    RobotsPolicy, Scope, Sector, Seed, SeedKind,
};
use crate::model::vantage::Vantages;
use crate::model::watch_plan::WatchPlan;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;
use url::Url;

/// Fast enough that the demo ends soon, slow enough that politeness can be seen in the access log.
const DEMO_PACE: Pace = Pace {
    interval: Duration::from_millis(150),
    concurrency: 1,
    crawl_delay_cap: Duration::from_secs(2),
};

/// By what right the practice list passes for other browsers: there is nobody behind the practice web.
const PRACTICE_BASIS: &str = "演练网站系本程序自带,无真实主体";
/// Where views with an advertisement's referrer come from.
const PRACTICE_REFERRER: &str = "http://chawang.test/s?q=licai";

/// No limit: for measuring and for files on one's own machine.
const FREE_PACE: Pace = Pace {
    interval: Duration::ZERO,
    concurrency: 8,
    crawl_delay_cap: Duration::ZERO,
};

const DEMO_BUDGET: Budget = Budget {
    pages: 40,
    bytes: 32 << 20,
    minutes: 5,
    depth: 8,
};

/// The list by which what is served can be patrolled: the practice hosts that stand on a list, or every host of a folder or a load.
pub fn patrol_list(served: &Served) -> PatrolList {
    let overrides = served.overrides();
    match served.content() {
        Content::Web(web) => practice_list(web, overrides),
        Content::Folder(folder) => {
            // Real files link to much that is not there; a dead link must not take the place of a file.
            let pages = |host| folder.file_count(host) as u64 * 4 + 100;
            plain_list("本机文件夹", "folder", served.hosts(), pages, overrides)
        }
        Content::Load(load) => {
            let pages = |host| {
                load.plan()
                    .pages_of(u16::try_from(host).unwrap_or(u16::MAX))
            };
            plain_list("生成页面", "load", served.hosts(), pages, overrides)
        }
    }
}

/// The list of the bundled practice web as it would be when served on `port`; `seeds/practice/patrol.toml` says the same.
pub fn bundled_patrol_list(port: u16) -> Result<PatrolList, PracticeError> {
    let web = Web::bundled()?;
    let overrides = web.hosts.iter().map(|host| HostOverride {
        host: host.form.name.clone(),
        address: IpAddr::V4(host.form.address),
        port: Some(port),
    });
    let overrides = overrides.collect();
    Ok(practice_list(&web, overrides))
}

fn practice_list(web: &Web, overrides: Vec<HostOverride>) -> PatrolList {
    let hosts = web.hosts.iter();
    PatrolList {
        name: "演练网巡查名单".to_owned(),
        office: None,
        source: "seeds/practice/patrol.toml".to_owned(),
        seeds: hosts
            .filter_map(|h| practice_seed(&h.form, &overrides))
            .collect(),
        watch: WatchPlan::default(),
    }
}

fn practice_seed(form: &HostForm, overrides: &[HostOverride]) -> Option<Seed> {
    let listed = form.seed.as_ref()?;
    let front = ["/".to_owned()];
    let starts = listed.start.as_deref().unwrap_or(&front);
    let mut seed = seed(&form.name, &form.title, overrides)?;
    seed.start_urls = starts
        .iter()
        .filter_map(|path| Url::parse(&format!("http://{}{path}", form.name)).ok())
        .collect();
    seed.kind = listed.kind()?;
    seed.sector = listed.sector()?;
    seed.region.clone_from(&listed.region);
    if seed.kind == SeedKind::Search {
        seed.scope.breadth = Breadth::Urls;
    }
    seed.scope.offsite_hops = listed.offsite_hops;
    seed.render = listed.render()?;
    let views = listed.views()?;
    if !views.is_empty() {
        seed.vantages = Vantages {
            views,
            basis: Some(PRACTICE_BASIS.to_owned()),
            referrer: Url::parse(PRACTICE_REFERRER).ok(),
            ..Vantages::default()
        };
    }
    seed.images = listed.images()?;
    seed.budget.pages = listed.pages.unwrap_or(DEMO_BUDGET.pages);
    Some(seed)
}

/// One seed for each host, without limits that would end the run early.
fn plain_list(
    name: &str,
    source: &str,
    hosts: &[ServedHost],
    pages: impl Fn(usize) -> u64,
    overrides: Vec<HostOverride>,
) -> PatrolList {
    let seeds = hosts.iter().enumerate().filter_map(|(n, host)| {
        // Each seed needs its own answer only: ten thousand hosts with ten thousand answers each would be too much.
        let own = overrides.get(n..=n).unwrap_or_default();
        let mut seed = seed(&host.name, &host.name, own)?;
        seed.pace = FREE_PACE;
        seed.budget = Budget {
            pages: pages(n),
            bytes: 1 << 40,
            minutes: 24 * 60,
            depth: 1000,
        };
        Some(seed)
    });
    PatrolList {
        name: name.to_owned(),
        office: None,
        source: source.to_owned(),
        seeds: seeds.collect(),
        watch: WatchPlan::default(),
    }
}

fn seed(host: &str, name: &str, overrides: &[HostOverride]) -> Option<Seed> {
    let id: String = host.trim_end_matches(".test").chars().take(64).collect();
    Some(Seed {
        id,
        name: name.to_owned(),
        kind: SeedKind::Platform,
        start_urls: vec![Url::parse(&format!("http://{host}/")).ok()?],
        sector: Sector::Other,
        region: None,
        scope: Scope {
            breadth: Breadth::Host,
            include: Vec::new(),
            exclude: Vec::new(),
            offsite_hops: 0,
        },
        budget: DEMO_BUDGET,
        pace: DEMO_PACE,
        robots: RobotsPolicy::Obey,
        render: RenderMode::Never,
        vantages: Vantages::default(),
        images: ImageMode::Never,
        addresses: AddressPermission {
            networks: vec![(IpAddr::V4(Ipv4Addr::new(127, 0, 0, 0)), 8)],
        },
        resolve: overrides.to_vec(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_listed_host_has_one_seed_that_can_reach_all_hosts() {
        let list = bundled_patrol_list(8607).unwrap();
        let web = Web::bundled().unwrap();
        let listed = web.hosts.iter().filter(|h| h.form.seed.is_some()).count();
        assert_eq!(list.seeds.len(), listed);
        let ids: BTreeSet<_> = list.seeds.iter().map(|s| s.id.as_str()).collect();
        assert_eq!(ids.len(), listed);
        for seed in &list.seeds {
            assert_eq!(seed.resolve.len(), web.hosts.len());
            assert!(!seed.start_urls.is_empty());
            assert!(seed.pace.interval >= Duration::from_millis(100));
            assert!(
                seed.id
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
            );
        }
    }

    #[test]
    fn the_portal_is_an_ad_source_with_hops() {
        let list = bundled_patrol_list(1).unwrap();
        let portal = list.seeds.iter().find(|s| s.id == "xugou-online").unwrap();
        assert_eq!(portal.kind, SeedKind::AdSource);
        assert_eq!(portal.scope.offsite_hops, 4);
    }
}
