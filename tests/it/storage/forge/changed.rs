//! A `Sealed` that is made to speak of another item.

use wangxun::storage::seal::Sealed;

fn change(mut real: Sealed) -> Sealed {
    real.manifest = todo!();
    real
}

fn main() {}
