//! Everything that can be tested without a bench: one binary, one file a subject; `tidy` checks that none is forgotten.

// A test that fails panics, also in the functions that tests share: `clippy.toml` allows it in tests proper.
#![allow(clippy::panic, clippy::unwrap_used)]

mod calendar;
mod changelog;
mod cli_due;
mod cli_find;
mod cli_id;
mod client;
mod clock;
mod console_foundation;
mod events;
mod i18n;
mod identity;
mod intake;
mod keymap;
mod licences;
mod machines;
mod model;
mod rulebook;
mod rules_custody;
mod rules_finding;
mod rules_proxy;
mod rules_round;
mod search;
mod store_conformance;
mod store_crash;
mod store_faults;
mod store_keys;
mod store_sealing;
mod support;
mod terminal;
mod texts;
mod tidy;
mod wire;
