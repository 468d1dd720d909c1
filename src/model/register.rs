//! Registers of licensed institutions: pure look-ups by name, code and domain, mentions in a text, look-alikes.
//!
//! The registers are partial and dated. What is not found is [`Standing::Unknown`], never unlicensed.

pub mod distance;
mod institution;
mod licence;
mod look_alike;
mod mention;
mod merge;
mod name_key;

pub use institution::{
    Alias, AliasUse, Decoy, DomainFact, Institution, LicenceFact, Provenance, Refusal,
    RegisterData, RegisterRow,
};
pub use licence::{LicenceKind, RefusalReason};
pub use look_alike::{LookAlike, Resemblance};
pub use mention::{Mention, RefusalMention};
pub use name_key::{How, fold};

use std::collections::HashMap;

/// Data from which no register can be built.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the registers' {what} cannot be built: {reason}")]
pub struct RegisterError {
    /// What failed.
    pub what: &'static str,
    /// Why.
    pub reason: String,
}

/// What the registers can say about a name.
#[derive(Debug, Clone, PartialEq)]
pub enum Standing<'r> {
    /// A register names it (not: its permission stands today, nor that it made the page).
    Listed(Vec<NameHit<'r>>),
    /// Its application was refused at a date.
    Refused(&'r Refusal),
    /// No register at hand names it. Registers are partial: this never means unlicensed.
    Unknown,
}

/// An institution found by a name.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NameHit<'r> {
    /// The institution.
    pub institution: &'r Institution,
    /// How the name led to it.
    pub how: How,
}

/// An institution, or a kind of institution, found by a host.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DomainHit<'r> {
    /// The register's row.
    pub domain: &'r DomainFact,
    /// The institution, where the register names it.
    pub institution: Option<&'r Institution>,
}

/// The registers, indexed. Building reads nothing but its argument.
#[derive(Debug)]
pub struct Registers {
    institutions: Vec<Institution>,
    refusals: Vec<Refusal>,
    regions: Vec<String>,
    names: HashMap<String, Vec<(usize, How)>>,
    refused_names: HashMap<String, usize>,
    codes: HashMap<String, usize>,
    refused_codes: HashMap<String, usize>,
    domains: HashMap<String, (DomainFact, Option<usize>)>,
    scanner: mention::Scanner,
    shapes: look_alike::Shapes,
}

impl Registers {
    /// Merges the rows of one institution and indexes everything.
    pub fn build(data: RegisterData) -> Result<Self, RegisterError> {
        let merged = merge::merge(&data.rows);
        let regions = merge::regions(&data.rows);
        let names = merge::name_index(&merged.institutions, &data.aliases, &regions);
        let scanner = mention::Scanner::build(&merged.institutions, &data, &names, &regions)?;
        let shapes = look_alike::Shapes::build(&merged, &data, &names, &regions);
        let codes = merged
            .institutions
            .iter()
            .enumerate()
            .flat_map(|(i, inst)| inst.codes.iter().map(move |c| (c.clone(), i)))
            .collect();
        let refused = |field: fn(&Refusal) -> String| {
            let pairs = data.refusals.iter().enumerate();
            pairs.map(|(i, r)| (field(r), i)).collect()
        };
        Ok(Self {
            refused_names: refused(|r| fold(&r.name)),
            refused_codes: refused(|r| r.code.to_uppercase()),
            institutions: merged.institutions,
            domains: merged.domains,
            refusals: data.refusals,
            regions,
            names,
            codes,
            scanner,
            shapes,
        })
    }

    /// All institutions, in a stable order.
    pub fn institutions(&self) -> &[Institution] {
        &self.institutions
    }

    /// All refused applicants.
    pub fn refusals(&self) -> &[Refusal] {
        &self.refusals
    }

    /// Number of institutions with this permission.
    pub fn count(&self, kind: LicenceKind) -> usize {
        self.institutions.iter().filter(|i| i.has(kind)).count()
    }

    /// Number of hosts known, with and without an institution.
    pub fn domain_count(&self) -> usize {
        self.domains.len()
    }

    /// What the registers say about a name.
    pub fn standing(&self, name: &str) -> Standing<'_> {
        let hits = self.by_name(name);
        if !hits.is_empty() {
            return Standing::Listed(hits);
        }
        self.refused(name)
            .map_or(Standing::Unknown, Standing::Refused)
    }

    /// The institutions that a written name may mean, surest first. Empty = unknown, never unlicensed.
    pub fn by_name(&self, name: &str) -> Vec<NameHit<'_>> {
        let mut found = self.by_forms(name);
        if found.is_empty() {
            found = self.by_branch(&fold(name));
        }
        found.sort_by_key(|(index, how)| (*how, *index));
        found
            .into_iter()
            .filter_map(|(index, how)| {
                let institution = self.institutions.get(index)?;
                Some(NameHit { institution, how })
            })
            .collect()
    }

    fn by_forms(&self, name: &str) -> Vec<(usize, How)> {
        let forms = name_key::forms(name);
        for (form, how) in &forms {
            let hits = self.names.get(form).map_or(&[][..], Vec::as_slice);
            if let Some(best) = best(hits, *how) {
                return best;
            }
        }
        // Only one side may drop its region, or 杭州某银行 would be 宁波某银行.
        for (form, _) in &forms {
            let Some(rest) = name_key::without_region(form, &self.regions) else {
                continue;
            };
            let hits = self.names.get(rest).map_or(&[][..], Vec::as_slice);
            let sure: Vec<_> = hits.iter().filter(|h| h.1 <= How::Short).copied().collect();
            if let Some(best) = best(&sure, How::Variant) {
                return best;
            }
        }
        Vec::new()
    }

    fn by_branch(&self, folded: &str) -> Vec<(usize, How)> {
        name_key::branch_parents(folded)
            .into_iter()
            .find_map(|parent| best(self.names.get(parent)?, How::Branch))
            .unwrap_or_default()
    }

    /// The refused applicant of this full name.
    pub fn refused(&self, name: &str) -> Option<&Refusal> {
        let index = self.refused_names.get(&fold(name))?;
        self.refusals.get(*index)
    }

    /// The institution with this institution code or credit code.
    pub fn by_code(&self, code: &str) -> Option<&Institution> {
        let index = self.codes.get(&fold(code).to_uppercase())?;
        self.institutions.get(*index)
    }

    /// The refused applicant with this code.
    pub fn refused_by_code(&self, code: &str) -> Option<&Refusal> {
        let index = self.refused_codes.get(&fold(code).to_uppercase())?;
        self.refusals.get(*index)
    }

    /// The register's row for this host or the nearest host above it.
    pub fn by_domain(&self, host: &str) -> Option<DomainHit<'_>> {
        let host = host.trim().trim_end_matches('.').to_ascii_lowercase();
        let mut rest = host.as_str();
        loop {
            if let Some((domain, index)) = self.domains.get(rest) {
                let institution = index.and_then(|i| self.institutions.get(i));
                return Some(DomainHit {
                    domain,
                    institution,
                });
            }
            rest = rest.split_once('.')?.1;
        }
    }

    /// The licensed institutions that a text names, in text order, without overlaps. Linear in the text.
    pub fn mentions(&self, text: &str) -> Vec<Mention<'_>> {
        self.scanner.mentions(text, &self.institutions)
    }

    /// The refused applicants that a text names in full, in text order.
    pub fn refused_mentions(&self, text: &str) -> Vec<RefusalMention<'_>> {
        self.scanner.refusals(text, &self.refusals)
    }

    /// The licensed institution that a name or host seems to imitate. A question for a person, never an accusation.
    pub fn look_alike(&self, name_or_domain: &str) -> Option<LookAlike<'_>> {
        let asked = name_or_domain.trim();
        if asked.is_ascii() && asked.contains('.') {
            if self.by_domain(asked).is_some() {
                return None;
            }
            return self.shapes.domain(asked, &self.institutions);
        }
        if !self.by_name(asked).is_empty() {
            return None;
        }
        self.shapes.name(asked, &self.institutions, &self.regions)
    }
}

/// The hits of the surest kind, with the kind of the asking form taken into account.
fn best(hits: &[(usize, How)], asked: How) -> Option<Vec<(usize, How)>> {
    let surest = hits.iter().map(|h| h.1).min()?;
    let of_kind = hits.iter().filter(|h| h.1 == surest);
    Some(of_kind.map(|(i, how)| (*i, (*how).max(asked))).collect())
}
