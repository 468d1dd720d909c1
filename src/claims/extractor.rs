//! From plain text to claims, cues, marks and topics.

use super::contact::Contacts;
use super::polarity::Turns;
use super::scanner::Scanner;
use super::scope::Scopes;
use super::yields;
use crate::model::benchmarks::Benchmarks;
use crate::model::claim::{Claim, ClaimKind};
use crate::model::cue::CueHit;
use crate::model::lexicon::{Lexicon, Pattern};
use crate::model::offset_map::NormalText;
use std::ops::Range;

/// The lexicon cannot be compiled.
#[derive(Debug, thiserror::Error)]
pub enum CompileError {
    /// A regular expression is faulty or too large.
    #[error("a pattern of the lexicon cannot be compiled: {0}")]
    Regex(#[from] regex::Error),
    /// The words do not make an automaton.
    #[error("the words of the lexicon cannot be compiled: {0}")]
    Automaton(#[from] aho_corasick::BuildError),
}

/// What one scan finds in a text.
#[derive(Debug, Clone, Default)]
pub struct Extract {
    /// Claims by place; contacts and yields among them.
    pub claims: Vec<Claim>,
    /// Cues of context, by place.
    pub cues: Vec<CueHit>,
    /// Named facts, by place.
    pub marks: Vec<CueHit>,
    /// Topics, by place.
    pub topics: Vec<CueHit>,
}

/// The compiled lexicon.
#[derive(Debug)]
pub struct Extractor {
    scanner: Scanner,
    uses: Vec<Use>,
    contacts: Contacts,
    benchmarks: Benchmarks,
}

/// What a pattern of the scanner stands for.
#[derive(Debug, Clone)]
enum Use {
    Term {
        id: String,
        kind: ClaimKind,
        rules: Vec<String>,
    },
    Cue(String),
    Mark(String),
    Topic(String),
    Before,
    After,
    Attribution,
    Prohibition,
    Idiom,
}

/// Matches of one pattern that are kept: more says nothing new, and a hostile text has millions.
const MOST: usize = 200;

impl Extractor {
    /// Compiles the lexicon into one automaton; yields are annualised with `benchmarks`.
    pub fn compile(lexicon: &Lexicon, benchmarks: &Benchmarks) -> Result<Self, CompileError> {
        let mut patterns: Vec<Pattern> = Vec::new();
        let mut uses = Vec::new();
        let mut add = |pattern: Pattern, what: Use| {
            patterns.push(pattern);
            uses.push(what);
        };
        for term in &lexicon.terms {
            let what = Use::Term {
                id: term.id.clone(),
                kind: term.kind,
                rules: term.rules.clone(),
            };
            add(term.pattern.clone(), what);
        }
        for cue in &lexicon.cues {
            add(cue.pattern.clone(), Use::Cue(cue.id.clone()));
        }
        for mark in &lexicon.marks {
            add(mark.pattern.clone(), Use::Mark(mark.id.clone()));
        }
        for topic in &lexicon.topics {
            add(list(&topic.words), Use::Topic(topic.id.clone()));
        }
        let p = &lexicon.polarity;
        add(list(&p.before), Use::Before);
        add(list(&p.after), Use::After);
        add(list(&p.attribution), Use::Attribution);
        add(list(&p.prohibition), Use::Prohibition);
        add(list(&p.idiom), Use::Idiom);
        Ok(Self {
            scanner: Scanner::compile(patterns.iter())?,
            uses,
            contacts: Contacts::compile()?,
            benchmarks: benchmarks.clone(),
        })
    }

    /// The claims of a text.
    pub fn claims(&self, text: &NormalText) -> Vec<Claim> {
        self.extract(text).claims
    }

    /// Claims, cues, marks and topics of a text.
    pub fn extract(&self, text: &NormalText) -> Extract {
        let mut extract = Extract::default();
        let mut turns = Turns::default();
        let mut spans: Vec<(&Use, Range<usize>)> = Vec::new();
        for (index, matches) in self.scanner.scan(&text.plain) {
            let Some(what) = self.uses.get(index) else {
                continue;
            };
            match what {
                Use::Before => turns.before = matches,
                Use::After => turns.after = matches,
                Use::Attribution => turns.attribution = matches,
                Use::Prohibition => turns.prohibition = matches,
                Use::Idiom => turns.idiom = matches,
                _ => spans.extend(matches.into_iter().take(MOST).map(|m| (what, m))),
            }
        }
        turns.settle();
        let scopes = Scopes::of(&text.plain);
        for (what, plain) in spans {
            match what {
                Use::Term { id, kind, rules } => {
                    let mut claim = claim(text, *kind, id, plain);
                    claim.polarity = turns.of(&text.plain, &scopes, &claim.plain);
                    claim.rules.clone_from(rules);
                    extract.claims.push(claim);
                }
                Use::Cue(id) => extract.cues.push(hit(id, plain)),
                Use::Mark(id) => extract.marks.push(hit(id, plain)),
                Use::Topic(id) => extract.topics.push(hit(id, plain)),
                _ => {}
            }
        }
        for (name, span) in self.contacts.find(&text.plain) {
            extract
                .claims
                .push(claim(text, ClaimKind::CallToAction, name, span));
        }
        for figure in yields::find(&text.plain, &self.benchmarks) {
            let mut claim = claim(text, ClaimKind::Yield, YIELD, figure.span.clone());
            claim.polarity = turns.of(&text.plain, &scopes, &claim.plain);
            if figure.is_high(self.benchmarks.loss) {
                claim.kind = ClaimKind::HighYield;
            }
            claim.figure = Some(figure);
            extract.claims.push(claim);
        }
        extract.sort();
        extract
    }
}

/// Term name of figures of return and cost.
const YIELD: &str = "figure";

impl Extract {
    fn sort(&mut self) {
        self.claims
            .sort_by(|a, b| place(&a.plain, &a.term).cmp(&place(&b.plain, &b.term)));
        for hits in [&mut self.cues, &mut self.marks, &mut self.topics] {
            hits.sort_by(|a, b| place(&a.plain, &a.id).cmp(&place(&b.plain, &b.id)));
        }
    }
}

fn place<'a>(span: &Range<usize>, name: &'a str) -> (usize, usize, &'a str) {
    (span.start, span.end, name)
}

fn list(words: &[String]) -> Pattern {
    Pattern {
        words: words.to_vec(),
        ..Pattern::default()
    }
}

fn hit(id: &str, plain: Range<usize>) -> CueHit {
    CueHit {
        id: id.to_owned(),
        plain,
    }
}

/// An asserted claim at a place, with its place in the original and whether an evasion was undone in it.
fn claim(text: &NormalText, kind: ClaimKind, term: &str, plain: Range<usize>) -> Claim {
    let evaded = text
        .evasions
        .iter()
        .any(|e| e.strong && e.plain.start < plain.end && plain.start < e.plain.end);
    Claim {
        kind,
        original: text.map.original(plain.clone()),
        plain,
        polarity: crate::model::claim::Polarity::Asserted,
        term: term.to_owned(),
        rules: Vec::new(),
        figure: None,
        evaded,
    }
}
