//! The key file: slots are durable before they are handed out, handed out once, forgotten for ever; torn ends are cut and
//! damage is told.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use banshi::store::keys::{FileKeys, HallKey, KeyError, Keys};
use banshi::store::{EmbeddedStore, OpenOptions};
use banshi::sys::files::RealDisk;

use crate::store_conformance::{HALL, commit, noon};

fn key_file(folder: &Path) -> FileKeys {
    FileKeys::open(Arc::new(RealDisk), folder).expect("keys")
}

#[test]
fn slots_are_handed_out_once_and_survive() {
    let folder = tempfile::tempdir().expect("a folder");
    let missing = FileKeys::open(Arc::new(RealDisk), folder.path()).expect_err("no keys");
    assert!(matches!(missing, KeyError::Missing { .. }));
    let mut keys = FileKeys::make(Arc::new(RealDisk), folder.path()).expect("keys");
    let slots: Vec<u64> = (0..100).map(|_| keys.reserve().expect("a slot")).collect();
    assert_eq!(slots, (1..=100).collect::<Vec<_>>());
    let secrets: Vec<_> = slots
        .iter()
        .map(|slot| keys.slot(*slot).expect("a slot").expect("live"))
        .collect();
    drop(keys);
    let mut keys = key_file(folder.path());
    for (slot, secret) in slots.iter().zip(&secrets) {
        assert_eq!(keys.slot(*slot).expect("a slot").as_ref(), Some(secret));
    }
    let next = keys.reserve().expect("a slot");
    assert!(next > 100, "a number once made is used up");
    assert!(matches!(keys.slot(0), Err(KeyError::NeverMade { slot: 0 })));
    assert!(matches!(
        keys.slot(next + 64),
        Err(KeyError::NeverMade { .. })
    ));
}

#[test]
fn a_forgotten_slot_is_gone_from_the_file_and_its_number_stays_used() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut keys = FileKeys::make(Arc::new(RealDisk), folder.path()).expect("keys");
    let last = (0..40)
        .map(|_| keys.reserve().expect("a slot"))
        .last()
        .expect("a slot");
    let secret = keys.slot(7).expect("a slot").expect("live");
    let forget = [1, 7, 8, last, 7];
    keys.forget(&forget).expect("forgotten");
    keys.forget(&[7]).expect("forgotten again");
    assert!(
        matches!(
            keys.forget(&[2, last + 999]),
            Err(KeyError::NeverMade { .. })
        ),
        "and slot 2 stays"
    );
    let bytes = fs::read(folder.path().join("keys/people")).expect("a file");
    assert!(
        !bytes
            .windows(32)
            .any(|window| window == secret.cipher_key())
    );
    for mut keys in [keys, key_file(folder.path())] {
        for slot in 1..=last {
            let live = keys.slot(slot).expect("a slot").is_some();
            assert_eq!(live, !forget.contains(&slot), "slot {slot}");
        }
        assert!(keys.reserve().expect("a slot") > last);
    }
    // Even when every slot is forgotten the numbers are not begun again.
    let mut keys = key_file(folder.path());
    let greatest = keys.reserve().expect("a slot");
    keys.forget(&(1..=greatest + 3).collect::<Vec<_>>())
        .expect("forgotten");
    drop(keys);
    assert!(key_file(folder.path()).reserve().expect("a slot") > greatest);
}

#[test]
fn a_key_file_cut_at_any_byte_of_its_last_block_keeps_the_earlier_slots() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut keys = FileKeys::make(Arc::new(RealDisk), folder.path()).expect("keys");
    for _ in 0..4 {
        keys.reserve().expect("a slot");
    }
    let path = folder.path().join("keys/people");
    let first_block = fs::metadata(&path).expect("a file").len();
    keys.reserve().expect("a slot");
    drop(keys);
    let whole = fs::read(&path).expect("a file");
    for length in usize::try_from(first_block).expect("small")..=whole.len() {
        fs::write(&path, &whole[..length]).expect("a file");
        let mut keys = key_file(folder.path());
        assert!(
            (1..=4).all(|slot| keys.slot(slot).expect("a slot").is_some()),
            "cut at {length}"
        );
        let slot = keys.reserve().expect("a slot");
        assert!(
            keys.slot(slot).expect("a slot").is_some(),
            "cut at {length}"
        );
    }
}

#[test]
fn damaged_keys_are_told_and_never_guessed() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut keys = FileKeys::make(Arc::new(RealDisk), folder.path()).expect("keys");
    for _ in 0..12 {
        keys.reserve().expect("a slot");
    }
    drop(keys);
    let path = folder.path().join("keys/people");
    let good = fs::read(&path).expect("a file");
    for at in 0..good.len() {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        fs::write(&path, &bytes).expect("a file");
        let opened = FileKeys::open(Arc::new(RealDisk), folder.path());
        let Some(record) = at.checked_sub(32).map(|at| at as u64 / 80 + 1) else {
            assert!(
                matches!(opened, Err(KeyError::Damaged { slot: None, .. })),
                "byte {at}"
            );
            continue;
        };
        let mut keys = opened.expect("keys");
        for slot in 1..=12 {
            let found = keys.slot(slot);
            if slot == record {
                assert!(
                    matches!(found, Err(KeyError::Damaged { .. })),
                    "byte {at}, slot {slot}"
                );
            } else {
                assert!(found.expect("a slot").is_some(), "byte {at}, slot {slot}");
            }
        }
        assert!(
            keys.reserve().expect("a slot") > 12,
            "byte {at}: a damaged slot's number stays used"
        );
        keys.forget(&[record]).expect("forgotten");
        assert!(
            keys.slot(record).expect("a slot").is_none(),
            "byte {at}: a damaged slot can be forgotten"
        );
    }
}

#[test]
fn files_are_ours_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    let hall = folder.path().join("hall");
    let (mut store, _) =
        EmbeddedStore::open(OpenOptions::new(&hall, noon()).hall(HALL)).expect("it opens");
    commit(&mut store, 1, "x");
    FileKeys::make(Arc::new(RealDisk), &hall).expect("keys");
    let key = HallKey::make(&RealDisk, &hall).expect("a key");
    assert_eq!(
        HallKey::make(&RealDisk, &hall).expect("a key"),
        key,
        "a key is drawn once"
    );
    assert_eq!(HallKey::open(&RealDisk, &hall).expect("a key"), key);
    let mode = |path: &str| {
        fs::metadata(hall.join(path))
            .expect("a file")
            .permissions()
            .mode()
            & 0o777
    };
    for private in [
        "journal/000001.jsonl",
        "keys/people",
        "keys/hall",
        "lock",
        "boot",
    ] {
        assert_eq!(mode(private), 0o600, "{private}");
    }
    for private in ["", "journal", "keys"] {
        assert_eq!(mode(private), 0o700, "{private}");
    }
}
