//! The hall's clock: the machine's, or in a training hall one that starts where a session says and runs on with elapsed
//! time (formats, "The hall in the journal"). Read once a turn, by the writer thread alone; every reading says beside the time
//! how much really passed, by which a date that jumped is found out.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use crate::{rules::time::Instant, sys};

/// One look at a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reading {
    /// The time that it shows.
    pub(super) wall: Instant,
    /// What really passed since some moment that stays the same.
    pub(super) elapsed: Duration,
}

/// Where the time of a hall comes from.
#[derive(Debug, Clone)]
pub enum HallClock {
    /// The machine's clock.
    Machine,
    /// A training hall's: from an instant on.
    Training {
        /// The time at which it was set.
        from: Instant,
        /// When it was set, since the machine started.
        since: Duration,
    },
    /// Stands still until it is set: simulations move it by themselves, and no time passes for terminals that are gone.
    Still(Instant),
    /// Moved by hand while the hall is served.
    Simulated(Simulated),
}

impl HallClock {
    /// A training hall's clock that starts now at `from`.
    pub fn training(from: Instant) -> Self {
        Self::Training {
            from,
            since: sys::clock::since_start(),
        }
    }

    /// The time now.
    pub fn now(&self) -> Instant {
        self.read().wall
    }

    pub(super) fn read(&self) -> Reading {
        match self {
            Self::Machine => Reading {
                wall: sys::clock::now(),
                elapsed: sys::clock::since_start(),
            },
            Self::Training { from, since } => {
                let elapsed = sys::clock::since_start();
                let wall = *from + elapsed.saturating_sub(*since);
                Reading { wall, elapsed }
            }
            Self::Still(at) => Reading {
                wall: *at,
                elapsed: Duration::ZERO,
            },
            Self::Simulated(hands) => *hands.reading(),
        }
    }

    /// Sets a training hall's clock; none of a real hall.
    pub fn set(&mut self, at: Instant) {
        match self {
            Self::Machine => {}
            Self::Training { .. } => *self = Self::training(at),
            Self::Still(now) => *now = at,
            Self::Simulated(hands) => hands.reading().wall = at,
        }
    }

    /// Has `ring` done whenever somebody moves the clock by hand.
    pub(super) fn on_move(&self, ring: impl Fn() + Send + Sync + 'static) {
        if let Self::Simulated(hands) = self {
            let _hung_before = hands.0.moved.set(Box::new(ring));
        }
    }
}

/// A clock moved by hand, for simulations and tests: the date and what really passed, together or apart. Clones are the same
/// clock.
#[derive(Clone)]
pub struct Simulated(Arc<Hands>);

struct Hands {
    reading: Mutex<Reading>,
    moved: OnceLock<Box<dyn Fn() + Send + Sync>>,
}

impl Simulated {
    /// A clock that shows `at`.
    pub fn at(at: Instant) -> Self {
        Self(Arc::new(Hands {
            reading: Mutex::new(Reading {
                wall: at,
                elapsed: Duration::ZERO,
            }),
            moved: OnceLock::new(),
        }))
    }

    /// Lets time pass, as it should.
    pub fn pass(&self, time: Duration) {
        {
            let mut reading = self.reading();
            reading.wall += time;
            reading.elapsed += time;
        }
        self.tell();
    }

    /// Sets the date, without any time having passed.
    pub fn jump_to(&self, at: Instant) {
        self.reading().wall = at;
        self.tell();
    }

    /// The time that it shows.
    pub fn now(&self) -> Instant {
        self.reading().wall
    }

    fn reading(&self) -> MutexGuard<'_, Reading> {
        self.0
            .reading
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self) {
        if let Some(ring) = self.0.moved.get() {
            ring();
        }
    }
}

impl fmt::Debug for Simulated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Simulated").field(&*self.reading()).finish()
    }
}
