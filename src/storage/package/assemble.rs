//! From records and facts to the files of a package, the same for every kind of item.

use super::{
    DATA, DATA_NAME, INDEX, MANIFEST, PACKAGE, PACKAGE_DIGEST, PAGES, Package, REPORT, compact,
    package_digest, pretty, utc,
};
use crate::storage::cdxj::index_text;
use crate::storage::digest::{digests, label, sha256};
use crate::storage::error::StorageError;
use crate::storage::warc::encode::EncodedCapture;
use crate::wire::file_digest::FileDigest;
use crate::wire::item_page;
use crate::wire::manifest::Manifest;
use crate::wire::wacz::{DataPackage, PageLine, PagesHeader, Resource, WACZ_VERSION};
use chrono::{DateTime, SecondsFormat, Utc};

/// What a package is put together from.
pub(crate) struct Parts {
    /// The records, warcinfo first.
    pub(crate) warc: EncodedCapture,
    /// All that is known, still without the lists of records and files.
    pub(crate) manifest: Manifest,
    /// Date of the record that opens first.
    pub(crate) main_date: DateTime<Utc>,
    /// Address of that record.
    pub(crate) main_url: String,
    /// Time of all files of the zip: the end of the capture.
    pub(crate) time: DateTime<Utc>,
}

/// Puts the files in order: records, index, pages, report, manifest, and the two lists of WACZ.
pub(crate) fn assemble(parts: Parts) -> Result<Package, StorageError> {
    let mut manifest = parts.manifest;
    let index = index_text(&parts.warc.cdxj, DATA_NAME).into_bytes();
    let pages = pages(&manifest, &parts.main_url, parts.main_date)?;
    let mut files = vec![(DATA, parts.warc.bytes), (INDEX, index), (PAGES, pages)];
    manifest.records = parts.warc.records;
    manifest.files = files
        .iter()
        .map(|(name, data)| FileDigest::new(*name, &digests(data)))
        .collect();
    // The report lists the files before it, and the manifest lists the report.
    let report = item_page::html(&manifest).into_bytes();
    manifest
        .files
        .push(FileDigest::new(REPORT, &digests(&report)));
    files.push((MANIFEST, pretty("manifest", &manifest)?));
    files.push((REPORT, report));
    let listing = data_package(
        &manifest,
        &parts.main_url,
        parts.main_date,
        parts.time,
        &files,
    );
    let package = pretty("datapackage", &listing)?;
    let digest = pretty("datapackage digest", &package_digest(&package))?;
    files.push((PACKAGE, package));
    files.push((PACKAGE_DIGEST, digest));
    Ok(Package {
        files,
        time: parts.time,
        manifest,
    })
}

fn pages(
    manifest: &Manifest,
    main_url: &str,
    main_date: DateTime<Utc>,
) -> Result<Vec<u8>, StorageError> {
    let header = PagesHeader {
        format: "json-pages-1.0".to_owned(),
        id: "pages".to_owned(),
        title: "All Pages".to_owned(),
    };
    let page = PageLine {
        id: manifest.evidence_id.clone(),
        url: main_url.to_owned(),
        ts: utc(main_date),
        title: manifest.title.clone(),
    };
    let mut bytes = compact("pages", &header)?;
    bytes.push(b'\n');
    bytes.extend(compact("pages", &page)?);
    bytes.push(b'\n');
    Ok(bytes)
}

fn data_package(
    manifest: &Manifest,
    main_url: &str,
    main_date: DateTime<Utc>,
    time: DateTime<Utc>,
    files: &[(&str, Vec<u8>)],
) -> DataPackage {
    let resource = |(path, data): &(&str, Vec<u8>)| Resource {
        name: path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase(),
        path: (*path).to_owned(),
        hash: label(&sha256(data)),
        bytes: data.len() as u64,
    };
    DataPackage {
        profile: "data-package".to_owned(),
        title: manifest.title.clone(),
        created: time.to_rfc3339_opts(SecondsFormat::Secs, true),
        wacz_version: WACZ_VERSION.to_owned(),
        software: format!("{} {}", manifest.tool.name, manifest.tool.version),
        main_page_url: main_url.to_owned(),
        main_page_date: utc(main_date),
        resources: files.iter().map(resource).collect(),
    }
}
