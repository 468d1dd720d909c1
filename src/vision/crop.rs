//! A part cut out of a picture.

use super::decode::decode;
use crate::model::image::PixelBox;
use image::{ImageFormat, imageops};
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The part of a picture as PNG; `None` where it lies outside or the picture cannot be decoded.
pub fn crop(picture: &[u8], place: PixelBox) -> Option<Vec<u8>> {
    let cut = catch_unwind(AssertUnwindSafe(|| {
        let picture = decode(picture).ok()?.pixels;
        let width = place.width.min(picture.width().checked_sub(place.x)?);
        let height = place.height.min(picture.height().checked_sub(place.y)?);
        if width == 0 || height == 0 {
            return None;
        }
        let part = imageops::crop_imm(&picture, place.x, place.y, width, height).to_image();
        let mut png = Vec::new();
        part.write_to(&mut Cursor::new(&mut png), ImageFormat::Png)
            .ok()?;
        Some(png)
    }));
    // A picture that makes a decoder fail has no parts.
    cut.ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Rgb, RgbImage};

    #[test]
    fn the_part_is_what_lies_inside() {
        let picture = RgbImage::from_fn(40, 30, |x, y| Rgb([x as u8, y as u8, 0]));
        let mut png = Vec::new();
        picture
            .write_to(&mut Cursor::new(&mut png), ImageFormat::Png)
            .expect("an image of our own");
        let place = |x, y, width, height| PixelBox {
            x,
            y,
            width,
            height,
        };
        let part = crop(&png, place(30, 20, 50, 5)).expect("a part");
        let part = decode(&part).expect("decodes").pixels;
        assert_eq!(part.dimensions(), (10, 5));
        assert_eq!(part.get_pixel(0, 0).0, [30, 20, 0]);
        assert_eq!(crop(&png, place(40, 0, 5, 5)), None);
        assert_eq!(crop(&png, place(99, 0, 5, 5)), None);
        assert_eq!(crop(b"no image", place(0, 0, 5, 5)), None);
    }
}
