//! The working calendar as files: `date,kind,name,notice`, read into published years (R12), and what is missing of it (R14).
//! Used for hall folders, `banshi import calendar` and `banshi due --calendar`; counts no days.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate, Weekday};

use super::{
    fault::{Fault, FaultCode, Faults, Place, Warning, WarningCode},
    sheet::{Row, Shape, Sheet},
};
use crate::rules::catalogue::{CalendarRow, CalendarRowKind, CalendarYear};

/// The shape of a calendar file. It has no codes: the date is the key.
const CALENDAR: Shape = Shape {
    file: "calendar",
    required: &["date", "kind", "name"],
    optional: &["notice"],
    leading: 1,
};

/// First and last year that a file name may publish.
const YEARS: std::ops::RangeInclusive<i32> = 1990..=2199;

/// The State Council publishes next year's holidays in about November (R14).
const NOTICE_MONTH: u32 = 11;

/// The year that a file name publishes, `2026.csv`; nothing where it names none.
pub(super) fn year_of(file: &str) -> Option<i32> {
    let name = file.rsplit('/').next()?;
    let digits = name.strip_suffix(".csv")?;
    let year: i32 = digits.parse().ok()?;
    (digits.len() == 4 && YEARS.contains(&year)).then_some(year)
}

/// Reads a calendar file: the years it publishes, in order. A file named `2026.csv` publishes the whole of that year and may
/// have no other date; any other file publishes every year that it has a date in.
///
/// # Errors
/// Every fault of the file, with its line and column.
pub fn read_calendar(text: &str, file_name: &str) -> Result<Vec<CalendarYear>, Vec<Fault>> {
    let mut faults = Faults::default();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let years = years(file_name, text, &mut faults);
    let faults = faults.into_sorted();
    if faults.is_empty() {
        Ok(years)
    } else {
        Err(faults)
    }
}

/// Reads a calendar text into years, saying its faults.
pub(super) fn years(file: &str, text: &str, faults: &mut Faults) -> Vec<CalendarYear> {
    let only = year_of(file);
    let sheet = Sheet::read(file, text, &CALENDAR, faults);
    let mut seen: BTreeMap<NaiveDate, u32> = BTreeMap::new();
    let rows = sheet.rows(faults, |row| day(row, only, &mut seen));
    let mut years: BTreeMap<i32, Vec<CalendarRow>> = BTreeMap::new();
    years.extend(only.map(|year| (year, Vec::new())));
    for row in rows {
        years.entry(row.date.year()).or_default().push(row);
    }
    let in_order = |(year, mut days): (i32, Vec<CalendarRow>)| {
        days.sort_by_key(|day| day.date);
        CalendarYear { year, days }
    };
    years.into_iter().map(in_order).collect()
}

fn day(
    row: &mut Row<'_, '_>,
    only: Option<i32>,
    seen: &mut BTreeMap<NaiveDate, u32>,
) -> Option<CalendarRow> {
    let date = row.required_date("date");
    let kind = row.word("kind");
    let name = row.required("name");
    let (date, kind) = (date?, kind?);
    let value = date.to_string();
    if let Some(year) = only.filter(|&year| year != date.year()) {
        let args = [("value", &*value), ("year", &*year.to_string())];
        row.fault("date", FaultCode::CalendarYear, &args);
    }
    if let Some(line) = seen.insert(date, row.line()) {
        let args = [("value", &*value), ("line", &*line.to_string())];
        row.fault("date", FaultCode::DateTwice, &args);
    }
    let weekend = matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
    if kind == CalendarRowKind::Workday && !weekend {
        row.fault("date", FaultCode::MakeUpOnWeekday, &[("value", &value)]);
    }
    Some(CalendarRow {
        date,
        kind,
        name,
        notice: row.text("notice"),
    })
}

/// What is missing of the calendar as such: every year, or one between two published ones (R14).
pub(super) fn gaps(years: &[CalendarYear]) -> Vec<Warning> {
    let say =
        |code, args: &[(&'static str, &str)]| Warning::new(Place::whole("calendar"), code, args);
    let published: BTreeSet<i32> = years.iter().map(|year| year.year).collect();
    let (Some(&first), Some(&last)) = (published.first(), published.last()) else {
        return vec![say(WarningCode::CalendarNone, &[])];
    };
    (first..=last)
        .filter(|year| !published.contains(year))
        .map(|year| say(WarningCode::CalendarGap, &[("year", &year.to_string())]))
        .collect()
}

/// Whether the calendar ends too soon for `today`: this year's holidays are missing, or from November on next year's (R14).
pub fn short_horizon(years: &[CalendarYear], today: NaiveDate) -> Option<Warning> {
    let last = years.iter().map(|year| year.year).max()?;
    let due = if today.month() >= NOTICE_MONTH {
        today.year() + 1
    } else {
        today.year()
    };
    let missing = (last < due).then(|| (last + 1).max(today.year()))?;
    let place = Place::whole("calendar");
    let args = [("year", &*missing.to_string())];
    Some(Warning::new(place, WarningCode::CalendarShort, &args))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_a_year_publishes_it_even_when_it_is_empty() {
        let years = read_calendar("date,kind,name\n", "2031.csv").expect("sound");
        assert_eq!(years[0].year, 2031);
        assert_eq!(years[0].days, []);
        assert_eq!(read_calendar("date,kind,name\n", "days.csv"), Ok(vec![]));
    }

    #[test]
    fn a_file_of_several_years_publishes_each() {
        let text =
            "\u{feff}date,kind,name\r\n2026-01-01,holiday,元旦\r\n2025-01-26,workday,春节\r\n";
        let years = read_calendar(text, "holidays-cn.csv").expect("sound");
        let found: Vec<_> = years.iter().map(|y| (y.year, y.days.len())).collect();
        assert_eq!(found, [(2025, 1), (2026, 1)]);
    }

    #[test]
    fn r11_a_make_up_day_falls_on_a_weekend_and_a_day_is_listed_once() {
        let text = "date,kind,name\n2026-01-05,workday,元旦\n2026-01-01,holiday,元旦\n2026-01-01,holiday,元旦\n2025-12-31,holiday,\n";
        let faults = read_calendar(text, "2026.csv").expect_err("four faults");
        let found: Vec<_> = faults.iter().map(|f| (f.place.line, f.code)).collect();
        assert_eq!(
            found,
            [
                (2, FaultCode::MakeUpOnWeekday),
                (4, FaultCode::DateTwice),
                (5, FaultCode::CalendarYear),
                (5, FaultCode::CellEmpty),
            ]
        );
        assert_eq!(faults[1].args["line"], "3");
    }

    #[test]
    fn r14_the_horizon_is_short_from_november_on() {
        let years: Vec<CalendarYear> = [2025, 2026]
            .map(|year| CalendarYear { year, days: vec![] })
            .into();
        let on = |text: &str| {
            let today = text.parse().expect("a date");
            short_horizon(&years, today).map(|warning| warning.args["year"].clone())
        };
        assert_eq!(on("2026-10-31"), None);
        assert_eq!(on("2026-11-01").as_deref(), Some("2027"));
        assert_eq!(on("2028-02-01").as_deref(), Some("2028"));
        assert_eq!(gaps(&[])[0].code, WarningCode::CalendarNone);
    }
}
