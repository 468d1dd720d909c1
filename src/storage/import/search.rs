//! Where the next record may begin, behind something that cannot be read.

use flate2::bufread::GzDecoder;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

const WINDOW: usize = 64 * 1024;
/// What a record begins with.
const VERSION: &[u8] = b"WARC/";
/// What a gzip member begins with: magic number and the only method that there is (RFC 1952).
const MEMBER: &[u8] = &[0x1f, 0x8b, 8];
/// Members that turn out to hold no record; a file with more of them is not searched on.
const MAX_TRIED: u32 = 200_000;

/// The first place at `from` or behind where a record begins: at a line of a plain file, or at a gzip member.
pub(super) fn next_record(path: &Path, gzip: bool, from: u64) -> io::Result<Option<u64>> {
    let mut file = File::open(path)?;
    let needle = if gzip { MEMBER } else { VERSION };
    let mut tried = 0;
    // One byte more in front, to see whether a line begins there.
    let mut base = from.saturating_sub(1);
    file.seek(SeekFrom::Start(base))?;
    let mut window = Vec::with_capacity(WINDOW + 16);
    loop {
        let kept = window.len();
        let read = (&mut file).take(WINDOW as u64).read_to_end(&mut window)?;
        for at in places(&window, needle) {
            let place = base + at as u64;
            if place < from {
                continue;
            }
            let begins = match gzip {
                true => {
                    tried += 1;
                    is_record_member(path, place)?
                }
                false => {
                    place == 0 || at.checked_sub(1).map(|b| window.get(b)) == Some(Some(&b'\n'))
                }
            };
            if begins {
                return Ok(Some(place));
            }
            if tried > MAX_TRIED {
                return Ok(None);
            }
        }
        if read == 0 {
            return Ok(None);
        }
        // The end stays: what is sought may lie across.
        let drop = (kept + read).saturating_sub(needle.len());
        base += drop as u64;
        window.drain(..drop);
    }
}

fn places<'a>(window: &'a [u8], needle: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    let found = window.windows(needle.len()).enumerate();
    found.filter(move |(_, w)| *w == needle).map(|(at, _)| at)
}

/// Whether a member begins here whose content begins like a record.
fn is_record_member(path: &Path, at: u64) -> io::Result<bool> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(at))?;
    let mut head = [0; VERSION.len()];
    let mut decoder = GzDecoder::new(BufReader::with_capacity(512, file));
    Ok(decoder.read_exact(&mut head).is_ok() && head == VERSION)
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::write::GzEncoder;
    use std::io::Write;

    fn found(bytes: &[u8], gzip: bool, from: u64) -> Option<u64> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        std::fs::write(&path, bytes).unwrap();
        next_record(&path, gzip, from).unwrap()
    }

    #[test]
    fn records_begin_at_lines() {
        let text = b"WARC/1.0 x WARC/1.0\nWARC/1.1\n";
        assert_eq!(found(text, false, 0), Some(0));
        assert_eq!(found(text, false, 1), Some(20));
        assert_eq!(found(text, false, 20), Some(20));
        assert_eq!(found(text, false, 21), None);
        // Across the windows that are read at once.
        for shift in 0..12 {
            let mut long = vec![b'x'; WINDOW - 8 + shift];
            long.extend_from_slice(b"\nWARC/1.0");
            let expected = (WINDOW - 8 + shift + 1) as u64;
            assert_eq!(found(&long, false, 0), Some(expected), "{shift}");
        }
    }

    #[test]
    fn members_are_looked_into() {
        let member = |text: &[u8]| {
            let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::fast());
            encoder.write_all(text).unwrap();
            encoder.finish().unwrap()
        };
        let other = member(b"no record");
        let bytes = [&other[..], b"\x1f\x8b\x08garbage", &member(b"WARC/1.0\r\n")].concat();
        assert_eq!(found(&bytes, true, 0), Some(other.len() as u64 + 10));
        assert_eq!(found(&other, true, 0), None);
    }
}
