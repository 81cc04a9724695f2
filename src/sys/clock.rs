//! The clock of the machine. The one file that reads it: everything else is handed the time.

use chrono::{DateTime, Utc};
use rustix::time::{ClockId, clock_gettime};
use std::time::{Duration, Instant};

/// The time now.
#[allow(
    clippy::disallowed_methods,
    reason = "this is the place that the ban points to"
)]
pub fn now() -> DateTime<Utc> {
    Utc::now()
}

/// A reading of the clock that never goes back, for waits and time-outs; it says nothing about the date, and stands still
/// while the machine is suspended.
pub fn monotonic() -> Instant {
    Instant::now()
}

/// The time since the machine started, the time that it was suspended included: what really passed, whatever the date was
/// set to meanwhile.
pub fn since_start() -> Duration {
    let passed = clock_gettime(ClockId::Boottime);
    let seconds = u64::try_from(passed.tv_sec).unwrap_or_default();
    let nanos = u32::try_from(passed.tv_nsec).unwrap_or_default();
    Duration::new(seconds, nanos)
}
