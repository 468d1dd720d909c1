//! The report as one HTML document that loads nothing; printed, it is a paper with heads, page numbers and repeated
//! table heads.

use super::ledger::Ledger;
use super::{charts, line, shapes};
use crate::model::desk_report::DeskReport;
use crate::model::desk_report::cell::{Cell, beijing, share};
use crate::model::desk_report::count::Count;
use crate::model::desk_report::period::chinese;
use crate::model::desk_report::section::{Block, Section};
use crate::model::desk_report::table::{Column, Table};
use maud::{DOCTYPE, Markup, PreEscaped, html};

const POLICY_HEADER: &str = "Content-Security-Policy";
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";
const STYLE: &str = include_str!("report.css");

/// Longest code that stays on one line, in letters.
const LONGEST_CODE: usize = 14;

/// Numbers of sections, as official papers count.
const NUMBERS: [&str; 12] = [
    "一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二",
];

/// The document.
pub fn render(report: &DeskReport) -> String {
    let ledger = Ledger::of(report);
    let class = if report.wide { "wide" } else { "tall" };
    let mut tables = 0;
    html! {
        (DOCTYPE)
        html lang="zh-CN" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv=(POLICY_HEADER) content=(POLICY);
                title { (line(&report.title)) " " (line(&report.number)) }
                style { (PreEscaped(STYLE)) (PreEscaped(page_heads(report))) }
            }
            body {
                (shapes::patterns())
                main class=(class) {
                    (head(report))
                    @for (at, section) in report.sections.iter().enumerate() {
                        (section_of(section, at, report.sections.len() > 1, &ledger, &mut tables))
                    }
                    (end(report))
                    (ledger_of(&ledger))
                }
            }
        }
    }
    .into_string()
}

/// What stands at the head and foot of every printed page.
fn page_heads(report: &DeskReport) -> String {
    let words = |text: &str| css_string(&line(text));
    let font = "font: 8.5pt \"Noto Serif CJK SC\", \"Songti SC\", SimSun, serif; color: #56606c;";
    let boxes = format!(
        "@top-left {{ content: \"{}\"; {font} }} @top-right {{ content: \"{}\"; {font} }} \
         @bottom-left {{ content: \"{}\"; {font} }} \
         @bottom-right {{ content: \"第 \" counter(page) \" 页 共 \" counter(pages) \" 页\"; {font} }}",
        words(&report.unit),
        words(&format!("{} {}", report.title, report.number)),
        words(&format!(
            "{} 制",
            beijing(report.made_at).format("%Y-%m-%d %H:%M")
        )),
    );
    format!("@page {{ {boxes} }} @page wide {{ {boxes} }}")
}

/// Words as the inside of a CSS string: all but plain letters as escapes.
fn css_string(words: &str) -> String {
    let mut text = String::new();
    for c in words.chars() {
        match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' | ' ' | '\u{4e00}'..='\u{9fff}' => text.push(c),
            other => text.push_str(&format!("\\{:x} ", u32::from(other))),
        }
    }
    text
}

fn head(report: &DeskReport) -> Markup {
    html! {
        header {
            div .unit { (line(&report.unit)) }
            div .rule {}
            h1 { (line(&report.title)) }
            @if !report.number.is_empty() { div .number { (line(&report.number)) } }
            table { tbody {
                tr {
                    td { "统计期间：" b { (report.period.label()) } }
                    td { "制表：" b { @if report.made_by.is_empty() { "＿＿＿＿" } @else { (line(&report.made_by)) } } "　" (Cell::Moment(report.made_at).words()) }
                }
            } }
            @if !report.to.is_empty() { p .to { (line(&report.to)) "：" } }
        }
    }
}

fn section_of(
    section: &Section,
    at: usize,
    numbered: bool,
    ledger: &Ledger,
    tables: &mut usize,
) -> Markup {
    let class = if section.own_page { "own" } else { "run" };
    html! {
        section class=(class) {
            @if !section.title.is_empty() {
                h2 {
                    @if let (true, Some(number)) = (numbered, NUMBERS.get(at)) { (number) "、" }
                    (line(&section.title))
                }
            }
            @for block in &section.blocks { (block_of(block, ledger, tables)) }
        }
    }
}

fn block_of(block: &Block, ledger: &Ledger, tables: &mut usize) -> Markup {
    match block {
        Block::Words(words) => html! { p { (line(words)) } },
        Block::Notice(words) => html! { p .notice { (line(words)) } },
        Block::Quote(words) => html! { blockquote { (lines(words)) } },
        Block::List(items) => html! { ol { @for item in items { li { (line(item)) } } } },
        Block::Figures(figures) => html! {
            div .figures { @for (label, cell) in figures {
                div { b { (inside(cell, ledger)) } span { (line(label)) } }
            } }
        },
        Block::Facts(facts) => html! {
            table .facts { tbody { @for (label, cell) in facts {
                tr { th { (line(label)) } td .blank[*cell == Cell::Blank] { (inside(cell, ledger)) } }
            } } }
        },
        Block::Table(table) => {
            *tables += 1;
            table_of(table, *tables, ledger)
        }
        Block::Chart(chart) => charts::svg(chart),
    }
}

/// Words of several lines; the style keeps the line ends.
fn lines(words: &str) -> String {
    words.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// Rows up to which a table is not broken over two pages.
const WHOLE: usize = 6;

fn table_of(table: &Table, number: usize, ledger: &Ledger) -> Markup {
    let sum: u32 = table.columns.iter().map(|c| u32::from(c.width)).sum();
    let width = |c: &Column| format!("width:{}%", u32::from(c.width) * 1000 / sum.max(1) / 10);
    html! {
        table class=[(table.rows.len() <= WHOLE).then_some("whole")] {
            caption { "表" (number) "　" (line(&table.title)) }
            colgroup { @for column in &table.columns { col style=(width(column)); } }
            thead { tr { @for column in &table.columns { th scope="col" { (line(&column.head)) } } } }
            tbody {
                @for row in &table.rows { tr { @for cell in row { (cell_of(cell, ledger)) } } }
                @if table.rows.is_empty() { tr .none { td colspan=(table.columns.len()) { "无" } } }
                @if let Some(total) = &table.total { tr .total { @for cell in total { (cell_of(cell, ledger)) } } }
            }
        }
        @if !table.note.is_empty() { p .below { "注：" (line(&table.note)) } }
    }
}

fn cell_of(cell: &Cell, ledger: &Ledger) -> Markup {
    let class = match cell {
        Cell::Count(count) if count.number() == 0 => "n zero",
        cell if cell.is_number() => "n",
        Cell::Date(_) | Cell::Moment(_) => "d",
        Cell::Traces(_) => "i",
        Cell::Blank => "blank",
        Cell::Text(words) if is_code(words) => "k",
        _ => "w",
    };
    html! { td class=(class) { (inside(cell, ledger)) } }
}

/// Whether words are a number of a case or the like, which is not broken over two lines.
fn is_code(words: &str) -> bool {
    words.len() <= LONGEST_CODE
        && !words.is_empty()
        && words
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

fn inside(cell: &Cell, ledger: &Ledger) -> Markup {
    match cell {
        Cell::Count(count) => linked(&count.number().to_string(), count, ledger),
        Cell::Share { part, whole } => {
            let words = share(part.number(), whole.number());
            html! { (linked(&words, part, ledger)) }
        }
        Cell::Text(words) => html! { (line(words)) },
        other => html! { (line(&other.words())) },
    }
}

fn linked(words: &str, count: &Count, ledger: &Ledger) -> Markup {
    match ledger.number(count) {
        Some(number) => html! { a .c href={ "#c" (number) } { (words) } },
        None => html! { (words) },
    }
}

fn end(report: &DeskReport) -> Markup {
    html! {
        @if !report.signatures.is_empty() {
            div .signs { @for name in &report.signatures { div { (line(name)) "：" i {} } } }
        }
        div .end {
            (line(&report.unit)) br;
            (chinese(beijing(report.made_at).date()))
        }
        @if !report.notes.is_empty() {
            div .notes { @for (at, note) in report.notes.iter().enumerate() {
                p { @if at == 0 { "说明：" } (line(note)) }
            } }
        }
    }
}

fn ledger_of(ledger: &Ledger) -> Markup {
    html! {
        @if ledger.entries().next().is_some() {
            div .ledger {
                h2 { "附：数字溯源" }
                p { "正文中每个数字所计的档案、案件或证据编号。电子版点击数字即到本表对应行；内容相同的计数合为一行。" }
                table {
                    thead { tr { th { "序号" } th { "所在位置" } th { "数" } th { "编号" } } }
                    tbody { @for (number, entry) in ledger.entries() {
                        tr id={ "c" (number) } {
                            td .n { (number) }
                            td { (line(&entry.place())) }
                            td .n { (entry.count.number()) }
                            td { (traces(&entry.count)) }
                        }
                    } }
                }
            }
        }
    }
}

fn traces(count: &Count) -> Markup {
    let told = matches!(count, Count::Told { .. });
    html! {
        @if told { "数字出自：" }
        @for (at, trace) in count.traces().iter().enumerate() {
            @if at > 0 { "；" }
            (trace.kind.label()) " " code { (line(&trace.id)) }
            @if !trace.name.is_empty() { " " (line(&trace.name)) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests_sample::{HOSTILE, sample};
    use super::*;

    #[test]
    fn what_is_hostile_stays_text_and_nothing_is_loaded() {
        let mut report = sample();
        report.unit = "a\"; } body { background: url(http://x.test) } @page{\u{5}".to_owned();
        report.title = HOSTILE.to_owned();
        let text = render(&report);
        assert!(!text.contains("<script") && !text.contains("</td><script"));
        assert!(!text.contains('\u{202e}'));
        assert!(text.contains(&format!("content=\"{POLICY}\"")));
        for tag in ["<img", "<link", "src=", "url(http"] {
            let styles = text.split("</style>").next().unwrap();
            assert!(!text.contains(tag) || !styles.contains(tag), "{tag}");
        }
        let styles = text.split("</style>").next().unwrap();
        assert!(!styles.contains("url(http"), "{styles}");
    }

    #[test]
    fn every_count_leads_to_what_was_counted() {
        let report = sample();
        let text = render(&report);
        let mut links = 0;
        for (_, cell) in report.cells() {
            for count in cell.counts().into_iter().filter(|c| c.number() > 0) {
                let number = Ledger::of(&report).number(count).unwrap();
                let anchor = format!("<tr id=\"c{number}\">");
                let (_, row) = text.split_once(&anchor).expect("an anchor");
                let row = row.split("</tr>").next().unwrap();
                for trace in count.traces() {
                    assert!(row.contains(&format!("<code>{}</code>", trace.id)), "{row}");
                }
                links += 1;
            }
        }
        assert!(links > 5);
        assert!(text.contains("href=\"#c1\""));
    }

    #[test]
    fn the_same_report_gives_the_same_bytes() {
        assert_eq!(render(&sample()), render(&sample()));
        let text = render(&sample());
        for part in [
            "25.0%",
            "2026-11-26 08:30",
            "1,234.50",
            "制表人",
            "附：数字溯源",
        ] {
            assert!(text.contains(part), "{part}");
        }
    }
}
