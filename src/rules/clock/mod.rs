//! The clock of a case as a pure ledger (R101–R105): start, limit, pauses, extension in; due date, days left and lamp out.
//!
//! Used by the case machine, by the views and by `banshi due`. A date goes in as `today`; nothing here reads the time, decides whether
//! a pause or an extension is allowed (the case does), or stores a lamp: lamps are views.

mod explain;
mod limits;

pub use explain::{Step, StepKind};
pub use limits::{
    CORRECTION_NOTICE_DAYS, CardDays, CommittedCeiling, InstantDue, JOINT_EXTENSION_DAYS_MAX,
    Limit, LimitEnd, LimitUnit, RED_CARD_AFTER_DAYS, STATUTORY_EXTENSION_DAYS_MAX, card_days,
    committed_ceiling, deemed_acceptance_day, extended_due, instant_due, is_committed_allowed,
    limit_end,
};

use super::calendar::WorkCalendar;
use super::civil::{InRange, OutOfRange, WORKING_DAYS_MAX};
use super::time::Instant;
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A length of time in working days (R22), at most [`WORKING_DAYS_MAX`].
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema,
)]
#[serde(try_from = "u32", into = "u32")]
pub struct WorkDays(u32);

impl WorkDays {
    /// So many working days.
    ///
    /// # Errors
    /// [`OutOfRange::Limit`] for more than [`WORKING_DAYS_MAX`].
    pub fn new(days: impl Into<u64>) -> Result<Self, OutOfRange> {
        let days = days.into();
        u32::try_from(days)
            .ok()
            .filter(|&days| days <= WORKING_DAYS_MAX)
            .map(Self)
            .ok_or(OutOfRange::Limit(days))
    }

    /// The number of days.
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl TryFrom<u32> for WorkDays {
    type Error = OutOfRange;

    fn try_from(days: u32) -> Result<Self, OutOfRange> {
        Self::new(days)
    }
}

impl From<WorkDays> for u32 {
    fn from(days: WorkDays) -> Self {
        days.0
    }
}

/// A stop of the clock (R101): the working days x with `from_on < x <= to_on` are not counted.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub struct Pause {
    /// The day on which the clock stopped; itself still counted.
    #[schemars(with = "String")]
    pub from_on: NaiveDate,
    /// The day on which it ran again, the last one not counted; `None` while it is stopped.
    #[schemars(with = "Option<String>")]
    pub to_on: Option<NaiveDate>,
}

/// All that a due date follows from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Ledger {
    /// The day of acceptance; not counted (R15).
    #[schemars(with = "String")]
    pub started_on: NaiveDate,
    /// The limit copied into the case at acceptance (R94); 0 for an instant matter (R64).
    pub limit: WorkDays,
    /// Working days added at the end (R103).
    #[serde(default)]
    pub extension: WorkDays,
    /// The stops, in any order; overlapping ones count once.
    #[serde(default)]
    pub pauses: Vec<Pause>,
}

/// Where a ledger ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The last counted day.
    Due(NaiveDate),
    /// An open pause stops the clock before its end; the date is the first day of the pause, or of the clock.
    Stopped(NaiveDate),
}

/// The lamp of a countdown (R105): a warning before the date, never a sanction.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Lamp {
    /// Time enough.
    Green,
    /// At most a fifth of the limit is left, or one day.
    Amber,
    /// Due today.
    Red,
    /// Past the due date.
    Overdue,
    /// The clock stands.
    Paused,
}

/// A countdown as seen on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ClockView {
    /// The due date; `None` while an open pause stops the clock.
    #[schemars(with = "Option<String>")]
    pub due: Option<NaiveDate>,
    /// Whether the due date depends on a year whose notice is missing (R14); a stopped clock gives no date that could be provisional.
    pub provisional: bool,
    /// The days that the clock counts from the start to the due date, or to the stop.
    pub counted: u32,
    /// How many of them have passed.
    pub elapsed: u32,
    /// The days in `(today, due]` that the clock counts; negative when overdue (R21).
    pub left: i32,
    /// The working days past the due date; 0 when there are none.
    pub overdue: u32,
    /// The lamp (R105).
    pub lamp: Lamp,
}

/// The order of a countdown list (R109): overdue first, then the least left, then acceptance time; stopped clocks last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CountdownKey {
    is_stopped: bool,
    left: i32,
    accepted_at: Instant,
}

impl ClockView {
    /// The key by which lists of countdowns are sorted (R109).
    pub fn countdown_key(&self, accepted_at: Instant) -> CountdownKey {
        CountdownKey {
            is_stopped: self.due.is_none(),
            left: self.left,
            accepted_at,
        }
    }
}

impl Ledger {
    /// A ledger without pauses or extension.
    pub fn new(started_on: NaiveDate, limit: WorkDays) -> Self {
        Self {
            started_on,
            limit,
            extension: WorkDays::default(),
            pauses: Vec::new(),
        }
    }

    /// Where the clock ends: the last counted day, or the stop (R101, R103).
    ///
    /// # Errors
    /// [`OutOfRange`] when the start or the end lies outside the range reckoned with.
    pub fn ending(&self, calendar: &WorkCalendar) -> Result<Ending, OutOfRange> {
        self.started_on.in_range()?;
        // The due date is the day of this rank; each pause that begins before it pushes it on by the working days inside.
        let mut rank = calendar.rank(self.started_on) + self.span(calendar);
        for stop in self.stops() {
            if calendar.rank(stop.from_on) >= rank {
                break;
            }
            let Some(to_on) = stop.to_on else {
                return Ok(Ending::Stopped(stop.from_on));
            };
            rank += calendar.rank(to_on) - calendar.rank(stop.from_on);
        }
        let due = calendar
            .select(rank)
            .ok_or(OutOfRange::Count(self.started_on))?;
        assert!(
            due >= self.started_on && calendar.is_working_day(due),
            "invariant: a due date is a working day"
        );
        Ok(Ending::Due(due))
    }

    /// The due date; `None` while an open pause stops the clock.
    ///
    /// # Errors
    /// [`OutOfRange`] as [`ending`](Self::ending).
    pub fn due(&self, calendar: &WorkCalendar) -> Result<Option<NaiveDate>, OutOfRange> {
        Ok(match self.ending(calendar)? {
            Ending::Due(due) => Some(due),
            Ending::Stopped(_) => None,
        })
    }

    /// The countdown as seen on `today`.
    ///
    /// # Errors
    /// [`OutOfRange`] as [`ending`](Self::ending), or when `today` lies outside the range reckoned with.
    pub fn view(&self, calendar: &WorkCalendar, today: NaiveDate) -> Result<ClockView, OutOfRange> {
        today.in_range()?;
        let ending = self.ending(calendar)?;
        let (due, last) = match ending {
            Ending::Due(due) => (Some(due), due),
            Ending::Stopped(on) => (None, on),
        };
        let elapsed = self.counted_through(calendar, today.min(last));
        let overdue = due.map_or(0, |due| calendar.working_days(due, today).max(0));
        let remaining = days_i32(self.span(calendar)) - days_i32(elapsed);
        assert!(
            remaining >= 0,
            "invariant: the clock counts no more days than its limit"
        );
        let left = if overdue > 0 { -overdue } else { remaining };
        Ok(ClockView {
            due,
            provisional: due.is_some_and(|due| calendar.is_provisional(self.started_on, due)),
            counted: self.counted_through(calendar, last),
            elapsed,
            left,
            overdue: overdue.unsigned_abs(),
            lamp: self.lamp(due, today, left),
        })
    }

    /// The days to be counted: limit and extension. Nothing at all, on a day off, means the next working day (R17).
    fn span(&self, calendar: &WorkCalendar) -> u32 {
        let total = self.limit.get() + self.extension.get();
        if total == 0 && !calendar.is_working_day(self.started_on) {
            1
        } else {
            total
        }
    }

    fn lamp(&self, due: Option<NaiveDate>, today: NaiveDate, left: i32) -> Lamp {
        let is_stopped =
            |stop: &Pause| stop.from_on <= today && stop.to_on.is_none_or(|to_on| today < to_on);
        match due {
            Some(due) if today > due => Lamp::Overdue,
            Some(due) if today == due => Lamp::Red,
            _ if self.stops().iter().any(is_stopped) => Lamp::Paused,
            _ if left <= days_i32(self.amber_from()) => Lamp::Amber,
            _ => Lamp::Green,
        }
    }

    /// The days left at which the lamp turns amber: a fifth of the limit in force, at least one (R105).
    pub fn amber_from(&self) -> u32 {
        (self.limit.get() + self.extension.get()).div_ceil(5).max(1)
    }

    /// The days in `(started_on, through]` that the clock counts; 0 before the start.
    fn counted_through(&self, calendar: &WorkCalendar, through: NaiveDate) -> u32 {
        let days =
            |after: NaiveDate, to: NaiveDate| calendar.rank(to.max(after)) - calendar.rank(after);
        let stopped: u32 = self
            .stops()
            .iter()
            .map(|stop| {
                days(
                    stop.from_on,
                    stop.to_on.map_or(through, |to_on| to_on.min(through)),
                )
            })
            .sum();
        days(self.started_on, through) - stopped
    }

    /// The pauses as a union (R101): in order, none touching another, none beginning before the start.
    fn stops(&self) -> Vec<Pause> {
        let mut pauses: Vec<Pause> = self
            .pauses
            .iter()
            .map(|pause| Pause {
                from_on: pause.from_on.max(self.started_on),
                to_on: pause.to_on,
            })
            .filter(|pause| pause.to_on.is_none_or(|to_on| to_on > pause.from_on))
            .collect();
        pauses.sort_unstable();
        let mut stops: Vec<Pause> = Vec::with_capacity(pauses.len());
        for pause in pauses {
            match stops.last_mut() {
                Some(last) if last.to_on.is_none_or(|to_on| pause.from_on <= to_on) => {
                    last.to_on = last
                        .to_on
                        .zip(pause.to_on)
                        .map(|(one, other)| one.max(other));
                }
                _ => stops.push(pause),
            }
        }
        stops
    }
}

fn days_i32(days: u32) -> i32 {
    i32::try_from(days).expect("invariant: a limit is far below two thousand million days")
}
