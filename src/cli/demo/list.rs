//! The action list: the site goes on it, it is issued and signed, checked as a receiver would, and sent by letter.

use super::case::Determined;
use super::office::{FIRST, OPERATOR, Office};
use super::site::Site;
use super::steps::Steps;
use crate::cli::config::Settings;
use crate::cli::exit::{Trouble, incomplete};
use crate::cli::takedown::arguments::{Add, Build, Letter, Supersede, Verify, Which};
use crate::cli::takedown::{self, add, build, change, check, show};
use crate::model::takedown::name::registrable;
use crate::model::takedown::status::EntryState;
use crate::storage::takedown::Passed;
use anyhow::anyhow;
use serde_json::json;
use std::path::{Path, PathBuf};

/// An issue of the list.
pub struct Issued {
    /// The entry of this case.
    pub entry: String,
    /// The folder with all forms.
    pub bundle: PathBuf,
    /// The list itself, in the bundle.
    pub canonical: PathBuf,
}

/// From the determined case to a signed bundle and the letter to the operator.
pub fn issued(
    site: &Site,
    case: &Determined,
    office: &Office,
    steps: &Steps,
    settings: &Settings,
) -> Result<Issued, Trouble> {
    let entry = listed(site, case, steps, settings)?;
    replaced(&entry, steps, settings)?;
    let bundle = case.folder.join("处置清单");
    let canonical = built(&bundle, office, steps, settings)?;
    verified(&bundle, office, steps)?;
    letter(case, steps, settings)?;
    Ok(Issued {
        entry,
        bundle,
        canonical,
    })
}

fn listed(
    site: &Site,
    case: &Determined,
    steps: &Steps,
    settings: &Settings,
) -> Result<String, Trouble> {
    let whole = registrable(&site.host).is_some_and(|domain| domain == site.host);
    let kind = if whole { "domain" } else { "subdomain" };
    let asked = Add {
        case: case.number.clone(),
        list: Which::Action,
        targets: vec![format!("{kind}:{}", site.host)],
        targets_from: None,
        decision: None,
        scope: None,
        measure: "block".to_owned(),
        rule: None,
        evidence: None,
        quote: None,
        icp: None,
        hosting: None,
        valid_from: None,
        valid_until: None,
        department: None,
        actor: FIRST.to_owned(),
        dry_run: false,
    };
    let added = add::added(&asked, settings)?;
    let (entry, what) = added
        .all
        .first()
        .ok_or_else(|| incomplete(anyhow!("nothing was listed")))?;
    steps.tell(
        "listed",
        "入单",
        format!("{} 列入处置清单,条目 {entry},依据 {}", what.value, what.decision),
        json!({"entry": entry, "value": what.value, "case": what.case, "decision": what.decision, "new": added.fresh}),
    )?;
    Ok(entry.clone())
}

/// An entry of an earlier practice about the same target: the site is there again, and the new determination takes its place.
fn replaced(entry: &str, steps: &Steps, settings: &Settings) -> Result<(), Trouble> {
    let (_, lists) = takedown::lists(settings)?;
    let Some(new) = lists.get(entry) else {
        return Ok(());
    };
    let same = lists.action.iter().filter(|(id, listed)| {
        id.as_str() != entry
            && listed.target == new.target
            && listed.status.state == EntryState::Active
    });
    for (old, _) in same {
        let asked = Supersede {
            entry: old.clone(),
            by: entry.to_owned(),
            reason: "站点再次出现,以新的认定替换".to_owned(),
            document: None,
            actor: FIRST.to_owned(),
        };
        let old = change::superseded(&asked, settings)?;
        steps.tell(
            "superseded",
            "替换",
            format!("站点再次出现:旧条目 {old} 由 {entry} 替换"),
            json!({"entry": old, "by": entry}),
        )?;
    }
    Ok(())
}

fn built(
    bundle: &Path,
    office: &Office,
    steps: &Steps,
    settings: &Settings,
) -> Result<PathBuf, Trouble> {
    let asked = Build {
        list: Which::Action,
        key: Some(office.list_key.clone()),
        public: None,
        out: Some(bundle.to_owned()),
        expires_days: 30,
        actor: FIRST.to_owned(),
        dry_run: false,
    };
    let forms = build::built(&asked, settings)?;
    let header = build::header_of(&forms);
    let (Some(header), Some(canonical)) = (header, forms.first()) else {
        return Err(incomplete(anyhow!("the list has no form")));
    };
    steps.tell(
        "built",
        "签发",
        format!(
            "{} 第 {} 期,有效条目 {} 条,{} 种形式,密钥 {} 签名",
            header.list_id,
            header.serial,
            header.counts.active,
            forms.len(),
            header.key_id
        ),
        json!({
            "list": header.list_id, "serial": header.serial, "active": header.counts.active, "key_id": header.key_id,
            "files": forms.iter().map(|f| &f.name).collect::<Vec<_>>(), "folder": bundle.display().to_string(),
        }),
    )?;
    Ok(bundle.join(&canonical.name))
}

/// What a receiver does before anything of the list is loaded.
fn verified(bundle: &Path, office: &Office, steps: &Steps) -> Result<Passed, Trouble> {
    let mut public = office.list_key.clone().into_os_string();
    public.push(".pub");
    let asked = Verify {
        what: bundle.to_owned(),
        key: public.into(),
        last_serial: None,
        seen: None,
    };
    let passed = check::verified(&asked)?
        .map_err(|faults| incomplete(anyhow!("the list does not hold: {}", faults.join("; "))))?;
    steps.tell(
        "verified",
        "核验",
        format!(
            "清单签名和 {} 个文件核验通过,停用时间 {}",
            passed.files.len(),
            passed.stated.expires.format("%Y-%m-%d")
        ),
        json!({"passed": true, "list": passed.stated.list_id, "serial": passed.stated.serial, "files": passed.files}),
    )?;
    Ok(passed)
}

fn letter(case: &Determined, steps: &Steps, settings: &Settings) -> Result<(), Trouble> {
    let folder = case.folder.join("协助函");
    let asked = Letter {
        list: Which::Action,
        operator: OPERATOR.to_owned(),
        number: None,
        due: None,
        out: folder.clone(),
        no_pdf: true,
        actor: FIRST.to_owned(),
    };
    let written = show::written(&asked, settings)?;
    steps.tell(
        "letter",
        "发函",
        format!(
            "{} 第 {} 期致{},回执期限 {}",
            written.list_id, written.serial, written.operator, written.due
        ),
        json!({
            "list": written.list_id, "serial": written.serial, "operator": written.operator, "due": written.due.to_string(),
            "folder": folder.display().to_string(),
        }),
    )
}
