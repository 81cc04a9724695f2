//! The arithmetic of limits: units (R22), the promise against the statute (R92), extensions (R102, R103), deemed acceptance (R83),
//! instant matters (R64), the days of the cards (R105).
//!
//! Pure helpers for the catalogue and the case, which decide what is allowed and refuse what is not.

use super::WorkDays;
use crate::rules::calendar::WorkCalendar;
use crate::rules::civil::{InRange, OutOfRange};
use crate::rules::time::{Instant, hall_date};
use chrono::{NaiveDate, TimeDelta};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The most working days that the head of an agency may add, once (R102, XKF 42).
pub const STATUTORY_EXTENSION_DAYS_MAX: u32 = 10;

/// The most working days that the head of the government may add to a joint matter (R102, XKF 42).
pub const JOINT_EXTENSION_DAYS_MAX: u32 = 15;

/// The working days within which everything missing must be told (R76, R95, XKF 32).
pub const CORRECTION_NOTICE_DAYS: u32 = 5;

/// The working days from a yellow card to a red one while the case stays open (R105).
pub const RED_CARD_AFTER_DAYS: u32 = 3;

/// The unit of a limit (R22); never converted silently.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum LimitUnit {
    /// Days worked (R11).
    WorkingDay,
    /// All days; an end on a day off moves on (R17).
    CalendarDay,
    /// Hours from the moment, through nights and holidays (R19).
    Hour,
    /// Minutes from the moment, through nights and holidays (R19).
    Minute,
}

/// A limit with its unit.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub struct Limit {
    /// How many.
    pub count: u32,
    /// Of what.
    pub unit: LimitUnit,
}

/// Where a limit ends: a day for days, an instant for hours and minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LimitEnd {
    /// By the end of this day.
    On(NaiveDate),
    /// By this instant.
    At(Instant),
}

/// When a limit that runs from an instant ends (R15, R17, R19).
///
/// # Errors
/// [`OutOfRange`] when it ends outside the range reckoned with.
pub fn limit_end(
    calendar: &WorkCalendar,
    from: Instant,
    limit: Limit,
) -> Result<LimitEnd, OutOfRange> {
    from.date_naive().in_range()?;
    let date = hall_date(from);
    let after = |length: TimeDelta| -> Result<LimitEnd, OutOfRange> {
        let end = from
            .checked_add_signed(length)
            .ok_or(OutOfRange::Count(date))?;
        end.date_naive().in_range()?;
        Ok(LimitEnd::At(end))
    };
    match limit.unit {
        LimitUnit::WorkingDay => calendar
            .add_working_days(date, limit.count)
            .map(LimitEnd::On),
        LimitUnit::CalendarDay => calendar
            .add_calendar_days(date, limit.count)
            .map(LimitEnd::On),
        LimitUnit::Hour => after(TimeDelta::hours(i64::from(limit.count))),
        LimitUnit::Minute => after(TimeDelta::minutes(i64::from(limit.count))),
    }
}

/// The longest promise that a statutory limit allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommittedCeiling {
    /// Nothing is left of the limit: the item must be done on the spot.
    Instant,
    /// At most so many working days.
    Days(WorkDays),
}

/// The longest promise: seven tenths of the statutory limit, rounded down (R92).
pub fn committed_ceiling(statutory: WorkDays) -> CommittedCeiling {
    match statutory.get() * 7 / 10 {
        0 => CommittedCeiling::Instant,
        days => CommittedCeiling::Days(WorkDays(days)),
    }
}

/// Whether a promise keeps to [`committed_ceiling`]; 0 days are an instant matter, which always does.
pub fn is_committed_allowed(statutory: WorkDays, committed: WorkDays) -> bool {
    match committed_ceiling(statutory) {
        CommittedCeiling::Instant => committed.get() == 0,
        CommittedCeiling::Days(most) => committed <= most,
    }
}

/// The due date after an extension: so many working days after the old one (R103).
///
/// # Errors
/// [`OutOfRange`] when it lies outside the range reckoned with.
pub fn extended_due(
    calendar: &WorkCalendar,
    due: NaiveDate,
    days: WorkDays,
) -> Result<NaiveDate, OutOfRange> {
    calendar.add_working_days(due, days.get())
}

/// The day at whose end papers received without any notice count as accepted, as of the day they were received (R83).
///
/// # Errors
/// [`OutOfRange`] when it lies outside the range reckoned with.
pub fn deemed_acceptance_day(
    calendar: &WorkCalendar,
    received_on: NaiveDate,
) -> Result<NaiveDate, OutOfRange> {
    calendar.add_working_days(received_on, CORRECTION_NOTICE_DAYS)
}

/// When an instant matter is due, by the hall's choice (R64).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum InstantDue {
    /// The same working day.
    #[default]
    SameDay,
    /// The next working day (次日).
    NextWorkingDay,
}

/// The due date of an instant matter received on a date (R64); received on a day off, the next working day (R16, R17).
///
/// # Errors
/// [`OutOfRange`] when it lies outside the range reckoned with.
pub fn instant_due(
    calendar: &WorkCalendar,
    received_on: NaiveDate,
    choice: InstantDue,
) -> Result<NaiveDate, OutOfRange> {
    match choice {
        InstantDue::SameDay => calendar.on_or_after(received_on),
        InstantDue::NextWorkingDay => calendar.add_working_days(received_on, 1),
    }
}

/// The days at whose end an open case gets its cards (R105).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CardDays {
    /// The committed due date.
    pub yellow_on: NaiveDate,
    /// The statutory due date or the third working day after the yellow card, whichever comes first, but never before the yellow one.
    pub red_on: NaiveDate,
}

/// The days at whose end an open case gets its cards (R105).
///
/// # Errors
/// [`OutOfRange`] when one lies outside the range reckoned with.
pub fn card_days(
    calendar: &WorkCalendar,
    committed_due: NaiveDate,
    statutory_due: NaiveDate,
) -> Result<CardDays, OutOfRange> {
    let after_yellow = calendar.add_working_days(committed_due, RED_CARD_AFTER_DAYS)?;
    Ok(CardDays {
        yellow_on: committed_due,
        red_on: after_yellow.min(statutory_due).max(committed_due),
    })
}
