//! A report of the desk: sections of tables, charts and text, in which every count knows what was counted.
//!
//! Builders (`desk/reports`) make it from the folded state of the desk; `export/desk` writes it as HTML, XLSX and JSON.
//! Nothing here reads a clock: who made a report and when is given.

pub mod cell;
pub mod chart;
pub mod count;
pub mod form;
pub mod matrix;
pub mod period;
pub mod section;
pub mod table;
pub mod trace;

use cell::Cell;
use chrono::{DateTime, Utc};
use form::ReportForm;
use period::Period;
use section::{Block, Section};

/// One report.
#[derive(Debug, Clone, PartialEq)]
pub struct DeskReport {
    /// Which report it is.
    pub form: ReportForm,
    /// Title, such as 网络巡查值班日报.
    pub title: String,
    /// Number of the document (编号); may be empty.
    pub number: String,
    /// The office that issues it.
    pub unit: String,
    /// To whom it goes (报送、主送); may be empty.
    pub to: String,
    /// The days that it tells of.
    pub period: Period,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// Who made it.
    pub made_by: String,
    /// Name and version of the program.
    pub tool: String,
    /// What it says.
    pub sections: Vec<Section>,
    /// Who signs, such as 制表人, 审核人.
    pub signatures: Vec<String>,
    /// What the reader must know.
    pub notes: Vec<String>,
    /// Printed on paper lying across.
    pub wide: bool,
}

impl DeskReport {
    /// All cells with the place where they stand, in reading order.
    pub fn cells(&self) -> Vec<(String, &Cell)> {
        let mut all = Vec::new();
        let mut tables = 0;
        for block in self.sections.iter().flat_map(|s| &s.blocks) {
            match block {
                Block::Facts(facts) | Block::Figures(facts) => {
                    all.extend(facts.iter().map(|(label, cell)| (label.clone(), cell)));
                }
                Block::Table(table) => {
                    tables += 1;
                    all.extend(table.places(tables));
                }
                _ => {}
            }
        }
        all
    }
}
