//! The embedded member does what the in-memory one does, whatever is asked of them, restarts included.

use super::*;
use proptest::prelude::*;
use std::time::Duration as StdDuration;
use wangxun::model::address::VisitKey;
use wangxun::model::host_memory::{HostMemory, RobotsCopy};
use wangxun::storage::frontier::error::FrontierError;
use wangxun::storage::frontier::lease::Lease;
use wangxun::storage::frontier::memory::MemoryFrontier;
use wangxun::storage::frontier::report::Postponement;
use wangxun::storage::frontier::stats::FrontierStats;

type Page = (u8, u8, u8);

#[derive(Debug, Clone)]
enum Op {
    Add(Vec<Page>),
    Lease(usize),
    Finish {
        which: usize,
        kind: u8,
        found: Vec<Page>,
        wait: Option<u16>,
        memory: bool,
    },
    FinishAgain(usize),
    Postpone {
        which: usize,
        wait: u16,
        throttled: bool,
    },
    Release(usize),
    Archived(Page),
    Refuse(Page),
    Limit(u8, u16),
    Pass(u32),
    Restart,
}

fn page() -> impl Strategy<Value = Page> {
    (0u8..4, 0u8..8, 0u8..3)
}

fn pages() -> impl Strategy<Value = Vec<Page>> {
    proptest::collection::vec(page(), 0..6)
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        3 => pages().prop_map(Op::Add),
        5 => (0usize..4).prop_map(Op::Lease),
        4 => (any::<usize>(), 0u8..4, pages(), proptest::option::of(0u16..3000), any::<bool>())
            .prop_map(|(which, kind, found, wait, memory)| Op::Finish { which, kind, found, wait, memory }),
        1 => any::<usize>().prop_map(Op::FinishAgain),
        2 => (any::<usize>(), 0u16..3000, any::<bool>())
            .prop_map(|(which, wait, throttled)| Op::Postpone { which, wait, throttled }),
        1 => any::<usize>().prop_map(Op::Release),
        1 => page().prop_map(Op::Archived),
        1 => page().prop_map(Op::Refuse),
        1 => (0u8..4, 0u16..4).prop_map(|(host, n)| Op::Limit(host, n)),
        3 => (0u32..2000).prop_map(Op::Pass),
        1 => Just(Op::Pass(20 * 60 * 1000)),
        1 => Just(Op::Restart),
    ]
}

fn url((host, page, _): Page) -> String {
    format!("http://www.h{host}.example/p{page}")
}

fn targets(pages: &[Page]) -> Vec<Target> {
    pages
        .iter()
        .map(|p| target(&url(*p), &format!("seed-{}", p.0 % 2), p.2))
        .collect()
}

fn memory_of(host: &str, millis: i64) -> HostMemory {
    HostMemory {
        group: host.to_owned(),
        not_before: (millis % 3 == 0).then(|| at(millis + 500)),
        interval: StdDuration::from_millis(250),
        failures: 1,
        robots: (0..millis % 3)
            .map(|n| RobotsCopy {
                origin: format!("http://w{n}.{host}"),
                status: 200,
                fetched: at(millis),
                body: b"User-agent: *\nDisallow: /x\n".to_vec(),
            })
            .collect(),
    }
}

/// Both members, with the leases that are out as pairs.
struct Pair {
    dir: tempfile::TempDir,
    sled: Option<SledFrontier>,
    plain: MemoryFrontier,
    run: RunId,
    held: Vec<(Lease, Lease)>,
    ended: Vec<(Lease, Lease)>,
    clock: i64,
}

impl Pair {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let sled = open(dir.path());
        let plain = MemoryFrontier::new(FrontierOptions::default());
        let run = sled.begin_run(&LIST, at(0)).unwrap();
        assert_eq!(plain.begin_run(&LIST, at(0)).unwrap(), run);
        Self {
            dir,
            sled: Some(sled),
            plain,
            run: run.id,
            held: Vec::new(),
            ended: Vec::new(),
            clock: 0,
        }
    }

    fn sled(&self) -> &SledFrontier {
        self.sled.as_ref().unwrap()
    }

    fn now(&self) -> DateTime<Utc> {
        at(self.clock)
    }

    /// Asks both and demands the same answer, errors by their text (fences aside).
    fn both<T: PartialEq + std::fmt::Debug>(
        &self,
        ask: impl Fn(&dyn Frontier) -> Result<T, FrontierError>,
    ) -> Option<T> {
        let a = ask(self.sled()).map_err(|e| std::mem::discriminant(&e));
        let b = ask(&self.plain).map_err(|e| std::mem::discriminant(&e));
        assert_eq!(a, b);
        a.ok()
    }

    fn pick(&self, which: usize) -> Option<usize> {
        (!self.held.is_empty()).then(|| which % self.held.len())
    }

    fn keep(&mut self, a: Vec<Lease>, b: Vec<Lease>) {
        let bare = |lease: &Lease| Lease {
            fence: 0,
            ..lease.clone()
        };
        let of = |leases: &[Lease]| leases.iter().map(bare).collect::<Vec<_>>();
        assert_eq!(of(&a), of(&b));
        self.held.extend(a.into_iter().zip(b));
    }

    fn lease(&mut self, max: usize) {
        let now = self.now();
        let a = self.sled().lease(self.run, now, max).unwrap();
        let b = self.plain.lease(self.run, now, max).unwrap();
        self.keep(a, b);
    }

    fn archived(&mut self, page: Page) {
        let key = VisitKey::of(&Url::parse(&url(page)).unwrap());
        let a = self
            .sled()
            .lease_archived(self.run, key, self.now())
            .unwrap();
        let b = self
            .plain
            .lease_archived(self.run, key, self.now())
            .unwrap();
        self.keep(a.into_iter().collect(), b.into_iter().collect());
    }

    fn finish(&mut self, (a, b): (Lease, Lease), report: &VisitReport) {
        let (run, now) = (self.run, self.now());
        let first = self.sled().finish(run, &a, report, now);
        let second = self.plain.finish(run, &b, report, now);
        assert_eq!(first.is_ok(), second.is_ok());
        if let (Ok(first), Ok(second)) = (first, second) {
            assert_eq!(first, second);
            self.ended.push((a, b));
        }
    }

    fn postpone(&mut self, (a, b): (Lease, Lease), why: &Postponement) {
        let (run, now) = (self.run, self.now());
        let first = self.sled().postpone(run, &a, why, now).ok();
        let second = self.plain.postpone(run, &b, why, now).ok();
        assert_eq!(first, second);
    }

    fn restart(&mut self) {
        self.sled().flush().unwrap();
        self.sled = None;
        self.sled = Some(open(self.dir.path()));
        self.plain.interrupt().unwrap();
        self.both(|f| f.stats(self.run).map(|s| s.pending));
        let resumed = self.both(|f| f.open_run(&LIST)).flatten();
        assert_eq!(resumed.map(|r| r.id), Some(self.run));
    }

    fn apply(&mut self, op: Op) {
        match op {
            Op::Add(pages) => {
                self.both(|f| f.add(self.run, &targets(&pages)));
            }
            Op::Lease(max) => self.lease(max),
            Op::Archived(page) => self.archived(page),
            Op::Pass(millis) => self.clock += i64::from(millis),
            Op::Restart => self.restart(),
            Op::Limit(host, n) => {
                self.both(|f| f.set_group_limits(&format!("h{host}.example"), n));
            }
            Op::Refuse(page) => {
                let skip = refusal(&url(page), "seed-9", SkipReason::OutOfScope(String::new()));
                self.both(|f| f.record_skips(self.run, std::slice::from_ref(&skip)));
            }
            Op::Release(which) => {
                if let Some(at) = self.pick(which) {
                    let (a, b) = self.held.remove(at);
                    let first = self.sled().release(self.run, &a, self.now()).is_ok();
                    let second = self.plain.release(self.run, &b, self.now()).is_ok();
                    assert_eq!(first, second);
                }
            }
            Op::FinishAgain(which) => {
                if !self.ended.is_empty() {
                    let pair = self.ended[which % self.ended.len()].clone();
                    self.finish(pair, &report(done(1, true)));
                }
            }
            Op::Postpone {
                which,
                wait,
                throttled,
            } => {
                let Some(at) = self.pick(which) else { return };
                let pair = self.held.remove(at);
                let why = Postponement {
                    until: self.now() + Duration::milliseconds(i64::from(wait)),
                    reason: if throttled {
                        SkipReason::Throttled(3)
                    } else {
                        SkipReason::Failed("reset".to_owned())
                    },
                    memory: throttled.then(|| memory_of(&pair.0.group, self.clock)),
                };
                self.postpone(pair, &why);
            }
            Op::Finish {
                which,
                kind,
                found,
                wait,
                memory,
            } => {
                let Some(at) = self.pick(which) else { return };
                let pair = self.held.remove(at);
                let end = match kind {
                    0 => VisitEnd::Skipped(SkipReason::Robots("/x".to_owned())),
                    kind => done(u64::from(kind) * 100, kind == 1),
                };
                let report = VisitReport {
                    end,
                    discovered: targets(&found),
                    refused: vec![refusal(
                        &url((9, kind, 0)),
                        "seed-0",
                        SkipReason::Budget("depth"),
                    )],
                    memory: memory.then(|| memory_of(&pair.0.group, self.clock)),
                    ready_at: wait.map(|w| self.now() + Duration::milliseconds(i64::from(w))),
                };
                self.finish(pair, &report);
            }
        }
    }

    fn compare(&self) {
        let (run, now) = (self.run, self.now());
        self.both(|f| {
            f.stats(run).map(|stats| FrontierStats {
                disk_bytes: 0,
                groups_waiting: 0,
                ..stats
            })
        });
        self.both(|f| f.next_ready(run, now));
        for seed in ["seed-0", "seed-1"] {
            for before in [0, u64::MAX] {
                self.both(|f| f.spent(run, seed, before, now));
            }
            for (a, b) in &self.held {
                let sled = self.sled().spent(run, seed, a.fence, now).unwrap();
                let plain = self.plain.spent(run, seed, b.fence, now).unwrap();
                assert_eq!(sled, plain);
            }
        }
    }

    fn compare_all(&self) {
        for host in 0..4 {
            self.both(|f| f.host_memory(&format!("h{host}.example")));
            for page in 0..8 {
                let key = VisitKey::of(&Url::parse(&url((host, page, 0))).unwrap());
                self.both(|f| f.state(self.run, key));
                self.both(|f| f.unfinished(self.run, &[key]));
            }
        }
        self.both(|f| {
            let skips: Result<Vec<_>, _> = f.skips(self.run, None, 1000)?.collect();
            let mut skips: Vec<_> = skips?.iter().map(|s| format!("{s:?}")).collect();
            skips.sort();
            Ok(skips)
        });
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn members_agree(ops in proptest::collection::vec(op(), 1..60)) {
        let mut pair = Pair::new();
        for op in ops {
            pair.apply(op);
            pair.compare();
        }
        pair.compare_all();
    }
}
