//! Whose home the demo's is: the words of its lists, its two officers, their keys.

use super::steps::Steps;
use crate::cli::config::{Settings, TakedownFile};
use crate::cli::duty::{Roster, rostered};
use crate::cli::exit::{Trouble, incomplete, misuse};
use crate::cli::officers::{Add, added, key_made, public_key};
use crate::cli::tools::today;
use crate::cli::{desk_store, store};
use crate::desk::duty::Duty;
use crate::desk::officers::Officers;
use crate::storage::desk::OfficerKeys;
use anyhow::{Context, anyhow};
use serde_json::json;
use std::path::{Path, PathBuf};

/// Who takes the case up and proposes. Fictitious.
pub const FIRST: &str = "练习员甲";
/// Who reviews and confirms. Fictitious.
pub const SECOND: &str = "练习员乙";
/// The operator that answers. Fictitious.
pub const OPERATOR: &str = "练习运营商(虚构)";
/// The shift of both.
const SHIFT: &str = "白班";
/// The office. Fictitious.
const UNIT: &str = "练习县金融办(虚构)";

/// The demo's officers with their keys.
pub struct Office {
    /// The folder of all secret keys, beside the home.
    pub keys: PathBuf,
    /// The secret key of lists.
    pub list_key: PathBuf,
}

/// What lists say of their issuer. These are always the demo's own: a practice list must never bear the name of an office.
fn words() -> TakedownFile {
    TakedownFile {
        issuer: format!("{UNIT}演练专用"),
        contact: "练习县演练路1号".to_owned(),
        email: "drill@lianxi.example".to_owned(),
        domain: "lianxi.example".to_owned(),
        appeal_contact: format!("{UNIT},演练无需申诉"),
        remedies: "本清单为演练数据,对象均为虚构,不产生法律效力。".to_owned(),
        prefix: "lianxi".to_owned(),
        protected: None,
    }
}

/// The settings with the demo's own words.
pub fn settings(asked: &Settings) -> Settings {
    Settings {
        takedown: words(),
        unit: match asked.unit.as_str() {
            "" => UNIT.to_owned(),
            unit => unit.to_owned(),
        },
        ..asked.clone()
    }
}

/// Refuses a home in which others than the demo's officers work: practice cases and lists would stand among theirs.
pub fn refuse_others(settings: &Settings) -> Result<(), Trouble> {
    if !settings.home.join("FORMAT").is_file() {
        return Ok(());
    }
    let officers = Officers::of(&desk_store::read(settings)?);
    let other = officers
        .all()
        .iter()
        .find(|o| ![FIRST, SECOND].contains(&o.name.as_str()));
    match other {
        None => Ok(()),
        Some(other) => Err(misuse(anyhow!(
            "{} is a desk at which {} works, and practice must not mix with it: give the demo a home of its own (--home DIR)",
            settings.home.display(),
            other.name
        ))),
    }
}

impl Office {
    /// Writes the home's configuration, makes the keys and registers the officers, where that was not done before.
    pub fn staffed(steps: &Steps, settings: &Settings) -> Result<Self, Trouble> {
        configure(settings)?;
        let keys = beside(&settings.home);
        private_folder(&keys)?;
        let list_key = key(&keys, "练习清单", settings)?;
        // Whoever registers an officer is another person.
        let officers = [(FIRST, "巡查员", SECOND), (SECOND, "复核员", FIRST)];
        let mut told = Vec::new();
        for (name, role, by) in officers {
            let path = key(&keys, name, settings)?;
            register(name, role, by, &path, settings)?;
        }
        let known = Officers::of(&desk_store::read(settings)?);
        for officer in known.all() {
            told.push(format!(
                "{}({},密钥 {})",
                officer.name,
                officer.role.label(),
                officer.key_id
            ));
        }
        let facts: Vec<_> = known
            .all()
            .iter()
            .map(|o| json!({"name": o.name, "role": o.role.code(), "key_id": o.key_id}))
            .collect();
        steps.tell(
            "officers",
            "人员",
            format!("虚构人员已登记:{}", told.join("、")),
            json!({"officers": facts, "keys": keys.display().to_string()}),
        )?;
        on_duty(steps, settings)?;
        Ok(Self { keys, list_key })
    }

    /// The secret key of an officer.
    pub fn key_of(&self, name: &str) -> PathBuf {
        self.keys.join(format!("{name}.key"))
    }
}

/// Puts both officers on today's roster, where they do not stand yet.
fn on_duty(steps: &Steps, settings: &Settings) -> Result<(), Trouble> {
    let mut duty = Duty::of(&desk_store::read(settings)?);
    if duty.shift(today(), SHIFT).is_none() {
        let asked = Roster {
            day: today(),
            until: None,
            shift: SHIFT.to_owned(),
            officers: format!("{FIRST}、{SECOND}"),
            leader: SECOND.to_owned(),
            actor: SECOND.to_owned(),
        };
        duty = rostered(&asked, settings)?;
    }
    let officers = duty.shift(today(), SHIFT).map(|s| s.officers.clone());
    let officers = officers.unwrap_or_default();
    steps.tell(
        "roster",
        "值班",
        format!("{} {SHIFT}:{}", today(), officers.join("、")),
        json!({"day": today().to_string(), "shift": SHIFT, "officers": officers}),
    )
}

/// Secret keys never lie in a home (see `wangxun officers key`), so the demo's lie in a folder beside its home.
fn beside(home: &Path) -> PathBuf {
    let mut name = home.file_name().unwrap_or_default().to_owned();
    name.push("-keys");
    home.with_file_name(name)
}

fn private_folder(path: &Path) -> Result<(), Trouble> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(path)
        .with_context(|| format!("{} cannot be made", path.display()))
        .map_err(incomplete)
}

/// The secret key of this name, made where there is none yet.
fn key(folder: &Path, name: &str, settings: &Settings) -> Result<PathBuf, Trouble> {
    let path = folder.join(format!("{name}.key"));
    if !path.is_file() {
        key_made(&path, settings)?;
    }
    Ok(path)
}

fn register(
    name: &str,
    role: &str,
    by: &str,
    key: &Path,
    settings: &Settings,
) -> Result<(), Trouble> {
    let public = key.with_extension("key.pub");
    let id = public_key(&public)?.id();
    let events = desk_store::read(settings)?;
    let acts = Officers::of(&events).acting(name, today()).is_ok();
    let keys = OfficerKeys::of(&events);
    let holds = keys
        .of_officer(name)
        .any(|k| k.public.id() == id && k.in_force(today()));
    if acts && holds {
        return Ok(());
    }
    let asked = Add {
        name: name.to_owned(),
        unit: UNIT.to_owned(),
        certificate: None,
        role: role.to_owned(),
        region: None,
        key: Some(public),
        from: None,
        until: None,
        actor: by.to_owned(),
    };
    added(&asked, settings).map(|_| ())
}

/// Leaves the demo's words in its home, so that the commands with which one goes on have them, too.
fn configure(settings: &Settings) -> Result<(), Trouble> {
    let path = store::read_only(settings)?.root().join("wangxun.toml");
    if path.exists() {
        return Ok(());
    }
    std::fs::write(&path, configuration(&words()))
        .with_context(|| format!("{} cannot be written", path.display()))
        .map_err(incomplete)
}

fn configuration(words: &TakedownFile) -> String {
    format!(
        "# 演练用,均为虚构\nunit = {UNIT:?}\n\n[takedown]\nissuer = {:?}\ncontact = {:?}\nemail = {:?}\ndomain = {:?}\n\
         appeal_contact = {:?}\nremedies = {:?}\nprefix = {:?}\n",
        words.issuer,
        words.contact,
        words.email,
        words.domain,
        words.appeal_contact,
        words.remedies,
        words.prefix
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_in_the_home_says_what_the_demo_says() {
        let table: toml::Table = toml::from_str(&configuration(&words())).unwrap();
        let read: TakedownFile = table["takedown"].clone().try_into().unwrap();
        assert_eq!(read, words());
        assert_eq!(table["unit"].as_str(), Some(UNIT));
    }

    #[test]
    fn keys_lie_beside_the_home() {
        let keys = beside(Path::new("/a/storage/demo"));
        assert_eq!(keys, Path::new("/a/storage/demo-keys"));
        assert!(!keys.starts_with("/a/storage/demo"));
    }
}
