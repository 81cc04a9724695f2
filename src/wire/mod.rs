//! JSON-RPC 2.0, one line a message, over a Unix socket or in memory.
//!
//! A host holds one end of a [`Connection`], a client the other; neither sees whether bytes or values travel
//! between them. Everything that comes from outside is bounded here: the length of a line, the time to finish
//! it, the depth of its nesting. The wire knows methods only by the types of `rules`; it decides nothing.
//!
//! # What travels
//!
//! Requests with parameters by name, their answers, and notifications. A request without an `id` is a
//! notification and is never answered. Batches are refused by name: one request a line is the batch.
//!
//! | code | meaning | `data` |
//! |---|---|---|
//! | -32700 | not JSON, or nested too deep | – |
//! | -32600 | JSON, but not a request | `{path}` |
//! | -32601 | no such method | `{method}` |
//! | -32602 | parameters do not fit | `{path}` |
//! | -32603 | a fault of the server | – |
//! | -32001 | refused by a rule | `{code, rule, facts, next}` |
//! | -32002 | the line is too long; the connection closes | `{limit}` |
//! | -32003 | the line took too long; the connection closes | `{seconds}` |

mod codec;
mod connection;
mod draft;
mod line;
mod message;
mod openrpc;
mod outbox;
mod session;

pub use codec::{Decoded, decode_answer, decode_request, encode};
pub use connection::{Close, Connection, Delivery};
pub use draft::{DRAFT_DROP, DRAFT_KEEP, DRAFT_LIST, Draft, DraftList, DraftName, NoParams};
pub use line::{LineFault, LineReader, TimedRead};
pub use message::{ErrorObject, Id, Message, Notification, Request, RequestId, Response};
pub use openrpc::{MethodDoc, openrpc};
pub use outbox::{Ending, Outbox, SendFault};
pub use session::{CHANGED, Changed, HELLO, Hello, Topic, WATCH, Watch};

/// The contract that both ends speak; it is raised when a message changes its meaning, not when fields are added.
pub const CONTRACT: u32 = 1;

/// The name of a server's socket in its folder: the contract number is in it, so that two versions never meet by accident.
pub fn socket_name() -> String {
    format!("banshi.{CONTRACT}.sock")
}

/// The contract number in the name of a server's socket; none for another name.
pub fn contract_of_socket(name: &str) -> Option<u32> {
    name.strip_prefix("banshi.")?
        .strip_suffix(".sock")?
        .parse()
        .ok()
}

/// The longest request, in bytes without the line's end.
pub const REQUEST_BYTES_MAX: usize = 1 << 20;

/// The longest answer, in bytes without the line's end.
pub const ANSWER_BYTES_MAX: usize = 8 << 20;

/// How long a line may take from its first byte to its last, in seconds.
pub const LINE_SECONDS_MAX: u64 = 10;

/// How deep a message may nest; the JSON reader stops there by itself.
pub const DEPTH_MAX: usize = 127;

/// Messages that wait for a peer that does not read; a request is answered once, changes are coalesced before.
pub const QUEUE_MAX: usize = 256;
