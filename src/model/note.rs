//! Non-fatal trouble met by a thinker or a keeper: trouble with data is data.

/// One remark about outside data that did not stop the work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Stable machine name of the kind of trouble, such as `charset-mislabelled`.
    pub code: &'static str,
    /// One English sentence for logs; what outside data says in it is already escaped.
    pub message: String,
}

impl Note {
    /// A note of kind `code` with its sentence.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }
}
