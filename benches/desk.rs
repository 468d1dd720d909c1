//! Figures of the desk: `cargo bench --bench desk -- [EVENTS]`.
//!
//! Keeps EVENTS tips (100,000) in a home that is thrown away, reads them again and holds them against the journal, and
//! folds them to cases, lists and dossiers. Prints one JSON line, in milliseconds.

#![allow(clippy::print_stdout)] // the figures are what this program is for

use chrono::Utc;
use std::time::Instant;
use wangxun::desk::cases::Cases;
use wangxun::desk::referral::Lists;
use wangxun::desk::subjects::fold::Dossiers;
use wangxun::model::custody::Actor;
use wangxun::model::monitor::Silent;
use wangxun::storage::desk::{event_once, short_id};
use wangxun::storage::store::Store;
use wangxun::wire::desk::tip::{TakenTip, TipFact};
use wangxun::wire::desk::{DeskEvent, DeskFact};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn tip(n: usize) -> DeskEvent {
    let what = TipFact::Taken(TakenTip {
        receipt: short_id("tp", &[&n.to_string()]),
        source: "township".to_owned(),
        unit: "虚构镇".to_owned(),
        url: format!("http://h{n}.example/"),
        site: format!("h{n}.example"),
        name: "虚构平台".to_owned(),
        code: String::new(),
        note: "虚构的线索".to_owned(),
        received: Utc::now(),
        named: false,
    });
    event_once(&format!("tip {n}"), Utc::now(), "甲某", DeskFact::Tip(what))
}

/// Milliseconds that something takes.
fn timed<T>(work: impl FnOnce() -> Outcome<T>) -> Outcome<(T, u128)> {
    let begun = Instant::now();
    let done = work()?;
    Ok((done, begun.elapsed().as_millis()))
}

fn main() -> Outcome<()> {
    let asked = std::env::args().skip(1).find_map(|word| word.parse().ok());
    let count: usize = asked.unwrap_or(100_000);
    let folder = tempfile::tempdir()?;
    let actor = Actor {
        name: "甲某".to_owned(),
        role: "officer".to_owned(),
        unit: "虚构县".to_owned(),
    };
    let (store, _) = Store::open(folder.path(), "main", actor.clone(), &Silent)?;
    let events: Vec<DeskEvent> = (0..count).map(tip).collect();
    let (kept, keep) = timed(|| Ok(store.desk()?.append(events, &actor)?))?;
    let (desk, read) = timed(|| Ok(store.desk()?))?;
    let (_, fold) = timed(|| {
        let events = desk.events();
        let cases = Cases::of(events).cases.len();
        Ok(cases + Lists::of(events).action.len() + Dossiers::of(events).all.len())
    })?;
    println!("{{\"events\":{kept},\"keep_ms\":{keep},\"read_ms\":{read},\"fold_ms\":{fold}}}");
    Ok(())
}
