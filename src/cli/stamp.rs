//! `wangxun evidence sign` and `wangxun evidence stamp`: what is put beside sealed packages later.

use super::arguments::Format;
use super::config::{AuthoritySettings, Settings};
use super::evidence::full_id;
use super::exit::{Done, Exit, Trouble, incomplete, misuse};
use super::output::Output;
use super::seal_arguments::{Sign, Stamp};
use super::{store, tools};
use crate::fetch::time_authority::TimeAuthority;
use crate::model::custody::Action;
use crate::storage::entered::Entered;
use crate::storage::item::{find_item, id_of, item_files};
use crate::storage::journal::Act;
use crate::storage::signature;
use crate::storage::store::Store;
use crate::storage::timestamp::stamp::{self, Authority, Question};
use anyhow::{Context, anyhow};
use chrono::Utc;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::runtime::Runtime;

/// Time for one answer of an authority.
const PATIENCE: Duration = Duration::from_secs(20);
/// Failures in a row after which an authority is left alone.
const FAILURES: u32 = 3;
/// Seconds by which this machine's clock may differ from an authority's without a warning.
const CLOCKS_APART: i64 = 60;

/// What stamping came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Stamped {
    /// Tokens kept.
    pub(super) kept: u64,
    /// Items that had one already.
    pub(super) had: u64,
    /// Questions without a token that could be kept, those left unasked among them.
    pub(super) failed: u64,
}

fn packages(store: &Store, ids: &[String]) -> Result<Vec<PathBuf>, Trouble> {
    if ids.is_empty() {
        return item_files(store.home()).map_err(incomplete);
    }
    let mut paths = Vec::new();
    for id in ids {
        let id = full_id(store.home(), id)?;
        let path = find_item(store.home(), &id).map_err(incomplete)?;
        paths.push(path.ok_or_else(|| misuse(anyhow!("no evidence item {id}")))?);
    }
    Ok(paths)
}

/// Carries `evidence sign` out.
pub(super) fn sign(asked: &Sign, settings: &Settings) -> Done {
    let store = store::open_existing(settings)?;
    let paths = packages(&store, &asked.ids)?;
    let entered = Entered::read(store.home()).map_err(incomplete)?;
    let (mut signed, mut had) = (0u64, 0u64);
    for path in &paths {
        match signature::sign(store.home(), store.journal(), &entered, path).map_err(incomplete)? {
            true => signed += 1,
            false => had += 1,
        }
    }
    match settings.format {
        Format::Json => Output.json(&json!({ "signed": signed, "signed_before": had }))?,
        Format::Table => Output.line(format!("{signed} items signed, {had} were signed before"))?,
    }
    Ok(Exit::Fine)
}

/// Carries `evidence stamp` out.
pub(super) fn run(asked: &Stamp, settings: &Settings) -> Done {
    let authorities = chosen(&asked.authorities, settings)?;
    let store = store::open_existing(settings)?;
    let paths = packages(&store, &asked.ids)?;
    let runtime = tools::runtime()?;
    let done = stamp(
        &store,
        &runtime,
        &paths,
        &authorities,
        asked.renew,
        settings,
    )?;
    match settings.format {
        Format::Json => Output.json(&json!({
            "kept": done.kept, "stamped_before": done.had, "failed": done.failed,
        }))?,
        Format::Table => Output.line(format!(
            "{} tokens kept, {} were there before, {} could not be had",
            done.kept, done.had, done.failed
        ))?,
    }
    Ok(if done.failed == 0 {
        Exit::Fine
    } else {
        Exit::Incomplete
    })
}

fn chosen<'a>(
    names: &[String],
    settings: &'a Settings,
) -> Result<Vec<&'a AuthoritySettings>, Trouble> {
    if settings.timestamp.is_empty() {
        return Err(misuse(anyhow!(
            "no time-stamp authority is configured: put [[timestamp]] with name, url and ca into {}; \
             `wangxun evidence stamp --help` shows how",
            settings.home.join("wangxun.toml").display()
        )));
    }
    let known = |name: &String| settings.timestamp.iter().any(|a| a.name == *name);
    if let Some(missing) = names.iter().find(|name| !known(name)) {
        let all: Vec<&str> = settings.timestamp.iter().map(|a| &*a.name).collect();
        return Err(misuse(anyhow!(
            "no authority {missing:?} in the configuration; it has {}",
            all.join(", ")
        )));
    }
    let wanted = |a: &&AuthoritySettings| names.is_empty() || names.contains(&a.name);
    Ok(settings.timestamp.iter().filter(wanted).collect())
}

/// Asks the authorities for tokens of these packages and keeps what holds.
pub(super) fn stamp(
    store: &Store,
    runtime: &Runtime,
    packages: &[PathBuf],
    authorities: &[&AuthoritySettings],
    renew: bool,
    settings: &Settings,
) -> Result<Stamped, Trouble> {
    let mut done = Stamped::default();
    for configured in authorities {
        let authority = read_authority(configured)?;
        let entered = Entered::read(store.home()).map_err(incomplete)?;
        stamp::keep_authority(store.home(), store.journal(), &entered, &authority)
            .map_err(misuse)?;
        let way = TimeAuthority::new(configured.url.clone(), settings.proxy.as_deref(), PATIENCE)
            .map_err(misuse)?;
        let asker = Asker {
            store,
            runtime,
            authority: &authority,
            way: &way,
        };
        asker.all(packages, &entered, renew, &mut done)?;
    }
    Ok(done)
}

fn read_authority(configured: &AuthoritySettings) -> Result<Authority, Trouble> {
    let certificates = std::fs::read(&configured.ca)
        .with_context(|| {
            format!(
                "cannot read the certificates of {} in {}",
                configured.name,
                configured.ca.display()
            )
        })
        .map_err(misuse)?;
    Ok(Authority {
        name: configured.name.clone(),
        certificates,
    })
}

/// One authority and what is needed to ask it.
struct Asker<'a> {
    store: &'a Store,
    runtime: &'a Runtime,
    authority: &'a Authority,
    way: &'a TimeAuthority,
}

impl Asker<'_> {
    fn all(
        &self,
        packages: &[PathBuf],
        entered: &Entered,
        renew: bool,
        done: &mut Stamped,
    ) -> Result<(), Trouble> {
        let mut in_a_row = 0;
        for (n, package) in packages.iter().enumerate() {
            let name = &self.authority.name;
            let question = stamp::question(self.store.home(), entered, package, name, renew)
                .map_err(incomplete)?;
            let Some(question) = question else {
                done.had += 1;
                continue;
            };
            match self.one(&question) {
                Ok(()) => {
                    done.kept += 1;
                    in_a_row = 0;
                }
                Err(why) => {
                    done.failed += 1;
                    in_a_row += 1;
                    self.failed(package, &why)?;
                }
            }
            if in_a_row == FAILURES {
                let left = packages.len() - n - 1;
                done.failed += left as u64;
                tracing::warn!(
                    "{name} failed {FAILURES} times in a row; {left} items are left without its time: run `wangxun \
                     evidence stamp --missing` later"
                );
                break;
            }
        }
        Ok(())
    }

    fn one(&self, question: &Question) -> Result<(), String> {
        let asked = self.way.ask(question.request.der.clone());
        let reply = self.runtime.block_on(asked).map_err(|e| e.to_string())?;
        let (home, journal) = (self.store.home(), self.store.journal());
        let facts = stamp::keep(home, journal, question, self.authority, &reply)
            .map_err(|e| e.to_string())?;
        let apart = (Utc::now() - facts.time).num_seconds();
        if apart.abs() > CLOCKS_APART {
            tracing::warn!(
                "this machine's clock is {apart} s ahead of {}'s: set it right, since captures bear its time",
                self.authority.name
            );
        }
        Ok(())
    }

    /// A failure is told and entered in the journal; the item stays without trusted time.
    fn failed(&self, package: &Path, why: &str) -> Result<(), Trouble> {
        let id = id_of(package).unwrap_or_default();
        let name = &self.authority.name;
        tracing::warn!("{id}: no time stamp of {name}: {why}");
        let reason: String = format!("authority {name}: {why}")
            .chars()
            .take(500)
            .collect();
        let act = Act::new(Action::StampFailed, id).reason(reason);
        self.store.record(act).map(|_| ()).map_err(incomplete)
    }
}
