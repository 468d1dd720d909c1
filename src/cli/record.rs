//! `wangxun evidence show ra-...`: one re-audit record.

use super::arguments::Format;
use super::exit::{Done, Exit, Trouble, incomplete, misuse};
use super::output::{Output, shorten};
use super::reaudit::{label, levels};
use crate::model::custody::Action;
use crate::storage::journal::Act;
use crate::storage::reaudit::{files, read};
use crate::storage::store::Store;
use crate::wire::reaudit::{Reaudit, ReauditPage};
use anyhow::anyhow;

/// Shows the record whose identifier begins like this, and enters the viewing in the journal.
pub fn show(store: &Store, start: &str, viewer: &str, format: Format) -> Done {
    let paths = files(store.home()).map_err(incomplete)?;
    let named = |path: &&std::path::PathBuf| {
        let name = path.file_stem().and_then(|stem| stem.to_str());
        name.is_some_and(|name| name.starts_with(start))
    };
    let mut found = paths.iter().filter(named);
    let path = match (found.next(), found.next()) {
        (Some(path), None) => path,
        (None, _) => return Err(misuse(anyhow!("no re-audit record begins with {start:?}"))),
        (Some(_), Some(_)) => {
            let what = "begins several re-audit records; give more of the identifier";
            return Err(misuse(anyhow!("{start:?} {what}")));
        }
    };
    let record = read(store.home(), path).map_err(incomplete)?;
    let reason = format!("查看人：{viewer}");
    store
        .record(Act::new(Action::View, record.id.as_str()).reason(reason))
        .map_err(incomplete)?;
    match format {
        Format::Json => Output.json(&record)?,
        Format::Table => show_record(&record, &store.home().relative(path))?,
    }
    Ok(Exit::Fine)
}

fn show_record(record: &Reaudit, path: &str) -> Result<(), Trouble> {
    let made = format!("{} (北京时间 {})", record.made.utc, record.made.beijing);
    for (label, value) in [
        ("复审记录", record.id.as_str()),
        ("文件", path),
        ("巡查批次", &record.run),
        ("复审时间", &made),
        ("词库版本", &record.lexicon_version),
    ] {
        Output.line(format!("{label}\t{value}"))?;
    }
    for page in &record.pages {
        show_page(page)?;
    }
    Ok(())
}

fn show_page(page: &ReauditPage) -> Result<(), Trouble> {
    let sealed = match page.sealed {
        true => page.evidence_id.as_str(),
        false => "未固证",
    };
    let place = &page.place;
    Output.line(format!(
        "\n{} {}\n  网址 {}\n  固证 {sealed},所见 {},按 {} 的规则\n  档案 {} 第 {} 字节起 {} 字节,载荷 sha256 {}",
        page.platform,
        page.title,
        page.url,
        page.captured.beijing,
        page.rules_of,
        place.file,
        place.offset,
        place.length,
        place.payload_sha256
    ))?;
    for change in &page.changes {
        Output.line(format!(
            "  {} {} {} 「{}」",
            label(change.change),
            change.rule,
            levels(change.was, change.now),
            shorten(&change.quote, 60)
        ))?;
    }
    for finding in &page.findings {
        Output.line(format!(
            "  现有发现 {} 严重度 {} 「{}」 文本第 {}–{} 字节,{}",
            finding.rule,
            finding.severity,
            shorten(&finding.quote, 60),
            finding.start,
            finding.end,
            finding.basis
        ))?;
    }
    Ok(())
}
