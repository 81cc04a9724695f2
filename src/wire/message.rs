//! The messages: requests, responses, notifications, and the error object with its codes.
//!
//! Built by clients and hosts, carried by connections. A message here is well formed already; what is not is
//! turned into an error object by the codec and never becomes one.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::rules::method::ParamFault;
use crate::rules::refusal::{Refusal, RefusalCode};

/// What pairs an answer with its question.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Id {
    /// A number, as written.
    Number(serde_json::Number),
    /// A text.
    Text(String),
    /// None could be read; only in answers to what was not understood.
    Null,
}

impl From<u64> for Id {
    fn from(number: u64) -> Self {
        Self::Number(number.into())
    }
}

/// A request's own name, by which it is done once: 128 random bits in base64url, made by the client.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RequestId(String);

impl RequestId {
    /// The length of every request id, in characters.
    pub const LENGTH: usize = 22;

    /// Writes 128 bits as a request id.
    pub fn from_bits(bits: [u8; 16]) -> Self {
        use base64::Engine as _;
        Self(base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bits))
    }

    /// Reads a request id; none for what is not 128 bits in base64url.
    pub fn parse(text: &str) -> Option<Self> {
        use base64::Engine as _;
        let bits = base64::engine::general_purpose::URL_SAFE_NO_PAD
            .decode(text)
            .ok()?;
        (bits.len() == 16).then(|| Self(text.to_owned()))
    }

    /// The text of it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Something asked.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Request {
    /// What the answer will carry.
    pub id: Id,
    /// `noun.verb`
    pub method: String,
    /// By name; empty where the request had none.
    pub params: Map<String, Value>,
}

impl Request {
    /// Takes `request` out of the parameters, which says which request this is, however often it is sent.
    pub fn take_request_id(&mut self) -> Result<Option<RequestId>, ParamFault> {
        let fault = |message: &str| ParamFault {
            path: "request".to_owned(),
            message: message.to_owned(),
        };
        match self.params.remove("request") {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => RequestId::parse(&text)
                .map(Some)
                .ok_or_else(|| fault("not 128 bits in base64url (22 characters)")),
            Some(_) => Err(fault("not a string")),
        }
    }
}

/// An answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Response {
    /// The request's.
    pub id: Id,
    /// What came of it.
    pub result: Result<Value, ErrorObject>,
}

/// Something told that is never answered.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Notification {
    /// What it is about.
    pub method: String,
    /// By name.
    pub params: Map<String, Value>,
}

/// One message, either way.
#[derive(Debug, Clone, PartialEq)]
pub enum Message {
    /// Something asked.
    Request(Request),
    /// An answer.
    Response(Response),
    /// Something told.
    Notification(Notification),
}

impl From<Request> for Message {
    fn from(request: Request) -> Self {
        Self::Request(request)
    }
}

impl From<Response> for Message {
    fn from(response: Response) -> Self {
        Self::Response(response)
    }
}

impl From<Notification> for Message {
    fn from(notification: Notification) -> Self {
        Self::Notification(notification)
    }
}

/// Why a request was not done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[error("{message} ({code})")]
pub struct ErrorObject {
    /// What kind of error, see the table of [`super`].
    pub code: i64,
    /// One sentence in English.
    pub message: String,
    /// More for programs, as the kind says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Value>,
}

impl ErrorObject {
    /// The line is not JSON.
    pub const PARSE: i64 = -32700;
    /// The JSON is not a request.
    pub const INVALID_REQUEST: i64 = -32600;
    /// No such method.
    pub const METHOD_NOT_FOUND: i64 = -32601;
    /// The parameters do not fit.
    pub const INVALID_PARAMS: i64 = -32602;
    /// A fault of the server.
    pub const INTERNAL: i64 = -32603;
    /// Refused by a rule.
    pub const REFUSED: i64 = -32001;
    /// The line is too long.
    pub const TOO_LONG: i64 = -32002;
    /// The line took too long.
    pub const TOO_SLOW: i64 = -32003;

    /// The line is not JSON: what the reader of JSON says.
    pub fn parse(reason: impl fmt::Display) -> Self {
        Self {
            code: Self::PARSE,
            message: format!("not JSON: {reason}"),
            data: None,
        }
    }

    /// The JSON is not a request: which member, and why.
    pub fn invalid_request(path: &str, reason: &str) -> Self {
        Self {
            code: Self::INVALID_REQUEST,
            message: format!("{path}: {reason}"),
            data: Some(json!({ "path": path })),
        }
    }

    /// There is no such method.
    pub fn method_not_found(method: &str) -> Self {
        let shown: String = method.chars().take(80).collect();
        Self {
            code: Self::METHOD_NOT_FOUND,
            message: format!("there is no method '{shown}'; rpc.discover lists them all"),
            data: Some(json!({ "method": shown })),
        }
    }

    /// The parameters do not fit the method.
    pub fn invalid_params(fault: &ParamFault) -> Self {
        Self {
            code: Self::INVALID_PARAMS,
            message: fault.to_string(),
            data: Some(json!({ "path": fault.path })),
        }
    }

    /// A fault of the server; the log says more than the answer does.
    pub fn internal(reason: impl fmt::Display) -> Self {
        Self {
            code: Self::INTERNAL,
            message: reason.to_string(),
            data: None,
        }
    }

    /// The hall says no.
    pub fn refused(refusal: &Refusal) -> Self {
        let data = serde_json::to_value(refusal.data()).expect("invariant: facts are plain data");
        Self {
            code: Self::REFUSED,
            message: refusal.message(),
            data: Some(data),
        }
    }

    /// The server has as many connections as it takes.
    pub fn too_many(most: usize) -> Self {
        Self::refused(&Refusal::new(RefusalCode::SessionsFull).with("most", most))
    }

    /// The line is longer than `limit` bytes.
    pub fn too_long(limit: usize) -> Self {
        Self {
            code: Self::TOO_LONG,
            message: format!("the line is longer than {limit} bytes; the connection closes"),
            data: Some(json!({ "limit": limit })),
        }
    }

    /// The line was not finished within `seconds`.
    pub fn too_slow(seconds: u64) -> Self {
        Self {
            code: Self::TOO_SLOW,
            message: format!(
                "the line was not finished within {seconds} seconds; the connection closes"
            ),
            data: Some(json!({ "seconds": seconds })),
        }
    }
}
