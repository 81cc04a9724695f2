//! One record set on sled: the only file that names it. Used by the embedded store, which keeps the journal in front:
//! whatever happens here can be rebuilt. One tree, batches only; sled is never flushed on the command path.
//!
//! What sled 0.34.7 needs to be kept from: a stray `snap.*.generating` file or an empty `conf` keeps it from opening;
//! damaged files make it panic or search for ever; its own flush is no `fdatasync`; a folder closed a moment ago is still
//! locked; values from 64 KiB on become files of their own, so longer values are kept in pieces.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::head::Head;
use super::scan::{Direction, KeyRange};
use super::{Change, HEAD_KEY, KEY_FIRST_BYTE_MAX, Record};
use crate::sys::files::sync_tree;

/// Longest piece of a value.
const PIECE_BYTES_MAX: usize = 32 << 10;
/// First byte of a kept value: it follows whole.
const WHOLE: u8 = 0;
/// First byte of a kept value: the number of its pieces follows, big-endian; they stand under keys of the store's own.
const IN_PIECES: u8 = 1;
/// First byte of the keys of pieces.
const PIECE_KEY: u8 = 0xFF;
const _: () = assert!(
    PIECE_KEY > KEY_FIRST_BYTE_MAX,
    "pieces stand behind all records"
);

const BUSY_STEP: Duration = Duration::from_millis(50);
/// A `conf` of sled's has more bytes than this; a shorter one was never synced.
const CONF_BYTES_MIN: u64 = 9;

/// How long opening may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    /// Until a set that does not answer counts as damaged.
    pub(super) guard: Duration,
    /// While the set is still being closed by this process.
    pub(super) busy: Duration,
}

/// Why a record set could not be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Unopened {
    /// No folder.
    Missing,
    /// Somebody still holds it; it is not damaged.
    Busy(String),
    /// Damaged in some way: it is to be rebuilt.
    Bad(String),
}

/// An open record set. Errors are in sled's words.
pub(super) struct RecordSet {
    path: PathBuf,
    db: ::sled::Db,
    head: Cell<Head>,
}

/// Removes what an interrupted snapshot left behind. Gives the names removed.
pub(super) fn remove_leftovers(path: &Path) -> io::Result<Vec<PathBuf>> {
    let mut removed = Vec::new();
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with("snap.") && name.ends_with(".generating") {
            fs::remove_file(entry.path())?;
            removed.push(entry.path());
        }
    }
    Ok(removed)
}

impl RecordSet {
    /// Makes an empty set in a folder that must not exist, with `head` as what it has seen; its files are synced.
    pub(super) fn create(
        path: &Path,
        cache_bytes: u64,
        patience: Patience,
        head: Head,
    ) -> Result<Self, String> {
        let set = Self::begin(path, cache_bytes, patience, head)?;
        set.db.flush().map_err(|error| error.to_string())?;
        sync_tree(path).map_err(|error| error.to_string())?;
        Ok(set)
    }

    /// The same without a sync, for a set that a crash may take.
    pub(super) fn begin(
        path: &Path,
        cache_bytes: u64,
        patience: Patience,
        head: Head,
    ) -> Result<Self, String> {
        let db = guarded_open(path, cache_bytes, patience)
            .map_err(|unopened| format!("{unopened:?}"))?;
        let set = Self {
            path: path.to_owned(),
            db,
            head: Cell::new(head),
        };
        set.apply(&head, &[])?;
        Ok(set)
    }

    /// Opens an existing set and reads the head that it has seen.
    pub(super) fn open(
        path: &Path,
        cache_bytes: u64,
        patience: Patience,
    ) -> Result<Self, Unopened> {
        if !path.exists() {
            return Err(Unopened::Missing);
        }
        let conf_bytes = fs::metadata(path.join("conf")).map_or(0, |conf| conf.len());
        if conf_bytes < CONF_BYTES_MIN {
            return Err(Unopened::Bad("its conf is missing or empty".to_owned()));
        }
        let db = guarded_open(path, cache_bytes, patience)?;
        let head = kept_head(&db).map_err(Unopened::Bad)?;
        let head = head
            .ok_or_else(|| Unopened::Bad("it does not say which entry it has seen".to_owned()))?;
        Ok(Self {
            path: path.to_owned(),
            db,
            head: Cell::new(head),
        })
    }

    /// The entry that it has seen.
    pub(super) fn head(&self) -> Head {
        self.head.get()
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Applies changes and the new head at once.
    pub(super) fn apply(&self, head: &Head, changes: &[Change]) -> Result<(), String> {
        let mut batch = ::sled::Batch::default();
        // The last change of a key wins; more than one would leave pieces of the others behind.
        let last_of_each: BTreeMap<&[u8], &Change> = changes
            .iter()
            .map(|change| (change.key(), change))
            .collect();
        for change in last_of_each.into_values() {
            self.drop_pieces(&mut batch, change.key())?;
            match change {
                Change::Put(key, value) => put(&mut batch, key, value),
                Change::Delete(key) => batch.remove(key.as_slice()),
            }
        }
        batch.insert(HEAD_KEY, head.to_bytes().as_slice());
        guarded(|| self.db.apply_batch(batch))?;
        debug_assert_eq!(
            kept_head(&self.db),
            Ok(Some(*head)),
            "the head goes with its changes"
        );
        self.head.set(*head);
        Ok(())
    }

    /// The pieces of a longer value go with it; those of its successor are inserted afterwards.
    fn drop_pieces(&self, batch: &mut ::sled::Batch, key: &[u8]) -> Result<(), String> {
        let kept = guarded(|| self.db.get(key))?;
        for index in 0..kept.as_deref().map_or(0, piece_count) {
            batch.remove(piece_key(key, index));
        }
        Ok(())
    }

    pub(super) fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, String> {
        match guarded(|| self.db.get(key))? {
            Some(kept) => self.assemble(key, &kept).map(Some),
            None => Ok(None),
        }
    }

    pub(super) fn scan(
        &self,
        range: &KeyRange,
        direction: Direction,
        limit: usize,
    ) -> Result<Vec<Record>, String> {
        if range.is_empty() {
            return Ok(Vec::new());
        }
        let end = [KEY_FIRST_BYTE_MAX + 1];
        let mut entries = self.db.range::<&[u8], _>(range.bounds(&end));
        let mut records = Vec::new();
        while records.len() < limit {
            let entry = guarded(|| match direction {
                Direction::Forward => entries.next().transpose(),
                Direction::Backward => entries.next_back().transpose(),
            })?;
            let Some((key, kept)) = entry else { break };
            if key.as_ref() != HEAD_KEY {
                let value = self.assemble(&key, &kept)?;
                records.push((key.to_vec(), value));
            }
        }
        Ok(records)
    }

    fn assemble(&self, key: &[u8], kept: &[u8]) -> Result<Vec<u8>, String> {
        match kept.split_first() {
            Some((&WHOLE, value)) => Ok(value.to_vec()),
            Some((&IN_PIECES, _)) => {
                let mut value = Vec::new();
                for index in 0..piece_count(kept) {
                    let piece = guarded(|| self.db.get(piece_key(key, index)))?;
                    value.extend_from_slice(
                        &piece.ok_or_else(|| format!("piece {index} of a record is missing"))?,
                    );
                }
                Ok(value)
            }
            _ => Err("a record is in no form of ours".to_owned()),
        }
    }

    /// Closes the set and makes it durable, which sled's own flush does not.
    pub(super) fn close(self) -> Result<(), String> {
        guarded(|| self.db.flush())?;
        drop(self.db);
        sync_tree(&self.path).map_err(|error| error.to_string())
    }
}

/// Asks sled for something. Some damage it meets with a panic instead of an error; to us both are the same: these records are
/// bad, and are made again.
fn guarded<T>(ask: impl FnOnce() -> ::sled::Result<T>) -> Result<T, String> {
    match catch_unwind(AssertUnwindSafe(ask)) {
        Ok(answer) => answer.map_err(|error| error.to_string()),
        Err(_) => Err("sled met damage and panicked".to_owned()),
    }
}

fn kept_head(db: &::sled::Db) -> Result<Option<Head>, String> {
    let kept = guarded(|| db.get(HEAD_KEY))?;
    Ok(kept.as_deref().and_then(Head::from_bytes))
}

fn put(batch: &mut ::sled::Batch, key: &[u8], value: &[u8]) {
    let mut kept = Vec::with_capacity(value.len().min(PIECE_BYTES_MAX) + 1);
    if value.len() <= PIECE_BYTES_MAX {
        kept.push(WHOLE);
        kept.extend_from_slice(value);
    } else {
        let pieces = value.chunks(PIECE_BYTES_MAX);
        let count = u32::try_from(pieces.len()).expect("invariant: a value is far below 128 TiB");
        kept.push(IN_PIECES);
        kept.extend_from_slice(&count.to_be_bytes());
        for (index, piece) in (0..).zip(pieces) {
            batch.insert(piece_key(key, index), piece);
        }
    }
    batch.insert(key, kept);
}

fn piece_count(kept: &[u8]) -> u32 {
    match kept {
        [IN_PIECES, count @ ..] => count.try_into().map_or(0, u32::from_be_bytes),
        _ => 0,
    }
}

fn piece_key(key: &[u8], index: u32) -> Vec<u8> {
    assert!(
        key.first()
            .is_some_and(|first| *first <= KEY_FIRST_BYTE_MAX),
        "pieces have no pieces"
    );
    let mut piece_key = Vec::with_capacity(key.len() + 5);
    piece_key.push(PIECE_KEY);
    piece_key.extend_from_slice(key);
    piece_key.extend_from_slice(&index.to_be_bytes());
    piece_key
}

/// Opens sled in a thread of its own, so that neither a panic nor an endless recovery takes the caller along. A thread that
/// never answers is left behind; it holds nothing but the folder, which is then moved aside.
fn guarded_open(path: &Path, cache_bytes: u64, patience: Patience) -> Result<::sled::Db, Unopened> {
    let (sender, receiver) = mpsc::channel();
    let owned_path = path.to_owned();
    let opening = move || {
        let opened = catch_unwind(AssertUnwindSafe(|| {
            open_unlocked(&owned_path, cache_bytes, patience.busy)
        }));
        let opened =
            opened.unwrap_or_else(|_| Err(Unopened::Bad("opening it panicked".to_owned())));
        // Nobody listens any more when the time was up.
        let _unheard = sender.send(opened);
    };
    let spawned = thread::Builder::new()
        .name("banshi-records-open".to_owned())
        .spawn(opening);
    if let Err(error) = spawned {
        return Err(Unopened::Busy(error.to_string()));
    }
    match receiver.recv_timeout(patience.guard) {
        Ok(opened) => opened,
        Err(_) => Err(Unopened::Bad(format!(
            "opening it took more than {} s",
            patience.guard.as_secs()
        ))),
    }
}

fn open_unlocked(path: &Path, cache_bytes: u64, busy: Duration) -> Result<::sled::Db, Unopened> {
    let mut waited = Duration::ZERO;
    loop {
        let config = ::sled::Config::new()
            .path(path)
            .cache_capacity(cache_bytes)
            .mode(::sled::Mode::HighThroughput);
        match config.open() {
            Ok(db) => {
                // A first read walks the tree's root, where damage shows itself.
                db.get(HEAD_KEY)
                    .map_err(|error| Unopened::Bad(error.to_string()))?;
                return Ok(db);
            }
            Err(error) if !is_busy(&error) => return Err(Unopened::Bad(error.to_string())),
            Err(error) if waited >= busy => return Err(Unopened::Busy(error.to_string())),
            Err(_) => {
                thread::sleep(BUSY_STEP);
                waited += BUSY_STEP;
            }
        }
    }
}

/// sled wraps the lock's refusal in words.
fn is_busy(error: &::sled::Error) -> bool {
    matches!(error, ::sled::Error::Io(io) if io.kind() == io::ErrorKind::WouldBlock || io.to_string().contains("WouldBlock"))
}
