//! `banshi call METHOD [JSON]`: one request of the protocol. The result is JSON on stdout; what is not done is the JSON-RPC
//! error object on stderr, with the exit status of its kind.

use std::io::{Read, Write};

use clap::Args;
use serde_json::{Map, Value};

use super::{Context, ExitStatus, Failure, join, json};
use crate::rules::stamp::Via;
use crate::wire::ErrorObject;

/// What `banshi call` takes.
#[derive(Debug, Clone, Args)]
pub struct CallArgs {
    /// noun.verb, such as ticket.issue; rpc.discover describes all of them
    pub method: String,
    /// The parameters as a JSON object; - reads them from standard input
    pub params: Option<String>,
}

/// Asks.
///
/// # Errors
/// [`Failure`] with the error object of a request that was not done.
pub fn run(
    context: &Context,
    args: &CallArgs,
    mut input: impl Read,
    out: &mut impl Write,
) -> Result<ExitStatus, Failure> {
    let text = match args.params.as_deref() {
        None => "{}".to_owned(),
        Some("-") => {
            let mut text = String::new();
            input.read_to_string(&mut text)?;
            text
        }
        Some(text) => text.to_owned(),
    };
    let params = read(&text).map_err(|error| {
        let line = serde_json::to_string(&error).unwrap_or_else(|_| error.to_string());
        Failure::wrong_use(line)
    })?;
    let mut joined = join::join(context, Via::Call)?;
    let result = joined
        .client
        .call(&args.method, params)
        .map_err(|error| join::refused(&error))?;
    let text = serde_json::to_string_pretty(&result).map_err(std::io::Error::from)?;
    writeln!(out, "{}", json::harmless(&text))?;
    Ok(ExitStatus::Done)
}

/// Parameters by name, or what is wrong with them.
fn read(text: &str) -> Result<Value, ErrorObject> {
    match serde_json::from_str::<Value>(text) {
        Ok(Value::Null) => Ok(Value::Object(Map::new())),
        Ok(params @ Value::Object(_)) => Ok(params),
        Ok(_) => Err(ErrorObject::invalid_request(
            "params",
            "give parameters by name, as a JSON object",
        )),
        Err(fault) => Err(ErrorObject::parse(fault)),
    }
}
