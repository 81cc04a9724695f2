//! What staff may do with a person's record: look at the full identity, with a purpose, which is an event (R225).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    event::{Event, Subject},
    hall::Hall,
    id::PersonId,
    method::methods,
    people::{PersonEvent, Private},
    refusal::{Refusal, not_found},
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

methods! {
    /// Commands on a person's record.
    PersonCommand for "person" {
        /// Shows name, numbers and address in full, and records who looked and why.
        Unmask(Unmask) = "unmask",
    }
}

/// Decides a command.
pub fn decide(hall: &Hall, _stamp: &Stamp, command: &PersonCommand) -> Result<Vec<Event>, Refusal> {
    let PersonCommand::Unmask(params) = command;
    let person = hall
        .people
        .get(&params.person)
        .ok_or_else(|| not_found("person", params.person))?;
    let purpose = Private::clear(person.key, &params.purpose);
    Ok(vec![
        PersonEvent::Unmasked {
            person: person.id,
            purpose,
        }
        .into(),
    ])
}

impl PersonEvent {
    /// Whose record it is about.
    pub fn subject(&self) -> Subject {
        match self {
            Self::Recorded(person) => Subject::Person(person.id),
            Self::Unmasked { person, .. } | Self::Erased { person } => Subject::Person(*person),
        }
    }
}
