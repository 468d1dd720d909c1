//! QR codes in an image: several in one, dark on light or light on dark, small or large.

use super::decode::shrunk;
use crate::model::image::{PixelBox, QrCode};
use image::{GrayImage, Rgb, RgbImage, imageops};
use rqrr::{Point, PreparedImage};
use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Longest edge at which codes are looked for.
const LONGEST_EDGE: u32 = 2_000;
/// Below this edge no code of even the smallest version (21 modules) can be told.
const SHORTEST_EDGE: u32 = 42;
/// Codes kept of one image.
const MOST_CODES: usize = 20;
/// Characters kept of a code.
const LONGEST_PAYLOAD: usize = 3_000;

/// The codes of a picture, each payload once.
pub(super) fn codes(picture: &RgbImage) -> Vec<QrCode> {
    let (width, height) = picture.dimensions();
    if width.min(height) < SHORTEST_EDGE {
        return Vec::new();
    }
    let small = shrunk(picture, LONGEST_EDGE);
    let scale = f64::from(width) / f64::from(small.width().max(1));
    let gray = imageops::grayscale(small.as_ref());
    let mut found = Vec::new();
    let plain = scan(&gray, scale, &mut found);
    let mut light = gray.clone();
    imageops::invert(&mut light);
    let inverted = scan(&light, scale, &mut found);
    // Something looked like a code and could not be read: seen larger, smaller or smoothed it may be.
    let unclear = plain || inverted;
    for (number, is_wanted) in [(0, true), (1, true), (2, unclear), (3, unclear)] {
        if !found.is_empty() && !unclear || !is_wanted {
            continue;
        }
        let (w, h) = gray.dimensions();
        let (other, factor) = match number {
            0 if w.max(h) <= 1_000 => (bigger(&gray), 2.0),
            1 if w.max(h) > 400 => (imageops::thumbnail(&gray, w / 2, h / 2), 0.5),
            2 => (imageops::blur(&gray, 1.2), 1.0),
            3 => (contrasted(&gray), 1.0),
            _ => continue,
        };
        scan(&other, scale / factor, &mut found);
    }
    found.truncate(MOST_CODES);
    found
}

fn bigger(gray: &GrayImage) -> GrayImage {
    let (w, h) = gray.dimensions();
    imageops::resize(gray, w * 2, h * 2, imageops::FilterType::CatmullRom)
}

fn contrasted(gray: &GrayImage) -> GrayImage {
    imageops::contrast(gray, 60.0)
}

/// The picture with its codes painted over in the colour around them: readers of text take them for letters.
pub(super) fn erased<'a>(picture: &'a RgbImage, codes: &[QrCode]) -> Cow<'a, RgbImage> {
    let mut out = Cow::Borrowed(picture);
    for code in codes {
        let edge = code.place.width.max(code.place.height);
        let first = Ring::around(picture, code.place, edge / 20 + 2);
        let quiet = first.colour(picture);
        // The quiet zone of a code ends where its colour does.
        let mut ring = first;
        for margin in (edge / 20 + 4..edge / 3).step_by(2) {
            let next = Ring::around(picture, code.place, margin);
            if next.share_of(picture, quiet) < 0.5 {
                ring = Ring::around(picture, code.place, margin + 2);
                break;
            }
            ring = next;
        }
        let colour = ring.colour(picture);
        let painted = out.to_mut();
        for y in ring.top..=ring.bottom {
            for x in ring.left..=ring.right {
                if x < painted.width() && y < painted.height() {
                    painted.put_pixel(x, y, colour);
                }
            }
        }
    }
    out
}

/// A rectangle around a code, inside of the picture.
#[derive(Debug, Clone, Copy)]
struct Ring {
    left: u32,
    top: u32,
    right: u32,
    bottom: u32,
}

impl Ring {
    fn around(picture: &RgbImage, place: PixelBox, margin: u32) -> Self {
        let end = |at: u32, length: u32, most: u32| {
            at.saturating_add(length)
                .saturating_add(margin)
                .min(most.saturating_sub(1))
        };
        Self {
            left: place.x.saturating_sub(margin),
            top: place.y.saturating_sub(margin),
            right: end(place.x, place.width, picture.width()),
            bottom: end(place.y, place.height, picture.height()),
        }
    }

    /// A hundred pixels along it.
    fn pixels<'a>(&self, picture: &'a RgbImage) -> impl Iterator<Item = &'a Rgb<u8>> {
        const PARTS: u32 = 24;
        let Self {
            left,
            top,
            right,
            bottom,
        } = *self;
        let along = |from: u32, to: u32, part: u32| from + to.saturating_sub(from) * part / PARTS;
        (0..=PARTS)
            .flat_map(move |part| {
                let (x, y) = (along(left, right, part), along(top, bottom, part));
                [(x, top), (x, bottom), (left, y), (right, y)]
            })
            .filter_map(|(x, y)| picture.get_pixel_checked(x, y))
    }

    /// The middle colour of its pixels, channel by channel.
    fn colour(&self, picture: &RgbImage) -> Rgb<u8> {
        Rgb([0, 1, 2].map(|channel: usize| {
            let mut levels: Vec<u8> = self.pixels(picture).map(|p| p.0[channel]).collect();
            levels.sort_unstable();
            levels.get(levels.len() / 2).copied().unwrap_or(255)
        }))
    }

    /// Share of its pixels that have about this colour.
    fn share_of(&self, picture: &RgbImage, colour: Rgb<u8>) -> f64 {
        let near = |p: &&Rgb<u8>| p.0.iter().zip(&colour.0).all(|(a, b)| a.abs_diff(*b) < 24);
        let all = self.pixels(picture).count().max(1);
        self.pixels(picture).filter(near).count() as f64 / all as f64
    }
}

/// Adds what can be read; says whether a code was seen that cannot.
fn scan(gray: &GrayImage, scale: f64, found: &mut Vec<QrCode>) -> bool {
    let scanned = catch_unwind(AssertUnwindSafe(|| {
        let (w, h) = gray.dimensions();
        let level = |x: usize, y: usize| {
            gray.get_pixel_checked(x as u32, y as u32)
                .map_or(255, |p| p.0[0])
        };
        let mut prepared = PreparedImage::prepare_from_greyscale(w as usize, h as usize, level);
        let mut unclear = false;
        let mut read = Vec::new();
        for grid in prepared.detect_grids() {
            let mut bytes = Vec::new();
            match grid.decode_to(&mut bytes) {
                Ok(_) => read.push((bytes, grid.bounds)),
                Err(_) => unclear = true,
            }
        }
        (read, unclear)
    }));
    // A panic of the decoder is a code that cannot be read.
    let Ok((read, unclear)) = scanned else {
        return true;
    };
    for (bytes, bounds) in read {
        let payload: String = String::from_utf8_lossy(&bytes)
            .chars()
            .take(LONGEST_PAYLOAD)
            .collect();
        let payload = payload.trim().to_owned();
        if !payload.is_empty() && !found.iter().any(|code| code.payload == payload) {
            let place = place(&bounds, scale);
            found.push(QrCode { payload, place });
        }
    }
    unclear
}

fn place(bounds: &[Point; 4], scale: f64) -> PixelBox {
    let edge = |values: [i32; 4]| {
        let scaled = values.map(|v| (f64::from(v.max(0)) * scale) as u32);
        let [a, b, c, d] = scaled;
        (a.min(b).min(c).min(d), a.max(b).max(c).max(d))
    };
    let (left, right) = edge(bounds.map(|p| p.x));
    let (top, bottom) = edge(bounds.map(|p| p.y));
    PixelBox {
        x: left,
        y: top,
        width: right - left,
        height: bottom - top,
    }
}
