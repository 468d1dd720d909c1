//! Who stands in a register, with source and date of every fact.

use super::licence::{LicenceKind, RefusalReason};

/// Where a fact comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Provenance {
    /// The published list, in its own words.
    pub source: String,
    /// The date (`2025-06-30`) or month (`2018-08`) of that list.
    pub as_of: String,
}

/// One permission of an institution.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LicenceFact {
    /// Which.
    pub kind: LicenceKind,
    /// Who says so and when.
    pub provenance: Provenance,
}

/// One host name of a licensed institution.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DomainFact {
    /// Lower-case host; its subdomains belong to it too.
    pub host: String,
    /// The kind of institution behind it.
    pub licence: LicenceKind,
    /// Who says so and when. Domains lapse: an old row is weak.
    pub provenance: Provenance,
}

/// An institution that at least one register names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Institution {
    /// The fullest name of the youngest register.
    pub name: String,
    /// Short names and names in other registers, sorted.
    pub other_names: Vec<String>,
    /// Institution codes or unified social credit codes, upper case.
    pub codes: Vec<String>,
    /// Its permissions, sorted.
    pub licences: Vec<LicenceFact>,
    /// Province, where the register tells.
    pub province: Option<String>,
    /// Its hosts.
    pub domains: Vec<DomainFact>,
}

impl Institution {
    /// Whether a register gives it this permission.
    pub fn has(&self, kind: LicenceKind) -> bool {
        self.licences.iter().any(|l| l.kind == kind)
    }
}

/// An applicant whose registration was refused. A fact of its date: a later application may have succeeded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Full name.
    pub name: String,
    /// Organisation code or unified social credit code.
    pub code: String,
    /// Date of the refusal, `YYYY-MM-DD`.
    pub date: String,
    /// Classes of the published reasons.
    pub reasons: Vec<RefusalReason>,
    /// Who says so and when.
    pub provenance: Provenance,
}

/// One row of a register as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterRow {
    /// Name; empty when only a domain is known.
    pub name: String,
    /// Short names.
    pub short_names: Vec<String>,
    /// Institution code or credit code.
    pub code: Option<String>,
    /// The permission.
    pub licence: LicenceKind,
    /// Province.
    pub province: Option<String>,
    /// Hosts, lower case.
    pub domains: Vec<String>,
    /// Source and date.
    pub provenance: Provenance,
}

/// How an alias may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AliasUse {
    /// Stands for the institution wherever it is written.
    Name,
    /// Also part of ordinary words: counts alone or before a cue word.
    Cue,
    /// Pinyin or letters in host names, for look-alikes only.
    Latin,
}

/// Another name of an institution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alias {
    /// The other name.
    pub alias: String,
    /// A name of the institution in the registers.
    pub institution: String,
    /// How it may be used.
    pub usage: AliasUse,
}

/// What a text says in place of an institution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoy {
    /// A phrase, or what the name must end with when `next` is given.
    pub phrase: String,
    /// What follows the name.
    pub next: Option<String>,
    /// Characters that, right after, make it no decoy.
    pub unless: Vec<char>,
    /// Whether the institution is not meant at all, or the mention is only flagged.
    pub drops: bool,
}

/// All that registers are built from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RegisterData {
    /// Institutions and domains.
    pub rows: Vec<RegisterRow>,
    /// Other names.
    pub aliases: Vec<Alias>,
    /// Refused applicants.
    pub refusals: Vec<Refusal>,
    /// Phrases that are not institutions.
    pub decoys: Vec<Decoy>,
    /// Words after which a cue alias counts.
    pub cues: Vec<String>,
    /// Pairs of characters (genuine, look-alike).
    pub confusables: Vec<(char, char)>,
}
