//! How long to wait before dialling again.
//!
//! Used by the client when its server is gone. A hundred terminals lose the same server at once, so each
//! waits a little differently; the chance is given, nothing is drawn here.

use std::time::Duration;

/// The first pause.
const PAUSE_MIN: Duration = Duration::from_millis(200);

/// The longest pause: a clerk should not wait longer for a server that is back.
pub const PAUSE_MAX: Duration = Duration::from_secs(5);

/// The pause before the attempt after `attempt` tries in vain: doubled each time up to [`PAUSE_MAX`], then
/// shortened by up to half as `chance` says.
pub fn pause(attempt: u32, chance: u8) -> Duration {
    let doubled = PAUSE_MIN.saturating_mul(1_u32.checked_shl(attempt.min(16)).unwrap_or(u32::MAX));
    let whole = doubled.min(PAUSE_MAX);
    let shortened = whole / 2 * u32::from(chance) / u32::from(u8::MAX);
    whole.saturating_sub(shortened)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_bound_and_differ() {
        assert_eq!(pause(0, 0), PAUSE_MIN);
        assert_eq!(pause(1, 0), PAUSE_MIN * 2);
        assert_eq!(pause(0, 255), PAUSE_MIN / 2);
        for attempt in [5, 16, 31, 32, u32::MAX] {
            assert_eq!(pause(attempt, 0), PAUSE_MAX);
            assert!(pause(attempt, 255) >= PAUSE_MAX / 2);
        }
    }
}
