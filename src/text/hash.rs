//! A fast hash for tables whose keys come from lexicons only (looking up outside text inserts nothing,
//! so crafted collisions are not a danger).

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

/// Multiplicative hash of small integer keys.
#[derive(Default)]
pub(super) struct IntHasher(u64);

impl Hasher for IntHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u32(&mut self, value: u32) {
        self.write_u64(u64::from(value));
    }

    fn write_u64(&mut self, value: u64) {
        let mixed = (self.0 ^ value).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = mixed ^ (mixed >> 29);
    }
}

/// Map from small integer keys.
pub(super) type IntMap<K, V> = HashMap<K, V, BuildHasherDefault<IntHasher>>;

/// Set of small integer keys.
pub(super) type IntSet<K> = HashSet<K, BuildHasherDefault<IntHasher>>;

/// A small set of bits in front of an exact set: most keys that are not in it are turned away at once.
#[derive(Debug, Clone)]
pub(super) struct BitFilter {
    blocks: Box<[u64]>,
    shift: u32,
}

impl BitFilter {
    /// A filter of two to the power `bits` bits.
    pub(super) fn new(bits: u32) -> Self {
        let bits = bits.clamp(6, 24);
        Self {
            blocks: vec![0; 1 << (bits - 6)].into(),
            shift: 64 - bits,
        }
    }

    fn place(&self, key: u64) -> (usize, u64) {
        let bit = key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> self.shift;
        ((bit / 64) as usize, 1 << (bit % 64))
    }

    pub(super) fn insert(&mut self, key: u64) {
        let (block, mask) = self.place(key);
        if let Some(block) = self.blocks.get_mut(block) {
            *block |= mask;
        }
    }

    /// False when the key was never inserted.
    #[inline]
    pub(super) fn may_contain(&self, key: u64) -> bool {
        let (block, mask) = self.place(key);
        self.blocks.get(block).is_some_and(|b| b & mask != 0)
    }
}

/// One key for two characters.
pub(super) fn pair_key(a: char, b: char) -> u64 {
    (u64::from(u32::from(a)) << 32) | u64::from(u32::from(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_never_loses_a_key() {
        let mut filter = BitFilter::new(10);
        let keys: Vec<u64> = (0..200).map(|k| k * 977).collect();
        for key in &keys {
            filter.insert(*key);
        }
        assert!(keys.iter().all(|k| filter.may_contain(*k)));
        assert!((1_000_000..1_001_000).any(|k| !filter.may_contain(k)));
        assert_ne!(pair_key('甲', '乙'), pair_key('乙', '甲'));
    }
}
