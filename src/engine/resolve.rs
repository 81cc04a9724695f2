//! What must be known before anything is decided: human numbers become ids, persons become known or new, and the records
//! that a command names are brought into memory. Works on the parameters as they stand on the wire, by the names of fields.

use std::str::FromStr;

use chrono::NaiveDate;
use serde_json::Value;

use crate::{
    rules::{
        event::Subject,
        hall::Hall,
        id::RecordId,
        identity,
        people::{IdType, PersonDetails, Who},
        refusal::{Refusal, RefusalCode, not_found},
    },
    store::Store,
};

use super::{
    EngineError, Fault,
    records::{self, Sealing},
};

/// A field that names a record which people know by a number: the field, the kind's letter.
const NAMING_FIELDS: &[(&str, char)] = &[
    ("ticket", 't'),
    ("enquiry", 'e'),
    ("case", 'c'),
    ("order", 'd'),
    ("finding", 'f'),
];

/// Replaces human numbers by ids, in place. A bare ticket number means today's. What is neither an id nor a number that the
/// hall gave is refused as not found.
pub(super) fn numbers(
    params: &mut Value,
    today: NaiveDate,
    store: &dyn Store,
) -> Result<(), Fault> {
    let Value::Object(fields) = params else {
        return Ok(());
    };
    for (name, letter) in NAMING_FIELDS {
        let Some(value) = fields.get_mut(*name) else {
            continue;
        };
        number(value, name, *letter, today, store)?;
    }
    Ok(())
}

fn number(
    value: &mut Value,
    field: &'static str,
    letter: char,
    today: NaiveDate,
    store: &dyn Store,
) -> Result<(), Fault> {
    let Some(text) = value.as_str() else {
        return Ok(());
    };
    // Numbers begin with a capital letter or a digit, ids with a small letter: neither passes for the other.
    if text.starts_with(letter) {
        return Ok(());
    }
    let number = if letter == 't' {
        format!("{today}/{text}")
    } else {
        text.to_owned()
    };
    let key = records::number_key(letter.encode_utf8(&mut [0; 4]), &number);
    let found = store.get(key.as_bytes()).map_err(EngineError::from)?;
    match found.and_then(|found| id_of(letter, &found)) {
        Some(id) => {
            *value = Value::String(id);
            Ok(())
        }
        None => Err(not_found(field, shortened(text)).into()),
    }
}

/// As much of a text that names nothing as a refusal repeats.
fn shortened(text: &str) -> String {
    text.chars().take(64).collect()
}

/// The id in its written form, from the ordered form that index keys hold.
fn id_of(letter: char, stored: &[u8]) -> Option<String> {
    let (seq, nth) = std::str::from_utf8(stored).ok()?.split_once('.')?;
    let (seq, nth) = (
        u64::from_str_radix(seq, 16).ok()?,
        u16::from_str_radix(nth, 16).ok()?,
    );
    Some(if nth == 1 {
        format!("{letter}{seq}")
    } else {
        format!("{letter}{seq}.{nth}")
    })
}

/// The record that a written id names, by its letter.
pub(super) fn subject_of(text: &str) -> Option<Subject> {
    fn id<I: RecordId + FromStr>(text: &str) -> Option<I> {
        text.parse().ok()
    }
    match text.chars().next()? {
        't' => id(text).map(Subject::Ticket),
        'e' => id(text).map(Subject::Enquiry),
        'c' => id(text).map(Subject::Case),
        'b' => id(text).map(Subject::Branch),
        'd' => id(text).map(Subject::Order),
        'm' => id(text).map(Subject::Paper),
        'r' => id(text).map(Subject::Round),
        'f' => id(text).map(Subject::Finding),
        'p' => id(text).map(Subject::Person),
        'q' => id(text).map(Subject::Proposal),
        'n' => id(text).map(Subject::Document),
        _ => None,
    }
}

/// Every record that a JSON value names anywhere, once each.
pub(super) fn named(value: &Value) -> Vec<Subject> {
    fn walk(value: &Value, found: &mut Vec<Subject>) {
        match value {
            // An id is short; longer text is never one.
            Value::String(text) if text.len() <= 28 => found.extend(subject_of(text)),
            Value::Array(values) => values.iter().for_each(|value| walk(value, found)),
            Value::Object(fields) => fields.values().for_each(|value| walk(value, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk(value, &mut found);
    found.sort();
    found.dedup();
    found
}

/// Brings the records that parameters or an event name into memory.
pub(super) fn load(
    hall: &mut Hall,
    value: &Value,
    store: &dyn Store,
    sealing: Sealing<'_>,
) -> Result<(), EngineError> {
    for subject in named(value) {
        records::ensure(hall, &subject, store, sealing)?;
    }
    Ok(())
}

/// Replaces details by a known person or a new one; one who was erased is known no more (R226). Details without a number are always somebody new. `slots` is the first
/// free key slot; gives how many were taken.
pub(super) fn people(
    people: Vec<&mut Who>,
    hall: &mut Hall,
    store: &dyn Store,
    sealing: Sealing<'_>,
    first_slot: u64,
    today: NaiveDate,
) -> Result<u64, Fault> {
    let mut taken = 0;
    for who in people {
        if let Who::Given(details) = who {
            let details = canonical(details, today);
            *who = if let Some(known) = find(&details, hall, store, sealing)? {
                known
            } else {
                taken += 1;
                Who::New {
                    slot: first_slot + taken - 1,
                    details,
                }
            };
        }
        if let Who::Known(id) = who {
            records::ensure(hall, &Subject::Person(*id), store, sealing)?;
            match hall.people.get(id) {
                None => return Err(not_found("person", id).into()),
                Some(person) if person.erased => {
                    return Err(Refusal::from(RefusalCode::PersonErased).into());
                }
                Some(_) => {}
            }
        }
    }
    Ok(taken)
}

fn find(
    details: &PersonDetails,
    hall: &mut Hall,
    store: &dyn Store,
    sealing: Sealing<'_>,
) -> Result<Option<Who>, EngineError> {
    let Some((id_type, number)) = details.id_type.zip(details.id_number.as_deref()) else {
        return Ok(None);
    };
    // Somebody recorded earlier in the same group is in memory only.
    let recorded = hall.people.values().find(|person| {
        person.id_type == Some(id_type)
            && !person.erased
            && person
                .id_number
                .as_ref()
                .and_then(|number| number.readable())
                == Some(number)
    });
    if let Some(person) = recorded {
        return Ok(Some(Who::Known(person.id)));
    }
    let key = records::person_index(&sealing.keys.hall, &records::id_type_word(id_type), number);
    let found = store
        .get(key.as_bytes())?
        .and_then(|stored| id_of('p', &stored))
        .and_then(|id| id.parse().ok());
    Ok(found.map(Who::Known))
}

/// Details with the number in its canonical form and the paper's kind told from it where it was not said.
fn canonical(details: &PersonDetails, today: NaiveDate) -> PersonDetails {
    let mut details = details.clone();
    if let Some(number) = details
        .id_number
        .take()
        .filter(|number| !number.trim().is_empty())
    {
        let told = match identity::check_number(&number, today).kind {
            identity::NumberKind::ResidentId => IdType::ResidentId,
            identity::NumberKind::Uscc => IdType::Uscc,
            identity::NumberKind::Unknown => IdType::Other,
        };
        details.id_type = Some(details.id_type.unwrap_or(told));
        details.id_number = Some(identity::canonical(&number));
    }
    details
}
