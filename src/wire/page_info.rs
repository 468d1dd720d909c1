//! The `urn:pageinfo:` record of a rendered page (format `wangxun-pageinfo/1`): what the page asked for, what it said, and by
//! which browser it was shown.

use super::manifest::StoredNote;
use crate::model::image::PixelBox;
use crate::model::note::Note;
use crate::model::rendering::{
    LoadOutcome, LoadedResource, PageMessage, PagePlace, Rendering, Tile,
};
use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use url::Url;

/// Name and version of the format.
pub const PAGE_INFO_FORMAT: &str = "wangxun-pageinfo/1";

/// All that is known of a rendering besides document and pictures, which are records of their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageInfo {
    /// [`PAGE_INFO_FORMAT`].
    pub format: String,
    /// The address in the end.
    pub url: String,
    /// Name and version of the browser.
    pub browser: String,
    /// Width of the window, CSS pixels.
    pub width: u32,
    /// Height of the page, CSS pixels.
    pub height: u32,
    /// When the tab was opened, UTC, RFC 3339 with nanoseconds.
    pub started: String,
    /// When everything was read out, UTC, RFC 3339 with nanoseconds.
    pub ended: String,
    /// Upper edge and height of each picture of the whole page, CSS pixels.
    pub tiles: Vec<TilePlace>,
    /// Where advertisements stood; none in older records.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<StoredPagePlace>,
    /// What the page asked for, in order.
    pub resources: Vec<StoredResource>,
    /// Console and dialogs.
    pub messages: Vec<StoredMessage>,
    /// Non-fatal trouble.
    pub notes: Vec<StoredNote>,
}

/// Where a picture of the whole page belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TilePlace {
    /// Upper edge.
    pub top: u32,
    /// Height.
    pub height: u32,
}

/// Where an element stood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredPagePlace {
    /// Its CSS path.
    pub path: String,
    /// Left, top, width, height in CSS pixels of the page.
    pub place: [u32; 4],
}

/// One request of a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredResource {
    /// Its address.
    pub url: String,
    /// What it was to be, in the browser's words; `connection` where only host and port are known.
    pub kind: String,
    /// HTTP status, where an answer came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The address connected to, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
    /// `loaded`, `blocked` or `missing`.
    pub outcome: String,
    /// Why it was not loaded.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// A line of the console, or a dialog.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredMessage {
    /// Which.
    pub kind: String,
    /// What it said.
    pub text: String,
}

impl From<&Rendering> for PageInfo {
    fn from(rendering: &Rendering) -> Self {
        let place = |tile: &Tile| TilePlace {
            top: tile.top,
            height: tile.height,
        };
        let message = |message: &PageMessage| StoredMessage {
            kind: message.kind.clone(),
            text: message.text.clone(),
        };
        Self {
            format: PAGE_INFO_FORMAT.to_owned(),
            url: rendering.url.as_str().to_owned(),
            browser: rendering.browser.clone(),
            width: rendering.width,
            height: rendering.height,
            started: precise(rendering.started),
            ended: precise(rendering.ended),
            tiles: rendering.full_page.iter().map(place).collect(),
            places: rendering.places.iter().map(stored_place).collect(),
            resources: rendering.resources.iter().map(Into::into).collect(),
            messages: rendering.messages.iter().map(message).collect(),
            notes: rendering.notes.iter().map(Into::into).collect(),
        }
    }
}

impl From<&LoadedResource> for StoredResource {
    fn from(resource: &LoadedResource) -> Self {
        Self {
            url: resource.url.clone(),
            kind: resource.kind.clone(),
            status: resource.status,
            server: resource.server.map(|server| server.to_string()),
            outcome: resource.outcome.code().to_owned(),
            reason: resource.outcome.reason().to_owned(),
        }
    }
}

impl PageInfo {
    /// The rendering again, with the document and the pictures that stood beside this record; without its print. `None` when the record is
    /// not one of ours or does not fit them.
    pub fn rendering(
        &self,
        dom: String,
        view: Option<Vec<u8>>,
        pictures: Vec<Vec<u8>>,
    ) -> Option<Rendering> {
        if self.format != PAGE_INFO_FORMAT || self.tiles.len() != pictures.len() {
            return None;
        }
        let tile = |(place, png): (&TilePlace, Vec<u8>)| Tile {
            top: place.top,
            height: place.height,
            png,
        };
        let note = |n: &StoredNote| Note::new("stored-note", format!("{}: {}", n.code, n.message));
        let message = |message: &StoredMessage| PageMessage {
            kind: message.kind.clone(),
            text: message.text.clone(),
        };
        Some(Rendering {
            url: Url::parse(&self.url).ok()?,
            dom,
            view,
            full_page: self.tiles.iter().zip(pictures).map(tile).collect(),
            pdf: None,
            height: self.height,
            width: self.width,
            places: self.places.iter().map(StoredPagePlace::place).collect(),
            resources: self
                .resources
                .iter()
                .map(StoredResource::resource)
                .collect(),
            messages: self.messages.iter().map(message).collect(),
            browser: self.browser.clone(),
            started: moment(&self.started)?,
            ended: moment(&self.ended)?,
            notes: self.notes.iter().map(note).collect(),
        })
    }
}

fn stored_place(place: &PagePlace) -> StoredPagePlace {
    let PixelBox {
        x,
        y,
        width,
        height,
    } = place.place;
    StoredPagePlace {
        path: place.path.clone(),
        place: [x, y, width, height],
    }
}

impl StoredPagePlace {
    fn place(&self) -> PagePlace {
        let [x, y, width, height] = self.place;
        PagePlace {
            path: self.path.clone(),
            place: PixelBox {
                x,
                y,
                width,
                height,
            },
        }
    }
}

impl StoredResource {
    fn resource(&self) -> LoadedResource {
        LoadedResource {
            url: self.url.clone(),
            kind: self.kind.clone(),
            status: self.status,
            server: self.server.as_ref().and_then(|server| server.parse().ok()),
            outcome: match self.outcome.as_str() {
                "loaded" => LoadOutcome::Loaded,
                "blocked" => LoadOutcome::Blocked(self.reason.clone()),
                _ => LoadOutcome::Missing(self.reason.clone()),
            },
        }
    }
}

fn precise(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Nanos, true)
}

fn moment(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text).ok().map(|t| t.to_utc())
}
