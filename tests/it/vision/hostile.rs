//! Images that mean harm: torn, changed, too large, not what they say. Nothing panics, everything is told.

use proptest::prelude::*;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;
use std::time::{Duration, Instant};
use wangxun::vision::{Vision, VisionSettings};

fn poster(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/vision/posters");
    fs::read(folder.join(name)).unwrap()
}

/// A GIF of one white pixel, and an animation that announces a canvas of 65,535 x 65,535.
const DOT: &[u8] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";
const HUGE: &[u8] = b"GIF89a\xff\xff\xff\xff\x80\x00\x00\xff\xff\xff\x00\x00\x00,\x00\x00\x00\x00\xff\xff\xff\xff\x00\x02\x02D\x01\x00;";

fn vision() -> Vision {
    Vision::new(None, VisionSettings::default())
}

#[test]
fn what_cannot_be_read_is_told_and_costs_nothing() {
    let vision = vision();
    let begun = Instant::now();
    for (bytes, expected) in [
        (&b""[..], "no PNG, JPEG, WebP or GIF"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no PNG"),
        (b"BM\x00\x00", "no PNG"),
        (HUGE, "65535 x 65535 pixels are more"),
        (b"\xff\xd8\xff\xe0", "damaged"),
        (b"RIFF\xff\xff\xff\xffWEBPVP8 ", "damaged"),
        (DOT, "too small for text"),
    ] {
        let reading = vision.read(bytes);
        let why = reading.unread.clone().unwrap_or_default();
        assert!(why.contains(expected), "{why:?}, not {expected:?}");
        assert!(reading.lines.is_empty() && reading.codes.is_empty());
    }
    assert!(begun.elapsed() < Duration::from_secs(10));
}

#[test]
fn the_same_bytes_are_read_once() {
    let vision = vision();
    let bytes = poster("p12.webp");
    let first = vision.read(DOT);
    assert!(std::sync::Arc::ptr_eq(&first, &vision.read(DOT)));
    // Without a reader of text a reading is not final.
    assert_eq!(vision.read(&bytes).codes, vision.read(&bytes).codes);
}

static SMALL: LazyLock<[Vec<u8>; 2]> = LazyLock::new(|| {
    let mut jpeg = poster("p05.jpg");
    jpeg.truncate(12_000);
    [jpeg, DOT.to_vec()]
});

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn changed_images_never_panic(
        which in 0..2usize,
        changes in prop::collection::vec((0..12_000usize, any::<u8>()), 1..12),
        cut in 0..12_000usize,
    ) {
        let mut bytes = SMALL[which].clone();
        for (at, to) in changes {
            let length = bytes.len();
            bytes[at % length] = to;
        }
        bytes.truncate(cut.max(8));
        let reading = vision().read(&bytes);
        prop_assert_eq!(reading.bytes, bytes.len() as u64);
    }
}
