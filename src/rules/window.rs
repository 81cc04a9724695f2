//! window
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    event::{Event, Subject},
    hall::Hall,
    id::WindowCode,
    method::methods,
    refusal::Refusal,
    stamp::Stamp,
};

/// Record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desk {
    /// Id.
    pub id: WindowCode,
}
/// Params.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Touch {
    /// Which.
    pub id: WindowCode,
}
methods! {
    /// Commands.
    WindowCommand for "window" {
        /// Touches it.
        Touch(Touch) = "touch",
    }
}
/// Events.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum WindowEvent {
    /// Touched.
    #[serde(rename = "window_touched")]
    Touched {
        /// Which.
        id: WindowCode,
    },
}
impl WindowEvent {
    /// The record.
    pub fn subject(&self) -> Subject {
        let Self::Touched { id } = self;
        Subject::Window(id.clone())
    }
}
impl WindowCommand {
    /// The persons it names.
    pub fn people_mut(&mut self) -> Vec<&mut super::people::Who> {
        Vec::new()
    }
}
/// Decides.
pub fn decide(
    _hall: &Hall,
    _stamp: &Stamp,
    command: &WindowCommand,
) -> Result<Vec<Event>, Refusal> {
    let WindowCommand::Touch(params) = command;
    Ok(vec![
        WindowEvent::Touched {
            id: params.id.clone(),
        }
        .into(),
    ])
}
/// Applies.
pub fn apply(_hall: &mut Hall, _event: &WindowEvent) {}

/// The window where a member of staff is signed on.
pub fn seat_of(_hall: &Hall, _staff: &super::id::StaffCode) -> Option<WindowCode> {
    None
}
