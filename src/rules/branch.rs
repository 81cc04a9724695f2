//! branch
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    event::{Event, Subject},
    hall::Hall,
    id::BranchId,
    method::methods,
    refusal::Refusal,
    stamp::Stamp,
};

/// Record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Branch {
    /// Id.
    pub id: BranchId,
}
/// Params.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Touch {
    /// Which.
    pub id: BranchId,
}
methods! {
    /// Commands.
    BranchCommand for "branch" {
        /// Touches it.
        Touch(Touch) = "touch",
    }
}
/// Events.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum BranchEvent {
    /// Touched.
    #[serde(rename = "branch_touched")]
    Touched {
        /// Which.
        id: BranchId,
    },
}
impl BranchEvent {
    /// The record.
    pub fn subject(&self) -> Subject {
        let Self::Touched { id } = self;
        Subject::Branch(id.clone())
    }
}
impl BranchCommand {
    /// The persons it names.
    pub fn people_mut(&mut self) -> Vec<&mut super::people::Who> {
        Vec::new()
    }
}
/// Decides.
pub fn decide(
    _hall: &Hall,
    _stamp: &Stamp,
    command: &BranchCommand,
) -> Result<Vec<Event>, Refusal> {
    let BranchCommand::Touch(params) = command;
    Ok(vec![
        BranchEvent::Touched {
            id: params.id.clone(),
        }
        .into(),
    ])
}
/// Applies.
pub fn apply(_hall: &mut Hall, _event: &BranchEvent) {}
