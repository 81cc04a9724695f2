//! Opening and founding a hall in a data folder: store, keys and engine put together, and what an unclean stop asks for
//! (formats, "After a stop").

use std::path::Path;
use std::sync::Arc;

use crate::{
    engine::{Comparer, Engine, EngineError, KeyRing, Progress, records},
    rules::{catalogue::HallFolder, time::Instant},
    store::{
        EmbeddedStore, Line, MemoryStore, OpenOptions, Repair, Stop, Store, StoreError,
        embedded::CACHE_BYTES_SERVE,
        keys::{FileKeys, HallKey, KeyError},
    },
};

use super::opening::{Opening, Remade};

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
    /// The records could not be made again.
    #[error("the records could not be made again: {0}")]
    Opening(String),
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
    /// What is left to do: while it is served, or before.
    pub opening: Opening,
    /// Why the records were made again, where they were.
    pub remade: Option<Remade>,
}

/// Opens the hall in a data folder, and does everything that an unclean stop asks for before it is served.
pub fn open(
    folder: &Path,
    now: Instant,
    progress: &mut dyn FnMut(Progress),
) -> Result<Opened, HostError> {
    open_with(OpenOptions::new(folder, now), progress)
}

/// The same with options of the caller's own: another disk under journal and keys, other sizes.
pub fn open_with(
    options: OpenOptions,
    progress: &mut dyn FnMut(Progress),
) -> Result<Opened, HostError> {
    let mut opened = begin_with(options, progress)?;
    opened.finish(progress)?;
    Ok(opened)
}

/// Opens the hall in a data folder as far as it must be before somebody serves it; what is left is done while it is served
/// ([`super::Host::start_opening`]). After a clean stop, or an unclean one in this boot, the hall is there at once. After a power
/// cut, or where the records are missing or in another form, they are made again first, and until then it says only how far it is.
pub fn begin(
    folder: &Path,
    now: Instant,
    progress: &mut dyn FnMut(Progress),
) -> Result<Opened, HostError> {
    begin_with(OpenOptions::new(folder, now), progress)
}

/// The same for many terminals: with the record cache of a server.
pub fn open_to_serve(
    folder: &Path,
    now: Instant,
    progress: &mut dyn FnMut(Progress),
) -> Result<Opened, HostError> {
    let mut options = OpenOptions::new(folder, now);
    options.cache_bytes = CACHE_BYTES_SERVE;
    begin_with(options, progress)
}

/// The same with options of the caller's own.
pub fn begin_with(
    options: OpenOptions,
    progress: &mut dyn FnMut(Progress),
) -> Result<Opened, HostError> {
    let (folder, disk) = (options.folder.clone(), Arc::clone(&options.disk));
    let (store, report) = EmbeddedStore::open(options)?;
    let keys = KeyRing {
        hall: HallKey::open(disk.as_ref(), &folder)?,
        people: Box::new(FileKeys::open(disk, &folder)?),
    };
    let (engine, opening) = if report.stop == Stop::OtherBoot || !usable(&store)? {
        // Comparing costs as much as making again, and records that a power cut went over are not to be trusted meanwhile.
        let (engine, remaking) = Engine::open_unready(Box::new(store), keys)?;
        (engine, Opening::Remaking(Box::new(remaking)))
    } else {
        let engine = Engine::open(Box::new(store), keys, progress)?;
        let opening = match report.stop {
            Stop::Clean => Opening::Done,
            Stop::SameBoot | Stop::OtherBoot => {
                Opening::Comparing(Box::new(Comparer::begin(&engine)?))
            }
        };
        (engine, opening)
    };
    Ok(Opened {
        engine,
        repairs: report.repairs,
        opening,
        remade: None,
    })
}

/// Whether there are records in the form of this version.
fn usable(store: &EmbeddedStore) -> Result<bool, EngineError> {
    if store.heads()?.records.is_none() {
        return Ok(false);
    }
    match records::is_current(store) {
        Err(error) if error.spoils_records() => Ok(false),
        other => other,
    }
}

impl Opened {
    /// Does what is left to do before anything is served.
    pub fn finish(&mut self, progress: &mut dyn FnMut(Progress)) -> Result<(), HostError> {
        let finished = self.opening.finish(&mut self.engine, progress);
        self.remade = finished.map_err(HostError::Opening)?;
        Ok(())
    }
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
