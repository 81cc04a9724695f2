//! Working hours (R145): the hall's opening hours on working days, without lunch. Used where a limit is in hours of work; limits
//! in plain hours run through the night and are `clock`'s.

use chrono::TimeDelta;

use crate::rules::{
    calendar::WorkCalendar,
    catalogue::Hours,
    time::{Instant, at_hall_time, hall_date},
};

/// Days that are looked through: no closure of a hall lasts longer.
const DAYS_MAX: usize = 60;

/// The instant at which so many working hours after `from` have passed; none beyond the calendar.
pub(super) fn after(
    calendar: &WorkCalendar,
    hours: &Hours,
    from: Instant,
    count: u16,
) -> Option<Instant> {
    let mut left = TimeDelta::hours(i64::from(count));
    let working = hall_date(from)
        .iter_days()
        .take(DAYS_MAX)
        .filter(|day| calendar.is_working_day(*day));
    for day in working {
        for (begin, end) in [
            (hours.open, hours.lunch_from),
            (hours.lunch_to, hours.close),
        ] {
            let begin = at_hall_time(day, begin).max(from);
            let open = at_hall_time(day, end) - begin;
            if open >= left {
                return Some(begin + left);
            }
            left -= open.max(TimeDelta::zero());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hall_time(text: &str) -> Instant {
        chrono::DateTime::parse_from_rfc3339(&format!("2026-03-{text}:00+08:00"))
            .expect("a time")
            .to_utc()
    }

    #[test]
    fn r145_two_hours_of_work_skip_lunch_night_and_weekend() {
        let time = |hour, minute| chrono::NaiveTime::from_hms_opt(hour, minute, 0).expect("a time");
        let hours = Hours {
            open: time(8, 30),
            lunch_from: time(12, 0),
            lunch_to: time(14, 30),
            close: time(17, 30),
        };
        let calendar = WorkCalendar::embedded();
        let two_after = |from: &str| after(&calendar, &hours, hall_time(from), 2);
        assert_eq!(two_after("02T09:00"), Some(hall_time("02T11:00")));
        assert_eq!(two_after("02T10:00"), Some(hall_time("02T12:00")));
        assert_eq!(two_after("02T11:30"), Some(hall_time("02T16:00")), "lunch");
        assert_eq!(two_after("02T13:00"), Some(hall_time("02T16:30")));
        assert_eq!(
            two_after("06T16:30"),
            Some(hall_time("09T09:30")),
            "Friday to Monday"
        );
        assert_eq!(
            two_after("07T10:00"),
            Some(hall_time("09T10:30")),
            "a Saturday"
        );
    }
}
