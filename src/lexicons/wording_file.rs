//! `wording.tsv`: the weights of the trained model, a row a feature.

use super::check::Fault;
use crate::model::wording::{SUMS, Weights, Wording};
use std::fmt::Write as _;

/// The name of the file.
pub const FILE: &str = "wording.tsv";

/// What stands in the first column before a word, and the name of the row of biases.
const WORD: &str = "word:";
const BIAS: &str = "bias";

/// Reads the table; faulty rows are left out.
pub(super) fn read(text: &str, faults: &mut Vec<Fault>) -> Wording {
    let mut wording = Wording::default();
    for (at, line) in text.lines().enumerate() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (name, weights) = match row(line) {
            Ok(row) => row,
            Err(what) => {
                faults.push(Fault::new(FILE, at + 1, "", what));
                continue;
            }
        };
        match name.strip_prefix(WORD) {
            Some(word) => wording.words.push((word.to_owned(), weights)),
            None if name == BIAS => wording.bias = weights,
            None => {
                if wording.features.insert(name.to_owned(), weights).is_some() {
                    faults.push(Fault::new(FILE, at + 1, name, "stands here twice"));
                }
            }
        }
    }
    wording.words.sort_by(|a, b| a.0.cmp(&b.0));
    for pair in wording.words.windows(2) {
        if let [(a, _), (b, _)] = pair
            && a == b
        {
            faults.push(Fault::new(FILE, 0, a, "stands here twice"));
        }
    }
    wording.words.dedup_by(|a, b| a.0 == b.0);
    wording
}

fn row(line: &str) -> Result<(&str, Weights), String> {
    let mut cells = line.split('\t');
    let name = cells.next().unwrap_or("");
    let mut weights = [0.0; SUMS];
    for slot in &mut weights {
        let cell = cells
            .next()
            .ok_or_else(|| format!("needs a name and {SUMS} weights, parted by tabs"))?;
        *slot = cell
            .parse()
            .ok()
            .filter(|w: &f32| w.is_finite())
            .ok_or_else(|| format!("{cell:?} is no weight"))?;
    }
    match (name, cells.next()) {
        ("", _) | (WORD, _) => Err("a name is missing".into()),
        (_, Some(_)) => Err(format!("more than {SUMS} weights")),
        _ => Ok((name, weights)),
    }
}

/// The table as text, `head` as comment lines above it.
pub fn write(wording: &Wording, head: &[String]) -> String {
    let mut out = String::new();
    for line in head {
        let _ = writeln!(out, "# {}", line.replace(['\n', '\r'], " "));
    }
    let mut put = |name: &str, weights: &Weights| {
        out.push_str(name);
        for weight in weights {
            let _ = write!(out, "\t{weight:.2}");
        }
        out.push('\n');
    };
    put(BIAS, &wording.bias);
    for (name, weights) in &wording.features {
        put(name, weights);
    }
    for (word, weights) in &wording.words {
        put(&format!("{WORD}{word}"), weights);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let mut wording = Wording {
            bias: [0.5; SUMS],
            words: vec![("保本".into(), [1.0; SUMS]), ("收益".into(), [-0.25; SUMS])],
            ..Wording::default()
        };
        wording.features.insert("cue:ad-call".into(), [2.0; SUMS]);
        let mut faults = Vec::new();
        let text = write(&wording, &["trained".into()]);
        assert_eq!(read(&text, &mut faults), wording);
        assert!(faults.is_empty(), "{faults:?}");
    }

    #[test]
    fn faulty_rows_are_named_by_line() {
        let mut faults = Vec::new();
        let weights = vec!["1"; SUMS - 1].join("\t");
        read(&format!("# head\na\t1\nb\t{weights}\tNaN\n"), &mut faults);
        let lines: Vec<usize> = faults.iter().map(|f| f.line).collect();
        assert_eq!(lines, [2, 3]);
    }
}
