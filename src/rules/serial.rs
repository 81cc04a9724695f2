//! Serial numbers that begin again every day (R24, R230), kept in the hall's counters so that a backup keeps them (R234).
//! A counter holds its date and the last serial in one growing number, so that the table does not grow with the days.

use chrono::{Datelike, NaiveDate};

use super::hall::Hall;

/// Serials of one counter and day; far above what a hall gives out.
const SERIALS_A_DAY: u64 = 1_000_000;

fn day_key(on: NaiveDate) -> u64 {
    let year = u64::try_from(on.year()).unwrap_or(0);
    year * 10_000 + u64::from(on.month()) * 100 + u64::from(on.day())
}

/// The serial that comes next under `name` on a civil date, from 1.
pub fn next(hall: &Hall, name: &str, on: NaiveDate) -> u64 {
    let last = hall.counter(name);
    if last / SERIALS_A_DAY == day_key(on) {
        last % SERIALS_A_DAY + 1
    } else {
        1
    }
}

/// Remembers a serial just given; called by `apply`.
pub fn given(hall: &mut Hall, name: &str, on: NaiveDate, serial: u64) {
    hall.count_to(name, day_key(on) * SERIALS_A_DAY + serial);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r24_serials_begin_again_every_day_and_are_never_given_twice() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 3, day).expect("a date");
        let mut hall = Hall::default();
        assert_eq!(next(&hall, "ticket/A", day(2)), 1);
        given(&mut hall, "ticket/A", day(2), 1);
        assert_eq!(next(&hall, "ticket/A", day(2)), 2);
        assert_eq!(next(&hall, "ticket/B", day(2)), 1);
        given(&mut hall, "ticket/A", day(2), 999);
        assert_eq!(next(&hall, "ticket/A", day(2)), 1000);
        assert_eq!(next(&hall, "ticket/A", day(3)), 1);
        given(&mut hall, "ticket/A", day(3), 1);
        assert_eq!(next(&hall, "ticket/A", day(3)), 2);
        assert_eq!(hall.counters.len(), 1);
    }
}
