//! One suite for every implementation of `Store`: what the engine may rely on, whatever lies underneath. Each check is
//! given a fixture that can open, stop and open again; sled and memory both pass all of them.

use std::path::PathBuf;

use banshi::store::line::{self, Actor, LineDraft, LineFault};
use banshi::store::memory::{RecordsFate, Unsynced};
use banshi::store::{
    Change, Direction, EmbeddedStore, Head, Heads, KeyRange, Line, MemoryStore, OpenOptions,
    Settle, Store, StoreError,
};
use chrono::{DateTime, TimeZone, Utc};
use serde_json::json;

/// The hall of every store test; its name is invented.
pub(crate) const HALL: &str = "yunxi";

/// A fixed moment; the store only prints it.
pub(crate) fn noon() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, 2, 4, 0, 0)
        .single()
        .expect("a valid time")
}

/// A group of `count` entries after `head`, told apart by `mark`.
pub(crate) fn group(head: &Head, count: u64, mark: &str) -> Vec<Line> {
    let group = head.seq + 1;
    let drafts = (group..group + count).map(|seq| LineDraft {
        seq,
        group,
        at: noon(),
        actor: Actor {
            staff: Some("w01".to_owned()),
            role: Some("clerk".to_owned()),
            window: Some("1".to_owned()),
            login: Some("hall".to_owned()),
            via: "console".to_owned(),
        },
        request: Some(format!("r{seq}")),
        events: vec![json!({ "ticket_issued": { "mark": mark, "matter": "办理营业执照" } })],
    });
    line::chain(head, drafts.collect()).expect("a group")
}

/// What a test commits beside its lines: one record an entry, and the count.
pub(crate) fn changes(lines: &[Line]) -> Vec<Change> {
    let mut changes: Vec<Change> = lines
        .iter()
        .map(|line| Change::Put(format!("t/{:06}", line.seq).into_bytes(), line.raw().into()))
        .collect();
    let last = lines.last().expect("a group");
    changes.push(Change::Put(
        b"count".to_vec(),
        last.seq.to_string().into_bytes(),
    ));
    changes
}

/// Commits a group with its records.
pub(crate) fn commit(store: &mut dyn Store, count: u64, mark: &str) -> Head {
    let head = store.head().expect("a head");
    let lines = group(&head, count, mark);
    store
        .commit(&head, &lines, &changes(&lines))
        .expect("a commit")
}

/// Replays the journal into the records from where they stand.
pub(crate) fn replay(store: &mut dyn Store) {
    let from = store.heads().expect("heads").records.expect("records").seq + 1;
    for line in store.read(from).expect("a reader") {
        let line = line.expect("a good line");
        let changes = changes(std::slice::from_ref(&line));
        store.catch_up(&line.head(), &changes).expect("caught up");
    }
}

/// All records in order.
pub(crate) fn records(store: &dyn Store) -> Vec<(Vec<u8>, Vec<u8>)> {
    store
        .scan(&KeyRange::all(), Direction::Forward, usize::MAX)
        .expect("a scan")
}

/// Where a store lives between two openings.
enum Fixture {
    Memory(Option<Box<MemoryStore>>),
    Embedded {
        folder: tempfile::TempDir,
        store: Option<Box<EmbeddedStore>>,
    },
}

impl Fixture {
    fn all() -> [Self; 2] {
        let folder = tempfile::tempdir().expect("a folder");
        let mut embedded = Self::Embedded {
            folder,
            store: None,
        };
        embedded.reopen();
        [
            Self::Memory(Some(Box::new(MemoryStore::new(HALL)))),
            embedded,
        ]
    }

    fn store(&mut self) -> &mut dyn Store {
        match self {
            Self::Memory(store) => store.as_deref_mut().expect("an open store"),
            Self::Embedded { store, .. } => store.as_deref_mut().expect("an open store"),
        }
    }

    fn reopen(&mut self) {
        match self {
            Self::Memory(store) => {
                let image = store
                    .take()
                    .expect("an open store")
                    .crash(Unsynced::Lost, RecordsFate::Kept);
                *store = Some(Box::new(MemoryStore::open(image)));
            }
            Self::Embedded { folder, store } => {
                *store = None;
                let (opened, report) =
                    EmbeddedStore::open(options(folder.path().to_owned())).expect("it opens");
                assert_eq!(report.repairs, [], "a clean stop leaves nothing to repair");
                assert_eq!(report.heads, opened.heads().expect("heads"));
                *store = Some(Box::new(opened));
            }
        }
    }
}

/// Options of the tests: small files, so that rotation happens, and little patience.
pub(crate) fn options(folder: PathBuf) -> OpenOptions {
    OpenOptions {
        segment_bytes_max: 4096,
        ..OpenOptions::new(folder, noon()).hall(HALL)
    }
}

fn everywhere(check: impl Fn(&mut Fixture)) {
    for mut fixture in Fixture::all() {
        check(&mut fixture);
    }
}

#[test]
fn a_new_hall_stands_before_entry_1() {
    everywhere(|fixture| {
        let genesis = Head::genesis(HALL);
        let store = fixture.store();
        assert_eq!(
            store.heads().expect("heads"),
            Heads {
                journal: genesis,
                records: Some(genesis)
            }
        );
        assert_eq!(store.read(1).expect("a reader").count(), 0);
        assert_eq!(records(store), []);
        assert_eq!(store.get(b"count").expect("a get"), None);
    });
}

#[test]
fn what_was_committed_is_there_after_a_restart() {
    everywhere(|fixture| {
        let first = commit(fixture.store(), 3, "a");
        let second = commit(fixture.store(), 2, "b");
        assert_eq!((first.seq, second.seq), (3, 5));
        let before = records(fixture.store());
        fixture.reopen();
        let store = fixture.store();
        assert_eq!(
            store.heads().expect("heads"),
            Heads {
                journal: second,
                records: Some(second)
            }
        );
        assert_eq!(records(store), before);
        assert_eq!(store.get(b"count").expect("a get"), Some(b"5".to_vec()));
        let lines: Vec<Line> = store
            .read(0)
            .expect("a reader")
            .map(|line| line.expect("a good line"))
            .collect();
        assert_eq!(
            lines
                .iter()
                .map(|line| (line.seq, line.group))
                .collect::<Vec<_>>(),
            [(1, 1), (2, 1), (3, 1), (4, 4), (5, 4)]
        );
        assert_eq!(
            lines[3],
            group(&first, 2, "b")[0],
            "a line comes back as it was made"
        );
    });
}

#[test]
fn reading_begins_anywhere_and_ends_at_the_head_of_its_time() {
    everywhere(|fixture| {
        for mark in ["a", "b", "c", "d", "e", "f", "g", "h"] {
            commit(fixture.store(), 5, mark);
        }
        fixture.reopen();
        for from in 1..=41 {
            let seqs: Vec<u64> = fixture
                .store()
                .read(from)
                .expect("a reader")
                .map(|line| line.expect("a good line").seq)
                .collect();
            assert_eq!(seqs, (from..=40).collect::<Vec<_>>());
        }
        let reader = fixture.store().read(39).expect("a reader");
        commit(fixture.store(), 1, "later");
        assert_eq!(
            reader.count(),
            2,
            "a reader does not see what came after it"
        );
        assert_eq!(fixture.store().read(u64::MAX).expect("a reader").count(), 0);
    });
}

#[test]
fn a_head_that_moved_writes_nothing() {
    everywhere(|fixture| {
        let store = fixture.store();
        let old = store.head().expect("a head");
        let lines = group(&old, 1, "mine");
        let moved = commit(store, 1, "theirs");
        let before = records(store);
        let refused = store.commit(&old, &lines, &changes(&lines));
        assert!(
            matches!(refused, Err(StoreError::HeadMoved { expected, found }) if expected == old && found == moved)
        );
        let refused = store.commit(&moved, &lines, &changes(&lines));
        assert!(matches!(
            refused,
            Err(StoreError::Unfit {
                seq: 2,
                fault: LineFault::Seq { found: 1 }
            })
        ));
        assert_eq!(store.head().expect("a head"), moved);
        assert_eq!(records(store), before);
        commit(store, 1, "again");
    });
}

#[test]
fn a_group_is_one_chain_under_one_number() {
    everywhere(|fixture| {
        let store = fixture.store();
        let head = store.head().expect("a head");
        let mut two_groups = group(&head, 1, "a");
        two_groups.extend(group(&two_groups[0].head(), 1, "b"));
        let refused = store.commit(&head, &two_groups, &[]);
        assert!(matches!(
            refused,
            Err(StoreError::Unfit {
                seq: 2,
                fault: LineFault::Group { found: 2 }
            })
        ));
        let mut broken = group(&head, 3, "a");
        broken.remove(1);
        let refused = store.commit(&head, &broken, &[]);
        assert!(matches!(
            refused,
            Err(StoreError::Unfit {
                seq: 2,
                fault: LineFault::Seq { found: 3 }
            })
        ));
        let foreign = group(&Head::genesis("another"), 1, "a");
        let refused = store.commit(&head, &foreign, &[]);
        assert!(matches!(
            refused,
            Err(StoreError::Unfit {
                seq: 1,
                fault: LineFault::Prev { .. }
            })
        ));
        assert_eq!(store.head().expect("a head"), head);
    });
}

#[test]
fn changes_come_in_order_and_the_last_of_a_key_wins() {
    everywhere(|fixture| {
        let store = fixture.store();
        let long = vec![7; 200_000];
        let put = |key: &str, value: &[u8]| Change::Put(key.into(), value.to_vec());
        let delete = |key: &str| Change::Delete(key.into());
        let steps: [&[Change]; 4] = [
            &[
                put("a", b"1"),
                put("b", &long),
                put("a", b"2"),
                put("c", b"3"),
                delete("c"),
                delete("never"),
            ],
            &[put("b", b"short"), put("long", &long), put("empty", b"")],
            &[delete("long"), put("b", &long), put("b", &long[..40_000])],
            &[delete("b"), put("long", &long), delete("long")],
        ];
        let expected: [&[(&str, usize)]; 4] = [
            &[("a", 1), ("b", 200_000)],
            &[("a", 1), ("b", 5), ("empty", 0), ("long", 200_000)],
            &[("a", 1), ("b", 40_000), ("empty", 0)],
            &[("a", 1), ("empty", 0)],
        ];
        for (step, expected) in steps.iter().zip(expected) {
            let head = store.head().expect("a head");
            store
                .commit(&head, &group(&head, 1, "x"), step)
                .expect("a commit");
            let found: Vec<(String, usize)> = records(store)
                .into_iter()
                .map(|(key, value)| (String::from_utf8(key).expect("text"), value.len()))
                .collect();
            let found: Vec<(&str, usize)> = found
                .iter()
                .map(|(key, length)| (key.as_str(), *length))
                .collect();
            assert_eq!(found, expected);
        }
        assert_eq!(store.get(b"a").expect("a get"), Some(b"2".to_vec()));
        assert_eq!(store.get(b"empty").expect("a get"), Some(Vec::new()));
        assert_eq!(store.get(b"b").expect("a get"), None);
    });
}

#[test]
fn scans_go_both_ways_within_their_range_and_limit() {
    everywhere(|fixture| {
        let store = fixture.store();
        commit(store, 9, "a");
        let keys = |range: KeyRange, direction, limit| -> Vec<String> {
            let found = store.scan(&range, direction, limit).expect("a scan");
            found
                .into_iter()
                .map(|(key, _)| String::from_utf8(key).expect("text"))
                .collect()
        };
        let tickets = KeyRange::prefix("t/");
        assert_eq!(
            keys(KeyRange::all(), Direction::Forward, 2),
            ["count", "t/000001"]
        );
        assert_eq!(keys(KeyRange::all(), Direction::Backward, 1), ["t/000009"]);
        assert_eq!(
            keys(tickets.clone(), Direction::Forward, usize::MAX).len(),
            9
        );
        assert_eq!(keys(tickets.clone(), Direction::Forward, 0).len(), 0);
        assert_eq!(
            keys(tickets.clone().after(b"t/000007"), Direction::Forward, 9),
            ["t/000008", "t/000009"]
        );
        assert_eq!(
            keys(tickets.before(b"t/000003"), Direction::Backward, 9),
            ["t/000002", "t/000001"]
        );
        assert_eq!(
            keys(
                KeyRange::between("t/000004", "t/000004"),
                Direction::Forward,
                9
            )
            .len(),
            0
        );
        assert_eq!(
            keys(
                KeyRange::between([0xFF_u8], [0xFF_u8, 1]),
                Direction::Forward,
                9
            )
            .len(),
            0
        );
        // The store's own key is never among them.
        assert_eq!(keys(KeyRange::prefix("m/"), Direction::Forward, 9).len(), 0);
    });
}

#[test]
fn a_renewed_set_is_empty_and_takes_the_old_one_s_place_once_it_has_seen_all() {
    everywhere(|fixture| {
        commit(fixture.store(), 4, "a");
        let head = commit(fixture.store(), 4, "b");
        let before = records(fixture.store());
        let store = fixture.store();
        store.renew().expect("renewed");
        assert_eq!(records(store), []);
        assert_eq!(
            store.heads().expect("heads").records,
            Some(Head::genesis(HALL))
        );
        let refused = store.commit(&head, &group(&head, 1, "c"), &[]);
        assert!(matches!(refused, Err(StoreError::RecordsBehind { .. })));
        assert!(matches!(
            store.install(),
            Err(StoreError::RecordsBehind { .. })
        ));
        replay(store);
        assert_eq!(records(store), before);
        store.install().expect("installed");
        assert_eq!(records(store), before);
        commit(store, 1, "c");
        fixture.reopen();
        assert_eq!(fixture.store().head().expect("a head").seq, 9);
        assert_eq!(records(fixture.store()).len(), before.len() + 1);
    });
}

#[test]
fn an_unfinished_renewal_leaves_the_old_set() {
    everywhere(|fixture| {
        commit(fixture.store(), 4, "a");
        let before = records(fixture.store());
        fixture.store().renew().expect("renewed");
        fixture.reopen();
        assert_eq!(records(fixture.store()), before);
        assert!(matches!(
            fixture.store().install(),
            Err(StoreError::RecordsBehind { .. })
        ));
        commit(fixture.store(), 1, "b");
    });
}

#[test]
fn catching_up_never_goes_back_or_past_the_journal() {
    everywhere(|fixture| {
        let head = commit(fixture.store(), 2, "a");
        let store = fixture.store();
        let refused = store.catch_up(&head, &[]);
        assert!(
            matches!(refused, Err(StoreError::HeadMoved { .. })),
            "the records stand there already"
        );
        let ahead = group(&head, 1, "b")[0].head();
        assert!(matches!(
            store.catch_up(&ahead, &[]),
            Err(StoreError::HeadMoved { .. })
        ));
        store.renew().expect("renewed");
        let other = Head {
            hash: ahead.hash,
            ..head
        };
        assert!(
            matches!(
                store.catch_up(&other, &[]),
                Err(StoreError::HeadMoved { .. })
            ),
            "another journal's head"
        );
        store.catch_up(&head, &[]).expect("caught up in one step");
        store.install().expect("installed");
    });
}

#[test]
fn what_was_put_off_is_there_for_whoever_asks_and_after_a_restart() {
    everywhere(|fixture| {
        let store = fixture.store();
        let key = b"r/t/put-off".to_vec();
        let put = |value: &str| vec![Change::Put(key.clone(), value.into())];
        for value in ["first", "second"] {
            let head = store.head().unwrap();
            let lines = group(&head, 1, value);
            store.commit(&head, &lines, &put(value)).unwrap();
            assert_eq!(store.get(&key).unwrap().as_deref(), Some(value.as_bytes()));
        }
        let heads = store.heads().unwrap();
        assert_eq!(heads.records, Some(heads.journal));
        let found = records(store);
        assert!(found.contains(&(key.clone(), b"second".to_vec())));

        let head = store.head().unwrap();
        let gone = [Change::Delete(key.clone())];
        store
            .commit(&head, &group(&head, 1, "gone"), &gone)
            .unwrap();
        assert_eq!(store.get(&key).unwrap(), None);
        store.settle(Settle::Now).unwrap();
        assert_eq!(store.get(&key).unwrap(), None);
        let head = store.head().unwrap();
        store
            .commit(&head, &group(&head, 1, "again"), &put("again"))
            .unwrap();
        fixture.reopen();
        assert_eq!(
            fixture.store().get(&key).unwrap().as_deref(),
            Some(&b"again"[..])
        );
    });
}
