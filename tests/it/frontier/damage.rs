//! A database damaged anywhere: opened whole, or moved aside; reading on never takes the process down.

use super::*;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration as StdDuration;

fn fill(dir: &Path) {
    let frontier = open(dir);
    let run = frontier.begin_run(&LIST, at(0)).unwrap().id;
    let page = |n: usize| target(&format!("http://h{}.example/{n}", n % 50), "s", 0);
    let pages: Vec<Target> = (0..3000).map(page).collect();
    frontier.add(run, &pages).unwrap();
    for step in 0..20 {
        for lease in frontier.lease(run, at(step), 50).unwrap() {
            frontier
                .finish(run, &lease, &report(done(1, false)), at(step))
                .unwrap();
        }
    }
    frontier.flush().unwrap();
}

/// One way of damage, told by a number.
fn damage(file: &Path, n: u64) {
    let mut bytes = fs::read(file).unwrap();
    let at = (n.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20) as usize % bytes.len();
    match n % 3 {
        0 => bytes[at] ^= 1 << (n % 8),
        1 => bytes.truncate(at),
        _ => {
            let end = (at + 4096).min(bytes.len());
            bytes[at..end].fill(n as u8);
        }
    }
    fs::write(file, bytes).unwrap();
}

/// By hand, since a database on which sled spins leaves a thread that spins until the process ends:
/// `cargo test --test it frontier::damage -- --ignored --nocapture`.
#[test]
#[ignore = "leaves spinning threads behind"]
fn damaged_anywhere() {
    let mut told: std::collections::BTreeMap<String, u32> = Default::default();
    for n in 0..150 {
        let dir = tempfile::tempdir().unwrap();
        fill(dir.path());
        damage(&dir.path().join("db/db"), n);
        let options = FrontierOptions {
            open_timeout: StdDuration::from_secs(3),
            ..FrontierOptions::default()
        };
        let opened = SledFrontier::open(dir.path(), options);
        let what = match &opened {
            Err(error) => format!("refused: {error}"),
            Ok(opened) => match &opened.set_aside {
                Some(aside) => format!("moved aside: {}", aside.reason.split('{').next().unwrap()),
                None => {
                    let used = catch_unwind(AssertUnwindSafe(|| {
                        let run = opened.frontier.open_run(&LIST)?;
                        let Some(run) = run else {
                            assert!(opened.missing.is_some(), "a lost run is told");
                            return Ok(0);
                        };
                        Ok::<_, wangxun::storage::frontier::error::FrontierError>(
                            opened.frontier.lease(run.id, at(99), 99)?.len(),
                        )
                    }));
                    match used {
                        Err(_) => "opened, PANICKED in use".to_owned(),
                        Ok(Err(error)) => {
                            format!("opened, then {error}").chars().take(60).collect()
                        }
                        Ok(Ok(0)) => "opened, the lost run is told".to_owned(),
                        Ok(Ok(_)) => "opened with targets".to_owned(),
                    }
                }
            },
        };
        *told.entry(what).or_default() += 1;
    }
    println!("{told:#?}");
}
