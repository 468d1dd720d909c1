//! Advice on lexicon files: words that do nothing, or the same twice. Unlike a fault, it stops nobody.

use super::bundle::{Bundle, BundleError};
use super::places::Places;
use super::rulebook::read;
use crate::model::lexicon::{Lexicon, Pattern};
use std::collections::BTreeMap;
use std::path::Path;

/// One piece of advice with its place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Advice {
    /// What it is about.
    pub kind: AdviceKind,
    /// File relative to `lexicons/`.
    pub file: String,
    /// Line of the word, from 1.
    pub line: usize,
    /// `term`, `cue`, `mark` or `topic`.
    pub sort: &'static str,
    /// Id of the row.
    pub id: String,
    /// The word in question.
    pub word: String,
    /// The other word, row or stop phrase.
    pub other: String,
}

/// What advice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AdviceKind {
    /// The same word stands in another row of the same kind.
    Double,
    /// A shorter word of the same list stands inside it and fires wherever it does.
    Shadowed,
    /// A stop phrase of its own row stands inside it: it never fires.
    Taken,
    /// A stop phrase that can touch no word of its row.
    IdleStop,
}

impl AdviceKind {
    /// The word used in JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Double => "double",
            Self::Shadowed => "shadowed",
            Self::Taken => "taken",
            Self::IdleStop => "idle-stop",
        }
    }
}

impl Advice {
    /// The advice in English.
    pub fn what(&self) -> String {
        let (word, other) = (&self.word, &self.other);
        match self.kind {
            AdviceKind::Double => format!("{word:?} stands in {other} too"),
            AdviceKind::Shadowed => format!(
                "{word:?} holds {other:?}, which fires there anyway: it only lengthens the quote"
            ),
            AdviceKind::Taken => {
                format!("{word:?} holds the stop phrase {other:?}: it never fires")
            }
            AdviceKind::IdleStop => format!("the stop phrase {word:?} can touch none of the words"),
        }
    }
}

/// All advice on the files in `dir` (over the embedded ones), or on the embedded ones, by kind and place.
pub fn advise(dir: Option<&Path>) -> Result<Vec<Advice>, BundleError> {
    let bundle = match dir {
        Some(dir) => Bundle::open(dir)?,
        None => Bundle::embedded(),
    };
    let (lexicon, _) = read(&bundle);
    Ok(advice(&lexicon, &Places::of(&bundle)))
}

/// A row with words, and what makes it one of a kind.
struct Row<'a> {
    sort: &'static str,
    id: &'a str,
    /// Rows of the same class that share a word say the same twice.
    class: String,
    pattern: &'a Pattern,
}

fn advice(lexicon: &Lexicon, places: &Places) -> Vec<Advice> {
    let topics: Vec<Pattern> = lexicon
        .topics
        .iter()
        .map(|t| Pattern {
            words: t.words.clone(),
            ..Pattern::default()
        })
        .collect();
    let mut all = Vec::new();
    let rows = rows(lexicon, &topics);
    let mut tell = |kind, row: &Row<'_>, word: &str, other: &str| {
        let (file, line) = places.word(row.sort, row.id, word);
        all.push(Advice {
            kind,
            file,
            line,
            sort: row.sort,
            id: row.id.to_owned(),
            word: word.to_owned(),
            other: other.to_owned(),
        });
    };
    doubles(&rows, &mut tell);
    for row in &rows {
        shadowed(row, &mut tell);
        stops(row, &mut tell);
    }
    all.sort();
    all
}

fn rows<'a>(lexicon: &'a Lexicon, topics: &'a [Pattern]) -> Vec<Row<'a>> {
    let row = |sort, id, class: String, pattern| Row {
        sort,
        id,
        class,
        pattern,
    };
    let terms = lexicon.terms.iter().map(|t| {
        let class = format!("term {}", t.kind.code());
        row("term", t.id.as_str(), class, &t.pattern)
    });
    let cues = lexicon.cues.iter().map(|c| {
        let class = format!("cue {}", c.context.code());
        row("cue", c.id.as_str(), class, &c.pattern)
    });
    // Marks and topics are facts of their own: what two of them share is said of both.
    let marks = lexicon.marks.iter().map(|m| {
        let class = format!("mark {}", m.id);
        row("mark", m.id.as_str(), class, &m.pattern)
    });
    let topics = lexicon.topics.iter().zip(topics).map(|(t, pattern)| {
        let class = format!("topic {}", t.id);
        row("topic", t.id.as_str(), class, pattern)
    });
    terms.chain(cues).chain(marks).chain(topics).collect()
}

type Tell<'a> = dyn FnMut(AdviceKind, &Row<'_>, &str, &str) + 'a;

fn doubles(rows: &[Row<'_>], tell: &mut Tell<'_>) {
    let mut first: BTreeMap<(&str, String), &str> = BTreeMap::new();
    for row in rows {
        for word in &row.pattern.words {
            let key = (row.class.as_str(), word.to_ascii_lowercase());
            match first.get(&key) {
                Some(other) if *other != row.id => {
                    tell(AdviceKind::Double, row, word, other);
                }
                Some(_) => {}
                None => {
                    first.insert(key, row.id);
                }
            }
        }
    }
}

/// Neighbours are measured from the ends of a word and shapes from its place, so only lists without them are looked at.
fn shadowed(row: &Row<'_>, tell: &mut Tell<'_>) {
    let pattern = row.pattern;
    if !pattern.near.is_empty() || !pattern.apart.is_empty() || pattern.regex.is_some() {
        return;
    }
    for long in &pattern.words {
        let inside = |short: &&String| {
            *short != long
                && long
                    .to_ascii_lowercase()
                    .contains(&short.to_ascii_lowercase())
        };
        // A stop phrase that touches the long word alone takes the short one away with it.
        let same_fate = |short: &&String| {
            pattern
                .without
                .iter()
                .all(|stop| can_touch(stop, short) || !can_touch(stop, long))
        };
        let mut shorter = pattern.words.iter().filter(inside).filter(same_fate);
        if let Some(short) = shorter.next() {
            tell(AdviceKind::Shadowed, row, long, short);
        }
    }
}

fn stops(row: &Row<'_>, tell: &mut Tell<'_>) {
    let pattern = row.pattern;
    for word in &pattern.words {
        if let Some(stop) = pattern.without.iter().find(|s| word.contains(s.as_str())) {
            tell(AdviceKind::Taken, row, word, stop);
        }
    }
    for stop in &pattern.without {
        if !pattern.words.iter().any(|word| can_touch(stop, word)) {
            tell(AdviceKind::IdleStop, row, stop, "");
        }
    }
}

/// Whether the two can overlap in some text: one inside the other, or the end of one the beginning of the other.
fn can_touch(stop: &str, word: &str) -> bool {
    let (stop, word) = (stop.to_ascii_lowercase(), word.to_ascii_lowercase());
    let meets = |a: &str, b: &str| {
        let cuts = a.char_indices().skip(1).map(|(at, _)| at);
        cuts.filter_map(|at| a.get(at..))
            .any(|end| b.starts_with(end))
    };
    stop.contains(&word) || word.contains(&stop) || meets(&stop, &word) || meets(&word, &stop)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(terms: &str) -> Vec<(AdviceKind, usize, String, String)> {
        let mut all: BTreeMap<String, String> = BTreeMap::new();
        for name in [
            "alerts.toml",
            "benign.toml",
            "departments.toml",
            "names.toml",
            "negation.toml",
            "score.toml",
            "topics.toml",
        ] {
            all.insert(name.into(), Bundle::embedded().text(name).into());
        }
        all.insert("terms/t.toml".into(), terms.into());
        let bundle = Bundle::of(all);
        let (lexicon, faults) = read(&bundle);
        assert!(faults.is_empty(), "{faults:?}");
        let all = advice(&lexicon, &Places::of(&bundle));
        all.into_iter()
            .filter(|a| a.sort == "term")
            .map(|a| (a.kind, a.line, a.word, a.other))
            .collect()
    }

    fn term(id: &str, kind: &str, keys: &str) -> String {
        format!("[[term]]\nid = \"{id}\"\nkind = \"{kind}\"\nweight = 1\n{keys}\n")
    }

    #[test]
    fn doubles_are_told_within_a_kind_only() {
        let text = [
            term("a", "guarantee", "words = [\n  \"保本\",\n  \"零风险\",\n]"),
            term("b", "guarantee", "words = [\n  \"保本\",\n]"),
            term("c", "lure", "words = [\"保本\"]"),
        ];
        let expected = (AdviceKind::Double, 14, "保本".into(), "a".into());
        assert_eq!(told(&text.concat()), [expected]);
    }

    #[test]
    fn a_shorter_word_shadows_a_longer_one_where_nothing_else_decides() {
        let plain = term("a", "guarantee", "words = [\"保本\", \"保本保息\"]");
        let found = told(&plain);
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].0, found[0].2.as_str(), found[0].3.as_str()),
            (AdviceKind::Shadowed, "保本保息", "保本")
        );
        for keys in [
            "words = [\"保本\", \"保本保息\"]\nnear = [\"投资\"]",
            "words = [\"保本\", \"保本保息\"]\nwithout = [\"息差\"]",
            "words = [\"保本\", \"保本保息\"]\npattern = '保本.*'",
        ] {
            assert!(told(&term("a", "guarantee", keys)).is_empty(), "{keys}");
        }
    }

    #[test]
    fn stop_phrases_that_always_or_never_act_are_told() {
        let keys = "words = [\"保本保息\", \"无风险\"]\nwithout = [\"不保本\", \"保本\", \"稳健\"]";
        let found = told(&term("a", "guarantee", keys));
        assert_eq!(
            found,
            [
                (AdviceKind::Taken, 5, "保本保息".into(), "保本".into()),
                (AdviceKind::IdleStop, 6, "稳健".into(), String::new()),
            ]
        );
    }
}
