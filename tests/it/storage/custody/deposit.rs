//! Files handed in: sealed as they came, with their origin, and without persons in the journal.

use super::super::sample::open;
use super::{grounds, late, verify};
use std::fs;
use wangxun::model::custody::ItemKind;
use wangxun::storage::custody::{CustodyError, Depositing};
use wangxun::storage::digest::digests;
use wangxun::storage::package::deposit::IncomingFile;
use wangxun::storage::package::{check, file_of, moment};
use wangxun::storage::seal::Sealed;
use wangxun::storage::store::Store;
use wangxun::storage::verify::Outcome;
use wangxun::storage::warc::reader::WarcReader;
use wangxun::wire::custody::{ItemCustody, Origin};
use wangxun::wire::manifest::Tool;

pub(in super::super) fn order() -> Depositing {
    let file = |name: &str, bytes: &[u8]| IncomingFile {
        name: name.to_owned(),
        bytes: bytes.to_vec(),
    };
    Depositing {
        files: vec![
            file("../聊天 截图<1>.png", b"\x89PNG\r\n\x1a\n(made up)"),
            file("举报信.txt", "某某公司承诺保本".as_bytes()),
            file("empty", b""),
        ],
        origin: Origin {
            kind: "tip".to_owned(),
            statement: "举报人乙某某手机截屏，<b>本人</b>提交".to_owned(),
            provided_by: "举报人".to_owned(),
            received: moment(late().now),
            files: Vec::new(),
        },
        custody: ItemCustody {
            case_no: Some("甲1号".to_owned()),
            ..ItemCustody::of(ItemKind::Deposit)
        },
        grounds: grounds(),
        tool: Tool {
            name: "wangxun".to_owned(),
            version: "0.1.0".to_owned(),
            sha256: None,
        },
        now: late().now,
    }
}

fn deposited(store: &Store) -> Sealed {
    store.deposit(&order()).unwrap()
}

#[test]
fn files_are_sealed_as_they_came() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let sealed = deposited(&store);
    let bytes = fs::read(sealed.path()).unwrap();
    let manifest = check(&bytes).unwrap();
    let origin = manifest.custody.origin.as_ref().unwrap();
    let told: Vec<(&str, &str)> = origin
        .files
        .iter()
        .map(|f| (f.name.as_str(), f.media_type.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("聊天 截图_1_.png", "image/png"),
            ("举报信.txt", "text/plain; charset=utf-8"),
            ("empty", "text/plain; charset=utf-8"),
        ]
    );
    let warc = file_of(&bytes, "archive/data.warc.gz").unwrap();
    let mut reader = WarcReader::new(warc).unwrap();
    let mut found = 0;
    while let Some(mut record) = reader.next_record().unwrap() {
        let headers = record.headers.clone();
        let block = record.block(1 << 20).unwrap();
        record.finish().unwrap();
        let Some(at) = origin
            .files
            .iter()
            .position(|f| f.record == headers.record_id())
        else {
            continue;
        };
        assert_eq!(headers.record_type(), "resource");
        assert_eq!(block, order().files[at].bytes);
        assert_eq!(origin.files[at].sm3, hex::encode(digests(&block).sm3));
        found += 1;
    }
    assert_eq!(found, 3);
    let report =
        String::from_utf8_lossy(file_of(&bytes, "custody/report.html").unwrap()).into_owned();
    assert!(
        report.contains("举报人乙某某手机截屏，&lt;b&gt;本人&lt;/b&gt;提交"),
        "{report}"
    );
    assert_eq!(
        deposited(&open_again(store, folder.path())).evidence_id(),
        sealed.evidence_id(),
        "at the same moment"
    );
}

fn open_again(store: Store, root: &std::path::Path) -> Store {
    drop(store);
    open(root)
}

#[test]
fn who_gave_a_tip_stands_in_the_item_only() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let sealed = deposited(&store);
    let row = store.index().get(sealed.evidence_id()).unwrap().unwrap();
    assert!(!serde_json::to_string(&row).unwrap().contains("乙某某"));
    assert_eq!(row.title, "举报材料（3 个文件）");
    let journal = fs::read_to_string(folder.path().join("journal/main.jsonl")).unwrap();
    assert!(
        !journal.contains("乙某某") && journal.contains("tip, 3 files, provided by 举报人"),
        "{journal}"
    );
    drop(store);
    assert_eq!(verify(folder.path()).outcome(), Outcome::Pass);
}

#[test]
fn every_changed_byte_of_a_deposit_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let sealed = deposited(&open(folder.path()));
    let whole = fs::read(sealed.path()).unwrap();
    for at in (0..whole.len()).step_by(3) {
        let mut changed = whole.clone();
        changed[at] ^= 1 << (at % 8);
        assert!(check(&changed).is_err(), "byte {at}");
    }
}

#[test]
fn too_much_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let none = Depositing {
        files: Vec::new(),
        ..order()
    };
    assert!(matches!(
        store.deposit(&none),
        Err(CustodyError::Bad { .. })
    ));
    let one = order().files[0].clone();
    let many = Depositing {
        files: vec![one; 101],
        ..order()
    };
    assert!(matches!(
        store.deposit(&many),
        Err(CustodyError::Bad { .. })
    ));
}
