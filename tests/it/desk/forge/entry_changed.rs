//! An entry that is made to speak of another target.

use wangxun::model::takedown::entry::{ActionEntry, EntryDraft};

fn change(mut real: ActionEntry, other: EntryDraft) -> ActionEntry {
    real.draft = other;
    real
}

fn main() {}
