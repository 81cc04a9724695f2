//! From one line to one message and back.
//!
//! Used by connections over bytes. Every line gets a message, or an error object with as much of its id as
//! could be read; nothing is repaired and nothing is guessed. Lengths are the line reader's business.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::message::{ErrorObject, Id, Message, Notification, Request, Response};

/// What a line turned out to be.
#[derive(Debug, Clone, PartialEq)]
pub enum Decoded {
    /// A message.
    Message(Message),
    /// Not a message: the answer that says so.
    Malformed(Response),
    /// Nothing: a blank line, or a malformed notification, which is never answered.
    Nothing,
}

/// Reads one line that came to a host: a request or a notification.
pub fn decode_request(line: &[u8]) -> Decoded {
    if line.iter().all(u8::is_ascii_whitespace) {
        return Decoded::Nothing;
    }
    let fields = match serde_json::from_slice(line) {
        Ok(Value::Object(fields)) => fields,
        Ok(Value::Array(_)) => {
            let error =
                ErrorObject::invalid_request(".", "batches are not taken; send one request a line");
            return malformed(Id::Null, error);
        }
        Ok(_) => return malformed(Id::Null, ErrorObject::invalid_request(".", "not an object")),
        Err(reason) => return malformed(Id::Null, ErrorObject::parse(reason)),
    };
    match request(fields) {
        Ok(message) => Decoded::Message(message),
        Err((id, error)) => malformed(id, error),
    }
}

/// Reads one line that came to a client: an answer or a notification.
pub fn decode_answer(line: &[u8]) -> Result<Option<Message>, String> {
    if line.iter().all(u8::is_ascii_whitespace) {
        return Ok(None);
    }
    let fields: Value = serde_json::from_slice(line).map_err(|e| e.to_string())?;
    let Value::Object(mut fields) = fields else {
        return Err("not an object".to_owned());
    };
    if fields.get("jsonrpc") != Some(&json!("2.0")) {
        return Err("jsonrpc: not \"2.0\"".to_owned());
    }
    if let Some(method) = fields.remove("method") {
        let Value::String(method) = method else {
            return Err("method: not a string".to_owned());
        };
        let params = by_name(fields.remove("params")).map_err(|e| e.message)?;
        return Ok(Some(Notification { method, params }.into()));
    }
    let id = fields
        .remove("id")
        .and_then(read_id)
        .ok_or("id: neither number, text nor null")?;
    let result = match (fields.remove("result"), fields.remove("error")) {
        (Some(result), None) => Ok(result),
        (None, Some(error)) => {
            Err(serde_json::from_value(error).map_err(|e| format!("error: {e}"))?)
        }
        _ => return Err("neither result nor error, or both".to_owned()),
    };
    Ok(Some(Response { id, result }.into()))
}

/// A message as it stands on a line.
#[derive(Serialize)]
struct Written<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a ErrorObject>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a Id>,
    jsonrpc: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    params: Option<&'a Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<&'a Value>,
}

/// Writes one message as one line, with its end.
pub fn encode(message: &Message) -> Vec<u8> {
    let empty = Written {
        error: None,
        id: None,
        jsonrpc: "2.0",
        method: None,
        params: None,
        result: None,
    };
    let written = match message {
        Message::Request(Request { id, method, params }) => Written {
            id: Some(id),
            method: Some(method),
            params: Some(params),
            ..empty
        },
        Message::Notification(Notification { method, params }) => Written {
            method: Some(method),
            params: Some(params),
            ..empty
        },
        Message::Response(Response { id, result }) => Written {
            id: Some(id),
            error: result.as_ref().err(),
            result: result.as_ref().ok(),
            ..empty
        },
    };
    let mut line = serde_json::to_vec(&written).expect("invariant: a message is plain data");
    line.push(b'\n');
    line
}

fn malformed(id: Id, error: ErrorObject) -> Decoded {
    Decoded::Malformed(Response {
        id,
        result: Err(error),
    })
}

/// Reads the members of a request, in the order in which their absence matters.
fn request(mut fields: Map<String, Value>) -> Result<Message, (Id, ErrorObject)> {
    let invalid = |path: &str, reason: &str| ErrorObject::invalid_request(path, reason);
    let id = match fields.remove("id") {
        None => None,
        Some(id) => match read_id(id) {
            Some(id) => Some(id),
            None => return Err((Id::Null, invalid("id", "neither number, text nor null"))),
        },
    };
    let known = id.clone().unwrap_or(Id::Null);
    if fields.remove("jsonrpc") != Some(json!("2.0")) {
        return Err((known, invalid("jsonrpc", "not \"2.0\"")));
    }
    let method = match fields.remove("method") {
        Some(Value::String(method)) => method,
        Some(_) => return Err((known, invalid("method", "not a string"))),
        None => return Err((known, invalid("method", "missing"))),
    };
    let params = match by_name(fields.remove("params")) {
        Ok(params) => params,
        Err(error) => return Err((known, error)),
    };
    Ok(match id {
        Some(id) => Request { id, method, params }.into(),
        None => Notification { method, params }.into(),
    })
}

/// Parameters by name; those by position are well formed JSON-RPC, but no method takes them.
fn by_name(params: Option<Value>) -> Result<Map<String, Value>, ErrorObject> {
    match params {
        None => Ok(Map::new()),
        Some(Value::Object(params)) => Ok(params),
        Some(Value::Array(_)) => Err(ErrorObject {
            code: ErrorObject::INVALID_PARAMS,
            message: "params: give them by name, as an object".to_owned(),
            data: Some(json!({ "path": "." })),
        }),
        Some(_) => Err(ErrorObject::invalid_request("params", "not an object")),
    }
}

fn read_id(id: Value) -> Option<Id> {
    match id {
        Value::Null => Some(Id::Null),
        Value::Number(number) => Some(Id::Number(number)),
        Value::String(text) => Some(Id::Text(text)),
        _ => None,
    }
}
