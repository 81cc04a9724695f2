//! A record set beside the one in use: made again from the journal while the hall goes on, then compared with it or put in its
//! place. The embedded store keeps it in the folder `records.beside`, so that a hall's size costs disk and no memory; other
//! stores keep it in memory. It is disposable: one that is dropped is removed, one that a crash left is removed at opening.

use std::path::{Path, PathBuf};

use super::error::StoreError;
use super::halves::remove_folder;
use super::head::{Head, Heads};
use super::line::Line;
use super::memory::RecordMap;
use super::scan::{Direction, KeyRange};
use super::sled::RecordSet;
use super::{Change, HEAD_KEY, Lines, Record, Store, assert_changes};

/// A record set beside the one in use. As a store it takes `catch_up`, `get` and `scan`; it has no journal of its own.
pub struct Beside(Kept);

enum Kept {
    Memory(RecordMap),
    Folder(Folder),
}

/// A set on the disk, removed with this value unless it was taken out.
struct Folder {
    path: PathBuf,
    set: Option<RecordSet>,
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Some(set) = self.set.take() {
            drop(set);
            // What stays is removed at the next opening.
            let _left = remove_folder(&self.path);
        }
    }
}

impl Folder {
    fn set(&self) -> &RecordSet {
        self.set
            .as_ref()
            .expect("invariant: taken out only where this value ends")
    }

    fn failed(&self, why: String) -> StoreError {
        StoreError::Records {
            path: self.path.clone(),
            why,
        }
    }
}

impl Beside {
    /// An empty set in memory.
    pub fn in_memory(genesis: Head) -> Self {
        Self(Kept::Memory(RecordMap::empty(genesis)))
    }

    pub(super) fn on_disk(path: &Path, set: RecordSet) -> Self {
        Self(Kept::Folder(Folder {
            path: path.to_owned(),
            set: Some(set),
        }))
    }

    /// Takes the set on the disk out, which is then no longer removed.
    pub(super) fn into_set(self) -> Option<RecordSet> {
        match self.0 {
            Kept::Folder(mut folder) => folder.set.take(),
            Kept::Memory(_) => None,
        }
    }

    /// The entry that it has seen.
    pub fn seen(&self) -> Head {
        match &self.0 {
            Kept::Memory(map) => map.head(),
            Kept::Folder(folder) => folder.set().head(),
        }
    }

    fn without_journal(&self) -> StoreError {
        StoreError::RecordsBehind {
            records: Some(self.seen()),
            journal: self.seen(),
        }
    }
}

impl Store for Beside {
    fn heads(&self) -> Result<Heads, StoreError> {
        let seen = self.seen();
        Ok(Heads {
            journal: seen,
            records: Some(seen),
        })
    }

    fn read(&self, _from_seq: u64) -> Result<Lines, StoreError> {
        Ok(Box::new(std::iter::empty()))
    }

    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        assert!(key != HEAD_KEY, "the head's key belongs to the store");
        match &self.0 {
            Kept::Memory(map) => Ok(map.get(key)),
            Kept::Folder(folder) => folder.set().get(key).map_err(|why| folder.failed(why)),
        }
    }

    fn scan(
        &self,
        range: &KeyRange,
        direction: Direction,
        limit: usize,
    ) -> Result<Vec<Record>, StoreError> {
        match &self.0 {
            Kept::Memory(map) => Ok(map.scan(range, direction, limit)),
            Kept::Folder(folder) => {
                let found = folder.set().scan(range, direction, limit);
                found.map_err(|why| folder.failed(why))
            }
        }
    }

    fn commit(
        &mut self,
        _expected: &Head,
        _lines: &[Line],
        _changes: &[Change],
    ) -> Result<Head, StoreError> {
        Err(self.without_journal())
    }

    fn catch_up(&mut self, head: &Head, changes: &[Change]) -> Result<(), StoreError> {
        assert_changes(changes);
        assert!(head.seq > self.seen().seq, "a set goes forward");
        match &mut self.0 {
            Kept::Memory(map) => map.apply(head, changes),
            Kept::Folder(folder) => {
                let path = folder.path.clone();
                let set = folder.set.as_mut().expect("invariant: as above");
                set.apply(head, changes)
                    .map_err(|why| StoreError::Records { path, why })?;
            }
        }
        Ok(())
    }

    fn renew(&mut self) -> Result<(), StoreError> {
        Err(self.without_journal())
    }

    fn install(&mut self) -> Result<(), StoreError> {
        Err(self.without_journal())
    }

    fn vouch(&mut self) -> Result<(), StoreError> {
        Err(self.without_journal())
    }
}
