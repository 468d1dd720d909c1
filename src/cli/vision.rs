//! `wangxun vision`: what can be read in image files.

use super::arguments::Format;
use super::config::Settings;
use super::exit::{Done, Exit, Trouble, incomplete};
use super::output::{Output, shorten};
use super::tools;
use crate::model::image::ImageReading;
use crate::vision::{NEAR, Vision, distance};
use crate::wire::image::StoredReading;
use anyhow::{Context, anyhow};
use clap::Args;
use serde::Serialize;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

/// Largest image file that is read.
const MOST_BYTES: u64 = 32 << 20;

/// `wangxun vision`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  wangxun vision poster.png
  wangxun vision saved/*.jpg --format json
  wangxun vision a.webp b.webp          do they look alike?
  wangxun vision --sealed               one creative over many pages, among sealed evidence

Text is read by tesseract (apt-get install tesseract-ocr tesseract-ocr-chi-sim); without it QR codes and hashes only.
What a machine has read is to be held against the image by eye. Exit code 3 where a file could not be read.")]
pub struct VisionArguments {
    /// PNG, JPEG, WebP or GIF files
    #[arg(value_name = "FILE", required_unless_present = "sealed")]
    pub files: Vec<PathBuf>,
    /// The images of sealed pages instead: those that look alike together, with the pages and slots that showed them
    #[arg(long, conflicts_with = "files")]
    pub sealed: bool,
}

/// One image as it is printed.
#[derive(Debug, Serialize)]
struct Row {
    file: String,
    /// Files before it that look alike.
    alike: Vec<String>,
    /// Milliseconds that reading took.
    ms: u128,
    #[serde(flatten)]
    reading: StoredReading,
}

/// Carries the command out.
pub fn run(asked: &VisionArguments, settings: &Settings) -> Done {
    if asked.sealed {
        return super::vision_sealed::run(settings);
    }
    let (vision, missing) = tools::vision(settings);
    if let Some(why) = missing {
        tracing::warn!("text in images is not read: {why}");
    }
    let mut seen: Vec<(String, Arc<ImageReading>)> = Vec::new();
    let mut missed = 0u32;
    for file in &asked.files {
        let name = file.display().to_string();
        let begun = Instant::now();
        match read(&vision, file) {
            Ok(reading) => {
                let row = Row {
                    alike: alike(&seen, &reading),
                    file: name.clone(),
                    ms: begun.elapsed().as_millis(),
                    reading: reading.as_ref().into(),
                };
                match settings.format {
                    Format::Json => Output.json_line(&row)?,
                    Format::Table => show(&row, &reading)?,
                }
                seen.push((name, reading));
            }
            Err(error) if asked.files.len() > 1 => {
                missed += 1;
                tracing::error!("{error:#}");
            }
            Err(error) => return Err(incomplete(error)),
        }
    }
    match missed {
        0 => Ok(Exit::Fine),
        _ => Err(incomplete(anyhow!("{missed} files could not be read"))),
    }
}

fn read(vision: &Vision, file: &PathBuf) -> anyhow::Result<Arc<ImageReading>> {
    let name = file.display();
    let size = std::fs::metadata(file).with_context(|| format!("{name} cannot be read"))?;
    if size.len() > MOST_BYTES {
        return Err(anyhow!("{name} is larger than {} MB", MOST_BYTES >> 20));
    }
    let bytes = std::fs::read(file).with_context(|| format!("{name} cannot be read"))?;
    let reading = vision.read(&bytes);
    match (&reading.unread, reading.width) {
        (Some(why), 0) => Err(anyhow!("{name}: {why}")),
        _ => Ok(reading),
    }
}

fn alike(seen: &[(String, Arc<ImageReading>)], reading: &ImageReading) -> Vec<String> {
    let Some(look) = reading.look else {
        return Vec::new();
    };
    let near = |other: &ImageReading| other.look.is_some_and(|o| distance(&o, &look) <= NEAR);
    let near = seen.iter().filter(|(_, other)| near(other));
    near.map(|(name, _)| name.clone()).collect()
}

fn show(row: &Row, reading: &ImageReading) -> Result<(), Trouble> {
    Output.line(format!(
        "{}  {} {}×{}  {} ms",
        row.file, reading.format, reading.width, reading.height, row.ms
    ))?;
    Output.line(format!("  摘要    sha256 {}", row.reading.sha256))?;
    if let Some(look) = &row.reading.look {
        Output.line(format!("  图像指纹  {look}"))?;
    }
    for other in &row.alike {
        Output.line(format!("  相似图片  {other}"))?;
    }
    for code in &reading.codes {
        Output.line(format!("  二维码   {}", shorten(&code.payload, 200)))?;
    }
    match &reading.unread {
        Some(why) => Output.line(format!("  未识别文字 {why}"))?,
        None if reading.lines.is_empty() => Output.line("  未识别出文字")?,
        None => Output.line(format!(
            "  文字    {}(平均把握 {:.0}%),机器识别,须与原图核对",
            reading.reader,
            reading.confidence()
        ))?,
    }
    for line in &reading.lines {
        Output.line(format!("    {:3.0}  {}", line.confidence, line.text))?;
    }
    Ok(())
}
