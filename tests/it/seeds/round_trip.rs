//! What is written is read again, and nothing makes a reader panic.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use std::net::IpAddr;
use std::time::Duration;
use url::Url;
use wangxun::model::region::Units;
use wangxun::model::revisit::RevisitBounds;
use wangxun::model::schedule::{QuietHours, Schedule};
use wangxun::model::seed::{
    AddressPermission, Breadth, Budget, HostOverride, ImageMode, Pace, PatrolList, RenderMode,
    RobotsPolicy, Scope, Sector, Seed, SeedKind,
};
use wangxun::model::vantage::{Vantage, Vantages};
use wangxun::model::watch_plan::WatchPlan;
use wangxun::seeds::{import_csv_bytes, parse_patrol_list, parse_units, to_toml};

fn text() -> impl Strategy<Value = String> {
    "[a-z\"'\\\\#=\\[\\]{}甲乙丙·（）😀]{1,12}"
}

fn scope() -> impl Strategy<Value = Scope> {
    let breadth = prop_oneof![
        Just(Breadth::Urls),
        Just(Breadth::Prefix),
        Just(Breadth::Host),
        Just(Breadth::Domain)
    ];
    let exclude = vec("\\*[甲乙\"\\\\]{1,6}", 0..3);
    (breadth, exclude, any::<bool>(), 0u8..=5).prop_map(|(breadth, exclude, all, hops)| Scope {
        breadth,
        include: if all {
            vec!["/*".to_owned()]
        } else {
            Vec::new()
        },
        exclude,
        offsite_hops: hops,
    })
}

fn limits() -> impl Strategy<Value = (Budget, Pace)> {
    let budget = (
        1u64..=10_000_000,
        1u64..(1 << 50),
        1u32..=100_000,
        0u16..=1000,
    );
    let pace = (500u64..86_400_000, 1u16..=256, 0u64..86_400_000);
    (budget, pace).prop_map(
        |((pages, bytes, minutes, depth), (interval, concurrency, cap))| {
            let budget = Budget {
                pages,
                bytes,
                minutes,
                depth,
            };
            let pace = Pace {
                interval: Duration::from_millis(interval),
                concurrency,
                crawl_delay_cap: Duration::from_millis(cap),
            };
            (budget, pace)
        },
    )
}

fn address() -> impl Strategy<Value = IpAddr> {
    prop_oneof![
        any::<u32>().prop_map(|a| IpAddr::V4(a.into())),
        any::<u128>().prop_map(|a| IpAddr::V6(a.into()))
    ]
}

fn network() -> impl Strategy<Value = (IpAddr, u8)> {
    prop_oneof![
        (any::<u8>(), any::<u8>()).prop_map(|(a, b)| (IpAddr::from([a, b, 0, 0]), 16)),
        any::<u16>().prop_map(|a| (IpAddr::from([a, 0, 0, 0, 0, 0, 0, 0]), 32)),
        address().prop_map(|a| (a, if a.is_ipv4() { 32 } else { 128 }))
    ]
}

fn fixed() -> impl Strategy<Value = HostOverride> {
    ("(\\*\\.)?[a-z]{1,8}\\.test", address(), option::of(1u16..)).prop_map(
        |(host, address, port)| HostOverride {
            host,
            address,
            port,
        },
    )
}

fn vantages() -> impl Strategy<Value = Vantages> {
    let views = prop::sample::subsequence(
        vec![
            "plain",
            "desktop",
            "mobile",
            "wechat",
            "mobile+ad",
            "wechat+ad",
        ],
        0..5,
    );
    (views, 1u64..1000).prop_map(|(views, pages)| {
        if views.is_empty() {
            return Vantages::default();
        }
        let views = views.iter().filter_map(|v| Vantage::parse(v)).collect();
        Vantages {
            views,
            basis: Some("《某某办法》第一条第二款".to_owned()),
            referrer: Some("https://search.test/s?q=a".parse().expect("a URL")),
            pages,
        }
    })
}

fn seed() -> impl Strategy<Value = Seed> {
    let words = (
        text(),
        prop_oneof![Just(SeedKind::Platform), Just(SeedKind::AdSource)],
        prop::sample::select(Sector::ALL.to_vec()),
        option::of("[0-9]{6}|[0-9]{9}|[0-9]{12}"),
        (
            prop_oneof![
                Just(RenderMode::Never),
                Just(RenderMode::Auto),
                Just(RenderMode::Always)
            ],
            prop_oneof![
                Just(ImageMode::Never),
                Just(ImageMode::Auto),
                Just(ImageMode::Always)
            ],
        ),
        option::of("《[甲乙丙丁法条]{6,20}》第\"一\"条"),
    );
    let nets = (vec(network(), 0..3), vec(fixed(), 0..3));
    let starts = vec(
        "https?://[a-z]{1,9}\\.test/[a-z]{0,5}(\\?q=[a-z]{1,3})?",
        1..3,
    );
    (words, scope(), limits(), nets, starts, vantages()).prop_map(
        |(words, scope, limits, nets, starts, vantages)| {
            let (name, kind, sector, region, (render, images), basis) = words;
            let mut start_urls: Vec<Url> =
                starts.iter().map(|s| s.parse().expect("a URL")).collect();
            start_urls.dedup();
            Seed {
                id: String::new(),
                name,
                kind,
                start_urls,
                sector,
                region,
                scope,
                budget: limits.0,
                pace: limits.1,
                robots: basis.map_or(RobotsPolicy::Obey, |legal_basis| RobotsPolicy::Ignore {
                    legal_basis,
                }),
                render,
                images,
                vantages,
                addresses: AddressPermission { networks: nets.0 },
                resolve: nets.1,
            }
        },
    )
}

fn watch() -> impl Strategy<Value = WatchPlan> {
    let schedule = || {
        option::of(prop::sample::select(vec![
            "0 9 * * 1-5",
            "every 90s",
            "15 3 L * *",
        ]))
    };
    let read = |text: Option<&str>| text.map(|t| Schedule::parse(t).expect("schedule"));
    let bounds = (1u64..1_000, 0u64..400);
    let quiet = prop::sample::select(vec!["22:00-06:00", "12:00-13:30", ""]);
    (
        schedule(),
        schedule(),
        -12i32..=14,
        bounds,
        quiet,
        any::<bool>(),
    )
        .prop_map(
            move |(all, own, hours, (least, more), quiet, sitemaps)| WatchPlan {
                schedule: read(all),
                own: read(own)
                    .into_iter()
                    .map(|s| ("seed-0".to_owned(), s))
                    .collect(),
                zone: chrono::FixedOffset::east_opt(hours * 3600).expect("offset"),
                quiet: QuietHours::parse(quiet),
                revisit: RevisitBounds {
                    least: std::time::Duration::from_secs(least * 60),
                    most: std::time::Duration::from_secs((least + more) * 60),
                },
                sitemaps,
            },
        )
}

fn list() -> impl Strategy<Value = PatrolList> {
    (text(), option::of(text()), vec(seed(), 1..4), watch()).prop_map(
        |(name, office, mut seeds, watch)| {
            for (i, seed) in seeds.iter_mut().enumerate() {
                seed.id = format!("seed-{i}");
            }
            PatrolList {
                name,
                office,
                source: "x".to_owned(),
                seeds,
                watch,
            }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_written_list_reads_as_itself(list in list()) {
        let written = to_toml(&list);
        let loaded = parse_patrol_list(&written, "x", &Units::default());
        prop_assert!(!loaded.has_errors(), "{:#?}\n{}", loaded.faults, written);
        prop_assert_eq!(loaded.value, list);
    }

    #[test]
    fn no_list_panics(text in "(\\[\\[seed\\]\\]|id|start|scope|=|\"|\\{|\\}|\\[|\\]|\n| |x|1|义|\\.|\u{0}){0,60}") {
        let _ = parse_patrol_list(&text, "x", &Units::default());
        let _ = parse_units(&text, "x");
    }

    #[test]
    fn no_sheet_panics(bytes in vec(any::<u8>(), 0..300), tail in "(名称|网址|,|;|\t|\n|\"|a\\.test){0,40}") {
        let _ = import_csv_bytes(&bytes, "x", "x", &Units::default());
        let _ = import_csv_bytes(tail.as_bytes(), "x", "x", &Units::default());
    }

    #[test]
    fn an_imported_sheet_survives_its_toml(rows in vec(("[甲乙丙\"a]{1,6}", "[a-z]{1,6}\\.test(/[a-z]{0,4})?"), 1..6)) {
        let mut sheet = "名称,网址\n".to_owned();
        for (name, url) in &rows {
            sheet.push_str(&format!("\"{}\",{url}\n", name.replace('"', "\"\"")));
        }
        let list = import_csv_bytes(sheet.as_bytes(), "表", "x", &Units::default()).value;
        prop_assert!(!list.seeds.is_empty());
        let again = parse_patrol_list(&to_toml(&list), "x", &Units::default());
        prop_assert!(!again.has_errors(), "{:#?}", again.faults);
        prop_assert_eq!(again.value, list);
    }
}
