//! The writer thread: one hall's engine, store and clock, serving any number of connections. It does not know where a
//! connection comes from, and nothing else touches the engine.
//!
//! One turn of the thread takes everything that waits, does the commands among it as one group with one sync, answers,
//! answers the questions from what is durable now, and tells the watchers what changed. Nobody waits for a slow reader:
//! changes for it are coalesced, and after a bound it is dropped.

mod clock;
mod open;
mod session;
mod turn;

use std::thread::{self, JoinHandle};

use crossbeam_channel::{Sender, unbounded};

pub use clock::HallClock;
pub use open::{HostError, Opened, found, found_in_memory, found_with, open, open_with};
pub use session::Peer;

use crate::{engine::Engine, wire::Connection};

/// What the host's owner tells the thread.
enum Order {
    Connect(Connection, Peer),
    Stop,
}

/// A hall that is being served. Dropping it stops the thread after the turn that is under way.
pub struct Host {
    orders: Sender<Order>,
    thread: Option<JoinHandle<Engine>>,
}

impl Host {
    /// Begins to serve a hall on a thread of its own.
    pub fn start(engine: Engine, clock: HallClock) -> std::io::Result<Self> {
        let (orders, inbox) = unbounded();
        let thread = thread::Builder::new()
            .name("hall".to_owned())
            .spawn(move || turn::serve(engine, clock, &inbox))?;
        Ok(Self {
            orders,
            thread: Some(thread),
        })
    }

    /// A connection in memory for somebody of this process.
    pub fn connect(&self, peer: Peer) -> Connection {
        let (ours, theirs) = Connection::memory();
        self.attach(ours, peer);
        theirs
    }

    /// Serves a connection that came from elsewhere.
    pub fn attach(&self, connection: Connection, peer: Peer) {
        // A thread that is gone hangs up on the connection by dropping it, which is what its peer must see.
        let _gone = self.orders.send(Order::Connect(connection, peer));
    }

    /// Stops serving and gives the engine back, closed after its last turn; none if the thread was lost to a bug.
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
