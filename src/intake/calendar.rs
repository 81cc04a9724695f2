//! The working calendar as files of a hall folder: the rules read the rows (`rules::calendar`), this file adds the place of
//! each fault by character and what a person may have mistyped; and it says what is missing of the calendar (R14). Counts
//! no days.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate, Weekday};

use super::{
    fault::{Fault, FaultCode, Faults, Place, Warning, WarningCode},
    text::{self, Cell},
};
use crate::rules::{
    calendar::{
        CALENDAR_BYTES_MAX, CalendarFaultKind, DAY_TEXT_CHARS_MAX, YearsExpected, parse_years,
    },
    catalogue::CalendarYear,
};

/// The columns of a calendar file. It has no codes: the date is the key.
const COLUMNS: [&str; 4] = ["date", "kind", "name", "notice"];

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
    // The rules say what is wrong with quotation marks; here records only give places.
    let (records, _) = text::records(file, text, &mut Faults::default());
    mistyped(file, &records, faults);
    let expected = year_of(file).map_or(YearsExpected::Any, YearsExpected::Only);
    parse_years(text.as_bytes(), expected).unwrap_or_else(|found| {
        for fault in found {
            let place = place_of(file, &records, fault.line, fault.column);
            say(place, &fault.kind, faults);
        }
        Vec::new()
    })
}

/// The character place of a field that the rules know by its line and its number in the line.
fn place_of(file: &str, records: &[Vec<Cell>], line: usize, field: usize) -> Place {
    let line = u32::try_from(line).unwrap_or(u32::MAX);
    let record = records
        .iter()
        .find(|record| record.first().is_some_and(|cell| cell.line == line));
    let cell = record.and_then(|record| record.get(field.saturating_sub(1)).or(record.last()));
    Place::new(file, line, cell.map_or(1, |cell| cell.column))
}

/// A fault of the rules in the words of intake.
fn say(place: Place, kind: &CalendarFaultKind, faults: &mut Faults) {
    use CalendarFaultKind as Kind;
    let mut say = |code, args: &[(&'static str, &str)]| faults.say(place.clone(), code, args);
    match kind {
        Kind::NotUtf8 => say(FaultCode::NotUtf8, &[]),
        Kind::QuoteOpen => say(FaultCode::QuoteOpen, &[]),
        Kind::TooLong => {
            let max = CALENDAR_BYTES_MAX.to_string();
            say(FaultCode::FileTooLarge, &[("max", &max)]);
        }
        Kind::TextTooLong => {
            let max = DAY_TEXT_CHARS_MAX.to_string();
            say(FaultCode::TextTooLong, &[("max", &max)]);
        }
        Kind::NoHeader => say(FaultCode::ColumnMissing, &[("column", "date")]),
        Kind::ColumnMissing(column) => say(FaultCode::ColumnMissing, &[("column", column)]),
        Kind::FieldMissing(column) => say(FaultCode::CellEmpty, &[("column", column)]),
        Kind::NameEmpty => say(FaultCode::CellEmpty, &[("column", "name")]),
        Kind::DateMalformed(value) => say(FaultCode::BadDate, &[("value", value)]),
        Kind::YearOutOfRange(date) => {
            say(FaultCode::YearOutOfRange, &[("value", &date.to_string())]);
        }
        Kind::OtherYear { date, year } => {
            let (date, year) = (date.to_string(), year.to_string());
            say(
                FaultCode::CalendarYear,
                &[("value", &date), ("year", &year)],
            );
        }
        Kind::KindUnknown(value) => {
            let args = [("value", &**value), ("expected", "holiday, workday")];
            say(FaultCode::BadWord, &args);
        }
        Kind::DateTwice { date, first_line } => {
            let (date, line) = (date.to_string(), first_line.to_string());
            say(FaultCode::DateTwice, &[("value", &date), ("line", &line)]);
        }
    }
}

/// What the rules would pass over and a person did not mean: a column of another name, and a make-up day in the week (R11),
/// which is a slip in the date of the one that was meant.
fn mistyped(file: &str, records: &[Vec<Cell>], faults: &mut Faults) {
    let Some((header, rows)) = records.split_first() else {
        return;
    };
    let named = |cell: &Cell, name: &str| cell.text.trim().eq_ignore_ascii_case(name);
    for cell in header.iter().filter(|cell| !cell.text.trim().is_empty()) {
        if !COLUMNS.iter().any(|name| named(cell, name)) {
            let place = Place::new(file, cell.line, cell.column);
            let args = [
                ("column", cell.text.trim()),
                ("known", &*COLUMNS.join(", ")),
            ];
            faults.say(place, FaultCode::ColumnUnknown, &args);
        }
    }
    let column = |name| header.iter().position(|cell| named(cell, name));
    let (Some(date), Some(kind)) = (column("date"), column("kind")) else {
        return;
    };
    for row in rows {
        let (Some(date), Some(kind)) = (row.get(date), row.get(kind)) else {
            continue;
        };
        let text = date.text.trim().replace('/', "-");
        let day = NaiveDate::parse_from_str(&text, "%Y-%m-%d");
        let weekday = |day: NaiveDate| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        if kind.text.trim() == "workday" && day.is_ok_and(weekday) {
            let place = Place::new(file, date.line, date.column);
            faults.say(place, FaultCode::MakeUpOnWeekday, &[("value", &text)]);
        }
    }
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
