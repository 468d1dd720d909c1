//! `wangxun evidence deposit`: files that somebody handed in, sealed with a statement of their origin.

use super::arguments::GroundsArguments;
use super::{clean, grounds, refused};
use crate::cli::arguments::Format;
use crate::cli::config::Settings;
use crate::cli::exit::{Done, Exit, Trouble, misuse};
use crate::cli::output::Output;
use crate::cli::progress::TerminalMonitor;
use crate::cli::store;
use crate::model::custody::ItemKind;
use crate::patrol::order::tool;
use crate::storage::custody::Depositing;
use crate::storage::package::deposit::{IncomingFile, MOST_BYTES};
use crate::storage::package::moment;
use crate::wire::custody::{ItemCustody, Origin};
use anyhow::{Context, anyhow};
use chrono::{DateTime, FixedOffset, NaiveDateTime, TimeZone, Utc};
use clap::{Args, ValueEnum};
use serde_json::json;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// How files came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DepositKind {
    /// Handed in by an officer or a party.
    Upload,
    /// Handed in with a tip (举报).
    Tip,
    /// A photograph of a poster, a screen, a leaflet.
    Photo,
}

/// `wangxun evidence deposit`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  wangxun evidence deposit chat-1.png chat-2.png --kind tip --origin '举报人手机截屏,本人提交' --provided-by 举报人 \\
      --received '2026-11-03 10:00' --reason 受理举报 --actor 张某
  wangxun evidence deposit poster.jpg --kind photo --origin '巡查时在某街拍摄' --provided-by 执法人员 \\
      --received 2026-11-03T10:00:00+08:00 --case 某金监案〔2026〕3号 --reason 现场检查 --actor 张某

Each file becomes a resource record of one sealed item, its media type told from its bytes. The statement of origin is
sealed and stands nowhere else: say who provided the files by role only.")]
pub struct Deposit {
    /// The files
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// How they came
    #[arg(long, value_enum)]
    pub kind: DepositKind,
    /// Where they come from: who made them, when, with what, as stated
    #[arg(long, value_name = "STATEMENT")]
    pub origin: String,
    /// In which role they were provided, such as 举报人; no name
    #[arg(long, value_name = "ROLE")]
    pub provided_by: String,
    /// When they were received: 2026-11-03T10:00:00+08:00, or '2026-11-03 10:00' in Beijing
    #[arg(long, value_name = "TIME")]
    pub received: String,
    /// Number of the case
    #[arg(long, value_name = "NO")]
    pub case: Option<String>,
    /// On whose word.
    #[command(flatten)]
    pub grounds: GroundsArguments,
}

/// Carries the command out.
pub fn run(asked: &Deposit, settings: &Settings) -> Done {
    let grounds = grounds(&asked.grounds, settings)?;
    let kind = match asked.kind {
        DepositKind::Upload => "upload",
        DepositKind::Tip => "tip",
        DepositKind::Photo => "photo",
    };
    let statement = asked.origin.trim();
    if statement.is_empty() || statement.chars().count() > 10_000 {
        return Err(misuse(anyhow!("--origin must have 1 to 10000 characters")));
    }
    let origin = Origin {
        kind: kind.to_owned(),
        statement: statement.to_owned(),
        provided_by: clean("--provided-by", &asked.provided_by)?,
        received: moment(received(&asked.received)?),
        files: Vec::new(),
    };
    let case = asked.case.as_deref();
    let order = Depositing {
        files: asked
            .files
            .iter()
            .map(|p| read(p))
            .collect::<Result<_, _>>()?,
        origin,
        custody: ItemCustody {
            case_no: case.map(|c| clean("--case", c)).transpose()?,
            ..ItemCustody::of(ItemKind::Deposit)
        },
        grounds,
        tool: tool(),
        now: Utc::now(),
    };
    let store = store::open(settings, &TerminalMonitor::new(settings.quiet))?;
    let sealed = store.deposit(&order).map_err(refused)?;
    let origin = sealed.manifest().custody.origin.as_ref();
    if settings.format == Format::Json {
        let files = origin.map(|o| &o.files);
        Output.json(
            &json!({"evidence_id": sealed.evidence_id(), "path": sealed.path(), "files": files}),
        )?;
        return Ok(Exit::Fine);
    }
    Output.line(format!("已封存 {}", sealed.evidence_id()))?;
    for file in origin.iter().flat_map(|o| &o.files) {
        Output.line(format!(
            "  {} {} {} 字节 sha256 {}",
            file.name, file.media_type, file.bytes, file.sha256
        ))?;
    }
    Output.line(format!("证据包 {}", sealed.path().display()))?;
    Ok(Exit::Fine)
}

/// Reads a file, never more than the limit and a byte.
fn read(path: &Path) -> Result<IncomingFile, Trouble> {
    let mut bytes = Vec::new();
    let opened = File::open(path).and_then(|f| f.take(MOST_BYTES + 1).read_to_end(&mut bytes));
    opened
        .with_context(|| format!("cannot read {}", path.display()))
        .map_err(misuse)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    Ok(IncomingFile {
        name: name.into_owned(),
        bytes,
    })
}

/// A time as given: with its offset, or in Beijing.
fn received(text: &str) -> Result<DateTime<Utc>, Trouble> {
    if let Ok(time) = DateTime::parse_from_rfc3339(text.trim()) {
        return Ok(time.with_timezone(&Utc));
    }
    let naive = ["%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text.trim(), form).ok());
    let beijing = FixedOffset::east_opt(8 * 3600);
    naive
        .zip(beijing)
        .and_then(|(time, zone)| zone.from_local_datetime(&time).single())
        .map(|time| time.with_timezone(&Utc))
        .ok_or_else(|| {
            misuse(anyhow!(
                "--received {text:?} is no time: write 2026-11-03T10:00:00+08:00, or '2026-11-03 10:00'"
            ))
        })
}
