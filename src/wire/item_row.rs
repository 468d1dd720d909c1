//! Rows of the evidence index. They can be deleted and built again from the packages.

use super::manifest::{Manifest, StoredFinding};
use super::reaudit::ReauditMark;
use super::who::StoredWho;
use crate::model::custody::ItemKind;
use serde::{Deserialize, Serialize};

/// What lists show of one sealed item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ItemRow {
    /// The item.
    pub evidence_id: String,
    /// Path of the package, relative to the home.
    pub path: String,
    /// Bytes of the package.
    pub bytes: u64,
    /// SHA-256 of the package, lower-case hex.
    pub sha256: String,
    /// The run that captured it.
    pub run: String,
    /// The visit within the run.
    pub visit: String,
    /// Id of the seed.
    pub seed: String,
    /// Name of the platform.
    pub platform: String,
    /// Address asked for.
    pub requested_url: String,
    /// Final address.
    pub url: String,
    /// Host of the final address.
    pub host: String,
    /// Title of the page.
    pub title: String,
    /// When the capture began (UTC, RFC 3339 with milliseconds).
    pub captured: String,
    /// HTTP status.
    pub status: u16,
    /// Context of the page.
    pub context: String,
    /// Score, 0 to 100.
    pub score: f64,
    /// Colour of the score.
    pub colour: String,
    /// Rules fired, in the order of the findings, without doubles.
    pub rules: Vec<String>,
    /// Number of findings.
    pub findings: u32,
    /// Number of warnings of opinion and crowds, and of urgent ones among them.
    #[serde(default)]
    pub alerts: (u32, u32),
    /// Brand, operator and payee, and what the registers say.
    #[serde(default)]
    pub who: StoredWho,
    /// The word of [`crate::model::custody::ItemKind`]; empty for packages before version 3.
    #[serde(default)]
    pub kind: String,
    /// Number of the case.
    #[serde(default)]
    pub case_no: Option<String>,
    /// For an item preserved in advance: until when (UTC) it must be decided.
    #[serde(default)]
    pub decide_by: Option<String>,
}

impl ItemRow {
    /// The row of a package with this manifest.
    pub fn new(manifest: &Manifest, path: String, bytes: u64, sha256: String) -> Self {
        let mut rules: Vec<String> = Vec::new();
        for finding in &manifest.findings {
            if !rules.contains(&finding.rule) {
                rules.push(finding.rule.clone());
            }
        }
        Self {
            evidence_id: manifest.evidence_id.clone(),
            path,
            bytes,
            sha256,
            run: manifest.run.clone(),
            visit: manifest.visit.clone(),
            seed: manifest.seed.clone(),
            platform: manifest.platform.clone(),
            requested_url: manifest.requested_url.clone(),
            url: manifest.final_url.clone(),
            host: host_of(&manifest.final_url),
            title: manifest.title.clone(),
            captured: manifest.captured_start.utc.clone(),
            status: manifest.http_status,
            context: manifest.context.clone(),
            score: manifest.score.total,
            colour: manifest.score.colour.clone(),
            rules,
            findings: count(manifest.findings.len()),
            alerts: (
                count(manifest.alerts.len()),
                count(manifest.alerts.iter().filter(|a| a.is_urgent()).count()),
            ),
            who: manifest.who.clone(),
            kind: manifest.custody.kind.clone(),
            case_no: manifest.custody.case_no.clone(),
            decide_by: manifest
                .custody
                .preservation
                .as_ref()
                .map(|p| p.decide_by.utc.clone()),
        }
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn host_of(url: &str) -> String {
    url::Url::parse(url)
        .ok()
        .and_then(|u| u.host_str().map(str::to_owned))
        .unwrap_or_default()
}

/// One finding with the item that it stands in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FindingRow {
    /// The item.
    pub evidence_id: String,
    /// Number of the finding in the item, from 0.
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
    /// The finding itself.
    pub finding: StoredFinding,
    /// What the last re-audit says of it; `None` where there was none, or it says the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reaudit: Option<ReauditMark>,
}

impl FindingRow {
    /// The rows of a manifest's findings. Those of a copy are its parent's, and are not listed twice.
    pub fn all(manifest: &Manifest) -> Vec<Self> {
        if manifest.custody.item_kind() == Some(ItemKind::RedactedCopy) {
            return Vec::new();
        }
        let row = |(number, finding): (usize, &StoredFinding)| Self {
            evidence_id: manifest.evidence_id.clone(),
            number: u32::try_from(number).unwrap_or(u32::MAX),
            seed: manifest.seed.clone(),
            platform: manifest.platform.clone(),
            url: manifest.final_url.clone(),
            page_title: manifest.title.clone(),
            captured: manifest.captured_start.utc.clone(),
            finding: finding.clone(),
            reaudit: None,
        };
        manifest.findings.iter().enumerate().map(row).collect()
    }
}
