//! The stored and sent form of a verdict.

use crate::model::finding::{Contribution, Finding, Verdict};
use serde::{Deserialize, Serialize};

/// Version of the form; a change of meaning raises it.
pub const VERSION: u16 = 1;

/// A verdict as JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VerdictForm {
    /// Version of the form.
    pub version: u16,
    /// Code of the context.
    pub context: String,
    /// Code of the offer.
    pub offer: String,
    /// Whether a duty officer should see it.
    pub finding: bool,
    /// Codes of the claims.
    pub claims: Vec<String>,
    /// Fired rules, strongest first.
    pub findings: Vec<FindingForm>,
    /// Signals and alerts.
    pub signals: Vec<FindingForm>,
    /// The score with its parts.
    pub score: ScoreForm,
    /// Digest of the lexicons that judged.
    pub lexicon: String,
    /// Trouble met: code and message.
    pub notes: Vec<(String, String)>,
}

/// A fired rule as JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FindingForm {
    /// Rule id.
    pub rule: String,
    /// What is forbidden.
    pub title: String,
    /// Legal basis.
    pub basis: String,
    /// 1 to 5.
    pub severity: u8,
    /// A to D.
    pub strength: String,
    /// Exact slice of the original text.
    pub quote: String,
    /// First byte of the quote in the text record.
    pub start: usize,
    /// Byte behind the quote.
    pub end: usize,
    /// Index of the block.
    pub block: usize,
    /// CSS path of the block.
    pub path: String,
    /// What the reader needs to know.
    pub remark: String,
    /// Landing address when it is an advertiser's.
    pub advertiser: Option<String>,
    /// Named parts of its weight.
    pub contributions: Vec<ContributionForm>,
}

/// A score as JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScoreForm {
    /// Sum of the parts, 0 to 100.
    pub total: f64,
    /// Code of the colour.
    pub colour: String,
    /// The parts.
    pub contributions: Vec<ContributionForm>,
}

/// One part of a score as JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ContributionForm {
    /// Name of the group.
    pub name: String,
    /// Points.
    pub points: f64,
    /// Why.
    pub reason: String,
}

impl From<&Verdict> for VerdictForm {
    fn from(verdict: &Verdict) -> Self {
        Self {
            version: VERSION,
            context: verdict.context.code().into(),
            offer: verdict.offer.code().into(),
            finding: verdict.finding,
            claims: verdict.claims.iter().map(|c| c.code().into()).collect(),
            findings: verdict.findings.iter().map(Into::into).collect(),
            signals: verdict.signals.iter().map(Into::into).collect(),
            score: ScoreForm {
                total: verdict.score.total(),
                colour: verdict.score.colour().code().into(),
                contributions: parts(&verdict.score.contributions),
            },
            lexicon: verdict.lexicon_version.clone(),
            notes: verdict
                .notes
                .iter()
                .map(|n| (n.code.into(), n.message.clone()))
                .collect(),
        }
    }
}

impl From<&Finding> for FindingForm {
    fn from(finding: &Finding) -> Self {
        Self {
            rule: finding.rule.clone(),
            title: finding.title.clone(),
            basis: finding.basis.clone(),
            severity: finding.severity,
            strength: finding.strength.code().into(),
            quote: finding.quote.clone(),
            start: finding.span.start,
            end: finding.span.end,
            block: finding.block,
            path: finding.path.clone(),
            remark: finding.remark.clone(),
            advertiser: finding.advertiser.clone(),
            contributions: parts(&finding.contributions),
        }
    }
}

fn parts(contributions: &[Contribution]) -> Vec<ContributionForm> {
    let form = |c: &Contribution| ContributionForm {
        name: c.name.into(),
        points: c.points,
        reason: c.reason.clone(),
    };
    contributions.iter().map(form).collect()
}
