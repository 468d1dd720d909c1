//! Where rows and words of the lexicon stand in their files, for the people who keep them.

use super::bundle::{Bundle, BundleError};
use super::rulebook::{Rows, rows};
use std::collections::BTreeMap;
use std::path::Path;

/// File and line of every term, cue and mark, and of their words.
#[derive(Debug, Clone, Default)]
pub struct Places {
    rows: BTreeMap<(&'static str, String), (String, usize)>,
    files: BTreeMap<String, Vec<String>>,
}

impl Places {
    /// The places in `dir` (over the embedded files), or in the embedded ones.
    pub fn load(dir: Option<&Path>) -> Result<Self, BundleError> {
        let bundle = match dir {
            Some(dir) => Bundle::open(dir)?,
            None => Bundle::embedded(),
        };
        Ok(Self::of(&bundle))
    }

    pub(super) fn of(bundle: &Bundle) -> Self {
        let mut places = Self::default();
        let rows: Rows = rows(bundle, &mut Vec::new());
        for (file, line, term) in rows.terms {
            places.rows.insert(("term", term.id), (file, line));
        }
        for (file, line, cue) in rows.cues {
            places.rows.insert(("cue", cue.id), (file, line));
        }
        for (file, line, mark) in rows.marks {
            places.rows.insert(("mark", mark.id), (file, line));
        }
        for (name, text) in bundle.folder("") {
            let lines = text.lines().map(ToOwned::to_owned).collect();
            places.files.insert(name.to_owned(), lines);
        }
        places
    }

    /// File and line (from 1) of a row; topics are known by their file alone.
    pub fn row(&self, sort: &str, id: &str) -> (String, usize) {
        let found = self.rows.iter().find(|((s, i), _)| *s == sort && i == id);
        found.map_or_else(|| ("topics.toml".to_owned(), 0), |(_, place)| place.clone())
    }

    /// File and line (from 1) of a word in a row; the row's own line where the word is written in another way.
    pub fn word(&self, sort: &str, id: &str, word: &str) -> (String, usize) {
        let (file, first) = self.row(sort, id);
        let quoted = [format!("\"{word}\""), format!("'{word}'")];
        let lines = self.files.get(&file).map_or(&[][..], Vec::as_slice);
        let own = lines.iter().enumerate().skip(first);
        let at = own
            .take_while(|(_, line)| first == 0 || !line.starts_with("[["))
            .find(|(_, line)| quoted.iter().any(|q| line.contains(q)))
            .map_or(first, |(at, _)| at + 1);
        (file, at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_words_are_found_by_line() {
        let text = "# head\n[[term]]\nid = \"a\"\nkind = \"offer\"\nweight = 1\nwords = [\n  \"甲\",\n  \"乙\",\n]\n\n\
                    [[term]]\nid = \"b\"\nkind = \"offer\"\nweight = 1\nwords = ['乙']\n";
        let bundle = Bundle::of([("terms/t.toml".to_owned(), text.to_owned())]);
        let places = Places::of(&bundle);
        let file = || "terms/t.toml".to_owned();
        assert_eq!(places.row("term", "b"), (file(), 11));
        assert_eq!(places.word("term", "a", "乙"), (file(), 8));
        assert_eq!(places.word("term", "b", "乙"), (file(), 15));
        assert_eq!(places.word("term", "b", "丙"), (file(), 11));
    }
}
