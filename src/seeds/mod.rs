//! The only reader of `seeds/`: patrol lists, registers of licensed institutions, regional units.
