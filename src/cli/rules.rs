//! `wangxun lexicon rules`: the catalogue, with what serves each rule.

use super::arguments::{Format, RuleList};
use super::config::Settings;
use super::exit::{Done, Exit, misuse};
use super::output::{Output, shorten, table};
use super::tools;
use crate::audit::catalogue::derived;
use crate::lexicons::rulebook;
use crate::model::lexicon::Lexicon;
use crate::model::rule::Rule;
use chrono::NaiveDate;
use serde_json::{Value, json};

/// Carries the command out.
pub fn run(asked: &RuleList, settings: &Settings) -> Done {
    let lexicon = rulebook::load(settings.lexicons.as_deref()).map_err(misuse)?;
    let day = asked.date.unwrap_or_else(tools::today);
    let rules = lexicon
        .rules
        .iter()
        .filter(|r| asked.rule.as_ref().is_none_or(|id| *id == r.id));
    match settings.format {
        Format::Json => {
            let list: Vec<Value> = rules.map(|r| to_json(r, &lexicon, day)).collect();
            Output.json(&json!({ "day": day.to_string(), "count": list.len(), "rules": list }))?;
        }
        Format::Table => {
            let rows: Vec<Vec<String>> = rules.map(|r| row(r, &lexicon, day)).collect();
            let header = [
                "规则",
                "级",
                "等次",
                "施行",
                "编码",
                "主管",
                "依靠",
                "禁止事项",
            ];
            Output.line(table(&header, &rows).trim_end())?;
            Output.line(format!(
                "{} 条({day} 的规则;等次 V 读过原文,S 见引用,M 凭记忆,须核)",
                rows.len()
            ))?;
        }
    }
    Ok(Exit::Fine)
}

/// Ids of the terms that serve a rule.
fn terms<'l>(rule: &Rule, lexicon: &'l Lexicon) -> Vec<&'l str> {
    let of = lexicon.terms.iter().filter(|t| t.rules.contains(&rule.id));
    of.map(|t| t.id.as_str()).collect()
}

fn row(rule: &Rule, lexicon: &Lexicon, day: NaiveDate) -> Vec<String> {
    let basis = rule.basis_on(day);
    let since = match basis {
        None => "未施行".to_owned(),
        Some(b) => b.from.map_or_else(|| "—".to_owned(), |d| d.to_string()),
    };
    let shown = basis.or_else(|| rule.newest());
    let serving = terms(rule, lexicon).len();
    let mut relies = Vec::new();
    if rule.unseen.is_some() {
        relies.push("文字不能显示".to_owned());
    } else {
        if serving > 0 {
            relies.push(format!("{serving} 组用语"));
        }
        if derived(&rule.id).is_some() {
            relies.push("推断".to_owned());
        }
    }
    let department = rule.departments.first().map_or("—", String::as_str);
    let name = lexicon.departments.iter().find(|d| d.id == department);
    vec![
        rule.id.clone(),
        rule.severity.to_string(),
        shown.map_or_else(String::new, |b| b.grade.code().to_owned()),
        since,
        rule.breach_codes.join(","),
        shorten(name.map_or(department, |d| d.now.as_str()), 30),
        relies.join("+"),
        shorten(&rule.title, 60),
    ]
}

fn to_json(rule: &Rule, lexicon: &Lexicon, day: NaiveDate) -> Value {
    let date = |d: Option<NaiveDate>| d.map(|d| d.to_string());
    let bases: Vec<Value> = rule
        .bases
        .iter()
        .map(|b| {
            json!({
                "text": b.text, "grade": b.grade.code(), "from": date(b.from), "until": date(b.until),
                "in_force": b.in_force(day),
            })
        })
        .collect();
    let departments: Vec<Value> = rule
        .departments
        .iter()
        .filter_map(|id| lexicon.departments.iter().find(|d| d.id == *id))
        .map(|d| json!({ "id": d.id, "name": d.name, "name_2026": d.now, "grade": d.grade.code() }))
        .collect();
    let benign: Vec<Value> = rule
        .benign
        .iter()
        .filter_map(|id| lexicon.benign.iter().find(|b| b.id == *id))
        .map(|b| json!({ "id": b.id, "title": b.title }))
        .collect();
    json!({
        "id": rule.id,
        "title": rule.title,
        "severity": rule.severity,
        "words_cap": rule.words_cap,
        "grade": rule.basis_on(day).or_else(|| rule.newest()).map(|b| b.grade.code()),
        "in_force": rule.in_force(day),
        "bases": bases,
        "samr_codes": rule.breach_codes,
        "department": rule.department,
        "departments": departments,
        "sectors": rule.sectors,
        "licensed": if rule.licensed_exempt { "exempt" } else { "bound" },
        "benign": benign,
        "exceptions": rule.exceptions,
        "note": rule.note,
        "terms": terms(rule, lexicon),
        "derived": derived(&rule.id),
        "unseen": rule.unseen,
    })
}
