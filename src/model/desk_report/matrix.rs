//! A table of counts, rows by columns, whose totals are counts of the same things.

use super::cell::Cell;
use super::count::Count;
use super::table::{Column, Table};
use super::trace::Trace;

/// One thing with its places in a matrix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// Label of its row.
    pub row: String,
    /// Label of its column.
    pub column: String,
    /// The thing.
    pub thing: Trace,
}

/// The matrix of these things. Labels that only the things know come last, in order of their words, so that nothing is left
/// out; the total of a row or column counts each thing once.
pub fn matrix(
    title: &str,
    corner: &str,
    mut rows: Vec<String>,
    mut columns: Vec<String>,
    things: &[Placed],
) -> Table {
    add_missing(&mut rows, things.iter().map(|t| &t.row));
    add_missing(&mut columns, things.iter().map(|t| &t.column));
    let count = |wanted: &dyn Fn(&Placed) -> bool| {
        let found = things.iter().filter(|t| wanted(t));
        Cell::Count(Count::of(found.map(|t| t.thing.clone())))
    };
    let line = |label: &str, of_row: &dyn Fn(&Placed) -> bool| {
        let mut cells = vec![Cell::text(label)];
        cells.extend(
            columns
                .iter()
                .map(|c| count(&|t| of_row(t) && t.column == *c)),
        );
        cells.push(count(of_row));
        cells
    };
    let body: Vec<Vec<Cell>> = rows.iter().map(|r| line(r, &|t| t.row == *r)).collect();
    let total = line("合计", &|_| true);
    let mut heads = vec![Column::words(corner, 10)];
    heads.extend(columns.iter().map(|c| Column::number(c.as_str(), 6)));
    heads.push(Column::number("合计", 5));
    Table::new(title, heads).rows(body).total(total)
}

fn add_missing<'a>(labels: &mut Vec<String>, used: impl Iterator<Item = &'a String>) {
    let mut missing: Vec<String> = used.filter(|l| !labels.contains(l)).cloned().collect();
    missing.sort();
    missing.dedup();
    labels.extend(missing);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::desk_report::trace::TraceKind;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn cells_add_up(things in proptest::collection::vec((0u8..4, 0u8..4, 0u16..60), 0..80)) {
            // A thing has one place, as a dossier has one unit and one sector.
            let mut placed: Vec<Placed> = Vec::new();
            for (row, column, id) in things {
                let thing = Trace::new(TraceKind::Subject, id.to_string(), "");
                if !placed.iter().any(|p| p.thing == thing) {
                    placed.push(Placed { row: format!("r{row}"), column: format!("c{column}"), thing });
                }
            }
            let table = matrix("t", "", vec!["r1".into()], vec![], &placed);
            let number = |cell: &Cell| cell.counts().iter().map(|c| c.number()).sum::<u64>();
            let total = table.total.clone().unwrap();
            let last = table.columns.len() - 1;
            for row in table.rows.iter().chain([&total]) {
                prop_assert_eq!(row[1..last].iter().map(number).sum::<u64>(), number(&row[last]));
            }
            for column in 1..=last {
                let sum: u64 = table.rows.iter().map(|r| number(&r[column])).sum();
                prop_assert_eq!(sum, number(&total[column]));
            }
            prop_assert_eq!(number(&total[last]), placed.len() as u64);
        }
    }
}
