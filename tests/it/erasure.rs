//! Erasure of a person, whole (R226): the event first, then the key, and after a stop at any moment in between the same hall. The
//! journal is never rewritten and its chain stays whole; records are what a rebuild makes of it.

use std::sync::{Arc, Mutex};

use banshi::engine::{Engine, KeyRing};
use banshi::rules::id::PersonId;
use banshi::store::MemoryStore;
use banshi::store::keys::{HallKey, KeyError, Keys, MemoryKeys, SlotKey};
use banshi::store::memory::{Fault as StoreFault, RecordsFate, Unsynced};
use serde_json::{Value, json};

use crate::support::bed::{Bed, SEED, SLOTS, Shared, code, submission};

const NAME: &str = "欧阳天霞";
const NUMBER: &str = "411722200002290014";
const PHONE: &str = "13912345678";
const MATTER: &str = "家中老人瘫痪在床";
const GONE: &str = "〔已删除〕";

/// Keys that live outside the engine, as a file does, and may fail to forget.
#[derive(Clone)]
struct KeyBox(Arc<Mutex<(MemoryKeys, bool)>>);

impl KeyBox {
    fn new() -> Self {
        Self::after(SLOTS)
    }

    fn after(slots: u64) -> Self {
        let keys = MemoryKeys::after(SEED.as_bytes(), slots);
        Self(Arc::new(Mutex::new((keys, false))))
    }

    fn ring(&self) -> KeyRing {
        KeyRing {
            people: Box::new(self.clone()),
            hall: HallKey::derived(SEED.as_bytes()),
        }
    }

    fn fail(&self, fails: bool) {
        self.0.lock().unwrap().1 = fails;
    }
}

impl Keys for KeyBox {
    fn reserve(&mut self) -> Result<u64, KeyError> {
        self.0.lock().unwrap().0.reserve()
    }
    fn slot(&self, slot: u64) -> Result<Option<SlotKey>, KeyError> {
        self.0.lock().unwrap().0.slot(slot)
    }
    fn forget(&mut self, slots: &[u64]) -> Result<(), KeyError> {
        let mut inner = self.0.lock().unwrap();
        if inner.1 {
            return Err(KeyError::ReadOnly {
                path: "keys/people".into(),
            });
        }
        inner.0.forget(slots)
    }
}

/// A hall in which somebody was served, asked and was answered, and everything about them is closed.
struct Lived {
    bed: Bed,
    keys: KeyBox,
    person: String,
    slot: u64,
    enquiry: String,
    ticket: String,
}

fn visitor() -> Value {
    json!({"name": NAME, "id_type": "resident_id", "id_number": NUMBER, "phone": PHONE, "address": "上蔡县蔡都镇某路7号"})
}

fn text(view: &Value, field: &str) -> String {
    view[field].as_str().expect(field).to_owned()
}

fn lived() -> Lived {
    let mut bed = Bed::small();
    let keys = KeyBox::new();
    bed.engine = bed.reopened_with(keys.ring());
    bed.go("2026-03-02T09:00");
    bed.ok("wang", "window.sign_on", json!({"window": "w1"}));
    let ticket = bed.ok(
        "dao",
        "ticket.issue",
        json!({"queue": "a", "visitor": visitor()}),
    );
    let ticket = text(&ticket, "id");
    bed.ok("wang", "ticket.call_next", json!({"window": "w1"}));
    bed.ok("wang", "ticket.start", json!({"ticket": ticket}));
    let enquiry = bed.ok(
        "wang",
        "enquiry.open",
        json!({"visitor": visitor(), "kind": "help", "in_scope": true, "matter": MATTER, "ticket": ticket}),
    );
    let person = text(&enquiry["visitor"], "id");
    let enquiry = text(&enquiry, "id");
    bed.ok(
        "wang",
        "enquiry.answer",
        json!({"enquiry": enquiry, "text": "已上门看望"}),
    );
    bed.ok(
        "wang",
        "enquiry.confirm",
        json!({"enquiry": enquiry, "confirmed": "in_person"}),
    );
    bed.ok("wang", "ticket.finish", json!({"ticket": ticket}));
    bed.ok(
        "zhu",
        "person.unmask",
        json!({"person": person, "purpose": "核对申请人"}),
    );
    let id: PersonId = person.parse().unwrap();
    let slot = bed.engine.hall().people.get(&id).unwrap().key;
    Lived {
        bed,
        keys,
        person,
        slot,
        enquiry,
        ticket,
    }
}

fn erase(lived: &Lived) -> Value {
    json!({"person": lived.person, "reason": "本人书面申请"})
}

/// The hall as it must be once the person is forgotten, however it came to be so.
fn assert_forgotten(lived: &mut Lived) {
    let Lived {
        bed,
        keys,
        person,
        slot,
        enquiry,
        ticket,
    } = lived;
    assert!(
        keys.slot(*slot).unwrap().is_none(),
        "the key is gone for ever"
    );
    let differences = bed.engine.compare(&mut |_| {}).unwrap().differences;
    assert_eq!(differences, Vec::<String>::new(), "records are the journal");
    for (key, value) in bed.records() {
        let value = String::from_utf8_lossy(&value).into_owned();
        assert!(
            !value.contains(&format!("{{\"key\":{slot},\"sealed\"")),
            "{}: {value}",
            String::from_utf8_lossy(&key)
        );
        assert!(
            !key.starts_with(b"x/person/"),
            "nobody is found by that number any more"
        );
    }
    let shown = bed.ok("wang", "enquiry.get", json!({"enquiry": enquiry}));
    assert_eq!(
        (&shown["visitor"]["name"], &shown["matter"]),
        (&json!(GONE), &json!(GONE))
    );
    assert_eq!(shown["visitor"]["erased"], true);
    let shown = bed.ok("wang", "ticket.get", json!({"ticket": ticket}));
    assert_eq!(shown["visitor"]["name"], GONE);
    let shown = bed.ok("zhu", "person.get", json!({"person": person}));
    assert_eq!(
        (&shown["name"], &shown["phone"], &shown["id_number"]),
        (&json!(GONE), &json!(GONE), &json!(GONE))
    );
    let look = json!({"person": person, "purpose": "再看"});
    assert_eq!(
        code(&bed.ask("zhu", "person.unmask", look)),
        "person.erased"
    );
    let more = json!({"visitor": person, "kind": "help", "in_scope": true, "matter": "又来了"});
    assert_eq!(
        code(&bed.ask("wang", "enquiry.open", more)),
        "person.erased"
    );
    let lines = bed.lines();
    assert!(
        lines.windows(2).all(|pair| pair[1].prev == pair[0].hash),
        "the chain is whole"
    );
    assert!(
        lines
            .iter()
            .any(|line| line.raw().contains("person_erased")),
        "the erasure is on record"
    );
}

#[test]
fn r226_an_erased_person_is_gone_and_comes_again_as_somebody_new() {
    let mut lived = lived();
    let params = erase(&lived);
    for other in ["wang", "guan", "cha", "ban"] {
        assert_eq!(
            code(&lived.bed.ask(other, "person.erase", params.clone())),
            "permission.denied",
            "{other}: the director decides"
        );
    }
    let shown = lived.bed.ok("zhu", "person.erase", params);
    assert_eq!(shown["erased"], true);
    assert!(
        lived.bed.engine.take_touched().contains("enquiry"),
        "watchers fetch anew"
    );
    assert_forgotten(&mut lived);
    let anew = json!({"visitor": visitor(), "kind": "help", "in_scope": true, "matter": "又来了"});
    let anew = lived.bed.ok("wang", "enquiry.open", anew);
    assert_ne!(text(&anew["visitor"], "id"), lived.person);
    // Opened anew, made again, with the keys of a backup from before: the same.
    let before = lived.bed.records();
    lived.bed.engine = lived.bed.reopened_with(KeyBox::after(2 * SLOTS).ring());
    assert_eq!(before, lived.bed.records());
    lived.bed.engine.rebuild(&mut |_| {}).unwrap();
    assert_eq!(before, lived.bed.records());
}

#[test]
fn what_waits_behind_an_erasure_meets_nobody() {
    let mut lived = lived();
    let again = json!({"visitor": visitor(), "kind": "help", "in_scope": true, "matter": "又来了"});
    let together = [
        submission("zhu", "person.erase", erase(&lived)),
        submission("wang", "enquiry.get", json!({"enquiry": lived.enquiry})),
        submission("wang", "enquiry.open", again),
    ];
    let answers = lived.bed.engine.submit(lived.bed.at, &together);
    assert_eq!(answers[1].as_ref().unwrap()["matter"], GONE);
    let met = &answers[2].as_ref().unwrap()["visitor"];
    assert_ne!(text(met, "id"), lived.person);
    let differences = lived.bed.engine.compare(&mut |_| {}).unwrap().differences;
    assert_eq!(differences, Vec::<String>::new());
}

#[test]
fn r226_a_closed_file_that_left_memory_is_marked_in_the_store() {
    let mut lived = lived();
    lived.bed.go("2026-03-20T09:00");
    // Opened anew on another day, only the open work is in memory.
    lived.bed.engine = lived.bed.reopened_with(lived.keys.ring());
    assert!(lived.bed.engine.hall().enquiries.is_empty());
    let params = erase(&lived);
    lived.bed.ok("zhu", "person.erase", params);
    assert_forgotten(&mut lived);
}

#[test]
fn a_key_that_cannot_be_forgotten_is_forgotten_at_the_next_opening() {
    let mut lived = lived();
    lived.keys.fail(true);
    let params = erase(&lived);
    let answer = lived.bed.ask("zhu", "person.erase", params);
    assert!(
        answer.is_err(),
        "no erasure is acknowledged while its key is there: {answer:?}"
    );
    assert!(lived.bed.engine.failed().is_some());
    assert!(lived.keys.slot(lived.slot).unwrap().is_some());
    lived.keys.fail(false);
    lived.bed.engine = lived.bed.reopened_with(lived.keys.ring());
    assert_forgotten(&mut lived);
}

/// Crashes at the erasure's commit, and opens what the disk then holds.
fn crashed(unsynced: Unsynced, records: RecordsFate, key_is_gone: bool) -> Lived {
    let mut lived = lived();
    lived.bed.store.store().fail_at(1, StoreFault::Sync);
    let params = erase(&lived);
    let answer = lived.bed.ask("zhu", "person.erase", params);
    assert!(answer.is_err(), "not durable, not acknowledged");
    if key_is_gone {
        lived.keys.clone().forget(&[lived.slot]).unwrap();
    }
    let image = lived.bed.store.take().crash(unsynced, records);
    lived.bed.store = Shared::new(MemoryStore::open(image));
    lived.bed.engine = Engine::open(
        Box::new(lived.bed.store.clone()),
        lived.keys.ring(),
        &mut |_| {},
    )
    .unwrap();
    lived
}

#[test]
fn r226_a_crash_between_the_event_and_the_key_forgets_all_the_same() {
    for records in [RecordsFate::Kept, RecordsFate::Lost] {
        for key_is_gone in [false, true] {
            let mut lived = crashed(Unsynced::Kept, records, key_is_gone);
            assert_forgotten(&mut lived);
        }
    }
}

#[test]
fn an_erasure_that_never_reached_the_disk_did_not_happen() {
    let mut lived = crashed(Unsynced::Lost, RecordsFate::Kept, false);
    assert!(lived.keys.slot(lived.slot).unwrap().is_some());
    let shown = lived
        .bed
        .ok("zhu", "person.get", json!({"person": lived.person}));
    assert_eq!(shown["name"], "欧阳*霞");
    let params = erase(&lived);
    lived.bed.ok("zhu", "person.erase", params);
    assert_forgotten(&mut lived);
}

#[test]
fn r225_a_look_sent_again_shows_nothing_more() {
    let mut bed = Bed::small();
    let enquiry = bed.ok(
        "wang",
        "enquiry.open",
        json!({"visitor": visitor(), "kind": "help", "in_scope": true, "matter": MATTER}),
    );
    let look = json!({"person": enquiry["visitor"]["id"], "purpose": "核对", "request": "0123456789abcdef"});
    let first = bed.ok("wang", "person.unmask", look.clone());
    assert_eq!(first["id_number"], NUMBER);
    let again = bed.ok("wang", "person.unmask", look);
    assert_eq!(
        (&again["id_number"], &again["repeated"]),
        (&json!("411722********0014"), &json!(true))
    );
    let looks = bed
        .lines()
        .iter()
        .filter(|line| line.raw().contains("person_unmasked"))
        .count();
    assert_eq!(looks, 1, "each look is an event");
}

#[test]
fn a_pin_is_sealed_wherever_it_is_kept_and_shown_to_nobody() {
    let mut bed = Bed::small();
    let phc = banshi::sys::password::hash("480213", b"0123456789abcdef");
    let shown = bed.ok("wang", "staff.set_pin", json!({"hash": phc}));
    assert_eq!(shown["code"], "wang");
    for (key, value) in bed.records() {
        let value = String::from_utf8_lossy(&value).into_owned();
        assert!(
            !value.contains("argon2"),
            "{}",
            String::from_utf8_lossy(&key)
        );
    }
    assert!(
        bed.lines()
            .iter()
            .all(|line| !line.raw().contains("argon2"))
    );
    let asked = [
        ("staff.get", json!({"staff": "wang"})),
        ("staff.list", json!({"limit": 100})),
        ("hall.status", json!({})),
        ("journal.read", json!({"from": 1, "limit": 100})),
    ];
    for (method, params) in asked {
        for staff in ["guan", "zhu"] {
            let answer = bed.ok(staff, method, params.clone()).to_string();
            assert!(!answer.contains("argon2"), "{method} by {staff}");
        }
    }
    let reopened = bed.reopened();
    let row = reopened.hall().staff.get(&"wang".into()).unwrap().clone();
    assert_eq!(&*row.pin, phc, "the host can check it after a restart");
    let differences = reopened.compare(&mut |_| {}).unwrap().differences;
    assert_eq!(differences, Vec::<String>::new());
}
