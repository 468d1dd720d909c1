//! The only reader of `seeds/`: patrol lists, registers of licensed institutions, regional units.
//!
//! `seeds/README.md` is the grammar. Trouble with a file is data: every fault has file, line, column and field, all
//! faults of a file come together, and what is sound is kept.

mod cells;
mod check;
mod csv_list;
mod csv_row;
mod csv_sheet;
mod csv_words;
mod desk_tables;
mod embedded;
mod entity_rows;
mod error;
mod fault;
mod patrol_list;
mod protected;
mod quantity;
mod receipts;
mod register_rows;
mod registers;
mod search_start;
mod start_rules;
mod start_url;
mod table;
mod terms;
mod tips;
mod to_toml;
mod units;
mod vantage_terms;
mod watch_table;
mod words;

pub use check::check;
pub use csv_list::{import_csv, import_csv_bytes};
pub use desk_tables::{
    PLAYBOOK, ROUTING, TableFault, load_playbook, load_routing, parse_playbook, parse_routing,
};
pub use embedded::{EXAMPLE_LIST, README};
pub use entity_rows::{EntityRow, load_entities, read_entities};
pub use error::SeedsError;
pub use fault::{Fault, Loaded, Severity};
pub use patrol_list::{load_patrol_list, parse_patrol_list};
pub use protected::{load_protected, parse_protected};
pub use receipts::{ReceiptRow, load_receipts, read_receipts};
pub use registers::load_registers;
pub use tips::{TipForm, TipReporter, TipRow, load_tips, read_tips, tip_headers};
pub use to_toml::to_toml;
pub use units::{load_units, parse_units};
