//! A verdict as commands print it: one JSON object for a page or a text (format `wangxun-verdict/2`).

use super::alert::StoredAlert;
use super::manifest::{StoredFinding, StoredNote, StoredScore, StoredTopic};
use super::who::StoredWho;
use crate::model::finding::Verdict;
use serde::Serialize;

/// Name and version of the format.
pub const VERDICT_FORMAT: &str = "wangxun-verdict/2";

/// A verdict on one page or text.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VerdictLine {
    /// [`VERDICT_FORMAT`].
    pub format: &'static str,
    /// Name of the input: the text's id, the file or the address.
    pub id: String,
    /// Who speaks, in the labelling guide's word.
    pub context: &'static str,
    /// Whether a duty officer should see it.
    pub finding: bool,
    /// Severity of the gravest finding, 0 without any.
    pub severity: u8,
    /// Letter of the strongest evidence, if there is a finding.
    pub strength: Option<&'static str>,
    /// Sum of the score's parts, 0 to 100.
    pub score: f64,
    /// Colour of the score.
    pub colour: &'static str,
    /// What is offered.
    pub offer: &'static str,
    /// Kinds of claims that the text makes itself.
    pub claims: Vec<&'static str>,
    /// Fired rules with quotes, strongest first.
    pub findings: Vec<StoredFinding>,
    /// Signals that make no finding alone.
    pub signals: Vec<StoredFinding>,
    /// Warnings of opinion and crowds, outside of the score.
    pub alerts: Vec<StoredAlert>,
    /// Brand, operator and payee, and what the registers say.
    pub who: StoredWho,
    /// High-incidence topics met: tags, never rules.
    pub topics: Vec<StoredTopic>,
    /// The parts that the score adds up from.
    pub contributions: Vec<super::manifest::StoredContribution>,
    /// Version (digest) of the lexicons.
    pub lexicon_version: String,
    /// Trouble met.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<StoredNote>,
}

impl VerdictLine {
    /// The printed form of a verdict.
    pub fn new(id: impl Into<String>, verdict: &Verdict) -> Self {
        let score = StoredScore::from(&verdict.score);
        Self {
            format: VERDICT_FORMAT,
            id: id.into(),
            context: verdict.context.code(),
            finding: verdict.finding,
            severity: verdict.severity(),
            strength: verdict.strength().map(|s| s.code()),
            score: score.total,
            colour: verdict.score.colour.code(),
            offer: verdict.offer.code(),
            claims: verdict.claims.iter().map(|c| c.code()).collect(),
            findings: verdict.findings.iter().map(Into::into).collect(),
            signals: verdict.signals.iter().map(Into::into).collect(),
            alerts: verdict.alerts.iter().map(Into::into).collect(),
            who: (&verdict.who).into(),
            topics: verdict.topics.iter().map(Into::into).collect(),
            contributions: score.contributions,
            lexicon_version: verdict.lexicon_version.clone(),
            notes: verdict.notes.iter().map(Into::into).collect(),
        }
    }
}
