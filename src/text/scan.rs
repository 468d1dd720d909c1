//! The fast pass: which stretches need work at all. Plain simplified text is copied as it is, so this pass
//! decides how fast honest pages are read.

use super::brackets::is_loose;
use super::digits::chinese_digit;
use super::entities::{entity, may_begin};
use super::glyphs::{Glyphs, Kind, is_han};
use super::hash::{BitFilter, IntSet, pair_key};
use super::homophones::Homophones;
use super::sentences::ends_sentence;
use super::trie::Trie;
use std::collections::{HashMap, HashSet};

/// What the fast pass looks for.
#[derive(Debug, Clone)]
pub(super) struct Scan {
    /// Pairs that stand side by side in a lexicon word: a mark between them is worth a look.
    in_words: Pairs,
    /// Pairs that begin a misspelling of the tables.
    suspects: Pairs,
    /// Pinyin syllables, which count beside Chinese text only.
    syllables: HashSet<Vec<u8>>,
    /// Misspellings in letters (daikuan, VX), in lower case.
    names: HashSet<Vec<u8>>,
    /// A character and the first letter of what follows it in a lexicon word, or the letter and what follows it.
    initials: Pairs,
    /// Symbols with a reading.
    readable: HashSet<char>,
    /// Masks of one character, which count before letters, digits and colons only: 薇:abc123.
    masks: HashSet<char>,
    /// Characters that sound like numerals, which count beside digits, numerals and letters only.
    heard: HashSet<char>,
}

/// A set of pairs of characters, with a filter in front that turns most away.
#[derive(Debug, Clone)]
struct Pairs {
    filter: BitFilter,
    exact: IntSet<u64>,
}

impl Pairs {
    fn new(bits: u32) -> Self {
        Self {
            filter: BitFilter::new(bits),
            exact: IntSet::default(),
        }
    }

    fn insert(&mut self, a: char, b: char) {
        self.filter.insert(pair_key(a, b));
        self.exact.insert(pair_key(a, b));
    }

    #[inline]
    fn contains(&self, a: char, b: char) -> bool {
        let key = pair_key(a, b);
        self.filter.may_contain(key) && self.exact.contains(&key)
    }
}

/// Most first letters of readings in a row.
const MAX_INITIALS: usize = 4;
/// Most letters in a run that may be pinyin or an abbreviation.
const MAX_LETTERS: usize = 24;
/// How many Chinese digits in a row may be a number read aloud.
const SPOKEN_DIGITS: usize = 4;
/// Stretches are cut here when no sentence ends: the work on one stretch may grow with its square.
const LONG_STRETCH: usize = 2048;
/// And here in any case.
const LONGEST_STRETCH: usize = 4096;

/// State of the scan of one stretch.
#[derive(Default)]
struct Walk {
    /// The last Chinese character, unless something but marks came after it.
    han: Option<char>,
    /// Whether marks came after it (or after the last letter).
    gap: bool,
    /// The last letter.
    letter: Option<char>,
    /// The Chinese characters right before, nearest last, with their bytes.
    run: [Option<(usize, char)>; 2],
    /// The character before.
    last: Option<char>,
    previous: Option<Kind>,
    /// Whether that is a bracket right after a Chinese character.
    bracket: bool,
    /// Chinese digits in a row.
    spoken: usize,
    /// Where the run of letters under way began.
    letters_from: usize,
    digits: Digits,
}

/// Digits met last: how they are grouped.
#[derive(Default)]
struct Digits {
    /// Digits in the group under way.
    group: usize,
    /// Groups of one digit right before it, with one mark between.
    single: usize,
    /// The first digit of the group, when it is one.
    one: bool,
}

impl Digits {
    /// Takes the next digit in; tells whether it goes on with a number whose digits are set apart: 138 0, 1.3.8.
    fn go_on(&mut self, ch: char, previous: Option<Kind>) -> bool {
        let apart = match previous {
            Some(Kind::Digit) => {
                self.group += 1;
                // 丨5800001111: a mobile number without its first digit.
                return self.group == MOBILE_BUT_ONE && !self.one;
            }
            Some(Kind::Separator | Kind::Symbol) => {
                self.single = if self.group == 1 { self.single + 1 } else { 0 };
                self.one && self.group >= 3 && self.group <= 4 || self.single >= SINGLE_DIGITS
            }
            _ => {
                self.single = 0;
                false
            }
        };
        self.group = 1;
        self.one = ch == '1';
        apart
    }
}

/// Digits of a mobile number but the first.
const MOBILE_BUT_ONE: usize = 10;
/// Single digits set apart that may begin a number.
const SINGLE_DIGITS: usize = 4;

impl Scan {
    fn new() -> Self {
        Self {
            in_words: Pairs::new(18),
            suspects: Pairs::new(14),
            syllables: HashSet::new(),
            names: HashSet::new(),
            initials: Pairs::new(16),
            readable: HashSet::new(),
            heard: HashSet::new(),
            masks: HashSet::new(),
        }
    }

    /// Adds the inner pairs of a lexicon word.
    fn add_word(&mut self, word: &str) {
        let chars: Vec<char> = word.chars().collect();
        for pair in chars.windows(2) {
            if let [a, b] = pair {
                self.in_words.insert(*a, *b);
            }
        }
    }

    /// Adds the letters of a misspelling, and of its pairs of characters the first that is no word of the
    /// dictionary: 保证受益 is looked for by 证受, not by 保证.
    pub(super) fn add_suspect(&mut self, word: &str, is_word: impl Fn(&str) -> bool) {
        let letters = word.chars().take_while(char::is_ascii_alphanumeric);
        let letters: String = letters.collect();
        if !letters.is_empty() {
            self.names.insert(letters.to_ascii_lowercase().into());
        }
        let chars: Vec<char> = word.to_ascii_lowercase().chars().collect();
        let pairs = || chars.windows(2).map(|p| p.iter().collect::<String>());
        let place = pairs().position(|p| !is_word(&p)).unwrap_or(0);
        if let Some([a, b]) = chars.get(place..place + 2) {
            self.suspects.insert(*a, *b);
        }
    }

    /// Adds a masked name of one character.
    pub(super) fn add_mask(&mut self, mask: &str) {
        let mut chars = mask.chars();
        match (chars.next(), chars.next()) {
            (Some(one), None) if is_han(one) => self.masks.insert(one),
            (Some(one), None) if !one.is_ascii() => self.readable.insert(one),
            _ => false,
        };
    }

    /// Adds a symbol that has a reading.
    pub(super) fn add_symbol(&mut self, symbol: char) {
        self.readable.insert(symbol);
    }

    /// Adds a pair of which one is the first letter of a reading.
    pub(super) fn add_initial(&mut self, a: char, b: char) {
        self.initials.insert(a, b);
    }

    /// Adds a character that sounds like a numeral.
    pub(super) fn add_heard(&mut self, ch: char) {
        self.heard.insert(ch);
    }

    /// Adds pinyin syllables.
    pub(super) fn add_syllables<V>(&mut self, syllables: &HashMap<String, V>) {
        let long = syllables.keys().filter(|s| s.len() > 1);
        self.syllables.extend(long.map(|s| s.clone().into_bytes()));
    }

    /// The end of the stretch that starts at `start` (a sentence, or less where it is long), and whether
    /// nothing in it calls for work. No disguised word goes across the end of a stretch.
    pub(super) fn stretch(
        &self,
        glyphs: &Glyphs,
        homophones: &Homophones,
        text: &str,
        start: usize,
    ) -> (usize, bool) {
        let rest = text.get(start..).unwrap_or_default();
        let mut walk = Walk::default();
        for (at, ch) in rest.char_indices() {
            if self.calls_for_work(glyphs, homophones, rest, &mut walk, at, ch) {
                return (start + stretch_end(rest, at), false);
            }
            if ends_stretch(at, ch) {
                return (start + at + ch.len_utf8(), true);
            }
        }
        let suspect = walk.previous == Some(Kind::Letter)
            && self.is_suspect_run(rest, walk.letters_from, rest.len());
        (text.len(), !suspect)
    }

    #[inline]
    fn calls_for_work(
        &self,
        glyphs: &Glyphs,
        homophones: &Homophones,
        text: &str,
        walk: &mut Walk,
        at: usize,
        ch: char,
    ) -> bool {
        let kind = glyphs.kind(ch);
        let calls = match kind {
            Kind::Han => self.han_calls(homophones, text, walk, at, ch),
            Kind::Fold | Kind::Drop | Kind::OddLetter => true,
            _ => self.mark_calls(text, walk, at, ch, kind),
        };
        let run_ended = walk.previous == Some(Kind::Letter) && kind != Kind::Letter;
        let calls = calls || run_ended && self.is_suspect_run(text, walk.letters_from, at);
        walk.bracket =
            walk.previous == Some(Kind::Han) && matches!(ch, '(' | '（' | '[' | '【' | '〔');
        walk.previous = Some(kind);
        walk.last = Some(ch);
        calls
    }

    #[inline]
    fn han_calls(
        &self,
        homophones: &Homophones,
        text: &str,
        walk: &mut Walk,
        at: usize,
        ch: char,
    ) -> bool {
        let before = match walk.han {
            Some(han) if walk.gap => self.in_words.contains(han, ch),
            _ => false,
        };
        let after_last = walk
            .last
            .is_some_and(|last| self.suspects.contains(last.to_ascii_lowercase(), ch));
        let adjacent = walk.previous == Some(Kind::Han);
        if !adjacent {
            walk.run = [None, None];
        }
        let misspelt = match walk.run {
            [first, Some((second_at, second))] => {
                homophones.pair_may_begin(second, ch) && begins(homophones, text, second_at)
                    || first.is_some_and(|(first_at, first)| {
                        homophones.triple_may_begin(first, second, ch)
                            && begins(homophones, text, first_at)
                    })
            }
            _ => false,
        };
        walk.run = [walk.run[1], Some((at, ch))];
        walk.han = Some(ch);
        walk.gap = false;
        // 138零, yjd二: numerals in a number or account.
        let beside = matches!(walk.previous, Some(Kind::Digit | Kind::Letter));
        let numeral =
            chinese_digit(ch).is_some() || (beside || walk.spoken > 0) && self.heard.contains(&ch);
        walk.spoken = if numeral { walk.spoken + 1 } else { 0 };
        let number = numeral && (beside || walk.spoken >= SPOKEN_DIGITS);
        before || after_last || misspelt || number
    }

    /// Marks, letters and digits.
    fn mark_calls(&self, text: &str, walk: &mut Walk, at: usize, ch: char, kind: Kind) -> bool {
        let lower = |c: char| c.to_ascii_lowercase();
        let after_last = walk
            .last
            .is_some_and(|last| self.suspects.contains(lower(last), lower(ch)));
        let begins_account = matches!(kind, Kind::Letter | Kind::Digit) || matches!(ch, ':' | '：');
        if begins_account
            && walk.previous == Some(Kind::Han)
            && walk.last.is_some_and(|last| self.masks.contains(&last))
        {
            return true;
        }
        match kind {
            Kind::Separator | Kind::Symbol => {
                walk.gap = true;
                after_last
                    || kind == Kind::Symbol && self.readable.contains(&ch)
                    || may_begin(ch) && text.get(at..).and_then(entity).is_some()
            }
            Kind::Letter => {
                walk.han = None;
                if walk.previous != Some(Kind::Letter) {
                    walk.letters_from = at;
                }
                // R W A: letters of a lexicon word set apart.
                let apart = walk.gap
                    && walk.previous == Some(Kind::Separator)
                    && walk
                        .letter
                        .is_some_and(|letter| self.in_words.contains(letter, ch));
                walk.letter = Some(ch);
                walk.gap = false;
                // 138O0138000: a letter in a number; 银(yin: pinyin in brackets.
                walk.previous == Some(Kind::Digit) && matches!(ch, 'O' | 'o' | 'l' | 'I')
                    || walk.bracket
                    || apart
                    || after_last && walk.previous != Some(Kind::Letter)
            }
            Kind::Barrier if is_loose(ch) && walk.previous == Some(Kind::Han) => {
                walk.gap = true;
                walk.spoken = 0;
                false
            }
            Kind::Digit => {
                walk.han = None;
                let letters = text.get(walk.letters_from..at).unwrap_or_default();
                let like_digit = walk.previous == Some(Kind::Letter)
                    && letters
                        .bytes()
                        .all(|b| matches!(b, b'I' | b'l' | b'O' | b'o'));
                walk.digits.go_on(ch, walk.previous) || walk.spoken > 0 || like_digit
            }
            _ => {
                walk.han = None;
                walk.spoken = 0;
                false
            }
        }
    }

    /// A run of letters that may be pinyin, an abbreviation or the name of a messenger.
    fn is_suspect_run(&self, text: &str, from: usize, to: usize) -> bool {
        let Some(run) = text.get(from..to).filter(|r| r.len() <= MAX_LETTERS) else {
            return false;
        };
        let run = run.to_ascii_lowercase().into_bytes();
        // wxabc123: the name of a messenger glued to an account.
        let glued = run.len() > 2
            && text.as_bytes().get(to).is_some_and(u8::is_ascii_digit)
            && run.get(..2).is_some_and(|head| self.names.contains(head));
        if glued || self.names.contains(&run) {
            return true;
        }
        if run.len() <= MAX_INITIALS && self.are_initials(text, from, to, &run) {
            return true;
        }
        let known = |part: Option<&[u8]>| part.is_some_and(|p| self.syllables.contains(p));
        // Whole, or of two and more syllables: baoben.
        let syllables = known(Some(&run))
            || (1..run.len().min(7)).any(|cut| {
                known(run.get(..cut)) && (2..=6).any(|tail| known(run.get(cut..cut + tail)))
            });
        syllables && touches_han(text, from, to)
    }
}

impl Scan {
    /// 年SY, D款: short runs of letters beside a character that goes with them in a lexicon word.
    fn are_initials(&self, text: &str, from: usize, to: usize, run: &[u8]) -> bool {
        let (Some(first), Some(last)) = (run.first(), run.last()) else {
            return false;
        };
        let before = text.get(..from).and_then(|t| t.chars().next_back());
        let after = text.get(to..).and_then(|t| t.chars().next());
        before.is_some_and(|c| self.initials.contains(c, char::from(*first)))
            || after.is_some_and(|c| self.initials.contains(char::from(*last), c))
    }
}

/// Whether Chinese text stands within a few characters of a run of letters.
fn touches_han(text: &str, from: usize, to: usize) -> bool {
    const REACH: usize = 3;
    let before = text.get(..from).unwrap_or_default();
    let after = text.get(to..).unwrap_or_default();
    before.chars().rev().take(REACH).any(is_han) || after.chars().take(REACH).any(is_han)
}

/// Whether the characters at `at` misspell a word.
fn begins(homophones: &Homophones, text: &str, at: usize) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    let seen: Vec<char> = rest.chars().take(12).collect();
    homophones.misspelt(&seen).is_some()
}

/// The end of the stretch, from a place inside it.
fn stretch_end(text: &str, from: usize) -> usize {
    text.get(from..)
        .unwrap_or_default()
        .char_indices()
        .map(|(at, ch)| (from + at, ch))
        .find(|(at, ch)| ends_stretch(*at, *ch))
        .map_or(text.len(), |(at, ch)| at + ch.len_utf8())
}

fn ends_stretch(at: usize, ch: char) -> bool {
    ends_sentence(ch)
        || at >= LONG_STRETCH && matches!(ch, '，' | '、' | '；' | '：' | ' ' | ',' | '\u{3000}')
        || at >= LONGEST_STRETCH
}

/// The words of the lexicons as a tree, and the scan that knows their pairs.
pub(super) fn words_and_scan<'a>(words: impl Iterator<Item = &'a String>) -> (Trie, Scan) {
    let mut trie = Trie::new();
    let mut scan = Scan::new();
    for word in words.filter(|w| w.chars().count() >= 2) {
        trie.insert(word);
        scan.add_word(word);
    }
    (trie, scan)
}
