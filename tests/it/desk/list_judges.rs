//! Programs that others wrote judge the forms: BIND, stix2-validator, xarf, openpyxl, pdftotext. They run when they are
//! installed: on the PATH, or in the folders that `WANGXUN_JUDGES` names.

use super::list_sample::mixed;
use std::net::{Ipv4Addr, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use wangxun::export::takedown::action_forms;
use wangxun::export::takedown::letter::{LetterDraft, render};
use wangxun::fetch::resolver::{ResolverAnswer, ask};
use wangxun::printer;

fn found(name: &str, folder: &str) -> Option<PathBuf> {
    let folders = [std::env::var("WANGXUN_JUDGES"), std::env::var("PATH")];
    let mut all: Vec<PathBuf> = folders
        .iter()
        .flatten()
        .flat_map(std::env::split_paths)
        .collect();
    all.push("/usr/sbin".into());
    let hit = all
        .into_iter()
        .filter(|f| f.to_string_lossy().contains(folder))
        .map(|f| f.join(name))
        .find(|path| path.is_file());
    if hit.is_none() {
        println!("skipped: {folder} {name} is not installed");
    }
    hit
}

/// All forms of a list with every kind of target, in a folder.
fn written() -> (tempfile::TempDir, impl Fn(&str) -> PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    for form in action_forms(&mixed()).unwrap() {
        std::fs::write(folder.path().join(form.name), form.bytes).unwrap();
    }
    let root = folder.path().to_owned();
    (folder, move |ending: &str| {
        root.join(format!("yx-action-000012.{ending}"))
    })
}

fn said(command: &mut Command) -> (bool, String) {
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    (output.status.success(), text)
}

#[test]
fn bind_checks_the_zone() {
    let Some(checker) = found("named-checkzone", "") else {
        return;
    };
    let (_folder, path) = written();
    let mut command = Command::new(checker);
    command
        .args(["-i", "local", "-k", "fail", "rpz.local"])
        .arg(path("rpz"));
    let (good, text) = said(&mut command);
    assert!(good && text.contains("loaded serial 12"), "{text}");
}

/// A BIND that ends with the test.
struct Bind(Child);

impl Drop for Bind {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn free_port() -> u16 {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    socket.local_addr().unwrap().port()
}

fn start(named: &Path, folder: &Path, name: &str, port: u16, more: &str) -> Bind {
    let own = folder.join(name);
    std::fs::create_dir_all(&own).unwrap();
    let shown = own.display();
    let config = format!(
        "options {{ directory \"{shown}\"; pid-file \"{shown}/pid\"; session-keyfile \"{shown}/session\";\n\
         managed-keys-directory \"{shown}\"; listen-on port {port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }};\n\
         allow-query {{ 127.0.0.1; }}; dnssec-validation no; {more}\n"
    );
    let file = own.join("named.conf");
    std::fs::write(&file, config).unwrap();
    let child = Command::new(named)
        .args(["-g", "-n", "1", "-c"])
        .arg(&file)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(std::fs::File::create(own.join("log")).unwrap())
        .spawn()
        .unwrap();
    Bind(child)
}

/// Waits until a name gets this answer: policy zones come into force a moment after the server answers.
fn wait(port: u16, name: &str, code: u8) -> bool {
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(20) {
        let answer = ask(
            (Ipv4Addr::LOCALHOST, port).into(),
            name,
            Duration::from_millis(300),
        );
        if matches!(answer, Ok(ResolverAnswer::Code(c)) if c == code) {
            return true;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    false
}

#[test]
fn a_loaded_bind_answers_nxdomain_for_what_is_listed() {
    let Some(named) = found("named", "") else {
        return;
    };
    let (folder, path) = written();
    let (upstream, resolver) = (free_port(), free_port());
    // Everything exists upstream: each of these zones has an address for every name.
    let zones = ["example", "test"];
    let mut text = "recursion no; };\n".to_owned();
    for zone in zones {
        let file = folder.path().join(format!("{zone}.zone"));
        let content = "$TTL 60\n@ IN SOA ns hostmaster 1 60 60 60 60\n@ IN NS ns\nns IN A 127.0.0.1\n* IN A 192.0.2.1\n";
        std::fs::write(&file, content).unwrap();
        text.push_str(&format!(
            "zone \"{zone}\" {{ type primary; file \"{}\"; }};\n",
            file.display()
        ));
    }
    let _one = start(&named, folder.path(), "upstream", upstream, &text);
    let text = format!(
        "recursion yes; empty-zones-enable no; forward only; forwarders {{ 127.0.0.1 port {upstream}; }};\n\
         response-policy {{ zone \"rpz.local\"; }}; }};\n\
         zone \"rpz.local\" {{ type primary; file \"{}\"; allow-query {{ none; }}; }};\n",
        path("rpz").display()
    );
    let _two = start(&named, folder.path(), "resolver", resolver, &text);
    let log = || std::fs::read_to_string(folder.path().join("resolver/log")).unwrap();
    assert!(wait(upstream, "any.example", 0), "no upstream");
    assert!(
        wait(resolver, "other.example", 0) && wait(resolver, "shop.example", 3),
        "no resolver: {}",
        log()
    );
    for (name, listed) in [
        ("shop.example", true),
        ("a.b.shop.example", true),
        ("xn--fsqu00a.test", true),
        ("www.xn--fsqu00a.test", true),
        ("pay.licai.example", true),
        ("licai.example", false),
        ("www.licai.example", false),
        ("other.example", false),
        ("ashop.example", false),
        ("lifted.example", false),
        ("www.lifted.example", false),
        ("forum.example", false),
    ] {
        let answer = ask(
            (Ipv4Addr::LOCALHOST, resolver).into(),
            name,
            Duration::from_secs(3),
        )
        .unwrap();
        let expected = if listed { 3 } else { 0 };
        assert_eq!(answer, ResolverAnswer::Code(expected), "{name}\n{}", log());
    }
}

#[test]
fn stix_is_valid() {
    let Some(validator) = found("stix2_validator", "") else {
        return;
    };
    let (_folder, path) = written();
    let mut command = Command::new(validator);
    let (good, text) = said(command.arg(path("stix.json")));
    assert!(good && text.contains("Results for"), "{text}");
    assert!(!text.contains("[X]"), "{text}");
}

const XARF: &str = "
import json, sys, xarf
n = 0
for line in open(sys.argv[1], encoding='utf-8'):
    result = xarf.parse(line)
    assert not result.errors, (line, result.errors)
    n += 1
print('reports', n)
";

#[test]
fn xarf_reports_are_valid() {
    let Some(python) = found("python3", "xarf") else {
        return;
    };
    let (_folder, path) = written();
    let mut command = Command::new(python);
    let (good, text) = said(command.args(["-c", XARF]).arg(path("xarf.jsonl")));
    assert!(good && text.contains("reports 8"), "{text}");
}

const SHEETS: &str = "
import sys, datetime, openpyxl
book = openpyxl.load_workbook(sys.argv[1])
print('|'.join(book.sheetnames))
sheet = book['处置名单']
head = [c.value for c in sheet[1]]
row = dict(zip(head, sheet[2]))
assert isinstance(row['认定日期'].value, datetime.datetime), row['认定日期'].value
assert isinstance(row['序列号'].value, int)
assert all(c.data_type != 'f' for r in book.worksheets for line in r.iter_rows() for c in line)
quotes = [c.value for c in sheet[get] ] if (get := [c.column_letter for c in sheet[1] if c.value == '内容摘录'][0]) else []
assert quotes[1].startswith('=保本'), quotes
print('rows', sheet.max_row - 1, book['撤回与失效'].max_row - 1)
";

#[test]
fn the_workbook_opens() {
    let Some(python) = found("python3", "xlsx") else {
        return;
    };
    let (_folder, path) = written();
    let mut command = Command::new(python);
    let (good, text) = said(command.args(["-c", SHEETS]).arg(path("xlsx")));
    assert!(good, "{text}");
    assert!(
        text.contains("说明|处置名单|撤回与失效") && text.contains("rows 10 2"),
        "{text}"
    );
}

#[test]
fn the_letter_is_printed() {
    let search = std::env::var_os("PATH").unwrap_or_default();
    let (Some(browser), Some(reader)) = (printer::browser(&search), found("pdftotext", "")) else {
        println!("skipped: no browser");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let keep = std::env::var_os("WANGXUN_KEEP_LETTER").map(PathBuf::from);
    let at = |name: &str| keep.as_deref().unwrap_or(folder.path()).join(name);
    let draft = LetterDraft {
        operator: "虚构电信公司某县分公司".to_owned(),
        number: String::new(),
        receipt_by: Some(super::list_sample::day("2026-12-10")),
        list_sha256: "ab".repeat(32),
        files: action_forms(&mixed())
            .unwrap()
            .into_iter()
            .map(|f| f.name)
            .collect(),
    };
    std::fs::write(at("letter.html"), render(&mixed(), &draft)).unwrap();
    let scratch = folder.path().join("scratch");
    let pdf = at("letter.pdf");
    printer::print(
        &browser,
        &at("letter.html"),
        &pdf,
        &scratch,
        Duration::from_secs(90),
    )
    .unwrap();
    let (good, text) = said(Command::new(reader).arg(&pdf).arg("-"));
    assert!(good);
    for part in [
        "虚构电信公司某县分公司",
        "shop.example",
        "已撤回",
        "lifted.example",
        "虚构的救济途径说明",
        "12月10日前",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    if keep.is_some() {
        for form in action_forms(&mixed()).unwrap() {
            std::fs::write(at(&form.name), form.bytes).unwrap();
        }
    }
}
