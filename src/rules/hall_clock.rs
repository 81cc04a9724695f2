//! The hall's clock as the rules see it (R23): what an administrator or director confirms when it jumped, and how `hall.status`
//! shows it. Whether it jumped the host finds out, which alone reads it; here the confirmation is put on record.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    event::Event,
    founding::HallEvent,
    hall::Hall,
    method::methods,
    refusal::Refusal,
    stamp::Stamp,
    time::{Instant, wire},
};

/// `hall.confirm_clock`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmClock {
    /// The right time, as whoever confirms reads it off another clock.
    #[serde(with = "wire")]
    #[schemars(with = "String")]
    pub at: Instant,
}

methods! {
    /// Commands on the hall as a whole.
    HallCommand for "hall" {
        /// Says that the machine's clock is right after it jumped; until then no other command is done.
        ConfirmClock(ConfirmClock) = "confirm_clock",
    }
}

/// A confirmation, as the hall remembers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockConfirmed {
    /// The time of the entry: what the hall's own time was.
    pub from: Instant,
    /// The time that was confirmed.
    pub to: Instant,
}

/// Whether the clock can be relied on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClockState {
    /// It goes as it should.
    #[default]
    Ok,
    /// It lies behind the last entry, and that was confirmed: entries get the last one's time until it has caught up.
    Held,
    /// It jumped, or lies behind the last entry: no command is done before somebody confirms it.
    Jumped,
}

/// The clock in `hall.status`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ClockView {
    /// Whether it can be relied on.
    pub state: ClockState,
    /// By how many seconds it is ahead of what it should show; negative where it lies behind.
    pub by_seconds: i64,
}

/// Decides a command; how far `at` may be from the machine's clock the host has seen to.
pub fn decide(_hall: &Hall, stamp: &Stamp, command: &HallCommand) -> Result<Vec<Event>, Refusal> {
    let HallCommand::ConfirmClock(params) = command;
    Ok(vec![
        HallEvent::ClockConfirmed {
            from: stamp.at,
            to: params.at,
            by: stamp.actor.staff.clone(),
        }
        .into(),
    ])
}
