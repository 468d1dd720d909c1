//! `rules.toml`: the catalogue.

use super::check::{Fault, line_of};
use crate::model::rule::{Basis, BasisGrade, Rule};
use chrono::NaiveDate;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    rule: Vec<toml::Spanned<Row>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    id: String,
    title: String,
    severity: u8,
    words_cap: Option<u8>,
    sectors: Vec<String>,
    department: String,
    departments: Vec<String>,
    #[serde(default)]
    codes: Vec<String>,
    licensed: String,
    benign: Vec<String>,
    #[serde(default)]
    exceptions: String,
    #[serde(default)]
    note: String,
    unseen: Option<String>,
    basis: Vec<BasisRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BasisRow {
    text: String,
    grade: String,
    from: Option<toml::value::Datetime>,
    until: Option<toml::value::Datetime>,
}

/// Rules with the line each stands on.
pub(super) fn read(name: &str, text: &str, faults: &mut Vec<Fault>) -> Vec<(usize, Rule)> {
    let file: File = match toml::from_str(text) {
        Ok(file) => file,
        Err(error) => {
            faults.push(Fault::syntax(name, text, &error));
            return Vec::new();
        }
    };
    file.rule
        .into_iter()
        .map(|row| {
            let line = line_of(text, row.span().start);
            (line, rule(name, line, row.into_inner(), faults))
        })
        .collect()
}

fn rule(name: &str, line: usize, row: Row, faults: &mut Vec<Fault>) -> Rule {
    let mut fault = |field: &str, what: &str| faults.push(Fault::new(name, line, field, what));
    if row.severity > 5 {
        fault("severity", "must be 0 to 5");
    }
    if row.words_cap.is_some_and(|cap| cap > row.severity) {
        fault("words_cap", "must not be above `severity`");
    }
    if !matches!(row.licensed.as_str(), "exempt" | "bound") {
        fault("licensed", "must be exempt or bound");
    }
    let bases: Vec<Basis> = row
        .basis
        .into_iter()
        .map(|b| basis(b, &mut fault))
        .collect();
    check_bases(&bases, &mut fault);
    Rule {
        id: row.id,
        title: row.title,
        bases,
        severity: row.severity.min(5),
        words_cap: row.words_cap,
        department: row.department,
        departments: row.departments,
        breach_codes: row.codes,
        sectors: row.sectors,
        licensed_exempt: row.licensed == "exempt",
        benign: row.benign,
        exceptions: row.exceptions,
        note: row.note,
        unseen: row.unseen,
    }
}

fn basis(row: BasisRow, fault: &mut impl FnMut(&str, &str)) -> Basis {
    let grade = BasisGrade::parse(&row.grade).unwrap_or_else(|| {
        fault("grade", "must be V, S or M");
        BasisGrade::Memory
    });
    if row.text.trim().is_empty() {
        fault("basis", "must not be empty");
    }
    Basis {
        text: row.text,
        grade,
        from: day(row.from.as_ref(), "from", fault),
        until: day(row.until.as_ref(), "until", fault),
    }
}

/// Bases follow one another without overlap, so that each day has one at most.
fn check_bases(bases: &[Basis], fault: &mut impl FnMut(&str, &str)) {
    if bases.is_empty() {
        fault("basis", "must not be empty");
    }
    for basis in bases {
        if let (Some(from), Some(until)) = (basis.from, basis.until)
            && until < from
        {
            fault("until", "lies before `from`");
        }
    }
    for pair in bases.windows(2) {
        if let [before, after] = pair
            && !matches!((before.until, after.from), (Some(until), Some(from)) if until < from)
        {
            fault(
                "basis",
                "must end before the next one begins, in the order of dates",
            );
        }
    }
}

/// A day without time; a fault where it is none.
pub(super) fn day(
    value: Option<&toml::value::Datetime>,
    field: &str,
    fault: &mut impl FnMut(&str, &str),
) -> Option<NaiveDate> {
    let value = value?;
    let day = value.date.filter(|_| value.time.is_none()).and_then(|d| {
        NaiveDate::from_ymd_opt(i32::from(d.year), u32::from(d.month), u32::from(d.day))
    });
    if day.is_none() {
        fault(field, "must be a date without time");
    }
    day
}
