//! `wangxun audit`: judges one file, address or text, or many texts, and keeps nothing.

use super::arguments::{Audit, Format, InputKind};
use super::config::Settings;
use super::exit::{Done, Exit, Trouble, incomplete, misuse};
use super::output::{Output, shorten, table};
use super::tools;
use crate::fetch::{Fetcher, charset};
use crate::model::finding::Verdict;
use crate::model::page::Page;
use crate::model::seed::{
    AddressPermission, Breadth, Budget, ImageMode, Pace, RenderMode, RobotsPolicy, Scope, Sector,
    Seed, SeedKind,
};
use crate::model::spent::Spent;
use crate::model::target::{Target, TargetSource};
use crate::model::vantage::Vantages;
use crate::page;
use crate::patrol::inspect::Inspector;
use crate::wire::verdict::VerdictLine;
use anyhow::{Context, anyhow};
use chrono::NaiveDate;
use serde::Deserialize;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::time::Duration;
use url::Url;

/// Largest input that is read, in bytes.
const MOST_BYTES: u64 = 64 << 20;

/// Carries the command out.
pub fn run(asked: &Audit, settings: &Settings) -> Done {
    let inspector = tools::inspector(settings)?;
    let day = asked.date.unwrap_or_else(tools::today);
    match (&asked.jsonl, asked.input.as_deref()) {
        (Some(file), _) => lines(&inspector, file, day),
        (None, Some(input)) => one(&inspector, asked, settings, input, day),
        (None, None) => Err(misuse(anyhow!("give a FILE, a URL, - or --jsonl FILE"))),
    }
}

/// One text of a JSON-lines file.
#[derive(Deserialize)]
struct TextLine {
    id: serde_json::Value,
    text: String,
}

fn lines(inspector: &Inspector, file: &Path, day: NaiveDate) -> Done {
    let open = File::open(file)
        .with_context(|| format!("cannot open {}", file.display()))
        .map_err(misuse)?;
    let mut bad = 0u64;
    for (number, line) in BufReader::new(open).lines().enumerate() {
        let line = line
            .with_context(|| format!("{}:{}", file.display(), number + 1))
            .map_err(misuse)?;
        if line.trim().is_empty() {
            continue;
        }
        match serde_json::from_str::<TextLine>(&line) {
            Ok(text) => {
                let id = text
                    .id
                    .as_str()
                    .map_or_else(|| text.id.to_string(), str::to_owned);
                let verdict = inspector.inspect_text(&text.text, day);
                Output.json_line(&VerdictLine::new(id, &verdict))?;
            }
            Err(error) => {
                bad += 1;
                tracing::error!(
                    "{}:{}: not a line with `id` and `text`: {error}",
                    file.display(),
                    number + 1
                );
            }
        }
    }
    Ok(if bad == 0 { Exit::Fine } else { Exit::Misuse })
}

fn one(
    inspector: &Inspector,
    asked: &Audit,
    settings: &Settings,
    input: &str,
    day: NaiveDate,
) -> Done {
    let (url, page) = read(asked, settings, input, inspector, None)?;
    let verdict = match &url {
        Some(url) => inspector.inspect_page(&page, url, day),
        None => inspector.inspect_page(&page, &nowhere()?, day),
    };
    match settings.format {
        Format::Json => Output.json(&VerdictLine::new(input, &verdict))?,
        Format::Table => show(input, &page, &verdict)?,
    }
    Ok(Exit::Fine)
}

/// The base address of pages that came without one.
fn nowhere() -> Result<Url, Trouble> {
    Url::parse("http://file.invalid/").map_err(incomplete)
}

/// Reads one input: its address, if it has one, and the page. A file's links are against `base`.
pub(super) fn read(
    asked: &Audit,
    settings: &Settings,
    input: &str,
    inspector: &Inspector,
    base: Option<&Url>,
) -> Result<(Option<Url>, Page), Trouble> {
    if input == "-" {
        let mut bytes = Vec::new();
        std::io::stdin()
            .lock()
            .take(MOST_BYTES)
            .read_to_end(&mut bytes)
            .map_err(misuse)?;
        return Ok((None, page_of(&bytes, asked.kind, "-", inspector, base)?));
    }
    if input.starts_with("http://") || input.starts_with("https://") {
        let url = Url::parse(input)
            .with_context(|| format!("{input} is no address"))
            .map_err(misuse)?;
        return fetch(asked, settings, &url, inspector);
    }
    let path = Path::new(input);
    let file = File::open(path)
        .with_context(|| {
            format!("cannot open {input}; give a file, an http(s) address, or - for standard input")
        })
        .map_err(misuse)?;
    let mut bytes = Vec::new();
    file.take(MOST_BYTES)
        .read_to_end(&mut bytes)
        .with_context(|| format!("cannot read {input}"))
        .map_err(misuse)?;
    Ok((None, page_of(&bytes, asked.kind, input, inspector, base)?))
}

fn page_of(
    bytes: &[u8],
    kind: Option<InputKind>,
    name: &str,
    inspector: &Inspector,
    base: Option<&Url>,
) -> Result<Page, Trouble> {
    let decoded = charset::decode(bytes, None, None, false);
    let html = match kind {
        Some(kind) => kind == InputKind::Html,
        None => looks_like_html(name, &decoded.text),
    };
    let mut page = if html {
        match base {
            Some(base) => inspector.read_html(&decoded.text, base),
            None => inspector.read_html(&decoded.text, &nowhere()?),
        }
    } else {
        page::read_text(&decoded.text)
    };
    page.notes.extend(decoded.notes);
    Ok(page)
}

fn looks_like_html(name: &str, text: &str) -> bool {
    let by_name = [".html", ".htm", ".jsp", ".php", ".aspx", ".cshtml", ".ftl"];
    let head: String = text
        .chars()
        .take(4000)
        .collect::<String>()
        .to_ascii_lowercase();
    by_name
        .iter()
        .any(|end| name.to_ascii_lowercase().ends_with(end))
        || ["<html", "<!doctype html", "<body", "<div", "<head"]
            .iter()
            .any(|tag| head.contains(tag))
}

/// Fetches one address with all the politeness and guarding of a patrol.
fn fetch(
    asked: &Audit,
    settings: &Settings,
    url: &Url,
    inspector: &Inspector,
) -> Result<(Option<Url>, Page), Trouble> {
    let seed = lone_seed(url, &asked.allow)?;
    let fetcher = Fetcher::new(&tools::fetch_settings(settings, &[&seed])?).map_err(incomplete)?;
    let target = Target {
        url: url.clone(),
        seed_id: seed.id.clone(),
        depth: 0,
        offsite: 0,
        source: TargetSource::Seed,
        referrer: None,
        priority: 0,
        vantage: 0,
    };
    let runtime = tools::runtime()?;
    let visit = runtime.block_on(fetcher.visit(&seed, &target, &Spent::default()));
    let capture = visit
        .outcome
        .map_err(|why| incomplete(anyhow!("{url} was not judged: {why}")))?;
    let last = capture
        .last()
        .ok_or_else(|| incomplete(anyhow!("{url} gave no answer")))?;
    if !(200..300).contains(&last.status) {
        return Err(incomplete(anyhow!(
            "{url} was not judged: the server answered {}",
            last.status
        )));
    }
    let tld = last.url.host_str().and_then(|h| h.rsplit('.').next());
    let decoded = charset::decode(
        last.content(),
        last.header("content-type"),
        tld,
        last.truncated.is_some(),
    );
    let mut page = inspector.read_html(&decoded.text, &last.url);
    page.notes.extend(decoded.notes);
    Ok((Some(last.url.clone()), page))
}

/// A seed for one address alone.
pub(super) fn lone_seed(url: &Url, allow: &[String]) -> Result<Seed, Trouble> {
    let networks = allow
        .iter()
        .map(|text| tools::network(text))
        .collect::<Result<_, _>>()?;
    Ok(Seed {
        id: "lone".to_owned(),
        name: url.host_str().unwrap_or_default().to_owned(),
        kind: SeedKind::Platform,
        start_urls: vec![url.clone()],
        sector: Sector::Other,
        region: None,
        scope: Scope {
            breadth: Breadth::Domain,
            include: Vec::new(),
            exclude: Vec::new(),
            offsite_hops: 3,
        },
        budget: Budget {
            pages: 10,
            bytes: MOST_BYTES,
            minutes: 10,
            depth: 1,
        },
        pace: Pace {
            interval: Duration::from_secs(2),
            concurrency: 1,
            crawl_delay_cap: Duration::from_secs(30),
        },
        robots: RobotsPolicy::Obey,
        render: RenderMode::Never,
        vantages: Vantages::default(),
        images: ImageMode::Never,
        addresses: AddressPermission { networks },
        resolve: Vec::new(),
    })
}

fn show(name: &str, page: &Page, verdict: &Verdict) -> Result<(), Trouble> {
    let score = &verdict.score;
    Output.line(format!("输入    {name}"))?;
    if !page.title.is_empty() {
        Output.line(format!("标题    {}", shorten(&page.title, 90)))?;
    }
    Output.line(format!(
        "语境    {}   业务 {}",
        verdict.context.label(),
        verdict.offer.label()
    ))?;
    Output.line(format!(
        "结论    {}   综合分 {:.0}({}){}",
        if verdict.finding {
            "有发现(线索,待人工认定)"
        } else {
            "未发现"
        },
        score.total(),
        score.colour.label(),
        verdict.strength().map_or_else(String::new, |s| format!(
            "   严重度 {} 证据强度 {}",
            verdict.severity(),
            s.code()
        ))
    ))?;
    super::behind::show(&(&verdict.who).into())?;
    if !verdict.topics.is_empty() {
        let tags = verdict.topics.iter().map(|t| {
            let hard = if t.hard { "(硬特征)" } else { "" };
            format!("{} {}{hard}", t.id, t.title)
        });
        Output.line(format!("专题    {}", tags.collect::<Vec<_>>().join("、")))?;
    }
    for part in &score.contributions {
        Output.line(format!(
            "  {:<12} {:+5.0}  {}",
            part.name,
            part.points,
            shorten(&part.reason, 90)
        ))?;
    }
    for (heading, list) in [("发现", &verdict.findings), ("信号", &verdict.signals)] {
        if list.is_empty() {
            continue;
        }
        let rows: Vec<Vec<String>> = list
            .iter()
            .map(|f| {
                vec![
                    f.rule.clone(),
                    f.severity.to_string(),
                    f.strength.code().to_owned(),
                    shorten(&f.title, 36),
                    shorten(&f.quote.replace(['\n', '\t'], " "), 48),
                    shorten(&f.remark, 60),
                ]
            })
            .collect();
        Output.line("")?;
        Output
            .line(table(&[heading, "级", "强度", "禁止事项", "引文", "说明"], &rows).trim_end())?;
    }
    super::alerts::show(&verdict.alerts)
}
