//! The way out of a connection, and the bell that tells a host that something came in.
//!
//! In memory a message goes into the other end's queue. Over a socket it is written at once where the socket takes it;
//! only what it does not take waits for a thread that is there for nothing else. Nobody ever waits for a reader, and
//! what waits is bounded in messages and in bytes. It knows no methods.

use std::fmt;
use std::io::{self, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::Instant;

use crossbeam_channel::{
    Receiver, RecvTimeoutError, SendError, Sender, TryRecvError, TrySendError, bounded,
};
use rustix::net::SendFlags;

use super::codec;
use super::connection::{Delivery, THREAD_STACK_BYTES};
use super::message::{ErrorObject, Message, Response};
use super::{ANSWER_BYTES_MAX, QUEUE_MAX};

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

/// What is done when something came in.
pub(super) type Ring = Box<dyn Fn() + Send + Sync>;

/// Rings once for whatever came in since it was last quieted, so that one who serves many connections sleeps on one queue
/// of its own and an idle connection costs it nothing.
#[derive(Default)]
pub(super) struct Bell {
    rung: AtomicBool,
    ring: OnceLock<Ring>,
}

impl Bell {
    /// Hangs it up; what came before is not rung for. Done once.
    pub(super) fn hang(&self, ring: Ring) {
        let _hung_before = self.ring.set(ring);
    }

    /// From here on the next arrival rings; to be called before the queue is emptied, never after.
    pub(super) fn quiet(&self) {
        // An exchange and not a store: it orders this against the exchange of whoever has just put something in.
        self.rung.swap(false, Ordering::AcqRel);
    }

    fn ring(&self) {
        if !self.rung.swap(true, Ordering::AcqRel)
            && let Some(ring) = self.ring.get()
        {
            ring();
        }
    }
}

impl fmt::Debug for Bell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bell").finish_non_exhaustive()
    }
}

/// The way into a connection's queue; rings for every delivery, and when it is gone.
#[derive(Debug)]
pub(super) struct Intake {
    /// None only while it is dropped.
    queue: Option<Sender<Delivery>>,
    bell: Arc<Bell>,
}

impl Intake {
    /// A queue of `QUEUE_MAX` deliveries: the way in, the way out, its bell.
    pub(super) fn new() -> (Self, Receiver<Delivery>, Arc<Bell>) {
        let (queue, receiver) = bounded(QUEUE_MAX);
        let bell = Arc::new(Bell::default());
        let intake = Self {
            queue: Some(queue),
            bell: Arc::clone(&bell),
        };
        (intake, receiver, bell)
    }

    fn queue(&self) -> &Sender<Delivery> {
        self.queue
            .as_ref()
            .expect("invariant: the queue is there until the drop")
    }

    /// Delivers, waiting while the queue is full.
    pub(super) fn send(&self, delivery: Delivery) -> Result<(), SendFault> {
        let sent = self.queue().send(delivery);
        self.bell.ring();
        sent.map_err(|_| SendFault::Closed)
    }

    fn try_send(&self, delivery: Delivery) -> Result<(), SendFault> {
        let sent = self.queue().try_send(delivery);
        self.bell.ring();
        sent.map_err(|fault| match fault {
            TrySendError::Full(_) => SendFault::Full,
            TrySendError::Disconnected(_) => SendFault::Closed,
        })
    }
}

impl Drop for Intake {
    fn drop(&mut self) {
        // Whoever is rung for has to find the queue ended.
        self.queue = None;
        self.bell.ring();
    }
}

/// The way out of a connection; clones go the same way. The last one to go ends it after what was sent.
#[derive(Debug, Clone)]
pub struct Outbox(Arc<Way>);

#[derive(Debug)]
enum Way {
    Memory(Intake),
    Socket(Writer),
}

impl Outbox {
    /// Into a queue. What is sent in memory is there at once: nothing has to be waited for, and it counts as over.
    pub(super) fn memory(intake: Intake) -> (Self, Ending) {
        let (_, ending) = bounded(0);
        (Self(Arc::new(Way::Memory(intake))), Ending(ending))
    }

    /// Into a socket.
    pub(super) fn socket(stream: UnixStream) -> (Self, Ending) {
        let (alive, ending) = bounded(0);
        let writer = Writer {
            stream,
            behind: Arc::default(),
            thread: Mutex::new(None),
            alive,
        };
        (Self(Arc::new(Way::Socket(writer))), Ending(ending))
    }

    /// Sends, waiting while the queue is full. For clients; a host does not wait.
    pub fn send(&self, message: impl Into<Message>) -> Result<(), SendFault> {
        match &*self.0 {
            Way::Memory(intake) => intake.send(Delivery::Message(message.into())),
            Way::Socket(writer) => writer.send(bounded_line(&message.into())),
        }
    }

    /// Sends, or says at once why not.
    pub fn try_send(&self, message: impl Into<Message>) -> Result<(), SendFault> {
        match &*self.0 {
            Way::Memory(intake) => intake.try_send(Delivery::Message(message.into())),
            Way::Socket(writer) => writer.try_send(bounded_line(&message.into())),
        }
    }

    /// How many messages wait: while any does, changes are better coalesced than queued.
    pub fn waiting(&self) -> usize {
        match &*self.0 {
            Way::Memory(intake) => intake.queue().len(),
            Way::Socket(writer) => writer.behind.messages.load(Ordering::Acquire),
        }
    }
}

/// What a socket has not taken yet.
#[derive(Debug, Default)]
struct Behind {
    messages: AtomicUsize,
    bytes: AtomicUsize,
}

impl Behind {
    fn add(&self, bytes: usize) {
        self.bytes.fetch_add(bytes, Ordering::AcqRel);
        self.messages.fetch_add(1, Ordering::AcqRel);
    }

    fn take(&self, bytes: usize) {
        self.bytes.fetch_sub(bytes, Ordering::AcqRel);
        self.messages.fetch_sub(1, Ordering::AcqRel);
    }
}

/// The way out over a socket.
#[derive(Debug)]
struct Writer {
    stream: UnixStream,
    behind: Arc<Behind>,
    /// The queue of the thread that writes what the socket did not take, once there was any.
    thread: Mutex<Option<Sender<Vec<u8>>>>,
    /// Gone with this and with the thread: nothing is ever sent on it.
    alive: Sender<()>,
}

impl Writer {
    fn try_send(&self, line: Vec<u8>) -> Result<(), SendFault> {
        let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(rest) = self.write_now(line)? else {
            return Ok(());
        };
        let waiting = self.behind.bytes.load(Ordering::Acquire);
        if waiting > 0 && waiting.saturating_add(rest.len()) > ANSWER_BYTES_MAX {
            return Err(SendFault::Full);
        }
        let queue = self.queue(&mut thread)?;
        let bytes = rest.len();
        self.behind.add(bytes);
        queue.try_send(rest).map_err(|fault| {
            self.behind.take(bytes);
            match fault {
                TrySendError::Full(_) => SendFault::Full,
                TrySendError::Disconnected(_) => SendFault::Closed,
            }
        })
    }

    fn send(&self, line: Vec<u8>) -> Result<(), SendFault> {
        let (rest, queue) = {
            let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(rest) = self.write_now(line)? else {
                return Ok(());
            };
            self.behind.add(rest.len());
            (rest, self.queue(&mut thread)?.clone())
        };
        queue.send(rest).map_err(|SendError(rest)| {
            self.behind.take(rest.len());
            SendFault::Closed
        })
    }

    /// Writes what the socket takes without waiting; what is left of the line, if any. Nothing is written past what waits.
    fn write_now(&self, mut line: Vec<u8>) -> Result<Option<Vec<u8>>, SendFault> {
        if self.behind.messages.load(Ordering::Acquire) > 0 {
            return Ok(Some(line));
        }
        let mut written = 0;
        while written < line.len() {
            let flags = SendFlags::DONTWAIT | SendFlags::NOSIGNAL;
            match rustix::net::send(&self.stream, &line[written..], flags) {
                Ok(bytes) => written += bytes,
                Err(rustix::io::Errno::INTR) => {}
                Err(rustix::io::Errno::AGAIN) => {
                    line.drain(..written);
                    return Ok(Some(line));
                }
                Err(_) => return Err(SendFault::Closed),
            }
        }
        Ok(None)
    }

    /// The queue of the writing thread, which is begun when it is first needed.
    fn queue<'a>(
        &self,
        thread: &'a mut Option<Sender<Vec<u8>>>,
    ) -> Result<&'a Sender<Vec<u8>>, SendFault> {
        if thread.is_none() {
            *thread = Some(self.begin().map_err(|_| SendFault::Full)?);
        }
        thread.as_ref().ok_or(SendFault::Closed)
    }

    fn begin(&self) -> io::Result<Sender<Vec<u8>>> {
        let stream = self.stream.try_clone()?;
        let behind = Arc::clone(&self.behind);
        let alive = self.alive.clone();
        let (queue, to_write) = bounded(QUEUE_MAX);
        thread::Builder::new()
            .name("wire-write".to_owned())
            .stack_size(THREAD_STACK_BYTES)
            .spawn(move || {
                let _alive = alive;
                write(stream, &to_write, &behind);
            })?;
        Ok(queue)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        let thread = self.thread.get_mut();
        if thread.is_ok_and(|queue| queue.is_none()) {
            // A stream that is gone already has nothing left to end.
            let _ = self.stream.shutdown(Shutdown::Both);
        }
    }
}

/// Writes what waits until the owner is gone, then ends the stream, and with it the reading thread.
fn write(mut stream: UnixStream, to_write: &Receiver<Vec<u8>>, behind: &Behind) {
    for line in to_write {
        if stream.write_all(&line).is_err() {
            break;
        }
        behind.take(line.len());
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
