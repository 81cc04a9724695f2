//! Everything that can be tested without a bench: one binary, one file a subject; `tidy` checks that none is forgotten.

// A test that fails panics, also in the functions that tests share.
#![allow(clippy::panic)]

mod calendar;
mod changelog;
mod clock;
mod events;
mod i18n;
mod licences;
mod machines;
mod rulebook;
mod search;
mod support;
mod texts;
mod tidy;
