//! Reader of `benchmarks.toml`: dated reference rates and thresholds.

use super::file::{LexiconError, text_of};
use crate::model::benchmarks::{Benchmarks, DatedRate};
use serde::Deserialize;
use std::path::Path;

const NAME: &str = "benchmarks.toml";

/// The benchmarks: the embedded ones, or `directory/benchmarks.toml` where it exists.
pub fn load(directory: Option<&Path>) -> Result<Benchmarks, LexiconError> {
    let text = text_of(
        directory,
        NAME,
        include_str!("../../lexicons/benchmarks.toml"),
    )?;
    let file: File = toml::from_str(&text).map_err(|e| LexiconError::parse(NAME, e))?;
    Ok(Benchmarks {
        lpr_one_year: rate("lpr_one_year", file.lpr_one_year)?,
        lpr_five_year: rate("lpr_five_year", file.lpr_five_year)?,
        deposit_one_year: rate("deposit_one_year", file.deposit_one_year)?,
        deposit_demand: rate("deposit_demand", file.deposit_demand)?,
        lending_cap_multiple: positive(
            "thresholds.lending_cap_multiple",
            file.thresholds.lending_cap_multiple,
        )?,
        ask: positive("thresholds.ask", file.thresholds.ask)?,
        danger: positive("thresholds.danger", file.thresholds.danger)?,
        loss: positive("thresholds.loss", file.thresholds.loss)?,
        extreme: positive("thresholds.extreme", file.thresholds.extreme)?,
        cap: positive("thresholds.cap", file.thresholds.cap)?,
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    lpr_one_year: Row,
    lpr_five_year: Row,
    deposit_one_year: Row,
    deposit_demand: Row,
    thresholds: Thresholds,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    percent: f64,
    as_of: String,
    source: String,
    verified: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Thresholds {
    lending_cap_multiple: f64,
    ask: f64,
    danger: f64,
    loss: f64,
    extreme: f64,
    cap: f64,
}

fn rate(field: &str, row: Row) -> Result<DatedRate, LexiconError> {
    Ok(DatedRate {
        percent: positive(field, row.percent)?,
        as_of: row.as_of,
        source: row.source,
        verified: row.verified,
    })
}

fn positive(field: &str, value: f64) -> Result<f64, LexiconError> {
    if value.is_finite() && value > 0.0 && value <= 1_000_000.0 {
        Ok(value)
    } else {
        Err(LexiconError::parse(
            NAME,
            format!("{field}: {value} is not a rate"),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn embedded_benchmarks_are_the_catalogues() {
        let b = load(None).expect("embedded benchmarks parse");
        assert_eq!(b.lpr_one_year.percent, 3.0);
        assert_eq!(b.lpr_five_year.percent, 3.5);
        assert_eq!(b.lending_cap(), 12.0);
        assert!(!b.deposit_one_year.verified);
        assert_eq!((b.ask, b.danger, b.loss, b.extreme), (6.0, 8.0, 10.0, 24.0));
        assert!(b.deposit_demand.percent < b.deposit_one_year.percent);
        assert!(b.cap > b.extreme);
    }

    #[test]
    fn a_rate_must_be_a_positive_number() {
        assert!(positive("x", -1.0).is_err());
        assert!(positive("x", f64::NAN).is_err());
    }
}
