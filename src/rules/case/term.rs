//! The case's two terms: which limits it copies at acceptance (R91, R94, R63–R65) and which dates follow from limits, stops and
//! extensions (R101–R103). The counting itself is `clock`'s; here the ledger is made up from the record.

use chrono::{NaiveDate, TimeDelta};

use super::{Case, Dues, Extension, Limits, Stop, Within};
use crate::rules::{
    calendar::WorkCalendar,
    catalogue::{InstantDue, Item},
    civil::OutOfRange,
    clock::{Ledger, LimitUnit, Pause, WorkDays},
    hall::Hall,
    kind::CaseKind,
    refusal::{Refusal, RefusalCode},
    time::{Instant, hall_date},
};

/// Working days of the local part of an upward case at most (R70, XKF 43).
pub const UPWARD_DAYS_MAX: u16 = 20;
/// Working days in which a controlled case is answered, where its item says nothing of its own (R63).
pub const CONTROLLED_DAYS: u16 = 5;
/// Working days for delivery after the decision (R95, R104).
pub const DELIVERY_DAYS: u16 = 10;
/// Working days that the head of the agency may add, once (R102).
pub const EXTENSION_DAYS_MAX: u16 = 10;
/// Working days that the head of the government may add to a joint case (R102).
pub const JOINT_EXTENSION_DAYS_MAX: u16 = 15;
/// The longest limit or addition that a command may name, in days: nothing in law is longer.
pub const DAYS_MAX: u16 = 1000;

/// One of the two terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Term {
    /// 承诺时限
    Committed,
    /// 法定时限
    Statutory,
}

/// The limits that a case of `kind` copies from its item at acceptance (R94); the promise never exceeds the statute.
pub fn limits(hall: &Hall, item: &Item, kind: CaseKind, special_days: Option<u16>) -> Limits {
    if kind == CaseKind::Instant && item.committed_limit == 0 {
        return instant(hall, item);
    }
    let statutory = match kind {
        CaseKind::Upward => item.statutory_limit.min(UPWARD_DAYS_MAX),
        _ => item.statutory_limit,
    };
    let promised = if item.committed_limit > 0 {
        item.committed_limit
    } else {
        seven_tenths(statutory)
    };
    let committed = match kind {
        CaseKind::Special => special_days.unwrap_or(promised),
        CaseKind::Controlled if item.kind != CaseKind::Controlled => promised.min(CONTROLLED_DAYS),
        _ => promised,
    };
    Limits {
        unit: item.unit,
        statutory,
        committed: committed.min(statutory),
    }
}

/// An instant item is due the same or the next working day (R64).
fn instant(hall: &Hall, item: &Item) -> Limits {
    let committed = match hall.profile().case.instant_due {
        InstantDue::SameDay => 0,
        InstantDue::NextDay => 1,
    };
    let statutory = match item.unit {
        LimitUnit::WorkingDay => item.statutory_limit,
        _ => committed,
    };
    Limits {
        unit: LimitUnit::WorkingDay,
        statutory: statutory.max(committed),
        committed,
    }
}

/// 70 % of the statutory limit (R92); what would be nothing is the whole.
fn seven_tenths(statutory: u16) -> u16 {
    let committed = u32::from(statutory) * 7 / 10;
    match u16::try_from(committed).unwrap_or(statutory) {
        0 => statutory,
        days => days,
    }
}

/// What a case's dates follow from.
#[derive(Debug, Clone, Copy)]
pub struct Run<'a> {
    /// The day from which the clock counts.
    pub started_on: NaiveDate,
    /// The instant from which hours and minutes count.
    pub started_at: Instant,
    /// The limits.
    pub limits: Limits,
    /// Stops of the clock.
    pub stops: &'a [Stop],
    /// Extensions.
    pub extensions: &'a [Extension],
}

impl<'a> Run<'a> {
    /// The run of an accepted case as it stands; none before acceptance.
    pub fn of(case: &'a Case) -> Option<Self> {
        let acceptance = case.acceptance.as_ref()?;
        Some(Self {
            started_on: acceptance.started_on,
            started_at: acceptance.at,
            limits: acceptance.limits,
            stops: &case.stops,
            extensions: &case.extensions,
        })
    }

    /// The ledger of one term in working days. After a statutory extension both terms end on the same day (R103), so the promise
    /// counts on from the statutory limit.
    ///
    /// # Errors
    /// [`OutOfRange`] for a limit longer than the calendar reckons with.
    pub fn ledger(&self, term: Term) -> Result<Ledger, OutOfRange> {
        let added = |within: Within| -> u32 {
            self.extensions
                .iter()
                .filter(|one| one.within == within)
                .map(|one| u32::from(one.days))
                .sum()
        };
        let beyond = added(Within::Statutory);
        let (limit, extension) = match term {
            Term::Committed if beyond == 0 => (self.limits.committed, added(Within::Commitment)),
            _ => (self.limits.statutory, beyond),
        };
        let mut ledger = Ledger::new(self.started_on, WorkDays::new(limit)?);
        ledger.extension = WorkDays::new(extension)?;
        ledger.pauses = self
            .stops
            .iter()
            .map(|stop| Pause {
                from_on: stop.from_on,
                to_on: stop.to_on,
            })
            .collect();
        Ok(ledger)
    }

    /// The due dates, with the calendar they were worked out from (R111). An open stop counts as ending on its first day.
    ///
    /// # Errors
    /// `value.refused` where a date would lie beyond the years reckoned with.
    pub fn dues(&self, calendar: &WorkCalendar) -> Result<Dues, Refusal> {
        let (committed_on, committed_at) =
            self.end(calendar, Term::Committed).map_err(out_of_range)?;
        let (statutory_on, statutory_at) =
            self.end(calendar, Term::Statutory).map_err(out_of_range)?;
        let last = committed_on.max(statutory_on);
        Ok(Dues {
            committed_on,
            committed_at,
            statutory_on,
            statutory_at,
            provisional: calendar.is_provisional(self.started_on, last),
            edition: calendar.edition(self.started_on, last),
        })
    }

    fn end(
        &self,
        calendar: &WorkCalendar,
        term: Term,
    ) -> Result<(NaiveDate, Option<Instant>), OutOfRange> {
        let mut ledger = self.ledger(term)?;
        ledger.pauses.retain(|pause| pause.to_on.is_some());
        let count = ledger.limit.get();
        let (on, at) = match self.limits.unit {
            LimitUnit::WorkingDay => {
                let due = ledger.due(calendar)?;
                return Ok((due.unwrap_or(self.started_on), None));
            }
            LimitUnit::CalendarDay => {
                let stopped: u32 = ledger.pauses.iter().copied().map(days_of).sum();
                let end = calendar.add_calendar_days(self.started_on, count + stopped)?;
                (end, None)
            }
            LimitUnit::Hour => self.after(TimeDelta::hours(i64::from(count))),
            LimitUnit::Minute => self.after(TimeDelta::minutes(i64::from(count))),
        };
        match ledger.extension.get() {
            0 => Ok((on, at)),
            days => Ok((calendar.add_working_days(on, days)?, None)),
        }
    }

    fn after(&self, limit: TimeDelta) -> (NaiveDate, Option<Instant>) {
        let stopped = self
            .stops
            .iter()
            .filter_map(|stop| Some(stop.to_at? - stop.from_at))
            .fold(TimeDelta::zero(), |sum, one| sum + one);
        let at = self.started_at + limit + stopped;
        (hall_date(at), Some(at))
    }
}

fn days_of(pause: Pause) -> u32 {
    let days = pause
        .to_on
        .map_or(0, |to_on| (to_on - pause.from_on).num_days());
    u32::try_from(days).unwrap_or(0)
}

/// A date beyond the years reckoned with, as a refusal.
pub fn out_of_range(fault: OutOfRange) -> Refusal {
    Refusal::new(RefusalCode::BadValue)
        .with("field", "days")
        .with("reason", fault.to_string())
}

/// The day `days` working days after `on`, and the calendar it was worked out from.
pub fn working_days_after(
    calendar: &WorkCalendar,
    on: NaiveDate,
    days: u16,
) -> Result<(NaiveDate, String), Refusal> {
    let due = calendar
        .add_working_days(on, u32::from(days))
        .map_err(out_of_range)?;
    Ok((due, calendar.edition(on, due)))
}
