//! Claims of any text: each stands in the plain and in the original text, and judging it quotes it exactly.
#![no_main]

use chrono::NaiveDate;
use libfuzzer_sys::fuzz_target;
use wangxun_fuzz::{inspector, is_slice};

fuzz_target!(|text: &str| {
    let inspector = inspector();
    let normal = inspector.normalise(text);
    for claim in inspector.extract(&normal).claims {
        is_slice(&normal.plain, &claim.plain);
        is_slice(&normal.original, &claim.original);
    }
    let verdict = inspector.inspect_text(text, NaiveDate::MIN);
    for finding in verdict.findings.iter().chain(&verdict.signals) {
        assert!(text.contains(&finding.quote), "{:?} is not in the text", finding.quote);
    }
});
