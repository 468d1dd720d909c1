//! What yields are measured against: dated figures with their source.

/// Reference rates and thresholds, from `lexicons/benchmarks.toml`.
#[derive(Debug, Clone, PartialEq)]
pub struct Benchmarks {
    /// Loan prime rate, one year.
    pub lpr_one_year: DatedRate,
    /// Loan prime rate, five years and more.
    pub lpr_five_year: DatedRate,
    /// One-year time deposit at the large banks.
    pub deposit_one_year: DatedRate,
    /// Demand deposit at the large banks.
    pub deposit_demand: DatedRate,
    /// Multiple of the one-year LPR up to which courts protect private lending
    /// (法释〔2020〕17号 art. 25: four).
    pub lending_cap_multiple: f64,
    /// Percent a year from which a return deserves a question (2018-06-14 statement: 6).
    pub ask: f64,
    /// Percent a year from which it is dangerous (same statement: 8).
    pub danger: f64,
    /// Percent a year from which the whole principal may be lost (same statement: 10).
    pub loss: f64,
    /// Percent a year from which the catalogue calls it extreme (24).
    pub extreme: f64,
    /// Percent a year above which no annualised figure is shown (the text and the formula are).
    pub cap: f64,
}

impl Benchmarks {
    /// Percent a year up to which courts protect private lending.
    pub fn lending_cap(&self) -> f64 {
        self.lpr_one_year.percent * self.lending_cap_multiple
    }
}

/// A rate as of a date.
#[derive(Debug, Clone, PartialEq)]
pub struct DatedRate {
    /// Percent a year.
    pub percent: f64,
    /// Day for which it is known, `YYYY-MM-DD` (or a year).
    pub as_of: String,
    /// Where it was read.
    pub source: String,
    /// False when it is from memory and still to be checked.
    pub verified: bool,
}
