//! The data folder itself: its lock, and the marker by which the next opening knows how the last process ended. Used by
//! the embedded store alone. The marker is the file `boot`, holding the boot id while the records are not vouched for
//! or the store is open; a clean stop removes it.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use super::error::{Holder, StoreError};
use crate::sys::files::{
    Disk, FileLock, Locking, boot_id, lock_file, process_id, read_small, replace_file,
};

const BOOT_ID_BYTES_MAX: u64 = 256;

/// How long a lock that is held is waited for, and how often it is tried.
const LOCK_WAIT_MAX: Duration = Duration::from_millis(300);
const LOCK_WAIT_STEP: Duration = Duration::from_millis(10);

/// How the process before this one left the data folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// It closed the store, or there was none.
    Clean,
    /// It did not close the store; the machine has run on since. The records may be compared in the background.
    SameBoot,
    /// It did not close the store and the machine was started again since: the records are compared or rebuilt before
    /// the first command.
    OtherBoot,
}

/// A data folder that is ours.
pub(super) struct DataFolder {
    path: PathBuf,
    disk: Arc<dyn Disk>,
    stop: Stop,
    _lock: FileLock,
}

impl DataFolder {
    /// Makes the folder where missing, takes its lock, reads the marker and, after a clean stop, sets it.
    pub(super) fn take(disk: Arc<dyn Disk>, path: &Path) -> Result<Self, StoreError> {
        let missing: Vec<&Path> = path
            .ancestors()
            .take_while(|level| is_missing(level))
            .collect();
        disk.make_folder(path)
            .map_err(StoreError::io(path, "making the data folder"))?;
        for made in missing {
            sync_above(disk.as_ref(), made)?;
        }
        let lock_path = path.join("lock");
        let holder = format!("{}\n", process_id());
        let lock = take_lock(path, &lock_path, &holder)?;
        let boot = current_boot()?;
        let marker = path.join("boot");
        let before = read_small(disk.as_ref(), &marker, BOOT_ID_BYTES_MAX)
            .map_err(StoreError::io(&marker, "reading the boot marker"))?;
        let stop = match before {
            None => Stop::Clean,
            Some(bytes) if bytes == boot.as_bytes() => Stop::SameBoot,
            Some(_) => Stop::OtherBoot,
        };
        let folder = Self {
            path: path.to_owned(),
            disk,
            stop,
            _lock: lock,
        };
        match stop {
            Stop::Clean => folder.mark(&boot)?,
            // The marker of a process that ended before it had synced it must not vanish in a power cut: without it, records
            // that nobody compared would be believed.
            Stop::SameBoot => folder.sync()?,
            Stop::OtherBoot => {}
        }
        Ok(folder)
    }

    /// Makes the data folder's own name durable, where a founding that ended early may have left it in memory alone. A folder
    /// above that we may not read is somebody else's, who made this one.
    pub(super) fn settle_name(&self) -> Result<(), StoreError> {
        match sync_above(self.disk.as_ref(), &self.path) {
            Err(StoreError::Io { source, .. }) if source.kind() == ErrorKind::PermissionDenied => {
                Ok(())
            }
            other => other,
        }
    }

    /// How the last process ended; `Clean` once the records are vouched for.
    pub(super) fn stop(&self) -> Stop {
        self.stop
    }

    /// The records agree with the journal: from here on, only this process's own end counts.
    pub(super) fn vouch(&mut self) -> Result<(), StoreError> {
        if self.stop != Stop::Clean {
            self.mark(&current_boot()?)?;
            self.stop = Stop::Clean;
        }
        Ok(())
    }

    /// Everything is durable and closed: removes the marker, unless the records were never vouched for.
    pub(super) fn close(&self) -> Result<(), StoreError> {
        if self.stop != Stop::Clean {
            return Ok(());
        }
        let marker = self.path.join("boot");
        self.disk
            .remove(&marker)
            .map_err(StoreError::io(&marker, "removing the boot marker"))?;
        self.sync()
    }

    fn sync(&self) -> Result<(), StoreError> {
        let syncing = StoreError::io(&self.path, "syncing the data folder");
        self.disk.sync_folder(&self.path).map_err(syncing)
    }

    fn mark(&self, boot: &str) -> Result<(), StoreError> {
        let marker = self.path.join("boot");
        replace_file(self.disk.as_ref(), &marker, boot.as_bytes())
            .map_err(StoreError::io(&marker, "writing the boot marker"))
    }
}

/// Whether a folder is to be made; the empty path is the working directory.
fn is_missing(level: &Path) -> bool {
    !level.as_os_str().is_empty() && !level.exists()
}

/// Makes a folder's own name durable, in the folder above it.
fn sync_above(disk: &dyn Disk, folder: &Path) -> Result<(), StoreError> {
    let above = match folder.parent() {
        None => return Ok(()),
        Some(above) if above.as_os_str().is_empty() => Path::new("."),
        Some(above) => above,
    };
    let syncing = StoreError::io(above, "syncing the folder of the data folder");
    disk.sync_folder(above).map_err(syncing)
}

/// Takes the lock. One that is held is waited for a moment: a process that is just being started holds a copy of every lock of
/// the one that starts it, until it has become itself, also when that one has let go already.
fn take_lock(folder: &Path, path: &Path, holder: &str) -> Result<FileLock, StoreError> {
    let mut waited = Duration::ZERO;
    loop {
        match lock_file(path, holder).map_err(StoreError::io(path, "taking the lock"))? {
            Locking::Held(lock) => return Ok(lock),
            Locking::Busy(_) if waited < LOCK_WAIT_MAX => {
                thread::sleep(LOCK_WAIT_STEP);
                waited += LOCK_WAIT_STEP;
            }
            Locking::Busy(text) => {
                let by = Holder {
                    process: text.trim().parse().ok(),
                };
                return Err(StoreError::Locked {
                    folder: folder.to_owned(),
                    by,
                });
            }
        }
    }
}

fn current_boot() -> Result<String, StoreError> {
    let boot = boot_id().map_err(StoreError::io(
        Path::new("/proc/sys/kernel/random/boot_id"),
        "reading the boot id",
    ))?;
    Ok(format!("{boot}\n"))
}
