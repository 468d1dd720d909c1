//! An entry from a determination that nobody has signed.

use wangxun::model::determination::Determination;
use wangxun::model::takedown::entry::{ActionEntry, EntryDraft};

fn entry(undetermined: &Determination, draft: EntryDraft) {
    let _ = ActionEntry::new(undetermined, draft);
}

fn main() {}
