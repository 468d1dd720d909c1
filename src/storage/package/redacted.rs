//! A copy of an item in which personal data is covered: text, facts and report, without any of the captured exchanges.
//!
//! What is covered keeps its length, so every offset stands as in the sealed item. The copy says how many places of which
//! category were covered and why, never what stood there. It is an item of its own with a link to its parent, whose bytes
//! stay as they are.

use super::assemble::{Parts, assemble};
use super::{DATA_NAME, Package};
use crate::model::custody::ItemKind;
use crate::model::mask::{Finder, Personal, PersonalData, cover, find_named, without_overlaps};
use crate::storage::error::StorageError;
use crate::storage::item::evidence_id;
use crate::storage::run::info_fields;
use crate::storage::warc::encode::{EncodedCapture, warcinfo};
use crate::storage::warc::error::WarcError;
use crate::storage::warc::member::MemberWriter;
use crate::storage::warc::resource::{Resource, resource};
use crate::wire::custody::{ItemCustody, ParentItem, Redaction};
use crate::wire::file_digest::FileDigest;
use crate::wire::image::StoredImage;
use crate::wire::manifest::{MANIFEST_FORMAT, Manifest, StoredFinding, StoredNote, Tool};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

/// The run under which copies are named.
pub(crate) const RUN: &str = "redactions";

/// What is to be covered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Covering {
    /// These wordings, wherever they stand.
    pub wordings: Vec<String>,
    /// All that can be told by its form as personal data.
    pub auto: bool,
    /// Why, for the copy.
    pub reason: String,
}

/// A parent with what a copy of it needs.
pub(crate) struct Parent<'a> {
    pub(crate) manifest: &'a Manifest,
    pub(crate) package: FileDigest,
    pub(crate) text: &'a str,
}

/// Builds the copy. `None` when nothing was found that is to be covered.
pub(crate) fn build(
    parent: &Parent<'_>,
    visit: &str,
    covering: &Covering,
    tool: &Tool,
) -> Result<Option<Package>, StorageError> {
    let mut veil = Veil::new(parent.text, covering);
    let text = veil.text.clone();
    let mut manifest = masked(parent, &text, &mut veil);
    if veil.counts.is_empty() {
        return Ok(None);
    }
    manifest.evidence_id = evidence_id(RUN, visit);
    manifest.run = RUN.to_owned();
    manifest.visit = visit.to_owned();
    manifest.tool = tool.clone();
    manifest.custody = custody(parent, &veil, covering);
    let started: DateTime<Utc> = manifest.captured_start.utc.parse().unwrap_or_default();
    let ended: DateTime<Utc> = manifest.captured_end.utc.parse().unwrap_or_default();
    let target = format!("urn:text:{}", manifest.final_url);
    let warc = warc(&manifest, &target, started, &text).map_err(|source| StorageError::Warc {
        path: format!("{}.wacz", manifest.evidence_id).into(),
        source,
    })?;
    let parts = Parts {
        warc,
        manifest,
        main_date: started,
        main_url: target,
        time: ended,
    };
    assemble(parts).map(Some)
}

fn warc(
    manifest: &Manifest,
    target: &str,
    at: DateTime<Utc>,
    text: &str,
) -> Result<EncodedCapture, WarcError> {
    let mut writer = MemberWriter::new();
    let mut out = EncodedCapture::default();
    let software = format!("{}/{}", manifest.tool.name, manifest.tool.version);
    let info = info_fields(&software, RUN, &manifest.robots.policy, None);
    warcinfo(&mut writer, DATA_NAME, at, &info, &mut out)?;
    let record = Resource {
        name: (RUN, &manifest.visit),
        target,
        at,
        media_type: "text/plain; charset=utf-8",
        block: text.as_bytes(),
    };
    resource(&mut writer, &record, &mut out)?;
    Ok(out)
}

fn custody(parent: &Parent<'_>, veil: &Veil, covering: &Covering) -> ItemCustody {
    let told = parent.manifest.custody.clone();
    ItemCustody {
        kind: ItemKind::RedactedCopy.code().to_owned(),
        parent: Some(ParentItem {
            evidence_id: parent.manifest.evidence_id.clone(),
            package: parent.package.clone(),
        }),
        witness: told.witness.as_deref().map(|name| veil.covered(name)),
        redactions: veil
            .counts
            .iter()
            .map(|(kind, places)| Redaction {
                category: kind.code().to_owned(),
                places: *places,
                reason: covering.reason.clone(),
            })
            .collect(),
        ..told
    }
}

/// What covers texts: the wordings to cover, those found in the page among them, and how much was covered.
struct Veil {
    finder: Option<Finder>,
    wordings: Vec<String>,
    /// The page's text, covered.
    text: String,
    counts: BTreeMap<PersonalData, u64>,
}

impl Veil {
    fn new(text: &str, covering: &Covering) -> Self {
        let mut veil = Self {
            finder: covering.auto.then(Finder::new),
            wordings: covering.wordings.clone(),
            text: String::new(),
            counts: BTreeMap::new(),
        };
        let places = veil.places(text);
        veil.text = cover(text, &places);
        veil.count(&places);
        // What was told as personal data by the words around it is the same data where these words are missing.
        let found = places.iter().filter_map(|p| text.get(p.span.clone()));
        veil.wordings.extend(found.map(str::to_owned));
        let encoded: Vec<String> = veil
            .wordings
            .iter()
            .flat_map(|w| percent_forms(w))
            .collect();
        veil.wordings.extend(encoded);
        // The longest first, so that no part of one is left by a shorter one within it.
        veil.wordings
            .sort_by_key(|w| (std::cmp::Reverse(w.len()), w.clone()));
        veil.wordings.dedup();
        veil
    }

    fn places(&self, text: &str) -> Vec<Personal> {
        let mut places = self
            .finder
            .as_ref()
            .map(|f| f.find(text))
            .unwrap_or_default();
        places.extend(find_named(text, &self.wordings));
        without_overlaps(places)
    }

    fn count(&mut self, places: &[Personal]) {
        for place in places {
            *self.counts.entry(place.kind).or_default() += 1;
        }
    }

    /// A fact with its personal data covered.
    fn covered(&self, text: &str) -> String {
        cover(text, &self.places(text))
    }

    /// Covers a fact in place and counts what was covered.
    fn put(&mut self, text: &mut String) {
        let places = self.places(text);
        if !places.is_empty() {
            *text = cover(text, &places);
            self.count(&places);
        }
    }

    fn put_some(&mut self, text: &mut Option<String>) {
        if let Some(text) = text {
            self.put(text);
        }
    }
}

/// A wording as addresses spell it.
fn percent_forms(wording: &str) -> Vec<String> {
    if wording.is_ascii() {
        return Vec::new();
    }
    let upper: String = wording.bytes().map(|b| format!("%{b:02X}")).collect();
    let lower = upper.to_ascii_lowercase();
    vec![upper, lower]
}

/// The facts of the parent with their personal data covered; phrases of the text are taken from the covered text.
fn masked(parent: &Parent<'_>, text: &str, veil: &mut Veil) -> Manifest {
    let mut m = parent.manifest.clone();
    m.format = MANIFEST_FORMAT.to_owned();
    m.records.clear();
    m.files.clear();
    for field in [
        &mut m.platform,
        &mut m.requested_url,
        &mut m.final_url,
        &mut m.title,
    ] {
        veil.put(field);
    }
    veil.put_some(&mut m.referrer);
    veil.put_some(&mut m.content_type);
    for hop in &mut m.redirect_chain {
        veil.put(&mut hop.url);
    }
    for finding in m.findings.iter_mut().chain(&mut m.signals) {
        finding_of(finding, text, veil);
    }
    for image in &mut m.images {
        image_of(image, veil);
    }
    for ad in &mut m.ads {
        let signals = ad.signals.iter_mut().map(|s| &mut s.detail);
        let addresses = ad.images.iter_mut().chain(&mut ad.chain);
        for field in addresses.chain(signals).chain([&mut ad.text, &mut ad.path]) {
            veil.put(field);
        }
        ad.picture = None;
    }
    for part in &mut m.score.contributions {
        veil.put(&mut part.reason);
    }
    for alert in &mut m.alerts {
        alert.quote = slice(text, alert.start, alert.end);
        for spot in alert.places.iter_mut().chain(&mut alert.times) {
            spot.quote = slice(text, spot.start, spot.end);
        }
        veil.put(&mut alert.remark);
        veil.put(&mut alert.path);
    }
    for field in [
        &mut m.who.brand,
        &mut m.who.operator,
        &mut m.who.operator_code,
        &mut m.who.institution,
        &mut m.who.disagreement,
    ] {
        veil.put_some(field);
    }
    if let Some(payee) = &mut m.who.payee {
        veil.put_some(&mut payee.name);
        veil.put(&mut payee.account);
    }
    for note in &mut m.notes {
        veil.put(&mut note.message);
    }
    for signal in &mut m.site_signals {
        for field in [&mut signal.url, &mut signal.detail] {
            veil.put(field);
        }
        veil.put_some(&mut signal.before);
        veil.put_some(&mut signal.after);
    }
    if let Some(vantage) = &mut m.vantage {
        veil.put_some(&mut vantage.referrer);
    }
    if let Some(comparison) = &mut m.comparison {
        veil.put(&mut comparison.base.final_url);
        veil.put(&mut comparison.base.title);
        for difference in &mut comparison.differences {
            veil.put(&mut difference.base);
            veil.put(&mut difference.other);
        }
    }
    if let Some(imported) = &mut m.imported {
        // Who brought it and what was said of its origin may name persons; both stand in the parent.
        imported.by.clear();
        imported.origin = None;
        veil.put(&mut imported.name);
        for mark in &mut imported.marks {
            veil.put(mark);
        }
    }
    m.notes.push(StoredNote {
        code: "redacted-copy".to_owned(),
        message: "the captured exchanges are left out; they stand in the parent".to_owned(),
    });
    m
}

/// The image itself is left out of a copy; what was read in it is covered like the text.
fn image_of(image: &mut StoredImage, veil: &mut Veil) {
    image.in_package = false;
    veil.put(&mut image.address);
    veil.put(&mut image.path);
    veil.put_some(&mut image.link);
    veil.put_some(&mut image.not_seen);
    if let Some(reading) = &mut image.reading {
        for line in &mut reading.lines {
            veil.put(&mut line.text);
        }
        for code in &mut reading.codes {
            veil.put(&mut code.payload);
        }
    }
}

fn finding_of(finding: &mut StoredFinding, text: &str, veil: &mut Veil) {
    finding.quote = slice(text, finding.start, finding.end);
    veil.put(&mut finding.remark);
    veil.put(&mut finding.path);
    veil.put_some(&mut finding.advertiser);
    for part in &mut finding.contributions {
        veil.put(&mut part.reason);
    }
}

/// Covering keeps all lengths, so the places of a verified parent are places of the covered text.
fn slice(text: &str, start: usize, end: usize) -> String {
    text.get(start..end).unwrap_or_default().to_owned()
}
