//! A case out of what somebody says was sealed.

use wangxun::storage::desk::{CaseOpening, OpeningDraft};
use wangxun::wire::manifest::Manifest;

fn forge(manifest: Manifest) -> CaseOpening {
    CaseOpening::new(&manifest, &[], OpeningDraft::default(), "nobody", todo!())
}

fn main() {}
