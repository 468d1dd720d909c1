//! What the audit concludes. A finding is a clue (线索), never a determination (认定).

use super::alert::Alert;
use super::claim::{Claim, ClaimKind};
use super::context::{Context, Offer};
use super::note::Note;
use super::who::Who;
use std::ops::Range;
use std::sync::Arc;

/// The judgement on one page or one text.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// Context of the whole.
    pub context: Context,
    /// What is offered.
    pub offer: Offer,
    /// Whether a duty officer should see it: context is ad and a rule of severity 2 or more fired in it.
    pub finding: bool,
    /// Kinds of claims asserted, sorted, without doubles.
    pub claims: Vec<ClaimKind>,
    /// The fired rules, strongest first, in a stable order.
    pub findings: Vec<Finding>,
    /// Signals, reported but no finding alone.
    pub signals: Vec<Finding>,
    /// Warnings of public opinion and crowds (舆情), whatever the context; never part of the score.
    pub alerts: Vec<Alert>,
    /// Brand, operator and payee of the page, and what the registers say.
    pub who: Who,
    /// High-incidence topics met, by id; tags, never rules.
    pub topics: Vec<TopicTag>,
    /// The score with its parts.
    pub score: Score,
    /// The judgement of each block that held a claim or a cue.
    pub blocks: Vec<BlockVerdict>,
    /// Version (digest) of the lexicons that judged.
    pub lexicon_version: String,
    /// Trouble met.
    pub notes: Vec<Note>,
}

impl Verdict {
    /// Severity of the gravest finding, 0 without any.
    pub fn severity(&self) -> u8 {
        self.findings.iter().map(|f| f.severity).max().unwrap_or(0)
    }

    /// The strongest evidence among the findings.
    pub fn strength(&self) -> Option<Strength> {
        self.findings.iter().map(|f| f.strength).min()
    }

    /// Whether the page is worth keeping: for a finding, or for a warning that it does not merely report of others.
    pub fn worth_keeping(&self) -> bool {
        self.finding || self.alerts.iter().any(|a| !a.reported)
    }
}

/// One fired rule with its reasons.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// Rule id of the catalogue.
    pub rule: String,
    /// What is forbidden, in Chinese.
    pub title: String,
    /// Legal basis, in Chinese.
    pub basis: String,
    /// Severity 1 to 5 after context and evasion were weighed.
    pub severity: u8,
    /// Strength of the evidence.
    pub strength: Strength,
    /// Exact slice of the original text.
    pub quote: String,
    /// Bytes of the quote in the text record (page text, or the text itself).
    pub span: Range<usize>,
    /// Index of the block.
    pub block: usize,
    /// Where the block stood (CSS path; empty for bare texts).
    pub path: String,
    /// What the page (or text) reader needs to know in Chinese: yield formula, what is missing, what to check.
    pub remark: String,
    /// Whom it concerns when that is not the page's own operator: the landing address of the advertisement.
    pub advertiser: Option<String>,
    /// The named parts of this finding's weight.
    pub contributions: Vec<Contribution>,
}

/// Strength of evidence (catalogue section 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// Words plus a register contradiction or a payee fact.
    A,
    /// Words plus a return or raising structure on the same page.
    B,
    /// Words only.
    C,
    /// Signal only.
    D,
}

impl Strength {
    /// All of them, the strongest first.
    pub const ALL: [Self; 4] = [Self::A, Self::B, Self::C, Self::D];

    /// The letter.
    pub fn code(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
            Self::D => "D",
        }
    }

    /// The strength of a letter, if it is one.
    pub fn parse(letter: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == letter)
    }
}

/// Names of the parts that a finding may carry.
pub const PART_NAMES: [&str; 8] = [
    "complaints",
    "compliance",
    "disclosure",
    "evasion",
    "licence",
    "spread",
    "wording",
    "yield",
];

/// One named part of a score.
#[derive(Debug, Clone, PartialEq)]
pub struct Contribution {
    /// Which of the named groups ([`PART_NAMES`]).
    pub name: &'static str,
    /// Points, may be negative.
    pub points: f64,
    /// Why, in Chinese, with the quote or figure.
    pub reason: String,
}

/// A score that adds up from its parts.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Score {
    /// The named parts, in a stable order.
    pub contributions: Vec<Contribution>,
    /// Colour for lists.
    pub colour: Colour,
}

impl Score {
    /// Sum of the parts, 0 to 100.
    pub fn total(&self) -> f64 {
        self.contributions
            .iter()
            .map(|c| c.points)
            .sum::<f64>()
            .clamp(0.0, 100.0)
            // A sum of nothing is minus zero, which would be shown as such.
            + 0.0
    }
}

/// Colour of a score.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Colour {
    /// Nothing.
    #[default]
    Green,
    /// Watch.
    Yellow,
    /// Act soon.
    Orange,
    /// Act now.
    Red,
}

impl Colour {
    /// The word used in stored forms and JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Green => "green",
            Self::Yellow => "yellow",
            Self::Orange => "orange",
            Self::Red => "red",
        }
    }

    /// The name shown to officers.
    pub fn label(self) -> &'static str {
        match self {
            Self::Green => "正常",
            Self::Yellow => "黄色",
            Self::Orange => "橙色",
            Self::Red => "红色",
        }
    }
}

/// A high-incidence topic that a page touches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicTag {
    /// Id of the catalogue, such as `HT-08`.
    pub id: String,
    /// Its name, in Chinese.
    pub title: String,
    /// Whether a hard tell stands near its words.
    pub hard: bool,
}

/// The judgement on one block.
#[derive(Debug, Clone)]
pub struct BlockVerdict {
    /// Index of the block in the page.
    pub block: usize,
    /// Its context.
    pub context: Context,
    /// Cues that decided the context of its group, and its topics, for `lexicon try` and the report. Blocks without topics
    /// share one list.
    pub cues: Arc<[String]>,
    /// Its claims.
    pub claims: Vec<Claim>,
}
