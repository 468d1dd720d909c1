//! A text boiled down to a few bytes from which its likeness to other texts can be told, for a memory that stays small.

/// Bits in which two fingerprints of nearly the same text differ at most.
pub const NEAR: u32 = 3;
/// Number of minima.
pub const MINIMA: usize = 64;

/// Fingerprint and minima of the runs of five characters of a text, numbers masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sketch {
    /// Simhash (Charikar 2002): nearly the same text differs in few bits.
    pub simhash: u64,
    /// One minimum for each 64th of the hash space (one-permutation minhash); 0 where none fell.
    pub minima: [u16; MINIMA],
    /// Runs seen, doubles counted.
    pub runs: u32,
}

impl Default for Sketch {
    fn default() -> Self {
        Self {
            simhash: 0,
            minima: [0; MINIMA],
            runs: 0,
        }
    }
}

impl Sketch {
    /// Bits in which the fingerprints differ.
    pub fn distance(&self, other: &Self) -> u32 {
        (self.simhash ^ other.simhash).count_ones()
    }

    /// Estimated likeness in thousandths: of the minima that either has, those that both share. Its standard error is
    /// about 60 for texts of some hundred characters. 1000 for two empty texts.
    pub fn likeness(&self, other: &Self) -> u16 {
        let pairs = self.minima.iter().zip(&other.minima);
        let (mut same, mut all) = (0u16, 0u16);
        for (a, b) in pairs {
            all += u16::from(*a != 0 || *b != 0);
            same += u16::from(*a != 0 && a == b);
        }
        (same * 1000).checked_div(all).unwrap_or(1000)
    }
}
