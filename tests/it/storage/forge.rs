//! `Sealed` is proof: nobody outside of the leaf that defines it can make one up.

#[test]
fn sealed_cannot_be_forged() {
    trybuild::TestCases::new().compile_fail("tests/it/storage/forge/*.rs");
}
