//! enquiry
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    event::{Event, Subject},
    hall::Hall,
    id::EnquiryId,
    method::methods,
    refusal::Refusal,
    stamp::Stamp,
};

/// Record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enquiry {
    /// Id.
    pub id: EnquiryId,
}
/// Params.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Touch {
    /// Which.
    pub id: EnquiryId,
}
methods! {
    /// Commands.
    EnquiryCommand for "enquiry" {
        /// Touches it.
        Touch(Touch) = "touch",
    }
}
/// Events.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum EnquiryEvent {
    /// Touched.
    #[serde(rename = "enquiry_touched")]
    Touched {
        /// Which.
        id: EnquiryId,
    },
}
impl EnquiryEvent {
    /// The record.
    pub fn subject(&self) -> Subject {
        let Self::Touched { id } = self;
        Subject::Enquiry(id.clone())
    }
}
impl EnquiryCommand {
    /// The persons it names.
    pub fn people_mut(&mut self) -> Vec<&mut super::people::Who> {
        Vec::new()
    }
}
/// Decides.
pub fn decide(
    _hall: &Hall,
    _stamp: &Stamp,
    command: &EnquiryCommand,
) -> Result<Vec<Event>, Refusal> {
    let EnquiryCommand::Touch(params) = command;
    Ok(vec![
        EnquiryEvent::Touched {
            id: params.id.clone(),
        }
        .into(),
    ])
}
/// Applies.
pub fn apply(_hall: &mut Hall, _event: &EnquiryEvent) {}
