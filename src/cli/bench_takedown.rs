//! `wangxun bench takedown`: what a large list costs: time, bytes, memory.

use super::arguments::Format;
use super::bench::Usage;
use super::config::Settings;
use super::exit::{Done, Exit, incomplete, misuse};
use super::output::{Output, table};
use crate::export::takedown::{ACTION_FORMS, action_form, delta};
use crate::model::determination::{Confirmed, Determination, OfficerSignature, SignatureCheck};
use crate::model::rule::BasisGrade;
use crate::model::takedown::action::Measure;
use crate::model::takedown::entry::{ActionEntry, EntryDraft, NoticeBasis};
use crate::model::takedown::guard::Guard;
use crate::model::takedown::header::{Issuer, ListHeader};
use crate::model::takedown::list::TakedownList;
use crate::model::takedown::status::{EntryState, EntryStatus};
use crate::model::takedown::target::TakedownTarget;
use crate::seeds;
use crate::storage::minisign::{SecretKey, Signature, prehash};
use crate::wire::takedown::{ListFile, to_bytes};
use anyhow::anyhow;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde_json::json;
use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Instant;

/// Two officers who exist for this measurement alone.
struct Officers(HashMap<String, SecretKey>);

impl SignatureCheck for Officers {
    fn check(
        &self,
        signature: &OfficerSignature,
        message: &[u8],
        _: NaiveDate,
    ) -> Result<String, String> {
        let key = self.0.get(&signature.officer).ok_or("no key")?;
        let parsed = Signature::parse(&signature.signature)?;
        parsed.check(key.public(), &prehash(message))?;
        Ok(parsed.key_id())
    }
}

/// Carries the command out: generated entries on reserved names, an issue, the next one, the difference.
pub fn run(entries: u32, keep: Option<&PathBuf>, settings: &Settings) -> Done {
    if entries == 0 {
        return Err(misuse(anyhow!("--entries must be at least 1")));
    }
    let (officers, proof, signatures) = officers().map_err(|e| incomplete(anyhow!(e)))?;
    let mut rows: Vec<(String, f64, u64)> = Vec::new();
    let began = Instant::now();
    let made: Vec<ActionEntry> = (0..entries)
        .map(|n| entry(n, &proof))
        .collect::<Result<_, _>>()
        .map_err(incomplete)?;
    rows.push(("entries".to_owned(), began.elapsed().as_secs_f64(), 0));
    let began = Instant::now();
    let header = header(1);
    let list = TakedownList::new(header.clone(), [(proof.clone(), signatures.clone())], made);
    rows.push(("list".to_owned(), began.elapsed().as_secs_f64(), 0));
    let protected = seeds::load_protected(None).map_err(misuse)?.value;
    let registers = seeds::load_registers(settings.registers.as_deref())
        .map_err(misuse)?
        .value;
    let began = Instant::now();
    let guard = Guard {
        protected: &protected,
        registers: &registers,
    };
    let against = guard.list(&list, None, &[], header.issued);
    rows.push(("guard".to_owned(), began.elapsed().as_secs_f64(), 0));
    if let Some(first) = against.first() {
        return Err(incomplete(anyhow!("{first}")));
    }
    for ending in ACTION_FORMS {
        let began = Instant::now();
        let bytes = action_form(&list, ending)
            .map_err(incomplete)?
            .unwrap_or_default();
        rows.push((
            ending.to_owned(),
            began.elapsed().as_secs_f64(),
            bytes.len() as u64,
        ));
        if let Some(folder) = keep {
            std::fs::create_dir_all(folder).map_err(incomplete)?;
            std::fs::write(folder.join(format!("{}.{ending}", header.stem())), &bytes)
                .map_err(incomplete)?;
        }
    }
    let began = Instant::now();
    let file = ListFile::from(&list);
    let again = file.confirm(&officers).map_err(incomplete)?;
    rows.push((
        "read and confirmed again".to_owned(),
        began.elapsed().as_secs_f64(),
        0,
    ));
    let changed: Vec<ActionEntry> = again
        .entries()
        .iter()
        .enumerate()
        .map(|(n, e)| lift(n, e))
        .collect();
    let next = ListFile::from(&TakedownList::new(
        self::header(2),
        [(proof, signatures)],
        changed,
    ));
    let began = Instant::now();
    let change =
        to_bytes(&delta::between(&file, &next).map_err(incomplete)?).map_err(incomplete)?;
    rows.push((
        "delta of 1 in 1,000".to_owned(),
        began.elapsed().as_secs_f64(),
        change.len() as u64,
    ));
    let began = Instant::now();
    let full = file.to_bytes().map_err(incomplete)?;
    let parsed = delta::parse(&change).map_err(incomplete)?;
    delta::apply(&full, &parsed).map_err(incomplete)?;
    rows.push(("delta applied".to_owned(), began.elapsed().as_secs_f64(), 0));
    tell(entries, &rows, settings)
}

fn tell(entries: u32, rows: &[(String, f64, u64)], settings: &Settings) -> Done {
    let peak = Usage::of("self").peak_bytes;
    let total: f64 = rows.iter().map(|r| r.1).sum();
    if settings.format == Format::Json {
        let all: Vec<_> = rows
            .iter()
            .map(|(what, seconds, bytes)| json!({"what": what, "seconds": seconds, "bytes": bytes}))
            .collect();
        Output.json(
            &json!({"entries": entries, "steps": all, "seconds": total, "peak_bytes": peak}),
        )?;
        return Ok(Exit::Fine);
    }
    let shown: Vec<Vec<String>> = rows
        .iter()
        .map(|(what, seconds, bytes)| {
            let size = if *bytes == 0 {
                String::new()
            } else {
                format!("{:.1}", *bytes as f64 / 1e6)
            };
            vec![what.clone(), format!("{seconds:.2}"), size]
        })
        .collect();
    Output.line(table(&["step", "seconds", "MB"], &shown).trim_end())?;
    Output.line(format!(
        "{entries} entries, {total:.1} s in all, peak memory {:.0} MB",
        peak as f64 / 1e6
    ))?;
    Ok(Exit::Fine)
}

type Proof = (Officers, Confirmed, Vec<OfficerSignature>);

fn officers() -> Result<Proof, String> {
    let determination = Determination {
        case_no: "WX-2026-0001".to_owned(),
        number: "虚处非认〔2026〕1号".to_owned(),
        authority: "虚构县处置非法集资工作领导小组办公室".to_owned(),
        date: DateTime::UNIX_EPOCH.date_naive(),
        statement: "以承诺保本付息方式向社会公众吸收资金".to_owned(),
        rules: vec!["IF-19-1".to_owned()],
        evidence: vec!["wx-bench".to_owned()],
        document_sha256: "00".repeat(32),
        officer: "甲某".to_owned(),
        reviewer: "乙某".to_owned(),
    };
    let mut keys = HashMap::new();
    let mut signatures = Vec::new();
    for officer in ["甲某", "乙某"] {
        let key = SecretKey::generate()?;
        let signature = key.sign(&prehash(&determination.for_signing()), "bench")?;
        signatures.push(OfficerSignature {
            officer: officer.to_owned(),
            signature: signature.to_text(),
        });
        keys.insert(officer.to_owned(), key);
    }
    let officers = Officers(keys);
    let proof = Confirmed::new(determination, &signatures, &officers).map_err(|e| e.to_string())?;
    Ok((officers, proof, signatures))
}

fn now() -> DateTime<Utc> {
    let now = Utc::now();
    DateTime::from_timestamp_millis(now.timestamp_millis()).unwrap_or(now)
}

fn header(serial: u32) -> ListHeader {
    ListHeader {
        list_id: "bench-action".to_owned(),
        issuer: Issuer {
            name: "虚构县处置非法集资工作领导小组办公室".to_owned(),
            email: "office@jinrong.example".to_owned(),
            domain: "jinrong.example".to_owned(),
            contact: "虚构县某路1号".to_owned(),
        },
        serial,
        previous: None,
        issued: now(),
        expires: now() + TimeDelta::days(30),
        key_id: "0000000000000000".to_owned(),
    }
}

fn entry(
    n: u32,
    proof: &Confirmed,
) -> Result<ActionEntry, crate::model::takedown::refusal::Refusal> {
    let target = TakedownTarget::parse_typed(&format!("domain:licai-{n:06}.example"))?;
    let at = now();
    let draft = EntryDraft {
        scope: target.usual_scope(),
        target,
        measure: Measure::Block,
        reason: "IF-19-1".to_owned(),
        bases: vec![NoticeBasis {
            rule: "IF-19-1".to_owned(),
            text: "防范和处置非法集资条例第十九条(一)".to_owned(),
            grade: BasisGrade::Verified,
            confirmed_by: String::new(),
        }],
        evidence: "wx-bench".to_owned(),
        evidence_sha256: "ab".repeat(32),
        quote: "保本保息，年化18%，随时提现".to_owned(),
        icp: String::new(),
        hosting: String::new(),
        first_seen: at,
        last_verified: at,
        valid_from: at.date_naive(),
        valid_until: None,
        appeal_contact: "虚构县金融办，0416-0000000".to_owned(),
        remedies: "虚构的救济途径说明。".to_owned(),
        listed: at,
    };
    ActionEntry::new(proof, draft)
}

/// Every thousandth entry is lifted in the next issue.
fn lift(n: usize, entry: &ActionEntry) -> ActionEntry {
    if !n.is_multiple_of(1000) {
        return entry.clone();
    }
    entry.clone().with_status(EntryStatus {
        state: EntryState::Withdrawn,
        since: now(),
        reason: "经复查已整改".to_owned(),
        document: "虚处撤〔2026〕1号".to_owned(),
        successor: String::new(),
    })
}
