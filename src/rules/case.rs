//! case
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    event::{Event, Subject},
    hall::Hall,
    id::CaseId,
    method::methods,
    refusal::Refusal,
    stamp::Stamp,
};

/// Record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// Id.
    pub id: CaseId,
}
/// Params.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Touch {
    /// Which.
    pub id: CaseId,
}
methods! {
    /// Commands.
    CaseCommand for "case" {
        /// Touches it.
        Touch(Touch) = "touch",
    }
}
/// Events.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum CaseEvent {
    /// Touched.
    #[serde(rename = "case_touched")]
    Touched {
        /// Which.
        id: CaseId,
    },
}
impl CaseEvent {
    /// The record.
    pub fn subject(&self) -> Subject {
        let Self::Touched { id } = self;
        Subject::Case(id.clone())
    }
}
impl CaseCommand {
    /// The persons it names.
    pub fn people_mut(&mut self) -> Vec<&mut super::people::Who> {
        Vec::new()
    }
}
/// Decides.
pub fn decide(_hall: &Hall, _stamp: &Stamp, command: &CaseCommand) -> Result<Vec<Event>, Refusal> {
    let CaseCommand::Touch(params) = command;
    Ok(vec![
        CaseEvent::Touched {
            id: params.id.clone(),
        }
        .into(),
    ])
}
/// Applies.
pub fn apply(_hall: &mut Hall, _event: &CaseEvent) {}
/// What the end of a day brings.
pub fn day_closed(_hall: &Hall, _stamp: &Stamp, _on: chrono::NaiveDate) -> Vec<Event> {
    Vec::new()
}
