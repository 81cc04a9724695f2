//! A connection: messages out, messages in, and how it ended.
//!
//! Over a Unix socket two threads carry lines; in memory two channels carry values. The owner sees the same
//! either way. Queues are bounded: who does not read is found out by [`Outbox::try_send`] and is dropped by
//! the owner, nobody waits for him. It knows neither methods nor who is at the other end.

use std::io::{self, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, TryRecvError, TrySendError, bounded};

use super::codec::{self, Decoded};
use super::line::{LineFault, LineReader};
use super::message::{ErrorObject, Id, Message, Response};
use super::{ANSWER_BYTES_MAX, LINE_SECONDS_MAX, QUEUE_MAX, REQUEST_BYTES_MAX};

/// The stack of a connection's threads: they hold one line, not its tree.
const THREAD_STACK_BYTES: usize = 256 << 10;

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

/// Why a message could not be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SendFault {
    /// The other end does not read, and as much waits for it as may.
    #[error("the other end does not read")]
    Full,
    /// The connection is over.
    #[error("the connection is closed")]
    Closed,
}

/// The way out of a connection; clones go the same way.
#[derive(Debug, Clone)]
pub struct Outbox(Sender<Delivery>);

impl Outbox {
    /// Sends, waiting while the queue is full. For clients; a host does not wait.
    pub fn send(&self, message: impl Into<Message>) -> Result<(), SendFault> {
        let delivery = Delivery::Message(message.into());
        self.0.send(delivery).map_err(|_| SendFault::Closed)
    }

    /// Sends, or says at once why not.
    pub fn try_send(&self, message: impl Into<Message>) -> Result<(), SendFault> {
        self.0
            .try_send(Delivery::Message(message.into()))
            .map_err(|fault| match fault {
                TrySendError::Full(_) => SendFault::Full,
                TrySendError::Disconnected(_) => SendFault::Closed,
            })
    }

    /// How many messages wait: while any does, changes are better coalesced than queued.
    pub fn waiting(&self) -> usize {
        self.0.len()
    }
}

/// Tells when a connection over a socket is over: dropped by its owner, or lost, and everything sent on it written or given up.
#[derive(Debug, Clone)]
pub struct Ending(Receiver<()>);

impl Ending {
    /// Whether it is over.
    pub fn is_over(&self) -> bool {
        matches!(self.0.try_recv(), Err(TryRecvError::Disconnected))
    }

    /// Waits for it until a moment; whether it came.
    pub fn wait_until(&self, moment: Instant) -> bool {
        matches!(
            self.0.recv_deadline(moment),
            Err(RecvTimeoutError::Disconnected)
        )
    }
}

/// One end of a connection. Dropping it ends the connection after what was sent has gone out.
#[derive(Debug)]
pub struct Connection {
    /// The way out.
    pub sender: Outbox,
    /// The way in.
    pub receiver: Receiver<Delivery>,
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
        let (left_out, right_in) = bounded(QUEUE_MAX);
        let (right_out, left_in) = bounded(QUEUE_MAX);
        // What is sent in memory is there at once: nothing has to be waited for.
        let over = || {
            let (_, ending) = bounded(0);
            Ending(ending)
        };
        let left = Self {
            sender: Outbox(left_out),
            receiver: left_in,
            ending: over(),
        };
        let right = Self {
            sender: Outbox(right_out),
            receiver: right_in,
            ending: over(),
        };
        (left, right)
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
        let (out, to_write) = bounded(QUEUE_MAX);
        let (deliver, receiver) = bounded(QUEUE_MAX);
        let spawn = |name: &str| {
            thread::Builder::new()
                .name(name.to_owned())
                .stack_size(THREAD_STACK_BYTES)
        };
        spawn("wire-read").spawn(move || read(reading, end, &deliver))?;
        let (writing, ending) = bounded(0);
        spawn("wire-write").spawn(move || {
            let _writing: Sender<()> = writing;
            write(stream, &to_write);
        })?;
        Ok(Self {
            sender: Outbox(out),
            receiver,
            ending: Ending(ending),
        })
    }

    /// What tells when it is over, for whoever gives it away.
    pub fn ending(&self) -> Ending {
        self.ending.clone()
    }
}

/// Delivers what comes in until the stream or the owner is gone.
fn read(stream: UnixStream, end: End, deliver: &Sender<Delivery>) {
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

/// Writes what goes out until the owner is gone, then ends the stream, and with it the reading thread.
fn write(mut stream: UnixStream, to_write: &Receiver<Delivery>) {
    for delivery in to_write {
        if let Delivery::Message(message) = delivery
            && stream.write_all(&bounded_line(&message)).is_err()
        {
            break;
        }
    }
    // A stream that is gone already has nothing left to end.
    let _ = stream.shutdown(Shutdown::Both);
}

/// A message as a line; an answer that is too long for any client becomes an error in its place.
fn bounded_line(message: &Message) -> Vec<u8> {
    let line = codec::encode(message);
    match message {
        Message::Response(Response { id, .. }) if line.len() > ANSWER_BYTES_MAX => {
            let reason =
                format!("the answer is longer than {ANSWER_BYTES_MAX} bytes; ask for less at once");
            let result = Err(ErrorObject::internal(reason));
            codec::encode(&Message::Response(Response {
                id: id.clone(),
                result,
            }))
        }
        _ => line,
    }
}
