//! What `wangxun cases` can be asked.

use chrono::NaiveDate;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// `wangxun cases`.
#[derive(Debug, Subcommand)]
#[command(after_help = "Examples:
  wangxun cases open --from-findings --min-severity 3 --actor 张某 --dry-run
  wangxun cases open wx-abcd --actor 张某
  wangxun cases list --state 初核 ; wangxun cases list --urgent --format json
  wangxun cases move WX-2026-0001 --to 初核 --why 受理 --actor 张某
  wangxun cases attach WX-2026-0001 认定书.pdf --what determination --actor 张某
  wangxun cases determine WX-2026-0001 --number 某处非认〔2026〕3号 --authority 某县处非牵头部门 --statement 以保本付息承诺公开吸收资金 \\
      --document 认定书.pdf --officer 张某 --reviewer 李某 --actor 张某
  wangxun cases sign WX-2026-0001 --officer 张某 --key /media/usb/zhang.key
  wangxun cases propose WX-2026-0001 --to 限期整改 --due 2026-12-20 --document 某整改〔2026〕1号 --why 情节较轻 --actor 王某
  wangxun cases confirm WX-2026-0001 --actor 李某
  wangxun cases deadlines --overdue

States: 发现 -> 初核 -> 不成立 | 认定 -> 限期整改 | 关闭取缔 | 移送司法 -> 反馈 -> 复查 -> 结案. Who acts must be registered
(`wangxun officers add`). A case is opened from sealed evidence only; a score is a clue, never a decision.")]
pub enum Cases {
    /// Open cases from sealed evidence: given items, or all findings that are in no case
    Open(Open),
    /// List cases
    List(List),
    /// Show a case: evidence, course, proposals, deadlines, documents
    Show {
        /// The case
        #[arg(value_name = "CASE")]
        case: String,
    },
    /// Take a step that one officer takes alone
    Move(Step),
    /// Propose a step that another officer confirms
    Propose(Step),
    /// Confirm the proposal that waits; the case takes the step
    Confirm(Decide),
    /// Return the proposal that waits, with a comment
    Return(Decide),
    /// Attach a document; it is kept under its digests
    Attach(Attach),
    /// Decide who is competent: by the tables, or as given
    Route(Route),
    /// Hand a case over to another unit
    Handover(Handover),
    /// Take a case over that was handed to one's unit
    Takeover(Takeover),
    /// Record a measure: 警示约谈, 责令整改, 信息公示 or 移送
    Act(Act),
    /// Enter the one approved wording (宣传口径)
    Wording(Wording),
    /// Enter a question with its answer, or print the sheet of all
    Qa(Qa),
    /// What is due, the most pressing first
    Deadlines(Deadlines),
    /// Set or move a deadline, or record that it was met
    Deadline(Deadline),
    /// Report a grave case up at once, or list those that wait for it
    ReportUp(ReportUp),
    /// What the playbook says for a case: whom to call within how many hours, and what to do
    Playbook {
        /// The case
        #[arg(value_name = "CASE")]
        case: String,
    },
    /// Write a determination for signing
    Determine(Determine),
    /// Sign a determination with an officer's key; the second signature determines the case
    Sign(Sign),
    /// Confirm the text of a rule's legal basis that was not read in full, or list those that wait
    ConfirmBasis(ConfirmBasis),
    /// Set what is known of a case's subject: its id, place of registration, licence
    Subject(Subject),
    /// Draw decided cases for review, with reviewers and days; the same seed draws the same
    Sample(Sample),
    /// Record a review of a drawn case
    Review(Review),
    /// The violation rate of a period, with its denominators
    Rate(Period),
    /// What came up again after it was closed, with the scoreboard of units
    Recurrence,
    /// Print the tables of competence and of measures, or put copies where officers edit them
    Tables {
        /// Write copies to HOME/tables/; what is there is not replaced
        #[arg(long)]
        write: bool,
    },
}

/// `wangxun cases open`.
#[derive(Debug, Args)]
pub struct Open {
    /// Sealed items (their first characters are enough)
    #[arg(value_name = "ID", required_unless_present = "from_findings")]
    pub items: Vec<String>,
    /// All sealed items with findings that are in no case, one case for each site
    #[arg(long, conflicts_with = "items")]
    pub from_findings: bool,
    /// With --from-findings: findings of this severity and above
    #[arg(long, value_name = "1-5", default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=5))]
    pub min_severity: u8,
    /// Take the items into this case instead of a new one
    #[arg(long, value_name = "CASE", conflicts_with = "from_findings")]
    pub into: Option<String>,
    /// Name of the operator or platform [default: as the pages tell]
    #[arg(long, value_name = "TEXT", conflicts_with = "from_findings")]
    pub title: Option<String>,
    /// The subject's id
    #[arg(long, value_name = "ID", conflicts_with = "from_findings")]
    pub subject: Option<String>,
    /// Receipt of the tip that it comes from
    #[arg(long, value_name = "RECEIPT", conflicts_with = "from_findings")]
    pub tip: Option<String>,
    /// Show what would be opened, and keep nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Who opens
    #[arg(long, value_name = "NAME")]
    pub actor: String,
}

/// `wangxun cases list`.
#[derive(Debug, Args)]
pub struct List {
    /// Only in this state
    #[arg(long, value_name = "STATE")]
    pub state: Option<String>,
    /// Only of this unit (code of registration, or a unit that leads or assists)
    #[arg(long, value_name = "UNIT")]
    pub unit: Option<String>,
    /// Only with a proposal that waits for a decision
    #[arg(long)]
    pub proposed: bool,
    /// Only with something overdue
    #[arg(long)]
    pub overdue: bool,
    /// Only what has to be reported up at once
    #[arg(long)]
    pub urgent: bool,
    /// Only of licensed operators (department track), unlicensed ones (township track), or unknown
    #[arg(long, value_name = "TRACK", value_parser = ["yes", "no", "unknown"])]
    pub licensed: Option<String>,
    /// Also closed ones
    #[arg(long)]
    pub all: bool,
}

/// A step.
#[derive(Debug, Args)]
pub struct Step {
    /// The case
    #[arg(value_name = "CASE")]
    pub case: String,
    /// The state, such as 初核, 限期整改, 结案
    #[arg(long, value_name = "STATE")]
    pub to: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub why: String,
    /// Number of the document
    #[arg(long, value_name = "NUMBER")]
    pub document: Option<String>,
    /// The day by which it is to be done
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub due: Option<NaiveDate>,
    /// What the recheck saw: 改了, 没改, 换域名, 已关闭 or 易主
    #[arg(long, value_name = "RESULT")]
    pub result: Option<String>,
    /// Who acts
    #[arg(long, value_name = "NAME")]
    pub actor: String,
}

/// A decision about a proposal.
#[derive(Debug, Args)]
pub struct Decide {
    /// The case
    #[arg(value_name = "CASE")]
    pub case: String,
    /// Remark; for a return, what is to be done
    #[arg(long, value_name = "TEXT")]
    pub comment: Option<String>,
    /// Who decides; another officer than the one who proposed
    #[arg(long, value_name = "NAME")]
    pub actor: String,
}

/// `wangxun cases attach`.
#[derive(Debug, Args)]
pub struct Attach {
    /// The case
    #[arg(value_name = "CASE")]
    pub case: String,
    /// The file
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// What it is: determination, notice, bank-report, interview, inspection, wording, feedback or other
    #[arg(long, value_name = "WHAT", value_parser = ["determination", "notice", "bank-report", "interview", "inspection", "wording", "feedback", "other"])]
    pub what: String,
    /// Remark
    #[arg(long, value_name = "TEXT")]
    pub remark: Option<String>,
    /// Who attaches
    #[arg(long, value_name = "NAME")]
    pub actor: String,
}

/// `wangxun cases route`.
#[derive(Debug, Args)]
pub struct Route {
    /// The case
    #[arg(value_name = "CASE")]
    pub case: String,
    /// Departments instead of those of the tables, by id or by any name they had; the first leads (repeatable)
    #[arg(long = "department", value_name = "NAME")]
    pub departments: Vec<String>,
    /// The unit that leads, instead of that of the tables
    #[arg(long, value_name = "UNIT")]
    pub lead: Option<String>,
    /// A unit that assists (repeatable)
    #[arg(long, value_name = "UNIT")]
    pub assist: Vec<String>,
    /// Why it is not as the tables say
    #[arg(long, value_name = "TEXT")]
    pub why: Option<String>,
    /// Show what the tables say, and keep nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Who routes
    #[arg(long, value_name = "NAME")]
    pub actor: String,
}

/// `wangxun cases handover`.
#[derive(Debug, Args)]
pub struct Handover {
    /// The case
    #[arg(value_name = "CASE")]
    pub case: String,
    /// From this unit [default: the one that leads]
    #[arg(long, value_name = "UNIT")]
    pub from: Option<String>,
    /// To this unit
    #[arg(long, value_name = "UNIT")]
    pub to: String,
    /// The part: lead (牵头) or assist (协助)
    #[arg(long, value_name = "PART", default_value = "lead", value_parser = ["lead", "assist"])]
    pub part: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub why: String,
    /// Number of the document
    #[arg(long, value_name = "NUMBER")]
    pub document: Option<String>,
    /// Who hands over
    #[arg(long, value_name = "NAME")]
    pub actor: String,
}

/// `wangxun cases takeover`.
#[derive(Debug, Args)]
pub struct Takeover {
    /// The case
    #[arg(value_name = "CASE")]
    pub case: String,
    /// The unit that takes over
    #[arg(long, value_name = "UNIT")]
    pub unit: String,
    /// Remark
    #[arg(long, value_name = "TEXT")]
    pub comment: Option<String>,
    /// Who takes over; another person than the one who handed over
    #[arg(long, value_name = "NAME")]
    pub actor: String,
}

/// `wangxun cases act`.
#[derive(Debug, Args)]
pub struct Act {
    /// The case
    #[arg(value_name = "CASE")]
    pub case: String,
    /// 警示约谈 (interview), 责令整改 (order), 信息公示 (publish) or 移送 (transfer)
    #[arg(long, value_name = "MEASURE")]
    pub action: String,
    /// The unit that took it
    #[arg(long, value_name = "UNIT")]
    pub unit: String,
    /// What came of it
    #[arg(long, value_name = "TEXT")]
    pub result: String,
    /// Number of the document
    #[arg(long, value_name = "NUMBER")]
    pub document: Option<String>,
    /// Who records it
    #[arg(long, value_name = "NAME")]
    pub actor: String,
}

/// `wangxun cases wording`.
#[derive(Debug, Args)]
pub struct Wording {
    /// The case
    #[arg(value_name = "CASE")]
    pub case: String,
    /// The text, word for word; without it the wording in force is printed
    #[arg(long, value_name = "TEXT", requires_all = ["approved_by", "actor"])]
    pub text: Option<String>,
    /// Who approved it; another officer than the one who enters it
    #[arg(long, value_name = "NAME")]
    pub approved_by: Option<String>,
    /// Number of the document
    #[arg(long, value_name = "NUMBER")]
    pub document: Option<String>,
    /// Who enters it
    #[arg(long, value_name = "NAME")]
    pub actor: Option<String>,
}

/// `wangxun cases qa`.
#[derive(Debug, Args)]
pub struct Qa {
    /// The case
    #[arg(value_name = "CASE")]
    pub case: String,
    /// The question; without it the sheet is printed
    #[arg(long, value_name = "TEXT", requires_all = ["answer", "actor"])]
    pub question: Option<String>,
    /// The answer
    #[arg(long, value_name = "TEXT")]
    pub answer: Option<String>,
    /// Who enters it
    #[arg(long, value_name = "NAME")]
    pub actor: Option<String>,
}

/// `wangxun cases deadlines`.
#[derive(Debug, Args)]
pub struct Deadlines {
    /// Only what is overdue; exit code 1 when there is something
    #[arg(long)]
    pub overdue: bool,
    /// Only what is due within so many days
    #[arg(long, value_name = "DAYS")]
    pub within: Option<u32>,
}

/// `wangxun cases deadline`.
#[derive(Debug, Args)]
pub struct Deadline {
    /// The case
    #[arg(value_name = "CASE")]
    pub case: String,
    /// What is due
    #[arg(long, value_name = "TEXT")]
    pub what: String,
    /// When
    #[arg(long, value_name = "YYYY-MM-DD", required_unless_present = "met")]
    pub due: Option<NaiveDate>,
    /// It was done
    #[arg(long, conflicts_with = "due")]
    pub met: bool,
    /// Why, or a remark
    #[arg(long, value_name = "TEXT")]
    pub why: String,
    /// Who sets it
    #[arg(long, value_name = "NAME")]
    pub actor: String,
}

/// `wangxun cases report-up`.
#[derive(Debug, Args)]
pub struct ReportUp {
    /// The case; without it those that wait are listed, with exit code 1 when there are any
    #[arg(value_name = "CASE", requires_all = ["to", "how", "actor"])]
    pub case: Option<String>,
    /// To whom
    #[arg(long, value_name = "TEXT")]
    pub to: Option<String>,
    /// How: telephone and time, number of the report
    #[arg(long, value_name = "TEXT")]
    pub how: Option<String>,
    /// Who reported
    #[arg(long, value_name = "NAME")]
    pub actor: Option<String>,
}

/// `wangxun cases determine`.
#[derive(Debug, Args)]
pub struct Determine {
    /// The case, in 初核
    #[arg(value_name = "CASE")]
    pub case: String,
    /// Number of the document
    #[arg(long, value_name = "NUMBER")]
    pub number: String,
    /// The competent authority
    #[arg(long, value_name = "TEXT")]
    pub authority: String,
    /// Date of the document [default: today]
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub date: Option<NaiveDate>,
    /// What is determined, word for word
    #[arg(long, value_name = "TEXT")]
    pub statement: String,
    /// The authority's document; attached when it is not yet
    #[arg(long, value_name = "FILE")]
    pub document: PathBuf,
    /// A rule on which it rests (repeatable) [default: all of the evidence]
    #[arg(long = "rule", value_name = "RULE")]
    pub rules: Vec<String>,
    /// A sealed item on which it rests (repeatable) [default: all of the case]
    #[arg(long = "evidence", value_name = "ID")]
    pub evidence: Vec<String>,
    /// Who proposes it and signs
    #[arg(long, value_name = "NAME")]
    pub officer: String,
    /// Who reviews it and signs; another person
    #[arg(long, value_name = "NAME")]
    pub reviewer: String,
    /// Write the text for signing to this file, for signing elsewhere with minisign
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Who enters it
    #[arg(long, value_name = "NAME")]
    pub actor: String,
}

/// `wangxun cases sign`.
#[derive(Debug, Args)]
pub struct Sign {
    /// The case
    #[arg(value_name = "CASE")]
    pub case: String,
    /// Number of the determination [default: the last one]
    #[arg(long, value_name = "NUMBER")]
    pub number: Option<String>,
    /// Who signs
    #[arg(long, value_name = "NAME")]
    pub officer: String,
    /// The officer's secret key file
    #[arg(long, value_name = "FILE", required_unless_present = "signature")]
    pub key: Option<PathBuf>,
    /// A signature (.minisig) that was made elsewhere over the text for signing
    #[arg(long, value_name = "FILE", conflicts_with = "key")]
    pub signature: Option<PathBuf>,
}

/// `wangxun cases confirm-basis`.
#[derive(Debug, Args)]
pub struct ConfirmBasis {
    /// The rule; without it those that wait are listed
    #[arg(value_name = "RULE", requires_all = ["source", "actor"])]
    pub rule: Option<String>,
    /// Where the text was read in full
    #[arg(long, value_name = "TEXT")]
    pub source: Option<String>,
    /// Who read it
    #[arg(long, value_name = "NAME")]
    pub actor: Option<String>,
}

/// `wangxun cases subject`.
#[derive(Debug, Args)]
pub struct Subject {
    /// The case
    #[arg(value_name = "CASE")]
    pub case: String,
    /// The subject's id
    #[arg(long, value_name = "ID")]
    pub subject: Option<String>,
    /// Code of the unit of registration
    #[arg(long, value_name = "CODE")]
    pub region: Option<String>,
    /// Whether it is licensed
    #[arg(long, value_name = "TRACK", value_parser = ["yes", "no", "unknown"])]
    pub licensed: Option<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub why: String,
    /// Who enters it
    #[arg(long, value_name = "NAME")]
    pub actor: String,
}

/// `wangxun cases sample`.
#[derive(Debug, Args)]
pub struct Sample {
    /// The seed [default: drawn at random, and kept]
    #[arg(long, value_name = "TEXT")]
    pub seed: Option<String>,
    /// First day of the decisions from which is drawn
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub from: NaiveDate,
    /// Last day
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub until: NaiveDate,
    /// Cases to draw
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub count: usize,
    /// Days within which the reviews lie
    #[arg(long, value_name = "DAYS", default_value_t = 14)]
    pub within: u64,
    /// Show what would be drawn, and keep nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Who draws
    #[arg(long, value_name = "NAME")]
    pub actor: String,
}

/// `wangxun cases review`.
#[derive(Debug, Args)]
pub struct Review {
    /// The sample
    #[arg(value_name = "SAMPLE")]
    pub sample: String,
    /// The case
    #[arg(value_name = "CASE")]
    pub case: String,
    /// The reviewer does not agree with what was decided
    #[arg(long)]
    pub disagree: bool,
    /// Remark; required with --disagree
    #[arg(long, value_name = "TEXT", required_if_eq("disagree", "true"))]
    pub comment: Option<String>,
    /// The reviewer who was drawn
    #[arg(long, value_name = "NAME")]
    pub actor: String,
}

/// A period.
#[derive(Debug, Args)]
pub struct Period {
    /// First day
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub from: NaiveDate,
    /// Last day
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub until: NaiveDate,
}
