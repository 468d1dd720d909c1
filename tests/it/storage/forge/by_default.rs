//! A `Sealed` by default.

use wangxun::storage::seal::Sealed;

fn by_default() -> Sealed {
    Sealed::default()
}

fn main() {}
