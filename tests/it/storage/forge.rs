//! `Sealed` is proof: nobody outside of the leaf that defines it can make one up.

use crate::refused::refused;
use wangxun::storage::seal::Sealed;

#[test]
fn sealed_cannot_be_forged() {
    refused(
        "tests/it/storage/forge",
        &[
            (
                "by_default",
                "E0599",
                "named `default` found for struct `wangxun::storage::seal::Sealed`",
            ),
            (
                "changed",
                "E0616",
                "field `manifest` of struct `wangxun::storage::seal::Sealed` is private",
            ),
            (
                "made_up",
                "E0451",
                "fields `manifest`, `path`, `relative` and `digests` of struct `wangxun::storage::seal::Sealed` are private",
            ),
        ],
    );
}

/// Does not compile when the type can be read from a text. (What the compiler says of a missing `Deserialize` lists
/// implementations in ways that change, so this is no case for the compiler's own words.)
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
