//! One address that a patrol may visit.

use super::address::VisitKey;
use url::Url;

/// A candidate for a visit, before it is admitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Normalised address.
    pub url: Url,
    /// The seed it belongs to.
    pub seed_id: String,
    /// Links followed from the start URL.
    pub depth: u16,
    /// Hops beyond the seed's scope (ad landing chains); 0 inside it.
    pub offsite: u8,
    /// How it was found.
    pub source: TargetSource,
    /// The page on which it was found.
    pub referrer: Option<Url>,
    /// Larger is sooner, 0 to 255.
    pub priority: u8,
    /// Number of the view in the seed's list of vantages; 0 is the base.
    pub vantage: u8,
}

impl Target {
    /// Identity within a run: the same address from another vantage is another visit.
    pub fn key(&self) -> VisitKey {
        VisitKey::of(&self.url).seen_from(self.vantage)
    }
}

/// How a target was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetSource {
    /// The list's start URL.
    Seed,
    /// An ordinary link.
    Link,
    /// The landing address of an advertisement.
    AdLanding,
    /// A frame of the page.
    Frame,
    /// A script- or meta-refresh redirect.
    Refresh,
    /// A capture of others that was imported.
    Import,
    /// A page known from earlier runs whose time has come again.
    Revisit,
    /// An order to see the address again.
    Recheck,
    /// A sitemap, which is read for addresses and not judged.
    Sitemap,
    /// An address that a sitemap names.
    SitemapEntry,
    /// A result page of a search engine.
    Search,
}

impl TargetSource {
    /// The word used in stored forms and JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Seed => "seed",
            Self::Link => "link",
            Self::AdLanding => "ad-landing",
            Self::Frame => "frame",
            Self::Refresh => "refresh",
            Self::Import => "import",
            Self::Revisit => "revisit",
            Self::Recheck => "recheck",
            Self::Sitemap => "sitemap",
            Self::SitemapEntry => "sitemap-entry",
            Self::Search => "search",
        }
    }

    /// The source of a stored word, if it is one.
    pub fn parse(word: &str) -> Option<Self> {
        [
            Self::Seed,
            Self::Link,
            Self::AdLanding,
            Self::Frame,
            Self::Refresh,
            Self::Import,
            Self::Revisit,
            Self::Recheck,
            Self::Sitemap,
            Self::SitemapEntry,
            Self::Search,
        ]
        .into_iter()
        .find(|s| s.code() == word)
    }
}
