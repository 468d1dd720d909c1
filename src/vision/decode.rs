//! From image bytes to pixels, bounded in size and memory before anything is decoded.

use image::{DynamicImage, ImageFormat, ImageReader, Limits, Rgb, RgbImage, imageops};
use std::io::Cursor;

/// Pixels of an image at most: a poster of a telephone's width may be 14,000 high.
pub const MOST_PIXELS: u64 = 16_000_000;
/// Longest edge.
const LONGEST_EDGE: u32 = 20_000;
/// Memory that a decoder may take.
const MOST_MEMORY: u64 = 160 << 20;

/// A decoded image.
#[derive(Debug, Clone)]
pub struct Picture {
    /// Its pixels; what was transparent is white.
    pub pixels: RgbImage,
    /// `png`, `jpeg`, `webp` or `gif`.
    pub format: &'static str,
}

/// An image cannot be decoded.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// It is none of the kinds that are read.
    #[error("no PNG, JPEG, WebP or GIF image")]
    Kind,
    /// It is larger than is read.
    #[error("{width} x {height} pixels are more than are read")]
    Size {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
    /// It is damaged, or would take more memory than it may.
    #[error("damaged: {0}")]
    Damaged(String),
}

/// Decodes an image; of an animation the first picture.
pub fn decode(bytes: &[u8]) -> Result<Picture, DecodeError> {
    let kind = image::guess_format(bytes).map_err(|_| DecodeError::Kind)?;
    let format = match kind {
        ImageFormat::Png => "png",
        ImageFormat::Jpeg => "jpeg",
        ImageFormat::WebP => "webp",
        ImageFormat::Gif => "gif",
        _ => return Err(DecodeError::Kind),
    };
    let damaged = |error: image::ImageError| DecodeError::Damaged(short(&error.to_string()));
    let (width, height) = ImageReader::with_format(Cursor::new(bytes), kind)
        .into_dimensions()
        .map_err(damaged)?;
    let pixels = u64::from(width) * u64::from(height);
    if width > LONGEST_EDGE || height > LONGEST_EDGE || pixels > MOST_PIXELS {
        return Err(DecodeError::Size { width, height });
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_EDGE);
    limits.max_image_height = Some(LONGEST_EDGE);
    limits.max_alloc = Some(MOST_MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), kind);
    reader.limits(limits);
    let decoded = reader.decode().map_err(damaged)?;
    Ok(Picture {
        pixels: on_white(decoded),
        format,
    })
}

/// Without transparency: what lies under it on a page is white as a rule.
fn on_white(decoded: DynamicImage) -> RgbImage {
    if !decoded.color().has_alpha() {
        return decoded.into_rgb8();
    }
    let with_alpha = decoded.into_rgba8();
    let (width, height) = with_alpha.dimensions();
    let mut out = RgbImage::new(width, height);
    for (to, from) in out.pixels_mut().zip(with_alpha.pixels()) {
        let [r, g, b, a] = from.0.map(u32::from);
        let over = |c: u32| ((c * a + 255 * (255 - a)) / 255) as u8;
        *to = Rgb([over(r), over(g), over(b)]);
    }
    out
}

/// The picture no larger than `edge` on its longer side.
pub(super) fn shrunk(picture: &RgbImage, edge: u32) -> std::borrow::Cow<'_, RgbImage> {
    let (width, height) = picture.dimensions();
    let longest = width.max(height);
    if longest <= edge {
        return std::borrow::Cow::Borrowed(picture);
    }
    let scale = |side: u32| (u64::from(side) * u64::from(edge) / u64::from(longest)).max(1) as u32;
    std::borrow::Cow::Owned(imageops::thumbnail(picture, scale(width), scale(height)))
}

fn short(text: &str) -> String {
    text.chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        DynamicImage::new_rgba8(width, height)
            .write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png)
            .expect("an image of our own");
        bytes
    }

    #[test]
    fn transparent_is_white() {
        let picture = decode(&png(4, 3)).expect("decodes");
        assert_eq!(
            (picture.format, picture.pixels.dimensions()),
            ("png", (4, 3))
        );
        assert_eq!(picture.pixels.get_pixel(0, 0).0, [255, 255, 255]);
    }

    #[test]
    fn a_bomb_is_refused_by_its_head() {
        // The size of a PNG stands in its head; the rest of the file is never looked at.
        let mut bytes = png(4, 3);
        bytes
            .get_mut(16..24)
            .expect("head")
            .copy_from_slice(&[0, 1, 0, 0, 0, 1, 0, 0]);
        let crc = crc(bytes.get(12..29).expect("head"));
        bytes
            .get_mut(29..33)
            .expect("head")
            .copy_from_slice(&crc.to_be_bytes());
        let error = decode(&bytes).expect_err("too large");
        assert!(
            matches!(error, DecodeError::Size { width: 65_536, .. }),
            "{error}"
        );
    }

    /// CRC-32 of PNG (ISO 3309).
    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0u32, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |c, _| {
                if c & 1 == 1 {
                    0xEDB8_8320 ^ (c >> 1)
                } else {
                    c >> 1
                }
            })
        })
    }

    #[test]
    fn torn_and_strange_bytes_are_told() {
        assert!(matches!(decode(b"<svg/>"), Err(DecodeError::Kind)));
        let whole = png(40, 30);
        for end in 8..whole.len() - 12 {
            let torn = decode(whole.get(..end).expect("inside"));
            assert!(torn.is_err(), "{end}");
        }
    }
}
