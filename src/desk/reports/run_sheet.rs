//! The sheet of one patrol (巡查记录): what was listed, reached and failed, with reasons, by whom and when, to be signed.

use super::ask::{Ask, NotReady};
use super::coverage::{sites_table, totals};
use crate::model::desk_report::DeskReport;
use crate::model::desk_report::cell::Cell;
use crate::model::desk_report::count::Count;
use crate::model::desk_report::form::ReportForm;
use crate::model::desk_report::section::{Block, Section};
use crate::model::desk_report::table::{Column, Table};

/// The sheet of a run; of the last one of the period when none is named.
///
/// # Errors
/// Says that there is no such run.
pub fn report(ask: &Ask<'_>, run: Option<&str>) -> Result<DeskReport, NotReady> {
    let found = match run {
        Some(id) => ask.facts.runs.iter().find(|r| r.id == id),
        None => ask.runs().last(),
    };
    let run = found.ok_or_else(|| match run {
        Some(id) => NotReady(format!("the journal knows no run {id}")),
        None => NotReady(format!(
            "no patrol ran in the period {}; give other days with --on or --from and --to",
            ask.period.label()
        )),
    })?;
    let trace = run.trace();
    let told = |number| Cell::Count(Count::told(number, [trace.clone()]));
    let facts = vec![
        ("巡查编号".to_owned(), Cell::text(run.id.as_str())),
        ("开始时间".to_owned(), Cell::Moment(run.began)),
        ("结束时间".to_owned(), Cell::moment(run.ended)),
        ("执行".to_owned(), Cell::text(run.by.as_str())),
        ("结果".to_owned(), Cell::text(run.state_label())),
        (
            "中断后继续".to_owned(),
            Cell::Figure(i64::try_from(run.resumed).unwrap_or(i64::MAX)),
        ),
        ("到达页面".to_owned(), told(run.pages)),
        ("有发现页面".to_owned(), told(run.findings)),
        ("未访问目标".to_owned(), told(run.skipped)),
        ("尚待访问".to_owned(), told(run.queued)),
    ];
    let reasons = run.reasons.iter().map(|(code, number)| {
        vec![
            Cell::text(reason_label(code)),
            Cell::text(code.as_str()),
            told(*number),
        ]
    });
    let columns = vec![
        Column::words("原因", 20),
        Column::words("代码", 10),
        Column::number("目标数", 6),
    ];
    let mut table = Table::new("未访问原因", columns).rows(reasons);
    table = match run.reasons.is_empty() && run.skipped > 0 {
        true => table
            .note("本轮逐项原因已不在待访队列中,总数见日志;被拒绝、跳过或失败的目标不视为合规。"),
        false => table.note("被拒绝、跳过或失败的目标不视为合规。"),
    };
    let mut sections = vec![
        Section::new("巡查情况", [Block::Facts(facts)]),
        Section::new("未访问目标", [Block::Table(table)]),
    ];
    if !ask.facts.sites.is_empty() {
        sections.push(Section::new("逐平台情况", [totals(ask), sites_table(ask)]));
    }
    let opinion = [
        ("巡查中异常情况".to_owned(), Cell::Blank),
        ("复核意见".to_owned(), Cell::Blank),
    ];
    sections.push(Section::new("人工填写", [Block::Facts(opinion.into())]));
    let mut report = ask.report(ReportForm::RunSheet, sections);
    report.signatures = ["巡查人员", "复核人员", "日期"].map(str::to_owned).into();
    Ok(report)
}

/// Why a target was not visited, in words.
pub fn reason_label(code: &str) -> &'static str {
    match code {
        "out-of-scope" => "不在巡查范围",
        "robots" => "robots.txt不允许",
        "robots-unreachable" => "robots.txt无法取得",
        "duplicate" => "重复地址",
        "budget" => "达到配额",
        "trap" => "疑似循环或陷阱地址",
        "blocked-address" => "地址不允许访问",
        "scheme" => "协议不支持",
        "type" => "内容类型不读取",
        "size" => "超过大小限制",
        "challenge" => "验证码或登录阻挡",
        "throttled" => "对方要求稍后再访",
        "redirects" => "跳转过多",
        "failed" => "无法连接或应答失败",
        _ => "其他",
    }
}

#[cfg(test)]
mod tests {
    use super::reason_label;

    #[test]
    fn every_reason_has_words() {
        for code in crate::wire::frontier::SKIP_CODES {
            assert_ne!(reason_label(code), "其他", "{code}");
        }
    }
}
