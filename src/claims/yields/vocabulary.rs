//! What the closed words of rates do, and the automaton that finds them; the words stand in `wordlist.rs`.

use super::wordlist::WORDS;
use crate::model::yields::Period;
use aho_corasick::{AhoCorasick, MatchKind};
use std::sync::OnceLock;

/// What a word does for the figures near it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Role {
    /// Names a rate and its period: 年化, 月息.
    Basis(Period),
    /// Names a rate or gain, no period: 收益率 (a rate), 收益 (a gain).
    Label,
    /// A label that by custom is for a year: 利率, 收益率, 业绩比较基准.
    YearlyLabel,
    /// A bonus on top: 加息, 返现.
    Subsidy,
    /// A figure next to it is no yield: 首付, 涨幅, 占比.
    NotYield,
    /// Consumed so that its parts are not misread: 十分, 分期.
    Stop,
    /// 每天, 每月.
    Every(Period),
    /// Each instalment: 每期, /期.
    EachTerm,
    /// A round of a scheme, whose length only the text can tell: 每轮, /次.
    Round,
    /// A unit of time after a number: 天, 个月, 年.
    Time(TimeUnit),
    /// A unit of a rate.
    Unit(RateUnit),
    /// 百分之, 千分之, 万分之: percent per one.
    PerPrefix(f64),
    /// 元, 块.
    Yuan,
    /// 每万元: a capital of 10,000.
    TenThousand,
    /// 万份收益, 万元日息: what 10,000 bring or cost a day.
    TenThousandDaily,
    /// Puts money in: 投, 存, 本金.
    Invest,
    /// Takes a loan: 借, 贷.
    Borrow,
    /// What comes back in all, or the gain when smaller: 返, 变, 得.
    Back,
    /// What is gained: 赚, 利息, 分红.
    Gain,
    /// What a borrower pays back: 还.
    Repay,
    /// What a borrower receives: 到手.
    Received,
    /// What a borrower pays back each time: 月供, 每月还款.
    RepayEvery(Period),
    /// Kept back from a loan: 扣除, 砍头.
    Deduct,
    /// A present for putting money in: 送.
    Gift,
    /// Income of a period, no capital: 日赚, 月入.
    Income(Period),
    /// 翻倍, 翻一番: the factor that the capital becomes.
    Doubling,
    /// 翻: a factor follows.
    Turn,
    /// 银行 as what a yield is compared with.
    Bank,
    /// Only a cue for the side.
    Cue,
    /// Ends a clause.
    Comma,
    /// Ends a sentence.
    Full,
    /// Ends a line.
    Line,
}

/// Units of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TimeUnit {
    Day,
    Week,
    Month,
    Quarter,
    Year,
    /// An instalment.
    Term,
}

/// Units of a rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RateUnit {
    Percent,
    Permille,
    /// 分: a tenth a year, a hundredth a month.
    Fen,
    /// 厘: a tenth of a 分.
    Li,
    /// 成: ten percent.
    Cheng,
    /// 倍.
    Times,
    /// 个点: percent.
    Point,
}

/// Which side a word speaks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hint {
    Nothing,
    Return,
    Cost,
}

/// One word.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub(super) role: Role,
    pub(super) hint: Hint,
}

/// A place of one of the words in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::claims) struct Place {
    /// First byte.
    pub(in crate::claims) start: usize,
    /// Byte after the last.
    pub(in crate::claims) end: usize,
    /// Number of the word.
    pub(in crate::claims) word: u32,
}

/// The vocabulary with its automaton.
pub(super) struct Vocabulary {
    automaton: AhoCorasick,
    words: Vec<&'static str>,
    entries: Vec<Entry>,
}

impl Vocabulary {
    /// The places of words in `text`, leftmost first and longest.
    pub(super) fn places(&self, text: &str) -> Vec<Place> {
        let found = self.automaton.find_iter(text);
        found
            .map(|m| Place {
                start: m.start(),
                end: m.end(),
                word: m.pattern().as_u32(),
            })
            .collect()
    }

    /// What a word does.
    pub(super) fn entry(&self, word: u32) -> Option<Entry> {
        self.entries.get(word as usize).copied()
    }

    /// The words by number, for whoever looks for them together with others.
    pub(super) fn words(&self) -> &[&'static str] {
        &self.words
    }

    /// Of all places of words in `text`, overlapping ones too, those that [`Vocabulary::places`] gives. The places may
    /// have been found without regard to case.
    pub(super) fn leftmost_longest(&self, text: &str, places: &mut Vec<Place>) {
        let same = |place: &Place| {
            let word = self.words.get(place.word as usize);
            word.is_some_and(|w| !w.bytes().any(|b| b.is_ascii_alphabetic()))
                || text.get(place.start..place.end) == word.copied()
        };
        places.retain(same);
        places.sort_unstable_by_key(|place| (place.start, usize::MAX - place.end));
        let mut free = 0;
        places.retain(|place| {
            let keep = place.start >= free;
            if keep {
                free = place.end;
            }
            keep
        });
    }
}

/// The vocabulary, built once.
pub(super) fn vocabulary() -> Option<&'static Vocabulary> {
    static VOCABULARY: OnceLock<Option<Vocabulary>> = OnceLock::new();
    VOCABULARY.get_or_init(build).as_ref()
}

/// `None` only if the constant table above were too large for an automaton, which the tests rule out.
fn build() -> Option<Vocabulary> {
    let mut patterns = vec!["\n", "\r"];
    let line = Entry {
        role: Role::Line,
        hint: Hint::Nothing,
    };
    let mut entries = vec![line, line];
    for (role, hint, words) in WORDS {
        for word in words.split_whitespace() {
            if !patterns.contains(&word) {
                patterns.push(word);
                entries.push(Entry {
                    role: *role,
                    hint: *hint,
                });
            }
        }
    }
    let automaton = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .build(&patterns)
        .ok()?;
    Some(Vocabulary {
        automaton,
        words: patterns,
        entries,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn longest_words_win() {
        let vocabulary = vocabulary().expect("builds");
        let places = vocabulary.places("年化收益率十分");
        let words: Vec<_> = places
            .iter()
            .map(|p| (p.start, p.end, vocabulary.entry(p.word).map(|e| e.role)))
            .collect();
        let expected = [
            (0, 15, Some(Role::Basis(Period::Year))),
            (15, 21, Some(Role::Stop)),
        ];
        assert_eq!(words, expected);
    }

    proptest! {
        /// Who finds the words together with others comes to the same places.
        #[test]
        fn places_found_elsewhere_are_the_same(text in "(年化|收益率?|APR|apr|十分|每万元|万份收益|返|[0-9]|%|，|。|\n|[a-cA-C]){0,16}") {
            let vocabulary = vocabulary().expect("builds");
            let lower = text.to_ascii_lowercase();
            let mut all = Vec::new();
            for (number, word) in vocabulary.words().iter().enumerate() {
                let word = word.to_ascii_lowercase();
                for (at, _) in lower.match_indices(&word) {
                    all.push(Place { start: at, end: at + word.len(), word: number as u32 });
                }
            }
            vocabulary.leftmost_longest(&text, &mut all);
            prop_assert_eq!(all, vocabulary.places(&text));
        }
    }
}
