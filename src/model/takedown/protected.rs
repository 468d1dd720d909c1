//! What a block would hurt that is meant for somebody else: governments, schools, platforms, delivery networks, shared hosts,
//! resolvers. Read from `seeds/protected/`.

use super::target::{TakedownTarget, TargetKind};
use std::collections::HashMap;
use std::net::IpAddr;

/// Why something is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ProtectedKind {
    /// Names of governments.
    Government,
    /// Names of schools and universities.
    Education,
    /// Platforms that very many people use.
    Platform,
    /// Delivery networks and clouds: many sites behind one name or address.
    Delivery,
    /// Hosts on which strangers have pages of their own.
    SharedHost,
    /// Resolvers, registries, time, updates, certificates.
    Infrastructure,
}

impl ProtectedKind {
    /// All kinds.
    pub const ALL: [Self; 6] = [
        Self::Government,
        Self::Education,
        Self::Platform,
        Self::Delivery,
        Self::SharedHost,
        Self::Infrastructure,
    ];

    /// The word of the table and of refusals.
    pub fn code(self) -> &'static str {
        match self {
            Self::Government => "government",
            Self::Education => "education",
            Self::Platform => "platform",
            Self::Delivery => "delivery-network",
            Self::SharedHost => "shared-host",
            Self::Infrastructure => "infrastructure",
        }
    }

    /// The kind of a word, if it is one.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.code() == word)
    }

    /// What would be hurt, for messages.
    pub fn means(self) -> &'static str {
        match self {
            Self::Government => "a name of a government",
            Self::Education => "a name of a school or university",
            Self::Platform => "a platform that very many people use",
            Self::Delivery => "a delivery network or cloud with many sites behind it",
            Self::SharedHost => "a host on which strangers have pages of their own",
            Self::Infrastructure => "infrastructure of the internet",
        }
    }
}

/// One row of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProtectedRow {
    /// Why.
    pub kind: ProtectedKind,
    /// A name (with all beneath it), a range of addresses, or a package name.
    pub value: String,
    /// What it is, in Chinese.
    pub what: String,
    /// Who says so.
    pub source: String,
    /// As of which month.
    pub as_of: String,
}

/// The table, indexed.
#[derive(Debug, Clone, Default)]
pub struct Protected {
    rows: Vec<ProtectedRow>,
    names: HashMap<String, usize>,
    ranges: Vec<(IpAddr, u8, usize)>,
}

impl Protected {
    /// Indexes rows; one that is neither name, range nor package is given back.
    pub fn new(rows: Vec<ProtectedRow>) -> Self {
        let mut names = HashMap::new();
        let mut ranges = Vec::new();
        for (index, row) in rows.iter().enumerate() {
            let range = TakedownTarget::parse(TargetKind::Ip, &row.value)
                .ok()
                .and_then(|t| t.network());
            match range {
                Some((first, length)) => ranges.push((first, length, index)),
                None => {
                    names.insert(row.value.to_ascii_lowercase(), index);
                }
            }
        }
        Self {
            rows,
            names,
            ranges,
        }
    }

    /// All rows.
    pub fn rows(&self) -> &[ProtectedRow] {
        &self.rows
    }

    /// The row of this name or of the nearest one above it.
    pub fn over(&self, name: &str) -> Option<&ProtectedRow> {
        let mut rest = name;
        loop {
            if let Some(index) = self.names.get(rest) {
                return self.rows.get(*index);
            }
            rest = rest.split_once('.')?.1;
        }
    }

    /// A protected name beneath this one.
    pub fn beneath(&self, name: &str) -> Option<&ProtectedRow> {
        let mut found: Vec<&ProtectedRow> = self
            .rows
            .iter()
            .filter(|r| {
                r.value
                    .strip_suffix(name)
                    .is_some_and(|rest| rest.ends_with('.'))
            })
            .collect();
        found.sort_by(|a, b| a.value.cmp(&b.value));
        found.into_iter().next()
    }

    /// The row of exactly this word (a package, a number).
    pub fn exactly(&self, word: &str) -> Option<&ProtectedRow> {
        let index = self.names.get(&word.to_ascii_lowercase())?;
        self.rows.get(*index)
    }

    /// A protected range that shares an address with this one.
    pub fn touching(&self, address: IpAddr, length: u8) -> Option<&ProtectedRow> {
        let hit = self
            .ranges
            .iter()
            .find(|(first, own, _)| shares(*first, address, (*own).min(length)));
        self.rows.get(hit?.2)
    }
}

/// Whether two addresses agree in their first bits.
fn shares(one: IpAddr, other: IpAddr, bits: u8) -> bool {
    match (one, other) {
        (IpAddr::V4(a), IpAddr::V4(b)) => {
            let mask = u32::MAX
                .checked_shl(32 - u32::from(bits.min(32)))
                .unwrap_or(0);
            u32::from(a) & mask == u32::from(b) & mask
        }
        (IpAddr::V6(a), IpAddr::V6(b)) => {
            let mask = u128::MAX
                .checked_shl(128 - u32::from(bits.min(128)))
                .unwrap_or(0);
            u128::from(a) & mask == u128::from(b) & mask
        }
        _ => false,
    }
}
