//! A `Sealed` out of nothing: its fields are private. Alone in its file, since the compiler looks at privacy only
//! when nothing else is wrong.

use std::path::PathBuf;
use wangxun::model::digest::Digests;
use wangxun::storage::seal::Sealed;
use wangxun::wire::manifest::Manifest;

fn forge(manifest: Manifest, path: PathBuf, relative: String, digests: Digests) -> Sealed {
    Sealed {
        manifest,
        path,
        relative,
        digests,
    }
}

fn main() {}
