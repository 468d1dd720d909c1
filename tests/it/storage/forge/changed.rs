//! A `Sealed` that is made to speak of another item.

use wangxun::storage::seal::Sealed;

fn change(mut real: Sealed, other: Sealed) -> Sealed {
    real.manifest = other.manifest;
    real
}

fn main() {}
