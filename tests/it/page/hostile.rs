//! Pages made to hurt. Times are of an unoptimised build on a busy machine; what they catch is quadratic growth.

use super::{assert_exact, read};
use proptest::prelude::*;
use std::fmt::Write;
use std::time::{Duration, Instant};
use wangxun::model::page::Page;

fn within(seconds: u64, name: &str, html: &str) -> Page {
    let started = Instant::now();
    let page = read(html);
    let took = started.elapsed();
    assert!(took < Duration::from_secs(seconds), "{name}: {took:?}");
    assert_exact(&page);
    page
}

fn has_note(page: &Page, code: &str) -> bool {
    page.notes.iter().any(|n| n.code == code)
}

#[test]
fn deep_nesting_keeps_its_text() {
    let html = format!("<p>头{}底", "<div>".repeat(100_000));
    let page = within(20, "nested", &html);
    assert!(has_note(&page, "too-deep") && page.text.contains('底'));
    let page = within(20, "tables", &"<table><tr><td>格".repeat(10_000));
    assert!(has_note(&page, "too-deep"));
}

#[test]
fn unclosed_and_reopened_formatting() {
    let mut html = String::new();
    for i in 0..2_000 {
        let _ = write!(html, "<a x={i}><b y={i}><font z={i}>");
    }
    html.push_str(&"<p>文".repeat(20_000));
    within(20, "formatting", &html);
    within(20, "unclosed", &"<p><b><i><li><td><span>年化".repeat(5_000));
}

#[test]
fn one_long_line() {
    let html = "年化收益率十二点五的产品，".repeat(10_000_000 / 39);
    let page = within(30, "line", &html);
    assert!(has_note(&page, "html-cut") && page.blocks.len() > 1_000);
}

#[test]
fn many_links() {
    let mut html = String::new();
    for i in 0..100_000 {
        let _ = write!(html, "<a href=/p/{i}>链接</a>");
    }
    let page = within(40, "links", &html);
    assert_eq!(page.links.len(), 5_000);
    assert!(has_note(&page, "links-cut"));
}

#[test]
fn many_attributes() {
    let mut html = String::from("<p");
    for i in 0..1_000_000 {
        let _ = write!(html, " a{i}=1");
    }
    html.push_str(">文</p>");
    within(20, "attributes", &html);
}

#[test]
fn characters_that_should_not_be() {
    let page = within(10, "nul", &"\0<p>保\0本\u{fffd}</p>".repeat(2_000));
    assert!(page.text.starts_with("保本\u{fffd}\n"));
    within(
        20,
        "replacement",
        &"\u{fffd}\u{feff}\u{fdd0}\u{fdd1}<p>".repeat(5_000),
    );
}

#[test]
fn things_that_never_close() {
    for start in [
        "<%",
        "<?",
        "${",
        "{{",
        "@(",
        "<",
        "&",
        "<!--",
        "<title>",
        "<textarea>",
        "<script>",
        "<a b=\"",
        "<#if (",
        "@*",
    ] {
        within(20, start, &start.repeat(300_000 / start.len()));
    }
}

#[test]
fn facts_in_bulk() {
    for bait in [
        "有限公司",
        "QQ12345、",
        "京ICP备",
        "地址：青山省",
        "a@b.",
        "138 ",
        "1",
        "统一社会信用代码91",
        "O1",
        "T1",
    ] {
        within(20, bait, &bait.repeat(300_000 / bait.len()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_string_is_read(html in "\\PC{0,300}") {
        assert_exact(&read(&html));
        assert_exact(&wangxun::page::read_text(&html));
    }

    #[test]
    fn any_markup_is_read(parts in prop::collection::vec(prop::sample::select(vec![
        "<div>", "</div>", "<p class='ad'>", "</p>", "<table>", "<tr>", "<td>", "<th>", "</table>", "<li>", "<ul>",
        "</ul>", "<a href='/x'>", "</a>", "<b>", "</b>", "<br>", "<h1>", "<h3>", "<span style='display:none'>",
        "</span>", "<select>", "<option>", "</select>", "<script>", "</script>", "<title>", "</title>", "<!--", "-->",
        "<%", "%>", "${", "}", "<textarea>", "</textarea>", "<button>", "</button>", "<img alt='图片说明'>", "12%",
        "年化收益", "广告", "电话 13912345670", "京ICP备12006409号", "。", " ", "\n", "&nbsp;", "<iframe src='//a.test'>",
        "<dl>", "<dt>", "<dd>", "<form>", "<input type=submit value='提交'>", "<svg>", "</svg>", "<noscript>", "<",
        ">", "\"", "'", "绿水科技有限公司", "<template>", "</template>", "<head>", "<body>", "<frameset>", "<frame>",
    ]), 0..80)) {
        let html: String = parts.concat();
        let page = read(&html);
        assert_exact(&page);
        prop_assert_eq!(format!("{:?}", read(&html)), format!("{page:?}"));
    }
}
