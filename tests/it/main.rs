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
mod console_text;
mod console_theme;
mod events;
mod i18n;
mod identity;
mod intake;
mod keymap;
mod licences;
mod machines;
mod main_job;
mod model;
mod rehearsal;
mod rulebook;
mod rules_branch;
mod rules_case;
mod rules_custody;
mod rules_enquiry;
mod rules_finding;
mod rules_indicator;
mod rules_proposal;
mod rules_proxy;
mod rules_round;
mod rules_ticket;
mod rules_window;
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
