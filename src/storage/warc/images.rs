//! The `urn:images:` record of a capture: which images of the page were looked at, and what was read in them.

use super::encode::{CaptureContext, EncodedCapture, target_uri};
use super::error::WarcError;
use super::member::MemberWriter;
use super::resource::{Resource, resource};
use crate::model::capture::Capture;
use crate::model::image::SeenImage;
use crate::wire::image::PageImages;

const IMAGES: &str = "urn:images:";

/// Writes the record, where there is something to say.
pub(crate) fn images_record(
    writer: &mut MemberWriter,
    context: &CaptureContext,
    capture: &Capture,
    out: &mut EncodedCapture,
) -> Result<(), WarcError> {
    let (Some(last), false) = (capture.last(), capture.images.is_empty()) else {
        return Ok(());
    };
    let images = PageImages::from(capture.images.as_slice());
    let block = serde_json::to_vec(&images).map_err(|e| WarcError::Capture {
        detail: e.to_string(),
    })?;
    let record = Resource {
        name: (&context.run, &context.visit),
        target: &format!("{IMAGES}{}", target_uri(&last.url)),
        at: last.started,
        media_type: "application/json",
        block: &block,
    };
    resource(writer, &record, out).map(drop)
}

/// The images of such a record; `None` when it is none, or cannot be read.
pub(super) fn images_of(target: &str, block: &[u8]) -> Option<Vec<SeenImage>> {
    let stored = target.starts_with(IMAGES).then_some(block)?;
    let stored: PageImages = serde_json::from_slice(stored).ok()?;
    Some(stored.images())
}
