//! A patrol list written in its own grammar; what equals the built-in terms is left out.

use super::quantity::{write_bytes, write_duration};
use super::terms::Terms;
use super::{watch_table, words};
use crate::model::seed::{Budget, Pace, PatrolList, RobotsPolicy, Scope, Seed};
use crate::model::vantage::{DEFAULT_PAGES, Vantages};

const HEAD: &str = "\
# 巡查名单 (patrol list). Grammar: seeds/README.md
#   [[seed]]  id, name, start (one address or a list); then, each optional:
#   kind = \"platform\" | \"ad-source\"      sector = \"p2p\" ...      region = unit code or name
#   scope = { breadth = \"urls|prefix|host|domain\", include = [], exclude = [], offsite_hops = 1 }
#   budget = { pages = 500, bytes = \"200 MB\", minutes = 60, depth = 5 }
#   pace = { interval = \"2s\", concurrency = 1, crawl_delay_cap = \"30s\" }
#   robots = \"obey\" | { ignore = \"法律依据\" }      render = \"never|auto|always\"
#   vantage = { views = [\"plain\", \"mobile+ad\"], basis = \"依据\", referrer = \"https://...\", pages = 30 }
#   addresses = [\"127.0.0.0/8\"]      resolve = [\"host=address:port\"]      schedule = \"0 9 * * 1-5\"
#   [watch] (above the seeds)  schedule, zone, quiet, revisit_min, revisit_max, sitemaps: for `patrol watch`

";

/// The list as TOML; reading it gives the same list.
pub fn to_toml(list: &PatrolList) -> String {
    let mut out = HEAD.to_owned();
    line(&mut out, "name", &text(&list.name));
    if let Some(office) = &list.office {
        line(&mut out, "office", &text(office));
    }
    let watch = watch_table::write(&list.watch);
    if !watch.is_empty() {
        out.push_str("\n[watch]\n");
        out.extend(watch.iter().map(|line| format!("{line}\n")));
    }
    for seed in &list.seeds {
        write_seed(&mut out, seed);
        if let Some(schedule) = list.watch.own.get(&seed.id) {
            line(&mut out, "schedule", &text(&schedule.to_string()));
        }
    }
    out
}

fn write_seed(out: &mut String, seed: &Seed) {
    let usual = Terms::default();
    out.push_str("\n[[seed]]\n");
    line(out, "id", &text(&seed.id));
    line(out, "name", &text(&seed.name));
    let starts: Vec<String> = seed.start_urls.iter().map(|u| u.to_string()).collect();
    line(out, "start", &array(&starts));
    if seed.kind != usual.kind {
        line(out, "kind", &text(words::word(words::KINDS, seed.kind)));
    }
    line(out, "sector", &text(seed.sector.code()));
    if let Some(region) = &seed.region {
        line(out, "region", &text(region));
    }
    inline(out, "scope", &scope_parts(&seed.scope, &usual.scope));
    inline(out, "budget", &budget_parts(&seed.budget, &usual.budget));
    inline(out, "pace", &pace_parts(&seed.pace, &usual.pace));
    if let RobotsPolicy::Ignore { legal_basis } = &seed.robots {
        inline(out, "robots", &[format!("ignore = {}", text(legal_basis))]);
    }
    if seed.render != usual.render {
        line(
            out,
            "render",
            &text(words::word(words::RENDERS, seed.render)),
        );
    }
    if seed.vantages != usual.vantages {
        inline(out, "vantage", &vantage_parts(&seed.vantages));
    }
    if seed.images != usual.images {
        line(
            out,
            "images",
            &text(words::word(words::IMAGES, seed.images)),
        );
    }
    let networks: Vec<String> = seed
        .addresses
        .networks
        .iter()
        .map(|(address, prefix)| format!("{address}/{prefix}"))
        .collect();
    let fixed: Vec<String> = seed.resolve.iter().map(words::write_override).collect();
    for (name, items) in [("addresses", networks), ("resolve", fixed)] {
        if !items.is_empty() {
            line(out, name, &array(&items));
        }
    }
}

fn scope_parts(scope: &Scope, usual: &Scope) -> Vec<String> {
    let mut parts = Vec::new();
    if scope.breadth != usual.breadth {
        let word = words::word(words::BREADTHS, scope.breadth);
        parts.push(format!("breadth = {}", text(word)));
    }
    for (name, patterns) in [("include", &scope.include), ("exclude", &scope.exclude)] {
        if !patterns.is_empty() {
            parts.push(format!("{name} = {}", array(patterns)));
        }
    }
    if scope.offsite_hops != usual.offsite_hops {
        parts.push(format!("offsite_hops = {}", scope.offsite_hops));
    }
    parts
}

fn budget_parts(budget: &Budget, usual: &Budget) -> Vec<String> {
    let mut parts = Vec::new();
    if budget.pages != usual.pages {
        parts.push(format!("pages = {}", budget.pages));
    }
    if budget.bytes != usual.bytes {
        parts.push(format!("bytes = {}", text(&write_bytes(budget.bytes))));
    }
    if budget.minutes != usual.minutes {
        parts.push(format!("minutes = {}", budget.minutes));
    }
    if budget.depth != usual.depth {
        parts.push(format!("depth = {}", budget.depth));
    }
    parts
}

fn pace_parts(pace: &Pace, usual: &Pace) -> Vec<String> {
    let mut parts = Vec::new();
    if pace.interval != usual.interval {
        parts.push(format!(
            "interval = {}",
            text(&write_duration(pace.interval))
        ));
    }
    if pace.concurrency != usual.concurrency {
        parts.push(format!("concurrency = {}", pace.concurrency));
    }
    if pace.crawl_delay_cap != usual.crawl_delay_cap {
        let cap = write_duration(pace.crawl_delay_cap);
        parts.push(format!("crawl_delay_cap = {}", text(&cap)));
    }
    parts
}

fn vantage_parts(vantages: &Vantages) -> Vec<String> {
    let views: Vec<String> = vantages.views.iter().map(|v| v.code()).collect();
    let mut parts = vec![format!("views = {}", array(&views))];
    if let Some(basis) = &vantages.basis {
        parts.push(format!("basis = {}", text(basis)));
    }
    if let Some(referrer) = &vantages.referrer {
        parts.push(format!("referrer = {}", text(referrer.as_str())));
    }
    if vantages.pages != DEFAULT_PAGES {
        parts.push(format!("pages = {}", vantages.pages));
    }
    parts
}

fn line(out: &mut String, name: &str, value: &str) {
    out.push_str(name);
    out.push_str(" = ");
    out.push_str(value);
    out.push('\n');
}

fn inline(out: &mut String, name: &str, parts: &[String]) {
    if !parts.is_empty() {
        line(out, name, &format!("{{ {} }}", parts.join(", ")));
    }
}

fn array(items: &[String]) -> String {
    let quoted: Vec<String> = items.iter().map(|i| text(i)).collect();
    format!("[{}]", quoted.join(", "))
}

/// A basic TOML string.
fn text(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 2);
    out.push('"');
    for c in value.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
