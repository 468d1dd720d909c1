//! Arguments of requests for access.

use clap::{Args, Subcommand};
use std::path::PathBuf;

/// `wangxun access ...`.
#[derive(Debug, Subcommand)]
pub enum AccessCommand {
    /// Enter an investigator's request: who, of which office, by which document, what for, which items
    Request(Ask),
    /// Approve a request until a day; by another person than the one who asked or entered it
    Approve(Approve),
    /// Refuse a request
    Refuse(Refuse),
    /// List requests with what became of them, or show one with all its steps
    List {
        /// One request (its first characters are enough)
        #[arg(value_name = "REQUEST")]
        id: Option<String>,
    },
    /// Hand items out under an approved request, within its scope and time
    Export(ExportUnder),
    /// Enter that the investigator received what was handed out
    Receipt(Receipt),
}

/// `wangxun access request`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  wangxun access request --requester 王某 --requester-unit 某县公安局经侦大队 --authority 某公经调证字〔2026〕1号 \\
      --purpose 侦办非法吸收公众存款案 --actor 张某 --item wx-a2b3 --item wx-c4d5
  wangxun access request ... --case 某金线〔2026〕1号
  wangxun access request ... --search '保本 高息'

The scope is fixed as the list of items that it holds now; what is sealed later needs a new request.")]
pub struct Ask {
    /// The investigator
    #[arg(long, value_name = "NAME")]
    pub requester: String,
    /// The investigator's office
    #[arg(long, value_name = "UNIT")]
    pub requester_unit: String,
    /// Number of the document that authorises the request
    #[arg(long, value_name = "NUMBER")]
    pub authority: String,
    /// What for
    #[arg(long, value_name = "TEXT")]
    pub purpose: String,
    /// Who enters it
    #[arg(long, value_name = "NAME")]
    pub actor: String,
    /// An item (its first characters are enough; repeatable)
    #[arg(long = "item", value_name = "ID", required_unless_present_any = ["case", "search"])]
    pub items: Vec<String>,
    /// All items of this case
    #[arg(long, value_name = "NUMBER", conflicts_with_all = ["items", "search"])]
    pub case: Option<String>,
    /// All items in which these words occur
    #[arg(long, value_name = "WORDS", conflicts_with = "items")]
    pub search: Option<String>,
}

/// `wangxun access approve`.
#[derive(Debug, Args)]
pub struct Approve {
    /// The request (its first characters are enough)
    #[arg(value_name = "REQUEST")]
    pub id: String,
    /// Who approves
    #[arg(long, value_name = "NAME")]
    pub actor: String,
    /// Last day (Beijing) on which items may be handed out
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub until: chrono::NaiveDate,
    /// What was considered
    #[arg(long, value_name = "TEXT", default_value = "同意")]
    pub remark: String,
}

/// `wangxun access refuse`.
#[derive(Debug, Args)]
pub struct Refuse {
    /// The request (its first characters are enough)
    #[arg(value_name = "REQUEST")]
    pub id: String,
    /// Who refuses
    #[arg(long, value_name = "NAME")]
    pub actor: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
}

/// `wangxun access export`.
#[derive(Debug, Args)]
pub struct ExportUnder {
    /// The request (its first characters are enough)
    #[arg(value_name = "REQUEST")]
    pub id: String,
    /// A new or empty folder
    #[arg(long, value_name = "DIR")]
    pub to: PathBuf,
    /// Who hands out
    #[arg(long, value_name = "NAME")]
    pub actor: String,
    /// Only this item of the scope (repeatable)
    #[arg(long = "item", value_name = "ID")]
    pub items: Vec<String>,
    /// Text and manifest with personal data masked, not the packages
    #[arg(long)]
    pub masked: bool,
}

/// `wangxun access receipt`.
#[derive(Debug, Args)]
pub struct Receipt {
    /// The request (its first characters are enough)
    #[arg(value_name = "REQUEST")]
    pub id: String,
    /// Who enters it
    #[arg(long, value_name = "NAME")]
    pub actor: String,
    /// Who received
    #[arg(long, value_name = "NAME")]
    pub received_by: String,
    /// Number of the export's step [default: the one that waits for a receipt]
    #[arg(long, value_name = "N")]
    pub step: Option<u32>,
    /// The SHA256SUMS file as received; it must be the one that was handed out
    #[arg(long, value_name = "FILE")]
    pub sums: PathBuf,
}
