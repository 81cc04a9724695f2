//! The sweep of days: what time alone brings about. The engine walks from the last entry to now; at each step the state
//! machines say what is due, ordered by rule number, then id. Every step is idempotent by state, so that a hall that was
//! off for a week comes out the same as one that ran.

use chrono::{Days, NaiveDate, NaiveTime};

use super::{
    case,
    event::Event,
    hall::Hall,
    proxy,
    stamp::Stamp,
    ticket,
    time::{Instant, at_hall_time},
};

/// One step of the sweep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Work due at an instant, such as a held ticket after its minutes.
    Due(Instant),
    /// The end of a civil date, 24:00 hall time.
    Closed(NaiveDate),
}

impl Step {
    /// The instant at which the step falls due.
    pub fn at(self) -> Instant {
        match self {
            Self::Due(at) => at,
            Self::Closed(on) => end_of(on),
        }
    }
}

/// 24:00 hall time of a civil date.
pub fn end_of(on: NaiveDate) -> Instant {
    let next = on.checked_add_days(Days::new(1)).unwrap_or(on);
    at_hall_time(next, NaiveTime::MIN)
}

/// The next step after `swept`, where the hall has been swept so far: the earlier of the next due instant and the end of
/// the day. Days without work are steps too; they yield no events.
pub fn next_step(hall: &Hall, swept: Instant) -> Step {
    let closing = super::time::hall_date(swept);
    match ticket::next_instant(hall) {
        Some(at) if at <= end_of(closing) => Step::Due(at.max(swept)),
        _ => Step::Closed(closing),
    }
}

/// What a step brings about; empty for most. `stamp.on` is the civil date of the step.
pub fn events(hall: &Hall, stamp: &Stamp, step: Step) -> Vec<Event> {
    match step {
        Step::Due(at) => ticket::at_instant(hall, stamp, at),
        // In the order of rule numbers: R33, R42 tickets; R83–R85, R87 cases; R152 orders.
        Step::Closed(on) => {
            let mut events = ticket::day_closed(hall, stamp, on);
            events.extend(case::day_closed(hall, stamp, on));
            events.extend(proxy::day_closed(hall, stamp, on));
            events
        }
    }
}
