<<<<<<< HEAD
//! Everything that can be tested without a bench: one binary, one file a subject.

mod support;
=======
//! All integration tests in one binary, one file a subject; `tidy` checks that every file here is listed.

// A test that fails panics, also in the functions that tests share.
#![allow(clippy::panic)]

mod changelog;
mod licences;
mod rulebook;
mod tidy;
>>>>>>> 9740278 (The rule book, and the tests that keep the house tidy)
