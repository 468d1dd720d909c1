//! Zip files without compression, always the same bytes for the same content, and read just as strictly.
//!
//! WACZ wants its WARC stored, not deflated; the other files of an item are small. Since the bytes follow from names,
//! contents and one time, a reader can say of every byte of the file whether it is as written.

use chrono::{DateTime, Datelike, Timelike, Utc};
use flate2::Crc;
use std::io::{self, Write};

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
/// Needed to extract: 2.0; made by: the same on Unix, so that file modes are read.
const VERSION: u16 = 20;
const MADE_BY: u16 = (3 << 8) | 20;
/// An ordinary file that everybody may read.
const MODE: u32 = 0o100_444 << 16;
const LOCAL_SIZE: usize = 30;

/// One file of the archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry<'a> {
    /// ASCII path.
    pub name: &'a str,
    /// Content.
    pub data: &'a [u8],
}

/// What both headers of an entry say.
struct Facts<'a> {
    name: &'a str,
    crc: u32,
    size: u32,
    offset: u32,
}

/// Writes the archive. Fails with [`io::ErrorKind::InvalidInput`] when it would need the 64-bit form (4 GiB, or 65535
/// entries) or a name is not ASCII.
pub fn write(entries: &[Entry<'_>], time: DateTime<Utc>, out: &mut impl Write) -> io::Result<()> {
    let stamp = dos_time(time);
    let mut facts = Vec::with_capacity(entries.len());
    let mut offset = 0u64;
    for entry in entries {
        let fact = facts_of(entry, offset)?;
        out.write_all(&local_header(&fact, stamp))?;
        out.write_all(entry.data)?;
        offset += (LOCAL_SIZE + entry.name.len() + entry.data.len()) as u64;
        facts.push(fact);
    }
    out.write_all(&directory(&facts, stamp, offset)?)
}

/// Reads an archive that [`write()`] wrote; anything else, down to the last byte, is refused with the reason. Also gives
/// the time in the form of the headers.
pub fn read(bytes: &[u8]) -> Result<(Vec<Entry<'_>>, u32), String> {
    let stamp = bytes
        .get(10..14)
        .and_then(le32)
        .ok_or("is too short for a zip file")?;
    let mut entries = Vec::new();
    let mut facts = Vec::new();
    let mut at = 0usize;
    while bytes.get(at..at + 4).and_then(le32) == Some(LOCAL) {
        let (entry, fact, end) = local_entry(bytes, at, stamp)?;
        entries.push(entry);
        facts.push(fact);
        at = end;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    let expected = directory(&facts, stamp, at as u64).map_err(|e| e.to_string())?;
    if rest == expected {
        return Ok((entries, stamp));
    }
    Err(format!(
        "its directory at byte {at} does not agree with its files"
    ))
}

fn local_entry(
    bytes: &[u8],
    at: usize,
    stamp: u32,
) -> Result<(Entry<'_>, Facts<'_>, usize), String> {
    let cut = || format!("ends inside the file at byte {at}");
    let header = bytes.get(at..at + LOCAL_SIZE).ok_or_else(cut)?;
    let size = header.get(18..22).and_then(le32).ok_or_else(cut)? as usize;
    let name_size = header.get(26..28).and_then(le16).ok_or_else(cut)? as usize;
    let data_at = at + LOCAL_SIZE + name_size;
    let name = bytes.get(at + LOCAL_SIZE..data_at).ok_or_else(cut)?;
    let name = std::str::from_utf8(name).map_err(|_| format!("has a bad name at byte {at}"))?;
    let data = bytes
        .get(data_at..data_at.saturating_add(size))
        .ok_or_else(cut)?;
    let entry = Entry { name, data };
    let fact = facts_of(&entry, at as u64).map_err(|e| e.to_string())?;
    if bytes.get(at..data_at) != Some(local_header(&fact, stamp).as_slice()) {
        return Err(format!(
            "{name:?} does not agree with its header at byte {at}"
        ));
    }
    Ok((entry, fact, data_at + size))
}

fn facts_of<'a>(entry: &Entry<'a>, offset: u64) -> io::Result<Facts<'a>> {
    if !entry.name.is_ascii() || entry.name.is_empty() || entry.name.len() > 1000 {
        return Err(too_large(format!("name {:?}", entry.name)));
    }
    let mut crc = Crc::new();
    crc.update(entry.data);
    Ok(Facts {
        name: entry.name,
        crc: crc.sum(),
        size: u32::try_from(entry.data.len()).map_err(|_| too_large(entry.name))?,
        offset: u32::try_from(offset).map_err(|_| too_large(entry.name))?,
    })
}

fn too_large(what: impl std::fmt::Display) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidInput,
        format!("{what} does not fit into a zip file"),
    )
}

/// What local and central header have in common: from the version to the name's length.
fn common(fact: &Facts<'_>, stamp: u32) -> Vec<u8> {
    let name = u16::try_from(fact.name.len()).unwrap_or(u16::MAX);
    let mut bytes = Vec::with_capacity(64);
    bytes.extend(VERSION.to_le_bytes());
    bytes.extend([0, 0, 0, 0]); // no flags, stored
    bytes.extend(stamp.to_le_bytes());
    bytes.extend(fact.crc.to_le_bytes());
    bytes.extend(fact.size.to_le_bytes());
    bytes.extend(fact.size.to_le_bytes());
    bytes.extend(name.to_le_bytes());
    bytes.extend([0, 0]); // no extra field
    bytes
}

fn local_header(fact: &Facts<'_>, stamp: u32) -> Vec<u8> {
    let mut bytes = LOCAL.to_le_bytes().to_vec();
    bytes.extend(common(fact, stamp));
    bytes.extend(fact.name.as_bytes());
    bytes
}

fn directory(facts: &[Facts<'_>], stamp: u32, offset: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    for fact in facts {
        bytes.extend(CENTRAL.to_le_bytes());
        bytes.extend(MADE_BY.to_le_bytes());
        bytes.extend(common(fact, stamp));
        bytes.extend([0; 6]); // no comment, first disk, no internal attributes
        bytes.extend(MODE.to_le_bytes());
        bytes.extend(fact.offset.to_le_bytes());
        bytes.extend(fact.name.as_bytes());
    }
    let count = u16::try_from(facts.len()).map_err(|_| too_large("so many files"))?;
    let size = u32::try_from(bytes.len()).map_err(|_| too_large("the directory"))?;
    let offset = u32::try_from(offset).map_err(|_| too_large("the archive"))?;
    bytes.extend(END.to_le_bytes());
    bytes.extend([0; 4]); // one disk
    bytes.extend(count.to_le_bytes());
    bytes.extend(count.to_le_bytes());
    bytes.extend(size.to_le_bytes());
    bytes.extend(offset.to_le_bytes());
    bytes.extend([0, 0]); // no comment
    Ok(bytes)
}

/// MS-DOS time and date (two seconds fine, 1980 to 2107), in UTC.
pub fn dos_time(time: DateTime<Utc>) -> u32 {
    let year = u32::try_from(time.year().clamp(1980, 2107) - 1980).unwrap_or(0);
    let date = (year << 9) | (time.month() << 5) | time.day();
    let clock = (time.hour() << 11) | (time.minute() << 5) | (time.second() / 2);
    (date << 16) | clock
}

fn le32(bytes: &[u8]) -> Option<u32> {
    bytes.try_into().ok().map(u32::from_le_bytes)
}

fn le16(bytes: &[u8]) -> Option<u16> {
    bytes.try_into().ok().map(u16::from_le_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    fn sample() -> Vec<u8> {
        let time = "2026-11-03T10:11:12Z".parse().unwrap();
        let entries = [
            Entry {
                name: "archive/data.warc.gz",
                data: b"abc",
            },
            Entry {
                name: "empty",
                data: b"",
            },
        ];
        let mut bytes = Vec::new();
        write(&entries, time, &mut bytes).unwrap();
        bytes
    }

    #[test]
    fn others_can_open_it() {
        let mut archive = zip::ZipArchive::new(io::Cursor::new(sample())).unwrap();
        assert_eq!(archive.len(), 2);
        let mut file = archive.by_name("archive/data.warc.gz").unwrap();
        assert_eq!(file.compression(), zip::CompressionMethod::Stored);
        assert_eq!(
            file.last_modified().unwrap().to_string(),
            "2026-11-03 10:11:12"
        );
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        assert_eq!(text, "abc");
    }

    #[test]
    fn it_reads_what_it_wrote_and_nothing_else() {
        let bytes = sample();
        let (entries, stamp) = read(&bytes).unwrap();
        assert_eq!(entries.len(), 2);
        assert_eq!(stamp, dos_time("2026-11-03T10:11:12Z".parse().unwrap()));
        for cut in 0..bytes.len() {
            assert!(read(&bytes[..cut]).is_err(), "cut at {cut}");
        }
        let mut longer = bytes.clone();
        longer.push(0);
        assert!(read(&longer).is_err());
    }

    proptest::proptest! {
        #[test]
        fn random_bytes_never_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
            let _ = read(&bytes);
            let mut led = LOCAL.to_le_bytes().to_vec();
            led.extend(bytes);
            let _ = read(&led);
        }
    }
}
