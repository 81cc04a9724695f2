//! What a crash, a power cut or a bad disk leaves behind, and what opening makes of it: torn ends are cut and told,
//! anything else stops with the entry's number, and no acknowledged entry is ever lost.

use std::fs;
use std::path::{Path, PathBuf};

use banshi::store::line::Line;
use banshi::store::{
    EmbeddedStore, Head, LineFault, OpenOptions, OpenReport, Repair, Stop, Store, StoreError,
    verify_chain,
};
use banshi::sys::files::{Disk, RealDisk};

use crate::store_conformance::{HALL, commit, group, noon, options, records, replay};

fn big_files(folder: &Path) -> OpenOptions {
    OpenOptions::new(folder, noon()).hall(HALL)
}

/// Opens a data folder as a server would.
pub(crate) fn open(folder: &Path) -> Result<(EmbeddedStore, OpenReport), StoreError> {
    EmbeddedStore::open(big_files(folder))
}

fn journal_file(folder: &Path, number: u32) -> PathBuf {
    folder.join(format!("journal/{number:06}.jsonl"))
}

/// A closed data folder with groups of these sizes.
pub(crate) fn hall_with(groups: &[u64]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut store, _) = open(folder.path()).expect("it opens");
    for count in groups {
        commit(&mut store, *count, "x");
    }
    folder
}

fn set_marker(folder: &Path, boot: &str) {
    fs::write(folder.join("boot"), boot).expect("a marker");
}

#[test]
fn the_journal_cut_at_every_byte_of_its_last_group_opens_with_the_whole_lines() {
    let source = hall_with(&[2, 3]);
    let whole = fs::read(journal_file(source.path(), 1)).expect("a journal");
    let ends: Vec<usize> = whole
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'\n')
        .map(|(at, _)| at + 1)
        .collect();
    // In memory where the machine has such a place: a thousand openings sync ten thousand times.
    let shared_memory = Path::new("/dev/shm");
    let copy = if shared_memory.is_dir() {
        tempfile::tempdir_in(shared_memory)
    } else {
        tempfile::tempdir()
    };
    let copy = copy.expect("a folder");
    let target = journal_file(copy.path(), 1);
    fs::create_dir_all(copy.path().join("journal")).expect("a folder");
    for length in ends[1]..=whole.len() {
        fs::write(&target, &whole[..length]).expect("a journal");
        let stays = ends.iter().filter(|end| **end <= length).count();
        let (store, report) = open(copy.path()).expect("it opens");
        let head = store.head().expect("a head");
        assert_eq!(head.seq, stays as u64, "cut at {length}");
        drop(store);
        let torn = length != ends[stays - 1];
        assert_eq!(
            report
                .repairs
                .iter()
                .any(|repair| matches!(repair, Repair::TornTail { .. })),
            torn,
            "cut at {length}"
        );
        assert_eq!(
            fs::read(&target).expect("a journal"),
            whole[..ends[stays - 1]],
            "cut at {length}"
        );
        // Records that had seen more would be proof of damage, and are another test's.
        fs::remove_dir_all(copy.path().join("records")).ok();
    }
}

#[test]
fn a_torn_end_is_cut_told_and_written_over() {
    let folder = hall_with(&[2]);
    let path = journal_file(folder.path(), 1);
    let mut bytes = fs::read(&path).expect("a journal");
    let good = bytes.len();
    bytes.extend_from_slice(&[0; 700]);
    fs::write(&path, &bytes).expect("a journal");
    let (mut store, report) = open(folder.path()).expect("it opens");
    let cut = Repair::TornTail {
        path: path.clone(),
        seq: 3,
        bytes: 700,
        fault: LineFault::Unended,
    };
    assert_eq!(report.repairs, [cut]);
    assert_eq!(
        report.heads.records,
        Some(report.heads.journal),
        "the records are still good"
    );
    assert_eq!(fs::metadata(&path).expect("a journal").len(), good as u64);
    assert_eq!(commit(&mut store, 1, "y").seq, 3);
    drop(store);
    let chain =
        verify_chain(&RealDisk, folder.path(), Some(HALL), &mut |_| ()).expect("a good chain");
    assert_eq!(
        (chain.entry_count, chain.group_count, chain.file_count),
        (3, 2, 1)
    );
}

#[test]
fn a_group_torn_in_its_middle_is_cut_from_there() {
    let folder = hall_with(&[2, 4]);
    fs::remove_dir_all(folder.path().join("records")).expect("records");
    let path = journal_file(folder.path(), 1);
    let mut bytes = fs::read(&path).expect("a journal");
    let ends: Vec<usize> = bytes
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'\n')
        .map(|(at, _)| at + 1)
        .collect();
    bytes[ends[3] + 20] ^= 1;
    fs::write(&path, &bytes).expect("a journal");
    let (store, report) = open(folder.path()).expect("it opens");
    assert_eq!(store.head().expect("a head").seq, 4);
    assert!(matches!(
        report.repairs[..],
        [Repair::TornTail { seq: 5, .. }]
    ));
}

#[test]
fn a_torn_entry_that_the_records_have_seen_is_damage() {
    let folder = hall_with(&[2, 2]);
    let path = journal_file(folder.path(), 1);
    let bytes = fs::read(&path).expect("a journal");
    fs::write(&path, &bytes[..bytes.len() - 9]).expect("a journal");
    let refused = open(folder.path()).err().expect("a refusal");
    assert!(
        matches!(
            refused,
            StoreError::Damaged {
                seq: 4,
                fault: LineFault::Unended,
                ..
            }
        ),
        "{refused}"
    );
    assert_eq!(
        fs::read(&path).expect("a journal").len(),
        bytes.len() - 9,
        "nothing was changed"
    );
}

#[test]
fn any_flipped_byte_before_the_last_group_stops_with_the_entry_s_number() {
    let folder = hall_with(&[1, 1, 1]);
    fs::remove_dir_all(folder.path().join("records")).expect("records");
    let path = journal_file(folder.path(), 1);
    let good = fs::read(&path).expect("a journal");
    let ends: Vec<usize> = good
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'\n')
        .map(|(at, _)| at + 1)
        .collect();
    for at in (0..ends[1]).step_by(3) {
        let mut bytes = good.clone();
        bytes[at] ^= 0x10;
        fs::write(&path, &bytes).expect("a journal");
        let entry = if at < ends[0] { 1 } else { 2 };
        for fault in [
            open(folder.path()).err(),
            verify_chain(&RealDisk, folder.path(), Some(HALL), &mut |_| ()).err(),
        ] {
            let fault = fault.expect("a fault");
            assert!(
                matches!(fault, StoreError::Damaged { seq, .. } if seq == entry),
                "byte {at}: {fault}"
            );
        }
    }
}

#[test]
fn a_removed_line_and_two_swapped_lines_are_found() {
    let folder = hall_with(&[1, 1, 1, 1]);
    let path = journal_file(folder.path(), 1);
    let good = fs::read_to_string(&path).expect("a journal");
    let lines: Vec<&str> = good.lines().collect();
    let check = |order: &[usize], entry: u64| {
        let kept: Vec<&str> = order.iter().map(|index| lines[*index]).collect();
        let text = kept.join("\n") + "\n";
        fs::write(&path, text).expect("a journal");
        let fault =
            verify_chain(&RealDisk, folder.path(), Some(HALL), &mut |_| ()).expect_err("a fault");
        assert!(
            matches!(fault, StoreError::Damaged { seq, .. } if seq == entry),
            "{order:?}: {fault}"
        );
        let fault = open(folder.path()).err().expect("a fault");
        assert!(
            matches!(fault, StoreError::Damaged { seq, .. } if seq == entry),
            "{order:?}: {fault}"
        );
    };
    check(&[0, 2, 3], 2);
    check(&[0, 2, 1, 3], 2);
    check(&[1, 2, 3], 1);
    check(&[0, 1, 1, 2, 3], 3);
}

#[test]
fn a_journal_of_many_files_opens_at_its_end_and_misses_a_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut store, _) = EmbeddedStore::open(options(folder.path().to_owned())).expect("it opens");
    for _ in 0..12 {
        commit(&mut store, 4, "rotate");
    }
    let head = store.head().expect("a head");
    drop(store);
    let chain = verify_chain(&RealDisk, folder.path(), None, &mut |_| ()).expect("a good chain");
    assert!(chain.file_count > 3);
    assert_eq!(chain.head, head);
    // A file begun and not written to: the process ended between the two.
    let next = u32::try_from(chain.file_count).expect("a count") + 1;
    fs::write(journal_file(folder.path(), next), b"").expect("a file");
    let (mut store, report) =
        EmbeddedStore::open(options(folder.path().to_owned())).expect("it opens");
    assert_eq!((report.heads.journal, report.repairs.len()), (head, 0));
    commit(&mut store, 1, "y");
    drop(store);
    fs::remove_file(journal_file(folder.path(), 2)).expect("a file");
    let missing = EmbeddedStore::open(options(folder.path().to_owned()))
        .err()
        .expect("a fault");
    assert!(
        matches!(missing, StoreError::MissingFile { path } if path == journal_file(folder.path(), 2))
    );
}

#[test]
fn a_last_group_longer_than_the_window_is_cut_too() {
    let folder = hall_with(&[3]);
    let (mut store, _) = open(folder.path()).expect("it opens");
    let head = store.head().expect("a head");
    let long = "长".repeat(100_000);
    let lines = group(&head, 5, &long);
    store.commit(&head, &lines, &[]).expect("a commit");
    drop(store);
    fs::remove_dir_all(folder.path().join("records")).expect("records");
    let path = journal_file(folder.path(), 1);
    let mut bytes = fs::read(&path).expect("a journal");
    let torn_at = bytes.len() - 2 * lines[0].raw().len() - 100;
    bytes[torn_at] = b'?';
    fs::write(&path, &bytes).expect("a journal");
    let (store, report) = open(folder.path()).expect("it opens");
    assert_eq!(store.head().expect("a head").seq, 5);
    assert!(matches!(
        report.repairs[..],
        [Repair::TornTail { seq: 6, .. }]
    ));
}

#[test]
fn records_behind_are_replayed() {
    let folder = hall_with(&[2]);
    let earlier = tempfile::tempdir().expect("a folder");
    copy_folder(
        &folder.path().join("records"),
        &earlier.path().join("records"),
    );
    let (mut store, _) = open(folder.path()).expect("it opens");
    commit(&mut store, 3, "x");
    let expected = records(&store);
    drop(store);
    fs::remove_dir_all(folder.path().join("records")).expect("records");
    copy_folder(
        &earlier.path().join("records"),
        &folder.path().join("records"),
    );
    let (mut store, report) = open(folder.path()).expect("it opens");
    assert_eq!(report.heads.records.map(|head| head.seq), Some(2));
    assert_eq!(report.heads.journal.seq, 5);
    let head = store.head().expect("a head");
    let refused = store.commit(&head, &group(&head, 1, "y"), &[]);
    assert!(matches!(refused, Err(StoreError::RecordsBehind { .. })));
    replay(&mut store);
    assert_eq!(records(&store), expected);
    commit(&mut store, 1, "y");
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a type").is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

/// Opens a hall whose records were spoilt, expects them gone, rebuilds, and compares with what they were.
fn rebuilds(folder: &Path, repaired: bool) {
    let (mut store, report) = open(folder).expect("it opens");
    assert_eq!(report.heads.records, None, "{:?}", report.repairs);
    assert_eq!(
        report
            .repairs
            .iter()
            .any(|repair| matches!(repair, Repair::MovedAside { .. })),
        repaired
    );
    assert!(matches!(
        store.get(b"count"),
        Err(StoreError::RecordsBehind { records: None, .. })
    ));
    store.renew().expect("renewed");
    replay(&mut store);
    store.install().expect("installed");
    let head = commit(&mut store, 1, "after");
    let rebuilt = records(&store);
    drop(store);
    let left: Vec<String> = RealDisk.list(folder).expect("a folder");
    assert!(
        !left.iter().any(|name| name.starts_with("records.")),
        "{left:?}"
    );
    let (store, report) = open(folder).expect("it opens");
    assert_eq!(
        (report.heads.records, report.repairs.len()),
        (Some(head), 0)
    );
    assert_eq!(records(&store), rebuilt);
    assert_eq!(rebuilt.len() as u64, head.seq + 1);
}

#[test]
fn a_journal_that_ends_before_what_the_records_have_seen_is_not_opened() {
    let folder = hall_with(&[2, 3]);
    let path = journal_file(folder.path(), 1);
    let text = fs::read_to_string(&path).expect("a journal");
    let two: String = text.split_inclusive('\n').take(2).collect();
    fs::write(&path, &two).expect("a journal");
    let refused = open(folder.path()).err().expect("a refusal");
    assert!(
        matches!(
            refused,
            StoreError::Lost {
                seq: 3,
                seen: 5,
                ..
            }
        ),
        "{refused}"
    );
    assert_eq!(
        fs::read_to_string(&path).expect("a journal"),
        two,
        "nothing was changed"
    );
    // Whoever gives those entries up says so by taking the records away.
    fs::remove_dir_all(folder.path().join("records")).expect("records");
    rebuilds(folder.path(), false);
}

#[test]
fn records_missing_of_another_journal_or_spoilt_are_rebuilt() {
    let folder = hall_with(&[2, 3]);
    fs::remove_dir_all(folder.path().join("records")).expect("records");
    rebuilds(folder.path(), false);

    // The same number, another hash: the records of another history.
    let folder = hall_with(&[2, 3]);
    let other = tempfile::tempdir().expect("a folder");
    let (mut store, _) = open(other.path()).expect("it opens");
    commit(&mut store, 4, "another history");
    drop(store);
    fs::remove_dir_all(folder.path().join("records")).expect("records");
    copy_folder(
        &other.path().join("records"),
        &folder.path().join("records"),
    );
    rebuilds(folder.path(), true);

    for spoil in ["conf", "db"] {
        let folder = hall_with(&[2, 3]);
        let file = folder.path().join("records").join(spoil);
        let noise: Vec<u8> = (0..4096_u32)
            .map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8)
            .collect();
        fs::write(&file, if spoil == "conf" { Vec::new() } else { noise }).expect("a file");
        for name in RealDisk
            .list(&folder.path().join("records"))
            .expect("a folder")
        {
            if name.starts_with("snap.") {
                fs::remove_file(folder.path().join("records").join(name)).expect("a snapshot");
            }
        }
        rebuilds(folder.path(), true);
    }
}

#[test]
fn leftovers_of_an_interrupted_snapshot_and_rebuild_are_removed() {
    let folder = hall_with(&[2]);
    let stray = folder
        .path()
        .join("records")
        .join("snap.00000000000001A2.generating");
    fs::write(&stray, b"half").expect("a file");
    let unfinished = folder.path().join("records.new");
    fs::create_dir(&unfinished).expect("a folder");
    let (store, report) = open(folder.path()).expect("it opens");
    assert_eq!(
        report.repairs,
        [
            Repair::Removed {
                path: unfinished.clone()
            },
            Repair::Removed {
                path: stray.clone()
            }
        ]
    );
    assert!(!stray.exists() && !unfinished.exists());
    assert_eq!(
        store.heads().expect("heads").records,
        Some(report.heads.journal)
    );
}

#[test]
fn one_process_owns_a_folder_and_is_named() {
    let folder = hall_with(&[1]);
    let (store, _) = open(folder.path()).expect("it opens");
    let refused = open(folder.path()).err().expect("a refusal");
    let StoreError::Locked { by, .. } = refused else {
        panic!("{refused}")
    };
    assert_eq!(by.process, Some(std::process::id()));
    drop(store);
    open(folder.path()).expect("it opens once it is free");
}

#[test]
fn an_empty_folder_and_another_hall_are_refused_by_name() {
    let empty = tempfile::tempdir().expect("a folder");
    let refused = EmbeddedStore::open(OpenOptions::new(empty.path(), noon()))
        .err()
        .expect("a refusal");
    assert!(matches!(refused, StoreError::NoHall { .. }));
    let folder = hall_with(&[1]);
    let refused = EmbeddedStore::open(OpenOptions::new(folder.path(), noon()).hall("other"))
        .err()
        .expect("a refusal");
    assert!(matches!(refused, StoreError::OtherHall { .. }), "{refused}");
    let (store, _) = EmbeddedStore::open(OpenOptions::new(folder.path(), noon()))
        .expect("it opens as what it is");
    assert_eq!(store.head().expect("a head").seq, 1);
    assert_eq!(
        store
            .read(1)
            .expect("a reader")
            .next()
            .expect("a line")
            .expect("good")
            .prev,
        Head::genesis(HALL).hash
    );
}

#[test]
fn the_marker_tells_a_clean_stop_from_a_crash_and_a_power_cut() {
    let folder = hall_with(&[2]);
    let stop = |folder: &Path| open(folder).expect("it opens").1.stop;
    assert_eq!(stop(folder.path()), Stop::Clean);
    assert!(!folder.path().join("boot").exists());
    set_marker(
        folder.path(),
        &format!("{}\n", banshi::sys::files::boot_id().expect("a boot id")),
    );
    assert_eq!(stop(folder.path()), Stop::SameBoot);
    set_marker(folder.path(), "another boot\n");
    assert_eq!(stop(folder.path()), Stop::OtherBoot);
    assert_eq!(
        stop(folder.path()),
        Stop::OtherBoot,
        "a clean stop alone does not vouch for the records"
    );
    let (mut store, _) = open(folder.path()).expect("it opens");
    store.vouch().expect("vouched");
    assert!(
        folder.path().join("boot").exists(),
        "the store is still open"
    );
    drop(store);
    assert_eq!(stop(folder.path()), Stop::Clean);
}

#[test]
fn entries_read_back_byte_for_byte() {
    let head = Head::genesis(HALL);
    let lines = group(&head, 2, "x");
    let folder = tempfile::tempdir().expect("a folder");
    let (mut store, _) = open(folder.path()).expect("it opens");
    store.commit(&head, &lines, &[]).expect("a commit");
    let stored = fs::read(journal_file(folder.path(), 1)).expect("a journal");
    let expected: Vec<u8> = lines
        .iter()
        .flat_map(|line| [line.raw().as_bytes(), b"\n"].concat())
        .collect();
    assert_eq!(stored, expected);
    assert_eq!(
        Line::parse(lines[0].raw().as_bytes()).as_ref(),
        Ok(&lines[0])
    );
}

/// Records spoilt at random bytes: they open as they were, are found behind and replayed, or are given up with the reason.
/// `BANSHI_LONG=1` runs 500 of them.
#[test]
fn records_spoilt_at_random_bytes_never_give_a_wrong_record() {
    let rounds = if std::env::var_os("BANSHI_LONG").is_some() {
        500
    } else {
        40
    };
    let source = hall_with(&[3, 1, 4, 1, 5, 9, 2, 6]);
    let (store, _) = open(source.path()).expect("it opens");
    let expected = records(&store);
    drop(store);
    let mut outcomes = [0; 3];
    for round in 0..rounds {
        let folder = tempfile::tempdir().expect("a folder");
        copy_folder(source.path(), folder.path());
        spoil(&folder.path().join("records"), round);
        let (mut store, report) = open(folder.path()).expect("it opens");
        match report.heads.records {
            None => {
                outcomes[0] += 1;
                store.renew().expect("renewed");
                replay(&mut store);
                store.install().expect("installed");
            }
            Some(head) if head != report.heads.journal => {
                outcomes[1] += 1;
                replay(&mut store);
            }
            Some(_) => outcomes[2] += 1,
        }
        assert_eq!(records(&store), expected, "round {round}: {report:?}");
    }
    println!("rebuilt, replayed, as they were: {outcomes:?}");
    assert_eq!(outcomes.iter().sum::<u64>(), rounds);
}

/// Flips bits of one file of a record set, as the round says, in three places.
fn spoil(records: &Path, round: u64) {
    let mut state = round.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5DEE_CE66_D1CE_4E5B;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let mut names = RealDisk.list(records).expect("a folder");
    names.retain(|name| name != "blobs");
    let path = records.join(&names[usize::try_from(next() % names.len() as u64).expect("small")]);
    let mut bytes = fs::read(&path).expect("a file");
    // Most of a small set's file is empty; the bytes that say something are the ones to spoil.
    let full: Vec<usize> = bytes
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte != 0)
        .map(|(at, _)| at)
        .collect();
    for _ in 0..3 {
        let at = full[usize::try_from(next() % full.len() as u64).expect("small")];
        bytes[at] ^= u8::try_from(next() % 255).expect("small") + 1;
    }
    fs::write(&path, bytes).expect("a file");
}
