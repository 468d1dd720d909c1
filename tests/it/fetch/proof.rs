//! Misuse of the proof type does not compile.

use crate::refused::refused;

#[test]
fn no_fetch_without_a_permit() {
    refused(
        "tests/it/fetch/compile_fail",
        &[
            (
                "fetch_without_permit",
                "E0308",
                "expected `Permit`, found `String`",
            ),
            ("forged_permit", "", "cannot construct `Permit`"),
            ("permit_used_twice", "E0382", "use of moved value: `permit`"),
            (
                "permit_used_twice",
                "E0308",
                "expected `Permit`, found `&Permit`",
            ),
        ],
    );
}
