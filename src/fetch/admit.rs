//! Admission: what must hold before a request may be sent, and the proof that it does.

use super::Fetcher;
use super::hosts::Terms;
use super::http::Outlet;
use super::quoted::quoted;
use super::traps;
use super::view::{Approved, Refusal};
use super::{robots_cache::Known, scope};
use crate::model::capture::Capture;
use crate::model::politeness::politeness_group;
use crate::model::seed::{RobotsPolicy, Seed};
use crate::model::skip::SkipReason;
use crate::model::spent::Spent;
use crate::model::target::Target;
use crate::model::validators::Validators;
use crate::model::vantage::Guise;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// Proof that one request may be sent: its address is in scope, no trap, within budget, allowed by robots.txt, and
/// every address of its host has passed the guard. Made in this file only, used up by the fetch, never copied.
#[derive(Debug)]
#[must_use]
pub struct Permit {
    url: Url,
    group: String,
    visitor: String,
    purpose: Purpose,
    terms: Terms,
    outlet: Arc<Outlet>,
    approved: Approved,
    guise: Option<Guise>,
    /// The page is wanted only if it differs from the answer with these.
    validators: Option<Validators>,
}

/// What a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A page.
    Page,
    /// robots.txt.
    Robots,
    /// An image of a page.
    Image,
}

/// The result of asking for admission.
#[derive(Debug)]
pub struct Admission {
    /// The permit, or why there is none.
    pub permit: Result<Permit, SkipReason>,
    /// robots.txt exchanges made for the answer, for the archive.
    pub robots: Vec<Capture>,
}

/// Why there is no permit, and when to ask again, if that helps.
#[derive(Debug)]
pub(super) struct Denied {
    /// The reason to record.
    pub(super) reason: SkipReason,
    /// Time after which the answer may be another.
    pub(super) wait: Option<Duration>,
}

impl From<SkipReason> for Denied {
    fn from(reason: SkipReason) -> Self {
        Self { reason, wait: None }
    }
}

impl From<Refusal> for Denied {
    fn from(refusal: Refusal) -> Self {
        let reason = match &refusal {
            Refusal::Special { .. } => SkipReason::BlockedAddress(refusal.to_string()),
            Refusal::Unresolved { .. } => SkipReason::Failed(refusal.to_string()),
        };
        reason.into()
    }
}

impl Denied {
    /// Denied for now: the group's next slot is too far away.
    pub(super) fn throttled(wait: Duration) -> Self {
        let seconds = wait.as_millis().div_ceil(1000);
        Self {
            reason: SkipReason::Throttled(u64::try_from(seconds).unwrap_or(u64::MAX)),
            wait: Some(wait),
        }
    }
}

impl Permit {
    /// The address that may be fetched.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The politeness group whose pace holds.
    pub fn group(&self) -> &str {
        &self.group
    }

    /// Whose cookies are sent: each vantage of a seed is a visitor of its own.
    pub(super) fn visitor(&self) -> &str {
        &self.visitor
    }

    /// How the request looks; `None` for robots.txt, which is asked for in our own name.
    pub(super) fn guise(&self) -> Option<&Guise> {
        self.guise.as_ref()
    }

    /// Makes the request a conditional one.
    pub(super) fn unless_unchanged(mut self, validators: Validators) -> Self {
        self.validators = Some(validators);
        self
    }

    pub(super) fn validators(&self) -> Option<&Validators> {
        self.validators.as_ref()
    }

    pub(super) fn purpose(&self) -> Purpose {
        self.purpose
    }

    pub(super) fn terms(&self) -> Terms {
        self.terms
    }

    pub(super) fn outlet(&self) -> &Outlet {
        &self.outlet
    }

    /// The addresses that the guard approved; none where a proxy resolves the name.
    pub(super) fn addresses(&self) -> impl Iterator<Item = IpAddr> {
        self.approved.addresses.iter().map(SocketAddr::ip)
    }

    pub(super) fn other_port(&self) -> bool {
        self.approved.other_port
    }
}

impl Fetcher {
    /// Asks whether a target may be fetched now. robots.txt is fetched when it is not known. `spent` is what the
    /// run has spent on the seed without this target.
    pub async fn admit(&self, seed: &Seed, target: &Target, spent: &Spent) -> Admission {
        let mut robots = Vec::new();
        let permit = self.admit_hop(seed, target, spent, &mut robots).await;
        Admission {
            permit: permit.map_err(|denied| denied.reason),
            robots,
        }
    }

    /// Admits one hop of a visit: its first address, or one that a redirect leads to.
    pub(super) async fn admit_hop(
        &self,
        seed: &Seed,
        target: &Target,
        spent: &Spent,
        robots: &mut Vec<Capture>,
    ) -> Result<Permit, Denied> {
        check_address(&target.url)?;
        scope::check(seed, &target.url, target.offsite)?;
        if let Some(trap) = traps::trap(&target.url, traps::this_year()) {
            return Err(SkipReason::Trap(trap).into());
        }
        check_budget(seed, target, spent)?;
        let mut permit = self.permit(seed, &target.url, Purpose::Page).await?;
        permit.visitor = visitor(seed, target);
        permit.guise = Some(seed.vantages.guise(target));
        if obeys_robots(seed) {
            let known = self.robots_for(seed, &target.url, robots).await?;
            permit.terms.crawl_delay = known.crawl_delay();
            check_robots(&known, &target.url)?;
        }
        Ok(permit)
    }

    /// Admits a hop of an image's fetch. It may be kept on any host; robots.txt there and the guard bind it. How many images
    /// are fetched is for the caller to bound.
    pub(super) async fn admit_picture(
        &self,
        seed: &Seed,
        url: &Url,
        robots: &mut Vec<Capture>,
    ) -> Result<Permit, Denied> {
        check_address(url)?;
        let mut permit = self.permit(seed, url, Purpose::Image).await?;
        if obeys_robots(seed) {
            let known = self.robots_for(seed, url, robots).await?;
            permit.terms.crawl_delay = known.crawl_delay();
            check_robots(&known, url)?;
        }
        Ok(permit)
    }

    /// Admits a hop of a robots.txt fetch. Scope, budgets and robots.txt itself do not bind it; the guard does.
    pub(super) async fn admit_robots(&self, seed: &Seed, url: &Url) -> Result<Permit, Denied> {
        check_address(url)?;
        self.permit(seed, url, Purpose::Robots).await
    }

    /// The guard's part of admission.
    async fn permit(&self, seed: &Seed, url: &Url, purpose: Purpose) -> Result<Permit, Denied> {
        let outlet = self
            .sender
            .outlet(seed)
            .map_err(|error| SkipReason::Failed(error.to_string()))?;
        let approved = outlet.view.approve(url).await?;
        Ok(Permit {
            url: url.clone(),
            group: politeness_group(url),
            visitor: seed.id.clone(),
            guise: None,
            purpose,
            terms: Terms {
                pace: seed.pace,
                crawl_delay: None,
            },
            outlet,
            approved,
            validators: None,
        })
    }
}

/// Name of the visitor that a target is asked for by.
pub(super) fn visitor(seed: &Seed, target: &Target) -> String {
    match target.vantage {
        0 => seed.id.clone(),
        // No id holds this character.
        number => format!("{}#{number}", seed.id),
    }
}

/// robots.txt is obeyed unless the list says otherwise and says by what right.
pub(super) fn obeys_robots(seed: &Seed) -> bool {
    match &seed.robots {
        RobotsPolicy::Obey => true,
        RobotsPolicy::Ignore { legal_basis } => legal_basis.trim().is_empty(),
    }
}

/// Only http and https, and no name and password in the address.
pub(super) fn check_address(url: &Url) -> Result<(), SkipReason> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(SkipReason::Scheme(quoted(url.scheme())));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(SkipReason::Scheme("credentials in the address".to_owned()));
    }
    Ok(())
}

fn check_budget(seed: &Seed, target: &Target, spent: &Spent) -> Result<(), SkipReason> {
    let budget = &seed.budget;
    let minutes = Duration::from_secs(u64::from(budget.minutes) * 60);
    let over = [
        (target.depth > budget.depth, "depth"),
        (spent.pages >= budget.pages, "pages"),
        (spent.bytes >= budget.bytes, "bytes"),
        (spent.elapsed >= minutes, "minutes"),
    ];
    match over.iter().find(|(used_up, _)| *used_up) {
        Some((_, which)) => Err(SkipReason::Budget(which)),
        None => Ok(()),
    }
}

fn check_robots(known: &Known, url: &Url) -> Result<(), Denied> {
    if let Some(wait) = known.unreachable_for() {
        return Err(Denied {
            reason: SkipReason::RobotsUnreachable(known.state()),
            wait: Some(wait),
        });
    }
    let (allowed, rule) = known.decide(url);
    if allowed {
        return Ok(());
    }
    let rule = rule.map_or_else(String::new, |rule| {
        format!("line {}: {}", rule.line, rule.text)
    });
    Err(SkipReason::Robots(rule).into())
}

#[cfg(test)]
mod tests {
    use super::{check_address, check_budget, obeys_robots};
    use crate::fetch::tests::{seed, target};
    use crate::model::seed::RobotsPolicy;
    use crate::model::skip::SkipReason;
    use crate::model::spent::Spent;
    use std::time::Duration;
    use url::Url;

    #[test]
    fn only_plain_web_addresses() {
        for (url, expected) in [
            ("https://a.test/", true),
            ("ftp://a.test/", false),
            ("javascript:alert(1)", false),
            ("file:///etc/passwd", false),
            ("http://user@a.test/", false),
            ("http://:pw@a.test/", false),
        ] {
            let url = Url::parse(url).expect("test address");
            assert_eq!(check_address(&url).is_ok(), expected, "{url}");
        }
    }

    #[test]
    fn each_budget_is_held() {
        let mut seed = seed("http://a.test/");
        seed.budget.pages = 3;
        seed.budget.bytes = 100;
        seed.budget.minutes = 2;
        seed.budget.depth = 1;
        let spent = |pages, bytes, seconds| Spent {
            pages,
            bytes,
            elapsed: Duration::from_secs(seconds),
        };
        let mut target = target("http://a.test/x");
        for (spent, depth, expected) in [
            (spent(2, 99, 119), 1, Ok(())),
            (spent(3, 0, 0), 1, Err(SkipReason::Budget("pages"))),
            (spent(0, 100, 0), 1, Err(SkipReason::Budget("bytes"))),
            (spent(0, 0, 120), 1, Err(SkipReason::Budget("minutes"))),
            (spent(0, 0, 0), 2, Err(SkipReason::Budget("depth"))),
        ] {
            target.depth = depth;
            assert_eq!(check_budget(&seed, &target, &spent), expected);
        }
    }

    #[test]
    fn robots_is_ignored_only_with_a_basis() {
        let mut seed = seed("http://a.test/");
        assert!(obeys_robots(&seed));
        for (basis, obeyed) in [(" ", true), ("某县某文件第三条", false)] {
            seed.robots = RobotsPolicy::Ignore {
                legal_basis: basis.to_owned(),
            };
            assert_eq!(obeys_robots(&seed), obeyed);
        }
    }
}
