//! `wangxun ads`: the advertisements of pages, their marks, where they lead, which belong together.

use super::arguments::{Audit, Format, InputKind};
use super::audit::read;
use super::config::Settings;
use super::exit::{Done, Exit, Trouble, incomplete, misuse};
use super::output::{Output, shorten, table};
use super::tools;
use crate::model::ad::Ad;
use crate::model::page::Page;
use crate::page::ads::campaign;
use crate::patrol::inspect::Inspector;
use anyhow::{Context, anyhow};
use clap::Args;
use serde::Serialize;
use std::collections::BTreeMap;
use url::Url;

/// `wangxun ads`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  wangxun ads page.html
  wangxun ads saved/*.html --ad-list easylistchina.txt --format json
  wangxun ads portal.html --base https://www.example.com/news/
  wangxun ads https://www.example.com/

Slots of one campaign (the same landing site and the same creative) share a number over all inputs. 未标明 stands only where
the creative is text and the page shows no mark; an image, frame or script may show one: 未能看出. Exit code 3 where
an input could not be read.")]
pub struct Ads {
    /// HTML files or http(s) addresses; - for standard input
    #[arg(value_name = "FILE|URL|-", required = true)]
    pub inputs: Vec<String>,
    /// The address that files came from: it tells own links from foreign ones
    #[arg(long, value_name = "URL")]
    pub base: Option<String>,
    /// Allow special addresses (loopback, private) when an input is an address
    #[arg(long, value_name = "NETWORK")]
    pub allow: Vec<String>,
}

/// One advertisement as it is printed.
#[derive(Debug, Serialize)]
struct Row {
    input: String,
    slot: u32,
    path: String,
    signals: Vec<Signal>,
    /// `shown`, `missing` or `unknown`.
    label: &'static str,
    paid: bool,
    /// Whether words that bind the audit stand in it.
    finance: bool,
    text: String,
    images: Vec<String>,
    chain: Vec<String>,
    landing: Option<String>,
    /// Number of the campaign, from 1, in the order of first appearance.
    campaign: Option<usize>,
}

#[derive(Debug, Serialize)]
struct Signal {
    kind: &'static str,
    detail: String,
}

/// Carries the command out.
pub fn run(asked: &Ads, settings: &Settings) -> Done {
    let inspector = tools::inspector(settings)?;
    let base = asked.base.as_deref().map(|text| {
        Url::parse(text)
            .with_context(|| format!("--base {text} is no address"))
            .map_err(misuse)
    });
    let base = base.transpose()?;
    let mut campaigns: BTreeMap<(String, String), usize> = BTreeMap::new();
    let (mut rows, mut missed) = (Vec::new(), 0u32);
    for input in &asked.inputs {
        let one = Audit {
            input: Some(input.clone()),
            jsonl: None,
            date: None,
            kind: Some(InputKind::Html),
            allow: asked.allow.clone(),
        };
        let page = match read(&one, settings, input, &inspector, base.as_ref()) {
            Ok((_, page)) => page,
            Err(trouble) if asked.inputs.len() > 1 => {
                missed += 1;
                tracing::error!("{input}: {:#}", trouble.error);
                continue;
            }
            Err(trouble) => return Err(trouble),
        };
        let finance = |ad: &Ad| speaks_of_finance(&inspector, &page, ad);
        for ad in &page.ads {
            let next = campaigns.len() + 1;
            let number = campaign(ad).map(|key| *campaigns.entry(key).or_insert(next));
            rows.push((row(input, ad, finance(ad), number), ad.clone()));
        }
    }
    match settings.format {
        Format::Json => rows.iter().try_for_each(|(row, _)| Output.json_line(row))?,
        Format::Table => show(&rows, campaigns.len())?,
    }
    match missed {
        0 => Ok(Exit::Fine),
        _ => Err(incomplete(anyhow!("{missed} inputs could not be read"))),
    }
}

/// Whether a claim is made in the slot, so that an officer looks at it first.
fn speaks_of_finance(inspector: &Inspector, page: &Page, ad: &Ad) -> bool {
    let of_slot = page.blocks.iter().filter(|b| b.slot == Some(ad.slot));
    let mut texts = of_slot.filter_map(|b| page.text.get(b.span.clone()));
    texts.any(|text| !inspector.read_text(text).claims.is_empty())
}

fn row(input: &str, ad: &Ad, finance: bool, campaign: Option<usize>) -> Row {
    let signals = ad.signals.iter().map(|s| Signal {
        kind: s.kind.code(),
        detail: s.detail.clone(),
    });
    Row {
        input: input.to_owned(),
        slot: ad.slot,
        path: ad.path.clone(),
        signals: signals.collect(),
        label: ad.label.code(),
        paid: ad.is_paid(),
        finance,
        text: ad.text.clone(),
        images: ad.images.iter().map(Url::to_string).collect(),
        chain: ad.chain.iter().map(Url::to_string).collect(),
        landing: ad.landing().map(Url::to_string),
        campaign,
    }
}

fn show(rows: &[(Row, Ad)], campaigns: usize) -> Result<(), Trouble> {
    let lines: Vec<Vec<String>> = rows
        .iter()
        .map(|(row, ad)| {
            let mut kinds: Vec<&str> = ad.signals.iter().map(|s| s.kind.label()).collect();
            kinds.dedup();
            let creative = match row.text.is_empty() {
                false => row.text.as_str(),
                true => row.images.first().map_or("", String::as_str),
            };
            vec![
                shorten(&row.input, 36),
                row.slot.to_string(),
                ad.label.label().to_owned(),
                if row.finance { "是" } else { "" }.to_owned(),
                shorten(&kinds.join("、"), 40),
                shorten(creative, 40),
                shorten(row.landing.as_deref().unwrap_or("(无链接)"), 44),
                row.campaign.map_or_else(String::new, |n| n.to_string()),
            ]
        })
        .collect();
    let header = [
        "输入",
        "位",
        "标识",
        "涉金融",
        "信号",
        "内容",
        "落地",
        "系列",
    ];
    Output.line(table(&header, &lines).trim_end())?;
    let missing = rows
        .iter()
        .filter(|(row, _)| row.label == "missing" && row.paid);
    Output.line(format!(
        "共 {} 个广告位,{campaigns} 个系列;付费而未标“广告”的 {} 个",
        rows.len(),
        missing.count()
    ))
}
