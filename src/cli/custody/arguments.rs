//! What can be asked of the keepers of evidence: hold, hand over, delete, and the history of an item.

use clap::{Args, Subcommand};

/// On whose word.
#[derive(Debug, Args)]
pub struct GroundsArguments {
    /// Who acts: name of the officer
    #[arg(long, value_name = "NAME")]
    pub actor: String,
    /// In which role
    #[arg(long, value_name = "ROLE", default_value = "officer")]
    pub role: String,
    /// Of which office [default: `unit` of the configuration]
    #[arg(long, value_name = "UNIT")]
    pub unit: Option<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// The document that authorises it, such as 某县金监〔2026〕1号
    #[arg(long, value_name = "DOCUMENT")]
    pub authority: Option<String>,
}

/// What is held.
#[derive(Debug, Args)]
pub struct HeldArguments {
    /// Identifiers of items or runs (the first characters of an item's are enough)
    #[arg(value_name = "ID", required_unless_present = "case")]
    pub ids: Vec<String>,
    /// The case of this number: all its items, also those sealed later
    #[arg(long, value_name = "NO", conflicts_with = "ids")]
    pub case: Option<String>,
}

/// `wangxun evidence ...` of custody.
#[derive(Debug, Subcommand)]
pub enum CustodyCommand {
    /// Put a legal hold on items, runs or a case: neither deletion nor retention may touch them
    #[command(after_help = "Examples:
  wangxun evidence hold wx-abcd --reason 诉讼 --authority '某县人民法院(2026)调取令1号' --actor 张某
  wangxun evidence hold --case 某金监案〔2026〕3号 --reason 侦查 --authority '调取证据通知书1号' --actor 张某")]
    Hold {
        /// What is held.
        #[command(flatten)]
        held: HeldArguments,
        /// On whose word.
        #[command(flatten)]
        grounds: GroundsArguments,
    },
    /// Lift a legal hold
    #[command(after_help = "Examples:
  wangxun evidence release wx-abcd --reason 结案 --authority '某县人民法院(2026)通知1号' --actor 张某
  wangxun evidence release wx-abcd --hold main:12 --reason 结案 --authority 通知1号 --actor 张某")]
    Release {
        /// What is held.
        #[command(flatten)]
        held: HeldArguments,
        /// Which of several holds, as `evidence holds` names it
        #[arg(long, value_name = "NAME")]
        hold: Option<String>,
        /// On whose word.
        #[command(flatten)]
        grounds: GroundsArguments,
    },
    /// List the legal holds in force
    Holds,
    /// Delete a sealed item; a tombstone with its digests stays
    #[command(after_help = "Examples:
  wangxun evidence delete wx-abcd --reason 保存期满 --authority '某县金监销毁〔2032〕1号' --actor 张某 --approver 李某

Refused while a legal hold is in force, and before five years have passed since the capture (行政处罚法 36 lets acts
touching financial safety be punished for so long) unless --within-retention says that the authority document orders it.
The archive of the run that captured the page is another file; `evidence retention run` deletes it in its time.")]
    Delete {
        /// The item (its first characters are enough)
        #[arg(value_name = "ID")]
        id: String,
        /// Who approved it: another person than the actor
        #[arg(long, value_name = "NAME")]
        approver: String,
        /// The authority document orders deletion before the end of retention
        #[arg(long)]
        within_retention: bool,
        /// On whose word.
        #[command(flatten)]
        grounds: GroundsArguments,
    },
    /// What has been kept for its time of retention
    #[command(subcommand)]
    Retention(Retention),
    /// Hand items over to another office: recorded, with a list to be signed
    #[command(after_help = "Examples:
  wangxun evidence transfer wx-abcd wx-efgh --to-unit 某县公安局 --receiver 王某 --reason 涉嫌犯罪移送 \\
      --authority '某金监移〔2026〕1号' --actor 张某
  wangxun evidence receipt tr-ijkl --reason 已签收 --authority '回执1号' --actor 张某

The packages themselves are handed out with `evidence export`.")]
    Transfer {
        /// The items (their first characters are enough)
        #[arg(value_name = "ID", required = true)]
        ids: Vec<String>,
        /// The office that receives
        #[arg(long, value_name = "UNIT")]
        to_unit: String,
        /// The officer who receives
        #[arg(long, value_name = "NAME")]
        receiver: String,
        /// On whose word.
        #[command(flatten)]
        grounds: GroundsArguments,
    },
    /// Record that the receiver confirmed a handover; --authority names the receipt
    Receipt {
        /// The handover, `tr-...`
        #[arg(value_name = "ID")]
        id: String,
        /// On whose word.
        #[command(flatten)]
        grounds: GroundsArguments,
    },
    /// Make a copy of an item in which personal data is covered; the item itself stays as it is
    Redact(super::redact::Redact),
    /// Capture an address again while two officers attend, and hold it against the capture before
    Attend(super::attend::Attend),
    /// Seal files that somebody handed in (uploads, tips, photographs) with a statement of their origin
    Deposit(super::deposit::Deposit),
    /// The whole custody of an item: who did what with it, when, why, on which authority
    Custody {
        /// The item (its first characters are enough), also one that was deleted
        #[arg(value_name = "ID")]
        id: String,
    },
}

/// `wangxun evidence retention ...`.
#[derive(Debug, Subcommand)]
pub enum Retention {
    /// Delete items and run archives beyond retention, or only list them
    #[command(after_help = "Examples:
  wangxun evidence retention run --dry-run
  wangxun evidence retention run --reason 保存期满 --authority '某县金监销毁〔2032〕1号' --actor 张某 --approver 李某

Retention is five years from the capture (retention_years in wangxun.toml can make it longer). What is under a legal hold
is listed and kept, and so is the archive of a run with an item under hold.")]
    Run(RetentionRun),
}

/// `wangxun evidence retention run`.
#[derive(Debug, Args)]
pub struct RetentionRun {
    /// Only list
    #[arg(long)]
    pub dry_run: bool,
    /// As of this day (Beijing); listing only
    #[arg(long, value_name = "YYYY-MM-DD", requires = "dry_run")]
    pub as_of: Option<chrono::NaiveDate>,
    /// Who acts
    #[arg(long, value_name = "NAME", required_unless_present = "dry_run")]
    pub actor: Option<String>,
    /// Who approved it: another person
    #[arg(long, value_name = "NAME", required_unless_present = "dry_run")]
    pub approver: Option<String>,
    /// Why
    #[arg(long, value_name = "TEXT", required_unless_present = "dry_run")]
    pub reason: Option<String>,
    /// The document that orders it
    #[arg(long, value_name = "DOCUMENT", required_unless_present = "dry_run")]
    pub authority: Option<String>,
}
