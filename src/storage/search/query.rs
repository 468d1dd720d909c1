//! What is asked for, and the question that is put to the index.

use super::fields::Fields;
use super::icp;
use super::tokens::{Cutter, Letter, letters, pieces};
use crate::model::partial_mask::mask;
use chrono::{DateTime, Utc};
use std::ops::Bound;
use tantivy::Term;
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, InvertedIndexRangeQuery, Occur, PhraseQuery, Query,
    RangeQuery, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};

/// What is asked for. Empty fields do not narrow; all that are given must hold.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SearchQuery {
    /// Words, parted by blanks: all must occur. What stands in quotation marks must occur exactly so. Personal numbers are
    /// masked in the index, so they are masked here in the same way, and find all that look alike when masked.
    pub words: String,
    /// Part of the address, from one `.`, `/`, `?` or the like to the next.
    pub url: Option<String>,
    /// Host, or a domain above it down to the registrable one.
    pub domain: Option<String>,
    /// Part of the name of brand, operator or payee.
    pub subject: Option<String>,
    /// Part of the platform's name on the patrol list.
    pub platform: Option<String>,
    /// ICP number, or its digits.
    pub icp: Option<String>,
    /// Case number.
    pub case: Option<String>,
    /// SHA-256 or SM3 of the package, or SHA-256 of a payload: lower-case hex, at least the first eight digits.
    pub digest: Option<String>,
    /// With a finding of this rule.
    pub rule: Option<String>,
    /// Captured at or after.
    pub since: Option<DateTime<Utc>>,
    /// Captured before.
    pub until: Option<DateTime<Utc>>,
    /// With at least this score, 0 to 100.
    pub min_score: Option<f64>,
    /// Newest first, not most relevant first.
    pub by_date: bool,
    /// So many are passed over first.
    pub skip: usize,
    /// At most so many, up to [`MOST_HITS`].
    pub limit: usize,
}

/// Most results of one search.
pub const MOST_HITS: usize = 10_000;
/// Most words of one search.
const MOST_WORDS: usize = 32;
/// Most characters of one search.
const MOST_CHARACTERS: usize = 2_000;
/// Fewest digits of a digest.
const FEWEST_DIGITS: usize = 8;

impl SearchQuery {
    /// What is wrong with it, in words for the person who asks.
    pub fn fault(&self) -> Option<String> {
        let asked = asked(&self.words);
        if self.words.chars().count() > MOST_CHARACTERS || asked.len() > MOST_WORDS {
            return Some(format!(
                "a search takes at most {MOST_WORDS} words and {MOST_CHARACTERS} characters"
            ));
        }
        let empty = |word: &Asked| letters(&word.text).is_empty();
        if let Some(word) = asked.iter().find(|w| empty(w)) {
            return Some(format!(
                "{:?} holds no letter, digit or Chinese character to search for",
                word.text
            ));
        }
        let given = |text: &Option<String>| text.as_deref().is_some_and(|t| letters(t).is_empty());
        if given(&self.url) || given(&self.subject) || given(&self.platform) {
            return Some("an address or name to search for must hold letters or digits".to_owned());
        }
        let is_digest = |d: &String| {
            d.len() >= FEWEST_DIGITS && d.len() <= 64 && d.bytes().all(|b| b.is_ascii_hexdigit())
        };
        if self.digest.as_ref().is_some_and(|d| !is_digest(d)) {
            return Some(format!(
                "a digest is {FEWEST_DIGITS} to 64 hexadecimal digits"
            ));
        }
        None
    }

    /// The question, and the words to mark in what is found.
    pub(super) fn build(
        &self,
        fields: &Fields,
        cutter: &Cutter,
    ) -> (Box<dyn Query>, Vec<Vec<char>>) {
        let mut must: Vec<Box<dyn Query>> = Vec::new();
        let mut should: Vec<Box<dyn Query>> = Vec::new();
        let mut marks = Vec::new();
        let masked = mask(&self.words);
        for word in asked(&masked).into_iter().take(MOST_WORDS) {
            let letters = letters(&word.text);
            let parts = word.parts(&letters, cutter);
            if parts.len() > 1 {
                should.extend(anywhere(fields, &letters));
            }
            for part in parts {
                must.extend(anywhere(fields, part));
                should.extend(whole_word(fields, part));
                marks.push(part.iter().map(|l| l.c).collect());
            }
        }
        must.extend(self.filters(fields));
        (joined(must, should), marks)
    }

    fn filters(&self, fields: &Fields) -> Vec<Box<dyn Query>> {
        let mut filters: Vec<Box<dyn Query>> = Vec::new();
        let runs = [
            (&self.url, fields.url),
            (&self.subject, fields.subject),
            (&self.platform, fields.platform),
        ];
        for (text, field) in runs {
            let found = text.as_ref().map(|t| letters(&mask(t)));
            filters.extend(found.and_then(|letters| run(field, &letters)));
        }
        let exact = [
            (self.domain.as_ref().map(|d| domain_term(d)), fields.domain),
            (self.icp.as_ref().map(|n| icp::asked(n)), fields.icp),
            (self.case.as_ref().map(|c| c.trim().to_owned()), fields.case),
            (self.rule.as_ref().map(|r| r.trim().to_owned()), fields.rule),
        ];
        for (value, field) in exact {
            filters.extend(value.map(|v| term(field, &v)));
        }
        if let Some(digest) = &self.digest {
            let digest = digest.to_ascii_lowercase();
            filters.push(prefix(fields.digest, &digest, "g"));
        }
        filters.extend(self.ranges(fields));
        filters
    }

    fn ranges(&self, fields: &Fields) -> Vec<Box<dyn Query>> {
        let mut ranges: Vec<Box<dyn Query>> = Vec::new();
        if self.since.is_some() || self.until.is_some() {
            let at = |t: DateTime<Utc>| Term::from_field_i64(fields.captured, t.timestamp_millis());
            let from = self
                .since
                .map_or(Bound::Unbounded, |t| Bound::Included(at(t)));
            let until = self
                .until
                .map_or(Bound::Unbounded, |t| Bound::Excluded(at(t)));
            ranges.push(Box::new(RangeQuery::new(from, until)));
        }
        if let Some(score) = self.min_score {
            let from = Term::from_field_f64(fields.score, score);
            ranges.push(Box::new(RangeQuery::new(
                Bound::Included(from),
                Bound::Unbounded,
            )));
        }
        ranges
    }
}

/// The host as it is indexed: lower case, without port and final dot. An address is taken by its host.
fn domain_term(asked: &str) -> String {
    let asked = asked.trim();
    let host = url::Url::parse(asked)
        .or_else(|_| url::Url::parse(&format!("http://{asked}/")))
        .ok()
        .and_then(|url| url.host_str().map(str::to_owned));
    let host = host.unwrap_or_else(|| asked.to_lowercase());
    host.trim_end_matches('.').to_owned()
}

/// One word of a search.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Asked {
    text: String,
    exact: bool,
}

/// Splits at blanks; what stands in quotation marks stays together. An opening mark without a closing one reaches to
/// the end.
fn asked(text: &str) -> Vec<Asked> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut closing = None;
    let mut end = |word: &mut String, exact: bool| {
        if !word.trim().is_empty() {
            words.push(Asked {
                text: std::mem::take(word),
                exact,
            });
        }
        word.clear();
    };
    for c in text.chars() {
        match (closing, c) {
            (Some(mark), _) if c == mark => {
                closing = None;
                end(&mut word, true);
            }
            (Some(_), _) => word.push(c),
            (None, '"' | '“' | '「' | '『' | '＂') => {
                end(&mut word, false);
                closing = Some(match c {
                    '“' => '”',
                    '「' => '」',
                    '『' => '』',
                    other => other,
                });
            }
            (None, _) if c.is_whitespace() => end(&mut word, false),
            (None, _) => word.push(c),
        }
    }
    end(&mut word, closing.is_some());
    words
}

impl Asked {
    /// The parts that must each occur: the words of the dictionary, single characters with a neighbour. What is exact,
    /// and what holds no Chinese, is one part.
    fn parts<'a>(&self, letters: &'a [Letter], cutter: &Cutter) -> Vec<&'a [Letter]> {
        if self.exact || !letters.iter().any(Letter::is_han) {
            return vec![letters];
        }
        let mut ends: Vec<usize> = Vec::new();
        for word in cutter.words.words(&self.text) {
            let end = letters.partition_point(|l| l.end <= word.end);
            let begin = ends.last().copied().unwrap_or(0);
            let run = letters.get(begin..end).unwrap_or_default();
            let next_is_word = letters.get(end).is_some_and(|l| !l.is_han());
            let last = run.last();
            // A single character joins the word behind it; letters and digits that stand together are not parted.
            let open = run.len() < 2 && last.is_some_and(Letter::is_han)
                || next_is_word
                    && last.is_some_and(|l| {
                        !l.is_han() && letters.get(end).is_some_and(|n| n.start == l.end)
                    });
            if end > begin && !open {
                ends.push(end);
            }
        }
        // What is left over joins the last word.
        match ends.last_mut() {
            Some(last) => *last = letters.len(),
            None => ends.push(letters.len()),
        }
        let mut begin = 0;
        let mut parts = Vec::new();
        for end in ends {
            parts.extend(letters.get(begin..end).filter(|part| !part.is_empty()));
            begin = end;
        }
        parts
    }
}

/// A run of characters in text, title or names.
fn anywhere(fields: &Fields, letters: &[Letter]) -> Option<Box<dyn Query>> {
    let weights = [
        (fields.text, 1.0),
        (fields.title, 2.0),
        (fields.subject, 2.0),
    ];
    let mut some: Vec<(Occur, Box<dyn Query>)> = Vec::new();
    for (field, weight) in weights {
        let query = run(field, letters)?;
        some.push((Occur::Should, Box::new(BoostQuery::new(query, weight))));
    }
    Some(Box::new(BooleanQuery::new(some)))
}

/// A long dictionary word as one term, for the ranking only.
fn whole_word(fields: &Fields, letters: &[Letter]) -> Option<Box<dyn Query>> {
    let long = letters.len() >= 3 && letters.iter().all(Letter::is_han);
    long.then(|| {
        let word: String = letters.iter().map(|l| l.c).collect();
        term(fields.text, &word)
    })
}

/// The documents in whose field the characters stand side by side.
fn run(field: Field, letters: &[Letter]) -> Option<Box<dyn Query>> {
    if let [single] = letters
        && single.is_han()
    {
        // It begins a pair, or stands alone.
        return Some(prefix(field, &single.c.to_string(), "\u{10ffff}"));
    }
    let terms = cover(letters);
    match terms.as_slice() {
        [] => None,
        [(_, one)] => Some(term(field, one)),
        [(first, _), ..] => {
            let place =
                |(at, text): &(usize, String)| (at - first, Term::from_field_text(field, text));
            let terms = terms.iter().map(place).collect();
            Some(Box::new(PhraseQuery::new_with_offset(terms)))
        }
    }
}

/// The fewest terms that hold all characters, with their places. A single Chinese character at the end of a run may have
/// any neighbour in a text, so it has no term of its own there and is left out where there are others.
fn cover(letters: &[Letter]) -> Vec<(usize, String)> {
    let all = pieces(letters);
    let mut terms: Vec<(usize, String)> = Vec::new();
    let mut covered = 0;
    for (at, piece) in all.iter().enumerate() {
        let end = piece.place + piece.length;
        let han = piece.term.chars().all(super::tokens::is_han);
        let next = all.get(at + 1);
        if han && piece.length == 1 && next.is_none_or(|n| n.place != end) {
            continue;
        }
        // Every second pair is enough, and the last one of a run.
        let next_goes_on = next.is_some_and(|n| n.place == piece.place + 1 && n.length == 2);
        if han && piece.length == 2 && piece.place < covered && next_goes_on {
            continue;
        }
        if end <= covered {
            continue;
        }
        covered = end;
        terms.push((piece.place, piece.term.clone()));
    }
    if terms.is_empty() {
        terms.extend(all.first().map(|piece| (piece.place, piece.term.clone())));
    }
    terms
}

fn term(field: Field, text: &str) -> Box<dyn Query> {
    let term = Term::from_field_text(field, text);
    Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))
}

/// Terms that begin so; `above` sorts behind whatever may follow.
fn prefix(field: Field, start: &str, above: &str) -> Box<dyn Query> {
    let from = Term::from_field_text(field, start);
    let until = Term::from_field_text(field, &format!("{start}{above}"));
    Box::new(InvertedIndexRangeQuery::new(
        Bound::Included(from),
        Bound::Excluded(until),
    ))
}

fn joined(must: Vec<Box<dyn Query>>, should: Vec<Box<dyn Query>>) -> Box<dyn Query> {
    if must.is_empty() {
        return Box::new(AllQuery);
    }
    let must = must.into_iter().map(|q| (Occur::Must, q));
    let should = should.into_iter().map(|q| (Occur::Should, q));
    Box::new(BooleanQuery::new(must.chain(should).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words(text: &str) -> Vec<(String, bool)> {
        asked(text).into_iter().map(|w| (w.text, w.exact)).collect()
    }

    fn covered(text: &str) -> Vec<(usize, String)> {
        cover(&letters(text))
    }

    #[test]
    fn blanks_part_words_and_marks_keep_them_together() {
        let word = |w: &str| (w.to_owned(), false);
        let exact = |w: &str| (w.to_owned(), true);
        assert_eq!(words("保本　高息"), [word("保本"), word("高息")]);
        assert_eq!(
            words("\"保本 高息\" 年化"),
            [exact("保本 高息"), word("年化")]
        );
        assert_eq!(
            words("a“保本”「高息"),
            [word("a"), exact("保本"), exact("高息")]
        );
        assert_eq!(words("\"\" \" "), []);
    }

    #[test]
    fn the_fewest_terms_cover_a_run() {
        let row = |at: usize, t: &str| (at, t.to_owned());
        assert_eq!(covered("保本"), [row(0, "保本")]);
        assert_eq!(covered("高收益"), [row(0, "高收"), row(1, "收益")]);
        assert_eq!(covered("保本保息"), [row(0, "保本"), row(2, "保息")]);
        assert_eq!(covered("加V138"), [row(0, "加"), row(1, "v138")]);
        assert_eq!(covered("app贷"), [row(0, "app")]);
        assert_eq!(
            covered("www.licai.test"),
            [row(0, "www"), row(3, "licai"), row(8, "test")]
        );
    }

    #[test]
    fn digests_and_words_are_checked() {
        let digest = |d: &str| SearchQuery {
            digest: Some(d.to_owned()),
            ..SearchQuery::default()
        };
        assert!(digest("0123abcd").fault().is_none());
        assert!(digest("0123abc").fault().is_some());
        assert!(digest("0123abcz").fault().is_some());
        let words = |w: &str| SearchQuery {
            words: w.to_owned(),
            ..SearchQuery::default()
        };
        assert!(words("保本 ***").fault().is_some());
        assert!(words(&"保 ".repeat(33)).fault().is_some());
        assert!(words("").fault().is_none());
    }

    #[test]
    fn domains_are_taken_by_their_host() {
        assert_eq!(
            domain_term("HTTPS://www.Licai.test:8080/p?q"),
            "www.licai.test"
        );
        assert_eq!(domain_term("licai.test."), "licai.test");
        assert_eq!(domain_term("理财.test"), "xn--8eyq94c.test");
    }

    proptest! {
        #[test]
        fn any_input_can_be_asked(text in "\\PC{0,60}|[\"“”「」 保本a1.*-]{0,40}") {
            let all = asked(&text);
            prop_assert!(all.iter().all(|w| !w.text.trim().is_empty()));
            for word in all {
                let letters = letters(&word.text);
                let terms = cover(&letters);
                prop_assert_eq!(terms.is_empty(), letters.is_empty());
                prop_assert!(terms.windows(2).all(|w| w[0].0 < w[1].0));
            }
        }
    }
}
