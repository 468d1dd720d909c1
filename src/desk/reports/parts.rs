//! What several reports share: who is counted where, and tables that come up again and again.

use super::ask::Ask;
use super::facts::{AlertRow, Facts, RunRow};
use crate::desk::cases::{Case, Change};
use crate::desk::figures::day_of;
use crate::model::case::{CaseState, Outcome};
use crate::model::desk_report::cell::Cell;
use crate::model::desk_report::section::Block;
use crate::model::desk_report::table::{Column, Table};
use crate::model::desk_report::trace::{Trace, TraceKind};
use chrono::NaiveDate;

/// Where what has no township is counted.
pub const COUNTY_POOL: &str = "县级统筹";
/// Where what lies in another county is counted.
pub const ELSEWHERE: &str = "县外";
/// Sectors that tables always show: the six fields of the plan, which the table of competence names first.
const PLAN_FIELDS: usize = 6;
/// Where what has no sector is counted.
pub const OTHER_SECTOR: &str = "其他领域";

/// A case as something counted.
pub fn case_trace(case: &Case) -> Trace {
    Trace::new(TraceKind::Case, case.number(), case.opened.title.as_str())
}

/// Sealed items as something shown.
pub fn item_traces(case: &Case) -> Vec<Trace> {
    let items = case.evidence.iter();
    items
        .map(|(e, _)| Trace::new(TraceKind::Item, e.id.as_str(), e.url.as_str()))
        .collect()
}

impl Facts {
    /// The name of the township in which a unit lies; a village counts with its township.
    pub fn township(&self, region: &str) -> String {
        if region.is_empty() || region == self.names.county {
            return COUNTY_POOL.to_owned();
        }
        let of = |(code, name): &(String, String)| {
            (region.starts_with(code.as_str()) || region == name).then(|| name.clone())
        };
        let found = self.names.townships.iter().find_map(of);
        found.unwrap_or_else(|| match region.starts_with(self.names.county.as_str()) {
            true => COUNTY_POOL.to_owned(),
            false => ELSEWHERE.to_owned(),
        })
    }

    /// Names of all townships, the county's pool last.
    pub fn townships(&self) -> Vec<String> {
        let names = self.names.townships.iter().map(|(_, name)| name.clone());
        names.chain([COUNTY_POOL.to_owned()]).collect()
    }

    /// The label of a sector word.
    pub fn sector(&self, word: &str) -> String {
        let mut all = self.names.sectors.iter();
        let found = all.find(|(w, names)| w == word || names.iter().any(|n| n == word));
        found.map_or_else(
            || OTHER_SECTOR.to_owned(),
            |(w, names)| names.first().unwrap_or(w).clone(),
        )
    }

    /// The label of a case's sector: the first of its words.
    pub fn sector_of(&self, case: &Case) -> String {
        let word = case.opened.sectors.first().map_or("", String::as_str);
        self.sector(word)
    }

    /// Labels of all sectors.
    pub fn sectors(&self) -> Vec<String> {
        let words = self.names.sectors.iter();
        words
            .map(|(w, names)| names.first().unwrap_or(w).clone())
            .collect()
    }

    /// Labels of the sectors that tables show: the plan's fields, and others that these cases have.
    pub fn shown_sectors(&self, cases: &[&Case]) -> Vec<String> {
        let used = |label: &String| cases.iter().any(|c| self.sector_of(c) == *label);
        let all = self.sectors().into_iter().enumerate();
        all.filter(|(at, label)| *at < PLAN_FIELDS || used(label))
            .map(|(_, label)| label)
            .collect()
    }

    /// The name of a unit or a department.
    pub fn unit(&self, code: &str) -> String {
        let township = self.names.townships.iter().find(|(c, _)| c == code);
        match (township, self.names.departments.get(code)) {
            (Some((_, name)), _) => name.clone(),
            (None, Some(name)) => name.clone(),
            _ => code.to_owned(),
        }
    }

    /// Cases in the order of their numbers.
    pub fn all_cases(&self) -> impl Iterator<Item = &Case> {
        self.cases.cases.values()
    }

    /// The day on which the subject of a case was first seen, or else the case's first evidence.
    pub fn first_seen(&self, case: &Case) -> NaiveDate {
        let subject = self.subjects.get(&case.subject);
        let opened = day_of(case.stamp.at);
        let captured = case.evidence.iter().filter_map(|(e, _)| {
            let at = chrono::DateTime::parse_from_rfc3339(&e.captured).ok()?;
            Some(day_of(at.to_utc()))
        });
        subject
            .and_then(|s| s.first_seen)
            .or_else(|| captured.min())
            .unwrap_or(opened)
    }
}

/// Changes to a state within the period, with their cases.
pub fn moved<'a>(
    ask: &'a Ask<'_>,
    to: impl Fn(CaseState) -> bool + 'a,
) -> impl Iterator<Item = (&'a Case, &'a Change)> {
    let period = ask.period;
    ask.facts.all_cases().flat_map(move |case| {
        let changes: Vec<&Change> = case
            .history
            .iter()
            .filter(|c| period.holds(c.stamp.at) && to(c.to))
            .collect();
        changes.into_iter().map(move |c| (case, c))
    })
}

/// Cases opened in the period.
pub fn opened<'a>(ask: &'a Ask<'_>) -> impl Iterator<Item = &'a Case> {
    let period = ask.period;
    ask.facts
        .all_cases()
        .filter(move |c| period.holds(c.stamp.at))
}

/// Cases that have a deadline before the day after the period, and have not met it.
pub fn overdue<'a>(ask: &'a Ask<'_>) -> impl Iterator<Item = &'a Case> {
    let last = ask.period.to();
    ask.facts.all_cases().filter(move |case| {
        case.state != CaseState::Closed && case.open_deadlines().iter().any(|d| d.due < last)
    })
}

/// Whether a case is still worked on.
pub fn is_open(case: &Case) -> bool {
    case.state != CaseState::Closed
}

/// What was decided in the end: the last of the three outcomes, 不成立, or nothing yet.
pub fn outcome_label(case: &Case) -> &'static str {
    let outcomes = case.history.iter().rev().find_map(|c| c.to.outcome());
    match outcomes {
        Some(Outcome::Rectify) => "限期整改",
        Some(Outcome::CloseDown) => "关闭取缔",
        Some(Outcome::Judicial) => "移送司法",
        None if case.came_to(CaseState::Unfounded).is_some() => "不成立",
        None => "未处置",
    }
}

/// The label of whether a subject holds a licence.
pub fn licensed_label(word: &str) -> &'static str {
    match word {
        "yes" => "持牌",
        "no" => "不持牌",
        _ => "待核",
    }
}

/// The label of where something was found.
pub fn source_label(word: &str) -> &str {
    match word {
        "patrol" => "网络巡查",
        "tip" => "群众举报",
        "township" => "乡镇报送",
        "complaint" => "投诉信访",
        "transfer" => "部门移交",
        "registration" => "登记信息",
        other => other,
    }
}

/// Changes of state as a table.
pub fn changes_table(ask: &Ask<'_>, title: &str) -> Block {
    let mut rows: Vec<(&Case, &Change)> = moved(ask, |_| true).collect();
    rows.sort_by(|a, b| (a.1.stamp.at, a.0.number()).cmp(&(b.1.stamp.at, b.0.number())));
    let columns = vec![
        Column::words("时间", 8),
        Column::words("案件编号", 8),
        Column::words("名称", 10),
        Column::words("变化", 8),
        Column::words("依据文书", 8),
        Column::words("理由", 12),
        Column::words("经办", 5),
    ];
    let row = |(case, change): (&Case, &Change)| {
        vec![
            Cell::Moment(change.stamp.at),
            Cell::text(case.number()),
            Cell::text(case.opened.title.as_str()),
            Cell::text(format!("{}→{}", change.from.label(), change.to.label())),
            Cell::text(change.document.as_str()),
            Cell::text(change.why.as_str()),
            Cell::text(change.stamp.by.as_str()),
        ]
    };
    Block::Table(Table::new(title, columns).rows(rows.into_iter().map(row)))
}

/// Open deadlines that are past or due soon, the earliest first.
pub fn deadlines_table(ask: &Ask<'_>, title: &str, until: NaiveDate) -> Block {
    let mut rows: Vec<(NaiveDate, Vec<Cell>)> = Vec::new();
    for case in ask.facts.all_cases().filter(|c| is_open(c)) {
        for deadline in case.open_deadlines().iter().filter(|d| d.due <= until) {
            let days = (ask.period.to() - deadline.due).num_days();
            let said = match days {
                1.. => format!("逾期{days}天"),
                0 => "今日到期".to_owned(),
                _ => format!("还有{}天", -days),
            };
            let lead = case
                .route
                .as_ref()
                .map_or_else(String::new, |r| ask.facts.unit(&r.lead));
            rows.push((
                deadline.due,
                vec![
                    Cell::text(case.number()),
                    Cell::text(case.opened.title.as_str()),
                    Cell::text(case.state.label()),
                    Cell::text(deadline.what.as_str()),
                    Cell::Date(deadline.due),
                    Cell::text(said),
                    Cell::text(lead),
                ],
            ));
        }
    }
    rows.sort_by_key(|(due, _)| *due);
    let columns = vec![
        Column::words("案件编号", 8),
        Column::words("名称", 12),
        Column::words("状态", 5),
        Column::words("事项", 8),
        Column::words("期限", 7),
        Column::words("情况", 6),
        Column::words("牵头单位", 9),
    ];
    Block::Table(Table::new(title, columns).rows(rows.into_iter().map(|(_, row)| row)))
}

impl Ask<'_> {
    /// Runs that went on in the period.
    pub fn runs(&self) -> impl Iterator<Item = &RunRow> {
        let period = self.period;
        let in_it = move |r: &&RunRow| {
            let began = day_of(r.began);
            let ended = r.ended.map_or(period.to(), day_of);
            began <= period.to() && ended >= period.from()
        };
        self.facts.runs.iter().filter(in_it)
    }
}

impl RunRow {
    /// As something counted.
    pub fn trace(&self) -> Trace {
        Trace::new(TraceKind::Run, self.id.as_str(), "")
    }

    /// How it ended.
    pub fn state_label(&self) -> &'static str {
        match (self.complete, self.ended.is_some()) {
            (true, _) => "完成",
            (false, true) => "中止",
            (false, false) => "进行中",
        }
    }
}

impl AlertRow {
    /// As something counted.
    pub fn trace(&self) -> Trace {
        let id = format!("{}#{}", self.item, self.number);
        Trace::new(TraceKind::Alert, id, self.quote.as_str())
    }
}
