//! What can be asked on the command line.

pub mod access;
pub mod handout;

use super::seal_arguments::{Journal, Keys, Sign, Stamp};
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
    Watch(super::watch::WatchArguments),
    /// Tell how the watch is by its health file; exit code 1 when it is not well
    Health(super::watch::HealthArguments),
    /// Order that an address is seen again at a date, or list such orders
    Recheck(super::recheck::RecheckArguments),
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

/// `wangxun audit`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  wangxun audit page.html
  wangxun audit https://www.example.com/ --format json
  echo '保本保息，年化18%，加微信 abc12345' | wangxun audit -
  wangxun audit --jsonl texts.jsonl > verdicts.jsonl")]
pub struct Audit {
    /// A file (HTML or text), an http(s) address, or - for standard input
    #[arg(value_name = "FILE|URL|-", required_unless_present = "jsonl")]
    pub input: Option<String>,
    /// Read JSON lines with `id` and `text`, write one JSON verdict a line
    #[arg(long, value_name = "FILE", conflicts_with = "input")]
    pub jsonl: Option<PathBuf>,
    /// Judge by the rules in force on this day [default: today]
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub date: Option<chrono::NaiveDate>,
    /// Take the input for this kind instead of guessing
    #[arg(long, value_enum)]
    pub kind: Option<InputKind>,
    /// Allow special addresses (loopback, private) when the input is an address
    #[arg(long, value_name = "NETWORK")]
    pub allow: Vec<String>,
}

/// Kind of input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum InputKind {
    /// HTML.
    Html,
    /// Plain text.
    Text,
}

/// `wangxun evaluate`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  wangxun evaluate labelled.jsonl
  wangxun evaluate a.jsonl b.jsonl --by source,claim --errors
  wangxun evaluate labelled.jsonl --against old-lexicons
  wangxun evaluate labelled.jsonl --lexicons new-lexicons --against old-lexicons --format json

A line holds id, text, context, finding, and where they are known source, offer and claims (the words of the labelling
guide). Offers are counted among labelled advertisements. With --against both lexicons judge the same texts; files
that a folder lacks are the built-in ones.")]
pub struct Evaluate {
    /// Labelled texts, one JSON object a line
    #[arg(value_name = "FILE.jsonl", required = true)]
    pub files: Vec<PathBuf>,
    /// List the texts that were judged otherwise than labelled
    #[arg(long)]
    pub errors: bool,
    /// Compare with the lexicons of this folder: figures side by side, texts judged otherwise, McNemar's test
    #[arg(long, value_name = "DIR")]
    pub against: Option<PathBuf>,
    /// Only these tables (JSON holds all)
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        default_value = "source,context,offer,claim"
    )]
    pub by: Vec<By>,
    /// Judge by the rules in force on this day [default: today]
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub date: Option<chrono::NaiveDate>,
}

/// What figures are grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum By {
    /// Where a text comes from.
    Source,
    /// Each file.
    File,
    /// Who speaks.
    Context,
    /// What is offered.
    Offer,
    /// What is claimed.
    Claim,
}

/// `wangxun explain`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  wangxun explain http://www.example.com/licai --list list.toml
  wangxun explain http://www.example.com/licai --robots robots.txt --agent wangxun --format json")]
pub struct Explain {
    /// The address in question
    #[arg(value_name = "URL")]
    pub url: String,
    /// The patrol list to whose scope, pace and permissions it is held
    #[arg(long, value_name = "LIST")]
    pub list: Option<PathBuf>,
    /// Answer from this robots.txt instead of fetching it
    #[arg(long, value_name = "FILE")]
    pub robots: Option<PathBuf>,
    /// The agent name to answer for
    #[arg(long, value_name = "NAME", default_value = "wangxun")]
    pub agent: String,
}

/// `wangxun evidence ...`.
#[derive(Debug, Subcommand)]
pub enum Evidence {
    /// List sealed items
    List {
        /// Only items whose address contains this
        #[arg(long, value_name = "TEXT")]
        url: Option<String>,
        /// Only items of this seed
        #[arg(long, value_name = "ID")]
        seed: Option<String>,
        /// Only items with this rule
        #[arg(long, value_name = "RULE")]
        rule: Option<String>,
        /// At most this many
        #[arg(long, value_name = "N", default_value_t = 100)]
        limit: usize,
    },
    /// Show one item: what was seen, when, where, and what it is said to break
    Show {
        /// The identifier of an item, or of a re-audit record (its first characters are enough)
        #[arg(value_name = "ID")]
        id: String,
        /// Who views it, for the journal [default: the user's name]
        #[arg(long, value_name = "NAME")]
        actor: Option<String>,
    },
    /// Verify the whole store, one item, or one file: every byte, every digest, the journal's chain
    Verify {
        /// An item's identifier or a file [default: everything]
        #[arg(value_name = "ID|FILE")]
        what: Option<String>,
        /// Print passed checks too
        #[arg(long)]
        all: bool,
        /// A public key for the signature of a package outside of a home (repeatable)
        #[arg(long = "key", value_name = "FILE.pub")]
        keys: Vec<PathBuf>,
        /// Certificates (PEM) for the time stamps of a package outside of a home
        #[arg(long, value_name = "FILE.pem")]
        ca: Option<PathBuf>,
        /// Read every record of the runs' WARC files too; their bytes are held against the journal in any case
        #[arg(long)]
        deep: bool,
    },
    /// Sign items that were sealed without a key
    Sign(Sign),
    /// Get trusted time for items: tokens of the configured time-stamp authorities (RFC 3161)
    Stamp(Stamp),
    /// Find items by Chinese text, address, names, numbers, digest, date, rule or score
    Search(handout::Search),
    /// Take one part out of an item: text, WARC, screenshot, PDF, manifest, DOM
    Extract(handout::Extract),
    /// Copy items with their signatures into a folder for somebody else, with a receipt list
    Export(handout::Export),
    /// Make a court package: items, record of extraction, list, integrity values, transcript, how to verify
    Court(handout::Court),
    /// Delete the lists and the search index and build them again from the evidence and the journal
    Rebuild,
    /// Custody: hold, hand over, delete.
    #[command(flatten)]
    Custody(super::custody::arguments::CustodyCommand),
    /// Take in WARC files that other programs made, judge their pages, seal what is found
    Import(Import),
}

/// `wangxun evidence import`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  wangxun evidence import crawl-00001.warc.gz
  wangxun evidence import *.warc.gz --origin '县公安局经侦大队 2026-11-20 移交' --actor 张某
  wangxun evidence show im-...                what was found in a file that was imported

WARC 1.0 and 1.1 of Heritrix, browsertrix, wget, warcio and others: compressed by record, as a whole, or not at all. The
file is kept unchanged under imports/ and fixed by the journal; pages with findings become sealed items whose manifest
says that another program captured them, and when. What is damaged is told with its place and reason, the rest is read.
A file that was imported before is told, not kept twice; an interrupted import goes on with the same command.

Exit codes: 0 all of it could be read, 1 something is damaged or has a wrong digest, 2 no WARC file, 3 not completed.")]
pub struct Import {
    /// The files
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Where the files come from: who captured them, who handed them over, when
    #[arg(long, value_name = "TEXT")]
    pub origin: Option<String>,
    /// Who brings them, for the journal [default: the user's name]
    #[arg(long, value_name = "NAME")]
    pub actor: Option<String>,
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

/// `wangxun lexicon ...`.
#[derive(Debug, Subcommand)]
pub enum Lexicon {
    /// Check the lexicons: every fault, advice on words that do nothing, and what a corpus of texts does not bear out
    Check(LexiconCheck),
    /// Show every stage of the audit on a text
    Try {
        /// The text, or - for standard input
        #[arg(value_name = "TEXT")]
        text: String,
    },
    /// List the rules of the catalogue: severity, basis in force, official code, department, and what serves each
    Rules(RuleList),
    /// Train the linear model of wording on labelled texts, after checking it on each file left out
    Train(Train),
}

/// `wangxun lexicon check`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  wangxun lexicon check
  wangxun lexicon check my-lexicons --corpus texts.jsonl more.jsonl
  wangxun lexicon check --corpus labelled.jsonl --over-share 0.7 --over-texts 10 --format json

Faults end with exit code 1. Advice never does: words that stand in two rows of a kind, words that a shorter one of
their list makes needless, stop phrases that always or never act; with texts, words that never fire or that a stop
phrase always takes away; with labelled texts, terms that fire mostly where there is no finding, and cues that fire
mostly in texts of another context.")]
pub struct LexiconCheck {
    /// Folder of lexicons [default: --lexicons, or what is built in]
    #[arg(value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// Texts to hold the words against: JSON lines with `text`, and if they are labelled `finding` and `context`
    #[arg(long, value_name = "FILE.jsonl", num_args = 1..)]
    pub corpus: Vec<PathBuf>,
    /// Tell of terms and cues with more than this share of wrong texts
    #[arg(long, value_name = "0..1", default_value_t = 0.5)]
    pub over_share: f64,
    /// Tell only of those that fire in at least so many labelled texts
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub over_texts: u64,
}

/// `wangxun lexicon rules`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  wangxun lexicon rules
  wangxun lexicon rules --date 2025-12-31          the bases in force on that day
  wangxun lexicon rules --rule VC-1 --format json")]
pub struct RuleList {
    /// Only this rule
    #[arg(long, value_name = "RULE")]
    pub rule: Option<String>,
    /// By the bases in force on this day [default: today]
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub date: Option<chrono::NaiveDate>,
}

/// `wangxun lexicon train`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  wangxun lexicon train tests/corpus/*.jsonl --out lexicons/wording.tsv
  wangxun lexicon train tests/corpus/*.jsonl --check-only
  wangxun lexicon train a.jsonl b.jsonl --penalty 0.004 --out wording.tsv")]
pub struct Train {
    /// Labelled texts, one JSON object a line
    #[arg(value_name = "FILE.jsonl", required = true)]
    pub files: Vec<PathBuf>,
    /// Where the weights are written
    #[arg(long, value_name = "FILE.tsv", required_unless_present_any = ["check_only", "features"])]
    pub out: Option<PathBuf>,
    /// Only check: each file is left out in turn, and judged by a model trained on the others
    #[arg(long)]
    pub check_only: bool,
    /// Only write what the model is asked about each text (named features and words) as JSON lines, to look at or to try
    /// other learners on
    #[arg(long, value_name = "FILE.jsonl", conflicts_with_all = ["check_only", "out"])]
    pub features: Option<PathBuf>,
    /// Train without checking first
    #[arg(long, conflicts_with = "check_only")]
    pub no_check: bool,
    /// Penalty on squared weights
    #[arg(long, value_name = "P", default_value_t = 0.0004)]
    pub penalty: f32,
    /// Passes over all texts
    #[arg(long, value_name = "N", default_value_t = 300)]
    pub passes: u32,
    /// Texts that must hold a word for it to become a feature
    #[arg(long, value_name = "N", default_value_t = 4)]
    pub word_texts: usize,
}

/// `wangxun bench ...`.
#[derive(Debug, Subcommand)]
pub enum Bench {
    /// Serve generated pages (or the practice web) on loopback until Ctrl-C
    Serve {
        /// Number of generated pages
        #[arg(long, value_name = "N", default_value_t = 10_000)]
        pages: u64,
        /// Number of hosts over which they are spread
        #[arg(long, value_name = "N", default_value_t = 50)]
        hosts: u32,
        /// Serve each sub-folder of this folder as a host instead
        #[arg(long, value_name = "DIR", conflicts_with = "practice")]
        folder: Option<PathBuf>,
        /// Serve the bundled practice web instead
        #[arg(long)]
        practice: bool,
        /// Port on every loopback address, 0 = any
        #[arg(long, default_value_t = 0)]
        port: u16,
        /// Write the patrol list for what is served here
        #[arg(long, value_name = "FILE.toml")]
        list: Option<PathBuf>,
    },
    /// Time every stage of the audit on one core, beside jieba alone on the same text; load time and memory
    Audit(BenchAudit),
    /// Serve generated pages in another process and patrol them without politeness: pages per second, memory, CPU
    Crawl {
        /// Number of generated pages
        #[arg(long, value_name = "N", default_value_t = 10_000)]
        pages: u64,
        /// Number of hosts over which they are spread
        #[arg(long, value_name = "N", default_value_t = 50)]
        hosts: u32,
    },
    /// Archive, seal, verify and index pages in a home that is thrown away, beside sha256sum and openssl on the same bytes
    Evidence(super::bench_evidence::EvidenceBench),
    /// Watch the practice web for a long time: memory, threads, handles and zombies sampled into a CSV file
    Soak(super::bench_soak::SoakBench),
    /// Build a takedown list of generated entries in all forms: time, size and memory of each step
    Takedown {
        /// Entries
        #[arg(long, value_name = "N", default_value_t = 100_000)]
        entries: u32,
        /// Keep the forms in this folder
        #[arg(long, value_name = "DIR")]
        keep: Option<PathBuf>,
    },
    /// Join the sites of a generated world of operators to subjects: precision and recall by pairs, time, memory
    Joining {
        /// Operators of the world
        #[arg(long, value_name = "N", default_value_t = 2_000)]
        operators: u32,
        /// Sites, at least one for each operator
        #[arg(long, value_name = "N", default_value_t = 10_000)]
        sites: u32,
        /// Number of the world; with --worlds, of the first one
        #[arg(long, value_name = "N", default_value_t = 1)]
        world: u64,
        /// Worlds to measure
        #[arg(long, value_name = "N", default_value_t = 1)]
        worlds: u32,
    },
    /// Make generated documents searchable and search them: index size, time, latency, memory
    Search {
        /// Number of generated documents
        #[arg(long, value_name = "N", default_value_t = 1_000_000)]
        documents: u64,
        /// Searches of each kind
        #[arg(long, value_name = "N", default_value_t = 200)]
        searches: u32,
    },
}

/// `wangxun bench audit`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  wangxun bench audit
  wangxun bench audit --pages saved-pages --seconds 30
  wangxun bench audit --texts texts.jsonl --format json

Every stage runs over the same material in turn, round after round, in one thread; the best round counts. Times are
the thread's own, so that other work on the machine weighs little. Run it as a release build.")]
pub struct BenchAudit {
    /// HTML files of this folder instead of generated pages
    #[arg(long, value_name = "DIR", conflicts_with = "texts")]
    pub pages: Option<PathBuf>,
    /// Texts (JSON lines with `text`) instead of generated pages
    #[arg(long, value_name = "FILE.jsonl")]
    pub texts: Option<PathBuf>,
    /// Measure for so long
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub seconds: u64,
}
