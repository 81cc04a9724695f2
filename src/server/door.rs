//! The listening socket: made at a path, a dead server's one taken away first, or passed on by a service manager. A socket of
//! our own is removed when the door closes; one that was passed on stays, for its manager keeps it open.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

use super::ServerError;
use crate::{
    host::Opened,
    sys::socket::{self, FileMark},
    wire::socket_name,
};

/// A socket that listens.
#[derive(Debug)]
pub struct Door {
    listener: UnixListener,
    own: Option<(PathBuf, FileMark)>,
}

impl Door {
    /// Listens in a folder, which is made where missing, with mode 0660 and the group where one is named. What a dead server left
    /// there is removed: only the one who has opened the hall may do that, and only where nobody answers.
    ///
    /// # Errors
    /// [`ServerError`] when another server answers there, or the system refuses.
    pub fn open(folder: &Path, group: Option<u32>, _held: &Opened) -> Result<Self, ServerError> {
        let path = folder.join(socket_name());
        let failed = |doing, at: &Path| {
            let path = at.to_owned();
            move |source| ServerError::Socket {
                path,
                doing,
                source,
            }
        };
        make_folder(folder).map_err(failed("making the socket's folder", folder))?;
        // Two servers that find the same dead socket must not remove each other's new one.
        let _turn = lock(folder).map_err(failed("locking the socket's folder", folder))?;
        let found = FileMark::of(&path).map_err(failed("looking for a socket", &path))?;
        if found.is_some() {
            match socket::connect(&path) {
                Ok(_) => return Err(ServerError::Served { path }),
                Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
                    fs::remove_file(&path)
                        .map_err(failed("removing a dead server's socket", &path))?;
                    tracing::info!(path = %path.display(), "removed a dead server's socket");
                }
                Err(error) => return Err(failed("trying the socket that is there", &path)(error)),
            }
        }
        let listener =
            socket::listen_at(&path, group).map_err(failed("making the socket", &path))?;
        let mark = FileMark::of(&path).map_err(failed("looking at the socket", &path))?;
        Ok(Self {
            listener,
            own: mark.map(|mark| (path, mark)),
        })
    }

    /// Listens on what a service manager passed on.
    ///
    /// # Errors
    /// [`ServerError::Passed`] unless it is one socket.
    pub fn passed_on(mut listeners: Vec<UnixListener>) -> Result<Self, ServerError> {
        let count = listeners.len();
        match (listeners.pop(), count) {
            (Some(listener), 1) => Ok(Self {
                listener,
                own: None,
            }),
            _ => Err(ServerError::Passed { count }),
        }
    }

    /// Where it listens, for people.
    pub fn shown(&self) -> String {
        let own = self.own.as_ref().map(|(path, _)| path.clone());
        let by_name = || {
            let address = self.listener.local_addr().ok()?;
            address.as_pathname().map(Path::to_owned)
        };
        own.or_else(by_name)
            .map_or_else(|| "-".to_owned(), |path| path.display().to_string())
    }

    pub(super) fn listener(&self) -> &UnixListener {
        &self.listener
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        if let Some((path, mark)) = &self.own
            && FileMark::of(path).is_ok_and(|found| found == Some(*mark))
            && let Err(error) = fs::remove_file(path)
        {
            tracing::warn!(%error, path = %path.display(), "the socket could not be removed");
        }
    }
}

fn make_folder(folder: &Path) -> io::Result<()> {
    match DirBuilder::new().mode(0o755).create(folder) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        made => made,
    }
}

/// The folder's own lock, for as long as the file is open.
fn lock(folder: &Path) -> io::Result<File> {
    let folder = File::open(folder)?;
    folder.lock()?;
    Ok(folder)
}
