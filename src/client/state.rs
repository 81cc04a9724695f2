//! What a client knows of its connection and of its requests, as plain data. Only the client changes it.

use std::collections::BTreeSet;
use std::time::Instant;

use serde_json::Value;

use super::ClientError;
use crate::wire::{Connection, Request, Topic};

/// One request of this client, to pair its answer with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallId(pub(super) u64);

/// What came in.
#[derive(Debug)]
pub enum News {
    /// The answer to a request.
    Answer(CallId, Result<Value, ClientError>),
    /// Something changed that is watched.
    Changed(BTreeSet<Topic>),
    /// The server is gone; the client dials again if it can, and keeps what was not answered.
    Lost(String),
    /// The server is there again; everything shown should be fetched anew.
    Restored,
    /// It will not come back: the server does not want this session, or there is no way to dial.
    Over(ClientError),
}

/// A request that waits for its answer.
#[derive(Debug, Clone)]
pub(super) struct Pending {
    pub(super) purpose: Purpose,
    pub(super) request: Request,
}

/// For whom an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// For whoever called.
    Caller,
    /// For the client itself: the greeting of a new connection.
    Greeting,
    /// For nobody; only a fault would be news.
    Watching,
}

/// Where the connection stands.
pub(super) enum State {
    /// Open, and greeted if there is a greeting.
    Up(Connection),
    /// Open; the greeting was sent and is not answered.
    Greeting(Connection),
    /// Gone; dialled again at `at`, after `attempt` tries in vain.
    Down { attempt: u32, at: Instant },
    /// Gone for good, and why.
    Over(ClientError),
}
