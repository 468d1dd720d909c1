//! The charsets of real pages, where the development data lies beside the repository.

use std::path::Path;
use wangxun::fetch::charset;

#[test]
fn real_pages_are_readable() {
    let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/pages");
    let Ok(mut index) = csv::Reader::from_path(pages.join("index.csv")) else {
        println!("skipped: no development data");
        return;
    };
    let (mut right, mut wrong) = (0, Vec::new());
    for row in index.records() {
        let row = row.expect("a row");
        let bytes = std::fs::read(pages.join(&row[0])).expect("a page");
        let read = charset::decode(&bytes, None, Some("cn"), false);
        let expected = encoding_rs::Encoding::for_label(row[3].trim_end_matches("-bom").as_bytes());
        let broken = read.text.matches('\u{FFFD}').count();
        if expected.is_some_and(|e| e.name() == read.charset) && broken == 0 {
            right += 1;
        } else {
            wrong.push(format!(
                "{} is {} read as {} broken {broken}",
                &row[0], &row[3], read.charset
            ));
        }
    }
    println!("{right} right, {} wrong: {wrong:#?}", wrong.len());
    assert!(wrong.len() * 50 <= right, "{wrong:#?}");
}
