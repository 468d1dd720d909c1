//! A count that knows what it counted.

use super::trace::Trace;
use std::collections::BTreeSet;

/// A count. Either everything counted is named, or a record is named that tells the number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Count {
    /// What was counted, each thing once, in order of kind and identifier.
    Traced(Vec<Trace>),
    /// A number that a record tells, such as the pages of a run.
    Told {
        /// The number.
        number: u64,
        /// The records that tell it.
        by: Vec<Trace>,
    },
}

impl Count {
    /// Counts these things, each once.
    pub fn of(things: impl IntoIterator<Item = Trace>) -> Self {
        let set: BTreeSet<Trace> = things.into_iter().collect();
        Self::Traced(set.into_iter().collect())
    }

    /// A number told by records.
    pub fn told(number: u64, by: impl IntoIterator<Item = Trace>) -> Self {
        let by: BTreeSet<Trace> = by.into_iter().collect();
        Self::Told {
            number,
            by: by.into_iter().collect(),
        }
    }

    /// The number.
    pub fn number(&self) -> u64 {
        match self {
            Self::Traced(things) => things.len() as u64,
            Self::Told { number, .. } => *number,
        }
    }

    /// What was counted, or the records that tell the number.
    pub fn traces(&self) -> &[Trace] {
        match self {
            Self::Traced(things) => things,
            Self::Told { by, .. } => by,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::desk_report::trace::TraceKind;

    #[test]
    fn nothing_is_counted_twice() {
        let case = |id: &str| Trace::new(TraceKind::Case, id, "");
        let count = Count::of([case("b"), case("a"), case("b")]);
        assert_eq!(count.number(), 2);
        assert_eq!(count.traces(), [case("a"), case("b")]);
        let run = Trace::new(TraceKind::Run, "r1", "");
        assert_eq!(Count::told(300, [run.clone()]).number(), 300);
    }
}
