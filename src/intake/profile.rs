//! `hall.toml`: the centre's profile and settings. Every key is known by name, type and range, so that one run finds all
//! faults with their places; what passed is handed to serde as plain data. Defaults are the catalogue's, not ours.

use chrono::{NaiveDate, NaiveTime};
use serde_json::{Map, Value, json};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    fault::{FaultCode, Faults, Place},
    sheet::{is_code, read_date},
    text::position,
};
use crate::rules::catalogue::{HallProfile, Hours};

/// The file's name.
pub(super) const FILE: &str = "hall.toml";

/// What a key may hold.
#[derive(Clone, Copy)]
enum Kind {
    Text,
    /// A text that is not empty.
    Name,
    Code,
    /// Six-digit division code (R230).
    Region,
    Texts,
    Flag,
    Number(u32, u32),
    Time,
    Date,
    Word(&'static [&'static str]),
    Table(&'static [Key]),
    Tables(&'static [Key]),
}

/// A key of a table.
struct Key {
    name: &'static str,
    kind: Kind,
    required: bool,
}

const fn must(name: &'static str, kind: Kind) -> Key {
    Key {
        name,
        kind,
        required: true,
    }
}

const fn may(name: &'static str, kind: Kind) -> Key {
    Key {
        name,
        kind,
        required: false,
    }
}

const DAYS: Kind = Kind::Number(0, 250);
const MINUTES: Kind = Kind::Number(0, 480);
const PERCENT: Kind = Kind::Number(0, 100);
const AREA: Kind = Kind::Number(1, 10_000_000);

const PROFILE: &[Key] = &[
    must("id", Kind::Code),
    must("name", Kind::Name),
    may("name_en", Kind::Text),
    must(
        "level",
        Kind::Word(&["county", "district", "town", "village_point"]),
    ),
    must("region", Kind::Region),
    may("address", Kind::Text),
    may("founded", Kind::Text),
    may("moved", Kind::Text),
    may("area_m2", AREA),
    may("hall_m2", AREA),
    must("scheme", Kind::Word(&["a", "b"])),
    may("shared_logins", Kind::Texts),
    may("phones", Kind::Table(PHONES)),
    must("hours", Kind::Table(HOURS)),
    may("ticket", Kind::Table(TICKET)),
    may("lamp", Kind::Table(&[may("amber_percent", PERCENT)])),
    may("card", Kind::Table(CARD)),
    may("case", Kind::Table(CASE)),
    may("enquiry", Kind::Table(&[may("reply_days", DAYS)])),
    may("proxy", Kind::Table(PROXY)),
    may("inspection", Kind::Table(INSPECTION)),
    may("systems", Kind::Tables(SYSTEM)),
];

const PHONES: &[Key] = &[
    may("investment", Kind::Text),
    may("consultation", Kind::Text),
    may("query", Kind::Text),
    may("booking", Kind::Text),
    may("complaint", Kind::Text),
];

const HOURS: &[Key] = &[
    must("open", Kind::Time),
    must("lunch_from", Kind::Time),
    must("lunch_to", Kind::Time),
    must("close", Kind::Time),
];

const TICKET: &[Key] = &[
    may("calls_max", Kind::Number(1, 9)),
    may("recall_gap_seconds", Kind::Number(0, 3600)),
    may("restore_places", Kind::Number(0, 100)),
    may("held_max", Kind::Number(0, 20)),
    may("held_minutes", Kind::Number(1, 480)),
    may("starvation_guard", Kind::Number(1, 50)),
    may("issue_stops_minutes_before_close", MINUTES),
    may("courtesy_age", Kind::Number(1, 120)),
    may("crowded_per_window", Kind::Number(1, 1000)),
    may("crowded_minutes", Kind::Number(1, 480)),
    may("idle_minutes", Kind::Number(1, 480)),
];

const CARD: &[Key] = &[may("red_after_days", DAYS), may("reply_days", DAYS)];

const CASE: &[Key] = &[
    may("instant_due", Kind::Word(&["same_day", "next_day"])),
    may("correction_notice_days", Kind::Number(0, 5)),
    may("correction_days", Kind::Number(1, 250)),
];

const PROXY: &[Key] = &[
    may("take_hours", Kind::Number(1, 40)),
    may("reply_days", DAYS),
    may("terminate_days", Kind::Number(1, 250)),
    may("follow_up_days", DAYS),
    may("follow_up_percent", PERCENT),
];

const INSPECTION: &[Key] = &[
    may("rounds_a_day", Kind::Number(0, 48)),
    may("round_complete_percent", PERCENT),
    may("reply_days", DAYS),
    may("appeal_days", DAYS),
];

const SYSTEM: &[Key] = &[
    must("code", Kind::Code),
    must("name", Kind::Name),
    may("name_en", Kind::Text),
    must("on", Kind::Flag),
    may("effective_on", Kind::Date),
    may("text", Kind::Text),
];

/// Reads the profile; nothing where a fault was said.
pub(super) fn read(text: &str, faults: &mut Faults) -> Option<HallProfile> {
    let before = faults.0.len();
    let (root, errors) = DeTable::parse_recoverable(text);
    let mut reader = Reader {
        text,
        whole: errors.is_empty(),
        faults,
    };
    for error in errors {
        let place = reader.place(error.span().map_or(0, |span| span.start));
        let reason = error.message().replace('\n', "; ");
        reader
            .faults
            .say(place, FaultCode::TomlSyntax, &[("reason", &reason)]);
    }
    let value = reader.table(root.get_ref(), PROFILE, "", 0);
    if faults.0.len() > before {
        return None;
    }
    check(value, &root, text, faults)
}

/// Turns checked data into the profile and checks what lies between keys.
fn check(
    value: Value,
    root: &Spanned<DeTable<'_>>,
    text: &str,
    faults: &mut Faults,
) -> Option<HallProfile> {
    match serde_json::from_value::<HallProfile>(value) {
        Ok(profile) => {
            if !in_order(profile.hours) {
                let hours = root.get_ref().get("hours");
                let offset = hours.map_or(0, |hours| hours.span().start);
                let (line, column) = position(text, offset);
                faults.say(Place::new(FILE, line, column), FaultCode::HoursOrder, &[]);
            }
            Some(profile)
        }
        // The list of keys above and the catalogue's types disagree: said, rather than trusted.
        Err(error) => {
            let reason = error.to_string();
            let args = [("reason", &*reason)];
            faults.say(Place::whole(FILE), FaultCode::TomlSyntax, &args);
            None
        }
    }
}

fn in_order(hours: Hours) -> bool {
    hours.open < hours.close
        && hours.open <= hours.lunch_from
        && hours.lunch_from <= hours.lunch_to
        && hours.lunch_to <= hours.close
}

struct Reader<'a, 'f> {
    text: &'a str,
    /// Whether the text is TOML to its end; if not, a key that is missing may stand where it could not be read.
    whole: bool,
    faults: &'f mut Faults,
}

impl Reader<'_, '_> {
    fn place(&self, offset: usize) -> Place {
        let (line, column) = position(self.text, offset);
        Place::new(FILE, line, column)
    }

    /// A table against its keys; `path` and `offset` say which table a missing key is missing from.
    fn table(&mut self, table: &DeTable<'_>, keys: &[Key], path: &str, offset: usize) -> Value {
        let mut read = Map::new();
        for (name, value) in table {
            let full = format!("{path}{}", name.get_ref());
            let known = keys.iter().find(|key| *key.name == **name.get_ref());
            if let Some(key) = known {
                let value = self.value(value, key.kind, &full);
                read.extend(value.map(|value| (key.name.to_owned(), value)));
            } else {
                let known: Vec<&str> = keys.iter().map(|key| key.name).collect();
                let args = [("key", &*full), ("known", &*known.join(", "))];
                let place = self.place(name.span().start);
                self.faults.say(place, FaultCode::KeyUnknown, &args);
            }
        }
        for key in keys.iter().filter(|key| key.required && self.whole) {
            if !table.iter().any(|(name, _)| **name.get_ref() == *key.name) {
                let full = format!("{path}{}", key.name);
                let place = self.place(offset);
                self.faults
                    .say(place, FaultCode::KeyMissing, &[("key", &full)]);
            }
        }
        Value::Object(read)
    }

    /// A value against its kind; nothing where it does not fit, which is said.
    fn value(&mut self, value: &Spanned<DeValue<'_>>, kind: Kind, path: &str) -> Option<Value> {
        let offset = value.span().start;
        let inner = value.get_ref();
        let read = match (kind, inner) {
            (Kind::Table(keys), DeValue::Table(table)) => {
                Some(self.table(table, keys, &format!("{path}."), offset))
            }
            (Kind::Tables(keys), DeValue::Array(tables)) => {
                self.tables(tables.iter(), keys, path, offset)
            }
            (Kind::Texts, DeValue::Array(texts)) => texts
                .iter()
                .map(|text| text.get_ref().as_str().map(Value::from))
                .collect::<Option<Vec<Value>>>()
                .map(Value::Array),
            _ => scalar(inner, kind),
        };
        if read.is_none() {
            let place = self.place(offset);
            // What stands where the syntax broke was said already.
            if self.whole || self.faults.0.iter().all(|fault| fault.place != place) {
                let args = [("key", path), ("expected", &*expected(kind))];
                self.faults.say(place, FaultCode::BadValue, &args);
            }
        }
        read
    }

    /// An array of tables; their codes are told apart (R4).
    fn tables<'v, 'i: 'v>(
        &mut self,
        tables: impl Iterator<Item = &'v Spanned<DeValue<'i>>>,
        keys: &[Key],
        path: &str,
        offset: usize,
    ) -> Option<Value> {
        let mut read: Vec<Value> = Vec::new();
        let mut codes: Vec<(String, u32)> = Vec::new();
        for value in tables {
            let table = value.get_ref().as_table()?;
            let row = self.table(table, keys, &format!("{path}."), value.span().start);
            let code = row.get("code").and_then(Value::as_str).unwrap_or_default();
            let start = table.get("code").map_or(offset, |code| code.span().start);
            let place = self.place(start);
            let earlier = codes.iter().find(|(other, _)| other == code);
            if let Some((_, line)) = earlier.filter(|_| !code.is_empty()) {
                let args = [("value", code), ("line", &*line.to_string())];
                self.faults.say(place, FaultCode::CodeTwice, &args);
            } else {
                codes.push((code.to_owned(), place.line));
            }
            read.push(row);
        }
        Some(Value::Array(read))
    }
}

/// A single value as plain data, if it is of the kind.
fn scalar(value: &DeValue<'_>, kind: Kind) -> Option<Value> {
    match kind {
        Kind::Flag => value.as_bool().map(Value::from),
        Kind::Number(min, max) => {
            let integer = value.as_integer()?;
            let number = u32::from_str_radix(integer.as_str(), integer.radix()).ok()?;
            (min..=max).contains(&number).then(|| json!(number))
        }
        // A date or a time may be written with or without quotation marks.
        Kind::Time => {
            let time: NaiveTime = loose(value)?.parse().ok()?;
            Some(json!(time))
        }
        Kind::Date => {
            let date: NaiveDate = read_date(&loose(value)?)?;
            Some(json!(date))
        }
        _ => {
            let text = value.as_str()?;
            let fits = match kind {
                Kind::Name => !text.trim().is_empty(),
                Kind::Code => is_code(text),
                Kind::Region => text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit()),
                Kind::Word(words) => words.contains(&text),
                _ => matches!(kind, Kind::Text),
            };
            fits.then(|| Value::from(text))
        }
    }
}

fn loose(value: &DeValue<'_>) -> Option<String> {
    let text = value.as_str().map(str::to_owned);
    text.or_else(|| value.as_datetime().map(ToString::to_string))
}

/// What a kind expects, for the message.
fn expected(kind: Kind) -> String {
    match kind {
        Kind::Text => "a text in quotation marks".to_owned(),
        Kind::Name => "a text that is not empty".to_owned(),
        Kind::Code => "a code of up to 32 letters a-z A-Z, digits, '-', '_' and '.'".to_owned(),
        Kind::Region => "a division code of six digits in quotation marks".to_owned(),
        Kind::Texts => "a list of texts".to_owned(),
        Kind::Flag => "true or false".to_owned(),
        Kind::Number(min, max) => format!("a whole number from {min} to {max}"),
        Kind::Time => "a time such as \"08:30\"".to_owned(),
        Kind::Date => "a date such as \"2026-03-02\"".to_owned(),
        Kind::Word(words) => format!("one of: {}", words.join(", ")),
        Kind::Table(_) => "a table".to_owned(),
        Kind::Tables(_) => "a list of tables".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str =
        "id = \"h\"\nname = \"厅\"\nlevel = \"town\"\nregion = \"330411\"\nscheme = \"b\"\n";
    const DAY: &str = "[hours]\nopen = 08:30:00\nlunch_from = \"12:00\"\nlunch_to = \"13:30\"\nclose = \"17:00\"\n";

    fn faults(text: &str) -> Vec<String> {
        let mut faults = Faults::default();
        let profile = read(text, &mut faults);
        assert!(profile.is_some() || !faults.0.is_empty());
        let say = |fault: &super::super::fault::Fault| format!("{} {:?}", fault.place, fault.code);
        faults.into_sorted().iter().map(say).collect()
    }

    #[test]
    fn defaults_are_the_rule_book_s() {
        let mut faults = Faults::default();
        let profile = read(&format!("{HEAD}{DAY}"), &mut faults).expect("sound");
        assert_eq!(profile.ticket.calls_max, 3);
        assert_eq!(profile.hours.open.to_string(), "08:30:00");
        assert_eq!(faults.0, []);
    }

    #[test]
    fn every_fault_of_the_profile_is_named_at_once() {
        let text = format!(
            "{HEAD}nmae = 1\n{DAY}[ticket]\ncalls_max = 0\n[[systems]]\ncode = \"a\"\nname = \"甲\"\non = 1\n[[systems]]\ncode = \"a\"\nname = \"乙\"\non = true\neffective_on = 2011-06-01\n"
        );
        assert_eq!(
            faults(&text),
            [
                "hall.toml:6:1 KeyUnknown",
                "hall.toml:13:13 BadValue",
                "hall.toml:17:6 BadValue",
                "hall.toml:19:8 CodeTwice",
            ]
        );
        assert_eq!(faults("id = \n"), ["hall.toml:1:6 TomlSyntax"]);
    }

    #[test]
    fn hours_follow_one_another() {
        let text = format!("{HEAD}{}", DAY.replace("17:00", "08:00"));
        assert_eq!(faults(&text), ["hall.toml:6:1 HoursOrder"]);
    }
}
