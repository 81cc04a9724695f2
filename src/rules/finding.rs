//! finding
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    event::{Event, Subject},
    hall::Hall,
    id::FindingId,
    method::methods,
    refusal::Refusal,
    stamp::Stamp,
};

/// Record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Id.
    pub id: FindingId,
}
/// Params.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Touch {
    /// Which.
    pub id: FindingId,
}
methods! {
    /// Commands.
    FindingCommand for "finding" {
        /// Touches it.
        Touch(Touch) = "touch",
    }
}
/// Events.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum FindingEvent {
    /// Touched.
    #[serde(rename = "finding_touched")]
    Touched {
        /// Which.
        id: FindingId,
    },
}
impl FindingEvent {
    /// The record.
    pub fn subject(&self) -> Subject {
        let Self::Touched { id } = self;
        Subject::Finding(id.clone())
    }
}
impl FindingCommand {
    /// The persons it names.
    pub fn people_mut(&mut self) -> Vec<&mut super::people::Who> {
        Vec::new()
    }
}
/// Decides.
pub fn decide(
    _hall: &Hall,
    _stamp: &Stamp,
    command: &FindingCommand,
) -> Result<Vec<Event>, Refusal> {
    let FindingCommand::Touch(params) = command;
    Ok(vec![
        FindingEvent::Touched {
            id: params.id.clone(),
        }
        .into(),
    ])
}
/// Applies.
pub fn apply(_hall: &mut Hall, _event: &FindingEvent) {}
