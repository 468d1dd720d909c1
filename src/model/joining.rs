//! What comes of joining bearers of facts to subjects: the groups, why they were joined, and what ties groups without joining them.

use super::subject_fact::SubjectFactKind;

/// What an officer has decided about bearers; a later decision about the same two goes before an earlier one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JoinDecision {
    /// All of these are one subject.
    Together(Vec<String>),
    /// None of the first belongs to one subject with any of the second.
    Apart(Vec<String>, Vec<String>),
}

/// A fact that several have in common, with its weight at the time of judging.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reason {
    /// What it is.
    pub kind: SubjectFactKind,
    /// Its value.
    pub value: String,
    /// Points it speaks for joining; negative against.
    pub points: i32,
}

/// Two groups that were joined, or are tied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoinLink {
    /// A bearer of the one group: the first by name at the time.
    pub one: String,
    /// A bearer of the other.
    pub other: String,
    /// Sum of the reasons.
    pub points: i32,
    /// Why, the heaviest first.
    pub reasons: Vec<Reason>,
    /// Whether an officer has joined them.
    pub by_officer: bool,
}

/// Why a fact that many have in common joins nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Common {
    /// Its bearers have nothing else in common: a hosting company's filing, an agency's contact, a kit's statistics.
    Unrelated,
    /// Its bearers have different credit codes.
    Contested,
    /// More groups have it than are looked at.
    TooMany,
}

impl Common {
    /// The word used in JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unrelated => "unrelated",
            Self::Contested => "contested",
            Self::TooMany => "too-many",
        }
    }

    /// The reason for officers.
    pub fn label(self) -> &'static str {
        match self {
            Self::Unrelated => {
                "多个互无其他关联的主体共用(如托管商备案、代理联系方式、模板统计代码)"
            }
            Self::Contested => "信用代码不同的主体共用",
            Self::TooMany => "共用者过多",
        }
    }
}

/// A fact that joins nobody.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CommonFact {
    /// What it is.
    pub kind: SubjectFactKind,
    /// Its value.
    pub value: String,
    /// Groups that have it.
    pub groups: usize,
    /// Why it joins nobody.
    pub why: Common,
}

/// Bearers joined.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Joined {
    /// The groups: bearers by name; groups by their first bearer.
    pub groups: Vec<Vec<String>>,
    /// Why they were joined, in the order of joining.
    pub links: Vec<JoinLink>,
    /// Ties between different groups, the strongest first.
    pub related: Vec<JoinLink>,
    /// Facts that joined nobody.
    pub common: Vec<CommonFact>,
    /// Circles: what was joined, joined further across companies that have very much in common. Several companies are several
    /// subjects before the law; that one operator stands behind them is a lead, which an officer follows.
    pub circles: Vec<Vec<String>>,
    /// Why circles go further than groups, in the order of joining.
    pub circle_links: Vec<JoinLink>,
}
