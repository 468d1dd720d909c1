//! Images to text and QR payloads.
#![allow(clippy::unwrap_used)] // the helpers are tests too

mod hostile;
mod pages;
mod posters;

use std::sync::Arc;
use wangxun::patrol::images::{ImageBudget, ImageOrder};
use wangxun::vision::{Vision, VisionSettings};

/// What a patrol reads images with, where it can be had.
pub(crate) fn images() -> ImageOrder {
    let (vision, missing) = match posters::tesseract() {
        Ok(reader) => (
            Vision::new(Some(Arc::new(reader)), VisionSettings::default()),
            None,
        ),
        Err(why) => (
            Vision::new(None, VisionSettings::default()),
            Some(why.to_string()),
        ),
    };
    ImageOrder {
        vision: Arc::new(vision),
        missing,
        processes: 1,
        budget: ImageBudget::default(),
    }
}
