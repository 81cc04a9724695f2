//! What the engine is asked: lists page by page, the one door of permission for every method and role, the journal, and a
//! comparison that finds what is wrong.

use std::collections::{BTreeMap, BTreeSet};

use banshi::engine::{Fault, Identity, KeyRing, Submission};
use banshi::rules::command::Command;
use banshi::rules::permission::{self, Grant, MATRIX, Role};
use banshi::rules::stamp::Via;
use banshi::store::{Direction, KeyRange, Record, Store, StoreError};
use serde_json::{Value, json};

use crate::engine::asked;
use crate::support::bed::{Bed, SEED, SLOTS, Shared, submission};
use crate::support::make::{Chance, Maker};
use crate::support::through::through;

#[test]
fn a_list_shows_each_record_once() {
    let mut bed = Bed::small();
    let mut open = BTreeSet::new();
    let mut all = BTreeSet::new();
    for place in 0..23 {
        let enquiry = asked(&mut bed)["id"].as_str().unwrap().to_owned();
        all.insert(enquiry.clone());
        if place % 3 == 0 {
            bed.ok(
                "wang",
                "enquiry.answer",
                json!({"enquiry": enquiry, "text": "已答复"}),
            );
            bed.ok(
                "zhu",
                "enquiry.close",
                json!({"enquiry": enquiry, "reason": "已处理"}),
            );
        } else {
            open.insert(enquiry);
        }
    }
    for limit in [1, 5, 23, 24, 500] {
        assert_eq!(pages(&mut bed, false, limit), open, "open, {limit} a page");
        assert_eq!(pages(&mut bed, true, limit), all, "all, {limit} a page");
    }
    // After a restart the lists are the same.
    bed.engine = bed.reopened();
    assert_eq!(pages(&mut bed, false, 5), open);
    assert_eq!(pages(&mut bed, true, 5), all);
    for (field, wrong) in [
        ("limit", json!(0)),
        ("limit", json!(501)),
        ("limit", json!("5")),
        ("cursor", json!("nowhere")),
        ("cursor", json!(3)),
        ("closed", json!("yes")),
        ("colour", json!("red")),
    ] {
        match bed.ask("zhu", "enquiry.list", json!({field: wrong})) {
            Err(Fault::Params(fault)) => assert_eq!(fault.path, field),
            other => panic!("{field}: {other:?}"),
        }
    }
}

#[test]
fn a_list_of_the_catalogue_shows_each_row_once() {
    let mut bed = Bed::small();
    for (noun, field, count) in [
        ("window", "window", 4),
        ("staff", "code", 16),
        ("item", "code", 6),
        ("calendar", "year", 9),
    ] {
        let mut seen = BTreeSet::new();
        let mut cursor = Value::Null;
        loop {
            let page = bed.ok(
                "wang",
                &format!("{noun}.list"),
                json!({"limit": 3, "cursor": cursor}),
            );
            for row in page["rows"].as_array().unwrap() {
                assert!(seen.insert(row[field].to_string()), "{row} twice");
            }
            cursor = page["next"].clone();
            if cursor.is_null() {
                break;
            }
        }
        assert_eq!(seen.len(), count, "{noun}: {seen:?}");
    }
}

fn pages(bed: &mut Bed, closed: bool, limit: usize) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let mut cursor = Value::Null;
    loop {
        let params = json!({"closed": closed, "limit": limit, "cursor": cursor});
        let page = bed.ok("zhu", "enquiry.list", params);
        let rows = page["rows"].as_array().unwrap();
        assert!(rows.len() <= limit);
        for row in rows {
            assert!(
                row["visitor"]["name"].is_string(),
                "people are shown with their records"
            );
            assert!(
                seen.insert(row["id"].as_str().unwrap().to_owned()),
                "{row} twice"
            );
        }
        cursor = page["next"].clone();
        if cursor.is_null() {
            return seen;
        }
    }
}

/// Somebody with this role and no other, as the small hall has them.
fn somebody(role: Role) -> Option<Identity> {
    let staff = match role {
        Role::Clerk => "wang",
        Role::ChiefRep => "dai",
        Role::Usher => "dao",
        Role::Agent => "zhou",
        Role::Inspector => "cha",
        Role::Director => "zhu",
        Role::DeptLeader => "ban",
        Role::Discipline => "ji",
        Role::Admin | Role::Public => "",
        Role::Hall => return None,
    };
    Some(Identity {
        login: "test".into(),
        staff: (!staff.is_empty()).then(|| staff.into()),
        via: if role == Role::Public {
            Via::Kiosk
        } else {
            Via::Call
        },
    })
}

#[test]
fn r10_every_method_asks_the_matrix() {
    let mut bed = Bed::small();
    let mut chance = Chance::new(1);
    let schemas: BTreeMap<_, _> = Command::describe()
        .into_iter()
        .map(|info| (info.name, serde_json::to_value(&info.params).unwrap()))
        .collect();
    for row in MATRIX {
        let schema = schemas
            .get(row.method)
            .unwrap_or_else(|| panic!("{} is no command", row.method));
        for role in Role::ALL {
            let Some(identity) = somebody(role) else {
                continue;
            };
            let hall = bed.engine.hall();
            let mut maker = Maker {
                hall,
                chance: &mut chance,
                hostile: 0,
            };
            let submission = Submission {
                identity,
                method: row.method.to_owned(),
                params: well_formed(row.method, &mut maker, schema),
            };
            let answer = bed.engine.submit(bed.at, &[submission]).remove(0);
            let granted = permission::grant(&[role], row.method);
            match (&answer, granted) {
                (Err(Fault::Refused(refusal)), None) => {
                    assert_eq!(
                        refusal.code.as_str(),
                        "permission.denied",
                        "{role:?} {}",
                        row.method
                    );
                    assert_eq!(refusal.facts["role"], role.as_str());
                    assert_eq!(refusal.facts["verb"], row.method);
                }
                (answer, None) => panic!("{role:?} may not {}: {answer:?}", row.method),
                (Ok(answer), Some((_, Grant::Propose))) => assert!(answer["proposal"].is_object()),
                (Err(Fault::Refused(refusal)), Some(_))
                    if refusal.code.as_str() == "permission.denied" =>
                {
                    let row_words: Vec<_> = row.allowed.iter().map(|role| role.as_str()).collect();
                    assert_ne!(
                        refusal.facts["allowed"],
                        json!(row_words),
                        "{role:?} may {}",
                        row.method
                    );
                }
                (Err(Fault::Refused(_)) | Ok(_), Some(_)) => {}
                (Err(fault), Some(_)) => panic!("{role:?} {}: {fault:?}", row.method),
            }
        }
    }
}

/// Parameters that are read; what they name need not be there.
fn well_formed(method: &str, maker: &mut Maker<'_>, schema: &Value) -> Value {
    for _ in 0..200 {
        let mut params = maker.params(schema);
        fill(&mut params);
        if Command::parse(method, params.clone()).is_some_and(|read| read.is_ok()) {
            return params;
        }
    }
    panic!("no parameters for {method}: {schema}");
}

/// Ids of records that are not there, in place of the maker's word for none.
fn fill(params: &mut Value) {
    let letters = [
        ("ticket", 't'),
        ("enquiry", 'e'),
        ("case", 'c'),
        ("branch", 'b'),
        ("order", 'd'),
        ("round", 'r'),
        ("finding", 'f'),
        ("proposal", 'q'),
        ("person", 'p'),
        ("paper", 'm'),
        ("papers", 'm'),
    ];
    let Value::Object(fields) = params else {
        return;
    };
    for (name, value) in fields {
        let letter = letters
            .iter()
            .find(|(field, _)| field == name)
            .map(|(_, letter)| *letter);
        match (value, letter) {
            (value, _) if name == "at" && value.is_string() => {
                *value = json!("2026-03-02T09:00:00+08:00");
            }
            (Value::String(text), Some(letter)) if text == "none" => {
                *text = format!("{letter}9999");
            }
            (Value::Array(values), letter) => {
                for value in values {
                    match (&mut *value, letter) {
                        (Value::String(text), Some(letter)) if text == "none" => {
                            *text = format!("{letter}9999");
                        }
                        (value, _) => fill(value),
                    }
                }
            }
            (value, _) => fill(value),
        }
    }
}

#[test]
fn the_journal_is_for_those_who_answer_for_it() {
    let mut bed = Bed::small();
    for (staff, may) in [
        ("zhu", true),
        ("guan", true),
        ("wang", false),
        ("cha", false),
    ] {
        let answer = bed.ask(staff, "journal.read", json!({"from": 1}));
        assert_eq!(answer.is_ok(), may, "{staff}");
    }
    for from in [0, 1, u64::MAX] {
        bed.ok("zhu", "journal.read", json!({"from": from}));
    }
    let kiosk = Identity {
        login: "kiosk".into(),
        staff: None,
        via: Via::Kiosk,
    };
    for (method, params, may) in [
        ("item.find", json!({"text": "事项"}), true),
        ("queue.list", json!({}), true),
        ("hall.status", json!({}), false),
        ("case.list", json!({}), false),
    ] {
        let asked = Submission {
            identity: kiosk.clone(),
            method: method.into(),
            params,
        };
        assert_eq!(
            bed.engine.submit(bed.at, &[asked]).remove(0).is_ok(),
            may,
            "{method}"
        );
    }
}

#[test]
fn records_that_differ_from_the_journal_are_found_and_made_again() {
    let mut bed = Bed::small();
    asked(&mut bed);
    let mut whole = bed.records();
    let first = {
        let store = bed.store.store();
        store
            .scan(&KeyRange::prefix("r/e/"), Direction::Forward, 1)
            .unwrap()[0]
            .0
            .clone()
    };
    let issue = submission("dao", "ticket.issue", json!({"queue": "a"}));
    bed.engine.submit(bed.at, &[issue]);
    let tampered = TamperedOnce::new(&bed, first);
    let engine = banshi::engine::Engine::open(
        Box::new(tampered),
        KeyRing::derived(SEED, SLOTS),
        &mut |_| {},
    )
    .unwrap();
    let found = engine.compare(&mut |_| {}).unwrap();
    assert_eq!(found.differences.len(), 1, "{:?}", found.differences);
    assert!(found.differences[0].ends_with("is missing"));
    drop(engine);
    bed.engine.rebuild(&mut |_| {}).unwrap();
    assert_eq!(
        bed.engine.compare(&mut |_| {}).unwrap().differences,
        Vec::<String>::new()
    );
    let rebuilt = bed.records();
    whole.retain(|(key, _)| key.starts_with(b"r/e/"));
    assert!(whole.iter().all(|record| rebuilt.contains(record)));
}

/// The bed's store with one record hidden.
struct TamperedOnce {
    store: Shared,
    hidden: Vec<u8>,
}

impl TamperedOnce {
    fn new(bed: &Bed, hidden: Vec<u8>) -> Self {
        Self {
            store: bed.store.clone(),
            hidden,
        }
    }
}

impl Store for TamperedOnce {
    through!(heads read commit catch_up renew install vouch);
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.store.get(key)?.filter(|_| key != self.hidden))
    }
    fn scan(
        &self,
        range: &KeyRange,
        direction: Direction,
        limit: usize,
    ) -> Result<Vec<Record>, StoreError> {
        let mut found = self.store.scan(range, direction, limit)?;
        found.retain(|(key, _)| *key != self.hidden);
        Ok(found)
    }
}
