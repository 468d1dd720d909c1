//! Faults of lexicon files, for the people who keep them.

use super::bundle::{Bundle, BundleError};
use super::rulebook::{Rows, read};
use crate::model::lexicon::{Lexicon, Pattern};
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

/// One fault with its place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// File relative to `lexicons/`.
    pub file: String,
    /// Line, from 1; 0 when the whole file is meant.
    pub line: usize,
    /// Field or id.
    pub field: String,
    /// What is wrong, in English.
    pub what: String,
}

impl Fault {
    pub(super) fn new(file: &str, line: usize, field: &str, what: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            line,
            field: field.to_owned(),
            what: what.into(),
        }
    }

    pub(super) fn syntax(file: &str, text: &str, error: &toml::de::Error) -> Self {
        let line = error.span().map_or(0, |span| line_of(text, span.start));
        Self::new(file, line, "", error.message())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)?;
        if !self.field.is_empty() {
            write!(f, ": {}", self.field)?;
        }
        write!(f, ": {}", self.what)
    }
}

/// All faults of the files in `dir` (over the embedded ones), or of the embedded ones.
pub fn check(dir: Option<&Path>) -> Result<Vec<Fault>, BundleError> {
    let bundle = match dir {
        Some(dir) => Bundle::open(dir)?,
        None => Bundle::embedded(),
    };
    let mut faults = read(&bundle).1;
    faults.sort();
    Ok(faults)
}

pub(super) fn line_of(text: &str, offset: usize) -> usize {
    let head = text.as_bytes().get(..offset).unwrap_or(text.as_bytes());
    1 + head.iter().filter(|b| **b == b'\n').count()
}

/// Faults that need more than one row: order, doubles, unknown rules.
pub(super) fn check_rows(rows: &Rows, lexicon: &Lexicon, faults: &mut Vec<Fault>) {
    let mut seen = BTreeMap::new();
    let ids = rows.rules.iter().map(|(f, l, r)| (f, l, &r.id, "rule"));
    let ids = ids.chain(rows.terms.iter().map(|(f, l, t)| (f, l, &t.id, "term")));
    let ids = ids.chain(rows.cues.iter().map(|(f, l, c)| (f, l, &c.id, "cue")));
    let ids = ids.chain(rows.marks.iter().map(|(f, l, m)| (f, l, &m.id, "mark")));
    let mut last: Option<(&String, &str, &String)> = None;
    for (file, line, id, sort) in ids {
        if let Some(first) = seen.insert((sort, id), line) {
            let what = format!("{sort} {id} stands on line {first} already");
            faults.push(Fault::new(file, *line, "id", what));
        }
        if let Some((before_file, before_sort, before)) = last
            && before_file == file
            && before_sort == sort
            && before > id
        {
            let what = format!("{id} must stand before {before} (sorted by id)");
            faults.push(Fault::new(file, *line, "id", what));
        }
        last = Some((file, sort, id));
    }
    for (file, line, term) in &rows.terms {
        for rule in &term.rules {
            if !rows.rules.iter().any(|(_, _, r)| r.id == *rule) {
                let what = format!("unknown rule {rule}");
                faults.push(Fault::new(file, *line, "rules", what));
            }
        }
        check_pattern(file, *line, &term.pattern, faults);
    }
    for (file, line, cue) in &rows.cues {
        check_pattern(file, *line, &cue.pattern, faults);
    }
    for (file, line, mark) in &rows.marks {
        check_pattern(file, *line, &mark.pattern, faults);
    }
    check_lists(lexicon, faults);
    super::check_catalogue::check(rows, lexicon, faults);
}

fn check_pattern(file: &str, line: usize, pattern: &Pattern, faults: &mut Vec<Fault>) {
    if pattern.words.is_empty() {
        faults.push(Fault::new(file, line, "words", "must not be empty"));
    }
    let lists = [
        ("words", &pattern.words),
        ("near", &pattern.near),
        ("without", &pattern.without),
        ("apart", &pattern.apart),
    ];
    for (field, words) in lists {
        check_words(file, line, field, words, faults);
    }
    if let Some(regex) = &pattern.regex
        && let Err(error) = regex::Regex::new(regex)
    {
        let what = format!("not a regular expression: {error}");
        faults.push(Fault::new(file, line, "pattern", what));
    }
}

fn check_lists(lexicon: &Lexicon, faults: &mut Vec<Fault>) {
    let p = &lexicon.polarity;
    let lists = [
        ("before", &p.before),
        ("after", &p.after),
        ("attribution", &p.attribution),
        ("prohibition", &p.prohibition),
        ("idiom", &p.idiom),
    ];
    for (field, words) in lists {
        check_words("negation.toml", 0, field, words, faults);
    }
    for list in &lexicon.names {
        check_words("names.toml", 0, &list.id, &list.words, faults);
    }
    for topic in &lexicon.topics {
        check_words("topics.toml", 0, &topic.id, &topic.words, faults);
    }
}

pub(super) fn check_words(
    file: &str,
    line: usize,
    field: &str,
    words: &[String],
    faults: &mut Vec<Fault>,
) {
    for pair in words.windows(2) {
        if let [a, b] = pair
            && a >= b
        {
            let what = format!("{b:?} must stand before {a:?} and once only");
            faults.push(Fault::new(file, line, field, what));
        }
    }
    for word in words {
        if word.trim() != word || word.is_empty() {
            let what = format!("{word:?} is empty or has white space around it");
            faults.push(Fault::new(file, line, field, what));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(files: &[(&str, &str)]) -> Vec<String> {
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
        for (name, text) in files {
            all.insert((*name).into(), (*text).into());
        }
        read(&Bundle::of(all))
            .1
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn the_embedded_lexicons_are_sound() {
        let faults = check(None).expect("embedded files are readable");
        assert!(faults.is_empty(), "{faults:#?}");
    }

    #[test]
    fn faults_name_file_line_and_field() {
        let bad = "[[term]]\nid = \"b\"\nkind = \"offer\"\nrules = [\"ZZ-9\"]\nweight = 1\nwords = [\"b\", \"a\"]\n\n\
                   [[term]]\nid = \"a\"\nkind = \"offer\"\nweight = 1\nwords = [\"x\"]\npattern = '['\n";
        let faults = faults(&[("terms/t.toml", bad)]).join("\n");
        for part in [
            "terms/t.toml:1: rules: unknown rule ZZ-9",
            "terms/t.toml:1: words",
            "terms/t.toml:8: id",
            "terms/t.toml:8: pattern",
        ] {
            assert!(faults.contains(part), "{part} not in\n{faults}");
        }
    }

    #[test]
    fn dates_and_syntax_are_checked() {
        let rule = "[[rule]]\nid = \"A\"\ntitle = \"t\"\nseverity = 9\nsectors = []\ndepartment = \"d\"\n\
                    departments = []\nbenign = []\nlicensed = \"maybe\"\n[[rule.basis]]\ntext = \"b\"\ngrade = \"V\"\n\
                    from = 2026-05-02\nuntil = 2026-05-01\n";
        let found = faults(&[("rules.toml", rule)]).join("\n");
        for part in ["severity", "until", "licensed"] {
            assert!(found.contains(part), "{part} not in\n{found}");
        }
        assert!(
            faults(&[("rules.toml", "[[rule")])
                .join("")
                .contains("rules.toml:1")
        );
    }
}
