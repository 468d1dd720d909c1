//! `wangxun cases determine`, `sign` and `confirm-basis`.

use super::arguments::{ConfirmBasis, Determine, Sign};
use super::papers::determination_document;
use super::{Work, show};
use crate::cli::arguments::Format;
use crate::cli::config::Settings;
use crate::cli::custody::clean;
use crate::cli::desk_store::{read, refused};
use crate::cli::exit::{Done, Exit, Trouble, incomplete, misuse};
use crate::cli::output::{Output, shorten, table};
use crate::cli::tools::today;
use crate::desk::basis::{Unconfirmed, unconfirmed};
use crate::desk::cases::{Case, Cases};
use crate::desk::determine::{self, Known};
use crate::lexicons::rulebook;
use crate::model::determination::{Determination, OfficerSignature};
use crate::model::lexicon::Lexicon;
use crate::model::rule::BasisGrade;
use crate::storage::desk::{self, OfficerKeys};
use crate::wire::desk::case::CaseFact;
use anyhow::{Context, anyhow};
use serde_json::{Value, json};

fn lexicon(settings: &Settings) -> Result<Lexicon, Trouble> {
    rulebook::load(settings.lexicons.as_deref()).map_err(misuse)
}

/// Writes a determination for signing.
pub fn determined(asked: &Determine, settings: &Settings) -> Result<Determination, Trouble> {
    let lexicon = lexicon(settings)?;
    let mut work = Work::open(&asked.actor, settings)?;
    let (sha256, attached) = determination_document(&work, &asked.case, &asked.document)?;
    if let Some(fact) = attached {
        work.keep(vec![fact])?;
    }
    let case = work.case(&asked.case)?;
    let evidence = match asked.evidence.as_slice() {
        [] => case.evidence.iter().map(|(e, _)| e.id.clone()).collect(),
        some => some.to_vec(),
    };
    let rules = match asked.rules.as_slice() {
        [] => case.rules(),
        some => some.to_vec(),
    };
    let one = Determination {
        case_no: asked.case.clone(),
        number: clean("--number", &asked.number)?,
        authority: clean("--authority", &asked.authority)?,
        date: asked.date.unwrap_or_else(today),
        statement: clean("--statement", &asked.statement)?,
        rules,
        evidence,
        document_sha256: sha256,
        officer: clean("--officer", &asked.officer)?,
        reviewer: clean("--reviewer", &asked.reviewer)?,
    };
    let keys = OfficerKeys::of(work.opened.desk.events());
    let known = Known {
        cases: &work.cases,
        officers: &work.officers,
        keys: &keys,
        lexicon: &lexicon,
        today: today(),
    };
    let fact = determine::write(case, &one, &known).map_err(refused)?;
    work.keep(vec![fact])?;
    if let Some(path) = &asked.out {
        std::fs::write(path, one.for_signing())
            .with_context(|| format!("{} cannot be written", path.display()))
            .map_err(incomplete)?;
    }
    Ok(one)
}

/// Writes a determination and tells what is to be signed.
pub fn determine(asked: &Determine, settings: &Settings) -> Done {
    let one = determined(asked, settings)?;
    let text = one.for_signing();
    match settings.format {
        Format::Json => Output.json(&json!({
            "case": asked.case, "number": one.number, "text": String::from_utf8_lossy(&text),
            "to_sign": [one.officer, one.reviewer],
        }))?,
        Format::Table => {
            Output.write(&String::from_utf8_lossy(&text))?;
            Output.line(format!(
                "待 {}、{} 用各自密钥签名:wangxun cases sign {} --officer 姓名 --key 私钥",
                one.officer, one.reviewer, asked.case
            ))?;
        }
    }
    Ok(Exit::Fine)
}

/// Signs a determination and shows the case.
pub fn sign(asked: &Sign, settings: &Settings) -> Done {
    show::one(&signed(asked, settings)?, settings)
}

/// Signs a determination.
pub fn signed(asked: &Sign, settings: &Settings) -> Result<Case, Trouble> {
    let lexicon = lexicon(settings)?;
    let work = Work::open(&asked.officer, settings)?;
    let case = work.case(&asked.case)?;
    let written = determine::written(case, asked.number.as_deref()).ok_or_else(|| {
        misuse(anyhow!(
            "{} has no such determination; `wangxun cases determine` writes one",
            asked.case
        ))
    })?;
    let one = Determination::from(&written.determination);
    let text = one.for_signing();
    let signature = match (&asked.key, &asked.signature) {
        (Some(key), _) => {
            let number: String = one
                .number
                .chars()
                .filter(|c| !c.is_control())
                .take(100)
                .collect();
            let comment = format!(
                "wangxun-determination/1 case={} number={number}",
                one.case_no
            );
            desk::sign(key, &text, &comment).map_err(misuse)?.1
        }
        (None, Some(path)) => {
            let text = std::fs::read_to_string(path)
                .with_context(|| format!("{} cannot be read", path.display()))
                .map_err(misuse)?;
            own_form(&text)
        }
        (None, None) => return Err(misuse(anyhow!("give --key or --signature"))),
    };
    let signature = OfficerSignature {
        officer: work.actor.name.clone(),
        signature,
    };
    let keys = OfficerKeys::of(work.opened.desk.events());
    let known = Known {
        cases: &work.cases,
        officers: &work.officers,
        keys: &keys,
        lexicon: &lexicon,
        today: today(),
    };
    let facts = determine::sign(case, written, &signature, &known).map_err(refused)?;
    work.keep_of(&asked.case, facts)
}

/// The untrusted comment of a signature that minisign itself wrote is free text and signed by nobody; here it has one form.
fn own_form(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let [_, body, comment, global] = lines.as_slice() else {
        return text.to_owned();
    };
    let id = crate::storage::minisign::key_id_of(body).unwrap_or_default();
    format!("untrusted comment: signature by wangxun key {id}\n{body}\n{comment}\n{global}\n")
}

/// Confirms a basis, or lists those that wait.
pub fn confirm_basis(asked: &ConfirmBasis, settings: &Settings) -> Done {
    let (Some(id), Some(source), Some(actor)) = (&asked.rule, &asked.source, &asked.actor) else {
        return list_bases(settings);
    };
    let (basis, by) = basis_confirmed(id, source, actor, settings)?;
    match settings.format {
        Format::Json => Output.json(&json!({"rule": id, "basis": basis, "by": by}))?,
        Format::Table => Output.line(format!("{id} 的依据已由 {by} 核对:{basis}"))?,
    }
    Ok(Exit::Fine)
}

/// Confirms the basis of a rule; gives its text and who has read it.
pub fn basis_confirmed(
    id: &str,
    source: &str,
    actor: &str,
    settings: &Settings,
) -> Result<(String, String), Trouble> {
    let lexicon = lexicon(settings)?;
    let rule = lexicon.rule(id).ok_or_else(|| {
        misuse(anyhow!(
            "{id:?} is no rule; `wangxun lexicon rules` lists them"
        ))
    })?;
    let basis = rule
        .basis_on(today())
        .or(rule.newest())
        .ok_or_else(|| misuse(anyhow!("{id} has no basis")))?;
    if basis.grade == BasisGrade::Verified {
        return Err(misuse(anyhow!(
            "the basis of {id} was read in full: nothing is to be confirmed"
        )));
    }
    let mut work = Work::open(actor, settings)?;
    let fact = CaseFact::BasisConfirmed {
        rule: id.to_owned(),
        basis: basis.text.clone(),
        source: clean("--source", source)?,
    };
    work.keep(vec![fact])?;
    Ok((basis.text.clone(), work.actor.name))
}

/// The rules, all of them or these, whose basis nobody has confirmed.
pub fn open_bases(
    rules: Option<&[String]>,
    settings: &Settings,
) -> Result<Vec<Unconfirmed>, Trouble> {
    let lexicon = lexicon(settings)?;
    // Without a home nothing was confirmed yet.
    let events = match settings.home.join("FORMAT").is_file() {
        true => read(settings)?,
        false => Vec::new(),
    };
    let cases = Cases::of(&events);
    let all: Vec<String> = match rules {
        Some(rules) => rules.to_vec(),
        None => lexicon.rules.iter().map(|r| r.id.clone()).collect(),
    };
    Ok(unconfirmed(&all, &lexicon, today(), &cases.bases))
}

fn list_bases(settings: &Settings) -> Done {
    let open = open_bases(None, settings)?;
    match settings.format {
        Format::Json => {
            let rows: Vec<Value> = open
                .iter()
                .map(|u| json!({"rule": u.rule, "grade": u.grade.code(), "basis": u.text}))
                .collect();
            Output.json(&json!({"unconfirmed": rows}))?;
        }
        Format::Table => {
            let rows: Vec<Vec<String>> = open
                .iter()
                .map(|u| {
                    vec![
                        u.rule.clone(),
                        u.grade.code().to_owned(),
                        shorten(&u.text, 90),
                    ]
                })
                .collect();
            Output.line(table(&["规则", "等次", "依据"], &rows).trim_end())?;
            Output.line(format!(
                "{} 条规则的依据未读全文,写入认定和告知书之前须由人核对",
                rows.len()
            ))?;
        }
    }
    Ok(Exit::Fine)
}
