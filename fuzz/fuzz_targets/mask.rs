//! Any text is masked to as many characters, once and for all, and can be asked for.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wangxun::model::partial_mask::mask;
use wangxun::storage::search::SearchQuery;

fuzz_target!(|text: &str| {
    let masked = mask(text).into_owned();
    assert_eq!(masked.chars().count(), text.chars().count());
    let query = SearchQuery {
        words: masked,
        ..SearchQuery::default()
    };
    let _ = query.fault();
});
