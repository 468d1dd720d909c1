//! Labelled texts against verdicts: precision, recall, F1 with Wilson intervals, confusion, misses.

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
}

/// A proportion with its Wilson 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Rate {
    /// The proportion; 0 when there is nothing to count.
    pub value: f64,
    /// Lower bound.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
    /// Counted.
    pub of: u64,
}

impl Rate {
    /// `hits` of `of`.
    pub fn new(hits: u64, of: u64) -> Self {
        if of == 0 {
            return Self {
                value: 0.0,
                low: 0.0,
                high: 0.0,
                of,
            };
        }
        let (n, z) = (of as f64, 1.959_964_f64);
        let p = hits as f64 / n;
        let centre = p + z * z / (2.0 * n);
        let spread = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
        let scale = 1.0 + z * z / n;
        Self {
            value: p,
            low: ((centre - spread) / scale).max(0.0),
            high: ((centre + spread) / scale).min(1.0),
            of,
        }
    }
}

/// Hits and misses of a yes-or-no question.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Said yes, rightly.
    pub true_positive: u64,
    /// Said yes, wrongly.
    pub false_positive: u64,
    /// Said no, wrongly.
    pub false_negative: u64,
    /// Said no, rightly.
    pub true_negative: u64,
}

impl Counts {
    fn add(&mut self, truth: bool, said: bool) {
        let slot = match (truth, said) {
            (true, true) => &mut self.true_positive,
            (false, true) => &mut self.false_positive,
            (true, false) => &mut self.false_negative,
            (false, false) => &mut self.true_negative,
        };
        *slot += 1;
    }

    /// Share of the yeses that are right.
    pub fn precision(&self) -> Rate {
        Rate::new(self.true_positive, self.true_positive + self.false_positive)
    }

    /// Share of the truth that was found.
    pub fn recall(&self) -> Rate {
        Rate::new(self.true_positive, self.true_positive + self.false_negative)
    }

    /// Harmonic mean of precision and recall.
    pub fn f1(&self) -> f64 {
        let doubled = 2 * self.true_positive;
        let all = doubled + self.false_positive + self.false_negative;
        if all == 0 {
            0.0
        } else {
            doubled as f64 / all as f64
        }
    }
}

/// A text on which the verdict differs from the label.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Miss {
    /// Identifier.
    pub id: String,
    /// Source.
    pub source: String,
    /// Label: context and finding.
    pub label: (String, bool),
    /// Verdict: context and finding.
    pub said: (String, bool),
    /// Rules that fired.
    pub rules: Vec<String>,
    /// Cues that decided.
    pub cues: Vec<String>,
}

/// All figures.
#[derive(Debug, Clone, Default)]
pub struct Evaluation {
    /// The question "is it a finding".
    pub finding: Counts,
    /// Findings by source.
    pub sources: BTreeMap<String, Counts>,
    /// Each of the guide's claims.
    pub claims: BTreeMap<String, Counts>,
    /// (label, verdict) contexts counted.
    pub confusion: BTreeMap<(String, String), u64>,
    /// (right, all) offers among labelled advertisements.
    pub offer: (u64, u64),
    /// (right, all) contexts by source.
    pub context_sources: BTreeMap<String, (u64, u64)>,
    /// Texts on which finding or context differ, in order.
    pub misses: Vec<Miss>,
    /// Lines whose context word is unknown.
    pub unreadable: u64,
}

/// Judges every text as of `date` and counts.
pub fn evaluate(inspector: &Inspector, rows: &[Labelled], date: NaiveDate) -> Evaluation {
    let mut evaluation = Evaluation::default();
    for row in rows {
        let Some(context) = Context::parse(&row.context) else {
            evaluation.unreadable += 1;
            continue;
        };
        let verdict = inspector.inspect_text(&row.text, date);
        evaluation.count(row, context, &verdict);
    }
    evaluation
}

impl Evaluation {
    fn count(&mut self, row: &Labelled, context: Context, verdict: &Verdict) {
        let truth = row.finding == 1;
        self.finding.add(truth, verdict.finding);
        let source = self.sources.entry(row.source.clone()).or_default();
        source.add(truth, verdict.finding);
        let pair = (context.code().to_owned(), verdict.context.code().to_owned());
        *self.confusion.entry(pair).or_default() += 1;
        let right = context == verdict.context;
        let by_source = self.context_sources.entry(row.source.clone()).or_default();
        by_source.0 += u64::from(right);
        by_source.1 += 1;
        if context == Context::Ad {
            self.offer.0 += u64::from(Offer::parse(&row.offer) == Some(verdict.offer));
            self.offer.1 += 1;
        }
        let labelled: BTreeSet<&str> = row.claims.iter().map(String::as_str).collect();
        for kind in ClaimKind::ALL.into_iter().take(8) {
            let counts = self.claims.entry(kind.code().to_owned()).or_default();
            counts.add(
                labelled.contains(kind.code()),
                verdict.claims.contains(&kind),
            );
        }
        if truth != verdict.finding || !right {
            self.misses.push(miss(row, context, verdict));
        }
    }

    /// Share of right contexts.
    pub fn context(&self) -> Rate {
        let all: u64 = self.confusion.values().sum();
        let right = self.confusion.iter().filter(|((a, b), _)| a == b);
        Rate::new(right.map(|(_, n)| n).sum(), all)
    }

    /// The figures as JSON, with `finding: {precision, recall, f1}`; `errors` adds the misses.
    pub fn json(&self, errors: bool) -> serde_json::Value {
        let counts = |c: &Counts| {
            let (p, r) = (c.precision(), c.recall());
            serde_json::json!({
                "precision": p.value, "recall": r.value, "f1": c.f1(),
                "precision_interval": [p.low, p.high], "recall_interval": [r.low, r.high],
                "counts": c,
            })
        };
        let table = |m: &BTreeMap<String, Counts>| -> serde_json::Map<String, serde_json::Value> {
            m.iter().map(|(k, c)| (k.clone(), counts(c))).collect()
        };
        let confusion: Vec<_> = self
            .confusion
            .iter()
            .map(|((label, said), n)| serde_json::json!({"label": label, "said": said, "n": n}))
            .collect();
        let mut out = serde_json::json!({
            "texts": self.confusion.values().sum::<u64>(),
            "unreadable": self.unreadable,
            "finding": counts(&self.finding),
            "context": {"accuracy": self.context(), "confusion": confusion},
            "offer": {"accuracy": Rate::new(self.offer.0, self.offer.1)},
            "claims": table(&self.claims),
            "sources": table(&self.sources),
        });
        if errors && let Some(map) = out.as_object_mut() {
            map.insert("errors".into(), serde_json::json!(self.misses));
        }
        out
    }
}

fn miss(row: &Labelled, context: Context, verdict: &Verdict) -> Miss {
    let fired = verdict.findings.iter().chain(&verdict.signals);
    let rules: BTreeSet<&str> = fired.map(|f| f.rule.as_str()).collect();
    Miss {
        id: row.id.clone(),
        source: row.source.clone(),
        label: (context.code().to_owned(), row.finding == 1),
        said: (verdict.context.code().to_owned(), verdict.finding),
        rules: rules.into_iter().map(ToOwned::to_owned).collect(),
        cues: verdict
            .blocks
            .first()
            .map_or_else(Vec::new, |b| b.cues.clone()),
    }
}
