//! The facts of a court package: from the manifest, the journal and what lies beside the package, never from elsewhere.

use super::exit::{Trouble, incomplete};
use super::export::Order;
use super::sealing::Vouched;
use crate::export::court::{
    CourtFile, CourtFinding, CourtHop, CourtItem, CustodyRow, FileKind, GlossaryRow, disguise,
};
use crate::model::custody::{Action, ItemKind};
use crate::model::offset_map::NormalText;
use crate::patrol::inspect::Inspector;
use crate::storage::handout::Handout;
use crate::storage::journal;
use crate::storage::package::text_of;
use crate::storage::store::Store;
use crate::wire::custody::ItemCustody;
use crate::wire::file_digest::FileDigest;
use crate::wire::journal_entry::JournalEntry;
use crate::wire::manifest::{Manifest, Moment, StoredFinding};
use anyhow::anyhow;
use std::ops::Range;

/// Rows of the glossary for one item, at most.
const MOST_GLOSSARY: usize = 300;
/// Characters shown on each side of an evasive spelling.
const AROUND: usize = 6;

/// What one item gives.
pub struct Found {
    /// For the documents.
    pub item: CourtItem,
    /// Its evasive spellings.
    pub glossary: Vec<GlossaryRow>,
    /// Its package in the home.
    pub original: FileDigest,
}

/// Verifies an item, copies it into the folder with the journal's lines about it, and gathers its facts.
pub fn take(
    store: &Store,
    id: &str,
    order: &Order,
    inspector: &Inspector,
    handout: &mut Handout,
) -> Result<Found, Trouble> {
    let broken = |why: String| incomplete(anyhow!("{id}: {why}"));
    let handed = handout.item(store.home(), id).map_err(incomplete)?;
    let sealed = &handed.sealed;
    let relative = store.home().relative(sealed.path());
    let original = FileDigest::new(relative, sealed.digests());
    let act = order.act(Action::Export, id, "移出证据包，用于司法材料");
    store
        .record(act.file(original.clone()))
        .map_err(incomplete)?;
    let entries = entries_of(store, id)?;
    let lines = lines_of(&entries)?;
    handout
        .add(&format!("{id}.journal.jsonl"), &lines)
        .map_err(incomplete)?;
    let bytes = std::fs::read(sealed.path()).map_err(incomplete)?;
    let text = text_of(&bytes).map_err(broken)?;
    let plain = inspector.normalise(&text);
    let mut item = item(sealed.manifest(), &plain);
    let vouched = Vouched::of(store.home(), sealed.path()).map_err(incomplete)?;
    let lines = vouched.lines().into_iter();
    item.checked = lines.map(|(l, v)| (l.to_owned(), v)).collect();
    let files = std::iter::once(&handed.package).chain(&handed.sidecars);
    item.files = files.map(court_file).collect();
    item.custody = entries.iter().map(custody_row).collect();
    Ok(Found {
        glossary: glossary(sealed.manifest(), &plain),
        item,
        original,
    })
}

/// Public keys of the home, so that signatures can be verified.
pub fn add_keys(store: &Store, handout: &mut Handout) -> Result<(), Trouble> {
    let Ok(keys) = std::fs::read_dir(store.home().root().join("keys")) else {
        return Ok(());
    };
    let mut paths: Vec<_> = keys.filter_map(|key| Some(key.ok()?.path())).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().and_then(|n| n.to_str()).unwrap_or("");
        if name.ends_with(".pub") || name.ends_with(".pub.minisig") {
            let bytes = std::fs::read(&path).map_err(incomplete)?;
            handout.add(name, &bytes).map_err(incomplete)?;
        }
    }
    Ok(())
}

/// The journal's entries about an item, in the order of time.
fn entries_of(store: &Store, id: &str) -> Result<Vec<JournalEntry>, Trouble> {
    let mut entries = Vec::new();
    for path in journal::files(store.home()).map_err(incomplete)? {
        journal::read_file(&path, &mut |entry, _| {
            if entry.object == id {
                entries.push(entry);
            }
            true
        })
        .map_err(incomplete)?;
    }
    entries.sort_by(|a, b| (&a.time, &a.writer, a.seq).cmp(&(&b.time, &b.writer, b.seq)));
    Ok(entries)
}

/// The lines exactly as they stand in the journal.
fn lines_of(entries: &[JournalEntry]) -> Result<Vec<u8>, Trouble> {
    let mut lines = Vec::new();
    for entry in entries {
        lines.extend(serde_json::to_vec(entry).map_err(incomplete)?);
        lines.push(b'\n');
    }
    Ok(lines)
}

fn custody_row(entry: &JournalEntry) -> CustodyRow {
    CustodyRow {
        time: entry.time.clone(),
        action: entry.action.clone(),
        actor: entry.actor.clone(),
        unit: entry.unit.clone(),
        reason: entry.reason.clone().unwrap_or_default(),
        place: format!("{} 第 {} 行", entry.writer, entry.seq + 1),
        hash: entry.hash.clone(),
    }
}

fn court_file(file: &FileDigest) -> CourtFile {
    CourtFile {
        kind: FileKind::of(&file.path),
        name: file.path.clone(),
        bytes: file.bytes,
        sha256: file.sha256.clone(),
        sm3: file.sm3.clone(),
    }
}

fn item(manifest: &Manifest, plain: &NormalText) -> CourtItem {
    let both = |moment: &Moment| (moment.beijing.clone(), moment.utc.clone());
    let custody = &manifest.custody;
    let kind = custody.item_kind();
    CourtItem {
        evidence_id: manifest.evidence_id.clone(),
        kind: kind.map_or_else(|| custody.kind.clone(), |k| k.label().to_owned()),
        is_capture: kind.is_some_and(ItemKind::is_capture),
        origin: origin(custody),
        platform: manifest.platform.clone(),
        title: manifest.title.clone(),
        requested_url: manifest.requested_url.clone(),
        final_url: manifest.final_url.clone(),
        started: both(&manifest.captured_start),
        ended: both(&manifest.captured_end),
        clock: clock(manifest),
        attended: manifest.attended,
        collectors: collectors(custody),
        few_collectors_reason: custody.few_collectors_reason.clone(),
        witness: custody.witness.clone(),
        no_witness_reason: custody.no_witness_reason.clone(),
        legal_basis: manifest.legal_basis.clone(),
        robots: robots(manifest),
        tool: format!("{} {}", manifest.tool.name, manifest.tool.version),
        tool_sha256: manifest.tool.sha256.clone(),
        hops: hops(manifest),
        answer: format!(
            "HTTP {}；内容类型 {}；文字编码 {}",
            manifest.http_status,
            manifest.content_type.as_deref().unwrap_or("未声明"),
            manifest.charset
        ),
        truncated: manifest.truncated.clone(),
        findings: manifest
            .findings
            .iter()
            .map(|f| finding(f, plain))
            .collect(),
        records: manifest
            .records
            .iter()
            .map(|r| (r.kind.clone(), r.target.clone(), r.block_sha256.clone()))
            .collect(),
        files: Vec::new(),
        checked: Vec::new(),
        custody: Vec::new(),
    }
}

fn clock(manifest: &Manifest) -> String {
    let source = match manifest.clock.source.as_str() {
        "system clock" => "采集设备系统时钟",
        other => other,
    };
    match manifest.clock.offset_ms {
        Some(offset) => format!("{source}，与标准时间相差 {offset} 毫秒"),
        None => format!("{source}，未测量与标准时间的偏差"),
    }
}

fn robots(manifest: &Manifest) -> String {
    match (
        manifest.robots.policy.as_str(),
        &manifest.robots.legal_basis,
    ) {
        ("obey", _) => "遵守".to_owned(),
        (_, Some(basis)) => format!("未遵守，书面依据：{basis}"),
        (_, None) => "未遵守，未记录书面依据".to_owned(),
    }
}

fn collectors(custody: &ItemCustody) -> Vec<(String, String, String)> {
    let officers = custody.collectors.iter();
    officers
        .map(|o| (o.name.clone(), o.unit.clone(), o.certificate.clone()))
        .collect()
}

/// Where files that were handed in come from, and from which item a copy was derived.
fn origin(custody: &ItemCustody) -> Vec<(String, String)> {
    let mut rows = Vec::new();
    let mut row = |label: &str, value: String| rows.push((label.to_owned(), value));
    if let Some(origin) = &custody.origin {
        row("来源陈述", origin.statement.clone());
        row("提供人身份", origin.provided_by.clone());
        row("接收时间（所称）", origin.received.beijing.clone());
        for file in &origin.files {
            let words = format!(
                "{}（{}，{} 字节）SHA-256 {}",
                file.name, file.media_type, file.bytes, file.sha256
            );
            row("文件", words);
        }
    }
    if let Some(parent) = &custody.parent {
        let words = format!(
            "{}，证据包 SHA-256 {}",
            parent.evidence_id, parent.package.sha256
        );
        row("派生自", words);
    }
    rows
}

fn hops(manifest: &Manifest) -> Vec<CourtHop> {
    let hop = |hop: &crate::wire::manifest::Hop| CourtHop {
        status: hop.status,
        url: hop.url.clone(),
        server: hop.server.clone().unwrap_or_else(|| "未记录".to_owned()),
        payload_sha256: hop.payload_sha256.clone(),
        certificate_sha256: hop.tls_chain_sha256.first().cloned().unwrap_or_default(),
    };
    manifest.redirect_chain.iter().map(hop).collect()
}

fn finding(finding: &StoredFinding, plain: &NormalText) -> CourtFinding {
    let transcript = transcript(plain, finding.start..finding.end);
    CourtFinding {
        rule: finding.rule.clone(),
        title: finding.title.clone(),
        basis: finding.basis.clone(),
        severity: finding.severity,
        quote: finding.quote.clone(),
        plain: transcript.filter(|t| *t != finding.quote),
        span: (finding.start, finding.end),
        path: finding.path.clone(),
    }
}

/// The plain words behind a stretch of the original: from the first evasion in it to the last, all else is the same.
fn transcript(text: &NormalText, original: Range<usize>) -> Option<String> {
    let inside = |e: &&crate::model::offset_map::Evasion| {
        e.original.start >= original.start && e.original.end <= original.end
    };
    let mut words = String::new();
    let mut at = original.start;
    for evasion in text.evasions.iter().filter(inside) {
        // Marks of one place may lie in each other; the first stands for all.
        if evasion.original.start < at {
            continue;
        }
        words.push_str(text.original.get(at..evasion.original.start)?);
        words.push_str(text.plain.get(evasion.plain.clone())?);
        at = evasion.original.end;
    }
    words.push_str(text.original.get(at..original.end)?);
    Some(words)
}

/// Evasive spellings of a text, each once with its number.
fn glossary(manifest: &Manifest, text: &NormalText) -> Vec<GlossaryRow> {
    let mut rows: Vec<GlossaryRow> = Vec::new();
    let quotes: Vec<Range<usize>> = manifest.findings.iter().map(|f| f.start..f.end).collect();
    for (place, classes) in places(text) {
        let quoted = quotes
            .iter()
            .any(|q| q.start < place.end && place.start < q.end);
        let around = around(&text.original, &place);
        let Some(plain) = transcript(text, around.clone()) else {
            continue;
        };
        let seen = text.original.get(around).unwrap_or_default().to_owned();
        if seen == plain {
            continue;
        }
        let full = rows.len() >= MOST_GLOSSARY;
        let known = rows.iter().position(|r| r.seen == seen);
        match known.and_then(|at| rows.get_mut(at)) {
            Some(row) => {
                row.count += 1;
                row.quoted |= quoted;
            }
            None if !full => rows.push(GlossaryRow {
                evidence_id: manifest.evidence_id.clone(),
                seen,
                plain,
                classes,
                quoted,
                count: 1,
            }),
            None => {}
        }
    }
    rows.sort_by_key(|row| !row.quoted);
    rows
}

/// Places of strong evasions, those that nearly touch taken together, with the names of their classes.
fn places(text: &NormalText) -> Vec<(Range<usize>, Vec<String>)> {
    let mut places: Vec<(Range<usize>, Vec<String>)> = Vec::new();
    for evasion in text.evasions.iter().filter(|e| e.strong) {
        let name = disguise(evasion.class).to_owned();
        match places.last_mut() {
            Some((range, names)) if evasion.original.start <= range.end + AROUND => {
                range.end = range.end.max(evasion.original.end);
                if !names.contains(&name) {
                    names.push(name);
                }
            }
            _ => places.push((evasion.original.clone(), vec![name])),
        }
    }
    places
}

/// A few characters on both sides, on the same line.
fn around(text: &str, place: &Range<usize>) -> Range<usize> {
    let before = text.get(..place.start).unwrap_or_default();
    let start = before
        .char_indices()
        .rev()
        .take_while(|(_, c)| !is_end(*c))
        .take(AROUND)
        .last()
        .map_or(place.start, |(at, _)| at);
    let behind = text.get(place.end..).unwrap_or_default();
    let end = behind
        .char_indices()
        .take_while(|(_, c)| !is_end(*c))
        .take(AROUND)
        .last()
        .map_or(place.end, |(at, c)| place.end + at + c.len_utf8());
    start..end
}

fn is_end(c: char) -> bool {
    matches!(
        c,
        '\n' | '。' | '!' | '！' | '?' | '？' | ',' | '，' | ';' | '；'
    )
}
