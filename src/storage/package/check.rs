//! Packages read back: held against themselves, and parts taken out of them.

use super::{
    DATA, DATA_NAME, FILES, INDEX, MANIFEST, PACKAGE, PACKAGE_DIGEST, PAGES, REPORT,
    package_digest, pretty,
};
use crate::model::digest::Digests;
use crate::storage::cdxj::{CdxjEntry, index_text};
use crate::storage::digest::{digests, label};
use crate::storage::item::evidence_id;
use crate::storage::warc::reader::{DigestCheck, WarcReader};
use crate::storage::zip_store::{self, Entry};
use crate::wire::alert::StoredAlert;
use crate::wire::manifest::{MANIFEST_FORMATS, Manifest, RecordLine};
use crate::wire::wacz::DataPackage;
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

/// Those of packages with a manifest before version 3.
const OLD_FILES: [&str; 6] = [DATA, INDEX, PAGES, MANIFEST, PACKAGE, PACKAGE_DIGEST];
/// No record of a page is longer; a longer one is refused when read.
const MAX_BLOCK: u64 = 1 << 30;

/// Checks a package against itself: every byte of the zip file is accounted for, every digest holds, every record can
/// be read, the index is that of the records, every quote stands in the text. Gives the manifest, or what is wrong.
pub fn check(bytes: &[u8]) -> Result<Manifest, Vec<String>> {
    let (entries, stamp) = zip_store::read(bytes).map_err(|fault| vec![fault])?;
    let names: Vec<&str> = entries.iter().map(|e| e.name).collect();
    if names != FILES && names != OLD_FILES {
        return Err(wrong_files(&names));
    }
    let data: BTreeMap<&str, &[u8]> = entries.iter().map(|e| (e.name, e.data)).collect();
    let of = |name: &str| data.get(name).copied().unwrap_or_default();
    let mut faults = Vec::new();
    // Each file is digested once, for both lists that name it.
    let sums: Vec<Digests> = entries.iter().map(|e| digests(e.data)).collect();
    let sums: Vec<(Entry<'_>, Digests)> = entries.into_iter().zip(sums).collect();
    check_listing(&sums, of(PACKAGE), of(PACKAGE_DIGEST), &mut faults);
    let manifest = match serde_json::from_slice::<Manifest>(of(MANIFEST)) {
        Ok(manifest) => manifest,
        Err(e) => {
            faults.push(format!("{MANIFEST}: {e}"));
            return Err(faults);
        }
    };
    check_manifest(&manifest, &sums, stamp, &mut faults);
    check_warc(&manifest, of(DATA), of(INDEX), &mut faults);
    if faults.is_empty() {
        Ok(manifest)
    } else {
        Err(faults)
    }
}

fn wrong_files(names: &[&str]) -> Vec<String> {
    let missing = FILES
        .iter()
        .filter(|f| !names.contains(f))
        .map(|f| format!("{f} is missing"));
    let more = names
        .iter()
        .filter(|n| !FILES.contains(n))
        .map(|n| format!("{n:?} does not belong in it"));
    let mut faults: Vec<String> = missing.chain(more).collect();
    if faults.is_empty() {
        faults.push("its files are not in their order".to_owned());
    }
    faults
}

/// `datapackage.json` lists all other files; `datapackage-digest.json` is wholly determined by it.
fn check_listing(
    sums: &[(Entry<'_>, Digests)],
    package: &[u8],
    digest: &[u8],
    faults: &mut Vec<String>,
) {
    if pretty("", &package_digest(package)).ok().as_deref() != Some(digest) {
        faults.push(format!("{PACKAGE_DIGEST}: is not the digest of {PACKAGE}"));
    }
    let listed = match serde_json::from_slice::<DataPackage>(package) {
        Ok(listed) => listed,
        Err(e) => return faults.push(format!("{PACKAGE}: {e}")),
    };
    let others = || {
        sums.iter()
            .filter(|(e, _)| e.name != PACKAGE && e.name != PACKAGE_DIGEST)
    };
    if listed.resources.len() != others().count() {
        faults.push(format!("{PACKAGE}: does not list every file once"));
    }
    for (entry, sums) in others() {
        let good = listed.resources.iter().any(|r| {
            r.path == entry.name
                && r.bytes == entry.data.len() as u64
                && r.hash == label(&sums.sha256)
        });
        if !good {
            faults.push(format!(
                "{}: does not have the digest that {PACKAGE} lists",
                entry.name
            ));
        }
    }
}

fn check_manifest(
    manifest: &Manifest,
    sums: &[(Entry<'_>, Digests)],
    stamp: u32,
    faults: &mut Vec<String>,
) {
    let mut fault = |detail: String| faults.push(format!("{MANIFEST}: {detail}"));
    if !MANIFEST_FORMATS.contains(&manifest.format.as_str()) {
        fault(format!("format {:?} is not known", manifest.format));
    }
    if manifest.evidence_id != evidence_id(&manifest.run, &manifest.visit) {
        fault("the evidence id is not that of its run and visit".to_owned());
    }
    let ended = manifest.captured_end.utc.parse::<DateTime<Utc>>();
    if ended.map(zip_store::dos_time) != Ok(stamp) {
        fault("the file times are not those of the capture".to_owned());
    }
    let has_report = sums.iter().any(|(e, _)| e.name == REPORT);
    if has_report != manifest.has_report() {
        fault(format!(
            "{REPORT} belongs to another version of the manifest"
        ));
    }
    if manifest.custody.item_kind().is_none() {
        fault(format!("kind {:?} is not known", manifest.custody.kind));
    }
    let listed = [DATA, INDEX, PAGES].into_iter();
    for name in listed.chain(has_report.then_some(REPORT)) {
        let found = sums.iter().find(|(e, _)| e.name == name);
        let listed = manifest.files.iter().find(|f| f.path == name);
        let agree = listed
            .zip(found)
            .is_some_and(|(f, (_, sums))| f.matches(sums));
        if !agree {
            fault(format!("{name} does not have the digests listed"));
        }
    }
}

fn check_warc(manifest: &Manifest, warc: &[u8], index: &[u8], faults: &mut Vec<String>) {
    let contents = match read_records(warc) {
        Ok(contents) => contents,
        Err(fault) => return faults.push(format!("{DATA}: {fault}")),
    };
    if contents.records != manifest.records {
        faults.push(format!("{DATA}: its records are not those of the manifest"));
    }
    if index_text(&contents.index, DATA_NAME).as_bytes() != index {
        faults.push(format!("{INDEX}: is not the index of {DATA}"));
    }
    check_stored_quotes(manifest, &contents.text, faults);
}

fn check_stored_quotes(manifest: &Manifest, text: &str, faults: &mut Vec<String>) {
    for finding in manifest.findings.iter().chain(&manifest.signals) {
        if text.get(finding.start..finding.end) != Some(finding.quote.as_str()) {
            faults.push(format!(
                "{MANIFEST}: the quote of {} does not stand in the text record",
                finding.rule
            ));
        }
    }
    for (start, end, quote) in manifest.alerts.iter().flat_map(StoredAlert::phrases) {
        if text.get(start..end) != Some(quote) {
            faults.push(format!(
                "{MANIFEST}: {quote:?} of a warning does not stand in the text record"
            ));
        }
    }
}

/// What the WARC file of a package holds.
#[derive(Default)]
struct Contents {
    records: Vec<RecordLine>,
    index: Vec<CdxjEntry>,
    /// The page's text.
    text: String,
}

/// Reads all records strictly.
fn read_records(warc: &[u8]) -> Result<Contents, String> {
    let mut reader = WarcReader::new(warc).map_err(|e| e.to_string())?;
    let mut contents = Contents::default();
    while let Some(mut record) = reader.next_record().map_err(|e| e.to_string())? {
        let headers = record.headers.clone();
        let block = record.block(MAX_BLOCK).map_err(|e| e.to_string())?;
        let end = record.finish().map_err(|e| e.to_string())?;
        let id = headers.record_id().to_owned();
        if end.block != DigestCheck::Match
            || matches!(end.payload, DigestCheck::Mismatch { .. })
            || !end.clean
        {
            return Err(format!("record {id} is not as it was written"));
        }
        contents.index.extend(CdxjEntry::of_record(
            &headers, &block, end.offset, end.length,
        ));
        contents.records.push(RecordLine {
            kind: headers.record_type(),
            id,
            target: headers.target().to_owned(),
            block_sha256: hex::encode(end.block_sha256),
        });
        if headers.target().starts_with("urn:text:") {
            contents.text =
                String::from_utf8(block).map_err(|_| "the text record is not UTF-8".to_owned())?;
        }
    }
    Ok(contents)
}

/// The page's text as sealed, for views and reports.
pub fn text_of(bytes: &[u8]) -> Result<String, String> {
    file_of(bytes, DATA)
        .and_then(read_records)
        .map(|contents| contents.text)
}

/// One file of a package that is as it was written.
pub fn file_of<'a>(bytes: &'a [u8], name: &str) -> Result<&'a [u8], String> {
    let (entries, _) = zip_store::read(bytes)?;
    let found = entries.into_iter().find(|e| e.name == name);
    found
        .map(|e| e.data)
        .ok_or_else(|| format!("{name:?} is not in it"))
}
