//! The practice site that the desk takes up: the one that the patrol found worst.

use crate::model::seed::{Seed, SeedKind};
use crate::wire::item_row::FindingRow;
use std::collections::BTreeSet;
use url::Url;

/// A site with sealed evidence against itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Its host.
    pub host: String,
    /// Name of the platform.
    pub name: String,
    /// The sealed items, without doubles.
    pub items: Vec<String>,
    /// Findings in them.
    pub findings: usize,
    /// The highest severity among them.
    pub severity: u8,
}

impl Site {
    /// The platform of the list with the gravest findings, and with the most of these, on its own pages.
    pub fn worst(seeds: &[Seed], rows: &[FindingRow]) -> Option<Self> {
        let platforms = seeds.iter().filter(|s| s.kind == SeedKind::Platform);
        let sites = platforms.filter_map(|seed| Self::of(seed, rows));
        sites.max_by(|a, b| {
            let weight = |s: &Self| (s.severity, s.findings);
            // Of two alike the first by name.
            (weight(a).cmp(&weight(b))).then_with(|| b.host.cmp(&a.host))
        })
    }

    fn of(seed: &Seed, rows: &[FindingRow]) -> Option<Self> {
        let own: Vec<&FindingRow> = rows
            .iter()
            .filter(|r| r.seed == seed.id && r.finding.advertiser.is_none() && is_own(seed, &r.url))
            .collect();
        let items: BTreeSet<&String> = own.iter().map(|r| &r.evidence_id).collect();
        Some(Self {
            host: host(&own.first()?.url)?,
            name: seed.name.clone(),
            items: items.into_iter().cloned().collect(),
            findings: own.len(),
            severity: own.iter().map(|r| r.finding.severity).max()?,
        })
    }
}

fn host(url: &str) -> Option<String> {
    Url::parse(url).ok()?.host_str().map(str::to_owned)
}

/// Whether an address stands on one of the seed's own hosts, and not at the end of an advertisement.
pub fn is_own(seed: &Seed, url: &str) -> bool {
    let host = host(url);
    seed.start_urls
        .iter()
        .any(|start| start.host_str() == host.as_deref())
}
