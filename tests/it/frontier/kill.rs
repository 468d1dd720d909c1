//! A child process works on a frontier and is killed at random moments.

use super::*;
use std::collections::{BTreeSet, HashMap};
use std::fs::{self, File};
use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::thread;
use wangxun::model::address::VisitKey;

/// Set for the child: the folder to work in.
const CHILD: &str = "WANGXUN_TEST_FRONTIER_CHILD";

const KILLS: u64 = 20;

/// Pages form a tree: page n links to 3n+1 .. 3n+3, and to its parent.
const PAGES: usize = 12_000;

static KEYS: LazyLock<Vec<VisitKey>> =
    LazyLock::new(|| (0..PAGES).map(|n| VisitKey::of(&page(n).url)).collect());

fn page(n: usize) -> Target {
    target(
        &format!("http://h{}.example/{n}", n % 400),
        &format!("s{}", n % 3),
        (n % 5) as u8,
    )
}

fn number(url: &Url) -> usize {
    url.path().trim_start_matches('/').parse().unwrap()
}

fn links(n: usize) -> Vec<Target> {
    let children = (3 * n + 1..=3 * n + 3).filter(|c| *c < PAGES);
    children
        .chain([n.saturating_sub(1) / 3])
        .map(page)
        .collect()
}

/// Not a test of its own: the child's work. Returns at once in the parent's run of the suite.
#[test]
fn child() {
    let Ok(dir) = std::env::var(CHILD) else {
        return;
    };
    let dir = Path::new(&dir);
    let frontier = open(&dir.join("frontier"));
    let run = match frontier.open_run(&LIST).unwrap() {
        Some(run) => run.id,
        None => frontier.begin_run(&LIST, at(0)).unwrap().id,
    };
    frontier.add(run, &[page(0)]).unwrap();
    let mut log = File::options()
        .create(true)
        .append(true)
        .open(dir.join("flushed"))
        .unwrap();
    let mut ended = Vec::new();
    for step in 0.. {
        let leases = frontier.lease(run, at(step), 8).unwrap();
        if leases.is_empty() {
            break;
        }
        for lease in leases {
            let n = number(&lease.target.url);
            let end = VisitReport {
                discovered: links(n),
                ..report(done(n as u64, n.is_multiple_of(7)))
            };
            frontier.finish(run, &lease, &end, at(step)).unwrap();
            ended.push(n);
        }
        if step % 16 == 0 {
            frontier.flush().unwrap();
            let lines: String = ended.drain(..).map(|n| format!("{n}\n")).collect();
            log.write_all(lines.as_bytes()).unwrap();
        }
    }
}

/// What the child wrote down after a flush, but for a last line cut by the kill.
fn flushed(dir: &Path) -> Vec<usize> {
    let text = fs::read_to_string(dir.join("flushed")).unwrap_or_default();
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    whole.lines().map(|l| l.parse().unwrap()).collect()
}

/// What must hold after any kill: nothing flushed is lost, every link of an ended page is known, and the counters
/// agree with the rows.
fn assert_whole(dir: &Path) -> u64 {
    let frontier = open(&dir.join("frontier"));
    let Some(run) = frontier.open_run(&LIST).unwrap() else {
        assert_eq!(flushed(dir), Vec::<usize>::new());
        return 0;
    };
    let states: HashMap<usize, UrlState> = (0..PAGES)
        .filter_map(|n| Some((n, frontier.state(run.id, KEYS[n]).unwrap()?)))
        .collect();
    for n in flushed(dir) {
        assert_eq!(
            states.get(&n),
            Some(&UrlState::Ended(done(n as u64, n.is_multiple_of(7))))
        );
    }
    for (n, state) in &states {
        if matches!(state, UrlState::Ended(_)) {
            let all = links(*n);
            let lost = all.iter().find(|t| !states.contains_key(&number(&t.url)));
            assert_eq!(lost, None, "link of ended page {n}");
        }
    }
    assert_recount(&frontier, run.id, states.values());
    let stats = frontier.stats(run.id).unwrap();
    assert_eq!(stats.known(), states.len() as u64);
    assert_eq!(stats.leased, 0);
    assert_leasable(&frontier, run.id, &states);
    stats.done
}

/// Every target that has not ended can be leased, once.
fn assert_leasable(frontier: &SledFrontier, run: RunId, states: &HashMap<usize, UrlState>) {
    let pending: BTreeSet<usize> = states
        .iter()
        .filter(|(_, state)| **state == UrlState::Pending)
        .map(|(n, _)| *n)
        .collect();
    for host in 0..400 {
        frontier
            .set_group_limits(&format!("h{host}.example"), u16::MAX)
            .unwrap();
    }
    let leases = frontier.lease(run, at(1), PAGES + 1).unwrap();
    let leased: BTreeSet<usize> = leases.iter().map(|l| number(&l.target.url)).collect();
    assert_eq!(leases.len(), leased.len(), "dedupe intact");
    assert_eq!(leased, pending);
}

#[test]
fn killed_at_random_moments_nothing_flushed_is_lost() {
    let dir = tempfile::tempdir().unwrap();
    let mut seed = u64::from(std::process::id()) | 1;
    let mut last = 0;
    for _ in 0..KILLS {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["frontier::kill::child", "--exact", "--test-threads=1"])
            .env(CHILD, dir.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        thread::sleep(std::time::Duration::from_millis(40 + (seed >> 33) % 260));
        child.kill().unwrap();
        child.wait().unwrap();
        let done = assert_whole(dir.path());
        assert!(done >= last);
        last = done;
    }
    println!("pages ended over {KILLS} kills: {last}");
    assert!(last > 100, "the child came to work: {last}");
}
