//! The records of a rendered page: `urn:dom:`, `urn:view:`, `urn:fullPage:`, `urn:pdf:` and `urn:pageinfo:`, each with the page's address.

use super::encode::{CaptureContext, EncodedCapture, target_uri};
use super::error::WarcError;
use super::member::MemberWriter;
use super::resource::{Resource, resource};
use crate::model::rendering::Rendering;
use crate::wire::page_info::PageInfo;

const DOM: &str = "urn:dom:";
const VIEW: &str = "urn:view:";
const FULL_PAGE: &str = "urn:fullPage:";
const PDF: &str = "urn:pdf:";
const PAGE_INFO: &str = "urn:pageinfo:";

/// Writes the records. The pictures of a page higher than one picture are numbered from the second on:
/// `urn:fullPage:2:<address>`.
pub(crate) fn rendering_records(
    writer: &mut MemberWriter,
    context: &CaptureContext,
    rendering: &Rendering,
    out: &mut EncodedCapture,
) -> Result<(), WarcError> {
    let address = target_uri(&rendering.url);
    let mut write = |target: String, media_type: &str, block: &[u8]| {
        let record = Resource {
            name: (&context.run, &context.visit),
            target: &target,
            at: rendering.started,
            media_type,
            block,
        };
        resource(writer, &record, out).map(drop)
    };
    let dom = rendering.dom.as_bytes();
    write(format!("{DOM}{address}"), "text/html; charset=utf-8", dom)?;
    if let Some(view) = &rendering.view {
        write(format!("{VIEW}{address}"), "image/png", view)?;
    }
    for (n, tile) in rendering.full_page.iter().enumerate() {
        let number = match n {
            0 => String::new(),
            n => format!("{}:", n + 1),
        };
        let target = format!("{FULL_PAGE}{number}{address}");
        write(target, "image/png", &tile.png)?;
    }
    if let Some(pdf) = &rendering.pdf {
        write(format!("{PDF}{address}"), "application/pdf", pdf)?;
    }
    let info = serde_json::to_vec(&PageInfo::from(rendering)).map_err(|e| WarcError::Capture {
        detail: e.to_string(),
    })?;
    write(format!("{PAGE_INFO}{address}"), "application/json", &info)
}

/// The records of a rendering while they are being read.
#[derive(Default)]
pub(super) struct RenderingParts {
    dom: Option<String>,
    view: Option<Vec<u8>>,
    pictures: Vec<Vec<u8>>,
    pdf: Option<Vec<u8>>,
    info: Option<PageInfo>,
}

impl RenderingParts {
    /// Takes a resource record, if it belongs to a rendering.
    pub(super) fn take(&mut self, target: &str, block: Vec<u8>) {
        if target.starts_with(DOM) {
            self.dom = String::from_utf8(block).ok();
        } else if target.starts_with(VIEW) {
            self.view = Some(block);
        } else if target.starts_with(FULL_PAGE) {
            self.pictures.push(block);
        } else if target.starts_with(PDF) {
            self.pdf = Some(block);
        } else if target.starts_with(PAGE_INFO) {
            self.info = serde_json::from_slice(&block).ok();
        }
    }

    /// The rendering, when all its records were there.
    pub(super) fn whole(self) -> Option<Box<Rendering>> {
        let mut rendering = self.info?.rendering(self.dom?, self.view, self.pictures)?;
        rendering.pdf = self.pdf;
        Some(Box::new(rendering))
    }
}
