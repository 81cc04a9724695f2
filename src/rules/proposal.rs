//! proposal
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    event::{Event, Subject},
    hall::Hall,
    id::ProposalId,
    method::methods,
    refusal::Refusal,
    stamp::Stamp,
};

/// Record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// Id.
    pub id: ProposalId,
}
/// Params.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Touch {
    /// Which.
    pub id: ProposalId,
}
methods! {
    /// Commands.
    ProposalCommand for "proposal" {
        /// Touches it.
        Touch(Touch) = "touch",
    }
}
/// Events.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum ProposalEvent {
    /// Touched.
    #[serde(rename = "proposal_touched")]
    Touched {
        /// Which.
        id: ProposalId,
    },
}
impl ProposalEvent {
    /// The record.
    pub fn subject(&self) -> Subject {
        let Self::Touched { id } = self;
        Subject::Proposal(id.clone())
    }
}
impl ProposalCommand {
    /// The persons it names.
    pub fn people_mut(&mut self) -> Vec<&mut super::people::Who> {
        Vec::new()
    }
}
/// Decides.
pub fn decide(
    _hall: &Hall,
    _stamp: &Stamp,
    command: &ProposalCommand,
) -> Result<Vec<Event>, Refusal> {
    let ProposalCommand::Touch(params) = command;
    Ok(vec![
        ProposalEvent::Touched {
            id: params.id.clone(),
        }
        .into(),
    ])
}
/// Applies.
pub fn apply(_hall: &mut Hall, _event: &ProposalEvent) {}

/// Makes a proposal of a command that the actor may only propose.
pub fn propose(
    _hall: &Hall,
    _stamp: &Stamp,
    _command: &super::command::Command,
) -> Result<Vec<Event>, Refusal> {
    Ok(Vec::new())
}
