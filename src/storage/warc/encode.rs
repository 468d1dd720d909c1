//! From a capture to its WARC records, ready to be written in one piece.

use super::error::WarcError;
use super::headers::{Headers, escape};
use super::http::{StoredHead, stored_head};
use super::images::images_record;
use super::member::MemberWriter;
use super::rendering::rendering_records;
use crate::model::capture::{Capture, Exchange};
use crate::model::note::Note;
use crate::model::seed::RobotsPolicy;
use crate::model::target::TargetSource;
use crate::model::vantage::VantageMark;
use crate::storage::cdxj::CdxjEntry;
use crate::storage::digest::{label, sha256, sha256_of};
use crate::wire::manifest::RecordLine;
use chrono::{DateTime, SecondsFormat, Utc};
use url::Url;

/// Where a capture belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaptureContext {
    /// The run: `[A-Za-z0-9._-]{1,100}`.
    pub run: String,
    /// The visit within the run, as the frontier names it. Run and visit together name the evidence item.
    pub visit: String,
    /// Id of the seed.
    pub seed_id: String,
    /// Name of the platform or advertisement source.
    pub platform: String,
    /// Links followed from the start URL.
    pub depth: u16,
    /// How the address was found.
    pub source: TargetSource,
    /// The page on which it was found.
    pub referrer: Option<Url>,
    /// How robots.txt was treated, with the written basis where it was not obeyed.
    pub robots: RobotsPolicy,
    /// From where it was looked at; `None` where the list names no vantages.
    pub vantage: Option<VantageMark>,
}

/// The stored answer that an answer "not modified" refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefersTo {
    /// Id of its response record, without angle brackets.
    pub record: String,
    /// Its `WARC-Target-URI`.
    pub target: String,
    /// Its `WARC-Date`.
    pub date: String,
    /// SHA-256 of its payload.
    pub payload_sha256: [u8; 32],
}

/// Profile of a revisit record for an answer 304 (WARC 1.1 section 6.7.3).
const NOT_MODIFIED: &str = "http://netpreserve.org/warc/1.1/revisit/server-not-modified";

/// A capture's records as bytes, with what the indexes must know. Offsets count from the first byte.
#[derive(Debug, Clone, Default)]
pub struct EncodedCapture {
    /// The gzip members, one after the other.
    pub bytes: Vec<u8>,
    /// Index lines of the records that are indexed.
    pub cdxj: Vec<CdxjEntry>,
    /// Certificates written with this capture: digest, offset, length.
    pub certificates: Vec<([u8; 32], u64, u64)>,
    /// All records in order.
    pub records: Vec<RecordLine>,
    /// Record id of the last response, without angle brackets.
    pub response_id: String,
    /// SHA-256 of its payload.
    pub payload_sha256: [u8; 32],
}

/// Encodes request, response and metadata of every hop, and what a browser made of the last. A certificate is written before the first hop that presented
/// it, unless `known` says that the file has it already.
pub fn encode_capture(
    writer: &mut MemberWriter,
    capture: &Capture,
    context: &CaptureContext,
    known: &dyn Fn(&[u8; 32]) -> bool,
) -> Result<EncodedCapture, WarcError> {
    encode_revisit(writer, capture, context, None, known)
}

/// Encodes like [`encode_capture`]; the last hop is a revisit record where it refers to a stored answer.
pub fn encode_revisit(
    writer: &mut MemberWriter,
    capture: &Capture,
    context: &CaptureContext,
    refers_to: Option<&RefersTo>,
    known: &dyn Fn(&[u8; 32]) -> bool,
) -> Result<EncodedCapture, WarcError> {
    let bytes: usize = capture.exchanges.iter().map(|e| e.body.len()).sum();
    let mut encoder = CaptureEncoder {
        writer,
        context,
        out: EncodedCapture {
            bytes: Vec::with_capacity(bytes / 2 + 4096),
            ..EncodedCapture::default()
        },
    };
    let last = capture.exchanges.len().saturating_sub(1);
    for (hop, exchange) in capture.exchanges.iter().enumerate() {
        encoder.certificates(exchange, known)?;
        let notes = if hop == last {
            capture.notes.as_slice()
        } else {
            &[]
        };
        let refers_to = refers_to.filter(|_| hop == last);
        encoder.hop(hop, exchange, (&capture.requested, refers_to), notes)?;
    }
    if let Some(rendering) = &capture.rendering {
        rendering_records(encoder.writer, context, rendering, &mut encoder.out)?;
    }
    images_record(encoder.writer, context, capture, &mut encoder.out)?;
    Ok(encoder.out)
}

struct CaptureEncoder<'a> {
    writer: &'a mut MemberWriter,
    context: &'a CaptureContext,
    out: EncodedCapture,
}

impl CaptureEncoder<'_> {
    fn certificates(
        &mut self,
        exchange: &Exchange,
        known: &dyn Fn(&[u8; 32]) -> bool,
    ) -> Result<(), WarcError> {
        for der in &exchange.tls_chain {
            let digest = sha256(der);
            if known(&digest) || self.out.certificates.iter().any(|(d, ..)| *d == digest) {
                continue;
            }
            let target = format!("urn:x509:sha256:{}", hex::encode(digest));
            let id = self.record_id(&target, exchange.started);
            let mut headers = head("resource", &id, exchange.started, &target);
            headers.push("WARC-Payload-Digest", label(&digest));
            let offset = self.out.bytes.len() as u64;
            let length = self.record(headers, "application/pkix-cert", &[der])?;
            self.out.certificates.push((digest, offset, length));
        }
        Ok(())
    }

    fn hop(
        &mut self,
        hop: usize,
        exchange: &Exchange,
        (requested, refers_to): (&Url, Option<&RefersTo>),
        notes: &[Note],
    ) -> Result<(), WarcError> {
        let target = target_uri(&exchange.url);
        let at = exchange.started;
        let response_id = self.record_id(&format!("response {hop}"), at);
        // Archives of others do not always hold what was asked; nothing is made up for it.
        if !exchange.request_head.is_empty() {
            self.request(hop, exchange, &target, &response_id)?;
        }
        let stored = stored_head(exchange);
        match refers_to {
            Some(refers_to) => {
                self.revisit(exchange, (&target, &response_id), &stored, refers_to)?
            }
            None => self.response(exchange, &target, &response_id, &stored)?,
        }
        let mut headers = head(
            "metadata",
            &self.record_id(&format!("metadata {hop}"), at),
            at,
            &target,
        );
        headers.push("WARC-Concurrent-To", format!("<{response_id}>"));
        let fields = self.fields(exchange, requested, &stored, notes).to_text();
        self.record(headers, "application/warc-fields", &[fields.as_bytes()])?;
        self.out.response_id = response_id;
        Ok(())
    }

    fn request(
        &mut self,
        hop: usize,
        exchange: &Exchange,
        target: &str,
        response: &str,
    ) -> Result<(), WarcError> {
        let id = self.record_id(&format!("request {hop}"), exchange.started);
        let mut headers = head("request", &id, exchange.started, target);
        headers.push("WARC-Concurrent-To", format!("<{response}>"));
        push_address(&mut headers, exchange);
        self.record(
            headers,
            "application/http; msgtype=request",
            &[&exchange.request_head],
        )?;
        Ok(())
    }

    fn response(
        &mut self,
        exchange: &Exchange,
        target: &str,
        id: &str,
        stored: &StoredHead,
    ) -> Result<(), WarcError> {
        let mut headers = head("response", id, exchange.started, target);
        push_address(&mut headers, exchange);
        if let Some(protocol) = stored.protocol {
            headers.push("WARC-Protocol", protocol);
        }
        if let Some(truncated) = exchange.truncated {
            headers.push("WARC-Truncated", truncated.code());
        }
        self.out.payload_sha256 = sha256(&exchange.body);
        headers.push("WARC-Payload-Digest", label(&self.out.payload_sha256));
        self.record(
            headers,
            "application/http; msgtype=response",
            &[&stored.bytes, &exchange.body],
        )?;
        Ok(())
    }

    /// An answer 304: its head only, and which stored answer stands for the page.
    fn revisit(
        &mut self,
        exchange: &Exchange,
        (target, id): (&str, &str),
        stored: &StoredHead,
        refers_to: &RefersTo,
    ) -> Result<(), WarcError> {
        let mut headers = head("revisit", id, exchange.started, target);
        push_address(&mut headers, exchange);
        if let Some(protocol) = stored.protocol {
            headers.push("WARC-Protocol", protocol);
        }
        headers.push("WARC-Profile", NOT_MODIFIED);
        headers.push("WARC-Refers-To", format!("<{}>", refers_to.record));
        headers.push("WARC-Refers-To-Target-URI", refers_to.target.as_str());
        headers.push("WARC-Refers-To-Date", refers_to.date.as_str());
        self.out.payload_sha256 = refers_to.payload_sha256;
        headers.push("WARC-Payload-Digest", label(&refers_to.payload_sha256));
        let kind = "application/http; msgtype=response";
        self.record(headers, kind, &[&stored.bytes]).map(|_| ())
    }

    /// What WARC has no field of its own for. The capture can be had back from these and the records.
    fn fields(
        &self,
        exchange: &Exchange,
        requested: &Url,
        stored: &StoredHead,
        notes: &[Note],
    ) -> Headers {
        let context = self.context;
        let mut fields = Headers::new();
        fields.push("run", context.run.as_str());
        fields.push("visit", escape(context.visit.as_bytes()));
        fields.push("seed", escape(context.seed_id.as_bytes()));
        fields.push("requested", requested.as_str());
        fields.push("source", context.source.code());
        fields.push("hopsFromSeed", context.depth.to_string());
        if let Some(referrer) = &context.referrer {
            fields.push("via", referrer.as_str());
        }
        if let Some(mark) = &context.vantage {
            fields.push("vantage", mark.vantage.code());
        }
        fields.push("address", exchange.url.as_str());
        fields.push("started", nanoseconds(exchange.started));
        fields.push("ended", nanoseconds(exchange.ended));
        fields.push(
            "fetchTimeMs",
            (exchange.ended - exchange.started)
                .num_milliseconds()
                .to_string(),
        );
        if let Some(server) = exchange.server {
            fields.push("server", server.to_string());
        }
        for der in &exchange.tls_chain {
            fields.push("certificate", label(&sha256(der)));
        }
        for (name, value) in stored.changes.iter() {
            fields.push(name, value);
        }
        for note in notes {
            fields.push(
                "note",
                escape(format!("{}: {}", note.code, note.message).as_bytes()),
            );
        }
        fields
    }

    fn record_id(&self, what: &str, at: DateTime<Utc>) -> String {
        record_id(&[
            &self.context.run,
            &self.context.visit,
            what,
            &nanoseconds(at),
        ])
    }

    fn record(
        &mut self,
        headers: Headers,
        content_type: &str,
        block: &[&[u8]],
    ) -> Result<u64, WarcError> {
        write_record(self.writer, headers, content_type, block, &mut self.out)
    }
}

/// Completes a record's fields, writes it, and notes it in the lists of `out`.
pub(crate) fn write_record(
    writer: &mut MemberWriter,
    mut headers: Headers,
    content_type: &str,
    block: &[&[u8]],
    out: &mut EncodedCapture,
) -> Result<u64, WarcError> {
    let block_sha256 = sha256_of(block);
    headers.push("WARC-Block-Digest", label(&block_sha256));
    headers.push("Content-Type", content_type);
    let offset = out.bytes.len() as u64;
    let length = writer.write_record(&headers, block, &mut out.bytes)?;
    let beginning = block.first().copied().unwrap_or_default();
    out.cdxj
        .extend(CdxjEntry::of_record(&headers, beginning, offset, length));
    out.records.push(RecordLine {
        kind: headers.record_type(),
        id: headers.record_id().to_owned(),
        target: headers.target().to_owned(),
        block_sha256: hex::encode(block_sha256),
    });
    Ok(length)
}

/// The fields that every record begins with. The date is the beginning of the capture, the same for all records of
/// one exchange (WARC 1.1 section 5.4).
pub(crate) fn head(kind: &str, id: &str, at: DateTime<Utc>, target: &str) -> Headers {
    let mut headers = Headers::new();
    headers.push("WARC-Type", kind);
    headers.push("WARC-Record-ID", format!("<{id}>"));
    headers.push("WARC-Date", at.to_rfc3339_opts(SecondsFormat::Millis, true));
    if !target.is_empty() {
        headers.push("WARC-Target-URI", target);
    }
    headers
}

/// The warcinfo record that begins a file.
pub(crate) fn warcinfo(
    writer: &mut MemberWriter,
    name: &str,
    at: DateTime<Utc>,
    fields: &Headers,
    out: &mut EncodedCapture,
) -> Result<(), WarcError> {
    let id = record_id(&["warcinfo", name, &nanoseconds(at)]);
    let mut headers = head("warcinfo", &id, at, "");
    headers.push("WARC-Filename", name);
    let text = fields.to_text();
    write_record(
        writer,
        headers,
        "application/warc-fields",
        &[text.as_bytes()],
        out,
    )?;
    Ok(())
}

/// The text that was read from the page, as an own record.
pub(crate) fn text_record(
    writer: &mut MemberWriter,
    context: &CaptureContext,
    exchange: &Exchange,
    text: &str,
    out: &mut EncodedCapture,
) -> Result<(), WarcError> {
    let target = format!("urn:text:{}", target_uri(&exchange.url));
    let at = exchange.started;
    let id = record_id(&[&context.run, &context.visit, &target, &nanoseconds(at)]);
    let mut headers = head("resource", &id, at, &target);
    headers.push("WARC-Refers-To", format!("<{}>", out.response_id));
    headers.push("WARC-Payload-Digest", label(&sha256(text.as_bytes())));
    write_record(
        writer,
        headers,
        "text/plain; charset=utf-8",
        &[text.as_bytes()],
        out,
    )?;
    Ok(())
}

/// A record id that follows from what the record is, so that writing the same capture again gives the same bytes:
/// UUID version 8 (RFC 9562 section 5.8) from SHA-256.
pub(crate) fn record_id(parts: &[&str]) -> String {
    let mut text = b"wangxun-record/1".to_vec();
    for part in parts {
        text.push(0);
        text.extend_from_slice(part.as_bytes());
    }
    let mut uuid = [0u8; 16];
    uuid.iter_mut()
        .zip(sha256(&text))
        .for_each(|(to, from)| *to = from);
    uuid[6] = (uuid[6] & 0x0f) | 0x80;
    uuid[8] = (uuid[8] & 0x3f) | 0x80;
    let hex = hex::encode(uuid);
    let groups: Vec<&str> = [0..8, 8..12, 12..16, 16..20, 20..32]
        .into_iter()
        .filter_map(|range| hex.get(range))
        .collect();
    format!("urn:uuid:{}", groups.join("-"))
}

/// An address without its fragment, which no server ever sees.
pub(crate) fn target_uri(url: &Url) -> String {
    let text = url.as_str();
    text.split_once('#')
        .map_or(text, |(before, _)| before)
        .to_owned()
}

fn push_address(headers: &mut Headers, exchange: &Exchange) {
    if let Some(server) = exchange.server {
        headers.push("WARC-IP-Address", server.ip().to_string());
    }
}

fn nanoseconds(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Nanos, true)
}
