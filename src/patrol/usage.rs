//! Which words of the lexicon a corpus needs: those that never fire, those that a stop phrase always takes away, and
//! rows that fire where they should not.

use super::inspect::Inspector;
use crate::claims::{Fate, Owner, compared};
use crate::model::claim::{ClaimKind, Polarity};
use crate::model::context::Context;
use crate::model::lexicon::{Lexicon, Pattern};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// One text of a corpus, with labels or without.
#[derive(Debug, Clone, Deserialize)]
pub struct CorpusText {
    /// The text.
    pub text: String,
    /// The labelling guide's context word.
    #[serde(default)]
    pub context: Option<String>,
    /// 1 for a finding.
    #[serde(default)]
    pub finding: Option<u8>,
}

/// What was counted over a corpus.
#[derive(Debug, Clone)]
pub struct Usage {
    /// Texts read.
    pub texts: u64,
    /// Texts that say whether they are a finding.
    pub labelled: u64,
    /// Texts that are one.
    pub findings: u64,
    /// By row and the form in which words are compared.
    words: BTreeMap<(Owner, String), WordCount>,
    rows: BTreeMap<Owner, RowCount>,
    expected: BTreeMap<Owner, Expected>,
}

/// Places where one word stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct WordCount {
    /// The word as the lexicon writes it.
    written: String,
    places: u64,
    fired: u64,
    stopped: u64,
    in_longer: u64,
    alone: u64,
    apart: u64,
    unshaped: u64,
    stops: BTreeMap<String, u64>,
}

/// What the texts of a row are hoped to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expected {
    /// Labelled a finding.
    Finding,
    /// Labelled with this context.
    Context(Context),
}

/// Labelled texts in which a row fires, and those that are not as it expects.
#[derive(Debug, Clone, Default)]
struct RowCount {
    texts: u64,
    wrong: u64,
    /// The same by word.
    words: BTreeMap<String, (u64, u64)>,
    /// What the wrong texts are labelled.
    labels: BTreeMap<String, u64>,
}

/// A word that never fires in the corpus.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IdleWord {
    /// `term`, `cue`, `mark` or `topic`.
    pub sort: &'static str,
    /// Id of the row.
    pub id: String,
    /// The word.
    pub word: String,
    /// Places where it stands without firing.
    pub places: u64,
    /// How many of them, by reason; empty when it stands nowhere.
    pub reasons: BTreeMap<&'static str, u64>,
    /// The stop phrases that took it away, with the number of places.
    pub stops: BTreeMap<String, u64>,
}

impl IdleWord {
    /// Whether stop phrases took it away wherever it stands.
    pub fn is_taken(&self) -> bool {
        self.places > 0 && self.reasons.get("stopped") == Some(&self.places)
    }
}

/// A row that fires mostly in texts that are not as it expects.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OverFiring {
    /// `term` or `cue`.
    pub sort: &'static str,
    /// Id of the row.
    pub id: String,
    /// What its texts are hoped to be: `finding` or a context.
    pub expected: &'static str,
    /// Labelled texts in which it fires (asserted, for a term).
    pub texts: u64,
    /// Those that are labelled otherwise.
    pub wrong: u64,
    /// `wrong` of `texts`.
    pub share: f64,
    /// What they are labelled instead, with counts.
    pub labels: BTreeMap<String, u64>,
    /// Its words with most wrong texts: (word, wrong, texts).
    pub words: Vec<(String, u64, u64)>,
}

/// From when on a row is told to fire too much.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Share of wrong texts, 0 to 1; more than this is told.
    pub share: f64,
    /// Texts in which a row must fire to be told of.
    pub texts: u64,
}

/// Words named for each row that fires too much.
const NAMED: usize = 4;

impl Usage {
    /// Nothing counted yet; every word of the lexicon is known.
    pub fn new(lexicon: &Lexicon) -> Self {
        let mut usage = Self {
            texts: 0,
            labelled: 0,
            findings: 0,
            words: BTreeMap::new(),
            rows: BTreeMap::new(),
            expected: BTreeMap::new(),
        };
        for term in &lexicon.terms {
            let owner = Owner::Term(term.id.clone());
            usage.know(&owner, &term.pattern);
            let accuses = !term.rules.is_empty() || term.offer.is_some();
            if accuses && !aside(term.kind) {
                usage.expected.insert(owner, Expected::Finding);
            }
        }
        for cue in &lexicon.cues {
            let owner = Owner::Cue(cue.id.clone());
            usage.know(&owner, &cue.pattern);
            // What weighs against a context is met where it should be in texts of another.
            if cue.weight > 0.0 {
                let context = Expected::Context(cue.context);
                usage.expected.insert(owner, context);
            }
        }
        for mark in &lexicon.marks {
            usage.know(&Owner::Mark(mark.id.clone()), &mark.pattern);
        }
        for topic in &lexicon.topics {
            for word in &topic.words {
                let key = (Owner::Topic(topic.id.clone()), compared(word));
                usage.words.insert(key, WordCount::new(word));
            }
        }
        usage
    }

    fn know(&mut self, owner: &Owner, pattern: &Pattern) {
        for word in &pattern.words {
            let key = (owner.clone(), compared(word));
            self.words.insert(key, WordCount::new(word));
        }
    }

    /// Counts one text.
    pub fn add(&mut self, inspector: &Inspector, row: &CorpusText) {
        self.texts += 1;
        self.labelled += u64::from(row.finding.is_some());
        self.findings += u64::from(row.finding == Some(1));
        let block = inspector.read_text(&row.text);
        for used in inspector.trace(&block.text) {
            let key = (used.owner, used.word);
            if let Some(count) = self.words.get_mut(&key) {
                count.add(used.fate);
            }
        }
        let word = |plain: &std::ops::Range<usize>| block.text.plain.get(plain.clone());
        let mut fired: BTreeMap<Owner, BTreeSet<String>> = BTreeMap::new();
        let asserted = block.claims.iter();
        for claim in asserted.filter(|c| c.polarity == Polarity::Asserted) {
            let words = fired.entry(Owner::Term(claim.term.clone())).or_default();
            words.extend(word(&claim.plain).map(ToOwned::to_owned));
        }
        for cue in &block.cues {
            let words = fired.entry(Owner::Cue(cue.id.clone())).or_default();
            words.extend(word(&cue.plain).map(ToOwned::to_owned));
        }
        for (owner, words) in fired {
            self.hit(owner, words, row);
        }
    }

    fn hit(&mut self, owner: Owner, words: BTreeSet<String>, row: &CorpusText) {
        let wrong = match self.expected.get(&owner) {
            Some(Expected::Finding) => row.finding.map(|finding| finding != 1),
            Some(Expected::Context(context)) => {
                let label = row.context.as_deref().and_then(Context::parse);
                label.map(|label| label != *context)
            }
            None => None,
        };
        let Some(wrong) = wrong else { return };
        let count = self.rows.entry(owner).or_default();
        count.texts += 1;
        count.wrong += u64::from(wrong);
        if wrong {
            let label = row.context.as_deref().and_then(Context::parse);
            let label = label.map_or("unlabelled", Context::code);
            *count.labels.entry(label.to_owned()).or_default() += 1;
        }
        for word in words {
            let (texts, wrongs) = count.words.entry(word).or_default();
            *texts += 1;
            *wrongs += u64::from(wrong);
        }
    }

    /// Words that fire nowhere, by row.
    pub fn idle(&self) -> Vec<IdleWord> {
        let silent = self.words.iter().filter(|(_, count)| count.fired == 0);
        silent
            .map(|((owner, _), count)| IdleWord {
                sort: owner.sort(),
                id: owner.id().to_owned(),
                word: count.written.clone(),
                places: count.places,
                reasons: count.reasons(),
                stops: count.stops.clone(),
            })
            .collect()
    }

    /// Rows that fire too much, the worst first.
    pub fn over_firing(&self, limits: Limits) -> Vec<OverFiring> {
        let mut over: Vec<OverFiring> = self
            .rows
            .iter()
            .filter_map(|(owner, count)| {
                let share = count.wrong as f64 / count.texts.max(1) as f64;
                let expected = match self.expected.get(owner)? {
                    Expected::Finding => "finding",
                    Expected::Context(context) => context.code(),
                };
                (count.texts >= limits.texts && share > limits.share).then(|| OverFiring {
                    sort: owner.sort(),
                    id: owner.id().to_owned(),
                    expected,
                    texts: count.texts,
                    wrong: count.wrong,
                    share,
                    labels: count.labels.clone(),
                    words: worst(&count.words),
                })
            })
            .collect();
        over.sort_by(|a, b| {
            let by_share = b.share.total_cmp(&a.share);
            by_share.then(b.wrong.cmp(&a.wrong)).then(a.id.cmp(&b.id))
        });
        over
    }
}

/// Kinds whose place is in texts of every sort.
fn aside(kind: ClaimKind) -> bool {
    matches!(
        kind,
        ClaimKind::Disclosure | ClaimKind::CallToAction | ClaimKind::Distress | ClaimKind::Mobilise
    )
}

fn worst(words: &BTreeMap<String, (u64, u64)>) -> Vec<(String, u64, u64)> {
    let wrong = words.iter().filter(|(_, (_, wrong))| *wrong > 0);
    let mut all: Vec<(String, u64, u64)> = wrong
        .map(|(w, (texts, wrong))| (w.clone(), *wrong, *texts))
        .collect();
    all.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    all.truncate(NAMED);
    all
}

impl WordCount {
    fn new(written: &str) -> Self {
        Self {
            written: written.to_owned(),
            ..Self::default()
        }
    }

    fn add(&mut self, fate: Fate) {
        self.places += 1;
        let slot = match fate {
            Fate::Fires => &mut self.fired,
            Fate::InLonger => &mut self.in_longer,
            Fate::Stopped(stop) => {
                *self.stops.entry(stop).or_default() += 1;
                &mut self.stopped
            }
            Fate::Alone => &mut self.alone,
            Fate::Apart => &mut self.apart,
            Fate::Unshaped => &mut self.unshaped,
        };
        *slot += 1;
    }

    fn reasons(&self) -> BTreeMap<&'static str, u64> {
        let all = [
            ("in-longer", self.in_longer),
            ("stopped", self.stopped),
            ("no-neighbour", self.alone),
            ("apart", self.apart),
            ("no-pattern", self.unshaped),
        ];
        all.into_iter().filter(|(_, n)| *n > 0).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicons::rulebook;
    use crate::model::register::{RegisterData, Registers};

    fn inspector(dir: &std::path::Path) -> (Inspector, Lexicon) {
        std::fs::create_dir_all(dir.join("terms")).expect("folder");
        std::fs::write(
            dir.join("terms/zz.toml"),
            "[[term]]\nid = \"zz-test\"\nkind = \"guarantee\"\nrules = [\"AD-25-1\"]\nweight = 1\n\
             words = [\n  \"山海包赚\",\n  \"山海包赢\",\n  \"山海无忧\",\n]\nwithout = [\"不是山海包赢\"]\n",
        )
        .expect("file");
        let inspector = Inspector::compile(
            Some(dir),
            Registers::build(RegisterData::default()).expect("registers"),
        )
        .expect("compiles");
        (inspector, rulebook::load(Some(dir)).expect("loads"))
    }

    fn row(text: &str, context: &str, finding: u8) -> CorpusText {
        CorpusText {
            text: text.into(),
            context: Some(context.into()),
            finding: Some(finding),
        }
    }

    #[test]
    fn words_and_rows_are_told_that_a_corpus_does_not_bear_out() {
        let dir = tempfile::tempdir().expect("folder");
        let (inspector, lexicon) = inspector(dir.path());
        let mut usage = Usage::new(&lexicon);
        for _ in 0..3 {
            usage.add(&inspector, &row("今日讲座，山海包赚。", "news", 0));
        }
        usage.add(&inspector, &row("山海包赚，速来", "ad", 1));
        usage.add(&inspector, &row("这不是山海包赢。", "news", 0));
        let own = usage.idle().into_iter().filter(|w| w.id == "zz-test");
        let own: Vec<(String, u64, bool)> = own
            .map(|w| (w.word.clone(), w.places, w.is_taken()))
            .collect();
        let expected = [
            ("山海包赢".to_owned(), 1, true),
            ("山海无忧".to_owned(), 0, false),
        ];
        assert_eq!(own, expected);
        let limits = |share, texts| Limits { share, texts };
        let over = usage.over_firing(limits(0.5, 4));
        let ours: Vec<_> = over.iter().filter(|o| o.id == "zz-test").collect();
        assert_eq!(ours.len(), 1, "{over:?}");
        assert_eq!(
            (ours[0].texts, ours[0].wrong, ours[0].expected),
            (4, 3, "finding")
        );
        assert_eq!(ours[0].labels.get("news"), Some(&3));
        assert_eq!(ours[0].words, [("山海包赚".to_owned(), 3, 4)]);
        assert!(
            usage
                .over_firing(limits(0.5, 5))
                .iter()
                .all(|o| o.id != "zz-test")
        );
        assert!(
            usage
                .over_firing(limits(0.8, 4))
                .iter()
                .all(|o| o.id != "zz-test")
        );
    }
}
