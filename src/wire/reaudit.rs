//! A re-audit record: what the rules and words of a later day make of captures that are stored (format
//! `wangxun-reaudit/1`, see `storage/README.md`). It stands beside the sealed evidence and changes nothing of it.

use super::manifest::{Moment, StoredFinding, StoredScore, Tool};
use serde::{Deserialize, Serialize};

/// Name and version of the format.
pub const REAUDIT_FORMAT: &str = "wangxun-reaudit/1";

/// One record: pages of one run whose judgement differs from the last one on record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reaudit {
    /// [`REAUDIT_FORMAT`].
    pub format: String,
    /// `ra-` and 20 characters, derived from everything below.
    pub id: String,
    /// The run that captured the pages.
    pub run: String,
    /// When they were judged again.
    pub made: Moment,
    /// The program that judged.
    pub tool: Tool,
    /// Version (digest) of the lexicons that judged.
    pub lexicon_version: String,
    /// The pages, in the order of the archive.
    pub pages: Vec<ReauditPage>,
}

/// One page of a record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReauditPage {
    /// The identifier that an item with this visit has, or would have.
    pub evidence_id: String,
    /// Whether there is such an item.
    pub sealed: bool,
    /// The visit within the run.
    pub visit: String,
    /// Id of the seed.
    pub seed: String,
    /// Name of the platform, or the seed's id where no item tells the name.
    pub platform: String,
    /// Address asked for.
    pub requested_url: String,
    /// Final address.
    pub url: String,
    /// Title of the page.
    pub title: String,
    /// When the page was captured.
    pub captured: Moment,
    /// The day (Beijing) whose rules were applied, as `yyyy-mm-dd`: that of the capture.
    pub rules_of: String,
    /// Where the capture lies.
    pub place: StoredPlace,
    /// Character encoding in which the page was read.
    pub charset: String,
    /// Lexicons of the first judgement, where an item tells them.
    pub first_lexicon_version: Option<String>,
    /// What differs from the first judgement, by rule and quote.
    pub changes: Vec<FindingChange>,
    /// Context of the page now.
    pub context: String,
    /// What is offered now.
    pub offer: String,
    /// The score now.
    pub score: StoredScore,
    /// All rules that fire now; quotes and offsets are of `text`.
    pub findings: Vec<StoredFinding>,
    /// The text that was read; left out when nothing fires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// Where a capture lies in the run archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredPlace {
    /// Name of the WARC file.
    pub file: String,
    /// Where the capture begins.
    pub offset: u64,
    /// Its bytes.
    pub length: u64,
    /// Record id of the last response.
    pub response: String,
    /// SHA-256 of the last response's payload, lower-case hex.
    pub payload_sha256: String,
}

/// One difference from the first judgement.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FindingChange {
    /// `new`, `lost` or `severity`.
    pub change: ChangeKind,
    /// Rule id.
    pub rule: String,
    /// The quote.
    pub quote: String,
    /// Landing address of the advertiser when it is not the page's operator.
    pub advertiser: Option<String>,
    /// Severity by the first judgement, where there was such a finding.
    pub was: Option<u8>,
    /// Severity now, where there is such a finding.
    pub now: Option<u8>,
}

/// What became of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeKind {
    /// It fires now and did not.
    New,
    /// It fired and does not now.
    Lost,
    /// It weighs more or less now.
    Severity,
}

impl ChangeKind {
    /// The word used in stored forms and JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Lost => "lost",
            Self::Severity => "severity",
        }
    }
}

/// What the index keeps of a page's last re-audit. It can be deleted and built again from the records.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReauditRow {
    /// The record.
    pub record: String,
    /// Its path, relative to the home.
    pub path: String,
    /// The run.
    pub run: String,
    /// When it was judged again (UTC).
    pub made: String,
    /// Lexicons that judged.
    pub lexicon_version: String,
    /// The page, without its text.
    pub page: ReauditPage,
}

impl ReauditRow {
    /// The rows of a record that lies at `path`.
    pub fn all(record: &Reaudit, path: &str) -> Vec<Self> {
        let row = |page: &ReauditPage| Self {
            record: record.id.clone(),
            path: path.to_owned(),
            run: record.run.clone(),
            made: record.made.utc.clone(),
            lexicon_version: record.lexicon_version.clone(),
            page: ReauditPage {
                text: None,
                ..page.clone()
            },
        };
        record.pages.iter().map(row).collect()
    }
}

/// What a re-audit says of a finding in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReauditMark {
    /// The record.
    pub record: String,
    /// Its path, relative to the home.
    pub path: String,
    /// When it was judged again (UTC).
    pub made: String,
    /// Lexicons that judged.
    pub lexicon_version: String,
    /// Whether the page is sealed evidence.
    pub sealed: bool,
    /// What became of the finding.
    pub change: ChangeKind,
    /// Severity by the first judgement.
    pub was: Option<u8>,
    /// Severity now.
    pub now: Option<u8>,
}

impl ReauditMark {
    /// The mark for one of the row's changes.
    pub fn new(row: &ReauditRow, change: &FindingChange) -> Self {
        Self {
            record: row.record.clone(),
            path: row.path.clone(),
            made: row.made.clone(),
            lexicon_version: row.lexicon_version.clone(),
            sealed: row.page.sealed,
            change: change.change,
            was: change.was,
            now: change.now,
        }
    }
}
