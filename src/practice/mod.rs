//! The bundled practice web: fictitious sites, their server on loopback, and the load generator.
//!
//! | file | noun |
//! |---|---|
//! | `sites` | the grammar of `seeds/practice/sites.toml` |
//! | `web` | its hosts with their files, and what each path answers |
//! | `traps` | pages without end |
//! | `expected` | what an officer must find (`seeds/practice/expected.toml`), and the comparison with a verdict |
//! | `folder` | any folder of pages as hosts |
//! | `prose` | generated Chinese text |
//! | `load` | generated, linked pages in any number |
//! | `notices` | generated short texts in any number |
//! | `operators` | generated operators with sites that share facts in part, for measuring the joining |
//! | `answer` | what goes back for one request |
//! | `server` | listeners, connections, shutting down |
//! | `by_hand` | broken answers on the bare socket |
//! | `access` | the server's own log, by which politeness is measured |
//! | `list` | the patrol list of whatever is served |
//!
//! Everything listens on 127.0.0.0/8 only and bears names under `.test`.

mod access;
mod answer;
mod by_hand;
mod error;
mod expected;
mod folder;
mod list;
mod load;
mod notices;
mod operators;
mod prose;
mod server;
mod sites;
mod traps;
mod web;

pub use access::{AccessEntry, AccessLog};
pub use error::PracticeError;
pub use expected::{Expectation, Expected, ExpectedHost, ExpectedPage, Outcome, Reach, expected};
pub use list::{bundled_patrol_list, patrol_list};
pub use load::{LoadKind, LoadPlan, load_pages};
pub use notices::{Notice, Notices};
pub use operators::{JoinFigures, OperatorPlan, OperatorWorld, operator_world};
pub use server::{Bind, Served, ServedHost, serve, serve_folder, serve_load};
pub use web::{WatchedHost, hosts};
