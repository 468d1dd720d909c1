//! A warning of public opinion or crowds as stored and printed (format `wangxun-alert/1`).

use super::manifest::Manifest;
use crate::model::alert::{Alert, AlertClass, AlertLevel, Spot};
use crate::model::custody::ItemKind;
use serde::{Deserialize, Serialize};

/// Name and version of the format of [`AlertRow`].
pub const ALERT_FORMAT: &str = "wangxun-alert/1";

/// One warning with its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredAlert {
    /// `threat`, `gathering`, `complaint` or `distress`.
    pub class: String,
    /// `urgent` or `normal`.
    pub level: String,
    /// Whether the text reports it of others.
    pub reported: bool,
    /// Exact slice of the `urn:text:` record.
    pub quote: String,
    /// First byte of the quote in the `urn:text:` record.
    pub start: usize,
    /// Byte after the quote.
    pub end: usize,
    /// Index of the block.
    pub block: usize,
    /// CSS path of the block.
    pub path: String,
    /// Places named near a gathering.
    pub places: Vec<StoredSpot>,
    /// Times named near a gathering.
    pub times: Vec<StoredSpot>,
    /// Why it has its level, in Chinese.
    pub remark: String,
}

/// A phrase with its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredSpot {
    /// Exact slice of the `urn:text:` record.
    pub quote: String,
    /// Its first byte.
    pub start: usize,
    /// The byte after it.
    pub end: usize,
}

impl StoredAlert {
    /// All phrases that are said to stand in the text record: (first byte, byte after, phrase).
    pub fn phrases(&self) -> impl Iterator<Item = (usize, usize, &str)> {
        let spots = self.places.iter().chain(&self.times);
        std::iter::once((self.start, self.end, self.quote.as_str()))
            .chain(spots.map(|s| (s.start, s.end, s.quote.as_str())))
    }

    /// Whether somebody should look at once.
    pub fn is_urgent(&self) -> bool {
        self.level == AlertLevel::Urgent.code()
    }

    /// The rule of the catalogue that names the warning; it follows from class and level and is not stored.
    pub fn rule(&self) -> &'static str {
        let level = match self.is_urgent() {
            true => AlertLevel::Urgent,
            false => AlertLevel::Normal,
        };
        let class = AlertClass::ALL.into_iter().find(|c| c.code() == self.class);
        class.unwrap_or(AlertClass::Distress).rule(level)
    }
}

impl From<&Alert> for StoredAlert {
    fn from(alert: &Alert) -> Self {
        Self {
            class: alert.class.code().to_owned(),
            level: alert.level.code().to_owned(),
            reported: alert.reported,
            quote: alert.quote.clone(),
            start: alert.span.start,
            end: alert.span.end,
            block: alert.block,
            path: alert.path.clone(),
            places: alert.places.iter().map(Into::into).collect(),
            times: alert.times.iter().map(Into::into).collect(),
            remark: alert.remark.clone(),
        }
    }
}

impl From<&Spot> for StoredSpot {
    fn from(spot: &Spot) -> Self {
        Self {
            quote: spot.quote.clone(),
            start: spot.span.start,
            end: spot.span.end,
        }
    }
}

/// One warning with the item that it stands in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertRow {
    /// [`ALERT_FORMAT`].
    pub format: String,
    /// The item.
    pub evidence_id: String,
    /// Number of the warning in the item, from 0.
    pub number: u32,
    /// Seed of the item.
    pub seed: String,
    /// Platform of the item.
    pub platform: String,
    /// Final address of the item.
    pub url: String,
    /// Title of the page.
    pub page_title: String,
    /// When the capture began (UTC).
    pub captured: String,
    /// The warning itself.
    pub alert: StoredAlert,
}

/// One warning as it is printed: with the rule that names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NamedAlert<'r> {
    /// The warning as it is kept.
    #[serde(flatten)]
    pub row: &'r AlertRow,
    /// Its rule in the catalogue.
    pub rule: &'static str,
}

impl AlertRow {
    /// The row with the rule that names it.
    pub fn named(&self) -> NamedAlert<'_> {
        NamedAlert {
            row: self,
            rule: self.alert.rule(),
        }
    }

    /// The rows of a manifest's warnings.
    pub fn all(manifest: &Manifest) -> Vec<Self> {
        if manifest.custody.item_kind() == Some(ItemKind::RedactedCopy) {
            return Vec::new();
        }
        let row = |(number, alert): (usize, &StoredAlert)| Self {
            format: ALERT_FORMAT.to_owned(),
            evidence_id: manifest.evidence_id.clone(),
            number: u32::try_from(number).unwrap_or(u32::MAX),
            seed: manifest.seed.clone(),
            platform: manifest.platform.clone(),
            url: manifest.final_url.clone(),
            page_title: manifest.title.clone(),
            captured: manifest.captured_start.utc.clone(),
            alert: alert.clone(),
        };
        manifest.alerts.iter().enumerate().map(row).collect()
    }
}
