//! `wangxun takedown overrule`: two officers set a refusal of the guard aside for one target.

use super::Work;
use super::arguments::Overrule;
use crate::cli::arguments::Format;
use crate::cli::config::Settings;
use crate::cli::custody::clean;
use crate::cli::exit::{Done, Exit, Trouble, misuse};
use crate::cli::output::Output;
use crate::cli::tools::today;
use crate::desk::officers::Officers;
use crate::model::determination::{OfficerSignature, SignatureCheck};
use crate::model::takedown::overrule::{OverruleDraft, Overruled};
use crate::model::takedown::target::TakedownTarget;
use crate::storage::desk::{OfficerKeys, short_id, sign};
use crate::wire::desk::takedown::TakedownFact;
use anyhow::anyhow;
use serde_json::json;

/// Carries the command out.
pub fn run(asked: &Overrule, settings: &Settings) -> Done {
    let mut work = Work::open(&asked.officer, settings)?;
    let keys = OfficerKeys::of(work.opened.desk.events());
    let mut facts = Vec::new();
    let (id, draft, mut signatures) = match &asked.id {
        Some(id) => {
            let known = work.lists.overrulings.get(id);
            let known = known.ok_or_else(|| misuse(anyhow!("no overruling {id:?}")))?;
            (id.clone(), known.draft.clone(), known.signatures.clone())
        }
        None => {
            let (id, draft) = write(asked, &work)?;
            facts.push(TakedownFact::OverruleWritten {
                id: id.clone(),
                target: draft.target.kind().code().to_owned(),
                value: draft.target.value().to_owned(),
                code: draft.code.clone(),
                reason: draft.reason.clone(),
                document: draft.document.clone(),
                date: draft.date,
                officers: draft.officers.clone(),
            });
            (id, draft, Vec::new())
        }
    };
    if !draft.officers.contains(&work.actor.name) {
        return Err(misuse(anyhow!(
            "{id} is signed by {} and {}",
            draft.officers[0],
            draft.officers[1]
        )));
    }
    let message = draft.for_signing();
    let comment = format!("wangxun-overrule/1 id={id}");
    let (_, signature) = sign(&asked.key, &message, &comment).map_err(misuse)?;
    let signature = OfficerSignature {
        officer: work.actor.name.clone(),
        signature,
    };
    keys.check(&signature, &message, draft.date)
        .map_err(|why| misuse(anyhow!("{}: {why}", asked.key.display())))?;
    signatures.retain(|s| s.officer != signature.officer);
    signatures.push(signature.clone());
    facts.push(TakedownFact::OverruleSigned {
        id: id.clone(),
        officer: signature.officer,
        signature: signature.signature,
    });
    let holds = match signatures.len() {
        2 => Overruled::new(draft.clone(), &signatures, &keys)
            .map(|_| true)
            .map_err(|why| misuse(anyhow!("{id}: {why}")))?,
        _ => false,
    };
    work.keep_lists(facts)?;
    match settings.format {
        Format::Json => Output.json(&json!({"id": id, "in_force": holds}))?,
        Format::Table if holds => Output.line(format!("{id} 两人签名齐备，已生效"))?,
        Format::Table => Output.line(format!(
            "{id} 尚待 {} 签名",
            other(&draft, &work.actor.name)
        ))?,
    }
    Ok(Exit::Fine)
}

fn other<'d>(draft: &'d OverruleDraft, name: &str) -> &'d str {
    let [first, second] = &draft.officers;
    if first == name { second } else { first }
}

fn write(asked: &Overrule, work: &Work) -> Result<(String, OverruleDraft), Trouble> {
    let text =
        |what: &str, given: &Option<String>| clean(what, given.as_deref().unwrap_or_default());
    let target =
        TakedownTarget::parse_typed(asked.target.as_deref().unwrap_or_default()).map_err(misuse)?;
    let second = text("--second", &asked.second)?;
    if second == work.actor.name {
        return Err(misuse(anyhow!(
            "{second} cannot overrule alone: --second names another officer"
        )));
    }
    Officers::of(work.opened.desk.events())
        .acting(&second, today())
        .map_err(|why| misuse(anyhow!("{why}")))?;
    let draft = OverruleDraft {
        target,
        code: text("--code", &asked.code)?,
        reason: text("--reason", &asked.reason)?,
        document: text("--document", &asked.document)?,
        date: today(),
        officers: [work.actor.name.clone(), second],
    };
    let id = short_id("ov", &[&String::from_utf8_lossy(&draft.for_signing())]);
    Ok((id, draft))
}
