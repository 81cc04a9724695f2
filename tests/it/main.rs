//! Everything that can be tested without a bench: one binary, one file a subject.

mod calendar;
mod clock;
mod i18n;
mod support;
