//! Integration tests: practice.
#![allow(clippy::unwrap_used)] // the helpers are tests too

use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use wangxun::lexicons::rulebook;
use wangxun::practice::{
    self, Bind, Expected, ExpectedPage, LoadPlan, Outcome, PracticeError, Reach, Served,
};

/// One raw answer: status, headers with lower-case names, body.
#[derive(Debug)]
struct Got {
    status: u16,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

/// A client of a few lines, so that the server is not judged by the crawler it tries.
async fn get(served: &Served, host: &str, target: &str) -> std::io::Result<Got> {
    let address = served.hosts().iter().find(|h| h.name == host).unwrap();
    ask(
        SocketAddr::from((address.address, served.port())),
        host,
        target,
    )
    .await
}

async fn ask(address: SocketAddr, host: &str, target: &str) -> std::io::Result<Got> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!(
        "GET {target} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: tester\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await?;
    let end = bytes
        .windows(4)
        .position(|w| w == b"\r\n\r\n")
        .ok_or(std::io::ErrorKind::InvalidData)?;
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap()[9..12].parse().unwrap();
    let headers: BTreeMap<String, String> = lines
        .filter_map(|l| l.split_once(": "))
        .map(|(n, v)| (n.to_ascii_lowercase(), v.to_owned()))
        .collect();
    let mut body = bytes[end + 4..].to_vec();
    if headers
        .get("transfer-encoding")
        .is_some_and(|c| c == "chunked")
    {
        body = unchunk(&body);
    }
    Ok(Got {
        status,
        headers,
        body,
    })
}

fn unchunk(mut bytes: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = bytes.windows(2).position(|w| w == b"\r\n") {
        let size = std::str::from_utf8(&bytes[..end]).unwrap();
        let size = usize::from_str_radix(size, 16).unwrap();
        body.extend_from_slice(&bytes[end + 2..end + 2 + size]);
        bytes = &bytes[end + 4 + size..];
        if size == 0 {
            break;
        }
    }
    body
}

/// Splits `http://host/path` into host and path.
fn split(url: &str) -> (&str, &str) {
    let rest = url.strip_prefix("http://").unwrap();
    let slash = rest.find('/').unwrap();
    (&rest[..slash], &rest[slash..])
}

/// The visible text of a page with entities decoded, scripts and styles left out.
fn visible_text(html: &str) -> String {
    let page = scraper::Html::parse_document(html);
    let hidden = |name: &str| ["script", "style"].contains(&name);
    page.tree
        .nodes()
        .filter(|n| {
            !n.ancestors()
                .any(|a| a.value().as_element().is_some_and(|e| hidden(e.name())))
        })
        .filter_map(|n| n.value().as_text().map(|t| t.to_string()))
        .collect()
}

fn site_file(host: &str, path: &str) -> Option<String> {
    let path = match path.split('?').next().unwrap() {
        folder if folder.ends_with('/') => format!("{folder}index.html"),
        file => file.to_owned(),
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds/practice/sites");
    std::fs::read_to_string(root.join(host).join(path.trim_start_matches('/'))).ok()
}

fn expected() -> Expected {
    practice::expected().unwrap()
}

fn readable(expected: &Expected) -> impl Iterator<Item = (&ExpectedPage, &str, &str)> {
    expected
        .pages
        .iter()
        .filter(|p| p.outcome == Outcome::Read)
        .map(|p| {
            let (host, path) = split(&p.url);
            (p, host, path)
        })
}

#[test]
fn every_page_has_an_expectation_and_the_other_way_round() {
    let expected = expected();
    let urls: BTreeSet<&str> = expected.pages.iter().map(|p| p.url.as_str()).collect();
    assert_eq!(urls.len(), expected.pages.len(), "doubles in expected.toml");
    let hosts = practice::hosts().unwrap();
    for host in &hosts {
        for page in host.pages.iter().filter(|p| *p != "/robots.txt") {
            let url = format!("http://{}{page}", host.name);
            assert!(urls.contains(url.as_str()), "{url} is not expected");
        }
    }
    for (page, host, path) in readable(&expected) {
        assert!(site_file(host, path).is_some(), "{} has no file", page.url);
    }
}

#[test]
fn quotes_stand_in_the_pages() {
    for (page, host, path) in readable(&expected()) {
        // What a script shows stands in the script.
        let path = if page.rendered { "/app.js" } else { path };
        let text = visible_text(&site_file(host, path).unwrap());
        for wanted in &page.expect {
            // What stands in an image was written by whoever drew it.
            assert!(
                page.image || text.contains(&wanted.quote),
                "{}: `{}`",
                page.url,
                wanted.quote
            );
            assert!(
                page.rules.contains(&wanted.rule),
                "{}: {}",
                page.url,
                wanted.rule
            );
        }
        assert_eq!(page.finding, !page.expect.is_empty(), "{}", page.url);
        for rule in &page.rules {
            assert!(
                page.expect.iter().any(|e| e.rule == *rule),
                "{}: {rule}",
                page.url
            );
            assert!(!page.forbidden.contains(rule), "{}: {rule}", page.url);
        }
    }
}

#[test]
fn expectations_are_whole() {
    let expected = expected();
    let codes = [
        "robots",
        "robots-unreachable",
        "throttled",
        "failed",
        "redirects",
        "type",
    ];
    for page in &expected.pages {
        let skip = page.skip.as_deref();
        match page.outcome {
            Outcome::Read => assert!(skip.is_none(), "{}", page.url),
            Outcome::Error => assert!(page.status.is_some_and(|s| s >= 400), "{}", page.url),
            Outcome::Skip => assert!(skip.is_some_and(|s| codes.contains(&s)), "{}", page.url),
            Outcome::Blocked => assert_eq!(skip, Some("challenge"), "{}", page.url),
        }
        assert!(!page.why.is_empty() && page.reach == Reach::Must || page.reach == Reach::May);
    }
    let guilty = expected.pages.iter().filter(|p| p.finding).count();
    let innocent = readable(&expected).count() - guilty;
    assert!(guilty >= 30 && innocent >= 30, "{guilty} {innocent}");
}

#[test]
fn rules_are_of_the_catalogue() {
    let lexicon = rulebook::load(None).unwrap();
    let expected = expected();
    let pages = expected.pages.iter();
    let named = pages.flat_map(|p| p.rules.iter().chain(&p.may).chain(&p.forbidden));
    for rule in named.chain(&expected.always_may) {
        assert!(lexicon.rule(rule).is_some(), "{rule}");
    }
}

#[test]
fn nothing_in_the_practice_web_is_real() {
    for host in practice::hosts().unwrap() {
        for page in &host.pages {
            let Some(html) = site_file(&host.name, page) else {
                continue;
            };
            for url in html.split("http").skip(1) {
                if let Some(rest) = url.strip_prefix("://") {
                    let name = rest
                        .split(['/', '"', '?', '<', ':'])
                        .next()
                        .unwrap_or_default();
                    assert!(
                        name.ends_with(".test") || name == "www.w3.org",
                        "{}{page}: {name}",
                        host.name
                    );
                }
            }
            let mut digits = html.split(|c: char| !c.is_ascii_digit());
            let number = digits.find(|run| run.len() == 11);
            assert_eq!(number, None, "{}{page}: a telephone number?", host.name);
        }
    }
}

#[test]
fn links_of_the_sites_lead_somewhere() {
    let expected = expected();
    let hosts = practice::hosts().unwrap();
    let endless: Vec<&str> = expected.hosts.iter().map(|h| h.name.as_str()).collect();
    let select = scraper::Selector::parse("a[href]").unwrap();
    for host in hosts.iter().filter(|h| !endless.contains(&h.name.as_str())) {
        for page in &host.pages {
            let Some(html) = site_file(&host.name, page) else {
                continue;
            };
            let base = url::Url::parse(&format!("http://{}{page}", host.name)).unwrap();
            for link in scraper::Html::parse_document(&html).select(&select) {
                let url = base.join(link.attr("href").unwrap()).unwrap();
                // The ad network's redirects are routes, not pages.
                let known =
                    expected.page(&url).is_some() || url.host_str() == Some("liandian.test");
                assert!(known || url.path() == "/loop-a", "{base} -> {url}");
            }
        }
    }
}

#[test]
fn the_patrol_file_says_what_the_code_says() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds/practice/patrol.toml");
    let file: toml::Table = std::fs::read_to_string(file).unwrap().parse().unwrap();
    let list = practice::bundled_patrol_list(8607).unwrap();
    assert_eq!(file["name"].as_str(), Some(list.name.as_str()));
    let text = |v: &toml::Value| v.as_str().unwrap().to_owned();
    let resolve: Vec<String> = file["defaults"]["resolve"]
        .as_array()
        .unwrap()
        .iter()
        .map(text)
        .collect();
    let seeds = file["seed"].as_array().unwrap();
    assert_eq!(seeds.len(), list.seeds.len());
    for (row, seed) in seeds.iter().zip(&list.seeds) {
        assert_eq!(row["id"].as_str(), Some(seed.id.as_str()));
        assert_eq!(row["name"].as_str(), Some(seed.name.as_str()));
        assert_eq!(row["sector"].as_str(), Some(seed.sector.code()));
        let region = row.get("region").map(text);
        assert_eq!(region, seed.region);
        let starts = match &row["start"] {
            toml::Value::Array(many) => many.iter().map(text).collect(),
            one => vec![text(one)],
        };
        let urls: Vec<String> = seed.start_urls.iter().map(|u| u.to_string()).collect();
        assert_eq!(starts, urls);
        let hops = row
            .get("scope")
            .map_or(0, |s| s["offsite_hops"].as_integer().unwrap());
        assert_eq!(hops, i64::from(seed.scope.offsite_hops));
        let pages = row
            .get("budget")
            .map_or(40, |b| b["pages"].as_integer().unwrap());
        assert_eq!(pages, i64::try_from(seed.budget.pages).unwrap());
        let views = row.get("vantage").map_or_else(Vec::new, |v| {
            let views = v["views"].as_array().unwrap();
            views.iter().map(text).collect()
        });
        if views.is_empty() {
            assert_eq!(seed.vantages, wangxun::model::vantage::Vantages::default());
        } else {
            let own: Vec<String> = seed.vantages.views.iter().map(|v| v.code()).collect();
            assert_eq!(views, own);
            let basis = row["vantage"]["basis"].as_str();
            assert_eq!(basis, seed.vantages.basis.as_deref());
            let referrer = row["vantage"]["referrer"].as_str();
            assert_eq!(
                referrer,
                seed.vantages.referrer.as_ref().map(|r| r.as_str())
            );
        }
        let answers = seed.resolve.iter();
        let answers: Vec<String> = answers
            .map(|o| format!("{}={}:{}", o.host, o.address, o.port.unwrap()))
            .collect();
        assert_eq!(answers, resolve);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn serves_every_expected_page() {
    let served = practice::serve(Bind::default()).await.unwrap();
    let expected = expected();
    let slow = ["mantun.test"];
    for page in expected
        .pages
        .iter()
        .filter(|p| !slow.contains(&split(&p.url).0) && p.skip.as_deref() != Some("failed"))
    {
        let (host, path) = split(&page.url);
        if path == "/busy-once.html" || path == "/cut.html" {
            continue;
        }
        let got = get(&served, host, path).await.unwrap();
        let status = match page.skip.as_deref() {
            Some("redirects") => 302,
            _ => page.status.unwrap_or(200),
        };
        assert_eq!(got.status, status, "{}", page.url);
        assert_eq!(got.headers["x-practice"], "fictitious");
        if page.outcome == Outcome::Read {
            let kind = &got.headers["content-type"];
            let bytes = match kind.as_str() {
                "text/html; charset=gb2312" if host == "jinghuadai.test" => {
                    encoding_rs::GBK.decode(&got.body).0.into_owned()
                }
                "text/html" => encoding_rs::BIG5.decode(&got.body).0.into_owned(),
                _ => String::from_utf8(got.body).unwrap(),
            };
            if path != "/full.html" {
                assert_eq!(Some(bytes), site_file(host, path), "{}", page.url);
            }
        }
    }
    served.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_ad_chain_leads_to_the_landing_page() {
    let served = practice::serve(Bind::default()).await.unwrap();
    let first = get(&served, "liandian.test", "/c/1001").await.unwrap();
    assert_eq!(first.status, 302);
    assert_eq!(
        first.headers["location"],
        "http://liandian.test/r/1001.html"
    );
    let second = get(&served, "liandian.test", "/r/1001.html").await.unwrap();
    let second = String::from_utf8(second.body).unwrap();
    assert!(
        second
            .contains("http-equiv=\"refresh\" content=\"0; url=http://liandian.test/j/1001.html\"")
    );
    let third = get(&served, "liandian.test", "/j/1001.html").await.unwrap();
    let third = String::from_utf8(third.body).unwrap();
    assert!(third.contains("location.replace(\"http://yejin.test/offer.html?from=liandian\")"));
    let landing = get(&served, "yejin.test", "/offer.html?from=liandian")
        .await
        .unwrap();
    assert_eq!(landing.status, 200);
    let other = get(
        &served,
        "liandian.test",
        "/c?id=1002&url=http%3A%2F%2Fzhayan.test%2F",
    )
    .await
    .unwrap();
    assert_eq!(other.headers["location"], "http://zhayan.test/");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn robots_files_are_what_the_expectations_need() {
    let served = practice::serve(Bind::default()).await.unwrap();
    let robots = get(&served, "yunduo.test", "/robots.txt").await.unwrap();
    assert_eq!(robots.headers["content-type"], "text/plain; charset=utf-8");
    let robots = String::from_utf8(robots.body).unwrap();
    for line in [
        "User-agent: *",
        "Disallow: /vip/",
        "Allow: /vip/open.html",
        "Crawl-delay: 1",
    ] {
        assert!(robots.contains(line), "{line}");
    }
    assert_eq!(
        get(&served, "guanmen.test", "/robots.txt")
            .await
            .unwrap()
            .status,
        503
    );
    assert_eq!(
        get(&served, "huabing.test", "/robots.txt")
            .await
            .unwrap()
            .status,
        404
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn broken_answers_are_broken() {
    let served = practice::serve(Bind::default()).await.unwrap();
    let reset = get(&served, "dieyun.test", "/reset.html")
        .await
        .unwrap_err();
    assert_eq!(reset.kind(), std::io::ErrorKind::ConnectionReset);
    let endless = get(&served, "dieyun.test", "/headers.html")
        .await
        .unwrap_err();
    assert_eq!(endless.kind(), std::io::ErrorKind::InvalidData);
    let cut = get(&served, "dieyun.test", "/cut.html").await.unwrap();
    let announced: usize = cut.headers["content-length"].parse().unwrap();
    assert_eq!(announced, cut.body.len() * 2);
    let busy = get(&served, "dieyun.test", "/busy-once.html")
        .await
        .unwrap();
    assert_eq!(
        (busy.status, busy.headers["retry-after"].as_str()),
        (503, "2")
    );
    assert_eq!(
        get(&served, "dieyun.test", "/busy-once.html")
            .await
            .unwrap()
            .status,
        200
    );
    let log = served.log().of_host("dieyun.test");
    let broken: Vec<_> = log
        .iter()
        .filter(|e| e.status == 0)
        .map(|e| e.target.as_str())
        .collect();
    assert_eq!(broken, ["/reset.html", "/headers.html"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_answers_are_slow_but_whole() {
    let served = practice::serve(Bind::default()).await.unwrap();
    let began = Instant::now();
    let (late, drip) = tokio::join!(
        get(&served, "mantun.test", "/"),
        get(&served, "mantun.test", "/hours.html"),
    );
    assert!(began.elapsed() >= Duration::from_millis(1500));
    assert_eq!(late.unwrap().status, 200);
    let drip = drip.unwrap();
    assert!(!drip.headers.contains_key("content-length"));
    assert_eq!(
        Some(String::from_utf8(drip.body).unwrap()),
        site_file("mantun.test", "/hours.html")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_answers_on_its_own_address_only() {
    let served = practice::serve(Bind::default()).await.unwrap();
    let here = SocketAddr::from((Ipv4Addr::new(127, 0, 7, 1), served.port()));
    assert_eq!(
        ask(here, "zhishangjin.test", "/").await.unwrap().status,
        200
    );
    let port = format!("ZHISHANGJIN.test:{}", served.port());
    assert_eq!(ask(here, &port, "/").await.unwrap().status, 200);
    assert_eq!(ask(here, "127.0.7.1", "/").await.unwrap().status, 200);
    assert_eq!(ask(here, "huabing.test", "/").await.unwrap().status, 421);
    let overrides = served.overrides();
    assert!(overrides.iter().all(|o| o.port == Some(served.port())));
    assert_eq!(overrides.len(), served.hosts().len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closed_site_is_gone_and_the_others_are_not() {
    let served = practice::serve(Bind::default()).await.unwrap();
    let first = served.hosts()[0].name.clone();
    let second = served.hosts()[1].name.clone();
    assert!(served.close(&first));
    assert!(!served.close("nobody.test"));
    assert_eq!(get(&served, &first, "/").await.unwrap().status, 410);
    assert_eq!(
        get(&served, &first, "/robots.txt").await.unwrap().status,
        410
    );
    assert_ne!(get(&served, &second, "/").await.unwrap().status, 410);
    served.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_reading_is_allowed_and_connections_are_kept() {
    let served = practice::serve(Bind::default()).await.unwrap();
    let address = SocketAddr::from((Ipv4Addr::new(127, 0, 7, 27), served.port()));
    let mut stream = TcpStream::connect(address).await.unwrap();
    let mut answer = vec![0_u8; 65_536];
    for (method, status) in [("POST", "405"), ("HEAD", "200"), ("GET", "200")] {
        let request =
            format!("{method} / HTTP/1.1\r\nHost: xugou-trip.test\r\nContent-Length: 0\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let read = stream.read(&mut answer).await.unwrap();
        assert_eq!(&answer[9..12], status.as_bytes(), "{method} {read}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_access_log_tells_time_and_agent() {
    let served = practice::serve(Bind {
        log: 4,
        ..Bind::default()
    })
    .await
    .unwrap();
    for path in ["/1", "/2", "/3", "/4", "/5?q=1"] {
        get(&served, "xugou-trip.test", path).await.unwrap();
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    let log = served.log();
    assert_eq!(log.total(), 5);
    let entries = log.entries();
    assert_eq!(entries.len(), 4);
    let last = entries.last().unwrap();
    assert_eq!(
        (
            last.target.as_str(),
            last.agent.as_str(),
            last.status,
            last.method.as_str()
        ),
        ("/5?q=1", "tester", 404, "GET")
    );
    let least = log.least_interval("xugou-trip.test").unwrap();
    assert!(
        least >= Duration::from_millis(30) && least < Duration::from_secs(5),
        "{least:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_webs_live_side_by_side_and_end() {
    let one = practice::serve(Bind::default()).await.unwrap();
    let two = practice::serve(Bind::default()).await.unwrap();
    assert_ne!(one.port(), two.port());
    let same = practice::serve(Bind {
        port: one.port(),
        ..Bind::default()
    })
    .await;
    assert!(matches!(same, Err(PracticeError::Listen { .. })));
    let address = SocketAddr::from((Ipv4Addr::new(127, 0, 7, 1), one.port()));
    let idle = TcpStream::connect(address).await.unwrap();
    let began = Instant::now();
    one.shutdown().await;
    assert!(began.elapsed() < Duration::from_secs(5));
    assert!(TcpStream::connect(address).await.is_err());
    drop(idle);
    assert_eq!(get(&two, "xugou-trip.test", "/").await.unwrap().status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn any_folder_is_a_web() {
    let home = tempfile::tempdir().unwrap();
    for (site, file, bytes) in [
        ("alpha", "一.html", "<p>甲</p>".as_bytes()),
        ("beta", "b.jsp", &[0xD2, 0xBB]),
    ] {
        std::fs::create_dir(home.path().join(site)).unwrap();
        std::fs::write(home.path().join(site).join(file), bytes).unwrap();
    }
    let served = practice::serve_folder(home.path(), Bind::default())
        .await
        .unwrap();
    let index = get(&served, "alpha.test", "/").await.unwrap();
    let index = String::from_utf8(index.body).unwrap();
    assert!(index.contains("href=\"/%E4%B8%80.html\""));
    let page = get(&served, "alpha.test", "/%E4%B8%80.html").await.unwrap();
    assert_eq!(
        (page.headers["content-type"].as_str(), page.body),
        ("text/html", "<p>甲</p>".into())
    );
    assert_eq!(
        get(&served, "beta.test", "/b.jsp").await.unwrap().body,
        [0xD2, 0xBB]
    );
    assert_eq!(
        get(&served, "beta.test", "/%2e%2e/alpha/x")
            .await
            .unwrap()
            .status,
        404
    );
    let list = practice::patrol_list(&served);
    let starts: Vec<_> = list
        .seeds
        .iter()
        .map(|s| s.start_urls[0].as_str())
        .collect();
    assert_eq!(starts, ["http://alpha.test/", "http://beta.test/"]);
    assert!(
        list.seeds[0].budget.pages > 2,
        "dead links must not take the places of files"
    );
    assert_eq!(list.seeds[1].resolve[0].port, Some(served.port()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn load_pages_are_served_over_all_hosts() {
    let plan = LoadPlan {
        pages: 1_000,
        hosts: 3,
    };
    let served = practice::serve_load(
        plan,
        Bind {
            log: 0,
            ..Bind::default()
        },
    )
    .await
    .unwrap();
    let list = practice::patrol_list(&served);
    assert_eq!(list.seeds.len(), 3);
    assert!(list.seeds.iter().all(|s| s.pace.interval.is_zero()));
    for (n, host) in served.hosts().iter().enumerate() {
        let last = plan.pages_of(n as u16) - 1;
        for (target, status) in [
            ("/".to_owned(), 200),
            (format!("/p/{last}.html"), 200),
            (format!("/p/{}.html", last + 1), 404),
        ] {
            assert_eq!(
                get(&served, &host.name, &target).await.unwrap().status,
                status,
                "{target}"
            );
        }
    }
    assert_eq!((served.log().total(), served.log().entries().len()), (9, 0));
}

/// The sample pages lie beside the repository on developers' machines only.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn real_pages_are_served_byte_for_byte() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/pages");
    if !folder.is_dir() {
        println!("skipped: no sample pages");
        return;
    }
    let served = practice::serve_folder(&folder, Bind::default())
        .await
        .unwrap();
    let mut pages = 0;
    for host in served.hosts() {
        let index = get(&served, &host.name, "/").await.unwrap();
        let index = String::from_utf8(index.body).unwrap();
        for target in index
            .split("href=\"")
            .skip(1)
            .map(|l| l.split('"').next().unwrap())
        {
            let got = get(&served, &host.name, target).await.unwrap();
            assert_eq!(
                (got.status, got.headers["content-type"].as_str()),
                (200, "text/html")
            );
            pages += 1;
        }
    }
    assert!(pages > 100, "{pages}");
}
