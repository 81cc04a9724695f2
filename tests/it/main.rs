//! Everything that can be tested without a bench: one binary, one file a subject.

mod search;
mod support;
