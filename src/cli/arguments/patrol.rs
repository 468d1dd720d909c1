//! Arguments of `wangxun patrol`.

use clap::{Args, Subcommand};
use std::path::PathBuf;

/// `wangxun patrol`.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "Examples:
  wangxun patrol list.toml
  wangxun patrol list.csv --seed shop-1 --seed shop-2
  wangxun patrol list.toml --new          begin a new run instead of resuming
  wangxun patrol list.toml --max-pages 500 --format json
  wangxun patrol reaudit --all            judge stored captures again by the present rules"
)]
pub struct Patrol {
    /// What to do instead of one patrol.
    #[command(subcommand)]
    pub stored: Option<PatrolStored>,
    /// The patrol list (TOML, or CSV from a spreadsheet)
    #[arg(value_name = "LIST", required = true)]
    pub list: Option<PathBuf>,
    /// Only these seeds of the list (repeatable)
    #[arg(long = "seed", value_name = "ID")]
    pub seeds: Vec<String>,
    /// Resume an unfinished run of the same list (the default)
    #[arg(long, conflicts_with = "new")]
    pub resume: bool,
    /// Begin a new run even when an unfinished one of the same list is there
    #[arg(long)]
    pub new: bool,
    /// Stop after this many pages (the run can be resumed)
    #[arg(long, value_name = "N")]
    pub max_pages: Option<u64>,
    /// Stop after this many minutes (the run can be resumed)
    #[arg(long, value_name = "MINUTES")]
    pub max_minutes: Option<u64>,
    /// Visits under way at once
    #[arg(long, value_name = "N")]
    pub workers: Option<usize>,
}

/// `wangxun patrol ...` other than one patrol.
#[derive(Debug, Subcommand)]
pub enum PatrolStored {
    /// Judge stored captures again by the present rules and lexicons: nothing is fetched, stored evidence stays as it is
    Reaudit(Reaudit),
    /// Stay and patrol a list by its schedules, over restarts; for a service, or with --once for cron
    Watch(crate::cli::watch::WatchArguments),
    /// Tell how the watch is by its health file; exit code 1 when it is not well
    Health(crate::cli::watch::HealthArguments),
    /// Order that an address is seen again at a date, or list such orders
    Recheck(crate::cli::recheck::RecheckArguments),
}

/// `wangxun patrol reaudit`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  wangxun patrol reaudit                              the latest run
  wangxun patrol reaudit --all --since 2026-10-01
  wangxun patrol reaudit --all --lexicons my-lexicons --dry-run
  wangxun patrol reaudit --run 019ab --date 2027-01-01 --format json

A page is judged by the rules in force when it was seen. What differs from the last judgement on record goes into a
dated record beside the evidence, with an entry in the journal; `wangxun findings` shows it. Repeated with the same
lexicons it adds nothing. Ctrl-C stops cleanly; the same command goes on. With --date or --dry-run nothing is recorded.")]
pub struct Reaudit {
    /// Only this run; its first characters are enough (repeatable) [default: the latest run]
    #[arg(long = "run", value_name = "ID")]
    pub runs: Vec<String>,
    /// All runs
    #[arg(long, conflicts_with = "runs")]
    pub all: bool,
    /// Only captures of this day (Beijing) and later
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub since: Option<chrono::NaiveDate>,
    /// Judge by the rules in force on this day, to see what would be; records nothing
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub date: Option<chrono::NaiveDate>,
    /// Only tell what differs, record nothing
    #[arg(long)]
    pub dry_run: bool,
}
