//! Hall time as a terminal shows it: the machine's, or a training hall's, which runs on from what the greeting said.

use std::time::Instant;

use chrono::{DateTime, FixedOffset};
use serde_json::Value;

use crate::rules::time::hall_time;
use crate::sys;

/// A clock in hall time.
#[derive(Clone, Copy, Debug)]
pub struct HallClock {
    /// A training hall's time and when it was so late; the machine's clock where there is none.
    training: Option<(DateTime<FixedOffset>, Instant)>,
}

impl HallClock {
    /// The clock of the hall that greeted so.
    pub fn of(greeting: &Value) -> HallClock {
        let mut clock = HallClock { training: None };
        clock.set(greeting);
        clock
    }

    /// Sets it by a newer greeting: a training hall that was away goes on from its own time.
    pub fn set(&mut self, greeting: &Value) {
        let told = greeting["at"]
            .as_str()
            .and_then(|at| DateTime::parse_from_rfc3339(at).ok());
        let is_training = greeting["training"].as_bool().unwrap_or_default();
        self.training = told
            .filter(|_| is_training)
            .map(|at| (hall_time(at.to_utc()), sys::clock::monotonic()));
    }

    /// The time now.
    pub fn now(&self) -> DateTime<FixedOffset> {
        match self.training {
            Some((from, begun)) => from + sys::clock::monotonic().duration_since(begun),
            None => hall_time(sys::clock::now()),
        }
    }
}
