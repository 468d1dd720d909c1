//! True claims in evasive spelling, through the auditor as the program uses it: is the finding still found, by the same
//! rule, with the same contact, and is the evasion reported by its class? And are innocent texts that are spelt in the
//! same ways still innocent?

#![allow(clippy::print_stdout)]

use super::evade::{CLASSES, Half, evade};
use chrono::NaiveDate;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::OnceLock;
use wangxun::model::claim::ClaimKind;
use wangxun::patrol::inspect::{Inspector, Stages};

/// Evasive spellings of each text in each class; the halves of the tables take turns.
const TURNS: u64 = 4;

/// What the audit makes of a text.
struct Read {
    finding: bool,
    /// Rules of severity 2 and more, the strongest first.
    rules: Vec<String>,
    /// Kind of contact and account name or number.
    contacts: BTreeSet<(String, String)>,
    /// Classes of the evasions undone.
    classes: BTreeSet<&'static str>,
    plain: String,
}

impl Read {
    /// Whether it holds this contact. The name of a messenger may be glued to the account: wxabc123.
    fn reaches(&self, (kind, number): &(String, String)) -> bool {
        let mut same = self.contacts.iter().filter(|(k, _)| k == kind);
        same.any(|(_, n)| n.ends_with(number.as_str()))
    }
}

fn inspector() -> &'static Inspector {
    static INSPECTOR: OnceLock<Inspector> = OnceLock::new();
    INSPECTOR.get_or_init(|| {
        let registers = wangxun::seeds::load_registers(None).expect("embedded registers");
        Inspector::compile(None, registers.value).expect("embedded lexicons")
    })
}

fn read(text: &str) -> Read {
    let day = NaiveDate::from_ymd_opt(2026, 11, 23).expect("a date");
    let Stages { block, verdict } = inspector().stages(text, day);
    let mut rules: Vec<String> = Vec::new();
    for finding in &verdict.findings {
        if !rules.contains(&finding.rule) {
            rules.push(finding.rule.clone());
        }
        assert_eq!(
            text.get(finding.span.clone()),
            Some(finding.quote.as_str()),
            "{text}"
        );
    }
    let contacts = block
        .claims
        .iter()
        .filter(|c| c.kind == ClaimKind::CallToAction && c.term.starts_with("contact-"))
        .map(|c| (c.term.clone(), number(&block.text.plain[c.plain.clone()])))
        .filter(|(_, number)| !number.is_empty())
        .collect();
    Read {
        finding: verdict.finding,
        rules,
        contacts,
        classes: block.text.evasions.iter().map(|e| e.class).collect(),
        plain: block.text.plain,
    }
}

/// The account name or number at the end of a contact.
fn number(contact: &str) -> String {
    let id = contact.rsplit(|c: char| !c.is_ascii_alphanumeric()).next();
    id.unwrap_or("").to_ascii_lowercase()
}

fn texts(file: &'static str) -> Vec<&'static str> {
    file.lines()
        .filter(|l| !l.is_empty() && !l.starts_with('#'))
        .collect()
}

fn claims() -> Vec<&'static str> {
    texts(include_str!("evade/claims.txt"))
}

fn innocent() -> Vec<&'static str> {
    texts(include_str!("evade/innocent.txt"))
}

/// What is counted of the evasive spellings of one class.
#[derive(Debug, Default, Clone, Copy)]
struct Count {
    tried: usize,
    finding: usize,
    lead_rule: usize,
    rules: (usize, usize),
    contacts: (usize, usize),
    marked: usize,
}

impl Count {
    fn add(&mut self, plain: &Read, evaded: &Read, class: &str) {
        self.tried += 1;
        self.finding += usize::from(evaded.finding);
        let has = |rule: &&String| evaded.rules.contains(rule);
        self.lead_rule += usize::from(plain.rules.first().is_some_and(|r| has(&r)));
        self.rules.0 += plain.rules.iter().filter(has).count();
        self.rules.1 += plain.rules.len();
        self.contacts.0 += plain.contacts.iter().filter(|c| evaded.reaches(c)).count();
        self.contacts.1 += plain.contacts.len();
        self.marked += usize::from(
            evaded.classes.contains(class) || class == "mix" && !evaded.classes.is_empty(),
        );
    }
}

fn share((part, whole): (usize, usize)) -> f64 {
    100.0 * part as f64 / whole.max(1) as f64
}

/// The half of the tables that a turn draws from.
fn half_of(turn: u64) -> Half {
    if turn.is_multiple_of(2) {
        Half::First
    } else {
        Half::Second
    }
}

fn measure(class: &str, plain: &[(&str, Read)], turns: &[u64]) -> (Count, Vec<String>) {
    let mut count = Count::default();
    let mut missed = Vec::new();
    for (text, before) in plain {
        for turn in turns {
            let Some(spelt) = evade(class, text, *turn, half_of(*turn)) else {
                continue;
            };
            let after = read(&spelt);
            count.add(before, &after, class);
            if std::env::var("UNMARKED").is_ok() && !after.classes.contains(class) {
                missed.push(format!(
                    "UNM {spelt} -> {} {:?}",
                    after.plain, after.classes
                ));
                continue;
            }
            if std::env::var("UNMARKED").is_err() && !after.finding
                || before.rules.iter().any(|r| !after.rules.contains(r))
                || before.contacts.iter().any(|c| !after.reaches(c))
            {
                let lost: Vec<&String> = before
                    .rules
                    .iter()
                    .filter(|r| !after.rules.contains(r))
                    .collect();
                let lost_contacts: Vec<_> = before
                    .contacts
                    .iter()
                    .filter(|c| !after.reaches(c))
                    .collect();
                missed.push(format!(
                    "{} {spelt:?}\n        -> {:?} lost {lost:?} {lost_contacts:?}",
                    if after.finding { "part" } else { "FIND" },
                    after.plain
                ));
            }
        }
    }
    (count, missed)
}

#[test]
fn evaded_claims_are_still_found() {
    let plain: Vec<(&str, Read)> = claims().into_iter().map(|t| (t, read(t))).collect();
    for (text, read) in &plain {
        if !read.finding {
            println!("PLAIN MISS {text}");
        }
    }
    let found = plain
        .into_iter()
        .filter(|(_, r)| r.finding)
        .collect::<Vec<_>>();
    println!("plain found {}", found.len());
    let only: Vec<u64> = std::env::var("TURNS")
        .ok()
        .map(|t| t.split(',').filter_map(|x| x.parse().ok()).collect())
        .unwrap_or((0..TURNS).collect());
    let class_only = std::env::var("CLASS").ok();
    let mut table = String::new();
    for class in CLASSES {
        if class_only.as_deref().is_some_and(|c| c != class) {
            continue;
        }
        let (count, missed) = measure(class, &found, &only);
        let _ = writeln!(
            table,
            "{class:5} tried {:4} finding {:5.1} lead {:5.1} rules {:5.1} contacts {:5.1} marked {:5.1}",
            count.tried,
            share((count.finding, count.tried)),
            share((count.lead_rule, count.tried)),
            share(count.rules),
            share(count.contacts),
            share((count.marked, count.tried))
        );
        if std::env::var("SHOW").is_ok() {
            for miss in missed {
                println!("{class} {miss}");
            }
        }
    }
    println!("{table}");
}

#[test]
fn innocent_texts_spelt_so_stay_innocent() {
    for text in innocent() {
        let plain = read(text);
        if plain.finding {
            println!("PLAIN FINDING {text} {:?}", plain.rules);
        }
        let mut n = 0;
        for class in CLASSES {
            for turn in 0..TURNS {
                if let Some(spelt) = evade(class, text, turn, half_of(turn)) {
                    n += 1;
                    let after = read(&spelt);
                    if after.finding && !plain.finding {
                        println!("NEW {class} {spelt} -> {} {:?}", after.plain, after.rules);
                    }
                }
            }
        }
        let _ = n;
    }
}
