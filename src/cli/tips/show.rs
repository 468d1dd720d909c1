//! What is known of tips, without who reported them.

use super::{List, one};
use crate::cli::arguments::Format;
use crate::cli::config::Settings;
use crate::cli::desk_store::{read, units};
use crate::cli::exit::{Done, Exit, Trouble, misuse};
use crate::cli::output::{Output, shorten, table};
use crate::desk::figures::day_of;
use crate::desk::tips::{Tip, tips};
use crate::model::tip::TipSource;
use crate::wire::moment;
use anyhow::anyhow;
use serde_json::{Value, json};

pub(super) const HEAD: [&str; 8] = [
    "回执编号",
    "来源",
    "受理日期",
    "首报",
    "被举报对象",
    "内容",
    "案件",
    "结果",
];

/// One line of the table.
pub(super) fn cells(tip: &Tip) -> Vec<String> {
    vec![
        tip.receipt.clone(),
        tip.source.label().to_owned(),
        day_of(tip.received).to_string(),
        if tip.first { "是" } else { "" }.to_owned(),
        shorten(&tip.about(), 40),
        shorten(&tip.note, 40),
        tip.case.clone(),
        tip.outcome_label().to_owned(),
    ]
}

pub(super) fn list(asked: &List, settings: &Settings) -> Done {
    let source = match asked.source.as_deref() {
        None => None,
        Some(word) => Some(TipSource::parse(word).ok_or_else(|| {
            misuse(anyhow!(
                "{word:?} is no source; give tip, township or complaint"
            ))
        })?),
    };
    let same = |wanted: &Option<String>, value: &str| wanted.as_deref().is_none_or(|w| w == value);
    let units = units(settings)?;
    let unit = asked.unit.as_deref().map(|name| {
        let known = units.by_code(name).or_else(|| units.by_name(name));
        known.map_or_else(|| name.to_owned(), |u| u.code.clone())
    });
    let wanted: Vec<Tip> = tips(&read(settings)?)
        .into_iter()
        .filter(|t| source.is_none_or(|s| s == t.source))
        .filter(|t| same(&unit, &t.unit) && same(&asked.case, &t.case))
        .filter(|t| !asked.open || t.outcome.is_none())
        .collect();
    if settings.format == Format::Json {
        for tip in &wanted {
            Output.json_line(&as_json(tip))?;
        }
        return Ok(Exit::Fine);
    }
    let rows: Vec<Vec<String>> = wanted.iter().map(cells).collect();
    Output.line(table(&HEAD, &rows).trim_end())?;
    let open = wanted.iter().filter(|t| t.outcome.is_none()).count();
    Output.line(format!("{} 条线索,其中办理中 {open} 条", wanted.len()))?;
    Ok(Exit::Fine)
}

pub(super) fn show(receipt: &str, settings: &Settings) -> Done {
    print(&one(&read(settings)?, receipt)?, settings)
}

pub(super) fn print(tip: &Tip, settings: &Settings) -> Done {
    match settings.format {
        Format::Json => Output.json(&as_json(tip))?,
        Format::Table => lines(tip)?,
    }
    Ok(Exit::Fine)
}

fn as_json(tip: &Tip) -> Value {
    let reward = tip.reward.as_ref().map(|r| {
        let paid = r.paid.as_ref();
        json!({
            "fen": r.fen, "decision": r.decision, "basis": r.basis, "approved_by": r.approved_by,
            "entered_by": r.entered_by, "decided": moment::text(&r.decided),
            "paid": paid.map(|(voucher, at)| json!({"voucher": voucher, "at": moment::text(at)})),
        })
    });
    json!({
        "receipt": tip.receipt, "source": tip.source.code(), "unit": tip.unit, "url": tip.url, "site": tip.site,
        "name": tip.name, "code": tip.code, "note": tip.note, "received": moment::text(&tip.received),
        "named": tip.named, "taken_by": tip.taken_by, "first": tip.first, "case": tip.case, "subject": tip.subject,
        "outcome": tip.outcome.map(|o| o.code()), "comment": tip.comment,
        "settled": tip.settled.as_ref().map(moment::text), "reward": reward,
    })
}

fn lines(tip: &Tip) -> Result<(), Trouble> {
    let line = |label: &str, value: &str| match value.is_empty() {
        true => Ok(()),
        false => Output.line(format!("{label}  {value}")),
    };
    line("回执编号", &tip.receipt)?;
    line("来源    ", tip.source.label())?;
    line("报送单位", &tip.unit)?;
    line("受理日期", &day_of(tip.received).to_string())?;
    line("受理人  ", &tip.taken_by)?;
    line("名称    ", &tip.name)?;
    line("网址    ", &tip.url)?;
    line("信用代码", &tip.code)?;
    line("内容    ", &tip.note)?;
    let reporter = match tip.named {
        true => "另行保存(tips reporter 查阅,逐次留痕)",
        false => "未登记",
    };
    line("举报人  ", reporter)?;
    line("首报    ", if tip.first { "是" } else { "" })?;
    line("案件    ", &tip.case)?;
    line("主体    ", &tip.subject)?;
    line(
        "结果    ",
        &format!("{} {}", tip.outcome_label(), tip.comment),
    )?;
    if let Some(r) = &tip.reward {
        let yuan = format!("{}.{:02} 元", r.fen / 100, r.fen % 100);
        line(
            "奖励    ",
            &format!(
                "{yuan},{},批准人 {},依据 {}",
                r.decision, r.approved_by, r.basis
            ),
        )?;
        let paid = r.paid.as_ref();
        let paid = paid.map(|(voucher, at)| format!("{} 凭证 {voucher}", day_of(*at)));
        line("发放    ", &paid.unwrap_or_else(|| "未发放".to_owned()))?;
    }
    Ok(())
}
