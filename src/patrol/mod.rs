//! The machine's corridor: list -> polite fetch -> audit -> sealed evidence.
