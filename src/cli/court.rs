//! `wangxun evidence court`: everything that a court needs of some items, in one folder.

use super::arguments::handout::Court;
use super::config::Settings;
use super::court_facts::{self, Found};
use super::exit::{Done, Exit, Trouble, incomplete, misuse};
use super::export::{Order, begun, full_ids};
use super::output::Output;
use super::{search, store, tools};
use crate::export::court::{CourtPackage, html, sheets};
use crate::model::custody::{Action, Actor};
use crate::model::monitor::Silent;
use crate::printer;
use crate::storage::handout::Handout;
use crate::storage::journal::Act;
use crate::storage::package::moment;
use crate::storage::store::Store;
use crate::wire::file_digest::FileDigest;
use anyhow::anyhow;
use chrono::{DateTime, Datelike, Timelike, Utc};
use std::time::Duration;

const HTML: &str = "documents.html";
const PDF: &str = "documents.pdf";
const XLSX: &str = "documents.xlsx";

/// Carries the command out.
pub fn run(asked: &Court, settings: &Settings) -> Done {
    let case_no = case_number(&asked.case_no)?;
    let mut store = store::open_existing(settings)?;
    let ids = full_ids(&store, &asked.ids)?;
    let order = Order {
        actor: Actor {
            name: asked.actor.trim().to_owned(),
            role: "officer".to_owned(),
            unit: settings.unit.clone(),
        },
        reason: asked.reason.trim().to_owned(),
        authority: asked.authority.clone(),
        request: None,
        masked: false,
    };
    order.check()?;
    let inspector = tools::inspector(settings)?;
    let mut handout = Handout::begin(&asked.to).map_err(begun)?;
    let now = Utc::now();
    let mut package = head(&case_no, &order, now);
    let mut originals = Vec::new();
    for id in &ids {
        let Found {
            item,
            glossary,
            original,
        } = court_facts::take(&store, id, &order, &inspector, &mut handout)?;
        package.items.push(item);
        package.glossary.extend(glossary);
        originals.push(original);
    }
    court_facts::add_keys(&store, &mut handout)?;
    write_documents(&package, now, &mut handout)?;
    let printed = match asked.no_pdf {
        true => Ok(()),
        false => print(&mut handout, &store, asked.pdf_seconds),
    };
    let files = handout.end().map_err(incomplete)?;
    enter(&store, &case_no, &order, originals, &files)?;
    search::open(&mut store, settings, &Silent)?;
    if let Err(error) = store.refresh_search(&ids) {
        tracing::warn!("{error}; `wangxun evidence rebuild` makes a new search index");
    }
    tell(&files)?;
    match printed {
        Ok(()) => Ok(Exit::Fine),
        Err(error) => Err(incomplete(
            error.context(format!("everything but {PDF} is in {}", asked.to.display())),
        )),
    }
}

/// The number becomes the object of journal entries.
fn case_number(text: &str) -> Result<String, Trouble> {
    let number = text.trim();
    let good = (1..=100).contains(&number.chars().count()) && !number.chars().any(char::is_control);
    if !good {
        return Err(misuse(anyhow!(
            "--case takes the number of the case, 1 to 100 characters on one line"
        )));
    }
    Ok(number.to_owned())
}

fn head(case_no: &str, order: &Order, now: DateTime<Utc>) -> CourtPackage {
    let made = moment(now);
    CourtPackage {
        case_no: case_no.to_owned(),
        made_beijing: made.beijing,
        made_utc: made.utc,
        tool: format!("wangxun {}", env!("CARGO_PKG_VERSION")),
        unit: order.actor.unit.clone(),
        officer: order.actor.name.clone(),
        authority: order.authority.clone(),
        ..CourtPackage::default()
    }
}

fn write_documents(
    package: &CourtPackage,
    now: DateTime<Utc>,
    handout: &mut Handout,
) -> Result<(), Trouble> {
    let small = |n: u32| u8::try_from(n).unwrap_or(0);
    let made = (
        u16::try_from(now.year()).unwrap_or(2000),
        small(now.month()),
        small(now.day()),
        u16::try_from(now.hour()).unwrap_or(0),
        small(now.minute()),
        small(now.second()),
    );
    let workbook = sheets::render(package, made).map_err(incomplete)?;
    handout
        .add(HTML, html::render(package).as_bytes())
        .map_err(incomplete)?;
    handout.add(XLSX, &workbook).map_err(incomplete)?;
    Ok(())
}

/// Prints the HTML; what went wrong keeps nothing else from being delivered.
fn print(handout: &mut Handout, store: &Store, seconds: u64) -> Result<(), anyhow::Error> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let browser = printer::browser(&path).ok_or(printer::PrintError::NoBrowser)?;
    let scratch = store
        .home()
        .tmp()
        .join(format!("print-{}", std::process::id()));
    let folder = std::path::absolute(handout.folder())?;
    printer::print(
        &browser,
        &folder.join(HTML),
        &folder.join(PDF),
        &scratch,
        Duration::from_secs(seconds.max(1)),
    )?;
    handout.adopt(PDF)?;
    Ok(())
}

/// One entry for each item, and one for the package with all that it holds.
fn enter(
    store: &Store,
    case_no: &str,
    order: &Order,
    originals: Vec<FileDigest>,
    files: &[FileDigest],
) -> Result<(), Trouble> {
    let mut act = Act::new(Action::CourtPackage, case_no).by(order.actor.clone());
    for original in originals {
        act = act.file(original);
    }
    for file in files.iter().filter(|f| !f.path.contains(".wacz")) {
        let inside = FileDigest {
            path: format!("court/{}", file.path),
            ..file.clone()
        };
        act = act.file(inside);
    }
    act = act.reason(order.reason.clone());
    if let Some(authority) = &order.authority {
        act = act.authority(authority.clone());
    }
    store.record(act).map_err(incomplete)?;
    Ok(())
}

fn tell(files: &[FileDigest]) -> Result<(), Trouble> {
    for file in files {
        Output.line(format!(
            "{}  {:>10}  {}",
            file.sha256, file.bytes, file.path
        ))?;
    }
    Output.line("documents.html and documents.pdf leave blank what persons must state and sign")
}
