//! The perceptual hash of an image: near for images that look alike, whatever their size, format or compression.

use super::decode::shrunk;
use image::RgbImage;
use image::imageops::{self, FilterType};
use image_hasher::{HashAlg, HasherConfig, ImageHash};

/// Two images with at most so many different bits (of 256) look alike. Unrelated images differ in 128 on the average.
pub const NEAR: u32 = 40;

/// Images with less contrast than this (mean absolute difference from the mean, 0 to 255) show nothing to compare.
const LEAST_CONTRAST: f64 = 3.0;

/// Side of the square in which images are compared.
const SIDE: u32 = 64;

/// How many of the 256 bits of two hashes differ.
pub fn distance(a: &[u8; 32], b: &[u8; 32]) -> u32 {
    a.iter().zip(b).map(|(a, b)| (a ^ b).count_ones()).sum()
}

/// 256 bits: low frequencies of the discrete cosine transform against their median; `None` for an image of one colour.
pub(super) fn look(picture: &RgbImage) -> Option<[u8; 32]> {
    let small = shrunk(picture, 256);
    if contrast(&small) < LEAST_CONTRAST {
        return None;
    }
    let hasher = HasherConfig::with_bytes_type::<[u8; 32]>()
        .hash_alg(HashAlg::Median)
        .hash_size(16, 16)
        .preproc_dct()
        .to_hasher();
    // One size for all: what differs in size only then differs next to nothing (twenty posters: at most 8 bits between a
    // poster and itself smaller and lighter, at least 70 between two).
    let same_size = imageops::resize(small.as_ref(), SIDE, SIDE, FilterType::Triangle);
    let hash: ImageHash<[u8; 32]> = hasher.hash_image(&same_size);
    Some(hash.into_inner())
}

fn contrast(picture: &RgbImage) -> f64 {
    let luma: Vec<f64> = picture
        .pixels()
        .map(|p| p.0.iter().map(|c| f64::from(*c)).sum::<f64>() / 3.0)
        .collect();
    let count = luma.len().max(1) as f64;
    let mean = luma.iter().sum::<f64>() / count;
    luma.iter().map(|l| (l - mean).abs()).sum::<f64>() / count
}

#[cfg(test)]
mod tests {
    use super::*;

    fn poster(name: &str) -> RgbImage {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/vision/posters/");
        let picture = image::open(format!("{folder}{name}")).expect("a poster");
        imageops::thumbnail(&picture.to_rgb8(), 400, 400)
    }

    #[test]
    fn the_same_picture_smaller_and_lighter_is_near_and_another_is_not() {
        let one = poster("p05.jpg");
        let mut lighter = imageops::thumbnail(&one, 160, 150);
        for pixel in lighter.pixels_mut() {
            pixel.0 = pixel.0.map(|c| (u16::from(c) * 9 / 10 + 20) as u8);
        }
        let hash = |p: &RgbImage| look(p).expect("contrast");
        assert!(distance(&hash(&one), &hash(&lighter)) <= NEAR / 2);
        assert!(distance(&hash(&one), &hash(&poster("p06.jpg"))) > NEAR);
    }

    #[test]
    fn one_colour_looks_like_nothing() {
        assert_eq!(look(&RgbImage::new(50, 50)), None);
    }
}
