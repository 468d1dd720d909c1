//! What is known of subjects, for people and machines.

use super::{Graph, List, circles, folded, one};
use crate::cli::arguments::Format;
use crate::cli::config::Settings;
use crate::cli::desk_store::units;
use crate::cli::exit::{Done, Exit};
use crate::cli::output::{Output, shorten, table};
use crate::desk::subjects::fold::{Dossier, Dossiers};
use crate::dossier::pseudonym::shown;
use crate::model::context::Offer;
use crate::model::joining::JoinLink;
use crate::model::region::Units;
use crate::model::subject_fact::SubjectFactKind as Kind;
use serde_json::{Value, json};

fn track_label(word: &str) -> &'static str {
    match word {
        "department" => "持牌(部门)",
        "township" => "无牌(乡镇)",
        _ => "未知(待核)",
    }
}

fn offer_label(word: &str) -> &'static str {
    let known = Offer::ALL.into_iter().find(|o| o.code() == word);
    known.map_or("无", Offer::label)
}

fn unit_label(dossier: &Dossier, units: &Units) -> String {
    match dossier.owner_unit(units) {
        None => "县级待归口".to_owned(),
        Some((code, _)) => match units.by_code(&code) {
            Some(unit) => unit.name.clone(),
            None => code,
        },
    }
}

fn stock(dossier: &Dossier, baseline: Option<chrono::NaiveDate>) -> Option<&'static str> {
    let (day, (first, _)) = (baseline?.to_string(), dossier.seen()?);
    Some(if first < day.as_str() {
        "stock"
    } else {
        "increment"
    })
}

pub(super) fn list(asked: &List, settings: &Settings) -> Done {
    let (dossiers, units) = (folded(settings)?, units(settings)?);
    let owner = |d: &Dossier| d.owner_unit(&units).map(|(code, _)| code);
    let mut wanted: Vec<&Dossier> = dossiers
        .all
        .values()
        .filter(|d| asked.unit.is_none() || owner(d) == asked.unit)
        .filter(|d| !asked.pool || owner(d).is_none())
        .filter(|d| asked.track.as_ref().is_none_or(|t| d.track() == t))
        .filter(|d| !asked.watched || d.is_watched())
        .collect();
    wanted.sort_by(|a, b| b.score().total_cmp(&a.score()).then(a.id.cmp(&b.id)));
    match settings.format {
        Format::Json => {
            for dossier in wanted {
                let mut line = brief(dossier, &units);
                if let (Some(word), Some(map)) =
                    (stock(dossier, asked.baseline), line.as_object_mut())
                {
                    map.insert("stock".to_owned(), json!(word));
                }
                Output.json_line(&line)?;
            }
        }
        Format::Table => {
            let rows: Vec<Vec<String>> = wanted
                .iter()
                .map(|d| {
                    let kept = match stock(d, asked.baseline) {
                        Some("stock") => "存量",
                        Some(_) => "增量",
                        None => "",
                    };
                    vec![
                        d.id.clone(),
                        format!("{:.0}", d.score()),
                        track_label(d.track()).to_owned(),
                        offer_label(d.sector()).to_owned(),
                        unit_label(d, &units),
                        if d.is_watched() { "是" } else { "" }.to_owned(),
                        kept.to_owned(),
                        d.bearers.len().to_string(),
                        shorten(d.name(), 40),
                    ]
                })
                .collect();
            let head = [
                "主体",
                "分",
                "轨道",
                "实质业务",
                "归口",
                "关注",
                "存增量",
                "站点",
                "名称",
            ];
            Output.line(table(&head, &rows).trim_end())?;
            Output.line(format!("{} 个主体(线索,待人工认定)", rows.len()))?;
        }
    }
    Ok(Exit::Fine)
}

fn shown_values(dossier: &Dossier, kind: Kind) -> Vec<String> {
    let values = dossier.values(kind).into_iter();
    values.map(|v| shown(v).to_owned()).collect()
}

fn brief(dossier: &Dossier, units: &Units) -> Value {
    let unit = dossier.owner_unit(units);
    json!({
        "format": "wangxun-subject/1", "id": dossier.id, "name": dossier.name(), "bearers": dossier.bearers,
        "score": dossier.score(), "track": dossier.track(), "sector_by_promise": dossier.sector(),
        "calls_itself": dossier.field("calls-itself").map_or_else(
            || dossier.values(Kind::Brand).first().copied().unwrap_or_default().to_owned(), str::to_owned),
        "owner_unit": unit.as_ref().map(|(code, _)| code), "owner_because": unit.map(|(_, why)| why),
        "watched": dossier.is_watched(), "grade": dossier.field("grade"),
        "credit_codes": dossier.values(Kind::CreditCode), "icp": dossier.values(Kind::Icp),
        "addresses": dossier.values(Kind::Address), "seen": dossier.seen(), "items": dossier.items.len(),
    })
}

pub(super) fn link_json(link: &JoinLink) -> Value {
    let reasons = link.reasons.iter().filter(|r| r.points != 0);
    let reasons: Vec<Value> = reasons
        .map(|r| json!({"kind": r.kind.code(), "value": shown(&r.value), "points": r.points}))
        .collect();
    json!({"one": link.one, "other": link.other, "points": link.points, "by_officer": link.by_officer, "reasons": reasons})
}

pub(super) fn link_line(link: &JoinLink) -> String {
    let reasons = link.reasons.iter().filter(|r| r.points != 0);
    let reasons: Vec<String> = reasons
        .map(|r| match r.points > 0 {
            true => format!("{}「{}」+{}", r.kind.label(), shown(&r.value), r.points),
            false => format!("{}不同 {}", r.kind.label(), r.points),
        })
        .collect();
    let by = if link.by_officer { "人工" } else { "" };
    format!(
        "{} — {}: {by}{}(合计 {})",
        link.one,
        link.other,
        reasons.join(","),
        link.points
    )
}

/// The chain from where it is advertised to who is paid.
fn chain(dossiers: &Dossiers, dossier: &Dossier) -> Vec<Value> {
    let hosts: Vec<&str> = dossier
        .bearers
        .iter()
        .filter_map(|b| b.strip_prefix("site:"))
        .collect();
    let leads_here = |address: &String| {
        let host = url::Url::parse(address)
            .ok()
            .and_then(|u| u.host_str().map(str::to_owned));
        host.is_some_and(|h| hosts.contains(&h.as_str()))
    };
    let mut steps = Vec::new();
    for other in dossiers.all.values().filter(|o| o.id != dossier.id) {
        for item in other
            .items
            .iter()
            .filter(|i| i.leads_to.iter().any(leads_here))
        {
            steps.push(json!({"step": "advertised", "at": item.url, "by": other.id, "evidence_id": item.evidence_id}));
        }
    }
    for item in dossier.items.iter().filter(|i| !i.hops.is_empty()) {
        steps.push(json!({"step": "redirected", "through": item.hops, "to": item.url, "evidence_id": item.evidence_id}));
    }
    for kind in [Kind::Payee, Kind::PayeeName, Kind::QrTarget] {
        for (bearer, fact) in dossier.facts.iter().filter(|(_, f)| f.kind == kind) {
            steps.push(json!({"step": "paid", "kind": kind.code(), "value": shown(&fact.value), "at": bearer, "evidence_id": fact.provenance.source}));
        }
    }
    steps
}

pub(super) fn show(asked: &str, settings: &Settings) -> Done {
    let (dossiers, units) = (folded(settings)?, units(settings)?);
    let dossier = one(&dossiers, asked)?;
    match settings.format {
        Format::Json => {
            let mut whole = brief(dossier, &units);
            let facts: Vec<Value> = dossier
                .facts
                .iter()
                .map(|(bearer, f)| {
                    json!({"bearer": bearer, "kind": f.kind.code(), "value": shown(&f.value), "detail": f.detail, "joins": f.tells,
                        "source": f.provenance.source, "seen": f.provenance.seen})
                })
                .collect();
            let persons: Vec<Value> = dossier
                .persons
                .iter()
                .map(|(role, name, source)| json!({"role": role, "name": shown(name), "source": source}))
                .collect();
            let grades: Vec<Value> = dossier
                .set
                .iter()
                .filter(|s| s.field == "grade")
                .map(|s| json!({"grade": s.value, "at": s.at, "by": s.by, "reason": s.reason}))
                .collect();
            let watch: Vec<&crate::wire::desk::subject::WatchWord> =
                dossier.rows.iter().flat_map(|r| &r.watch).collect();
            if let Some(map) = whole.as_object_mut() {
                map.insert("facts".to_owned(), json!(facts));
                map.insert(
                    "links".to_owned(),
                    json!(dossiers.links(dossier).map(link_json).collect::<Vec<_>>()),
                );
                map.insert("persons".to_owned(), json!(persons));
                map.insert("grades".to_owned(), json!(grades));
                map.insert("scores".to_owned(), json!(dossier.scores()));
                map.insert("watch_words".to_owned(), json!(watch));
                let circle = dossiers.circle_of(dossier);
                map.insert(
                    "circle".to_owned(),
                    json!(circle.as_ref().map(circles::json_of)),
                );
                map.insert("chain".to_owned(), json!(chain(&dossiers, dossier)));
            }
            Output.json(&whole)?;
        }
        Format::Table => {
            Output.line(format!("{}  {}", dossier.id, dossier.name()))?;
            Output.line(format!(
                "轨道 {}  实质业务 {}  归口 {}  分 {:.0}  证据 {} 份",
                track_label(dossier.track()),
                offer_label(dossier.sector()),
                unit_label(dossier, &units),
                dossier.score(),
                dossier.items.len()
            ))?;
            Output.line(format!("组成 {}", dossier.bearers.join(" ")))?;
            for kind in Kind::ALL {
                let values = shown_values(dossier, kind);
                if !values.is_empty() {
                    Output.line(format!("{} {}", kind.label(), values.join(" | ")))?;
                }
            }
            for (role, name, source) in &dossier.persons {
                Output.line(format!("人员 {role} {} ({source})", shown(name)))?;
            }
            for link in dossiers.links(dossier) {
                Output.line(format!("合并依据 {}", link_line(link)))?;
            }
            if let Some(circle) = dossiers.circle_of(dossier) {
                let others = circle.subjects.iter().filter(|d| d.id != dossier.id);
                let others: Vec<&str> = others.map(|d| d.id.as_str()).collect();
                Output.line(format!("关联圈(线索) {}", others.join(" ")))?;
            }
        }
    }
    Ok(Exit::Fine)
}

pub(super) fn timeline(asked: &str, settings: &Settings) -> Done {
    let dossiers = folded(settings)?;
    for entry in &one(&dossiers, asked)?.timeline {
        match settings.format {
            Format::Json => Output.json_line(&json!({
                "at": entry.at, "what": entry.what, "by": entry.by, "source": entry.source,
            }))?,
            Format::Table => Output.line(format!(
                "{}  {}  [{} {}]",
                entry.at, entry.what, entry.by, entry.source
            ))?,
        }
    }
    Ok(Exit::Fine)
}

pub(super) fn related(asked: &str, graph: Option<Graph>, settings: &Settings) -> Done {
    let dossiers = folded(settings)?;
    let dossier = one(&dossiers, asked)?;
    let ties = dossiers.related(dossier);
    if graph == Some(Graph::Dot) {
        return Output
            .write(&dot(&dossiers, dossier, &ties))
            .map(|()| Exit::Fine);
    }
    for (id, link) in ties {
        match settings.format {
            Format::Json => Output.json_line(&json!({"subject": id, "link": link_json(link)}))?,
            Format::Table => Output.line(format!("{id}  {}", link_line(link)))?,
        }
    }
    Ok(Exit::Fine)
}

/// Names come from outside: quotes and backslashes are escaped, and nothing else has a meaning inside of quotes.
fn quoted(text: &str) -> String {
    let kept = text.chars().filter(|c| !c.is_control());
    let escaped: String = kept
        .flat_map(|c| {
            matches!(c, '"' | '\\')
                .then_some('\\')
                .into_iter()
                .chain([c])
        })
        .collect();
    format!("\"{escaped}\"")
}

fn dot(dossiers: &Dossiers, dossier: &Dossier, ties: &[(&str, &JoinLink)]) -> String {
    let mut text = "graph related {\n".to_owned();
    let ids = std::iter::once(dossier.id.as_str()).chain(ties.iter().map(|(id, _)| *id));
    for id in ids.collect::<std::collections::BTreeSet<&str>>() {
        let name = dossiers.all.get(id).map_or("", |d| d.name());
        text.push_str(&format!("  {} [label={}];\n", quoted(id), quoted(name)));
    }
    for (id, link) in ties {
        let why: Vec<&str> = link
            .reasons
            .iter()
            .filter(|r| r.points > 0)
            .map(|r| r.kind.label())
            .collect();
        let label = quoted(&why.join("、"));
        text.push_str(&format!(
            "  {} -- {} [label={label}];\n",
            quoted(&dossier.id),
            quoted(id)
        ));
    }
    text.push_str("}\n");
    text
}

pub(super) fn inspect(top: usize, settings: &Settings) -> Done {
    let (dossiers, units) = (folded(settings)?, units(settings)?);
    let mut all: Vec<&Dossier> = dossiers.all.values().filter(|d| d.score() > 0.0).collect();
    all.sort_by(|a, b| b.score().total_cmp(&a.score()).then(a.id.cmp(&b.id)));
    all.truncate(top);
    if settings.format == Format::Json {
        for dossier in all {
            Output.json_line(&brief(dossier, &units))?;
        }
        return Ok(Exit::Fine);
    }
    let rows: Vec<Vec<String>> = (1..)
        .zip(all)
        .map(|(n, d): (usize, _)| {
            let address = d
                .values(Kind::Address)
                .first()
                .copied()
                .unwrap_or("地址不详");
            let evidence = d.items.iter().max_by(|a, b| a.score.total_cmp(&b.score));
            vec![
                n.to_string(),
                d.id.clone(),
                format!("{:.0}", d.score()),
                unit_label(d, &units),
                shorten(d.name(), 36),
                shorten(address, 44),
                evidence.map(|i| i.evidence_id.clone()).unwrap_or_default(),
            ]
        })
        .collect();
    let head = ["序", "主体", "分", "归口", "名称", "地址", "主要证据"];
    Output.line(table(&head, &rows).trim_end())?;
    Ok(Exit::Fine)
}
