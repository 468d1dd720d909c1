//! What is wrong in a file, where, and what to write instead.

use std::fmt;
use std::ops::Range;

/// Most faults that are collected from one file.
const MOST: usize = 1000;

/// How bad a fault is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The entry is kept and used.
    Warning,
    /// The entry is left out.
    Error,
}

impl Severity {
    /// The word used in messages and JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One fault of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The file as it was named.
    pub file: String,
    /// Line, from 1; 0 when the whole file is meant.
    pub line: usize,
    /// Column in characters, from 1 (in CSV the number of the cell); 0 when the whole line is meant.
    pub column: usize,
    /// The field, such as `seed[2].pace.interval`; empty for the whole file.
    pub field: String,
    /// What is wrong, in English; what the file says is quoted and escaped.
    pub problem: String,
    /// What to write instead, in English.
    pub advice: String,
    /// How bad it is.
    pub severity: Severity,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.file)?;
        if self.line > 0 {
            write!(f, "{}:", self.line)?;
        }
        if self.column > 0 {
            write!(f, "{}:", self.column)?;
        }
        write!(f, " {}: ", self.severity.code())?;
        if !self.field.is_empty() {
            write!(f, "{}: ", self.field)?;
        }
        write!(f, "{}; {}", self.problem, self.advice)
    }
}

/// What could be read, and what was wrong with the rest.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded<T> {
    /// The sound part.
    pub value: T,
    /// All faults, in file order.
    pub faults: Vec<Fault>,
}

impl<T> Loaded<T> {
    /// Whether anything had to be left out.
    pub fn has_errors(&self) -> bool {
        self.faults.iter().any(|f| f.severity == Severity::Error)
    }
}

/// Outside text for a message: quoted, escaped, of bounded length.
pub(super) fn quoted(text: &str) -> String {
    const LONGEST: usize = 60;
    let shown: String = text.chars().take(LONGEST).collect();
    let more = if shown.len() < text.len() { "..." } else { "" };
    format!("\"{}{more}\"", shown.escape_debug())
}

/// Collects the faults of one file and knows its lines.
pub(super) struct Scribe<'a> {
    file: &'a str,
    text: &'a str,
    starts: Vec<usize>,
    faults: Vec<Fault>,
}

impl<'a> Scribe<'a> {
    pub(super) fn new(file: &'a str, text: &'a str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, b)| *b == b'\n');
        let starts = std::iter::once(0)
            .chain(breaks.map(|(i, _)| i + 1))
            .collect();
        Self {
            file,
            text,
            starts,
            faults: Vec::new(),
        }
    }

    /// Line and column (in characters) of a byte.
    pub(super) fn place(&self, byte: usize) -> (usize, usize) {
        let line = self.starts.partition_point(|start| *start <= byte);
        let start = self
            .starts
            .get(line.saturating_sub(1))
            .copied()
            .unwrap_or(0);
        let mut end = byte.min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let before = self.text.get(start..end).unwrap_or("");
        (line, before.chars().count() + 1)
    }

    pub(super) fn error(
        &mut self,
        span: &Range<usize>,
        field: impl Into<String>,
        problem: impl Into<String>,
        advice: impl Into<String>,
    ) {
        let at = self.place_if_room(span.start);
        self.push(
            at,
            field.into(),
            problem.into(),
            advice.into(),
            Severity::Error,
        );
    }

    pub(super) fn warning(
        &mut self,
        span: &Range<usize>,
        field: impl Into<String>,
        problem: impl Into<String>,
        advice: impl Into<String>,
    ) {
        let at = self.place_if_room(span.start);
        self.push(
            at,
            field.into(),
            problem.into(),
            advice.into(),
            Severity::Warning,
        );
    }

    /// A fault at a line and cell that the caller knows.
    pub(super) fn at(
        &mut self,
        at: (usize, usize),
        field: impl Into<String>,
        problem: impl Into<String>,
        advice: impl Into<String>,
        severity: Severity,
    ) {
        self.push(at, field.into(), problem.into(), advice.into(), severity);
    }

    /// Finding a place reads its line: not for faults that will not be kept.
    fn place_if_room(&self, byte: usize) -> (usize, usize) {
        if self.faults.len() < MOST {
            self.place(byte)
        } else {
            (0, 0)
        }
    }

    fn push(
        &mut self,
        (line, column): (usize, usize),
        field: String,
        problem: String,
        advice: String,
        severity: Severity,
    ) {
        if self.faults.len() > MOST {
            return;
        }
        let mut fault = Fault {
            file: self.file.to_owned(),
            line,
            column,
            field,
            problem,
            advice,
            severity,
        };
        if self.faults.len() == MOST {
            fault.field = String::new();
            fault.problem = format!("more than {MOST} faults, the rest is not shown");
            fault.advice = "mend these first".to_owned();
            fault.severity = Severity::Error;
        }
        self.faults.push(fault);
    }

    /// Errors so far; a reader compares two counts to see whether an entry is sound.
    pub(super) fn errors(&self) -> usize {
        let errors = self.faults.iter().filter(|f| f.severity == Severity::Error);
        errors.count()
    }

    /// Whether a fault stands on this line already.
    pub(super) fn has_fault_on(&self, line: usize) -> bool {
        self.faults.iter().any(|f| f.line == line)
    }

    pub(super) fn finish<T>(mut self, value: T) -> Loaded<T> {
        self.faults.sort_by_key(|f| (f.line, f.column));
        Loaded {
            value,
            faults: self.faults,
        }
    }
}
