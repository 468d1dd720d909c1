//! Sites that could be watched: met on pages with findings, named by search pages, app stores or tips. They are proposals; a
//! person accepts or rejects them.

use super::moment;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// How a site was met. Words are stored, so they are never renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProposalKind {
    /// An advertisement leads there.
    AdLanding,
    /// An advertisement on a search engine's result page leads there.
    SearchAd,
    /// A page with a finding, reached through an advertisement, stands there.
    Finding,
    /// A page with a finding links there.
    Outlink,
    /// An app's page in a store.
    App,
    /// Somebody reported it.
    Tip,
}

impl ProposalKind {
    /// The word of lists and JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::AdLanding => "ad-landing",
            Self::SearchAd => "search-ad",
            Self::Finding => "finding",
            Self::Outlink => "outlink",
            Self::App => "app",
            Self::Tip => "tip",
        }
    }

    /// The name shown to officers.
    pub fn label(self) -> &'static str {
        match self {
            Self::AdLanding => "广告落地",
            Self::SearchAd => "搜索广告",
            Self::Finding => "落地页有发现",
            Self::Outlink => "涉嫌页面外链",
            Self::App => "应用商店",
            Self::Tip => "举报线索",
        }
    }

    /// The kind of a word.
    pub fn parse(word: &str) -> Option<Self> {
        [
            Self::AdLanding,
            Self::SearchAd,
            Self::Finding,
            Self::Outlink,
            Self::App,
            Self::Tip,
        ]
        .into_iter()
        .find(|kind| kind.code() == word)
    }
}

/// One way in which a site was met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sighting {
    /// How.
    pub kind: ProposalKind,
    /// The address that was met.
    pub url: String,
    /// The page on which it was met; empty for a tip.
    pub page: String,
    /// The seed in whose patrol it was met; empty for a tip.
    pub seed: String,
    /// Number of the advertisement's slot.
    pub slot: Option<u32>,
    /// What stood there: the advertisement's text, the link's text, the app's name, the tip's note. Personal data is masked.
    pub text: String,
    /// The sealed item of the page, where there is one.
    pub evidence_id: Option<String>,
    /// Receipt number of a tip.
    pub receipt: Option<String>,
    /// When.
    #[serde(with = "moment")]
    pub at: DateTime<Utc>,
}

/// A site that could be watched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// The registrable domain, or the address; `app:` and the package of an app.
    pub subject: String,
    /// How often it was met.
    pub times: u64,
    /// When first.
    #[serde(with = "moment")]
    pub first: DateTime<Utc>,
    /// When last.
    #[serde(with = "moment")]
    pub last: DateTime<Utc>,
    /// Some of the ways in which it was met, each page once; the first ones.
    pub sightings: Vec<Sighting>,
}

impl Proposal {
    /// The gravest way in which it was met.
    pub fn kind(&self) -> Option<ProposalKind> {
        let order = |kind: &ProposalKind| match kind {
            ProposalKind::Finding => 0,
            ProposalKind::Tip => 1,
            ProposalKind::SearchAd => 2,
            ProposalKind::AdLanding => 3,
            ProposalKind::App => 4,
            ProposalKind::Outlink => 5,
        };
        self.sightings.iter().map(|s| s.kind).min_by_key(order)
    }
}

/// What a person decided about a proposal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The proposal's subject.
    pub subject: String,
    /// Whether it is to be watched.
    pub accepted: bool,
    /// Why.
    pub reason: String,
    /// Who decided.
    pub actor: String,
    /// When (as the journal says).
    pub at: String,
}
