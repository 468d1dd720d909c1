//! A list as a table for people and programs: the columns of CSV and XLSX.

use super::{FormError, one_line};
use crate::model::rule::BasisGrade;
use crate::model::schedule::BEIJING;
use crate::model::takedown::entry::{ActionEntry, NoticeBasis};
use crate::model::takedown::list::TakedownList;
use crate::model::takedown::referral::{ReferralEntry, ReferralList};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Text.
    Text(String),
    /// A day.
    Day(Option<NaiveDate>),
    /// A moment, in Beijing time.
    Moment(NaiveDateTime),
    /// A number.
    Number(u64),
}

/// A column: heading and width in characters.
pub type Column = (&'static str, f64);

/// A list as a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows, each with whether it is to be acted upon.
    pub rows: Vec<(bool, Vec<Cell>)>,
}

const ACTION: [Column; 31] = [
    ("名单编号", 14.0),
    ("序列号", 8.0),
    ("条目编号", 25.0),
    ("状态", 8.0),
    ("类型", 10.0),
    ("对象", 32.0),
    ("机器值", 32.0),
    ("注册域名", 22.0),
    ("范围", 12.0),
    ("处置措施", 20.0),
    ("原因代码", 11.0),
    ("法律依据", 40.0),
    ("认定文书号", 24.0),
    ("认定机关", 28.0),
    ("认定日期", 12.0),
    ("案号", 18.0),
    ("证据编号", 26.0),
    ("证据SHA-256", 66.0),
    ("内容摘录", 40.0),
    ("ICP备案号", 22.0),
    ("接入服务", 18.0),
    ("首次发现", 17.0),
    ("最近核实", 17.0),
    ("生效日期", 12.0),
    ("失效日期", 12.0),
    ("状态时间", 17.0),
    ("状态原因", 26.0),
    ("状态文书", 20.0),
    ("替换条目", 25.0),
    ("申诉联系", 28.0),
    ("理由与救济", 70.0),
];

const REFERRAL: [Column; 17] = [
    ("名单编号", 14.0),
    ("序列号", 8.0),
    ("线索编号", 25.0),
    ("状态", 8.0),
    ("性质", 12.0),
    ("类型", 10.0),
    ("对象", 32.0),
    ("注册域名", 22.0),
    ("移送部门", 24.0),
    ("案号", 18.0),
    ("涉嫌规则", 18.0),
    ("内容摘录", 44.0),
    ("ICP备案号", 22.0),
    ("证据编号", 26.0),
    ("证据SHA-256", 66.0),
    ("首次发现", 17.0),
    ("最近核实", 17.0),
];

fn moment(at: DateTime<Utc>) -> Cell {
    Cell::Moment(at.with_timezone(&BEIJING).naive_local())
}

fn text(text: &str) -> Cell {
    Cell::Text(one_line(text))
}

/// The action list: what is to be acted upon first, then what no longer holds.
pub fn action(list: &TakedownList) -> Table {
    let (id, serial) = (&list.header().list_id, list.header().serial);
    let row = |entry: &ActionEntry| (entry.is_active(), action_row(id, serial, entry));
    Table {
        columns: ACTION.to_vec(),
        rows: list.active().chain(list.lifted()).map(row).collect(),
    }
}

fn action_row(list: &str, serial: u32, entry: &ActionEntry) -> Vec<Cell> {
    let draft = entry.draft();
    let status = entry.status();
    vec![
        text(list),
        Cell::Number(serial.into()),
        text(entry.id()),
        text(status.state.label()),
        text(draft.target.kind().label()),
        text(draft.target.shown()),
        text(draft.target.value()),
        text(draft.target.registrable().unwrap_or_default()),
        text(draft.scope.label()),
        text(draft.measure.label_for(draft.target.kind())),
        text(&draft.reason),
        text(&bases(entry)),
        text(entry.number()),
        text(entry.authority()),
        Cell::Day(Some(entry.date())),
        text(entry.case_no()),
        text(&draft.evidence),
        text(&draft.evidence_sha256),
        text(&draft.quote),
        text(&draft.icp),
        text(&draft.hosting),
        moment(draft.first_seen),
        moment(draft.last_verified),
        Cell::Day(Some(draft.valid_from)),
        Cell::Day(draft.valid_until),
        moment(status.since),
        text(&status.reason),
        text(&status.document),
        text(&status.successor),
        text(&draft.appeal_contact),
        text(&entry.notice()),
    ]
}

/// Bases, with who has read those that were only seen quoted.
fn bases(entry: &ActionEntry) -> String {
    let one = |b: &NoticeBasis| match b.grade {
        BasisGrade::Verified => format!("{}：{}", b.rule, b.text),
        _ => format!("{}：{}（{}核对原文）", b.rule, b.text, b.confirmed_by),
    };
    let all: Vec<String> = entry.draft().bases.iter().map(one).collect();
    all.join("；")
}

/// The referral list.
pub fn referral(list: &ReferralList) -> Table {
    let (id, serial) = (&list.header().list_id, list.header().serial);
    let row = |entry: &ReferralEntry| (entry.is_active(), referral_row(id, serial, entry));
    Table {
        columns: REFERRAL.to_vec(),
        rows: list.entries().iter().map(row).collect(),
    }
}

fn referral_row(list: &str, serial: u32, entry: &ReferralEntry) -> Vec<Cell> {
    vec![
        text(list),
        Cell::Number(serial.into()),
        text(&entry.id()),
        text(entry.status.state.label()),
        text("涉嫌，未认定"),
        text(entry.target.kind().label()),
        text(entry.target.shown()),
        text(entry.target.registrable().unwrap_or_default()),
        text(&entry.department),
        text(&entry.case_no),
        text(&entry.rules.join("、")),
        text(&entry.quote),
        text(&entry.icp),
        text(&entry.evidence),
        text(&entry.evidence_sha256),
        moment(entry.first_seen),
        moment(entry.last_verified),
    ]
}

/// CSV with a byte order mark, so that spreadsheets read it as UTF-8. A cell that would become a formula gets an apostrophe.
pub fn csv(table: &Table) -> Result<Vec<u8>, FormError> {
    let fail = |e: csv::Error| FormError::Csv(e.to_string());
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer("\u{feff}".as_bytes().to_vec());
    writer
        .write_record(table.columns.iter().map(|(name, _)| *name))
        .map_err(fail)?;
    for (_, row) in &table.rows {
        let cells = row.iter().map(|cell| match cell {
            Cell::Text(text) => neutral(text),
            Cell::Day(day) => day.map(|d| d.to_string()).unwrap_or_default(),
            Cell::Moment(at) => at.format("%Y-%m-%d %H:%M").to_string(),
            Cell::Number(number) => number.to_string(),
        });
        writer.write_record(cells).map_err(fail)?;
    }
    writer
        .into_inner()
        .map_err(|e| FormError::Csv(e.to_string()))
}

/// Whether a spreadsheet could take a text for a formula.
pub(super) fn is_active(text: &str) -> bool {
    text.trim_start()
        .starts_with(['=', '+', '-', '@', '|', '＝', '＋', '－', '＠'])
}

fn neutral(text: &str) -> String {
    match is_active(text) {
        true => format!("'{text}"),
        false => text.to_owned(),
    }
}
