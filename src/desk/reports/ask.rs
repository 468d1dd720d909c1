//! What was asked for: the period, the head of the paper, and by whom.

use super::facts::Facts;
use crate::model::desk_report::DeskReport;
use crate::model::desk_report::form::ReportForm;
use crate::model::desk_report::period::Period;
use crate::model::desk_report::section::Section;
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use thiserror::Error;

/// A request for a report.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// What is known at the end of the period.
    pub facts: &'a Facts,
    /// The days that the report tells of.
    pub period: Period,
    /// Subjects first seen before this day are stock, the others increment.
    pub baseline: Option<NaiveDate>,
    /// The head of the paper.
    pub head: &'a Head,
}

/// The head of a paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The office that issues it.
    pub unit: String,
    /// Who made it.
    pub made_by: String,
    /// When.
    pub made_at: DateTime<Utc>,
    /// Number; one made from form and date when empty.
    pub number: String,
    /// To whom it goes; may be empty.
    pub to: String,
    /// Name and version of the program.
    pub tool: String,
}

/// Why there is no report.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct NotReady(pub String);

impl Ask<'_> {
    /// A report of this form.
    pub fn report(&self, form: ReportForm, sections: Vec<Section>) -> DeskReport {
        let number = match self.head.number.is_empty() {
            true => self.number(form),
            false => self.head.number.clone(),
        };
        DeskReport {
            form,
            title: form.title().to_owned(),
            number,
            unit: self.head.unit.clone(),
            to: self.head.to.clone(),
            period: self.period,
            made_at: self.head.made_at,
            made_by: self.head.made_by.clone(),
            tool: self.head.tool.clone(),
            sections,
            signatures: ["制表人", "审核人", "负责人"].map(str::to_owned).into(),
            notes: Vec::new(),
            wide: false,
        }
    }

    /// The number of serial reports: by day of the year, week or month. Other papers get theirs from the office's register.
    fn number(&self, form: ReportForm) -> String {
        let day = self.period.to();
        match form {
            ReportForm::Daily => format!("网巡日报〔{}〕{}号", day.year(), day.ordinal()),
            ReportForm::Weekly => {
                let week = day.iso_week();
                format!("网巡周报〔{}〕{}号", week.year(), week.week())
            }
            ReportForm::Monthly => format!("网巡月报〔{}〕{}号", day.year(), day.month()),
            ReportForm::Opinion => format!("舆情日报〔{}〕{}号", day.year(), day.ordinal()),
            _ => String::new(),
        }
    }
}
