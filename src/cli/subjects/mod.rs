//! `wangxun subjects`: subjects and their dossiers (一户一档).

mod circles;
mod decide;
mod screen;
mod show;
mod watched;

use super::config::Settings;
use super::desk_store::{actor, open_existing, read};
use super::exit::{Done, Exit, Trouble, incomplete, misuse};
use super::output::Output;
use crate::desk::subjects::fold::{Dossier, Dossiers};
use crate::desk::subjects::reading::read_item;
use crate::storage::desk::event_once;
use crate::storage::index::ItemQuery;
use crate::storage::seal::Sealed;
use crate::wire::desk::subject::SubjectFact;
use crate::wire::desk::{DeskFact, SYSTEM};
use anyhow::anyhow;
use chrono::{NaiveDate, Utc};
use clap::{Args, Subcommand};
use std::collections::BTreeSet;
use std::path::PathBuf;

/// `wangxun subjects`.
#[derive(Debug, Subcommand)]
#[command(after_help = "Examples:
  wangxun subjects refresh                                    read what was sealed since
  wangxun subjects list --unit 210727101 --format json
  wangxun subjects list --pool                                registered nowhere known: the county's pool
  wangxun subjects inspect --top 20                           inspection list with addresses
  wangxun subjects show pay.example.test
  wangxun subjects related su-... --graph dot | dot -Tsvg
  wangxun subjects circles                                    companies with one operator behind them
  wangxun subjects split su-... site:a.test --reason 两家公司 --actor 张某
  wangxun subjects join su-... su-... --reason 同一实际控制人 --actor 张某
  wangxun subjects undo de-... --reason 误合并 --actor 张某
  wangxun subjects mark su-... grade B --reason 义处非评〔2026〕1号 --actor 张某
  wangxun subjects person su-... legal-rep 甲某某 --source wx-... --actor 张某
  wangxun subjects survey su-... visit --officers 甲某、乙某 --day 2026-11-20 --result 已停业 --actor 张某
  wangxun subjects watched --list list.toml > watched.toml     then `patrol watch watched.toml`
  wangxun subjects screen new-registrations.csv --source 市场监管局 --as-of 2026-11-01 --actor 张某

SUBJECT is an id, a host, a credit code, an ICP number or a name.")]
pub enum SubjectsCommand {
    /// Read sealed items that were not read yet; what was joined before changes only by what is new
    Refresh,
    /// List subjects with track, sector by what is promised, owner unit and score
    List(List),
    /// The dossier of a subject: facts with provenance, the reason of every link, persons, marks
    Show(One),
    /// The timeline of a subject, which only grows
    Timeline(One),
    /// Subjects tied to one without being joined, with the reasons; or as a graph
    Related(Related),
    /// Circles: subjects behind which one operator seems to stand although they are different companies, with the reasons
    Circles,
    /// Decide that subjects are one
    Join(Join),
    /// Decide that bearers do not belong to a subject; they are not joined with it again by themselves
    Split(Split),
    /// Withdraw an earlier decision, mark or person
    Undo(Undo),
    /// Set a field: watch, track, sector, calls-itself, owner-unit, grade, wording
    Mark(Mark),
    /// Enter a person in a role; the name is kept masked
    Person(Person),
    /// Enter that an entity was looked into (visit 现场核查, talk 约谈, papers 书面)
    Survey(Survey),
    /// Inspection list: the highest scores first, with addresses
    Inspect {
        /// So many
        #[arg(long, value_name = "N", default_value_t = 20)]
        top: usize,
    },
    /// Write the seeds of watched subjects as a patrol list of their own, whose pages are seen again sooner
    Watched {
        /// The patrol list
        #[arg(long, value_name = "LIST")]
        list: PathBuf,
        /// Days after which a page is seen again at most
        #[arg(long, value_name = "N", default_value_t = 1)]
        days: u32,
    },
    /// Screen a list of registrations (CSV: 名称, 统一社会信用代码, 经营范围, 住所, 法定代表人) for watch words, or take in another list
    Screen(Screen),
}

/// `wangxun subjects list`.
#[derive(Debug, Args)]
pub struct List {
    /// Only of this owner unit (code)
    #[arg(long, value_name = "CODE", conflicts_with = "pool")]
    unit: Option<String>,
    /// Only those registered nowhere known
    #[arg(long)]
    pool: bool,
    /// Only department, township or unknown
    #[arg(long, value_name = "TRACK")]
    track: Option<String>,
    /// Only those on the watch list
    #[arg(long)]
    watched: bool,
    /// Tell stock (seen before this day) from increment
    #[arg(long, value_name = "YYYY-MM-DD")]
    baseline: Option<NaiveDate>,
}

/// One subject.
#[derive(Debug, Args)]
pub struct One {
    /// Id, host, credit code, ICP number or name
    #[arg(value_name = "SUBJECT")]
    subject: String,
}

/// `wangxun subjects related`.
#[derive(Debug, Args)]
pub struct Related {
    /// Id, host, credit code, ICP number or name
    #[arg(value_name = "SUBJECT")]
    subject: String,
    /// As a graph in this form
    #[arg(long, value_name = "FORM")]
    graph: Option<Graph>,
}

/// Form of a graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Graph {
    /// Graphviz.
    Dot,
}

/// `wangxun subjects join`.
#[derive(Debug, Args)]
pub struct Join {
    /// Two subjects or more
    #[arg(value_name = "SUBJECT", required = true, num_args = 2..)]
    subjects: Vec<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Who decides
    #[arg(long, value_name = "NAME")]
    actor: String,
}

/// `wangxun subjects split`.
#[derive(Debug, Args)]
pub struct Split {
    /// The subject
    #[arg(value_name = "SUBJECT")]
    subject: String,
    /// Its bearers that go, as `subjects show` names them
    #[arg(value_name = "BEARER", required = true)]
    bearers: Vec<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Who decides
    #[arg(long, value_name = "NAME")]
    actor: String,
}

/// `wangxun subjects undo`.
#[derive(Debug, Args)]
pub struct Undo {
    /// The event, as `subjects timeline` names it
    #[arg(value_name = "EVENT")]
    event: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Who decides
    #[arg(long, value_name = "NAME")]
    actor: String,
}

/// `wangxun subjects mark`.
#[derive(Debug, Args)]
pub struct Mark {
    /// The subject
    #[arg(value_name = "SUBJECT")]
    subject: String,
    /// watch, track, sector, calls-itself, owner-unit, grade or wording
    #[arg(value_name = "FIELD")]
    field: String,
    /// The value
    #[arg(value_name = "VALUE")]
    value: String,
    /// Why, or the document
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Who decides
    #[arg(long, value_name = "NAME")]
    actor: String,
}

/// `wangxun subjects person`.
#[derive(Debug, Args)]
pub struct Person {
    /// The subject
    #[arg(value_name = "SUBJECT")]
    subject: String,
    /// legal-rep, controller, agent, broker, organizer, participant-organizer, investor, other; or in Chinese
    #[arg(value_name = "ROLE")]
    role: String,
    /// The name
    #[arg(value_name = "NAME")]
    name: String,
    /// Evidence id or document
    #[arg(long, value_name = "TEXT")]
    source: String,
    /// Who enters it
    #[arg(long, value_name = "NAME")]
    actor: String,
}

/// `wangxun subjects survey`.
#[derive(Debug, Args)]
pub struct Survey {
    /// The subject
    #[arg(value_name = "SUBJECT")]
    subject: String,
    /// How: visit, talk or papers
    #[arg(value_name = "HOW")]
    how: String,
    /// By whom
    #[arg(long, value_name = "NAMES")]
    officers: String,
    /// When
    #[arg(long, value_name = "YYYY-MM-DD")]
    day: NaiveDate,
    /// What was found
    #[arg(long, value_name = "TEXT")]
    result: String,
    /// Who enters it
    #[arg(long, value_name = "NAME")]
    actor: String,
}

/// `wangxun subjects screen`.
#[derive(Debug, Args)]
pub struct Screen {
    /// The list (CSV, UTF-8 or GBK)
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// registration, licence, court, police, credit, survey or other
    #[arg(long, value_name = "KIND", default_value = "registration")]
    list: String,
    /// Who provided it
    #[arg(long, value_name = "TEXT")]
    source: String,
    /// Date of the list
    #[arg(long, value_name = "YYYY-MM-DD")]
    as_of: NaiveDate,
    /// Write the notification list (CSV) here
    #[arg(long, value_name = "FILE.csv")]
    notify: Option<PathBuf>,
    /// Tell what would be found; keep nothing
    #[arg(long)]
    dry_run: bool,
    /// Who takes it in
    #[arg(long, value_name = "NAME")]
    actor: String,
}

/// Carries the command out.
pub fn run(asked: &SubjectsCommand, settings: &Settings) -> Done {
    match asked {
        SubjectsCommand::Refresh => refresh(settings),
        SubjectsCommand::List(asked) => show::list(asked, settings),
        SubjectsCommand::Show(asked) => show::show(&asked.subject, settings),
        SubjectsCommand::Timeline(asked) => show::timeline(&asked.subject, settings),
        SubjectsCommand::Related(asked) => show::related(&asked.subject, asked.graph, settings),
        SubjectsCommand::Circles => circles::run(settings),
        SubjectsCommand::Inspect { top } => show::inspect(*top, settings),
        SubjectsCommand::Join(asked) => decide::join(asked, settings),
        SubjectsCommand::Split(asked) => decide::split(asked, settings),
        SubjectsCommand::Undo(asked) => decide::undo(asked, settings),
        SubjectsCommand::Mark(asked) => decide::mark(asked, settings),
        SubjectsCommand::Person(asked) => decide::person(asked, settings),
        SubjectsCommand::Survey(asked) => decide::survey(asked, settings),
        SubjectsCommand::Watched { list, days } => watched::run(list, *days, settings),
        SubjectsCommand::Screen(asked) => screen::run(asked, settings),
    }
}

fn folded(settings: &Settings) -> Result<Dossiers, Trouble> {
    Ok(Dossiers::of(&read(settings)?))
}

/// The one subject that is meant.
pub(super) fn one<'d>(dossiers: &'d Dossiers, asked: &str) -> Result<&'d Dossier, Trouble> {
    match dossiers.find(asked).as_slice() {
        [one] => Ok(one),
        [] => Err(misuse(anyhow!(
            "no subject is known by {asked:?}; run `wangxun subjects refresh`, then `wangxun subjects list`"
        ))),
        several => {
            let ids: Vec<&str> = several.iter().map(|d| d.id.as_str()).collect();
            Err(misuse(anyhow!(
                "{asked:?} may be one of {}; give the id",
                ids.join(", ")
            )))
        }
    }
}

/// What a reading came to.
pub struct Refreshed {
    /// Items read now.
    pub read: usize,
    /// All subjects then.
    pub dossiers: Dossiers,
    /// Items that could not be read, and why.
    pub troubles: Vec<String>,
}

fn refresh(settings: &Settings) -> Done {
    let done = refreshed(settings)?;
    for trouble in &done.troubles {
        Output.line(format!("未能读取 {trouble}"))?;
    }
    Output.line(format!(
        "读取 {} 份证据,共 {} 个主体",
        done.read,
        done.dossiers.all.len()
    ))?;
    Ok(if done.troubles.is_empty() {
        Exit::Fine
    } else {
        Exit::Incomplete
    })
}

/// Reads sealed items that no event tells of.
pub fn refreshed(settings: &Settings) -> Result<Refreshed, Trouble> {
    let mut opened = open_existing(settings)?;
    let known: BTreeSet<&str> = opened
        .desk
        .events()
        .iter()
        .filter_map(|e| match &e.what {
            DeskFact::Subject(SubjectFact::Read(item)) => Some(item.evidence_id.as_str()),
            _ => None,
        })
        .collect();
    let rows = opened.store.index().items(&ItemQuery::default());
    let mut ids: Vec<(String, String)> = rows
        .map_err(incomplete)?
        .into_iter()
        .filter(|row| !known.contains(row.evidence_id.as_str()))
        .filter(|row| row.kind != crate::model::custody::ItemKind::RedactedCopy.code())
        .map(|row| (row.captured, row.evidence_id))
        .collect();
    // Who was seen first founds a subject, so the order is that of time.
    ids.sort();
    let (mut events, mut troubles) = (Vec::new(), Vec::new());
    for (_, id) in &ids {
        let sealed = Sealed::open(opened.store.home(), id).map_err(incomplete)?;
        let package = std::fs::read(sealed.path()).map_err(incomplete)?;
        match read_item(sealed.manifest(), &package) {
            Ok(Some(item)) => {
                let what = DeskFact::Subject(SubjectFact::Read(item));
                events.push(event_once(&format!("read {id}"), Utc::now(), SYSTEM, what));
            }
            Ok(None) => {}
            Err(why) => troubles.push(format!("{id}: {why}")),
        }
    }
    let read = opened
        .desk
        .append(events, &actor("wangxun", settings)?)
        .map_err(incomplete)?;
    Ok(Refreshed {
        read,
        dossiers: Dossiers::of(opened.desk.events()),
        troubles,
    })
}
