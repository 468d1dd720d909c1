//! Text with its obfuscation undone, and the exact way back to the original.

use std::ops::Range;

/// Normalised text with a map to the original. Every quote is cut from the original through the map.
#[derive(Debug, Clone, Default)]
pub struct NormalText {
    /// The original text.
    pub original: String,
    /// The plain form.
    pub plain: String,
    /// From bytes of `plain` to bytes of `original`.
    pub map: OffsetMap,
    /// What was undone, in order; each is a signal.
    pub evasions: Vec<Evasion>,
}

impl NormalText {
    /// The exact slice of the original behind a byte range of `plain`.
    pub fn quote(&self, plain: Range<usize>) -> &str {
        self.original.get(self.map.original(plain)).unwrap_or("")
    }
}

/// Maps byte ranges of the plain text to byte ranges of the original. Monotone and total.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OffsetMap {
    /// Runs in order of `plain`; together they cover it without gap.
    runs: Vec<Run>,
}

/// A stretch of plain text and the stretch of the original that it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    plain: usize,
    plain_len: usize,
    original: usize,
    original_len: usize,
    /// Byte for byte equal: ranges inside can be cut exactly.
    equal: bool,
}

impl OffsetMap {
    /// Appends a stretch. `equal` means the bytes are the same, so inner offsets carry over one to one.
    /// Stretches must be given in order, without gap in the plain text.
    pub fn push(&mut self, plain_len: usize, original: Range<usize>, equal: bool) {
        if plain_len == 0 {
            return;
        }
        let plain = self.plain_len();
        if let Some(last) = self.runs.last_mut()
            && last.equal
            && equal
            && last.original + last.original_len == original.start
        {
            last.plain_len += plain_len;
            last.original_len += original.len();
            return;
        }
        self.runs.push(Run {
            plain,
            plain_len,
            original: original.start,
            original_len: original.len(),
            equal,
        });
    }

    /// Bytes of plain text covered.
    pub fn plain_len(&self) -> usize {
        self.runs.last().map_or(0, |r| r.plain + r.plain_len)
    }

    /// The range of the original behind a range of the plain text. Ranges that cut a changed stretch
    /// take the whole of it, so the answer always lies on character boundaries of the original.
    pub fn original(&self, plain: Range<usize>) -> Range<usize> {
        if plain.start >= plain.end {
            let at = self.start_of(plain.start);
            return at..at;
        }
        self.start_of(plain.start)..self.end_of(plain.end)
    }

    fn run_at(&self, plain: usize) -> Option<&Run> {
        let index = self
            .runs
            .partition_point(|r| r.plain + r.plain_len <= plain);
        self.runs.get(index)
    }

    fn start_of(&self, plain: usize) -> usize {
        match self.run_at(plain) {
            Some(run) if run.equal => run.original + (plain - run.plain),
            Some(run) => run.original,
            None => self.runs.last().map_or(0, |r| r.original + r.original_len),
        }
    }

    fn end_of(&self, plain: usize) -> usize {
        match plain.checked_sub(1).and_then(|last| self.run_at(last)) {
            Some(run) if run.equal => run.original + (plain - run.plain),
            Some(run) => run.original + run.original_len,
            None => self.runs.last().map_or(0, |r| r.original + r.original_len),
        }
    }
}

/// One undone evasion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evasion {
    /// The class of the catalogue, `OB-a` to `OB-n`.
    pub class: &'static str,
    /// Bytes of the plain text.
    pub plain: Range<usize>,
    /// Bytes of the original text.
    pub original: Range<usize>,
    /// True when the spelling can only be meant to evade (not a traditional-character site, a full-width form
    /// and the like, which are weak).
    pub strong: bool,
}
