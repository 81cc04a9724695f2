//! Whether the hall's clock can be relied on (R23). Dates decide when tickets expire and cases are accepted by default, so a
//! date that nobody confirmed must bring nothing about: while the clock has jumped no command is done and no day is swept.
//! Used by the turns of the writer thread; it reads no clock itself.

use std::time::Duration;

use chrono::TimeDelta;

use super::clock::Reading;
use crate::rules::{
    hall_clock::{ClockConfirmed, ClockState, ClockView},
    refusal::{Refusal, RefusalCode},
    time::{Instant, shown},
};

/// How far the machine's clock may lie behind the last entry before commands are refused, and how near a confirmed time has to
/// be to it.
pub(super) const BACKWARDS_MAX: TimeDelta = TimeDelta::minutes(2);

/// How much further the clock may have gone than time has passed. Whoever sets a clock right moves it by less; a wrong date
/// is off by days.
pub(super) const AHEAD_MAX: TimeDelta = TimeDelta::hours(12);

/// What a look at the clock comes to.
#[derive(Debug, Clone)]
pub(super) struct Sight {
    /// The time to work at: never before the last entry, and never one that is not believed.
    pub(super) at: Instant,
    /// How it is shown.
    pub(super) view: ClockView,
    /// Why no command is done.
    pub(super) stop: Option<Refusal>,
}

/// What the clock is measured against.
#[derive(Debug, Default)]
pub(super) struct Guard {
    /// The last reading that was believed. None before the first: a hall that was off knows nothing of what passed.
    believed: Option<Reading>,
}

impl Guard {
    /// Judges a reading. `head_at` is the time of the last entry, `confirmed` what was confirmed last.
    pub(super) fn look(
        &mut self,
        reading: Reading,
        head_at: Instant,
        confirmed: Option<ClockConfirmed>,
    ) -> Sight {
        if let Some(sight) = self.ahead(reading, head_at) {
            return sight;
        }
        let behind = head_at - reading.wall;
        if behind <= BACKWARDS_MAX {
            self.believed = Some(reading);
            return Sight {
                at: reading.wall.max(head_at),
                view: ClockView::default(),
                stop: None,
            };
        }
        let by_seconds = -behind.num_seconds();
        // A confirmation holds for the entry behind which the clock lay then, and as long as it has not gone back further.
        let is_confirmed = confirmed.is_some_and(|confirmed| {
            confirmed.from == head_at && reading.wall >= confirmed.to - BACKWARDS_MAX
        });
        if is_confirmed {
            self.believed = Some(reading);
        }
        let refusal = || {
            Refusal::new(RefusalCode::ClockBackwards)
                .with("at", shown(reading.wall))
                .with("head", shown(head_at))
        };
        Sight {
            at: head_at,
            view: ClockView {
                state: if is_confirmed {
                    ClockState::Held
                } else {
                    ClockState::Jumped
                },
                by_seconds,
            },
            stop: (!is_confirmed).then(refusal),
        }
    }

    /// A clock that has gone further than time has passed.
    fn ahead(&self, reading: Reading, head_at: Instant) -> Option<Sight> {
        let believed = self.believed?;
        let passed = reading.elapsed.saturating_sub(believed.elapsed);
        let expected = believed.wall + passed;
        let ahead = reading.wall - expected;
        (ahead > AHEAD_MAX).then(|| Sight {
            at: expected.max(head_at),
            view: ClockView {
                state: ClockState::Jumped,
                by_seconds: ahead.num_seconds(),
            },
            stop: Some(
                Refusal::new(RefusalCode::ClockJumped)
                    .with("at", shown(reading.wall))
                    .with("minutes", ahead.num_minutes())
                    .with("since", shown(believed.wall)),
            ),
        })
    }

    /// Somebody who may confirmed what the clock shows.
    pub(super) fn believe(&mut self, reading: Reading) {
        self.believed = Some(reading);
    }
}

/// Whether a time that somebody confirms is the one that the clock shows.
///
/// # Errors
/// `clock.differs` where it is further away than the bound.
pub(super) fn must_show(reading: Reading, at: Instant) -> Result<(), Refusal> {
    if (at - reading.wall).abs() <= BACKWARDS_MAX {
        return Ok(());
    }
    Err(Refusal::new(RefusalCode::ClockDiffers)
        .with("at", shown(at))
        .with("clock", shown(reading.wall)))
}

/// A span of time as the calendar counts it; the longest there is for what does not fit.
pub(super) fn until(at: Instant, now: Instant) -> Duration {
    (at - now).to_std().unwrap_or(Duration::ZERO)
}
