//! Wangxun (网巡): a rate-limited patrol crawler and advertising-content auditor for the offices that
//! watch misleading and unlicensed financial advertising.
//!
//! ```text
//! seed -> target -> permit -> capture -> page -> text -> claims -> findings -> sealed evidence
//! ```
//!
//! A room imports lower floors only, never a sibling (`tests/it/architecture.rs` proves it):
//!
//! | floor | rooms |
//! |---|---|
//! | 4 doors | [`cli`] |
//! | 3 corridors | [`patrol`], [`desk`] |
//! | 2 keepers (IO) | [`seeds`], [`lexicons`], [`fetch`], [`storage`], [`practice`], [`printer`], [`vision`] |
//! | 2 thinkers (pure) | [`page`], [`text`], [`claims`], [`audit`], [`signals`], [`dossier`], [`export`] |
//! | 1 (IO) | [`program`]: programs run beside us |
//! | 1 | [`wire`]: serde forms |
//! | 0 | [`model`]: the nouns |

pub mod model;

pub mod program;
pub mod wire;

pub mod fetch;
pub mod lexicons;
pub mod practice;
pub mod printer;
pub mod seeds;
pub mod storage;
pub mod vision;

pub mod audit;
pub mod claims;
pub mod dossier;
pub mod export;
pub mod page;
pub mod signals;
pub mod text;

pub mod desk;
pub mod patrol;

pub mod cli;
