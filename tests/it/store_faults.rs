//! A disk that fails at the Nth call, and the memory store told to fail: nothing is acknowledged that is not durable, nothing is
//! written after a failure, and a restart serves again.

use std::sync::Arc;

use banshi::store::memory::{Fault, RecordsFate, Unsynced};
use banshi::store::{EmbeddedStore, MemoryStore, OpenOptions, Stop, Store, StoreError};

use crate::store_conformance::{HALL, changes, commit, group, options, records, replay};
use crate::store_crash::{hall_with, open};
use crate::support::disk::{TestDisk, Trouble};

#[test]
fn a_failed_write_or_sync_at_any_call_acknowledges_nothing_and_ends_the_writing() {
    for nth in 1..=24 {
        let folder = hall_with(&[1]);
        let disk = TestDisk::over(folder.path());
        let options = OpenOptions {
            disk: Arc::new(disk.clone()),
            ..options(folder.path().to_owned())
        };
        let (mut store, _) = EmbeddedStore::open(options).expect("it opens");
        disk.fail(nth, Trouble::Full);
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
        assert_eq!(disk.retries(), [""; 0]);
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
