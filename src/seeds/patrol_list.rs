//! Patrol lists in TOML.

use super::error::{SeedsError, read};
use super::fault::{Loaded, Scribe, quoted};
use super::search_start;
use super::start_rules::judge_start;
use super::start_url;
use super::table::Table;
use super::terms::{self, Terms};
use super::units::bundled_units;
use super::watch_table;
use crate::model::region::Units;
use crate::model::seed::{Breadth, PatrolList, Seed, SeedKind};
use crate::model::watch_plan::WatchPlan;
use std::collections::HashMap;
use std::path::Path;
use toml::de::DeTable;
use url::Url;

const LIST_FIELDS: [&str; 5] = ["name", "office", "defaults", "watch", "seed"];

/// Reads a patrol list; regional units are the bundled ones.
pub fn load_patrol_list(path: &Path) -> Result<Loaded<PatrolList>, SeedsError> {
    let bytes = read(path)?;
    let source = path.display().to_string();
    Ok(match String::from_utf8(bytes) {
        Ok(text) => parse_patrol_list(&text, &source, bundled_units()),
        Err(error) => not_utf8(error, &source),
    })
}

/// A file in another encoding: the sound part is read for its place only.
fn not_utf8(error: std::string::FromUtf8Error, source: &str) -> Loaded<PatrolList> {
    let upto = error.utf8_error().valid_up_to();
    let bytes = error.into_bytes();
    let sound = String::from_utf8_lossy(bytes.get(..upto).unwrap_or_default());
    let mut scribe = Scribe::new(source, &sound);
    let advice = "save the file as UTF-8 (in the editor: Save as, encoding UTF-8)";
    scribe.error(&(upto..upto), "", "the file is not UTF-8", advice);
    scribe.finish(empty_list(source))
}

fn empty_list(source: &str) -> PatrolList {
    PatrolList {
        name: source.to_owned(),
        office: None,
        source: source.to_owned(),
        seeds: Vec::new(),
        watch: WatchPlan::default(),
    }
}

/// Reads a patrol list from text. Seeds with an error are left out, all faults are told.
pub fn parse_patrol_list(text: &str, source: &str, units: &Units) -> Loaded<PatrolList> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut scribe = Scribe::new(source, text);
    let (parsed, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let span = error.span().unwrap_or(0..0);
        let (line, _) = scribe.place(span.start);
        if !scribe.has_fault_on(line) {
            scribe.error(
                &span,
                "",
                format!("not TOML: {}", first_line(error.message())),
                "see the grammar in seeds/README.md",
            );
        }
    }
    let root = Table::root(&parsed);
    let list = read_list(&root, source, units, &mut scribe);
    let mut loaded = scribe.finish(list);
    if !errors.is_empty() {
        drop_echoes(&mut loaded);
    }
    loaded
}

fn first_line(message: &str) -> String {
    let line = message.lines().next().unwrap_or_default();
    line.chars()
        .take(200)
        .collect::<String>()
        .escape_debug()
        .to_string()
}

/// After a syntax error, other faults of the same line are its echoes.
fn drop_echoes(loaded: &mut Loaded<PatrolList>) {
    let broken: Vec<usize> = loaded
        .faults
        .iter()
        .filter(|f| f.problem.starts_with("not TOML"))
        .map(|f| f.line)
        .collect();
    loaded
        .faults
        .retain(|f| f.problem.starts_with("not TOML") || !broken.contains(&f.line));
}

fn read_list(root: &Table<'_>, source: &str, units: &Units, scribe: &mut Scribe<'_>) -> PatrolList {
    root.only(&LIST_FIELDS, scribe);
    let mut list = empty_list(source);
    match root.text("name", scribe) {
        Some(name) => list.name = name,
        None if root.get("name").is_none() => {
            scribe.warning(
                &(0..0),
                "name",
                "the list has no name",
                "write name = \"...\" at the top",
            );
        }
        None => {}
    }
    list.office = root.text("office", scribe);
    let mut defaults = Terms::default();
    if let Some(table) = root.table("defaults", scribe) {
        table.only(&terms::FIELDS, scribe);
        defaults = defaults.read(&table, units, scribe);
    }
    if let Some(table) = root.table("watch", scribe) {
        watch_table::read(&mut list.watch, &table, scribe);
    }
    let mut seen = Seen::default();
    for table in root.tables("seed", scribe) {
        let before = scribe.errors();
        let seed = read_seed(&table, &defaults, units, scribe);
        let schedule = watch_table::read_schedule(&table, scribe);
        if let Some(seed) = seed.filter(|_| scribe.errors() == before)
            && seen.admits(&seed, &table, scribe)
        {
            let own = schedule.map(|schedule| (seed.id.clone(), schedule));
            list.watch.own.extend(own);
            list.seeds.push(seed);
        }
    }
    if list.seeds.is_empty() && scribe.errors() == 0 {
        scribe.warning(
            &(0..0),
            "seed",
            "the list names no seed",
            "add a [[seed]] with id, name and start",
        );
    }
    list
}

fn read_seed(
    table: &Table<'_>,
    defaults: &Terms,
    units: &Units,
    scribe: &mut Scribe<'_>,
) -> Option<Seed> {
    let known: Vec<&str> = ["id", "name", "start", "queries", "schedule"]
        .into_iter()
        .chain(terms::FIELDS)
        .collect();
    table.only(&known, scribe);
    for (field, example) in [
        ("id", "\"yx-001\""),
        ("name", "\"某某平台\""),
        ("start", "[\"https://www.example.test/\"]"),
    ] {
        if table.get(field).is_none() {
            let advice = format!("write {field} = {example}");
            scribe.error(
                &table.span,
                format!("{}.{field}", table.path),
                "the field is missing",
                advice,
            );
        }
    }
    let id = read_id(table, scribe);
    let name = table.text("name", scribe);
    let mut terms = defaults.clone().read(table, units, scribe);
    let breadth = table
        .get("scope")
        .and_then(|_| table.table("scope", &mut Scribe::new("", "")));
    if terms.kind == SeedKind::Search && breadth.is_none_or(|s| s.get("breadth").is_none()) {
        // The engine's own pages are not the point.
        terms.scope.breadth = Breadth::Urls;
    }
    let start_urls = read_start(table, &terms, scribe);
    terms.judge_pace(table, scribe);
    if terms.sector.is_none() && table.get("sector").is_none() {
        let field = format!("{}.sector", table.path);
        scribe.warning(
            &table.span,
            field,
            "no sector, 其他 is taken",
            "write sector = \"p2p\" or another of README.md",
        );
    }
    Some(terms.seed(id?, name?, start_urls))
}

/// Whether a text is a seed's id: `[a-z0-9-]{1,64}`.
pub(super) fn is_id(id: &str) -> bool {
    (1..=64).contains(&id.len())
        && id
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

fn read_id(table: &Table<'_>, scribe: &mut Scribe<'_>) -> Option<String> {
    let field = table.get("id")?;
    let id = field.text(scribe)?;
    if is_id(&id) {
        return Some(id);
    }
    let problem = format!("{} is not an id", quoted(&id));
    scribe.error(
        &field.span,
        &field.path,
        problem,
        "use 1 to 64 of a-z, 0-9 and -",
    );
    None
}

fn read_start(table: &Table<'_>, terms: &Terms, scribe: &mut Scribe<'_>) -> Vec<Url> {
    let mut urls: Vec<Url> = Vec::new();
    let items = table.texts("start", scribe).unwrap_or_default();
    if items.is_empty() && table.get("start").is_some() && urls.is_empty() {
        let field = format!("{}.start", table.path);
        if table
            .get("start")
            .is_some_and(|f| matches!(f.value, toml::de::DeValue::Array(_)))
        {
            scribe.error(
                &table.span_of("start"),
                field,
                "no start address",
                "write at least one",
            );
        }
    }
    for (item, text) in search_start::filled(table, terms.kind, items, scribe) {
        match start_url::strict(&text) {
            Ok(url) if urls.contains(&url) => {
                scribe.warning(
                    &item.span,
                    &item.path,
                    "the same start address twice",
                    "remove one",
                );
            }
            Ok(url) => {
                for (severity, problem, advice) in judge_start(&url, &terms.scope, &terms.addresses)
                {
                    let at = scribe.place(item.span.start);
                    scribe.at(at, &item.path, problem, advice, severity);
                }
                urls.push(url);
            }
            Err((problem, advice)) => scribe.error(&item.span, &item.path, problem, advice),
        }
    }
    urls
}

/// Ids and start addresses already taken in the list.
#[derive(Default)]
struct Seen {
    ids: HashMap<String, usize>,
    starts: HashMap<Url, String>,
}

impl Seen {
    /// Whether the seed's id is free; a start address of another seed is a warning.
    fn admits(&mut self, seed: &Seed, table: &Table<'_>, scribe: &mut Scribe<'_>) -> bool {
        let span = table.span_of("id");
        let (line, _) = scribe.place(span.start);
        if let Some(first) = self.ids.get(&seed.id) {
            let problem = format!("id {} is taken by line {first}", quoted(&seed.id));
            scribe.error(
                &span,
                format!("{}.id", table.path),
                problem,
                "give every seed its own id",
            );
            return false;
        }
        self.ids.insert(seed.id.clone(), line);
        for url in &seed.start_urls {
            if let Some(other) = self.starts.insert(url.clone(), seed.id.clone()) {
                let problem = format!(
                    "{} is a start of seed {} too",
                    quoted(url.as_str()),
                    quoted(&other)
                );
                scribe.warning(
                    &table.span_of("start"),
                    format!("{}.start", table.path),
                    problem,
                    "keep it in one seed",
                );
            }
        }
        true
    }
}
