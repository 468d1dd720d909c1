//! The other look in a package: where a page shows itself differently to others, its item holds the exchanges and the text of
//! both looks, so that it proves the difference by itself.

use super::utc;
use crate::model::capture::Capture;
use crate::model::page::Page;
use crate::model::vantage::Vantage;
use crate::storage::digest::{label, sha256};
use crate::storage::item::evidence_id;
use crate::storage::warc::encode::{
    CaptureContext, EncodedCapture, encode_capture, head, record_id, target_uri, write_record,
};
use crate::storage::warc::error::WarcError;
use crate::storage::warc::member::MemberWriter;
use crate::wire::signal::{StoredComparison, StoredDifference, StoredLook};
use chrono::SecondsFormat;

/// The look from the base vantage, and what the comparison said.
#[derive(Debug, Clone, Copy)]
pub struct Compared<'a> {
    /// Run, visit, seed of the base look.
    pub context: &'a CaptureContext,
    /// Its exchanges.
    pub capture: &'a Capture,
    /// Its page.
    pub page: &'a Page,
    /// Findings in it.
    pub findings: usize,
    /// The word of what follows.
    pub resemblance: &'a str,
    /// Likeness in thousandths: shared of all, shared of the shorter.
    pub likeness: (u16, u16),
    /// What differs.
    pub differences: &'a [StoredDifference],
}

/// What the manifest says of the comparison.
pub(super) fn comparison(base: &Compared<'_>) -> StoredComparison {
    let context = base.context;
    let last = base.capture.last();
    let view = context
        .vantage
        .as_ref()
        .map_or(Vantage::PLAIN, |m| m.vantage);
    StoredComparison {
        base: StoredLook {
            view: view.code(),
            captured: last.map(|l| utc(l.started)).unwrap_or_default(),
            run: context.run.clone(),
            visit: context.visit.clone(),
            evidence_id: evidence_id(&context.run, &context.visit),
            status: last.map_or(0, |l| l.status),
            final_url: last.map(|l| target_uri(&l.url)).unwrap_or_default(),
            title: base.page.title.clone(),
            response: response_id(base),
            payload_sha256: last
                .map(|l| hex::encode(sha256(&l.body)))
                .unwrap_or_default(),
            findings: u32::try_from(base.findings).unwrap_or(u32::MAX),
        },
        resemblance: base.resemblance.to_owned(),
        shared: base.likeness.0,
        contained: base.likeness.1,
        differences: base.differences.to_vec(),
    }
}

/// The id under which the base look's last response was archived.
fn response_id(base: &Compared<'_>) -> String {
    let hop = base.capture.exchanges.len().saturating_sub(1);
    let Some(last) = base.capture.last() else {
        return String::new();
    };
    let at = last.started.to_rfc3339_opts(SecondsFormat::Nanos, true);
    let context = base.context;
    record_id(&[
        &context.run,
        &context.visit,
        &format!("response {hop}"),
        &at,
    ])
}

/// Writes the base look's records, as they stand in the run's archive, and its text as `urn:base-text:`.
pub(super) fn add_base(
    writer: &mut MemberWriter,
    base: &Compared<'_>,
    out: &mut EncodedCapture,
) -> Result<(), WarcError> {
    let known = |digest: &[u8; 32]| {
        let target = format!("urn:x509:sha256:{}", hex::encode(digest));
        out.records.iter().any(|r| r.target == target)
    };
    let capture = encode_capture(writer, base.capture, base.context, &known)?;
    let by = out.bytes.len() as u64;
    out.bytes.extend_from_slice(&capture.bytes);
    let moved = capture.cdxj.into_iter().map(|entry| entry.moved(by));
    out.cdxj.extend(moved);
    out.records.extend(capture.records);
    let Some(last) = base.capture.last() else {
        return Ok(());
    };
    let target = format!("urn:base-text:{}", target_uri(&last.url));
    let at = last.started.to_rfc3339_opts(SecondsFormat::Nanos, true);
    let context = base.context;
    let id = record_id(&[&context.run, &context.visit, &target, &at]);
    let text = base.page.text.as_bytes();
    let mut headers = head("resource", &id, last.started, &target);
    headers.push("WARC-Refers-To", format!("<{}>", capture.response_id));
    headers.push("WARC-Payload-Digest", label(&sha256(text)));
    write_record(writer, headers, "text/plain; charset=utf-8", &[text], out)?;
    Ok(())
}
