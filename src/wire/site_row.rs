//! The findings of many pages folded into one line, as printed (format `wangxun-site/1`).

use super::manifest::StoredScore;
use serde::Serialize;

/// Name and version of the format.
pub const SITE_FORMAT: &str = "wangxun-site/1";

/// One site.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SiteRow {
    /// [`SITE_FORMAT`].
    pub format: &'static str,
    /// Host of the pages, or of the advertiser's landing pages.
    pub site: String,
    /// Pages seen among the stored items.
    pub pages: usize,
    /// Pages with findings.
    pub guilty_pages: usize,
    /// Captures stored; of each page the newest counts.
    pub captures: usize,
    /// Severity of the gravest finding.
    pub severity: u8,
    /// Letter of the strongest evidence, if there is a finding.
    pub strength: Option<&'static str>,
    /// The score with its parts.
    pub score: StoredScore,
    /// The rules broken, the gravest first.
    pub rules: Vec<SiteRule>,
    /// Operators named, with the number of pages.
    pub operators: Vec<(String, usize)>,
    /// Payees named, with the number of pages.
    pub payees: Vec<(String, usize)>,
    /// What the registers say, with the number of pages.
    pub standings: Vec<(String, usize)>,
    /// What the pages together show of those behind them, in Chinese.
    pub notes: Vec<String>,
    /// Warnings of opinion and crowds, outside of the score.
    pub alerts: usize,
    /// Urgent ones among them.
    pub urgent_alerts: usize,
    /// Tips and complaints that name the site and are not unfounded; a part of the score.
    pub complaints: usize,
    /// First and last capture (UTC).
    pub seen: Option<(String, String)>,
}

/// One rule of a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SiteRule {
    /// Id of the rule.
    pub rule: String,
    /// What is forbidden, in Chinese.
    pub title: String,
    /// Its gravest severity.
    pub severity: u8,
    /// Letter of its strongest evidence.
    pub strength: &'static str,
    /// Pages on which it was found.
    pub pages: usize,
    /// The quote of the gravest finding.
    pub quote: String,
    /// The page on which that stands.
    pub page: String,
}
