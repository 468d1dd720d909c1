//! From a page's links to the targets that the patrol may visit next, and those it may not, with the reason.

use crate::fetch::{is_inside, screen};
use crate::model::ad::Ad;
use crate::model::address::normalise;
use crate::model::page::{Link, LinkKind, Page};
use crate::model::politeness::politeness_group;
use crate::model::seed::{Seed, SeedKind};
use crate::model::skip::SkipReason;
use crate::model::target::{Target, TargetSource};
use crate::storage::frontier::report::Refusal;
use std::collections::{BTreeMap, BTreeSet};
use url::Url;

/// Links out of one page, sorted into what may be visited and what may not.
#[derive(Debug, Default)]
pub struct Discoveries {
    /// To be queued.
    pub targets: Vec<Target>,
    /// Refused, with the reason.
    pub refused: Vec<Refusal>,
}

/// The start targets of a seed.
pub fn starts(seed: &Seed) -> Vec<Target> {
    let target = |url: &Url| Target {
        url: normalise(url),
        seed_id: seed.id.clone(),
        depth: 0,
        offsite: 0,
        source: match seed.kind {
            SeedKind::Search => TargetSource::Search,
            _ => TargetSource::Seed,
        },
        referrer: None,
        priority: 200,
        vantage: 0,
    };
    seed.start_urls.iter().map(target).collect()
}

/// The links of a page that was visited as `from` and answered at `here`.
pub fn discover(seed: &Seed, from: &Target, here: &Url, page: &Page) -> Discoveries {
    let mut found = Discoveries::default();
    let mut seen = BTreeSet::new();
    let mut landings: BTreeMap<String, usize> = BTreeMap::new();
    for link in &page.links {
        let Some(target) = follow(seed, from, here, link) else {
            continue;
        };
        if !seen.insert(target.url.clone()) {
            continue;
        }
        if target.source == TargetSource::AdLanding {
            let count = landings
                .entry(advertiser(page, link, &target.url))
                .or_default();
            *count += 1;
            if *count > LANDINGS_PER_ADVERTISER {
                found
                    .refused
                    .push(refusal(seed, &target.url, SkipReason::Budget("advertiser")));
                continue;
            }
        }
        match screen(seed, &target) {
            Ok(()) => found.targets.push(target),
            Err(reason) => found.refused.push(refusal(seed, &target.url, reason)),
        }
    }
    found
}

/// Landing pages of one advertiser that one page proposes: each click may cost somebody money, and the first tell who it is.
const LANDINGS_PER_ADVERTISER: usize = 3;

/// The registrable domain where an advertisement leads in the end, as far as the page says it openly.
fn advertiser(page: &Page, link: &Link, url: &Url) -> String {
    let ad = page.ads.iter().find(|ad| Some(ad.slot) == link.slot);
    let landing = ad.filter(|ad| ad.chain.first() == Some(&link.url));
    politeness_group(landing.and_then(Ad::landing).unwrap_or(url))
}

fn refusal(seed: &Seed, url: &Url, reason: SkipReason) -> Refusal {
    Refusal {
        url: url.to_string(),
        seed_id: seed.id.clone(),
        reason,
    }
}

/// The target of a link that is followed at all. On a page beyond the scope (an ad's landing chain) only refreshes and
/// frames go on; what else hangs there is not ours to crawl.
fn follow(seed: &Seed, from: &Target, here: &Url, link: &Link) -> Option<Target> {
    let url = normalise(&link.url);
    let inside = is_inside(seed, &url);
    let source = source_of(link, inside)?;
    let beyond = from.offsite > 0 && !inside;
    if beyond && source == TargetSource::Link {
        return None;
    }
    let offsite = match (inside, source) {
        (true, _) => 0,
        (false, TargetSource::Link) => from.offsite,
        (false, _) if from.offsite > 0 && url.host_str() == here.host_str() => from.offsite,
        (false, _) => from.offsite.saturating_add(1),
    };
    Some(Target {
        url,
        seed_id: seed.id.clone(),
        depth: depth(from, source),
        offsite,
        source,
        referrer: Some(here.clone()),
        priority: priority(from, source),
        vantage: match source {
            // The same page in another place is seen with the same eyes.
            TargetSource::Refresh | TargetSource::Frame => from.vantage,
            _ => 0,
        },
    })
}

fn source_of(link: &Link, inside: bool) -> Option<TargetSource> {
    match link.kind {
        LinkKind::Refresh => Some(TargetSource::Refresh),
        LinkKind::Frame => Some(TargetSource::Frame),
        LinkKind::Anchor if link.sponsored && !inside => Some(TargetSource::AdLanding),
        LinkKind::Anchor => Some(TargetSource::Link),
        // A code is there to be followed, and where it leads is as much the advertiser's as where a slot leads.
        LinkKind::QrCode if inside => Some(TargetSource::Link),
        LinkKind::QrCode => Some(TargetSource::AdLanding),
        LinkKind::Form | LinkKind::Resource => None,
    }
}

/// A refresh or a frame is the same page in another place, not a step deeper.
fn depth(from: &Target, source: TargetSource) -> u16 {
    match source {
        TargetSource::Refresh | TargetSource::Frame => from.depth,
        _ => from.depth.saturating_add(1),
    }
}

/// Chains are finished first, then what is near the start.
fn priority(from: &Target, source: TargetSource) -> u8 {
    match source {
        TargetSource::Refresh => 240,
        TargetSource::Frame | TargetSource::AdLanding => 220,
        TargetSource::Seed | TargetSource::Import | TargetSource::Search => 200,
        TargetSource::Recheck => 255,
        TargetSource::Sitemap => 195,
        TargetSource::Revisit | TargetSource::SitemapEntry => 120,
        TargetSource::Link => 160u8.saturating_sub(from.depth.min(15) as u8 * 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::seed::{
        AddressPermission, Breadth, Budget, ImageMode, Pace, RenderMode, RobotsPolicy, Scope,
        Sector, SeedKind,
    };
    use std::time::Duration;

    fn seed(offsite_hops: u8) -> Seed {
        Seed {
            id: "portal".into(),
            name: "门户".into(),
            kind: SeedKind::AdSource,
            start_urls: vec![Url::parse("http://portal.test/").unwrap()],
            sector: Sector::Other,
            region: None,
            scope: Scope {
                breadth: Breadth::Host,
                include: Vec::new(),
                exclude: Vec::new(),
                offsite_hops,
            },
            budget: Budget {
                pages: 10,
                bytes: 1 << 20,
                minutes: 5,
                depth: 3,
            },
            pace: Pace {
                interval: Duration::ZERO,
                concurrency: 1,
                crawl_delay_cap: Duration::ZERO,
            },
            robots: RobotsPolicy::Obey,
            render: RenderMode::Never,
            vantages: crate::model::vantage::Vantages::default(),
            images: ImageMode::Never,
            addresses: AddressPermission::default(),
            resolve: Vec::new(),
        }
    }

    fn page(links: &[(&str, LinkKind, bool)]) -> Page {
        Page {
            links: links
                .iter()
                .map(|(url, kind, sponsored)| Link {
                    url: Url::parse(url).unwrap(),
                    text: String::new(),
                    kind: *kind,
                    sponsored: *sponsored,
                    slot: None,
                })
                .collect(),
            ..Page::default()
        }
    }

    fn found(
        seed: &Seed,
        from: &Target,
        links: &[(&str, LinkKind, bool)],
    ) -> (Vec<(String, u8)>, usize) {
        let here = from.url.clone();
        let all = discover(seed, from, &here, &page(links));
        let targets = all
            .targets
            .iter()
            .map(|t| (t.url.to_string(), t.offsite))
            .collect();
        (targets, all.refused.len())
    }

    #[test]
    fn ads_lead_off_site_and_links_do_not() {
        let seed = seed(2);
        let start = starts(&seed).remove(0);
        let links = [
            ("http://portal.test/a", LinkKind::Anchor, false),
            ("http://portal.test/a#x", LinkKind::Anchor, false),
            ("http://other.test/", LinkKind::Anchor, false),
            ("http://shop.test/buy", LinkKind::Anchor, true),
            ("http://portal.test/form", LinkKind::Form, false),
        ];
        let (targets, refused) = found(&seed, &start, &links);
        let expected = [
            ("http://portal.test/a".to_owned(), 0),
            ("http://shop.test/buy".to_owned(), 1),
        ];
        assert_eq!(targets, expected);
        assert_eq!(refused, 1, "the ordinary foreign link is out of scope");
    }

    #[test]
    fn a_landing_page_is_gone_on_from_by_refresh_only() {
        let seed = seed(2);
        let mut landing = starts(&seed).remove(0);
        landing.url = Url::parse("http://jump.test/").unwrap();
        landing.offsite = 1;
        let links = [
            ("http://jump.test/next", LinkKind::Refresh, false),
            ("http://final.test/", LinkKind::Refresh, false),
            ("http://jump.test/about", LinkKind::Anchor, false),
        ];
        let (targets, refused) = found(&seed, &landing, &links);
        let expected = [
            ("http://jump.test/next".to_owned(), 1),
            ("http://final.test/".to_owned(), 2),
        ];
        assert_eq!((targets, refused), (expected.to_vec(), 0));
    }

    #[test]
    fn codes_lead_like_advertisements_and_an_advertiser_has_a_budget() {
        let seed = seed(2);
        let start = starts(&seed).remove(0);
        let links = [
            ("http://portal.test/a", LinkKind::QrCode, true),
            ("http://pay.test/1", LinkKind::QrCode, true),
            ("http://pay.test/2", LinkKind::Anchor, true),
            ("http://m.pay.test/3", LinkKind::Anchor, true),
            ("http://pay.test/4", LinkKind::Anchor, true),
            ("http://other.test/", LinkKind::Anchor, true),
        ];
        let (targets, refused) = found(&seed, &start, &links);
        let hosts: Vec<&str> = targets.iter().map(|(url, _)| url.as_str()).collect();
        let expected = [
            "http://portal.test/a",
            "http://pay.test/1",
            "http://pay.test/2",
            "http://m.pay.test/3",
            "http://other.test/",
        ];
        assert_eq!((hosts, refused), (expected.to_vec(), 1));
    }

    #[test]
    fn off_site_hops_are_counted_against_the_list() {
        let (targets, refused) = found(
            &seed(0),
            &starts(&seed(0))[0],
            &[("http://shop.test/", LinkKind::Anchor, true)],
        );
        assert_eq!((targets.len(), refused), (0, 1));
    }
}
