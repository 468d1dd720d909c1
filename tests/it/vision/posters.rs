//! Twenty posters in several fonts, colours, sizes and treatments (`posters/make.py`): what is read of their text, whether
//! what is forbidden in it is found, and where their codes lead.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;
use wangxun::model::image::ImageReading;
use wangxun::patrol::inspect::Inspector;
use wangxun::vision::{NoReader, Tesseract, TextReader, Vision, VisionSettings};

/// One poster.
struct Poster {
    file: PathBuf,
    address: String,
    treatment: String,
    text: String,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/vision/posters")
}

fn posters() -> Vec<Poster> {
    let table = fs::read_to_string(folder().join("posters.tsv")).unwrap();
    let rows = table.lines().filter(|l| !l.starts_with('#'));
    let posters = rows.map(|row| {
        let cells: Vec<&str> = row.split('\t').collect();
        let [file, address, treatment, text] = cells.as_slice() else {
            panic!("{row:?} is no poster");
        };
        Poster {
            file: folder().join(file),
            address: (*address).to_owned(),
            treatment: (*treatment).to_owned(),
            text: text.replace('|', "\n"),
        }
    });
    posters.collect()
}

/// Tesseract, or why there is none.
pub(super) fn tesseract() -> Result<Tesseract, NoReader> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    Tesseract::find(None, &path)
}

/// Share of the characters that were read, 0 to 1: one less the edit distance over the length; blanks do not count.
fn accuracy(wanted: &str, read: &str) -> f64 {
    let letters =
        |text: &str| -> Vec<char> { text.chars().filter(|c| !c.is_whitespace()).collect() };
    let (wanted, read) = (letters(wanted), letters(read));
    let mut row: Vec<usize> = (0..=read.len()).collect();
    for (i, a) in wanted.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in read.iter().enumerate() {
            let above = row[j + 1];
            row[j + 1] = (diagonal + usize::from(a != b))
                .min(above + 1)
                .min(row[j] + 1);
            diagonal = above;
        }
    }
    1.0 - (row[read.len()] as f64 / wanted.len().max(1) as f64).min(1.0)
}

fn inspector() -> Inspector {
    let registers = wangxun::seeds::load_registers(None).unwrap().value;
    Inspector::compile(None, registers).unwrap()
}

#[test]
fn the_measure_counts_edits() {
    for (read, expected) in [
        ("保本保息", 1.0),
        ("保木保息", 0.75),
        ("保 本\n保息", 1.0),
        ("", 0.0),
    ] {
        assert_eq!(accuracy("保本保息", read), expected, "{read}");
    }
}

#[test]
fn the_codes_of_all_posters_are_read() {
    let vision = Vision::new(None, VisionSettings::default());
    let mut missed = Vec::new();
    for poster in posters() {
        let reading = vision.read(&fs::read(&poster.file).unwrap());
        let payloads: Vec<&str> = reading.codes.iter().map(|c| c.payload.as_str()).collect();
        if payloads != [poster.address.as_str()] {
            missed.push(format!("{}: {payloads:?}", poster.file.display()));
        }
    }
    println!("codes read: {} of 20", 20 - missed.len());
    assert!(missed.is_empty(), "{missed:?}");
}

#[test]
fn twenty_posters_are_read_and_judged() {
    let reader: Arc<dyn TextReader> = match tesseract() {
        Ok(reader) => Arc::new(reader),
        Err(why) => return println!("skipped: {why}"),
    };
    let inspector = inspector();
    let date = chrono::NaiveDate::from_ymd_opt(2026, 6, 1).unwrap();
    let vision = Vision::new(Some(reader), VisionSettings::default());
    let (mut sum, mut found, mut known, mut time) = (0.0, 0, 0, 0.0);
    println!("poster     treatment  accuracy  sure  finding  ms    read");
    let posters = posters();
    for poster in &posters {
        let bytes = fs::read(&poster.file).unwrap();
        let begun = Instant::now();
        let reading: Arc<ImageReading> = vision.read(&bytes);
        let took = begun.elapsed().as_secs_f64() * 1_000.0;
        let text = reading.texts().join("\n");
        let of_truth = inspector.inspect_text(&poster.text, date);
        let of_image = inspector.inspect_text(&text, date);
        let right = accuracy(&poster.text, &text);
        sum += right;
        time += took;
        known += u32::from(of_truth.finding);
        found += u32::from(of_image.finding);
        println!(
            "{:10} {:10} {right:8.3} {:5.1} {:>4}/{:<4} {took:5.0}  {}",
            poster.file.file_name().unwrap().to_string_lossy(),
            poster.treatment,
            reading.confidence(),
            u8::from(of_image.finding),
            u8::from(of_truth.finding),
            text.replace('\n', " | "),
        );
    }
    let count = posters.len() as f64;
    println!(
        "mean accuracy {:.3}; findings {found} of {} (from the true text {known}); {:.0} ms an image",
        sum / count,
        posters.len(),
        time / count
    );
    assert!(sum / count >= 0.90, "{}", sum / count);
    assert!(found >= 17, "{found}");
}

#[test]
fn the_same_poster_in_another_size_looks_alike_and_no_two_posters_do() {
    let vision = Vision::new(None, VisionSettings::default());
    let mut looks: HashMap<String, [u8; 32]> = HashMap::new();
    for poster in posters() {
        let bytes = fs::read(&poster.file).unwrap();
        let look = vision.read(&bytes).look.unwrap();
        let name = poster
            .file
            .file_name()
            .unwrap()
            .to_string_lossy()
            .into_owned();
        looks.insert(name, look);
    }
    let mut near = Vec::new();
    let mut least = u32::MAX;
    for (a, x) in &looks {
        for (b, y) in looks.iter().filter(|(b, _)| a < *b) {
            let distance = wangxun::vision::distance(x, y);
            least = least.min(distance);
            if distance <= wangxun::vision::NEAR {
                near.push(format!("{a} {b}"));
            }
        }
    }
    println!("two different posters differ in {least} bits at least");
    assert!(near.is_empty(), "{near:?}");
}
