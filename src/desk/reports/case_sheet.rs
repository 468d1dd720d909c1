//! A case told to the public without names (以案说法): what was promised, what is wrong with it, what came of it.

use super::ask::{Ask, NotReady};
use super::facts::ItemRow;
use super::parts::outcome_label;
use crate::desk::cases::Case;
use crate::model::desk_report::DeskReport;
use crate::model::desk_report::cell::Cell;
use crate::model::desk_report::form::ReportForm;
use crate::model::desk_report::section::{Block, Section};
use crate::model::desk_report::table::{Column, Table};
use std::collections::BTreeSet;

/// Quotes shown.
const MOST_QUOTES: usize = 6;
/// Shortest run of digits that is taken out of a quote.
const LONG_NUMBER: usize = 5;

/// The sheet of a determined case.
///
/// # Errors
/// Refuses cases that are not determined: what is only suspected is not told to the public.
pub fn report(ask: &Ask<'_>, case: &Case) -> Result<DeskReport, NotReady> {
    if case
        .came_to(crate::model::case::CaseState::Determined)
        .is_none()
    {
        return Err(NotReady(format!(
            "{} is in state {} and was never determined; only determined cases are told to the public",
            case.number(),
            case.state.label()
        )));
    }
    let names = names(ask, case);
    let sector = ask.facts.sector_of(case);
    let told = format!(
        "某机构以{sector}名义,通过网站等渠道面向社会公众宣传。经主管机关依法认定,其宣传和经营存在下列问题,处置结果为:{}。",
        outcome_label(case)
    );
    let sections = vec![
        Section::new("案情", [Block::Words(told), quotes(ask, case, &names)]),
        Section::new("法律怎么说", [laws(ask, case)]),
        Section::new(
            "提醒",
            [Block::List(
                [
                    "任何投资都有风险,承诺保本、保息、无风险的要警惕。",
                    "投资前查清对方有没有金融业务许可,可向金融管理部门或政府处非部门查询。",
                    "不向陌生账户、个人收款码转账。",
                    "发现非法集资线索,向当地政府处置非法集资牵头部门举报;举报人信息依法保密。",
                ]
                .map(str::to_owned)
                .into(),
            )],
        ),
    ];
    let mut report = ask.report(ReportForm::CaseSheet, sections);
    report.signatures = Vec::new();
    report.notes = vec!["本案例隐去机构、人员、网址和金额等可识别信息。".to_owned()];
    Ok(report)
}

/// Everything by which the operator can be recognised, the longest first.
fn names(ask: &Ask<'_>, case: &Case) -> Vec<String> {
    let mut names: BTreeSet<String> = BTreeSet::new();
    names.insert(case.opened.title.clone());
    if let Some(subject) = ask.facts.subjects.get(&case.subject) {
        names.insert(subject.name.clone());
        names.insert(subject.address.clone());
        names.extend(subject.sites.iter().cloned());
        names.extend(subject.persons.iter().map(|(_, name)| name.clone()));
    }
    names.extend(crate::desk::figures::sites_of(case));
    for item in items(ask, case) {
        names.insert(item.platform.clone());
        names.extend(item.who.iter().cloned());
    }
    let mut all: Vec<String> = names
        .into_iter()
        .filter(|n| n.chars().count() > 1)
        .collect();
    all.sort_by_key(|n| std::cmp::Reverse(n.len()));
    all
}

fn items<'a>(ask: &'a Ask<'_>, case: &'a Case) -> impl Iterator<Item = &'a ItemRow> {
    case.evidence
        .iter()
        .filter_map(|(e, _)| ask.facts.items.get(&e.id))
}

/// A text without these names, without long numbers, addresses and letters in a row that could be an account.
pub fn anonymous(text: &str, names: &[String]) -> String {
    let mut told = text.to_owned();
    for name in names {
        told = told.replace(name.as_str(), "某某");
    }
    let mut out = String::new();
    let mut run = String::new();
    let flush = |run: &mut String, out: &mut String| {
        let digits = run.chars().filter(char::is_ascii_digit).count();
        let account = run.len() >= LONG_NUMBER
            && (digits >= LONG_NUMBER || run.contains(['@', '.', '/', '_']));
        match account
            && run
                .chars()
                .any(|c| c.is_ascii_alphabetic() || digits >= LONG_NUMBER)
        {
            true => out.push_str("××"),
            false => out.push_str(run),
        }
        run.clear();
    };
    for c in told.chars() {
        match c.is_ascii_alphanumeric() || matches!(c, '@' | '.' | '/' | '_' | '-' | ':') {
            true => run.push(c),
            false => {
                flush(&mut run, &mut out);
                out.push(c);
            }
        }
    }
    flush(&mut run, &mut out);
    out
}

fn quotes(ask: &Ask<'_>, case: &Case, names: &[String]) -> Block {
    let mut seen = BTreeSet::new();
    let mut rows = Vec::new();
    for (quote, rule, _) in items(ask, case).flat_map(|item| &item.quotes) {
        let told = anonymous(quote, names);
        if rows.len() < MOST_QUOTES && seen.insert(told.clone()) {
            let title = ask
                .facts
                .names
                .rules
                .get(rule)
                .map_or("", |r| r.title.as_str());
            rows.push(vec![Cell::text(told), Cell::text(title)]);
        }
    }
    let columns = vec![Column::words("宣传内容", 20), Column::words("问题", 20)];
    Block::Table(Table::new("典型宣传", columns).rows(rows))
}

fn laws(ask: &Ask<'_>, case: &Case) -> Block {
    let determined = case.determinations.last();
    let rules = determined.map_or_else(|| case.rules(), |w| w.determination.rules.clone());
    let rows = rules.iter().filter_map(|id| {
        let rule = ask.facts.names.rules.get(id)?;
        Some(vec![
            Cell::text(rule.title.as_str()),
            Cell::text(rule.basis.as_str()),
        ])
    });
    let columns = vec![Column::words("不得", 20), Column::words("依据", 20)];
    Block::Table(Table::new("违反的规定", columns).rows(rows))
}

#[cfg(test)]
mod tests {
    use super::anonymous;

    #[test]
    fn nobody_can_be_recognised() {
        let names = ["虚构财富管理公司".to_owned(), "虚构财富".to_owned()];
        for (text, told) in [
            ("虚构财富管理公司保本保息", "某某保本保息"),
            ("虚构财富年化18%", "某某年化18%"),
            ("加微信abc_12345领红包", "加微信××领红包"),
            ("电话13800138000", "电话××"),
            ("见www.licai.test/a", "见××"),
            ("月息3.5%,100元起投", "月息3.5%,100元起投"),
        ] {
            assert_eq!(anonymous(text, &names), told);
        }
    }
}
