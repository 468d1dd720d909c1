//! The practice web is patrolled, and later seen again by order.

use super::site::is_own;
use super::steps::Steps;
use crate::cli::config::Settings;
use crate::cli::exit::{Trouble, incomplete};
use crate::cli::output::{Output, shorten, table};
use crate::cli::{patrol, report, store};
use crate::model::seed::{PatrolList, Seed};
use crate::patrol::order::{Order, carry_out};
use crate::patrol::pipeline::PatrolSettings;
use crate::patrol::rendering::Browser;
use crate::patrol::revisits::{Watching, seed_of};
use crate::patrol::summary::RunSummary;
use crate::practice::{self, Served};
use crate::storage::index::ItemQuery;
use crate::storage::store::Store;
use crate::storage::work_orders;
use crate::wire::item_row::FindingRow;
use serde_json::json;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::sync::watch;

/// The practice web while it is served.
pub struct Web<'w> {
    /// Where the server runs and visits are made.
    pub runtime: &'w Runtime,
    /// The server.
    pub served: &'w Served,
    /// Says true when somebody wants an end.
    pub stop: watch::Receiver<bool>,
}

/// What the patrol found.
pub struct Patrolled {
    /// Its figures.
    pub summary: RunSummary,
    /// Whom it watched.
    pub seeds: Vec<Seed>,
    /// The findings, as the index holds them.
    pub rows: Vec<FindingRow>,
    /// The report of findings.
    pub report: PathBuf,
    /// The folder of the run's archive.
    pub archive: PathBuf,
}

impl Web<'_> {
    /// Patrols the whole list, and tells of what was found.
    pub fn patrol(&self, steps: &Steps, settings: &Settings) -> Result<Patrolled, Trouble> {
        let list = practice::patrol_list(self.served);
        let seeds = list.seeds.clone();
        let (hosts, port) = (self.served.hosts().len(), self.served.port());
        steps.tell(
            "serve",
            "架设",
            format!(
                "练习网站已在本机架设:{hosts} 个虚构主机,127.0.0.0/8 端口 {port};开始巡查 {} 个目标,约需半分钟",
                seeds.len()
            ),
            json!({"hosts": hosts, "port": port, "targets": seeds.len()}),
        )?;
        let summary = self.carry_out(self.order(list, settings)?, settings)?;
        let patrolled = found(summary, seeds, settings)?;
        tell(&patrolled, steps)?;
        Ok(patrolled)
    }

    /// Visits what is ordered to be seen again, and nothing else; gives the figures and how many orders there were.
    pub fn revisit(&self, settings: &Settings) -> Result<(RunSummary, usize), Trouble> {
        let list = practice::patrol_list(self.served);
        let (orders, notes) = work_orders::open(&settings.home).map_err(incomplete)?;
        for note in notes {
            tracing::warn!("{}", note.message);
        }
        let covering = orders.iter().filter_map(|o| seed_of(o, &list.seeds));
        let seeds: BTreeSet<String> = covering.map(|(seed, _)| seed.id.clone()).collect();
        let seeds: Vec<String> = seeds.into_iter().collect();
        let number = orders.len();
        let watching = Watching {
            bounds: list.watch.revisit,
            sitemaps: false,
            orders,
            orders_only: true,
        };
        let mut order = self.order(patrol::chosen(list, &seeds)?, settings)?;
        order.watching = Some(watching);
        Ok((self.carry_out(order, settings)?, number))
    }

    fn order(&self, list: PatrolList, settings: &Settings) -> Result<Order, Trouble> {
        let quick = PatrolSettings {
            workers: settings.workers,
            retries: 1,
            retry_wait: Duration::from_secs(1),
            longest_wait: Duration::from_secs(5),
            ..PatrolSettings::default()
        };
        let mut order = patrol::order(list, settings, quick, true)?;
        crate::cli::keys::of_demo(&order.store)?;
        // Failing hosts are part of the show; the demo does not wait for them as long as a patrol does.
        order.fetch.longest_interval = Duration::from_secs(1);
        if let Browser::Use(browser) = &mut order.browser {
            browser.for_own_pages();
        }
        Ok(order)
    }

    fn carry_out(&self, order: Order, settings: &Settings) -> Result<RunSummary, Trouble> {
        let summary = self.runtime.block_on(carry_out(order, self.stop.clone()));
        let summary = summary.map_err(incomplete)?;
        patrol::stamp_run(self.runtime, &summary, settings)?;
        Ok(summary)
    }
}

fn found(summary: RunSummary, seeds: Vec<Seed>, settings: &Settings) -> Result<Patrolled, Trouble> {
    let store = store::open_existing(settings)?;
    let query = ItemQuery {
        run: Some(summary.run.clone()),
        ..ItemQuery::default()
    };
    Ok(Patrolled {
        rows: store.index().findings(&query).map_err(incomplete)?,
        report: write_report(&store, &query, &summary)?,
        archive: store.home().warc(&summary.run),
        summary,
        seeds,
    })
}

/// The report of this run, with what was not judged.
fn write_report(
    store: &Store,
    query: &ItemQuery,
    summary: &RunSummary,
) -> Result<PathBuf, Trouble> {
    let mut report = report::report(store, query, &|_| true)?;
    report.unjudged = summary
        .skipped
        .iter()
        .map(|(code, n)| (patrol::reason_label(code).to_owned(), *n))
        .collect();
    let folder = store.home().reports();
    std::fs::create_dir_all(&folder).map_err(incomplete)?;
    let file = folder.join(format!("{}.html", summary.run));
    report::write_report(&file, &report)?;
    Ok(file)
}

fn tell(patrolled: &Patrolled, steps: &Steps) -> Result<(), Trouble> {
    let summary = &patrolled.summary;
    let skipped: Vec<String> = summary
        .skipped
        .iter()
        .map(|(code, n)| format!("{} {n}", patrol::reason_label(code)))
        .collect();
    steps.tell(
        "patrol",
        "巡查",
        format!(
            "{:.0} 秒访问 {} 页,{} 页有发现;未访问的都记有原因:{}",
            summary.elapsed.as_secs_f64(),
            summary.pages,
            summary.findings,
            skipped.join("、")
        ),
        patrol::summary_json(summary),
    )?;
    let items: BTreeSet<&str> = patrolled
        .rows
        .iter()
        .map(|r| r.evidence_id.as_str())
        .collect();
    steps.tell(
        "findings",
        "审核",
        format!(
            "{} 条发现,{} 份证据已封存(评分只是线索,认定由人作出)",
            patrolled.rows.len(),
            items.len()
        ),
        json!({"sealed": items.len(), "findings": patrolled.rows, "report": patrolled.report.display().to_string()}),
    )?;
    match steps.are_json() {
        true => Ok(()),
        false => by_platform(&patrolled.seeds, &patrolled.rows),
    }
}

/// One line for each seed: how many findings, by which rules, against whom.
fn by_platform(seeds: &[Seed], rows: &[FindingRow]) -> Result<(), Trouble> {
    let cells: Vec<Vec<String>> = seeds
        .iter()
        .map(|seed| {
            let own: Vec<&FindingRow> = rows.iter().filter(|r| r.seed == seed.id).collect();
            let pages: BTreeSet<&str> = own.iter().map(|r| r.url.as_str()).collect();
            let rules: BTreeSet<&str> = own.iter().map(|r| r.finding.rule.as_str()).collect();
            let all_ads = own
                .iter()
                .all(|r| r.finding.advertiser.is_some() || !is_own(seed, &r.url));
            let verdict = match (own.is_empty(), all_ads) {
                (true, _) => "未发现",
                (false, true) => "广告主有发现",
                (false, false) => "有发现",
            };
            let rules: Vec<&str> = rules.into_iter().collect();
            vec![
                shorten(&seed.name, 30),
                verdict.to_owned(),
                pages.len().to_string(),
                own.len().to_string(),
                shorten(&rules.join(" "), 70),
            ]
        })
        .collect();
    let head = ["巡查对象(虚构)", "结果", "页面", "发现", "触发规则"];
    Output.line(format!("\n{}", table(&head, &cells)))
}
