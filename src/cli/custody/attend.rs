//! `wangxun evidence attend`: an address captured again while two officers attend, held against the capture before.

use super::{clean, refused};
use crate::cli::arguments::Format;
use crate::cli::capture_now::{CaptureArguments, PeopleArguments, address, capture_now, people};
use crate::cli::config::Settings;
use crate::cli::evidence::full_id;
use crate::cli::exit::{Done, Exit, Trouble, incomplete, misuse};
use crate::cli::output::Output;
use crate::cli::store;
use crate::model::custody::{Actor, ItemKind};
use crate::patrol::sealing::Sealing;
use crate::storage::custody::Grounds;
use crate::storage::store::Store;
use crate::wire::custody::ItemCustody;
use crate::wire::item_row::ItemRow;
use anyhow::anyhow;
use clap::Args;
use serde_json::json;

/// The article that it rests on: two officers.
const BASIS: &str = "中华人民共和国行政处罚法第四十二条";

/// `wangxun evidence attend`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  wangxun evidence attend wx-abcd --officer 张某,某县金融办,LZ-0001 --officer 李某,某县金融办,LZ-0002 \\
      --no-witness 网上取证无见证条件 --reason 立案前复核
  wangxun evidence attend https://shop.example/licai --officer ... --officer ... --witness 王某 --reason 立案前复核

An unattended capture is a clue; a case needs the page captured while two officers attend (行政处罚法 42). The new item
names the officers and says whether the page is still the same: payload, and likeness of the texts.")]
pub struct Attend {
    /// The item to capture again (its first characters are enough), or an address
    #[arg(value_name = "ID|URL")]
    pub what: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// The document that orders it
    #[arg(long, value_name = "DOCUMENT")]
    pub authority: Option<String>,
    /// Who is there.
    #[command(flatten)]
    pub people: PeopleArguments,
    /// How it is captured.
    #[command(flatten)]
    pub capture: CaptureArguments,
}

/// Carries the command out.
pub fn run(asked: &Attend, settings: &Settings) -> Done {
    let mut custody = ItemCustody::of(ItemKind::AttendedCapture);
    people(&asked.people, asked.capture.case.as_ref(), &mut custody)?;
    if custody.witness.is_none() && custody.no_witness_reason.is_none() {
        return Err(misuse(anyhow!(
            "name the witness with --witness, or say with --no-witness why there is none"
        )));
    }
    let authority = asked.authority.as_deref();
    let grounds = Grounds {
        actor: Actor {
            name: String::new(),
            role: "collector".to_owned(),
            unit: settings.unit.clone(),
        },
        reason: clean("--reason", &asked.reason)?,
        authority: authority.map(|a| clean("--authority", a)).transpose()?,
    };
    let earlier = match asked.what.contains("://") {
        true => None,
        false => Some(earlier(&asked.what, settings)?),
    };
    let url = address(
        earlier
            .as_ref()
            .map_or(&asked.what, |row| &row.requested_url),
    )?;
    if custody.case_no.is_none() {
        custody.case_no = earlier.as_ref().and_then(|row| row.case_no.clone());
    }
    let sealing = |store: &Store| {
        let prior = match &earlier {
            Some(row) => Some(store.read_prior(row).ok_or_else(|| {
                let id = &row.evidence_id;
                incomplete(anyhow!(
                    "{id} is not whole and cannot be compared; `wangxun evidence verify {id}` tells more"
                ))
            })?),
            None => None,
        };
        Ok(Sealing {
            always: true,
            custody,
            prior,
        })
    };
    let (store, sealed) = capture_now(&url, &asked.capture, BASIS, settings, sealing)?;
    store
        .record_attendance(&sealed, &grounds)
        .map_err(refused)?;
    let prior = sealed.manifest().custody.prior_capture.as_ref();
    if settings.format == Format::Json {
        Output.json(&json!({
            "evidence_id": sealed.evidence_id(), "url": sealed.manifest().final_url,
            "status": sealed.manifest().http_status, "prior_capture": prior,
        }))?;
        return Ok(Exit::Fine);
    }
    Output.line(format!("已到场固定 {}", sealed.evidence_id()))?;
    Output.line(format!("网址    {}", sealed.manifest().final_url))?;
    Output.line(format!("状态    {}", sealed.manifest().http_status))?;
    Output.line(match prior {
        Some(prior) => format!(
            "对比    与 {} 相比:载荷{},文本相似度 {}.{}%",
            prior.evidence_id,
            if prior.same_payload {
                "逐字节相同"
            } else {
                "不同"
            },
            prior.text_likeness / 10,
            prior.text_likeness % 10
        ),
        None => "对比    此前没有固定过该网址".to_owned(),
    })?;
    Ok(Exit::Fine)
}

/// An earlier capture.
fn earlier(id: &str, settings: &Settings) -> Result<ItemRow, Trouble> {
    let store = store::open_existing(settings)?;
    let id = full_id(store.home(), id)?;
    let row = store.index().get(&id).map_err(incomplete)?;
    let row = row.ok_or_else(|| misuse(anyhow!("no evidence item {id:?}")))?;
    if !ItemKind::parse(&row.kind).is_some_and(ItemKind::is_capture) {
        return Err(misuse(anyhow!(
            "{id} is no captured page; name a capture or an address"
        )));
    }
    Ok(row)
}
