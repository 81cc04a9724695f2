//! Every impure leaf: clock, signals, log file, panic hook, password hash, keys, sockets and peer credentials. Decides nothing.

pub mod activation;
pub mod clock;
pub mod files;
pub mod log;
pub mod notify;
pub mod panic;
pub mod password;
pub mod peer;
pub mod random;
pub mod signals;
pub mod socket;
pub mod terminal;
pub mod user;
