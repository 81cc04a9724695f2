//! The description of every method (`rpc.discover`): those of the protocol itself and those of the hall.

use std::sync::LazyLock;

use serde_json::Value;

use super::drafts;
use crate::{
    rules::{command::Command, query},
    wire::{HELLO, Hello, MethodDoc, WATCH, Watch, openrpc},
};

/// The method that asks for it.
pub(super) const DISCOVER: &str = "rpc.discover";

/// The OpenRPC description of every method.
pub(super) fn discover() -> Value {
    // The same for everybody as long as the program runs, and long to make.
    static DESCRIPTION: LazyLock<Value> = LazyLock::new(describe);
    DESCRIPTION.clone()
}

fn describe() -> Value {
    let protocol = [
        MethodDoc {
            name: HELLO.to_owned(),
            summary: "Opens a session.".to_owned(),
            params: schemars::schema_for!(Hello),
            result: None,
        },
        MethodDoc {
            name: WATCH.to_owned(),
            summary: "Says of what changes to be told.".to_owned(),
            params: schemars::schema_for!(Watch),
            result: None,
        },
    ];
    let methods = Command::describe()
        .into_iter()
        .chain(query::describe())
        .map(MethodDoc::from);
    openrpc(
        env!("CARGO_PKG_VERSION"),
        protocol
            .into_iter()
            .chain(drafts::describe())
            .chain(methods),
    )
}
