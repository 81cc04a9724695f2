//! The slots of a hall's persons in one file, read in place and never held in memory as a whole. Used as `Keys` by the engine.
//! It hands out nothing that is not durable, and no number twice.
//!
//! `keys/people`, mode 0600: a head of 32 bytes (16 of name and version, the greatest slot number known when the file was
//! written, 8 of check), then one record of 80 bytes a slot in the order of their numbers: number, 64 random bytes, 8 of
//! check. Numbers are big-endian, a check is the first 8 bytes of the SM3 of what it covers. Slots are made ahead in synced
//! blocks; one handed out is used up, and a new process begins a new block, so no number is ever handed out twice.

use std::collections::BTreeSet;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::head::Hash;
use super::keys::{
    KeyError, Keys, SLOT_BYTES, SlotKey, io_error, make_keys_folder, sync_keys_folder,
};
use crate::sys::files::{Disk, DiskFile, read_exact_at, replace_file};
use crate::sys::random;

const FILE_NAME: &[u8; 16] = b"banshi people 1\n";
const HEADER_BYTES: usize = 32;
const RECORD_BYTES: usize = 80;
const CHECK_BYTES: usize = 8;
const _: () = assert!(RECORD_BYTES == 8 + SLOT_BYTES + CHECK_BYTES);

/// A process that ends early wastes little; one that runs all day syncs rarely.
const BLOCK_SLOTS_FIRST: u64 = 4;
const BLOCK_SLOTS_MAX: u64 = 64;

/// The slots in the file `keys/people`.
pub struct FileKeys {
    disk: Arc<dyn Disk>,
    path: PathBuf,
    file: Box<dyn DiskFile>,
    /// Records in the file.
    record_count: u64,
    /// Greatest number ever made.
    greatest: u64,
    /// The next number to hand out.
    next: u64,
    block_slots: u64,
    broken: bool,
}

impl fmt::Debug for FileKeys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("FileKeys")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

fn people_path(folder: &Path) -> PathBuf {
    folder.join("keys").join("people")
}

fn header(greatest: u64) -> [u8; HEADER_BYTES] {
    let mut header = [0; HEADER_BYTES];
    header[..16].copy_from_slice(FILE_NAME);
    header[16..24].copy_from_slice(&greatest.to_be_bytes());
    seal_check(&mut header);
    header
}

fn record(number: u64, secret: &[u8; SLOT_BYTES]) -> [u8; RECORD_BYTES] {
    let mut record = [0; RECORD_BYTES];
    record[..8].copy_from_slice(&number.to_be_bytes());
    record[8..8 + SLOT_BYTES].copy_from_slice(secret);
    seal_check(&mut record);
    record
}

/// Writes the check of all bytes before the last eight into those.
fn seal_check(bytes: &mut [u8]) {
    let covered = bytes.len() - CHECK_BYTES;
    let hash = Hash::of(&bytes[..covered]);
    bytes[covered..].copy_from_slice(&hash.as_bytes()[..CHECK_BYTES]);
    debug_assert!(has_check(bytes), "what is written can be checked");
}

fn has_check(bytes: &[u8]) -> bool {
    let (covered, check) = bytes.split_at(bytes.len() - CHECK_BYTES);
    Hash::of(covered).as_bytes()[..CHECK_BYTES] == *check
}

fn number_at(bytes: &[u8], offset: usize) -> u64 {
    u64::from_be_bytes(
        bytes[offset..offset + 8]
            .try_into()
            .expect("invariant: eight bytes were sliced"),
    )
}

impl FileKeys {
    /// Makes an empty key file in a data folder, for a hall that is being founded; one that is there is opened.
    pub fn make(disk: Arc<dyn Disk>, folder: &Path) -> Result<Self, KeyError> {
        make_keys_folder(disk.as_ref(), folder)?;
        let path = people_path(folder);
        if read_start(disk.as_ref(), &path)?.is_some() {
            // A founding that ended before the file's name was durable left it there; this one builds on it.
            sync_keys_folder(disk.as_ref(), folder)?;
        } else {
            replace_file(disk.as_ref(), &path, &header(0))
                .map_err(io_error(&path, "making the key file"))?;
        }
        Self::open(disk, folder)
    }

    /// Opens the key file of a data folder. What a power cut tore was never handed out and never will be.
    pub fn open(disk: Arc<dyn Disk>, folder: &Path) -> Result<Self, KeyError> {
        let path = people_path(folder);
        let Some(start) = read_start(disk.as_ref(), &path)? else {
            return Err(KeyError::Missing { path });
        };
        if start.len() < HEADER_BYTES || !start.starts_with(FILE_NAME) || !has_check(&start) {
            return Err(KeyError::Damaged { path, slot: None });
        }
        let file = disk
            .open(&path)
            .map_err(io_error(&path, "opening the key file"))?;
        let size = file
            .size()
            .map_err(io_error(&path, "measuring the key file"))?;
        let greatest = number_at(&start, 16);
        let record_count = (size - HEADER_BYTES as u64) / RECORD_BYTES as u64;
        let block_slots = BLOCK_SLOTS_FIRST;
        let mut keys = Self {
            disk,
            path,
            file,
            record_count,
            greatest,
            next: 0,
            block_slots,
            broken: false,
        };
        keys.settle_end(size)?;
        keys.next = keys.greatest + 1;
        Ok(keys)
    }

    /// Settles where the file ends. A part of a record was never synced and is cut. Whole records that are bad stay in their
    /// places: a torn block was never handed out, but a damaged slot was, and its number must not be handed out again.
    fn settle_end(&mut self, size: u64) -> Result<(), KeyError> {
        let mut bad_count = 0;
        while bad_count < self.record_count {
            if let Some((number, _)) = self.record_at(self.record_count - 1 - bad_count)? {
                self.greatest = self.greatest.max(number + bad_count);
                break;
            }
            bad_count += 1;
            if bad_count > BLOCK_SLOTS_MAX {
                return Err(KeyError::Damaged {
                    path: self.path.clone(),
                    slot: None,
                });
            }
        }
        self.greatest = self.greatest.max(self.record_count);
        let end = self.end();
        if end < size {
            self.file
                .set_size(end)
                .map_err(io_error(&self.path, "cutting the key file"))?;
            self.file
                .sync_data()
                .map_err(io_error(&self.path, "syncing the key file"))?;
        }
        Ok(())
    }

    fn end(&self) -> u64 {
        HEADER_BYTES as u64 + self.record_count * RECORD_BYTES as u64
    }

    /// Number and secret at a place in the file; `None` when the record is not whole.
    fn record_at(&self, index: u64) -> Result<Option<(u64, SlotKey)>, KeyError> {
        let mut record = [0; RECORD_BYTES];
        let offset = HEADER_BYTES as u64 + index * RECORD_BYTES as u64;
        read_exact_at(self.file.as_ref(), &mut record, offset)
            .map_err(io_error(&self.path, "reading a slot"))?;
        if !has_check(&record) {
            return Ok(None);
        }
        let secret = record[8..8 + SLOT_BYTES]
            .try_into()
            .expect("invariant: 64 bytes were sliced");
        Ok(Some((number_at(&record, 0), SlotKey::from_bytes(secret))))
    }

    /// Makes a block of slots ahead. One failed write or sync ends it for this process.
    fn make_block(&mut self) -> Result<(), KeyError> {
        if self.broken {
            return Err(KeyError::ReadOnly {
                path: self.path.clone(),
            });
        }
        let mut block = Vec::new();
        for number in self.greatest + 1..=self.greatest + self.block_slots {
            let mut secret = [0; SLOT_BYTES];
            random::fill(&mut secret).map_err(io_error(&self.path, "drawing a key"))?;
            assert!(secret != [0; SLOT_BYTES], "chance does not give 64 zeros");
            block.extend_from_slice(&record(number, &secret));
        }
        self.broken = true;
        self.file
            .write_all_at(&block, self.end())
            .map_err(io_error(&self.path, "writing slots"))?;
        self.file
            .sync_data()
            .map_err(io_error(&self.path, "syncing slots"))?;
        self.broken = false;
        assert!(
            self.next <= self.greatest + 1,
            "no number is handed out before its slot is made"
        );
        self.record_count += self.block_slots;
        self.greatest += self.block_slots;
        self.block_slots = (self.block_slots * 2).min(BLOCK_SLOTS_MAX);
        Ok(())
    }

    /// Finds a slot by halving: the records are in the order of their numbers, with gaps where some were forgotten.
    fn find(&self, slot: u64) -> Result<Option<SlotKey>, KeyError> {
        let forgotten = self.greatest.saturating_sub(self.record_count);
        let mut low = (slot - 1).saturating_sub(forgotten);
        let mut high = self.record_count.min(slot);
        assert!(
            low <= slot && high <= self.record_count,
            "the search stays in the file"
        );
        let mut met_damage = false;
        while low < high {
            let middle = low + (high - low) / 2;
            let mut probe = middle;
            let mut found = self.record_at(probe)?;
            while found.is_none() && probe + 1 < high {
                probe += 1;
                found = self.record_at(probe)?;
            }
            met_damage |= probe > middle || found.is_none();
            match found {
                Some((number, secret)) if number == slot => return Ok(Some(secret)),
                Some((number, _)) if number < slot => low = probe + 1,
                _ => high = middle,
            }
        }
        if met_damage {
            return Err(KeyError::Damaged {
                path: self.path.clone(),
                slot: Some(slot),
            });
        }
        Ok(None)
    }

    /// All bytes of the file without the records of these slots, and without those too damaged to say whose they are: any of
    /// them may be one that is to be forgotten.
    fn without(&self, slots: &BTreeSet<u64>) -> Result<Vec<u8>, KeyError> {
        let length = usize::try_from(self.end())
            .map_err(|error| io_error(&self.path, "reading")(io::Error::other(error)))?;
        let mut bytes = vec![0; length];
        read_exact_at(self.file.as_ref(), &mut bytes, 0)
            .map_err(io_error(&self.path, "reading the key file"))?;
        let mut kept = header(self.greatest).to_vec();
        for record in bytes[HEADER_BYTES..].chunks_exact(RECORD_BYTES) {
            if has_check(record) && !slots.contains(&number_at(record, 0)) {
                kept.extend_from_slice(record);
            }
        }
        Ok(kept)
    }
}

impl Keys for FileKeys {
    fn reserve(&mut self) -> Result<u64, KeyError> {
        if self.next > self.greatest {
            self.make_block()?;
        }
        let slot = self.next;
        self.next += 1;
        assert!(
            slot > 0 && slot <= self.greatest,
            "a slot handed out is durable"
        );
        Ok(slot)
    }

    fn slot(&self, slot: u64) -> Result<Option<SlotKey>, KeyError> {
        if slot == 0 || slot > self.greatest {
            return Err(KeyError::NeverMade { slot });
        }
        self.find(slot)
    }

    fn forget(&mut self, slots: &[u64]) -> Result<(), KeyError> {
        let mut live = BTreeSet::new();
        for slot in slots {
            match self.slot(*slot) {
                Ok(None) => {}
                Ok(Some(_)) | Err(KeyError::Damaged { .. }) => {
                    live.insert(*slot);
                }
                Err(error) => return Err(error),
            }
        }
        if live.is_empty() {
            return Ok(());
        }
        let kept = self.without(&live)?;
        // Between the renaming and the opening anew, slots would be made in a file that has no name any more.
        self.broken = true;
        replace_file(self.disk.as_ref(), &self.path, &kept)
            .map_err(io_error(&self.path, "rewriting the key file"))?;
        self.file = self
            .disk
            .open(&self.path)
            .map_err(io_error(&self.path, "opening the key file"))?;
        self.broken = false;
        self.record_count = ((kept.len() - HEADER_BYTES) / RECORD_BYTES) as u64;
        for slot in live {
            assert!(
                matches!(self.slot(slot), Ok(None)),
                "a forgotten slot is gone"
            );
        }
        Ok(())
    }
}

/// The first bytes of a file, as many as its head has; `None` when there is no file.
fn read_start(disk: &dyn Disk, path: &Path) -> Result<Option<Vec<u8>>, KeyError> {
    let file = match disk.open_to_read(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(io_error(path, "opening the key file")(error)),
    };
    let mut start = vec![0; HEADER_BYTES];
    let count = file
        .read_at(&mut start, 0)
        .map_err(io_error(path, "reading the key file"))?;
    start.truncate(count);
    Ok(Some(start))
}

/// How often a key file that is rewritten meanwhile is copied again.
const COPIES_MAX: u32 = 5;

/// Copies the keys of the data folder `from` into `to`, where they take the place of an older copy in one step. The hall may make
/// and forget slots meanwhile: what was handed out before the call is in the copy, what was forgotten before it is not.
/// Gives how many slots there are. `OtherHall` where `to` has the keys of another.
pub fn copy_keys(disk: &dyn Disk, from: &Path, to: &Path) -> Result<u64, KeyError> {
    let hall = super::keys::HallKey::open(disk, from)?;
    disk.make_folder(to)
        .map_err(io_error(to, "making the keys' folder"))?;
    hall.keep(disk, to)?;
    let (source, target) = (people_path(from), people_path(to));
    for _ in 0..COPIES_MAX {
        let kept = whole_records(disk, &source)?;
        replace_file(disk, &target, &kept).map_err(io_error(&target, "writing the key file"))?;
        // A file that was put in its place since has forgotten somebody.
        let after = whole_records(disk, &source)?;
        if after.starts_with(&kept) {
            return Ok(((kept.len() - HEADER_BYTES) / RECORD_BYTES) as u64);
        }
    }
    Err(io_error(&source, "copying the key file")(io::Error::other(
        "it is rewritten again and again",
    )))
}

/// The key file's bytes without a block at its end that is just being made: none of its slots was handed out.
fn whole_records(disk: &dyn Disk, path: &Path) -> Result<Vec<u8>, KeyError> {
    let damaged = || KeyError::Damaged {
        path: path.to_owned(),
        slot: None,
    };
    let reading = |source| io_error(path, "reading the key file")(source);
    let file = match disk.open_to_read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(KeyError::Missing {
                path: path.to_owned(),
            });
        }
        other => other.map_err(reading)?,
    };
    let size = file.size().map_err(reading)?;
    let mut bytes = vec![0; usize::try_from(size).map_err(|_| damaged())?];
    read_exact_at(file.as_ref(), &mut bytes, 0).map_err(reading)?;
    let head_is_whole = bytes.len() >= HEADER_BYTES
        && bytes.starts_with(FILE_NAME)
        && has_check(&bytes[..HEADER_BYTES]);
    if !head_is_whole {
        return Err(damaged());
    }
    let mut end = bytes.len() - (bytes.len() - HEADER_BYTES) % RECORD_BYTES;
    while end > HEADER_BYTES && !has_check(&bytes[end - RECORD_BYTES..end]) {
        end -= RECORD_BYTES;
    }
    bytes.truncate(end);
    Ok(bytes)
}
