//! Requests for access: an investigator asks, another person approves, items are handed out within scope and time, the
//! investigator confirms.
//!
//! `access/<request>/<number>-<act>.json` holds one step (see [`crate::wire::access`]), written once and fixed by the
//! journal; each names the digest of the step before.

mod check;

use super::digest::{digests, sha256};
use super::durable;
use super::error::StorageError;
use super::home::Home;
use super::journal::{self, Act, Journal};
use super::package::moment;
use crate::model::custody::{Action, Actor};
use crate::model::note::Note;
use crate::wire::access::{ACCESS_FORMAT, AccessAct, AccessRequest, AccessStep};
use crate::wire::file_digest::FileDigest;
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use thiserror::Error;

pub(crate) use check::check_step;

/// Most steps of one request.
const MOST_STEPS: u32 = 999;

/// Why a step is not taken.
#[derive(Debug, Error)]
pub enum AccessError {
    /// There is no such request.
    #[error("no request for access {id:?}; `wangxun access list` shows them")]
    Unknown {
        /// What was asked for.
        id: String,
    },
    /// The rules of access forbid it.
    #[error("{0}")]
    Refused(String),
    /// The store could not.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// A request with all its steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// Its identifier.
    pub id: String,
    /// The steps, the request first.
    pub steps: Vec<AccessStep>,
    /// SHA-256 of the last step's file.
    last_sha256: String,
}

/// How far a request has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccessState {
    /// Nobody has decided.
    Asked,
    /// Approved; items may be handed out until this time.
    Approved {
        /// The end, exclusive.
        until: DateTime<Utc>,
    },
    /// Refused.
    Refused,
}

impl Access {
    /// What was asked for.
    pub fn request(&self) -> Option<&AccessRequest> {
        match self.steps.first().map(|s| &s.act) {
            Some(AccessAct::Request(request)) => Some(request),
            _ => None,
        }
    }

    /// How far it has come.
    pub fn state(&self) -> AccessState {
        let decided = self.steps.iter().find_map(|step| match &step.act {
            AccessAct::Approve { until, .. } => Some(AccessState::Approved {
                until: until.parse().unwrap_or_default(),
            }),
            AccessAct::Refuse { .. } => Some(AccessState::Refused),
            _ => None,
        });
        decided.unwrap_or(AccessState::Asked)
    }

    /// Numbers of exports that nobody has confirmed.
    pub fn unconfirmed(&self) -> Vec<u32> {
        let confirmed: BTreeSet<u32> = self
            .steps
            .iter()
            .filter_map(|step| match step.act {
                AccessAct::Receipt { export, .. } => Some(export),
                _ => None,
            })
            .collect();
        let exports = self
            .steps
            .iter()
            .filter(|s| matches!(s.act, AccessAct::Export { .. }));
        exports
            .map(|s| s.number)
            .filter(|n| !confirmed.contains(n))
            .collect()
    }

    /// Which of these items may be handed out at this time; all of the scope when none are named.
    pub fn allowed(
        &self,
        items: &[String],
        now: DateTime<Utc>,
    ) -> Result<Vec<String>, AccessError> {
        match self.state() {
            AccessState::Asked => return Err(refused(format!("{} is not approved yet", self.id))),
            AccessState::Refused => return Err(refused(format!("{} was refused", self.id))),
            AccessState::Approved { until } if now >= until => {
                return Err(refused(format!(
                    "the approval of {} ended at {}; a new request is needed",
                    self.id,
                    moment(until).beijing
                )));
            }
            AccessState::Approved { .. } => {}
        }
        let scope = self.request().map_or(&[][..], |r| r.items.as_slice());
        if let Some(outside) = items.iter().find(|id| !scope.contains(id)) {
            return Err(refused(format!(
                "{outside} is outside of the scope of {}",
                self.id
            )));
        }
        Ok(match items {
            [] => scope.to_vec(),
            some => some.to_vec(),
        })
    }

    /// Whether an act may follow. Whoever asked neither decides nor hands out.
    fn permits(
        &self,
        act: &AccessAct,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<(), AccessError> {
        let asked_by = self.request().map_or("", |r| r.requester.as_str());
        let entered_by = self.steps.first().map_or("", |s| s.actor.as_str());
        match act {
            AccessAct::Request(_) => Err(refused("it was asked for already".to_owned())),
            AccessAct::Approve { .. } | AccessAct::Refuse { .. } => {
                if self.state() != AccessState::Asked {
                    return Err(refused(format!("{} is decided already", self.id)));
                }
                if actor.name == asked_by || actor.name == entered_by {
                    return Err(refused(
                        "a request is decided by another person than the one who asked or entered it"
                            .to_owned(),
                    ));
                }
                Ok(())
            }
            AccessAct::Export { items, .. } => {
                if actor.name == asked_by {
                    return Err(refused(
                        "items are handed out by another person than the one who asked".to_owned(),
                    ));
                }
                self.allowed(items, now).map(|_| ())
            }
            AccessAct::Receipt { export, .. } => match self.unconfirmed().contains(export) {
                true => Ok(()),
                false => Err(refused(format!(
                    "{} has no export {export} that waits for a receipt",
                    self.id
                ))),
            },
        }
    }
}

fn refused(why: String) -> AccessError {
    AccessError::Refused(why)
}

/// Enters a request; gives it with its identifier.
pub fn ask(
    home: &Home,
    journal: &Journal,
    actor: &Actor,
    request: AccessRequest,
) -> Result<Access, AccessError> {
    if request.items.is_empty() {
        return Err(refused("the scope holds no item".to_owned()));
    }
    let mut step = step(AccessAct::Request(request), 1, String::new(), actor);
    step.request = id_of(&step);
    let access = Access {
        id: step.request.clone(),
        steps: Vec::new(),
        last_sha256: String::new(),
    };
    write(home, journal, access, step)
}

/// Takes the next step of a request, if the rules permit it.
pub fn take(
    home: &Home,
    journal: &Journal,
    actor: &Actor,
    access: Access,
    act: AccessAct,
) -> Result<Access, AccessError> {
    access.permits(&act, actor, Utc::now())?;
    let number = access.steps.last().map_or(1, |s| s.number + 1);
    if number > MOST_STEPS {
        return Err(refused(format!("{} has too many steps", access.id)));
    }
    let mut step = step(act, number, access.last_sha256.clone(), actor);
    step.request = access.id.clone();
    write(home, journal, access, step)
}

fn step(act: AccessAct, number: u32, previous: String, actor: &Actor) -> AccessStep {
    AccessStep {
        format: ACCESS_FORMAT.to_owned(),
        request: String::new(),
        number,
        previous,
        made: moment(Utc::now()),
        actor: actor.name.clone(),
        role: actor.role.clone(),
        unit: actor.unit.clone(),
        act,
    }
}

fn write(
    home: &Home,
    journal: &Journal,
    mut access: Access,
    step: AccessStep,
) -> Result<Access, AccessError> {
    let bytes = to_bytes(&step)?;
    let path = path_of(home, &step);
    if let Some(folder) = path.parent() {
        durable::create_dir(folder)?;
    }
    let aside = home
        .tmp()
        .join(format!("{}-{:03}", step.request, step.number));
    durable::write_for_ever(&path, &aside, &bytes)?;
    enter(home, journal, &step, &path, &bytes, None)?;
    access.last_sha256 = hex::encode(sha256(&bytes));
    access.steps.push(step);
    Ok(access)
}

pub(crate) fn to_bytes(step: &AccessStep) -> Result<Vec<u8>, StorageError> {
    let mut bytes = serde_json::to_vec_pretty(step).map_err(|source| StorageError::Json {
        what: "step of a request for access",
        source,
    })?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// The journal gets the identifier, the act and the numbers, never the person who asked.
fn enter(
    home: &Home,
    journal: &Journal,
    step: &AccessStep,
    path: &Path,
    bytes: &[u8],
    why: Option<&str>,
) -> Result<(), StorageError> {
    let (action, mut reason) = match &step.act {
        AccessAct::Request(request) => (
            Action::AccessRequest,
            format!("{} items", request.items.len()),
        ),
        AccessAct::Approve { until, .. } => (Action::AccessApprove, format!("until {until}")),
        AccessAct::Refuse { .. } => (Action::AccessRefuse, "refused".to_owned()),
        AccessAct::Export { items, masked, .. } => {
            let what = if *masked { "masked views" } else { "packages" };
            (
                Action::AccessExport,
                format!("{} items, {what}", items.len()),
            )
        }
        AccessAct::Receipt { export, .. } => (Action::AccessReceipt, format!("of step {export}")),
    };
    if let Some(why) = why {
        reason.push_str("; ");
        reason.push_str(why);
    }
    let actor = Actor {
        name: step.actor.clone(),
        role: step.role.clone(),
        unit: step.unit.clone(),
    };
    let file = FileDigest::new(home.relative(path), &digests(bytes));
    let mut act = Act::new(action, step.request.as_str())
        .by(actor)
        .file(file)
        .reason(reason);
    if let AccessAct::Request(request) = &step.act {
        act = act.authority(request.authority.as_str());
    }
    journal.append(act).map(|_| ())
}

/// Enters steps that a killed program had written but not entered.
pub(crate) fn recover(home: &Home, journal: &Journal) -> Result<Vec<Note>, StorageError> {
    let mut known = BTreeSet::new();
    for path in journal::files(home)? {
        journal::read_file(&path, &mut |entry, _| {
            known.extend(entry.files.into_iter().map(|f| f.path));
            true
        })?;
    }
    let mut notes = Vec::new();
    for path in files(home)? {
        let relative = home.relative(&path);
        if known.contains(&relative) {
            continue;
        }
        let bytes = fs::read(&path).map_err(StorageError::io("read", &path))?;
        match check_step(home, &path, &bytes) {
            Ok(step) => {
                enter(
                    home,
                    journal,
                    &step,
                    &path,
                    &bytes,
                    Some(journal::AFTER_RESTART),
                )?;
                notes.push(Note::new("access-entered", relative));
            }
            // Not ours, or damaged: the verifier names it; the journal must not vouch for it.
            Err(faults) => notes.push(Note::new(
                "access-not-entered",
                format!("{relative}: {}", faults.join("; ")),
            )),
        }
    }
    Ok(notes)
}

/// Everything under `access/`, request by request, in the order of the steps.
pub fn files(home: &Home) -> Result<Vec<PathBuf>, StorageError> {
    let mut paths = Vec::new();
    for folder in durable::list(&home.access())? {
        if folder.is_dir() {
            paths.extend(durable::list(&folder)?);
        } else {
            paths.push(folder);
        }
    }
    Ok(paths)
}

/// All requests, in the order of their identifiers.
pub fn all(home: &Home) -> Result<Vec<Access>, AccessError> {
    let mut requests = Vec::new();
    for folder in durable::list(&home.access())? {
        let id = folder.file_name().and_then(|n| n.to_str()).unwrap_or("");
        if is_access_id(id) && !durable::list(&folder)?.is_empty() {
            requests.push(read(home, id)?);
        }
    }
    Ok(requests)
}

/// The request whose identifier begins like this.
pub fn find(home: &Home, start: &str) -> Result<Access, AccessError> {
    let unknown = || AccessError::Unknown {
        id: start.to_owned(),
    };
    let names: Vec<String> = durable::list(&home.access())?
        .iter()
        .filter_map(|p| p.file_name()?.to_str().map(str::to_owned))
        .filter(|id| is_access_id(id) && id.starts_with(start))
        .collect();
    match names.as_slice() {
        [one] => read(home, one),
        [] => Err(unknown()),
        _ => Err(refused(format!(
            "{start:?} begins {} requests; give more of the identifier",
            names.len()
        ))),
    }
}

/// Reads all steps of a request; they must be whole, and each follow the one before.
fn read(home: &Home, id: &str) -> Result<Access, AccessError> {
    let mut access = Access {
        id: id.to_owned(),
        steps: Vec::new(),
        last_sha256: String::new(),
    };
    for path in durable::list(&home.access().join(id))? {
        let bytes = fs::read(&path).map_err(StorageError::io("read", &path))?;
        let step = check_step(home, &path, &bytes)
            .map_err(|faults| StorageError::damaged(&path, faults.join("; ")))?;
        access.last_sha256 = hex::encode(sha256(&bytes));
        access.steps.push(step);
    }
    Ok(access)
}

/// Where a step lies.
pub(crate) fn path_of(home: &Home, step: &AccessStep) -> PathBuf {
    let name = format!("{:03}-{}.json", step.number, step.act.code());
    home.access().join(&step.request).join(name)
}

/// `ac-` and 20 characters of base32 (100 bits of SHA-256 over the first step without its identifier).
pub(crate) fn id_of(first: &AccessStep) -> String {
    let nameless = AccessStep {
        request: String::new(),
        ..first.clone()
    };
    let bytes = to_bytes(&nameless).unwrap_or_default();
    let digest = sha256(&bytes);
    let text = base32::encode(base32::Alphabet::Rfc4648Lower { padding: false }, &digest);
    format!("ac-{}", text.get(..20).unwrap_or(&text))
}

/// Whether a text has the form of a request's identifier.
pub fn is_access_id(text: &str) -> bool {
    let good = |b: u8| b.is_ascii_lowercase() || (b'2'..=b'7').contains(&b);
    text.strip_prefix("ac-")
        .is_some_and(|rest| rest.len() == 20 && rest.bytes().all(good))
}
