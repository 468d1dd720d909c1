//! `wangxun evidence search`: items by text and facts. Also opens the search index for other commands.

use super::arguments::Format;
use super::arguments::handout::{Search, Sort};
use super::config::Settings;
use super::exit::{Done, Exit, Trouble, incomplete, misuse};
use super::output::Output;
use super::progress::TerminalMonitor;
use super::store;
use crate::lexicons::dictionary;
use crate::model::monitor::Monitor;
use crate::model::tokens::Tokenizer;
use crate::storage::error::StorageError;
use crate::storage::search::{Hit, Hits, MOST_HITS, Part, SearchIndex, SearchQuery};
use crate::storage::store::Store;
use crate::text::Segmenter;
use anyhow::anyhow;
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, SecondsFormat, Utc};
use serde_json::json;
use std::io::IsTerminal;
use std::sync::Arc;

/// What cuts text into words: jieba with the finance dictionary, shared with whoever is handed it.
pub fn words(settings: &Settings) -> Result<Arc<dyn Tokenizer>, Trouble> {
    let words = dictionary::load(settings.lexicons.as_deref()).map_err(misuse)?;
    Ok(Arc::new(Segmenter::new(&words)))
}

/// Opens the search index beside an open store, so that what is sealed can be found. Trouble with it is told, and never
/// keeps anybody from patrolling.
pub fn open(store: &mut Store, settings: &Settings, monitor: &dyn Monitor) -> Result<(), Trouble> {
    match store.open_search(words(settings)?, monitor) {
        Ok(notes) => {
            for note in notes {
                tracing::warn!("{}: {}", note.code, note.message);
            }
        }
        Err(error) => tracing::warn!("{error}; `wangxun evidence rebuild` makes a new one"),
    }
    Ok(())
}

/// Carries the command out.
pub fn run(asked: &Search, settings: &Settings) -> Done {
    let query = query(asked);
    if let Some(fault) = query.fault() {
        return Err(misuse(anyhow!("{fault}")));
    }
    if asked.limit > MOST_HITS {
        return Err(misuse(anyhow!("--limit is at most {MOST_HITS}")));
    }
    let hits = hits(&query, settings)?;
    match settings.format {
        Format::Json => {
            for hit in &hits.hits {
                Output.json_line(&json_of(hit))?;
            }
        }
        Format::Table => show(&hits, &query)?,
    }
    Ok(Exit::Fine)
}

/// Searches with an index that is up to date; while a patrol holds the home, with what the patrol has entered so far.
fn hits(query: &SearchQuery, settings: &Settings) -> Result<Hits, Trouble> {
    let home = store::read_only(settings)?;
    if !home.is_in_use() {
        let monitor = TerminalMonitor::new(settings.quiet);
        let mut store = store::open_existing(settings)?;
        let opened = store.open_search(words(settings)?, &monitor);
        monitor.clear();
        for note in opened.map_err(incomplete)? {
            tracing::warn!("{}: {}", note.code, note.message);
        }
        let found = store.search().map(|index| index.search(query));
        return found.unwrap_or_else(|| Err(nothing())).map_err(incomplete);
    }
    tracing::warn!("another process is writing; what it sealed last may not be found yet");
    let index = SearchIndex::read_only(&home, words(settings)?).map_err(incomplete)?;
    let found = index.map(|index| index.search(query));
    found.unwrap_or_else(|| Err(nothing())).map_err(incomplete)
}

fn nothing() -> StorageError {
    StorageError::Index {
        detail: "there is no search index yet; it is made when no other process holds the home"
            .to_owned(),
    }
}

/// The question as the index takes it.
pub fn query(asked: &Search) -> SearchQuery {
    SearchQuery {
        words: asked.words.join(" "),
        url: asked.url.clone(),
        domain: asked.domain.clone(),
        subject: asked.subject.clone(),
        platform: asked.platform.clone(),
        icp: asked.icp.clone(),
        case: asked.case.clone(),
        digest: asked.digest.clone(),
        rule: asked.rule.clone(),
        since: asked.since.and_then(beginning),
        until: asked.until.and_then(|day| beginning(day.succ_opt()?)),
        min_score: asked.min_score,
        by_date: asked.sort == Sort::Date,
        skip: asked.skip,
        limit: asked.limit,
    }
}

/// Midnight in Beijing.
pub fn beginning(day: NaiveDate) -> Option<DateTime<Utc>> {
    let midnight = day.and_time(NaiveTime::MIN);
    let local = midnight.and_local_timezone(beijing()?).single()?;
    Some(local.with_timezone(&Utc))
}

fn beijing() -> Option<FixedOffset> {
    FixedOffset::east_opt(8 * 3600)
}

fn show(hits: &Hits, query: &SearchQuery) -> Result<(), Trouble> {
    for hit in &hits.hits {
        let captured = beijing().map_or_else(String::new, |zone| {
            hit.captured
                .with_timezone(&zone)
                .format("%Y-%m-%d %H:%M:%S")
                .to_string()
        });
        Output.line(format!(
            "{}  {captured}  {}  分 {:.0}  {}",
            hit.evidence_id,
            hit.platform,
            hit.score,
            hit.rules.join(",")
        ))?;
        Output.line(format!("  {}", one_line(&hit.title)))?;
        Output.line(format!("  {}", hit.url))?;
        if !hit.cases.is_empty() {
            Output.line(format!("  案号 {}", hit.cases.join("、")))?;
        }
        snippet(&hit.snippet)?;
    }
    Output.line(format!(
        "{} of {} items, sorted by {}",
        hits.hits.len(),
        hits.total,
        if query.by_date { "date" } else { "relevance" }
    ))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What was found stands out on a terminal and is in brackets elsewhere. The words go through the filter for terminals
/// before the program's own marks are added.
fn snippet(parts: &[Part]) -> Result<(), Trouble> {
    let (on, off) = match std::io::stdout().is_terminal() {
        true => ("\u{1b}[1;31m", "\u{1b}[0m"),
        false => ("【", "】"),
    };
    let mut line = String::from("  ");
    for part in parts {
        let safe = super::output::terminal_safe(&part.text);
        match part.found {
            true => line.extend([on, &safe, off]),
            false => line.push_str(&safe),
        }
    }
    line.push('\n');
    Output.write(&line)
}

fn json_of(hit: &Hit) -> serde_json::Value {
    let parts = hit.snippet.iter();
    json!({
        "evidence_id": hit.evidence_id,
        "captured": hit.captured.to_rfc3339_opts(SecondsFormat::Millis, true),
        "platform": hit.platform,
        "url": hit.url,
        "title": hit.title,
        "rules": hit.rules,
        "cases": hit.cases,
        "score": hit.score,
        "relevance": hit.relevance,
        "snippet": parts.map(|p| json!({"text": p.text, "found": p.found})).collect::<Vec<_>>(),
    })
}
