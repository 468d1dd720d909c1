//! `wangxun subjects screen`: lists of entities, screened for watch words, become bearers of facts with provenance.

use super::Screen;
use crate::cli::arguments::Format;
use crate::cli::config::Settings;
use crate::cli::custody::clean;
use crate::cli::desk_store::{actor, open};
use crate::cli::exit::{Done, Exit, Trouble, incomplete, misuse};
use crate::cli::output::{Output, shorten, table};
use crate::desk::subjects::reading::{is_registered, plain_name};
use crate::dossier::pseudonym::person;
use crate::dossier::watch_words::watch_words;
use crate::lexicons::rulebook;
use crate::model::custody::Actor;
use crate::model::lexicon::NameList;
use crate::model::partial_mask::mask;
use crate::model::person_role::PersonRole;
use crate::model::subject_fact::SubjectFactKind as Kind;
use crate::page;
use crate::seeds::{EntityRow, load_entities};
use crate::storage::desk::{event_once, short_id};
use crate::wire::desk::subject::{ListedRow, StoredFact, SubjectFact, WatchWord};
use crate::wire::desk::{DeskFact, DocumentRef};
use anyhow::{Context, anyhow};
use chrono::{NaiveDate, Utc};
use serde_json::json;

const LISTS: [&str; 7] = [
    "registration",
    "licence",
    "court",
    "police",
    "credit",
    "survey",
    "other",
];

/// Carries the command out.
pub(super) fn run(asked: &Screen, settings: &Settings) -> Done {
    if !LISTS.contains(&asked.list.as_str()) {
        return Err(misuse(anyhow!(
            "{:?} is no kind of list; there are {}",
            asked.list,
            LISTS.join(", ")
        )));
    }
    let by = actor(&asked.actor, settings)?;
    let source = clean("--source", &asked.source)?;
    let lexicon = rulebook::load(settings.lexicons.as_deref()).map_err(misuse)?;
    let (loaded, bytes) = load_entities(&asked.file).map_err(misuse)?;
    for fault in &loaded.faults {
        Output.line(fault.to_string())?;
    }
    let name = asked
        .file
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let mut rows = Vec::new();
    for row in &loaded.value {
        rows.push((row, watch(row, &lexicon.names, asked.as_of)));
    }
    if asked.dry_run {
        show(&rows, settings)?;
        return Ok(Exit::Fine);
    }
    let kept = keep(asked, &source, (&name, &bytes), &rows, &by, settings)?;
    if let Some(file) = &asked.notify {
        let list = notification(&rows).map_err(incomplete)?;
        std::fs::write(file, list)
            .with_context(|| format!("cannot write {}", file.display()))
            .map_err(incomplete)?;
    }
    show(&rows, settings)?;
    if settings.format == Format::Table {
        Output.line(format!("新登记 {kept} 行"))?;
    }
    Ok(if loaded.faults.is_empty() {
        Exit::Fine
    } else {
        Exit::CheckFailed
    })
}

fn watch(row: &EntityRow, lists: &[NameList], day: NaiveDate) -> Vec<WatchWord> {
    let parts = [("name", &row.name), ("scope", &row.scope)];
    let hits = parts.into_iter().flat_map(|(place, text)| {
        let found = watch_words(text, place == "name", lists, day).into_iter();
        found.map(move |hit| WatchWord {
            word: hit.word,
            place: place.to_owned(),
            list: hit.list,
            basis: hit.basis,
        })
    });
    hits.collect()
}

fn keep(
    asked: &Screen,
    source: &str,
    (name, bytes): (&str, &[u8]),
    rows: &[(&EntityRow, Vec<WatchWord>)],
    by: &Actor,
    settings: &Settings,
) -> Result<usize, Trouble> {
    let mut opened = open(settings)?;
    let file = opened.desk.attach(bytes, name, by).map_err(incomplete)?;
    let import = short_id("im", &[&file.sha256, &asked.list]);
    let events = rows.iter().map(|(row, watch)| {
        let listed = listed(
            row,
            watch,
            (&asked.list, source),
            asked.as_of,
            &file,
            &import,
        );
        let key = format!("listed {}", listed.bearer);
        event_once(
            &key,
            Utc::now(),
            &by.name,
            DeskFact::Subject(SubjectFact::Listed(listed)),
        )
    });
    let events = events.collect();
    opened.desk.append(events, by).map_err(incomplete)
}

fn listed(
    row: &EntityRow,
    watch: &[WatchWord],
    (list, source): (&str, &str),
    as_of: NaiveDate,
    file: &DocumentRef,
    import: &str,
) -> ListedRow {
    let mut facts = Vec::new();
    let mut add = |kind: Kind, value: String, detail: &str, tells: bool| {
        if !value.is_empty() {
            facts.push(StoredFact {
                kind: kind.code().to_owned(),
                value,
                detail: detail.to_owned(),
                tells,
            });
        }
    };
    add(
        Kind::Name,
        plain_name(&row.name),
        "",
        is_registered(&row.name),
    );
    add(
        Kind::CreditCode,
        row.code.clone(),
        "",
        page::is_credit_code(&row.code),
    );
    add(
        Kind::Address,
        row.address.clone(),
        "",
        row.address.chars().count() >= 8,
    );
    add(Kind::Scope, mask(&row.scope).into_owned(), "", false);
    if !row.legal_rep.is_empty() {
        let role = PersonRole::LegalRep;
        add(
            Kind::Person,
            person(role, &row.legal_rep),
            role.code(),
            true,
        );
    }
    ListedRow {
        bearer: format!("row:{import}#{}", row.line),
        list: list.to_owned(),
        source: source.to_owned(),
        as_of: as_of.to_string(),
        file: file.clone(),
        line: row.line as u64,
        name: row.name.clone(),
        text: mask(&row.text).into_owned(),
        facts,
        watch: watch.to_vec(),
    }
}

fn words(watch: &[WatchWord], place: &str) -> String {
    let mut words: Vec<&str> = watch
        .iter()
        .filter(|w| w.place == place)
        .map(|w| w.word.as_str())
        .collect();
    words.sort_unstable();
    words.dedup();
    words.join("、")
}

fn bases(watch: &[WatchWord]) -> String {
    let mut bases: Vec<&str> = watch.iter().map(|w| w.basis.as_str()).collect();
    bases.sort_unstable();
    bases.dedup();
    bases.join(";")
}

/// The notification list: entities with a watch word. A cell that begins a formula is made a text (a quote before it).
fn notification(rows: &[(&EntityRow, Vec<WatchWord>)]) -> Result<Vec<u8>, csv::Error> {
    let safe = |text: &str| match text.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r') => format!("'{text}"),
        _ => text.to_owned(),
    };
    let mut out = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    out.write_record([
        "名称",
        "统一社会信用代码",
        "住所",
        "名称命中",
        "经营范围命中",
        "依据",
        "原表行号",
    ])?;
    for (row, watch) in rows.iter().filter(|(_, w)| !w.is_empty()) {
        out.write_record([
            safe(&row.name),
            safe(&row.code),
            safe(&row.address),
            words(watch, "name"),
            words(watch, "scope"),
            bases(watch),
            row.line.to_string(),
        ])?;
    }
    out.into_inner()
        .map_err(|e| csv::Error::from(e.into_error()))
}

fn show(rows: &[(&EntityRow, Vec<WatchWord>)], settings: &Settings) -> Result<(), Trouble> {
    let hits = || rows.iter().filter(|(_, w)| !w.is_empty());
    if settings.format == Format::Json {
        for (row, watch) in hits() {
            Output.json_line(&json!({
                "line": row.line, "name": row.name, "code": row.code, "address": row.address, "watch": watch,
            }))?;
        }
        return Ok(());
    }
    let cells: Vec<Vec<String>> = hits()
        .map(|(row, watch)| {
            vec![
                row.line.to_string(),
                words(watch, "name"),
                words(watch, "scope"),
                shorten(&row.name, 50),
            ]
        })
        .collect();
    Output.line(table(&["行", "名称命中", "经营范围命中", "名称"], &cells).trim_end())?;
    Output.line(format!("{} 行中 {} 行含关注字样", rows.len(), cells.len()))
}
