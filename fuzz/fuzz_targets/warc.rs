//! Any bytes are read as a WARC file, compressed or not, to their end or to the first fault.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::io::Cursor;
use wangxun::storage::warc::reader::WarcReader;

/// More of one block is not asked for.
const BLOCK: u64 = 1 << 16;

fuzz_target!(|bytes: &[u8]| {
    let Ok(reader) = WarcReader::new(Cursor::new(bytes)) else {
        return;
    };
    let mut reader = reader.with_max_block(BLOCK);
    while let Ok(Some(mut record)) = reader.next_record() {
        if record.block(BLOCK).is_err() || record.finish().is_err() {
            break;
        }
    }
});
