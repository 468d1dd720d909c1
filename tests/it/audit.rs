//! Integration tests: audit.

mod alerts;
mod cases;
mod catalogue;
mod label;
mod lessons;
mod material;
mod plan_rows;
mod robust;
mod who;
mod worked;

use chrono::NaiveDate;
use std::sync::OnceLock;
use wangxun::patrol::inspect::Inspector;

/// The embedded auditor, compiled once for all tests.
fn inspector() -> &'static Inspector {
    static INSPECTOR: OnceLock<Inspector> = OnceLock::new();
    INSPECTOR.get_or_init(|| {
        let registers = wangxun::seeds::load_registers(None).expect("embedded registers");
        Inspector::compile(None, registers.value).expect("embedded lexicons")
    })
}

/// A day on which every rule of the catalogue is in force.
fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 23).expect("a date")
}
