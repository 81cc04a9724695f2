//! custody
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    event::{Event, Subject},
    hall::Hall,
    id::PaperId,
    method::methods,
    refusal::Refusal,
    stamp::Stamp,
};

/// Record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    /// Id.
    pub id: PaperId,
}
/// Params.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Touch {
    /// Which.
    pub id: PaperId,
}
methods! {
    /// Commands.
    CustodyCommand for "custody" {
        /// Touches it.
        Touch(Touch) = "touch",
    }
}
/// Events.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum CustodyEvent {
    /// Touched.
    #[serde(rename = "custody_touched")]
    Touched {
        /// Which.
        id: PaperId,
    },
}
impl CustodyEvent {
    /// The record.
    pub fn subject(&self) -> Subject {
        let Self::Touched { id } = self;
        Subject::Paper(id.clone())
    }
}
impl CustodyCommand {
    /// The persons it names.
    pub fn people_mut(&mut self) -> Vec<&mut super::people::Who> {
        Vec::new()
    }
}
/// Decides.
pub fn decide(
    _hall: &Hall,
    _stamp: &Stamp,
    command: &CustodyCommand,
) -> Result<Vec<Event>, Refusal> {
    let CustodyCommand::Touch(params) = command;
    Ok(vec![
        CustodyEvent::Touched {
            id: params.id.clone(),
        }
        .into(),
    ])
}
/// Applies.
pub fn apply(_hall: &mut Hall, _event: &CustodyEvent) {}
