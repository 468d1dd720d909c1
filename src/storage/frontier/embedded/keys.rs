//! Keys of the embedded frontier's rows. Integers are big-endian, so that byte order is the order wanted.
//!
//! Tree `runs`: run id -> run. Tree `hosts`: see `hosts.rs`. Tree `run-<id>`, one per run, so that an old run is
//! dropped as a whole:
//!
//! | key | row |
//! |---|---|
//! | `Q` group u32, 255 - priority, sequence u64 | queued target |
//! | `D` until u64 (ms), then as `Q` | target put off |
//! | `V` visit key | state of an address |
//! | `C` | counters |
//! | `S` seed number u32 | seed |
//! | `K` kind of skip u8, seed number u32, 8 bytes of the address' SHA-256 | skip |

use chrono::{DateTime, Utc};

/// Key of the counters.
pub(super) const COUNTERS: &[u8] = b"C";

/// Prefix of all queued targets.
pub(super) const QUEUE: &[u8] = b"Q";

/// Prefix of all targets put off.
pub(super) const DELAYED: &[u8] = b"D";

/// Prefix of all seeds.
pub(super) const SEEDS: &[u8] = b"S";

/// Prefix of all skips.
pub(super) const SKIPS: &[u8] = b"K";

/// Length of a queue key.
const QUEUE_LEN: usize = 14;

/// Bytes of a queue key before its group, and of a delayed key before what it shares with a queue key.
const TAG: usize = 1;

/// A place in the queue.
pub(super) fn queue(group: u32, priority: u8, sequence: u64) -> Vec<u8> {
    let mut key = group_queue(group);
    key.push(u8::MAX - priority);
    key.extend_from_slice(&sequence.to_be_bytes());
    key
}

/// Prefix of a group's queue.
pub(super) fn group_queue(group: u32) -> Vec<u8> {
    let mut key = Vec::with_capacity(QUEUE_LEN);
    key.extend_from_slice(QUEUE);
    key.extend_from_slice(&group.to_be_bytes());
    key
}

/// Where a target of this place (queued or put off) stands when put off until then.
pub(super) fn delayed(place: &[u8], until: DateTime<Utc>) -> Vec<u8> {
    let mut key = delayed_bound(until);
    key.extend_from_slice(tail(place));
    key
}

/// Start of all places put off until then.
pub(super) fn delayed_bound(until: DateTime<Utc>) -> Vec<u8> {
    let millis = u64::try_from(until.timestamp_millis()).unwrap_or(0);
    let mut key = DELAYED.to_vec();
    key.extend_from_slice(&millis.to_be_bytes());
    key
}

/// Until when a place is put off.
pub(super) fn delayed_until(place: &[u8]) -> Option<DateTime<Utc>> {
    let millis = place.get(TAG..TAG + 8)?.try_into().ok()?;
    DateTime::from_timestamp_millis(i64::try_from(u64::from_be_bytes(millis)).ok()?)
}

/// The place in the queue of a target that stands at this place (queued or put off).
pub(super) fn undelayed(place: &[u8]) -> Vec<u8> {
    [QUEUE, tail(place)].concat()
}

/// Group, priority and sequence of a place.
fn tail(place: &[u8]) -> &[u8] {
    let start = place.len().saturating_sub(QUEUE_LEN - TAG);
    place.get(start..).unwrap_or_default()
}

/// The group of a place.
pub(super) fn group_of(place: &[u8]) -> Option<u32> {
    let bytes = tail(place).get(..4)?.try_into().ok()?;
    Some(u32::from_be_bytes(bytes))
}

/// A seed.
pub(super) fn seed(number: u32) -> Vec<u8> {
    [SEEDS, &number.to_be_bytes()].concat()
}

/// An address.
pub(super) fn visit(key: &[u8; 16]) -> Vec<u8> {
    [b"V", key.as_slice()].concat()
}

/// A skip. `digest` is the SHA-256 of the address.
pub(super) fn skip(kind: u8, seed: u32, digest: &[u8]) -> Vec<u8> {
    let mut key = skips_of(kind);
    key.extend_from_slice(&seed.to_be_bytes());
    key.extend(digest.iter().take(8));
    key
}

/// Prefix of the skips of a kind.
pub(super) fn skips_of(kind: u8) -> Vec<u8> {
    vec![b'K', kind]
}

/// The seed's number in a skip's key.
pub(super) fn seed_of_skip(key: &[u8]) -> Option<u32> {
    Some(u32::from_be_bytes(key.get(2..6)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_is_priority_then_arrival_within_a_group() {
        let sorted = [
            queue(1, 200, 9),
            queue(1, 5, 2),
            queue(1, 5, 300),
            queue(1, 0, 1),
            queue(2, 255, 0),
        ];
        assert!(sorted.is_sorted());
        assert!(
            sorted
                .iter()
                .take(4)
                .all(|k| k.starts_with(&group_queue(1)))
        );
    }

    #[test]
    fn places_move_and_come_back() {
        let place = queue(7, 3, 11);
        let until = DateTime::from_timestamp_millis(1_800_000_000_500).unwrap();
        let off = delayed(&place, until);
        assert_eq!(delayed_until(&off), Some(until));
        assert_eq!(undelayed(&off), place);
        assert_eq!(undelayed(&place), place);
        assert_eq!(delayed(&off, until), off);
        assert_eq!((group_of(&off), group_of(&place)), (Some(7), Some(7)));
        assert_eq!(seed_of_skip(&skip(3, 70_000, &[9; 32])), Some(70_000));
    }
}
