//! `departments.toml` and `benign.toml`: what the rules name besides themselves.

use super::check::{Fault, line_of};
use crate::model::benign::Benign;
use crate::model::department::Department;
use crate::model::rule::BasisGrade;
use serde::Deserialize;

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Departments {
    #[serde(default)]
    department: Vec<toml::Spanned<DepartmentRow>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DepartmentRow {
    id: String,
    name: String,
    now: String,
    grade: String,
    #[serde(default)]
    takes: String,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct BenignFile {
    #[serde(default)]
    benign: Vec<BenignRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BenignRow {
    id: String,
    title: String,
    treatment: String,
}

pub(super) fn departments(name: &str, text: &str, faults: &mut Vec<Fault>) -> Vec<Department> {
    let file: Departments = super::word_files::parse(name, text, faults);
    file.department
        .into_iter()
        .map(|row| {
            let line = line_of(text, row.span().start);
            let row = row.into_inner();
            let grade = BasisGrade::parse(&row.grade).unwrap_or_else(|| {
                faults.push(Fault::new(name, line, "grade", "must be V, S or M"));
                BasisGrade::Memory
            });
            Department {
                id: row.id,
                name: row.name,
                now: row.now,
                grade,
                takes: row.takes,
            }
        })
        .collect()
}

pub(super) fn benign(name: &str, text: &str, faults: &mut Vec<Fault>) -> Vec<Benign> {
    let file: BenignFile = super::word_files::parse(name, text, faults);
    file.benign
        .into_iter()
        .map(|row| Benign {
            id: row.id,
            title: row.title,
            treatment: row.treatment,
        })
        .collect()
}
