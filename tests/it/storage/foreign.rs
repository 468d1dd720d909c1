//! WARC files as other programs write them, good and bad: made here, after the kinds that the test folders of warcio and
//! of the IIPC hold. All hosts and names are fictitious.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;

pub const HTML: &str = "<html><head><title>稳赢财富（虚构）</title></head><body><h1>稳赢财富理财产品</h1>\
    <p>保本保息，年化收益率高达18%，零风险，稳赚不赔！</p><p>立即注册，投资一万元，每月返利，名额有限。</p>\
    <p>客服热线 400-000-0000</p></body></html>";

pub fn sha1_base32(bytes: &[u8]) -> String {
    let sum = digest(&SHA1_FOR_LEGACY_USE_ONLY, bytes);
    let text = base32::encode(base32::Alphabet::Rfc4648 { padding: false }, sum.as_ref());
    format!("sha1:{text}")
}

/// One record: version, named fields, block, and the two empty lines.
pub fn record(version: &str, fields: &[(&str, &str)], block: &[u8]) -> Vec<u8> {
    let mut text = format!("{version}\r\n");
    for (name, value) in fields {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str(&format!("Content-Length: {}\r\n\r\n", block.len()));
    [text.as_bytes(), block, b"\r\n\r\n"].concat()
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn id(kind: &str, n: usize) -> String {
    let kind: u32 = kind.bytes().map(u32::from).sum();
    format!("<urn:uuid:00000000-0000-4000-8000-{kind:04}{n:08}>")
}

pub fn http(headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\n{headers}\r\n");
    [head.as_bytes(), body].concat()
}

pub fn page_block() -> Vec<u8> {
    let length = HTML.len();
    let headers = format!("Content-Type: text/html; charset=utf-8\r\nContent-Length: {length}\r\n");
    http(&headers, HTML.as_bytes())
}

pub fn chunked(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for chunk in body.chunks(100) {
        out.extend(format!("{:x}\r\n", chunk.len()).into_bytes());
        out.extend_from_slice(chunk);
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b"0\r\n\r\n");
    out
}

/// A response with SHA-1 digests in base32, as most programs write them.
pub fn response(version: &str, n: usize, block: &[u8]) -> Vec<u8> {
    let body = block.windows(4).position(|w| w == b"\r\n\r\n").unwrap() + 4;
    record(
        version,
        &[
            ("WARC-Type", "response"),
            ("WARC-Record-ID", &id("response", n)),
            ("WARC-Date", &format!("2026-03-04T05:06:{:02}Z", n % 60)),
            ("WARC-Target-URI", &target(n)),
            ("WARC-IP-Address", "192.0.2.9"),
            ("WARC-Block-Digest", &sha1_base32(block)),
            ("WARC-Payload-Digest", &sha1_base32(&block[body..])),
            ("Content-Type", "application/http; msgtype=response"),
        ],
        block,
    )
}

pub fn target(n: usize) -> String {
    format!("http://wenying.test/p/{n}")
}

pub fn request(version: &str, n: usize) -> Vec<u8> {
    record(
        version,
        &[
            ("WARC-Type", "request"),
            ("WARC-Record-ID", &id("request", n)),
            ("WARC-Date", &format!("2026-03-04T05:06:{:02}Z", n % 60)),
            ("WARC-Target-URI", &target(n)),
            ("WARC-Concurrent-To", &id("response", n)),
            ("Content-Type", "application/http; msgtype=request"),
        ],
        format!("GET /p/{n} HTTP/1.1\r\nHost: wenying.test\r\n\r\n").as_bytes(),
    )
}

pub fn warcinfo(version: &str, software: &str) -> Vec<u8> {
    let fields = format!("software: {software}\r\nformat: WARC File Format\r\n");
    record(
        version,
        &[
            ("WARC-Type", "warcinfo"),
            ("WARC-Record-ID", &id("warcinfo", 0)),
            ("WARC-Date", "2026-03-04T05:00:00Z"),
            ("Content-Type", "application/warc-fields"),
        ],
        fields.as_bytes(),
    )
}

/// A record of a kind that is no exchange.
pub fn other(version: &str, kind: &str, n: usize, target: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let (id, date) = (id(kind, n), "2026-03-04T05:07:00Z");
    let mut fields = vec![
        ("WARC-Type", kind),
        ("WARC-Record-ID", id.as_str()),
        ("WARC-Date", date),
        ("WARC-Target-URI", target),
    ];
    fields.extend_from_slice(more);
    record(version, &fields, b"a block of another kind")
}

/// The records of an ordinary file: warcinfo, three pages with their requests, and one of every other kind.
pub fn ordinary(version: &str, software: &str) -> Vec<Vec<u8>> {
    let mut records = vec![warcinfo(version, software)];
    for n in 0..3 {
        records.push(response(version, n, &page_block()));
        records.push(request(version, n));
    }
    let image = http("Content-Type: image/png\r\n", &[0x89; 400]);
    records.push(response(version, 3, &image));
    let refers = id("response", 0);
    let revisit = [
        ("WARC-Refers-To", refers.as_str()),
        (
            "WARC-Profile",
            "http://netpreserve.org/warc/1.0/revisit/identical-payload-digest",
        ),
    ];
    records.push(other(version, "revisit", 4, &target(0), &revisit));
    records.push(other(version, "revisit", 5, &target(77), &[]));
    let text = [("Content-Type", "text/plain")];
    records.push(other(
        version,
        "resource",
        6,
        "urn:text:http://wenying.test/p/0",
        &text,
    ));
    records.push(other(version, "metadata", 7, &target(0), &[]));
    records.push(other(version, "conversion", 8, &target(0), &text));
    let segment = [
        ("WARC-Segment-Number", "2"),
        ("WARC-Segment-Origin-ID", "<urn:x>"),
    ];
    records.push(other(version, "continuation", 9, &target(0), &segment));
    records
}

/// A file with its records compressed one by one.
pub fn by_record(records: &[Vec<u8>]) -> Vec<u8> {
    records.iter().flat_map(|r| gzip(r)).collect()
}
