//! The writer thread: one hall's engine, store and clock, serving any number of connections. It does not know where a
//! connection comes from, and nothing else touches the engine.
//!
//! One turn of the thread takes everything that waits, does the commands among it as one group with one sync, answers,
//! answers the questions from what is durable now, and tells the watchers what changed. Nobody waits for a slow reader:
//! changes for it are coalesced, and after a bound it is dropped. A clock that jumped stops commands until somebody confirms
//! it; a terminal that is gone loses its window after a while.

mod clock;
mod discover;
mod drafts;
mod guard;
pub mod keep;
mod lease;
mod line;
mod open;
mod opening;
mod pin;
mod session;
mod take;
mod turn;
mod watch;

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{self, JoinHandle};

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};

pub use clock::{HallClock, Simulated};
pub use drafts::{DRAFT_BYTES_MAX, DRAFTS_MAX};
pub use open::{
    HostError, Opened, begin, begin_with, found, found_in_memory, found_with, open, open_to_serve,
    open_with,
};
pub use opening::{Opening, Remade};
pub use session::{Outsider, Peer};

use line::LineId;
use session::Session;

use crate::{engine::Engine, wire::Connection};

/// What the thread is told, all through one queue on which it sleeps.
enum Order {
    /// Somebody is there.
    Connect(LineId, Connection, Box<Session>),
    /// Something came in on a line, or its other end is gone.
    Arrived(LineId),
    /// A clock was moved by hand.
    Look,
    /// It is over after this turn.
    Stop,
}

/// A hall that is being served. Dropping it stops the thread after the turn that is under way.
pub struct Host {
    orders: Sender<Order>,
    thread: Option<JoinHandle<Engine>>,
    ended: Receiver<()>,
    lines: AtomicU64,
}

impl Host {
    /// Begins to serve a hall on a thread of its own.
    pub fn start(engine: Engine, clock: HallClock) -> std::io::Result<Self> {
        Self::start_opening(engine, Opening::Done, clock)
    }

    /// The same for a hall that has work left from its opening: it is done between the turns, or before the first of them.
    pub fn start_opening(
        engine: Engine,
        opening: Opening,
        clock: HallClock,
    ) -> std::io::Result<Self> {
        let (orders, inbox) = unbounded();
        let (serving, ended) = bounded(0);
        let to_look = orders.clone();
        let to_itself = orders.clone();
        clock.on_move(move || drop(to_look.send(Order::Look)));
        let thread = thread::Builder::new()
            .name("hall".to_owned())
            .spawn(move || {
                let _serving: Sender<()> = serving;
                turn::serve(engine, opening, clock, &inbox, to_itself)
            })?;
        Ok(Self {
            orders,
            thread: Some(thread),
            ended,
            lines: AtomicU64::new(0),
        })
    }

    /// Closes when the thread has ended: after [`Host::stop`], or because it was lost to a bug. Nothing is ever sent on it.
    pub fn ended(&self) -> &Receiver<()> {
        &self.ended
    }

    /// A connection in memory for somebody of this process.
    pub fn connect(&self, peer: Peer) -> Connection {
        let (ours, theirs) = Connection::memory();
        self.serve(ours, Session::inside(peer));
        theirs
    }

    /// Serves a connection of another process; for whom it may speak is told by the hall's tables.
    pub fn attach(&self, connection: Connection, outsider: Outsider) {
        self.serve(connection, Session::outside(outsider));
    }

    fn serve(&self, connection: Connection, session: Session) {
        let id = self.lines.fetch_add(1, Ordering::Relaxed);
        let orders = self.orders.clone();
        connection.on_arrival(move || drop(orders.send(Order::Arrived(id))));
        // A thread that is gone hangs up on the connection by dropping it, which is what its peer must see.
        let _gone = self
            .orders
            .send(Order::Connect(id, connection, Box::new(session)));
    }

    /// Stops serving after the turn that is under way: what came in and was not taken is refused as `hall.stopping`, connections
    /// end after what was sent on them. Gives the engine back; none if the thread was lost to a bug.
    pub fn stop(mut self) -> Option<Engine> {
        let _gone = self.orders.send(Order::Stop);
        self.thread.take().and_then(|thread| thread.join().ok())
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let _gone = self.orders.send(Order::Stop);
        if let Some(thread) = self.thread.take() {
            let _lost = thread.join();
        }
    }
}
