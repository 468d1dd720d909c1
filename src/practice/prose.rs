//! Generated Chinese prose: cheap, deterministic, with a large vocabulary kept as data.

use super::error::PracticeError;
use super::web::bundled_text;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The words' file under `seeds/practice`.
const FILE: &str = "prose.toml";

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    titles: Vec<String>,
    ad_titles: Vec<String>,
    warning_titles: Vec<String>,
    sentences: Vec<String>,
    ads: Vec<String>,
    warnings: Vec<String>,
    words: BTreeMap<String, Vec<String>>,
}

/// Which sentences to draw from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Page titles.
    Title,
    /// Titles of guilty pages.
    AdTitle,
    /// Titles of warning pages.
    WarningTitle,
    /// Ordinary prose.
    Plain,
    /// Sentences that break the law.
    Ad,
    /// Sentences that quote the bait to warn of it.
    Warning,
}

/// Compiled words and sentences.
#[derive(Debug)]
pub(super) struct Prose {
    sentences: [Vec<Vec<Piece>>; 6],
    words: Vec<Vec<Word>>,
}

#[derive(Debug)]
enum Piece {
    Text(Word),
    List(usize),
    Number,
}

/// A text with its count of Han characters, so that a page need not be counted again.
#[derive(Debug)]
struct Word {
    text: String,
    han: usize,
}

impl Word {
    fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            han: text.chars().filter(|c| is_han(*c)).count(),
        }
    }
}

impl Prose {
    /// Reads the bundled words.
    pub(super) fn bundled() -> Result<Self, PracticeError> {
        let form: Form = toml::from_str(bundled_text(FILE)?).map_err(|e| fault(e.to_string()))?;
        let names: Vec<&String> = form.words.keys().collect();
        let compile = |sentences: &[String]| -> Result<Vec<Vec<Piece>>, PracticeError> {
            if sentences.is_empty() {
                return Err(fault("an empty list of sentences".to_owned()));
            }
            sentences.iter().map(|s| pieces(s, &names)).collect()
        };
        let sentences = [
            compile(&form.titles)?,
            compile(&form.ad_titles)?,
            compile(&form.warning_titles)?,
            compile(&form.sentences)?,
            compile(&form.ads)?,
            compile(&form.warnings)?,
        ];
        let words = form.words.values();
        if let Some((name, _)) = form.words.iter().find(|(_, list)| list.is_empty()) {
            return Err(fault(format!("the list `{name}` is empty")));
        }
        Ok(Self {
            sentences,
            words: words
                .map(|list| list.iter().map(|w| Word::new(w)).collect())
                .collect(),
        })
    }

    /// Appends one sentence; tells how many Han characters it has.
    pub(super) fn sentence(&self, kind: Kind, dice: &mut Dice, out: &mut String) -> usize {
        let Some(sentence) = dice.pick(&self.sentences[kind as usize]) else {
            return 0;
        };
        let mut han = 0;
        for piece in sentence {
            let word = match piece {
                Piece::Text(word) => word,
                Piece::List(list) => match self.words.get(*list).and_then(|l| dice.pick(l)) {
                    Some(word) => word,
                    None => continue,
                },
                Piece::Number => {
                    push_number(out, 2 + dice.below(998));
                    continue;
                }
            };
            out.push_str(&word.text);
            han += word.han;
        }
        han
    }

    /// Appends sentences until there are at least `least` Han characters; tells how many there are.
    pub(super) fn paragraph(
        &self,
        kind: Kind,
        least: usize,
        dice: &mut Dice,
        out: &mut String,
    ) -> usize {
        let mut han = 0;
        while han < least {
            han += self.sentence(kind, dice, out).max(1);
        }
        han
    }
}

fn fault(fault: String) -> PracticeError {
    PracticeError::Bundle {
        file: FILE.to_owned(),
        fault,
    }
}

fn pieces(sentence: &str, names: &[&String]) -> Result<Vec<Piece>, PracticeError> {
    let mut found = Vec::new();
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('{') {
        if !before.is_empty() {
            found.push(Piece::Text(Word::new(before)));
        }
        let (name, after) = after
            .split_once('}')
            .ok_or_else(|| fault(format!("a brace stays open in `{sentence}`")))?;
        found.push(match name {
            "#" => Piece::Number,
            name => {
                let list = names.binary_search_by(|n| n.as_str().cmp(name));
                Piece::List(list.map_err(|_| fault(format!("no list `{name}`")))?)
            }
        });
        rest = after;
    }
    if !rest.is_empty() {
        found.push(Piece::Text(Word::new(rest)));
    }
    Ok(found)
}

fn push_number(out: &mut String, number: usize) {
    let mut digits = [0_u8; 20];
    let mut rest = number;
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    out.extend(digits[at..].iter().map(|d| char::from(*d)));
}

/// Whether a character is a Han character of the basic blocks that the words use.
pub(super) fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}')
}

/// A small deterministic generator (splitmix64): the same seed gives the same page on every machine.
#[derive(Debug, Clone)]
pub(super) struct Dice(u64);

impl Dice {
    /// The generator of one seed.
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.0)
    }

    /// A number below `bound`, 0 when the bound is 0.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.next()) * bound as u128) >> 64) as usize
    }

    /// One of the items.
    pub(super) fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.below(items.len()))
    }
}

/// The finaliser of splitmix64: a good cheap hash of one number.
pub(super) fn mix(number: u64) -> u64 {
    let z = (number ^ (number >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn counts_what_it_writes() {
        let prose = Prose::bundled().unwrap();
        for (seed, kind) in [
            Kind::Title,
            Kind::AdTitle,
            Kind::WarningTitle,
            Kind::Plain,
            Kind::Ad,
            Kind::Warning,
        ]
        .into_iter()
        .enumerate()
        {
            let mut text = String::new();
            let han = prose.paragraph(kind, 200, &mut Dice::new(seed as u64), &mut text);
            assert!(han >= 200);
            assert_eq!(han, text.chars().filter(|c| is_han(*c)).count());
            assert!(!text.contains('{') && !text.contains('}'), "{text}");
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_text() {
        let prose = Prose::bundled().unwrap();
        let text = |seed| {
            let mut text = String::new();
            prose.paragraph(Kind::Plain, 500, &mut Dice::new(seed), &mut text);
            text
        };
        assert_eq!(text(5), text(5));
        assert_ne!(text(5), text(6));
    }

    #[test]
    fn the_file_holds_no_doubles() {
        let form: Form = toml::from_str(bundled_text(FILE).unwrap()).unwrap();
        let lists = form.words.values().chain([
            &form.sentences,
            &form.ads,
            &form.warnings,
            &form.titles,
            &form.ad_titles,
            &form.warning_titles,
        ]);
        for list in lists {
            assert_eq!(
                list.iter().collect::<BTreeSet<_>>().len(),
                list.len(),
                "{list:?}"
            );
        }
    }

    #[test]
    fn unknown_lists_and_open_braces_are_faults() {
        let name = "word".to_owned();
        for sentence in ["{nothing}", "a {word", "{"] {
            assert!(pieces(sentence, &[&name]).is_err(), "{sentence}");
        }
        assert_eq!(pieces("a{word}b{#}", &[&name]).unwrap().len(), 4);
    }
}
