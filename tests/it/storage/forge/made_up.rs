//! A `Sealed` out of nothing.

use wangxun::model::digest::Digests;
use wangxun::storage::seal::Sealed;
use wangxun::wire::manifest::Manifest;

fn forge(manifest: Manifest, digests: Digests) -> Sealed {
    Sealed {
        manifest,
        path: "evidence/2026/11/wx-aaaaaaaaaaaaaaaaaaaa.wacz".into(),
        relative: String::new(),
        digests,
    }
}

fn from_json(json: &str) -> Sealed {
    serde_json::from_str(json).unwrap()
}

fn by_default() -> Sealed {
    Sealed::default()
}

fn main() {}
