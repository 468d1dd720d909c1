//! Three fictitious pages as they are read.

use super::{assert_exact, read, text};
use std::fmt::Write;
use wangxun::model::page::Page;

fn told(page: &Page) -> String {
    let mut out = String::new();
    for block in &page.blocks {
        let hidden = if block.hidden { " hidden" } else { "" };
        let slot = block.slot.map(|s| format!(" slot {s}")).unwrap_or_default();
        let href = block
            .href
            .as_ref()
            .map(|u| format!(" -> {}", u.path()))
            .unwrap_or_default();
        let _ = writeln!(
            out,
            "{}{hidden}{slot}{href} [{}]",
            block.role.code(),
            block.path
        );
        let _ = writeln!(out, "    {}", text(page, block));
        if let Some(header) = &block.header {
            let _ = writeln!(out, "    ({})", &page.text[header.clone()]);
        }
    }
    for fact in &page.facts {
        let _ = writeln!(
            out,
            "{} {} {:?} {:?}",
            fact.kind.code(),
            fact.value,
            fact.check,
            fact.parts
        );
    }
    for link in &page.links {
        let _ = writeln!(
            out,
            "{:?} {} {:?} {}",
            link.kind, link.url, link.text, link.sponsored
        );
    }
    out
}

fn check(name: &str, html: &str) {
    let page = read(html);
    assert_exact(&page);
    insta::assert_snapshot!(name, told(&page));
}

#[test]
fn lender() {
    check("lender", include_str!("fixtures/lender.html"));
}

#[test]
fn portal() {
    check("portal", include_str!("fixtures/portal.html"));
}

#[test]
fn contract() {
    check("contract", include_str!("fixtures/contract.html"));
}
