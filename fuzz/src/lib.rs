//! What the fuzz targets share: the bundled auditor, built once, and what must hold of every text.

use std::ops::Range;
use std::sync::OnceLock;
use wangxun::model::offset_map::NormalText;
use wangxun::patrol::inspect::Inspector;
use wangxun::seeds;

/// The auditor with the bundled lexicons and registers.
pub fn inspector() -> &'static Inspector {
    static INSPECTOR: OnceLock<Inspector> = OnceLock::new();
    INSPECTOR.get_or_init(|| {
        let registers = seeds::load_registers(None).expect("registers").value;
        Inspector::compile(None, registers).expect("lexicons")
    })
}

/// The map leads every place of the plain text to a place of the original, in order, and each undone evasion lies in
/// both texts.
pub fn hold_to_the_map(normal: &NormalText) {
    assert_eq!(normal.map.plain_len(), normal.plain.len());
    let mut last = 0;
    for (at, ch) in normal.plain.char_indices() {
        let span = normal.map.original(at..at + ch.len_utf8());
        is_slice(&normal.original, &span);
        assert!(last <= span.start, "the map goes back at {at}");
        last = span.start;
    }
    for evasion in &normal.evasions {
        is_slice(&normal.plain, &evasion.plain);
        is_slice(&normal.original, &evasion.original);
    }
}

/// `span` is a slice of `text` between whole characters.
pub fn is_slice(text: &str, span: &Range<usize>) {
    assert!(text.get(span.clone()).is_some(), "{span:?} is no slice of {} bytes", text.len());
}
