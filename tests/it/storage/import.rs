//! WARC files of others are read to their end, however they are made and whatever is broken in them.

use super::foreign::{
    HTML, by_record, chunked, gzip, http, ordinary, page_block, record, request, response,
    sha1_base32, target, warcinfo,
};
use std::fs;
use wangxun::storage::import::page::answer;
use wangxun::storage::import::pairs::Pairs;
use wangxun::storage::import::scan::{Fault, Foreign, Layout, Scanned, Scanner};
use wangxun::storage::warc::reader::DigestCheck;

struct Read {
    layout: Layout,
    records: Vec<Foreign>,
    faults: Vec<Fault>,
}

fn read(bytes: &[u8]) -> Read {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.warc");
    fs::write(&path, bytes).unwrap();
    let mut scanner = Scanner::open(&path, &folder.path().join("aside")).unwrap();
    let (mut records, mut faults) = (Vec::new(), Vec::new());
    while let Some(found) = scanner.next_found().unwrap() {
        match found {
            Scanned::Record(record) => records.push(*record),
            Scanned::Fault(fault) => faults.push(fault),
        }
    }
    Read {
        layout: scanner.layout(),
        records,
        faults,
    }
}

fn kinds(read: &Read) -> Vec<String> {
    read.records
        .iter()
        .map(|r| r.headers.record_type())
        .collect()
}

fn sound(record: &Foreign) -> bool {
    let bad = |check: &DigestCheck| matches!(check, DigestCheck::Mismatch { .. });
    record.marks.is_empty() && !bad(&record.block_digest) && !bad(&record.payload_digest)
}

#[test]
fn all_good_kinds_are_read_whole() {
    for version in ["WARC/0.18", "WARC/1.0", "WARC/1.1"] {
        let records = ordinary(version, "Heritrix/3.4");
        let plain = records.concat();
        for (layout, bytes) in [
            (Layout::Plain, plain.clone()),
            (Layout::PerRecord, by_record(&records)),
            (Layout::Whole, gzip(&plain)),
            // Blocks of a fixed size, each a member, as some parallel compressors write them.
            (Layout::Whole, plain.chunks(700).flat_map(gzip).collect()),
        ] {
            let read = read(&bytes);
            assert_eq!(read.layout, layout, "{version}");
            assert_eq!(read.faults, [], "{version} {layout:?}");
            assert_eq!(read.records.len(), records.len(), "{version} {layout:?}");
            assert!(read.records.iter().all(sound), "{version} {layout:?}");
            let held = read.records.iter().filter(|r| r.block.is_some());
            // warcinfo, three pages, three requests; no image, no urn:.
            assert_eq!(held.count(), 7, "{version} {layout:?}");
            let mut places: Vec<u64> = read.records.iter().map(|r| r.offset).collect();
            places.dedup();
            assert_eq!(places.len(), records.len(), "{version} {layout:?}");
        }
    }
}

/// Bytes, how many records are read, and what is said of the rest.
type Case = (&'static str, Vec<u8>, usize, &'static [&'static str]);

fn bad_files() -> Vec<Case> {
    let v = "WARC/1.0";
    let one = |n| response(v, n, &page_block());
    let (a, b, c) = (one(1), one(2), one(3));
    let plain = [a.clone(), b.clone(), c.clone()].concat();
    let packed = by_record(&[a.clone(), b.clone(), c.clone()]);
    let (pa, pb, pc) = (gzip(&a), gzip(&b), gzip(&c));
    let wrong_length = |by: i64| {
        let length = page_block().len() as i64;
        let text = String::from_utf8(b.clone()).unwrap();
        let text = text.replacen(
            &format!("Content-Length: {length}\r\n\r\nHTTP"),
            &format!("Content-Length: {}\r\n\r\nHTTP", length + by),
            1,
        );
        text.into_bytes()
    };
    let mut flipped = pb.clone();
    let checksum = flipped.len() - 6;
    flipped[checksum] ^= 0x55;
    let mut no_version = b.clone();
    no_version[0] = b'X';
    let garbage = b"this is no record\r\n".to_vec();
    let huge = record(
        v,
        &[("WARC-Type", "response"), ("X", &"x".repeat(2 << 20))],
        b"",
    );
    vec![
        (
            "plain, torn",
            plain[..plain.len() - 200].to_vec(),
            2,
            &["ends inside"],
        ),
        (
            "packed, torn",
            packed[..packed.len() - 20].to_vec(),
            2,
            &["ends inside"],
        ),
        (
            "packed, torn in a head",
            [&pa[..], &pb[..5]].concat(),
            1,
            &["ends inside"],
        ),
        (
            "plain, too long",
            [&a[..], &wrong_length(300), &c].concat(),
            2,
            &["length is wrong"],
        ),
        (
            "plain, far too long",
            [&a[..], &wrong_length(1 << 40), &c].concat(),
            2,
            &["ends inside"],
        ),
        (
            "plain, too short",
            [&a[..], &wrong_length(-50), &c].concat(),
            2,
            &["length is wrong"],
        ),
        (
            "packed, too long",
            [&pa[..], &gzip(&wrong_length(300)), &pc].concat(),
            2,
            &["ends inside"],
        ),
        (
            "packed, too short",
            [&pa[..], &gzip(&wrong_length(-50)), &pc].concat(),
            2,
            &["length is wrong"],
        ),
        (
            "packed, damaged member",
            [&pa[..], &flipped, &pc].concat(),
            2,
            &["compression is damaged"],
        ),
        (
            "plain, garbage between",
            [&a[..], &garbage, &b].concat(),
            2,
            &["no record begins"],
        ),
        (
            "packed, garbage between",
            [&pa[..], &garbage, &pb].concat(),
            2,
            &["compression is damaged"],
        ),
        (
            "packed, garbage packed",
            [&pa[..], &gzip(&garbage), &pb].concat(),
            2,
            &["no record begins"],
        ),
        (
            "plain, bad version",
            [&a[..], &no_version, &c].concat(),
            2,
            &["no record begins"],
        ),
        (
            "no length",
            [
                &a[..],
                b"WARC/1.0\r\nWARC-Type: response\r\n\r\nabc\r\n\r\n",
                &c,
            ]
            .concat(),
            2,
            &["Content-Length"],
        ),
        (
            "endless header",
            [&a[..], &huge, &c].concat(),
            2,
            &["longer than"],
        ),
        (
            "whole, torn",
            {
                let g = gzip(&plain);
                g[..g.len() - 30].to_vec()
            },
            1,
            &["ends inside", "breaks off"],
        ),
        ("nothing", Vec::new(), 0, &[]),
        (
            "no archive",
            b"<html>not an archive\n</html>".to_vec(),
            0,
            &["no record begins"],
        ),
        ("only magic", vec![0x1f, 0x8b], 0, &["ends inside"]),
    ]
}

#[test]
fn bad_places_are_told_and_the_rest_is_read() {
    for (name, bytes, records, reasons) in bad_files() {
        let read = read(&bytes);
        let said: Vec<&str> = read.faults.iter().map(|f| f.why.as_str()).collect();
        assert_eq!(read.records.len(), records, "{name}: {said:?}");
        for reason in reasons {
            assert!(
                said.iter().any(|s| s.contains(reason)),
                "{name}: {reason}: {said:?}"
            );
        }
        if reasons.is_empty() {
            assert_eq!(said, [""; 0], "{name}");
        }
    }
}

#[test]
fn wrong_digests_are_noticed() {
    for (name, from, to) in [
        ("payload", "保本", "保木"),
        ("head", "text/html", "text/htmx"),
    ] {
        let good = String::from_utf8(response("WARC/1.0", 1, &page_block())).unwrap();
        let read = read(good.replacen(from, to, 1).as_bytes());
        let record = &read.records[0];
        assert!(
            matches!(record.block_digest, DigestCheck::Mismatch { .. }),
            "{name}"
        );
        let payload = matches!(record.payload_digest, DigestCheck::Mismatch { .. });
        assert_eq!(payload, name == "payload");
    }
}

fn answered(
    block: &[u8],
    payload: Option<&str>,
) -> Result<(String, DigestCheck, Vec<String>), String> {
    let mut fields = vec![
        ("WARC-Type", "response"),
        ("WARC-Record-ID", "<urn:uuid:1>"),
        ("WARC-Date", "2026-03-04T05:06:07Z"),
        ("WARC-Target-URI", "<http://wenying.test/>"),
    ];
    fields.extend(payload.map(|digest| ("WARC-Payload-Digest", digest)));
    let mut read = read(&record("WARC/1.0", &fields, block));
    let mut found = read.records.remove(0);
    let block = found.block.take().expect("held");
    let page = answer(&found, block, None)?;
    let body = String::from_utf8_lossy(&page.exchange.body).into_owned();
    Ok((body, page.payload_digest, page.marks))
}

#[test]
fn transfer_coding_is_undone_and_wrong_chunks_are_told() {
    let headers = "Content-Type: text/html\r\nTransfer-Encoding: chunked\r\n";
    let body = chunked(HTML.as_bytes());
    // Programs disagree whether the payload is the body with or without its coding.
    for digest in [sha1_base32(&body), sha1_base32(HTML.as_bytes())] {
        let (read, check, marks) = answered(&http(headers, &body), Some(&digest)).unwrap();
        assert_eq!(
            (read.as_str(), check, marks.len()),
            (HTML, DigestCheck::Match, 0)
        );
    }
    let wrong = sha1_base32(b"something else");
    let (_, check, _) = answered(&http(headers, &body), Some(&wrong)).unwrap();
    assert!(matches!(check, DigestCheck::Mismatch { .. }));
    let cut = &body[..250];
    let (read, _, marks) = answered(&http(headers, cut), None).unwrap();
    assert!(HTML.as_bytes().starts_with(&read.as_bytes()[..200]));
    assert!(marks[0].contains("chunks are wrong"), "{marks:?}");
    // The program had undone the coding and left the header.
    let (read, _, marks) = answered(&http(headers, HTML.as_bytes()), None).unwrap();
    assert_eq!(read, HTML);
    assert!(marks[0].contains("chunked, but is not"), "{marks:?}");
    let (_, _, marks) = answered(&http("Content-Length: 7\r\n", HTML.as_bytes()), None).unwrap();
    assert!(marks[0].contains("states 7 bytes"), "{marks:?}");
    for bad in [
        &b"no head at all"[..],
        b"GET / HTTP/1.1\r\n\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
    ] {
        assert!(answered(bad, None).is_err());
    }
}

#[test]
fn requests_find_their_answers_in_any_order() {
    let v = "WARC/1.1";
    let (answer, asked) = (|n| response(v, n, &page_block()), |n| request(v, n));
    for order in [
        vec![asked(1), answer(1), asked(2), answer(2)],
        vec![answer(1), asked(1), answer(2), asked(2)],
        vec![answer(1), answer(2), asked(2), asked(1)],
    ] {
        let file = [vec![warcinfo(v, "wget")], order].concat().concat();
        let mut pairs = Pairs::default();
        let mut found = Vec::new();
        for record in read(&file).records.into_iter().skip(1) {
            found.extend(pairs.take(record));
        }
        found.extend(pairs.rest());
        assert_eq!(found.len(), 2);
        for (answer, asked) in found {
            let asked = String::from_utf8(asked.expect("a request")).unwrap();
            let path = answer.headers.target().replace("http://wenying.test", "");
            assert!(asked.starts_with(&format!("GET {path} ")), "{asked}");
        }
    }
    assert_eq!(target(1), "http://wenying.test/p/1");
}

#[test]
fn damage_that_repeats_ends_the_reading() {
    // Every head claims all that follows, so that each would be read to the end of the file.
    let head = b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 1000000000\r\n\r\n";
    let read = read(&head.repeat(30_000));
    assert!(read.records.is_empty());
    let last = read.faults.last().unwrap();
    assert!(last.why.contains("too much is damaged"), "{last:?}");
    assert!(read.faults.len() < 20, "{}", read.faults.len());
}

#[test]
fn a_page_that_holds_records_is_one_record() {
    // What a page shows must not be taken for captures, as long as the record around it is whole.
    let trap = [
        page_block(),
        b"\r\n\r\n".to_vec(),
        response("WARC/1.0", 9, &page_block()),
    ]
    .concat();
    let outer = response("WARC/1.0", 1, &trap);
    let file = [outer.clone(), response("WARC/1.0", 2, &page_block())].concat();
    let read = read(&file);
    assert_eq!((read.records.len(), read.faults.len()), (2, 0));
    // Cut short, it cannot be told for sure: what is found behind the damage is marked.
    let read = self::read(&outer[..outer.len() - 5]);
    assert!(!read.faults.is_empty());
    assert!(!read.records.is_empty());
    for record in &read.records {
        assert!(
            record.marks.iter().any(|m| m.contains("behind damage")),
            "{:?}",
            record.marks
        );
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(300))]

    #[test]
    fn no_bytes_panic_the_reader(
        bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..400),
        at in 0usize..20_000,
        length in 0usize..60,
        form in 0usize..3,
    ) {
        let records = ordinary("WARC/1.0", "x");
        let plain = records.concat();
        let mut file = match form {
            0 => plain,
            1 => by_record(&records),
            _ => gzip(&plain),
        };
        let at = at % file.len();
        let end = (at + length).min(file.len());
        file.splice(at..end, bytes.iter().copied());
        for bytes in [file, bytes] {
            let read = read(&bytes);
            for mut record in read.records {
                if let Some(block) = record.block.take() {
                    let _ = answer(&record, block, None);
                }
            }
        }
    }
}

#[test]
fn kinds_are_told_apart() {
    let read = read(&ordinary("WARC/1.1", "x").concat());
    let kinds = kinds(&read);
    for kind in [
        "warcinfo",
        "response",
        "request",
        "revisit",
        "resource",
        "metadata",
        "conversion",
        "continuation",
    ] {
        assert!(kinds.iter().any(|k| k == kind), "{kind}");
    }
}
