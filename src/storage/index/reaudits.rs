//! Re-audits in the index: the last one of each page, and how far an interrupted one came.

use super::{Index, ItemQuery, from_json, index_error, json, number};
use crate::storage::error::StorageError;
use crate::wire::item_row::FindingRow;
use crate::wire::reaudit::{ChangeKind, FindingChange, Reaudit, ReauditMark, ReauditRow};
use chrono::{DateTime, Utc};

impl Index {
    /// Enters a record that lies at `path` (relative to the home); of two records on a page the later one stays.
    pub fn put_reaudit(&self, record: &Reaudit, path: &str) -> Result<(), StorageError> {
        for row in ReauditRow::all(record, path) {
            let key = row.page.evidence_id.as_bytes();
            let later = self
                .reaudit(&row.page.evidence_id)?
                .is_some_and(|known| known.made > row.made);
            if !later {
                let value = json("re-audit row", &row)?;
                self.reaudits.insert(key, value).map_err(index_error)?;
            }
        }
        let entered = self.records.insert(record.id.as_bytes(), &[]);
        entered.map(|_| ()).map_err(index_error)
    }

    /// The last re-audit of the page with this evidence identifier (sealed or not).
    pub fn reaudit(&self, evidence_id: &str) -> Result<Option<ReauditRow>, StorageError> {
        let value = self.reaudits.get(evidence_id).map_err(index_error)?;
        value.map(|bytes| from_json(&bytes)).transpose()
    }

    /// Records entered.
    pub fn reaudit_records(&self) -> u64 {
        self.records.len() as u64
    }

    /// The last re-audits of the pages wanted, by evidence identifier; rule, skip and limit are not looked at.
    pub fn reaudits(&self, query: &ItemQuery) -> Result<Vec<ReauditRow>, StorageError> {
        let mut rows = Vec::new();
        for value in self.reaudits.iter().values() {
            let reaudit: ReauditRow = from_json(&value.map_err(index_error)?)?;
            if wanted(query, &reaudit) {
                rows.push(reaudit);
            }
        }
        Ok(rows)
    }

    /// Findings as sealed, each with what the last re-audit says of it, and those that only a re-audit found; newest
    /// page first. With a rule in the query only those of the rule.
    pub fn findings_reaudited(&self, query: &ItemQuery) -> Result<Vec<FindingRow>, StorageError> {
        let all = ItemQuery {
            skip: 0,
            limit: 0,
            ..query.clone()
        };
        let mut rows = self.findings(&all)?;
        for row in &mut rows {
            let Some(reaudit) = self.reaudit(&row.evidence_id)? else {
                continue;
            };
            let changes = reaudit.page.changes.iter();
            let mut own = changes.filter(|c| c.change != ChangeKind::New && is_of(c, row));
            row.reaudit = own.next().map(|change| ReauditMark::new(&reaudit, change));
        }
        for reaudit in self.reaudits(query)? {
            rows.extend(new_rows(query, &reaudit));
        }
        let place = |row: &FindingRow| (row.evidence_id.clone(), row.number);
        rows.sort_by(|a, b| {
            let newest_first = b.captured.cmp(&a.captured);
            newest_first.then_with(|| place(a).cmp(&place(b)))
        });
        let limit = match query.limit {
            0 => usize::MAX,
            limit => limit,
        };
        Ok(rows.into_iter().skip(query.skip).take(limit).collect())
    }

    /// How many captures a re-audit of this name has done; 0 when it is unknown.
    pub fn progress(&self, name: &str) -> Result<u64, StorageError> {
        let value = self.progress.get(name).map_err(index_error)?;
        Ok(value.map_or(0, |bytes| number(&bytes)))
    }

    /// Remembers how many captures a re-audit of this name has done.
    pub fn set_progress(&self, name: &str, done: u64) -> Result<(), StorageError> {
        let set = self.progress.insert(name, &done.to_be_bytes());
        set.map(|_| ()).map_err(index_error)
    }

    /// Forgets how far the re-audits came whose names begin like this.
    pub fn clear_progress(&self, start: &str) -> Result<(), StorageError> {
        for key in self.progress.scan_prefix(start).keys() {
            let key = key.map_err(index_error)?;
            self.progress.remove(key).map_err(index_error)?;
        }
        Ok(())
    }
}

fn is_of(change: &FindingChange, row: &FindingRow) -> bool {
    let finding = &row.finding;
    change.rule == finding.rule
        && change.quote == finding.quote
        && change.advertiser == finding.advertiser
}

/// Rows for what only the re-audit found.
fn new_rows<'a>(query: &'a ItemQuery, row: &'a ReauditRow) -> impl Iterator<Item = FindingRow> {
    let page = &row.page;
    let of_rule = |c: &&FindingChange| query.rule.as_ref().is_none_or(|rule| *rule == c.rule);
    let new = page.changes.iter().filter(|c| c.change == ChangeKind::New);
    new.filter(of_rule).filter_map(move |change| {
        let (at, finding) = page.findings.iter().enumerate().find(|(_, f)| {
            f.rule == change.rule && f.quote == change.quote && f.advertiser == change.advertiser
        })?;
        Some(FindingRow {
            evidence_id: match page.sealed {
                true => page.evidence_id.clone(),
                // There is no such item; the record is what can be shown.
                false => row.record.clone(),
            },
            number: u32::try_from(at).unwrap_or(u32::MAX),
            seed: page.seed.clone(),
            platform: page.platform.clone(),
            url: page.url.clone(),
            page_title: page.title.clone(),
            captured: page.captured.utc.clone(),
            finding: finding.clone(),
            reaudit: Some(ReauditMark::new(row, change)),
        })
    })
}

fn wanted(query: &ItemQuery, row: &ReauditRow) -> bool {
    let page = &row.page;
    let same = |wanted: &Option<String>, value: &str| wanted.as_ref().is_none_or(|w| w == value);
    let host = url::Url::parse(&page.url).ok();
    let host = host.as_ref().and_then(url::Url::host_str).unwrap_or("");
    let captured = page.captured.utc.parse::<DateTime<Utc>>();
    let captured = captured.unwrap_or_default();
    (same(&query.url, &page.url) || same(&query.url, &page.requested_url))
        && same(&query.host, host)
        && same(&query.seed, &page.seed)
        && same(&query.run, &row.run)
        && query.from.is_none_or(|from| captured >= from)
        && query.until.is_none_or(|until| captured < until)
}
