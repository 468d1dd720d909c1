//! Reading labelled texts: JSON lines, every fault with file and line.

use super::exit::{Trouble, misuse};
use crate::patrol::evaluate::Labelled;
use anyhow::{Context, anyhow};
use std::fs;
use std::path::Path;

/// The labelled texts of a file, and how many lines could not be read.
pub fn read(file: &Path) -> Result<(Vec<Labelled>, u64), Trouble> {
    let text = fs::read_to_string(file)
        .with_context(|| format!("cannot read {}", file.display()))
        .map_err(misuse)?;
    let mut rows: Vec<Labelled> = Vec::new();
    let mut bad = 0u64;
    for (at, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        match serde_json::from_str::<Labelled>(line) {
            Ok(row) => rows.push(Labelled {
                file: file.display().to_string(),
                ..row
            }),
            Err(error) => {
                bad += 1;
                tracing::error!("{}:{}: {error}", file.display(), at + 1);
            }
        }
    }
    if rows.is_empty() {
        return Err(misuse(anyhow!("{} holds no labelled text", file.display())));
    }
    Ok((rows, bad))
}
