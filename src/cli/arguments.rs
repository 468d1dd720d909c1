//! What can be asked on the command line.

pub mod access;
mod bench;
mod evidence;
pub mod handout;
mod judging;
mod lexicon;
mod patrol;

pub use bench::{Bench, BenchAudit};
pub use evidence::{Evidence, Import};
pub use judging::{Audit, By, Evaluate, Explain, InputKind};
pub use lexicon::{Lexicon, LexiconCheck, RuleList, Train};
pub use patrol::{Patrol, PatrolStored, Reaudit};

use super::seal_arguments::{Journal, Keys};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  wangxun demo                                   the bundled practice web, from patrol to duty report
  wangxun seeds check my-list.toml               check a patrol list before it is used
  wangxun patrol my-list.toml                    patrol it; run again to resume
  wangxun patrol watch my-list.toml              stay, and patrol it by its schedules
  wangxun findings                               what was found
  wangxun patrol reaudit --all                   judge stored captures again by the present rules
  wangxun findings --report findings.html        the same as a report for officers
  wangxun audit page.html --format json          judge one page without the network
  wangxun evidence verify                        check every stored byte

Exit codes: 0 fine (findings are not a failure), 1 a check failed, 2 misuse or bad input,
3 could not be completed or checked.";

/// Rate-limited patrol crawler and advertising-content auditor.
///
/// Finds misleading and unlicensed financial advertising, judges it against the law, and seals what it saw
/// as evidence. A score is a clue (线索); only a person's determination (认定) is more.
#[derive(Debug, Parser)]
#[command(name = "wangxun", version, after_help = EXAMPLES, max_term_width = 110)]
pub struct Arguments {
    /// Options of every command.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command.
#[derive(Debug, Args)]
pub struct Global {
    /// Where evidence, journal and index are kept [default: the user's data directory, for `demo` storage/demo]
    #[arg(long, global = true, env = "WANGXUN_HOME", value_name = "DIR")]
    pub home: Option<PathBuf>,
    /// Configuration file (TOML); flags override it [default: HOME/wangxun.toml when it is there]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Lexicons to judge by instead of the built-in ones
    #[arg(long, global = true, value_name = "DIR")]
    pub lexicons: Option<PathBuf>,
    /// Filter list in EasyList syntax by which advertisement slots are found, beside the built-in one (may be repeated)
    #[arg(long = "ad-list", global = true, value_name = "FILE")]
    pub ad_lists: Vec<PathBuf>,
    /// Registers of licensed institutions instead of the built-in ones
    #[arg(long, global = true, value_name = "DIR")]
    pub registers: Option<PathBuf>,
    /// How results are printed
    #[arg(long, global = true, value_enum, default_value = "table")]
    pub format: Format,
    /// More log lines on standard error (-v progress, -vv details)
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// No progress display
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Log lines as JSON
    #[arg(long, global = true)]
    pub log_json: bool,
}

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Table,
    /// For machines.
    Json,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the bundled practice web on loopback and go the whole way: patrol, evidence, case, list, receipt, recheck, report
    Demo(Demo),
    /// Patrol a list: fetch politely, audit, seal evidence; resumes where it was stopped
    Patrol(Patrol),
    /// Judge one file, address or text, without keeping anything
    Audit(Audit),
    /// List the advertisement slots of pages: signals, whether they are marked as 广告, where they lead, campaigns
    Ads(super::ads::Ads),
    /// Read image files: their text, QR codes and digests, and which of them look alike
    Vision(super::vision::VisionArguments),
    /// Measure the audit against labelled texts (JSON lines with id, text, context, claims, finding)
    Evaluate(Evaluate),
    /// Tell why an address would be fetched or skipped: scope, robots, pace, address
    Explain(Explain),
    /// Preserve an address in advance (先行登记保存): captured at once, to be decided in seven days
    Preserve(super::preserve::Preserve),
    /// Stored evidence: find, list, show, verify, hand out, hold, redact, hand over, delete; seal what was handed in
    #[command(subcommand)]
    Evidence(Evidence),
    /// Requests for access: an investigator asks, another person approves, items are handed out, receipt is entered
    #[command(subcommand)]
    Access(access::AccessCommand),
    /// Show the custody journal, sign its tree head, prove entries, hold it against copies kept elsewhere
    #[command(subcommand)]
    Journal(Journal),
    /// Make, show and replace the key with which evidence and journal are signed
    #[command(subcommand)]
    Keys(Keys),
    /// Show findings as a table, JSON lines or an HTML report in Chinese
    Findings(Findings),
    /// Signals about sites: other pages for others (cloaking), changes, near copies, missing filings, weak security
    Signals(super::signals::Signals),
    /// How a page changed over the runs, and the difference of two captures
    History(super::history::History),
    /// Sites that could be watched, with the reason: list, accept, reject, export
    #[command(subcommand)]
    Discover(super::discover::Discover),
    /// Tips (举报), township reports and complaints: intake with receipts, outcome, reward; who reported is kept apart
    #[command(subcommand)]
    Tips(super::tips::TipsCommand),
    /// Subjects and their dossiers (一户一档): joined by shared facts with reasons, marks, lists, inspection
    #[command(subcommand)]
    Subjects(super::subjects::SubjectsCommand),
    /// Cases: from sealed evidence to determination, outcome, recheck and closing; review, figures
    #[command(subcommand)]
    Cases(super::cases::CasesCommand),
    /// Reports and papers of the desk: daily, weekly, monthly, phases, run sheet, handover, notices, transfer; HTML, PDF, XLSX, JSON
    Report(Box<super::desk_report::ReportArguments>),
    /// Officers of the desk and the keys with which they sign
    #[command(subcommand)]
    Officers(super::officers::OfficersCommand),
    /// Takedown lists: what was determined goes to operators, what is suspected to departments
    #[command(subcommand)]
    Takedown(super::takedown::TakedownCommand),
    /// Receipts of operators: import, list, remind
    #[command(subcommand)]
    Receipts(super::receipts::ReceiptsCommand),
    /// What the desk follows up: rechecks of what was acted upon, warnings of opinion and crowds
    #[command(subcommand)]
    Desk(super::desk::DeskCommand),
    /// Campaigns (专项排查清理): seeds, dates, what each unit found, had removed and left
    #[command(subcommand)]
    Campaigns(super::campaigns::CampaignsCommand),
    /// Duty roster and handover of shifts
    #[command(subcommand)]
    Duty(super::duty::DutyCommand),
    /// Check and import patrol lists, look up the registers
    #[command(subcommand)]
    Seeds(Seeds),
    /// Check the lexicons, try them on a text
    #[command(subcommand)]
    Lexicon(Lexicon),
    /// Measure, and serve load for measurements
    #[command(subcommand)]
    Bench(Bench),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
}

/// `wangxun demo`.
#[derive(Debug, Args)]
pub struct Demo {
    /// Keep the practice web running at the end until Ctrl-C
    #[arg(long)]
    pub stay: bool,
}

/// `wangxun findings`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  wangxun findings
  wangxun findings --rule AD-25-1 --min-severity 4
  wangxun findings --format json > findings.jsonl
  wangxun findings --by site              sites with score, colour and gravest rules
  wangxun findings --alerts               warnings of opinion and crowds (舆情), urgent ones first
  wangxun findings --report findings.html")]
pub struct Findings {
    /// Only findings of this rule
    #[arg(long, value_name = "RULE")]
    pub rule: Option<String>,
    /// Only findings of this seed
    #[arg(long, value_name = "ID")]
    pub seed: Option<String>,
    /// Only findings of at least this severity (1 to 5)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=5))]
    pub min_severity: Option<u8>,
    /// Write a self-contained HTML report in Chinese
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Fold the findings instead of listing each
    #[arg(long, value_enum, conflicts_with_all = ["report", "alerts"])]
    pub by: Option<FoldBy>,
    /// List warnings of opinion and crowds (舆情) instead: they are no violations and have no score
    #[arg(long, conflicts_with_all = ["report", "rule", "min_severity"])]
    pub alerts: bool,
    /// Only urgent warnings
    #[arg(long, requires = "alerts")]
    pub urgent: bool,
    /// At most this many items
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    pub limit: usize,
}

/// What findings are folded by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FoldBy {
    /// The host of the page, or of the advertiser's landing page.
    Site,
}

/// `wangxun seeds ...`.
#[derive(Debug, Subcommand)]
pub enum Seeds {
    /// Check patrol lists, registers and units: file, line and field of every fault
    Check {
        /// Lists (TOML or CSV) or folders [default: what is built in]
        #[arg(value_name = "PATH")]
        paths: Vec<PathBuf>,
    },
    /// Turn a spreadsheet list (CSV, UTF-8 or GBK) into a patrol list on standard output
    Import {
        /// The CSV file
        #[arg(value_name = "FILE.csv")]
        file: PathBuf,
    },
    /// Look up a name, code or domain in the registers of licensed institutions
    Lookup {
        /// Name, institution code, credit code or domain
        #[arg(value_name = "NAME|CODE|DOMAIN")]
        what: String,
    },
}
