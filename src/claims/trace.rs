//! Which words of the lexicon stand in a text, and which of them count: for the people who keep the lexicons.

use super::extractor::{Extractor, Use};
use super::neighbours::Fate;
use crate::model::offset_map::NormalText;

/// One place where a word of the lexicon stands, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordUse {
    /// What the word belongs to.
    pub owner: Owner,
    /// The word as [`super::compared`] gives it.
    pub word: String,
    /// Whether it counts there, or why not.
    pub fate: Fate,
}

/// A row of the lexicon that holds words, by id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owner {
    /// A term.
    Term(String),
    /// A cue of context.
    Cue(String),
    /// A mark.
    Mark(String),
    /// A topic.
    Topic(String),
}

impl Owner {
    /// The kind of row: `term`, `cue`, `mark` or `topic`.
    pub fn sort(&self) -> &'static str {
        match self {
            Self::Term(_) => "term",
            Self::Cue(_) => "cue",
            Self::Mark(_) => "mark",
            Self::Topic(_) => "topic",
        }
    }

    /// Its id.
    pub fn id(&self) -> &str {
        match self {
            Self::Term(id) | Self::Cue(id) | Self::Mark(id) | Self::Topic(id) => id,
        }
    }
}

impl Extractor {
    /// Every place where a word of a term, cue, mark or topic stands, and what became of it.
    pub fn trace(&self, text: &NormalText) -> Vec<WordUse> {
        let uses = self.scanner.trace(&text.plain).into_iter();
        uses.filter_map(|trace| {
            let owner = match self.uses.get(trace.pattern)? {
                Use::Term { id, .. } => Owner::Term(id.clone()),
                Use::Cue(id) => Owner::Cue(id.clone()),
                Use::Mark(id) => Owner::Mark(id.clone()),
                Use::Topic(id) => Owner::Topic(id.clone()),
                _ => return None,
            };
            Some(WordUse {
                owner,
                word: trace.word,
                fate: trace.fate,
            })
        })
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::benchmarks::{Benchmarks, DatedRate};
    use crate::model::lexicon::{Lexicon, Mark, Pattern};
    use proptest::prelude::*;
    use std::collections::BTreeSet;
    use std::sync::LazyLock;

    fn words(list: &str) -> Vec<String> {
        list.split_whitespace().map(ToOwned::to_owned).collect()
    }

    fn extractor() -> Extractor {
        let mark = |id: &str, pattern| Mark {
            id: id.into(),
            pattern,
        };
        let lexicon = Lexicon {
            marks: vec![
                mark(
                    "all",
                    Pattern {
                        words: words("保本 保本保息 APP"),
                        without: words("不保本"),
                        near: words("投资"),
                        within: 3,
                        apart: words("骗局"),
                        regex: None,
                    },
                ),
                mark(
                    "shaped",
                    Pattern {
                        words: words("日赚"),
                        regex: Some(r"日赚\d+".into()),
                        ..Pattern::default()
                    },
                ),
            ],
            ..Lexicon::default()
        };
        let rate = DatedRate {
            percent: 3.0,
            as_of: String::new(),
            source: String::new(),
            verified: true,
        };
        let benchmarks = Benchmarks {
            lpr_one_year: rate.clone(),
            lpr_five_year: rate.clone(),
            deposit_one_year: rate.clone(),
            deposit_demand: rate,
            lending_cap_multiple: 4.0,
            ask: 6.0,
            danger: 8.0,
            loss: 10.0,
            extreme: 24.0,
            cap: 10_000.0,
        };
        Extractor::compile(&lexicon, &benchmarks).expect("a small lexicon")
    }

    fn text(plain: &str) -> NormalText {
        NormalText {
            original: plain.into(),
            plain: plain.into(),
            ..NormalText::default()
        }
    }

    #[test]
    fn every_reason_is_told() {
        let extractor = extractor();
        let fates = |plain: &str| -> Vec<(String, Fate)> {
            let uses = extractor.trace(&text(plain)).into_iter();
            uses.map(|u| (u.word, u.fate)).collect()
        };
        let one = |plain: &str, word: &str, fate: Fate| {
            assert_eq!(fates(plain), [(word.to_owned(), fate)], "{plain}");
        };
        one("投资保本", "保本", Fate::Fires);
        one("投资不保本", "保本", Fate::Stopped("不保本".into()));
        one("完全保本", "保本", Fate::Alone);
        one("投资保本是骗局", "保本", Fate::Apart);
        one("投资APP", "app", Fate::Fires);
        one("日赚若干", "日赚", Fate::Unshaped);
        one("日赚300", "日赚", Fate::Fires);
        let both = fates("投资保本保息");
        assert!(both.contains(&("保本".into(), Fate::InLonger)), "{both:?}");
        assert!(both.contains(&("保本保息".into(), Fate::Fires)), "{both:?}");
    }

    proptest! {
        /// The trace tells nothing but what extracting does.
        #[test]
        fn what_fires_is_what_is_extracted(plain in "(投资|不|保本|保息|骗局|日赚|[0-9]|APP|，|[a-c]){0,12}") {
            static COMPILED: LazyLock<Extractor> = LazyLock::new(extractor);
            let extractor = &*COMPILED;
            let text = text(&plain);
            let fired: BTreeSet<String> = extractor
                .trace(&text)
                .into_iter()
                .filter(|u| u.fate == Fate::Fires)
                .map(|u| u.owner.id().to_owned())
                .collect();
            let marks = extractor.extract(&text).marks;
            let extracted: BTreeSet<String> = marks.into_iter().map(|m| m.id).collect();
            prop_assert_eq!(fired, extracted);
        }
    }
}
