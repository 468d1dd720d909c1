//! Arguments of what finds items and hands them out.

use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// `wangxun evidence search`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  wangxun evidence search 保本 高息                    both must occur
  wangxun evidence search '\"保本保息\" 加微信'          words in quotation marks must stand exactly so
  wangxun evidence search 保本 --domain licai.test --since 2026-11-01 --rule AD-25-1
  wangxun evidence search --icp 辽ICP备00000000号 --min-score 60 --sort date
  wangxun evidence search --digest 0123abcd --format json

Text, title and the names of brand, operator and payee are searched. Marks between characters do not hide a word:
保·本 is found as 保本. Telephone, identity and account numbers are masked in the index and in what is shown; asked for
whole, they find what looks the same when masked. `evidence rebuild` makes the index anew.")]
pub struct Search {
    /// Words that must all occur
    #[arg(value_name = "WORDS")]
    pub words: Vec<String>,
    /// Part of the address
    #[arg(long, value_name = "TEXT")]
    pub url: Option<String>,
    /// Host, or a domain above it
    #[arg(long, value_name = "DOMAIN")]
    pub domain: Option<String>,
    /// Part of the name of brand, operator or payee
    #[arg(long, value_name = "NAME")]
    pub subject: Option<String>,
    /// Part of the platform's name on the patrol list
    #[arg(long, value_name = "NAME")]
    pub platform: Option<String>,
    /// ICP number, or its digits
    #[arg(long, value_name = "NUMBER")]
    pub icp: Option<String>,
    /// Case number
    #[arg(long, value_name = "NUMBER")]
    pub case: Option<String>,
    /// SHA-256 or SM3 of the package or SHA-256 of a payload, or how it begins (8 digits or more)
    #[arg(long, value_name = "HEX")]
    pub digest: Option<String>,
    /// Captured on this day (Beijing) or later
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub since: Option<chrono::NaiveDate>,
    /// Captured on this day (Beijing) or earlier
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub until: Option<chrono::NaiveDate>,
    /// With a finding of this rule
    #[arg(long, value_name = "RULE")]
    pub rule: Option<String>,
    /// With at least this score (0 to 100)
    #[arg(long, value_name = "N")]
    pub min_score: Option<f64>,
    /// What comes first
    #[arg(long, value_enum, default_value = "relevance")]
    pub sort: Sort,
    /// Pass over so many
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub skip: usize,
    /// At most this many (up to 10000)
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub limit: usize,
}

/// Order of results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Sort {
    /// What fits best.
    Relevance,
    /// The newest capture.
    Date,
}

/// `wangxun evidence extract`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  wangxun evidence extract wx-a2b3 --text
  wangxun evidence extract wx-a2b3 --manifest --out manifest.json
  wangxun evidence extract wx-a2b3 --warc --out page.warc.gz --actor 张某 --reason 复核
  wangxun evidence extract wx-a2b3 --text --unmasked --actor 张某 --reason 询问前核对

The item is verified first, and the extraction is entered in the journal. Personal data in text, manifest and DOM is
masked unless --unmasked is given; WARC, screenshots and PDF are the sealed bytes.")]
#[command(group = clap::ArgGroup::new("part").required(true))]
pub struct Extract {
    /// The item's identifier (its first characters are enough)
    #[arg(value_name = "ID")]
    pub id: String,
    /// The text that was read
    #[arg(long, group = "part")]
    pub text: bool,
    /// The WARC file
    #[arg(long, group = "part")]
    pub warc: bool,
    /// The screenshot, if a browser made one
    #[arg(long, group = "part")]
    pub screenshot: bool,
    /// The page as printed (PDF), if the browser was asked for it
    #[arg(long, group = "part")]
    pub pdf: bool,
    /// The manifest
    #[arg(long, group = "part")]
    pub manifest: bool,
    /// The page as the browser had built it, if a browser did
    #[arg(long, group = "part")]
    pub dom: bool,
    /// Write a new file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Leave personal data as it is; the journal says so
    #[arg(long, requires = "reason")]
    pub unmasked: bool,
    /// Who extracts, for the journal [default: the user's name]
    #[arg(long, value_name = "NAME")]
    pub actor: Option<String>,
    /// Why, for the journal
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
}

/// `wangxun evidence export`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  wangxun evidence export wx-a2b3 --to handover --actor 张某 --reason 移送公安机关 --authority 某金办函〔2026〕1号
  wangxun evidence export wx-a2b3 wx-c4d5 --to view --masked --actor 李某 --reason 行业部门会商

Every item is verified first, and every copy after it was written. The folder gets the packages with the signatures and
time stamps beside them, a receipt list to sign (receipt.txt, receipt.json) and SHA256SUMS (sha256sum -c SHA256SUMS).
With --masked it gets text and manifest with personal data masked instead of the packages.")]
pub struct Export {
    /// The items' identifiers (their first characters are enough)
    #[arg(value_name = "ID", required = true)]
    pub ids: Vec<String>,
    /// A new or empty folder
    #[arg(long, value_name = "DIR")]
    pub to: PathBuf,
    /// Who hands out
    #[arg(long, value_name = "NAME")]
    pub actor: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// The document that authorises it
    #[arg(long, value_name = "NUMBER")]
    pub authority: Option<String>,
    /// Text and manifest with personal data masked, not the packages
    #[arg(long)]
    pub masked: bool,
}

/// `wangxun evidence court`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  wangxun evidence court wx-a2b3 wx-c4d5 --case 某金线〔2026〕1号 --to court --actor 张某 --reason 移送司法机关
  wangxun evidence court wx-a2b3 --case 某金线〔2026〕1号 --to court --actor 张某 --reason 立案 --no-pdf

The folder gets the packages with all that lies beside them, documents.html, documents.pdf and documents.xlsx (record of
extraction, list, integrity values, excerpts, plain transcript, custody, how to verify), the journal's lines about each
item and SHA256SUMS. What persons must state or sign is left blank. The PDF is printed by chromium-headless-shell or
chromium; when neither is installed the rest is delivered all the same, and the exit code is 3.")]
pub struct Court {
    /// The items' identifiers (their first characters are enough)
    #[arg(value_name = "ID", required = true)]
    pub ids: Vec<String>,
    /// Number of the case
    #[arg(long = "case", value_name = "NUMBER")]
    pub case_no: String,
    /// A new or empty folder
    #[arg(long, value_name = "DIR")]
    pub to: PathBuf,
    /// Who has it made
    #[arg(long, value_name = "NAME")]
    pub actor: String,
    /// Why
    #[arg(long, value_name = "TEXT", default_value = "制作司法材料")]
    pub reason: String,
    /// The document that authorises it
    #[arg(long, value_name = "NUMBER")]
    pub authority: Option<String>,
    /// Do not print a PDF
    #[arg(long)]
    pub no_pdf: bool,
    /// Longest time for printing the PDF
    #[arg(long, value_name = "SECONDS", default_value_t = 120)]
    pub pdf_seconds: u64,
}
