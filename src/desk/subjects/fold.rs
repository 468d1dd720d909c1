//! Folding: events to bearers, decisions and dossiers. The same events give the same dossiers with the same ids.

use super::reading::from_hex;
use crate::dossier::join;
use crate::model::joining::{JoinDecision, JoinLink, Joined};
use crate::model::region::Units;
use crate::model::subject_fact::{
    Bearer, Provenance, SubjectFact as Fact, SubjectFactKind as Kind,
};
use crate::storage::desk::short_id;
use crate::wire::desk::subject::{ItemRead, ListedRow, StoredFact, SubjectFact};
use crate::wire::desk::{DeskEvent, DeskFact};
use std::collections::{BTreeMap, BTreeSet};

/// What happened to a subject, for its timeline.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// When: of a capture or list its own date, else when the event was entered (RFC 3339 in UTC).
    pub at: String,
    /// What, in Chinese.
    pub what: String,
    /// Who entered it.
    pub by: String,
    /// Evidence id or event id.
    pub source: String,
}

/// A field that an officer set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldSet {
    /// The event.
    pub event: String,
    /// When it was entered.
    pub at: String,
    /// By whom.
    pub by: String,
    /// The field.
    pub field: String,
    /// The value.
    pub value: String,
    /// Why.
    pub reason: String,
}

/// One subject with all that is known of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Dossier {
    /// `su-` and 20 characters: that of the bearer that was known first.
    pub id: String,
    /// Its bearers, by name.
    pub bearers: Vec<String>,
    /// Facts with provenance, sorted, without doubles.
    pub facts: Vec<(String, Fact)>,
    /// Items read, by time.
    pub items: Vec<ItemRead>,
    /// Rows of lists.
    pub rows: Vec<ListedRow>,
    /// What officers set, oldest first; the last of a field counts.
    pub set: Vec<FieldSet>,
    /// Persons that officers entered: role, name as kept, source.
    pub persons: Vec<(String, String, String)>,
    /// The timeline.
    pub timeline: Vec<Entry>,
}

/// All subjects.
#[derive(Debug, Clone, Default)]
pub struct Dossiers {
    /// By id.
    pub all: BTreeMap<String, Dossier>,
    /// How they were joined.
    pub joined: Joined,
    of_bearer: BTreeMap<String, String>,
}

#[derive(Default)]
struct Gathered {
    bearers: BTreeMap<String, Bearer>,
    /// The place of each bearer in the order in which they became known.
    order: BTreeMap<String, usize>,
    decisions: Vec<JoinDecision>,
    items: BTreeMap<String, Vec<ItemRead>>,
    rows: BTreeMap<String, Vec<ListedRow>>,
    set: BTreeMap<String, Vec<FieldSet>>,
    persons: BTreeMap<String, Vec<(String, String, String)>>,
    entries: BTreeMap<String, Vec<Entry>>,
}

impl Dossiers {
    /// Folds events, in their order.
    pub fn of(events: &[DeskEvent]) -> Self {
        let withdrawn: BTreeSet<&str> = events.iter().filter_map(withdrawn).collect();
        let mut gathered = Gathered::default();
        for event in events {
            if let DeskFact::Subject(fact) = &event.what
                && !withdrawn.contains(event.id.as_str())
            {
                gathered.learn(event, fact);
            }
        }
        let bearers: Vec<Bearer> = gathered.bearers.values().cloned().collect();
        let joined = join(&bearers, &gathered.decisions);
        let mut dossiers = Self::default();
        for group in &joined.groups {
            let dossier = gathered.dossier(group);
            for bearer in group {
                dossiers
                    .of_bearer
                    .insert(bearer.clone(), dossier.id.clone());
            }
            dossiers.all.insert(dossier.id.clone(), dossier);
        }
        dossiers.joined = joined;
        dossiers
    }

    /// The subject of a bearer.
    pub fn of_bearer(&self, bearer: &str) -> Option<&Dossier> {
        self.all.get(self.of_bearer.get(bearer)?)
    }

    /// Subjects that are meant by an id (also of a subject that was joined to another since), a host, a credit code or a name.
    pub fn find(&self, asked: &str) -> Vec<&Dossier> {
        let asked = asked.trim();
        let site = format!("site:{asked}");
        let by_bearer = self.of_bearer.iter().find(|(bearer, _)| {
            bearer.as_str() == asked || **bearer == site || subject_id(bearer) == asked
        });
        if let Some((_, id)) = by_bearer {
            return self.all.get(id).into_iter().collect();
        }
        let told = |d: &&Dossier| {
            d.facts.iter().any(|(_, f)| {
                matches!(
                    f.kind,
                    Kind::CreditCode | Kind::Name | Kind::Brand | Kind::Icp
                ) && f.value == asked
            })
        };
        self.all.values().filter(told).collect()
    }

    /// Links by which the bearers of a subject were joined.
    pub fn links<'a>(&'a self, dossier: &'a Dossier) -> impl Iterator<Item = &'a JoinLink> {
        let links = self.joined.links.iter();
        links.filter(|l| dossier.bearers.binary_search(&l.one).is_ok())
    }

    /// Ties to other subjects, with the other's id.
    pub fn related<'a>(&'a self, dossier: &'a Dossier) -> Vec<(&'a str, &'a JoinLink)> {
        let own = |bearer: &String| dossier.bearers.binary_search(bearer).is_ok();
        let mut ties = Vec::new();
        for link in &self.joined.related {
            let other = match (own(&link.one), own(&link.other)) {
                (true, false) => &link.other,
                (false, true) => &link.one,
                _ => continue,
            };
            if let Some(id) = self.of_bearer.get(other) {
                ties.push((id.as_str(), link));
            }
        }
        ties
    }
}

/// The id of the subject that a bearer founds.
pub fn subject_id(bearer: &str) -> String {
    short_id("su", &[bearer])
}

fn withdrawn(event: &DeskEvent) -> Option<&str> {
    match &event.what {
        DeskFact::Subject(SubjectFact::Withdrawn { event, .. }) => Some(event),
        _ => None,
    }
}

impl Gathered {
    fn learn(&mut self, event: &DeskEvent, fact: &SubjectFact) {
        let at = crate::wire::moment::text(&event.at);
        let entry = |at: String, what: String, source: &str| Entry {
            at,
            what,
            by: event.by.clone(),
            source: source.to_owned(),
        };
        match fact {
            SubjectFact::Read(item) => {
                self.bear(&item.bearer, &item.facts, &item.evidence_id, &item.captured);
                if let (Some(bearer), Some(page)) =
                    (self.bearers.get_mut(&item.bearer), from_hex(&item.sketch))
                {
                    bearer.pages.push(page);
                }
                let what = format!("固定网页 {}(分 {:.0})", item.url, item.score);
                self.note(
                    &item.bearer,
                    entry(item.captured.clone(), what, &item.evidence_id),
                );
                let list = self.items.entry(item.bearer.clone()).or_default();
                list.push(item.clone());
            }
            SubjectFact::Listed(row) => {
                self.bear(&row.bearer, &row.facts, &row.bearer, &row.as_of);
                let what = format!("名单记载({},{}):{}", row.list, row.source, row.name);
                self.note(&row.bearer, entry(row.as_of.clone(), what, &row.bearer));
                let list = self.rows.entry(row.bearer.clone()).or_default();
                list.push(row.clone());
            }
            SubjectFact::Joined { bearers, reason } => {
                self.decisions.push(JoinDecision::Together(bearers.clone()));
                for bearer in bearers {
                    let what = format!("人工合并:{reason}");
                    self.note(bearer, entry(at.clone(), what, &event.id));
                }
            }
            SubjectFact::Parted {
                bearers,
                from,
                reason,
            } => {
                let decision = JoinDecision::Apart(bearers.clone(), from.clone());
                self.decisions.push(decision);
                for bearer in bearers.iter().chain(from) {
                    let what = format!("人工拆分:{reason}");
                    self.note(bearer, entry(at.clone(), what, &event.id));
                }
            }
            SubjectFact::Set {
                bearer,
                field,
                value,
                reason,
            } => {
                let what = format!("登记 {field} = {value}:{reason}");
                self.note(bearer, entry(at.clone(), what, &event.id));
                self.set.entry(bearer.clone()).or_default().push(FieldSet {
                    event: event.id.clone(),
                    at,
                    by: event.by.clone(),
                    field: field.clone(),
                    value: value.clone(),
                    reason: reason.clone(),
                });
            }
            SubjectFact::Person {
                bearer,
                role,
                name,
                source,
            } => {
                self.note(bearer, entry(at, format!("登记人员({role})"), &event.id));
                let list = self.persons.entry(bearer.clone()).or_default();
                list.push((role.clone(), name.clone(), source.clone()));
            }
            SubjectFact::Surveyed {
                bearer,
                how,
                officers,
                day,
                result,
            } => {
                let what = format!("摸底核实({how},{officers}):{result}");
                self.note(bearer, entry(day.clone(), what, &event.id));
            }
            SubjectFact::Remarked { about, text } => {
                self.note(about, entry(at, format!("备注:{text}"), &event.id));
            }
            SubjectFact::Withdrawn { .. } => {}
        }
    }

    fn bear(&mut self, id: &str, facts: &[StoredFact], source: &str, seen: &str) {
        let next = self.order.len();
        self.order.entry(id.to_owned()).or_insert(next);
        let bearer = self.bearers.entry(id.to_owned()).or_insert_with(|| Bearer {
            id: id.to_owned(),
            ..Bearer::default()
        });
        let known = facts.iter().filter_map(|f| {
            Some(Fact {
                kind: Kind::parse(&f.kind)?,
                value: f.value.clone(),
                detail: f.detail.clone(),
                tells: f.tells,
                provenance: Provenance {
                    source: source.to_owned(),
                    seen: seen.to_owned(),
                },
            })
        });
        bearer.facts.extend(known);
    }

    fn note(&mut self, bearer: &str, entry: Entry) {
        self.entries
            .entry(bearer.to_owned())
            .or_default()
            .push(entry);
    }

    fn dossier(&self, group: &[String]) -> Dossier {
        let founder = group.iter().min_by_key(|b| self.order.get(*b));
        let mut dossier = Dossier {
            id: founder.map(|b| subject_id(b)).unwrap_or_default(),
            bearers: group.to_vec(),
            ..Dossier::default()
        };
        for bearer in group {
            let facts = self.bearers.get(bearer).into_iter().flat_map(|b| &b.facts);
            dossier
                .facts
                .extend(facts.map(|f| (bearer.clone(), f.clone())));
            dossier
                .items
                .extend(self.items.get(bearer).into_iter().flatten().cloned());
            dossier
                .rows
                .extend(self.rows.get(bearer).into_iter().flatten().cloned());
            dossier
                .set
                .extend(self.set.get(bearer).into_iter().flatten().cloned());
            dossier
                .persons
                .extend(self.persons.get(bearer).into_iter().flatten().cloned());
            dossier
                .timeline
                .extend(self.entries.get(bearer).into_iter().flatten().cloned());
        }
        dossier
            .facts
            .sort_by(|a, b| (&a.1, &a.0).cmp(&(&b.1, &b.0)));
        dossier.facts.dedup();
        dossier
            .items
            .sort_by(|a, b| (&a.captured, &a.evidence_id).cmp(&(&b.captured, &b.evidence_id)));
        dossier
            .set
            .sort_by(|a, b| (&a.at, &a.event).cmp(&(&b.at, &b.event)));
        dossier.timeline.sort();
        dossier.timeline.dedup();
        dossier
    }
}

impl Dossier {
    /// Different values of a kind, the commonest first.
    pub fn values(&self, kind: Kind) -> Vec<&str> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for (_, fact) in self.facts.iter().filter(|(_, f)| f.kind == kind) {
            *counts.entry(fact.value.as_str()).or_default() += 1;
        }
        let mut list: Vec<(&str, usize)> = counts.into_iter().collect();
        list.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        list.into_iter().map(|(value, _)| value).collect()
    }

    /// What it is called: registered name, brand, platform or bearer, in this order.
    pub fn name(&self) -> &str {
        let told = [Kind::Name, Kind::Brand].into_iter();
        let named = told.filter_map(|k| self.values(k).first().copied()).next();
        let listed = self.rows.first().map(|r| r.name.as_str());
        let first = self.bearers.first().map_or("", String::as_str);
        named.or(listed).unwrap_or(first)
    }

    /// The last value of a field that an officer set.
    pub fn field(&self, field: &str) -> Option<&str> {
        let of = self.set.iter().rev().find(|s| s.field == field);
        of.map(|s| s.value.as_str())
    }

    /// `department` (licensed), `township` (not licensed) or `unknown`: an officer's word, else what the registers say. That no register
    /// names it means unknown, never unlicensed.
    pub fn track(&self) -> &'static str {
        match self.field("track") {
            Some("department") => "department",
            Some("township") => "township",
            Some(_) => "unknown",
            None if self.items.iter().any(|i| i.standing == "listed") => "department",
            None if self.items.iter().any(|i| i.standing == "refused") => "township",
            None => "unknown",
        }
    }

    /// What is offered by what is promised: the word of most pages with findings, then of most pages; an officer's word goes before.
    pub fn sector(&self) -> &str {
        if let Some(set) = self.field("sector") {
            return set;
        }
        let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for item in self.items.iter().filter(|i| i.offer != "none") {
            let count = counts.entry(&item.offer).or_default();
            count.0 += usize::from(item.severity > 0);
            count.1 += 1;
        }
        let most = counts
            .iter()
            .max_by_key(|(word, n)| (**n, std::cmp::Reverse(**word)));
        most.map_or("none", |(word, _)| *word)
    }

    /// The owner unit's code by place of registration, and why; `None` = the county's pool.
    pub fn owner_unit(&self, units: &Units) -> Option<(String, &'static str)> {
        if let Some(code) = self.field("owner-unit") {
            return Some((code.to_owned(), "人工指定"));
        }
        // Characters 3 to 8 of a credit code are the registering authority's place (GB 32100-2015).
        let codes = self.values(Kind::CreditCode);
        let registry = codes.first().and_then(|c| c.get(2..8));
        for address in self.values(Kind::Address) {
            if let Some(place) = units.in_address(address, registry)
                && place.confirmed
            {
                return Some((place.unit.code.clone(), "登记或公示地址"));
            }
        }
        let unit = units.by_code(registry?)?;
        Some((unit.code.clone(), "统一社会信用代码登记机关"))
    }

    /// Highest score of each day (UTC).
    pub fn scores(&self) -> Vec<(String, f64)> {
        let mut days: BTreeMap<String, f64> = BTreeMap::new();
        for item in &self.items {
            let day = item.captured.get(..10).unwrap_or_default().to_owned();
            let best = days.entry(day).or_default();
            *best = best.max(item.score);
        }
        days.into_iter().collect()
    }

    /// Score now: the highest over the newest capture of each page.
    pub fn score(&self) -> f64 {
        let mut newest: BTreeMap<&str, f64> = BTreeMap::new();
        for item in &self.items {
            newest.insert(&item.url, item.score);
        }
        newest.into_values().fold(0.0, f64::max)
    }

    /// First and last capture.
    pub fn seen(&self) -> Option<(&str, &str)> {
        let first = self.items.first()?;
        Some((&first.captured, &self.items.last()?.captured))
    }

    /// Whether it is on the watch list: by an officer's word, else by a watch word in a registration.
    pub fn is_watched(&self) -> bool {
        match self.field("watch") {
            Some(word) => word == "yes",
            None => self.rows.iter().any(|r| !r.watch.is_empty()),
        }
    }
}
