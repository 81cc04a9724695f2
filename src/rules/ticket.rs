//! ticket
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    event::{Event, Subject},
    hall::Hall,
    id::TicketId,
    method::methods,
    refusal::Refusal,
    stamp::Stamp,
};

/// Record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// Id.
    pub id: TicketId,
}
/// Params.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Touch {
    /// Which.
    pub id: TicketId,
}
methods! {
    /// Commands.
    TicketCommand for "ticket" {
        /// Touches it.
        Touch(Touch) = "touch",
    }
}
/// Events.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum TicketEvent {
    /// Touched.
    #[serde(rename = "ticket_touched")]
    Touched {
        /// Which.
        id: TicketId,
    },
}
impl TicketEvent {
    /// The record.
    pub fn subject(&self) -> Subject {
        let Self::Touched { id } = self;
        Subject::Ticket(id.clone())
    }
}
impl TicketCommand {
    /// The persons it names.
    pub fn people_mut(&mut self) -> Vec<&mut super::people::Who> {
        Vec::new()
    }
}
/// Decides.
pub fn decide(
    _hall: &Hall,
    _stamp: &Stamp,
    command: &TicketCommand,
) -> Result<Vec<Event>, Refusal> {
    let TicketCommand::Touch(params) = command;
    Ok(vec![
        TicketEvent::Touched {
            id: params.id.clone(),
        }
        .into(),
    ])
}
/// Applies.
pub fn apply(_hall: &mut Hall, _event: &TicketEvent) {}
/// The earliest instant at which a ticket changes by itself.
pub fn next_instant(_hall: &Hall) -> Option<super::time::Instant> {
    None
}
/// What is due at an instant.
pub fn at_instant(_hall: &Hall, _stamp: &Stamp, _at: super::time::Instant) -> Vec<Event> {
    Vec::new()
}
/// What the end of a day brings.
pub fn day_closed(_hall: &Hall, _stamp: &Stamp, _on: chrono::NaiveDate) -> Vec<Event> {
    Vec::new()
}
