//! Labelled texts against verdicts: precision, recall, F1 with Wilson intervals, confusion, misses.

use super::counts::{Counts, Rate};
use super::inspect::Inspector;
use crate::model::claim::ClaimKind;
use crate::model::context::{Context, Offer};
use crate::model::finding::Verdict;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// One labelled text (the labelling guide's line).
#[derive(Debug, Clone, Deserialize)]
pub struct Labelled {
    /// Identifier.
    pub id: String,
    /// Where it comes from.
    #[serde(default)]
    pub source: String,
    /// The text.
    pub text: String,
    /// The guide's context word.
    pub context: String,
    /// The guide's offer word.
    #[serde(default)]
    pub offer: String,
    /// The guide's claim words.
    #[serde(default)]
    pub claims: Vec<String>,
    /// 1 for a finding.
    pub finding: u8,
    /// 2 certain, 1 likely, 0 a coin toss.
    #[serde(default)]
    pub sure: Option<u8>,
    /// The file in which it stands; filled in by who reads it.
    #[serde(skip)]
    pub file: String,
}

impl Labelled {
    /// The beginning of the text, for lists.
    pub fn head(&self) -> String {
        self.text.chars().take(HEAD).collect()
    }
}

/// Characters of a text's beginning.
const HEAD: usize = 60;

/// What was said of one text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Who speaks.
    pub context: Context,
    /// What is offered.
    pub offer: Offer,
    /// Whether it is a finding.
    pub finding: bool,
    /// Kinds of claims asserted.
    pub claims: BTreeSet<ClaimKind>,
    /// Rules that fired, findings and signals, sorted.
    pub rules: Vec<String>,
    /// Cues that decided.
    pub cues: Vec<String>,
}

impl Said {
    fn of(verdict: &Verdict) -> Self {
        let fired = verdict.findings.iter().chain(&verdict.signals);
        let rules: BTreeSet<&str> = fired.map(|f| f.rule.as_str()).collect();
        let cues = verdict.blocks.first().map(|b| b.cues.to_vec());
        Self {
            context: verdict.context,
            offer: verdict.offer,
            finding: verdict.finding,
            claims: verdict.claims.iter().copied().collect(),
            rules: rules.into_iter().map(ToOwned::to_owned).collect(),
            cues: cues.unwrap_or_default(),
        }
    }
}

/// Judges every text as of `date`, in order.
pub fn judge_all(inspector: &Inspector, rows: &[Labelled], date: NaiveDate) -> Vec<Said> {
    rows.iter()
        .map(|row| Said::of(&inspector.inspect_text(&row.text, date)))
        .collect()
}

/// A text on which the verdict differs from the label.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Miss {
    /// Identifier.
    pub id: String,
    /// Source.
    pub source: String,
    /// File.
    pub file: String,
    /// Label: context and finding.
    pub label: (&'static str, bool),
    /// Verdict: context and finding.
    pub said: (&'static str, bool),
    /// Rules that fired.
    pub rules: Vec<String>,
    /// Cues that decided.
    pub cues: Vec<String>,
    /// The beginning of the text.
    pub head: String,
}

/// Figures of the texts that have something in common.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Part {
    /// The question "is it a finding".
    pub finding: Counts,
    /// Texts whose context is right.
    pub context_right: u64,
}

impl Part {
    fn add(&mut self, truth: bool, said: &Said, context: Context) {
        self.finding.add(truth, said.finding);
        self.context_right += u64::from(said.context == context);
    }

    /// Share of right contexts.
    pub fn context(&self) -> Rate {
        Rate::new(self.context_right, self.finding.all())
    }

    fn json(&self) -> serde_json::Value {
        let mut out = self.finding.json();
        if let Some(map) = out.as_object_mut() {
            map.insert("context".into(), serde_json::json!(self.context()));
        }
        out
    }
}

/// How often each label was judged as what: (label, verdict) to texts.
pub type Confusion = BTreeMap<(&'static str, &'static str), u64>;

/// All figures.
#[derive(Debug, Clone, Default)]
pub struct Evaluation {
    /// The question "is it a finding", over all texts.
    pub finding: Counts,
    /// Texts whose context is right.
    pub context_right: u64,
    /// By source.
    pub sources: BTreeMap<String, Part>,
    /// By file.
    pub files: BTreeMap<String, Part>,
    /// Each of the guide's claims.
    pub claims: BTreeMap<&'static str, Counts>,
    /// Each context against the others.
    pub contexts: BTreeMap<&'static str, Counts>,
    /// Each offer against the others, among labelled advertisements.
    pub offers: BTreeMap<&'static str, Counts>,
    /// Contexts.
    pub confusion: Confusion,
    /// Offers among labelled advertisements.
    pub offer_confusion: Confusion,
    /// Texts on which finding or context differ, in order.
    pub misses: Vec<Miss>,
    /// Lines whose context word is unknown.
    pub unreadable: u64,
}

/// Judges every text as of `date` and counts.
pub fn evaluate(inspector: &Inspector, rows: &[Labelled], date: NaiveDate) -> Evaluation {
    Evaluation::of(rows, &judge_all(inspector, rows, date))
}

impl Evaluation {
    /// Counts what was said of each text.
    pub fn of(rows: &[Labelled], said: &[Said]) -> Self {
        let mut evaluation = Self::default();
        for (row, said) in rows.iter().zip(said) {
            match Context::parse(&row.context) {
                Some(context) => evaluation.count(row, context, said),
                None => evaluation.unreadable += 1,
            }
        }
        evaluation
    }

    fn count(&mut self, row: &Labelled, context: Context, said: &Said) {
        let truth = row.finding == 1;
        self.finding.add(truth, said.finding);
        self.context_right += u64::from(said.context == context);
        let source = self.sources.entry(row.source.clone()).or_default();
        source.add(truth, said, context);
        let file = self.files.entry(row.file.clone()).or_default();
        file.add(truth, said, context);
        let pair = (context.code(), said.context.code());
        *self.confusion.entry(pair).or_default() += 1;
        for one in Context::ALL {
            let counts = self.contexts.entry(one.code()).or_default();
            counts.add(context == one, said.context == one);
        }
        if let (Context::Ad, Some(offer)) = (context, Offer::parse(&row.offer)) {
            self.count_offer(offer, said.offer);
        }
        let labelled: BTreeSet<&str> = row.claims.iter().map(String::as_str).collect();
        for kind in ClaimKind::ALL.into_iter().take(8) {
            let counts = self.claims.entry(kind.code()).or_default();
            counts.add(labelled.contains(kind.code()), said.claims.contains(&kind));
        }
        if truth != said.finding || context != said.context {
            self.misses.push(miss(row, context, said));
        }
    }

    fn count_offer(&mut self, label: Offer, said: Offer) {
        let pair = (label.code(), said.code());
        *self.offer_confusion.entry(pair).or_default() += 1;
        for one in Offer::ALL {
            let counts = self.offers.entry(one.code()).or_default();
            counts.add(label == one, said == one);
        }
    }

    /// Share of right contexts.
    pub fn context(&self) -> Rate {
        Rate::new(self.context_right, self.finding.all())
    }

    /// Share of right offers among labelled advertisements.
    pub fn offer(&self) -> Rate {
        let right = self.offer_confusion.iter().filter(|((a, b), _)| a == b);
        let all = self.offer_confusion.values().sum();
        Rate::new(right.map(|(_, n)| n).sum(), all)
    }

    /// The figures as JSON, with `finding: {precision, recall, f1}`; `errors` adds the misses.
    pub fn json(&self, errors: bool) -> serde_json::Value {
        let mut out = serde_json::json!({
            "texts": self.finding.all(),
            "unreadable": self.unreadable,
            "finding": self.finding.json(),
            "context": {"accuracy": self.context(), "confusion": confusion_json(&self.confusion)},
            "offer": {"accuracy": self.offer(), "confusion": confusion_json(&self.offer_confusion)},
            "contexts": counts_json(&self.contexts),
            "offers": counts_json(&self.offers),
            "claims": counts_json(&self.claims),
            "sources": parts_json(&self.sources),
            "files": parts_json(&self.files),
        });
        if errors && let Some(map) = out.as_object_mut() {
            map.insert("errors".into(), serde_json::json!(self.misses));
        }
        out
    }
}

fn counts_json(counts: &BTreeMap<&'static str, Counts>) -> serde_json::Value {
    let rows = counts.iter().map(|(k, c)| ((*k).to_owned(), c.json()));
    serde_json::Value::Object(rows.collect())
}

fn parts_json(parts: &BTreeMap<String, Part>) -> serde_json::Value {
    let rows = parts.iter().map(|(k, part)| (k.clone(), part.json()));
    serde_json::Value::Object(rows.collect())
}

fn confusion_json(confusion: &Confusion) -> serde_json::Value {
    let rows = confusion.iter();
    rows.map(|((label, said), n)| serde_json::json!({"label": label, "said": said, "n": n}))
        .collect()
}

fn miss(row: &Labelled, context: Context, said: &Said) -> Miss {
    Miss {
        id: row.id.clone(),
        source: row.source.clone(),
        file: row.file.clone(),
        label: (context.code(), row.finding == 1),
        said: (said.context.code(), said.finding),
        rules: said.rules.clone(),
        cues: said.cues.clone(),
        head: row.head(),
    }
}
