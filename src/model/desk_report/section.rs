//! A part of a report.

use super::cell::Cell;
use super::chart::Chart;
use super::table::Table;

/// What stands in a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A paragraph.
    Words(String),
    /// A paragraph that must not be overlooked.
    Notice(String),
    /// Words quoted as they are.
    Quote(String),
    /// Lines, each with its number.
    List(Vec<String>),
    /// Headline figures: name and value.
    Figures(Vec<(String, Cell)>),
    /// Names and values below one another.
    Facts(Vec<(String, Cell)>),
    /// A table.
    Table(Table),
    /// A chart.
    Chart(Chart),
}

/// One section.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Section {
    /// Its title; may be empty.
    pub title: String,
    /// What it says.
    pub blocks: Vec<Block>,
    /// Whether it begins on a page of its own.
    pub own_page: bool,
}

impl Section {
    /// A section of these blocks.
    pub fn new(title: impl Into<String>, blocks: impl IntoIterator<Item = Block>) -> Self {
        Self {
            title: title.into(),
            blocks: blocks.into_iter().collect(),
            own_page: false,
        }
    }

    /// On a page of its own.
    pub fn own_page(mut self) -> Self {
        self.own_page = true;
        self
    }
}
