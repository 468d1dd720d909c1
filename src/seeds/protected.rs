//! What a block must not hit: `seeds/protected/names.csv`, and an office's own rows beside it.

use super::embedded;
use super::error::{SeedsError, read};
use super::fault::{Loaded, Scribe, Severity, quoted};
use crate::model::takedown::name;
use crate::model::takedown::protected::{Protected, ProtectedKind, ProtectedRow};
use crate::model::takedown::target::{TakedownTarget, TargetKind};
use std::path::Path;

const HEADER: &str = "kind,value,what,source,as_of";

/// Whether a text is such a table by its header line.
pub(super) fn is_protected(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim_end);
    lines.find(|l| !l.is_empty() && !l.starts_with('#')) == Some(HEADER)
}

/// Loads the bundled table. With a file, its rows are added.
pub fn load_protected(own: Option<&Path>) -> Result<Loaded<Protected>, SeedsError> {
    let bundled = parse_protected(embedded::PROTECTED, "seeds/protected/names.csv");
    let (mut rows, mut faults) = (bundled.value, bundled.faults);
    if let Some(path) = own {
        let bytes = read(path)?;
        let text = String::from_utf8_lossy(&bytes);
        let more = parse_protected(&text, &path.display().to_string());
        rows.extend(more.value);
        faults.extend(more.faults);
    }
    Ok(Loaded {
        value: Protected::new(rows),
        faults,
    })
}

/// Reads rows from text. Those with an error are left out.
pub fn parse_protected(text: &str, source: &str) -> Loaded<Vec<ProtectedRow>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut scribe = Scribe::new(source, text);
    let mut rows = Vec::new();
    let mut reader = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let known = reader
        .headers()
        .is_ok_and(|h| h.iter().collect::<Vec<_>>().join(",") == HEADER);
    if !known {
        let problem = "the first row does not name the columns";
        let advice = format!("write {HEADER}");
        scribe.at((1, 0), "", problem, advice, Severity::Error);
        return scribe.finish(rows);
    }
    for record in reader.records() {
        match record {
            Ok(record) => rows.extend(row(&record, &mut scribe)),
            Err(error) => {
                let line = error.position().map_or(0, |p| p.line() as usize);
                let advice = "write five cells";
                scribe.at((line, 0), "", error.to_string(), advice, Severity::Error);
            }
        }
    }
    scribe.finish(rows)
}

fn row(record: &csv::StringRecord, scribe: &mut Scribe<'_>) -> Option<ProtectedRow> {
    let line = record.position().map_or(0, |p| p.line() as usize);
    let cell = |at: usize| record.get(at).unwrap_or_default().to_owned();
    let names = ["kind", "value", "what", "source", "as_of"];
    for (at, field) in names.iter().enumerate() {
        if cell(at).is_empty() {
            let problem = "the cell is empty";
            scribe.at((line, at + 1), *field, problem, "fill it", Severity::Error);
            return None;
        }
    }
    let Some(kind) = ProtectedKind::parse(&cell(0)) else {
        let words: Vec<&str> = ProtectedKind::ALL.iter().map(|k| k.code()).collect();
        let problem = format!("{} is no kind", quoted(&cell(0)));
        let advice = format!("write one of {}", words.join(", "));
        scribe.at((line, 1), "kind", problem, advice, Severity::Error);
        return None;
    };
    let value = cell(1);
    // A public suffix such as gov.cn is a name here, though no target.
    let sound = name::check(&value).is_ok()
        || TakedownTarget::parse(TargetKind::Ip, &value).is_ok()
        || TakedownTarget::parse(TargetKind::App, &value).is_ok();
    if !sound {
        let problem = format!("{} is neither name nor range nor package", quoted(&value));
        let advice = "write gov.cn, 203.0.113.0/24 or com.example.app";
        scribe.at((line, 2), "value", problem, advice, Severity::Error);
        return None;
    }
    Some(ProtectedRow {
        kind,
        value,
        what: cell(2),
        source: cell(3),
        as_of: cell(4),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bundled_table_is_sound() {
        let loaded = load_protected(None).unwrap();
        assert!(loaded.faults.is_empty(), "{:?}", loaded.faults);
        let protected = loaded.value;
        assert!(protected.rows().len() > 100);
        let over = |name: &str| protected.over(name).map(|r| r.value.as_str());
        assert_eq!(over("www.yx.gov.cn"), Some("gov.cn"));
        assert_eq!(over("a.mp.weixin.qq.com"), Some("mp.weixin.qq.com"));
        assert_eq!(over("shop.example"), None);
        let ip = protected.touching("104.16.3.4".parse().unwrap(), 32);
        assert_eq!(ip.unwrap().kind, ProtectedKind::Delivery);
    }

    #[test]
    fn faults_name_line_and_field() {
        let text = format!("{HEADER}\nplatfrom,a.test,x,y,2026-11\nplatform,.,x,y,2026-11\n");
        let faults = parse_protected(&text, "own.csv").faults;
        assert_eq!(faults.len(), 2);
        assert_eq!((faults[0].line, faults[0].field.as_str()), (2, "kind"));
        assert_eq!((faults[1].line, faults[1].field.as_str()), (3, "value"));
    }
}
