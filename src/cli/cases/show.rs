//! `wangxun cases list` and `show`.

use super::arguments::List;
use super::found;
use super::open::sites_cell;
use crate::cli::arguments::Format;
use crate::cli::config::Settings;
use crate::cli::desk_store::{playbook, read};
use crate::cli::exit::{Done, Exit, Trouble, misuse};
use crate::cli::output::{Output, shorten, table};
use crate::cli::tools::today;
use crate::desk::cases::{Case, Cases, Stamp};
use crate::desk::figures::day_of;
use crate::desk::urgent;
use crate::model::case::{CaseState, RecheckResult, names};
use crate::model::playbook::Playbook;
use anyhow::anyhow;
use chrono::NaiveDate;
use serde_json::{Value, json};

/// The name of a licence word for officers.
pub fn licensed_label(word: &str) -> &'static str {
    match word {
        "yes" => "持牌(部门)",
        "no" => "无牌(乡镇)",
        _ => "待核",
    }
}

/// Lists cases.
pub fn list(asked: &List, settings: &Settings) -> Done {
    let cases = Cases::of(&read(settings)?);
    let book = playbook(settings)?;
    let state = asked.state.as_deref().map(state).transpose()?;
    let today = today();
    let of_unit = |case: &Case, unit: &str| {
        let route = case.route.as_ref();
        case.region == unit
            || route.is_some_and(|r| r.lead == unit || r.assist.iter().any(|a| a == unit))
    };
    let wanted: Vec<&Case> = cases
        .cases
        .values()
        .filter(|case| state.is_none_or(|state| case.state == state))
        .filter(|case| asked.all || state.is_some() || case.state != CaseState::Closed)
        .filter(|case| asked.unit.as_ref().is_none_or(|unit| of_unit(case, unit)))
        .filter(|case| !asked.proposed || case.open_proposal().is_some())
        .filter(|case| !asked.overdue || overdue(case, today) > 0)
        .filter(|case| !asked.urgent || urgent::waits(case, &book))
        .filter(|case| asked.licensed.as_ref().is_none_or(|l| case.licensed == *l))
        .collect();
    match settings.format {
        Format::Json => {
            let rows: Vec<Value> = wanted.iter().map(|c| to_json(c, &book)).collect();
            Output.json(&json!({"format": "wangxun-cases/1", "cases": rows}))?;
        }
        Format::Table => {
            let rows: Vec<Vec<String>> = wanted.iter().map(|c| row(c, &book, today)).collect();
            let head = [
                "案件",
                "状态",
                "级",
                "许可",
                "登记地",
                "证据",
                "期限",
                "站点",
                "名称",
                "提示",
            ];
            Output.line(table(&head, &rows).trim_end())?;
            Output.line(format!("{} 件;评分只是线索,认定由人作出", rows.len()))?;
        }
    }
    Ok(Exit::Fine)
}

/// The state of a word of the command line.
pub fn state(word: &str) -> Result<CaseState, Trouble> {
    CaseState::parse(word).ok_or_else(|| {
        misuse(anyhow!(
            "{word:?} is no state; states are {}",
            names(&CaseState::ALL)
        ))
    })
}

fn overdue(case: &Case, today: NaiveDate) -> usize {
    let open = case.open_deadlines();
    open.iter().filter(|d| d.due < today).count()
}

fn row(case: &Case, book: &Playbook, today: NaiveDate) -> Vec<String> {
    let mut hints = Vec::new();
    if urgent::waits(case, book) {
        hints.push("须立即报告".to_owned());
    }
    if overdue(case, today) > 0 {
        hints.push("逾期".to_owned());
    }
    if let Some(open) = case.open_proposal() {
        hints.push(format!("待确认:{}", open.to.label()));
    }
    let due = case.open_deadlines().first().map(|d| d.due.to_string());
    vec![
        case.number().to_owned(),
        case.state.label().to_owned(),
        case.opened.severity.to_string(),
        licensed_label(&case.licensed).to_owned(),
        match case.region.as_str() {
            "" => "县级".to_owned(),
            code => code.to_owned(),
        },
        case.evidence.len().to_string(),
        due.unwrap_or_default(),
        sites_cell(case),
        shorten(&case.opened.title, 24),
        hints.join("、"),
    ]
}

/// Shows one case of the desk.
pub fn show(number: &str, settings: &Settings) -> Done {
    let cases = Cases::of(&read(settings)?);
    one(found(&cases, number)?, settings)
}

/// Shows a case.
pub fn one(case: &Case, settings: &Settings) -> Done {
    let book = playbook(settings)?;
    match settings.format {
        Format::Json => Output.json(&to_json(case, &book))?,
        Format::Table => {
            head(case, &book)?;
            evidence(case)?;
            course(case)?;
            papers(case)?;
        }
    }
    Ok(Exit::Fine)
}

fn head(case: &Case, book: &Playbook) -> Result<(), Trouble> {
    let next = match case.state.next() {
        [] => "—".to_owned(),
        some => names(some),
    };
    let route = case.route.as_ref();
    let mut lines = vec![
        ("案件", case.number().to_owned()),
        ("名称", case.opened.title.clone()),
        ("状态", format!("{}(下一步:{next})", case.state.label())),
        (
            "情节",
            format!(
                "{} 级,评分 {:.0}(线索)",
                case.opened.severity, case.opened.score
            ),
        ),
        ("许可", licensed_label(&case.licensed).to_owned()),
        ("领域", case.opened.sectors.join("、")),
        ("登记地", case.region.clone()),
        ("主体", case.subject.clone()),
        ("牵头", route.map_or(String::new(), |r| r.lead.clone())),
        ("协助", route.map_or(String::new(), |r| r.assist.join("、"))),
        (
            "部门",
            route.map_or(String::new(), |r| {
                format!("{}({})", r.departments.join("、"), r.why)
            }),
        ),
        (
            "立案",
            format!("{} {}", day_of(case.stamp.at), case.stamp.by),
        ),
    ];
    let reasons = urgent::reasons(case, book);
    if !reasons.is_empty() {
        let done = match case.reports.last() {
            Some((stamp, to, how)) => format!("已报 {to}({how},{})", when(stamp)),
            None => "尚未报告".to_owned(),
        };
        lines.push(("立即报告", format!("{};{done}", reasons.join("、"))));
    }
    if let Some(wording) = &case.wording {
        lines.push(("宣传口径", wording.text.clone()));
    }
    for (label, value) in lines.into_iter().filter(|(_, value)| !value.is_empty()) {
        Output.line(format!("{label}  {value}"))?;
    }
    Ok(())
}

fn when(stamp: &Stamp) -> String {
    format!("{} {}", day_of(stamp.at), stamp.by)
}

fn section(title: &str, head: &[&str], rows: &[Vec<String>]) -> Result<(), Trouble> {
    if rows.is_empty() {
        return Ok(());
    }
    Output.line(format!("\n{title}"))?;
    Output.line(table(head, rows).trim_end())
}

fn evidence(case: &Case) -> Result<(), Trouble> {
    let rows: Vec<Vec<String>> = case
        .evidence
        .iter()
        .map(|(e, _)| {
            vec![
                e.id.clone(),
                e.captured.get(..10).unwrap_or("").to_owned(),
                e.rules.join(" "),
                shorten(&e.url, 60),
            ]
        })
        .collect();
    section("证据", &["证据编号", "采集", "规则", "网址"], &rows)
}

fn course(case: &Case) -> Result<(), Trouble> {
    let rows: Vec<Vec<String>> = case
        .history
        .iter()
        .map(|c| {
            let result = RecheckResult::parse(&c.result).map_or("", RecheckResult::label);
            vec![
                when(&c.stamp),
                format!("{} → {}", c.from.label(), c.to.label()),
                c.document.clone(),
                result.to_owned(),
                shorten(&c.why, 50),
            ]
        })
        .collect();
    section("经过", &["时间", "变更", "文书", "复查", "理由"], &rows)?;
    let rows: Vec<Vec<String>> = case
        .proposals
        .iter()
        .map(|p| {
            let decided = match &p.decided {
                None => "待确认".to_owned(),
                Some((stamp, true, comment)) => format!("已确认 {} {comment}", when(stamp)),
                Some((stamp, false, comment)) => format!("已退回 {} {comment}", when(stamp)),
            };
            vec![
                p.number.to_string(),
                when(&p.stamp),
                p.unit.clone(),
                p.to.label().to_owned(),
                shorten(&p.why, 40),
                decided,
            ]
        })
        .collect();
    section(
        "意见",
        &["号", "时间", "单位", "意见", "理由", "办理"],
        &rows,
    )?;
    let rows: Vec<Vec<String>> = case
        .open_deadlines()
        .iter()
        .map(|d| vec![d.due.to_string(), d.what.clone(), shorten(&d.why, 50)])
        .collect();
    section("期限", &["日期", "事项", "说明"], &rows)
}

fn papers(case: &Case) -> Result<(), Trouble> {
    let rows: Vec<Vec<String>> = case
        .determinations
        .iter()
        .map(|w| {
            let signed: Vec<&str> = w.signatures.iter().map(|s| s.officer.as_str()).collect();
            vec![
                w.determination.number.clone(),
                w.determination.date.to_string(),
                format!("{}、{}", w.determination.officer, w.determination.reviewer),
                format!("已签 {}", signed.join("、")),
                shorten(&w.determination.statement, 50),
            ]
        })
        .collect();
    section(
        "认定",
        &["文号", "日期", "承办、复核", "签名", "内容"],
        &rows,
    )?;
    let rows: Vec<Vec<String>> = case
        .documents
        .iter()
        .map(|d| {
            vec![
                d.what.clone(),
                d.document.name.clone(),
                d.document.bytes.to_string(),
                d.document.sha256.clone(),
                when(&d.stamp),
            ]
        })
        .collect();
    section("材料", &["种类", "文件", "字节", "SHA-256", "时间"], &rows)?;
    let rows: Vec<Vec<String>> = case
        .acts
        .iter()
        .map(|a| {
            vec![
                when(&a.stamp),
                super::papers::action_label(&a.action).to_owned(),
                a.unit.clone(),
                a.document.clone(),
                shorten(&a.result, 50),
            ]
        })
        .collect();
    section("措施", &["时间", "措施", "单位", "文书", "结果"], &rows)?;
    let rows: Vec<Vec<String>> = case
        .handovers
        .iter()
        .map(|h| {
            vec![
                when(&h.stamp),
                format!("{} → {}", h.from, h.to),
                if h.part == "lead" { "牵头" } else { "协助" }.to_owned(),
                shorten(&h.why, 40),
                h.taken
                    .as_ref()
                    .map_or("未接收".to_owned(), |(s, _)| format!("接收 {}", when(s))),
            ]
        })
        .collect();
    section("移交", &["时间", "单位", "责任", "理由", "接收"], &rows)
}

/// A case as JSON.
pub fn to_json(case: &Case, book: &Playbook) -> Value {
    let stamp = |s: &Stamp| json!({"at": crate::wire::moment::text(&s.at), "by": s.by});
    let day = |d: Option<NaiveDate>| d.map(|d| d.to_string());
    json!({
        "format": "wangxun-case/1",
        "case": case.number(), "title": case.opened.title, "state": case.state.code(), "state_label": case.state.label(),
        "next": case.state.next().iter().map(|s| s.code()).collect::<Vec<_>>(),
        "opened": stamp(&case.stamp), "source": case.opened.source, "tip": case.opened.tip,
        "subject": case.subject, "region": case.region, "licensed": case.licensed,
        "severity": case.opened.severity, "score": case.opened.score, "sectors": case.opened.sectors,
        "claimed_yuan": case.opened.claimed_yuan, "claimed_people": case.opened.claimed_people,
        "rules": case.rules(),
        "sites": crate::desk::figures::sites_of(case),
        "evidence": case.evidence.iter().map(|(e, at)| json!({
            "id": e.id, "sha256": e.sha256, "url": e.url, "rules": e.rules, "captured": e.captured,
            "taken_in": crate::wire::moment::text(at),
        })).collect::<Vec<_>>(),
        "history": case.history.iter().map(|c| json!({
            "at": crate::wire::moment::text(&c.stamp.at), "by": c.stamp.by, "from": c.from.code(), "to": c.to.code(),
            "why": c.why, "document": c.document, "due": day(c.due), "result": c.result,
        })).collect::<Vec<_>>(),
        "proposals": case.proposals.iter().map(|p| json!({
            "number": p.number, "by": stamp(&p.stamp), "unit": p.unit, "to": p.to.code(), "why": p.why,
            "document": p.document, "due": day(p.due), "result": p.result,
            "decided": p.decided.as_ref().map(|(s, yes, comment)| json!({
                "by": stamp(s), "confirmed": yes, "comment": comment,
            })),
        })).collect::<Vec<_>>(),
        "deadlines": case.deadlines.iter().map(|d| json!({
            "what": d.what, "due": d.due.to_string(), "why": d.why,
            "met": d.met.as_ref().map(crate::wire::moment::text),
        })).collect::<Vec<_>>(),
        "route": case.route.as_ref().map(|r| json!({
            "departments": r.departments, "lead": r.lead, "assist": r.assist, "why": r.why, "by": stamp(&r.stamp),
        })),
        "handovers": case.handovers.iter().map(|h| json!({
            "by": stamp(&h.stamp), "from": h.from, "to": h.to, "part": h.part, "why": h.why, "document": h.document,
            "taken": h.taken.as_ref().map(|(s, comment)| json!({"by": stamp(s), "comment": comment})),
        })).collect::<Vec<_>>(),
        "acts": case.acts.iter().map(|a| json!({
            "by": stamp(&a.stamp), "action": a.action, "unit": a.unit, "result": a.result, "document": a.document,
        })).collect::<Vec<_>>(),
        "documents": case.documents.iter().map(|d| json!({
            "by": stamp(&d.stamp), "what": d.what, "remark": d.remark, "document": d.document,
        })).collect::<Vec<_>>(),
        "wording": case.wording.as_ref().map(|w| json!({
            "text": w.text, "approved_by": w.approved_by, "document": w.document, "by": stamp(&w.stamp),
        })),
        "questions": case.questions.iter().map(|(q, a)| json!({"question": q, "answer": a})).collect::<Vec<_>>(),
        "determinations": case.determinations.iter().map(|w| json!({
            "determination": w.determination,
            "signed_by": w.signatures.iter().map(|s| &s.officer).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "report_at_once": urgent::reasons(case, book),
        "reports": case.reports.iter().map(|(s, to, how)| json!({"by": stamp(s), "to": to, "how": how})).collect::<Vec<_>>(),
    })
}
