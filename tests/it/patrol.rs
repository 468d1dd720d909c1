//! Integration tests: patrol.
