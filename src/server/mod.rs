//! The server: one hall, offered on a Unix socket to any number of terminals. It listens, asks the kernel who connects, counts
//! connections, and hands each to the host, which decides for whom it may speak. It knows no rule and looks into no message.

mod door;
mod guests;

use std::io;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, select};

pub use door::Door;
pub use guests::CONNECTIONS_MAX;

use crate::{host::Host, sys::clock};

/// How long answers that were given may take to go out at the end; who has not read them by then finds them in the journal,
/// under the same request id.
const FLUSH_MAX: Duration = Duration::from_secs(5);

/// Open files that the server asks the system for: two a connection, and some for the store.
pub const OPEN_FILES: u64 = 2 * CONNECTIONS_MAX as u64 + 256;

/// Why a hall cannot be served, or no longer.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The socket cannot be made.
    #[error("{path}: {doing}: {source}")]
    Socket {
        /// The socket or its folder.
        path: PathBuf,
        /// What was being done.
        doing: &'static str,
        /// The system's own words.
        source: io::Error,
    },
    /// Another server answers at this path.
    #[error("{path}: another server answers there; stop it, or name another folder with --socket")]
    Served {
        /// The socket.
        path: PathBuf,
    },
    /// The service manager passed on what is no single listening socket.
    #[error("the service manager passed on {count} sockets; one is expected")]
    Passed {
        /// How many.
        count: usize,
    },
    /// What waits for connections cannot go on.
    #[error("waiting for connections: {0}")]
    Waiting(#[from] io::Error),
    /// The hall's own thread ended by a bug; the next start repairs what it left.
    #[error("the hall was lost to a fault of the program; start it again")]
    HallLost,
}

/// Serves a hall until `stop` says so; `stopping` is called at once. Then nobody is let in any more, the turn under way is finished, what was not taken is
/// refused by name, what was answered goes out, and the hall is closed.
///
/// # Errors
/// [`ServerError`] when the hall or the waiting for connections was lost; the hall is closed as far as it can be.
pub fn serve(
    door: Door,
    host: Host,
    stop: &Receiver<()>,
    stopping: impl FnOnce(),
) -> Result<(), ServerError> {
    let (wake, woken) = UnixStream::pair()?;
    let (done, guests_gone) = crossbeam_channel::bounded::<()>(0);
    let (outcome, lost) = thread::scope(|scope| {
        let guests = thread::Builder::new()
            .name("door".to_owned())
            .spawn_scoped(scope, || {
                let _done = done;
                guests::receive(door.listener(), &host, &woken)
            })?;
        let lost = select! {
            recv(stop) -> _ => false,
            recv(host.ended()) -> _ => true,
            recv(guests_gone) -> _ => false,
        };
        stopping();
        drop(wake);
        let outcome = guests.join().map_err(|_| io::Error::other("a panic"));
        Ok::<_, io::Error>((outcome, lost))
    })?;
    drop(door);
    let engine = host.stop();
    let (guests, fault) = outcome?;
    let until = clock::monotonic() + FLUSH_MAX;
    let late = guests.iter().filter(|guest| !guest.wait_until(until));
    let late = late.count();
    if late > 0 {
        tracing::warn!(late, "connections did not read their last answers");
    }
    if lost || engine.is_none() {
        return Err(ServerError::HallLost);
    }
    // The store closes here, and the next start finds it clean.
    drop(engine);
    fault.map_or(Ok(()), |fault| Err(ServerError::Waiting(fault)))
}
