//! What `wangxun report` can be asked.

use chrono::{DateTime, FixedOffset, NaiveDate};
use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

use crate::model::desk_report::form::ReportForm;

/// `wangxun report`.
#[derive(Debug, Args)]
#[command(
    after_help = "The ending of a file says its form: .html (every number leads to the identifiers behind it), .pdf (printed by Chromium), .xlsx,
.json. Without --out a summary is printed. Days are days of Beijing. The same records give the same bytes when --at is given.

Examples:
  wangxun report daily --actor 张某 --out 日报.pdf --out 日报.xlsx
  wangxun report weekly --on 2026-11-26 --out week.html
  wangxun report monthly --on 2026-11-01 --baseline 2026-07-01 --out month.pdf
  wangxun report phase --phase 摸底排查 --from 2026-07-01 --to 2026-11-30 --out phase1.pdf
  wangxun report run-sheet --list list.toml --out run.pdf      what was listed, reached, failed, to be signed
  wangxun report sector --sector p2p --unit 210727101 --out p2p.xlsx
  wangxun report inspection --top 10 --out inspection.pdf
  wangxun report rectification --case WX-2026-0001 --out notice.pdf
  wangxun report daily --format json"
)]
pub struct ReportArguments {
    /// Which report
    #[arg(value_name = "REPORT")]
    pub form: Form,
    /// The day; weeks and months are those in which it lies [default: today]
    #[arg(long, value_name = "YYYY-MM-DD", conflicts_with_all = ["from", "to"])]
    pub on: Option<NaiveDate>,
    /// First day
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub from: Option<NaiveDate>,
    /// Last day [default: today]
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub to: Option<NaiveDate>,
    /// First seen before this day counts as stock (存量), the rest as increment (增量) [default: the first day]
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub baseline: Option<NaiveDate>,
    /// Only what is registered in this unit (code or name of a township)
    #[arg(long, value_name = "UNIT")]
    pub unit: Option<String>,
    /// The case (papers of one case need it)
    #[arg(long, value_name = "CASE")]
    pub case: Option<String>,
    /// The tip (report reward-sheet)
    #[arg(long, value_name = "RECEIPT")]
    pub tip: Option<String>,
    /// The phase: 摸底排查, 明确责任, 清理整顿, 督查评估, 验收总结, or 1 to 5 (report phase)
    #[arg(long, value_name = "PHASE")]
    pub phase: Option<String>,
    /// Only this sector, such as p2p (report sector)
    #[arg(long, value_name = "SECTOR")]
    pub sector: Option<String>,
    /// The run (report run-sheet) [default: the last one of the period]
    #[arg(long, value_name = "RUN")]
    pub run: Option<String>,
    /// The patrol list, to tell which of its platforms were reached (reports run-sheet, coverage, weekly, monthly, phase)
    #[arg(long, value_name = "LIST")]
    pub list: Option<PathBuf>,
    /// How many (report inspection)
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub top: usize,
    /// Write it to this file (.html, .pdf, .xlsx or .json; repeatable); an existing one is replaced
    #[arg(long, value_name = "FILE")]
    pub out: Vec<PathBuf>,
    /// Who makes it; left blank without
    #[arg(long, value_name = "NAME")]
    pub actor: Option<String>,
    /// Number of the document [default for bulletins: by year and day, week or month]
    #[arg(long, value_name = "NUMBER")]
    pub number: Option<String>,
    /// To whom it goes (报送)
    #[arg(long, value_name = "WHOM")]
    pub addressee: Option<String>,
    /// When it was made (RFC 3339) [default: now]
    #[arg(long, value_name = "TIME")]
    pub at: Option<DateTime<FixedOffset>>,
    /// Seconds that printing a PDF may take
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub pdf_seconds: u64,
}

/// A report as it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Form(pub ReportForm);

impl ValueEnum for Form {
    fn value_variants<'a>() -> &'a [Self] {
        const ALL: [Form; ReportForm::ALL.len()] = {
            let mut all = [Form(ReportForm::Daily); ReportForm::ALL.len()];
            let mut at = 0;
            while at < all.len() {
                all[at] = Form(ReportForm::ALL[at]);
                at += 1;
            }
            all
        };
        &ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.0.code()).help(self.0.title()))
    }
}
