//! What the protocol itself needs besides the hall's methods: the greeting, watching, and changes.
//!
//! Spoken by every host and client. A change says only that something changed; who shows it fetches it.

use std::collections::BTreeSet;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::message::Notification;
use crate::rules::id::StaffCode;
use crate::rules::stamp::Via;
use crate::rules::time::Instant;

/// The method that opens a session.
pub const HELLO: &str = "session.hello";
/// The method that says of what changes are wanted.
pub const WATCH: &str = "watch";
/// The notification of changes.
pub const CHANGED: &str = "changed";

/// Who is there and what they speak (`session.hello`).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hello {
    /// The contract that the client speaks, see [`super::CONTRACT`].
    pub contract: u32,
    /// The language that people read there: `zh-CN` or `en`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    /// For whom the session speaks, where its login may speak for others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff: Option<StaffCode>,
    /// Their PIN, where they have one and share the login.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pin: Option<String>,
    /// The time to work at; in a training hall only.
    #[serde(
        default,
        with = "crate::rules::time::wire_option",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "Option<String>")]
    pub at: Option<Instant>,
    /// By which way the session works; a terminal says `console`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<Via>,
}

impl Hello {
    /// A greeting in the current contract with nothing else said.
    pub fn new() -> Self {
        Self {
            contract: super::CONTRACT,
            lang: None,
            staff: None,
            pin: None,
            at: None,
            via: None,
        }
    }
}

impl Default for Hello {
    fn default() -> Self {
        Self::new()
    }
}

// The PIN stays out of logs.
impl fmt::Debug for Hello {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hello")
            .field("contract", &self.contract)
            .field("lang", &self.lang)
            .field("staff", &self.staff)
            .field("pin", &self.pin.as_ref().map(|_| "…"))
            .field("at", &self.at)
            .field("via", &self.via)
            .finish()
    }
}

/// What a change is about: a noun of the protocol, as in `ticket.call_next`.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct Topic(pub String);

impl From<&str> for Topic {
    fn from(noun: &str) -> Self {
        Self(noun.to_owned())
    }
}

/// Of what changes are wanted (`watch`); the whole list, replacing the one before.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Watch {
    /// The topics; none ends watching.
    pub topics: BTreeSet<Topic>,
}

/// What changed since the last notification (`changed`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Changed {
    /// The topics, each once however often it changed.
    pub topics: BTreeSet<Topic>,
}

impl Changed {
    /// As it goes out.
    pub fn notification(&self) -> Notification {
        let topics = self
            .topics
            .iter()
            .map(|topic| Value::from(topic.0.as_str()))
            .collect();
        let params = Map::from_iter([("topics".to_owned(), Value::Array(topics))]);
        Notification {
            method: CHANGED.to_owned(),
            params,
        }
    }

    /// As it came in; none for another notification or one that does not fit.
    pub fn from_notification(notification: &Notification) -> Option<Self> {
        if notification.method != CHANGED {
            return None;
        }
        serde_json::from_value(Value::Object(notification.params.clone())).ok()
    }
}
