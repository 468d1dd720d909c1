//! The JSON files that WACZ 1.1.1 prescribes (<https://specs.webrecorder.net/wacz/1.1.1/>).

use serde::{Deserialize, Serialize};

/// Version of WACZ that is written.
pub const WACZ_VERSION: &str = "1.1.1";

/// `datapackage.json`: every file of the package with its digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataPackage {
    /// Always `data-package`.
    pub profile: String,
    /// Title of the page.
    pub title: String,
    /// When the capture ended (UTC, seconds).
    pub created: String,
    /// [`WACZ_VERSION`].
    pub wacz_version: String,
    /// Program and version.
    pub software: String,
    /// The page to open first.
    #[serde(rename = "mainPageURL")]
    pub main_page_url: String,
    /// Its date in the index.
    #[serde(rename = "mainPageDate")]
    pub main_page_date: String,
    /// All files but `datapackage.json` and `datapackage-digest.json`.
    pub resources: Vec<Resource>,
}

/// One file of the package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resource {
    /// File name in lower case.
    pub name: String,
    /// Path in the package.
    pub path: String,
    /// `sha256:` and lower-case hex.
    pub hash: String,
    /// Number of bytes.
    pub bytes: u64,
}

/// `datapackage-digest.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataPackageDigest {
    /// Always `datapackage.json`.
    pub path: String,
    /// `sha256:` and lower-case hex.
    pub hash: String,
}

/// First line of `pages/pages.jsonl`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PagesHeader {
    /// Always `json-pages-1.0`.
    pub format: String,
    /// Always `pages`.
    pub id: String,
    /// Title of the list.
    pub title: String,
}

/// One page of `pages/pages.jsonl`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageLine {
    /// The evidence id.
    pub id: String,
    /// Final address.
    pub url: String,
    /// Date of its response record.
    pub ts: String,
    /// Title of the page.
    pub title: String,
}
