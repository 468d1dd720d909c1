//! How telling a shared fact is. Points are rounded log odds of the kind that record linkage uses (Fellegi and Sunter 1969):
//! how much commoner it is for two sites of one operator to share such a value than for two sites of different ones. They were
//! set by judgement, not learnt: no labelled material of joined operators is at hand.

use crate::model::subject_fact::SubjectFactKind as Kind;

/// Two groups with so many points are one subject.
pub(super) const JOIN: i32 = 6;
/// Two companies, that is, groups with different credit codes, with so many points are one circle.
pub(super) const CIRCLE: i32 = 18;
/// Thresholds of the rounds: the surest first.
pub(super) const ROUNDS: [i32; 4] = [20, 12, 9, JOIN];
/// What speaks against: both groups have values of the kind, and none in common. Companies have one name; one legal person has
/// one main number (非经营性互联网信息服务备案管理办法); the others an operator changes, but seldom all at once.
pub(super) const AGAINST: [(Kind, i32); 6] = [
    (Kind::Name, -7),
    (Kind::Icp, -3),
    (Kind::Analytics, -2),
    (Kind::Address, -2),
    (Kind::Person, -2),
    (Kind::Brand, -1),
];
/// In a group of so many bearers or more, what only one of them has counts half: it may have been copied.
pub(super) const LARGE: usize = 4;

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
