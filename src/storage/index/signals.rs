//! What is remembered of sites and pages, and the signals that came of it. Unlike the lists of items these rows are kept
//! when the lists are built again; what is lost with the whole index begins anew.

use super::{Index, from_json, index_error, json};
use crate::model::address::VisitKey;
use crate::model::signal::SignalKind;
use crate::model::site_memory::{LastLook, SiteMemory};
use crate::model::sketch::NEAR;
use crate::storage::digest::sha256;
use crate::storage::error::StorageError;
use crate::wire::signal::{BaseRow, LikePage, PageRow, SiteRow, StoredSignal};
use std::collections::BTreeSet;

/// The trees of this file.
#[derive(Debug)]
pub(super) struct MemoryTrees {
    sites: sled::Tree,
    pages: sled::Tree,
    /// Keys: number of the band, its 16 bits, domain, fingerprint. Values: [`LikePage`].
    likes: sled::Tree,
    /// Keys: host, code, digest of what is the same each time.
    signals: sled::Tree,
    /// Keys: run, seed, visit.
    bases: sled::Tree,
}

impl MemoryTrees {
    pub(super) fn open(db: &sled::Db) -> Result<Self, sled::Error> {
        Ok(Self {
            sites: db.open_tree("memory-sites")?,
            pages: db.open_tree("memory-pages")?,
            likes: db.open_tree("memory-likes")?,
            signals: db.open_tree("signals")?,
            bases: db.open_tree("vantage-bases")?,
        })
    }
}

/// Bands of a fingerprint: if two differ in at most three bits, they agree in one of four bands.
const BANDS: u32 = NEAR + 1;
/// Pages looked at in one band.
const LOOK: usize = 512;

/// Which signals are wanted. Empty fields do not narrow.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SignalQuery {
    /// This host, or those below it.
    pub site: Option<String>,
    /// The word of a kind.
    pub code: Option<String>,
    /// Shown last by this run.
    pub run: Option<String>,
    /// At least this severity.
    pub severity: u8,
}

impl Index {
    /// What is remembered of a host.
    pub fn site(&self, host: &str) -> Result<Option<SiteMemory>, StorageError> {
        let value = self.memory.sites.get(host).map_err(index_error)?;
        // A row that cannot be read is forgotten: a memory is no evidence.
        Ok(value
            .and_then(|v| from_json::<SiteRow>(&v).ok())
            .map(|row| row.memory(host)))
    }

    /// Remembers a host.
    pub fn put_site(&self, site: &SiteMemory) -> Result<(), StorageError> {
        let value = json("site row", &SiteRow::from(site))?;
        let put = self.memory.sites.insert(&site.host, value);
        put.map(|_| ()).map_err(index_error)
    }

    /// What is remembered of a page.
    pub fn last_look(&self, key: VisitKey) -> Result<Option<LastLook>, StorageError> {
        let value = self.memory.pages.get(key.as_bytes()).map_err(index_error)?;
        Ok(value
            .and_then(|v| from_json::<PageRow>(&v).ok())
            .and_then(PageRow::memory))
    }

    /// Remembers a page.
    pub fn put_last_look(&self, key: VisitKey, page: &LastLook) -> Result<(), StorageError> {
        let value = json("page row", &PageRow::from(page))?;
        let put = self.memory.pages.insert(key.as_bytes(), value);
        put.map(|_| ()).map_err(index_error)
    }

    /// Enters a page that others may resemble, one for each domain and fingerprint.
    pub fn put_like(&self, page: &LikePage) -> Result<(), StorageError> {
        let value = json("look-alike row", page)?;
        for band in 0..BANDS {
            let mut key = band_key(page.simhash, band);
            key.extend_from_slice(page.domain.as_bytes());
            key.push(0);
            key.extend_from_slice(&page.simhash.to_be_bytes());
            let put = self.memory.likes.insert(key, value.as_slice());
            put.map_err(index_error)?;
        }
        Ok(())
    }

    /// Pages of other domains with nearly this fingerprint, one for each domain, the nearest first.
    pub fn likes(&self, simhash: u64, domain: &str) -> Result<Vec<LikePage>, StorageError> {
        let mut found: Vec<(u32, LikePage)> = Vec::new();
        for band in 0..BANDS {
            let rows = self.memory.likes.scan_prefix(band_key(simhash, band));
            for row in rows.take(LOOK) {
                let Ok(page) = from_json::<LikePage>(&row.map_err(index_error)?.1) else {
                    continue;
                };
                let distance = (page.simhash ^ simhash).count_ones();
                if distance <= NEAR && page.domain != domain {
                    found.push((distance, page));
                }
            }
        }
        found.sort_by(|(d, a), (e, b)| (d, &a.domain, &a.url).cmp(&(e, &b.domain, &b.url)));
        let mut domains = BTreeSet::new();
        found.retain(|(_, page)| domains.insert(page.domain.clone()));
        Ok(found.into_iter().map(|(_, page)| page).collect())
    }

    /// Enters a signal. One that is there already keeps the time when it was observed first. Says whether it is new.
    pub fn put_signal(&self, signal: &StoredSignal) -> Result<bool, StorageError> {
        let key = signal_key(signal);
        let before = self.memory.signals.get(&key).map_err(index_error)?;
        let before = before.and_then(|v| from_json::<StoredSignal>(&v).ok());
        let mut row = signal.clone();
        if let Some(before) = &before {
            let again =
                before.capture.run == row.capture.run && before.capture.visit == row.capture.visit;
            row.at.clone_from(&before.at);
            row.times = before.times + u64::from(!again);
        }
        let put = self.memory.signals.insert(key, json("signal row", &row)?);
        put.map_err(index_error)?;
        Ok(before.is_none())
    }

    /// Forgets all sites, pages and signals, to be had back from the archives.
    pub fn forget_signals(&self) -> Result<(), StorageError> {
        let memory = &self.memory;
        for tree in [&memory.sites, &memory.pages, &memory.likes, &memory.signals] {
            tree.clear().map_err(index_error)?;
        }
        Ok(())
    }

    /// Signals, the newest first.
    pub fn signals(&self, query: &SignalQuery) -> Result<Vec<StoredSignal>, StorageError> {
        let mut rows = Vec::new();
        for value in self.memory.signals.iter().values() {
            let Ok(row) = from_json::<StoredSignal>(&value.map_err(index_error)?) else {
                continue;
            };
            if wanted(query, &row) {
                rows.push(row);
            }
        }
        rows.sort_by(|a, b| {
            let newest = b.last.cmp(&a.last);
            newest.then_with(|| (&a.host, &a.code, &a.url).cmp(&(&b.host, &b.code, &b.url)))
        });
        Ok(rows)
    }

    /// Remembers where the base look of a visit lies, unless `most` of the seed's are remembered already. Says whether it is
    /// remembered.
    pub fn put_base(
        &self,
        (run, seed, visit): (&str, &str, &str),
        base: &BaseRow,
        most: u64,
    ) -> Result<bool, StorageError> {
        let key = base_key(run, seed, visit);
        let known = self.memory.bases.contains_key(&key).map_err(index_error)?;
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let count = || {
            self.memory
                .bases
                .scan_prefix(base_key(run, seed, ""))
                .take(most)
                .count()
        };
        if !known && count() >= most {
            return Ok(false);
        }
        let put = self.memory.bases.insert(key, json("base row", base)?);
        put.map(|_| true).map_err(index_error)
    }

    /// Where the base look of a visit lies.
    pub fn base(
        &self,
        run: &str,
        seed: &str,
        visit: &str,
    ) -> Result<Option<BaseRow>, StorageError> {
        let value = self.memory.bases.get(base_key(run, seed, visit));
        value
            .map_err(index_error)?
            .map(|v| from_json(&v))
            .transpose()
    }

    /// Forgets the base looks of a run that is complete.
    pub fn forget_bases(&self, run: &str) -> Result<(), StorageError> {
        let mut prefix = run.as_bytes().to_vec();
        prefix.push(0);
        for key in self.memory.bases.scan_prefix(prefix).keys() {
            let removed = self.memory.bases.remove(key.map_err(index_error)?);
            removed.map_err(index_error)?;
        }
        Ok(())
    }
}

fn wanted(query: &SignalQuery, row: &StoredSignal) -> bool {
    let of_site = |site: &String| {
        row.host == *site
            || row
                .host
                .strip_suffix(site.as_str())
                .is_some_and(|h| h.ends_with('.'))
    };
    query.site.as_ref().is_none_or(of_site)
        && query.code.as_ref().is_none_or(|code| row.code == *code)
        && query.run.as_ref().is_none_or(|run| row.capture.run == *run)
        && row.severity >= query.severity
}

fn band_key(simhash: u64, band: u32) -> Vec<u8> {
    let bits = (simhash >> (band * 16)) as u16;
    let mut key = vec![band as u8];
    key.extend_from_slice(&bits.to_be_bytes());
    key
}

fn base_key(run: &str, seed: &str, visit: &str) -> Vec<u8> {
    format!("{run}\0{seed}\0{visit}").into_bytes()
}

/// What makes two observations one signal: events have their moment, conditions of a page their address, those of a site
/// nothing but what was before and is now.
fn signal_key(signal: &StoredSignal) -> Vec<u8> {
    use SignalKind as K;
    let change = [signal.before.as_deref(), signal.after.as_deref()];
    let change = change.map(Option::unwrap_or_default);
    let parts: Vec<&str> = match signal.kind() {
        Some(
            K::NewSite
            | K::CertificateChanged
            | K::AddressChanged
            | K::CertificateExpired
            | K::CertificateUntrusted
            | K::CertificateName
            | K::ServerAbroad
            | K::NoTls
            | K::NoHsts,
        ) => vec![change[0], change[1]],
        Some(K::IcpMissing | K::IcpProvince | K::InsecureForm | K::MixedForm | K::LookAlike) => {
            vec![&signal.url, change[0], change[1]]
        }
        Some(K::Cloaking) => vec![&signal.url, signal.vantage.as_deref().unwrap_or_default()],
        _ => vec![&signal.url, &signal.at],
    };
    let digest = sha256(parts.join("\0").as_bytes());
    let mut key = format!("{}\0{}\0", signal.host, signal.code).into_bytes();
    key.extend(digest.iter().take(12));
    key
}
