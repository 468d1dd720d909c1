//! Who is competent: the owner named by the county's plan, and who that is today.

use super::rule::BasisGrade;

/// One department.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Department {
    /// Unique id, such as `market`.
    pub id: String,
    /// Name in the county's plan of 2016 (or in the statute), in Chinese.
    pub name: String,
    /// Name of 2026, in Chinese.
    pub now: String,
    /// How sure the name of 2026 is.
    pub grade: BasisGrade,
    /// What falls to it, in Chinese; may be empty.
    pub takes: String,
}
