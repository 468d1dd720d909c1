//! Integration tests: seeds.

mod csv_lists;
mod files;
mod lists;
mod lookups;
mod round_trip;
