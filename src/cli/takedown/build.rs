//! `wangxun takedown build` and `sign`: the next issue of a list, in all its forms.

use super::arguments::{Build, Sign, Which};
use super::{Work, list_id, refusals, tables, tell_files};
use crate::cli::arguments::Format;
use crate::cli::config::Settings;
use crate::cli::exit::{Done, Exit, Trouble, incomplete, misuse};
use crate::cli::output::Output;
use crate::export::takedown::{FormFile, action_forms, delta, referral_forms};
use crate::model::takedown::guard::Guard;
use crate::model::takedown::header::{Issuer, ListHeader};
use crate::storage::desk::{OfficerKeys, document};
use crate::storage::minisign::PublicKey;
use crate::storage::takedown::{secret_key_id, sign_bundle, write_bundle};
use crate::wire::desk::takedown::TakedownFact;
use crate::wire::takedown::{HeaderForm, ListFile, to_bytes};
use anyhow::{Context, anyhow};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

/// Issues a list and tells of its files.
pub fn run(asked: &Build, settings: &Settings) -> Done {
    told(&built(asked, settings)?, asked, settings)
}

/// Issues a list: all its forms, the canonical one first.
pub fn built(asked: &Build, settings: &Settings) -> Result<Vec<FormFile>, Trouble> {
    let mut work = Work::open(&asked.actor, settings)?;
    let kind = match asked.list {
        Which::Action => "action",
        Which::Referral => "referral",
    };
    let now = Utc::now();
    let now = DateTime::from_timestamp_millis(now.timestamp_millis()).unwrap_or(now);
    let header = header(asked, &list_id(kind, settings), &work, now, settings)?;
    let forms = match asked.list {
        Which::Action => action(&work, header, now, settings)?,
        Which::Referral => {
            let list = work.lists.referral_list(header);
            referral_forms(&list).map_err(incomplete)?
        }
    };
    let (Some(canonical), Some(out)) = (forms.first(), &asked.out) else {
        return Ok(forms);
    };
    if asked.dry_run {
        return Ok(forms);
    }
    if std::fs::read_dir(out).is_ok_and(|mut all| all.next().is_some()) {
        return Err(misuse(anyhow!(
            "{} is not empty: give a new folder with --out",
            out.display()
        )));
    }
    let file = ListFile::parse(&canonical.bytes).map_err(incomplete)?;
    let forms = with_delta(&work, &file, &forms)?;
    let kept = work
        .opened
        .desk
        .attach(&canonical.bytes, &canonical.name, &work.actor)
        .map_err(incomplete)?;
    work.keep_lists(vec![TakedownFact::Built {
        header: Box::new(file.header.clone()),
        file: kept.clone(),
    }])?;
    let files: Vec<(String, Vec<u8>)> = forms
        .iter()
        .map(|f| (f.name.clone(), f.bytes.clone()))
        .collect();
    write_bundle(out, &file.header, &kept.sha256, &files).map_err(incomplete)?;
    if let Some(key) = &asked.key {
        sign_bundle(out, key).map_err(incomplete)?;
    }
    Ok(forms)
}

/// The head of a list by its forms.
pub fn header_of(forms: &[FormFile]) -> Option<HeaderForm> {
    let canonical = forms.first()?;
    Some(ListFile::parse(&canonical.bytes).ok()?.header)
}

/// The forms, and what changed since the issue before.
fn with_delta(work: &Work, file: &ListFile, forms: &[FormFile]) -> Result<Vec<FormFile>, Trouble> {
    let mut forms = forms.to_vec();
    if let Some(before) = work.lists.last(&file.header.list_id) {
        let bytes = document(work.opened.desk.home(), &before.file).map_err(incomplete)?;
        let old = ListFile::parse(&bytes).map_err(incomplete)?;
        let change = delta::between(&old, file).map_err(incomplete)?;
        forms.push(FormFile {
            name: format!("{}.delta.json", file.header.header().stem()),
            bytes: to_bytes(&change).map_err(incomplete)?,
        });
    }
    Ok(forms)
}

fn action(
    work: &Work,
    header: ListHeader,
    now: DateTime<Utc>,
    settings: &Settings,
) -> Result<Vec<FormFile>, Trouble> {
    let keys = OfficerKeys::of(work.opened.desk.events());
    let previous = work.lists.last_point(&header.list_id);
    let list = work
        .lists
        .action_list(header, &work.cases, &keys)
        .map_err(|all| refusals("the list is not built", &all))?;
    let (protected, registers) = tables(settings)?;
    let guard = Guard {
        protected: &protected,
        registers: &registers,
    };
    let (overruled, open) = work.lists.overruled(&keys);
    for why in open {
        tracing::info!("overruling not in force: {why}");
    }
    let against = guard.list(&list, previous.as_ref(), &overruled, now);
    if !against.is_empty() {
        return Err(refusals("the list is not built", &against));
    }
    action_forms(&list).map_err(incomplete)
}

fn header(
    asked: &Build,
    list_id: &str,
    work: &Work,
    now: DateTime<Utc>,
    settings: &Settings,
) -> Result<ListHeader, Trouble> {
    let previous = work.lists.last_point(list_id);
    let serial = previous.as_ref().map_or(1, |p| p.serial.saturating_add(1));
    let own = &settings.takedown;
    let name = match own.issuer.as_str() {
        "" => settings.unit.clone(),
        issuer => issuer.to_owned(),
    };
    if name.is_empty() {
        return Err(misuse(anyhow!(
            "nobody issues the list: set issuer in the [takedown] section of wangxun.toml"
        )));
    }
    let key_id = match (&asked.key, &asked.public) {
        (Some(key), _) => secret_key_id(key).map_err(misuse)?,
        (None, Some(path)) => {
            let text = std::fs::read_to_string(path)
                .with_context(|| format!("{} cannot be read", path.display()))
                .map_err(misuse)?;
            let key = PublicKey::parse(&text);
            key.map_err(|why| misuse(anyhow!("{}: {why}", path.display())))?
                .id()
        }
        (None, None) => String::new(),
    };
    let days = TimeDelta::try_days(asked.expires_days.clamp(0, 100_000)).unwrap_or_default();
    Ok(ListHeader {
        list_id: list_id.to_owned(),
        issuer: Issuer {
            name,
            email: own.email.clone(),
            domain: own.domain.clone(),
            contact: own.contact.clone(),
        },
        serial,
        previous,
        issued: now,
        expires: now + days,
        key_id,
    })
}

fn told(forms: &[FormFile], asked: &Build, settings: &Settings) -> Done {
    let header = header_of(forms);
    let files: Vec<(String, u64, String)> = forms
        .iter()
        .map(|f| {
            let digest = crate::export::takedown::sha256_hex(&f.bytes);
            (f.name.clone(), f.bytes.len() as u64, digest)
        })
        .collect();
    if settings.format == Format::Json {
        let rows: Vec<_> = files
            .iter()
            .map(|(name, bytes, sha256)| json!({"name": name, "bytes": bytes, "sha256": sha256}))
            .collect();
        Output.json(&json!({"header": header, "files": rows, "dry_run": asked.dry_run, "signed": asked.key.is_some() && !asked.dry_run}))?;
        return Ok(Exit::Fine);
    }
    tell_files(&files)?;
    if let Some(header) = header {
        let counts = &header.counts;
        Output.line(format!(
            "{}{} 第 {} 期：有效 {}，已撤回 {}，已到期 {}，已替换 {}",
            if asked.dry_run { "试运行：" } else { "" },
            header.list_id,
            header.serial,
            counts.active,
            counts.withdrawn,
            counts.expired,
            counts.superseded
        ))?;
        if asked.key.is_none() && !asked.dry_run {
            Output.line("尚未签名：在保管密钥处运行 wangxun takedown sign")?;
        }
        if header.issuer.email.is_empty() || header.issuer.domain.is_empty() {
            Output.line("未设 email 和 domain（wangxun.toml 的 [takedown]），不生成 XARF")?;
        }
    }
    Ok(Exit::Fine)
}

/// Signs a bundle.
pub fn sign(asked: &Sign) -> Done {
    let signed = sign_bundle(&asked.bundle, &asked.key).map_err(misuse)?;
    Output.line(format!("已签名 {signed} 个文件"))?;
    Ok(Exit::Fine)
}
