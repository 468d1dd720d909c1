//! Why something may not stand on a list.

use std::fmt;

/// What is refused, why, and what to do instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Word for machines, such as `public-suffix`.
    pub code: &'static str,
    /// What is refused, as it was written.
    pub value: String,
    /// What is wrong.
    pub problem: String,
    /// What to do instead.
    pub advice: String,
    /// Whether two officers can set it aside by their signatures.
    pub overrulable: bool,
}

impl Refusal {
    /// A refusal that nobody can set aside.
    pub fn new(
        code: &'static str,
        value: impl Into<String>,
        problem: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self {
            code,
            value: value.into(),
            problem: problem.into(),
            advice: advice.into(),
            overrulable: false,
        }
    }

    /// The same, but two officers can set it aside.
    #[must_use]
    pub fn unless_overruled(mut self) -> Self {
        self.overrulable = true;
        self
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown: String = self.value.chars().take(120).collect();
        let more = if shown.len() < self.value.len() {
            "..."
        } else {
            ""
        };
        write!(
            f,
            "\"{}{more}\" is refused ({}): {}; {}",
            shown.escape_debug(),
            self.code,
            self.problem,
            self.advice
        )
    }
}

impl std::error::Error for Refusal {}
