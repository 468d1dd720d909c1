//! `wangxun evidence custody ID`: the whole custody of an item.

use crate::cli::arguments::Format;
use crate::cli::config::Settings;
use crate::cli::evidence::full_id;
use crate::cli::exit::{Done, Exit, incomplete, misuse};
use crate::cli::output::{Output, shorten, table};
use crate::cli::store;
use crate::export::court::action_label;
use crate::storage::custody::{history, record};
use crate::storage::item::{find_item, is_evidence_id};
use crate::storage::rebuild::read_row;
use anyhow::anyhow;

/// Prints it.
pub fn show(id: &str, settings: &Settings) -> Done {
    let home = store::read_only(settings)?;
    // A deleted item has no file from which a beginning could be told.
    let id = match is_evidence_id(id) {
        true => id.to_owned(),
        false => full_id(&home, id)?,
    };
    let path = find_item(&home, &id).map_err(incomplete)?;
    let row = path.as_deref().and_then(|p| read_row(&home, p).ok());
    let case_no = row.as_ref().and_then(|(row, _)| row.case_no.as_deref());
    let entries = history(&home, &id, case_no).map_err(incomplete)?;
    if entries.is_empty() {
        return Err(misuse(anyhow!(
            "the journal knows nothing of {id:?}; `wangxun evidence list` shows the items"
        )));
    }
    if settings.format == Format::Json {
        for entry in &entries {
            Output.json_line(entry)?;
        }
        return Ok(Exit::Fine);
    }
    let rows: Vec<Vec<String>> = entries
        .iter()
        .map(|e| {
            vec![
                e.time.clone(),
                action_label(&e.action).to_owned(),
                format!("{}({})", e.actor, e.role),
                e.unit.clone(),
                shorten(e.authority.as_deref().unwrap_or("-"), 40),
                shorten(e.reason.as_deref().unwrap_or("-"), 60),
                format!("{}:{}", e.writer, e.seq),
            ]
        })
        .collect();
    let heads = [
        "时间(UTC)",
        "行为",
        "经手人",
        "单位",
        "依据",
        "说明",
        "日志",
    ];
    Output.line(table(&heads, &rows).trim_end())?;
    if record::tombstone(&home, &id).is_file() {
        Output.line(format!(
            "该证据已删除,墓碑记录 custody/tombstones/{id}.json"
        ))?;
    } else if path.is_none() {
        Output.line("证据包缺失且无墓碑记录:请运行 wangxun evidence verify")?;
    }
    Ok(Exit::Fine)
}
