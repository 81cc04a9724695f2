//! A connection: messages out, messages in, and how it ended.
//!
//! Over a Unix socket a thread reads lines and whoever sends writes them; in memory two channels carry values. The owner
//! sees the same either way. Queues are bounded: who does not read is found out by [`Outbox::try_send`] and is dropped by
//! the owner, nobody waits for him. It knows neither methods nor who is at the other end.

use std::io;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crossbeam_channel::Receiver;

use super::codec::{self, Decoded};
use super::line::{LineFault, LineReader};
use super::message::{ErrorObject, Id, Message, Response};
use super::outbox::{Bell, Ending, Intake, Outbox};
use super::{ANSWER_BYTES_MAX, LINE_SECONDS_MAX, REQUEST_BYTES_MAX};

/// The stack of a connection's threads: they hold one line, not its tree.
pub(super) const THREAD_STACK_BYTES: usize = 256 << 10;

/// What comes in.
#[derive(Debug)]
pub enum Delivery {
    /// A message.
    Message(Message),
    /// Something that is no message, with the answer to send back. The connection lives.
    Malformed(Response),
    /// The connection is over and why; nothing follows. A connection that is simply dropped ends without it.
    Closed(Close),
}

/// Why a connection ended.
#[derive(Debug, thiserror::Error)]
pub enum Close {
    /// The other end went away between two messages.
    #[error("the other end closed the connection")]
    Ended,
    /// A line broke a bound, or the stream failed inside it.
    #[error(transparent)]
    Line(#[from] LineFault),
    /// The other end does not speak this protocol.
    #[error("not understood: {0}")]
    Nonsense(String),
}

impl Close {
    /// What to tell the other end before going, where it can still be told.
    pub fn answer(&self) -> Option<Response> {
        let error = match self {
            Self::Line(LineFault::TooLong { limit }) => ErrorObject::too_long(*limit),
            Self::Line(LineFault::TooSlow { within }) => ErrorObject::too_slow(within.as_secs()),
            _ => return None,
        };
        Some(Response {
            id: Id::Null,
            result: Err(error),
        })
    }
}

/// One end of a connection. Dropping it ends the connection after what was sent has gone out.
#[derive(Debug)]
pub struct Connection {
    /// The way out.
    pub sender: Outbox,
    /// The way in.
    pub receiver: Receiver<Delivery>,
    bell: Arc<Bell>,
    ending: Ending,
}

/// Which end of a socket this is: it decides what may come in and how long it may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Host,
    Client,
}

impl Connection {
    /// Two ends joined in memory: what one sends the other receives.
    pub fn memory() -> (Self, Self) {
        let (into_left, left_in, left_bell) = Intake::new();
        let (into_right, right_in, right_bell) = Intake::new();
        let (to_right, left_ending) = Outbox::memory(into_right);
        let (to_left, right_ending) = Outbox::memory(into_left);
        let left = Self {
            sender: to_right,
            receiver: left_in,
            bell: left_bell,
            ending: left_ending,
        };
        let right = Self {
            sender: to_left,
            receiver: right_in,
            bell: right_bell,
            ending: right_ending,
        };
        (left, right)
    }

    /// Has `ring` done, by whoever sends, when something comes in or the other end goes. What came in before is not
    /// announced: look once. Afterwards it is done once until [`Connection::quiet`]. It can be said once only.
    pub fn on_arrival(&self, ring: impl Fn() + Send + Sync + 'static) {
        self.bell.hang(Box::new(ring));
    }

    /// Wants to hear of what comes in from here on; to be called before the queue is emptied.
    pub fn quiet(&self) {
        self.bell.quiet();
    }

    /// The host's end of a socket: requests come in, answers and notifications go out.
    pub fn host(stream: UnixStream) -> io::Result<Self> {
        Self::over(stream, End::Host)
    }

    /// The client's end of a socket: answers and notifications come in, requests go out.
    pub fn client(stream: UnixStream) -> io::Result<Self> {
        Self::over(stream, End::Client)
    }

    fn over(stream: UnixStream, end: End) -> io::Result<Self> {
        let reading = stream.try_clone()?;
        // One line may take as long to send as to receive; a peer that stops reading is given up then.
        stream.set_write_timeout(Some(Duration::from_secs(LINE_SECONDS_MAX)))?;
        let (intake, receiver, bell) = Intake::new();
        thread::Builder::new()
            .name("wire-read".to_owned())
            .stack_size(THREAD_STACK_BYTES)
            .spawn(move || read(reading, end, &intake))?;
        let (sender, ending) = Outbox::socket(stream);
        Ok(Self {
            sender,
            receiver,
            bell,
            ending,
        })
    }

    /// What tells when it is over, for whoever gives it away.
    pub fn ending(&self) -> Ending {
        self.ending.clone()
    }
}

/// Delivers what comes in until the stream or the owner is gone.
fn read(stream: UnixStream, end: End, deliver: &Intake) {
    let limit = match end {
        End::Host => REQUEST_BYTES_MAX,
        End::Client => ANSWER_BYTES_MAX,
    };
    let mut lines = LineReader::new(stream, limit, Duration::from_secs(LINE_SECONDS_MAX));
    loop {
        let delivery = match lines.next_line() {
            Ok(Some(line)) => decoded(&line, end),
            Ok(None) => Some(Delivery::Closed(Close::Ended)),
            Err(fault) => Some(Delivery::Closed(fault.into())),
        };
        let Some(delivery) = delivery else { continue };
        let over = matches!(delivery, Delivery::Closed(_));
        if deliver.send(delivery).is_err() || over {
            return;
        }
    }
}

/// What one line means to this end; a client that does not understand its server hangs up.
fn decoded(line: &[u8], end: End) -> Option<Delivery> {
    match end {
        End::Host => match codec::decode_request(line) {
            Decoded::Message(message) => Some(Delivery::Message(message)),
            Decoded::Malformed(answer) => Some(Delivery::Malformed(answer)),
            Decoded::Nothing => None,
        },
        End::Client => match codec::decode_answer(line) {
            Ok(message) => message.map(Delivery::Message),
            Err(reason) => Some(Delivery::Closed(Close::Nonsense(reason))),
        },
    }
}
