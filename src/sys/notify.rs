//! Telling the service manager how the service stands (`NOTIFY_SOCKET`, sd_notify). Used by the server; without a manager
//! nothing is told. A manager that does not listen changes nothing for the hall.

use std::ffi::OsStr;
use std::io;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};

/// The way to the service manager, where there is one.
#[derive(Debug)]
pub struct Notifier(Option<(UnixDatagram, SocketAddr)>);

impl Notifier {
    /// As the environment names it; a name that begins with `@` is an abstract one.
    pub fn of_environment() -> Self {
        let place = std::env::var_os("NOTIFY_SOCKET").filter(|place| !place.is_empty());
        Self(place.and_then(|place| reach(&place).ok()))
    }

    /// Tells lines of `NAME=VALUE`, such as `READY=1`.
    pub fn tell(&self, lines: &[&str]) {
        let Some((socket, manager)) = &self.0 else {
            return;
        };
        if let Err(error) = socket.send_to_addr(lines.join("\n").as_bytes(), manager) {
            tracing::warn!(%error, "the service manager does not listen");
        }
    }
}

fn reach(place: &OsStr) -> io::Result<(UnixDatagram, SocketAddr)> {
    let address = match place.as_bytes() {
        [b'@', name @ ..] => SocketAddr::from_abstract_name(name)?,
        _ => SocketAddr::from_pathname(place)?,
    };
    Ok((UnixDatagram::unbound()?, address))
}
