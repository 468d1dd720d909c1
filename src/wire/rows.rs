//! The byte codec of small database rows: a version byte, variable-length integers, length-prefixed bytes.
//!
//! Rows are written millions of times and never leave the database, which can be rebuilt; so they are compact and
//! hand-written (a JSON row of a target is three times as long). Reading never panics and never allocates more than
//! the row holds.

use chrono::{DateTime, Utc};
use thiserror::Error;

/// A row that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum RowError {
    /// The row ends early.
    #[error("row is cut short")]
    Short,
    /// The row was written by another version of the program.
    #[error("row has form version {found}, expected {expected}")]
    Version {
        /// Version byte in the row.
        found: u8,
        /// Version that this program reads.
        expected: u8,
    },
    /// A field holds what it cannot hold.
    #[error("row field {field} is malformed")]
    Field {
        /// Name of the field.
        field: &'static str,
    },
}

/// Writes one row.
#[derive(Debug)]
pub struct RowWriter {
    bytes: Vec<u8>,
}

impl RowWriter {
    /// A row of this form version.
    pub fn new(version: u8) -> Self {
        Self {
            bytes: vec![version],
        }
    }

    /// One byte.
    pub fn byte(mut self, value: u8) -> Self {
        self.bytes.push(value);
        self
    }

    /// An unsigned integer, LEB128: seven bits a byte, low bits first.
    pub fn number(mut self, mut value: u64) -> Self {
        while value >= 0x80 {
            self.bytes.push((value & 0x7f) as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.push(value as u8);
        self
    }

    /// Bytes with their length before them.
    pub fn bytes(mut self, value: &[u8]) -> Self {
        self = self.number(value.len() as u64);
        self.bytes.extend_from_slice(value);
        self
    }

    /// Text with its length in bytes before it.
    pub fn text(self, value: &str) -> Self {
        self.bytes(value.as_bytes())
    }

    /// A moment, or none: milliseconds since 1970 plus one, zero for none. Earlier moments count as 1970.
    pub fn moment(self, value: Option<DateTime<Utc>>) -> Self {
        self.number(value.map_or(0, |m| m.timestamp_millis().max(0) as u64 + 1))
    }

    /// The row.
    pub fn finish(self) -> Vec<u8> {
        self.bytes
    }
}

/// Reads one row from its start.
#[derive(Debug)]
pub struct RowReader<'a> {
    rest: &'a [u8],
}

impl<'a> RowReader<'a> {
    /// Checks the version byte and stands behind it.
    pub fn new(row: &'a [u8], version: u8) -> Result<Self, RowError> {
        match row.split_first() {
            Some((found, rest)) if *found == version => Ok(Self { rest }),
            Some((found, _)) => Err(RowError::Version {
                found: *found,
                expected: version,
            }),
            None => Err(RowError::Short),
        }
    }

    /// One byte.
    pub fn byte(&mut self) -> Result<u8, RowError> {
        let (first, rest) = self.rest.split_first().ok_or(RowError::Short)?;
        self.rest = rest;
        Ok(*first)
    }

    /// An unsigned integer.
    pub fn number(&mut self) -> Result<u64, RowError> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(RowError::Field { field: "number" })
    }

    /// An unsigned integer that fits a smaller type.
    pub fn small<T: TryFrom<u64>>(&mut self, field: &'static str) -> Result<T, RowError> {
        T::try_from(self.number()?).map_err(|_| RowError::Field { field })
    }

    /// Bytes.
    pub fn bytes(&mut self) -> Result<&'a [u8], RowError> {
        let length = usize::try_from(self.number()?).map_err(|_| RowError::Short)?;
        let (head, rest) = self.rest.split_at_checked(length).ok_or(RowError::Short)?;
        self.rest = rest;
        Ok(head)
    }

    /// Text.
    pub fn text(&mut self, field: &'static str) -> Result<&'a str, RowError> {
        std::str::from_utf8(self.bytes()?).map_err(|_| RowError::Field { field })
    }

    /// A moment, or none.
    pub fn moment(&mut self, field: &'static str) -> Result<Option<DateTime<Utc>>, RowError> {
        let Some(millis) = self.number()?.checked_sub(1) else {
            return Ok(None);
        };
        i64::try_from(millis)
            .ok()
            .and_then(DateTime::from_timestamp_millis)
            .map(Some)
            .ok_or(RowError::Field { field })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(n in any::<u64>(), b in any::<u8>(), t in ".{0,20}", ms in 0i64..4_000_000_000_000) {
            let moment = DateTime::from_timestamp_millis(ms);
            let row = RowWriter::new(7).number(n).byte(b).text(&t).moment(moment).moment(None).finish();
            let mut reader = RowReader::new(&row, 7).unwrap();
            prop_assert_eq!(reader.number(), Ok(n));
            prop_assert_eq!(reader.byte(), Ok(b));
            prop_assert_eq!(reader.text("t"), Ok(t.as_str()));
            prop_assert_eq!(reader.moment("m"), Ok(moment));
            prop_assert_eq!(reader.moment("m"), Ok(None));
            prop_assert_eq!(reader.byte(), Err(RowError::Short));
        }

        #[test]
        fn hostile_rows_do_not_panic(row in proptest::collection::vec(any::<u8>(), 0..40)) {
            if let Ok(mut reader) = RowReader::new(&row, 1) {
                let _ = reader.number();
                let _ = reader.moment("m");
                let _ = reader.text("t");
                let _ = reader.bytes();
            }
        }
    }

    #[test]
    fn versions_are_checked() {
        assert!(matches!(
            RowReader::new(&[2], 1),
            Err(RowError::Version {
                found: 2,
                expected: 1
            })
        ));
        assert!(matches!(RowReader::new(&[], 1), Err(RowError::Short)));
    }
}
