//! `wangxun tips`: tips (举报), reports of townships and complaints, from intake to reward. Who reported is kept apart.

mod decide;
mod import;
mod reporter;
mod show;

use super::config::Settings;
use super::desk_store::Acting;
use super::exit::{Done, Trouble, misuse};
use crate::desk::tips::{Tip, tips};
use crate::wire::desk::tip::TipFact;
use crate::wire::desk::{DeskEvent, DeskFact};
use anyhow::anyhow;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// `wangxun tips`.
#[derive(Debug, Subcommand)]
#[command(after_help = "Examples:
  wangxun tips form township > 报送表.csv                    an empty form, to be filled in
  wangxun tips import 举报.csv --actor 张某
  wangxun tips import 报送表.csv --source township --unit 刘龙台镇 --actor 张某
  echo '{\"网址\":\"www.a.test\",\"举报内容\":\"保本高息\",\"举报人\":\"甲某某\"}' | wangxun tips import - --actor 张某
  wangxun tips list --open --format json
  wangxun tips link tp-... --case WX-2026-0001 --actor 张某
  wangxun tips outcome tp-... verified --actor 张某
  wangxun tips reward tp-... --yuan 500 --decision 练习奖〔2026〕1号 --basis 奖励办法第三条 --approved-by 李某 --actor 张某
  wangxun tips paid tp-... --voucher P-2026-001 --actor 张某
  wangxun report rewards                                     the ledger for the finance bureau
  wangxun report reward-sheet --tip tp-...                   the decision sheet of one reward

Each tip gets a receipt number; its site becomes a proposal (`wangxun discover list --kind tip`). The same tip of the same
person counts once, however often it is imported. Who reported lies apart under desk/private/, readable by its owner alone;
every reading is entered in the journal. A receipt's first characters are enough.")]
pub enum TipsCommand {
    /// Print an empty form (CSV): tip, township or complaint
    Form {
        /// For what
        #[arg(value_name = "SOURCE", default_value = "tip")]
        source: String,
    },
    /// Take in tips, township reports or complaints (CSV in UTF-8 or GBK, or JSON; `-` is standard input)
    Import(Import),
    /// List them
    List(List),
    /// Show one, without who reported it
    Show {
        /// Receipt number
        #[arg(value_name = "RECEIPT")]
        receipt: String,
    },
    /// Enter that it belongs to a case or a subject
    Link(Link),
    /// Say what came of it: verified 查实, unfounded 不实, known 已掌握, transferred 转办
    Outcome(Outcome),
    /// Enter a reward that another officer approved
    Reward(Reward),
    /// Enter that the reward was paid
    Paid(Paid),
    /// Read who reported it; the reading is entered in the journal
    Reporter(Why),
    /// Erase who reported it; the tip itself stays
    Forget(Why),
}

/// `wangxun tips import`.
#[derive(Debug, Args)]
pub struct Import {
    /// The file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Where they come from, unless a column 来源 tells: tip 举报, township 乡镇报送, complaint 投诉信访
    #[arg(long, value_name = "SOURCE", default_value = "tip")]
    source: String,
    /// The unit that sends them in, unless a column 报送单位 tells (name or code)
    #[arg(long, value_name = "UNIT")]
    unit: Option<String>,
    /// Tell what would be taken in; keep nothing
    #[arg(long)]
    dry_run: bool,
    /// Who takes them in
    #[arg(long, value_name = "NAME")]
    actor: String,
}

/// `wangxun tips list`.
#[derive(Debug, Args)]
pub struct List {
    /// Only from there: tip, township or complaint
    #[arg(long, value_name = "SOURCE")]
    source: Option<String>,
    /// Only of this unit (name or code)
    #[arg(long, value_name = "UNIT")]
    unit: Option<String>,
    /// Only of this case
    #[arg(long, value_name = "CASE")]
    case: Option<String>,
    /// Only those without an outcome
    #[arg(long)]
    open: bool,
}

/// `wangxun tips link`.
#[derive(Debug, Args)]
pub struct Link {
    /// Receipt number
    #[arg(value_name = "RECEIPT")]
    receipt: String,
    /// The case
    #[arg(long, value_name = "CASE", required_unless_present = "subject")]
    case: Option<String>,
    /// The subject
    #[arg(long, value_name = "SUBJECT")]
    subject: Option<String>,
    /// Who enters it
    #[arg(long, value_name = "NAME")]
    actor: String,
}

/// `wangxun tips outcome`.
#[derive(Debug, Args)]
pub struct Outcome {
    /// Receipt number
    #[arg(value_name = "RECEIPT")]
    receipt: String,
    /// verified, unfounded, known or transferred
    #[arg(value_name = "OUTCOME")]
    outcome: String,
    /// Remark; needed unless it was verified
    #[arg(long, value_name = "TEXT")]
    comment: Option<String>,
    /// Who says so
    #[arg(long, value_name = "NAME")]
    actor: String,
}

/// `wangxun tips reward`.
#[derive(Debug, Args)]
pub struct Reward {
    /// Receipt number
    #[arg(value_name = "RECEIPT")]
    receipt: String,
    /// Amount in yuan, such as 500 or 500.50
    #[arg(long, value_name = "YUAN")]
    yuan: String,
    /// Number of the decision
    #[arg(long, value_name = "NUMBER")]
    decision: String,
    /// The rule by which it was reckoned
    #[arg(long, value_name = "TEXT")]
    basis: String,
    /// Who approved it; another officer
    #[arg(long, value_name = "NAME")]
    approved_by: String,
    /// Who enters it
    #[arg(long, value_name = "NAME")]
    actor: String,
}

/// `wangxun tips paid`.
#[derive(Debug, Args)]
pub struct Paid {
    /// Receipt number
    #[arg(value_name = "RECEIPT")]
    receipt: String,
    /// Number of the voucher
    #[arg(long, value_name = "NUMBER")]
    voucher: String,
    /// Who enters it
    #[arg(long, value_name = "NAME")]
    actor: String,
}

/// A tip, and why.
#[derive(Debug, Args)]
pub struct Why {
    /// Receipt number
    #[arg(value_name = "RECEIPT")]
    receipt: String,
    /// Why; it is entered in the journal
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Who
    #[arg(long, value_name = "NAME")]
    actor: String,
}

/// Carries the command out.
pub fn run(asked: &TipsCommand, settings: &Settings) -> Done {
    match asked {
        TipsCommand::Form { source } => import::form(source),
        TipsCommand::Import(asked) => import::run(asked, settings),
        TipsCommand::List(asked) => show::list(asked, settings),
        TipsCommand::Show { receipt } => show::show(receipt, settings),
        TipsCommand::Link(asked) => decide::link(asked, settings),
        TipsCommand::Outcome(asked) => decide::outcome(asked, settings),
        TipsCommand::Reward(asked) => decide::reward(asked, settings),
        TipsCommand::Paid(asked) => decide::paid(asked, settings),
        TipsCommand::Reporter(asked) => reporter::read(asked, settings),
        TipsCommand::Forget(asked) => reporter::forget(asked, settings),
    }
}

/// The desk, open for a registered officer, and one tip of it.
struct Work {
    acting: Acting,
    tip: Tip,
}

impl Work {
    fn open(receipt: &str, name: &str, settings: &Settings) -> Result<Self, Trouble> {
        let acting = Acting::open(name, settings)?;
        let tip = one(acting.events(), receipt)?;
        Ok(Self { acting, tip })
    }

    fn keep_and_show(mut self, fact: TipFact, settings: &Settings) -> Done {
        self.acting.keep(vec![DeskFact::Tip(fact)])?;
        show::print(&one(self.acting.events(), &self.tip.receipt)?, settings)
    }
}

/// The one tip that is meant.
pub(super) fn one(events: &[DeskEvent], receipt: &str) -> Result<Tip, Trouble> {
    let mut found: Vec<Tip> = tips(events)
        .into_iter()
        .filter(|t| !receipt.is_empty() && t.receipt.starts_with(receipt))
        .collect();
    match (found.pop(), found.len()) {
        (Some(tip), 0) => Ok(tip),
        (None, _) => Err(misuse(anyhow!(
            "there is no tip {receipt:?}; `wangxun tips list` shows them"
        ))),
        (Some(_), more) => Err(misuse(anyhow!(
            "{receipt:?} may be one of {} tips; give more of the receipt number",
            more + 1
        ))),
    }
}
