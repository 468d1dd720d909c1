//! Pictures of a page: what fits the window, and the whole page in pieces that the engine can draw.

use super::engine::PageError;
use super::methods::{LayoutMetrics, PrintToPdf, Screenshot};
use super::settings::FONT_PACKAGE;
use crate::model::note::Note;
use crate::model::rendering::Tile;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// Height of a piece; the engine draws nothing higher than 16,384 pixels in one picture.
const TILE: u32 = 8_000;
/// Pieces of one page.
const MOST_TILES: u32 = 4;
/// Width that is drawn.
const WIDEST: u32 = 2_000;

/// The pictures of a page.
#[derive(Debug, Default)]
pub(super) struct Pictures {
    pub(super) view: Option<Vec<u8>>,
    pub(super) tiles: Vec<Tile>,
    pub(super) height: u32,
}

/// Takes the pictures. What goes wrong is noted, since a page without pictures is still a page; only when the browser is
/// gone there is none, because another one may succeed.
pub(super) fn take_pictures(
    shoot: &dyn Fn(Screenshot) -> Result<Value, PageError>,
    measure: &dyn Fn(LayoutMetrics) -> Result<Value, PageError>,
    window: (u32, u32),
    has_font: bool,
    notes: &mut Vec<Note>,
) -> Result<Pictures, PageError> {
    let size = match measure(LayoutMetrics(json!({}))) {
        Err(PageError::Gone) => return Err(PageError::Gone),
        measured => measured.unwrap_or_default(),
    };
    let size = &size["cssContentSize"];
    let mut pictures = Pictures {
        height: pixels(&size["height"]),
        ..Pictures::default()
    };
    if !has_font {
        let message = format!(
            "no picture is taken, because there is no font for Chinese: install one with `apt-get install {FONT_PACKAGE}`"
        );
        notes.push(Note::new("render-no-font", message));
        return Ok(pictures);
    }
    match picture(shoot, json!({"format": "png"})) {
        Ok(png) => pictures.view = Some(png),
        Err(why) => return without(pictures, why, notes),
    }
    let width = pixels(&size["width"]).clamp(window.0, WIDEST.max(window.0));
    let wanted = pictures.height.max(1);
    for number in 0..wanted.div_ceil(TILE).min(MOST_TILES) {
        let top = number * TILE;
        let height = TILE.min(wanted - top);
        let clip = json!({"x": 0, "y": top, "width": width, "height": height, "scale": 1});
        let asked = json!({"format": "png", "clip": clip, "captureBeyondViewport": true});
        match picture(shoot, asked) {
            Ok(png) => pictures.tiles.push(Tile { top, height, png }),
            Err(why) => return without(pictures, why, notes),
        }
    }
    if wanted > TILE * MOST_TILES {
        let message = format!(
            "the page is {wanted} pixels high, the pictures show the first {}",
            TILE * MOST_TILES
        );
        notes.push(Note::new("render-picture-cut", message));
    }
    Ok(pictures)
}

fn without(
    pictures: Pictures,
    why: PageError,
    notes: &mut Vec<Note>,
) -> Result<Pictures, PageError> {
    let PageError::Failed(why) = why else {
        return Err(why);
    };
    notes.push(Note::new("render-no-picture", why));
    Ok(pictures)
}

/// Prints the page on A4 with its colours. What goes wrong is noted, as with pictures.
pub(super) fn print(
    print: &dyn Fn(PrintToPdf) -> Result<Value, PageError>,
    has_font: bool,
    notes: &mut Vec<Note>,
) -> Result<Option<Vec<u8>>, PageError> {
    if !has_font {
        return Ok(None);
    }
    let asked = json!({"printBackground": true, "paperWidth": 8.27, "paperHeight": 11.69});
    let why = match print(PrintToPdf(asked)) {
        Ok(answer) => match STANDARD.decode(answer["data"].as_str().unwrap_or_default()) {
            Ok(pdf) if pdf.starts_with(b"%PDF-") => return Ok(Some(pdf)),
            _ => "what the browser sent is no PDF".to_owned(),
        },
        Err(PageError::Failed(why)) => why,
        Err(gone) => return Err(gone),
    };
    notes.push(Note::new("render-no-pdf", why));
    Ok(None)
}

fn picture(
    shoot: &dyn Fn(Screenshot) -> Result<Value, PageError>,
    asked: Value,
) -> Result<Vec<u8>, PageError> {
    let answer = shoot(Screenshot(asked))?;
    let data = answer["data"].as_str().unwrap_or_default();
    let png = STANDARD.decode(data);
    let png = png.map_err(|e| PageError::Failed(e.to_string()))?;
    if png.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Ok(png);
    }
    let why = "what the browser sent is no picture";
    Err(PageError::Failed(why.to_owned()))
}

/// A length as whole pixels; what is no length is none.
fn pixels(value: &Value) -> u32 {
    let length = value.as_f64().filter(|length| length.is_finite());
    length.map_or(0, |length| {
        length.ceil().clamp(0.0, f64::from(u32::MAX)) as u32
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

    fn taken(height: f64, has_font: bool) -> (Pictures, Vec<Note>) {
        let mut notes = Vec::new();
        let pictures = take_pictures(
            &|_| Ok(json!({"data": STANDARD.encode(PNG)})),
            &|_| Ok(json!({"cssContentSize": {"width": 1366, "height": height}})),
            (1366, 768),
            has_font,
            &mut notes,
        );
        (pictures.expect("pictures"), notes)
    }

    #[test]
    fn pieces_cover_the_page_without_gap() {
        let (pictures, notes) = taken(20_000.0, true);
        let tiles: Vec<(u32, u32)> = pictures.tiles.iter().map(|t| (t.top, t.height)).collect();
        assert_eq!(tiles, [(0, 8_000), (8_000, 8_000), (16_000, 4_000)]);
        assert!(notes.is_empty());
    }

    #[test]
    fn a_page_without_end_is_cut_and_that_is_said() {
        let (pictures, notes) = taken(3e9, true);
        assert_eq!(pictures.tiles.len(), 4);
        assert_eq!(notes[0].code, "render-picture-cut");
    }

    #[test]
    fn what_is_no_print_is_noted() {
        for (data, kept) in [(&b"%PDF-1.4 x"[..], true), (b"<html>", false)] {
            let mut notes = Vec::new();
            let answer = |_| Ok(json!({"data": STANDARD.encode(data)}));
            let pdf = print(&answer, true, &mut notes).expect("a print");
            assert_eq!((pdf.is_some(), notes.is_empty()), (kept, kept));
        }
    }

    #[test]
    fn without_a_font_there_is_no_picture() {
        let (pictures, notes) = taken(900.0, false);
        assert!(pictures.view.is_none() && pictures.tiles.is_empty());
        assert!(notes[0].message.contains("fonts-noto-cjk"));
    }
}
