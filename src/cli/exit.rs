//! Exit codes: 0 fine, 1 a check failed, 2 misuse or bad input, 3 could not be completed or checked.

use std::process::ExitCode;

/// How a command ended. Findings alone are not a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Everything asked for was done.
    Fine,
    /// A check (verify, seeds check, lexicon check, evaluate threshold) failed.
    CheckFailed,
    /// Wrong arguments or bad input.
    Misuse,
    /// The work could not be completed, or something could not be checked.
    Incomplete,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Fine => 0,
            Exit::CheckFailed => 1,
            Exit::Misuse => 2,
            Exit::Incomplete => 3,
        })
    }
}

/// Why a command could not be done, with the exit code that says so.
#[derive(Debug)]
pub struct Trouble {
    /// The exit code.
    pub exit: Exit,
    /// The message, with what to do next.
    pub error: anyhow::Error,
}

/// Result of a command.
pub type Done = Result<Exit, Trouble>;

/// Bad input or misuse.
pub fn misuse(error: impl Into<anyhow::Error>) -> Trouble {
    Trouble {
        exit: Exit::Misuse,
        error: error.into(),
    }
}

/// Work that could not be completed.
pub fn incomplete(error: impl Into<anyhow::Error>) -> Trouble {
    Trouble {
        exit: Exit::Incomplete,
        error: error.into(),
    }
}
