//! Keeping a hall's record elsewhere: a copy of its journal and, apart from it, of its keys; and a hall made from a copy (R234).
//! Used by the command line. It never puts keys beside the journal that they open unless it is told to.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::{
    engine::{KeyAudit, KeyFault, KeysFound, Progress, hall_of},
    rules::time::Instant,
    store::{
        ChainWalk, EmbeddedStore, OpenOptions, Store, StoreError,
        copy::{
            Copied, CopyError, CopyOf, Manifest, UpTo, check_copy, copy_journal, read_manifest,
            walk_copy, write_back,
        },
        keys::{FileKeys, KeyError, Keys, copy_keys},
    },
    sys::files::{Disk, FileLock, Locking, RealDisk, lock_file, process_id},
};

use super::{HostError, open};

/// Where a restored hall is put together before it is one.
const STAGE: &str = "restoring";

/// Why a copy could not be made or used.
#[derive(Debug, thiserror::Error)]
pub enum KeepError {
    /// The copy.
    #[error(transparent)]
    Copy(#[from] CopyError),
    /// The keys.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// The keys do not open what the journal holds: they are of another hall, or older than the journal.
    #[error("the keys do not fit this journal: {0}")]
    Unfit(KeyFault),
    /// The hall.
    #[error(transparent)]
    Host(#[from] HostError),
    /// The data folder has something in it.
    #[error("{} is not empty ({name}); restore into an empty data folder", folder.display())]
    NotEmpty {
        /// The data folder.
        folder: PathBuf,
        /// What is in it.
        name: String,
    },
}

impl From<StoreError> for KeepError {
    fn from(error: StoreError) -> Self {
        Self::Copy(error.into())
    }
}

/// The data folder of a hall that nobody has open: while this value lives, nobody opens it.
pub struct Still {
    /// The last entry, durable.
    pub up_to: UpTo,
    _store: EmbeddedStore,
}

/// Takes a hall's data folder to copy it. `Locked` where somebody has it open: then they say up to where, or nobody does.
pub fn hold(folder: &Path, now: Instant) -> Result<Still, StoreError> {
    let (store, _) = EmbeddedStore::open(OpenOptions::new(folder, now))?;
    Ok(Still {
        up_to: UpTo::Head(store.head()?),
        _store: store,
    })
}

/// Copies the journal of the data folder `folder` into `to`, or what is new of it.
///
/// # Errors
/// The first fault of the journal or of the copy that is there; then the copy is as it was.
pub fn backup(folder: &Path, to: &Path, at: Instant, up_to: UpTo) -> Result<Copied, KeepError> {
    let journal = folder.join("journal");
    let mut walk = ChainWalk::new(&RealDisk, &journal, None)?;
    let first = walk.next().transpose()?;
    let Some(hall) = first.as_ref().and_then(|first| hall_of(&first.line)) else {
        return Err(StoreError::NoHall {
            folder: folder.to_owned(),
        }
        .into());
    };
    let of = CopyOf {
        hall: &hall,
        version: env!("CARGO_PKG_VERSION"),
        at,
    };
    Ok(copy_journal(&RealDisk, &journal, to, &of, up_to)?)
}

/// Copies the keys of the data folder `folder` into `to`; gives how many slots. After `backup`, so that every slot that the copied
/// journal names is there.
///
/// # Errors
/// When the keys cannot be read or written, or `to` has those of another hall.
pub fn backup_keys(folder: &Path, to: &Path) -> Result<u64, KeepError> {
    Ok(copy_keys(&RealDisk, folder, to)?)
}

/// Checks a copy of a journal: chain, bytes, hall. `each` is shown its lines.
///
/// # Errors
/// The first fault.
pub fn check_backup(
    folder: &Path,
    each: &mut dyn FnMut(&crate::store::Line),
) -> Result<Manifest, KeepError> {
    let manifest = read_manifest(&RealDisk, folder)?;
    let mut of_hall = true;
    check_copy(&RealDisk, folder, &manifest, &mut |walked| {
        if walked.line.seq == 1 {
            of_hall = hall_of(&walked.line).as_deref() == Some(&*manifest.hall);
        }
        each(&walked.line);
    })?;
    if of_hall {
        Ok(manifest)
    } else {
        Err(StoreError::OtherHall {
            path: folder.to_owned(),
            hall: manifest.hall,
        }
        .into())
    }
}

/// Whether keys open what a copy of a journal holds.
///
/// # Errors
/// The first entry that they do not open, or what cannot be read.
pub fn check_backup_keys(
    folder: &Path,
    manifest: &Manifest,
    keys: &Path,
) -> Result<KeysFound, KeepError> {
    audit(
        walk_copy(&RealDisk, folder, manifest)?,
        &manifest.hall,
        keys,
    )
}

/// What restoring came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// The copy that it was made from.
    pub manifest: Manifest,
    /// Private texts that can be read, and those of erased persons.
    pub keys: KeysFound,
}

/// Makes a hall in the data folder `to` from the copy in `from` and the keys in the folder `keys`. Everything is put together
/// and proved in a folder of its own first: the data folder holds a hall from the last step on, and never half of one.
///
/// # Errors
/// `NotEmpty` where anything is there; else the first fault of copy or keys.
pub fn restore(
    from: &Path,
    keys: &Path,
    to: &Path,
    now: Instant,
    progress: &mut dyn FnMut(Progress),
) -> Result<Restored, KeepError> {
    let manifest = check_backup(from, &mut |_| {})?;
    let disk = RealDisk;
    disk.make_folder(to)
        .map_err(io(to, "making the data folder"))?;
    let _lock = empty(to)?;
    let stage = to.join(STAGE);
    write_back(&disk, from, &manifest, &stage.join("journal"))?;
    copy_keys(&disk, keys, &stage)?;
    let found = forget_again(&stage, &manifest)?;
    let opened = open(&stage, now, progress)?;
    let head = opened.engine.head();
    assert_eq!(head, manifest.head, "what was written back was proved");
    drop(opened);
    for part in ["keys", "records", "journal"] {
        let (made, place) = (stage.join(part), to.join(part));
        disk.rename(&made, &place)
            .map_err(io(&place, "putting it in place"))?;
        disk.sync_folder(to)
            .map_err(io(to, "syncing the data folder"))?;
    }
    // What is left of the stage is a lock file; a rest of it keeps nobody from anything.
    let _left = fs::remove_dir_all(&stage);
    Ok(Restored {
        manifest,
        keys: found,
    })
}

fn io(path: &Path, doing: &'static str) -> impl FnOnce(std::io::Error) -> KeepError {
    let path = path.to_owned();
    move |source| {
        CopyError::Io {
            path,
            doing,
            source,
        }
        .into()
    }
}

/// Takes an empty data folder, without what an interrupted restore left there: its stage, and parts that it had put in place
/// before the journal, which comes last.
fn empty(to: &Path) -> Result<FileLock, KeepError> {
    let path = to.join("lock");
    let lock = match lock_file(&path, &format!("{}\n", process_id()))
        .map_err(io(&path, "taking the lock"))?
    {
        Locking::Held(lock) => lock,
        Locking::Busy(_) => {
            return Err(KeepError::NotEmpty {
                folder: to.to_owned(),
                name: "lock".to_owned(),
            });
        }
    };
    let stage = to.join(STAGE);
    let interrupted = stage.exists() && !to.join("journal").exists();
    let ours: &[&str] = if interrupted {
        &["lock", STAGE, "keys", "records"]
    } else {
        &["lock"]
    };
    let names = RealDisk
        .list(to)
        .map_err(io(to, "listing the data folder"))?;
    if let Some(name) = names
        .into_iter()
        .find(|name| !ours.contains(&name.as_str()))
    {
        return Err(KeepError::NotEmpty {
            folder: to.to_owned(),
            name,
        });
    }
    if interrupted {
        for part in ["keys", "records", STAGE] {
            let part = to.join(part);
            if part.exists() {
                fs::remove_dir_all(&part).map_err(io(&part, "removing an interrupted restore"))?;
            }
        }
    }
    Ok(lock)
}

/// Proves that the keys fit the journal, and forgets the slots of persons whom the journal says erased: keys may be older.
fn forget_again(stage: &Path, manifest: &Manifest) -> Result<KeysFound, KeepError> {
    let found = audit_keys(stage, &manifest.hall)?;
    FileKeys::open(Arc::new(RealDisk), stage)?.forget(&found.to_forget)?;
    Ok(found)
}

/// Whether the keys of a data folder open what its journal holds. For halls that do not open because they do not.
///
/// # Errors
/// The first entry that they do not open, or what cannot be read.
pub fn audit_keys(folder: &Path, hall: &str) -> Result<KeysFound, KeepError> {
    let walk = ChainWalk::new(&RealDisk, &folder.join("journal"), Some(hall))?;
    audit(walk, hall, folder)
}

fn audit(walk: ChainWalk<'_>, hall: &str, keys: &Path) -> Result<KeysFound, KeepError> {
    let keys = FileKeys::open(Arc::new(RealDisk), keys)?;
    let mut audit = KeyAudit::new(hall);
    for walked in walk {
        audit.take(&walked?.line, &keys);
    }
    audit.finish(&keys).map_err(KeepError::Unfit)
}
