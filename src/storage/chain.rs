//! Hash-chained JSON lines: the journal and the capture lists.
//!
//! A line is the canonical JSON (RFC 8785) of its entry, followed by LF. `hash` is SHA-256 over the canonical JSON of
//! the entry without the field `hash`; `prev` is the `hash` of the line before; `seq` counts from 0. So a line can be
//! changed, dropped or put in only by writing all later lines anew.

use super::digest::sha256;
use crate::wire::capture_mark::CaptureMark;
use crate::wire::journal_entry::JournalEntry;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::{self, BufRead};

/// The longest line that is read; a longer one is damage.
const MAX_LINE: u64 = 1024 * 1024;

/// An entry that can stand in a chain. Its fields must be declared in the order of their names.
pub trait Linked: Serialize + DeserializeOwned {
    /// Number of the line.
    fn seq(&self) -> u64;
    /// Hash of the line before.
    fn prev(&self) -> &str;
    /// Hash of this line.
    fn hash(&self) -> &str;
    /// Replaces the hash of this line; the empty string leaves the field out.
    fn set_hash(&mut self, hash: String);
}

impl Linked for JournalEntry {
    fn seq(&self) -> u64 {
        self.seq
    }
    fn prev(&self) -> &str {
        &self.prev
    }
    fn hash(&self) -> &str {
        &self.hash
    }
    fn set_hash(&mut self, hash: String) {
        self.hash = hash;
    }
}

impl Linked for CaptureMark {
    fn seq(&self) -> u64 {
        self.seq
    }
    fn prev(&self) -> &str {
        &self.prev
    }
    fn hash(&self) -> &str {
        &self.hash
    }
    fn set_hash(&mut self, hash: String) {
        self.hash = hash;
    }
}

/// Gives the entry its hash and returns its line with the line end.
pub fn close_line<T: Linked>(entry: &mut T) -> Result<Vec<u8>, serde_json::Error> {
    entry.set_hash(String::new());
    let hash = hex::encode(sha256(&serde_json::to_vec(entry)?));
    entry.set_hash(hash);
    let mut line = serde_json::to_vec(entry)?;
    line.push(b'\n');
    Ok(line)
}

/// Reads one line without its line end. It must be canonical and its hash right.
pub fn open_line<T: Linked>(line: &[u8]) -> Result<T, String> {
    let mut entry: T = serde_json::from_slice(line).map_err(|e| format!("is not an entry: {e}"))?;
    let stated = entry.hash().to_owned();
    let again = close_line(&mut entry).map_err(|e| e.to_string())?;
    if stated != entry.hash() {
        return Err("does not have the hash that it states".to_owned());
    }
    if again.strip_suffix(b"\n") != Some(line) {
        return Err("is not in canonical form".to_owned());
    }
    Ok(entry)
}

/// How reading a chain ended.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChainEnd {
    /// Lines that are whole and in order.
    pub lines: u64,
    /// Bytes of these lines.
    pub bytes: u64,
    /// `hash` of the last of them, or the chain's beginning.
    pub last_hash: String,
    /// Bytes behind the last LF: a line that was not written to its end.
    pub torn: u64,
    /// The first fault, with the number of its line.
    pub fault: Option<String>,
}

/// Reads a chain that begins with `genesis` and gives each good entry, with the bytes up to its end, to `each`. Stops
/// at the first fault or when `each` says false.
pub fn read_chain<T: Linked>(
    reader: impl BufRead,
    genesis: &str,
    each: &mut dyn FnMut(T, u64) -> bool,
) -> io::Result<ChainEnd> {
    read_chain_lines(reader, genesis, &mut |entry, _, bytes| each(entry, bytes))
}

/// Reads a chain like [`read_chain`], and gives each line without its line end, too.
pub fn read_chain_lines<T: Linked>(
    mut reader: impl BufRead,
    genesis: &str,
    each: &mut dyn FnMut(T, &[u8], u64) -> bool,
) -> io::Result<ChainEnd> {
    let mut end = ChainEnd {
        last_hash: genesis.to_owned(),
        ..ChainEnd::default()
    };
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = io::Read::take(&mut reader, MAX_LINE).read_until(b'\n', &mut line)? as u64;
        let Some(body) = line.strip_suffix(b"\n") else {
            if read == MAX_LINE {
                end.fault = Some(format!("line {} is too long", end.lines + 1));
            }
            // A line that was not written to its end is the beginning of one, never a whole one and something else.
            let without_last = line.split_last().map_or(&[][..], |(_, body)| body);
            if open_line::<T>(without_last).is_ok() {
                end.fault = Some(format!(
                    "line {} does not end as it was written",
                    end.lines + 1
                ));
            }
            end.torn = read;
            return Ok(end);
        };
        let entry = match open_line::<T>(body).and_then(|entry| follows(entry, &end)) {
            Ok(entry) => entry,
            Err(why) => {
                end.fault = Some(format!("line {} {why}", end.lines + 1));
                return Ok(end);
            }
        };
        end.lines += 1;
        end.bytes += read;
        end.last_hash = entry.hash().to_owned();
        if !each(entry, body, end.bytes) {
            return Ok(end);
        }
    }
}

fn follows<T: Linked>(entry: T, end: &ChainEnd) -> Result<T, String> {
    if entry.seq() != end.lines {
        return Err(format!(
            "has number {} instead of {}",
            entry.seq(),
            end.lines
        ));
    }
    if entry.prev() != end.last_hash {
        return Err("does not follow the line before".to_owned());
    }
    Ok(entry)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(n: u64) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut prev = "genesis".to_owned();
        for seq in 0..n {
            let mut mark = CaptureMark {
                certificates: Vec::new(),
                final_url: format!("http://example.test/中{seq}\u{7f}\u{1}"),
                hash: String::new(),
                length: seq,
                offset: 1,
                payload: String::new(),
                prev,
                requested: String::new(),
                response: String::new(),
                seq,
                sha256: String::new(),
                visit: "v".to_owned(),
            };
            bytes.extend(close_line(&mut mark).unwrap());
            prev = mark.hash;
        }
        bytes
    }

    fn read(bytes: &[u8]) -> ChainEnd {
        read_chain::<CaptureMark>(bytes, "genesis", &mut |_, _| true).unwrap()
    }

    #[test]
    fn a_chain_is_read_whole() {
        let bytes = chain(5);
        let end = read(&bytes);
        assert_eq!((end.lines, end.bytes, end.torn), (5, bytes.len() as u64, 0));
        assert_eq!(end.fault, None);
    }

    #[test]
    fn every_changed_byte_is_a_fault() {
        let bytes = chain(3);
        for at in 0..bytes.len() {
            for flip in [1u8, 0x20, 0x80] {
                let mut changed = bytes.clone();
                changed[at] ^= flip;
                assert!(read(&changed).fault.is_some(), "byte {at} flip {flip}");
            }
        }
    }

    #[test]
    fn dropped_and_swapped_lines_are_faults() {
        let bytes = chain(4);
        let lines: Vec<&[u8]> = bytes.split_inclusive(|b| *b == b'\n').collect();
        for order in [
            vec![1, 2, 3],
            vec![0, 2, 3],
            vec![0, 2, 1, 3],
            vec![0, 1, 1, 2, 3],
        ] {
            let changed: Vec<u8> = order.iter().flat_map(|i| lines[*i].to_vec()).collect();
            assert!(read(&changed).fault.is_some(), "{order:?}");
        }
        assert!(read(&bytes[..bytes.len() - 1]).torn > 0);
    }

    proptest::proptest! {
        #[test]
        fn random_bytes_never_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
            read(&bytes);
        }
    }
}
