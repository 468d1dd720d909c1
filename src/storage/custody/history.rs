//! The whole history of one item, as the journals tell it.

use super::hold::for_each_entry;
use crate::storage::error::StorageError;
use crate::storage::home::Home;
use crate::wire::custody_state::case_object;
use crate::wire::journal_entry::JournalEntry;

/// All entries that concern an item, by (time, writer, number): on itself, on its package, on its case, and those whose
/// reason names it (copies derived from it, captures held against it). The journals must be whole.
pub fn history(
    home: &Home,
    id: &str,
    case_no: Option<&str>,
) -> Result<Vec<JournalEntry>, StorageError> {
    let case = case_no.map(case_object);
    let package = format!("/{id}.");
    let mut entries = Vec::new();
    for_each_entry(home, &mut |entry| {
        let concerns = entry.object == id
            || Some(&entry.object) == case.as_ref()
            || entry.files.iter().any(|f| f.path.contains(&package))
            || entry.reason.as_deref().is_some_and(|r| r.contains(id));
        if concerns {
            entries.push(entry);
        }
    })?;
    entries.sort_by(|a, b| (&a.time, &a.writer, a.seq).cmp(&(&b.time, &b.writer, b.seq)));
    Ok(entries)
}
