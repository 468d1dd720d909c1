//! What a text says, before any rule is applied.

use super::yields::YieldFigure;
use std::ops::Range;

/// One claim with its place and how it is meant.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    /// What is claimed.
    pub kind: ClaimKind,
    /// Bytes in the plain (normalised) text of its block.
    pub plain: Range<usize>,
    /// Bytes in the original text of its block; quotes are cut from here.
    pub original: Range<usize>,
    /// How it is meant.
    pub polarity: Polarity,
    /// The lexicon term that found it (its id or plain form), for the people who keep the lexicons.
    pub term: String,
    /// Rules that the term serves, by id; empty when only the kind matters.
    pub rules: Vec<String>,
    /// The figure, for [`ClaimKind::Yield`] and costs.
    pub figure: Option<YieldFigure>,
    /// True when the match needed an undone evasion.
    pub evaded: bool,
}

/// Kinds of claims. The first eight are the labelling guide's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ClaimKind {
    /// Promises principal or return, or no risk.
    Guarantee,
    /// States a figure of return as a selling point.
    Yield,
    /// That figure, annualised, is over ten percent, or plainly impossible income.
    HighYield,
    /// Uses experts, officials, banks, state ownership, media or beneficiaries to vouch.
    Endorse,
    /// Superlatives or unproven records.
    Exaggerate,
    /// Loan advertising that hides conditions.
    EasyCredit,
    /// Rebates, recruitment rewards, free gifts to pull in money or members.
    Lure,
    /// Solicits a licensed activity with no named licensed institution or through a private contact.
    NoLicenceSign,
    /// Offers a financial product or service to the reader.
    Offer,
    /// A risk disclosure.
    Disclosure,
    /// A call to act: register, scan, add a contact.
    CallToAction,
    /// Signs of distress (提现困难, 跑路): alert class, never part of the violation score.
    Distress,
    /// Signs of crowds gathering: alert class.
    Mobilise,
    /// Threats against oneself or others: alert class.
    Threat,
    /// Other content that a rule forbids.
    Forbidden,
}

impl ClaimKind {
    /// All kinds; the first eight are the labelling guide's.
    pub const ALL: [Self; 15] = [
        Self::Guarantee,
        Self::Yield,
        Self::HighYield,
        Self::Endorse,
        Self::Exaggerate,
        Self::EasyCredit,
        Self::Lure,
        Self::NoLicenceSign,
        Self::Offer,
        Self::Disclosure,
        Self::CallToAction,
        Self::Distress,
        Self::Mobilise,
        Self::Threat,
        Self::Forbidden,
    ];

    /// The kind of a labelled or stored word, if it is one.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.code() == word)
    }

    /// The name shown to officers.
    pub fn label(self) -> &'static str {
        match self {
            Self::Guarantee => "保本保收益",
            Self::Yield => "收益率",
            Self::HighYield => "高收益",
            Self::Endorse => "背书",
            Self::Exaggerate => "夸大",
            Self::EasyCredit => "轻易放贷",
            Self::Lure => "利诱",
            Self::NoLicenceSign => "未示牌照招揽",
            Self::Offer => "产品要约",
            Self::Disclosure => "风险提示",
            Self::CallToAction => "引导行动",
            Self::Distress => "兑付困难",
            Self::Mobilise => "聚集",
            Self::Threat => "威胁",
            Self::Forbidden => "其他禁止内容",
        }
    }

    /// The word used in labelled data, stored forms and JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Guarantee => "guarantee",
            Self::Yield => "yield",
            Self::HighYield => "high_yield",
            Self::Endorse => "endorse",
            Self::Exaggerate => "exaggerate",
            Self::EasyCredit => "easy_credit",
            Self::Lure => "lure",
            Self::NoLicenceSign => "no_licence_sign",
            Self::Offer => "offer",
            Self::Disclosure => "disclosure",
            Self::CallToAction => "call_to_action",
            Self::Distress => "distress",
            Self::Mobilise => "mobilise",
            Self::Threat => "threat",
            Self::Forbidden => "forbidden",
        }
    }
}

/// How a claim is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Polarity {
    /// Claimed by the text itself.
    Asserted,
    /// Denied or forbidden in its clause.
    Negated,
    /// Quoted, reported or attributed to others.
    Quoted,
    /// Inside a list of prohibited acts, a contract clause or a disclaimer.
    Listed,
}

impl Polarity {
    /// The word used in stored forms and JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Asserted => "asserted",
            Self::Negated => "negated",
            Self::Quoted => "quoted",
            Self::Listed => "listed",
        }
    }
}
