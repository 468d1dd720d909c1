//! The only room that contacts watched hosts.
