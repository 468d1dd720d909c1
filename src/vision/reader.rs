//! What reads text: the trait and its errors.

use crate::model::image::TextLine;
use image::GrayImage;
use std::fmt;
use std::time::Duration;

/// Reads the text of a prepared image. The embedded member is [`super::Tesseract`].
pub trait TextReader: Send + Sync {
    /// Name and version, for evidence.
    fn name(&self) -> String;

    /// The lines of an image, dark on light as a rule, from the top. Must end within `deadline`.
    fn read(&self, image: &GrayImage, deadline: Duration) -> Result<Vec<TextLine>, ReadError>;
}

/// An image was not read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The reader did not end in time and was ended.
    #[error("the reader took longer than {seconds} s")]
    Deadline {
        /// The time it had.
        seconds: u64,
    },
    /// The reader failed.
    #[error("{reader} failed: {said}")]
    Failed {
        /// Its name.
        reader: String,
        /// Its last words.
        said: String,
    },
    /// The disk.
    #[error("cannot {what}: {source}")]
    Io {
        /// What was attempted.
        what: &'static str,
        /// Why not.
        source: std::io::Error,
    },
}

/// There is no reader of text, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoReader(pub String);

impl fmt::Display for NoReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NoReader {}
