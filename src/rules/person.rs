//! What may be done with a person's record: look at the full identity, with a purpose, which is an event (R225); and erase the
//! person, by the director, once nothing about them is open any more (R226). That the key goes is the engine's work.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    event::{Event, Subject},
    hall::Hall,
    id::PersonId,
    method::methods,
    need,
    people::{Person, PersonEvent, Private},
    permission::Role,
    refusal::{Refusal, RefusalCode, not_found},
    stamp::Stamp,
};

/// `person.unmask`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Unmask {
    /// Whose identity.
    pub person: PersonId,
    /// Why it is needed.
    pub purpose: String,
}

/// `person.erase`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Erase {
    /// Whose data.
    pub person: PersonId,
    /// On what ground: asked by the person, retention run out, collected without need.
    pub reason: String,
}

methods! {
    /// Commands on a person's record.
    PersonCommand for "person" {
        /// Shows name, numbers and address in full, and records who looked and why.
        Unmask(Unmask) = "unmask",
        /// Erases all that is said about a person, for ever; refused while anything about them is open.
        Erase(Erase) = "erase",
    }
}

/// Decides a command.
pub fn decide(hall: &Hall, stamp: &Stamp, command: &PersonCommand) -> Result<Vec<Event>, Refusal> {
    match command {
        PersonCommand::Unmask(params) => unmask(hall, stamp, params),
        PersonCommand::Erase(params) => erase(hall, stamp, params),
    }
}

fn person(hall: &Hall, id: PersonId) -> Result<&Person, Refusal> {
    let person = hall
        .people
        .get(&id)
        .ok_or_else(|| not_found("person", id))?;
    if person.erased {
        return Err(RefusalCode::PersonErased.into());
    }
    Ok(person)
}

fn worded(field: &'static str, text: &str) -> Result<(), Refusal> {
    if text.trim().is_empty() {
        return Err(Refusal::new(RefusalCode::BadValue)
            .with("field", field)
            .with("reason", "it goes on record, and is empty"));
    }
    Ok(())
}

/// Whoever works on something open about the person, and the director with a reason (rule book 1.1, "see full ID number").
fn unmask(hall: &Hall, stamp: &Stamp, params: &Unmask) -> Result<Vec<Event>, Refusal> {
    let person = person(hall, params.person)?;
    worded("purpose", &params.purpose)?;
    let staff = hall.acting(stamp)?;
    if !staff.has(Role::Director) && !need::with_person(hall, staff, person.id) {
        return Err(RefusalCode::PersonNotAtHand.into());
    }
    let purpose = Private::clear(person.key, &params.purpose);
    Ok(vec![
        PersonEvent::Unmasked {
            person: person.id,
            purpose,
        }
        .into(),
    ])
}

fn erase(hall: &Hall, stamp: &Stamp, params: &Erase) -> Result<Vec<Event>, Refusal> {
    let person = person(hall, params.person)?;
    worded("reason", &params.reason)?;
    let open = need::open_work(hall, person.id);
    if !open.is_empty() {
        return Err(Refusal::new(RefusalCode::PersonOpenWork).with("work", open));
    }
    // The ground must be readable after the person is not: it stands under a slot of its own.
    let reason = Private::clear(stamp.first_slot, &params.reason);
    Ok(vec![
        PersonEvent::Erased {
            person: person.id,
            reason,
        }
        .into(),
    ])
}

impl PersonEvent {
    /// Whose record it is about.
    pub fn subject(&self) -> Subject {
        match self {
            Self::Recorded(person) => Subject::Person(person.id),
            Self::Unmasked { person, .. } | Self::Erased { person, .. } => Subject::Person(*person),
        }
    }
}
