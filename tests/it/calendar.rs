//! The working calendar against the worked examples of the rule book, and against its own file format.

use banshi::rules::calendar::{
    CalendarFaultKind, DayKind, WorkCalendar, YearsExpected, embedded_years, parse_years,
};
use banshi::rules::civil::{CIVIL_DATE_MAX, CIVIL_DATE_MIN};
use chrono::{Datelike, NaiveDate};
use proptest::prelude::*;
use std::sync::LazyLock;

static CALENDAR: LazyLock<WorkCalendar> = LazyLock::new(WorkCalendar::embedded);

fn on(text: &str) -> NaiveDate {
    text.parse().expect("a date in a test")
}

#[test]
fn v1_to_v33_due_dates() {
    for (vector, from, days, due) in [
        ("V1", "2025-01-20", 5, "2025-01-26"),
        ("V2", "2025-01-27", 1, "2025-02-05"),
        ("V3", "2025-01-27", 20, "2025-03-03"),
        ("V4", "2025-01-23", 14, "2025-02-18"),
        ("V5", "2025-10-08", 5, "2025-10-14"),
        ("V6", "2025-04-25", 3, "2025-04-29"),
        ("V7", "2025-04-30", 1, "2025-05-06"),
        ("V8", "2025-04-29", 20, "2025-05-30"),
        ("V9", "2025-05-30", 5, "2025-06-09"),
        ("V10", "2025-09-28", 20, "2025-10-31"),
        ("V11", "2025-09-30", 1, "2025-10-09"),
        ("V12", "2025-10-10", 1, "2025-10-11"),
        ("V13", "2025-12-31", 1, "2026-01-04"),
        ("V14", "2025-12-30", 20, "2026-01-28"),
        ("V15", "2025-12-25", 45, "2026-03-05"),
        ("V16", "2026-01-03", 5, "2026-01-08"),
        ("V17", "2026-02-13", 1, "2026-02-14"),
        ("V18", "2026-02-13", 5, "2026-02-27"),
        ("V19", "2026-02-14", 1, "2026-02-24"),
        ("V20", "2026-02-10", 14, "2026-03-06"),
        ("V21", "2026-02-10", 20, "2026-03-16"),
        ("V22", "2026-02-27", 1, "2026-02-28"),
        ("V23", "2026-04-03", 5, "2026-04-13"),
        ("V24", "2026-04-30", 10, "2026-05-18"),
        ("V25", "2026-05-08", 1, "2026-05-09"),
        ("V26", "2026-06-18", 2, "2026-06-23"),
        ("V27", "2026-09-18", 1, "2026-09-20"),
        ("V28", "2026-09-24", 5, "2026-10-09"),
        ("V29", "2026-09-30", 10, "2026-10-20"),
        ("V30", "2026-09-01", 45, "2026-11-09"),
        ("V31", "2026-09-28", 10, "2026-10-16"),
        ("V32", "2026-12-03", 20, "2026-12-31"),
        ("V33", "2026-12-04", 20, "2027-01-04"),
    ] {
        let found = CALENDAR.add_working_days(on(from), days);
        assert_eq!(found, Ok(on(due)), "{vector}");
        assert_eq!(
            CALENDAR.is_provisional(on(from), on(due)),
            vector == "V33",
            "{vector}"
        );
    }
}

#[test]
fn v34_v35_calendar_days_and_months_move_off_a_day_off() {
    assert_eq!(
        CALENDAR.add_calendar_days(on("2026-03-02"), 5),
        Ok(on("2026-03-09")),
        "V34"
    );
    assert_eq!(
        CALENDAR.add_months(on("2026-01-31"), 1),
        Ok(on("2026-02-28")),
        "V35"
    );
    assert_eq!(
        CALENDAR.add_months(on("2024-02-29"), 12),
        Ok(on("2025-02-28")),
        "R18"
    );
}

#[test]
fn v38_to_v43_working_days_left() {
    for (vector, today, due, left) in [
        ("V38", "2026-02-13", "2026-02-28", 6),
        ("V39", "2026-02-18", "2026-02-28", 5),
        ("V40", "2026-09-30", "2026-10-10", 3),
        ("V41", "2025-09-28", "2025-10-11", 5),
        ("V42", "2026-03-10", "2026-03-10", 0),
        ("V43", "2026-03-12", "2026-03-10", -2),
    ] {
        assert_eq!(CALENDAR.working_days(on(today), on(due)), left, "{vector}");
    }
}

#[test]
fn v58_a_hearing_notice_leaves_seven_working_days_before() {
    assert_eq!(
        CALENDAR.latest_start(on("2026-02-26"), 7),
        Ok(on("2026-02-10"))
    );
}

#[test]
fn v65_v66_v67_working_days_of_years_and_months() {
    let months = |year: i32| -> Vec<u32> {
        (1..=12)
            .map(|month| {
                let first = NaiveDate::from_ymd_opt(year, month, 1).unwrap();
                let last = first + chrono::Months::new(1) - chrono::Days::new(1);
                CALENDAR.count_working_days(first, last)
            })
            .collect()
    };
    assert_eq!(
        months(2026),
        [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23],
        "V66"
    );
    assert_eq!(
        months(2025),
        [19, 19, 21, 22, 19, 20, 23, 21, 23, 18, 20, 23],
        "V67"
    );
    assert_eq!(months(2026).iter().sum::<u32>(), 248, "V65");
    assert_eq!(months(2025).iter().sum::<u32>(), 248, "V65");
}

#[test]
fn v68_v69_v70_make_up_days_and_half_days() {
    let make_up = |year: i32| -> Vec<String> {
        on(&format!("{year}-01-01"))
            .iter_days()
            .take_while(|date| date.year() == year)
            .filter(|date| CALENDAR.explain(*date).kind == DayKind::MakeUpDay)
            .map(|date| date.format("%m-%d").to_string())
            .collect()
    };
    assert_eq!(
        make_up(2026),
        ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"],
        "V68"
    );
    assert_eq!(
        make_up(2025),
        ["01-26", "02-08", "04-27", "09-28", "10-11"],
        "V69"
    );
    assert_eq!(
        CALENDAR.explain(on("2026-05-04")).kind,
        DayKind::Holiday,
        "V70"
    );
    assert_eq!(
        CALENDAR.explain(on("2026-03-08")).kind,
        DayKind::Weekend,
        "V70"
    );
    assert!(
        CALENDAR.is_working_day(on("2026-06-01")),
        "V70: half days never change the calendar"
    );
}

#[test]
fn v71_v72_v73_working_days_of_weeks() {
    assert_eq!(
        CALENDAR.count_working_days(on("2026-02-16"), on("2026-02-22")),
        0,
        "V71"
    );
    assert_eq!(
        CALENDAR.add_working_days(on("2026-02-22"), 1),
        Ok(on("2026-02-24")),
        "V71"
    );
    assert_eq!(
        CALENDAR.count_working_days(on("2025-12-29"), on("2026-01-04")),
        4,
        "V72"
    );
    assert_eq!(
        CALENDAR.count_working_days(on("2026-10-05"), on("2026-10-11")),
        3,
        "V73"
    );
}

#[test]
fn v75_r13_every_published_year_has_its_statutory_days_off() {
    // The statutory days themselves, by the solar calendar: 13 from 2025 on, Spring Festival's four among them.
    let days_2025 = [
        "01-01", "01-28", "01-29", "01-30", "01-31", "04-04", "05-01", "05-02", "05-31", "10-01",
        "10-02", "10-03", "10-06",
    ];
    assert_eq!(days_2025.len(), 13);
    for day in days_2025 {
        let date = on(&format!("2025-{day}"));
        assert_eq!(CALENDAR.explain(date).kind, DayKind::Holiday, "{date}");
    }
}

#[test]
fn r12_a_day_tells_its_festival_and_its_notice() {
    let day = CALENDAR.explain(on("2026-02-14"));
    assert_eq!(
        (day.kind, day.name, day.notice, day.provisional),
        (DayKind::MakeUpDay, "春节", "国办发明电〔2025〕7号", false)
    );
    assert_eq!(
        CALENDAR.explain(on("2020-01-31")).notice,
        "国办发明电〔2020〕1号"
    );
    let day = CALENDAR.explain(on("2027-01-01"));
    assert_eq!(
        (day.kind, day.name, day.provisional),
        (DayKind::Holiday, "元旦", true)
    );
}

#[test]
fn r14_years_without_a_notice_are_provisional_also_in_a_gap_and_before_the_first() {
    let years = embedded_years();
    let calendar = WorkCalendar::from_years(years.iter().filter(|year| year.year != 2025));
    assert!(calendar.is_provisional(on("2024-12-30"), on("2026-01-05")));
    assert!(!calendar.is_provisional(on("2025-12-31"), on("2026-01-05")));
    assert!(!calendar.is_provisional(on("2024-12-30"), on("2024-12-31")));
    assert!(CALENDAR.is_provisional(on("2017-12-20"), on("2018-01-05")));
    assert!(
        !calendar.is_working_day(on("2025-10-03")),
        "a fixed solar holiday"
    );
    assert!(
        calendar.is_working_day(on("2025-01-29")),
        "no lunar day is guessed"
    );
    assert_eq!(CALENDAR.horizon(), Some(on("2026-12-31")));
}

#[test]
fn r111_the_edition_names_the_years_and_changes_with_their_days() {
    let edition = CALENDAR.edition(on("2025-12-30"), on("2026-01-28"));
    let parts: Vec<&str> = edition.split('+').collect();
    assert_eq!(parts.len(), 2);
    assert!(parts[0].starts_with("2025-") && parts[1].starts_with("2026-"));
    assert_eq!(
        CALENDAR.edition(on("2026-12-31"), on("2027-01-04")),
        "2027-provisional"
    );
    let mut changed = CALENDAR.clone();
    let mut year = embedded_years().pop().expect("2026 is inside");
    year.days.retain(|row| row.date != on("2026-10-10"));
    changed.publish(&year);
    assert_ne!(
        changed.edition(on("2026-01-01"), on("2026-12-31")),
        CALENDAR.edition(on("2026-01-01"), on("2026-12-31"))
    );
    assert!(!changed.is_working_day(on("2026-10-10")));
}

#[test]
fn a_weekday_calendar_knows_no_holiday_and_is_firm() {
    let calendar = WorkCalendar::weekdays();
    assert_eq!(
        calendar.add_working_days(on("2010-12-31"), 1),
        Ok(on("2011-01-03"))
    );
    assert!(calendar.is_working_day(on("2012-05-01")));
    assert!(!calendar.is_provisional(on("2010-10-02"), on("2012-01-23")));
}

#[test]
fn a_new_year_is_published_without_a_rebuild_and_reaches_into_december() {
    let file = "\u{feff}date,kind,name\r\n2026-12-27,workday,元旦\r\n2026/12/31,holiday,元旦\r\n\
                2027-01-01,holiday,元旦\r\n,,\r\n2027-1-4,holiday,\"元旦, 调休\"\r\n";
    let years = parse_years(file.as_bytes(), YearsExpected::Any).unwrap();
    let mut calendar = CALENDAR.clone();
    calendar.publish_file(&years);
    assert!(!calendar.is_provisional(on("2026-12-04"), on("2027-01-05")));
    // One working day more on 27 December, one less on the 31st and on 4 January.
    assert_eq!(
        calendar.add_working_days(on("2026-12-04"), 20),
        Ok(on("2027-01-05"))
    );
    assert!(
        !calendar.is_working_day(on("2026-10-01")),
        "the rest of 2026 stays"
    );
    assert_eq!(calendar.explain(on("2027-01-04")).name, "元旦, 调休");
}

#[test]
fn a_file_of_one_published_year_replaces_it_whole() {
    let years = parse_years(
        b"date,kind,name\n2026-03-02,holiday,local day\n",
        YearsExpected::Any,
    )
    .unwrap();
    let mut calendar = CALENDAR.clone();
    calendar.publish_file(&years);
    assert!(!calendar.is_working_day(on("2026-03-02")));
    assert!(calendar.is_working_day(on("2026-10-01")));
    let empty = parse_years(b"date,kind,name\n", YearsExpected::Only(2027)).unwrap();
    calendar.publish_file(&empty);
    assert!(
        !calendar.is_provisional(on("2027-01-01"), on("2027-12-31")),
        "the file's presence publishes"
    );
    assert!(calendar.is_working_day(on("2027-01-01")));
}

#[test]
fn every_fault_of_a_calendar_file_is_named_by_line_and_column() {
    let file = "date,kind,name,notice\n\
                2027-01-01,holiday,元旦\n\
                2027-02-30,holiday,春节\n\
                \n\
                2027-02-06,festival,春节\n\
                2027-01-01,holiday,元旦\n\
                2026-12-31,holiday,元旦\n\
                2027-05-01,holiday\n\
                2027-05-02,holiday,\n\
                2027-05-03,\"holiday,劳动节\n\
                tomorrow,maybe,\n";
    let faults = parse_years(file.as_bytes(), YearsExpected::Only(2027)).unwrap_err();
    let places: Vec<(usize, usize)> = faults
        .iter()
        .map(|fault| (fault.line, fault.column))
        .collect();
    assert_eq!(
        places,
        [
            (3, 1),
            (5, 12),
            (6, 1),
            (7, 1),
            (8, 19),
            (9, 20),
            (10, 12),
            (11, 1),
            (11, 10),
            (11, 16)
        ]
    );
    assert_eq!(
        faults[2].to_string(),
        "line 6, column 1: 2027-01-01 is listed already on line 2"
    );
    assert_eq!(
        faults[0].to_string(),
        "line 3, column 1: '2027-02-30' is not a date; write 2026-01-01"
    );
}

#[test]
fn a_calendar_file_that_is_no_table_is_named_too() {
    let fault = |bytes: &[u8]| {
        let faults = parse_years(bytes, YearsExpected::Any).unwrap_err();
        (faults[0].line, faults[0].column, faults[0].kind.clone())
    };
    assert_eq!(fault(b""), (1, 1, CalendarFaultKind::NoHeader));
    assert_eq!(
        fault(b"date,name\n"),
        (1, 10, CalendarFaultKind::ColumnMissing("kind"))
    );
    // The festival's name in GBK, as a spreadsheet saves it unless told otherwise; its first two bytes happen to be UTF-8.
    assert_eq!(
        fault(b"date,kind,name\n2027-01-01,holiday,\xd4\xaa\xb5\xa9\n"),
        (2, 21, CalendarFaultKind::NotUtf8)
    );
    assert_eq!(
        fault(&vec![b'\n'; 2_000_000]),
        (1, 1, CalendarFaultKind::TooLong)
    );
    let long = format!("date,kind,name\n2027-01-01,holiday,{}\n", "长".repeat(101));
    assert_eq!(
        fault(long.as_bytes()),
        (2, 20, CalendarFaultKind::TextTooLong)
    );
}

#[test]
fn the_ends_of_the_range_are_errors_not_panics() {
    assert!(CALENDAR.add_working_days(CIVIL_DATE_MAX, 1).is_err());
    assert!(CALENDAR.add_working_days(NaiveDate::MAX, 1).is_err());
    assert!(CALENDAR.add_working_days(NaiveDate::MIN, 1).is_err());
    assert!(CALENDAR.add_working_days(CIVIL_DATE_MIN, u32::MAX).is_err());
    assert!(
        CALENDAR
            .add_calendar_days(CIVIL_DATE_MIN, u32::MAX)
            .is_err()
    );
    assert!(CALENDAR.add_months(CIVIL_DATE_MIN, u32::MAX).is_err());
    assert!(CALENDAR.latest_start(CIVIL_DATE_MIN, 7).is_err());
    assert_eq!(
        CALENDAR.count_working_days(CIVIL_DATE_MAX, CIVIL_DATE_MIN),
        0
    );
    CALENDAR.working_days(NaiveDate::MIN, NaiveDate::MAX);
    CALENDAR.edition(NaiveDate::MIN, CIVIL_DATE_MIN);
    CALENDAR.explain(NaiveDate::MAX);
    assert!(!CALENDAR.is_provisional(NaiveDate::MAX, NaiveDate::MAX));
}

fn any_date() -> impl Strategy<Value = NaiveDate> {
    (0_u64..40 * 365).prop_map(|days| on("2000-01-01") + chrono::Days::new(days))
}

/// Counting by walking, the way the rule is written.
fn walk(from: NaiveDate, days: u32) -> NaiveDate {
    let mut left = days;
    let mut date = from;
    while left > 0 {
        date = date.succ_opt().expect("far from the end of time");
        left -= u32::from(CALENDAR.explain(date).kind.is_working());
    }
    date
}

proptest! {
    #[test]
    fn r15_counting_by_rank_equals_walking(from in any_date(), days in 1_u32..400) {
        let due = CALENDAR.add_working_days(from, days).unwrap();
        prop_assert_eq!(due, walk(from, days));
        prop_assert!(CALENDAR.is_working_day(due), "a due date is never a day off");
        prop_assert_eq!(CALENDAR.working_days(from, due), i32::try_from(days).unwrap(), "counting undoes adding");
        prop_assert_eq!(CALENDAR.working_days(due, due), 0);
        prop_assert_eq!(CALENDAR.working_days(due, from), -i32::try_from(days).unwrap());
    }

    #[test]
    fn the_latest_start_is_the_latest(due in any_date(), days in 1_u32..60) {
        let start = CALENDAR.latest_start(due, days).unwrap();
        let fits = |from: NaiveDate| CALENDAR.working_days(from, due) >= i32::try_from(days).unwrap();
        prop_assert!(CALENDAR.is_working_day(start) && fits(start));
        prop_assert!(!fits(CALENDAR.add_working_days(start, 1).unwrap()));
    }

    #[test]
    fn reading_a_calendar_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = parse_years(&bytes, YearsExpected::Any);
    }

    #[test]
    fn reading_something_like_a_calendar_never_panics(rows in "(date|kind|name|,|\"|\n|\r\n|202[67]-1?[0-9]-[0-3]?[0-9]|holiday|workday|元旦){0,60}") {
        let text = format!("date,kind,name\n{rows}");
        for expected in [YearsExpected::Any, YearsExpected::Only(2027)] {
            if let Ok(years) = parse_years(text.as_bytes(), expected) {
                CALENDAR.clone().publish_file(&years);
            }
        }
    }
}
