//! Every impure leaf: clock, signals, log file, panic hook, password hash, keys. Decides nothing.

pub mod clock;
pub mod files;
pub mod log;
pub mod panic;
pub mod random;
pub mod signals;
pub mod terminal;
pub mod user;
