//! Socket activation: the listening socket that a service manager opened and passed on. Used by the server at its start.
//! It takes what was meant for this very process and nothing else.

use std::io;
use std::os::unix::net::UnixListener;

use listenfd::ListenFd;

/// The sockets that were passed on to this process; empty when it was started without any. Call it once, before there are
/// other threads: it takes the variables out of the environment, so that no child mistakes them for its own.
///
/// # Errors
/// Something was passed on that is no listening Unix socket.
pub fn listeners() -> io::Result<Vec<UnixListener>> {
    let meant_for = std::env::var_os("LISTEN_PID")
        .and_then(|value| value.into_string().ok())
        .and_then(|value| value.parse().ok());
    if meant_for != Some(super::files::process_id()) {
        return Ok(Vec::new());
    }
    let mut passed = ListenFd::from_env();
    let mut taken = Vec::new();
    for place in 0..passed.len() {
        let listener = passed.take_unix_listener(place)?;
        if let Some(listener) = listener.filter(is_listening) {
            taken.push(listener);
        } else {
            let reason = "the service manager passed on a socket that does not listen";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, reason));
        }
    }
    Ok(taken)
}

fn is_listening(listener: &UnixListener) -> bool {
    rustix::net::sockopt::socket_acceptconn(listener).unwrap_or(false)
}
