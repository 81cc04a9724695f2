//! The working calendar (R11–R22): which days are worked, and counting them.
//!
//! Every limit of a case, an enquiry or a finding counts here. Published years are data from State Council notices (R12), replaceable year by
//! year; a year without a notice is worked out from the weekdays and the fixed solar holidays and says that it is provisional (R14).
//! It never guesses a lunar day and never reads the clock.

mod csv;
mod index;

pub use csv::{
    CALENDAR_BYTES_MAX, CALENDAR_FAULTS_MAX, CalendarFault, CalendarFaultKind, DAY_TEXT_CHARS_MAX,
    YearsExpected, parse_years,
};

use super::catalogue::{CalendarRow, CalendarRowKind, CalendarYear};
use super::civil::{CIVIL_DATE_MAX, CIVIL_YEAR_MAX, CIVIL_YEAR_MIN, InRange, OutOfRange};
use chrono::{Datelike, Days, Months, NaiveDate, Weekday};
use index::{Index, YearBits};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The notices published since 2018, one file a year.
const EMBEDDED: [(i32, &str); 9] = [
    (2018, include_str!("../../../fixtures/calendar/2018.csv")),
    (2019, include_str!("../../../fixtures/calendar/2019.csv")),
    (2020, include_str!("../../../fixtures/calendar/2020.csv")),
    (2021, include_str!("../../../fixtures/calendar/2021.csv")),
    (2022, include_str!("../../../fixtures/calendar/2022.csv")),
    (2023, include_str!("../../../fixtures/calendar/2023.csv")),
    (2024, include_str!("../../../fixtures/calendar/2024.csv")),
    (2025, include_str!("../../../fixtures/calendar/2025.csv")),
    (2026, include_str!("../../../fixtures/calendar/2026.csv")),
];

/// The holidays that a year has whatever its notice says (R14): month, first and last day, name.
const FIXED_SOLAR: [(u32, u32, u32, &str); 3] =
    [(1, 1, 1, "元旦"), (5, 1, 2, "劳动节"), (10, 1, 3, "国庆节")];

/// The years that come with the program: the notices for 2018 to 2026.
pub fn embedded_years() -> Vec<CalendarYear> {
    let years = EMBEDDED.iter().flat_map(|&(year, text)| {
        parse_years(text.as_bytes(), YearsExpected::Only(year))
            .expect("invariant: the calendars inside are whole")
    });
    years.collect()
}

/// A published year, ready to be asked about its days.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Published {
    /// The year and a mark of its contents: two calendars of one year share it only when they list the same days (R111).
    edition: String,
    days: BTreeMap<NaiveDate, CalendarRow>,
}

impl Published {
    fn of(year: &CalendarYear) -> Self {
        let rows = year.days.iter().filter(|row| row.date.year() == year.year);
        let days: BTreeMap<NaiveDate, CalendarRow> =
            rows.map(|row| (row.date, row.clone())).collect();
        // FNV-1a: the edition tells calendars apart, it does not protect them.
        let mut mark = 0x811c_9dc5_u32;
        for row in days.values() {
            let word = if row.kind == CalendarRowKind::Holiday {
                "h"
            } else {
                "w"
            };
            for byte in format!("{}{word}{},{}\n", row.date, row.name, row.notice).bytes() {
                mark = (mark ^ u32::from(byte)).wrapping_mul(0x0100_0193);
            }
        }
        Self {
            edition: format!("{}-{mark:08x}", year.year),
            days,
        }
    }
}

/// What a year without a published calendar means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum UnlistedYears {
    /// Monday to Friday without the fixed solar holidays, and not firm (R14).
    Provisional,
    /// Monday to Friday, firm: for cases from places where our holidays do not hold.
    Weekdays,
}

/// What a civil date is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum DayKind {
    /// Monday to Friday, worked.
    WorkingDay,
    /// Saturday or Sunday, off.
    Weekend,
    /// Off by a notice or, in a year without one, by the fixed solar holidays.
    Holiday,
    /// Saturday or Sunday, worked in exchange (调休上班).
    MakeUpDay,
}

impl DayKind {
    /// Whether the day is worked (R11).
    pub fn is_working(self) -> bool {
        matches!(self, Self::WorkingDay | Self::MakeUpDay)
    }
}

/// What a civil date is, and by what notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayFacts<'a> {
    /// The kind of day.
    pub kind: DayKind,
    /// The festival; empty for plain days.
    pub name: &'a str,
    /// The number of the notice; empty for plain days.
    pub notice: &'a str,
    /// Whether the year's notice is still missing (R14).
    pub provisional: bool,
}

/// The working calendar: published years, and what the others mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkCalendar {
    years: BTreeMap<i32, Published>,
    unlisted: UnlistedYears,
    index: Index,
}

impl Default for WorkCalendar {
    /// The calendar of no published year: all of it provisional.
    fn default() -> Self {
        Self::from_years([])
    }
}

impl WorkCalendar {
    /// A calendar of these published years; the others are provisional (R14). A year outside the range reckoned with is left out: no date that
    /// is counted can fall into it.
    pub fn from_years<'a>(years: impl IntoIterator<Item = &'a CalendarYear>) -> Self {
        let years = years.into_iter().filter(|year| is_reckoned(year.year));
        Self::with(
            years.map(|year| (year.year, Published::of(year))).collect(),
            UnlistedYears::Provisional,
        )
    }

    /// The calendar inside the program, of [`embedded_years`].
    pub fn embedded() -> Self {
        Self::from_years(&embedded_years())
    }

    /// Monday to Friday without any holiday, and firm: for cases from elsewhere.
    pub fn weekdays() -> Self {
        Self::with(BTreeMap::new(), UnlistedYears::Weekdays)
    }

    fn with(years: BTreeMap<i32, Published>, unlisted: UnlistedYears) -> Self {
        let patterns = weekday_patterns();
        let index = Index::build(|year| year_bits(&patterns, year, years.get(&year), unlisted));
        Self {
            years,
            unlisted,
            index,
        }
    }

    /// Publishes a year, in the place of its older calendar if it has one (R12). A year outside the range reckoned with changes nothing.
    pub fn publish(&mut self, year: &CalendarYear) {
        if is_reckoned(year.year) {
            self.put(year.year, Published::of(year));
        }
    }

    /// Publishes the years of one file. Each year takes the place of its older calendar; but the notice for a year settles the last days of
    /// December before it too (2018-12-29, 2022-12-31), so a published year of which the file lists December alone, while it lists the year after
    /// too, gains those days and keeps the rest.
    pub fn publish_file(&mut self, file: &[CalendarYear]) {
        for year in file {
            let is_tail = file.iter().any(|other| other.year == year.year + 1)
                && year.days.iter().all(|row| row.date.month() == 12);
            match self.years.get(&year.year).filter(|_| is_tail) {
                Some(older) => {
                    let rows = older.days.values().chain(&year.days).cloned().collect();
                    self.publish(&CalendarYear {
                        year: year.year,
                        days: rows,
                    });
                }
                None => self.publish(year),
            }
        }
    }

    fn put(&mut self, year: i32, published: Published) {
        self.index.replace(
            year,
            year_bits(&weekday_patterns(), year, Some(&published), self.unlisted),
        );
        self.years.insert(year, published);
    }

    /// The published years, in order.
    pub fn published(&self) -> impl Iterator<Item = i32> {
        self.years.keys().copied()
    }

    /// The last day of the last published year (R14); `None` when none is.
    pub fn horizon(&self) -> Option<NaiveDate> {
        self.years
            .keys()
            .next_back()
            .and_then(|&year| NaiveDate::from_ymd_opt(year, 12, 31))
    }

    /// Whether some day of `after < day <= through` lies in a year whose notice is missing, so that a count over it is not firm (R14). A count of
    /// no day at all is asked about `through` itself: that day, too, may turn out to be off.
    pub fn is_provisional(&self, after: NaiveDate, through: NaiveDate) -> bool {
        let first = after.succ_opt().unwrap_or(after).min(through);
        self.unlisted == UnlistedYears::Provisional
            && (first.year()..=through.year().min(CIVIL_DATE_MAX.year()))
                .any(|year| !self.years.contains_key(&year))
    }

    /// The editions of the years in `after < day <= through`, joined by `+` (R111): stored beside a due date to tell later what it was
    /// worked out from.
    pub fn edition(&self, after: NaiveDate, through: NaiveDate) -> String {
        let first = after.succ_opt().unwrap_or(after).min(through);
        let editions: Vec<String> = (first.year()..=through.year().min(CIVIL_DATE_MAX.year()))
            .map(|year| match (self.years.get(&year), self.unlisted) {
                (Some(published), _) => published.edition.clone(),
                (None, UnlistedYears::Provisional) => format!("{year}-provisional"),
                (None, UnlistedYears::Weekdays) => format!("{year}-weekdays"),
            })
            .collect();
        editions.join("+")
    }

    /// Whether a date is a working day (R11).
    pub fn is_working_day(&self, date: NaiveDate) -> bool {
        self.index
            .contains(date)
            .unwrap_or_else(|| !is_weekend(date))
    }

    /// What a date is, and by what notice (R11, R12).
    pub fn explain(&self, date: NaiveDate) -> DayFacts<'_> {
        let plain = if is_weekend(date) {
            DayKind::Weekend
        } else {
            DayKind::WorkingDay
        };
        let mut facts = DayFacts {
            kind: plain,
            name: "",
            notice: "",
            provisional: false,
        };
        if let Some(year) = self.years.get(&date.year()) {
            if let Some(day) = year.days.get(&date) {
                facts.kind = listed_kind(date, day.kind);
                (facts.name, facts.notice) = (&day.name, &day.notice);
            }
        } else if self.unlisted == UnlistedYears::Provisional {
            facts.provisional = true;
            if let Some(name) = fixed_solar(date) {
                (facts.kind, facts.name) = (DayKind::Holiday, name);
            }
        }
        debug_assert!(
            date.in_range().is_err() || facts.kind.is_working() == self.is_working_day(date)
        );
        facts
    }

    /// The `days`-th working day after a date (R15); the date itself is not counted, and on a day off it keeps its place (R16).
    /// Zero days give the date itself, or the first working day after a day off, since such a period never ends on one (R17).
    ///
    /// # Errors
    /// [`OutOfRange`] when the date lies outside the range reckoned with, or the count leaves it.
    pub fn add_working_days(&self, from: NaiveDate, days: u32) -> Result<NaiveDate, OutOfRange> {
        from.in_range()?;
        if days == 0 {
            return self.on_or_after(from);
        }
        let rank = self
            .index
            .rank(from)
            .checked_add(days)
            .ok_or(OutOfRange::Count(from))?;
        let due = self.index.select(rank).ok_or(OutOfRange::Count(from))?;
        assert!(
            due > from && self.is_working_day(due),
            "invariant: a count ends on a later working day"
        );
        Ok(due)
    }

    /// The last working day from which `days` working days still fit until `due`: when a notice must leave (R95).
    ///
    /// # Errors
    /// [`OutOfRange`] when the date lies outside the range reckoned with, or the count leaves it.
    pub fn latest_start(&self, due: NaiveDate, days: u32) -> Result<NaiveDate, OutOfRange> {
        due.in_range()?;
        let rank = self
            .index
            .rank(due)
            .checked_sub(days)
            .ok_or(OutOfRange::Count(due))?;
        self.index.select(rank).ok_or(OutOfRange::Count(due))
    }

    /// The date itself when it is worked, else the next working day (R17).
    ///
    /// # Errors
    /// [`OutOfRange`] when no working day follows in the range reckoned with.
    pub fn on_or_after(&self, date: NaiveDate) -> Result<NaiveDate, OutOfRange> {
        date.in_range()?;
        if self.is_working_day(date) {
            return Ok(date);
        }
        self.index
            .select(self.index.rank(date) + 1)
            .ok_or(OutOfRange::Count(date))
    }

    /// The working days in `after < day <= through`; negative, of the same days, when `through` lies before `after` (R21).
    pub fn working_days(&self, after: NaiveDate, through: NaiveDate) -> i32 {
        signed(self.index.rank(through)) - signed(self.index.rank(after))
    }

    /// The working days from `first` to `last`, both included; 0 when `last` lies before `first`.
    pub fn count_working_days(&self, first: NaiveDate, last: NaiveDate) -> u32 {
        if last < first {
            return 0;
        }
        self.index.rank(last) - first.pred_opt().map_or(0, |before| self.index.rank(before))
    }

    /// Where a period of calendar days ends: on the next working day when its last one is off (R17).
    ///
    /// # Errors
    /// [`OutOfRange`] when it ends outside the range reckoned with.
    pub fn add_calendar_days(&self, from: NaiveDate, days: u32) -> Result<NaiveDate, OutOfRange> {
        from.in_range()?;
        self.on_or_after(
            from.checked_add_days(Days::new(u64::from(days)))
                .ok_or(OutOfRange::Count(from))?,
        )
    }

    /// Where a period of months ends: on the same-numbered day, or the month's last (R18), moved off a day off (R17). Years are
    /// twelve months each.
    ///
    /// # Errors
    /// [`OutOfRange`] when it ends outside the range reckoned with.
    pub fn add_months(&self, from: NaiveDate, months: u32) -> Result<NaiveDate, OutOfRange> {
        from.in_range()?;
        self.on_or_after(
            from.checked_add_months(Months::new(months))
                .ok_or(OutOfRange::Count(from))?,
        )
    }

    /// The rank of a date among the working days, for [`clock`](super::clock)'s arithmetic over pauses.
    pub(super) fn rank(&self, date: NaiveDate) -> u32 {
        self.index.rank(date)
    }

    /// The working day of a rank; the other half of [`rank`](Self::rank).
    pub(super) fn select(&self, rank: u32) -> Option<NaiveDate> {
        self.index.select(rank)
    }
}

/// The kind of a listed day: a weekday listed as worked is a working day like another.
fn listed_kind(date: NaiveDate, kind: CalendarRowKind) -> DayKind {
    match kind {
        CalendarRowKind::Holiday => DayKind::Holiday,
        CalendarRowKind::Workday if is_weekend(date) => DayKind::MakeUpDay,
        CalendarRowKind::Workday => DayKind::WorkingDay,
    }
}

/// Monday to Friday over 366 days, by the weekday of the first one: four hundred years need only these seven.
fn weekday_patterns() -> [YearBits; 7] {
    std::array::from_fn(|first| {
        let mut bits = YearBits::default();
        for day in (0..366).filter(|day| (first + day) % 7 < 5) {
            bits[day / 64] |= 1 << (day % 64);
        }
        bits
    })
}

fn year_bits(
    patterns: &[YearBits; 7],
    year: i32,
    listed: Option<&Published>,
    unlisted: UnlistedYears,
) -> YearBits {
    let first = first_day(year);
    let mut bits = patterns[first.weekday().num_days_from_monday() as usize];
    let mut set = |date: NaiveDate, worked: bool| {
        let day = date.ordinal0();
        let bit = 1_u64 << (day % 64);
        let word = &mut bits[(day / 64) as usize];
        *word = if worked { *word | bit } else { *word & !bit };
    };
    if let Some(listed) = listed {
        for (&date, row) in &listed.days {
            set(date, row.kind == CalendarRowKind::Workday);
        }
    } else if unlisted == UnlistedYears::Provisional {
        let days = FIXED_SOLAR
            .iter()
            .flat_map(|&(month, first, last, _)| (first..=last).map(move |day| (month, day)));
        for date in days.filter_map(|(month, day)| NaiveDate::from_ymd_opt(year, month, day)) {
            set(date, false);
        }
    }
    if !first.leap_year() {
        bits[365 / 64] &= !(1 << (365 % 64));
    }
    bits
}

fn fixed_solar(date: NaiveDate) -> Option<&'static str> {
    let is_it = |&&(month, first, last, _): &&(u32, u32, u32, &str)| {
        date.month() == month && (first..=last).contains(&date.day())
    };
    FIXED_SOLAR.iter().find(is_it).map(|&(.., name)| name)
}

fn is_weekend(date: NaiveDate) -> bool {
    matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}

fn is_reckoned(year: i32) -> bool {
    (CIVIL_YEAR_MIN..=CIVIL_YEAR_MAX).contains(&year)
}

fn first_day(year: i32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, 1, 1)
        .expect("invariant: the years reckoned with are chrono's too")
}

fn signed(count: u32) -> i32 {
    i32::try_from(count).expect("invariant: four hundred years have fewer days than i32 holds")
}
