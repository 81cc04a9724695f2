//! Whoever connects: told apart by the kernel's credentials, counted, and handed to the host. A system that is out of files or
//! threads makes newcomers wait, never those who are in, and never makes the server spin.

use std::io::{self, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::time::Duration;

use crate::{
    host::{Host, Outsider},
    sys::{peer::Credentials, socket::wait_for_guest},
    wire::{Connection, Ending, ErrorObject, Id, Message, Response, encode},
};

/// Connections at once. A hall has a hundred windows; more than this is a fault somewhere.
pub const CONNECTIONS_MAX: usize = 1000;

/// How long nobody is let in after the system could not give what a connection needs.
const PAUSE: Duration = Duration::from_millis(100);

/// How long a refusal may take to be written: the socket is new and has room.
const REFUSAL_TIME: Duration = Duration::from_millis(200);

/// Lets guests in until `wake` is closed. Gives the connections that may still be there, and why it ended early if it did.
pub(super) fn receive(
    listener: &UnixListener,
    host: &Host,
    wake: &UnixStream,
) -> (Vec<Ending>, Option<io::Error>) {
    let mut guests = Guests {
        host,
        present: Vec::new(),
    };
    let fault = guests.receive(listener, wake).err();
    (guests.present, fault)
}

struct Guests<'a> {
    host: &'a Host,
    present: Vec<Ending>,
}

impl Guests<'_> {
    fn receive(&mut self, listener: &UnixListener, wake: &UnixStream) -> io::Result<()> {
        listener.set_nonblocking(true)?;
        let mut well = true;
        while wait_for_guest(Some(listener), wake, None)? {
            let admitted = match listener.accept() {
                Ok((stream, _)) => self.admit(stream),
                Err(error) if is_passing(&error) => continue,
                Err(error) => Err(error),
            };
            if let Err(error) = &admitted {
                // Told once, however long it lasts.
                if well {
                    tracing::error!(%error, "nobody can be let in");
                }
                wait_for_guest(None, wake, Some(PAUSE))?;
            }
            well = admitted.is_ok();
        }
        Ok(())
    }

    fn admit(&mut self, stream: UnixStream) -> io::Result<()> {
        self.present.retain(|guest| !guest.is_over());
        if self.present.len() >= CONNECTIONS_MAX {
            tracing::warn!(most = CONNECTIONS_MAX, "a connection was refused");
            refuse(stream);
            return Ok(());
        }
        let credentials = Credentials::of(&stream)?;
        let connection = Connection::host(stream)?;
        tracing::debug!(login = %credentials.login, process = credentials.process, "connected");
        self.present.push(connection.ending());
        let Credentials { login, uid, .. } = credentials;
        self.host.attach(connection, Outsider { login, uid });
        Ok(())
    }
}

/// Errors of one guest who went away again, or of nobody.
fn is_passing(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock
            | io::ErrorKind::Interrupted
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    )
}

/// Says why before hanging up.
fn refuse(mut stream: UnixStream) {
    let refusal = ErrorObject::too_many(CONNECTIONS_MAX);
    let answer = Message::Response(Response {
        id: Id::Null,
        result: Err(refusal),
    });
    // Who does not take it finds the connection closed.
    let _told = stream
        .set_write_timeout(Some(REFUSAL_TIME))
        .and_then(|()| stream.write_all(&encode(&answer)));
}
