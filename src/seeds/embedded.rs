//! What the binary carries: registers, regional units, the example list and the grammar.

use include_dir::{Dir, include_dir};

/// The bundled registers.
pub(super) static REGISTERS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/seeds/registers");

/// The bundled regional units.
pub(super) const UNITS: &str = include_str!("../../seeds/units.toml");

/// The bundled table of competence.
pub(super) const ROUTING: &str = include_str!("../../seeds/routing.toml");

/// The bundled playbook.
pub(super) const PLAYBOOK: &str = include_str!("../../seeds/playbook.toml");

/// A commented example list that passes the check; all its domains are reserved ones.
pub const EXAMPLE_LIST: &str = include_str!("../../seeds/example.toml");

/// The grammar of everything in `seeds/`.
pub const README: &str = include_str!("../../seeds/README.md");

/// What a block must not hit.
pub(super) const PROTECTED: &str = include_str!("../../seeds/protected/names.csv");
