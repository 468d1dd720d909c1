//! A context in which the words of a rule accuse nobody (catalogue section 8).

/// One benign context.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Benign {
    /// Unique id, such as `BN-3`.
    pub id: String,
    /// What it is, in Chinese.
    pub title: String,
    /// How it is treated, in Chinese.
    pub treatment: String,
}
