//! `wangxun explain`: why an address would be fetched or skipped.

use super::arguments::{Explain, Format};
use super::audit::lone_seed;
use super::config::Settings;
use super::exit::{Done, Exit, Trouble, incomplete, misuse};
use super::output::Output;
use super::tools;
use crate::fetch::robots::{self, RobotsVerdict};
use crate::fetch::{Explanation, Fetcher, RobotsExplanation, is_inside};
use crate::model::seed::Seed;
use crate::model::skip::SkipReason;
use crate::model::target::{Target, TargetSource};
use anyhow::{Context, anyhow};
use serde_json::{Value, json};
use std::path::Path;
use url::Url;

/// Carries the command out.
pub fn run(asked: &Explain, settings: &Settings) -> Done {
    let url = Url::parse(&asked.url)
        .with_context(|| {
            format!(
                "{} is no address; write it with http:// or https://",
                asked.url
            )
        })
        .map_err(misuse)?;
    match &asked.robots {
        Some(file) => by_file(&url, file, &asked.agent, settings),
        None => by_asking(&url, asked, settings),
    }
}

/// Answers from a robots.txt file alone.
fn by_file(url: &Url, file: &Path, agent: &str, settings: &Settings) -> Done {
    let body = std::fs::read(file)
        .with_context(|| format!("cannot read {}", file.display()))
        .map_err(misuse)?;
    let said = robots::verdict(&body, agent, url);
    match settings.format {
        Format::Json => {
            let mut answer = robots_json(&said);
            answer["url"] = json!(url.as_str());
            answer["agent"] = json!(agent);
            Output.json(&answer)?;
        }
        Format::Table => Output.line(robots_line(&said))?,
    }
    Ok(Exit::Fine)
}

fn robots_json(said: &RobotsVerdict) -> Value {
    json!({
        "robots": if said.allowed { "allow" } else { "disallow" },
        "line": said.rule.as_ref().map(|r| r.line),
        "rule": said.rule.as_ref().map(|r| r.text.clone()),
        "crawl_delay_seconds": said.crawl_delay.map(|d| d.as_secs_f64()),
    })
}

fn robots_line(said: &RobotsVerdict) -> String {
    let verdict = if said.allowed { "allow" } else { "disallow" };
    match &said.rule {
        Some(rule) => format!("robots     {verdict} by line {}: {}", rule.line, rule.text),
        None => format!("robots     {verdict}: no rule matches"),
    }
}

fn by_asking(url: &Url, asked: &Explain, settings: &Settings) -> Done {
    let seed = match &asked.list {
        Some(path) => seed_for(url, tools::patrol_list(path)?.seeds)?,
        None => lone_seed(url, &[])?,
    };
    let fetcher = Fetcher::new(&tools::fetch_settings(settings, &[&seed])?).map_err(incomplete)?;
    let offsite = u8::from(!is_inside(&seed, url));
    let target = Target {
        url: url.clone(),
        seed_id: seed.id.clone(),
        depth: 0,
        offsite,
        source: TargetSource::Link,
        referrer: None,
        priority: 0,
        vantage: 0,
    };
    let said = tools::runtime()?.block_on(fetcher.explain(&seed, &target));
    match settings.format {
        Format::Json => Output.json(&to_json(url, &seed, &said))?,
        Format::Table => show(url, &seed, &said)?,
    }
    Ok(Exit::Fine)
}

/// The seed whose scope holds the address; else the first, which then says why it is out of scope.
fn seed_for(url: &Url, seeds: Vec<Seed>) -> Result<Seed, Trouble> {
    let inside = seeds
        .iter()
        .position(|seed| is_inside(seed, url))
        .unwrap_or(0);
    seeds
        .into_iter()
        .nth(inside)
        .ok_or_else(|| misuse(anyhow!("the list holds no usable seed")))
}

fn part(result: &Result<(), SkipReason>) -> String {
    match result {
        Ok(()) => "ok".to_owned(),
        Err(reason) => reason.to_string(),
    }
}

fn show(url: &Url, seed: &Seed, said: &Explanation) -> Result<(), Trouble> {
    let verdict = match said.verdict() {
        Ok(()) => "would be fetched".to_owned(),
        Err(reason) => format!("would be skipped: {reason}"),
    };
    Output.line(format!("{url}\n           {verdict}"))?;
    Output.line(format!("seed       {} ({})", seed.id, seed.name))?;
    Output.line(format!("address    {}", part(&said.address)))?;
    Output.line(format!("scope      {}", part(&said.scope)))?;
    Output.line(format!(
        "trap       {}",
        said.trap.as_deref().unwrap_or("no")
    ))?;
    Output.line(format!("host       {}", addresses(said)))?;
    match &said.robots {
        RobotsExplanation::Judged(verdict) => Output.line(robots_line(verdict))?,
        RobotsExplanation::Ignored { legal_basis } => {
            Output.line(format!("robots     not obeyed: {legal_basis}"))?
        }
        RobotsExplanation::NotAsked => Output.line("robots     not asked")?,
        RobotsExplanation::Unknown(reason) => {
            Output.line(format!("robots     disallow until known: {reason}"))?
        }
    }
    let pace = &said.pace;
    Output.line(format!(
        "pace       group {}, one request each {:.1} s, {} at once, next in {:.1} s{}",
        said.group,
        pace.interval.as_secs_f64(),
        pace.concurrency,
        pace.next_slot.as_secs_f64(),
        pace.crawl_delay.map_or(String::new(), |d| format!(
            ", robots asks {:.1} s",
            d.as_secs_f64()
        )),
    ))
}

fn addresses(said: &Explanation) -> String {
    match &said.addresses {
        Err(reason) => reason.to_string(),
        Ok(list) => list
            .iter()
            .map(|(ip, special)| {
                special.map_or(ip.to_string(), |why| {
                    format!("{ip} ({why}, allowed by the list)")
                })
            })
            .collect::<Vec<_>>()
            .join(", "),
    }
}

fn to_json(url: &Url, seed: &Seed, said: &Explanation) -> Value {
    let robots = match &said.robots {
        RobotsExplanation::Judged(verdict) => robots_json(verdict),
        RobotsExplanation::Ignored { legal_basis } => {
            json!({ "robots": "allow", "ignored_by": legal_basis })
        }
        RobotsExplanation::NotAsked => json!({ "robots": null }),
        RobotsExplanation::Unknown(reason) => {
            json!({ "robots": "disallow", "unreachable": reason.to_string() })
        }
    };
    json!({
        "url": url.as_str(),
        "seed": seed.id,
        "fetch": said.verdict().is_ok(),
        "reason": said.verdict().err().map(|r| json!({ "code": r.code(), "detail": r.detail() })),
        "address": part(&said.address),
        "scope": part(&said.scope),
        "trap": said.trap,
        "host": addresses(said),
        "robots": robots["robots"],
        "robots_rule": robots,
        "pace": {
            "group": said.group,
            "interval_seconds": said.pace.interval.as_secs_f64(),
            "crawl_delay_seconds": said.pace.crawl_delay.map(|d| d.as_secs_f64()),
            "next_slot_seconds": said.pace.next_slot.as_secs_f64(),
            "concurrency": said.pace.concurrency,
        },
    })
}
