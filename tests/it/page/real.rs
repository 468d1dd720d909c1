//! All real pages that happen to lie beside the repository.

use super::{assert_exact, read};
use std::path::{Path, PathBuf};
use wangxun::model::identity::FactKind;

/// Every page with its text, decoded as UTF-8 or else GB 18030.
fn pages(root: &Path) -> Vec<(PathBuf, String)> {
    let folders = std::fs::read_dir(root).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = folders
        .filter_map(|folder| std::fs::read_dir(folder.path()).ok())
        .flat_map(|files| files.flatten().map(|f| f.path()))
        .collect();
    files.sort();
    files
        .into_iter()
        .map(|file| {
            let bytes = std::fs::read(&file).expect("readable");
            let text = String::from_utf8(bytes)
                .unwrap_or_else(|e| encoding_rs::GB18030.decode(e.as_bytes()).0.into_owned());
            (file, text)
        })
        .collect()
}

#[test]
fn real_pages_are_read() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/pages");
    let pages = pages(&root);
    if pages.is_empty() {
        println!("skipped: no {}", root.display());
        return;
    }
    let mut filings = 0;
    let mut figures = 0;
    for (file, html) in &pages {
        let page = read(html);
        assert_exact(&page);
        assert!(
            page.text.chars().count() > 20,
            "{}: {:?}",
            file.display(),
            page.text
        );
        filings += page
            .facts
            .iter()
            .filter(|f| f.kind == FactKind::IcpFiling)
            .count();
        figures += page
            .blocks
            .iter()
            .map(|b| &page.text[b.span.clone()])
            .filter(|text| text.contains('%') && (text.contains("年化") || text.contains("利率")))
            .count();
    }
    println!(
        "{} pages, {filings} ICP filings, {figures} blocks with a rate and its word",
        pages.len()
    );
    assert!(filings >= 40, "{filings} ICP filings");
    assert!(figures >= 170, "{figures} blocks with a rate and its word");
}
