//! What a browser made of a page: the document as built, pictures of it, and what it loaded.

use super::image::PixelBox;
use super::note::Note;
use chrono::{DateTime, Utc};
use std::net::SocketAddr;
use url::Url;

/// A page as a browser showed it. Values only: no browser is behind it any more.
#[derive(Debug, Clone)]
pub struct Rendering {
    /// The address in the end; scripts may have changed it.
    pub url: Url,
    /// The document as the browser had built it, serialised as HTML.
    pub dom: String,
    /// PNG of what fitted the window; `None` where there is no picture (the notes say why).
    pub view: Option<Vec<u8>>,
    /// PNG pictures of the whole page, one below the other, from the top. Empty where there is none.
    pub full_page: Vec<Tile>,
    /// The page as printed (PDF), where that was asked for and could be had.
    pub pdf: Option<Vec<u8>>,
    /// Height of the page in CSS pixels, as the browser laid it out; a page may be higher than its pictures.
    pub height: u32,
    /// Width of the window in CSS pixels.
    pub width: u32,
    /// Where the elements stood that were asked for.
    pub places: Vec<PagePlace>,
    /// What the page asked for, in order, itself first.
    pub resources: Vec<LoadedResource>,
    /// What scripts wrote to the console, and the dialogs that they opened.
    pub messages: Vec<PageMessage>,
    /// Name and version of the browser.
    pub browser: String,
    /// When the tab was opened (UTC).
    pub started: DateTime<Utc>,
    /// When everything was read out of it (UTC).
    pub ended: DateTime<Utc>,
    /// Non-fatal trouble.
    pub notes: Vec<Note>,
}

/// Where an element stood on a shown page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PagePlace {
    /// Its CSS path, as in [`super::page::Block::path`].
    pub path: String,
    /// Its box in CSS pixels from the upper left corner of the page.
    pub place: PixelBox,
}

/// A picture of a part of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tile {
    /// Its upper edge, in CSS pixels from the top of the page.
    pub top: u32,
    /// Its height in CSS pixels.
    pub height: u32,
    /// PNG.
    pub png: Vec<u8>,
}

/// One thing that a page asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadedResource {
    /// Its address.
    pub url: String,
    /// What it was to be, in the browser's words, such as `Image`; `connection` where only host and port are known.
    pub kind: String,
    /// HTTP status, where an answer came.
    pub status: Option<u16>,
    /// The address connected to, where that is known.
    pub server: Option<SocketAddr>,
    /// What became of it.
    pub outcome: LoadOutcome,
}

/// What became of a request of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoadOutcome {
    /// It was answered.
    Loaded,
    /// We did not let it through, and why.
    Blocked(String),
    /// It failed, and why.
    Missing(String),
}

impl LoadOutcome {
    /// The word of stored forms.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Loaded => "loaded",
            Self::Blocked(_) => "blocked",
            Self::Missing(_) => "missing",
        }
    }

    /// Why it was not loaded; empty when it was.
    pub fn reason(&self) -> &str {
        match self {
            Self::Loaded => "",
            Self::Blocked(why) | Self::Missing(why) => why,
        }
    }
}

/// A line of the console, or a dialog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageMessage {
    /// `log`, `warn`, `error`, `alert`, `confirm`, `prompt`, `beforeunload`, `open` (a pop-up that was not opened), `download`.
    pub kind: String,
    /// What it said, cut at 500 characters.
    pub text: String,
}
