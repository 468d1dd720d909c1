//! The rows of the register files. The header line tells the kind of a file.

use super::fault::{Scribe, Severity, quoted};
use crate::model::register::distance::nearest;
use crate::model::register::{
    Alias, AliasUse, Decoy, LicenceKind, Provenance, Refusal, RefusalReason, RegisterData,
    RegisterRow,
};

const INSTITUTIONS: &str = "name,short_names,code,licence,province,domains,source,as_of";
const REFUSED: &str = "refused_name,code,date,reason,source,as_of";
const ALIASES: &str = "alias,institution,use";
const DECOYS: &str = "decoy,effect,unless,why";
const CUES: &str = "cue";
const CONFUSABLES: &str = "genuine,look_alike,why";
const ALL: [&str; 6] = [INSTITUTIONS, REFUSED, ALIASES, DECOYS, CUES, CONFUSABLES];

/// Whether a text is a register by its header line.
pub(super) fn is_register(text: &str) -> bool {
    header(text).is_some_and(|(_, line)| ALL.contains(&line))
}

/// The first line that is no comment, with its number.
fn header(text: &str) -> Option<(usize, &str)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.lines()
        .enumerate()
        .map(|(i, line)| (i + 1, line.trim_end()))
        .find(|(_, line)| !line.is_empty() && !line.starts_with('#'))
}

/// One row with its line.
struct Cells<'r> {
    line: usize,
    record: &'r csv::StringRecord,
    names: Vec<&'static str>,
}

impl Cells<'_> {
    fn get(&self, name: &str) -> &str {
        let at = self.names.iter().position(|n| *n == name);
        at.and_then(|i| self.record.get(i)).unwrap_or("").trim()
    }

    fn list(&self, name: &str) -> Vec<String> {
        let parts = self.get(name).split('|').map(str::trim);
        parts.filter(|p| !p.is_empty()).map(str::to_owned).collect()
    }

    fn error(&self, name: &str, problem: String, advice: String, scribe: &mut Scribe<'_>) {
        let column = self
            .names
            .iter()
            .position(|n| *n == name)
            .map_or(0, |i| i + 1);
        scribe.at((self.line, column), name, problem, advice, Severity::Error);
    }

    /// A cell that may not be empty.
    fn required(&self, name: &str, scribe: &mut Scribe<'_>) -> Option<String> {
        let text = self.get(name);
        if text.is_empty() {
            self.error(
                name,
                "the cell is empty".to_owned(),
                "every row needs it".to_owned(),
                scribe,
            );
            return None;
        }
        Some(text.to_owned())
    }

    /// A cell that must be one of some words.
    fn word<T>(
        &self,
        name: &str,
        known: &[&str],
        parse: impl Fn(&str) -> Option<T>,
        scribe: &mut Scribe<'_>,
    ) -> Option<T> {
        let text = self.required(name, scribe)?;
        let parsed = parse(&text);
        if parsed.is_none() {
            let advice = nearest(&text, known).map_or_else(
                || format!("one of: {}", known.join(", ")),
                |near| format!("did you mean {near}?"),
            );
            self.error(
                name,
                format!("unknown word {}", quoted(&text)),
                advice,
                scribe,
            );
        }
        parsed
    }

    fn provenance(&self, scribe: &mut Scribe<'_>) -> Option<Provenance> {
        let source = self.required("source", scribe);
        let as_of = self.required("as_of", scribe)?;
        if !is_date(&as_of) {
            let advice = "write 2025, 2025-06 or 2025-06-30".to_owned();
            self.error(
                "as_of",
                format!("{} is not a date", quoted(&as_of)),
                advice,
                scribe,
            );
            return None;
        }
        Some(Provenance {
            source: source?,
            as_of,
        })
    }
}

/// A year, month or day in ISO 8601.
fn is_date(text: &str) -> bool {
    let digits = |part: &str, n: usize| part.len() == n && part.bytes().all(|b| b.is_ascii_digit());
    let in_range = |part: &str, most: u8| part.parse::<u8>().is_ok_and(|n| (1..=most).contains(&n));
    let mut parts = text.split('-');
    parts.next().is_some_and(|y| digits(y, 4))
        && parts.next().is_none_or(|m| digits(m, 2) && in_range(m, 12))
        && parts.next().is_none_or(|d| digits(d, 2) && in_range(d, 31))
        && parts.next().is_none()
}

/// A lower-case host name with at least one dot.
fn is_host(text: &str) -> bool {
    let label = |l: &str| {
        (1..=63).contains(&l.len())
            && l.bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !l.starts_with('-')
            && !l.ends_with('-')
    };
    text.len() <= 253 && text.contains('.') && text.split('.').all(label)
}

/// Reads one register file into `data`; rows with an error are left out.
pub(super) fn read_rows(text: &str, data: &mut RegisterData, scribe: &mut Scribe<'_>) {
    let Some((line, found)) = header(text) else {
        return;
    };
    let Some(kind) = ALL.iter().copied().find(|h| *h == found) else {
        let advice = nearest(found, &ALL).map_or_else(
            || "see the register headers in seeds/README.md".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        let problem = format!("unknown header {}", quoted(found));
        scribe.at((line, 0), "", problem, advice, Severity::Error);
        return;
    };
    let names: Vec<&'static str> = kind.split(',').collect();
    let mut reader = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .flexible(true)
        .from_reader(text.strip_prefix('\u{feff}').unwrap_or(text).as_bytes());
    let mut record = csv::StringRecord::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => {
                scribe.at(
                    (0, 0),
                    "",
                    format!("not CSV: {error}"),
                    "mend the row",
                    Severity::Error,
                );
                return;
            }
        }
        let line = record.position().map_or(0, |p| p.line());
        let cells = Cells {
            line: usize::try_from(line).unwrap_or(usize::MAX),
            record: &record,
            names: names.clone(),
        };
        if record.len() != names.len() {
            let problem = format!(
                "the row has {} cells instead of {}",
                record.len(),
                names.len()
            );
            let advice = "put a cell with a comma in double quotes";
            scribe.at((cells.line, 0), "", problem, advice, Severity::Error);
            continue;
        }
        read_row(kind, &cells, data, scribe);
    }
}

fn read_row(kind: &str, cells: &Cells<'_>, data: &mut RegisterData, scribe: &mut Scribe<'_>) {
    match kind {
        INSTITUTIONS => data.rows.extend(institution(cells, scribe)),
        REFUSED => data.refusals.extend(refusal(cells, scribe)),
        ALIASES => data.aliases.extend(alias(cells, scribe)),
        DECOYS => data.decoys.extend(decoy(cells, scribe)),
        CUES => data.cues.extend(cells.required("cue", scribe)),
        _ => data.confusables.extend(confusable(cells, scribe)),
    }
}

fn institution(cells: &Cells<'_>, scribe: &mut Scribe<'_>) -> Option<RegisterRow> {
    let kinds: Vec<&str> = LicenceKind::ALL
        .into_iter()
        .map(LicenceKind::code)
        .collect();
    let licence = cells.word("licence", &kinds, LicenceKind::parse, scribe);
    let provenance = cells.provenance(scribe);
    let domains = cells.list("domains");
    let mut sound = true;
    for host in domains.iter().filter(|h| !is_host(h)) {
        let advice = "write a lower-case host name without scheme and path".to_owned();
        cells.error(
            "domains",
            format!("{} is not a host name", quoted(host)),
            advice,
            scribe,
        );
        sound = false;
    }
    let name = cells.get("name").to_owned();
    if name.is_empty() && domains.is_empty() {
        cells.error(
            "name",
            "neither name nor domain".to_owned(),
            "write one of them".to_owned(),
            scribe,
        );
        sound = false;
    }
    let code = Some(cells.get("code")).filter(|c| !c.is_empty());
    if let Some(code) = code.filter(|c| !is_code(c)) {
        let advice = "write an institution code (15 characters) or a credit code (18)".to_owned();
        cells.error(
            "code",
            format!("{} is not a code", quoted(code)),
            advice,
            scribe,
        );
        sound = false;
    }
    sound.then_some(RegisterRow {
        name,
        short_names: cells.list("short_names"),
        code: code.map(str::to_owned),
        licence: licence?,
        province: Some(cells.get("province").to_owned()).filter(|p| !p.is_empty()),
        domains,
        provenance: provenance?,
    })
}

/// Organisation code (9, with or without hyphen), institution code (15) or credit code (18).
fn is_code(code: &str) -> bool {
    matches!(code.len(), 9 | 10 | 15 | 18)
        && code
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-')
}

fn refusal(cells: &Cells<'_>, scribe: &mut Scribe<'_>) -> Option<Refusal> {
    let name = cells.required("refused_name", scribe);
    let provenance = cells.provenance(scribe);
    let date = cells.required("date", scribe)?;
    if !is_date(&date) {
        cells.error(
            "date",
            format!("{} is not a date", quoted(&date)),
            "write 2018-08-22".to_owned(),
            scribe,
        );
        return None;
    }
    let words = cells.list("reason");
    let reasons: Vec<RefusalReason> = words
        .iter()
        .filter_map(|w| RefusalReason::parse(w))
        .collect();
    if reasons.len() != words.len() || words.is_empty() {
        let known: Vec<&str> = RefusalReason::ALL
            .into_iter()
            .map(RefusalReason::code)
            .collect();
        let problem = format!("unknown reason in {}", quoted(cells.get("reason")));
        cells.error(
            "reason",
            problem,
            format!("some of: {}", known.join(", ")),
            scribe,
        );
        return None;
    }
    Some(Refusal {
        name: name?,
        code: cells.get("code").to_owned(),
        date,
        reasons,
        provenance: provenance?,
    })
}

fn alias(cells: &Cells<'_>, scribe: &mut Scribe<'_>) -> Option<Alias> {
    let usage = |word: &str| match word {
        "name" => Some(AliasUse::Name),
        "cue" => Some(AliasUse::Cue),
        "latin" => Some(AliasUse::Latin),
        _ => None,
    };
    let usage = cells.word("use", &["name", "cue", "latin"], usage, scribe);
    Some(Alias {
        alias: cells.required("alias", scribe)?,
        institution: cells.required("institution", scribe)?,
        usage: usage?,
    })
}

fn decoy(cells: &Cells<'_>, scribe: &mut Scribe<'_>) -> Option<Decoy> {
    let effect = |word: &str| match word {
        "other" => Some(true),
        "variant" => Some(false),
        _ => None,
    };
    let drops = cells.word("effect", &["other", "variant"], effect, scribe)?;
    let phrase = cells.required("decoy", scribe)?;
    let (phrase, next) = match phrase.split_once('…') {
        Some((end, next)) => (end.to_owned(), Some(next.to_owned())),
        None => (phrase, None),
    };
    Some(Decoy {
        phrase,
        next,
        unless: cells.get("unless").chars().collect(),
        drops,
    })
}

fn confusable(cells: &Cells<'_>, scribe: &mut Scribe<'_>) -> Option<(char, char)> {
    let one = |name: &str, scribe: &mut Scribe<'_>| {
        let text = cells.required(name, scribe)?;
        let mut chars = text.chars();
        let first = chars.next();
        if chars.next().is_some() {
            cells.error(
                name,
                format!("{} is not one character", quoted(&text)),
                "write one".to_owned(),
                scribe,
            );
            return None;
        }
        first
    };
    Some((one("genuine", scribe)?, one("look_alike", scribe)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_hosts() {
        let check = |text, expected| assert_eq!(is_date(text), expected, "{text}");
        check("2025", true);
        check("2025-06", true);
        check("2025-06-30", true);
        check("2025-13", false);
        check("2025-06-30-1", false);
        check("25-06", false);
        check("", false);
        let check = |text, expected| assert_eq!(is_host(text), expected, "{text}");
        check("icbc.com.cn", true);
        check("4000-000-000.com", true);
        check("www.a.test/", false);
        check("A.test", false);
        check("a..test", false);
        check("test", false);
    }
}
