//! Integration tests: page.
