//! A case's opening out of nothing: its field is private.

use wangxun::storage::desk::CaseOpening;
use wangxun::wire::desk::DeskEvent;

fn forge(event: DeskEvent) -> CaseOpening {
    CaseOpening { event }
}

fn main() {}
