//! The clock of the machine. The one file that reads it: everything else is handed the time.

use chrono::{DateTime, Utc};
use std::time::Instant;

/// The time now.
#[allow(
    clippy::disallowed_methods,
    reason = "this is the place that the ban points to"
)]
pub fn now() -> DateTime<Utc> {
    Utc::now()
}

/// A reading of the clock that never goes back, for waits and time-outs; it says nothing about the date.
pub fn monotonic() -> Instant {
    Instant::now()
}
