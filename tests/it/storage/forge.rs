//! `Sealed` is proof: nobody outside of the leaf that defines it can make one up.

use wangxun::storage::seal::Sealed;

#[test]
fn sealed_cannot_be_forged() {
    trybuild::TestCases::new().compile_fail("tests/it/storage/forge/*.rs");
}

/// Does not compile when the type can be read from a text. (What the compiler says of a missing `Deserialize` lists
/// implementations in ways that change, so this is no case for trybuild.)
macro_rules! assert_not_deserialize {
    ($type:ty) => {
        const _: fn() = || {
            trait Ambiguous<A> {
                fn one() {}
            }
            struct Readable;
            impl<T: ?Sized> Ambiguous<()> for T {}
            impl<T: for<'de> serde::Deserialize<'de>> Ambiguous<Readable> for T {}
            let _ = <$type as Ambiguous<_>>::one;
        };
    };
}

assert_not_deserialize!(Sealed);
assert_not_deserialize!(wangxun::fetch::Permit);
