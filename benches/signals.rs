//! What signals cost a page: `cargo bench --bench signals -- [FOLDER]`.
//!
//! Reads the HTML files of FOLDER (else generated pages), one thread, and prints one JSON line: microseconds a page, best of
//! 9 rounds, for the sketch, the exact likeness of two neighbours, and the difference of a page and itself with one block
//! changed.

#![allow(clippy::print_stdout)] // the figures are what this program is for

use std::path::PathBuf;
use std::time::{Duration, Instant};
use url::Url;
use wangxun::model::page::Page;
use wangxun::page;
use wangxun::practice::{LoadPlan, load_pages};
use wangxun::signals::diff::diff;
use wangxun::signals::sketch::{likeness, sketch};
use wangxun::signals::view::texts;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

const ROUNDS: usize = 9;
const MOST_PAGES: usize = 200;

fn sources() -> Outcome<Vec<String>> {
    let folder = std::env::args().skip(1).find(|a| !a.starts_with('-'));
    let Some(folder) = folder else {
        let plan = LoadPlan {
            pages: MOST_PAGES as u64,
            hosts: 1,
        };
        return Ok(load_pages(plan)?.collect());
    };
    let mut folders = vec![PathBuf::from(folder)];
    let mut pages = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "html") && pages.len() < MOST_PAGES {
                pages.push(String::from_utf8_lossy(&std::fs::read(path)?).into_owned());
            }
        }
    }
    Ok(pages)
}

/// The best of some rounds over all pages, in microseconds a page.
fn best(pages: usize, mut round: impl FnMut()) -> f64 {
    let mut least = Duration::MAX;
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        round();
        least = least.min(begun.elapsed());
    }
    least.as_secs_f64() * 1e6 / pages.max(1) as f64
}

fn main() -> Outcome<()> {
    let url = Url::parse("http://h.bench.test/")?;
    let pages: Vec<Page> = sources()?
        .iter()
        .map(|html| page::read(html, &url))
        .collect();
    let bytes: usize = pages.iter().map(|p| p.text.len()).sum();
    let runs: u64 = pages.iter().map(|p| u64::from(sketch(texts(p)).runs)).sum();
    let changed: Vec<String> = pages
        .iter()
        .map(|p| {
            let middle = p
                .blocks
                .get(p.blocks.len() / 2)
                .map_or(0..0, |b| b.span.clone());
            let mut text = p.text.clone();
            text.replace_range(middle, "改动的一段");
            text
        })
        .collect();
    let n = pages.len();
    let sketched = best(n, || {
        for page in &pages {
            std::hint::black_box(sketch(texts(page)));
        }
    });
    let compared = best(n, || {
        for pair in pages.windows(2) {
            std::hint::black_box(likeness(texts(&pair[0]), texts(&pair[1])));
        }
    });
    let differed = best(n, || {
        for (page, changed) in pages.iter().zip(&changed) {
            std::hint::black_box(diff(&page.text, changed));
        }
    });
    let each = n.max(1);
    println!(
        "{{\"pages\":{n},\"text_bytes\":{},\"runs\":{},\"sketch_us\":{sketched:.1},\"likeness_us\":{compared:.1},\"diff_us\":{differed:.1}}}",
        bytes / each,
        runs / each as u64
    );
    Ok(())
}
