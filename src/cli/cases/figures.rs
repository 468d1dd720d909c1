//! Review sampling, the violation rate, and what came up again.

use super::Work;
use super::arguments::{Period, Review, Sample};
use crate::cli::arguments::Format;
use crate::cli::config::Settings;
use crate::cli::desk_store::{clean_or_empty, read};
use crate::cli::exit::{Done, Exit, Trouble, incomplete, misuse};
use crate::cli::output::{Output, table};
use crate::cli::store;
use crate::cli::tools::today;
use crate::desk::cases::{Case, Cases};
use crate::desk::figures::{self, day_of};
use crate::desk::open::site_of;
use crate::desk::sample::{Candidate, draw};
use crate::model::case::CaseState;
use crate::storage::desk::short_id;
use crate::storage::home::Home;
use crate::storage::run::read::{captured, runs_begun};
use crate::wire::desk::case::CaseFact;
use anyhow::anyhow;
use chrono::NaiveDate;
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn period(from: NaiveDate, until: NaiveDate) -> Result<(), Trouble> {
    match until < from {
        true => Err(misuse(anyhow!("--until is before --from"))),
        false => Ok(()),
    }
}

/// Decided cases of a period with the officers who had part in them.
fn candidates(cases: &Cases, from: NaiveDate, until: NaiveDate) -> Vec<Candidate> {
    let decided = |case: &&Case| {
        [
            CaseState::Determined,
            CaseState::Unfounded,
            CaseState::Closed,
        ]
        .into_iter()
        .filter_map(|state| case.came_to(state))
        .any(|c| (from..=until).contains(&day_of(c.stamp.at)))
    };
    let all = cases.cases.values().filter(decided);
    all.map(|case| {
        let mut involved = vec![case.stamp.by.clone()];
        involved.extend(case.history.iter().map(|c| c.stamp.by.clone()));
        for proposal in &case.proposals {
            involved.push(proposal.stamp.by.clone());
            involved.extend(proposal.decided.iter().map(|(s, ..)| s.by.clone()));
        }
        for written in &case.determinations {
            involved.push(written.determination.officer.clone());
            involved.push(written.determination.reviewer.clone());
        }
        Candidate {
            case: case.number().to_owned(),
            involved,
        }
    })
    .collect()
}

/// Draws cases for review.
pub fn sample(asked: &Sample, settings: &Settings) -> Done {
    period(asked.from, asked.until)?;
    let mut work = Work::open(&asked.actor, settings)?;
    let seed = match &asked.seed {
        Some(seed) => crate::cli::custody::clean("--seed", seed)?,
        None => {
            let mut random = [0; 8];
            getrandom::fill(&mut random).map_err(|e| incomplete(anyhow!("{e}")))?;
            hex::encode(random)
        }
    };
    let candidates = candidates(&work.cases, asked.from, asked.until);
    let today = today();
    let reviewers: Vec<String> = work
        .officers
        .all()
        .iter()
        .filter(|o| o.role.confirms() && o.acts_on(today))
        .map(|o| o.name.clone())
        .collect();
    let found = draw(
        &seed,
        &candidates,
        &reviewers,
        asked.count,
        (today, asked.within),
    );
    let (from, until) = (asked.from.to_string(), asked.until.to_string());
    let id = short_id("sa", &[&seed, &from, &until, &today.to_string()]);
    if !asked.dry_run && !found.drawn.is_empty() {
        if work.cases.samples.iter().any(|s| s.sample == id) {
            return Err(misuse(anyhow!(
                "{id} was drawn already with this seed today"
            )));
        }
        work.keep(vec![CaseFact::Sampled {
            sample: id.clone(),
            seed: seed.clone(),
            from: asked.from,
            until: asked.until,
            population: candidates.len() as u64,
            drawn: found.drawn.clone(),
        }])?;
    }
    match settings.format {
        Format::Json => Output.json(&json!({
            "sample": id, "seed": seed, "from": from, "until": until, "population": candidates.len(),
            "drawn": found.drawn, "without_reviewer": found.without_reviewer, "dry_run": asked.dry_run,
        }))?,
        Format::Table => {
            let rows: Vec<Vec<String>> = found
                .drawn
                .iter()
                .map(|d| vec![d.case.clone(), d.reviewer.clone(), d.on.to_string()])
                .collect();
            Output.line(format!("抽查 {id}  种子 {seed}"))?;
            Output.line(table(&["案件", "复核人", "复核日"], &rows).trim_end())?;
            Output.line(format!(
                "从 {} 件已决案件中抽取 {} 件;{} 件无可回避之外的复核人",
                candidates.len(),
                rows.len(),
                found.without_reviewer.len()
            ))?;
        }
    }
    Ok(Exit::Fine)
}

/// Records a review.
pub fn review(asked: &Review, settings: &Settings) -> Done {
    let mut work = Work::open(&asked.actor, settings)?;
    let sample = work.cases.samples.iter().find(|s| s.sample == asked.sample);
    let sample = sample.ok_or_else(|| misuse(anyhow!("there is no sample {:?}", asked.sample)))?;
    let drawn = sample.drawn.iter().find(|d| d.case == asked.case);
    let drawn =
        drawn.ok_or_else(|| misuse(anyhow!("{} is not drawn in {}", asked.case, asked.sample)))?;
    if drawn.reviewer != work.actor.name {
        return Err(misuse(anyhow!(
            "{} was drawn for {}, not for {}",
            asked.case,
            drawn.reviewer,
            work.actor.name
        )));
    }
    work.keep(vec![CaseFact::Reviewed {
        sample: asked.sample.clone(),
        case: asked.case.clone(),
        agrees: !asked.disagree,
        comment: clean_or_empty("--comment", asked.comment.as_deref())?,
    }])?;
    let sample = work.cases.samples.iter().find(|s| s.sample == asked.sample);
    let (drawn, done, agree) = sample.map_or((0, 0, 0), |s| {
        let agree = s.reviews.iter().filter(|r| r.2).count();
        (s.drawn.len(), s.reviews.len(), agree)
    });
    match settings.format {
        Format::Json => Output.json(&json!({
            "sample": asked.sample, "drawn": drawn, "reviewed": done, "agree": agree,
        }))?,
        Format::Table => Output.line(format!(
            "{}:抽取 {drawn} 件,已复核 {done} 件,一致 {agree} 件",
            asked.sample
        ))?,
    }
    Ok(Exit::Fine)
}

/// The sites that the patrol reached in runs that began in the period.
fn reached(
    home: &Home,
    from: NaiveDate,
    until: NaiveDate,
) -> Result<(usize, BTreeSet<String>), Trouble> {
    let mut sites = BTreeSet::new();
    let mut runs = 0;
    for (run, at) in runs_begun(home).map_err(incomplete)? {
        let Ok(at) = at.parse() else { continue };
        if !(from..=until).contains(&day_of(at)) {
            continue;
        }
        runs += 1;
        for one in captured(home, &run).map_err(incomplete)? {
            let site = site_of(&one.map_err(incomplete)?.final_url);
            if !site.is_empty() {
                sites.insert(site);
            }
        }
    }
    Ok((runs, sites))
}

/// The violation rate of a period.
pub fn rate(asked: &Period, settings: &Settings) -> Done {
    period(asked.from, asked.until)?;
    let home = store::read_only(settings)?;
    let cases = Cases::of(&read(settings)?);
    let (runs, sites) = reached(&home, asked.from, asked.until)?;
    let rate = figures::rate(&cases, &sites, asked.from, asked.until);
    let percent =
        |share: Option<f64>| share.map_or("无分母".to_owned(), |s| format!("{:.2}%", s * 100.0));
    match settings.format {
        Format::Json => Output.json(&json!({
            "from": asked.from.to_string(), "until": asked.until.to_string(), "runs": runs,
            "sites_reached": rate.sites, "sites_suspected": rate.suspected, "sites_determined": rate.determined,
            "violation_rate": rate.of_sites(), "cases_decided": rate.decided, "cases_determined": rate.upheld,
            "determined_of_decided": rate.of_decided(),
        }))?,
        Format::Table => {
            Output.line(format!(
                "{} 至 {}:巡查 {runs} 次,到达站点 {} 个",
                asked.from, asked.until, rate.sites
            ))?;
            Output.line(format!(
                "违规率 {}({} 个经认定 / {} 个到达);涉嫌 {} 个",
                percent(rate.of_sites()),
                rate.determined,
                rate.sites,
                rate.suspected
            ))?;
            Output.line(format!(
                "认定率 {}({} 件认定 / {} 件已决)",
                percent(rate.of_decided()),
                rate.upheld,
                rate.decided
            ))?;
        }
    }
    Ok(Exit::Fine)
}

/// What came up again after it was closed.
pub fn recurrence(settings: &Settings) -> Done {
    let opened = crate::cli::desk_store::open_existing(settings)?;
    let cases = Cases::of(opened.desk.events());
    let (again, board) = figures::recurrence(&cases, &alike(&opened.store)?);
    match settings.format {
        Format::Json => {
            let list: Vec<Value> = again
                .iter()
                .map(|a| {
                    json!({
                        "case": a.case, "before": a.before, "days": a.days, "why": a.why, "region": a.region,
                    })
                })
                .collect();
            let units: Vec<Value> = board
                .iter()
                .map(|(unit, s)| json!({"region": unit, "closed": s.closed, "again": s.again}))
                .collect();
            Output.json(&json!({"again": list, "units": units}))?;
        }
        Format::Table => {
            let rows: Vec<Vec<String>> = again
                .iter()
                .map(|a| {
                    vec![
                        a.case.clone(),
                        a.before.clone(),
                        format!("{} 天", a.days),
                        a.why.clone(),
                    ]
                })
                .collect();
            Output.line(table(&["再现案件", "原案件", "相隔", "共同点"], &rows).trim_end())?;
            let rows: Vec<Vec<String>> = board
                .iter()
                .map(|(unit, s)| {
                    let name = if unit.is_empty() { "县级" } else { unit };
                    let share = s.again as f64 / s.closed.max(1) as f64 * 100.0;
                    vec![
                        name.to_owned(),
                        s.closed.to_string(),
                        s.again.to_string(),
                        format!("{share:.1}%"),
                    ]
                })
                .collect();
            Output.line("")?;
            Output.line(table(&["辖区", "结案", "再现", "再现率"], &rows).trim_end())?;
        }
    }
    Ok(Exit::Fine)
}

/// Pairs of sites that show nearly the same page, as the patrol has noticed.
fn alike(store: &crate::storage::store::Store) -> Result<BTreeSet<(String, String)>, Trouble> {
    use crate::model::signal::SignalKind;
    let signals = store
        .index()
        .signals(&crate::storage::index::signals::SignalQuery::default())
        .map_err(incomplete)?;
    let pairs = signals
        .iter()
        .filter(|s| s.code == SignalKind::LookAlike.code())
        .filter_map(|s| {
            let other = s.before.as_deref()?;
            Some((site_of(&s.url), site_of(other)))
        })
        .filter(|(a, b)| !a.is_empty() && !b.is_empty());
    Ok(pairs.collect())
}
