//! Figures by which the work is judged: the violation rate with its denominator, and what came up again after it was closed
//! (整治一批、又出一批).

use super::cases::{Case, Cases};
use crate::model::case::CaseState;
use crate::model::politeness::politeness_group;
use crate::model::schedule::BEIJING;
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::{BTreeMap, BTreeSet};
use url::Url;

/// The violation rate of a period.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rate {
    /// Sites that the patrol reached: the denominator.
    pub sites: u64,
    /// Of these, sites with a case that was opened in the period.
    pub suspected: u64,
    /// Of these, sites of cases that were determined in the period.
    pub determined: u64,
    /// Cases that were decided in the period: determined or 不成立.
    pub decided: u64,
    /// Of these, determined.
    pub upheld: u64,
}

impl Rate {
    /// Sites with a determined violation among the sites reached; `None` where nothing was reached.
    pub fn of_sites(&self) -> Option<f64> {
        (self.sites > 0).then(|| self.determined as f64 / self.sites as f64)
    }

    /// Determined cases among the decided; `None` where nothing was decided.
    pub fn of_decided(&self) -> Option<f64> {
        (self.decided > 0).then(|| self.upheld as f64 / self.decided as f64)
    }
}

/// A day in Beijing.
pub fn day_of(at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&BEIJING).date_naive()
}

/// The sites of a case: registrable domains of its evidence.
pub fn sites_of(case: &Case) -> BTreeSet<String> {
    let urls = case
        .evidence
        .iter()
        .filter_map(|(e, _)| Url::parse(&e.url).ok());
    urls.map(|url| politeness_group(&url))
        .filter(|site| !site.is_empty())
        .collect()
}

/// The violation rate of a period (both days inclusive); `reached` are the sites that the patrol reached in it.
pub fn rate(cases: &Cases, reached: &BTreeSet<String>, from: NaiveDate, until: NaiveDate) -> Rate {
    let within = |at: DateTime<Utc>| (from..=until).contains(&day_of(at));
    let (mut suspected, mut determined) = (BTreeSet::new(), BTreeSet::new());
    let mut rate = Rate {
        sites: reached.len() as u64,
        ..Rate::default()
    };
    for case in cases.cases.values() {
        let sites = || sites_of(case).into_iter().filter(|s| reached.contains(s));
        if within(case.stamp.at) {
            suspected.extend(sites());
        }
        let came = |state| case.came_to(state).is_some_and(|c| within(c.stamp.at));
        if came(CaseState::Determined) {
            determined.extend(sites());
            rate.upheld += 1;
            rate.decided += 1;
        } else if came(CaseState::Unfounded) {
            rate.decided += 1;
        }
    }
    rate.suspected = suspected.len() as u64;
    rate.determined = determined.len() as u64;
    rate
}

/// A case that came up again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Again {
    /// The new case.
    pub case: String,
    /// The case that had been closed.
    pub before: String,
    /// Days between.
    pub days: i64,
    /// What they have in common, in Chinese.
    pub why: String,
    /// Code of the unit of the case that had been closed; empty for the county's pool.
    pub region: String,
}

/// One line of the scoreboard.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Score {
    /// Determined cases that were closed.
    pub closed: u64,
    /// Of these, those of which something came up again.
    pub again: u64,
}

/// Cases that were opened after another one of the same operator was closed, and the scoreboard by unit. `alike` are pairs
/// of sites that show nearly the same page.
pub fn recurrence(
    cases: &Cases,
    alike: &BTreeSet<(String, String)>,
) -> (Vec<Again>, BTreeMap<String, Score>) {
    let mut board: BTreeMap<String, Score> = BTreeMap::new();
    let mut again = Vec::new();
    for before in cases.cases.values() {
        let done =
            before.state == CaseState::Closed && before.came_to(CaseState::Determined).is_some();
        let Some(closed) = before.came_to(CaseState::Closed).filter(|_| done) else {
            continue;
        };
        let score = board.entry(before.region.clone()).or_default();
        score.closed += 1;
        let hits: Vec<Again> = cases
            .cases
            .values()
            .filter(|case| case.stamp.at >= closed.stamp.at && case.number() != before.number())
            .filter_map(|case| {
                let why = common(before, case, alike)?;
                Some(Again {
                    case: case.number().to_owned(),
                    before: before.number().to_owned(),
                    days: (case.stamp.at - closed.stamp.at).num_days(),
                    why,
                    region: before.region.clone(),
                })
            })
            .collect();
        score.again += u64::from(!hits.is_empty());
        again.extend(hits);
    }
    again.sort_by(|a, b| (&a.case, &a.before).cmp(&(&b.case, &b.before)));
    (again, board)
}

fn common(a: &Case, b: &Case, alike: &BTreeSet<(String, String)>) -> Option<String> {
    if !a.subject.is_empty() && a.subject == b.subject {
        return Some(format!("同一主体 {}", a.subject));
    }
    let (ours, theirs) = (sites_of(a), sites_of(b));
    if let Some(site) = ours.intersection(&theirs).next() {
        return Some(format!("同一站点 {site}"));
    }
    let title = |case: &Case| case.opened.title.trim().to_owned();
    if !title(a).is_empty() && title(a) == title(b) {
        return Some(format!("同一名称 {}", title(a)));
    }
    let pair = ours.iter().find_map(|x| {
        let twin = theirs.iter().find(|y| {
            alike.contains(&(x.clone(), (*y).clone())) || alike.contains(&((*y).clone(), x.clone()))
        })?;
        Some((x, twin))
    });
    pair.map(|(x, y)| format!("网页雷同 {x}、{y}"))
}
