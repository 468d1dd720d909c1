//! A `Sealed` read from a text.

use wangxun::storage::seal::Sealed;

fn needs_deserialize<T: for<'de> serde::Deserialize<'de>>() {}

fn from_json() {
    needs_deserialize::<Sealed>();
}

fn main() {}
