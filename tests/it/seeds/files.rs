//! Files and folders: the check, an office's own registers, and the order of the bundled data.

use std::fs;
use std::path::{Path, PathBuf};
use wangxun::seeds::{
    SeedsError, Severity, check, import_csv, load_patrol_list, load_registers, load_units,
};

fn bundled() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds")
}

#[test]
fn the_bundled_seeds_pass_the_check() {
    let own = ["example.toml", "units.toml", "registers"].map(|f| bundled().join(f));
    assert_eq!(check(&own), Vec::new());
}

#[test]
fn bundled_registers_are_sorted_and_unique() {
    for entry in fs::read_dir(bundled().join("registers")).expect("folder") {
        let path = entry.expect("entry").path();
        let text = fs::read_to_string(&path).expect("UTF-8");
        assert!(text.starts_with("# "), "{} has a head", path.display());
        let rows: Vec<&str> = text
            .lines()
            .filter(|l| !l.starts_with('#'))
            .skip(1)
            .collect();
        let mut unique = rows.clone();
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(
            unique.len(),
            rows.len(),
            "{} has a row twice",
            path.display()
        );
        assert!(!rows.is_empty(), "{}", path.display());
    }
}

#[test]
fn faults_across_files() {
    let home = tempfile::tempdir().expect("folder");
    let write = |name: &str, text: &str| fs::write(home.path().join(name), text).expect("write");
    let list = |name: &str| {
        format!(
            "name = \"{name}\"\n[[seed]]\nid = \"a\"\nname = \"甲\"\nstart = \"https://a.test/\"\nsector = \"p2p\"\n"
        )
    };
    write("a.toml", &list("一"));
    write("b.toml", &list("二"));
    write(
        "units.toml",
        "source = \"x\"\nas_of = \"2024\"\n[[unit]]\ncode = \"21\"\nname = \"甲\"\n",
    );
    write(
        "banks.csv",
        "name,short_names,code,licence,province,domains,source,as_of\n甲银行,,,bnak,,,x,2024\n乙银行,,,bank,,HTTP://b,x,2024\n丙银行,,,bank,,,,2024-13\n",
    );
    write(
        "odd.csv",
        "nmae,short_names,code,licence,province,domains,source,as_of\n",
    );
    write("sheet.csv", "名称,网址\n甲,\n");
    write("notes.txt", "not looked at");
    let faults = check(&[home.path().to_owned(), home.path().join("absent.toml")]);
    let shown: Vec<String> = faults
        .iter()
        .map(|f| {
            f.to_string()
                .replace(&format!("{}/", home.path().display()), "")
        })
        .collect();
    let expected = [
        "absent.toml: error: cannot read absent.toml",
        "banks.csv:2:4: error: licence: unknown word \"bnak\"; did you mean bank?",
        "banks.csv:3:6: error: domains: \"HTTP://b\" is not a host name",
        "banks.csv:4:7: error: source: the cell is empty",
        "banks.csv:4:8: error: as_of: \"2024-13\" is not a date",
        "odd.csv:1: error: no header row with an address column",
        "sheet.csv:2:2: error: 网址: the cell is empty",
        "units.toml:4:8: error: unit[1].code: \"21\" is not a unit code; write 6, 9 or 12 digits",
        "b.toml: warning: id: \"a\" stands in",
        "b.toml: warning: start: \"https://a.test/\" stands in",
    ];
    assert_eq!(shown.len(), expected.len(), "{shown:#?}");
    for (got, part) in shown.iter().zip(expected) {
        assert!(got.starts_with(part), "{part}\n{got}");
    }
}

#[test]
fn own_registers_add_and_replace() {
    let home = tempfile::tempdir().expect("folder");
    let head = "name,short_names,code,licence,province,domains,source,as_of\n";
    let row = "义县演练村镇银行股份有限公司,演练银行,,bank,辽宁,bank.lab.test,演练,2026-01\n";
    fs::write(home.path().join("own.csv"), format!("{head}{row}")).expect("write");
    fs::write(home.path().join("payment.csv"), head).expect("write");
    let loaded = load_registers(Some(home.path())).expect("loads");
    let registers = loaded.value;
    assert_eq!(registers.by_name("演练银行").len(), 1);
    assert!(registers.by_domain("www.bank.lab.test").is_some());
    assert!(
        registers.by_name("支付宝").is_empty(),
        "payment.csv was replaced"
    );
    assert!(!registers.by_name("工商银行").is_empty(), "the others stay");
    let orphans: Vec<_> = loaded
        .faults
        .iter()
        .filter(|f| f.severity == Severity::Warning)
        .collect();
    assert_eq!(
        orphans.len(),
        2,
        "aliases of 支付宝 and 财付通: {orphans:?}"
    );
}

#[test]
fn files_that_cannot_be_read() {
    let home = tempfile::tempdir().expect("folder");
    let absent = home.path().join("absent.toml");
    assert!(matches!(
        load_patrol_list(&absent),
        Err(SeedsError::Read { .. })
    ));
    assert!(matches!(import_csv(&absent), Err(SeedsError::Read { .. })));
    assert!(matches!(
        load_registers(Some(&absent)),
        Err(SeedsError::Read { .. })
    ));
    assert!(matches!(
        load_units(Some(&absent)),
        Err(SeedsError::Read { .. })
    ));
    let huge = home.path().join("huge.toml");
    let file = fs::File::create(&huge).expect("create");
    file.set_len(64 << 20).expect("sparse");
    assert!(matches!(
        load_patrol_list(&huge),
        Err(SeedsError::TooLarge { .. })
    ));
    let gbk = home.path().join("gbk.toml");
    fs::write(&gbk, b"name = 'x'\nname = '\xd2\xe5\xcf\xd8'\n").expect("write");
    let loaded = load_patrol_list(&gbk).expect("reads");
    let shown: Vec<String> = loaded.faults.iter().map(ToString::to_string).collect();
    assert!(
        shown
            .iter()
            .any(|f| f.contains(":2:9: error: the file is not UTF-8")),
        "{shown:?}"
    );
}
