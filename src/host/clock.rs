//! The hall's clock: the machine's, or in a training hall one that starts where a session says and runs on with elapsed
//! time (formats, "The hall in the journal"). Read once a turn, by the writer thread alone.

use std::time::Instant as Monotonic;

use crate::{rules::time::Instant, sys};

/// Where the time of a hall comes from.
#[derive(Debug, Clone, Copy)]
pub enum HallClock {
    /// The machine's clock.
    Machine,
    /// A training hall's: from an instant on.
    Training {
        /// The time at which it was set.
        from: Instant,
        /// When it was set.
        since: Monotonic,
    },
    /// Stands still until it is set: simulations move it by themselves.
    Still(Instant),
}

impl HallClock {
    /// A training hall's clock that starts now at `from`.
    pub fn training(from: Instant) -> Self {
        Self::Training {
            from,
            since: sys::clock::monotonic(),
        }
    }

    /// The time now.
    pub fn now(&self) -> Instant {
        match self {
            Self::Machine => sys::clock::now(),
            Self::Training { from, since } => {
                *from + sys::clock::monotonic().duration_since(*since)
            }
            Self::Still(at) => *at,
        }
    }

    /// Sets a training hall's clock; none of a real hall.
    pub fn set(&mut self, at: Instant) {
        match self {
            Self::Machine => {}
            Self::Training { .. } => *self = Self::training(at),
            Self::Still(now) => *now = at,
        }
    }
}
