//! The clock of a case against the worked examples of the rule book: pauses, extensions, lamps, promises, and the proof by days.

use banshi::rules::calendar::WorkCalendar;
use banshi::rules::civil::{Moment, OutOfRange};
use banshi::rules::clock::{
    CommittedCeiling, InstantDue, Lamp, Ledger, Limit, LimitEnd, LimitUnit, Pause, StepKind,
    WorkDays, card_days, committed_ceiling, deemed_acceptance_day, extended_due, instant_due,
    is_committed_allowed, limit_end,
};
use banshi::rules::time::hall_date;
use chrono::{DateTime, Days, NaiveDate, Utc};
use proptest::prelude::*;
use std::sync::LazyLock;

static CALENDAR: LazyLock<WorkCalendar> = LazyLock::new(WorkCalendar::embedded);

fn on(text: &str) -> NaiveDate {
    text.parse().expect("a date in a test")
}

fn days(count: u32) -> WorkDays {
    WorkDays::new(count).expect("a limit in a test")
}

fn pause(text: &str) -> Pause {
    let (from, to) = text.split_once("..").expect("a pause in a test");
    Pause {
        from_on: on(from),
        to_on: (!to.is_empty()).then(|| on(to)),
    }
}

fn ledger(start: &str, limit: u32, pauses: &[&str]) -> Ledger {
    Ledger {
        pauses: pauses.iter().map(|text| pause(text)).collect(),
        ..Ledger::new(on(start), days(limit))
    }
}

fn due(ledger: &Ledger) -> Option<NaiveDate> {
    ledger.due(&CALENDAR).expect("in range")
}

#[test]
fn v44_v45_v46_pauses_move_the_due_date() {
    for (vector, start, limit, pauses, paused, unpaused) in [
        (
            "V44",
            "2026-03-02",
            20,
            &["2026-03-09..2026-03-19"][..],
            "2026-04-10",
            "2026-03-30",
        ),
        (
            "V45",
            "2026-02-09",
            14,
            &["2026-02-12..2026-02-25"][..],
            "2026-03-11",
            "2026-03-05",
        ),
        (
            "V46",
            "2026-05-06",
            20,
            &["2026-05-08..2026-05-12", "2026-05-20..2026-05-26"][..],
            "2026-06-11",
            "2026-06-02",
        ),
    ] {
        assert_eq!(
            due(&ledger(start, limit, pauses)),
            Some(on(paused)),
            "{vector}"
        );
        assert_eq!(
            due(&ledger(start, limit, &[])),
            Some(on(unpaused)),
            "{vector}"
        );
    }
}

#[test]
fn v44_v45_the_proof_names_the_days_not_counted() {
    for (vector, ledger, stopped) in [
        (
            "V44",
            ledger("2026-03-02", 20, &["2026-03-09..2026-03-19"]),
            8,
        ),
        (
            "V45",
            ledger("2026-02-09", 14, &["2026-02-12..2026-02-25"]),
            4,
        ),
    ] {
        let steps = ledger.explain(&CALENDAR).unwrap();
        let paused = steps
            .iter()
            .filter(|step| step.kind == StepKind::Paused)
            .count();
        assert_eq!(paused, stopped, "{vector}");
    }
}

#[test]
fn r101_overlapping_and_misplaced_pauses_count_as_a_union() {
    let plain = due(&ledger("2026-03-02", 20, &["2026-03-09..2026-03-19"]));
    for pauses in [
        &["2026-03-09..2026-03-13", "2026-03-11..2026-03-19"][..],
        &["2026-03-13..2026-03-19", "2026-03-09..2026-03-13"][..],
        &["2026-03-09..2026-03-19", "2026-03-10..2026-03-11"][..],
        // Before acceptance, of no length, and long after the end.
        &[
            "2026-03-09..2026-03-19",
            "2026-01-05..2026-03-02",
            "2026-03-24..2026-03-24",
            "2026-05-01..2026-06-01",
        ][..],
    ] {
        assert_eq!(due(&ledger("2026-03-02", 20, pauses)), plain, "{pauses:?}");
    }
    // One that begins before acceptance stops the days after acceptance only.
    assert_eq!(
        due(&ledger("2026-03-02", 5, &["2026-02-24..2026-03-04"])),
        Some(on("2026-03-11"))
    );
    // Inside a holiday nothing is counted anyway.
    assert_eq!(
        due(&ledger("2026-02-13", 5, &["2026-02-15..2026-02-22"])),
        Some(on("2026-02-27"))
    );
}

#[test]
fn r101_a_pause_counts_only_when_it_begins_before_the_due_date_moved_by_the_ones_before() {
    // Unpaused due 2026-03-09. The first pause moves it to 03-12, so that the second one, from 03-11, counts too.
    let both = ["2026-03-03..2026-03-06", "2026-03-11..2026-03-13"];
    assert_eq!(
        due(&ledger("2026-03-02", 5, &both[1..])),
        Some(on("2026-03-09"))
    );
    assert_eq!(
        due(&ledger("2026-03-02", 5, &both[..1])),
        Some(on("2026-03-12"))
    );
    assert_eq!(due(&ledger("2026-03-02", 5, &both)), Some(on("2026-03-16")));
    // A pause that begins on the due date comes too late.
    assert_eq!(
        due(&ledger("2026-03-02", 5, &["2026-03-09..2026-03-20"])),
        Some(on("2026-03-09"))
    );
}

#[test]
fn r101_an_open_pause_stops_the_countdown() {
    let stopped = ledger("2026-03-02", 20, &["2026-03-09.."]);
    for today in ["2026-03-09", "2026-03-20", "2027-08-01"] {
        let view = stopped.view(&CALENDAR, on(today)).unwrap();
        assert_eq!(
            (view.due, view.left, view.overdue),
            (None, 15, 0),
            "{today}"
        );
        assert_eq!(
            (view.counted, view.elapsed, view.lamp),
            (5, 5, Lamp::Paused),
            "{today}"
        );
    }
    // Announced for later, it does not stand yet.
    let view = stopped.view(&CALENDAR, on("2026-03-04")).unwrap();
    assert_eq!((view.due, view.left, view.lamp), (None, 18, Lamp::Green));
    // Opened on or after the due date, it comes too late to stop anything.
    let late = ledger("2026-03-02", 5, &["2026-03-09.."]);
    let view = late.view(&CALENDAR, on("2026-03-11")).unwrap();
    assert_eq!(
        (view.due, view.left, view.lamp),
        (Some(on("2026-03-09")), -2, Lamp::Overdue)
    );
}

#[test]
fn v48_v52_extensions_add_working_days_at_the_end() {
    let extended = Ledger {
        extension: days(10),
        ..ledger("2026-03-02", 20, &[])
    };
    assert_eq!(due(&extended), Some(on("2026-04-14")), "V48");
    assert_eq!(
        extended_due(&CALENDAR, on("2026-03-30"), days(10)),
        Ok(on("2026-04-14")),
        "V48"
    );
    assert_eq!(
        due(&ledger("2026-03-02", 30, &[])),
        Some(on("2026-04-14")),
        "V48"
    );
    assert_eq!(
        due(&ledger("2026-03-02", 45, &[])),
        Some(on("2026-05-08")),
        "V52"
    );
    assert_eq!(
        extended_due(&CALENDAR, on("2026-05-08"), days(15)),
        Ok(on("2026-05-28")),
        "V52"
    );
    // The added days can be stopped like the others.
    let stopped = Ledger {
        extension: days(10),
        ..ledger("2026-03-02", 20, &["2026-04-01..2026-04-03"])
    };
    assert_eq!(due(&stopped), Some(on("2026-04-16")));
}

#[test]
fn v49_a_day_after_the_due_date_is_overdue_by_one() {
    let view = ledger("2026-03-02", 20, &[])
        .view(&CALENDAR, on("2026-03-31"))
        .unwrap();
    assert_eq!((view.left, view.overdue, view.lamp), (-1, 1, Lamp::Overdue));
}

#[test]
fn v54_v55_v57_v63_deemed_acceptance_and_acceptance_after_correction() {
    for (vector, received, deemed) in [
        ("V54", "2026-03-02", "2026-03-09"),
        ("V55", "2026-02-13", "2026-02-27"),
    ] {
        assert_eq!(
            deemed_acceptance_day(&CALENDAR, on(received)),
            Ok(on(deemed)),
            "{vector}"
        );
    }
    for (vector, start, limit, end) in [
        ("V54 committed", "2026-03-02", 14, "2026-03-20"),
        ("V54 statutory", "2026-03-02", 20, "2026-03-30"),
        ("V57", "2026-03-10", 14, "2026-03-30"),
        ("V63", "2026-06-24", 14, "2026-07-14"),
    ] {
        assert_eq!(due(&ledger(start, limit, &[])), Some(on(end)), "{vector}");
    }
}

#[test]
fn v59_v60_lamps_before_and_cards_after() {
    let case = ledger("2026-03-02", 14, &[]);
    assert_eq!(case.amber_from(), 3, "V59");
    for (today, lamp, left) in [
        ("2026-03-02", Lamp::Green, 14),
        ("2026-03-16", Lamp::Green, 4),
        ("2026-03-17", Lamp::Amber, 3),
        ("2026-03-19", Lamp::Amber, 1),
        ("2026-03-20", Lamp::Red, 0),
        // The weekend after: overdue, although by no working day yet (R20, R21).
        ("2026-03-21", Lamp::Overdue, 0),
        ("2026-03-23", Lamp::Overdue, -1),
    ] {
        let view = case.view(&CALENDAR, on(today)).unwrap();
        assert_eq!((view.lamp, view.left), (lamp, left), "V59 {today}");
    }
    let cards = card_days(&CALENDAR, on("2026-03-20"), on("2026-03-30")).unwrap();
    assert_eq!(
        (cards.yellow_on, cards.red_on),
        (on("2026-03-20"), on("2026-03-25")),
        "V60"
    );
    let near = card_days(&CALENDAR, on("2026-03-20"), on("2026-03-23")).unwrap();
    assert_eq!(
        near.red_on,
        on("2026-03-23"),
        "the statutory due date comes first"
    );
}

#[test]
fn r105_a_short_limit_is_amber_on_its_last_day_before() {
    assert_eq!(ledger("2026-03-02", 1, &[]).amber_from(), 1);
    assert_eq!(ledger("2026-03-02", 5, &[]).amber_from(), 1);
    assert_eq!(ledger("2026-03-02", 6, &[]).amber_from(), 2);
}

#[test]
fn r105_the_lamp_of_a_pause_goes_out_on_the_day_that_the_clock_runs_again() {
    let case = ledger("2026-03-02", 20, &["2026-03-09..2026-03-19"]);
    let lamp = |today: &str| case.view(&CALENDAR, on(today)).unwrap().lamp;
    assert_eq!(lamp("2026-03-06"), Lamp::Green);
    assert_eq!(lamp("2026-03-09"), Lamp::Paused);
    assert_eq!(lamp("2026-03-18"), Lamp::Paused);
    assert_eq!(lamp("2026-03-19"), Lamp::Green);
}

#[test]
fn v61_v62_the_promise_is_at_most_seven_tenths() {
    for (statutory, ceiling) in [
        (5, 3),
        (7, 4),
        (10, 7),
        (15, 10),
        (20, 14),
        (30, 21),
        (45, 31),
        (60, 42),
    ] {
        assert_eq!(
            committed_ceiling(days(statutory)),
            CommittedCeiling::Days(days(ceiling)),
            "V61 {statutory}"
        );
        assert!(
            is_committed_allowed(days(statutory), days(ceiling)),
            "V61 {statutory}"
        );
        assert!(
            !is_committed_allowed(days(statutory), days(ceiling + 1)),
            "V62 {statutory}"
        );
        assert!(
            is_committed_allowed(days(statutory), days(0)),
            "an instant promise keeps to any statute"
        );
    }
    assert_eq!(committed_ceiling(days(1)), CommittedCeiling::Instant, "V61");
    assert!(!is_committed_allowed(days(1), days(1)), "V61");
}

#[test]
fn v34_v36_limits_in_other_units() {
    let at = |text: &str| -> DateTime<Utc> { DateTime::parse_from_rfc3339(text).unwrap().to_utc() };
    let end = |from: &str, count, unit| limit_end(&CALENDAR, at(from), Limit { count, unit });
    assert_eq!(
        end("2026-03-02T23:30:00+08:00", 5, LimitUnit::CalendarDay),
        Ok(LimitEnd::On(on("2026-03-09"))),
        "V34"
    );
    assert_eq!(
        end("2026-02-14T16:00:00+08:00", 24, LimitUnit::Hour),
        Ok(LimitEnd::At(at("2026-02-15T16:00:00+08:00"))),
        "V36"
    );
    assert_eq!(
        end("2026-02-14T23:45:00+08:00", 30, LimitUnit::Minute),
        Ok(LimitEnd::At(at("2026-02-15T00:15:00+08:00"))),
        "R93"
    );
    // Half past midnight in the hall is still the day before in UTC (R23).
    assert_eq!(
        end("2026-03-03T00:30:00+08:00", 1, LimitUnit::WorkingDay),
        Ok(LimitEnd::On(on("2026-03-04")))
    );
    assert!(end("2026-03-02T00:00:00Z", u32::MAX, LimitUnit::Hour).is_err());
}

#[test]
fn v37_instant_matters() {
    let received = on("2026-09-18");
    assert_eq!(
        instant_due(&CALENDAR, received, InstantDue::NextWorkingDay),
        Ok(on("2026-09-20")),
        "V37"
    );
    assert_eq!(
        instant_due(&CALENDAR, received, InstantDue::SameDay),
        Ok(received),
        "R64"
    );
    assert_eq!(
        instant_due(&CALENDAR, on("2026-09-19"), InstantDue::SameDay),
        Ok(on("2026-09-20")),
        "R16"
    );
}

#[test]
fn r64_a_limit_of_no_days_is_due_the_same_working_day() {
    let view = ledger("2026-09-18", 0, &[])
        .view(&CALENDAR, on("2026-09-18"))
        .unwrap();
    assert_eq!(
        (view.due, view.left, view.lamp),
        (Some(on("2026-09-18")), 0, Lamp::Red)
    );
    // Filed on a day off: a period of working days never ends on one (R17).
    let view = ledger("2026-09-19", 0, &[])
        .view(&CALENDAR, on("2026-09-19"))
        .unwrap();
    assert_eq!(
        (view.due, view.left, view.lamp),
        (Some(on("2026-09-20")), 1, Lamp::Amber)
    );
}

#[test]
fn v33_the_view_says_that_a_date_is_not_firm() {
    let view = ledger("2026-12-04", 20, &[])
        .view(&CALENDAR, on("2026-12-04"))
        .unwrap();
    assert_eq!((view.due, view.provisional), (Some(on("2027-01-04")), true));
    let steps = ledger("2026-12-04", 20, &[]).explain(&CALENDAR).unwrap();
    let guessed: Vec<_> = steps
        .iter()
        .filter(|step| step.provisional)
        .map(|step| step.date)
        .collect();
    assert_eq!(
        guessed,
        [
            on("2027-01-01"),
            on("2027-01-02"),
            on("2027-01-03"),
            on("2027-01-04")
        ]
    );
}

#[test]
fn the_proof_goes_day_by_day() {
    let steps = ledger("2026-02-12", 4, &["2026-02-24..2026-02-25"])
        .explain(&CALENDAR)
        .unwrap();
    let lines: Vec<String> = steps
        .iter()
        .filter(|step| step.kind != StepKind::Holiday)
        .map(|step| format!("{} {:?} {:?} {}", step.date, step.kind, step.nth, step.note))
        .collect();
    assert_eq!(
        lines,
        [
            "2026-02-12 Accepted None ",
            "2026-02-13 WorkingDay Some(1) ",
            "2026-02-14 MakeUpDay Some(2) 春节",
            "2026-02-24 WorkingDay Some(3) ",
            "2026-02-25 Paused None 2026-02-24..2026-02-25",
            "2026-02-26 WorkingDay Some(4) ",
        ]
    );
    let stopped = ledger("2026-03-02", 20, &["2026-03-04.."])
        .explain(&CALENDAR)
        .unwrap();
    assert_eq!(
        stopped.last().map(|step| (step.date, step.nth)),
        Some((on("2026-03-04"), Some(2)))
    );
}

#[test]
fn r109_countdowns_sort_by_urgency_then_by_acceptance() {
    let today = on("2026-03-11");
    let key = |start: &str, limit, pauses: &[&str], hour: &str| {
        let at = Moment::parse(&format!("{start}T{hour}:00")).unwrap();
        let Moment::At(at) = at else { panic!("a time") };
        assert_eq!(hall_date(at), on(start));
        ledger(start, limit, pauses)
            .view(&CALENDAR, today)
            .unwrap()
            .countdown_key(at)
    };
    let sorted = [
        key("2026-03-02", 3, &[], "09:00"),
        key("2026-03-02", 5, &[], "09:00"),
        key("2026-03-04", 5, &[], "09:00"),
        key("2026-03-04", 7, &[], "09:00"),
        key("2026-03-04", 7, &[], "10:00"),
        key("2026-03-02", 5, &["2026-03-03.."], "09:00"),
    ];
    assert!(sorted.is_sorted_by(|one, next| one < next), "{sorted:?}");
}

#[test]
fn the_ends_of_the_range_are_errors() {
    assert_eq!(WorkDays::new(10_001_u32), Err(OutOfRange::Limit(10_001)));
    assert!(serde_json::from_str::<WorkDays>("10001").is_err());
    assert!(matches!(
        ledger("2299-12-01", 40, &[]).due(&CALENDAR),
        Err(OutOfRange::Count(_))
    ));
    assert!(matches!(
        ledger("2300-01-01", 4, &[]).due(&CALENDAR),
        Err(OutOfRange::Date(_))
    ));
    assert!(
        ledger("2026-03-02", 4, &[])
            .view(&CALENDAR, NaiveDate::MAX)
            .is_err()
    );
    assert!(matches!(
        ledger("2026-03-02", 4, &["2026-03-03..2299-12-31"]).due(&CALENDAR),
        Err(OutOfRange::Count(_))
    ));
}

#[test]
fn a_ledger_is_plain_data() {
    let text = r#"{"started_on":"2026-03-02","limit":20,"extension":0,"pauses":[{"from_on":"2026-03-09","to_on":null}]}"#;
    let parsed: Ledger = serde_json::from_str(text).unwrap();
    assert_eq!(parsed, ledger("2026-03-02", 20, &["2026-03-09.."]));
    assert_eq!(serde_json::to_string(&parsed).unwrap(), text);
}

fn any_pause() -> impl Strategy<Value = Pause> {
    (0_u64..120, proptest::option::of(0_u64..60)).prop_map(|(from, length)| {
        let from_on = on("2025-12-20") + Days::new(from);
        Pause {
            from_on,
            to_on: length.map(|length| from_on + Days::new(length)),
        }
    })
}

fn any_ledger() -> impl Strategy<Value = Ledger> {
    (
        0_u64..60,
        0_u32..50,
        0_u32..16,
        proptest::collection::vec(any_pause(), 0..5),
    )
        .prop_map(|(start, limit, extension, pauses)| Ledger {
            started_on: on("2025-12-25") + Days::new(start),
            limit: days(limit),
            extension: days(extension),
            pauses,
        })
}

/// R101 as it is written: walk, and skip what a pause holds.
fn walk(ledger: &Ledger) -> Option<NaiveDate> {
    let mut left = ledger.limit.get() + ledger.extension.get();
    let mut date = ledger.started_on;
    if left == 0 && CALENDAR.is_working_day(date) {
        return Some(date);
    }
    left = left.max(1);
    while left > 0 {
        date = date.succ_opt()?;
        if date > on("2028-01-01") {
            return None;
        }
        let paused = ledger
            .pauses
            .iter()
            .any(|pause| pause.from_on < date && pause.to_on.is_none_or(|to_on| date <= to_on));
        left -= u32::from(CALENDAR.is_working_day(date) && !paused);
    }
    Some(date)
}

proptest! {
    #[test]
    fn r101_the_due_date_equals_a_walk_over_the_days(ledger in any_ledger()) {
        prop_assert_eq!(due(&ledger), walk(&ledger));
    }

    #[test]
    fn r101_the_order_of_pauses_does_not_matter(ledger in any_ledger()) {
        let mut turned = ledger.clone();
        turned.pauses.reverse();
        prop_assert_eq!(due(&turned), due(&ledger));
        let mut doubled = ledger.clone();
        doubled.pauses.extend(ledger.pauses.iter().copied());
        prop_assert_eq!(due(&doubled), due(&ledger));
    }

    #[test]
    fn the_proof_counts_the_limit_and_ends_on_the_due_date(ledger in any_ledger()) {
        let steps = ledger.explain(&CALENDAR).unwrap();
        let counted = u32::try_from(steps.iter().filter(|step| step.counted).count()).unwrap();
        let view = ledger.view(&CALENDAR, ledger.started_on).unwrap();
        prop_assert_eq!(counted, view.counted);
        if let Some(due) = view.due {
            prop_assert_eq!(steps.last().unwrap().date, due);
            let total = ledger.limit.get() + ledger.extension.get();
            prop_assert!(counted == total || total == 0 && counted == 1);
            prop_assert!(CALENDAR.is_working_day(due));
            prop_assert_eq!(ledger.view(&CALENDAR, due).unwrap().left, 0);
        }
    }

    #[test]
    fn r21_what_is_left_falls_day_by_day(ledger in any_ledger(), offset in 0_u64..200) {
        let today = ledger.started_on + Days::new(offset);
        let view = ledger.view(&CALENDAR, today).unwrap();
        let before = ledger.view(&CALENDAR, today - Days::new(1)).unwrap();
        prop_assert!(view.left <= before.left && before.left - view.left <= 1);
        prop_assert_eq!(view.overdue, (-view.left).max(0).unsigned_abs());
        let counts = ledger.explain(&CALENDAR).unwrap().iter().any(|step| step.date == today && step.counted);
        if view.due.is_none_or(|due| today <= due) && offset > 0 {
            prop_assert_eq!(before.left - view.left, i32::from(counts));
            prop_assert_eq!(view.elapsed - before.elapsed, u32::from(counts));
        }
    }
}
