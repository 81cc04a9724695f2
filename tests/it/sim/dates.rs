//! Due dates worked out a second time, by walking from day to day through the calendars that come with the program: no rank, no
//! index, nothing of `rules::calendar`. The simulation compares every date that the journal holds with these.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{Datelike, NaiveDate, Weekday};

/// A stop of the clock: the days after the first, up to and with the last, are not counted (R101).
pub(super) type Pause = (NaiveDate, Option<NaiveDate>);

/// What the notices say of single days, and for which years there are notices.
pub(super) struct Days {
    listed: BTreeMap<NaiveDate, bool>,
    years: Vec<i32>,
}

impl Days {
    /// The calendars of `fixtures/calendar`.
    pub(super) fn read() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/calendar");
        let mut days = Self {
            listed: BTreeMap::new(),
            years: Vec::new(),
        };
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            let Ok(year) = name.parse() else { continue };
            days.years.push(year);
            for row in std::fs::read_to_string(&path).unwrap().lines().skip(1) {
                let mut cells = row.split(',');
                let on: NaiveDate = cells.next().unwrap().parse().unwrap();
                days.listed.insert(on, cells.next() == Some("workday"));
            }
        }
        days
    }

    /// R11; in a year without a notice Monday to Friday but for the holidays of the sun (R14).
    pub(super) fn works(&self, on: NaiveDate) -> bool {
        let weekday = !matches!(on.weekday(), Weekday::Sat | Weekday::Sun);
        if self.years.contains(&on.year()) {
            return self.listed.get(&on).copied().unwrap_or(weekday);
        }
        let solar = matches!((on.month(), on.day()), (1, 1) | (5, 1 | 2) | (10, 1..=3));
        weekday && !solar
    }

    /// The date itself, or the next working day after a day off (R17).
    pub(super) fn on_or_after(&self, on: NaiveDate) -> NaiveDate {
        on.iter_days().find(|day| self.works(*day)).unwrap()
    }

    /// The day on which so many working days after a date have been counted (R15), those within a pause left out (R101).
    pub(super) fn after(&self, from: NaiveDate, count: u64, pauses: &[Pause]) -> NaiveDate {
        if count == 0 && self.works(from) {
            return from;
        }
        let mut left = count.max(1);
        let mut day = from;
        while left > 0 {
            day = day.succ_opt().unwrap();
            let stopped = pauses
                .iter()
                .any(|(first, last)| *first < day && last.is_some_and(|last| day <= last));
            if self.works(day) && !stopped {
                left -= 1;
            }
        }
        day
    }
}
