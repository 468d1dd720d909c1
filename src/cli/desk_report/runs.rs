//! Runs of the patrol as the journal tells them, and the platforms of a list with what became of them.

use super::super::exit::{Trouble, incomplete};
use super::super::tools;
use crate::desk::figures::day_of;
use crate::desk::reports::facts::{RunRow, SiteRow};
use crate::desk::reports::run_sheet::reason_label;
use crate::model::custody::Action;
use crate::model::desk_report::period::Period;
use crate::model::politeness::politeness_group;
use crate::storage::frontier::Frontier;
use crate::storage::frontier::embedded::SledFrontier;
use crate::storage::frontier::options::FrontierOptions;
use crate::storage::frontier::run::RunId;
use crate::storage::home::Home;
use crate::storage::journal;
use crate::storage::run::read::captured;
use crate::wire::journal_entry::JournalEntry;
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use url::Url;

/// Skips read of one run.
const MOST_SKIPS: usize = 1_000_000;

/// All runs that began before `end`, in the order of their beginnings.
pub(super) fn runs(home: &Home, end: DateTime<Utc>) -> Result<Vec<RunRow>, Trouble> {
    let words: Vec<String> = [
        Action::RunStart,
        Action::RunResume,
        Action::RunEnd,
        Action::RunStop,
    ]
    .iter()
    .map(|a| format!("\"action\":\"{}\"", a.code()))
    .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut rows: BTreeMap<String, RunRow> = BTreeMap::new();
    journal::scan(home, &words, &mut |entry| learn(&mut rows, &entry, end)).map_err(incomplete)?;
    let mut rows: Vec<RunRow> = rows.into_values().collect();
    rows.sort_by(|a, b| (a.began, &a.id).cmp(&(b.began, &b.id)));
    Ok(rows)
}

fn learn(rows: &mut BTreeMap<String, RunRow>, entry: &JournalEntry, end: DateTime<Utc>) {
    let Ok(at) = DateTime::parse_from_rfc3339(&entry.time) else {
        return;
    };
    let at = at.to_utc();
    if at >= end {
        return;
    }
    let is = |action: Action| entry.action == action.code();
    let row = rows.entry(entry.object.clone()).or_insert_with(|| RunRow {
        id: entry.object.clone(),
        began: at,
        by: format!("{} {}", entry.actor, entry.unit).trim().to_owned(),
        ..RunRow::default()
    });
    if is(Action::RunResume) {
        row.resumed += 1;
        row.ended = None;
    } else if is(Action::RunEnd) || is(Action::RunStop) {
        row.ended = Some(at);
        row.complete = is(Action::RunEnd);
        let said = entry.reason.as_deref().unwrap_or("");
        row.pages = figure(said, "pages");
        row.findings = figure(said, "findings");
        row.skipped = figure(said, "skipped");
        row.queued = figure(said, "queued");
    }
}

/// The number behind a word of a run's summary, such as `pages 12, findings 3`.
fn figure(said: &str, word: &str) -> u64 {
    let parts = said.split(", ");
    let found = parts.filter_map(|p| p.strip_prefix(word)?.trim().parse().ok());
    found.last().unwrap_or(0)
}

/// Why targets of these runs were not visited, as far as the frontier still knows: by run, seed and code.
pub(super) type Skipped = BTreeMap<(String, String, String), u64>;

/// Reads the reasons of the runs of a period; nothing where there is no frontier.
pub(super) fn skipped(home: &Home, runs: &mut [RunRow], period: Period) -> Skipped {
    let mut all = Skipped::new();
    let folder = home.frontier();
    if !folder.is_dir() {
        return all;
    }
    let Ok(opened) = SledFrontier::open(&folder, FrontierOptions::default()) else {
        tracing::warn!("the frontier cannot be read: reasons of targets not visited are left out");
        return all;
    };
    for run in runs.iter_mut().filter(|r| concerns(r, period)) {
        let Some(id) = RunId::parse(&run.id) else {
            continue;
        };
        if let Ok(stats) = opened.frontier.stats(id) {
            let mut reasons: BTreeMap<&str, u64> = BTreeMap::new();
            for (code, number) in stats.skipped.iter().chain(&stats.refused) {
                *reasons.entry(code).or_default() += number;
            }
            run.reasons = reasons
                .into_iter()
                .map(|(c, n)| (c.to_owned(), n))
                .collect();
        }
        if let Ok(skips) = opened.frontier.skips(id, None, MOST_SKIPS) {
            for skip in skips.flatten() {
                let key = (run.id.clone(), skip.seed_id, skip.reason.code().to_owned());
                *all.entry(key).or_default() += 1;
            }
        }
    }
    all
}

fn concerns(run: &RunRow, period: Period) -> bool {
    let ended = run.ended.map_or(period.to(), day_of);
    day_of(run.began) <= period.to() && ended >= period.from()
}

/// What was captured in the runs of the period: pages by run and host, and the registrable domains.
pub(super) struct Captured {
    hosts: BTreeMap<(String, String), u64>,
    /// Registrable domains reached.
    pub(super) domains: BTreeSet<String>,
}

/// Reads the lists of captures.
pub(super) fn captures(home: &Home, runs: &[RunRow], period: Period) -> Result<Captured, Trouble> {
    let mut all = Captured {
        hosts: BTreeMap::new(),
        domains: BTreeSet::new(),
    };
    for run in runs.iter().filter(|r| concerns(r, period)) {
        for one in captured(home, &run.id).map_err(incomplete)? {
            let one = one.map_err(incomplete)?;
            if let Ok(url) = Url::parse(&one.final_url) {
                all.domains.insert(politeness_group(&url));
            }
            if let Some(host) = Url::parse(&one.requested)
                .ok()
                .and_then(|u| Some(u.host_str()?.to_owned()))
            {
                *all.hosts.entry((run.id.clone(), host)).or_default() += 1;
            }
        }
    }
    all.domains.remove("");
    Ok(all)
}

/// The platforms of a list: pages captured on the hosts at which the patrol begins there, and why others were not visited.
pub(super) fn sites(
    list: &Path,
    runs: &[RunRow],
    captured: &Captured,
    skipped: &Skipped,
    only: Option<&str>,
) -> Result<Vec<SiteRow>, Trouble> {
    let list = tools::patrol_list(list)?;
    let wanted = |run: &String| only.is_none_or(|id| id == run);
    let site = |seed: &crate::model::seed::Seed| {
        let hosts: Vec<String> = seed
            .start_urls
            .iter()
            .filter_map(|u| Some(bare(u.host_str()?).to_owned()))
            .collect();
        let of = |host: &str| {
            hosts
                .iter()
                .any(|h| bare(host) == h || host.ends_with(&format!(".{h}")))
        };
        let mut row = SiteRow {
            id: seed.id.clone(),
            name: seed.name.clone(),
            start: seed
                .start_urls
                .first()
                .map(Url::to_string)
                .unwrap_or_default(),
            ..SiteRow::default()
        };
        for ((run, host), pages) in captured.hosts.iter().filter(|((run, _), _)| wanted(run)) {
            if of(host) {
                row.pages += pages;
                if !row.runs.contains(run) {
                    row.runs.push(run.clone());
                }
            }
        }
        let last = runs.iter().filter(|r| row.runs.contains(&r.id));
        row.last = last.map(|r| r.ended.unwrap_or(r.began)).max();
        let mut failed: BTreeMap<&str, u64> = BTreeMap::new();
        for ((run, id, code), number) in skipped {
            if *id == seed.id && wanted(run) {
                *failed.entry(reason_label(code)).or_default() += number;
            }
        }
        row.failed = failed
            .into_iter()
            .map(|(why, n)| (why.to_owned(), n))
            .collect();
        row
    };
    Ok(list.seeds.iter().map(site).collect())
}

fn bare(host: &str) -> &str {
    host.strip_prefix("www.").unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::figure;

    #[test]
    fn a_summary_is_read_back() {
        let summary = crate::patrol::summary::RunSummary {
            pages: 12,
            findings: 3,
            pending: 4,
            skipped: [("robots".to_owned(), 5)].into(),
            ..Default::default()
        };
        let said = summary.line();
        let read = ["pages", "findings", "skipped", "queued"].map(|w| figure(&said, w));
        assert_eq!(read, [12, 3, 5, 4]);
    }
}
