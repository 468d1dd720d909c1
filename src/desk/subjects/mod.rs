//! Subjects (一户一档): what sealed items and imported lists tell, folded with what officers decided.

pub mod circles;
pub mod fold;
pub mod reading;
