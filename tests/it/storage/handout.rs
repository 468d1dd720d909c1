//! Searching, extracting and handing out on the command line.

use super::sample::{Draft, open};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

pub fn wangxun(home: &Path, words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_wangxun"))
        .args(words)
        .env("WANGXUN_HOME", home)
        .env_remove("WANGXUN_LOG")
        .output()
        .unwrap()
}

pub fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// Runs, expects this exit code, gives what was printed.
pub fn run(home: &Path, words: &[&str], code: i32) -> String {
    let output = wangxun(home, words);
    assert_eq!(
        output.status.code(),
        Some(code),
        "{words:?}\n{}",
        said(&output)
    );
    said(&output)
}

/// A home with some items; gives their ids.
pub fn sealed(home: &Path, count: usize) -> Vec<String> {
    let store = open(home);
    let seal = |n: usize| {
        let draft = Draft::new(&format!("v{n}"), n);
        store.seal(&draft.item()).unwrap().evidence_id().to_owned()
    };
    (0..count).map(seal).collect()
}

fn journal(home: &Path) -> String {
    fs::read_to_string(home.join("journal/main.jsonl")).unwrap()
}

#[test]
fn items_are_searched_for() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    let ids = sealed(home, 2);
    let text = run(home, &["evidence", "search", "保本", "抢购"], 0);
    assert!(
        text.contains("【保本】保息") && text.contains("2 of 2 items"),
        "{text}"
    );
    let text = run(
        home,
        &[
            "evidence", "search", "保本", "--limit", "1", "--format", "json",
        ],
        0,
    );
    let hit: serde_json::Value = serde_json::from_str(text.trim()).unwrap();
    assert!(ids.contains(&hit["evidence_id"].as_str().unwrap().to_owned()));
    assert_eq!(hit["snippet"][1]["text"], "保本");
    run(home, &["evidence", "search", "***"], 2);
    run(home, &["evidence", "search", "--digest", "xyz"], 2);
    run(home, &["evidence", "search", "保本", "--limit", "10001"], 2);
    assert!(run(home, &["evidence", "search", "没有这样的词"], 0).contains("0 of 0"));
    let text = run(home, &["evidence", "rebuild"], 0);
    assert!(
        text.contains("2 items indexed, 2 searchable, 0 could not"),
        "{text}"
    );
}

#[test]
fn parts_are_extracted_and_the_journal_knows() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    let id = sealed(home, 1).remove(0);
    assert!(run(home, &["evidence", "extract", &id, "--text"], 0).contains("保本保息"));
    let manifest = run(home, &["evidence", "extract", &id[..8], "--manifest"], 0);
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    assert_eq!(manifest["evidence_id"], id.as_str());
    let out = home.join("page.warc.gz");
    let name = out.to_string_lossy().into_owned();
    run(
        home,
        &[
            "evidence", "extract", &id, "--warc", "--out", &name, "--actor", "甲",
        ],
        0,
    );
    assert_eq!(fs::read(&out).unwrap()[..2], [0x1f, 0x8b]);
    run(home, &["evidence", "verify", &name], 3);
    // Nothing is written over.
    run(
        home,
        &["evidence", "extract", &id, "--warc", "--out", &name],
        2,
    );
    run(home, &["evidence", "extract", &id], 2);
    run(
        home,
        &["evidence", "extract", &id, "--text", "--unmasked"],
        2,
    );
    let text = run(home, &["evidence", "extract", &id, "--screenshot"], 3);
    assert!(text.contains("holds no screenshot"), "{text}");
    let journal = journal(home);
    for entry in [
        "text extracted (masked)",
        "WARC extracted (sealed bytes) by 甲",
    ] {
        assert!(journal.contains(entry), "{entry}");
    }
}

#[test]
fn items_are_handed_out_with_all_that_lies_beside_them() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    let ids = sealed(home, 2);
    let package = home.join(format!("evidence/2026/11/{}.wacz", ids[0]));
    fs::write(package.with_extension("wacz.minisig"), "signature").unwrap();
    let to = home.join("out");
    let to_name = to.to_string_lossy().into_owned();
    let words = |to: &str| -> Vec<String> {
        let words = [
            "evidence",
            "export",
            &ids[0],
            &ids[1],
            "--to",
            to,
            "--actor",
            "张某",
            "--reason",
            "移送",
            "--authority",
            "某函〔2026〕1号",
        ];
        words.iter().map(|w| (*w).to_owned()).collect()
    };
    let call = |to: &str, code: i32| {
        let words = words(to);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        run(home, &words, code)
    };
    call(&to_name, 0);
    assert_eq!(
        fs::read(&package).unwrap(),
        fs::read(to.join(format!("{}.wacz", ids[0]))).unwrap()
    );
    assert!(to.join(format!("{}.wacz.minisig", ids[0])).is_file());
    let receipt = fs::read_to_string(to.join("receipt.txt")).unwrap();
    assert!(
        receipt.contains("移出经办人：张某") && receipt.contains(&ids[1]),
        "{receipt}"
    );
    let sums = Command::new("sha256sum")
        .args(["-c", "SHA256SUMS"])
        .current_dir(&to)
        .output();
    match sums {
        Ok(output) => assert!(output.status.success(), "{}", said(&output)),
        Err(_) => eprintln!("skipped: sha256sum is not installed"),
    }
    let text = call(&to_name, 2);
    assert!(text.contains("is not empty"), "{text}");
    let journal = journal(home);
    assert_eq!(journal.matches("\"action\":\"export\"").count(), 2);
    assert!(journal.contains("某函〔2026〕1号") && journal.contains("\"actor\":\"张某\""));
    // Damage is noticed before anything is copied.
    let mut bytes = fs::read(&package).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    let mut permissions = fs::metadata(&package).unwrap().permissions();
    #[allow(clippy::permissions_set_readonly_false)]
    permissions.set_readonly(false);
    fs::set_permissions(&package, permissions).unwrap();
    fs::write(&package, bytes).unwrap();
    let again = home.join("again").to_string_lossy().into_owned();
    call(&again, 3);
    assert!(!home.join("again").join(format!("{}.wacz", ids[0])).exists());
}

#[test]
fn masked_views_hold_no_packages() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    let id = sealed(home, 1).remove(0);
    let to = home.join("view");
    let name = to.to_string_lossy().into_owned();
    run(
        home,
        &[
            "evidence", "export", &id, "--to", &name, "--actor", "甲", "--reason", "会商",
            "--masked",
        ],
        0,
    );
    let mut names: Vec<String> = fs::read_dir(&to)
        .unwrap()
        .map(|e| e.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    let wanted = [
        "SHA256SUMS".to_owned(),
        "receipt.json".to_owned(),
        "receipt.txt".to_owned(),
        format!("{id}.masked.json"),
        format!("{id}.masked.txt"),
    ];
    assert_eq!(names, wanted);
}

/// Whether a program is there; says so when it is not.
pub fn has(program: &str) -> bool {
    let there = std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|p| p.join(program).is_file()));
    if !there {
        println!("skipped: {program} is not installed");
    }
    there
}

fn court(home: &Path, id: &str, to: &Path, more: &[&str], code: i32) -> String {
    let to = to.to_string_lossy().into_owned();
    let mut words = vec![
        "evidence",
        "court",
        id,
        "--case",
        "某金线〔2026〕1号",
        "--to",
        &to,
        "--actor",
        "张某",
    ];
    words.extend(more);
    run(home, &words, code)
}

#[test]
fn a_court_package_holds_what_a_court_needs() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    let id = sealed(home, 1).remove(0);
    let to = home.join("court");
    court(home, &id, &to, &["--no-pdf"], 0);
    let html = fs::read_to_string(to.join("documents.html")).unwrap();
    let package = fs::read(to.join(format!("{id}.wacz"))).unwrap();
    let digests = wangxun::storage::digest::digests(&package);
    for part in [
        "某金线〔2026〕1号",
        "电子数据提取笔录",
        "无可信时间",
        "无数字签名",
        "保本保息，年化收益18%",
        "防范和处置非法集资条例第二十一条",
        &hex::encode(digests.sha256),
        &hex::encode(digests.sm3),
    ] {
        assert!(html.contains(part), "{part}");
    }
    let journal = fs::read_to_string(to.join(format!("{id}.journal.jsonl"))).unwrap();
    let all = self::journal(home);
    assert!(journal.contains("\"action\":\"seal\"") && journal.lines().all(|l| all.contains(l)));
    assert!(all.contains("\"action\":\"court-package\"") && all.contains("court/documents.xlsx"));
    // The case leads to the item, also in an index made anew.
    for _ in 0..2 {
        let text = run(
            home,
            &["evidence", "search", "--case", "某金线〔2026〕1号"],
            0,
        );
        assert!(text.contains(&id), "{text}");
        run(home, &["evidence", "rebuild"], 0);
    }
    run(home, &["evidence", "verify"], 0);
    court(home, &id, &home.join("x"), &["--case", "a\nb"], 2);
}

#[test]
fn without_a_browser_the_rest_is_delivered() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    let id = sealed(home, 1).remove(0);
    let to = home.join("court");
    let output = Command::new(env!("CARGO_BIN_EXE_wangxun"))
        .args([
            "evidence", "court", &id, "--case", "1", "--actor", "甲", "--to",
        ])
        .arg(&to)
        .env("WANGXUN_HOME", home)
        .env("PATH", home)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", said(&output));
    assert!(said(&output).contains("apt-get install chromium-headless-shell"));
    assert!(to.join("documents.html").is_file() && to.join("documents.xlsx").is_file());
    assert!(!to.join("documents.pdf").exists());
}

#[test]
fn the_pdf_holds_the_chinese_text() {
    let browsers = ["chromium-headless-shell", "chromium"];
    if !browsers.iter().any(|b| has(b)) || !has("pdftotext") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    let id = sealed(home, 1).remove(0);
    let to = home.join("court");
    court(home, &id, &to, &[], 0);
    let text = Command::new("pdftotext")
        .args(["-layout", "documents.pdf", "-"])
        .current_dir(&to)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&text.stdout).into_owned();
    let squeezed: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    for part in [
        "电子数据提取笔录",
        "完整性校验值表",
        "保本保息，年化收益18%",
        "无可信时间",
    ] {
        assert!(squeezed.contains(part), "{part}\n{text}");
    }
    let left: Vec<_> = fs::read_dir(home.join("tmp")).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn openpyxl_reads_the_sheets_and_finds_no_formula() {
    let judges = std::env::var_os("WANGXUN_JUDGES").unwrap_or_default();
    let pythons = std::env::split_paths(&judges).map(|p| p.join("python3"));
    let check = "import openpyxl";
    let python = pythons.into_iter().find(|p| {
        let tried = Command::new(p).args(["-c", check]).output();
        tried.is_ok_and(|o| o.status.success())
    });
    let Some(python) = python else {
        eprintln!("skipped: openpyxl is not installed");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    let id = sealed(home, 1).remove(0);
    let to = home.join("court");
    court(home, &id, &to, &["--no-pdf"], 0);
    let script = "import openpyxl, sys
book = openpyxl.load_workbook(sys.argv[1])
cells = [c for sheet in book for row in sheet.iter_rows() for c in row if c.value is not None]
assert not [c for c in cells if c.data_type == 'f'], 'formula'
assert all(isinstance(c.value, str) for c in cells)
print('|'.join(book.sheetnames), any('保本保息' in c.value for c in cells))";
    let output = Command::new(python)
        .args(["-c", script])
        .arg(to.join("documents.xlsx"))
        .output()
        .unwrap();
    let text = said(&output);
    assert!(output.status.success(), "{text}");
    assert!(
        text.contains("电子数据清单|") && text.contains("True"),
        "{text}"
    );
}
