//! Words and figures as every page writes them: terms of the wire in the reader's language, hall times and
//! dates, waits, the countdown with its sign, word and ink.

use chrono::{Datelike, NaiveDate};
use serde::Serialize;
use serde_json::Value;

use crate::console::canvas::Canvas;
use crate::console::message::About;
use crate::console::theme::{Glyphs, Ink};
use crate::rules::clock::{Lamp, LimitUnit};
use crate::rules::ticket::{Priority, TicketState};
use crate::rules::time::{Instant, hall_time};
use crate::rules::views::case::CaseView;

/// The word of a term on the wire.
pub fn wire_word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        _ => String::new(),
    }
}

/// A term of the wire in the reader's language: `term(about, "case-state", &state)`.
pub fn term(about: &About, group: &str, value: &impl Serialize) -> String {
    named(about, group, &wire_word(value))
}

/// The same for a word.
pub fn named(about: &About, group: &str, word: &str) -> String {
    let key = format!("{group}-{word}");
    if about.messages.has(&key) {
        about.t(&key)
    } else {
        word.to_owned()
    }
}

/// An instant as hall time of the day; with its date where that is not today's.
pub fn time(about: &About, at: Instant) -> String {
    let at = hall_time(at);
    if at.date_naive() == about.today() {
        at.format("%H:%M").to_string()
    } else {
        format!("{} {}", short_date(at.date_naive()), at.format("%H:%M"))
    }
}

/// A date without its year.
pub fn short_date(date: NaiveDate) -> String {
    date.format("%m-%d").to_string()
}

/// A date with its day of the week.
pub fn date(about: &About, date: NaiveDate) -> String {
    let day = date.weekday().number_from_monday();
    format!("{date} {}", about.t(&format!("due-weekday-{day}")))
}

/// Whole minutes from an instant until now.
pub fn minutes_since(about: &About, at: Instant) -> i64 {
    (about.now.to_utc() - at).num_minutes().max(0)
}

/// Minutes in words.
pub fn minutes(about: &About, count: i64) -> String {
    about.with("minutes-short", &[("count", count.into())])
}

/// How urgently people look at a priority; the ordinary one steps back.
pub fn priority_ink(priority: Priority) -> Ink {
    match priority {
        Priority::GreenChannel => Ink::Good,
        Priority::Courtesy => Ink::Warn,
        Priority::Booked => Ink::Strong,
        Priority::Ordinary => Ink::Plain,
    }
}

/// A priority with its sign: `++` before the green channel, `+` before courtesy, `=` before booked.
pub fn priority(about: &About, priority: Priority) -> String {
    let sign = match priority {
        Priority::GreenChannel => "++",
        Priority::Courtesy => "+",
        Priority::Booked => "=",
        Priority::Ordinary => "",
    };
    format!("{sign}{}", term(about, "priority", &priority))
}

/// The ink of a ticket's state.
pub fn ticket_ink(state: TicketState) -> Ink {
    match state {
        TicketState::Called | TicketState::Serving => Ink::Strong,
        TicketState::Held => Ink::Warn,
        TicketState::Missed => Ink::Bad,
        TicketState::Waiting => Ink::Plain,
        TicketState::Done
        | TicketState::Abandoned
        | TicketState::Cancelled
        | TicketState::Expired => Ink::Still,
    }
}

/// The sign of a lamp.
pub fn lamp_sign(glyphs: &Glyphs, lamp: Lamp) -> &'static str {
    let index = match lamp {
        Lamp::Green => 0,
        Lamp::Amber => 1,
        Lamp::Red => 2,
        Lamp::Overdue => 3,
        Lamp::Paused => 4,
    };
    glyphs.lamps[index]
}

/// The ink of a lamp.
pub fn lamp_ink(lamp: Lamp) -> Ink {
    match lamp {
        Lamp::Green => Ink::Good,
        Lamp::Amber => Ink::Warn,
        Lamp::Red => Ink::Bad,
        Lamp::Overdue => Ink::Worst,
        Lamp::Paused => Ink::Still,
    }
}

/// The countdown of a case in a cell: sign, days, and nothing that colour alone would tell.
pub fn countdown(canvas: &Canvas<'_>, about: &About, case: &CaseView) -> (String, Ink) {
    let Some(clock) = &case.clock else {
        return case.correction_due.map_or_else(
            || (String::new(), Ink::Still),
            |due| {
                let by = about.with("cases-by", &[("date", short_date(due).into())]);
                (by, Ink::Plain)
            },
        );
    };
    let Some(lamp) = clock.lamp else {
        // Decided: what is left to do is to hand it over (R104).
        let due = case
            .decision
            .as_ref()
            .filter(|_| case.delivered_at.is_none());
        return due.map_or_else(
            || (String::new(), Ink::Still),
            |decision| {
                let date = short_date(decision.deliver_due);
                let by = about.with("cases-deliver-by", &[("date", date.into())]);
                (by, Ink::Plain)
            },
        );
    };
    let words = match lamp {
        Lamp::Paused => about.t("lamp-paused"),
        Lamp::Red if clock.committed_due_at.is_some() => clock
            .committed_due_at
            .map_or_else(String::new, |at| time(about, at)),
        Lamp::Red => about.t("cases-today"),
        Lamp::Overdue => about.with(
            "cases-over",
            &[("count", clock.working_days_overdue.into())],
        ),
        Lamp::Green | Lamp::Amber => {
            about.with("cases-left", &[("count", clock.left.unwrap_or(0).into())])
        }
    };
    (
        format!("{} {words}", lamp_sign(canvas.glyphs(), lamp)),
        lamp_ink(lamp),
    )
}

/// A limit with its unit.
pub fn limit(about: &About, count: u16, unit: LimitUnit) -> String {
    let key = format!("limit-{}", wire_word(&unit));
    about.with(&key, &[("count", count.into())])
}

/// The characters of a date's month and day.
const MONTH_DAY: usize = 4;

/// Month, day and serial of a number: what people say in a hall where what stands before is everybody's.
/// `head` is how many characters that is.
pub fn short_number(number: &str, head: usize) -> String {
    let parts = number
        .split_at_checked(head)
        .and_then(|(_, tail)| tail.split_at_checked(MONTH_DAY));
    parts.map_or_else(
        || number.to_owned(),
        |(day, serial)| format!("{day}-{serial}"),
    )
}

/// Whether a number is meant by what was typed: all of it or its end, as [`short_number`] writes it or without
/// the dash.
pub fn is_meant(number: &str, typed: &str) -> bool {
    let typed = typed.replace('-', "");
    !typed.is_empty() && number.ends_with(&typed.to_uppercase())
}
