//! The only reader of `lexicons/`: terms, rules, context cues, dictionary, evasion tables, benchmarks.
