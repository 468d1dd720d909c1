//! The rules and words the audit judges by, as read from `lexicons/`.

use super::ad::AdList;
use super::alert::AlertWords;
use super::benign::Benign;
use super::claim::ClaimKind;
use super::context::{Context, Offer};
use super::cover::{Cover, Trade};
use super::department::Department;
use super::rule::Rule;
use super::scoring::Scoring;
use super::who::WhoWords;
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
    /// Competent departments that the rules name.
    pub departments: Vec<Department>,
    /// Benign contexts that the rules name.
    pub benign: Vec<Benign>,
    /// Which licences cover which offers.
    pub covers: Vec<Cover>,
    /// What the names of companies show of their trade.
    pub trades: Vec<Trade>,
    /// Weights, caps and colours of the score.
    pub scoring: Scoring,
    /// Words around names: who speaks, who runs a page, who is paid.
    pub who: WhoWords,
    /// Words and figures of the warnings of opinion and crowds.
    pub alerts: AlertWords,
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
    /// Filter lists of advertising networks.
    pub ad_lists: Vec<AdList>,
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameList {
    /// Unique id, such as `N1a`.
    pub id: String,
    /// 1 forbidden without licence, 2 watched, 3 other.
    pub tier: u8,
    /// Where the list comes from, in Chinese.
    pub basis: String,
    /// In force from this day, if bounded.
    pub from: Option<NaiveDate>,
    /// Names in which it looks: `company` (name and scope of a company), `site` (title, account), or both.
    pub looks: Vec<NameUse>,
    /// The words.
    pub words: Vec<String>,
    /// Longer words in which they are innocent (基金会, 公共资源交易中心).
    pub without: Vec<String>,
}

/// What kind of name a list of words is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameUse {
    /// Registered name and scope of business.
    Company,
    /// Title of a site, name of an account.
    Site,
}

impl NameUse {
    /// The use of a word in the file, if it is one.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "company" => Some(Self::Company),
            "site" => Some(Self::Site),
            _ => None,
        }
    }
}

impl NameList {
    /// Whether it is in force on `day`.
    pub fn in_force(&self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| day >= from)
    }

    /// The longest of its words that the text holds, not counting those inside an innocent longer one.
    pub fn word_in<'l>(&'l self, text: &str) -> Option<&'l str> {
        let innocent: Vec<_> = self
            .without
            .iter()
            .flat_map(|w| text.match_indices(w.as_str()))
            .map(|(at, w)| at..at + w.len())
            .collect();
        let free = |word: &str| {
            text.match_indices(word).any(|(at, w)| {
                let end = at + w.len();
                !innocent.iter().any(|i| i.start <= at && end <= i.end)
            })
        };
        let met = self.words.iter().filter(|w| free(w));
        met.max_by_key(|w| w.len()).map(String::as_str)
    }
}

/// One high-incidence topic (catalogue section 6): a tag, never a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// Unique id, such as `HT-08`.
    pub id: String,
    /// Name in Chinese.
    pub title: String,
    /// Who is competent, by id (see [`Department`]).
    pub departments: Vec<String>,
    /// Any of these sets the tag.
    pub words: Vec<String>,
    /// Hard tells: one of these near a word makes the tag a hard one.
    pub tells: Vec<String>,
    /// Innocent look-alikes: a word that one of these touches sets no tag.
    pub benign: Vec<String>,
}

impl Topic {
    /// The id under which its hard tells are met.
    pub fn hard_id(&self) -> String {
        format!("{}:hard", self.id)
    }
}
