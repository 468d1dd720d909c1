//! `rules.toml`: the catalogue.

use super::check::{Fault, line_of};
use crate::model::rule::{BasisGrade, Rule};
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
    basis: String,
    grade: String,
    severity: u8,
    from: Option<toml::value::Datetime>,
    until: Option<toml::value::Datetime>,
    sectors: Vec<String>,
    department: String,
    code: Option<String>,
    licensed: String,
    unseen: Option<String>,
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
    let grade = match row.grade.as_str() {
        "V" => BasisGrade::Verified,
        "S" => BasisGrade::Seen,
        "M" => BasisGrade::Memory,
        _ => {
            fault("grade", "must be V, S or M");
            BasisGrade::Memory
        }
    };
    if row.severity > 5 {
        fault("severity", "must be 0 to 5");
    }
    if !matches!(row.licensed.as_str(), "exempt" | "bound") {
        fault("licensed", "must be exempt or bound");
    }
    let from = day(row.from.as_ref(), "from", &mut fault);
    let until = day(row.until.as_ref(), "until", &mut fault);
    if let (Some(from), Some(until)) = (from, until)
        && until < from
    {
        fault("until", "lies before `from`");
    }
    Rule {
        id: row.id,
        title: row.title,
        basis: row.basis,
        grade,
        severity: row.severity.min(5),
        from,
        until,
        department: row.department,
        breach_code: row.code,
        sectors: row.sectors,
        licensed_exempt: row.licensed == "exempt",
        unseen: row.unseen,
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
