//! Any text is normalised, and its map is monotone and total.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wangxun_fuzz::{hold_to_the_map, inspector};

fuzz_target!(|text: &str| {
    hold_to_the_map(&inspector().normalise(text));
});
