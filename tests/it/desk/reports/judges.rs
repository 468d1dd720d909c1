//! openpyxl reads numbers, shares and dates as such; pdftotext finds the words and totals in the printed pages.

use super::{World, make};
use std::path::Path;
use std::process::Command;

const READ: &str = r#"
import sys, datetime, openpyxl
book = openpyxl.load_workbook(sys.argv[1])
numbers = dates = shares = links = formulas = money = 0
for sheet in book:
    for row in sheet.iter_rows():
        for cell in row:
            if cell.data_type == 'f': formulas += 1
            if isinstance(cell.value, datetime.datetime): dates += 1
            if isinstance(cell.value, (int, float)):
                numbers += 1
                shares += cell.number_format == '0.0%'
                money += cell.number_format == '#,##0.00'
            links += cell.hyperlink is not None
ledger = book['溯源']
for sheet in book:
    for row in sheet.iter_rows():
        for cell in row:
            if cell.hyperlink is None: continue
            target = cell.hyperlink.location.split('!A')[1]
            at = int(target)
            number = ledger.cell(at, 3).value
            assert number == cell.value or cell.number_format == '0.0%', (sheet.title, cell.coordinate, cell.value, number)
frozen = sum(s.freeze_panes is not None for s in book)
print(numbers, dates, shares, money, links, formulas, frozen, len(book.sheetnames))
"#;

/// The interpreter that has openpyxl; tests/run installs it.
fn python() -> Option<std::path::PathBuf> {
    let folders = std::env::var_os("WANGXUN_JUDGES")?;
    let mut all = std::env::split_paths(&folders).map(|f| f.join("python3"));
    all.find(|p| {
        p.exists()
            && Command::new(p)
                .args(["-c", "import openpyxl"])
                .output()
                .is_ok_and(|o| o.status.success())
    })
}

fn read(python: &Path, file: &Path) -> Vec<u64> {
    let output = Command::new(python)
        .args(["-c", READ])
        .arg(file)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    said.split_whitespace()
        .map(|n| n.parse().unwrap())
        .collect()
}

#[test]
fn openpyxl_reads_numbers_dates_shares_and_links() {
    let Some(python) = python() else {
        println!("skipped: no openpyxl (tests/run installs it)");
        return;
    };
    let world = World::new();
    let book = |words: &[&str], name: &str| {
        let file = world.file(name);
        make(&world.home, words, &[file.to_str().unwrap()]);
        read(&python, &file)
    };
    let month = book(&["monthly", "--on", "2026-11-15"], "month.xlsx");
    let [numbers, dates, shares, _, links, formulas, frozen, sheets] = month.as_slice() else {
        panic!("{month:?}");
    };
    assert!(
        *numbers > 200 && *dates > 20 && *shares > 5 && *links > 100,
        "{month:?}"
    );
    assert_eq!(*formulas, 0);
    assert!(frozen + 2 >= *sheets, "{month:?}");
    let rewards = book(&["rewards"], "rewards.xlsx");
    assert!(rewards[3] >= 5 && rewards[1] >= 9, "{rewards:?}");
}

#[test]
fn the_printed_report_has_its_words_totals_and_page_numbers() {
    let has = |program: &str| Command::new(program).arg("-v").output().is_ok();
    if !has("pdftotext") || !(has("chromium-headless-shell") || has("chromium")) {
        println!("skipped: no pdftotext or no chromium");
        return;
    }
    let world = World::new();
    let file = world.file("month.pdf");
    make(
        &world.home,
        &["monthly", "--on", "2026-11-15"],
        &[file.to_str().unwrap()],
    );
    let output = Command::new("pdftotext")
        .args(["-layout"])
        .arg(&file)
        .arg("-")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    for part in [
        "网络巡查与处置月报",
        "网巡月报〔2026〕11号",
        "各乡镇",
        "合计",
        "60",
        "第 1 页",
        "附：数字溯源",
        "WX-2026-0001",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    let pages = text.matches("制表").count();
    assert!(pages >= 1);
}
