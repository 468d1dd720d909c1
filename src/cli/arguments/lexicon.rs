//! Arguments of `wangxun lexicon`.

use clap::{Args, Subcommand};
use std::path::PathBuf;

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
