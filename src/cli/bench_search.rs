//! `wangxun bench search`: how fast many short documents are made searchable and found.

use super::arguments::Format;
use super::bench::Usage;
use super::config::Settings;
use super::exit::{Done, Exit, Trouble, incomplete, misuse};
use super::output::{Output, table};
use super::search::words;
use crate::practice::Notices;
use crate::storage::search::{SearchDocument, SearchIndex, SearchQuery, size_of_folder};
use anyhow::anyhow;
use chrono::{DateTime, Duration, Utc};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::path::Path;
use std::time::Instant;

/// Begin of the generated captures.
const FIRST: &str = "2026-01-01T00:00:00Z";
/// Results asked for in each search, as the command does.
const LIMIT: usize = 20;

/// Carries the command out. The index lies in a folder of its own under the home and is removed in the end.
pub fn run(documents: u64, searches: u32, settings: &Settings) -> Done {
    if documents == 0 || searches == 0 {
        return Err(misuse(anyhow!("give at least one document and one search")));
    }
    let folder = settings
        .home
        .join(format!("bench-search-{}", std::process::id()));
    let figures = measure(&folder, documents, searches, settings);
    // What could not be removed is only generated.
    let _ = std::fs::remove_dir_all(&folder);
    let figures = figures?;
    match settings.format {
        Format::Json => Output.json(&figures.json())?,
        Format::Table => figures.show()?,
    }
    Ok(Exit::Fine)
}

struct Figures {
    documents: u64,
    characters: u64,
    seconds: f64,
    index_bytes: u64,
    building_peak: u64,
    peak: u64,
    kinds: Vec<Kind>,
}

/// Latencies of one kind of search.
struct Kind {
    name: &'static str,
    searches: usize,
    /// Mean number of items that fit.
    found: f64,
    /// Milliseconds: p50, p95, p99, longest.
    times: [f64; 4],
}

fn measure(
    folder: &Path,
    documents: u64,
    searches: u32,
    settings: &Settings,
) -> Result<Figures, Trouble> {
    let notices = Notices::bundled().map_err(incomplete)?;
    let (index, _) = SearchIndex::open_in(folder, words(settings)?).map_err(incomplete)?;
    let began = Instant::now();
    index
        .put_all(&|number| Some(document(&notices, number)), documents)
        .map_err(incomplete)?;
    let seconds = began.elapsed().as_secs_f64();
    let building_peak = Usage::of("self").peak_bytes;
    drop(index);
    let (index, _) = SearchIndex::open_in(folder, words(settings)?).map_err(incomplete)?;
    if index.count() != documents {
        return Err(incomplete(anyhow!(
            "{} of {documents} documents can be found",
            index.count()
        )));
    }
    let mut kinds = Vec::new();
    for (name, ask) in KINDS {
        let make = |n: u32| {
            // Spread over all documents, the same in every run.
            let number = (u64::from(n) * 7_919 + 13) * 104_729 % documents;
            ask(&notices, number)
        };
        kinds.push(time(&index, name, searches, &make)?);
    }
    let sample = documents.min(1_000);
    let characters = (0..sample).map(|n| notices.notice(n).text.chars().count() as u64);
    Ok(Figures {
        documents,
        characters: characters.sum::<u64>() / sample,
        seconds,
        index_bytes: size_of_folder(folder),
        building_peak,
        peak: Usage::of("self").peak_bytes,
        kinds,
    })
}

/// One generated document.
fn document(notices: &Notices, number: u64) -> SearchDocument {
    let notice = notices.notice(number);
    let digest = hex::encode(Sha256::digest(number.to_be_bytes()));
    let first: DateTime<Utc> = FIRST.parse().unwrap_or_default();
    SearchDocument {
        evidence_id: format!("wx-{}", digest.get(..20).unwrap_or("")),
        text: notice.text,
        title: notice.title,
        urls: vec![format!("https://{}/p/{number}.html", notice.host)],
        platform: format!("平台{}", number % 300),
        subjects: vec![format!("虚构{}有限公司", number % 9_000)],
        cases: Vec::new(),
        digests: vec![digest],
        rules: match notice.guilty {
            true => vec!["AD-25-1".to_owned()],
            false => Vec::new(),
        },
        captured: first + Duration::seconds(i64::try_from(number % 20_000_000).unwrap_or(0)),
        score: (number % 101) as f64,
    }
}

type Ask = fn(&Notices, u64) -> SearchQuery;

/// The kinds of search, each made from the document with a number, so that every search finds something.
const KINDS: [(&str, Ask); 9] = [
    ("one common word", |_, n| {
        asked(pick(&["保本", "理财", "群众", "合作社", "收益"], n))
    }),
    ("two words", |notices, n| {
        let text = notices.notice(n).text;
        asked(&format!("{} {}", slice(&text, 6, 2), slice(&text, 30, 2)))
    }),
    ("three words", |notices, n| {
        let text = notices.notice(n).text;
        asked(&format!(
            "{} {} {}",
            slice(&text, 3, 2),
            slice(&text, 20, 3),
            slice(&text, 50, 2)
        ))
    }),
    ("phrase of eight characters", |notices, n| {
        asked(&format!("\"{}\"", slice(&notices.notice(n).text, 10, 8)))
    }),
    ("single character", |_, n| {
        asked(pick(&["息", "款", "保"], n))
    }),
    ("word and rule, month", |notices, n| {
        let first: DateTime<Utc> = FIRST.parse().unwrap_or_default();
        let since = first + Duration::days(i64::try_from(n % 7).unwrap_or(0) * 30);
        SearchQuery {
            rule: Some("AD-25-1".to_owned()),
            since: Some(since),
            until: Some(since + Duration::days(30)),
            ..asked(&slice(&notices.notice(n - n % 20).text, 4, 2))
        }
    }),
    ("word, newest first", |_, n| SearchQuery {
        by_date: true,
        ..asked(pick(&["保本", "理财", "群众"], n))
    }),
    ("domain", |notices, n| SearchQuery {
        domain: Some(notices.notice(n).host),
        ..asked("")
    }),
    ("digest", |_, n| SearchQuery {
        digest: Some(hex::encode(Sha256::digest(n.to_be_bytes()))),
        ..asked("")
    }),
];

fn asked(words: &str) -> SearchQuery {
    SearchQuery {
        words: words.to_owned(),
        limit: LIMIT,
        ..SearchQuery::default()
    }
}

fn pick<'a>(words: &[&'a str], number: u64) -> &'a str {
    let at = usize::try_from(number).unwrap_or(0) % words.len().max(1);
    words.get(at).copied().unwrap_or("保本")
}

/// Han characters of a text, from the one with this number.
fn slice(text: &str, from: usize, length: usize) -> String {
    let han = |c: &char| ('\u{4e00}'..='\u{9fff}').contains(c);
    text.chars().filter(han).skip(from).take(length).collect()
}

fn time(
    index: &SearchIndex,
    name: &'static str,
    searches: u32,
    make: &dyn Fn(u32) -> SearchQuery,
) -> Result<Kind, Trouble> {
    let mut times = Vec::new();
    let mut found = 0;
    for n in 0..searches {
        let query = make(n);
        let began = Instant::now();
        let hits = index.search(&query).map_err(incomplete)?;
        times.push(began.elapsed().as_secs_f64() * 1_000.0);
        found += hits.total;
    }
    times.sort_by(f64::total_cmp);
    let at = |share: f64| {
        let place = (times.len() as f64 * share).ceil() as usize;
        times.get(place.saturating_sub(1)).copied().unwrap_or(0.0)
    };
    Ok(Kind {
        name,
        searches: times.len(),
        found: found as f64 / f64::from(searches),
        times: [at(0.5), at(0.95), at(0.99), at(1.0)],
    })
}

impl Figures {
    fn json(&self) -> serde_json::Value {
        let kind = |k: &Kind| {
            let [p50, p95, p99, most] = k.times;
            json!({"kind": k.name, "searches": k.searches, "found": k.found,
                "p50_ms": p50, "p95_ms": p95, "p99_ms": p99, "longest_ms": most})
        };
        json!({
            "documents": self.documents, "characters_each": self.characters,
            "build_seconds": self.seconds, "documents_per_second": self.documents as f64 / self.seconds,
            "index_megabytes": self.index_bytes as f64 / 1e6,
            "index_bytes_per_document": self.index_bytes / self.documents.max(1),
            "peak_memory_building_megabytes": self.building_peak as f64 / 1e6,
            "peak_memory_megabytes": self.peak as f64 / 1e6,
            "searches": self.kinds.iter().map(kind).collect::<Vec<_>>(),
        })
    }

    fn show(&self) -> Result<(), Trouble> {
        Output.line(format!(
            "documents  {} of {} characters on average",
            self.documents, self.characters
        ))?;
        Output.line(format!(
            "build      {:.1} s, {:.0} documents/s; peak memory {:.0} MB",
            self.seconds,
            self.documents as f64 / self.seconds,
            self.building_peak as f64 / 1e6
        ))?;
        Output.line(format!(
            "index      {:.0} MB, {} bytes a document",
            self.index_bytes as f64 / 1e6,
            self.index_bytes / self.documents.max(1)
        ))?;
        let row = |k: &Kind| {
            let mut row = vec![
                k.name.to_owned(),
                k.searches.to_string(),
                format!("{:.0}", k.found),
            ];
            row.extend(k.times.iter().map(|ms| format!("{ms:.2}")));
            row
        };
        let rows: Vec<Vec<String>> = self.kinds.iter().map(row).collect();
        let head = [
            "search",
            "searches",
            "found",
            "p50 ms",
            "p95 ms",
            "p99 ms",
            "longest ms",
        ];
        Output.line(table(&head, &rows).trim_end())
    }
}
