//! Opening after an unclean stop: in the same boot the hall serves at once while its records are compared; after a power cut, or
//! with records missing or in another form, it says how far it is until they are made again.

use std::fs;
use std::path::Path;

use banshi::engine::{Engine, Identity, Submission, records};
use banshi::host::{self, HallClock, Host, Opened, Opening, Remade};
use banshi::rules::stamp::Via;
use banshi::store::{Change, Direction, EmbeddedStore, KeyRange, OpenOptions, Record, Store};
use serde_json::json;

use crate::support::at;
use crate::support::calls::HallOnDisk;
use crate::support::guest::Guest;

const OTHER_BOOT: &str = "00000000-0000-0000-0000-000000000000\n";

fn this_boot() -> String {
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap();
    format!("{}\n", boot.trim_end())
}

/// Leaves the mark of a process that did not end by itself.
fn unclean(folder: &Path, boot: &str) {
    fs::write(folder.join("boot"), boot).unwrap();
}

fn begin(folder: &Path) -> Opened {
    host::begin(folder, at("2026-03-02T09:00"), &mut |_| {}).unwrap()
}

/// Rewrites the records of a hall that nobody has open.
fn rewrite(folder: &Path, with: impl FnOnce(Vec<Record>) -> Vec<Record>) {
    let options = OpenOptions::new(folder, at("2026-03-02T09:00"));
    let (mut store, _) = EmbeddedStore::open(options).unwrap();
    let head = store.head().unwrap();
    let all = store
        .scan(&KeyRange::all(), Direction::Forward, usize::MAX)
        .unwrap();
    store.renew().unwrap();
    let changes: Vec<Change> = with(all)
        .into_iter()
        .map(|(key, value)| Change::Put(key, value))
        .collect();
    store.catch_up(&head, &changes).unwrap();
    store.install().unwrap();
}

fn is_ticket(record: &Record) -> bool {
    record.0.starts_with(b"r/t/")
}

/// Changes one ticket's number in the records alone.
fn tamper(folder: &Path) {
    rewrite(folder, |mut all| {
        let ticket = all.iter_mut().find(|record| is_ticket(record)).unwrap();
        let value = String::from_utf8(ticket.1.clone()).unwrap();
        assert!(value.contains("001"), "{value}");
        ticket.1 = value.replace("001", "901").into_bytes();
        all
    });
}

fn issue(engine: &mut Engine) -> serde_json::Value {
    let asked = Submission {
        identity: Identity {
            login: "test".into(),
            staff: Some("s007".into()),
            via: Via::Call,
        },
        method: "ticket.issue".into(),
        params: json!({"queue": "qiye"}),
    };
    engine
        .submit(at("2026-03-02T09:00"), &[asked])
        .remove(0)
        .unwrap()
}

fn with_tickets(count: usize) -> HallOnDisk {
    let hall = HallOnDisk::training();
    let mut opened = begin(&hall.folder());
    for _ in 0..count {
        issue(&mut opened.engine);
    }
    hall
}

fn agrees(engine: &Engine) {
    let differences = engine.compare(&mut |_| {}).unwrap().differences;
    assert_eq!(differences, Vec::<String>::new());
}

#[test]
fn in_the_same_boot_the_hall_serves_while_its_records_are_compared() {
    let hall = with_tickets(300);
    unclean(&hall.folder(), &this_boot());
    let Opened {
        mut engine,
        mut opening,
        ..
    } = begin(&hall.folder());
    assert!(matches!(opening, Opening::Comparing(_)));
    let mut slices = 0;
    while opening.is_going() {
        assert_eq!(opening.bars(&engine), None, "nobody waits for it");
        assert_eq!(opening.work(&mut engine), None, "they agree");
        // Commands go on between the slices, and are compared too.
        if slices < 5 {
            issue(&mut engine);
        }
        slices += 1;
    }
    assert!(slices > 5, "{slices} slices: it is done a little at a time");
    drop(engine);
    assert!(!hall.folder().join("boot").exists(), "vouched for");
    assert!(!hall.folder().join("records.beside").exists());
    assert!(matches!(begin(&hall.folder()).opening, Opening::Done));
}

#[test]
fn on_the_first_difference_the_records_are_made_again_under_a_serving_hall() {
    let hall = with_tickets(3);
    tamper(&hall.folder());
    unclean(&hall.folder(), &this_boot());
    let Opened {
        mut engine,
        mut opening,
        ..
    } = begin(&hall.folder());
    let before = issue(&mut engine);
    let mut remade = None;
    while opening.is_going() {
        remade = opening.work(&mut engine).or(remade);
    }
    let Some(Remade::Differed(key)) = remade else {
        panic!("a difference was there to be found: {remade:?}");
    };
    assert!(key.starts_with("r/t/") || key.contains("901"), "{key}");
    agrees(&engine);
    let after = issue(&mut engine);
    assert_ne!(
        before["number"], after["number"],
        "what was done meanwhile stands"
    );
    agrees(&engine);
    assert!(!engine.take_touched().is_empty(), "watchers look again");
    drop(engine);
    assert_eq!(hall.rows("ticket").len(), 5);
    hall.run(&["verify"], 0);
}

#[test]
fn a_comparison_that_was_left_is_begun_again() {
    let hall = with_tickets(3);
    tamper(&hall.folder());
    unclean(&hall.folder(), &this_boot());
    drop(begin(&hall.folder()));
    assert!(hall.folder().join("boot").exists(), "nobody vouched for it");
    // A single call does all of it first.
    let tickets = hall.rows("ticket");
    assert!(
        tickets
            .iter()
            .all(|ticket| !ticket["number"].to_string().contains("901"))
    );
    assert!(!hall.folder().join("boot").exists());
}

#[test]
fn r48_after_a_power_cut_only_the_status_is_answered_until_the_records_are_there() {
    let hall = with_tickets(1_500);
    tamper(&hall.folder());
    // However slow this machine is, one of these comes before the opening has ended.
    for _ in 0..20 {
        unclean(&hall.folder(), OTHER_BOOT);
        let opened = begin(&hall.folder());
        assert!(matches!(opened.opening, Opening::Remaking(_)));
        let of = opened.engine.head().seq;
        let clock = HallClock::Still(at("2026-03-02T09:00"));
        let host = Host::start_opening(opened.engine, opened.opening, clock).unwrap();
        let mut guest = Guest::new(&host);
        let greeting = guest.ok("session.hello", json!({"contract": 1, "staff": "s007"}));
        let mut status = guest.ok("hall.status", json!({}));
        let was_barred = greeting["opening"].is_object() && status["opening"].is_object();
        if was_barred {
            assert_eq!(greeting["hall"]["id"], "shangcai");
            assert_eq!(greeting["opening"]["of"], of);
            assert_eq!(
                (&status["hall"], &status["head"]["seq"]),
                (&json!("shangcai"), &json!(of))
            );
            assert!(
                status["windows"].as_array().unwrap().is_empty(),
                "nothing is known yet"
            );
            let mut seen = 0;
            while status["opening"].is_object() {
                let seq = status["opening"]["seq"].as_u64().unwrap();
                assert!((seen..=of).contains(&seq), "{seen} {seq} {of}");
                seen = seq;
                for method in ["ticket.issue", "ticket.list", "watch", "journal.head"] {
                    if let Err(error) = guest.call(method, json!({})) {
                        let code = error
                            .data
                            .as_ref()
                            .map_or(json!(""), |data| data["code"].clone());
                        if code == "hall.opening" {
                            continue;
                        }
                    }
                    // It has opened just now.
                    assert!(guest.ok("hall.status", json!({}))["opening"].is_null());
                }
                status = guest.ok("hall.status", json!({}));
            }
        }
        guest.ok("session.hello", json!({"contract": 1, "staff": "s007"}));
        assert_eq!(
            guest.ok("hall.status", json!({}))["windows"]
                .as_array()
                .unwrap()
                .len(),
            103
        );
        guest.ok("ticket.issue", json!({"queue": "qiye"}));
        let engine = host.stop().unwrap();
        if was_barred {
            agrees(&engine);
            drop(engine);
            hall.run(&["verify"], 0);
            return;
        }
        drop(engine);
    }
    panic!("twenty openings ended before anybody could ask");
}

#[test]
fn records_in_another_form_or_in_none_are_made_again() {
    let hall = with_tickets(3);
    let tickets = hall.rows("ticket");
    let form = |all: &[Record]| {
        let found = all.iter().find(|(key, _)| key == b"m/format");
        found.map(|(_, value)| String::from_utf8(value.clone()).unwrap())
    };
    for other in [Some("1"), Some("3"), None] {
        rewrite(&hall.folder(), |mut all| {
            assert_eq!(form(&all), Some(records::FORMAT.to_string()));
            all.retain(|(key, _)| key != b"m/format");
            // As the first form had it: one value a row, which this version would take for a chunk.
            all.retain(|(key, _)| !key.starts_with(b"r/department/"));
            all.push((b"r/department/ms".to_vec(), b"{\"code\":\"ms\"}".to_vec()));
            all.extend(other.map(|form| (b"m/format".to_vec(), form.into())));
            all
        });
        let mut opened = begin(&hall.folder());
        assert!(matches!(opened.opening, Opening::Remaking(_)), "{other:?}");
        opened.finish(&mut |_| {}).unwrap();
        assert_eq!(opened.remade, Some(Remade::Before));
        agrees(&opened.engine);
        drop(opened);
        assert_eq!(hall.rows("ticket"), tickets);
        hall.run(&["verify"], 0);
    }
    // The same where there are none at all.
    fs::remove_dir_all(hall.folder().join("records")).unwrap();
    assert!(matches!(
        begin(&hall.folder()).opening,
        Opening::Remaking(_)
    ));
    assert_eq!(hall.rows("ticket"), tickets);
}

#[test]
fn the_catalogue_is_a_few_values_a_table() {
    let hall = HallOnDisk::training();
    let opened = begin(&hall.folder());
    let kept = |prefix: &str| {
        let range = KeyRange::prefix(prefix);
        let store = opened.engine.store();
        store.scan(&range, Direction::Forward, usize::MAX).unwrap()
    };
    let materials = kept("r/material/");
    assert!(opened.engine.hall().materials.len() > 1_000);
    assert!(materials.len() <= 64, "{}", materials.len());
    assert!(materials.iter().all(|(_, value)| value.len() < 64 << 10));
}
