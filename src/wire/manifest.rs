//! `custody/manifest.json` of a sealed item (format `wangxun-manifest/3`): facts only, no judgement of people.

use super::ad::StoredAd;
use super::alert::StoredAlert;
use super::custody::{ItemCustody, Resources};
use super::environment::Environment;
use super::file_digest::FileDigest;
use super::image::StoredImage;
use super::signal::{StoredComparison, StoredSignal, StoredVantage};
use super::who::StoredWho;
use crate::model::finding::{Contribution, Finding, PART_NAMES, Score, Strength, TopicTag};
use crate::model::note::Note;
use serde::{Deserialize, Serialize};

/// Name and version of the format as written.
pub const MANIFEST_FORMAT: &str = "wangxun-manifest/3";
/// Formats that are read. The first had neither warnings nor those behind the page; EN-1 stood among its signals. The
/// second had no custody, no `custody/report.html` beside it, no report of the environment, and knew no imports.
pub const MANIFEST_FORMATS: [&str; 3] =
    ["wangxun-manifest/1", "wangxun-manifest/2", MANIFEST_FORMAT];

/// What is known of one sealed page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// One of [`MANIFEST_FORMATS`].
    pub format: String,
    /// The item's identifier, derived from `run` and `visit`.
    pub evidence_id: String,
    /// The run that captured it.
    pub run: String,
    /// The visit within the run.
    pub visit: String,
    /// Id of the seed on the patrol list.
    pub seed: String,
    /// Name of the platform or advertisement source on the patrol list.
    pub platform: String,
    /// Links followed from the start URL.
    pub depth: u16,
    /// How the address was found.
    pub source: String,
    /// The page on which it was found.
    pub referrer: Option<String>,
    /// Address asked for.
    pub requested_url: String,
    /// Address that answered last.
    pub final_url: String,
    /// Every hop in order, the last being the page.
    pub redirect_chain: Vec<Hop>,
    /// When the first request was sent.
    pub captured_start: Moment,
    /// When the last byte came.
    pub captured_end: Moment,
    /// Where the times come from.
    pub clock: Clock,
    /// Whether officers attended; an unattended capture is a clue.
    pub attended: bool,
    /// What authorises the capture, in Chinese.
    pub legal_basis: Vec<String>,
    /// Where the capture comes from when another program made it; `None` when this program did.
    #[serde(default)]
    pub imported: Option<Imported>,
    /// From where it was looked at; left out where the list names no vantages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vantage: Option<StoredVantage>,
    /// What it was held against, when others were shown another page; left out otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comparison: Option<StoredComparison>,
    /// Signals about the page and its site at that time; left out where there are none. They are no findings.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub site_signals: Vec<StoredSignal>,
    /// How robots.txt was treated.
    pub robots: Robots,
    /// The program that captured and sealed.
    pub tool: Tool,
    /// On which machine; none in older formats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<Environment>,
    /// HTTP status of the last hop.
    pub http_status: u16,
    /// Content type of the last hop as sent.
    pub content_type: Option<String>,
    /// Character encoding in which the page was read.
    pub charset: String,
    /// Title of the page.
    pub title: String,
    /// Why the body was cut, if it was.
    pub truncated: Option<String>,
    /// Context of the page as a whole.
    pub context: String,
    /// What is offered.
    pub offer: String,
    /// The score with its parts.
    pub score: StoredScore,
    /// Version (digest) of the lexicons that judged.
    pub lexicon_version: String,
    /// The fired rules.
    pub findings: Vec<StoredFinding>,
    /// Signals that are no finding alone.
    pub signals: Vec<StoredFinding>,
    /// Warnings of opinion and crowds, outside of the score.
    #[serde(default)]
    pub alerts: Vec<StoredAlert>,
    /// Brand, operator and payee, and what the registers say.
    #[serde(default)]
    pub who: StoredWho,
    /// High-incidence topics met: tags, never rules.
    #[serde(default)]
    pub topics: Vec<StoredTopic>,
    /// Trouble met while fetching, reading and judging.
    pub notes: Vec<StoredNote>,
    /// What the page asked for besides itself and did not get. Not called `resources`: checkers of WACZ take every JSON
    /// file with that key for a data package.
    #[serde(default)]
    pub page_resources: Resources,
    /// Images of the page that were looked at, or were not, and why; none in older packages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<StoredImage>,
    /// Advertisements of the page; none in older packages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ads: Vec<StoredAd>,
    /// How the item came to be: kind, case, officers, origin, parent, prior capture.
    #[serde(default)]
    pub custody: ItemCustody,
    /// `none` until a time-stamp token lies beside the package.
    pub trusted_time: String,
    /// The WARC records of the package.
    pub records: Vec<RecordLine>,
    /// All other files of the package that were there before this manifest.
    pub files: Vec<FileDigest>,
}

impl Manifest {
    /// Whether the package of this version holds `custody/report.html`.
    pub fn has_report(&self) -> bool {
        !matches!(
            self.format.as_str(),
            "wangxun-manifest/1" | "wangxun-manifest/2"
        )
    }
}

/// One hop of the redirect chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hop {
    /// Address.
    pub url: String,
    /// HTTP status.
    pub status: u16,
    /// Version of HTTP.
    pub http_version: String,
    /// Address and port connected to.
    pub server: Option<String>,
    /// SHA-256 of each certificate (DER) that the server presented, leaf first.
    pub tls_chain_sha256: Vec<String>,
    /// SHA-256 of the payload as stored.
    pub payload_sha256: String,
}

/// A moment in both time zones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// UTC, RFC 3339 with milliseconds.
    pub utc: String,
    /// The same moment at +08:00.
    pub beijing: String,
}

/// Where times come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// Such as `system clock`.
    pub source: String,
    /// Measured offset in milliseconds, if it was measured.
    pub offset_ms: Option<i64>,
}

/// A capture that another program made. The times of the manifest are then those that the imported file states.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// `imported`: nobody of this office collected the page.
    pub collector: String,
    /// The import, which keeps the file unchanged under `imports/`.
    pub import: String,
    /// What the file was called where it came from.
    pub name: String,
    /// SHA-256 of the file, lower-case hex.
    pub sha256: String,
    /// SM3 of the file, lower-case hex.
    pub sm3: String,
    /// The record in the file: its id, without angle brackets.
    pub record_id: String,
    /// Where the record begins (in the unpacked file when it was compressed as a whole).
    pub offset: u64,
    /// The programs that captured, as the file says; empty when it does not.
    pub software: Vec<String>,
    /// Where the file comes from, as whoever brought it said.
    pub origin: Option<String>,
    /// Who brought it.
    pub by: String,
    /// When it was taken in.
    pub imported_at: Moment,
    /// What is not as it should be with the record, such as a digest that is not stated.
    pub marks: Vec<String>,
}

/// How robots.txt was treated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Robots {
    /// `obey` or `ignore`; `unknown` for an imported capture.
    pub policy: String,
    /// The written basis where it was not obeyed.
    pub legal_basis: Option<String>,
}

/// The program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tool {
    /// Name.
    pub name: String,
    /// Version.
    pub version: String,
    /// SHA-256 of its binary, lower-case hex, when known.
    pub sha256: Option<String>,
}

/// A score that adds up from its parts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredScore {
    /// Sum, 0 to 100.
    pub total: f64,
    /// Colour for lists.
    pub colour: String,
    /// The named parts.
    pub contributions: Vec<StoredContribution>,
}

/// One named part of a score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredContribution {
    /// Which of the named groups.
    pub name: String,
    /// Points, may be negative.
    pub points: f64,
    /// Why, in Chinese.
    pub reason: String,
}

/// One fired rule with its place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredFinding {
    /// Rule id of the catalogue.
    pub rule: String,
    /// What is forbidden.
    pub title: String,
    /// Legal basis.
    pub basis: String,
    /// Severity 1 to 5.
    pub severity: u8,
    /// Letter of the strength of evidence.
    pub strength: String,
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
    /// What the reader needs to know.
    pub remark: String,
    /// Landing address of the advertiser when it is not the page's operator.
    pub advertiser: Option<String>,
    /// The named parts of its weight.
    pub contributions: Vec<StoredContribution>,
    /// Index of the image, in the manifest's `images`, in which a machine has read the quote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<usize>,
}

/// A high-incidence topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredTopic {
    /// Id of the catalogue.
    pub id: String,
    /// Its name, in Chinese.
    pub title: String,
    /// Whether a hard tell stands near its words.
    pub hard: bool,
}

impl From<&TopicTag> for StoredTopic {
    fn from(tag: &TopicTag) -> Self {
        Self {
            id: tag.id.clone(),
            title: tag.title.clone(),
            hard: tag.hard,
        }
    }
}

/// One remark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredNote {
    /// Kind of trouble.
    pub code: String,
    /// One sentence.
    pub message: String,
}

/// One WARC record of the package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordLine {
    /// WARC-Type.
    #[serde(rename = "type")]
    pub kind: String,
    /// WARC-Record-ID without angle brackets.
    pub id: String,
    /// WARC-Target-URI; empty for warcinfo.
    pub target: String,
    /// SHA-256 of the record block, lower-case hex.
    pub block_sha256: String,
}

impl From<&Contribution> for StoredContribution {
    fn from(part: &Contribution) -> Self {
        Self {
            name: part.name.to_owned(),
            // JSON has no word for NaN, and a manifest that cannot be read again would be worth nothing.
            points: if part.points.is_finite() {
                part.points
            } else {
                0.0
            },
            reason: part.reason.clone(),
        }
    }
}

impl From<&Score> for StoredScore {
    fn from(score: &Score) -> Self {
        Self {
            total: Some(score.total()).filter(|t| t.is_finite()).unwrap_or(0.0),
            colour: score.colour.code().to_owned(),
            contributions: score.contributions.iter().map(Into::into).collect(),
        }
    }
}

impl From<&Finding> for StoredFinding {
    fn from(finding: &Finding) -> Self {
        Self {
            rule: finding.rule.clone(),
            title: finding.title.clone(),
            basis: finding.basis.clone(),
            severity: finding.severity,
            strength: finding.strength.code().to_owned(),
            quote: finding.quote.clone(),
            start: finding.span.start,
            end: finding.span.end,
            block: finding.block,
            path: finding.path.clone(),
            remark: finding.remark.clone(),
            advertiser: finding.advertiser.clone(),
            contributions: finding.contributions.iter().map(Into::into).collect(),
            image: None,
        }
    }
}

impl StoredFinding {
    /// The finding as the audit knows it, for folding; a part of the score with a name that this version does not know is left out.
    pub fn finding(&self) -> Finding {
        let part = |c: &StoredContribution| {
            let name = PART_NAMES.into_iter().find(|n| *n == c.name)?;
            Some(Contribution {
                name,
                points: c.points,
                reason: c.reason.clone(),
            })
        };
        Finding {
            rule: self.rule.clone(),
            title: self.title.clone(),
            basis: self.basis.clone(),
            severity: self.severity,
            strength: Strength::parse(&self.strength).unwrap_or(Strength::D),
            quote: self.quote.clone(),
            span: self.start..self.end,
            block: self.block,
            path: self.path.clone(),
            remark: self.remark.clone(),
            advertiser: self.advertiser.clone(),
            contributions: self.contributions.iter().filter_map(part).collect(),
        }
    }
}

impl From<&Note> for StoredNote {
    fn from(note: &Note) -> Self {
        Self {
            code: note.code.to_owned(),
            message: note.message.clone(),
        }
    }
}
