//! The vectors by which the robots.txt matcher was chosen: as wide as those that Google publishes with its parser,
//! with the examples of RFC 9309, written anew. Our matcher must pass all; `robotxt` is run on the same for the
//! record.

use std::time::{Duration, Instant};
use url::Url;
use wangxun::fetch::robots;

/// What a file says of one address to one agent.
struct Vector {
    about: &'static str,
    file: Vec<u8>,
    agent: &'static str,
    path: String,
    allowed: bool,
}

/// Vectors of one file: (agent, path, allowed).
fn file(about: &'static str, file: &[u8], cases: &[(&'static str, &str, bool)]) -> Vec<Vector> {
    cases
        .iter()
        .map(|(agent, path, allowed)| Vector {
            about,
            file: file.to_vec(),
            agent,
            path: (*path).to_owned(),
            allowed: *allowed,
        })
        .collect()
}

/// Vectors of one Disallow or Allow pattern: under `Disallow: /`, what does `Allow: pattern` open, or the other way.
fn opens(about: &'static str, pattern: &str, cases: &[(&str, bool)]) -> Vec<Vector> {
    let body = format!("User-agent: crawler\nDisallow: /\nAllow: {pattern}\n");
    let cases: Vec<_> = cases
        .iter()
        .map(|(path, open)| ("crawler", *path, *open))
        .collect();
    file(about, body.as_bytes(), &cases)
}

fn closes(about: &'static str, pattern: &str, cases: &[(&str, bool)]) -> Vec<Vector> {
    let body = format!("User-agent: crawler\nDisallow: {pattern}\n");
    let cases: Vec<_> = cases
        .iter()
        .map(|(path, closed)| ("crawler", *path, !closed))
        .collect();
    file(about, body.as_bytes(), &cases)
}

fn syntax() -> Vec<Vector> {
    let right = b"user-agent: crawler\ndisallow: /\n";
    let unknown = b"foo: crawler\nbar: /\n";
    let no_colon = b"user-agent crawler\ndisallow /\n";
    let many_words = b"user-agent: crawler\ndisallow / more\n";
    let comments =
        b"# head\nuser-agent: crawler # who\n # middle\ndisallow: /x # what\ndisallow: /#y\n";
    [
        file(
            "plain",
            right,
            &[("crawler", "/x/y", false), ("other", "/x/y", true)],
        ),
        file(
            "empty file",
            b"",
            &[("crawler", "/x", true), ("", "/x", true)],
        ),
        file("unknown keys", unknown, &[("crawler", "/x/y", true)]),
        file("missing colons", no_colon, &[("crawler", "/x/y", false)]),
        file(
            "missing colon before two words",
            many_words,
            &[("crawler", "/x", true)],
        ),
        file(
            "comments",
            comments,
            &[("crawler", "/x", false), ("crawler", "/z", false)],
        ),
        file(
            "rules before any agent",
            b"disallow: /\nuser-agent: crawler\nallow: /x\n",
            &[("crawler", "/y", true)],
        ),
        file(
            "white space",
            b" \t user-agent \t : \t crawler \t \n\t disallow\t:\t/x\t\n",
            &[("crawler", "/x", false)],
        ),
        file(
            "empty key",
            b"user-agent: crawler\n: /x\ndisallow: /y\n",
            &[("crawler", "/x", true), ("crawler", "/y", false)],
        ),
        file(
            "key case",
            b"USER-AGENT: crawler\nDisALLOW: /x\n",
            &[("crawler", "/x", false)],
        ),
        file(
            "typos",
            b"user agent: crawler\ndissallow: /a\ndisalow: /b\ndiasllow: /c\ndisallaw: /d\n",
            &[
                ("crawler", "/a", false),
                ("crawler", "/b", false),
                ("crawler", "/c", false),
                ("crawler", "/d", false),
            ],
        ),
        file(
            "colon in a value",
            b"user-agent: crawler\ndisallow: /a:b\n",
            &[("crawler", "/a:b", false), ("crawler", "/a", true)],
        ),
        file(
            "html instead",
            b"<!DOCTYPE html><html><body>Not: found</body></html>",
            &[("crawler", "/x", true)],
        ),
        file(
            "binary",
            b"\0\xff\xfe\nuser-agent: crawler\n\x01\ndisallow: /x\n",
            &[("crawler", "/x", false)],
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn line_ends() -> Vec<Vector> {
    let with = |end: &str| {
        format!("user-agent: crawler{end}disallow: /x{end}allow: /x/y{end}").into_bytes()
    };
    let cases = [
        ("crawler", "/x", false),
        ("crawler", "/x/y", true),
        ("crawler", "/z", true),
    ];
    let mixed = b"user-agent: crawler\rdisallow: /x\r\nallow: /x/y\n\r\n\rdisallow: /w";
    [
        file("LF", &with("\n"), &cases),
        file("CR", &with("\r"), &cases),
        file("CRLF", &with("\r\n"), &cases),
        file(
            "mixed",
            mixed,
            &[
                ("crawler", "/x", false),
                ("crawler", "/x/y", true),
                ("crawler", "/w", false),
            ],
        ),
        file(
            "no end at the end",
            b"user-agent: crawler\ndisallow: /",
            &[("crawler", "/x", false)],
        ),
        file(
            "mark",
            b"\xEF\xBB\xBFuser-agent: crawler\ndisallow: /\n",
            &[("crawler", "/x", false)],
        ),
        file(
            "half a mark",
            b"\xEF\xBBuser-agent: crawler\ndisallow: /\n",
            &[("crawler", "/x", false)],
        ),
        file(
            "broken mark",
            b"\xEF\x11\xBFuser-agent: crawler\ndisallow: /\n",
            &[("crawler", "/x", true)],
        ),
        file(
            "mark in the middle",
            b"user-agent: crawler\n\xEF\xBB\xBFdisallow: /a\ndisallow: /b\n",
            &[("crawler", "/a", true), ("crawler", "/b", false)],
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn groups() -> Vec<Vector> {
    let grouped = b"allow: /none/\n\nuser-agent: a\ndisallow: /\nallow: /x/\n\nuser-agent: b\ndisallow: /\nallow: /y/\n\n\nuser-agent: c\nuser-agent: d\ndisallow: /\nallow: /z/\n";
    let global = b"user-agent: *\nallow: /\nuser-agent: crawler\ndisallow: /\n";
    let merged = b"user-agent: crawler\ndisallow: /a\n\nuser-agent: other\ndisallow: /b\n\nuser-agent: CRAWLER\ndisallow: /c\n";
    let between = b"user-agent: crawler\nsitemap: https://a.test/s.xml\nfoo: bar\nuser-agent: other\ndisallow: /x\n";
    let empty_group = b"user-agent: crawler\n\nuser-agent: *\ndisallow: /\n";
    let both = b"user-agent: crawler\nuser-agent: *\ndisallow: /x\n";
    let star_first = b"user-agent: *\ndisallow: /x\nuser-agent: crawler\nallow: /y\n";
    [
        file(
            "groups",
            grouped,
            &[
                ("a", "/x/b", true),
                ("a", "/z/d", false),
                ("a", "/y/c", false),
                ("b", "/y/c", true),
                ("b", "/x/b", false),
                ("b", "/z/d", false),
                ("c", "/z/d", true),
                ("c", "/x/b", false),
                ("c", "/y/c", false),
                ("d", "/z/d", true),
                ("d", "/none/", false),
                ("e", "/none/", true),
            ],
        ),
        file(
            "own before all",
            global,
            &[("crawler", "/x", false), ("other", "/x", true)],
        ),
        file(
            "merged",
            merged,
            &[
                ("crawler", "/a", false),
                ("crawler", "/b", true),
                ("crawler", "/c", false),
            ],
        ),
        file(
            "other lines end no agent list",
            between,
            &[("crawler", "/x", false), ("other", "/x", false)],
        ),
        file(
            "an empty own group merges into the next",
            empty_group,
            &[("crawler", "/x", false), ("other", "/x", false)],
        ),
        file(
            "own and all",
            both,
            &[("crawler", "/x", false), ("other", "/x", false)],
        ),
        file(
            "an own group frees from all",
            star_first,
            &[("crawler", "/x", true), ("other", "/x", false)],
        ),
        file(
            "empty disallow",
            b"user-agent: crawler\ndisallow:\n\nuser-agent: *\ndisallow: /\n",
            &[("crawler", "/x", true), ("other", "/x", false)],
        ),
        file(
            "empty allow",
            b"user-agent: crawler\nallow:\ndisallow: /\n",
            &[("crawler", "/x", false)],
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn agents() -> Vec<Vector> {
    let case = b"User-Agent: CraWler\nDisallow: /\n";
    let spaced = b"User-agent: *\nDisallow: /\nUser-agent: Foo Bar\nAllow: /x/\nDisallow: /\n";
    let versioned = b"user-agent: crawler/2.1 (linux)\ndisallow: /\n";
    [
        file(
            "agent case",
            case,
            &[
                ("crawler", "/x", false),
                ("CRAWLER", "/x", false),
                ("crawl", "/x", true),
            ],
        ),
        file(
            "token up to the first space",
            spaced,
            &[("Foo", "/x/y", true), ("Foo Bar", "/x/y", false)],
        ),
        file(
            "version",
            versioned,
            &[("crawler", "/x", false), ("crawlers", "/x", true)],
        ),
        file(
            "prefix is no match",
            b"user-agent: crawler-news\ndisallow: /\n",
            &[("crawler", "/x", true), ("crawler-news", "/x", false)],
        ),
        file(
            "underscore",
            b"user-agent: a_b-c\ndisallow: /\n",
            &[("a_b-c", "/x", false), ("a", "/x", true)],
        ),
        file(
            "star with words",
            b"user-agent: * all of you\ndisallow: /\n",
            &[("crawler", "/x", false)],
        ),
        file(
            "star glued to a word",
            b"user-agent: *crawler\ndisallow: /\n",
            &[("crawler", "/x", true)],
        ),
        file(
            "empty agent",
            b"user-agent:\ndisallow: /\n",
            &[("crawler", "/x", true), ("", "/x", true)],
        ),
        file(
            "digits end a token",
            b"user-agent: crawler2\ndisallow: /\n",
            &[("crawler", "/x", false)],
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn precedence() -> Vec<Vector> {
    let both = |allow: &str, disallow: &str| {
        [
            format!("user-agent: crawler\ndisallow: {disallow}\nallow: {allow}\n"),
            format!("user-agent: crawler\nallow: {allow}\ndisallow: {disallow}\n"),
        ]
    };
    let mut vectors = Vec::new();
    for (about, allow, disallow, cases) in [
        (
            "longer allow",
            "/x/page.html",
            "/x/",
            &[("/x/page.html", true), ("/x/", false)][..],
        ),
        (
            "longer disallow",
            "/x/",
            "/x/page.html",
            &[("/x/page.html", false), ("/x/page", true)],
        ),
        (
            "tie goes to allow",
            "/x/page.html",
            "/x/page.html",
            &[("/x/page.html", true)],
        ),
        ("tie of wildcards", "/*/a", "/b/*", &[("/b/a", true)]),
        ("empty against empty", "", "", &[("/x/page.html", true)]),
        (
            "root against star",
            "/x",
            "/*.html",
            &[("/x.html", false), ("/x", true)],
        ),
        ("dollar counts", "/$", "/", &[("/", true), ("/page", false)]),
        (
            "rfc 5.2",
            "/example/page/",
            "/example/page/disallowed.gif",
            &[
                ("/example/page/", true),
                ("/example/page/disallowed.gif", false),
            ],
        ),
        (
            "wildcards count",
            "/page",
            "/*.htm",
            &[("/page.htm", false), ("/page", true)],
        ),
        (
            "star end",
            "/p",
            "/*",
            &[("/p", true), ("/page", true), ("/q", false)],
        ),
        (
            "dollar against page",
            "/page",
            "/*.ph$",
            &[("/page.ph", false), ("/page.php5", true)],
        ),
    ] {
        let cases: Vec<_> = cases
            .iter()
            .map(|(path, allowed)| ("crawler", *path, *allowed))
            .collect();
        for body in both(allow, disallow) {
            vectors.extend(file(about, body.as_bytes(), &cases));
        }
    }
    vectors
}

fn patterns() -> Vec<Vector> {
    [
        closes(
            "prefix",
            "/fish",
            &[
                ("/fish", true),
                ("/fish.html", true),
                ("/fish/salmon.html", true),
                ("/fishheads", true),
                ("/fish.php?id=anything", true),
                ("/Fish.asp", false),
                ("/catfish", false),
                ("/?id=fish", false),
            ],
        ),
        closes(
            "trailing star",
            "/fish*",
            &[
                ("/fish", true),
                ("/fishheads/yummy.html", true),
                ("/Fish", false),
                ("/catfish", false),
            ],
        ),
        closes(
            "directory",
            "/fish/",
            &[
                ("/fish/", true),
                ("/fish/?id=1", true),
                ("/fish/salmon.htm", true),
                ("/fish", false),
                ("/fish.html", false),
            ],
        ),
        closes(
            "star",
            "/*.php",
            &[
                ("/filename.php", true),
                ("/folder/filename.php?p=1", true),
                ("/folder/any.php.file.html", true),
                ("/filename.php/", true),
                ("/", false),
                ("/windows.PHP", false),
            ],
        ),
        closes(
            "star and end",
            "/*.php$",
            &[
                ("/filename.php", true),
                ("/folder/filename.php", true),
                ("/filename.php?p=1", false),
                ("/filename.php/", false),
                ("/filename.php5", false),
                ("/php", false),
            ],
        ),
        closes(
            "star inside",
            "/fish*.php",
            &[
                ("/fish.php", true),
                ("/fishheads/catfish.php?p=1", true),
                ("/Fish.PHP", false),
            ],
        ),
        closes(
            "dollar inside is a dollar",
            "/a$b",
            &[("/a$b", true), ("/a", false)],
        ),
        closes(
            "many stars",
            "/a**b***c$",
            &[("/abc", true), ("/axbxc", true), ("/axbxcx", false)],
        ),
        closes(
            "overlap",
            "/aba*aba$",
            &[("/aba", false), ("/abaaba", true), ("/ababa", false)],
        ),
        closes(
            "query",
            "/search?q=*&p=",
            &[("/search?q=x&p=1", true), ("/search?p=1", false)],
        ),
        closes("no leading slash", "fish", &[("/fish", false)]),
        closes(
            "leading star",
            "*fish",
            &[("/catfish", true), ("/cat", false)],
        ),
        closes("parameters", "/a;b", &[("/a;b=1", true), ("/a", false)]),
        opens(
            "allow end",
            "/x$",
            &[("/x", true), ("/xy", false), ("/x?y", false)],
        ),
        opens(
            "index of a directory",
            "/dir/index.html",
            &[
                ("/dir/", true),
                ("/dir/index.html", true),
                ("/dir/x", false),
                ("/dir", false),
            ],
        ),
        opens(
            "index.htm too",
            "/dir/index.htm",
            &[("/dir/", true), ("/dir/index.html", true)],
        ),
        opens("index is no page", "/dir/index", &[("/dir/", false)]),
        closes(
            "disallowed index leaves the directory",
            "/dir/index.html",
            &[("/dir/", false), ("/dir/index.html", true)],
        ),
        opens("own file", "/nothing", &[("/robots.txt", true)]),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn encodings() -> Vec<Vector> {
    let query = "/foo/bar?qux=taz&baz=http://foo.bar?tar&par";
    [
        opens("reserved as they are", query, &[(query, true)]),
        opens(
            "raw in the file",
            "/foo/bar/ツ",
            &[("/foo/bar/%E3%83%84", true), ("/foo/bar/ツ", true)],
        ),
        opens(
            "encoded in the file",
            "/foo/bar/%E3%83%84",
            &[("/foo/bar/%E3%83%84", true), ("/foo/bar/ツ", true)],
        ),
        opens(
            "small hex digits",
            "/foo/bar/%e3%83%84",
            &[("/foo/bar/%E3%83%84", true), ("/foo/bar/%e3%83%84", true)],
        ),
        opens(
            "small hex digits in the address",
            "/借",
            &[("/%e5%80%9f", true)],
        ),
        opens(
            "needlessly encoded allow (Google)",
            "/foo/bar/%62%61%7A",
            &[("/foo/bar/%62%61%7A", true), ("/foo/bar/baz", false)],
        ),
        closes(
            "needlessly encoded disallow (RFC 9309)",
            "/foo/bar/%62%61%7A",
            &[("/foo/bar/baz", true), ("/foo/bar/%62%61%7A", true)],
        ),
        closes(
            "needlessly encoded address (RFC 9309)",
            "/~joe",
            &[("/%7Ejoe", true), ("/~joe", true)],
        ),
        closes(
            "encoded slash is no slash",
            "/a/b",
            &[("/a%2Fb", false), ("/a/b", true)],
        ),
        closes(
            "encoded star is no wildcard",
            "/a%2Ab",
            &[("/a%2Ab", true), ("/axb", false)],
        ),
        closes(
            "encoded dollar is no end",
            "/a%24",
            &[("/a%24b", true), ("/a", false)],
        ),
        closes("lone percent", "/100%", &[("/100%", true), ("/100", false)]),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn rfc_example() -> Vec<Vector> {
    let body = b"User-Agent: *\nDisallow: *.gif$\nDisallow: /example/\nAllow: /publications/\n\n\
        User-Agent: foobot\nDisallow:/\nAllow:/example/page.html\nAllow:/example/allowed.gif\n\n\
        User-Agent: barbot\nUser-Agent: bazbot\nDisallow: /example/page.html\n\nUser-Agent: quxbot\n\nEOF\n";
    file(
        "rfc 9309 section 5.1",
        body,
        &[
            ("other", "/a.gif", false),
            ("other", "/example/x", false),
            ("other", "/publications/x", true),
            ("other", "/publications/x.gif", true),
            ("foobot", "/x", false),
            ("foobot", "/example/page.html", true),
            ("foobot", "/example/allowed.gif", true),
            ("foobot", "/example/other.gif", false),
            ("barbot", "/example/page.html", false),
            ("barbot", "/example/x", true),
            ("bazbot", "/example/page.html", false),
            ("bazbot", "/a.gif", true),
            ("quxbot", "/example/page.html", true),
        ],
    )
}

fn sizes() -> Vec<Vector> {
    let long = format!("/x/{}", "a".repeat(2083 * 8));
    let long_line = format!("user-agent: crawler\ndisallow: {long}/qux\n");
    let fits = format!("/x/{}", "a".repeat(2_000));
    let fitting = format!("user-agent: crawler\ndisallow: /\nallow: {fits}/qux\n");
    let mut late = b"user-agent: crawler\n".to_vec();
    late.resize(499 * 1024, b'\n');
    late.extend_from_slice(b"disallow: /early\n");
    late.resize(501 * 1024, b'\n');
    late.extend_from_slice(b"disallow: /late\n");
    let mut vectors = file(
        "within 500 KiB",
        &late,
        &[("crawler", "/early", false), ("crawler", "/late", true)],
    );
    vectors.extend(file(
        "over-long line is cut",
        long_line.as_bytes(),
        &[
            ("crawler", &format!("{long}/other"), false),
            ("crawler", "/fux", true),
        ],
    ));
    vectors.extend(file(
        "long line",
        fitting.as_bytes(),
        &[
            ("crawler", &format!("{fits}/qux"), true),
            ("crawler", &format!("{fits}/fux"), false),
        ],
    ));
    vectors
}

fn vectors() -> Vec<Vector> {
    [
        syntax(),
        line_ends(),
        groups(),
        agents(),
        precedence(),
        patterns(),
        encodings(),
        rfc_example(),
        sizes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn url(path: &str) -> Url {
    Url::parse(&format!("http://site.test{path}")).expect("test address")
}

#[test]
fn our_matcher_passes_all_vectors_and_the_crates_figure_is_on_record() {
    let vectors = vectors();
    let miss = |verdict: &dyn Fn(&Vector) -> bool| -> Vec<String> {
        vectors
            .iter()
            .filter(|v| verdict(v) != v.allowed)
            .map(|v| {
                format!(
                    "{}: {} {:.60} should be {}",
                    v.about, v.agent, v.path, v.allowed
                )
            })
            .collect()
    };
    let ours = miss(&|v| robots::verdict(&v.file, v.agent, &url(&v.path)).allowed);
    let theirs = miss(&|v| robotxt::Robots::parse(&v.file, v.agent).is_url_allowed(&url(&v.path)));
    let total = vectors.len();
    println!(
        "own matcher {}/{total}, robotxt {}/{total}",
        total - ours.len(),
        total - theirs.len()
    );
    println!("robotxt misses: {theirs:#?}");
    assert!(ours.is_empty(), "{ours:#?}");
    assert!(total >= 180, "{total}");
    assert!(
        !theirs.is_empty(),
        "robotxt passes all: our own matcher is no longer needed"
    );
}

#[test]
fn hostile_files_take_little_time() {
    let path = url(&format!("/{}", "a".repeat(2_000)));
    let stars = format!(
        "user-agent: *\n{}",
        format!("disallow: /{}b$\n", "a*".repeat(1_000)).repeat(250)
    );
    let many = format!("user-agent: *\n{}", "disallow: /*a*b\n".repeat(32_000));
    for (name, file) in [("stars", stars), ("many rules", many)] {
        let begun = Instant::now();
        assert!(robots::verdict(file.as_bytes(), "wangxun", &path).allowed);
        let ours = begun.elapsed();
        let begun = Instant::now();
        let _ = robotxt::Robots::parse(file.as_bytes(), "wangxun").is_url_allowed(&path);
        println!("{name}: own {ours:?}, robotxt {:?}", begun.elapsed());
        assert!(ours < Duration::from_secs(5), "{name} {ours:?}");
    }
}
