//! From findings to cases: which items belong together, what is known of them, what number the case gets.

use super::cases::Cases;
use super::figures::sites_of;
use super::scale;
use crate::model::case::CaseState;
use crate::model::politeness::politeness_group;
use crate::model::region::Units;
use crate::storage::desk::OpeningDraft;
use crate::storage::seal::Sealed;
use chrono::{DateTime, Datelike, Utc};
use std::collections::{BTreeMap, BTreeSet};
use url::Url;

/// The site of a page's address: its registrable domain.
pub fn site_of(url: &str) -> String {
    Url::parse(url).map_or_else(|_| String::new(), |url| politeness_group(&url))
}

/// The next number of a case, such as `WX-2026-0007`.
pub fn next_number(cases: &Cases, at: DateTime<Utc>, taken: usize) -> String {
    let year = super::figures::day_of(at).year();
    let prefix = format!("WX-{year}-");
    let numbers = cases
        .cases
        .keys()
        .filter_map(|no| no.strip_prefix(&prefix)?.parse::<usize>().ok());
    let next = numbers.max().unwrap_or(0) + 1 + taken;
    format!("{prefix}{next:04}")
}

/// Items that are in no case.
pub fn unassigned(cases: &Cases) -> impl Fn(&str) -> bool {
    let known: BTreeSet<String> = cases
        .cases
        .values()
        .flat_map(|case| case.evidence.iter().map(|(e, _)| e.id.clone()))
        .collect();
    move |id| !known.contains(id)
}

/// The case of a site that is not closed.
pub fn open_case_of(cases: &Cases, site: &str) -> Option<String> {
    let open = cases.cases.values().filter(|case| {
        !matches!(case.state, CaseState::Closed | CaseState::Unfounded)
            && sites_of(case).contains(site)
    });
    open.map(|case| case.number().to_owned()).next()
}

/// What the items of one case tell of it. `texts` are their text records.
pub fn draft(case: String, items: &[Sealed], texts: &[String], units: &Units) -> OpeningDraft {
    let mut draft = OpeningDraft {
        case,
        licensed: "unknown".to_owned(),
        source: "patrol".to_owned(),
        ..OpeningDraft::default()
    };
    let mut names: BTreeMap<&str, usize> = BTreeMap::new();
    let mut offers: BTreeMap<&str, usize> = BTreeMap::new();
    for item in items {
        let manifest = item.manifest();
        let who = &manifest.who;
        let named = who.operator.as_deref().or(who.brand.as_deref());
        let name = named.unwrap_or(manifest.platform.as_str());
        if !name.trim().is_empty() {
            *names.entry(name).or_default() += 1;
        }
        if !matches!(manifest.offer.as_str(), "" | "none") {
            *offers.entry(manifest.offer.as_str()).or_default() += 1;
        }
        let severity = manifest.findings.iter().map(|f| f.severity).max();
        draft.severity = draft.severity.max(severity.unwrap_or(0));
        draft.score = draft.score.max(manifest.score.total);
        if draft.region.is_empty() {
            draft.region = registered_in(who.operator_code.as_deref(), units);
        }
        match who.standing.as_str() {
            "listed" => draft.licensed = "yes".to_owned(),
            "refused" if draft.licensed == "unknown" => draft.licensed = "no".to_owned(),
            _ => {}
        }
    }
    draft.title = most(&names).first().copied().unwrap_or_default().to_owned();
    draft.sectors = most(&offers).into_iter().map(sector_of).collect();
    draft.sectors.dedup();
    for text in texts {
        let (yuan, people) = scale::claimed(text);
        draft.claimed_yuan = draft.claimed_yuan.max(yuan);
        draft.claimed_people = draft.claimed_people.max(people);
    }
    draft
}

/// What was counted most often; several when they are tied.
fn most<'n>(counts: &BTreeMap<&'n str, usize>) -> Vec<&'n str> {
    let top = counts.values().max().copied().unwrap_or(0);
    let tied = counts.iter().filter(|(_, n)| **n == top);
    tied.map(|(name, _)| *name).collect()
}

/// The sector word of what is promised (see [`crate::model::context::Offer`]): by substance, not by what a site calls itself.
fn sector_of(offer: &str) -> String {
    match offer {
        "equity" => "crowdfunding",
        "property" => "property",
        "scheme" | "other_finance" => "wealth",
        other => other,
    }
    .to_owned()
}

/// The unit whose registry gave a credit code (its third to eighth characters), when it is one that the office knows.
fn registered_in(code: Option<&str>, units: &Units) -> String {
    let district = code.and_then(|code| code.get(2..8)).unwrap_or("");
    match units.by_code(district) {
        Some(unit) => unit.code.clone(),
        None => String::new(),
    }
}
