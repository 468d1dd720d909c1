//! The terms of a visit: everything of a seed but its id, name and start; also the list's defaults.

use super::fault::{Scribe, quoted};
use super::table::{Field, Table};
use super::vantage_terms::read_vantages;
use super::{quantity, words};
use crate::model::region::{Units, is_unit_code};
use crate::model::register::distance::nearest;
use crate::model::seed::{
    AddressPermission, Breadth, Budget, HostOverride, ImageMode, Pace, RenderMode, RobotsPolicy,
    Scope, Sector, Seed, SeedKind,
};
use crate::model::vantage::Vantages;
use std::time::Duration;
use url::Url;

/// Fields of a seed that a list's defaults may set too.
pub(super) const FIELDS: [&str; 12] = [
    "kind",
    "sector",
    "region",
    "scope",
    "budget",
    "pace",
    "robots",
    "render",
    "vantage",
    "images",
    "addresses",
    "resolve",
];
const SCOPE_FIELDS: [&str; 4] = ["breadth", "include", "exclude", "offsite_hops"];
const BUDGET_FIELDS: [&str; 4] = ["pages", "bytes", "minutes", "depth"];
const PACE_FIELDS: [&str; 3] = ["interval", "concurrency", "crawl_delay_cap"];

/// Intervals below this are for closed networks.
const POLITE_INTERVAL: Duration = Duration::from_millis(500);
/// Requests at once above this are for closed networks.
const POLITE_CONCURRENCY: u16 = 4;

/// What a seed says beside its id, name and start.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Terms {
    pub(super) kind: SeedKind,
    pub(super) sector: Option<Sector>,
    pub(super) region: Option<String>,
    pub(super) scope: Scope,
    pub(super) budget: Budget,
    pub(super) pace: Pace,
    pub(super) robots: RobotsPolicy,
    pub(super) render: RenderMode,
    pub(super) vantages: Vantages,
    pub(super) images: ImageMode,
    pub(super) addresses: AddressPermission,
    pub(super) resolve: Vec<HostOverride>,
}

impl Default for Terms {
    /// What holds where neither the seed nor the list says anything; README.md states it.
    fn default() -> Self {
        Self {
            kind: SeedKind::Platform,
            sector: None,
            region: None,
            scope: Scope {
                breadth: Breadth::Host,
                include: Vec::new(),
                exclude: Vec::new(),
                offsite_hops: 1,
            },
            budget: Budget {
                pages: 500,
                bytes: 200 << 20,
                minutes: 60,
                depth: 5,
            },
            pace: Pace {
                interval: Duration::from_secs(2),
                concurrency: 1,
                crawl_delay_cap: Duration::from_secs(30),
            },
            robots: RobotsPolicy::Obey,
            render: RenderMode::Auto,
            vantages: Vantages::default(),
            images: ImageMode::Auto,
            addresses: AddressPermission::default(),
            resolve: Vec::new(),
        }
    }
}

impl Terms {
    /// The seed that these terms hold for.
    pub(super) fn seed(self, id: String, name: String, start_urls: Vec<Url>) -> Seed {
        Seed {
            id,
            name,
            start_urls,
            kind: self.kind,
            sector: self.sector.unwrap_or(Sector::Other),
            region: self.region,
            scope: self.scope,
            budget: self.budget,
            pace: self.pace,
            robots: self.robots,
            render: self.render,
            vantages: self.vantages,
            images: self.images,
            addresses: self.addresses,
            resolve: self.resolve,
        }
    }

    /// Reads what a table sets over what holds already.
    pub(super) fn read(
        mut self,
        table: &Table<'_>,
        units: &Units,
        scribe: &mut Scribe<'_>,
    ) -> Self {
        if let Some(kind) = choice(table, "kind", words::KINDS, scribe) {
            self.kind = kind;
        }
        if let Some(render) = choice(table, "render", words::RENDERS, scribe) {
            self.render = render;
        }
        if let Some(images) = choice(table, "images", words::IMAGES, scribe) {
            self.images = images;
        }
        self.sector = read_sector(table, scribe).or(self.sector);
        self.region = read_region(table, units, scribe).or(self.region);
        if let Some(scope) = table.table("scope", scribe) {
            read_scope(&mut self.scope, &scope, scribe);
        }
        if let Some(budget) = table.table("budget", scribe) {
            read_budget(&mut self.budget, &budget, scribe);
        }
        if let Some(robots) = read_robots(table, scribe) {
            self.robots = robots;
        }
        if let Some(vantages) = read_vantages(table, scribe) {
            self.vantages = vantages;
        }
        if let Some(networks) = read_addresses(table, scribe) {
            self.addresses = networks;
        }
        if let Some(resolve) = read_resolve(table, scribe) {
            self.resolve = resolve;
        }
        if let Some(pace) = table.table("pace", scribe) {
            read_pace(&mut self.pace, &pace, scribe);
        }
        self
    }

    /// Faults that only show when all terms are known.
    pub(super) fn judge_pace(&self, table: &Table<'_>, scribe: &mut Scribe<'_>) {
        if !self.addresses.networks.is_empty() {
            return;
        }
        let pace = table.table("pace", &mut Scribe::new("", ""));
        let at = |name: &str| match &pace {
            Some(pace) => (pace.span_of(name), format!("{}.{name}", pace.path)),
            None => (table.span.clone(), format!("{}.pace.{name}", table.path)),
        };
        let (span, field) = at("interval");
        if self.pace.interval.is_zero() {
            let advice =
                "write at least \"500ms\", or allow closed-network `addresses` for this seed";
            scribe.error(
                &span,
                field,
                "no interval between requests on the open network",
                advice,
            );
        } else if self.pace.interval < POLITE_INTERVAL {
            let problem = format!(
                "{} between requests is impolite",
                quantity::write_duration(self.pace.interval)
            );
            scribe.warning(&span, field, problem, "write \"2s\" or more");
        }
        if self.pace.concurrency > POLITE_CONCURRENCY {
            let (span, field) = at("concurrency");
            let problem = format!(
                "{} requests at once to one site are impolite",
                self.pace.concurrency
            );
            scribe.warning(&span, field, problem, "write 1 or 2");
        }
    }
}

fn choice<T: Copy>(
    table: &Table<'_>,
    name: &str,
    words: words::Words<T>,
    scribe: &mut Scribe<'_>,
) -> Option<T> {
    let field = table.get(name)?;
    let word = field.text(scribe)?;
    let found = words::meaning(words, &word);
    if found.is_none() {
        unknown_word(&field, &word, &words::all(words), scribe);
    }
    found
}

fn unknown_word(field: &Field<'_>, word: &str, known: &[&str], scribe: &mut Scribe<'_>) {
    let advice = nearest(word, known).map_or_else(
        || format!("write one of: {}", known.join(", ")),
        |near| format!("did you mean \"{near}\"? One of: {}", known.join(", ")),
    );
    let problem = format!("{} is not a known word here", quoted(word));
    scribe.error(&field.span, &field.path, problem, advice);
}

fn read_sector(table: &Table<'_>, scribe: &mut Scribe<'_>) -> Option<Sector> {
    let field = table.get("sector")?;
    let word = field.text(scribe)?;
    let sector = words::sector(&word);
    if sector.is_none() {
        unknown_word(&field, &word, &words::sector_words(), scribe);
    }
    sector
}

fn read_region(table: &Table<'_>, units: &Units, scribe: &mut Scribe<'_>) -> Option<String> {
    let field = table.get("region")?;
    let word = match field.value {
        toml::de::DeValue::Integer(i) => i.as_str().to_owned(),
        _ => field.text(scribe)?,
    };
    match region(&word, units) {
        Ok((code, known)) => {
            if !known {
                let problem = format!("unit {} is not in units.toml", quoted(&code));
                scribe.warning(
                    &field.span,
                    &field.path,
                    problem,
                    "mend the code or add the unit to units.toml",
                );
            }
            Some(code)
        }
        Err((problem, advice)) => {
            scribe.error(&field.span, &field.path, problem, advice);
            None
        }
    }
}

/// The unit code of a code or name, and whether units.toml knows it.
pub(super) fn region(word: &str, units: &Units) -> Result<(String, bool), (String, String)> {
    if is_unit_code(word) {
        return Ok((word.to_owned(), units.by_code(word).is_some()));
    }
    if let Some(unit) = units.by_name(word) {
        return Ok((unit.code.clone(), true));
    }
    if let Some(place) = units.in_address(word, None).filter(|p| p.confirmed) {
        return Ok((place.unit.code.clone(), true));
    }
    let names: Vec<&str> = units.all().iter().map(|u| u.name.as_str()).collect();
    let advice = nearest(word, &names).map_or_else(
        || "write a code of 6, 9 or 12 digits or a name of units.toml".to_owned(),
        |near| format!("did you mean \"{near}\"?"),
    );
    Err((format!("{} is not a regional unit", quoted(word)), advice))
}

fn read_scope(scope: &mut Scope, table: &Table<'_>, scribe: &mut Scribe<'_>) {
    table.only(&SCOPE_FIELDS, scribe);
    if let Some(breadth) = choice(table, "breadth", words::BREADTHS, scribe) {
        scope.breadth = breadth;
    }
    for (name, patterns) in [
        ("include", &mut scope.include),
        ("exclude", &mut scope.exclude),
    ] {
        if let Some(items) = table.texts(name, scribe) {
            *patterns = items.iter().filter_map(|i| pattern(i, scribe)).collect();
        }
    }
    if let Some(hops) = table.number("offsite_hops", 0..=5, scribe) {
        scope.offsite_hops = u8::try_from(hops).unwrap_or(u8::MAX);
    }
}

fn pattern(field: &Field<'_>, scribe: &mut Scribe<'_>) -> Option<String> {
    let text = field.text(scribe)?;
    if text.starts_with(['/', '*', '?']) {
        return Some(text);
    }
    let problem = format!("pattern {} can match no path", quoted(&text));
    scribe.error(
        &field.span,
        &field.path,
        problem,
        "begin it with / or *, such as \"/licai/*\"",
    );
    None
}

fn read_budget(budget: &mut Budget, table: &Table<'_>, scribe: &mut Scribe<'_>) {
    table.only(&BUDGET_FIELDS, scribe);
    if let Some(pages) = table.number("pages", 1..=10_000_000, scribe) {
        budget.pages = pages;
    }
    if let Some(minutes) = table.number("minutes", 1..=100_000, scribe) {
        budget.minutes = u32::try_from(minutes).unwrap_or(u32::MAX);
    }
    if let Some(depth) = table.number("depth", 0..=1000, scribe) {
        budget.depth = u16::try_from(depth).unwrap_or(u16::MAX);
    }
    if let Some(field) = table.get("bytes") {
        match field
            .quantity()
            .and_then(|t| quantity::bytes(&t))
            .filter(|b| *b > 0)
        {
            Some(bytes) => budget.bytes = bytes,
            None => scribe.error(
                &field.span,
                &field.path,
                field.wrong("a size"),
                "write such as \"50 MB\"",
            ),
        }
    }
}

fn read_pace(pace: &mut Pace, table: &Table<'_>, scribe: &mut Scribe<'_>) {
    table.only(&PACE_FIELDS, scribe);
    let times = [
        ("interval", &mut pace.interval),
        ("crawl_delay_cap", &mut pace.crawl_delay_cap),
    ];
    for (name, time) in times {
        let Some(field) = table.get(name) else {
            continue;
        };
        match field.quantity().and_then(|t| quantity::duration(&t)) {
            Some(duration) => *time = duration,
            None => scribe.error(
                &field.span,
                &field.path,
                field.wrong("a duration of at most a day"),
                "write such as \"2s\" or \"500ms\"",
            ),
        }
    }
    if let Some(concurrency) = table.number("concurrency", 1..=256, scribe) {
        pace.concurrency = u16::try_from(concurrency).unwrap_or(u16::MAX);
    }
}

fn read_robots(table: &Table<'_>, scribe: &mut Scribe<'_>) -> Option<RobotsPolicy> {
    const ADVICE: &str = "write robots = \"obey\" or robots = { ignore = \"法律依据\" }";
    let field = table.get("robots")?;
    if let toml::de::DeValue::String(word) = field.value {
        if matches!(word.trim(), "obey" | "遵守") {
            return Some(RobotsPolicy::Obey);
        }
        let problem = format!("{} names no legal basis", quoted(word));
        scribe.error(&field.span, &field.path, problem, ADVICE);
        return None;
    }
    let Some(inner) = table.table("robots", &mut Scribe::new("", "")) else {
        scribe.error(
            &field.span,
            &field.path,
            field.wrong("a robots policy"),
            ADVICE,
        );
        return None;
    };
    inner.only(&["ignore"], scribe);
    let Some(basis) = inner.get("ignore") else {
        scribe.error(
            &field.span,
            &field.path,
            "the legal basis is missing",
            ADVICE,
        );
        return None;
    };
    let text = basis.text(scribe)?;
    if !is_legal_basis(&text) {
        scribe.error(
            &basis.span,
            &basis.path,
            format!("{} is no written legal basis", quoted(&text)),
            "name law and article in Chinese, such as \"《防范和处置非法集资条例》第十九条\"",
        );
        return None;
    }
    Some(RobotsPolicy::Ignore { legal_basis: text })
}

/// At least six Han characters: a name of a law, not a placeholder.
pub(super) fn is_legal_basis(text: &str) -> bool {
    let han = text
        .chars()
        .filter(|c| matches!(c, '\u{4e00}'..='\u{9fff}'));
    han.count() >= 6
}

fn read_addresses(table: &Table<'_>, scribe: &mut Scribe<'_>) -> Option<AddressPermission> {
    let mut networks = Vec::new();
    for item in table.texts("addresses", scribe)? {
        let Some(text) = item.text(scribe) else {
            continue;
        };
        let Some(found) = words::networks(&text) else {
            let problem = format!("{} is not a network", quoted(&text));
            scribe.error(
                &item.span,
                &item.path,
                problem,
                "write such as \"127.0.0.0/8\" or \"10.1.2.3\"",
            );
            continue;
        };
        if found
            .iter()
            .any(|(a, p)| *p < if a.is_ipv4() { 8 } else { 7 })
        {
            let problem = format!("{} is wider than any closed network", quoted(&text));
            scribe.error(
                &item.span,
                &item.path,
                problem,
                "name the closed network only, such as \"10.0.0.0/8\"",
            );
            continue;
        }
        networks.extend(found);
    }
    Some(AddressPermission { networks })
}

fn read_resolve(table: &Table<'_>, scribe: &mut Scribe<'_>) -> Option<Vec<HostOverride>> {
    let mut out = Vec::new();
    for item in table.texts("resolve", scribe)? {
        let Some(text) = item.text(scribe) else {
            continue;
        };
        match words::host_override(&text) {
            Some(fixed) => out.push(fixed),
            None => {
                let problem = format!("{} is not a fixed answer", quoted(&text));
                let advice =
                    "write \"host=address\", \"host=address:port\" or \"host:port:address\"";
                scribe.error(&item.span, &item.path, problem, advice);
            }
        }
    }
    Some(out)
}
