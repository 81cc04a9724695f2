//! Integration tests, one module a subject.

mod i18n;
