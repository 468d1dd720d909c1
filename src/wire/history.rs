//! How a page changed over the runs, as sent by `wangxun history --format json`.

use super::manifest::Moment;
use crate::model::claim::ClaimKind;
use crate::model::partial_mask::mask;
use serde::{Deserialize, Serialize};

/// One capture of an address.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HistoryPage {
    /// Its number, from 1, in the order of captures.
    pub number: usize,
    /// When it was captured.
    pub captured: Moment,
    /// The run.
    pub run: String,
    /// The visit within the run.
    pub visit: String,
    /// The sealed item, where there is one.
    pub evidence_id: Option<String>,
    /// From where it was looked at; none where the list named no vantages.
    pub vantage: Option<String>,
    /// HTTP status.
    pub status: u16,
    /// Address asked for.
    pub requested_url: String,
    /// Final address.
    pub final_url: String,
    /// Title.
    pub title: String,
    /// Who runs it, where that is said.
    pub operator: Option<String>,
    /// Findings by the present rules and lexicons.
    pub findings: usize,
    /// Score by the present rules and lexicons.
    pub score: f64,
    /// Likeness to the capture before from the same vantage, in thousandths (runs of five characters, figures masked).
    pub likeness: Option<u16>,
    /// SHA-256 of the payload, lower-case hex.
    pub payload_sha256: String,
    /// Record id of the response.
    pub record: String,
    /// WARC file of the run.
    pub file: String,
    /// Where the capture begins in it.
    pub offset: u64,
    /// Its bytes there.
    pub length: u64,
}

/// The difference of two captures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HistoryDiff {
    /// The earlier one.
    pub earlier: HistoryPage,
    /// The later one.
    pub later: HistoryPage,
    /// Likeness in thousandths.
    pub likeness: u16,
    /// Kinds of claims asserted in the later one only.
    pub claims_gained: Vec<String>,
    /// Kinds of claims asserted in the earlier one only.
    pub claims_lost: Vec<String>,
    /// Rules from severity 2 that only the later one breaks, by the present rules.
    pub rules_gained: Vec<String>,
    /// Rules that only the earlier one breaks.
    pub rules_lost: Vec<String>,
    /// The text, block by block.
    pub pieces: Vec<HistoryPiece>,
}

/// Names of claims for officers, in one line.
pub fn claim_labels(codes: &[String]) -> String {
    let label = |code: &String| ClaimKind::parse(code).map_or("", ClaimKind::label);
    codes.iter().map(label).collect::<Vec<_>>().join("、")
}

/// One block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryPiece {
    /// `same`, `removed` or `added`.
    pub change: String,
    /// Its text.
    pub text: String,
}

impl HistoryPiece {
    /// A block, personal data in it masked.
    pub fn new(change: &str, text: &str) -> Self {
        Self {
            change: change.to_owned(),
            text: mask(text).into_owned(),
        }
    }
}
