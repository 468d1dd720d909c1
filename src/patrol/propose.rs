//! Sites that a page of concern leads to: proposed to be watched, never watched by themselves.

use super::judged::Judged;
use super::pipeline::{Part, PatrolError};
use crate::model::finding::Verdict;
use crate::model::identity::FactKind;
use crate::model::page::{LinkKind, Page};
use crate::model::partial_mask;
use crate::model::politeness::politeness_group;
use crate::model::seed::{Seed, SeedKind};
use crate::model::target::Target;
use crate::wire::proposal::{ProposalKind, Sighting};
use chrono::Utc;
use std::collections::{BTreeMap, BTreeSet};
use url::Url;

/// Sites that one page may propose.
const PER_PAGE: usize = 40;
/// Characters kept of what stood there.
const TEXT: usize = 120;
/// Registries of the state and schools, which every page may name: filings, complaints, universities.
const PUBLIC: [&str; 4] = [".gov.cn", ".edu.cn", ".mil.cn", ".gov"];

/// A site on its way to the list of proposals.
struct Met {
    kind: ProposalKind,
    url: Url,
    /// Of an app, whose store is not meant; otherwise the address's registrable domain.
    subject: Option<String>,
    slot: Option<u32>,
    text: String,
}

impl Part {
    /// Proposes what a judged page leads to, where it is of concern: a finding stands on it, or words of finance stand in the
    /// advertisement.
    pub(super) fn propose(
        &self,
        seed: &Seed,
        from: &Target,
        judged: &Judged,
        evidence_id: Option<&str>,
    ) -> Result<(), PatrolError> {
        if self.sealing.always {
            return Ok(());
        }
        let own = self.watched_groups();
        let here = politeness_group(&judged.url);
        let mut met = of_page(seed, from, judged);
        met.extend(of_ads(seed, judged));
        met.extend(of_links(judged));
        let mut seen: BTreeSet<String> = BTreeSet::new();
        for met in met {
            let group = politeness_group(&met.url);
            let itself = matches!(met.kind, ProposalKind::App | ProposalKind::Finding);
            let foreign = itself || group != here;
            let subject = met.subject.clone().unwrap_or(group);
            let public = PUBLIC.iter().any(|end| subject.ends_with(end));
            if !foreign || public || subject.is_empty() || own.contains(&subject) {
                continue;
            }
            if seen.len() >= PER_PAGE || !seen.insert(subject.clone()) {
                continue;
            }
            self.enter(&subject, met, seed, judged, evidence_id)?;
        }
        Ok(())
    }

    fn enter(
        &self,
        subject: &str,
        met: Met,
        seed: &Seed,
        judged: &Judged,
        evidence_id: Option<&str>,
    ) -> Result<(), PatrolError> {
        let index = self.store.index();
        // A decision stands: what was rejected is not proposed again, what was accepted is on a list.
        if index.decision(subject)?.is_some() {
            return Ok(());
        }
        let text: String = met.text.chars().take(TEXT).collect();
        let sighting = Sighting {
            kind: met.kind,
            url: shown(&met.url),
            page: judged.url.to_string(),
            seed: seed.id.clone(),
            slot: met.slot,
            text: partial_mask::mask(&text).into_owned(),
            evidence_id: evidence_id.map(str::to_owned),
            receipt: None,
            at: Utc::now(),
        };
        if !index.propose(subject, &sighting)? {
            tracing::debug!(subject, "not proposed: too many proposals are open");
        }
        Ok(())
    }

    /// The politeness groups of the list's own sites.
    fn watched_groups(&self) -> BTreeSet<String> {
        let starts = self.list.seeds.iter().flat_map(|seed| &seed.start_urls);
        starts.map(politeness_group).collect()
    }
}

/// The address of a site as it is kept.
fn shown(url: &Url) -> String {
    url.as_str().chars().take(500).collect()
}

/// The page itself: a landing page beyond the scope with a finding, or an app's page.
fn of_page(seed: &Seed, from: &Target, judged: &Judged) -> Vec<Met> {
    let mut met = Vec::new();
    let beyond = from.offsite > 0 && !crate::fetch::is_inside(seed, &judged.url);
    if judged.verdict.finding && beyond {
        met.push(Met {
            kind: ProposalKind::Finding,
            url: judged.url.clone(),
            subject: None,
            slot: None,
            text: judged.page.title.clone(),
        });
    }
    met.extend(app(judged).filter(|_| is_of_concern(&judged.verdict)));
    met
}

/// The app of a store's page, by its package.
fn app(judged: &Judged) -> Option<Met> {
    let facts = judged.page.facts.iter();
    let fact = facts.into_iter().find(|f| f.kind == FactKind::App)?;
    let part = |name| fact.parts.iter().find(|(n, _)| *n == name);
    let developer = part("developer").map_or("", |(_, d)| d.as_str());
    let name: String = fact.value.chars().take(TEXT).collect();
    Some(Met {
        kind: ProposalKind::App,
        url: judged.url.clone(),
        subject: Some(format!("app:{name}")),
        slot: None,
        text: format!("{} {developer}", fact.raw).trim().to_owned(),
    })
}

/// Whether a page speaks of finance at all, as an offer.
fn is_of_concern(verdict: &Verdict) -> bool {
    verdict.finding || !verdict.claims.is_empty()
}

/// Where advertisements lead that speak of finance, or stand on a page with a finding.
fn of_ads(seed: &Seed, judged: &Judged) -> Vec<Met> {
    let kind = if seed.kind == SeedKind::Search {
        ProposalKind::SearchAd
    } else {
        ProposalKind::AdLanding
    };
    let claimed: BTreeSet<u32> = claiming_slots(&judged.page, &judged.verdict);
    let leading = judged
        .page
        .ads
        .iter()
        .filter(|ad| ad.leads_away && (judged.verdict.finding || claimed.contains(&ad.slot)));
    leading
        .filter_map(|ad| {
            Some(Met {
                kind,
                url: ad.landing()?.clone(),
                subject: None,
                slot: Some(ad.slot),
                text: ad.text.clone(),
            })
        })
        .collect()
}

/// Slots in which a claim stands.
fn claiming_slots(page: &Page, verdict: &Verdict) -> BTreeSet<u32> {
    let blocks = verdict.blocks.iter().filter(|b| !b.claims.is_empty());
    blocks
        .filter_map(|b| page.blocks.get(b.block)?.slot)
        .collect()
}

/// Where a page with a finding links to, the sites named most often first.
fn of_links(judged: &Judged) -> Vec<Met> {
    if !judged.verdict.finding {
        return Vec::new();
    }
    let pages = std::iter::once(&judged.page).chain(&judged.other);
    let mut by_group: BTreeMap<String, (usize, &Url, &str)> = BTreeMap::new();
    for link in pages.flat_map(|page| &page.links) {
        let leads = matches!(
            link.kind,
            LinkKind::Anchor | LinkKind::Frame | LinkKind::Refresh
        );
        if leads && matches!(link.url.scheme(), "http" | "https") {
            let group = by_group.entry(politeness_group(&link.url));
            group.or_insert((0, &link.url, link.text.as_str())).0 += 1;
        }
    }
    let mut sites: Vec<_> = by_group.into_values().collect();
    sites.sort_by_key(|(times, ..)| std::cmp::Reverse(*times));
    let met = sites.into_iter().take(PER_PAGE).map(|(_, url, text)| Met {
        kind: ProposalKind::Outlink,
        url: url.clone(),
        subject: None,
        slot: None,
        text: text.to_owned(),
    });
    met.collect()
}
