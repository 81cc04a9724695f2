//! The clock of the machine. The one file that reads it: everything else is handed the time.

use std::time::Instant;

use chrono::{DateTime, Utc};

/// The time now.
#[allow(
    clippy::disallowed_methods,
    reason = "this is the place that the ban points to"
)]
pub fn now() -> DateTime<Utc> {
    Utc::now()
}

/// A time that only measures how long something takes, and never runs backwards.
pub fn monotonic() -> Instant {
    Instant::now()
}
