//! Whether an image could hold text at all: reading costs half a second, most images of a page are icons, lines and photographs.

use super::decode::shrunk;
use image::{RgbImage, imageops};

/// Shortest edge of an image with readable text, in pixels.
const SHORTEST_EDGE: u32 = 24;
/// Least size: about six small characters.
const LEAST_AREA: u64 = 4_000;
/// Longer than this against its width it is a line or a shade.
const LONGEST_ASPECT: u32 = 40;
/// Edge at which it is looked at.
const LOOKED_AT: u32 = 640;
/// A step of brightness that the edge of a letter makes.
const STEP: i32 = 48;
/// Longest stroke in pixels at the edge looked at: from one step to the opposite one.
const STROKE: u32 = 24;
/// Share of rows' pixels that begin a stroke, in thousandths, below which nothing is written.
const LEAST_STROKES: f64 = 0.8;
/// Rows (of a hundred) that must hold strokes.
const LEAST_ROWS: f64 = 1.0;

/// Why no text is looked for in a picture; `None` when it is to be read.
pub(super) fn unfit(picture: &RgbImage) -> Option<&'static str> {
    let (width, height) = picture.dimensions();
    let (short, long) = (width.min(height), width.max(height));
    if short < SHORTEST_EDGE || u64::from(width) * u64::from(height) < LEAST_AREA {
        return Some("too small for text");
    }
    if long / short.max(1) > LONGEST_ASPECT {
        return Some("a line or a shade");
    }
    let strokes = Strokes::of(picture);
    if strokes.share < LEAST_STROKES || strokes.rows < LEAST_ROWS {
        return Some("no strokes of letters in it");
    }
    None
}

/// Strokes: a step of brightness soon followed by the opposite one.
#[derive(Debug)]
struct Strokes {
    /// In thousandths of the pixels.
    share: f64,
    /// Rows with at least three of them, in hundredths.
    rows: f64,
}

impl Strokes {
    fn of(picture: &RgbImage) -> Self {
        let small = shrunk(picture, LOOKED_AT);
        let gray = imageops::grayscale(small.as_ref());
        let (width, height) = gray.dimensions();
        let (mut strokes, mut rows) = (0u64, 0u64);
        for row in gray.rows() {
            let levels: Vec<i32> = row.map(|p| i32::from(p.0[0])).collect();
            let found = strokes_in(&levels);
            strokes += found;
            rows += u64::from(found >= 3);
        }
        let all = (u64::from(width) * u64::from(height)).max(1) as f64;
        Self {
            share: strokes as f64 * 1_000.0 / all,
            rows: rows as f64 * 100.0 / f64::from(height.max(1)),
        }
    }
}

/// Strokes of one row, dark or light.
fn strokes_in(levels: &[i32]) -> u64 {
    let mut strokes = 0;
    let mut open: Option<(i32, u32)> = None;
    // Over two pixels, since edges of letters are smoothed.
    for (at, pair) in levels.windows(3).enumerate() {
        let at = at as u32;
        let [first, _, last] = pair else { continue };
        let step = last - first;
        if step.abs() < STEP {
            continue;
        }
        match open {
            Some((sign, since)) if sign != step.signum() => {
                strokes += u64::from(at - since <= STROKE);
                open = Some((step.signum(), at));
            }
            _ => open = Some((step.signum(), at)),
        }
    }
    strokes
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;

    fn drawn(width: u32, height: u32, level: impl Fn(u32, u32) -> u8) -> RgbImage {
        RgbImage::from_fn(width, height, |x, y| Rgb([level(x, y); 3]))
    }

    #[test]
    fn what_cannot_hold_text_is_told_by_name() {
        for (picture, expected) in [
            (drawn(16, 16, |_, _| 0), Some("too small for text")),
            (drawn(2_000, 30, |_, _| 0), Some("a line or a shade")),
            (
                drawn(300, 250, |_, _| 200),
                Some("no strokes of letters in it"),
            ),
            // A slow change of brightness, as in a photograph of the sky.
            (
                drawn(600, 400, |x, y| ((x + y) / 4) as u8),
                Some("no strokes of letters in it"),
            ),
            // Strokes of four pixels in a band.
            (
                drawn(600, 400, |x, y| {
                    if (100..160).contains(&y) && x / 4 % 3 == 0 {
                        0
                    } else {
                        255
                    }
                }),
                None,
            ),
        ] {
            assert_eq!(unfit(&picture), expected, "{:?}", Strokes::of(&picture));
        }
    }
}
