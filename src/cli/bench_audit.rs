//! `wangxun bench audit`: what each stage of the audit costs on one core, beside jieba alone on the same text.

use super::arguments::{BenchAudit, Format};
use super::config::Settings;
use super::exit::{Done, Exit, Trouble, misuse};
use super::output::{Output, table};
use super::{lexicon_check, tools};
use crate::fetch::charset;
use crate::lexicons::dictionary;
use crate::model::offset_map::NormalText;
use crate::model::page::Page;
use crate::model::reading::ReadBlock;
use crate::model::tokens::Tokenizer;
use crate::page;
use crate::patrol::inspect::{Inspector, texts};
use crate::practice::{LoadPlan, load_pages};
use crate::seeds;
use crate::text::Segmenter;
use anyhow::{Context, anyhow};
use chrono::NaiveDate;
use serde_json::{Value, json};
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use url::Url;

/// Generated pages that are measured on.
const GENERATED: LoadPlan = LoadPlan {
    pages: 100,
    hosts: 4,
};
/// The page that times are given for, in bytes.
const PAGE: f64 = 35_000.0;
/// Rounds at least, whatever the time.
const ROUNDS: usize = 3;

/// Carries the command out.
pub fn run(asked: &BenchAudit, settings: &Settings) -> Done {
    let (inspector, load) = load(settings)?;
    let words = dictionary::load(settings.lexicons.as_deref()).map_err(misuse)?;
    let segmenter = Segmenter::new(&words);
    let material = Material::read(asked)?;
    let figures = measure(&inspector, &segmenter, &material, asked.seconds);
    match settings.format {
        Format::Json => Output.json(&figures.json(&material, &load))?,
        Format::Table => figures.show(&material, &load)?,
    }
    Ok(Exit::Fine)
}

/// Time and memory that the auditor takes before it judges anything.
struct Load {
    registers: (Duration, u64),
    lexicons: (Duration, u64),
}

fn load(settings: &Settings) -> Result<(Inspector, Load), Trouble> {
    let timed = |begun: Instant, before: u64| (begun.elapsed(), resident().saturating_sub(before));
    let (begun, before) = (Instant::now(), resident());
    let registers = seeds::load_registers(settings.registers.as_deref()).map_err(misuse)?;
    let of_registers = timed(begun, before);
    let (begun, before) = (Instant::now(), resident());
    let inspector = Inspector::compile(settings.lexicons.as_deref(), registers.value)
        .context("the lexicons cannot be used; `wangxun lexicon check` tells where")
        .map_err(misuse)?;
    let load = Load {
        registers: of_registers,
        lexicons: timed(begun, before),
    };
    Ok((inspector, load))
}

/// Memory of this process that lies in the machine's, in bytes; 0 where the kernel does not tell.
fn resident() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|rest| rest.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kilobytes.unwrap_or(0) * 1024
}

/// Time that this thread has computed, where the kernel tells it; else the time of day.
struct Clock {
    begun: Instant,
    computed: Option<u64>,
}

impl Clock {
    fn start() -> Self {
        Self {
            begun: Instant::now(),
            computed: computed(),
        }
    }

    fn seconds(&self) -> f64 {
        match (self.computed, computed()) {
            (Some(before), Some(now)) => now.saturating_sub(before) as f64 / 1e9,
            _ => self.begun.elapsed().as_secs_f64(),
        }
    }
}

/// Nanoseconds of this thread on a processor (Linux).
fn computed() -> Option<u64> {
    let line = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    line.split_whitespace().next()?.parse().ok()
}

/// What is measured on.
struct Material {
    name: String,
    /// HTML to parse, where there is some.
    html: Vec<(String, Url)>,
    pages: Vec<(Page, Url)>,
    texts: Vec<String>,
}

impl Material {
    fn read(asked: &BenchAudit) -> Result<Self, Trouble> {
        let mut material = match (&asked.pages, &asked.texts) {
            (Some(folder), _) => Self::of_folder(folder)?,
            (None, Some(file)) => Self::of_texts(file)?,
            (None, None) => Self::generated()?,
        };
        material.pages = material
            .html
            .iter()
            .map(|(html, url)| (page::read(html, url), url.clone()))
            .collect();
        if material.text_bytes() == 0 {
            return Err(misuse(anyhow!("{} hold no text", material.name)));
        }
        Ok(material)
    }

    fn generated() -> Result<Self, Trouble> {
        let url = nowhere()?;
        let html = load_pages(GENERATED).map_err(misuse)?;
        Ok(Self {
            name: format!("{} generated pages", GENERATED.pages),
            html: html.map(|html| (html, url.clone())).collect(),
            pages: Vec::new(),
            texts: Vec::new(),
        })
    }

    fn of_folder(folder: &Path) -> Result<Self, Trouble> {
        let mut html = Vec::new();
        for path in html_files(folder)? {
            let failed = || format!("cannot read {}", path.display());
            let bytes = fs::read(&path).with_context(failed).map_err(misuse)?;
            html.push((charset::decode(&bytes, None, None, false).text, nowhere()?));
        }
        Ok(Self {
            name: format!("{} pages of {}", html.len(), folder.display()),
            html,
            pages: Vec::new(),
            texts: Vec::new(),
        })
    }

    fn of_texts(file: &Path) -> Result<Self, Trouble> {
        let mut texts = Vec::new();
        lexicon_check::each_text(file, |row| texts.push(row.text))?;
        Ok(Self {
            name: format!("{} texts of {}", texts.len(), file.display()),
            html: Vec::new(),
            pages: Vec::new(),
            texts,
        })
    }

    fn html_bytes(&self) -> usize {
        self.html.iter().map(|(html, _)| html.len()).sum()
    }

    fn text_bytes(&self) -> usize {
        let pages: usize = self.pages.iter().map(|(page, _)| page.text.len()).sum();
        pages + self.texts.iter().map(String::len).sum::<usize>()
    }

    /// All texts that are read one by one.
    fn units(&self) -> Vec<&str> {
        let of_pages = self.pages.iter().flat_map(|(page, _)| texts(page));
        of_pages
            .chain(self.texts.iter().map(String::as_str))
            .collect()
    }

    /// Bytes of what times are given for: HTML, or texts where there is none.
    fn bytes(&self) -> usize {
        match self.html_bytes() {
            0 => self.text_bytes(),
            bytes => bytes,
        }
    }
}

/// The address of pages that came without one.
fn nowhere() -> Result<Url, Trouble> {
    Url::parse("http://file.invalid/").map_err(misuse)
}

/// HTML files of a folder and the folders in it, in order.
fn html_files(folder: &Path) -> Result<Vec<PathBuf>, Trouble> {
    let failed = || format!("cannot read {}", folder.display());
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).with_context(failed).map_err(misuse)? {
        let path = entry.map_err(misuse)?.path();
        if path.is_dir() {
            paths.extend(html_files(&path)?);
        } else if path
            .extension()
            .and_then(|e| e.to_str())
            .is_some_and(|e| ENDINGS.contains(&e.to_ascii_lowercase().as_str()))
        {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// Endings of files that hold HTML, templates among them.
const ENDINGS: [&str; 9] = [
    "html", "htm", "shtml", "xhtml", "jsp", "php", "aspx", "cshtml", "ftl",
];

/// Names of the stages, in the order of the figures.
const STAGES: [&str; 6] = ["html", "normalise", "extract", "judge", "audit", "jieba"];

/// Seconds of each round, by stage.
struct Figures {
    rounds: [Vec<f64>; 6],
}

fn measure(
    inspector: &Inspector,
    segmenter: &Segmenter,
    material: &Material,
    seconds: u64,
) -> Figures {
    let day = tools::today();
    let units = material.units();
    let normal: Vec<NormalText> = units.iter().map(|text| inspector.normalise(text)).collect();
    let pages: Vec<Vec<ReadBlock>> = material
        .pages
        .iter()
        .map(|(page, _)| inspector.read_page(page))
        .collect();
    let lone: Vec<ReadBlock> = material
        .texts
        .iter()
        .map(|t| inspector.read_text(t))
        .collect();
    let stages: [&dyn Fn(); 6] = [
        &|| {
            for (html, url) in &material.html {
                black_box(page::read(html, url));
            }
        },
        &|| {
            for text in &units {
                black_box(inspector.normalise(text));
            }
        },
        &|| {
            for text in &normal {
                black_box(inspector.extract(text));
            }
        },
        &|| {
            for ((page, url), blocks) in material.pages.iter().zip(&pages) {
                black_box(inspector.judge_page(blocks, page, url, day));
            }
            for block in &lone {
                black_box(inspector.judge_text(block, day));
            }
        },
        &|| whole(inspector, material, day),
        &|| {
            for (page, _) in &material.pages {
                black_box(segmenter.words(&page.text));
            }
            for text in &material.texts {
                black_box(segmenter.words(text));
            }
        },
    ];
    let mut figures = Figures {
        rounds: Default::default(),
    };
    let begun = Instant::now();
    while figures.rounds[0].len() < ROUNDS || begun.elapsed().as_secs() < seconds {
        for (stage, rounds) in stages.iter().zip(&mut figures.rounds) {
            let clock = Clock::start();
            stage();
            rounds.push(clock.seconds());
        }
    }
    figures
}

/// The whole audit: everything but parsing.
fn whole(inspector: &Inspector, material: &Material, day: NaiveDate) {
    for (page, url) in &material.pages {
        black_box(inspector.inspect_page(page, url, day));
    }
    for text in &material.texts {
        black_box(inspector.inspect_text(text, day));
    }
}

impl Figures {
    /// Seconds of the best round.
    fn best(&self, stage: usize) -> f64 {
        let rounds = self.rounds.get(stage).into_iter().flatten();
        rounds.copied().fold(f64::INFINITY, f64::min)
    }

    fn median(&self, stage: usize) -> f64 {
        let mut rounds = self.rounds.get(stage).cloned().unwrap_or_default();
        rounds.sort_by(f64::total_cmp);
        rounds.get(rounds.len() / 2).copied().unwrap_or(0.0)
    }

    /// What the audit costs, in costs of jieba alone.
    fn ratio(&self) -> f64 {
        let at = |name: &str| STAGES.iter().position(|s| *s == name).unwrap_or(0);
        self.best(at("audit")) / self.best(at("jieba"))
    }

    /// Stages that were measured: no HTML, nothing to parse.
    fn stages(&self, material: &Material) -> impl Iterator<Item = (usize, &'static str)> {
        let parsed = !material.html.is_empty();
        let all = STAGES.into_iter().enumerate();
        all.filter(move |(_, name)| parsed || *name != "html")
    }

    fn json(&self, material: &Material, load: &Load) -> Value {
        let (text, bytes) = (material.text_bytes() as f64, material.bytes() as f64);
        let stages: serde_json::Map<String, Value> = self
            .stages(material)
            .map(|(at, name)| {
                let best = self.best(at);
                let figures = json!({
                    "megabytes_per_second": text / best / 1e6,
                    "ms_per_35_kb": best / bytes * PAGE * 1e3,
                    "ms_per_35_kb_median": self.median(at) / bytes * PAGE * 1e3,
                });
                (name.to_owned(), figures)
            })
            .collect();
        let timed = |(time, bytes): (Duration, u64)| json!({ "ms": time.as_secs_f64() * 1e3, "megabytes": bytes as f64 / 1e6 });
        json!({
            "material": material.name,
            "html_bytes": material.html_bytes(),
            "text_bytes": material.text_bytes(),
            "rounds": self.rounds[0].len(),
            "load": { "registers": timed(load.registers), "lexicons": timed(load.lexicons) },
            "stages": stages,
            "audit_over_jieba": self.ratio(),
        })
    }

    fn show(&self, material: &Material, load: &Load) -> Result<(), Trouble> {
        let (text, bytes) = (material.text_bytes() as f64, material.bytes() as f64);
        let html = match material.html_bytes() {
            0 => String::new(),
            bytes => format!("{:.1} MB of HTML, ", bytes as f64 / 1e6),
        };
        Output.line(format!(
            "material   {}: {html}{:.1} MB of text; best of {} rounds",
            material.name,
            text / 1e6,
            self.rounds[0].len()
        ))?;
        let timed = |(time, bytes): (Duration, u64)| {
            format!("{} ms, {:.0} MB", time.as_millis(), bytes as f64 / 1e6)
        };
        Output.line(format!(
            "load       registers {}; lexicons {}",
            timed(load.registers),
            timed(load.lexicons)
        ))?;
        let rows: Vec<Vec<String>> = self
            .stages(material)
            .map(|(at, name)| {
                let best = self.best(at);
                vec![
                    name.to_owned(),
                    format!("{:.1}", text / best / 1e6),
                    format!("{:.3}", best / bytes * PAGE * 1e3),
                    format!("{:.3}", self.median(at) / bytes * PAGE * 1e3),
                ]
            })
            .collect();
        let of = match material.html.is_empty() {
            true => "ms per 35 KB of text",
            false => "ms per 35 KB page",
        };
        Output.line("")?;
        Output.line(table(&["stage", "MB/s of text", of, "median"], &rows).trim_end())?;
        Output.line("")?;
        Output.line(format!(
            "the audit (normalise, extract, judge) costs {:.2} times what jieba alone costs on the same text",
            self.ratio()
        ))
    }
}
