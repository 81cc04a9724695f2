//! Who is at the other end of a Unix socket, as the kernel vouches for it, and who another process of this machine is.
//! Used by the server for identity and by the command line to say who holds a hall. Decides nothing.

use std::fmt;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;

use super::user;

/// The process at the other end of a socket at the time when it connected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// Its number.
    pub process: i32,
    /// Its effective user.
    pub uid: u32,
    /// That user's login; `uid:N` for one that is not in the user table.
    pub login: String,
}

impl Credentials {
    /// The credentials of a stream's other end (`SO_PEERCRED`).
    pub fn of(stream: &UnixStream) -> io::Result<Self> {
        let found = rustix::net::sockopt::socket_peercred(stream)?;
        let uid = found.uid.as_raw();
        Ok(Self {
            process: found.pid.as_raw_pid(),
            uid,
            login: user::login_of(uid),
        })
    }
}

/// What the process table says of a process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProcessInfo {
    /// Its number.
    pub process: u32,
    /// Its command, arguments among it; empty where the system does not tell.
    pub arguments: Vec<String>,
    /// Who runs it.
    pub login: String,
}

/// Looks a process up; none when it is gone or the system does not show it.
pub fn process(process: u32) -> Option<ProcessInfo> {
    let place = PathBuf::from(format!("/proc/{process}"));
    let uid = std::fs::metadata(&place).ok()?.uid();
    let written = std::fs::read(place.join("cmdline")).unwrap_or_default();
    let arguments = written
        .split(|byte| *byte == 0)
        .filter(|word| !word.is_empty())
        .map(|word| String::from_utf8_lossy(word).into_owned())
        .collect();
    Some(ProcessInfo {
        process,
        arguments,
        login: user::login_of(uid),
    })
}

impl fmt::Display for ProcessInfo {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "process {}", self.process)?;
        if self.arguments.is_empty() {
            return write!(formatter, " ({})", self.login);
        }
        let command = self.arguments.join(" ");
        let shown: String = command.chars().take(80).collect();
        write!(formatter, " ({}: {shown})", self.login)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_of_a_pair_are_this_process() {
        let (one, _other) = UnixStream::pair().unwrap();
        let found = Credentials::of(&one).unwrap();
        assert_eq!(
            u32::try_from(found.process).unwrap(),
            crate::sys::files::process_id()
        );
        assert_eq!(found.uid, user::own_uid());
        assert_eq!(found.login, user::login());
        let told = process(crate::sys::files::process_id()).unwrap();
        assert_eq!(told.login, found.login);
        assert!(!told.arguments.is_empty());
    }
}
