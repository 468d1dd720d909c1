//! Where a cue, a mark or a topic word was met.

use std::ops::Range;

/// One hit of a cue of context, a mark or a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CueHit {
    /// Id of the cue, mark or topic.
    pub id: String,
    /// Number of its row in the compiled lexicon: hits with the same number are of the same row.
    pub number: u32,
    /// Bytes in the plain text of its block.
    pub plain: Range<usize>,
}
