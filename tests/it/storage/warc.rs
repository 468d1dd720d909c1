//! WARC: what was written is read back, and hostile bytes are only an error.

use super::sample::{RUN, capture, context, exchange, open};
use flate2::read::MultiGzDecoder;
use proptest::prelude::*;
use std::io::{BufReader, Read};
use url::Url;
use wangxun::model::capture::{Capture, Truncation};
use wangxun::storage::cdxj::{index_text, index_warc};
use wangxun::storage::run::{RunSettings, read_capture};
use wangxun::storage::warc::decode::decode_capture;
use wangxun::storage::warc::encode::encode_capture;
use wangxun::storage::warc::member::MemberWriter;
use wangxun::storage::warc::reader::{DigestCheck, WarcReader};

/// All that must come back of a capture (notes change their code).
fn facts(capture: &Capture) -> String {
    let mut capture = capture.clone();
    capture.notes.clear();
    format!("{capture:?}")
}

fn encode(capture: &Capture) -> Vec<u8> {
    encode_capture(&mut MemberWriter::new(), capture, &context("v"), &|_| false)
        .unwrap()
        .bytes
}

#[test]
fn a_capture_comes_back_from_the_run_archive() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let (run, _) = store.run(RUN, RunSettings::default()).unwrap();
    let places: Vec<_> = (0..4)
        .map(|n| run.append(&capture(n), &context(&format!("v{n}"))).unwrap())
        .collect();
    let listed: Vec<_> = run.captured().unwrap().map(Result::unwrap).collect();
    assert_eq!(
        listed.iter().map(|c| c.place.clone()).collect::<Vec<_>>(),
        places
    );
    assert_eq!(listed[2].visit, "v2");
    assert_eq!(listed[2].requested, "http://www.gaoxi.test/go?b=2&a=2#part");
    let before: Vec<_> = places
        .iter()
        .map(|p| run.read_capture(p).unwrap())
        .collect();
    run.finish(true, "4 pages").unwrap();
    for (n, place) in places.iter().enumerate() {
        let after = read_capture(store.home(), place).unwrap();
        assert_eq!(facts(&after), facts(&capture(n)));
        assert_eq!(facts(&after), facts(&before[n]));
        assert_eq!(after.notes[0].code, "stored-note");
        assert_eq!(
            after.notes[0].message,
            "charset-mislabelled: line\r\nbreak 100%"
        );
    }
}

#[test]
fn certificates_are_kept_once_in_a_file_and_again_in_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let settings = RunSettings {
        rotate_bytes: 10_000,
        ..RunSettings::default()
    };
    let (run, _) = store.run(RUN, settings).unwrap();
    let places: Vec<_> = (0..12)
        .map(|n| run.append(&capture(n), &context(&n.to_string())).unwrap())
        .collect();
    assert!(places[1].length < places[0].length);
    let files: std::collections::BTreeSet<_> = places.iter().map(|p| p.file.clone()).collect();
    assert!(files.len() > 1, "{files:?}");
    run.finish(true, "").unwrap();
    for file in &files {
        let bytes = std::fs::read(store.home().warc(RUN).join(file)).unwrap();
        let mut text = Vec::new();
        MultiGzDecoder::new(bytes.as_slice())
            .read_to_end(&mut text)
            .unwrap();
        let count = String::from_utf8_lossy(&text)
            .matches("application/pkix-cert")
            .count();
        assert_eq!(count, 2, "{file}");
    }
    for (n, place) in places.iter().enumerate() {
        assert_eq!(
            facts(&read_capture(store.home(), place).unwrap()),
            facts(&capture(n))
        );
    }
}

#[test]
fn heads_and_bodies_agree() {
    let mut cut = exchange(
        "http://a.test/",
        200,
        &[("content-length", "99999")],
        b"short",
        0,
    );
    cut.truncated = Some(Truncation::Length);
    let plain = exchange(
        "http://a.test/",
        404,
        &[("Content-Length", "4")],
        b"gone",
        0,
    );
    let odd = exchange(
        "http://a.test/",
        799,
        &[("A\r\nB: c", "x\r\nTransfer-Encoding: chunked")],
        b"",
        0,
    );
    for (exchange, head) in [
        (&cut, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nshort"),
        (
            &plain,
            "HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\ngone",
        ),
        (
            &odd,
            "HTTP/1.1 799 \r\nA  B: c: x  Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n",
        ),
    ] {
        let capture = Capture {
            requested: Url::parse("http://a.test/").unwrap(),
            exchanges: vec![exchange.clone()],
            notes: Vec::new(),
            rendering: None,
            images: Vec::new(),
        };
        let bytes = encode(&capture);
        let mut text = String::new();
        MultiGzDecoder::new(bytes.as_slice())
            .read_to_string(&mut text)
            .unwrap();
        assert!(text.contains(&format!("\r\n\r\n{head}\r\n\r\n")), "{text}");
    }
}

#[test]
fn the_index_made_while_writing_is_that_of_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let (run, _) = store.run(RUN, RunSettings::default()).unwrap();
    for n in 0..5 {
        run.append(&capture(n), &context(&n.to_string())).unwrap();
    }
    run.finish(true, "").unwrap();
    let path = store.home().warc(RUN).join(format!("{RUN}-00001.warc.gz"));
    let entries = index_warc(BufReader::new(std::fs::File::open(&path).unwrap())).unwrap();
    let written =
        std::fs::read_to_string(path.with_file_name(format!("{RUN}-00001.cdxj"))).unwrap();
    assert_eq!(
        index_text(&entries, &format!("{RUN}-00001.warc.gz")),
        written
    );
    // Two hops for each page, and the two certificates.
    assert_eq!(written.lines().count(), 12);
}

#[test]
fn files_of_others_are_read() {
    let record = "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: <http://a.test/>\r\nWARC-Date: 2020-01-02T03:04:05Z\r\n\
                  WARC-Record-ID: <urn:uuid:1>\r\nContent-Type: application/http\r\nContent-Length: 23\r\n\
                  WARC-Payload-Digest: SHA256:SW4LM2I3VNKMFQFFTLEMHRPCFDIJFN3LZ5S4C2FFKAPKRNJUYSPQ====\r\n\r\n\
                  HTTP/1.0 200 OK\r\n\r\nbody\r\n\r\n";
    let plain = record.repeat(2);
    let mut reader = WarcReader::new(plain.as_bytes()).unwrap();
    let mut ends = Vec::new();
    while let Some(record) = reader.next_record().unwrap() {
        assert_eq!(record.version, "WARC/1.0");
        assert_eq!(record.headers.target(), "http://a.test/");
        ends.push(record.finish().unwrap());
    }
    assert_eq!(ends.len(), 2);
    assert_eq!(
        (ends[0].offset, ends[0].length),
        (0, record.len() as u64 - 4)
    );
    assert_eq!(
        (ends[1].offset, ends[1].length),
        (record.len() as u64, record.len() as u64 - 4)
    );
    assert!(ends.iter().all(|e| e.clean));
    assert!(matches!(ends[0].payload, DigestCheck::Mismatch { .. }));
    // The whole file in one gzip member.
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut gz, plain.as_bytes()).unwrap();
    let gz = gz.finish().unwrap();
    let mut reader = WarcReader::new(gz.as_slice()).unwrap();
    let mut seen = 0;
    while let Some(record) = reader.next_record().unwrap() {
        seen += 1;
        // Not read to its end: the reader skips what is left.
        drop(record);
    }
    assert_eq!(seen, 2);
}

#[test]
fn a_bomb_and_a_lie_about_length_cost_nothing() {
    let lie = b"WARC/1.1\r\nContent-Length: 18446744073709551615\r\n\r\nx";
    let mut reader = WarcReader::new(lie.as_slice()).unwrap();
    let mut record = reader.next_record().unwrap().unwrap();
    assert!(record.block(1000).is_err());
    assert!(record.block(u64::MAX).is_err());
    let endless = vec![b'a'; 3_000_000];
    let head = [b"WARC/1.1\r\nA: ".as_slice(), &endless].concat();
    assert!(
        WarcReader::new(head.as_slice())
            .unwrap()
            .next_record()
            .is_err()
    );
}

#[test]
fn every_cut_is_an_error_or_a_whole_record_less() {
    let bytes = encode(&capture(1));
    let whole = count(&bytes).unwrap();
    let mut clean = 0;
    for cut in 0..bytes.len() {
        if let Ok(n) = count(&bytes[..cut]) {
            assert!(n < whole);
            clean += 1;
        }
    }
    // Only the cuts between records give no error.
    assert_eq!(clean, whole);
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 0x10;
        let _ = count(&changed);
        let _ = decode_capture(changed.as_slice(), 1 << 20, &|_| None);
    }
}

fn count(bytes: &[u8]) -> Result<usize, ()> {
    let mut reader = WarcReader::new(bytes).map_err(|_| ())?;
    let mut records = 0;
    while let Some(record) = reader.next_record().map_err(|_| ())? {
        record.finish().map_err(|_| ())?;
        records += 1;
    }
    Ok(records)
}

fn arbitrary_capture() -> impl Strategy<Value = Capture> {
    let header = (
        "[A-Za-z][A-Za-z-]{0,11}",
        proptest::collection::vec(0x20u8..=0xff, 0..20),
    );
    let framing = prop_oneof![
        Just(("Transfer-Encoding".to_owned(), b"gzip, chunked".to_vec())),
        Just(("content-length".to_owned(), b"7".to_vec())),
        header,
    ];
    let headers = proptest::collection::vec(framing, 0..6);
    let body = proptest::collection::vec(any::<u8>(), 0..3000);
    let hop = (
        headers,
        body,
        100u16..600,
        "[a-z/]{0,9}[?]?[a-z=&%0-9]{0,9}",
    );
    proptest::collection::vec(hop, 1..4).prop_map(|hops| {
        let exchanges: Vec<_> = hops
            .into_iter()
            .enumerate()
            .map(|(n, (headers, body, status, path))| {
                let mut exchange = exchange(
                    &format!("http://h{n}.test/{path}"),
                    status,
                    &[],
                    &body,
                    n as i64,
                );
                exchange.headers = headers
                    .into_iter()
                    .map(|(name, value)| (name, value.trim_ascii().to_vec()))
                    .collect();
                exchange
            })
            .collect();
        Capture {
            requested: exchanges[0].url.clone(),
            exchanges,
            notes: Vec::new(),
            rendering: None,
            images: Vec::new(),
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_reader_gives_back_what_the_writer_took(capture in arbitrary_capture()) {
        let bytes = encode(&capture);
        prop_assert_eq!(&bytes, &encode(&capture));
        let decoded = decode_capture(bytes.as_slice(), 1 << 20, &|_| None).unwrap();
        prop_assert_eq!(facts(&decoded.capture), facts(&capture));
        prop_assert_eq!(decoded.visit, "v");
        let mut reader = WarcReader::new(bytes.as_slice()).unwrap();
        while let Some(record) = reader.next_record().unwrap() {
            let end = record.finish().unwrap();
            prop_assert!(end.clean);
            prop_assert_eq!(end.block, DigestCheck::Match);
            prop_assert!(matches!(end.payload, DigestCheck::Match | DigestCheck::Absent));
        }
    }

    #[test]
    fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400), gz in any::<bool>()) {
        let mut input = if gz { vec![0x1f, 0x8b, 8, 0] } else { b"WARC/1.1\r\n".to_vec() };
        input.extend(bytes);
        let _ = count(&input);
        let _ = index_warc(input.as_slice());
        let _ = decode_capture(input.as_slice(), 1 << 20, &|_| None);
        let _ = wangxun::storage::package::check(&input);
    }

    #[test]
    fn any_address_has_a_key(url in "\\PC{0,40}", tail in "[%./?&=:0-9a-fA-F@\\[\\]#-]{0,30}") {
        wangxun::storage::surt::surt(&url);
        wangxun::storage::surt::surt(&format!("http://{tail}"));
    }
}
