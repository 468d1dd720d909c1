//! A warning for the public (警示标识): typical phrases of determined and open cases, without any name.

use super::ask::Ask;
use super::case_sheet::anonymous;
use crate::model::desk_report::DeskReport;
use crate::model::desk_report::cell::Cell;
use crate::model::desk_report::form::ReportForm;
use crate::model::desk_report::section::{Block, Section};
use crate::model::desk_report::table::{Column, Table};
use std::collections::{BTreeMap, BTreeSet};

/// Phrases shown of one rule.
const MOST_PHRASES: usize = 3;
/// Rules shown.
const MOST_RULES: usize = 8;
/// Length of a phrase that can be read in passing, in characters.
const LONGEST: usize = 24;
const SHORTEST: usize = 4;

/// The sheet.
pub fn report(ask: &Ask<'_>) -> DeskReport {
    let phrases = phrases(ask);
    let rows = phrases.into_iter().map(|(rule, said)| {
        let title = ask
            .facts
            .names
            .rules
            .get(&rule)
            .map_or("", |r| r.title.as_str());
        let said: Vec<String> = said.into_iter().map(|s| format!("“{s}”")).collect();
        vec![Cell::text(said.join(" ")), Cell::text(title)]
    });
    let columns = vec![
        Column::words("听到这样的话要警惕", 22),
        Column::words("为什么", 18),
    ];
    let sections = vec![
        Section::new(
            "",
            [
                Block::Notice(
                    "天上不会掉馅饼,高收益必有高风险。参与非法集资,损失自行承担。".to_owned(),
                ),
                Block::Table(Table::new("典型话术", columns).rows(rows)),
            ],
        ),
        Section::new(
            "怎么办",
            [Block::List(
                [
                    "问:有没有金融业务许可?钱打到谁的账户?收益从哪里来?",
                    "查:向金融管理部门或者政府处置非法集资牵头部门核实。",
                    "报:发现线索及时举报,举报人信息依法保密,查实的按规定奖励。",
                ]
                .map(str::to_owned)
                .into(),
            )],
        ),
    ];
    let mut report = ask.report(ReportForm::Warning, sections);
    report.signatures = Vec::new();
    report.notes = vec!["话术取自本地巡查发现的宣传,已隐去机构、人员、网址和账号。".to_owned()];
    report
}

/// Phrases of each rule, the rules of most cases first.
fn phrases(ask: &Ask<'_>) -> Vec<(String, Vec<String>)> {
    let names: Vec<String> = names(ask);
    let mut by_rule: BTreeMap<String, (u8, BTreeSet<&str>, BTreeSet<String>)> = BTreeMap::new();
    for case in ask.facts.all_cases() {
        let items = case
            .evidence
            .iter()
            .filter_map(|(e, _)| ask.facts.items.get(&e.id));
        for (quote, rule, severity) in items.flat_map(|item| &item.quotes) {
            let said = anonymous(quote, &names);
            let length = said.chars().count();
            let fits = (SHORTEST..=LONGEST).contains(&length) && said == *quote;
            let of = by_rule.entry(rule.clone()).or_default();
            of.0 = of.0.max(*severity);
            of.1.insert(case.number());
            if fits {
                of.2.insert(said);
            }
        }
    }
    let mut all: Vec<_> = by_rule
        .into_iter()
        .filter(|(_, (_, _, said))| !said.is_empty())
        .collect();
    all.sort_by_key(|(rule, (severity, cases, _))| {
        (
            std::cmp::Reverse(cases.len()),
            std::cmp::Reverse(*severity),
            rule.clone(),
        )
    });
    all.truncate(MOST_RULES);
    let first = |(rule, (_, _, said)): (String, (u8, BTreeSet<&str>, BTreeSet<String>))| {
        (rule, said.into_iter().take(MOST_PHRASES).collect())
    };
    all.into_iter().map(first).collect()
}

/// Everything by which somebody can be recognised: a phrase that holds any of it is left out.
fn names(ask: &Ask<'_>) -> Vec<String> {
    let mut all: BTreeSet<String> = BTreeSet::new();
    for case in ask.facts.all_cases() {
        all.insert(case.opened.title.clone());
        all.extend(crate::desk::figures::sites_of(case));
    }
    for subject in ask.facts.subjects.values() {
        all.insert(subject.name.clone());
        all.extend(subject.sites.iter().cloned());
    }
    for item in ask.facts.items.values() {
        all.insert(item.platform.clone());
        all.extend(item.who.iter().cloned());
    }
    all.into_iter().filter(|n| n.chars().count() > 1).collect()
}
