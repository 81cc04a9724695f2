//! Why a request was not done, as those who asked see it.
//!
//! Used by terminals, which show it in the reader's language from `code` and `facts`, and by commands, which
//! print it and leave with its exit status. It never hides what the server said.

use std::collections::BTreeMap;
use std::io;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::rules::refusal::RefusalCode;
use crate::wire::ErrorObject;

/// A refusal as it came over the wire.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Refused {
    /// The stable code, such as `ticket.taken`.
    pub code: String,
    /// The rule that it comes from.
    pub rule: String,
    /// What it is about, by name.
    #[serde(default)]
    pub facts: BTreeMap<String, Value>,
    /// What to do next, in English.
    #[serde(default)]
    pub next: String,
    /// The sentence, in English; the error object's message.
    #[serde(skip)]
    pub message: String,
}

/// What a [`super::Dial`] fails with where a server of another version has taken the place of the one that is gone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path} speaks contract {theirs}, this program {ours}")]
pub struct OtherContract {
    /// Its socket.
    pub path: String,
    /// What it speaks.
    pub theirs: u32,
    /// What this program speaks.
    pub ours: u32,
}

impl OtherContract {
    /// Whether an error of dialling says so.
    pub(super) fn of(error: &io::Error) -> Option<Self> {
        error.get_ref()?.downcast_ref().cloned()
    }
}

/// Why there is no result.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ClientError {
    /// A rule says no.
    #[error("{} {}", .0.message, .0.next)]
    Refused(Box<Refused>),
    /// The server did not understand, or failed.
    #[error("{message}")]
    Rpc {
        /// The code of JSON-RPC.
        code: i64,
        /// One sentence in English.
        message: String,
        /// The field that does not fit, where one does not.
        path: Option<String>,
    },
    /// The connection is over and nothing dials again.
    #[error("{0}")]
    Closed(String),
    /// The server that came back is of another version.
    #[error(transparent)]
    OtherContract(OtherContract),
    /// No answer within the time; the request may still be done.
    #[error("no answer within the time")]
    TimedOut,
    /// More waits for an answer than may.
    #[error("too much waits for an answer already")]
    Busy,
    /// The request is longer than a server reads.
    #[error(
        "the request has {bytes} bytes; a server reads {}",
        crate::wire::REQUEST_BYTES_MAX
    )]
    TooLong {
        /// Its length.
        bytes: usize,
    },
}

impl ClientError {
    /// The code of a refusal, such as `ticket.taken`; none for what is no refusal.
    pub fn refusal_code(&self) -> Option<&str> {
        match self {
            Self::Refused(refused) => Some(&refused.code),
            _ => None,
        }
    }

    /// The server was being stopped and did not take it.
    pub(super) fn is_stopping(&self) -> bool {
        self.refusal_code() == Some(RefusalCode::HallStopping.as_str())
    }

    /// Parameters were given by position.
    pub(super) fn by_position() -> Self {
        Self::Rpc {
            code: ErrorObject::INVALID_PARAMS,
            message: "params: give them by name, as an object".to_owned(),
            path: Some(".".to_owned()),
        }
    }

    /// The error object of JSON-RPC, as `banshi call` prints it; none where no server said anything.
    pub fn error_object(&self) -> Option<ErrorObject> {
        match self {
            Self::Refused(refused) => Some(ErrorObject {
                code: ErrorObject::REFUSED,
                message: refused.message.clone(),
                data: serde_json::to_value(refused.as_ref()).ok(),
            }),
            Self::Rpc {
                code,
                message,
                path,
            } => Some(ErrorObject {
                code: *code,
                message: message.clone(),
                data: path.as_ref().map(|path| json!({ "path": path })),
            }),
            _ => None,
        }
    }
}

impl From<ErrorObject> for ClientError {
    fn from(error: ErrorObject) -> Self {
        let data = error.data.unwrap_or(Value::Null);
        if error.code == ErrorObject::REFUSED
            && let Ok(mut refused) = serde_json::from_value::<Refused>(data.clone())
        {
            refused.message = error.message;
            return Self::Refused(Box::new(refused));
        }
        let path = data.get("path").and_then(Value::as_str).map(str::to_owned);
        Self::Rpc {
            code: error.code,
            message: error.message,
            path,
        }
    }
}
