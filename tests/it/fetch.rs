//! Integration tests: fetch. All servers are on loopback; no name is looked up outside of the machine.

pub mod browser;
mod charset_pages;
mod hostile;
mod https;
mod proof;
mod robots_vectors;
pub mod server;
mod speed;
mod visits;
