//! The normaliser: plain text out of disguised text, with the way back.

use super::brackets::loosen;
use super::confusions::Confusions;
use super::contacts::{Contacts, undo_lookalikes};
use super::fold::fold;
use super::gaps::Gaps;
use super::glyphs::{Glyphs, in_gb2312};
use super::hash::IntMap;
use super::homophones::Homophones;
use super::letters;
use super::numbers::Numbers;
use super::restore::Restorer;
use super::ruby::strip;
use super::scan::{Scan, words_and_scan};
use super::segmenter::plain_jieba;
use super::spacing::close_up;
use super::trie::{ROOT, Trie};
use super::units::Draft;
use crate::model::evasion::EvasionTables;
use crate::model::offset_map::NormalText;
use jieba_rs::Jieba;
use pinyin::ToPinyin;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;
use std::sync::Arc;

/// Data that cannot be made into a normaliser.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CompileError {
    /// The embedded traditional-character data did not load.
    #[error("the traditional-character tables cannot be built")]
    TraditionalTables,
    /// The tables hold more words than an automaton can.
    #[error("too many words for one automaton")]
    TooManyWords,
    /// A word is longer than any term may be.
    #[error("lexicon word {word:?} is longer than {limit} characters")]
    WordTooLong {
        /// The word.
        word: String,
        /// The limit in characters.
        limit: usize,
    },
}

/// No lexicon term is longer; the search for broken-up words is bounded by it.
const LONGEST_WORD: usize = 64;

/// Undoes evasive spelling. Compiled once from data, then pure, total and linear in the text.
#[derive(Debug, Clone)]
pub struct Normaliser {
    glyphs: Glyphs,
    scan: Scan,
    restorer: Restorer,
    confusions: Confusions,
    homophones: Homophones,
    numbers: Numbers,
    contacts: Contacts,
}

impl Normaliser {
    /// Compiles the tables. `lexicon_words` are the words whose whole form licenses undoing a disguise:
    /// 保.本.保.息 becomes 保本保息 because that is one of them; 目 录 stays because it is not.
    pub fn compile(tables: &EvasionTables, lexicon_words: &[String]) -> Result<Self, CompileError> {
        let all_words = || {
            let own = tables.words.iter().chain(&tables.homophone_words);
            lexicon_words.iter().chain(own)
        };
        if let Some(word) = all_words().find(|w| w.chars().count() > LONGEST_WORD) {
            return Err(CompileError::WordTooLong {
                word: word.clone(),
                limit: LONGEST_WORD,
            });
        }
        let (words, mut scan) = words_and_scan(all_words());
        let jieba = plain_jieba();
        let initials = initials_of(tables, &words, all_words(), &mut scan);
        let restorer = Restorer {
            words,
            initials,
            core: core_of(tables),
            letter_words: tables.letter_words.clone(),
            syllables: syllables_of(tables, all_words()),
            splits: splits_of(tables),
            symbols: symbols_of(tables),
            always: always_of(tables),
            gaps: Gaps {
                jieba: Arc::clone(&jieba),
            },
        };
        let homophones = Homophones::compile(tables, lexicon_words.iter(), Arc::clone(&jieba));
        suspects(&mut scan, tables, &restorer, &jieba);
        Ok(Self {
            glyphs: Glyphs::compile(tables).ok_or(CompileError::TraditionalTables)?,
            scan,
            restorer,
            confusions: Confusions::compile(&tables.confusions)
                .ok_or(CompileError::TooManyWords)?,
            homophones,
            numbers: Numbers::compile(&tables.digits),
            contacts: Contacts::compile(&tables.contacts, &tables.not_glued)
                .ok_or(CompileError::TooManyWords)?,
        })
    }

    /// The plain form of `text`, with the map to it and the evasions undone, in order.
    pub fn normalise(&self, text: &str) -> NormalText {
        let mut out = NormalText {
            original: text.to_owned(),
            plain: String::with_capacity(text.len()),
            ..NormalText::default()
        };
        let (mut clean_from, mut at) = (0, 0);
        while at < text.len() {
            let (end, is_clean) = self.scan.stretch(&self.glyphs, &self.homophones, text, at);
            if !is_clean && let Some(slice) = text.get(at..end) {
                copy(text, clean_from..at, &mut out);
                clean_from = end;
                self.rework(slice, at).emit(&self.restorer.words, &mut out);
            }
            at = end.max(at + 1);
        }
        copy(text, clean_from..text.len(), &mut out);
        out
    }

    /// Undoes what one stretch holds. The order matters: characters before words, words before contacts.
    fn rework(&self, slice: &str, offset: usize) -> Draft {
        let words = &self.restorer.words;
        let mut draft = fold(&self.glyphs, slice, offset);
        loosen(&mut draft.units);
        strip(&mut draft, words);
        close_up(&mut draft, words);
        self.restorer.restore(&mut draft);
        self.restorer.read_symbols(&self.glyphs, &mut draft);
        self.restorer.drop_symbols_in_numbers(&mut draft);
        self.numbers.undo(&self.glyphs, &mut draft);
        self.confusions.undo(&self.glyphs, &mut draft);
        self.homophones.undo(&self.glyphs, words, &mut draft);
        undo_lookalikes(&self.glyphs, &mut draft);
        self.contacts.undo(&self.glyphs, &mut draft);
        draft
    }
}

/// Tells the fast pass what to stop at.
fn suspects(scan: &mut Scan, tables: &EvasionTables, restorer: &Restorer, jieba: &Jieba) {
    let is_word = |pair: &str| jieba.has_word(pair);
    scan.add_syllables(&restorer.syllables);
    for row in &tables.confusions {
        scan.add_suspect(&row.seen, is_word);
    }
    for mask in &tables.contacts {
        scan.add_suspect(&mask.seen, is_word);
        scan.add_mask(&mask.seen);
    }
    for split in &tables.splits {
        scan.add_suspect(&split.parts.iter().collect::<String>(), is_word);
    }
    for (seen, _) in &tables.digits.heard {
        scan.add_heard(*seen);
    }
    for symbol in &tables.symbols {
        scan.add_symbol(symbol.seen);
    }
}

/// Copies text that needs no work.
fn copy(text: &str, range: Range<usize>, out: &mut NormalText) {
    if let Some(slice) = text.get(range.clone()) {
        out.plain.push_str(slice);
        out.map.push(slice.len(), range, true);
    }
}

/// Pinyin syllables (no tone) to the characters of the words so read. Speakers of many regions write
/// in for ing and en for eng, so each of these also leads to the other, after the exact readings.
fn syllables_of<'a>(
    tables: &EvasionTables,
    words: impl Iterator<Item = &'a String>,
) -> HashMap<String, Vec<char>> {
    let mut exact: BTreeMap<String, BTreeSet<char>> = BTreeMap::new();
    for ch in words.flat_map(|w| w.chars()).filter(|c| in_gb2312(*c)) {
        if let Some(syllable) = reading(tables, ch) {
            exact.entry(syllable).or_default().insert(ch);
        }
    }
    let mut all: HashMap<String, Vec<char>> = HashMap::new();
    for (syllable, chars) in &exact {
        all.entry(syllable.clone()).or_default().extend(chars);
    }
    for (syllable, chars) in &exact {
        if let Some(other) = regional(syllable) {
            all.entry(other).or_default().extend(chars);
        }
    }
    all
}

/// First letters of readings, by the node that the characters go on from.
fn initials_of<'a>(
    tables: &EvasionTables,
    trie: &Trie,
    words: impl Iterator<Item = &'a String>,
    scan: &mut Scan,
) -> IntMap<u64, Vec<char>> {
    let mut initials: IntMap<u64, Vec<char>> = IntMap::default();
    for word in words {
        let mut node = ROOT;
        let mut before = None;
        for ch in word.chars() {
            let letter = reading(tables, ch).and_then(|r| r.chars().next());
            if let Some(letter) = letter.filter(|_| in_gb2312(ch)) {
                let list = initials.entry(letters::key(node, letter)).or_default();
                if !list.contains(&ch) {
                    list.push(ch);
                }
                if let Some(before) = before {
                    scan.add_initial(before, letter);
                }
            }
            before = Some(ch);
            match trie.child(node, ch) {
                Some(next) => node = next,
                None => break,
            }
        }
        let mut chars = word.chars();
        if let (Some(first), Some(second)) = (chars.next(), chars.next())
            && let Some(letter) = reading(tables, first).and_then(|r| r.chars().next())
        {
            scan.add_initial(letter, second);
        }
    }
    initials
}

fn core_of(tables: &EvasionTables) -> Trie {
    let mut core = Trie::new();
    for word in tables.homophone_words.iter().chain(&tables.words) {
        core.insert(word);
    }
    core
}

fn regional(syllable: &str) -> Option<String> {
    if let Some(head) = syllable
        .strip_suffix("ing")
        .or(syllable.strip_suffix("eng"))
    {
        let vowel = syllable.get(head.len()..head.len() + 1)?;
        return Some(format!("{head}{vowel}n"));
    }
    let nasal = syllable.ends_with("in") || syllable.ends_with("en");
    nasal.then(|| format!("{syllable}g"))
}

/// Pinyin of a character without tone, `ü` as `v`.
fn reading(tables: &EvasionTables, ch: char) -> Option<String> {
    let set = tables.readings.iter().find(|(c, _)| *c == ch);
    match set {
        Some((_, reading)) => Some(reading.clone()),
        None => Some(ch.to_pinyin()?.plain().replace('ü', "v")),
    }
}

fn splits_of(tables: &EvasionTables) -> IntMap<u32, Vec<(Vec<char>, char)>> {
    let mut map: IntMap<u32, Vec<(Vec<char>, char)>> = IntMap::default();
    for split in &tables.splits {
        if let Some(first) = split.parts.first() {
            map.entry(u32::from(*first))
                .or_default()
                .push((split.parts.clone(), split.plain));
        }
    }
    map
}

fn symbols_of(tables: &EvasionTables) -> IntMap<u32, Vec<Vec<char>>> {
    tables
        .symbols
        .iter()
        .map(|s| {
            let readings = s.readings.iter().map(|r| r.chars().collect()).collect();
            (u32::from(s.seen), readings)
        })
        .collect()
}

fn always_of(tables: &EvasionTables) -> IntMap<u32, Vec<char>> {
    tables
        .symbols
        .iter()
        .filter(|s| s.always)
        .filter_map(|s| Some((u32::from(s.seen), s.readings.first()?.chars().collect())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clean_text_is_one_equal_run() {
        let normaliser = Normaliser::compile(&EvasionTables::default(), &[]).expect("compiles");
        let found = normaliser.normalise("今天天气很好。明天也好。");
        assert_eq!(found.plain, found.original);
        assert_eq!(found.quote(6..12), "天气");
        assert!(found.evasions.is_empty());
    }

    #[test]
    fn only_lexicon_words_are_joined() {
        let tables = EvasionTables {
            separators: vec!['.', ' '],
            ..EvasionTables::default()
        };
        let normaliser = Normaliser::compile(&tables, &["保本".to_owned()]).expect("compiles");
        assert_eq!(normaliser.normalise("保.本").plain, "保本");
        assert_eq!(normaliser.normalise("目 录").plain, "目 录");
        assert_eq!(normaliser.normalise("保，本").plain, "保，本");
    }

    #[test]
    fn words_beyond_measure_are_refused() {
        let long = "长".repeat(LONGEST_WORD + 1);
        let fault = Normaliser::compile(&EvasionTables::default(), std::slice::from_ref(&long));
        assert!(matches!(fault, Err(CompileError::WordTooLong { word, .. }) if word == long));
    }
}
