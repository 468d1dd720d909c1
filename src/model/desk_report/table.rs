//! A table of a report.

use super::cell::Cell;

/// One column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its head.
    pub head: String,
    /// Its width in Chinese characters, as a share of the page and as the width of a sheet's column.
    pub width: u8,
    /// Whether its cells stand on the right.
    pub number: bool,
}

impl Column {
    /// A column of words.
    pub fn words(head: impl Into<String>, width: u8) -> Self {
        Self {
            head: head.into(),
            width,
            number: false,
        }
    }

    /// A column of numbers.
    pub fn number(head: impl Into<String>, width: u8) -> Self {
        Self {
            head: head.into(),
            width,
            number: true,
        }
    }
}

/// One table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    /// Its title.
    pub title: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, each as long as there are columns.
    pub rows: Vec<Vec<Cell>>,
    /// The row of totals, when there is one.
    pub total: Option<Vec<Cell>>,
    /// What stands below it; may be empty.
    pub note: String,
}

impl Table {
    /// A table without rows.
    pub fn new(title: impl Into<String>, columns: Vec<Column>) -> Self {
        Self {
            title: title.into(),
            columns,
            ..Self::default()
        }
    }

    /// With these rows.
    pub fn rows(mut self, rows: impl IntoIterator<Item = Vec<Cell>>) -> Self {
        self.rows.extend(rows);
        self
    }

    /// With a row of totals.
    pub fn total(mut self, total: Vec<Cell>) -> Self {
        self.total = Some(total);
        self
    }

    /// With a note below.
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }

    /// Its cells with their places: number of the table, first words of the row, head of the column.
    pub(super) fn places(&self, number: usize) -> Vec<(String, &Cell)> {
        let mut all = Vec::new();
        for row in self.rows.iter().chain(&self.total) {
            let first: String = row
                .iter()
                .map(Cell::words)
                .find(|w| !w.is_empty())
                .unwrap_or_default();
            let first: String = first.chars().take(20).collect();
            for (column, cell) in self.columns.iter().zip(row) {
                all.push((format!("表{number}·{first}·{}", column.head), cell));
            }
        }
        all
    }
}
