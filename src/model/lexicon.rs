//! The rules and words the audit judges by, as read from `lexicons/`.

use super::claim::ClaimKind;
use super::context::{Context, Offer};
use super::rule::Rule;
use super::wording::Wording;
use chrono::NaiveDate;

/// Everything in `lexicons/` that serves claims and judgement. Spelling tables, the dictionary and benchmarks are
/// nouns of their own.
#[derive(Debug, Clone, Default)]
pub struct Lexicon {
    /// SHA-256 over the files (lower-case hex), so that a verdict names what judged it.
    pub version: String,
    /// The catalogue, sorted by id.
    pub rules: Vec<Rule>,
    /// What an advertiser says.
    pub terms: Vec<Term>,
    /// What tells the context.
    pub cues: Vec<Cue>,
    /// Facts about speaker or trade that the judge knows by name.
    pub marks: Vec<Mark>,
    /// Words that turn a claim round.
    pub polarity: PolarityWords,
    /// Words that names may not hold.
    pub names: Vec<NameList>,
    /// High-incidence topics.
    pub topics: Vec<Topic>,
    /// The trained model.
    pub wording: Wording,
}

impl Lexicon {
    /// The rule of this id.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|r| r.id == id)
    }

    /// The words of all terms with two characters or more, sorted: whole forms that license undoing a disguise.
    pub fn words(&self) -> Vec<String> {
        let mut words: Vec<String> = self
            .terms
            .iter()
            .flat_map(|t| &t.pattern.words)
            .filter(|w| (2..=16).contains(&w.chars().count()))
            .cloned()
            .collect();
        words.sort_unstable();
        words.dedup();
        words
    }
}

/// Words with the neighbours they need or must not have. Distances are in characters between the two matches.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Pattern {
    /// Any of these.
    pub words: Vec<String>,
    /// When not empty: one of these within `within` characters.
    pub near: Vec<String>,
    /// See `near`.
    pub within: usize,
    /// Stop phrases: a match that one of these overlaps is none.
    pub without: Vec<String>,
    /// A match with one of these within thirty characters is none.
    pub apart: Vec<String>,
    /// When set: a regular expression that must match over the word.
    pub regex: Option<String>,
}

/// A term of an advertiser.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    /// Unique id, such as `guarantee-both`.
    pub id: String,
    /// What it claims.
    pub kind: ClaimKind,
    /// Rules it serves, by id.
    pub rules: Vec<String>,
    /// What it is offered with, if the words tell.
    pub offer: Option<Offer>,
    /// 1 weak, 2 plain, 3 and more strong.
    pub weight: u8,
    /// True when it only supports other claims and makes no finding of its own.
    pub support: bool,
    /// True when it binds a licensed institution too.
    pub bound: bool,
    /// The last day on which a licensed institution could lawfully say it (保本理财: until the end of 2021).
    pub lawful_until: Option<NaiveDate>,
    /// The words.
    pub pattern: Pattern,
}

/// A cue of context.
#[derive(Debug, Clone, PartialEq)]
pub struct Cue {
    /// Unique id, such as `warn-police`.
    pub id: String,
    /// The context it speaks for.
    pub context: Context,
    /// Points of one hit.
    pub weight: f64,
    /// Hits counted at most.
    pub cap: u32,
    /// The words.
    pub pattern: Pattern,
}

/// A named fact, such as `gambling` or `licensed-name`.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// Unique id.
    pub id: String,
    /// The words.
    pub pattern: Pattern,
}

/// Words that turn a claim round.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PolarityWords {
    /// Denials before a claim in its clause.
    pub before: Vec<String>,
    /// Words after a claim that call it false.
    pub after: Vec<String>,
    /// The claim is somebody else's.
    pub attribution: Vec<String>,
    /// The sentence lists forbidden acts or contract duties.
    pub prohibition: Vec<String>,
    /// Looks like a denial and is none.
    pub idiom: Vec<String>,
}

/// One list of name words (catalogue appendix N).
#[derive(Debug, Clone, PartialEq)]
pub struct NameList {
    /// Unique id, such as `N1a`.
    pub id: String,
    /// 1 forbidden without licence, 2 watched, 3 other.
    pub tier: u8,
    /// Where the list comes from, in Chinese.
    pub basis: String,
    /// The words.
    pub words: Vec<String>,
}

/// One high-incidence topic (catalogue section 6).
#[derive(Debug, Clone, PartialEq)]
pub struct Topic {
    /// Unique id, such as `HT-08`.
    pub id: String,
    /// Name in Chinese.
    pub title: String,
    /// Any of these sets the tag.
    pub words: Vec<String>,
}
