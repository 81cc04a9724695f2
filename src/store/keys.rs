//! The keys beside the journal: one slot a person in `keys/people`, and the hall's own key in `keys/hall`. The engine seals
//! and opens personal texts with them. Erasing a slot makes its texts unreadable for ever, in every copy of the journal;
//! therefore nothing else keeps a slot, and none is printed or logged.

use std::collections::BTreeSet;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use hmac::{Hmac, KeyInit, Mac};
use sm3::Sm3;
use thiserror::Error;

pub use super::key_file::{FileKeys, copy_keys};
use crate::sys::files::{Disk, read_small, replace_file};
use crate::sys::random;

/// Length of a slot's secret.
pub const SLOT_BYTES: usize = 64;

/// HMAC-SM3 over the parts, one after another.
pub fn hmac_sm3(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac =
        Hmac::<Sm3>::new_from_slice(key).expect("invariant: HMAC takes a key of any length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// A fault of the keys.
#[derive(Debug, Error)]
pub enum KeyError {
    /// The operating system refused.
    #[error("{}: {doing}: {source}", path.display())]
    Io {
        /// File or folder.
        path: PathBuf,
        /// What was being done.
        doing: &'static str,
        /// The system's own words.
        source: io::Error,
    },
    /// The keys are not there. Without them no personal text can be read: restore them from the backup.
    #[error("{} is missing", path.display())]
    Missing {
        /// The key file.
        path: PathBuf,
    },
    /// The key file is not as it was written.
    #[error("{} is damaged{}", path.display(), slot.map(|slot| format!(" at slot {slot}")).unwrap_or_default())]
    Damaged {
        /// The key file.
        path: PathBuf,
        /// The slot that cannot be read; `None` when it is the file as a whole.
        slot: Option<u64>,
    },
    /// The folder has keys of another hall.
    #[error("{} is the key of another hall", path.display())]
    OtherHall {
        /// The other hall's key.
        path: PathBuf,
    },
    /// This number was never handed out: the journal and the keys do not belong together.
    #[error("slot {slot} was never made")]
    NeverMade {
        /// The slot asked for.
        slot: u64,
    },
    /// Making slots failed before; nothing more is handed out until a restart.
    #[error("{}: no slots are made since a write failed", path.display())]
    ReadOnly {
        /// The key file.
        path: PathBuf,
    },
}

pub(super) fn io_error(path: &Path, doing: &'static str) -> impl FnOnce(io::Error) -> KeyError {
    let path = path.to_owned();
    move |source| KeyError::Io {
        path,
        doing,
        source,
    }
}

/// A slot's secret: 32 bytes that encrypt, 32 that make nonces.
#[derive(Clone, PartialEq, Eq)]
pub struct SlotKey([u8; SLOT_BYTES]);

impl SlotKey {
    /// A secret that was kept.
    pub const fn from_bytes(bytes: [u8; SLOT_BYTES]) -> Self {
        Self(bytes)
    }

    /// The half that encrypts.
    pub fn cipher_key(&self) -> &[u8; 32] {
        self.0
            .first_chunk()
            .expect("invariant: a slot has 64 bytes")
    }

    /// The half that makes nonces.
    pub fn nonce_key(&self) -> &[u8; 32] {
        self.0.last_chunk().expect("invariant: a slot has 64 bytes")
    }
}

impl fmt::Debug for SlotKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SlotKey(…)")
    }
}

/// The slots of a hall's persons.
pub trait Keys: Send {
    /// Hands out a new slot. Its number is used up from here on, whatever becomes of the command that asked; its secret is
    /// durable already.
    fn reserve(&mut self) -> Result<u64, KeyError>;

    /// The secret of a slot; `None` once it was forgotten. `NeverMade` for a number that was never handed out or made ahead.
    fn slot(&self, slot: u64) -> Result<Option<SlotKey>, KeyError>;

    /// Forgets slots for ever, durably. Those already forgotten are passed over, so that opening may repeat it. `NeverMade`, and
    /// nothing is forgotten, for a number that was never made: it may be handed out yet.
    fn forget(&mut self, slots: &[u64]) -> Result<(), KeyError>;
}

/// Slots derived from a seed: for training halls, simulation and tests, where the same seed must give the same journal.
/// Whoever knows the seed can read everything.
#[derive(Debug, Clone)]
pub struct MemoryKeys {
    seed: Vec<u8>,
    handed_out: u64,
    forgotten: BTreeSet<u64>,
}

impl MemoryKeys {
    /// No slot handed out yet.
    pub fn new(seed: impl Into<Vec<u8>>) -> Self {
        Self::after(seed, 0)
    }

    /// Goes on after the slots up to this number were handed out.
    pub fn after(seed: impl Into<Vec<u8>>, handed_out: u64) -> Self {
        Self {
            seed: seed.into(),
            handed_out,
            forgotten: BTreeSet::new(),
        }
    }
}

impl Keys for MemoryKeys {
    fn reserve(&mut self) -> Result<u64, KeyError> {
        self.handed_out += 1;
        Ok(self.handed_out)
    }

    fn slot(&self, slot: u64) -> Result<Option<SlotKey>, KeyError> {
        if slot == 0 || slot > self.handed_out {
            return Err(KeyError::NeverMade { slot });
        }
        if self.forgotten.contains(&slot) {
            return Ok(None);
        }
        let mut secret = [0; SLOT_BYTES];
        for (half, bytes) in (0_u8..).zip(secret.chunks_exact_mut(32)) {
            bytes.copy_from_slice(&hmac_sm3(
                &self.seed,
                &[b"slot", &slot.to_be_bytes(), &[half]],
            ));
        }
        Ok(Some(SlotKey(secret)))
    }

    fn forget(&mut self, slots: &[u64]) -> Result<(), KeyError> {
        if let Some(slot) = slots
            .iter()
            .find(|slot| **slot == 0 || **slot > self.handed_out)
        {
            return Err(KeyError::NeverMade { slot: *slot });
        }
        self.forgotten.extend(slots);
        Ok(())
    }
}

/// The hall's own key, 32 bytes in `keys/hall`: it finds a person by number without keeping the number, and recognises a
/// request that is sent again.
#[derive(Clone, PartialEq, Eq)]
pub struct HallKey([u8; 32]);

impl fmt::Debug for HallKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("HallKey(…)")
    }
}

impl HallKey {
    /// Draws the key of a hall that is being founded and keeps it; one that is there is opened.
    pub fn make(disk: &dyn Disk, folder: &Path) -> Result<Self, KeyError> {
        match Self::open(disk, folder) {
            // A founding that ended before the key's name was durable left it there; this one builds on it.
            Ok(key) => sync_keys_folder(disk, folder).map(|()| key),
            Err(KeyError::Missing { path }) => {
                make_keys_folder(disk, folder)?;
                let mut key = [0; 32];
                random::fill(&mut key).map_err(io_error(&path, "drawing a key"))?;
                replace_file(disk, &path, &key)
                    .map_err(io_error(&path, "writing the hall's key"))?;
                Ok(Self(key))
            }
            Err(other) => Err(other),
        }
    }

    /// Opens the key of a data folder.
    pub fn open(disk: &dyn Disk, folder: &Path) -> Result<Self, KeyError> {
        let path = folder.join("keys").join("hall");
        match read_small(disk, &path, 32).map_err(io_error(&path, "reading the hall's key"))? {
            None => Err(KeyError::Missing { path }),
            Some(bytes) => match bytes.try_into() {
                Ok(key) => Ok(Self(key)),
                Err(_) => Err(KeyError::Damaged { path, slot: None }),
            },
        }
    }

    /// Keeps this key in another folder; `OtherHall` where another hall's is there.
    pub(super) fn keep(&self, disk: &dyn Disk, folder: &Path) -> Result<(), KeyError> {
        match Self::open(disk, folder) {
            Ok(same) if same == *self => Ok(()),
            Ok(_) => Err(KeyError::OtherHall {
                path: folder.join("keys").join("hall"),
            }),
            Err(KeyError::Missing { path }) => {
                make_keys_folder(disk, folder)?;
                replace_file(disk, &path, &self.0)
                    .map_err(io_error(&path, "writing the hall's key"))
            }
            Err(error) => Err(error),
        }
    }

    /// The key of a training hall or a simulation.
    pub fn derived(seed: &[u8]) -> Self {
        Self(hmac_sm3(seed, &[b"hall"]))
    }

    /// HMAC-SM3 over the parts, one after another; the caller keeps them apart.
    pub fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        hmac_sm3(&self.0, parts)
    }
}

/// Makes `keys/` in a data folder, durably.
pub(super) fn make_keys_folder(disk: &dyn Disk, folder: &Path) -> Result<(), KeyError> {
    let keys = folder.join("keys");
    disk.make_folder(&keys)
        .map_err(io_error(&keys, "making the keys' folder"))?;
    disk.sync_folder(folder)
        .map_err(io_error(folder, "syncing the data folder"))
}

/// Makes the names in `keys/` durable.
pub(super) fn sync_keys_folder(disk: &dyn Disk, folder: &Path) -> Result<(), KeyError> {
    let keys = folder.join("keys");
    disk.sync_folder(&keys)
        .map_err(io_error(&keys, "syncing the keys' folder"))
}
