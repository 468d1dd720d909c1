//! The content of a sealed item: a WACZ 1.1.1 package with a `custody/` folder, built and checked.

mod assemble;
mod check;
mod compared;
pub mod deposit;
pub mod redacted;

use assemble::{Parts, assemble};
pub use check::{check, file_of, text_of};
pub use compared::Compared;
use compared::{add_base, comparison};

use super::digest::{label, sha256};
use super::error::StorageError;
use super::item::evidence_id;
use super::run::info_fields;
use super::warc::encode::{
    CaptureContext, EncodedCapture, encode_capture, target_uri, text_record, warcinfo,
};
use super::warc::member::MemberWriter;
use super::warc::resource::{Resource, resource};
use super::zip_store::{self, Entry};
use crate::model::capture::{Capture, Exchange};
use crate::model::finding::{Finding, Verdict};
use crate::model::image::SeenImage;
use crate::model::note::Note;
use crate::model::page::Page;
use crate::model::rendering::{LoadedResource, Rendering};
use crate::model::seed::RobotsPolicy;
use crate::wire::ad::StoredAd;
use crate::wire::custody::{ItemCustody, ResourceGap, Resources};
use crate::wire::environment::Environment;
use crate::wire::image::StoredImage;
use crate::wire::manifest::{
    Clock, Hop, Imported, MANIFEST_FORMAT, Manifest, Moment, Robots, StoredFinding, Tool,
};
use crate::wire::signal::StoredSignal;
use crate::wire::wacz::DataPackageDigest;
use chrono::{DateTime, FixedOffset, SecondsFormat, Utc};
use serde::Serialize;
use std::collections::HashSet;

const DATA: &str = "archive/data.warc.gz";
/// The WARC file as its index and warcinfo record name it.
const DATA_NAME: &str = "data.warc.gz";
const INDEX: &str = "indexes/index.cdxj";
const PAGES: &str = "pages/pages.jsonl";
const MANIFEST: &str = "custody/manifest.json";
const REPORT: &str = "custody/report.html";
const PACKAGE: &str = "datapackage.json";
const PACKAGE_DIGEST: &str = "datapackage-digest.json";

/// The files of a package in their order.
const FILES: [&str; 7] = [
    DATA,
    INDEX,
    PAGES,
    MANIFEST,
    REPORT,
    PACKAGE,
    PACKAGE_DIGEST,
];

/// What is known of a page that is to be sealed.
#[derive(Debug, Clone, Copy)]
pub struct ItemDraft<'a> {
    /// Run, visit, seed.
    pub context: &'a CaptureContext,
    /// Every hop as fetched.
    pub capture: &'a Capture,
    /// The page as read; findings point into its text.
    pub page: &'a Page,
    /// Character encoding in which it was read.
    pub charset: &'a str,
    /// The judgement.
    pub verdict: &'a Verdict,
    /// The program.
    pub tool: &'a Tool,
    /// What authorises the capture, in Chinese.
    pub legal_basis: &'a [String],
    /// On which machine, when it was gathered.
    pub environment: Option<&'a Environment>,
    /// Where the capture comes from when another program made it.
    pub imported: Option<&'a Imported>,
    /// Images of the page that are sealed with it.
    pub pictures: &'a [ItemPicture],
    /// Pictures of advertisement slots of a rendered page.
    pub slots: &'a [SlotPicture],
    /// Signals about the page and its site.
    pub signals: &'a [StoredSignal],
    /// The look from the base vantage that it is held against, when both belong together as evidence.
    pub compared: Option<&'a Compared<'a>>,
}

/// The picture of an advertisement slot, cut out of a picture of the whole page.
#[derive(Debug, Clone)]
pub struct SlotPicture {
    /// Number of the slot.
    pub slot: u32,
    /// PNG.
    pub png: Vec<u8>,
}

/// An image of a page, as it was captured.
#[derive(Debug, Clone)]
pub struct ItemPicture {
    /// The name under which it was captured.
    pub visit: String,
    /// Its exchanges.
    pub capture: Capture,
}

/// A package in memory: files in order, and the time of all of them.
pub(crate) struct Package {
    pub(crate) files: Vec<(&'static str, Vec<u8>)>,
    pub(crate) time: DateTime<Utc>,
    pub(crate) manifest: Manifest,
}

impl Package {
    /// Writes the zip file.
    pub(crate) fn write(&self, out: &mut impl std::io::Write) -> std::io::Result<()> {
        let entries: Vec<Entry<'_>> = self
            .files
            .iter()
            .map(|(name, data)| Entry { name, data })
            .collect();
        zip_store::write(&entries, self.time, out)
    }
}

/// Builds the package. The same draft always gives the same bytes.
pub(crate) fn build(draft: &ItemDraft<'_>, custody: &ItemCustody) -> Result<Package, StorageError> {
    check_quotes(draft)?;
    let (Some(first), Some(last)) = (draft.capture.exchanges.first(), draft.capture.last()) else {
        return Err(StorageError::Limit {
            what: "evidence item",
            detail: "the capture has no exchange".to_owned(),
        });
    };
    let id = evidence_id(&draft.context.run, &draft.context.visit);
    let warc = encode_warc(draft, first, last).map_err(|source| StorageError::Warc {
        path: format!("{id}.wacz").into(),
        source,
    })?;
    assemble(Parts {
        warc,
        manifest: manifest(id, draft, first, last, custody),
        main_date: last.started,
        main_url: target_uri(&last.url),
        time: ended(draft, last),
    })
}

/// When the last byte was there, of the page or of what a browser made of it.
fn ended(draft: &ItemDraft<'_>, last: &Exchange) -> DateTime<Utc> {
    let rendered = draft.capture.rendering.as_ref().map(|r| r.ended);
    rendered.map_or(last.ended, |ended| ended.max(last.ended))
}

/// Every finding must walk back to bytes, so a quote that does not stand where it is said to stand is not sealed.
fn check_quotes(draft: &ItemDraft<'_>) -> Result<(), StorageError> {
    let verdict = draft.verdict;
    for finding in verdict.findings.iter().chain(&verdict.signals) {
        if draft.page.text.get(finding.span.clone()) != Some(finding.quote.as_str()) {
            return Err(StorageError::Quote {
                rule: finding.rule.clone(),
                start: finding.span.start,
                end: finding.span.end,
            });
        }
    }
    for alert in &verdict.alerts {
        let spots = alert.places.iter().chain(&alert.times);
        let phrases = std::iter::once((&alert.span, &alert.quote));
        for (span, quote) in phrases.chain(spots.map(|s| (&s.span, &s.quote))) {
            if draft.page.text.get(span.clone()) != Some(quote.as_str()) {
                return Err(StorageError::Quote {
                    rule: alert.rule().to_owned(),
                    start: span.start,
                    end: span.end,
                });
            }
        }
    }
    Ok(())
}

fn encode_warc(
    draft: &ItemDraft<'_>,
    first: &Exchange,
    last: &Exchange,
) -> Result<EncodedCapture, super::warc::error::WarcError> {
    let mut writer = MemberWriter::new();
    let mut out = EncodedCapture::default();
    let software = format!("{}/{}", draft.tool.name, draft.tool.version);
    let policy = robots(draft).policy;
    let info = info_fields(&software, &draft.context.run, &policy, None);
    warcinfo(&mut writer, DATA_NAME, first.started, &info, &mut out)?;
    let capture = encode_capture(&mut writer, draft.capture, draft.context, &|_| false)?;
    let by = out.bytes.len() as u64;
    out.bytes.extend_from_slice(&capture.bytes);
    out.cdxj
        .extend(capture.cdxj.into_iter().map(|entry| entry.moved(by)));
    out.records.extend(capture.records);
    out.response_id = capture.response_id;
    if let Some(base) = draft.compared {
        add_base(&mut writer, base, &mut out)?;
    }
    let mut certificates: HashSet<[u8; 32]> = capture.certificates.iter().map(|c| c.0).collect();
    for picture in draft.pictures {
        let context = CaptureContext {
            visit: picture.visit.clone(),
            referrer: Some(last.url.clone()),
            ..draft.context.clone()
        };
        let known = |digest: &[u8; 32]| certificates.contains(digest);
        let encoded = encode_capture(&mut writer, &picture.capture, &context, &known)?;
        let by = out.bytes.len() as u64;
        out.bytes.extend_from_slice(&encoded.bytes);
        let moved = encoded.cdxj.into_iter().map(|entry| entry.moved(by));
        out.cdxj.extend(moved);
        out.records.extend(encoded.records);
        certificates.extend(encoded.certificates.iter().map(|c| c.0));
    }
    slot_records(&mut writer, draft, &mut out)?;
    text_record(&mut writer, draft.context, last, &draft.page.text, &mut out)?;
    Ok(out)
}

/// The pictures of slots, as records of their own.
fn slot_records(
    writer: &mut MemberWriter,
    draft: &ItemDraft<'_>,
    out: &mut EncodedCapture,
) -> Result<(), super::warc::error::WarcError> {
    let Some(rendering) = &draft.capture.rendering else {
        return Ok(());
    };
    for picture in draft.slots {
        let record = Resource {
            name: (&draft.context.run, &draft.context.visit),
            target: &slot_target(picture.slot, rendering),
            at: rendering.started,
            media_type: "image/png",
            block: &picture.png,
        };
        resource(writer, &record, out)?;
    }
    Ok(())
}

fn slot_target(slot: u32, rendering: &Rendering) -> String {
    format!("urn:slot:{slot}:{}", target_uri(&rendering.url))
}

/// The advertisements, with their place and picture where a browser showed the page.
fn ads(draft: &ItemDraft<'_>) -> Vec<StoredAd> {
    let rendering = draft.capture.rendering.as_deref();
    let stored = draft.page.ads.iter().map(|ad| {
        let place = rendering
            .into_iter()
            .flat_map(|r| &r.places)
            .find(|p| p.path == ad.path);
        let shown = draft.slots.iter().any(|s| s.slot == ad.slot);
        StoredAd {
            place: place.map(|p| [p.place.x, p.place.y, p.place.width, p.place.height]),
            picture: rendering
                .filter(|_| shown)
                .map(|rendering| slot_target(ad.slot, rendering)),
            ..ad.into()
        }
    });
    stored.collect()
}

fn manifest(
    evidence_id: String,
    draft: &ItemDraft<'_>,
    first: &Exchange,
    last: &Exchange,
    custody: &ItemCustody,
) -> Manifest {
    let (context, verdict) = (draft.context, draft.verdict);
    Manifest {
        format: MANIFEST_FORMAT.to_owned(),
        evidence_id,
        run: context.run.clone(),
        visit: context.visit.clone(),
        seed: context.seed_id.clone(),
        platform: context.platform.clone(),
        depth: context.depth,
        source: context.source.code().to_owned(),
        referrer: context.referrer.as_ref().map(|u| u.as_str().to_owned()),
        requested_url: draft.capture.requested.as_str().to_owned(),
        final_url: target_uri(&last.url),
        redirect_chain: draft.capture.exchanges.iter().map(hop).collect(),
        captured_start: moment(first.started),
        captured_end: moment(ended(draft, last)),
        clock: Clock {
            source: match draft.imported {
                Some(_) => "as the imported file states".to_owned(),
                None => "system clock".to_owned(),
            },
            offset_ms: None,
        },
        attended: !custody.collectors.is_empty(),
        legal_basis: draft.legal_basis.to_vec(),
        imported: draft.imported.cloned(),
        vantage: context.vantage.as_ref().map(Into::into),
        comparison: draft.compared.map(|base| comparison(base)),
        site_signals: draft.signals.to_vec(),
        robots: robots(draft),
        tool: draft.tool.clone(),
        environment: environment(draft),
        http_status: last.status,
        content_type: last.header("content-type").map(str::to_owned),
        charset: draft.charset.to_owned(),
        title: draft.page.title.clone(),
        truncated: last.truncated.map(|t| t.code().to_owned()),
        context: verdict.context.code().to_owned(),
        offer: verdict.offer.code().to_owned(),
        score: (&verdict.score).into(),
        lexicon_version: verdict.lexicon_version.clone(),
        findings: findings(draft, &verdict.findings),
        signals: findings(draft, &verdict.signals),
        alerts: verdict.alerts.iter().map(Into::into).collect(),
        who: (&verdict.who).into(),
        topics: verdict.topics.iter().map(Into::into).collect(),
        notes: all_notes(draft).map(Into::into).collect(),
        page_resources: page_resources(draft),
        images: images(draft),
        ads: ads(draft),
        custody: custody.clone(),
        trusted_time: "none".to_owned(),
        records: Vec::new(),
        files: Vec::new(),
    }
}

/// The findings with the images that they were read in.
fn findings(draft: &ItemDraft<'_>, all: &[Finding]) -> Vec<StoredFinding> {
    let stored = all.iter().map(|finding| StoredFinding {
        image: draft.page.image_at(finding.span.start),
        ..finding.into()
    });
    stored.collect()
}

/// The images of the page, with those marked whose exchanges are in the package.
fn images(draft: &ItemDraft<'_>) -> Vec<StoredImage> {
    let sealed = |image: &SeenImage| {
        let visit = image.archived.as_ref().map(|a| a.visit.as_str());
        draft
            .pictures
            .iter()
            .any(|p| Some(p.visit.as_str()) == visit)
    };
    let stored = draft.capture.images.iter().map(|image| StoredImage {
        in_package: sealed(image),
        ..image.into()
    });
    stored.collect()
}

/// The clean-environment report, with the browser that showed this page.
fn environment(draft: &ItemDraft<'_>) -> Option<Environment> {
    let mut environment = draft.environment.cloned()?;
    if let Some(rendering) = &draft.capture.rendering {
        environment.browser = Some(rendering.browser.clone());
    }
    Some(environment)
}

/// What the page asked for besides itself and did not get.
fn page_resources(draft: &ItemDraft<'_>) -> Resources {
    let Some(rendering) = &draft.capture.rendering else {
        return Resources {
            mode: "document-only".to_owned(),
            ..Resources::default()
        };
    };
    let gaps = |code: &str| {
        let not_loaded = rendering.resources.iter();
        let not_loaded = not_loaded.filter(|r| r.outcome.code() == code);
        let gap = |r: &LoadedResource| ResourceGap {
            url: r.url.clone(),
            reason: r.outcome.reason().to_owned(),
        };
        not_loaded.map(gap).collect()
    };
    Resources {
        mode: "rendered".to_owned(),
        blocked: gaps("blocked"),
        missing: gaps("missing"),
    }
}

fn all_notes<'a>(draft: &ItemDraft<'a>) -> impl Iterator<Item = &'a Note> {
    let notes = draft.capture.notes.iter().chain(&draft.page.notes);
    let rendered = draft.capture.rendering.iter().flat_map(|r| &r.notes);
    notes.chain(rendered).chain(&draft.verdict.notes)
}

fn hop(exchange: &Exchange) -> Hop {
    Hop {
        url: exchange.url.as_str().to_owned(),
        status: exchange.status,
        http_version: exchange.http_version.to_owned(),
        server: exchange.server.map(|s| s.to_string()),
        tls_chain_sha256: exchange
            .tls_chain
            .iter()
            .map(|der| hex::encode(sha256(der)))
            .collect(),
        payload_sha256: hex::encode(sha256(&exchange.body)),
    }
}

fn robots(draft: &ItemDraft<'_>) -> Robots {
    match &draft.context.robots {
        // What another program did about it is not known.
        _ if draft.imported.is_some() => Robots {
            policy: "unknown".to_owned(),
            legal_basis: None,
        },
        RobotsPolicy::Obey => Robots {
            policy: "obey".to_owned(),
            legal_basis: None,
        },
        RobotsPolicy::Ignore { legal_basis } => Robots {
            policy: "ignore".to_owned(),
            legal_basis: Some(legal_basis.clone()),
        },
    }
}

fn package_digest(package: &[u8]) -> DataPackageDigest {
    DataPackageDigest {
        path: PACKAGE.to_owned(),
        hash: label(&sha256(package)),
    }
}

/// A moment as stored.
pub fn moment(at: DateTime<Utc>) -> Moment {
    // China has one time zone, eight hours ahead; the offset is in range, so this always is `Some`.
    let beijing = FixedOffset::east_opt(8 * 3600)
        .map(|zone| {
            at.with_timezone(&zone)
                .to_rfc3339_opts(SecondsFormat::Millis, false)
        })
        .unwrap_or_default();
    Moment {
        utc: utc(at),
        beijing,
    }
}

fn utc(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

fn pretty(what: &'static str, value: &impl Serialize) -> Result<Vec<u8>, StorageError> {
    let mut bytes =
        serde_json::to_vec_pretty(value).map_err(|source| StorageError::Json { what, source })?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn compact(what: &'static str, value: &impl Serialize) -> Result<Vec<u8>, StorageError> {
    serde_json::to_vec(value).map_err(|source| StorageError::Json { what, source })
}
