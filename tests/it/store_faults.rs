//! A disk that fails at the Nth call, and the memory store told to fail: nothing is acknowledged that is not durable, nothing is
//! written after a failure, and a restart serves again.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use banshi::store::memory::{Fault, RecordsFate, Unsynced};
use banshi::store::{EmbeddedStore, MemoryStore, OpenOptions, Stop, Store, StoreError};
use banshi::sys::files::{Disk, DiskFile, RealDisk};

use crate::store_conformance::{HALL, changes, commit, group, options, records, replay};
use crate::store_crash::{hall_with, open};

/// Fails one operation, counted over all files, and every later one of its kind's file.
struct FailingDisk {
    inner: RealDisk,
    left: Arc<AtomicU64>,
}

struct FailingFile {
    inner: Box<dyn DiskFile>,
    left: Arc<AtomicU64>,
}

fn spend(left: &AtomicU64) -> io::Result<()> {
    match left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
        left.checked_sub(1)
    }) {
        Ok(_) => Ok(()),
        Err(_) => Err(io::ErrorKind::StorageFull.into()),
    }
}

impl Disk for FailingDisk {
    fn make_folder(&self, path: &Path) -> io::Result<()> {
        self.inner.make_folder(path)
    }
    fn list(&self, folder: &Path) -> io::Result<Vec<String>> {
        self.inner.list(folder)
    }
    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        spend(&self.left)?;
        Ok(Box::new(FailingFile {
            inner: self.inner.create(path)?,
            left: Arc::clone(&self.left),
        }))
    }
    fn open(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        Ok(Box::new(FailingFile {
            inner: self.inner.open(path)?,
            left: Arc::clone(&self.left),
        }))
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        spend(&self.left)?;
        self.inner.rename(from, to)
    }
    fn remove(&self, path: &Path) -> io::Result<()> {
        self.inner.remove(path)
    }
    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        spend(&self.left)?;
        self.inner.sync_folder(folder)
    }
}

impl DiskFile for FailingFile {
    fn size(&self) -> io::Result<u64> {
        self.inner.size()
    }
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.inner.read_at(buffer, offset)
    }
    fn write_all_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        if spend(&self.left).is_err() {
            // A full disk takes a part.
            self.inner.write_all_at(&bytes[..bytes.len() / 2], offset)?;
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.inner.write_all_at(bytes, offset)
    }
    fn set_size(&self, size: u64) -> io::Result<()> {
        self.inner.set_size(size)
    }
    fn sync_data(&self) -> io::Result<()> {
        spend(&self.left)?;
        self.inner.sync_data()
    }
}

#[test]
fn a_failed_write_or_sync_at_any_call_acknowledges_nothing_and_ends_the_writing() {
    for left in 0..24 {
        let folder = hall_with(&[1]);
        let counter = Arc::new(AtomicU64::new(u64::MAX));
        let disk = FailingDisk {
            inner: RealDisk,
            left: Arc::clone(&counter),
        };
        let options = OpenOptions {
            disk: Arc::new(disk),
            ..options(folder.path().to_owned())
        };
        let (mut store, _) = EmbeddedStore::open(options).expect("it opens");
        counter.store(left, Ordering::SeqCst);
        let mut acknowledged = store.head().expect("a head");
        let mut failed = false;
        for _ in 0..20 {
            let lines = group(&acknowledged, 2, "full disk");
            match store.commit(&acknowledged, &lines, &changes(&lines)) {
                Ok(head) => {
                    assert!(!failed, "nothing is acknowledged after a failure");
                    acknowledged = head;
                }
                Err(StoreError::Io { .. }) if !failed => failed = true,
                Err(error) => assert!(
                    matches!(error, StoreError::ReadOnly { .. }) && failed,
                    "{error}"
                ),
            }
        }
        assert!(failed);
        assert_eq!(store.head().expect("a head"), acknowledged);
        assert_eq!(
            store.read(1).expect("a reader").count() as u64,
            acknowledged.seq,
            "queries go on"
        );
        assert_eq!(
            records(&store).len() as u64,
            acknowledged.seq + 1,
            "one record an entry, and the count"
        );
        drop(store);
        let (mut store, report) = open(folder.path()).expect("it opens");
        assert_eq!(report.stop, Stop::SameBoot);
        assert!(
            report.heads.journal.seq >= acknowledged.seq,
            "nothing acknowledged is lost"
        );
        assert_eq!(report.heads.records, Some(acknowledged));
        replay(&mut store);
        commit(&mut store, 1, "space is back");
    }
}

#[test]
fn the_memory_store_fails_and_crashes_as_told() {
    for (fault, unsynced, kept) in [
        (Fault::Write, Unsynced::Kept, 2),
        (Fault::Sync, Unsynced::Lost, 2),
        (Fault::Sync, Unsynced::Kept, 3),
    ] {
        let mut store = MemoryStore::new(HALL);
        store.fail_at(3, fault);
        commit(&mut store, 1, "a");
        let head = commit(&mut store, 1, "b");
        for _ in 0..2 {
            let refused = store.commit(&head, &group(&head, 1, "c"), &[]);
            assert!(matches!(refused, Err(StoreError::ReadOnly { .. })));
        }
        assert_eq!(store.head().expect("a head"), head);
        let mut store = MemoryStore::open(store.crash(unsynced, RecordsFate::Kept));
        assert_eq!(store.head().expect("a head").seq, kept);
        replay(&mut store);
        commit(&mut store, 1, "d");
        let mut store = MemoryStore::open(store.crash(Unsynced::Lost, RecordsFate::Lost));
        assert_eq!(store.heads().expect("heads").records, None);
        store.renew().expect("renewed");
        replay(&mut store);
        store.install().expect("installed");
    }
}
