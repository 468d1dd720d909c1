//! Arguments of `wangxun audit`, `evaluate` and `explain`.

use clap::{Args, ValueEnum};
use std::path::PathBuf;

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
