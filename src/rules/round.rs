//! round
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    event::{Event, Subject},
    hall::Hall,
    id::RoundId,
    method::methods,
    refusal::Refusal,
    stamp::Stamp,
};

/// Record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Round {
    /// Id.
    pub id: RoundId,
}
/// Params.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Touch {
    /// Which.
    pub id: RoundId,
}
methods! {
    /// Commands.
    RoundCommand for "round" {
        /// Touches it.
        Touch(Touch) = "touch",
    }
}
/// Events.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum RoundEvent {
    /// Touched.
    #[serde(rename = "round_touched")]
    Touched {
        /// Which.
        id: RoundId,
    },
}
impl RoundEvent {
    /// The record.
    pub fn subject(&self) -> Subject {
        let Self::Touched { id } = self;
        Subject::Round(id.clone())
    }
}
impl RoundCommand {
    /// The persons it names.
    pub fn people_mut(&mut self) -> Vec<&mut super::people::Who> {
        Vec::new()
    }
}
/// Decides.
pub fn decide(_hall: &Hall, _stamp: &Stamp, command: &RoundCommand) -> Result<Vec<Event>, Refusal> {
    let RoundCommand::Touch(params) = command;
    Ok(vec![
        RoundEvent::Touched {
            id: params.id.clone(),
        }
        .into(),
    ])
}
/// Applies.
pub fn apply(_hall: &mut Hall, _event: &RoundEvent) {}
