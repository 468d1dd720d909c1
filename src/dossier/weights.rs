//! How telling a shared fact is. Points are rounded log odds of the kind that record linkage uses (Fellegi and Sunter 1969):
//! how much commoner it is for two sites of one operator to share such a value than for two sites of different ones. They were
//! set by judgement, not learnt: no labelled material of joined operators is at hand.

use crate::model::subject_fact::SubjectFactKind as Kind;

/// Two groups with so many points are one subject.
pub(super) const JOIN: i32 = 7;
/// Thresholds of the rounds: the surest first.
pub(super) const ROUNDS: [i32; 4] = [20, 12, 9, JOIN];
/// Both have registered names, and none in common.
pub(super) const OTHER_NAME: i32 = -7;
/// Both have filings, and none in common: one legal person has one main number.
pub(super) const OTHER_FILING: i32 = -3;

/// Points of one shared value; 0 for what never joins.
pub(super) fn points(kind: Kind) -> i32 {
    match kind {
        Kind::CreditCode => 20,
        Kind::RegistrationNumber => 12,
        Kind::Icp | Kind::Licence => 9,
        Kind::SecurityFiling | Kind::Domain | Kind::App | Kind::Payee => 8,
        Kind::Name | Kind::Contact | Kind::QrTarget | Kind::Hotline => 7,
        Kind::Account => 6,
        Kind::Analytics => 5,
        Kind::Page | Kind::Address => 4,
        Kind::Brand | Kind::Person | Kind::PayeeName => 2,
        Kind::Scope => 0,
    }
}

/// Whether groups that share such a value are looked at. Weaker ones only add to what others say, so likeness alone never
/// joins.
pub(super) fn proposes(kind: Kind) -> bool {
    points(kind) >= 4 && kind != Kind::Page
}
