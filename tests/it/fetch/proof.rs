//! Misuse of the proof type does not compile.

#[test]
fn no_fetch_without_a_permit() {
    trybuild::TestCases::new().compile_fail("tests/it/fetch/compile_fail/*.rs");
}
