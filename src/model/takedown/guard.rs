//! What stops a list from being built: targets whose block would hit others, and lists that are not in order.
//!
//! A checker of zones accepts `gov.cn` as readily as a fraud's domain. So every target is held against the table of what is
//! protected and the registers of licensed institutions, and the list against itself and the issue before.

use super::action::{Measure, Scope};
use super::entry::ActionEntry;
use super::header::{ListHeader, ListPoint};
use super::list::TakedownList;
use super::overrule::Overruled;
use super::protected::{Protected, ProtectedKind};
use super::refusal::Refusal;
use super::target::{TakedownTarget, TargetKind};
use crate::model::register::Registers;
use crate::model::schedule::BEIJING;
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::HashMap;

/// Shortest prefix of an IPv4 range: 256 addresses.
const WIDEST_V4: u8 = 24;
/// Shortest prefix of an IPv6 range: what one customer gets.
const WIDEST_V6: u8 = 64;
/// Longest time for which a list may be used without a newer one, in days.
const LONGEST_LIFE: i64 = 400;

/// What targets are held against.
#[derive(Debug, Clone, Copy)]
pub struct Guard<'g> {
    /// What is protected.
    pub protected: &'g Protected,
    /// Registers of licensed institutions.
    pub registers: &'g Registers,
}

impl Guard<'_> {
    /// Everything that speaks against this target with this scope and measure.
    pub fn target(&self, target: &TakedownTarget, scope: Scope, measure: Measure) -> Vec<Refusal> {
        match target.kind() {
            TargetKind::Domain | TargetKind::Subdomain => self.name(target, scope),
            TargetKind::Url => self.address(target, measure),
            TargetKind::Ip => self.range(target),
            TargetKind::App | TargetKind::Account | TargetKind::Phone => self.word(target),
        }
    }

    fn name(&self, target: &TakedownTarget, scope: Scope) -> Vec<Refusal> {
        let (name, shown) = (target.value(), target.shown());
        let mut against = Vec::new();
        if let Some(row) = self.protected.over(name) {
            against.push(protected(shown, row.kind, &row.value, &row.what));
        } else if scope == Scope::Subtree
            && let Some(row) = self.protected.beneath(name)
        {
            against.push(protected(shown, row.kind, &row.value, &row.what));
        }
        against.extend(self.licensed(shown, name));
        against
    }

    fn licensed(&self, shown: &str, host: &str) -> Option<Refusal> {
        let hit = self.registers.by_domain(host)?;
        let who = hit.institution.map_or_else(
            || hit.domain.licence.label().to_owned(),
            |institution| institution.name.clone(),
        );
        let problem = format!(
            "{} belongs to a licensed institution ({who}, {} {})",
            hit.domain.host, hit.domain.provenance.source, hit.domain.provenance.as_of
        );
        let advice = "refer it to the supervising department; if the domain has lapsed to somebody else, two officers \
                      overrule with `wangxun takedown overrule`";
        Some(Refusal::new("licensed-institution", shown, problem, advice).unless_overruled())
    }

    /// An address hurts nobody else as long as it is removed at its place; blocking it by name would.
    fn address(&self, target: &TakedownTarget, measure: Measure) -> Vec<Refusal> {
        let shown = target.shown();
        let host = target.host().unwrap_or_default();
        let mut against: Vec<Refusal> = self.licensed(shown, &host).into_iter().collect();
        let Some(row) = self.protected.over(&host) else {
            return against;
        };
        match row.kind {
            ProtectedKind::Government
            | ProtectedKind::Education
            | ProtectedKind::Infrastructure => {
                against.push(protected(shown, row.kind, &row.value, &row.what));
            }
            ProtectedKind::Platform | ProtectedKind::Delivery | ProtectedKind::SharedHost => {
                if matches!(measure, Measure::Block | Measure::CeaseService) {
                    let problem = format!(
                        "it lies on {} ({}), {}",
                        row.value,
                        row.what,
                        row.kind.means()
                    );
                    let advice = "ask for `--measure remove`, so that the platform takes down this one address";
                    against.push(
                        Refusal::new("block-on-shared-host", shown, problem, advice)
                            .unless_overruled(),
                    );
                }
            }
        }
        against
    }

    fn range(&self, target: &TakedownTarget) -> Vec<Refusal> {
        let Some((first, length)) = target.network() else {
            return Vec::new();
        };
        let shown = target.shown();
        let mut against = Vec::new();
        let widest = if first.is_ipv4() {
            WIDEST_V4
        } else {
            WIDEST_V6
        };
        if length < widest {
            let problem = format!("it is a range wider than /{widest}");
            let advice = "list the single addresses under which the sites answered";
            against.push(Refusal::new("wide-range", shown, problem, advice).unless_overruled());
        }
        if let Some(row) = self.protected.touching(first, length) {
            against.push(protected(shown, row.kind, &row.value, &row.what));
        }
        against
    }

    fn word(&self, target: &TakedownTarget) -> Vec<Refusal> {
        let row = self.protected.exactly(target.value());
        row.map(|row| protected(target.shown(), row.kind, &row.value, &row.what))
            .into_iter()
            .collect()
    }

    /// Everything that speaks against a list, of each entry that is to be acted upon and of the list as a whole.
    pub fn list(
        &self,
        list: &TakedownList,
        previous: Option<&ListPoint>,
        overruled: &[Overruled],
        now: DateTime<Utc>,
    ) -> Vec<Refusal> {
        let mut against = head(list.header(), previous, now);
        let today = now.with_timezone(&BEIJING).date_naive();
        against.extend(doubles(list));
        for entry in list.active() {
            against.extend(out_of_time(entry, today));
            let of_target = self.target(entry.target(), entry.draft().scope, entry.draft().measure);
            against.extend(
                of_target
                    .into_iter()
                    .filter(|r| !overruled.iter().any(|o| o.sets_aside(entry.target(), r))),
            );
        }
        against
    }
}

fn protected(shown: &str, kind: ProtectedKind, value: &str, what: &str) -> Refusal {
    let problem = match kind {
        ProtectedKind::SharedHost => {
            format!("{value} ({what}) is a host on which strangers have pages of their own")
        }
        _ => format!("{value} ({what}) is {}", kind.means()),
    };
    let advice = match kind {
        ProtectedKind::SharedHost | ProtectedKind::Platform | ProtectedKind::Delivery => {
            "list the address itself (url:...) with `--measure remove`, or the account"
        }
        ProtectedKind::Government | ProtectedKind::Education => {
            "tell the office that runs it: the page is its to remove"
        }
        ProtectedKind::Infrastructure => "it cannot be what was meant; check the evidence",
    };
    Refusal::new(kind.code(), shown, problem, advice).unless_overruled()
}

/// The head of the list against the issue before and the clock.
fn head(header: &ListHeader, previous: Option<&ListPoint>, now: DateTime<Utc>) -> Vec<Refusal> {
    let mut against = Vec::new();
    let shown = header.stem();
    let mut refuse = |code, problem: String, advice: &str| {
        against.push(Refusal::new(code, shown.clone(), problem, advice));
    };
    let sound = |id: &str| {
        !id.is_empty()
            && id.len() <= 40
            && id
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    if !sound(&header.list_id) {
        refuse(
            "list-id",
            format!("the list is called {:?}", header.list_id),
            "call it with 1 to 40 of a-z, 0-9 and -",
        );
    }
    if header.issuer.name.trim().is_empty() {
        refuse(
            "no-issuer",
            "nobody issues it".to_owned(),
            "set issuer in the [takedown] section of wangxun.toml",
        );
    }
    if header.serial == 0 || header.serial > i32::MAX.unsigned_abs() {
        refuse(
            "serial-range",
            format!("its serial is {}", header.serial),
            "serials go from 1 to 2147483647",
        );
    }
    if let Some(before) = previous.filter(|before| header.serial <= before.serial) {
        refuse(
            "older-serial",
            format!(
                "its serial {} is not above {}, the one issued last",
                header.serial, before.serial
            ),
            "build it again: the serial is counted on from the last issue",
        );
    }
    if header.previous.as_ref() != previous {
        let named = header
            .previous
            .as_ref()
            .map_or("none".to_owned(), |p| p.serial.to_string());
        refuse(
            "not-the-issue-before",
            format!("it names issue {named} as the one before, which it is not"),
            "build it again from the present state",
        );
    }
    if header.expires <= header.issued || header.expires <= now {
        refuse(
            "expired-list",
            format!(
                "it expires at {}",
                header.expires.format("%Y-%m-%dT%H:%M:%SZ")
            ),
            "give a later time with --expires-days",
        );
    }
    if (header.expires - header.issued).num_days() > LONGEST_LIFE {
        refuse(
            "lives-too-long",
            format!(
                "it may be used for {} days",
                (header.expires - header.issued).num_days()
            ),
            "an operator must notice when no new list comes: at most 400 days",
        );
    }
    against
}

fn out_of_time(entry: &ActionEntry, today: NaiveDate) -> Option<Refusal> {
    let until = entry.draft().valid_until.filter(|until| *until < today)?;
    Some(Refusal::new(
        "expired-entry",
        entry.target().shown(),
        format!("it was valid until {until}"),
        "run `wangxun takedown expire`, or list it again with a later last day",
    ))
}

/// Entries that say the same, or that another one covers already.
fn doubles(list: &TakedownList) -> Vec<Refusal> {
    let mut against = Vec::new();
    let mut seen: HashMap<&TakedownTarget, &str> = HashMap::new();
    let mut trees: HashMap<&str, &ActionEntry> = HashMap::new();
    for entry in list.active() {
        if let Some(first) = seen.insert(entry.target(), entry.id()) {
            against.push(Refusal::new(
                "duplicate",
                entry.target().shown(),
                format!("the entries {first} and {} are about the same", entry.id()),
                "withdraw one of them, or supersede it",
            ));
        }
        let named = matches!(
            entry.target().kind(),
            TargetKind::Domain | TargetKind::Subdomain
        );
        if named && entry.draft().scope == Scope::Subtree {
            trees.insert(entry.target().value(), entry);
        }
    }
    for entry in list.active() {
        let named = matches!(
            entry.target().kind(),
            TargetKind::Domain | TargetKind::Subdomain
        );
        let mut rest = entry.target().value();
        while let (true, Some((_, above))) = (named, rest.split_once('.')) {
            if let Some(tree) = trees.get(above) {
                against.push(Refusal::new(
                    "covered",
                    entry.target().shown(),
                    format!(
                        "the entry {} for {} covers it already",
                        tree.id(),
                        tree.target().shown()
                    ),
                    "withdraw one of them: lifting one alone would lift nothing",
                ));
                break;
            }
            rest = above;
        }
    }
    against
}
