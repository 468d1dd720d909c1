//! Words and sentences of a text.

use std::ops::Range;

/// Cuts text into words. Implemented by `text/`; the search index is handed it.
pub trait Tokenizer: Send + Sync {
    /// Words of `text` as byte ranges, in order, covering all that is not white space.
    fn words(&self, text: &str) -> Vec<Range<usize>>;

    /// Overlapping words for a search index: every dictionary word inside longer ones too.
    fn search_words(&self, text: &str) -> Vec<Range<usize>>;
}
