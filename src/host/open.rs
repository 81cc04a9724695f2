//! Opening and founding a hall in a data folder: store, keys and engine put together, and what an unclean stop asks for
//! (formats, "After a stop").

use std::path::Path;
use std::sync::Arc;

use crate::{
    engine::{Engine, EngineError, KeyRing, Progress},
    rules::{catalogue::HallFolder, time::Instant},
    store::{
        EmbeddedStore, Line, MemoryStore, OpenOptions, Repair, Stop, Store, StoreError,
        embedded::CACHE_BYTES_SERVE,
        keys::{FileKeys, HallKey, KeyError},
    },
};

/// Why a hall could not be opened or founded.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The keys.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// The engine.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// A hall is there already.
    #[error("{folder} holds a hall already; choose another --hall, or remove it first")]
    Founded {
        /// The data folder.
        folder: String,
    },
}

/// A hall that was opened, and what had to be done for it.
pub struct Opened {
    /// The hall.
    pub engine: Engine,
    /// What the store repaired.
    pub repairs: Vec<Repair>,
    /// What the records were found to differ in, after an unclean stop; they were made again.
    pub differences: Vec<String>,
}

/// Opens the hall in a data folder. After an unclean stop the records are compared with the journal before anything is
/// served, and made again on the first difference.
pub fn open(
    folder: &Path,
    now: Instant,
    progress: &mut dyn FnMut(Progress),
) -> Result<Opened, HostError> {
    open_with(OpenOptions::new(folder, now), progress)
}

/// The same for many terminals: with the record cache of a server.
pub fn open_to_serve(
    folder: &Path,
    now: Instant,
    progress: &mut dyn FnMut(Progress),
) -> Result<Opened, HostError> {
    let mut options = OpenOptions::new(folder, now);
    options.cache_bytes = CACHE_BYTES_SERVE;
    open_with(options, progress)
}

/// The same with options of the caller's own: another disk under journal and keys, other sizes.
pub fn open_with(
    options: OpenOptions,
    progress: &mut dyn FnMut(Progress),
) -> Result<Opened, HostError> {
    let (folder, disk) = (options.folder.clone(), Arc::clone(&options.disk));
    let (store, report) = EmbeddedStore::open(options)?;
    let keys = KeyRing {
        hall: HallKey::open(disk.as_ref(), &folder)?,
        people: Box::new(FileKeys::open(disk, &folder)?),
    };
    let unclean = report.stop != Stop::Clean;
    let missing = store.heads()?.records.is_none();
    let mut engine = Engine::open(Box::new(store), keys, progress)?;
    let mut differences = Vec::new();
    if unclean && !missing {
        differences = match engine.compare(progress) {
            Err(error) if error.spoils_records() => vec![error.to_string()],
            compared => compared?.differences,
        };
        if differences.is_empty() {
            engine.vouch()?;
        } else {
            engine.rebuild(progress)?;
        }
    }
    Ok(Opened {
        engine,
        repairs: report.repairs,
        differences,
    })
}

/// Founds a hall in a data folder without one; what an interrupted founding left there is begun again.
pub fn found(
    folder: &Path,
    hall: &HallFolder,
    training: bool,
    at: Instant,
    login: &str,
) -> Result<Engine, HostError> {
    found_with(OpenOptions::new(folder, at), hall, training, at, login)
}

/// The same with options of the caller's own: another disk under journal and keys, other sizes.
pub fn found_with(
    options: OpenOptions,
    hall: &HallFolder,
    training: bool,
    at: Instant,
    login: &str,
) -> Result<Engine, HostError> {
    let (folder, disk) = (options.folder.clone(), Arc::clone(&options.disk));
    let options = options.hall(hall.profile.id.clone());
    // An interrupted founding has no `hall_opened`, its last event; it may only be begun again.
    let completes = |line: &Line| {
        line.events
            .iter()
            .any(|event| event.get("hall_opened").is_some())
    };
    let (store, report) = EmbeddedStore::begin(options, completes)?;
    if report.heads.journal.seq > 0 {
        return Err(HostError::Founded {
            folder: folder.display().to_string(),
        });
    }
    let keys = KeyRing {
        hall: HallKey::make(disk.as_ref(), &folder)?,
        people: Box::new(FileKeys::make(disk, &folder)?),
    };
    let mut engine = Engine::found(Box::new(store), keys, hall, training, at, login)?;
    // Whatever a founding before this one came to, these records were made here.
    engine.vouch()?;
    Ok(engine)
}

/// Founds a throw-away hall in memory, its keys derived from a seed.
pub fn found_in_memory(hall: &HallFolder, seed: &str, at: Instant) -> Result<Engine, HostError> {
    let store = MemoryStore::new(&hall.profile.id);
    Ok(Engine::found(
        Box::new(store),
        KeyRing::derived(seed, 0),
        hall,
        true,
        at,
        "demo",
    )?)
}
