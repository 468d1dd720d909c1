//! Advertisements of a page as a manifest holds them.

use crate::model::ad::{Ad, AdSignal};
use serde::{Deserialize, Serialize};
use url::Url;

/// One advertisement: slot, what marks it, creative, where it leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredAd {
    /// Number of the slot on the page.
    pub slot: u32,
    /// CSS path of its element.
    pub path: String,
    /// What marks it as an advertisement.
    pub signals: Vec<StoredSignal>,
    /// `shown`, `missing` or `unknown`: whether it says that it is one.
    pub label: String,
    /// Whether strong signals say that the place is paid for.
    pub paid: bool,
    /// Its text, cut at 300 characters.
    pub text: String,
    /// Addresses of its images.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<String>,
    /// Where it leads, as the page says it openly: first address, then those carried in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub chain: Vec<String>,
    /// Left, top, width, height in CSS pixels where a browser showed the page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<[u32; 4]>,
    /// The record with its picture, cut out of the whole page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
}

/// One reason for taking a place for an advertisement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredSignal {
    /// What kind of reason.
    pub kind: String,
    /// The rule, address or word.
    pub detail: String,
}

impl From<&AdSignal> for StoredSignal {
    fn from(signal: &AdSignal) -> Self {
        Self {
            kind: signal.kind.code().to_owned(),
            detail: signal.detail.clone(),
        }
    }
}

impl From<&Ad> for StoredAd {
    fn from(ad: &Ad) -> Self {
        Self {
            slot: ad.slot,
            path: ad.path.clone(),
            signals: ad.signals.iter().map(Into::into).collect(),
            label: ad.label.code().to_owned(),
            paid: ad.is_paid(),
            text: ad.text.clone(),
            images: ad.images.iter().map(Url::to_string).collect(),
            chain: ad.chain.iter().map(Url::to_string).collect(),
            place: None,
            picture: None,
        }
    }
}
