//! `wangxun tips import`: rows become tips with receipt numbers; who reported goes apart.

use super::Import;
use super::show::cells;
use crate::cli::arguments::Format;
use crate::cli::config::Settings;
use crate::cli::desk_store::{self, Opened, actor, clean_or_empty, open};
use crate::cli::exit::{Done, Exit, Trouble, incomplete, misuse};
use crate::cli::output::{Output, table};
use crate::desk::tips::{Tip, tips};
use crate::model::custody::Actor;
use crate::model::partial_mask::mask;
use crate::model::politeness::politeness_group;
use crate::model::region::Units;
use crate::model::tip::TipSource;
use crate::page;
use crate::seeds::{self, Loaded, TipForm, TipReporter, TipRow};
use crate::storage::desk::{Desk, event_once, short_id};
use crate::wire::desk::DeskFact;
use crate::wire::desk::tip::{TakenTip, TipFact};
use crate::wire::desk_private::Reporter;
use anyhow::{Context, anyhow};
use chrono::{DateTime, Utc};
use serde_json::json;
use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::Path;

/// Bytes read from standard input at most.
const MOST_BYTES: u64 = 64 << 20;

/// Prints an empty form.
pub(super) fn form(source: &str) -> Done {
    // The mark tells spreadsheets that it is UTF-8.
    let head = seeds::tip_headers(source_of(source)?).join(",");
    Output.write(&format!("\u{feff}{head}\n"))?;
    Ok(Exit::Fine)
}

fn source_of(word: &str) -> Result<TipSource, Trouble> {
    TipSource::parse(word).ok_or_else(|| {
        let all: Vec<&str> = TipSource::ALL.iter().map(|s| s.code()).collect();
        misuse(anyhow!(
            "{word:?} is no source; there are {}",
            all.join(", ")
        ))
    })
}

/// Carries the command out.
pub(super) fn run(asked: &Import, settings: &Settings) -> Done {
    let by = actor(&asked.actor, settings)?;
    let form = TipForm {
        source: source_of(&asked.source)?,
        unit: clean_or_empty("--unit", asked.unit.as_deref())?,
    };
    let loaded = load(&asked.file, &form)?;
    for fault in &loaded.faults {
        match fault.severity {
            seeds::Severity::Error => tracing::error!("{fault}"),
            seeds::Severity::Warning => tracing::warn!("{fault}"),
        }
    }
    if loaded.value.is_empty() {
        return Err(misuse(anyhow!(
            "{}: no tip can be used; `wangxun tips form` prints a form",
            asked.file.display()
        )));
    }
    let units = desk_store::units(settings)?;
    let mut intake = Intake {
        opened: open(settings)?,
        units,
        now: Utc::now(),
        taken: BTreeSet::new(),
        dry_run: asked.dry_run,
    };
    let mut troubles = loaded.has_errors();
    let mut rows = Vec::new();
    for row in &loaded.value {
        match intake.take(row, &by) {
            Ok(taken) => rows.push(taken),
            Err(Refused::Row(why)) => {
                tracing::error!("{}:{}: error: {why}", asked.file.display(), row.line);
                troubles = true;
            }
            Err(Refused::Stop(trouble)) => return Err(trouble),
        }
    }
    let new = intake.keep(&rows, &by)?;
    tell(&intake, &rows, new, settings)?;
    Ok(match troubles {
        true => Exit::CheckFailed,
        false => Exit::Fine,
    })
}

fn load(file: &Path, form: &TipForm) -> Result<Loaded<Vec<TipRow>>, Trouble> {
    if file != Path::new("-") {
        let (loaded, _) = seeds::load_tips(file, form)
            .with_context(|| format!("{} cannot be read", file.display()))
            .map_err(misuse)?;
        return Ok(loaded);
    }
    let mut bytes = Vec::new();
    let stdin = std::io::stdin().lock();
    stdin
        .take(MOST_BYTES)
        .read_to_end(&mut bytes)
        .context("standard input cannot be read")
        .map_err(misuse)?;
    Ok(seeds::read_tips(&bytes, "-", form))
}

/// Why a row is not taken in.
enum Refused {
    /// It alone is left out.
    Row(String),
    /// Nothing goes on.
    Stop(Trouble),
}

struct Intake {
    opened: Opened,
    units: Units,
    now: DateTime<Utc>,
    /// Receipts given in this import.
    taken: BTreeSet<String>,
    dry_run: bool,
}

impl Intake {
    /// A row as a tip. Its reporter is kept first, so that no tip ever says that one is kept who is not.
    fn take(&mut self, row: &TipRow, by: &Actor) -> Result<TakenTip, Refused> {
        if let Some(received) = row.received.filter(|at| *at > self.now) {
            let why = format!("受理时间: {received} is yet to come; correct it");
            return Err(Refused::Row(why));
        }
        if !row.code.is_empty() && !page::is_credit_code(&row.code) {
            tracing::warn!(
                "line {}: the check digits of {} are wrong",
                row.line,
                row.code
            );
        }
        let mut tip = TakenTip {
            receipt: String::new(),
            source: row.source.code().to_owned(),
            unit: self.unit(&row.unit),
            url: row
                .url
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            site: row.url.as_ref().map(politeness_group).unwrap_or_default(),
            name: mask(&row.name).into_owned(),
            code: row.code.clone(),
            note: mask(&row.note).into_owned(),
            received: row.received.unwrap_or(self.now),
            named: row.reporter.is_some(),
        };
        let reporter = row.reporter.as_ref().map(reporter);
        tip.receipt = self
            .receipt(&tip, &row.note, reporter.as_ref())
            .map_err(|e| Refused::Stop(incomplete(e)))?;
        self.taken.insert(tip.receipt.clone());
        if let Some(mut reporter) = reporter.filter(|_| !self.dry_run) {
            reporter.receipt.clone_from(&tip.receipt);
            self.opened
                .desk
                .keep_reporter(reporter, by)
                .map_err(|e| Refused::Stop(incomplete(e)))?;
        }
        Ok(tip)
    }

    /// The code of a unit that the office knows, else what was written.
    fn unit(&self, written: &str) -> String {
        let known = self
            .units
            .by_code(written)
            .or_else(|| self.units.by_name(written));
        known.map_or_else(|| written.to_owned(), |u| u.code.clone())
    }

    /// The number of a tip follows from what was reported alone, so that it tells nothing of the reporter; others who report
    /// the same get the next one. The same tip of the same person has the same number, however often it is imported.
    fn receipt(
        &self,
        tip: &TakenTip,
        note: &str,
        reporter: Option<&Reporter>,
    ) -> Result<String, crate::storage::error::StorageError> {
        let desk = &self.opened.desk;
        for n in 0u32.. {
            let n = n.to_string();
            let parts = [
                &tip.source,
                &tip.unit,
                &tip.url,
                &tip.name,
                &tip.code,
                note,
                &n,
            ];
            let receipt = short_id("tp", &parts);
            if self.taken.contains(&receipt) {
                continue;
            }
            let kept = match reporter {
                Some(reporter) => desk.is_reporter(&receipt, reporter)?,
                None => desk.is_reporter(&receipt, &nobody())?.map(|_| false),
            };
            let known = knows(desk, &receipt);
            let is_it = match (known, kept) {
                (_, Some(same)) => same,
                // Taken in without a reporter, or its reporter was erased.
                (Some(named), None) => reporter.is_none() && !named,
                (None, None) => true,
            };
            if is_it {
                return Ok(receipt);
            }
        }
        Ok(String::new())
    }

    /// Keeps what is not known yet, and proposes the sites; gives the number of new tips.
    fn keep(&mut self, rows: &[TakenTip], by: &Actor) -> Result<usize, Trouble> {
        let fresh: Vec<&TakenTip> = rows
            .iter()
            .filter(|t| knows(&self.opened.desk, &t.receipt).is_none())
            .collect();
        if self.dry_run {
            return Ok(fresh.len());
        }
        let events = fresh.into_iter().map(|tip| {
            let what = DeskFact::Tip(TipFact::Taken(tip.clone()));
            event_once(&format!("tip {}", tip.receipt), self.now, &by.name, what)
        });
        let events = events.collect();
        let store = &self.opened.store;
        store.take_up_discoveries().map_err(incomplete)?;
        let new = self.opened.desk.append(events, by).map_err(incomplete)?;
        store.propose_tips(rows).map_err(incomplete)?;
        Ok(new)
    }
}

/// Whether a tip of this number is kept, and whether it says that it has a reporter.
fn knows(desk: &Desk, receipt: &str) -> Option<bool> {
    desk.events().iter().find_map(|event| match &event.what {
        DeskFact::Tip(TipFact::Taken(tip)) if tip.receipt == receipt => Some(tip.named),
        _ => None,
    })
}

fn reporter(row: &TipReporter) -> Reporter {
    Reporter {
        name: row.name.clone(),
        contact: row.contact.clone(),
        id_number: row.id_number.clone(),
        address: row.address.clone(),
        ..nobody()
    }
}

fn nobody() -> Reporter {
    Reporter {
        format: String::new(),
        receipt: String::new(),
        salt: String::new(),
        name: String::new(),
        contact: String::new(),
        id_number: String::new(),
        address: String::new(),
    }
}

fn tell(
    intake: &Intake,
    rows: &[TakenTip],
    new: usize,
    settings: &Settings,
) -> Result<(), Trouble> {
    if settings.format == Format::Json {
        return Output.json(&json!({
            "new": new, "known": rows.len() - new, "dry_run": intake.dry_run, "tips": rows,
        }));
    }
    let known: Vec<Tip> = tips(intake.opened.desk.events());
    let lines: Vec<Vec<String>> = rows
        .iter()
        .map(
            |row| match known.iter().find(|t| t.receipt == row.receipt) {
                Some(tip) => cells(tip),
                None => cells(&Tip::taken("", row)),
            },
        )
        .collect();
    Output.line(table(&super::show::HEAD, &lines).trim_end())?;
    let word = match (intake.dry_run, rows.len() - new) {
        (true, _) => "试运行,未登记".to_owned(),
        (false, 0) => "已登记".to_owned(),
        (false, known) => format!("新登记 {new} 条,{known} 条先前已登记,未重复计入"),
    };
    Output.line(format!("{} 条线索,{word}", rows.len()))
}
