//! Words added to the segmenter's dictionary.

/// One line of `lexicons/finance.dict`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DictionaryWord {
    /// The word.
    pub word: String,
    /// How often it occurs, in the segmenter's scale; `None` lets the segmenter choose a frequency
    /// that keeps the word whole.
    pub frequency: Option<u32>,
    /// Part of speech or family tag.
    pub tag: String,
}
