//! proxy
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    event::{Event, Subject},
    hall::Hall,
    id::OrderId,
    method::methods,
    refusal::Refusal,
    stamp::Stamp,
};

/// Record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Id.
    pub id: OrderId,
}
/// Params.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Touch {
    /// Which.
    pub id: OrderId,
}
methods! {
    /// Commands.
    ProxyCommand for "proxy" {
        /// Touches it.
        Touch(Touch) = "touch",
    }
}
/// Events.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum ProxyEvent {
    /// Touched.
    #[serde(rename = "proxy_touched")]
    Touched {
        /// Which.
        id: OrderId,
    },
}
impl ProxyEvent {
    /// The record.
    pub fn subject(&self) -> Subject {
        let Self::Touched { id } = self;
        Subject::Order(id.clone())
    }
}
impl ProxyCommand {
    /// The persons it names.
    pub fn people_mut(&mut self) -> Vec<&mut super::people::Who> {
        Vec::new()
    }
}
/// Decides.
pub fn decide(_hall: &Hall, _stamp: &Stamp, command: &ProxyCommand) -> Result<Vec<Event>, Refusal> {
    let ProxyCommand::Touch(params) = command;
    Ok(vec![
        ProxyEvent::Touched {
            id: params.id.clone(),
        }
        .into(),
    ])
}
/// Applies.
pub fn apply(_hall: &mut Hall, _event: &ProxyEvent) {}
/// What the end of a day brings.
pub fn day_closed(_hall: &Hall, _stamp: &Stamp, _on: chrono::NaiveDate) -> Vec<Event> {
    Vec::new()
}
