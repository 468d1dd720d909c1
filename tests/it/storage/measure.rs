//! Figures, for whoever asks: `cargo test --test it storage::measure -- --ignored --nocapture`.

use super::sample::{Draft, RUN, context, exchange, open};
use std::path::PathBuf;
use std::time::Duration;
use wangxun::model::capture::Capture;
use wangxun::storage::run::RunSettings;
use wangxun::storage::warc::encode::encode_capture;
use wangxun::storage::warc::member::MemberWriter;

/// Real pages of 20 to 60 KB beside the project, if they are there.
fn real_pages() -> Vec<Vec<u8>> {
    let mut folders = vec![PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data/pages")];
    let mut pages = Vec::new();
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(folder) else {
            continue;
        };
        for path in entries.flatten().map(|e| e.path()) {
            let is_page = path.extension().is_some_and(|e| e == "html" || e == "htm");
            if path.is_dir() {
                folders.push(path);
            } else if is_page && pages.len() < 400 {
                pages.extend(
                    std::fs::read(&path)
                        .ok()
                        .filter(|b| (20_000..60_000).contains(&b.len())),
                );
            }
        }
    }
    pages
}

fn captures(pages: &[Vec<u8>]) -> Vec<Capture> {
    let capture = |(n, body): (usize, &Vec<u8>)| {
        let exchange = exchange(
            &format!("http://h{n}.test/"),
            200,
            &[("Content-Type", "text/html")],
            body,
            0,
        );
        Capture {
            requested: exchange.url.clone(),
            exchanges: vec![exchange],
            notes: Vec::new(),
            rendering: None,
        }
    };
    pages.iter().enumerate().map(capture).collect()
}

/// Time that this thread had on a core, so that other work on the machine does not count. Linux only.
fn cpu() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split(' ')
        .next()?
        .parse()
        .ok()
        .map(Duration::from_nanos)
}

/// Microseconds of CPU for each of `count` things: the best of `rounds`, and the worst, which tells how much to trust it.
fn micros(rounds: usize, count: usize, mut work: impl FnMut(usize)) -> (f64, f64) {
    let mut times: Vec<f64> = Vec::new();
    for round in 0..rounds {
        let start = cpu().unwrap();
        work(round);
        times.push((cpu().unwrap() - start).as_secs_f64() * 1e6 / count.max(1) as f64);
    }
    times.sort_by(f64::total_cmp);
    (times[0], times[rounds - 1])
}

#[test]
#[ignore = "prints figures"]
fn figures() {
    let pages = real_pages();
    if pages.is_empty() || cpu().is_none() {
        println!("skipped: no pages beside the project, or not Linux");
        return;
    }
    let captures = captures(&pages);
    let bytes: usize = pages.iter().map(Vec::len).sum();
    println!(
        "{} pages of {} bytes on average; CPU time of one thread, best and worst round",
        pages.len(),
        bytes / pages.len()
    );
    for level in 1..=6 {
        let mut writer = MemberWriter::with_level(level);
        let mut out = 0;
        let (best, worst) = micros(15, captures.len(), |_| {
            let encoded = |c| {
                encode_capture(&mut writer, c, &context("v"), &|_| false)
                    .unwrap()
                    .bytes
                    .len()
            };
            out = captures.iter().map(encoded).sum();
        });
        let share = out as f64 / bytes as f64 * 100.0;
        println!(
            "encode at level {level}: {best:.0} to {worst:.0} us a capture, {share:.1} % of the body"
        );
    }
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let (run, _) = store.run(RUN, RunSettings::default()).unwrap();
    let (best, worst) = micros(15, captures.len(), |round| {
        for (n, capture) in captures.iter().enumerate() {
            run.append(capture, &context(&format!("{round}-{n}")))
                .unwrap();
        }
    });
    println!("append, encoding included: {best:.0} to {worst:.0} us a capture");
    run.finish(true, "").unwrap();
    let (best, worst) = micros(5, 20, |round| {
        for n in 0..20 {
            store
                .seal(&Draft::new(&format!("{round}-{n}"), n).item())
                .unwrap();
        }
    });
    println!("seal (waiting for the disk not counted): {best:.0} to {worst:.0} us an item");
}
