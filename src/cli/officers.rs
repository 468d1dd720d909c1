//! `wangxun officers`: who works at the desk, and the keys with which they sign.

use super::arguments::Format;
use super::config::Settings;
use super::custody::clean;
use super::desk_store::{actor, clean_or_empty, open, open_existing, read};
use super::exit::{Done, Exit, Trouble, incomplete, misuse};
use super::output::{Output, table};
use super::tools::today;
use crate::desk::officers::{DeskOfficer, Officers};
use crate::model::officer::OfficerRole;
use crate::storage::desk::{OfficerKeys, event, generate_key};
use crate::storage::minisign::PublicKey;
use crate::wire::desk::DeskFact;
use crate::wire::desk::officer::OfficerFact;
use anyhow::{Context, anyhow};
use chrono::{NaiveDate, Utc};
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// `wangxun officers`.
#[derive(Debug, Subcommand)]
#[command(after_help = "Examples:
  wangxun officers key /media/usb/zhang.key               make a key pair; the secret stays with the officer
  wangxun officers add 张某 --unit 某县金融办 --certificate LZ-0001 --role 巡查员 --key /media/usb/zhang.key.pub --actor 赵某
  wangxun officers add 李某 --unit 刘龙台镇 --role 乡镇 --region 210727101 --actor 赵某
  wangxun officers list --format json
  wangxun officers revoke 张某 --key-id 0123456789ABCDEF --reason 密钥遗失 --actor 赵某

Roles: 巡查员 patrol, 复核员 reviewer, 乡镇 township, 牵头部门负责人 lead, 内勤 clerk. Keys are those of minisign without a
password; the program keeps public keys only.")]
pub enum OfficersCommand {
    /// Register an officer, or renew the registration (new key, role, dates)
    Add(Add),
    /// List officers, with the keys in force
    List {
        /// Also those who no longer act
        #[arg(long)]
        all: bool,
    },
    /// Make a key pair: PATH (secret, mode 0600) and PATH.pub
    Key {
        /// Where the secret key goes; never inside of the home
        #[arg(value_name = "PATH")]
        path: PathBuf,
    },
    /// End a key or a whole registration; what was signed before stays valid
    Revoke(Revoke),
}

/// `wangxun officers add`.
#[derive(Debug, Args)]
pub struct Add {
    /// The name; two officers of one name are told apart in it
    #[arg(value_name = "NAME")]
    pub name: String,
    /// The office
    #[arg(long, value_name = "TEXT")]
    pub unit: String,
    /// Number of the law-enforcement certificate
    #[arg(long, value_name = "NUMBER")]
    pub certificate: Option<String>,
    /// 巡查员, 复核员, 乡镇, 牵头部门负责人 or 内勤
    #[arg(long, value_name = "ROLE")]
    pub role: String,
    /// Code of the township that the officer speaks for
    #[arg(long, value_name = "CODE")]
    pub region: Option<String>,
    /// The public key's file (.pub)
    #[arg(long, value_name = "FILE")]
    pub key: Option<PathBuf>,
    /// First day in force [default: today]
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub from: Option<NaiveDate>,
    /// Last day in force
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub until: Option<NaiveDate>,
    /// Who registers; another person than the officer, once there are officers
    #[arg(long, value_name = "NAME")]
    pub actor: String,
}

/// `wangxun officers revoke`.
#[derive(Debug, Args)]
pub struct Revoke {
    /// The officer
    #[arg(value_name = "NAME")]
    pub name: String,
    /// Only this key [default: the whole registration with all keys]
    #[arg(long, value_name = "NUMBER")]
    pub key_id: Option<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// First day on which it is no longer in force [default: today]
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub from: Option<NaiveDate>,
    /// Who revokes
    #[arg(long, value_name = "NAME")]
    pub actor: String,
}

/// Carries the command out.
pub fn run(asked: &OfficersCommand, settings: &Settings) -> Done {
    match asked {
        OfficersCommand::Add(asked) => add(asked, settings),
        OfficersCommand::List { all } => list(*all, settings),
        OfficersCommand::Key { path } => key(path, settings),
        OfficersCommand::Revoke(asked) => revoke(asked, settings),
    }
}

fn add(asked: &Add, settings: &Settings) -> Done {
    show(&[&added(asked, settings)?], settings)
}

/// Registers an officer, or renews the registration.
pub fn added(asked: &Add, settings: &Settings) -> Result<DeskOfficer, Trouble> {
    let name = clean("NAME", &asked.name)?;
    let role = OfficerRole::parse(&asked.role).ok_or_else(|| {
        let all: Vec<&str> = OfficerRole::ALL.iter().map(|r| r.label()).collect();
        misuse(anyhow!(
            "{:?} is no role; roles are {}",
            asked.role,
            all.join("、")
        ))
    })?;
    let region = clean_or_empty("--region", asked.region.as_deref())?;
    if role == OfficerRole::Township && region.is_empty() {
        return Err(misuse(anyhow!(
            "an officer of a township speaks for one: give its code with --region (`seeds/units.toml`)"
        )));
    }
    if !region.is_empty() && !crate::model::region::is_unit_code(&region) {
        return Err(misuse(anyhow!(
            "--region {region:?} is no code of a unit: 6, 9 or 12 digits"
        )));
    }
    let from = asked.from.unwrap_or_else(today);
    if asked.until.is_some_and(|until| until < from) {
        return Err(misuse(anyhow!("--until is before --from")));
    }
    let public = asked.key.as_deref().map(public_key).transpose()?;
    let actor = actor(&asked.actor, settings)?;
    let mut opened = open(settings)?;
    let officers = Officers::of(opened.desk.events());
    if !officers.all().is_empty() && actor.name == name {
        return Err(misuse(anyhow!(
            "{name} cannot register {name}: another person does (--actor)"
        )));
    }
    if let Some(public) = &public {
        let keys = OfficerKeys::of(opened.desk.events());
        if let Some(owner) = keys.owner(&public.id()).filter(|k| k.name != name) {
            return Err(misuse(anyhow!(
                "key {} is that of {}: each officer holds a key of one's own",
                public.id(),
                owner.name
            )));
        }
        opened
            .desk
            .keep_public_key(&public.line(), &actor)
            .map_err(incomplete)?;
    }
    let fact = OfficerFact::Registered {
        name: name.clone(),
        unit: clean("--unit", &asked.unit)?,
        certificate: clean_or_empty("--certificate", asked.certificate.as_deref())?,
        role: role.code().to_owned(),
        region,
        key: public.map_or_else(String::new, |k| k.line()),
        key_id: public.map_or_else(String::new, |k| k.id()),
        from,
        until: asked.until,
    };
    let event = event(Utc::now(), &actor.name, DeskFact::Officer(fact));
    opened
        .desk
        .append(vec![event], &actor)
        .map_err(incomplete)?;
    let officers = Officers::of(opened.desk.events());
    let kept = officers.get(&name).cloned();
    kept.ok_or_else(|| incomplete(anyhow!("{name} was registered and is not there")))
}

/// Reads a public key's file.
pub fn public_key(path: &Path) -> Result<PublicKey, Trouble> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("{} cannot be read", path.display()))
        .map_err(misuse)?;
    PublicKey::parse(&text).map_err(|why| {
        misuse(anyhow!(
            "{}: {why}; give the .pub file that `wangxun officers key` or `minisign -G -W` wrote",
            path.display()
        ))
    })
}

fn list(all: bool, settings: &Settings) -> Done {
    let officers = Officers::of(&read(settings)?);
    let today = today();
    let shown: Vec<&DeskOfficer> = officers
        .all()
        .iter()
        .filter(|o| all || o.acts_on(today))
        .collect();
    show(&shown, settings)
}

fn show(officers: &[&DeskOfficer], settings: &Settings) -> Done {
    match settings.format {
        Format::Json => {
            let rows: Vec<Value> = officers.iter().map(|o| to_json(o)).collect();
            Output.json(&json!({"format": "wangxun-officers/1", "officers": rows}))?;
        }
        Format::Table => {
            let head = [
                "姓名",
                "角色",
                "单位",
                "执法证号",
                "辖区",
                "密钥",
                "起",
                "止",
            ];
            let rows: Vec<Vec<String>> = officers
                .iter()
                .map(|o| {
                    vec![
                        o.name.clone(),
                        o.role.label().to_owned(),
                        o.unit.clone(),
                        o.certificate.clone(),
                        o.region.clone(),
                        if o.key_id.is_empty() {
                            "无".to_owned()
                        } else {
                            o.key_id.clone()
                        },
                        o.from.to_string(),
                        last_day(o),
                    ]
                })
                .collect();
            Output.line(table(&head, &rows).trim_end())?;
            Output.line(format!("{} 人", rows.len()))?;
        }
    }
    Ok(Exit::Fine)
}

fn last_day(officer: &DeskOfficer) -> String {
    match (&officer.ended, officer.until) {
        (Some((day, why)), _) => format!("{day} 起失效({why})"),
        (None, Some(until)) => until.to_string(),
        (None, None) => "长期".to_owned(),
    }
}

fn to_json(o: &DeskOfficer) -> Value {
    json!({
        "name": o.name, "role": o.role.code(), "unit": o.unit, "certificate": o.certificate, "region": o.region,
        "key_id": o.key_id, "from": o.from.to_string(), "until": o.until.map(|d| d.to_string()),
        "ended": o.ended.as_ref().map(|(day, why)| json!({"from": day.to_string(), "why": why})),
    })
}

fn key(path: &Path, settings: &Settings) -> Done {
    let public = key_made(path, settings)?;
    match settings.format {
        Format::Json => Output.json(&json!({"key_id": public.id(), "key": public.line()}))?,
        Format::Table => {
            Output.line(format!("密钥 {}", public.id()))?;
            Output.line(format!("私钥 {}(仅本人保管)", path.display()))?;
            Output.line(format!(
                "公钥 {}.pub:用 `wangxun officers add 姓名 --key` 登记",
                path.display()
            ))?;
        }
    }
    Ok(Exit::Fine)
}

/// Makes a key pair outside of the home.
pub fn key_made(path: &Path, settings: &Settings) -> Result<PublicKey, Trouble> {
    let inside = std::path::absolute(path).map_err(misuse)?;
    if inside.starts_with(&settings.home) {
        return Err(misuse(anyhow!(
            "{} lies in the home: a secret key stays with its officer, elsewhere",
            path.display()
        )));
    }
    generate_key(path).map_err(misuse)
}

fn revoke(asked: &Revoke, settings: &Settings) -> Done {
    let actor = actor(&asked.actor, settings)?;
    let why = clean("--reason", &asked.reason)?;
    let mut opened = open_existing(settings)?;
    let officers = Officers::of(opened.desk.events());
    if officers.get(&asked.name).is_none() {
        return Err(misuse(anyhow!(
            "{} is not registered; `wangxun officers list --all` shows the names",
            asked.name
        )));
    }
    let keys = OfficerKeys::of(opened.desk.events());
    let key_id = asked.key_id.clone().unwrap_or_default();
    if !key_id.is_empty()
        && !keys
            .of_officer(&asked.name)
            .any(|k| k.public.id() == key_id)
    {
        return Err(misuse(anyhow!("{key_id} is no key of {}", asked.name)));
    }
    let fact = OfficerFact::Revoked {
        name: asked.name.clone(),
        key_id,
        from: asked.from.unwrap_or_else(today),
        why,
    };
    let event = event(Utc::now(), &actor.name, DeskFact::Officer(fact));
    opened
        .desk
        .append(vec![event], &actor)
        .map_err(incomplete)?;
    let officers = Officers::of(opened.desk.events());
    let shown: Vec<&DeskOfficer> = officers.get(&asked.name).into_iter().collect();
    show(&shown, settings)
}
