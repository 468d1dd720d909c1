//! Integration tests: text.

mod corpus;
mod evade;
mod evasion;
mod innocent;
mod properties;
mod recall;
mod yields;

use wangxun::lexicons::{dictionary, evasion as tables};
use wangxun::text::Normaliser;

/// A normaliser that knows these words beside its own tables.
fn normaliser(words: &[&str]) -> Normaliser {
    let tables = tables::load(None).expect("embedded tables");
    let words: Vec<String> = words.iter().map(|w| (*w).to_owned()).collect();
    Normaliser::compile(&tables, &words).expect("compiles")
}

/// A normaliser that knows the finance dictionary.
fn dictionary_normaliser() -> Normaliser {
    let words = dictionary::load(None).expect("embedded dictionary");
    let words: Vec<&str> = words.iter().map(|w| w.word.as_str()).collect();
    normaliser(&words)
}

#[test]
fn broken_up_words_are_joined_and_quoted_exactly() {
    let text = normaliser(&["保本保息", "贷款"]).normalise("我们保.本.保.息，贷kuan快");
    assert_eq!(text.plain, "我们保本保息，贷款快");
    assert_eq!(text.quote(6..18), "保.本.保.息");
    assert_eq!(text.quote(21..27), "贷kuan");
}
