//! What captures tell beside their words: a page that shows itself differently to others, what changed since last time,
//! near copies elsewhere, and how a site is secured. Pure; nothing here is a finding.

pub mod change;
pub mod cloak;
pub mod diff;
pub mod filing;
pub mod networks;
pub mod posture;
pub mod sketch;
pub mod tls;
pub mod view;
