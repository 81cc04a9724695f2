//! The proof of a due date: every day from acceptance to the end, counted or not, and why.
//!
//! Shown by the case page and by `banshi due --explain`, because a date that nobody can follow is disputed at the window. It derives
//! the date a second time, day by day, and must come to the one that the ledger came to by rank.

use super::{Ending, Ledger, Pause};
use crate::rules::calendar::{DayKind, WorkCalendar};
use crate::rules::civil::OutOfRange;
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Why a day is counted or not.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// The day of acceptance, from which counting begins (R15).
    Accepted,
    /// A working day of the week.
    WorkingDay,
    /// A Saturday or Sunday worked in exchange (R11).
    MakeUpDay,
    /// A Saturday or Sunday.
    Weekend,
    /// A holiday.
    Holiday,
    /// A working day on which the clock stood (R101).
    Paused,
}

/// One day of the proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Step {
    /// The day.
    #[schemars(with = "String")]
    pub date: NaiveDate,
    /// Why it is counted or not.
    pub kind: StepKind,
    /// Whether the clock counts it.
    pub counted: bool,
    /// Which counted day it is, from 1.
    pub nth: Option<u32>,
    /// The festival of a holiday or make-up day; the pause, as `A..B`, of a paused day; else empty.
    pub note: String,
    /// The notice that made the day what it is; empty where none did.
    pub notice: String,
    /// Whether the year's notice is still missing (R14).
    pub provisional: bool,
}

impl Ledger {
    /// Every day from acceptance to the due date, or to the stop of an open pause, in order.
    ///
    /// # Errors
    /// [`OutOfRange`] as [`ending`](Self::ending).
    pub fn explain(&self, calendar: &WorkCalendar) -> Result<Vec<Step>, OutOfRange> {
        let ending = self.ending(calendar)?;
        let (Ending::Due(last) | Ending::Stopped(last)) = ending;
        let pauses = self.stops();
        let mut steps = vec![Step {
            kind: StepKind::Accepted,
            counted: false,
            ..day_of(calendar, self.started_on)
        }];
        let mut nth = 0;
        for date in self
            .started_on
            .iter_days()
            .skip(1)
            .take_while(|date| *date <= last)
        {
            let mut step = day_of(calendar, date);
            if step.counted
                && let Some(pause) = pauses.iter().find(|pause| holds(**pause, date))
            {
                (step.kind, step.counted) = (StepKind::Paused, false);
                (step.note, step.notice) = (span_of(*pause), String::new());
            }
            if step.counted {
                nth += 1;
                step.nth = Some(nth);
            }
            steps.push(step);
        }
        assert_eq!(
            steps.last().map(|step| step.date),
            Some(last),
            "invariant: the proof ends where the ledger does"
        );
        assert!(
            matches!(ending, Ending::Stopped(_)) || nth == self.span(calendar),
            "invariant: the proof counts the limit"
        );
        Ok(steps)
    }
}

/// A day without regard to the ledger.
fn day_of(calendar: &WorkCalendar, date: NaiveDate) -> Step {
    let facts = calendar.explain(date);
    let kind = match facts.kind {
        DayKind::WorkingDay => StepKind::WorkingDay,
        DayKind::MakeUpDay => StepKind::MakeUpDay,
        DayKind::Weekend => StepKind::Weekend,
        DayKind::Holiday => StepKind::Holiday,
    };
    Step {
        date,
        kind,
        counted: facts.kind.is_working(),
        nth: None,
        note: facts.name.to_owned(),
        notice: facts.notice.to_owned(),
        provisional: facts.provisional,
    }
}

fn holds(stop: Pause, date: NaiveDate) -> bool {
    stop.from_on < date && stop.to_on.is_none_or(|to_on| date <= to_on)
}

fn span_of(stop: Pause) -> String {
    format!(
        "{}..{}",
        stop.from_on,
        stop.to_on
            .map(|to_on| to_on.to_string())
            .unwrap_or_default()
    )
}
