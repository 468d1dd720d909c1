//! The image as a reader reads it best: grey, dark on light, letters of a good size.

use crate::model::image::{PixelBox, TextLine};
use image::{GrayImage, Luma, RgbImage, imageops};

/// A way of seeing an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Variant {
    way: Way,
    /// Length in pixels to which the longer edge is scaled: the reader knows letters of 20 to 50 pixels best, and a poster
    /// has letters of several sizes.
    edge: u32,
}

/// What is dark in the prepared image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// What is darker or lighter than its wider surroundings, whichever of the two writing is: shaded backgrounds vanish.
    Flat,
    /// The smaller class of levels.
    Whole,
    /// What differs from its surroundings in any channel, lighter or darker: panels of several colours.
    Local,
}

impl Variant {
    /// The order in which they are tried.
    pub(super) const ORDER: [Self; 4] = [
        Self::new(Way::Flat, 700),
        Self::new(Way::Whole, 620),
        Self::new(Way::Flat, 480),
        Self::new(Way::Local, 1_000),
    ];

    const fn new(way: Way, edge: u32) -> Self {
        Self { way, edge }
    }
}

/// Images of more pixels hold smaller letters as a rule, and are scaled to longer edges.
const LARGE: u64 = 1_500_000;
/// How much longer.
const LARGER: f64 = 1.8;
/// Small images are not blown up more than this.
const MOST_SCALE: f64 = 3.0;
/// Pixels of a prepared image at most.
const MOST_PIXELS: f64 = 12_000_000.0;
/// White around the image: letters at the edge are read better with some.
const MARGIN: u32 = 12;

/// A prepared image, and the way back to the pixels of the original.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) pixels: GrayImage,
    scale: f64,
}

impl Prepared {
    /// A line in the pixels of the original.
    pub(super) fn back(&self, mut line: TextLine) -> TextLine {
        let at = |v: u32| (f64::from(v.saturating_sub(MARGIN)) / self.scale) as u32;
        let length = |v: u32| (f64::from(v) / self.scale).ceil() as u32;
        line.place = PixelBox {
            x: at(line.place.x),
            y: at(line.place.y),
            width: length(line.place.width),
            height: length(line.place.height),
        };
        line
    }
}

/// Prepares a picture.
pub(super) fn prepare(picture: &RgbImage, variant: Variant) -> Prepared {
    let (width, height) = picture.dimensions();
    let scale = scale_of((width, height), variant.edge);
    let side = |v: u32| ((f64::from(v) * scale).round() as u32).max(1);
    let smooth = imageops::FilterType::CatmullRom;
    let seen = |picture: &RgbImage| match variant.way {
        Way::Flat => flat(picture),
        Way::Whole => whole(picture),
        Way::Local => local(picture),
    };
    // Made smaller first and larger last: fewer pixels to look at.
    let scaled = if (scale - 1.0).abs() < 0.01 {
        seen(picture)
    } else if scale < 1.0 {
        seen(&imageops::resize(
            picture,
            side(width),
            side(height),
            smooth,
        ))
    } else {
        imageops::resize(&seen(picture), side(width), side(height), smooth)
    };
    Prepared {
        pixels: framed(&scaled),
        scale,
    }
}

/// The scale that makes the longer edge `edge`. Of a very long image the shorter edge counts: it is a column of text.
fn scale_of((width, height): (u32, u32), edge: u32) -> f64 {
    let short = f64::from(width.min(height).max(1));
    let long = f64::from(width.max(height).max(1)).min(short * 1.8);
    let pixels = u64::from(width) * u64::from(height);
    let edge = f64::from(edge) * if pixels > LARGE { LARGER } else { 1.0 };
    let room = (MOST_PIXELS / (pixels.max(1) as f64)).sqrt();
    (edge / long).min(MOST_SCALE).min(room)
}

fn framed(gray: &GrayImage) -> GrayImage {
    let (width, height) = gray.dimensions();
    let mut out = GrayImage::from_pixel(width + 2 * MARGIN, height + 2 * MARGIN, Luma([255]));
    imageops::replace(&mut out, gray, i64::from(MARGIN), i64::from(MARGIN));
    out
}

/// One channel as levels.
fn channel(picture: &RgbImage, number: usize) -> GrayImage {
    let (width, height) = picture.dimensions();
    let levels = picture.pixels().map(|p| match number {
        0..=2 => p.0[number],
        _ => imageops_luma(p.0),
    });
    GrayImage::from_raw(width, height, levels.collect()).unwrap_or_default()
}

fn imageops_luma([r, g, b]: [u8; 3]) -> u8 {
    ((u32::from(r) * 299 + u32::from(g) * 587 + u32::from(b) * 114) / 1_000) as u8
}

/// The channel in which edges are strongest: writing stands out from its background in one of them at least.
fn sharpest(picture: &RgbImage) -> GrayImage {
    let channels = (0..4).map(|number| channel(picture, number));
    let judged = channels.map(|gray| (edges(&gray), gray));
    let best = judged.max_by_key(|(edges, _)| *edges);
    best.map_or_else(GrayImage::default, |(_, gray)| gray)
}

/// Sum of the steps between neighbours that are no mere noise.
fn edges(gray: &GrayImage) -> u64 {
    let levels = gray.as_raw();
    let steps = levels.windows(2).map(|pair| match pair {
        [a, b] => u64::from(a.abs_diff(*b)),
        _ => 0,
    });
    steps.filter(|step| *step > NOISE).sum()
}

/// Steps of brightness up to this are noise.
const NOISE: u64 = 30;

/// The sharpest channel, the larger class of levels light.
fn whole(picture: &RgbImage) -> GrayImage {
    let mut gray = sharpest(picture);
    if dark_share(&gray) > 0.5 {
        imageops::invert(&mut gray);
    }
    stretch(&mut gray);
    gray
}

/// The sharpest channel against the mean of the wider surroundings; what lies on the side where the greater differences are
/// becomes dark.
fn flat(picture: &RgbImage) -> GrayImage {
    let mut gray = sharpest(picture);
    let (width, height) = gray.dimensions();
    let radius = (width.min(height) / 5).max(8);
    let sums = Sums::of(&gray);
    let differences: Vec<i32> = gray
        .enumerate_pixels()
        .map(|(x, y, level)| i32::from(level.0[0]) - sums.mean(x, y, radius) as i32)
        .collect();
    // Writing covers less than its background, so that it lies farther from the mean.
    let skew: i64 = differences.iter().map(|d| i64::from(*d).pow(3)).sum();
    let sign = if skew > 0 { -2 } else { 2 };
    for (pixel, difference) in gray.pixels_mut().zip(differences) {
        pixel.0[0] = (BACKGROUND + sign * difference).clamp(0, 255) as u8;
    }
    stretch(&mut gray);
    gray
}

/// The level of what does not differ from its surroundings.
const BACKGROUND: i32 = 200;

/// Share of the darker class where levels are parted best in two (Otsu 1979).
fn dark_share(gray: &GrayImage) -> f64 {
    let mut histogram = [0u64; 256];
    for level in gray.as_raw() {
        if let Some(bin) = histogram.get_mut(usize::from(*level)) {
            *bin += 1;
        }
    }
    let total: u64 = histogram.iter().sum::<u64>().max(1);
    let moment = |(level, count): (usize, &u64)| level as f64 * *count as f64;
    let sum: f64 = histogram.iter().enumerate().map(moment).sum();
    let (mut below, mut sum_below) = (0u64, 0.0);
    let (mut most, mut dark) = (0.0, 0.0);
    for (level, count) in histogram.iter().enumerate() {
        below += count;
        sum_below += level as f64 * *count as f64;
        let (w0, w1) = (below as f64, (total - below) as f64);
        if w0 == 0.0 || w1 == 0.0 {
            continue;
        }
        let apart = sum_below / w0 - (sum - sum_below) / w1;
        let share = w0 / total as f64;
        let between = share * (1.0 - share) * apart * apart;
        if between > most {
            (most, dark) = (between, share);
        }
    }
    dark
}

/// Spreads the levels between the hundredth and the ninety-ninth part over the whole range.
fn stretch(gray: &mut GrayImage) {
    let mut levels: Vec<u8> = gray.as_raw().iter().step_by(7).copied().collect();
    levels.sort_unstable();
    let part = |share: usize| levels.get(levels.len() * share / 100).copied();
    let (Some(low), Some(high)) = (part(1), part(99)) else {
        return;
    };
    let range = u32::from(high.saturating_sub(low)).max(1);
    for pixel in gray.pixels_mut() {
        let above = u32::from(pixel.0[0].saturating_sub(low));
        pixel.0[0] = (above * 255 / range).min(255) as u8;
    }
}

/// How far each pixel is from the mean of its surroundings in the channel where it is farthest, dark for far.
fn local(picture: &RgbImage) -> GrayImage {
    let (width, height) = picture.dimensions();
    let radius = (width.min(height) / 12).clamp(8, 60);
    let mut far = vec![0u8; (width as usize) * (height as usize)];
    for number in 0..3 {
        let gray = channel(picture, number);
        let sums = Sums::of(&gray);
        for (index, (to, level)) in far.iter_mut().zip(gray.as_raw()).enumerate() {
            let (x, y) = (index as u32 % width.max(1), index as u32 / width.max(1));
            let mean = sums.mean(x, y, radius);
            let distance = (f64::from(*level) - mean).abs().min(255.0) as u8;
            *to = (*to).max(distance);
        }
    }
    let mut gray = GrayImage::from_raw(width, height, far).unwrap_or_default();
    imageops::invert(&mut gray);
    stretch(&mut gray);
    gray
}

/// Sums over rectangles from the upper left corner.
struct Sums {
    width: u32,
    height: u32,
    sums: Vec<u64>,
}

impl Sums {
    fn of(gray: &GrayImage) -> Self {
        let (width, height) = gray.dimensions();
        let row = width as usize + 1;
        let mut sums = vec![0u64; row * (height as usize + 1)];
        for (y, levels) in gray.rows().enumerate() {
            let mut line = 0u64;
            for (x, pixel) in levels.enumerate() {
                line += u64::from(pixel.0[0]);
                let above = sums.get(y * row + x + 1).copied().unwrap_or(0);
                if let Some(sum) = sums.get_mut((y + 1) * row + x + 1) {
                    *sum = above + line;
                }
            }
        }
        Self {
            width,
            height,
            sums,
        }
    }

    /// Mean of the square around a pixel, as far as it lies inside.
    fn mean(&self, x: u32, y: u32, radius: u32) -> f64 {
        let (left, top) = (x.saturating_sub(radius), y.saturating_sub(radius));
        let right = (x + radius + 1).min(self.width);
        let bottom = (y + radius + 1).min(self.height);
        let row = self.width as usize + 1;
        let at = |x: u32, y: u32| {
            let sum = self.sums.get(y as usize * row + x as usize);
            sum.copied().unwrap_or(0) as f64
        };
        let sum = at(right, bottom) + at(left, top) - at(left, bottom) - at(right, top);
        let area = f64::from(right - left) * f64::from(bottom - top);
        sum / area.max(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;

    const WHOLE: Variant = Variant::new(Way::Whole, 540);
    const LOCAL: Variant = Variant::new(Way::Local, 900);

    /// White bars on red: in grey they differ by half, in the green channel wholly.
    fn poster() -> RgbImage {
        RgbImage::from_fn(200, 100, |x, y| {
            if (40..60).contains(&y) && x % 10 < 3 {
                Rgb([255, 255, 255])
            } else {
                Rgb([200, 20, 20])
            }
        })
    }

    #[test]
    fn light_on_red_becomes_dark_on_light() {
        let prepared = prepare(&poster(), WHOLE);
        assert_eq!(prepared.scale, 3.0);
        let at = |x: u32, y: u32| prepared.pixels.get_pixel(x * 3 + MARGIN, y * 3 + MARGIN).0[0];
        assert!(at(41, 50) < 60 && at(46, 50) > 200 && at(46, 10) > 200);
    }

    #[test]
    fn both_polarities_become_dark_where_panels_differ() {
        let picture = RgbImage::from_fn(300, 200, |x, y| {
            let stroke = x % 20 < 3 && y % 50 > 20;
            let dark = y < 100;
            Rgb([if stroke == dark { 240 } else { 20 }; 3])
        });
        let prepared = prepare(&picture, LOCAL);
        let at = |x: u32, y: u32| prepared.pixels.get_pixel(x * 3 + MARGIN, y * 3 + MARGIN).0[0];
        for y in [40, 140] {
            assert!(at(101, y) < 100 && at(110, y) > 150, "{y}");
        }
    }

    #[test]
    fn places_come_back_to_the_original() {
        let prepared = prepare(&poster(), WHOLE);
        let line = TextLine {
            text: String::new(),
            confidence: 1.0,
            place: PixelBox {
                x: 132,
                y: 72,
                width: 30,
                height: 60,
            },
            paragraph: 0,
        };
        let place = prepared.back(line).place;
        assert_eq!(
            (place.x, place.y, place.width, place.height),
            (40, 20, 10, 20)
        );
    }

    #[test]
    fn no_picture_is_too_strange() {
        for (w, h) in [(1, 1), (1, 900), (900, 1), (3, 3)] {
            for variant in Variant::ORDER {
                let prepared = prepare(&RgbImage::new(w, h), variant);
                assert!(prepared.pixels.width() > w);
            }
        }
    }
}
