//! Unix sockets in the file system: bound so that nobody who may not ever can connect, and reached however long their path is.
//! Used by the server to listen and by the command line to join. It decides neither who may nor what is said.

use std::fs::{self, File, Permissions};
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags, fchmod};
use rustix::net::{
    AddressFamily, SocketAddrUnix, SocketFlags, SocketType, bind, listen, socket_with,
};

/// Longest path that a socket address holds, in bytes.
const ADDRESS_BYTES_MAX: usize = 107;

/// Connections that the kernel keeps while nobody accepts them.
const BACKLOG: i32 = 1024;

/// A path as a socket address takes it: a long one goes through the open folder, which must live as long as the path is used.
struct Address {
    path: PathBuf,
    _folder: Option<File>,
}

impl Address {
    fn of(path: &Path) -> io::Result<Self> {
        if path.as_os_str().len() <= ADDRESS_BYTES_MAX {
            return Ok(Self {
                path: path.to_owned(),
                _folder: None,
            });
        }
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let folder = fs::OpenOptions::new()
            .read(true)
            .custom_flags(flags.bits().cast_signed())
            .open(folder)?;
        let through = format!("/proc/self/fd/{}", folder.as_raw_fd());
        Ok(Self {
            path: Path::new(&through).join(name),
            _folder: Some(folder),
        })
    }
}

/// Connects to the socket at a path.
pub fn connect(path: &Path) -> io::Result<UnixStream> {
    let address = Address::of(path)?;
    UnixStream::connect(&address.path)
}

/// Listens at a path with mode 0660, its group being `group` where one is named. Until group and mode are right the socket
/// is its owner's alone, and it takes no connection before; the umask changes nothing. Fails when the path is taken.
pub fn listen_at(path: &Path, group: Option<u32>) -> io::Result<UnixListener> {
    let socket: OwnedFd = socket_with(
        AddressFamily::UNIX,
        SocketType::STREAM,
        SocketFlags::CLOEXEC,
        None,
    )?;
    // The socket's file is made with the mode of the socket itself.
    fchmod(&socket, Mode::RUSR | Mode::WUSR)?;
    let address = Address::of(path)?;
    bind(&socket, &SocketAddrUnix::new(&address.path)?)?;
    let opened = opened_to(path, group).and_then(|()| Ok(listen(&socket, BACKLOG)?));
    if let Err(error) = opened {
        // Nobody has seen it yet.
        let _gone = fs::remove_file(path);
        return Err(error);
    }
    Ok(UnixListener::from(socket))
}

fn opened_to(path: &Path, group: Option<u32>) -> io::Result<()> {
    if group.is_some() {
        std::os::unix::fs::lchown(path, None, group)?;
    }
    fs::set_permissions(path, Permissions::from_mode(0o660))
}

/// A file as the file system knows it, to tell later whether the path still leads to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileMark {
    device: u64,
    inode: u64,
}

impl FileMark {
    /// The mark of the socket at a path; none where there is no socket.
    pub fn of(path: &Path) -> io::Result<Option<Self>> {
        match fs::symlink_metadata(path) {
            Ok(found) if found.file_type().is_socket() => Ok(Some(Self {
                device: found.dev(),
                inode: found.ino(),
            })),
            Ok(_) => Err(io::ErrorKind::AlreadyExists.into()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Waits until somebody wants to connect (true) or `wake` is closed or written to (false). None waits without end; after `within`
/// the answer is true as well, for a look is never wrong.
pub fn wait_for_guest(
    listener: Option<&UnixListener>,
    wake: &UnixStream,
    within: Option<std::time::Duration>,
) -> io::Result<bool> {
    let timeout = within
        .map(Timespec::try_from)
        .transpose()
        .map_err(|_| io::ErrorKind::InvalidInput)?;
    let mut watched = vec![PollFd::new(wake, PollFlags::IN)];
    watched.extend(listener.map(|listener| PollFd::new(listener, PollFlags::IN)));
    loop {
        match poll(&mut watched, timeout.as_ref()) {
            Ok(_) => return Ok(watched[0].revents().is_empty()),
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// Raises the number of files that this process may have open as far as the system lets it, up to `wanted`. Gives what holds now.
pub fn allow_open_files(wanted: u64) -> u64 {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    let most = limit.maximum.unwrap_or(u64::MAX).min(wanted);
    if limit.current.is_some_and(|now| now < most) {
        limit.current = Some(most);
        // Less is enough for fewer connections.
        let _kept = setrlimit(Resource::Nofile, limit);
    }
    getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};

    #[test]
    fn a_socket_deep_in_folders_is_reached() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("folder-of-a-long-name/".repeat(8));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("s.sock");
        assert!(path.as_os_str().len() > ADDRESS_BYTES_MAX);
        let listener = listen_at(&path, None).unwrap();
        let mut client = connect(&path).unwrap();
        let (mut server, _) = listener.accept().unwrap();
        client.write_all(b"x").unwrap();
        let mut read = [0];
        server.read_exact(&mut read).unwrap();
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o7777, 0o660);
        let again = listen_at(&path, None).unwrap_err();
        assert_eq!(again.kind(), io::ErrorKind::AddrInUse);
    }
}
