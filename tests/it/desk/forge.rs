//! `Confirmed` and `ActionEntry` are proof: an entry on an operator's list cannot be made from what nobody determined, nor a
//! case without sealed evidence.

#[test]
fn action_entries_cannot_be_forged() {
    trybuild::TestCases::new().compile_fail("tests/it/desk/forge/*.rs");
}
