//! banshi (办事): the queue-and-case console of an administrative service hall (行政服务中心).
//!
//! One record follows a citizen from the ticket to the archive.

pub mod cli;
pub mod client;
pub mod config;
pub mod console;
pub mod engine;
pub mod host;
pub mod i18n;
pub mod intake;
pub mod rehearsal;
pub mod rules;
pub mod search;
pub mod store;
pub mod sys;
pub mod wire;
