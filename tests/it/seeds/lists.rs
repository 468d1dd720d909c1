//! Patrol lists: every fault with line, field, problem and advice; sound seeds kept.

use std::time::{Duration, Instant};
use wangxun::model::region::Units;
use wangxun::model::seed::{Breadth, RobotsPolicy, Sector, SeedKind};
use wangxun::seeds::{EXAMPLE_LIST, Severity, load_units, parse_patrol_list};

fn units() -> Units {
    load_units(None).expect("bundled").value
}

/// The faults of a list as `line:field:problem;advice`, each expected one by its parts.
fn check(text: &str, kept: usize, expected: &[(usize, &str, &str)]) {
    let loaded = parse_patrol_list(text, "list.toml", &units());
    let shown: Vec<String> = loaded.faults.iter().map(ToString::to_string).collect();
    assert_eq!(
        loaded.value.seeds.len(),
        kept,
        "seeds kept of\n{text}\n{shown:#?}"
    );
    assert_eq!(
        loaded.faults.len(),
        expected.len(),
        "faults of\n{text}\n{shown:#?}"
    );
    for (fault, (line, field, part)) in loaded.faults.iter().zip(expected) {
        let message = fault.to_string();
        assert_eq!(fault.line, *line, "line of {message}");
        assert_eq!(fault.field, *field, "field of {message}");
        assert!(message.contains(part), "{part:?} in {message}");
        assert_eq!(fault.file, "list.toml");
        assert!(!fault.advice.is_empty(), "advice of {message}");
    }
}

/// A list with one seed that has these further lines; they begin at line 6.
fn seed(lines: &str) -> String {
    format!(
        "name = \"表\"\n[[seed]]\nid = \"a\"\nname = \"甲\"\nstart = \"https://a.test/x/\"\n{lines}\n"
    )
}

fn one(lines: &str, expected: &[(usize, &str, &str)]) {
    let errors = expected
        .iter()
        .any(|(_, _, part)| !part.starts_with("warning"));
    let text = seed(&format!("sector = \"p2p\"\n{lines}"));
    check(&text, usize::from(!errors), expected);
}

#[test]
fn a_sound_list() {
    let loaded = parse_patrol_list(EXAMPLE_LIST, "example.toml", &units());
    assert_eq!(loaded.faults, Vec::new());
    let list = loaded.value;
    assert_eq!(list.seeds.len(), 4);
    assert_eq!(
        list.office.as_deref(),
        Some("义县处置非法集资工作领导小组办公室")
    );
    let [p2p, portal, coop, lab] = list.seeds.as_slice() else {
        panic!("four seeds");
    };
    assert_eq!(p2p.budget.pages, 200);
    assert_eq!(p2p.budget.bytes, 100 << 20);
    assert_eq!(p2p.scope.breadth, Breadth::Domain);
    assert_eq!(p2p.robots, RobotsPolicy::Obey);
    assert_eq!(p2p.region.as_deref(), Some("210727"));
    assert_eq!(portal.kind, SeedKind::AdSource);
    assert_eq!(portal.sector, Sector::Advertising);
    assert_eq!(portal.region.as_deref(), Some("210727001"));
    assert_eq!(coop.region.as_deref(), Some("210727101"));
    assert_eq!(coop.start_urls.len(), 2);
    assert_eq!(lab.pace.interval, Duration::ZERO);
    assert_eq!(lab.resolve.len(), 1);
}

#[test]
fn missing_fields() {
    check(
        "[[seed]]\n",
        0,
        &[
            (1, "name", "warning: name: the list has no name; write name"),
            (1, "seed[1].id", "the field is missing; write id = "),
            (1, "seed[1].name", "the field is missing; write name = "),
            (1, "seed[1].start", "the field is missing; write start = "),
            (1, "seed[1].sector", "no sector"),
        ],
    );
    check(
        "",
        0,
        &[(1, "name", "no name"), (1, "seed", "names no seed")],
    );
    check(&seed(""), 1, &[(2, "seed[1].sector", "no sector")]);
}

#[test]
fn unknown_fields() {
    one(
        "sectr = \"p2p\"",
        &[(7, "seed[1].sectr", "unknown field; did you mean `sector`?")],
    );
    one(
        "colour = 1",
        &[(7, "seed[1].colour", "unknown field; known fields: id, name")],
    );
    one(
        "scope = { bredth = \"host\" }",
        &[(7, "seed[1].scope.bredth", "did you mean `breadth`?")],
    );
    one(
        "[seed.budget]\npage = 3",
        &[(8, "seed[1].budget.page", "did you mean `pages`?")],
    );
    check(
        "nam = \"x\"\nname = \"表\"\n[defaults]\nid = \"x\"\n",
        0,
        &[
            (1, "nam", "did you mean `name`?"),
            (4, "defaults.id", "unknown field"),
        ],
    );
}

#[test]
fn wrong_values() {
    one(
        "kind = \"platfrom\"",
        &[(7, "seed[1].kind", "did you mean \"platform\"?")],
    );
    one(
        "kind = 3",
        &[(7, "seed[1].kind", "\"3\" is not a text; put it in quotes")],
    );
    one(
        "render = \"sometimes\"",
        &[(7, "seed[1].render", "one of: never")],
    );
    one(
        "region = \"刘龙台乡\"",
        &[(7, "seed[1].region", "did you mean \"刘龙台镇\"?")],
    );
    one("region = 210727101", &[]);
    one(
        "region = \"440300\"",
        &[(
            7,
            "seed[1].region",
            "warning: seed[1].region: unit \"440300\" is not in units.toml",
        )],
    )
}

#[test]
fn wrong_numbers() {
    one(
        "budget = { pages = 0 }",
        &[(
            7,
            "seed[1].budget.pages",
            "\"0\" is not a number; write a whole number from 1",
        )],
    );
    one(
        "budget = { pages = -5 }",
        &[(7, "seed[1].budget.pages", "not a number")],
    );
    one(
        "budget = { pages = 99999999999999999999999 }",
        &[(7, "seed[1].budget.pages", "not a number")],
    );
    one(
        "budget = { bytes = \"viel\" }",
        &[(
            7,
            "seed[1].budget.bytes",
            "\"viel\" is not a size; write such as \"50 MB\"",
        )],
    );
    one(
        "budget = 5",
        &[(7, "seed[1].budget", "\"5\" is not a table")],
    );
    one(
        "pace = { interval = \"soon\" }",
        &[(7, "seed[1].pace.interval", "write such as \"2s\"")],
    );
    one(
        "pace = { concurrency = 0 }",
        &[(7, "seed[1].pace.concurrency", "from 1 to 256")],
    );
    one(
        "scope = { offsite_hops = 9 }",
        &[(7, "seed[1].scope.offsite_hops", "from 0 to 5")],
    );
}

#[test]
fn pace_and_robots() {
    one(
        "pace = { interval = 0 }",
        &[(
            7,
            "seed[1].pace.interval",
            "error: seed[1].pace.interval: no interval between requests",
        )],
    );
    one("pace = { interval = 0 }\naddresses = [\"loopback\"]", &[]);
    one(
        "pace = { interval = 100 }",
        &[(
            7,
            "seed[1].pace.interval",
            "warning: seed[1].pace.interval: 100ms between requests is impolite",
        )],
    );
    one(
        "pace = { concurrency = 9 }",
        &[(
            7,
            "seed[1].pace.concurrency",
            "warning: seed[1].pace.concurrency: 9 requests at once",
        )],
    );
    one(
        "robots = \"ignore\"",
        &[(
            7,
            "seed[1].robots",
            "names no legal basis; write robots = \"obey\" or",
        )],
    );
    one(
        "robots = { ignore = \"\" }",
        &[(7, "seed[1].robots.ignore", "the text is empty")],
    );
    one(
        "robots = { ignore = \"because\" }",
        &[(7, "seed[1].robots.ignore", "no written legal basis")],
    );
    one(
        "robots = {}",
        &[(7, "seed[1].robots", "the legal basis is missing")],
    );
    one(
        "robots = { ignore = \"《防范和处置非法集资条例》第十九条\" }",
        &[],
    );
    one("robots = \"遵守\"", &[]);
}

#[test]
fn starts_and_scope() {
    let with = |start: &str, more: &str| {
        format!(
            "name = \"表\"\n[[seed]]\nid = \"a\"\nname = \"甲\"\nsector = \"p2p\"\nstart = {start}\n{more}\n"
        )
    };
    let bad =
        |start: &str, field: &str, part: &str| check(&with(start, ""), 0, &[(6, field, part)]);
    bad(
        "\"www.a.test\"",
        "seed[1].start",
        "has no scheme; write the scheme too, such as \"https://www.a.test\"",
    );
    bad("\"ftp://a.test\"", "seed[1].start", "only http and https");
    bad(
        "\"https://u:p@a.test/\"",
        "seed[1].start",
        "user name or password",
    );
    bad(
        "[\"https://a.test/\", \"https://\"]",
        "seed[1].start[2]",
        "not an address",
    );
    bad("[]", "seed[1].start", "no start address");
    bad("7", "seed[1].start", "not a list");
    bad(
        "\"http://127.0.0.1/\"",
        "seed[1].start",
        "127.0.0.1 is a special address and the seed does not allow it",
    );
    bad(
        "\"http://2130706433/\"",
        "seed[1].start",
        "127.0.0.1 is a special address",
    );
    bad(
        "\"http://[::ffff:10.0.0.1]/\"",
        "seed[1].start",
        "10.0.0.1 is a special address",
    );
    bad(
        "\"http://localhost/\"",
        "seed[1].start",
        "localhost is this machine",
    );
    check(
        &with("\"http://127.0.0.1/\"", "addresses = [\"127.0.0.0/8\"]"),
        1,
        &[],
    );
    check(
        &with("\"http://10.1.1.1/\"", "addresses = [\"127.0.0.0/8\"]"),
        0,
        &[(6, "seed[1].start", "special address")],
    );
    check(
        &with("\"https://a.test/x\"", "scope = { exclude = [\"/x*\"] }"),
        0,
        &[(6, "seed[1].start", "excluded by its own pattern \"/x*\"")],
    );
    check(
        &with("\"https://a.test/x\"", "scope = { include = [\"/y*\"] }"),
        0,
        &[(
            6,
            "seed[1].start",
            "matches no pattern of its own `include`",
        )],
    );
    check(
        &with(
            "\"https://a.test/x?y=1\"",
            "scope = { include = [\"/x?y=*\"] }",
        ),
        1,
        &[],
    );
    one(
        "scope = { include = [\"licai\"] }",
        &[(7, "seed[1].scope.include[1]", "begin it with / or *")],
    );
}

#[test]
fn networks_and_answers() {
    one(
        "addresses = [\"0.0.0.0/0\"]",
        &[(7, "seed[1].addresses[1]", "wider than any closed network")],
    );
    one(
        "addresses = [\"127.0.0.0/8\", \"here\"]",
        &[(7, "seed[1].addresses[2]", "\"here\" is not a network")],
    );
    one(
        "resolve = [\"a.test\"]",
        &[(7, "seed[1].resolve[1]", "write \"host=address\"")],
    );
    one("resolve = \"a.test=127.0.0.1:80\"", &[]);
}

#[test]
fn duplicates() {
    let text = format!(
        "{}{}",
        seed("sector = \"p2p\""),
        "[[seed]]\nid = \"a\"\nname = \"乙\"\nstart = \"https://b.test/\"\nsector = \"loan\"\n"
    );
    check(
        &text,
        1,
        &[(8, "seed[2].id", "id \"a\" is taken by line 3")],
    );
    let text = text
        .replace("id = \"a\"\nname = \"乙\"", "id = \"b\"\nname = \"乙\"")
        .replace("https://b.test/", "https://a.test/x/");
    check(
        &text,
        2,
        &[(10, "seed[2].start", "is a start of seed \"a\" too")],
    );
}

#[test]
fn one_bad_seed_does_not_hide_the_others() {
    let bad = "[[seed]]\nid = \"B B\"\nname = 3\nstart = \"nowhere\"\nsector = \"p2q\"\n";
    let good =
        "[[seed]]\nid = \"c\"\nname = \"丙\"\nstart = \"https://c.test/\"\nsector = \"loan\"\n";
    let text = format!("{}{bad}{good}", seed("sector = \"p2p\""));
    check(
        &text,
        2,
        &[
            (
                8,
                "seed[2].id",
                "\"B B\" is not an id; use 1 to 64 of a-z, 0-9 and -",
            ),
            (9, "seed[2].name", "\"3\" is not a text"),
            (10, "seed[2].start", "no scheme"),
            (11, "seed[2].sector", "did you mean \"p2p\"?"),
        ],
    );
}

#[test]
fn defaults_hold_where_a_seed_is_silent_and_are_judged_once() {
    let text = "name = \"表\"\n[defaults]\nsector = \"loan\"\nbudget = { pages = 7 }\npace = { interval = \"x\" }\n\
        [[seed]]\nid = \"a\"\nname = \"甲\"\nstart = \"https://a.test/\"\nbudget = { depth = 2 }\n\
        [[seed]]\nid = \"b\"\nname = \"乙\"\nstart = \"https://b.test/\"\n";
    check(text, 2, &[(5, "defaults.pace.interval", "not a duration")]);
    let list = parse_patrol_list(text, "x", &units()).value;
    let pages: Vec<u64> = list.seeds.iter().map(|s| s.budget.pages).collect();
    assert_eq!(pages, [7, 7]);
    assert_eq!(list.seeds.first().map(|s| s.budget.depth), Some(2));
    assert!(list.seeds.iter().all(|s| s.sector == Sector::Loan));
}

#[test]
fn broken_toml_is_placed_and_the_rest_read() {
    let text = "name = \"表\"\n[[seed]]\nid = \"a\nname = \"甲\"\nstart = \"https://a.test/\"\nsector = \"p2p\"\n\
        [[seed]]\nid = \"b\"\nname = \"乙\"\nstart = \"https://b.test/\"\nsector = \"p2p\"\n";
    let loaded = parse_patrol_list(text, "x", &units());
    assert!(
        loaded
            .faults
            .iter()
            .any(|f| f.line == 3 && f.problem.starts_with("not TOML")),
        "{:#?}",
        loaded.faults
    );
    assert!(loaded.value.seeds.iter().any(|s| s.id == "b"));
    assert!(loaded.faults.iter().all(|f| f.severity == Severity::Error));
}

#[test]
fn columns_count_characters() {
    let text = "name = \"义县\"\nseed = [ 1 ]\n";
    let loaded = parse_patrol_list(text, "x", &units());
    let at: Vec<(usize, usize)> = loaded.faults.iter().map(|f| (f.line, f.column)).collect();
    assert_eq!(at, [(2, 10)], "{:#?}", loaded.faults);
    let text = "name = \"义县\" # 义县\noffice = \"义县\" x\n";
    let loaded = parse_patrol_list(text, "x", &units());
    assert!(
        loaded.faults.iter().any(|f| (f.line, f.column) == (2, 15)),
        "{:#?}",
        loaded.faults
    );
}

#[test]
fn hostile_lists_are_bounded() {
    let deep = format!("x = {}{}", "[".repeat(20_000), "]".repeat(20_000));
    let dotted = format!("{} = 1", vec!["a"; 20_000].join("."));
    let line = format!("name = \"{}\"", "义".repeat(400_000));
    let zeros = "name = \"a\0b\"\n\0\0\0\n".to_owned();
    let unknown: String = (0..60_000).map(|i| format!("field{i} = 1\n")).collect();
    let seeds = "[[seed]]\n".repeat(50_000);
    let quotes = "\"".repeat(300_000);
    let brackets = "[[".repeat(200_000);
    for text in [deep, dotted, line, zeros, unknown, seeds, quotes, brackets] {
        let start = Instant::now();
        let loaded = parse_patrol_list(&text, "x", &units());
        assert!(!loaded.faults.is_empty());
        assert!(loaded.faults.len() <= 1001, "{}", loaded.faults.len());
        let longest = loaded.faults.iter().map(|f| f.to_string().len()).max();
        assert!(longest < Some(4000), "{longest:?}");
        assert!(
            start.elapsed() < Duration::from_secs(20),
            "{:?} for {:?}",
            start.elapsed(),
            text.get(..20)
        );
    }
}

/// A seed beyond the last fault that is kept is left out all the same.
#[test]
fn the_limit_of_faults_lets_no_bad_seed_in() {
    let bad: String = (0..1500)
        .map(|i| {
            format!("[[seed]]\nid = \"s{i}\"\nname = \"甲\"\nstart = \"https://s{i}.test/\"\nsector = \"p2p\"\nrobots = \"ignore\"\n")
        })
        .collect();
    let loaded = parse_patrol_list(&format!("name = \"表\"\n{bad}"), "x", &units());
    assert_eq!(loaded.value.seeds.len(), 0);
    assert_eq!(loaded.faults.len(), 1001);
}
