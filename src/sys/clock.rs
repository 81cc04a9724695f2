//! The clock of the machine. The one file that reads it: everything else is handed the time.

use chrono::{DateTime, Utc};

/// The time now.
#[allow(
    clippy::disallowed_methods,
    reason = "this is the place that the ban points to"
)]
pub fn now() -> DateTime<Utc> {
    Utc::now()
}

/// A reading of a clock that only runs forward, for measuring how much time has passed.
#[allow(
    clippy::disallowed_methods,
    reason = "this is the place that the ban points to"
)]
pub fn monotonic() -> std::time::Instant {
    std::time::Instant::now()
}
