//! Files that somebody handed in, sealed as resource records with a statement of their origin.

use super::assemble::{Parts, assemble};
use super::{DATA_NAME, Package, moment};
use crate::model::custody::ItemKind;
use crate::storage::digest::digests;
use crate::storage::error::StorageError;
use crate::storage::item::evidence_id;
use crate::storage::run::info_fields;
use crate::storage::warc::encode::{EncodedCapture, warcinfo};
use crate::storage::warc::error::WarcError;
use crate::storage::warc::member::MemberWriter;
use crate::storage::warc::resource::{Resource, resource};
use crate::wire::custody::{DepositedFile, ItemCustody, Origin, Resources};
use crate::wire::manifest::{Clock, MANIFEST_FORMAT, Manifest, Robots, StoredScore, Tool};
use crate::wire::who::StoredWho;
use chrono::{DateTime, Utc};

/// The run under which deposits are named.
pub(crate) const RUN: &str = "deposits";

/// Largest file, in bytes.
pub const MOST_BYTES: u64 = 256 << 20;
/// Most bytes of all files of one item.
pub const MOST_TOTAL: u64 = 512 << 20;
/// Most files of one item.
pub const MOST_FILES: usize = 100;

/// One file as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncomingFile {
    /// Name as the sender has it; made safe before it is stored.
    pub name: String,
    /// Content.
    pub bytes: Vec<u8>,
}

/// What is known of a deposit.
pub(crate) struct Deposit<'a> {
    pub(crate) files: &'a [IncomingFile],
    pub(crate) visit: &'a str,
    /// Kind, statement, role and time; its list of files is made here.
    pub(crate) origin: &'a Origin,
    pub(crate) custody: &'a ItemCustody,
    pub(crate) tool: &'a Tool,
    pub(crate) now: DateTime<Utc>,
}

/// Builds the package.
pub(crate) fn build(deposit: &Deposit<'_>) -> Result<Package, StorageError> {
    let id = evidence_id(RUN, deposit.visit);
    let (warc, files) = records(deposit, &id).map_err(|source| StorageError::Warc {
        path: format!("{id}.wacz").into(),
        source,
    })?;
    let main_url = target(&id, 0, files.first().map_or("", |f| f.name.as_str()));
    let manifest = manifest(deposit, id, &main_url, files);
    assemble(Parts {
        warc,
        manifest,
        main_date: deposit.now,
        main_url,
        time: deposit.now,
    })
}

fn records(
    deposit: &Deposit<'_>,
    id: &str,
) -> Result<(EncodedCapture, Vec<DepositedFile>), WarcError> {
    let mut writer = MemberWriter::new();
    let mut out = EncodedCapture::default();
    let software = format!("{}/{}", deposit.tool.name, deposit.tool.version);
    let info = info_fields(&software, RUN, "not applicable", None);
    warcinfo(&mut writer, DATA_NAME, deposit.now, &info, &mut out)?;
    let mut files = Vec::with_capacity(deposit.files.len());
    for (number, file) in deposit.files.iter().enumerate() {
        let name = safe_name(&file.name, number);
        let media_type = media_type(&file.bytes, &name);
        let record = Resource {
            name: (RUN, deposit.visit),
            target: &target(id, number, &name),
            at: deposit.now,
            media_type,
            block: &file.bytes,
        };
        let record = resource(&mut writer, &record, &mut out)?;
        let digests = digests(&file.bytes);
        files.push(DepositedFile {
            name,
            media_type: media_type.to_owned(),
            record,
            bytes: digests.bytes,
            sha256: hex::encode(digests.sha256),
            sm3: hex::encode(digests.sm3),
        });
    }
    Ok((out, files))
}

/// The address of a file: a name of our own, since it has none on the web.
fn target(id: &str, number: usize, name: &str) -> String {
    let mut target = format!("urn:deposit:{id}:{}:", number + 1);
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-') {
            target.push(char::from(byte));
        } else {
            target.push_str(&format!("%{byte:02X}"));
        }
    }
    target
}

fn manifest(
    deposit: &Deposit<'_>,
    evidence_id: String,
    main_url: &str,
    files: Vec<DepositedFile>,
) -> Manifest {
    // The statement may tell of persons, so lists show only what kind of deposit it is.
    let kind = match deposit.origin.kind.as_str() {
        "tip" => "举报材料",
        "photo" => "照片",
        _ => "提交的文件",
    };
    let title = format!("{kind}（{} 个文件）", files.len());
    Manifest {
        format: MANIFEST_FORMAT.to_owned(),
        evidence_id,
        run: RUN.to_owned(),
        visit: deposit.visit.to_owned(),
        seed: String::new(),
        platform: "外来材料".to_owned(),
        depth: 0,
        source: "deposit".to_owned(),
        referrer: None,
        requested_url: main_url.to_owned(),
        final_url: main_url.to_owned(),
        redirect_chain: Vec::new(),
        captured_start: moment(deposit.now),
        captured_end: moment(deposit.now),
        clock: Clock {
            source: "system clock".to_owned(),
            offset_ms: None,
        },
        attended: !deposit.custody.collectors.is_empty(),
        legal_basis: Vec::new(),
        imported: None,
        vantage: None,
        comparison: None,
        site_signals: Vec::new(),
        robots: Robots {
            policy: "not-applicable".to_owned(),
            legal_basis: None,
        },
        tool: deposit.tool.clone(),
        environment: None,
        http_status: 0,
        content_type: None,
        charset: String::new(),
        title,
        truncated: None,
        context: String::new(),
        offer: String::new(),
        score: StoredScore {
            total: 0.0,
            colour: String::new(),
            contributions: Vec::new(),
        },
        lexicon_version: String::new(),
        findings: Vec::new(),
        signals: Vec::new(),
        alerts: Vec::new(),
        who: StoredWho::default(),
        topics: Vec::new(),
        notes: Vec::new(),
        images: Vec::new(),
        ads: Vec::new(),
        page_resources: Resources {
            mode: "none".to_owned(),
            ..Resources::default()
        },
        custody: ItemCustody {
            kind: ItemKind::Deposit.code().to_owned(),
            origin: Some(Origin {
                files,
                ..deposit.origin.clone()
            }),
            ..deposit.custody.clone()
        },
        trusted_time: "none".to_owned(),
        records: Vec::new(),
        files: Vec::new(),
    }
}

/// Longest name that is kept, in characters.
const LONGEST_NAME: usize = 120;

/// The last part of a path without anything that a file system, a terminal or a page could take for more than a name.
pub fn safe_name(name: &str, number: usize) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or("");
    let strange = |c: char| {
        c.is_control()
            || matches!(c, ':' | '*' | '?' | '"' | '<' | '>' | '|')
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    let safe: String = last
        .chars()
        .map(|c| if strange(c) { '_' } else { c })
        .collect();
    let safe = safe.trim().trim_start_matches('.');
    let chars = safe.chars().count();
    if chars == 0 {
        return format!("file-{}", number + 1);
    }
    // The end of a long name is kept: it tells the kind of file.
    safe.chars()
        .skip(chars.saturating_sub(LONGEST_NAME))
        .collect()
}

/// The media type by the first bytes; of packed office documents by the name; texts by their encoding. What is not known
/// is `application/octet-stream`.
pub fn media_type(bytes: &[u8], name: &str) -> &'static str {
    const MAGIC: [(usize, &[u8], &str); 16] = [
        (0, b"\x89PNG\r\n\x1a\n", "image/png"),
        (0, b"\xff\xd8\xff", "image/jpeg"),
        (0, b"GIF8", "image/gif"),
        (8, b"WEBP", "image/webp"),
        (0, b"BM", "image/bmp"),
        (4, b"ftypheic", "image/heic"),
        (0, b"%PDF-", "application/pdf"),
        (4, b"ftyp", "video/mp4"),
        (0, b"ID3", "audio/mpeg"),
        (8, b"WAVE", "audio/wav"),
        (0, b"#!AMR", "audio/amr"),
        (0, b"OggS", "audio/ogg"),
        (0, b"\x1f\x8b", "application/gzip"),
        (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
        (0, b"Rar!", "application/vnd.rar"),
        (
            0,
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "application/x-ole-storage",
        ),
    ];
    let at = |(offset, magic, _): &&(usize, &[u8], &str)| {
        bytes
            .get(*offset..)
            .is_some_and(|rest| rest.starts_with(magic))
    };
    if let Some((_, _, kind)) = MAGIC.iter().find(at) {
        return kind;
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return packed(name);
    }
    text_type(bytes)
}

fn packed(name: &str) -> &'static str {
    let name = name.to_ascii_lowercase();
    let known = [
        (
            ".docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (
            ".xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        (
            ".pptx",
            "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        ),
    ];
    let kind = known.iter().find(|(end, _)| name.ends_with(end));
    kind.map_or("application/zip", |(_, kind)| kind)
}

fn text_type(bytes: &[u8]) -> &'static str {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return "application/octet-stream";
    };
    if text.contains('\0') {
        return "application/octet-stream";
    }
    let head: String = text
        .chars()
        .take(512)
        .collect::<String>()
        .to_ascii_lowercase();
    if head.contains("<!doctype html") || head.contains("<html") {
        "text/html; charset=utf-8"
    } else {
        "text/plain; charset=utf-8"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_safe() {
        for (name, safe) in [
            ("截图 1.png", "截图 1.png"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\某\\聊天.jpg", "聊天.jpg"),
            ("a\u{202e}gpj.exe\n", "a_gpj.exe_"),
            ("<img>.html", "_img_.html"),
            ("..", "file-3"),
            ("", "file-3"),
        ] {
            assert_eq!(safe_name(name, 2), safe, "{name:?}");
        }
        assert_eq!(
            safe_name(&format!("{}.png", "长".repeat(300)), 0)
                .chars()
                .count(),
            120
        );
    }

    #[test]
    fn types_are_told_by_the_bytes() {
        for (bytes, name, kind) in [
            (&b"\x89PNG\r\n\x1a\n...."[..], "x.txt", "image/png"),
            (b"\xff\xd8\xff\xe0", "a", "image/jpeg"),
            (b"%PDF-1.7", "a", "application/pdf"),
            (
                b"PK\x03\x04..",
                "b.DOCX",
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            ),
            (b"PK\x03\x04..", "b.png", "application/zip"),
            ("举报内容".as_bytes(), "a.txt", "text/plain; charset=utf-8"),
            (b"<!DOCTYPE html><p>", "a.txt", "text/html; charset=utf-8"),
            (b"\xff\xfe\x00", "a.txt", "application/octet-stream"),
            (b"", "a", "text/plain; charset=utf-8"),
        ] {
            assert_eq!(media_type(bytes, name), kind, "{name}");
        }
    }

    #[test]
    fn addresses_hold_only_what_a_urn_may() {
        let target = target("wx-a", 0, "截图 1?.png");
        assert_eq!(target, "urn:deposit:wx-a:1:%E6%88%AA%E5%9B%BE%201%3F.png");
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_have_a_type_and_any_name_is_safe(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..64), name in ".{0,200}") {
            media_type(&bytes, &name);
            let safe = safe_name(&name, 0);
            proptest::prop_assert!(!safe.is_empty() && safe.chars().count() <= 120);
            proptest::prop_assert!(!safe.contains(['/', '\\', '\n', '\0']));
        }
    }
}
