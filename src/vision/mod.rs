//! Images to text and QR payloads.
//!
//! ```text
//! bytes -> decode (bounded) -> look (perceptual hash) -> codes (QR)
//!       -> sift (could it hold text?) -> prepare (channel, polarity, scale) -> reader (OCR) -> lines
//! ```
//!
//! Reading is computing that takes up to seconds: call it off the async threads. Nothing here panics on any bytes: decoders
//! of others run behind limits of size and memory, and a panic of theirs is an image that could not be read.

mod cache;
mod codes;
mod crop;
mod decode;
mod look;
mod merge;
mod prepare;
mod reader;
mod sift;
mod tesseract;
mod tsv;

pub use crop::crop;
pub use decode::{MOST_PIXELS, decode};
pub use look::{NEAR, distance};
pub use reader::{NoReader, ReadError, TextReader};
pub use tesseract::{ADVICE, Tesseract};

use crate::model::image::{ImageReading, TextLine};
use cache::Cache;
use image::RgbImage;
use prepare::Variant;
use sha2::{Digest, Sha256};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Readings remembered, by the digest of the image.
const REMEMBERED: usize = 4_096;
/// Mean confidence from which a first reading is believed.
const SURE: f32 = 88.0;
/// Lines that the reader itself doubts more than this are left out.
const DOUBTFUL: f32 = 30.0;

/// Whether a line is more than the stroke of an ornament, which is taken for 一 or a bar.
fn says_something(text: &str) -> bool {
    let mut letters = text.chars().filter(|c| c.is_alphanumeric());
    match (letters.next(), letters.next()) {
        (Some(_), Some(_)) => true,
        (Some(only), None) => !"一二三丨lIJL".contains(only),
        (None, _) => false,
    }
}

/// How images are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VisionSettings {
    /// Time for all passes over one image.
    pub deadline: Duration,
    /// Passes of the reader over one image at most.
    pub passes: usize,
}

impl Default for VisionSettings {
    fn default() -> Self {
        Self {
            deadline: Duration::from_secs(30),
            passes: 4,
        }
    }
}

/// Reads images. One for the whole process; shared by threads.
pub struct Vision {
    reader: Option<Arc<dyn TextReader>>,
    settings: VisionSettings,
    cache: Cache,
}

impl fmt::Debug for Vision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reader = self.reader.as_ref().map(|r| r.name());
        f.debug_struct("Vision").field("reader", &reader).finish()
    }
}

impl Vision {
    /// Reads with this reader; without one QR codes and hashes only.
    pub fn new(reader: Option<Arc<dyn TextReader>>, settings: VisionSettings) -> Self {
        Self {
            reader,
            settings,
            cache: Cache::new(REMEMBERED),
        }
    }

    /// Whether there is a reader of text.
    pub fn reads_text(&self) -> bool {
        self.reader.is_some()
    }

    /// What is in an image. The same bytes are read once per process; what went wrong for the moment (a deadline) is not
    /// remembered.
    pub fn read(&self, bytes: &[u8]) -> Arc<ImageReading> {
        let sha256: [u8; 32] = Sha256::digest(bytes).into();
        if let Some(known) = self.cache.get(&sha256) {
            return known;
        }
        let read = catch_unwind(AssertUnwindSafe(|| self.read_fresh(sha256, bytes)));
        let (reading, lasting) = read.unwrap_or_else(|_| {
            let why = "the image made a decoder fail";
            let reading = ImageReading::unread(sha256, bytes.len() as u64, why);
            (reading, true)
        });
        let reading = Arc::new(reading);
        if lasting {
            self.cache.put(Arc::clone(&reading));
        }
        reading
    }

    /// The reading, and whether it would come out the same again.
    fn read_fresh(&self, sha256: [u8; 32], bytes: &[u8]) -> (ImageReading, bool) {
        let mut reading = ImageReading::unread(sha256, bytes.len() as u64, "");
        let picture = match decode(bytes) {
            Ok(picture) => picture,
            Err(error) => {
                reading.unread = Some(error.to_string());
                return (reading, true);
            }
        };
        reading.format = picture.format.to_owned();
        (reading.width, reading.height) = picture.pixels.dimensions();
        reading.look = look::look(&picture.pixels);
        reading.codes = codes::codes(&picture.pixels);
        reading.unread = sift::unfit(&picture.pixels).map(str::to_owned);
        if reading.unread.is_some() {
            return (reading, true);
        }
        let Some(reader) = &self.reader else {
            reading.unread = Some("there is no reader of text".to_owned());
            return (reading, false);
        };
        reading.reader = reader.name();
        let without_codes = codes::erased(&picture.pixels, &reading.codes);
        match self.lines(reader.as_ref(), &without_codes) {
            Ok(lines) => {
                reading.lines = lines;
                (reading, true)
            }
            Err(error) => {
                reading.unread = Some(error.to_string());
                (reading, false)
            }
        }
    }

    /// Lets the reader see the image in one way after the other until it is sure and nothing new comes; what later ways add is
    /// joined.
    fn lines(
        &self,
        reader: &dyn TextReader,
        picture: &RgbImage,
    ) -> Result<Vec<TextLine>, ReadError> {
        let begun = Instant::now();
        let mut best: Vec<TextLine> = Vec::new();
        for (pass, variant) in Variant::ORDER.iter().take(self.settings.passes).enumerate() {
            let left = self.settings.deadline.saturating_sub(begun.elapsed());
            if left.is_zero() {
                break;
            }
            let prepared = prepare::prepare(picture, *variant);
            let read = match reader.read(&prepared.pixels, left) {
                Ok(read) => read,
                // What an earlier pass has read is kept.
                Err(_) if pass > 0 => break,
                Err(error) => return Err(error),
            };
            let read = read.into_iter().map(|line| prepared.back(line));
            let changed;
            (best, changed) = merge::merge(best, read.collect());
            if pass > 0 && !changed && merge::is_sure(&best, SURE) {
                break;
            }
        }
        best.retain(|line| line.confidence >= DOUBTFUL && says_something(&line.text));
        Ok(best)
    }
}
