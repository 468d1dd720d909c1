//! The tables of the desk: who is competent (`routing.toml`), what is done (`playbook.toml`).

use super::embedded;
use super::error::{SeedsError, read};
use crate::model::case::CaseState;
use crate::model::playbook::{Immediate, Play, Playbook};
use crate::model::routing::{RoutingTable, SectorRow};
use serde::Deserialize;
use std::path::Path;

/// What is wrong with a table, with the place: `routing.toml:12:1: ...`.
pub type TableFault = String;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RoutingFile {
    county: String,
    fallback: Vec<String>,
    nested: String,
    advertising: Vec<String>,
    #[serde(default)]
    sector: Vec<SectorFile>,
    #[serde(default)]
    rule: Vec<RuleFile>,
    #[serde(default)]
    alias: Vec<AliasFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SectorFile {
    word: String,
    names: Vec<String>,
    access: Vec<String>,
    charge: Vec<String>,
    appointed: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleFile {
    prefix: String,
    departments: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AliasFile {
    department: String,
    names: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlaybookFile {
    immediate: ImmediateFile,
    days: DaysFile,
    severity: Vec<PlayFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ImmediateFile {
    severity: u8,
    yuan: u64,
    people: u64,
    sites: usize,
    days: u32,
    within_hours: u32,
    call: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DaysFile {
    review: Option<u32>,
    determined: Option<u32>,
    feedback: Option<u32>,
    recheck: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlayFile {
    level: u8,
    within_hours: u32,
    call: Vec<String>,
    steps: Vec<String>,
}

/// The bundled table of competence, as text with its grammar.
pub const ROUTING: &str = embedded::ROUTING;
/// The bundled playbook, as text with its grammar.
pub const PLAYBOOK: &str = embedded::PLAYBOOK;

/// Reads the table of competence of a file, or the bundled one.
pub fn load_routing(path: Option<&Path>) -> Result<Result<RoutingTable, TableFault>, SeedsError> {
    let Some(path) = path else {
        return Ok(parse_routing(ROUTING, "seeds/routing.toml"));
    };
    let bytes = read(path)?;
    let text = String::from_utf8_lossy(&bytes);
    Ok(parse_routing(&text, &path.display().to_string()))
}

/// Reads the playbook of a file, or the bundled one.
pub fn load_playbook(path: Option<&Path>) -> Result<Result<Playbook, TableFault>, SeedsError> {
    let Some(path) = path else {
        return Ok(parse_playbook(PLAYBOOK, "seeds/playbook.toml"));
    };
    let bytes = read(path)?;
    let text = String::from_utf8_lossy(&bytes);
    Ok(parse_playbook(&text, &path.display().to_string()))
}

/// Reads the table of competence from text.
pub fn parse_routing(text: &str, source: &str) -> Result<RoutingTable, TableFault> {
    let file: RoutingFile = parse(text, source)?;
    if file.fallback.is_empty() || file.nested.is_empty() || file.advertising.is_empty() {
        return Err(format!(
            "{source}: fallback, nested and advertising name at least one department each"
        ));
    }
    let sectors = file.sector.into_iter().map(|s| SectorRow {
        word: s.word,
        names: s.names,
        access: s.access,
        charge: s.charge,
        appointed: s.appointed,
    });
    let aliases = file.alias.into_iter().flat_map(|a| {
        let id = a.department;
        a.names.into_iter().map(move |name| (name, id.clone()))
    });
    Ok(RoutingTable {
        county: file.county,
        fallback: file.fallback,
        nested: file.nested,
        advertising: file.advertising,
        sectors: sectors.collect(),
        rules: file
            .rule
            .into_iter()
            .map(|r| (r.prefix, r.departments))
            .collect(),
        aliases: aliases.collect(),
    })
}

/// Reads the playbook from text.
pub fn parse_playbook(text: &str, source: &str) -> Result<Playbook, TableFault> {
    let file: PlaybookFile = parse(text, source)?;
    let plays: Vec<Play> = file
        .severity
        .into_iter()
        .map(|p| Play {
            level: p.level,
            within_hours: p.within_hours,
            call: p.call,
            steps: p.steps,
        })
        .collect();
    if let Some(level) = (1..=5u8).find(|n| plays.iter().filter(|p| p.level == *n).count() != 1) {
        return Err(format!(
            "{source}: one [[severity]] of level {level} is needed"
        ));
    }
    let days = [
        (CaseState::Review, file.days.review),
        (CaseState::Determined, file.days.determined),
        (CaseState::Feedback, file.days.feedback),
        (CaseState::Recheck, file.days.recheck),
    ];
    let immediate = file.immediate;
    Ok(Playbook {
        immediate: Immediate {
            severity: immediate.severity,
            yuan: immediate.yuan,
            people: immediate.people,
            sites: immediate.sites,
            days: immediate.days,
            within_hours: immediate.within_hours,
            call: immediate.call,
        },
        days: days
            .into_iter()
            .filter_map(|(state, days)| Some((state, days?)))
            .collect(),
        plays,
    })
}

fn parse<T: serde::de::DeserializeOwned>(text: &str, source: &str) -> Result<T, TableFault> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        let before = text.get(..at).unwrap_or("");
        let line = before.matches('\n').count() + 1;
        format!("{source}:{line}: {}", error.message())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::playbook::Scale;
    use crate::model::routing::RouteQuery;

    fn route(
        sectors: &[&str],
        rules: &[&str],
        licensed: Option<bool>,
        region: &str,
    ) -> (String, String) {
        let words = |list: &[&str]| list.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
        let table = parse_routing(ROUTING, "routing.toml").unwrap();
        let answer = table.route(RouteQuery {
            sectors: &words(sectors),
            rules: &words(rules),
            licensed,
            region,
        });
        (answer.departments.join(" "), answer.lead)
    }

    #[test]
    fn departments_follow_sector_licence_and_rules() {
        let check = |got: (String, String), departments: &str, lead: &str| {
            assert_eq!((got.0.as_str(), got.1.as_str()), (departments, lead));
        };
        let town = "210727101";
        check(
            route(&["insurance"], &["IN-15"], Some(true), town),
            "nfra",
            "nfra",
        );
        check(
            route(&["insurance"], &["IN-15"], Some(false), town),
            "lead nfra",
            town,
        );
        check(
            route(&["crypto"], &["VC-1"], None, ""),
            "lead police",
            "210727",
        );
        check(route(&["unheard"], &["X-1"], None, ""), "lead", "210727");
        check(
            route(&["p2p"], &["AD-25-1"], None, ""),
            "market lead",
            "210727",
        );
        check(
            route(&["p2p", "insurance"], &["PL-1"], None, ""),
            "pbc lead nfra",
            "210727",
        );
        check(
            route(&["p2p"], &["RE-CF"], None, ""),
            "housing lead",
            "210727",
        );
        check(
            route(&["exchange"], &["EX-2"], None, ""),
            "culture commerce lead",
            "210727",
        );
        check(
            route(&["典当"], &["X-1"], Some(true), ""),
            "commerce",
            "commerce",
        );
        // Registered in another county: that one leads, ours assists.
        check(
            route(&["p2p"], &["PL-1"], Some(false), "210726"),
            "lead",
            "210726",
        );
    }

    #[test]
    fn names_of_departments_are_found_by_what_they_were_called() {
        let table = parse_routing(ROUTING, "routing.toml").unwrap();
        let ids = vec!["market".to_owned()];
        assert_eq!(table.department("工商局", &ids), Some("market"));
        assert_eq!(table.department("market", &ids), Some("market"));
        assert_eq!(table.department("融资办", &ids), Some("lead"));
        assert_eq!(table.department("气象局", &ids), None);
    }

    #[test]
    fn the_playbook_says_when_a_report_goes_up_at_once() {
        let book = parse_playbook(PLAYBOOK, "playbook.toml").unwrap();
        let reasons = |severity, yuan, people, sites| {
            book.immediate_reasons(Scale {
                severity,
                yuan,
                people,
                sites,
            })
            .len()
        };
        assert_eq!(reasons(4, 100_000_000, 10_000, 5), 3);
        assert_eq!(reasons(4, 99_999_999, 9_999, 4), 0);
        assert_eq!(reasons(3, 100_000_000, 10_000, 5), 0);
        let day = "2026-11-01".parse().unwrap();
        assert_eq!(book.due(CaseState::Review, day), "2026-11-16".parse().ok());
        assert_eq!(book.due(CaseState::Rectify, day), None);
    }

    #[test]
    fn faults_name_the_line() {
        let broken = ROUTING.replace("word = \"p2p\"", "wort = \"p2p\"");
        let error = parse_routing(&broken, "my.toml").unwrap_err();
        assert!(error.starts_with("my.toml:2"), "{error}");
        let less = PLAYBOOK.replace("level = 5", "level = 4");
        assert!(parse_playbook(&less, "p.toml").is_err());
    }
}
