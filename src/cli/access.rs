//! `wangxun access`: requests for access, from asking to receipt.

use super::arguments::Format;
use super::arguments::access::{AccessCommand, Approve, Ask, ExportUnder, Receipt, Refuse};
use super::config::Settings;
use super::custody::clean;
use super::exit::{Done, Exit, Trouble, incomplete, misuse};
use super::export::{Order, begun, full_ids, hand_out, show as show_files};
use super::output::{Output, table};
use super::{search, store};
use crate::model::custody::Actor;
use crate::model::monitor::Silent;
use crate::storage::access::{self, Access, AccessError, AccessState};
use crate::storage::handout::{Handout, SUMS};
use crate::storage::package::moment;
use crate::storage::search::{MOST_HITS, SearchQuery};
use crate::storage::store::Store;
use crate::wire::access::{AccessAct, AccessRequest};
use anyhow::{Context, anyhow};
use chrono::Utc;
use serde_json::json;
use sha2::{Digest, Sha256};

/// Carries the command out.
pub fn run(asked: &AccessCommand, settings: &Settings) -> Done {
    match asked {
        AccessCommand::Request(asked) => request(asked, settings),
        AccessCommand::Approve(asked) => approve(asked, settings),
        AccessCommand::Refuse(asked) => refuse(asked, settings),
        AccessCommand::List { id } => list(id.as_deref(), settings),
        AccessCommand::Export(asked) => export(asked, settings),
        AccessCommand::Receipt(asked) => receipt(asked, settings),
    }
}

/// What the rules forbid is the asker's to change.
fn refused(error: AccessError) -> Trouble {
    match error {
        AccessError::Storage(error) => incomplete(error),
        other => misuse(other),
    }
}

fn officer(name: &str, settings: &Settings) -> Result<Actor, Trouble> {
    Ok(Actor {
        name: clean("--actor", name)?,
        role: "officer".to_owned(),
        unit: settings.unit.clone(),
    })
}

fn request(asked: &Ask, settings: &Settings) -> Done {
    let mut store = store::open_existing(settings)?;
    let (scope, items) = scope(asked, &mut store, settings)?;
    let request = AccessRequest {
        requester: clean("--requester", &asked.requester)?,
        requester_unit: clean("--requester-unit", &asked.requester_unit)?,
        authority: clean("--authority", &asked.authority)?,
        purpose: clean("--purpose", &asked.purpose)?,
        scope,
        items,
    };
    let actor = officer(&asked.actor, settings)?;
    let access = access::ask(store.home(), store.journal(), &actor, request).map_err(refused)?;
    tell(&access, settings)
}

/// The scope in words, and the items that it holds now.
fn scope(
    asked: &Ask,
    store: &mut Store,
    settings: &Settings,
) -> Result<(String, Vec<String>), Trouble> {
    if !asked.items.is_empty() {
        return Ok(("逐件指定".to_owned(), full_ids(store, &asked.items)?));
    }
    let query = SearchQuery {
        words: asked.search.clone().unwrap_or_default(),
        case: asked.case.clone(),
        limit: MOST_HITS,
        by_date: true,
        ..SearchQuery::default()
    };
    if let Some(fault) = query.fault() {
        return Err(misuse(anyhow!("{fault}")));
    }
    store
        .open_search(search::words(settings)?, &Silent)
        .map_err(incomplete)?;
    let hits = store.search().map(|index| index.search(&query));
    let hits = hits.transpose().map_err(incomplete)?;
    let (total, hits) = hits.map_or((0, Vec::new()), |found| (found.total, found.hits));
    if total > hits.len() {
        return Err(misuse(anyhow!(
            "the scope holds {total} items, more than {MOST_HITS}; narrow it"
        )));
    }
    let words = match (&asked.case, &asked.search) {
        (Some(case), _) => format!("案件 {case}"),
        (None, words) => format!("检索 {}", words.as_deref().unwrap_or_default()),
    };
    let mut items: Vec<String> = hits.into_iter().map(|h| h.evidence_id).collect();
    items.sort();
    Ok((words, items))
}

fn approve(asked: &Approve, settings: &Settings) -> Done {
    let until = asked.until.succ_opt().and_then(search::beginning);
    let until = until.ok_or_else(|| misuse(anyhow!("--until {} is too far off", asked.until)))?;
    if until <= Utc::now() {
        return Err(misuse(anyhow!("--until {} is over already", asked.until)));
    }
    let act = AccessAct::Approve {
        until: moment(until).utc,
        remark: clean("--remark", &asked.remark)?,
    };
    step(&asked.id, &asked.actor, act, settings)
}

fn refuse(asked: &Refuse, settings: &Settings) -> Done {
    let act = AccessAct::Refuse {
        reason: clean("--reason", &asked.reason)?,
    };
    step(&asked.id, &asked.actor, act, settings)
}

fn step(id: &str, actor: &str, act: AccessAct, settings: &Settings) -> Done {
    let store = store::open_existing(settings)?;
    let access = access::find(store.home(), id).map_err(refused)?;
    let actor = officer(actor, settings)?;
    let (home, journal) = (store.home(), store.journal());
    let access = access::take(home, journal, &actor, access, act).map_err(refused)?;
    tell(&access, settings)
}

fn export(asked: &ExportUnder, settings: &Settings) -> Done {
    let store = store::open_existing(settings)?;
    let access = access::find(store.home(), &asked.id).map_err(refused)?;
    let items = full_ids(&store, &asked.items)?;
    let items = access.allowed(&items, Utc::now()).map_err(refused)?;
    let actor = officer(&asked.actor, settings)?;
    let request = access.request();
    if request.is_some_and(|r| r.requester == actor.name) {
        let why = "items are handed out by another person than the one who asked";
        return Err(misuse(anyhow!("{why}")));
    }
    let order = Order {
        actor: actor.clone(),
        reason: "依申请调取".to_owned(),
        authority: request.map(|r| r.authority.clone()),
        request: Some(access.id.clone()),
        masked: asked.masked,
    };
    let mut handout = Handout::begin(&asked.to).map_err(begun)?;
    let list = hand_out(&store, &items, &order, &mut handout)?;
    let files = handout.end().map_err(incomplete)?;
    let act = AccessAct::Export {
        items,
        masked: asked.masked,
        files: files.clone(),
    };
    let (home, journal) = (store.home(), store.journal());
    access::take(home, journal, &actor, access, act).map_err(refused)?;
    show_files(&list, &files, settings)?;
    Ok(Exit::Fine)
}

fn receipt(asked: &Receipt, settings: &Settings) -> Done {
    let store = store::open_existing(settings)?;
    let access = access::find(store.home(), &asked.id).map_err(refused)?;
    let number = match (asked.step, access.unconfirmed().as_slice()) {
        (Some(number), _) => number,
        (None, [one]) => *one,
        (None, []) => {
            return Err(misuse(anyhow!(
                "nothing of {} waits for a receipt",
                access.id
            )));
        }
        (None, several) => {
            return Err(misuse(anyhow!(
                "several exports wait for a receipt: give --step, one of {several:?}"
            )));
        }
    };
    let sums = std::fs::read(&asked.sums)
        .with_context(|| format!("cannot read {}", asked.sums.display()))
        .map_err(misuse)?;
    let sums_sha256 = hex::encode(Sha256::digest(&sums));
    let handed = access.steps.iter().find(|s| s.number == number);
    let handed = handed.and_then(|s| match &s.act {
        AccessAct::Export { files, .. } => files.iter().find(|f| f.path == SUMS),
        _ => None,
    });
    if handed.is_some_and(|f| f.sha256 != sums_sha256) {
        tracing::error!(
            "{} is not the list that was handed out",
            asked.sums.display()
        );
        return Ok(Exit::CheckFailed);
    }
    let act = AccessAct::Receipt {
        export: number,
        received_by: clean("--received-by", &asked.received_by)?,
        sums_sha256,
    };
    let actor = officer(&asked.actor, settings)?;
    let (home, journal) = (store.home(), store.journal());
    let access = access::take(home, journal, &actor, access, act).map_err(refused)?;
    tell(&access, settings)
}

fn list(id: Option<&str>, settings: &Settings) -> Done {
    let home = store::read_only(settings)?;
    if let Some(id) = id {
        return tell(&access::find(&home, id).map_err(refused)?, settings);
    }
    let mut requests = access::all(&home).map_err(refused)?;
    requests.sort_by(|a, b| made(b).cmp(made(a)));
    if settings.format == Format::Json {
        for request in &requests {
            Output.json_line(&json_of(request))?;
        }
        return Ok(Exit::Fine);
    }
    let rows: Vec<Vec<String>> = requests.iter().map(cells).collect();
    let head = [
        "申请编号",
        "时间（UTC）",
        "申请单位",
        "件数",
        "状态",
        "待回执",
    ];
    Output.line(table(&head, &rows).trim_end())?;
    Output.line(format!("{} requests", requests.len()))?;
    Ok(Exit::Fine)
}

fn made(access: &Access) -> &str {
    access.steps.first().map_or("", |s| s.made.utc.as_str())
}

fn cells(access: &Access) -> Vec<String> {
    let request = access.request();
    vec![
        access.id.clone(),
        made(access).to_owned(),
        request.map_or(String::new(), |r| r.requester_unit.clone()),
        request.map_or(0, |r| r.items.len()).to_string(),
        state(access),
        access.unconfirmed().len().to_string(),
    ]
}

fn state(access: &Access) -> String {
    match access.state() {
        AccessState::Asked => "待批".to_owned(),
        AccessState::Refused => "未批准".to_owned(),
        AccessState::Approved { until } if until <= Utc::now() => "已过期".to_owned(),
        AccessState::Approved { until } => format!("已批准，至 {}", moment(until).beijing),
    }
}

fn json_of(access: &Access) -> serde_json::Value {
    json!({
        "request": access.id,
        "state": match access.state() {
            AccessState::Asked => "asked",
            AccessState::Refused => "refused",
            AccessState::Approved { until } if until <= Utc::now() => "expired",
            AccessState::Approved { .. } => "approved",
        },
        "unconfirmed": access.unconfirmed(),
        "steps": access.steps,
    })
}

/// One request with all its steps.
fn tell(access: &Access, settings: &Settings) -> Done {
    if settings.format == Format::Json {
        Output.json(&json_of(access))?;
        return Ok(Exit::Fine);
    }
    Output.line(format!("申请编号\t{}", access.id))?;
    if let Some(request) = access.request() {
        for (label, value) in [
            ("申请人", &request.requester),
            ("申请单位", &request.requester_unit),
            ("依据文书", &request.authority),
            ("用途", &request.purpose),
            ("范围", &request.scope),
        ] {
            Output.line(format!("{label}\t{value}"))?;
        }
        Output.line(format!("证据\t{}", request.items.join(" ")))?;
    }
    Output.line(format!("状态\t{}", state(access)))?;
    for step in &access.steps {
        let what = match &step.act {
            AccessAct::Request(_) => "申请".to_owned(),
            AccessAct::Approve { until, remark } => format!("批准，至 {until}：{remark}"),
            AccessAct::Refuse { reason } => format!("不批准：{reason}"),
            AccessAct::Export { items, masked, .. } => {
                let kind = if *masked { "脱敏内容" } else { "证据包" };
                format!("移出 {} 件{kind}", items.len())
            }
            AccessAct::Receipt {
                export,
                received_by,
                ..
            } => format!("第 {export} 步移出内容由 {received_by} 收到"),
        };
        let (made, actor) = (&step.made.beijing, &step.actor);
        Output.line(format!("第 {} 步\t{made}\t{actor}\t{what}", step.number))?;
    }
    Ok(Exit::Fine)
}
