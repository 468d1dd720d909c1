//! True claims in evasive spelling, through the auditor as the program uses it: is the finding still found, by the same
//! rules, with the same contact, and is the evasion reported? And are innocent texts spelt in the same ways still innocent?

#![allow(clippy::print_stdout)]

use super::evade::{CLASSES, Half, evade};
use chrono::NaiveDate;
use std::collections::BTreeSet;
use std::sync::OnceLock;
use wangxun::model::claim::ClaimKind;
use wangxun::patrol::inspect::{Inspector, Stages};

/// Evasive spellings of each text in each class; the halves of the tables take turns.
const TURNS: u64 = 4;
/// Per cent of what is found in plain spelling that must be found in evasive spelling.
const LEAST: f64 = 90.0;

/// Measures that do not reach [`LEAST`], with the figure that they do reach. The list may only shrink: a figure that
/// falls is a fault, and one that reaches the goal must be struck off.
///
/// OB-f: where nothing but a rate is written in numerals (百分之十八), which is ordinary Chinese, it is read and not reported.
const SHORTFALLS: [(&str, Measure, f64); 1] = [("OB-f", Measure::Reported, 88.0)];

/// Innocent texts that turn into findings in a class. The list may only shrink.
///
/// A bank's notice whose own name is written with an emoji names no bank, and emoji in it weigh as evasion.
const ACCUSED: [(&str, &str); 1] = [(
    "OB-k",
    "【北湖银行】您已成功办理定期存款，期限一年，利率1.1%",
)];

/// What the audit makes of a text.
struct Read {
    finding: bool,
    /// Rules of severity 2 and more, the strongest first.
    rules: Vec<String>,
    /// Kind of contact and account name or number.
    contacts: BTreeSet<(String, String)>,
    /// Classes of the evasions undone.
    classes: BTreeSet<&'static str>,
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
    let Stages { block, verdict, .. } = inspector().stages(text, day);
    let mut rules: Vec<String> = Vec::new();
    for finding in &verdict.findings {
        let slice = text.get(finding.span.clone());
        assert_eq!(slice, Some(finding.quote.as_str()), "{text}");
        if !rules.contains(&finding.rule) {
            rules.push(finding.rule.clone());
        }
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

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Measure {
    /// The text is still a finding.
    Finding,
    /// The strongest rule of the plain text still fires.
    LeadRule,
    /// Each rule of the plain text still fires.
    Rules,
    /// Each contact of the plain text is still read.
    Contacts,
    /// An evasion of the class is reported.
    Reported,
}

const MEASURES: [Measure; 5] = [
    Measure::Finding,
    Measure::LeadRule,
    Measure::Rules,
    Measure::Contacts,
    Measure::Reported,
];

/// For each measure: how many there were in plain spelling, and how many of them in evasive spelling.
#[derive(Debug, Default, Clone, Copy)]
struct Count([(usize, usize); MEASURES.len()]);

impl Count {
    fn add(&mut self, class: &str, plain: &Read, evaded: &Read) {
        let has = |rule: &String| evaded.rules.contains(rule);
        let kept = |rules: &[String]| rules.iter().filter(|r| has(r)).count();
        let reached = plain.contacts.iter().filter(|c| evaded.reaches(c)).count();
        let lead = &plain.rules[..plain.rules.len().min(1)];
        let reported = akin(class).iter().any(|c| evaded.classes.contains(c));
        let parts = [
            (1, usize::from(evaded.finding)),
            (lead.len(), kept(lead)),
            (plain.rules.len(), kept(&plain.rules)),
            (plain.contacts.len(), reached),
            (1, usize::from(reported)),
        ];
        for (sum, (whole, part)) in self.0.iter_mut().zip(parts) {
            sum.0 += whole;
            sum.1 += part;
        }
    }

    fn tried(&self) -> usize {
        self.0[Measure::Finding as usize].0
    }

    fn share(&self, measure: Measure) -> f64 {
        let (whole, part) = self.0[measure as usize];
        100.0 * part as f64 / whole.max(1) as f64
    }

    fn row(&self) -> String {
        let shares = MEASURES.map(|m| format!("{:8.1}%", self.share(m)));
        format!("{:5} {}", self.tried(), shares.concat())
    }
}

/// The classes under which spellings of a class may be reported: an emoji for a messenger is a mask and an emoji.
fn akin(class: &str) -> Vec<&str> {
    match class {
        "OB-n" => vec!["OB-n", "OB-k", "OB-a", "OB-b"],
        "mix" => CLASSES.to_vec(),
        class => vec![class],
    }
}

/// The half of the tables that a turn draws from.
fn half_of(turn: u64) -> Half {
    if turn.is_multiple_of(2) {
        Half::First
    } else {
        Half::Second
    }
}

/// The claims that are findings in plain spelling, in all spellings of a class and of a half.
fn measure(class: &str, plain: &[(&str, Read)], half: Half) -> Count {
    let mut count = Count::default();
    for (text, before) in plain {
        for turn in (0..TURNS).filter(|t| half_of(*t) == half) {
            if let Some(spelt) = evade(class, text, turn, half) {
                let after = read(&spelt);
                count.add(class, before, &after);
            }
        }
    }
    count
}

/// What is wrong with a figure, if anything.
fn fault(class: &str, measure: Measure, share: f64) -> Option<String> {
    let listed = SHORTFALLS
        .iter()
        .find(|(c, m, _)| *c == class && *m == measure);
    match listed {
        Some(_) if share >= LEAST => Some(format!(
            "{class} {measure:?} reaches the goal: strike it off"
        )),
        Some((_, _, known)) if share < *known => Some(format!(
            "{class} {measure:?} fell from {known} to {share:.1}"
        )),
        None if share < LEAST => Some(format!("{class} {measure:?} {share:.1}")),
        _ => None,
    }
}

#[test]
fn evaded_claims_are_still_found() {
    let claims = texts(include_str!("evade/claims.txt"));
    assert!(claims.len() >= 100, "{} claims", claims.len());
    let plain: Vec<(&str, Read)> = claims
        .into_iter()
        .map(|t| (t, read(t)))
        .filter(|(_, r)| r.finding)
        .collect();
    assert!(
        plain.len() >= 95,
        "{} findings in plain spelling",
        plain.len()
    );
    println!(
        "class tried  finding     rule    rules contacts reported   (first half of the tables / second half)"
    );
    let mut faults = Vec::new();
    for class in CLASSES {
        let [first, second] = [Half::First, Half::Second].map(|half| measure(class, &plain, half));
        println!("{class:5} {}\n      {}", first.row(), second.row());
        assert!(
            first.tried() + second.tried() >= 200,
            "{class} is hardly tried"
        );
        let mut both = first;
        for (sum, part) in both.0.iter_mut().zip(second.0) {
            sum.0 += part.0;
            sum.1 += part.1;
        }
        faults.extend(
            MEASURES
                .into_iter()
                .filter_map(|m| fault(class, m, both.share(m))),
        );
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn innocent_texts_spelt_so_stay_innocent() {
    let innocent: Vec<&str> = texts(include_str!("evade/innocent.txt"))
        .into_iter()
        .filter(|t| !read(t).finding)
        .collect();
    assert!(innocent.len() >= 100, "{} innocent texts", innocent.len());
    let mut tried = 0;
    let mut accused = BTreeSet::new();
    let mut faults = Vec::new();
    for class in CLASSES {
        for text in &innocent {
            for turn in 0..TURNS {
                let Some(spelt) = evade(class, text, turn, half_of(turn)) else {
                    continue;
                };
                tried += 1;
                let after = read(&spelt);
                if after.finding && ACCUSED.contains(&(class, text)) {
                    accused.insert((class, *text));
                } else if after.finding {
                    faults.push(format!("{class} {spelt} {:?}", after.rules));
                }
            }
        }
    }
    println!("{tried} spellings of {} innocent texts", innocent.len());
    let strike = ACCUSED.iter().filter(|known| !accused.contains(known));
    faults.extend(strike.map(|known| format!("{known:?} is innocent now: strike it off")));
    assert!(faults.is_empty(), "{faults:#?}");
}
