//! The documents as a spreadsheet (XLSX). All cells are text: what a page wrote never becomes a formula, and cells that
//! would become one when edited or pasted bear the mark that forbids it.

use super::steps::steps;
use super::{CourtPackage, action_label, plain};
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

/// Most characters of a cell (limit of the format).
const MOST_CHARACTERS: usize = 32_000;

/// A sheet before it is laid out.
struct Sheet {
    name: &'static str,
    /// Heading and width in characters.
    columns: Vec<(&'static str, f64)>,
    rows: Vec<Vec<String>>,
}

/// The spreadsheet. `made` is year, month, day, hour, minute, second for the properties of the file, so that the same
/// package gives the same bytes.
pub fn render(
    package: &CourtPackage,
    made: (u16, u8, u8, u16, u8, u8),
) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let (year, month, day, hour, minute, second) = made;
    let created =
        ExcelDateTime::from_ymd(year, month, day)?.and_hms(hour, minute, f64::from(second))?;
    let properties = DocProperties::new()
        .set_title(format!("电子数据材料 {}", plain(&package.case_no)))
        .set_author(plain(&package.unit))
        .set_creation_datetime(&created);
    workbook.set_properties(&properties);
    for sheet in [
        list(package),
        record(package),
        integrity(package),
        excerpts(package),
        glossary(package),
        custody(package),
        verification(package),
    ] {
        write(workbook.add_worksheet(), &sheet)?;
    }
    workbook.save_to_buffer()
}

fn write(to: &mut Worksheet, sheet: &Sheet) -> Result<(), XlsxError> {
    let head = Format::new()
        .set_bold()
        .set_border(FormatBorder::Thin)
        .set_background_color(0x00F0_EEEA)
        .set_text_wrap();
    let body = Format::new()
        .set_border(FormatBorder::Thin)
        .set_align(FormatAlign::Top)
        .set_text_wrap();
    let marked = body.clone().set_quote_prefix();
    to.set_name(sheet.name)?;
    to.set_landscape()
        .set_paper_size(9)
        .set_print_fit_to_pages(1, 0);
    to.set_freeze_panes(1, 0)?;
    to.set_repeat_rows(0, 0)?;
    for (column, (name, width)) in (0u16..).zip(&sheet.columns) {
        to.set_column_width(column, *width)?;
        to.write_string_with_format(0, column, *name, &head)?;
    }
    for (row, cells) in (1u32..).zip(&sheet.rows) {
        for (column, cell) in (0u16..).zip(cells) {
            let text: String = plain(cell).chars().take(MOST_CHARACTERS).collect();
            let format = if is_active(&text) { &marked } else { &body };
            to.write_string_with_format(row, column, text, format)?;
        }
    }
    Ok(())
}

/// Whether a spreadsheet could take a text for a formula when it is edited, pasted or saved as CSV.
fn is_active(text: &str) -> bool {
    text.trim_start()
        .starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
}

fn list(package: &CourtPackage) -> Sheet {
    let mut rows = Vec::new();
    for (number, item) in (1..).zip(&package.items) {
        if let Some(file) = item.files.first() {
            rows.push(vec![
                number.to_string(),
                item.evidence_id.clone(),
                file.name.clone(),
                item.kind.clone(),
                "WACZ 1.1.1（内含 WARC 1.1)".to_owned(),
                item.platform.clone(),
                item.title.clone(),
                item.final_url.clone(),
                item.started.0.clone(),
                file.bytes.to_string(),
                file.sha256.clone(),
                file.sm3.clone(),
            ]);
        }
    }
    Sheet {
        name: "电子数据清单",
        columns: vec![
            ("序号", 6.0),
            ("证据编号", 26.0),
            ("名称", 30.0),
            ("类别", 14.0),
            ("文件格式", 18.0),
            ("平台", 20.0),
            ("标题", 30.0),
            ("来源网址", 40.0),
            ("提取时间（北京）", 30.0),
            ("大小（字节）", 12.0),
            ("SHA-256", 68.0),
            ("SM3", 68.0),
        ],
        rows,
    }
}

fn record(package: &CourtPackage) -> Sheet {
    let mut rows = Vec::new();
    let mut row = |number: usize, label: &str, value: String| {
        rows.push(vec![number.to_string(), label.to_owned(), value]);
    };
    for (number, item) in (1..).zip(&package.items) {
        row(number, "案件编号", package.case_no.clone());
        row(number, "案由", String::new());
        row(number, "提取地点", String::new());
        row(
            number,
            "提取对象",
            format!("{} {}", item.platform, item.title),
        );
        row(number, "请求网址", item.requested_url.clone());
        row(number, "最终网址", item.final_url.clone());
        row(
            number,
            "开始时间",
            format!("{}(UTC {})", item.started.0, item.started.1),
        );
        row(
            number,
            "结束时间",
            format!("{}(UTC {})", item.ended.0, item.ended.1),
        );
        row(number, "时间来源", item.clock.clone());
        row(number, "可信时间", item.trusted_time());
        row(number, "人员到场", item.attendance());
        row(number, "采集依据", item.legal_basis.join(";"));
        row(number, "提取工具", item.tool.clone());
        row(number, "应答", item.answer.clone());
        for (n, hop) in (1..).zip(&item.hops) {
            let way = format!(
                "{} {} {} 载荷 SHA-256 {}",
                hop.status, hop.url, hop.server, hop.payload_sha256
            );
            row(number, &format!("请求 {n}"), way);
        }
        row(number, "提取人一（签名）", String::new());
        row(number, "提取人二（签名）", String::new());
        row(number, "持有人（提供人）（签名）", String::new());
        row(number, "见证人（签名）", String::new());
    }
    Sheet {
        name: "电子数据提取笔录",
        columns: vec![("件", 6.0), ("项目", 24.0), ("内容", 110.0)],
        rows,
    }
}

fn integrity(package: &CourtPackage) -> Sheet {
    let mut rows = Vec::new();
    for (number, item) in (1..).zip(&package.items) {
        for file in &item.files {
            rows.push(vec![
                number.to_string(),
                file.name.clone(),
                file.kind.label().to_owned(),
                file.bytes.to_string(),
                file.sha256.clone(),
                file.sm3.clone(),
            ]);
        }
        for (label, words) in [
            ("数字签名", item.signature()),
            ("可信时间", item.trusted_time()),
        ] {
            rows.push(vec![
                number.to_string(),
                item.evidence_id.clone(),
                label.to_owned(),
                String::new(),
                words,
            ]);
        }
        for (label, result) in &item.checked {
            rows.push(vec![
                number.to_string(),
                item.evidence_id.clone(),
                format!("本机核验：{label}"),
                String::new(),
                result.clone(),
            ]);
        }
        for (kind, target, digest) in &item.records {
            rows.push(vec![
                number.to_string(),
                target.clone(),
                format!("WARC 记录 {kind}"),
                String::new(),
                digest.clone(),
            ]);
        }
    }
    Sheet {
        name: "完整性校验值",
        columns: vec![
            ("件", 6.0),
            ("文件或记录", 50.0),
            ("种类", 18.0),
            ("字节", 12.0),
            ("SHA-256", 68.0),
            ("SM3", 68.0),
        ],
        rows,
    }
}

fn excerpts(package: &CourtPackage) -> Sheet {
    let mut rows = Vec::new();
    for (number, item) in (1..).zip(&package.items) {
        for finding in &item.findings {
            rows.push(vec![
                number.to_string(),
                finding.quote.clone(),
                finding.plain.clone().unwrap_or_default(),
                finding.rule.clone(),
                finding.title.clone(),
                finding.basis.clone(),
                finding.severity.to_string(),
                format!("{}–{}", finding.span.0, finding.span.1),
                finding.path.clone(),
            ]);
        }
    }
    Sheet {
        name: "内容摘录（线索）",
        columns: vec![
            ("件", 6.0),
            ("原文", 50.0),
            ("抄清", 50.0),
            ("规则", 12.0),
            ("规则内容", 30.0),
            ("依据", 40.0),
            ("严重度", 8.0),
            ("文本记录字节", 16.0),
            ("位置", 40.0),
        ],
        rows,
    }
}

fn glossary(package: &CourtPackage) -> Sheet {
    let row = |row: &super::GlossaryRow| {
        vec![
            row.evidence_id.clone(),
            row.seen.clone(),
            row.plain.clone(),
            row.classes.join("、"),
            if row.quoted { "是" } else { "否" }.to_owned(),
            row.count.to_string(),
        ]
    };
    Sheet {
        name: "文字抄清与暗语",
        columns: vec![
            ("证据编号", 26.0),
            ("原文", 40.0),
            ("抄清", 40.0),
            ("变体方式", 30.0),
            ("在引文内", 10.0),
            ("次数", 8.0),
        ],
        rows: package.glossary.iter().map(row).collect(),
    }
}

fn custody(package: &CourtPackage) -> Sheet {
    let mut rows = Vec::new();
    for (number, item) in (1..).zip(&package.items) {
        for row in &item.custody {
            rows.push(vec![
                number.to_string(),
                row.time.clone(),
                action_label(&row.action).to_owned(),
                row.actor.clone(),
                row.unit.clone(),
                row.reason.clone(),
                row.place.clone(),
                row.hash.clone(),
            ]);
        }
    }
    Sheet {
        name: "保管记录",
        columns: vec![
            ("件", 6.0),
            ("时间（UTC)", 26.0),
            ("事项", 18.0),
            ("人员", 16.0),
            ("单位", 24.0),
            ("事由", 50.0),
            ("日志行", 20.0),
            ("哈希", 68.0),
        ],
        rows,
    }
}

fn verification(package: &CourtPackage) -> Sheet {
    let steps = steps(package);
    let row = |(n, step): (usize, &super::steps::Step)| {
        vec![
            n.to_string(),
            step.title.to_owned(),
            step.command.clone(),
            step.expected.clone(),
            step.tool.to_owned(),
        ]
    };
    Sheet {
        name: "核验方法",
        columns: vec![
            ("序号", 6.0),
            ("核验内容", 30.0),
            ("命令", 80.0),
            ("应得结果", 60.0),
            ("工具", 30.0),
        ],
        rows: (1..).zip(&steps).map(row).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests_sample::sample;
    use super::*;

    const MADE: (u16, u8, u8, u16, u8, u8) = (2026, 11, 25, 10, 11, 12);

    #[test]
    fn the_same_package_gives_the_same_bytes() {
        let bytes = render(&sample(), MADE).unwrap();
        assert_eq!(bytes, render(&sample(), MADE).unwrap());
        assert!(bytes.starts_with(b"PK"));
    }

    #[test]
    fn texts_that_could_act_are_told() {
        for text in ["=1+1", "+1", "-1", "@a", "  =cmd", "＝1"] {
            assert!(is_active(text), "{text}");
        }
        assert!(!is_active("年化=18%"));
    }

    #[test]
    fn cells_longer_than_the_format_allows_are_cut() {
        let mut package = sample();
        package.items[0].title = "长".repeat(40_000);
        render(&package, MADE).unwrap();
    }
}
