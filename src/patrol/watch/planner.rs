//! What is due: pure arithmetic over the list's schedules and how far each of them has come.

use crate::model::schedule::Schedule;
use crate::model::seed::PatrolList;
use crate::wire::watch::{Accounted, BegunRun, WatchState};
use chrono::{DateTime, FixedOffset, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// Seeds whose time has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// Their ids, in the order of the list.
    pub seeds: Vec<String>,
    /// The last moment at which something was due.
    pub at: DateTime<Utc>,
    /// How often the busiest of their schedules was due.
    pub times: usize,
    /// Up to where each schedule is done when they have been visited: key, text, moment.
    pub accounted: Vec<(String, String, DateTime<Utc>)>,
}

impl Due {
    /// In words, for the log.
    pub fn why(&self, now: DateTime<Utc>, zone: FixedOffset) -> String {
        let at = self.at.with_timezone(&zone).format("%Y-%m-%d %H:%M:%S");
        let late = (now - self.at).num_seconds();
        if self.times > 1 {
            format!(
                "due at {at}, {late} s ago; due {} times since the last run, carried out once",
                self.times
            )
        } else {
            format!("due at {at}, {late} s ago")
        }
    }
}

/// The schedules by key: the id of a seed with one of its own, empty for the list's.
fn schedules(list: &PatrolList) -> BTreeMap<&str, &Schedule> {
    let ids: BTreeSet<&str> = list.seeds.iter().map(|s| s.id.as_str()).collect();
    let own = list.watch.own.iter();
    let mut all: BTreeMap<&str, &Schedule> = own
        .map(|(id, schedule)| (id.as_str(), schedule))
        .filter(|(id, _)| ids.contains(id))
        .collect();
    if let Some(schedule) = &list.watch.schedule
        && all.len() < ids.len()
    {
        all.insert("", schedule);
    }
    all
}

/// Whether anything is ever due.
pub fn has_schedule(list: &PatrolList) -> bool {
    !schedules(list).is_empty()
}

/// Begins to count schedules that are new or changed at `now`, and forgets those that are gone.
pub fn take_up(list: &PatrolList, state: &mut WatchState, now: DateTime<Utc>) {
    let all = schedules(list);
    state.schedules.retain(|key, known| {
        all.get(key.as_str())
            .is_some_and(|s| s.to_string() == known.schedule)
    });
    for (key, schedule) in all {
        let known = state.schedules.entry(key.to_owned());
        let known = known.or_insert_with(|| Accounted {
            schedule: schedule.to_string(),
            until: now,
        });
        // A clock that was set back must not silence a schedule for longer than it was wrong.
        known.until = known.until.min(now);
    }
}

/// What is due at `now`; `None` when nothing is.
pub fn due(list: &PatrolList, state: &WatchState, now: DateTime<Utc>) -> Option<Due> {
    let zone = list.watch.zone;
    let mut due = Due {
        seeds: Vec::new(),
        at: DateTime::<Utc>::MIN_UTC,
        times: 0,
        accounted: Vec::new(),
    };
    let mut keys = BTreeSet::new();
    for (key, schedule) in schedules(list) {
        let Some(until) = state.schedules.get(key).map(|known| known.until) else {
            continue;
        };
        let Some(latest) = schedule.latest(now, zone).filter(|at| *at > until) else {
            continue;
        };
        keys.insert(key);
        due.at = due.at.max(latest);
        due.times = due.times.max(schedule.count(until, now, zone));
        let accounted = (key.to_owned(), schedule.to_string(), latest);
        due.accounted.push(accounted);
    }
    let key_of = |id: &str| {
        let own = list.watch.own.contains_key(id);
        keys.contains(if own { id } else { "" })
    };
    let seeds = list.seeds.iter().filter(|seed| key_of(&seed.id));
    due.seeds = seeds.map(|seed| seed.id.clone()).collect();
    (!keys.is_empty()).then_some(due)
}

/// When something is due next after `now`.
pub fn next_due(
    list: &PatrolList,
    state: &WatchState,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let next = |(key, schedule): (&str, &Schedule)| {
        let until = state.schedules.get(key).map_or(now, |known| known.until);
        schedule.next_after(until, list.watch.zone)
    };
    schedules(list).into_iter().filter_map(next).min()
}

/// Notes that a run begins, and with it what is done of the schedules.
pub fn begin(
    state: &mut WatchState,
    begun: &BegunRun,
    accounted: &[(String, String, DateTime<Utc>)],
) {
    for (key, schedule, until) in accounted {
        let known = Accounted {
            schedule: schedule.clone(),
            until: *until,
        };
        state.schedules.insert(key.clone(), known);
    }
    state.begun = Some(begun.clone());
}

/// The run that was begun and has not ended, as far as its seeds still stand on the list.
pub fn interrupted(list: &PatrolList, state: &WatchState) -> Option<BegunRun> {
    let mut begun = state.begun.clone()?;
    begun
        .seeds
        .retain(|id| list.seeds.iter().any(|seed| seed.id == *id));
    (!begun.seeds.is_empty()).then_some(begun)
}

/// The list with these seeds only.
pub fn sublist(list: &PatrolList, ids: &[String]) -> PatrolList {
    let mut sublist = list.clone();
    sublist.seeds.retain(|seed| ids.contains(&seed.id));
    sublist
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seeds::parse_patrol_list;

    fn list(watch: &str, schedules: &[Option<&str>]) -> PatrolList {
        let mut text = format!("name = \"x\"\n[watch]\n{watch}\n");
        for (n, schedule) in schedules.iter().enumerate() {
            text.push_str(&format!(
                "[[seed]]\nid = \"s{n}\"\nname = \"站\"\nstart = \"http://s{n}.test/\"\nsector = \"p2p\"\n"
            ));
            if let Some(schedule) = schedule {
                text.push_str(&format!("schedule = \"{schedule}\"\n"));
            }
        }
        let loaded = parse_patrol_list(&text, "x", &crate::model::region::Units::default());
        assert!(loaded.faults.is_empty(), "{:#?}", loaded.faults);
        loaded.value
    }

    fn at(text: &str) -> DateTime<Utc> {
        let text = format!("2026-11-{text}:00+08:00");
        DateTime::parse_from_rfc3339(&text).unwrap().to_utc()
    }

    fn finish(state: &mut WatchState, due: &Due, now: DateTime<Utc>) {
        let begun = BegunRun {
            at: now,
            seeds: due.seeds.clone(),
            orders_only: false,
        };
        begin(state, &begun, &due.accounted);
        state.begun = None;
    }

    #[test]
    fn each_schedule_is_due_in_its_time() {
        let list = list("schedule = \"0 9 * * *\"", &[None, Some("every 6h"), None]);
        let mut state = WatchState::default();
        take_up(&list, &mut state, at("26T08:30"));
        assert_eq!(due(&list, &state, at("26T08:59")), None);
        assert_eq!(
            next_due(&list, &state, at("26T08:30")),
            Some(at("26T09:00"))
        );
        let first = due(&list, &state, at("26T09:00")).unwrap();
        assert_eq!(
            (first.seeds.join(" "), first.times),
            ("s0 s2".to_owned(), 1)
        );
        finish(&mut state, &first, at("26T09:00"));
        assert_eq!(due(&list, &state, at("26T09:00")), None);
        let second = due(&list, &state, at("26T12:00")).unwrap();
        assert_eq!(second.seeds, ["s1"]);
        finish(&mut state, &second, at("26T12:00"));
        assert_eq!(
            next_due(&list, &state, at("26T12:01")),
            Some(at("26T18:00"))
        );
    }

    #[test]
    fn what_was_missed_is_made_up_once() {
        let list = list("schedule = \"0 9 * * *\"", &[None]);
        let mut state = WatchState::default();
        take_up(&list, &mut state, at("20T08:30"));
        let now = at("26T14:00");
        take_up(&list, &mut state, now);
        let due_now = due(&list, &state, now).unwrap();
        assert_eq!((due_now.at, due_now.times), (at("26T09:00"), 7));
        assert!(due_now.why(now, list.watch.zone).contains("7 times"));
        finish(&mut state, &due_now, now);
        assert_eq!(due(&list, &state, now), None);
        assert_eq!(next_due(&list, &state, now), Some(at("27T09:00")));
    }

    #[test]
    fn a_new_or_changed_schedule_makes_nothing_up() {
        let before = list("schedule = \"0 9 * * *\"", &[None]);
        let mut state = WatchState::default();
        take_up(&before, &mut state, at("20T08:30"));
        let after = list("schedule = \"0 8 * * *\"", &[None]);
        take_up(&after, &mut state, at("26T14:00"));
        assert_eq!(due(&after, &state, at("26T14:00")), None);
        assert_eq!(state.schedules.len(), 1);
    }

    #[test]
    fn a_clock_set_back_silences_nothing() {
        let list = list("schedule = \"every 1h\"", &[None]);
        let mut state = WatchState::default();
        take_up(&list, &mut state, at("28T08:30"));
        take_up(&list, &mut state, at("26T08:30"));
        assert!(due(&list, &state, at("26T09:00")).is_some());
    }

    #[test]
    fn an_interrupted_run_goes_on_with_the_seeds_that_are_left() {
        let list = list("schedule = \"every 1h\"", &[None, None]);
        let mut state = WatchState::default();
        let begun = BegunRun {
            at: at("26T08:00"),
            seeds: vec!["gone".to_owned(), "s1".to_owned()],
            orders_only: false,
        };
        begin(&mut state, &begun, &[]);
        assert_eq!(interrupted(&list, &state).unwrap().seeds, ["s1"]);
        state.begun.as_mut().unwrap().seeds.pop();
        assert_eq!(interrupted(&list, &state), None);
    }
}
