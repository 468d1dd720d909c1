//! Visits on loopback: admission, redirects, guard, pace, robots.

use super::server::{Server, at, fetcher, html, redirect, reply, seed, settings, target};
use std::time::{Duration, Instant};
use wangxun::fetch::{Fetcher, RobotsExplanation, Visit};
use wangxun::model::seed::{Breadth, RobotsPolicy, Seed};
use wangxun::model::skip::SkipReason;
use wangxun::model::spent::Spent;

async fn visit(fetcher: &Fetcher, seed: &Seed, url: &str) -> Visit {
    fetcher.visit(seed, &target(url), &Spent::default()).await
}

/// A fetcher whose visits wait for nothing.
fn impatient() -> Fetcher {
    let mut settings = settings();
    settings.patience = Duration::from_millis(50);
    Fetcher::new(&settings).expect("fetcher")
}

fn code(visit: &Visit) -> &'static str {
    match &visit.outcome {
        Ok(_) => "ok",
        Err(reason) => reason.code(),
    }
}

#[tokio::test]
async fn a_page_comes_with_all_that_evidence_needs() {
    let server = Server::pages("127.0.0.2", |path| {
        (path == "/a?b=1").then(|| html("<p>保本</p>"))
    })
    .await;
    let url = server.url("/a?b=1");
    let seen = visit(&fetcher(), &seed(&url, &["127.0.0.2/32"]), &url).await;
    let capture = seen.outcome.expect("a page");
    let page = capture.last().expect("one exchange");
    assert_eq!((page.status, page.http_version), (200, "HTTP/1.1"));
    assert_eq!(page.content(), "<p>保本</p>".as_bytes());
    assert_eq!(page.server, Some(server.address));
    assert_eq!(
        page.header("Content-Type"),
        Some("text/html; charset=utf-8")
    );
    assert!(page.truncated.is_none() && page.tls_chain.is_empty() && page.ended >= page.started);
    assert_eq!(seen.robots.len(), 1);
    // What is recorded is what the server saw, byte for byte.
    let sent = server.seen().pop().expect("a request").head;
    assert_eq!(String::from_utf8_lossy(&page.request_head), sent);
    let agent = format!(
        "user-agent: Wangxun/{} (+mailto:office@county.test)",
        env!("CARGO_PKG_VERSION")
    );
    assert!(sent.contains(&agent), "{sent}");
    assert!(
        sent.contains("accept-encoding: gzip, br, zstd, deflate"),
        "{sent}"
    );
}

#[tokio::test]
async fn the_lists_fixed_answers_are_connected_to() {
    let server = Server::pages("127.0.0.3", |path| (path == "/").then(|| html("ok"))).await;
    let mut seed = seed("http://www.daikuan.test/", &["127.0.0.3/32"]);
    seed.scope.breadth = Breadth::Domain;
    seed.resolve = vec![at("*.daikuan.test", &server)];
    let fetcher = fetcher();
    for url in ["http://www.daikuan.test/", "http://m.daikuan.test:8080/"] {
        let visit = visit(&fetcher, &seed, url).await;
        let capture = visit.outcome.expect("a page");
        let page = capture.last().expect("one exchange");
        assert_eq!(page.server, Some(server.address), "{url}");
        assert_eq!(page.url.as_str(), url);
        let host = format!(
            "host: {}\r\n",
            url.trim_start_matches("http://").trim_end_matches('/')
        );
        assert!(
            String::from_utf8_lossy(&page.request_head).contains(&host),
            "{url}"
        );
        assert!(
            server.seen().iter().any(|s| s.head.contains(&host)),
            "{url}"
        );
    }
}

#[tokio::test]
async fn the_guard_refuses_special_addresses_of_seeds() {
    let fetcher = fetcher();
    for url in [
        "http://127.0.0.1/",
        "http://10.1.2.3/",
        "http://169.254.169.254/latest/meta-data",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://0177.0.0.1/",
        "http://127。0。0。1/",
        "http://localhost/",
        "http://0.0.0.0/",
        "http://[64:ff9b::7f00:1]/",
    ] {
        let visit = visit(&fetcher, &seed(url, &["127.0.0.9/32"]), url).await;
        assert_eq!(code(&visit), "blocked-address", "{url} {:?}", visit.outcome);
    }
    // A fixed answer is an answer like any other.
    let server = Server::pages("127.0.0.4", |_| Some(html("ok"))).await;
    let mut seed = seed("http://a.test/", &[]);
    seed.resolve = vec![at("a.test", &server)];
    let blocked = visit(&fetcher, &seed, "http://a.test/").await;
    assert_eq!(code(&blocked), "blocked-address");
    assert!(
        blocked
            .outcome
            .expect_err("blocked")
            .detail()
            .contains("loopback")
    );
    assert!(server.paths().is_empty());
}

#[tokio::test]
async fn the_guard_refuses_special_addresses_of_redirects() {
    let inner = Server::pages("127.0.0.1", |_| Some(html("secret"))).await;
    let port = inner.address.port();
    let places = [
        format!("http://127.0.0.1:{port}/"),
        format!("http://2130706433:{port}/"),
        format!("http://[::ffff:127.0.0.1]:{port}/"),
        format!("http://localhost:{port}/"),
        "http://169.254.169.254/latest/meta-data".to_owned(),
        "http://[::1]/".to_owned(),
        "//10.0.0.1/".to_owned(),
    ];
    let fetcher = fetcher();
    for place in places {
        let to = place.clone();
        let server = Server::pages("127.0.0.2", move |path| {
            (path == "/go").then(|| redirect(&to))
        })
        .await;
        let url = server.url("/go");
        let mut seed = seed(&url, &["127.0.0.2/32"]);
        seed.scope.offsite_hops = 3;
        let visit = visit(&fetcher, &seed, &url).await;
        assert_eq!(
            code(&visit),
            "blocked-address",
            "{place} {:?}",
            visit.outcome
        );
        assert_eq!(visit.partial.expect("the hop").exchanges.len(), 1);
    }
    assert!(inner.paths().is_empty(), "{:?}", inner.paths());
}

#[tokio::test]
async fn a_connection_made_under_one_lists_permission_serves_no_other() {
    let one = Server::pages("127.0.0.5", |path| (path == "/").then(|| html("one"))).await;
    let two = Server::pages("127.0.0.6", |path| (path == "/").then(|| html("two"))).await;
    let fetcher = fetcher();
    for (server, text) in [(&one, "one"), (&two, "two"), (&one, "one")] {
        let mut seed = seed("http://same.test/", &["127.0.0.0/8"]);
        seed.resolve = vec![at("same.test", server)];
        let visit = visit(&fetcher, &seed, "http://same.test/").await;
        let capture = visit.outcome.expect("a page");
        assert_eq!(capture.last().map(|e| e.content()), Some(text.as_bytes()));
    }
}

#[tokio::test]
async fn redirects_are_followed_hop_by_hop() {
    let server = Server::pages("127.0.0.2", |path| match path {
        "/a" => Some(redirect("/b#part")),
        "/b" => Some(redirect("c")),
        "/c" => Some(html("end")),
        "/loop" => Some(redirect("/pool")),
        "/pool" => Some(redirect("/loop")),
        "/bad" => Some(redirect("http://[broken/")),
        "/scheme" => Some(redirect("javascript:alert(1)")),
        "/off" => Some(redirect("http://elsewhere.test/")),
        path => path
            .strip_prefix("/n")
            .and_then(|n| n.parse::<u32>().ok())
            .map(|n| redirect(&format!("/n{}", n + 1))),
    })
    .await;
    let fetcher = fetcher();
    let seed = seed(&server.url("/"), &["127.0.0.2/32"]);
    let followed = visit(&fetcher, &seed, &server.url("/a")).await;
    let capture = followed.outcome.expect("a page");
    let hops: Vec<(&str, u16)> = capture
        .exchanges
        .iter()
        .map(|e| (e.url.path(), e.status))
        .collect();
    assert_eq!(hops, [("/a", 302), ("/b", 302), ("/c", 200)]);
    for (path, expected, hops) in [
        ("/loop", "redirects", 2),
        ("/n1", "redirects", 11),
        ("/bad", "redirects", 1),
        ("/scheme", "scheme", 1),
        ("/off", "out-of-scope", 1),
    ] {
        let visit = visit(&fetcher, &seed, &server.url(path)).await;
        assert_eq!(code(&visit), expected, "{path} {:?}", visit.outcome);
        assert_eq!(
            visit.partial.map(|p| p.exchanges.len()),
            Some(hops),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_landing_chain_may_stray_as_far_as_the_list_says() {
    let land = Server::pages("127.0.0.7", |path| match path {
        "/first" => Some(redirect("http://third.test/last")),
        "/last" => Some(html("landed")),
        _ => None,
    })
    .await;
    let mut seed = seed("http://portal.test/", &["127.0.0.7/32"]);
    seed.resolve = vec![at("*.test", &land)];
    let fetcher = fetcher();
    let mut ad = target("http://second.test/first");
    ad.offsite = 1;
    for (hops, expected) in [(0, "out-of-scope"), (1, "out-of-scope"), (2, "ok")] {
        seed.scope.offsite_hops = hops;
        let visit = fetcher.visit(&seed, &ad, &Spent::default()).await;
        assert_eq!(code(&visit), expected, "{hops} {:?}", visit.outcome);
    }
}

#[tokio::test]
async fn cookies_break_a_cookie_loop() {
    let walls = std::sync::atomic::AtomicU32::new(0);
    let server = Server::pages("127.0.0.2", move |path| {
        (path == "/").then(
            || match walls.fetch_add(1, std::sync::atomic::Ordering::Relaxed) {
                0 => reply(
                    "302 Found",
                    &["Location: /", "Set-Cookie: seen=1; Path=/"],
                    b"",
                ),
                _ => html("in"),
            },
        )
    })
    .await;
    let url = server.url("/");
    let visit = visit(&fetcher(), &seed(&url, &["127.0.0.2/32"]), &url).await;
    assert_eq!(code(&visit), "ok", "{:?}", visit.outcome);
    assert!(
        server
            .seen()
            .last()
            .is_some_and(|s| s.head.contains("cookie: seen=1"))
    );
}

#[tokio::test]
async fn robots_txt_is_obeyed() {
    let robots = "User-agent: wangxun\nDisallow: /private\nUser-agent: *\nDisallow: /\n";
    let server = Server::pages("127.0.0.2", move |path| match path {
        "/robots.txt" => Some(reply(
            "200 OK",
            &["Content-Type: text/plain"],
            robots.as_bytes(),
        )),
        "/to-private" => Some(redirect("/private/x")),
        _ => Some(html("page")),
    })
    .await;
    let fetcher = fetcher();
    let mut seed = seed(&server.url("/"), &["127.0.0.2/32"]);
    assert_eq!(
        code(&visit(&fetcher, &seed, &server.url("/open")).await),
        "ok"
    );
    for path in ["/private/x", "/to-private"] {
        let visit = visit(&fetcher, &seed, &server.url(path)).await;
        assert_eq!(
            visit.outcome.expect_err("disallowed"),
            SkipReason::Robots("line 2: Disallow: /private".into())
        );
    }
    assert_eq!(
        server
            .paths()
            .iter()
            .filter(|p| *p == "/robots.txt")
            .count(),
        1
    );
    assert!(!server.paths().iter().any(|p| p.starts_with("/private")));
    seed.robots = RobotsPolicy::Ignore {
        legal_basis: "《某县监测工作方案》第三条".to_owned(),
    };
    assert_eq!(
        code(&visit(&fetcher, &seed, &server.url("/private/x")).await),
        "ok"
    );
}

#[tokio::test]
async fn unreachable_robots_txt_disallows_all_and_is_not_asked_for_again_at_once() {
    let server = Server::pages("127.0.0.2", |path| match path {
        "/robots.txt" => Some(reply("500 Oops", &[], b"")),
        _ => Some(html("page")),
    })
    .await;
    let fetcher = fetcher();
    let seed = seed(&server.url("/"), &["127.0.0.2/32"]);
    for _ in 0..3 {
        let visit = visit(&fetcher, &seed, &server.url("/x")).await;
        assert_eq!(code(&visit), "robots-unreachable");
        assert!(
            visit
                .retry_after
                .is_some_and(|wait| wait > Duration::from_secs(500))
        );
    }
    assert_eq!(server.paths(), ["/robots.txt"]);
}

#[tokio::test]
async fn robots_txt_redirects_are_followed_five_hops_and_guarded() {
    for (last, expected) in [(5, "robots"), (6, "ok")] {
        let server = Server::pages("127.0.0.2", move |path| {
            let hop = match path {
                "/robots.txt" => 0,
                path => path.strip_prefix("/r")?.parse::<u32>().ok()?,
            };
            Some(if hop == last {
                reply("200 OK", &[], b"User-agent: *\nDisallow: /\n")
            } else {
                redirect(&format!("/r{}", hop + 1))
            })
        })
        .await;
        let url = server.url("/r6");
        let visit = visit(&fetcher(), &seed(&url, &["127.0.0.2/32"]), &url).await;
        assert_eq!(code(&visit), expected, "{last}");
        assert_eq!(
            visit.robots.first().map(|c| c.exchanges.len()),
            Some(6),
            "{last}"
        );
    }
    let server = Server::pages("127.0.0.2", |_| {
        Some(redirect("http://127.0.0.1/robots.txt"))
    })
    .await;
    let url = server.url("/x");
    let visit = visit(&fetcher(), &seed(&url, &["127.0.0.2/32"]), &url).await;
    assert_eq!(code(&visit), "robots-unreachable");
}

#[tokio::test]
async fn the_pace_holds_for_robots_pages_and_redirects_and_no_hop_is_asked_for_twice() {
    let server = Server::pages("127.0.0.2", |path| match path {
        "/robots.txt" => Some(redirect("/robots2.txt")),
        "/a" => Some(redirect("/b")),
        "/b" => Some(redirect("/c")),
        "/c" => Some(html("end")),
        _ => None,
    })
    .await;
    let fetcher = impatient();
    let mut seed = seed(&server.url("/"), &["127.0.0.2/32"]);
    seed.pace.interval = Duration::from_millis(300);
    let mut postponed = 0;
    let capture = loop {
        let begun = Instant::now();
        let visit = visit(&fetcher, &seed, &server.url("/a")).await;
        assert!(
            begun.elapsed() < Duration::from_millis(250),
            "a worker was held"
        );
        match visit.outcome {
            Ok(capture) => break capture,
            Err(SkipReason::Throttled(_)) => {
                assert!(visit.partial.is_none());
                tokio::time::sleep(visit.retry_after.expect("a time")).await;
                postponed += 1;
            }
            Err(other) => panic!("{other}"),
        }
    };
    assert_eq!(capture.exchanges.len(), 3);
    assert!(postponed >= 4, "{postponed}");
    assert_eq!(
        server.paths(),
        ["/robots.txt", "/robots2.txt", "/a", "/b", "/c"]
    );
    for pair in server.seen().windows(2) {
        let gap = pair[1].at - pair[0].at;
        assert!(gap >= Duration::from_millis(280), "{gap:?}");
    }
}

#[tokio::test]
async fn crawl_delay_slows_the_group() {
    let server = Server::pages("127.0.0.2", |path| match path {
        "/robots.txt" => Some(reply("200 OK", &[], b"User-agent: *\nCrawl-delay: 30\n")),
        _ => Some(html("page")),
    })
    .await;
    let mut seed = seed(&server.url("/"), &["127.0.0.2/32"]);
    seed.pace.crawl_delay_cap = Duration::from_millis(400);
    let fetcher = fetcher();
    for path in ["/1", "/2"] {
        assert_eq!(code(&visit(&fetcher, &seed, &server.url(path)).await), "ok");
    }
    for pair in server.seen().windows(2) {
        assert!(pair[1].at - pair[0].at >= Duration::from_millis(380));
    }
}

#[tokio::test]
async fn refusals_are_throttled_never_clean_and_remembered() {
    for (status, header, least, most) in [
        ("429 Too Many Requests", "Retry-After: 120", 119, 120),
        ("503 Busy", "Retry-After: 120", 119, 120),
        ("429 Too Many Requests", "X-Nothing: 1", 1, 10),
        (
            "503 Busy",
            "Retry-After: Fri, 31 Dec 9999 23:59:59 GMT",
            86_399,
            86_400,
        ),
    ] {
        let server = Server::pages("127.0.0.2", move |path| {
            (path != "/robots.txt")
                .then(|| reply(status, &[header, "Content-Type: text/html"], b"<p>busy</p>"))
        })
        .await;
        let fetcher = impatient();
        let seed = seed(&server.url("/"), &["127.0.0.2/32"]);
        let refused = visit(&fetcher, &seed, &server.url("/x")).await;
        assert_eq!(code(&refused), "throttled", "{status}");
        assert!(refused.partial.is_some());
        let wait = refused.retry_after.expect("a time").as_secs();
        assert!((least..=most).contains(&wait), "{header}: {wait}");
        // The group is left alone, and a restart knows it.
        assert_eq!(
            code(&visit(&fetcher, &seed, &server.url("/y")).await),
            "throttled"
        );
        let memory = fetcher.memory("127.0.0.2");
        assert_eq!((memory.failures, memory.robots.len()), (1, 1));
        let restarted = impatient();
        restarted.recall(&memory);
        assert_eq!(
            code(&visit(&restarted, &seed, &server.url("/y")).await),
            "throttled"
        );
        assert_eq!(server.paths(), ["/robots.txt", "/x"]);
    }
}

#[tokio::test]
async fn challenges_and_unread_types_are_kept_apart_from_pages() {
    let server = Server::pages("127.0.0.2", |path| match path {
        "/wall" => Some(reply(
            "521 ",
            &["Set-Cookie: __jsluid=1", "Content-Type: text/html"],
            b"<script></script>",
        )),
        "/account" => Some(redirect("/login?back=/account")),
        "/login?back=/account" => Some(html("<form><input type=\"password\"></form>")),
        "/pdf" => Some(reply(
            "200 OK",
            &["Content-Type: application/pdf"],
            b"%PDF-1.7 secret",
        )),
        "/bare" => Some(reply("200 OK", &[], b"GIF89a\0\0")),
        "/map.xml" => Some(reply(
            "200 OK",
            &["Content-Type: application/xml"],
            b"<urlset/>",
        )),
        "/gone" => Some(reply(
            "404 Not Found",
            &["Content-Type: text/html"],
            b"<h1>404</h1>",
        )),
        _ => None,
    })
    .await;
    let fetcher = fetcher();
    let seed = seed(&server.url("/"), &["127.0.0.2/32"]);
    for (path, expected) in [
        ("/wall", "challenge"),
        ("/account", "challenge"),
        ("/pdf", "type"),
        ("/bare", "type"),
        ("/map.xml", "ok"),
        ("/gone", "ok"),
    ] {
        let visit = visit(&fetcher, &seed, &server.url(path)).await;
        assert_eq!(code(&visit), expected, "{path} {:?}", visit.outcome);
        assert_eq!(visit.partial.is_some(), expected != "ok", "{path}");
        if path == "/pdf" {
            let kept = visit.partial.expect("the head");
            assert!(kept.last().is_some_and(|e| e.body.is_empty()));
        }
    }
}

#[tokio::test]
async fn explaining_fetches_nothing_but_robots_txt() {
    let server = Server::pages("127.0.0.2", |path| match path {
        "/robots.txt" => Some(reply(
            "200 OK",
            &[],
            b"User-agent: *\nDisallow: /no\nCrawl-delay: 2\n",
        )),
        _ => Some(html("page")),
    })
    .await;
    let fetcher = fetcher();
    let seed = seed(&server.url("/"), &["127.0.0.2/32"]);
    let said = fetcher.explain(&seed, &target(&server.url("/no/x"))).await;
    assert!(said.scope.is_ok() && said.trap.is_none());
    assert!(matches!(&said.robots, RobotsExplanation::Judged(v) if !v.allowed));
    assert_eq!(said.pace.interval, Duration::from_secs(2));
    assert_eq!(said.group, "127.0.0.2");
    let addresses = said.addresses.as_ref().expect("approved");
    assert!(
        addresses
            .iter()
            .all(|(ip, why)| *ip == server.address.ip() && why.is_some())
    );
    assert_eq!(said.verdict().expect_err("disallowed").code(), "robots");
    let blocked = fetcher.explain(&seed, &target("http://127.0.0.1/")).await;
    assert!(matches!(blocked.robots, RobotsExplanation::NotAsked));
    assert_eq!(
        blocked.addresses.expect_err("blocked").code(),
        "blocked-address"
    );
    assert_eq!(server.paths(), ["/robots.txt"]);
}

#[tokio::test]
async fn budgets_scope_and_traps_are_asked_before_the_network() {
    let server = Server::pages("127.0.0.2", |_| Some(html("page"))).await;
    let fetcher = fetcher();
    let mut seed = seed(&server.url("/"), &["127.0.0.2/32"]);
    seed.budget.pages = 0;
    for (url, expected) in [
        (server.url("/x"), "budget"),
        (server.url("/a/a/a/"), "trap"),
        ("http://elsewhere.test/".to_owned(), "out-of-scope"),
        ("ftp://elsewhere.test/".to_owned(), "scheme"),
    ] {
        assert_eq!(code(&visit(&fetcher, &seed, &url).await), expected, "{url}");
    }
    assert!(server.paths().is_empty());
}
