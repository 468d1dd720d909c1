//! The promises of the frontier, one by one.

use super::*;
use std::fs;
use std::time::Duration as StdDuration;
use wangxun::model::address::VisitKey;
use wangxun::model::host_memory::HostMemory;
use wangxun::storage::frontier::error::FrontierError;
use wangxun::storage::frontier::report::{Added, Finished, Postponed, Postponement};
use wangxun::storage::frontier::stats::FrontierStats;

fn page(host: usize, page: usize) -> Target {
    target(&format!("http://h{host}.example/{page}"), "s", 0)
}

fn urls(leases: &[wangxun::storage::frontier::lease::Lease]) -> Vec<String> {
    leases.iter().map(|l| l.target.url.to_string()).collect()
}

#[test]
fn one_address_is_taken_once_and_priority_comes_first() {
    let dir = tempfile::tempdir().unwrap();
    let frontier = open(dir.path());
    let run = frontier.begin_run(&LIST, at(0)).unwrap().id;
    let offered = [
        target("http://a.example/late", "s", 1),
        target("http://a.example/urgent", "s", 9),
        target("http://A.example:80/late?utm_source=x#f", "s", 1),
        target("http://a.example/later", "s", 1),
    ];
    let added = frontier.add(run, &offered).unwrap();
    assert_eq!(
        added,
        Added {
            new: 3,
            duplicate: 1
        }
    );
    assert_eq!(frontier.stats(run).unwrap().duplicates, 1);
    let mut order = Vec::new();
    for step in 0..4 {
        for lease in frontier.lease(run, at(step), 10).unwrap() {
            assert_eq!(lease.target.referrer, offered[0].referrer);
            order.push(lease.target.url.path().to_owned());
            frontier
                .finish(run, &lease, &report(done(1, false)), at(step))
                .unwrap();
        }
    }
    assert_eq!(order, ["/urgent", "/late", "/later"]);
    assert_eq!(frontier.next_ready(run, at(9)).unwrap(), None);
}

#[test]
fn a_large_group_does_not_starve_the_small_ones() {
    let dir = tempfile::tempdir().unwrap();
    let frontier = open(dir.path());
    let run = frontier.begin_run(&LIST, at(0)).unwrap().id;
    let large: Vec<Target> = (0..500).map(|n| page(0, n)).collect();
    frontier.add(run, &large).unwrap();
    for host in 1..20 {
        frontier
            .add(run, &(0..5).map(|n| page(host, n)).collect::<Vec<_>>())
            .unwrap();
    }
    let mut served = vec![0; 20];
    for step in 0..100 {
        let leases = frontier.lease(run, at(step), 1).unwrap();
        let lease = &leases[0];
        let host: usize = lease.group[1..lease.group.find('.').unwrap()]
            .parse()
            .unwrap();
        served[host] += 1;
        frontier
            .finish(run, lease, &report(done(1, false)), at(step))
            .unwrap();
    }
    assert_eq!(served, vec![5; 20]);
}

#[test]
fn a_group_holds_no_more_leases_than_allowed() {
    let dir = tempfile::tempdir().unwrap();
    let frontier = open(dir.path());
    let run = frontier.begin_run(&LIST, at(0)).unwrap().id;
    frontier.set_group_limits("h1.example", 3).unwrap();
    for host in 0..2 {
        frontier
            .add(run, &(0..9).map(|n| page(host, n)).collect::<Vec<_>>())
            .unwrap();
    }
    let leases = frontier.lease(run, at(0), 99).unwrap();
    let of = |group: &str| leases.iter().filter(|l| l.group == group).count();
    assert_eq!((of("h0.example"), of("h1.example")), (1, 3));
    assert!(frontier.lease(run, at(1), 99).unwrap().is_empty());
    assert_eq!(frontier.next_ready(run, at(1)).unwrap(), None);
    frontier.release(run, &leases[0], at(2)).unwrap();
    let again = frontier.lease(run, at(3), 99).unwrap();
    assert_eq!(again.len(), 1);
    assert_eq!((again[0].key, again[0].attempt), (leases[0].key, 1));
}

#[test]
fn a_group_waits_and_its_memory_outlives_the_process() {
    let dir = tempfile::tempdir().unwrap();
    let frontier = open(dir.path());
    let run = frontier.begin_run(&LIST, at(0)).unwrap().id;
    frontier.add(run, &[page(0, 0), page(0, 1)]).unwrap();
    let lease = frontier.lease(run, at(0), 9).unwrap().remove(0);
    let memory = HostMemory {
        group: "h0.example".to_owned(),
        not_before: Some(at(60_000)),
        interval: StdDuration::from_secs(7),
        failures: 2,
        robots: Vec::new(),
    };
    let end = VisitReport {
        memory: Some(memory.clone()),
        ready_at: Some(at(1000)),
        ..report(done(1, false))
    };
    frontier.finish(run, &lease, &end, at(0)).unwrap();
    assert!(frontier.lease(run, at(59_999), 9).unwrap().is_empty());
    assert_eq!(frontier.stats(run).unwrap().groups_waiting, 1);
    frontier.flush().unwrap();
    drop(frontier);

    let frontier = open(dir.path());
    assert_eq!(frontier.host_memory("h0.example").unwrap(), Some(memory));
    assert_eq!(frontier.open_run(&[0; 32]).unwrap(), None, "another list");
    assert_eq!(frontier.open_run(&LIST).unwrap().unwrap().id, run);
    assert!(frontier.lease(run, at(59_999), 9).unwrap().is_empty());
    assert_eq!(
        frontier.next_ready(run, at(59_999)).unwrap(),
        Some(at(60_000))
    );
    let leases = frontier.lease(run, at(60_000), 9).unwrap();
    assert_eq!(urls(&leases), ["http://h0.example/1"]);
}

#[test]
fn a_visit_put_off_comes_back_until_its_attempts_are_used_up() {
    let dir = tempfile::tempdir().unwrap();
    let frontier = open(dir.path());
    let run = frontier.begin_run(&LIST, at(0)).unwrap().id;
    frontier.add(run, &[page(0, 0), page(0, 1)]).unwrap();
    let failed = |until| Postponement {
        until: at(until),
        reason: SkipReason::Failed("connection refused".to_owned()),
        memory: None,
    };
    let first = frontier.lease(run, at(0), 1).unwrap().remove(0);
    let off = frontier.postpone(run, &first, &failed(100), at(0)).unwrap();
    assert_eq!(off, Postponed::Later);
    let other = frontier.lease(run, at(1), 1).unwrap().remove(0);
    assert_ne!(other.key, first.key, "only that target waits");
    frontier
        .finish(run, &other, &report(done(1, false)), at(1))
        .unwrap();
    assert_eq!(frontier.next_ready(run, at(2)).unwrap(), Some(at(100)));
    for (attempt, now) in [(2, 100), (3, 300)] {
        let lease = frontier.lease(run, at(now), 1).unwrap().remove(0);
        assert_eq!((lease.key, lease.attempt), (first.key, attempt));
        let off = frontier
            .postpone(run, &lease, &failed(now + 200), at(now))
            .unwrap();
        assert_eq!(off == Postponed::GivenUp, attempt == 3);
    }
    let stats = frontier.stats(run).unwrap();
    assert_eq!(
        (stats.pending, stats.postponed, stats.failures()),
        (0, 3, 1)
    );
    let skips: Vec<Refusal> = frontier
        .skips(run, Some("failed"), 9)
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    let reason = SkipReason::Failed("connection refused".to_owned());
    assert_eq!(skips, [refusal("http://h0.example/0", "s", reason)]);
    let states = [0, 1].map(|n| frontier.state(run, VisitKey::of(&page(0, n).url)));
    let states = states.map(|s| s.unwrap().unwrap());
    assert_recount(&frontier, run, states.iter());
}

#[test]
fn a_throttled_group_waits_as_a_whole() {
    let dir = tempfile::tempdir().unwrap();
    let frontier = open(dir.path());
    let run = frontier.begin_run(&LIST, at(0)).unwrap().id;
    frontier
        .add(run, &[page(0, 0), page(0, 1), page(1, 0)])
        .unwrap();
    let lease = frontier.lease(run, at(0), 1).unwrap().remove(0);
    let why = Postponement {
        until: at(5000),
        reason: SkipReason::Throttled(5),
        memory: None,
    };
    frontier.postpone(run, &lease, &why, at(0)).unwrap();
    let others = frontier.lease(run, at(4999), 9).unwrap();
    assert_eq!(urls(&others), ["http://h1.example/0"], "no worker is held");
    assert_eq!(frontier.lease(run, at(5000), 9).unwrap().len(), 1);
}

#[test]
fn ending_twice_changes_nothing_and_stale_leases_cannot_write() {
    let dir = tempfile::tempdir().unwrap();
    let frontier = open(dir.path());
    let run = frontier.begin_run(&LIST, at(0)).unwrap().id;
    frontier.add(run, &[page(0, 0), page(1, 0)]).unwrap();
    let leases = frontier.lease(run, at(0), 2).unwrap();
    let full = VisitReport {
        discovered: vec![page(0, 1), page(0, 0)],
        refused: vec![refusal(
            "ftp://h0.example/",
            "s",
            SkipReason::Scheme("ftp".to_owned()),
        )],
        ..report(done(10, true))
    };
    let first = frontier.finish(run, &leases[0], &full, at(0)).unwrap();
    assert_eq!(
        first,
        Finished::Now(Added {
            new: 1,
            duplicate: 1
        })
    );
    let stats = || FrontierStats {
        disk_bytes: 0,
        ..frontier.stats(run).unwrap()
    };
    let before = stats();
    let again = frontier.finish(run, &leases[0], &full, at(0)).unwrap();
    assert_eq!(again, Finished::Before);
    assert_eq!(stats(), before);
    let spent = frontier.spent(run, "s", leases[1].fence, at(2000)).unwrap();
    assert_eq!(spent.pages, 1);
    let spent = frontier.spent(run, "s", u64::MAX, at(2000)).unwrap();
    assert_eq!(
        (spent.pages, spent.bytes, spent.elapsed.as_secs()),
        (2, 10, 2)
    );

    let late = at(16 * 60 * 1000);
    let taken_over = frontier.lease(run, late, 9).unwrap();
    assert!(taken_over.iter().any(|l| l.key == leases[1].key));
    let stale = frontier.finish(run, &leases[1], &full, late);
    assert!(matches!(stale, Err(FrontierError::StaleLease { .. })));
}

#[test]
fn captures_of_a_lost_half_second_are_taken_up_without_fetching() {
    let dir = tempfile::tempdir().unwrap();
    let frontier = open(dir.path());
    let run = frontier.begin_run(&LIST, at(0)).unwrap().id;
    frontier.add(run, &[page(0, 0), page(0, 1)]).unwrap();
    let keys: Vec<VisitKey> = (0..3).map(|n| VisitKey::of(&page(0, n).url)).collect();
    assert_eq!(frontier.unfinished(run, &keys).unwrap(), keys);
    let busy = frontier.lease(run, at(0), 9).unwrap();
    assert_eq!(busy.len(), 1);
    let archived = frontier
        .lease_archived(run, keys[1], at(0))
        .unwrap()
        .unwrap();
    let end = VisitReport {
        discovered: vec![page(0, 2)],
        ..report(done(1, false))
    };
    frontier.finish(run, &archived, &end, at(0)).unwrap();
    assert_eq!(frontier.lease_archived(run, keys[1], at(0)).unwrap(), None);
    assert_eq!(frontier.unfinished(run, &keys).unwrap(), [keys[0], keys[2]]);
    assert!(
        frontier
            .lease_archived(run, keys[2], at(0))
            .unwrap()
            .is_some()
    );
    assert_eq!(
        frontier.state(run, keys[1]).unwrap(),
        Some(UrlState::Ended(done(1, false)))
    );
}

#[test]
fn refused_links_are_all_counted_and_few_are_kept() {
    let dir = tempfile::tempdir().unwrap();
    let options = FrontierOptions {
        kept_refusals: 10,
        ..FrontierOptions::default()
    };
    let frontier = SledFrontier::open(dir.path(), options).unwrap().frontier;
    let run = frontier.begin_run(&LIST, at(0)).unwrap().id;
    for n in 0..50 {
        let url = format!("http://elsewhere.example/{}", n % 25);
        let skip = |seed| refusal(&url, seed, SkipReason::OutOfScope("host".to_owned()));
        frontier.record_skips(run, &[skip("a"), skip("b")]).unwrap();
    }
    assert_eq!(frontier.stats(run).unwrap().skips("out-of-scope"), 100);
    assert_eq!(
        frontier
            .skips(run, Some("out-of-scope"), 99)
            .unwrap()
            .count(),
        20
    );
    assert_eq!(frontier.skips(run, Some("robots"), 99).unwrap().count(), 0);
    assert!(frontier.skips(run, Some("no-such"), 99).is_err());
}

#[test]
fn old_runs_are_dropped_and_an_ended_run_cannot_be_written() {
    let dir = tempfile::tempdir().unwrap();
    let frontier = open(dir.path());
    let mut ids = Vec::new();
    for n in 0..6 {
        let run = frontier.begin_run(&LIST, at(n)).unwrap().id;
        frontier.add(run, &[page(0, 0)]).unwrap();
        frontier.end_run(run, at(n)).unwrap();
        ids.push(run);
    }
    let kept: Vec<RunId> = frontier.runs().unwrap().iter().map(|r| r.id).collect();
    assert_eq!(kept, ids[2..]);
    assert_eq!(frontier.stats(ids[5]).unwrap().pending, 1);
    assert!(matches!(
        frontier.stats(ids[0]),
        Err(FrontierError::UnknownRun { .. })
    ));
    let add = frontier.add(ids[5], &[page(0, 1)]);
    assert!(matches!(add, Err(FrontierError::NotUnderWay { .. })));
    assert_eq!(frontier.open_run(&LIST).unwrap(), None);
}

#[test]
fn many_links_of_one_page_are_all_queued() {
    let dir = tempfile::tempdir().unwrap();
    let frontier = open(dir.path());
    let run = frontier.begin_run(&LIST, at(0)).unwrap().id;
    frontier.add(run, &[page(0, 0)]).unwrap();
    let lease = frontier.lease(run, at(0), 1).unwrap().remove(0);
    let end = VisitReport {
        discovered: (1..=5001).map(|n| page(n % 3, n)).collect(),
        ..report(done(1, false))
    };
    let finished = frontier.finish(run, &lease, &end, at(0)).unwrap();
    assert_eq!(
        finished,
        Finished::Now(Added {
            new: 5001,
            duplicate: 0
        })
    );
    assert_eq!(frontier.stats(run).unwrap().pending, 5001);
}

#[test]
fn a_second_process_is_told_who_holds_the_frontier() {
    let dir = tempfile::tempdir().unwrap();
    let _frontier = open(dir.path());
    let second = SledFrontier::open(dir.path(), FrontierOptions::default());
    let told = second.err().map(|e| e.to_string()).unwrap_or_default();
    assert!(
        told.contains(&format!("process {}", std::process::id())),
        "{told}"
    );
}

#[test]
fn a_damaged_database_is_moved_aside_and_the_run_can_be_restored() {
    let dir = tempfile::tempdir().unwrap();
    let frontier = open(dir.path());
    let run = frontier.begin_run(&LIST, at(0)).unwrap();
    frontier.add(run.id, &[page(0, 0)]).unwrap();
    frontier.flush().unwrap();
    drop(frontier);
    fs::write(dir.path().join("db/conf"), b"not a configuration").unwrap();
    let opened = SledFrontier::open(dir.path(), FrontierOptions::default()).unwrap();
    let aside = opened.set_aside.unwrap();
    assert!(aside.path.join("conf").exists(), "{aside:?}");
    assert_eq!(opened.missing, Some(run.clone()));
    let frontier = opened.frontier;
    assert_eq!(frontier.open_run(&LIST).unwrap(), None);
    frontier.restore_run(&run).unwrap();
    assert_eq!(frontier.open_run(&LIST).unwrap(), Some(run.clone()));
    assert!(matches!(
        frontier.restore_run(&run),
        Err(FrontierError::RunExists { .. })
    ));
}
