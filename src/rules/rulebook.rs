//! The rule book, as a page of this documentation: every rule, state machine, paper, worked example and word of the
//! hall, under the numbers that the code cites. It holds text only; `tests/it/rulebook.rs` keeps code and text together.
//!
#![doc = include_str!("RULES.md")]
