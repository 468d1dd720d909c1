//! Integration tests: practice.
