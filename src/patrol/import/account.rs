//! The account of an imported file: every record counted, every fault told.

use super::ImportOrder;
use crate::storage::import::keep::TakenIn;
use crate::storage::import::page::date;
use crate::storage::import::scan::{Fault, Foreign};
use crate::storage::package::moment;
use crate::storage::warc::headers::Headers;
use crate::storage::warc::reader::DigestCheck;
use crate::wire::import::{
    DigestCounts, IMPORT_FORMAT, ImportRecord, ImportedPage, Refused, Revisits,
};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, HashSet};

/// Refusals that are listed; more are counted.
const LISTED: usize = 1_000;
/// Programs named; a file put together of many need not name them all.
const PROGRAMS: usize = 8;
/// Kinds of records told apart; a hostile file may name as many as it likes.
const KINDS: usize = 64;

/// Names of captures remembered for revisits, three for each capture.
const CAPTURES: usize = 3_000_000;

#[derive(Default)]
pub(super) struct Account {
    records: BTreeMap<String, u64>,
    digests: DigestCounts,
    software: Vec<String>,
    dates: Option<(DateTime<Utc>, DateTime<Utc>)>,
    pages: Vec<ImportedPage>,
    revisits: Revisits,
    /// What revisits may refer to: record ids, and addresses with dates, as digests.
    captures: HashSet<u64>,
    refused: Vec<Refused>,
    refused_count: u64,
}

impl Account {
    /// A record was read.
    pub(super) fn record(&mut self, record: &Foreign, kind: &str) {
        let version: String = record.version.chars().take(12).collect();
        let kind_shown: String = kind.chars().take(20).collect();
        let name = format!("{version} {kind_shown}");
        let name = match self.records.len() < KINDS || self.records.contains_key(&name) {
            true => name,
            false => "other".to_owned(),
        };
        *self.records.entry(name).or_default() += 1;
        if let Ok(at) = date(&record.headers) {
            let (from, to) = self.dates.unwrap_or((at, at));
            self.dates = Some((from.min(at), to.max(at)));
        }
        match kind {
            "warcinfo" => self.warcinfo(record),
            "response" | "resource" if self.captures.len() < CAPTURES => {
                self.captures.extend(names(&record.headers));
            }
            "revisit" => self.revisit(&record.headers),
            _ => {}
        }
    }

    fn warcinfo(&mut self, record: &Foreign) {
        let fields = Headers::parse(record.block.as_deref().unwrap_or_default());
        let Some(software) = fields.get("software") else {
            return;
        };
        let software: String = software.chars().take(200).collect();
        if self.software.len() < PROGRAMS && !self.software.contains(&software) {
            self.software.push(software);
        }
    }

    fn revisit(&mut self, headers: &Headers) {
        let id = headers.get("WARC-Refers-To").unwrap_or("");
        let id = id.trim().trim_matches(['<', '>']);
        let place = |uri: &str, date: &str| key(&[uri, date]);
        let named = headers
            .get("WARC-Refers-To-Target-URI")
            .zip(headers.get("WARC-Refers-To-Date"))
            .map(|(uri, date)| place(uri.trim().trim_matches(['<', '>']), date.trim()));
        let payload = headers.get("WARC-Payload-Digest").map(|d| key(&[d.trim()]));
        let known = [Some(key(&[id])).filter(|_| !id.is_empty()), named, payload];
        match known.iter().flatten().any(|k| self.captures.contains(k)) {
            true => self.revisits.found += 1,
            false => self.revisits.missing += 1,
        }
    }

    /// Counts a record's digests, and gives what is to be told of it, and whether a digest is wrong.
    pub(super) fn digests(&mut self, record: &Foreign) -> (Vec<String>, bool) {
        let mut marks = record.marks.clone();
        let both = [
            ("block", &record.block_digest),
            ("payload", &record.payload_digest),
        ];
        let stated = both.iter().any(|(_, c)| **c != DigestCheck::Absent);
        if !stated {
            self.digests.absent += 1;
            marks.push("states no digest".to_owned());
        }
        let mut wrong = false;
        for (what, check) in both {
            match check {
                DigestCheck::Match => self.digests.right += 1,
                DigestCheck::Absent => {}
                DigestCheck::Unchecked { algorithm } => {
                    self.digests.unchecked += 1;
                    marks.push(format!(
                        "its {what} digest is in {algorithm:?}, which is not computed"
                    ));
                }
                // What was not held cannot be tried without its transfer coding.
                DigestCheck::Mismatch { .. } if what == "payload" && record.untried => {
                    self.digests.unchecked += 1;
                }
                DigestCheck::Mismatch { stated } => {
                    self.digests.wrong += 1;
                    wrong = true;
                    marks.push(format!(
                        "does not have the {what} digest that it states: {stated}"
                    ));
                }
            }
        }
        if wrong {
            self.refuse(record, marks.last().cloned().unwrap_or_default());
        }
        (marks, wrong)
    }

    /// A record was read, but is not as it should be or cannot be used.
    pub(super) fn refuse(&mut self, record: &Foreign, why: String) {
        let id = record.headers.record_id();
        self.put(Refused {
            offset: record.offset,
            resumed: None,
            record_id: Some(id.to_owned()).filter(|id| !id.is_empty()),
            why,
        });
    }

    /// A place could not be read.
    pub(super) fn fault(&mut self, fault: Fault) {
        self.put(fault.into());
    }

    fn put(&mut self, refused: Refused) {
        self.refused_count += 1;
        if self.refused.len() < LISTED {
            self.refused.push(refused);
        }
    }

    /// A page was judged.
    pub(super) fn page(&mut self, page: ImportedPage) {
        self.pages.push(page);
    }

    /// Programs that captured, as far as the file has said by now.
    pub(super) fn software(&self) -> Vec<String> {
        self.software.clone()
    }

    /// The record of the whole.
    pub(super) fn close(
        mut self,
        order: &ImportOrder<'_>,
        taken: &TakenIn,
        name: &str,
        layout: &str,
    ) -> ImportRecord {
        self.pages.sort_by_key(|page| page.number);
        self.refused.sort_by_key(|refused| refused.offset);
        ImportRecord {
            format: IMPORT_FORMAT.to_owned(),
            id: taken.id.clone(),
            file: taken.file.clone(),
            name: name.to_owned(),
            origin: order.origin.clone(),
            by: taken.by.clone(),
            imported: moment(taken.at),
            tool: order.tool.clone(),
            lexicon_version: order.inspector.version().to_owned(),
            layout: layout.to_owned(),
            software: self.software,
            dates: self.dates.map(|(a, b)| (moment(a).utc, moment(b).utc)),
            records: self.records,
            digests: self.digests,
            pages: self.pages,
            revisits: self.revisits,
            refused: self.refused,
            refused_count: self.refused_count,
        }
    }
}

/// By what a revisit may name a capture.
fn names(headers: &Headers) -> impl Iterator<Item = u64> + '_ {
    let id = Some(headers.record_id()).filter(|id| !id.is_empty());
    let place = headers
        .get("WARC-Date")
        .map(|date| key(&[headers.target(), date.trim()]));
    let payload = headers.get("WARC-Payload-Digest").map(|d| key(&[d.trim()]));
    id.map(|id| key(&[id]))
        .into_iter()
        .chain(place)
        .chain(payload)
}

fn key(parts: &[&str]) -> u64 {
    let digest = crate::storage::digest::sha256(parts.join("\n").as_bytes());
    digest
        .iter()
        .take(8)
        .fold(0, |key, byte| (key << 8) | u64::from(*byte))
}
