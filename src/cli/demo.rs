//! `wangxun demo`: the bundled practice web, end to end.

use super::arguments::{Demo, Format};
use super::config::Settings;
use super::exit::{Done, Exit, Trouble, incomplete};
use super::output::{Output, shorten, table};
use super::patrol;
use super::report;
use super::store;
use super::tools;
use crate::model::seed::Seed;
use crate::patrol::order::carry_out;
use crate::patrol::pipeline::PatrolSettings;
use crate::patrol::rendering::Browser;
use crate::patrol::summary::RunSummary;
use crate::practice::{self, Bind};
use crate::storage::index::ItemQuery;
use crate::storage::store::Store;
use crate::wire::item_row::FindingRow;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

/// Carries the command out.
pub fn run(asked: &Demo, settings: &Settings) -> Done {
    let runtime = tools::runtime()?;
    // Stamping blocks on a runtime of its own, which may not be the one that it is called from.
    let stamping = tools::runtime()?;
    runtime.block_on(async {
        let served = practice::serve(Bind::default()).await.map_err(incomplete)?;
        let list = practice::patrol_list(&served);
        if settings.format == Format::Table {
            Output.line(format!(
                "练习网站已在本机架设:{} 个虚构主机,127.0.0.0/8 端口 {};开始巡查 {} 个目标",
                served.hosts().len(),
                served.port(),
                list.seeds.len()
            ))?;
        }
        let seeds = list.seeds.clone();
        let quick = PatrolSettings {
            workers: settings.workers,
            retries: 1,
            retry_wait: Duration::from_secs(1),
            longest_wait: Duration::from_secs(5),
            ..PatrolSettings::default()
        };
        let stop = patrol::interrupted();
        let mut order = patrol::order(list, settings, quick, true)?;
        super::keys::of_demo(&order.store)?;
        // Failing hosts are part of the show; the demo does not wait for them as long as a patrol does.
        order.fetch.longest_interval = Duration::from_secs(1);
        if let Browser::Use(browser) = &mut order.browser {
            browser.for_own_pages();
        }
        let summary = carry_out(order, stop.clone()).await.map_err(incomplete)?;
        tokio::task::block_in_place(|| patrol::stamp_run(&stamping, &summary, settings))?;
        conclude(&summary, &seeds, settings)?;
        if asked.stay {
            Output.line("练习网站继续运行,按 Ctrl-C 结束")?;
            let mut stop = stop;
            // The sender lives as long as the listener for Ctrl-C.
            let _ = stop.wait_for(|stop| *stop).await;
        }
        served.shutdown().await;
        Ok(if summary.complete {
            Exit::Fine
        } else {
            Exit::Incomplete
        })
    })
}

fn conclude(summary: &RunSummary, seeds: &[Seed], settings: &Settings) -> Result<(), Trouble> {
    let store = store::open_existing(settings)?;
    let query = ItemQuery {
        run: Some(summary.run.clone()),
        ..ItemQuery::default()
    };
    let rows = store.index().findings(&query).map_err(incomplete)?;
    let report = write_report(&store, &query, summary)?;
    if settings.format == Format::Json {
        for row in &rows {
            Output.json_line(row)?;
        }
        return Ok(());
    }
    patrol::show(summary, settings)?;
    Output.line("")?;
    by_platform(seeds, &rows)?;
    Output.line("")?;
    Output.line(format!("证据    {}", store.home().evidence().display()))?;
    Output.line(format!(
        "档案    {}",
        store.home().warc(&summary.run).display()
    ))?;
    Output.line(format!("报告    {}", report.display()))?;
    let home = settings.home.display();
    Output.line("接下来可以试:")?;
    Output.line(format!("  wangxun --home {home} findings"))?;
    Output.line(format!("  wangxun --home {home} evidence verify"))?;
    if let Some(row) = rows.first() {
        Output.line(format!(
            "  wangxun --home {home} evidence show {}",
            row.evidence_id
        ))?;
    }
    Ok(())
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

/// Whether an address stands on one of the seed's own hosts, and not at the end of an advertisement.
fn is_own(seed: &Seed, url: &str) -> bool {
    let host = url::Url::parse(url).ok();
    let host = host.as_ref().and_then(url::Url::host_str);
    seed.start_urls.iter().any(|start| start.host_str() == host)
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
    Output.line(
        table(
            &["巡查对象(虚构)", "结果", "页面", "发现", "触发规则"],
            &cells,
        )
        .trim_end(),
    )
}
