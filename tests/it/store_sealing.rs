//! The bytes that the first journal freezes: the form of a line and of a sealed text, written out, and both decoders
//! against anything that could be put in front of them.

use banshi::engine::seal::{SealError, open_event, person_hmac, seal_event};
use banshi::store::keys::{HallKey, KeyError, Keys, MemoryKeys};
use banshi::store::line::{Actor, Chain, Line, LineDraft, LineFault};
use banshi::store::{Hash, Head};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::store_conformance::{HALL, group, noon};

fn draft(events: Vec<Value>) -> LineDraft {
    let actor = Actor {
        staff: None,
        role: Some("hall".to_owned()),
        window: None,
        login: None,
        via: "sweep".to_owned(),
    };
    LineDraft {
        seq: 1,
        group: 1,
        at: noon(),
        actor,
        request: None,
        events,
    }
}

#[test]
fn a_line_has_the_fixed_form() {
    let genesis = Head::genesis(HALL);
    let event = json!({ "hall_founded": { "name": "云溪县行政服务中心", "note": "a \"b\"\n" } });
    let line = draft(vec![event, json!({ "hall_opened": {} })])
        .finish(genesis.hash)
        .expect("a line");
    let (covered, suffix) = line.raw().split_at(line.raw().len() - 75);
    let expected = format!(
        "{{\"seq\":1,\"group\":1,\"at\":\"2026-03-02T04:00:00.000Z\",\"actor\":{{\"staff\":null,\"role\":\"hall\",\"window\":null,\
         \"login\":null,\"via\":\"sweep\"}},\"request\":null,\"events\":[{{\"hall_founded\":{{\"name\":\"云溪县行政服务中心\",\
         \"note\":\"a \\\"b\\\"\\n\"}}}},{{\"hall_opened\":{{}}}}],\"prev\":\"{}\"",
        Hash::of(HALL.as_bytes())
    );
    assert_eq!(covered, expected);
    assert_eq!(
        suffix,
        format!(",\"hash\":\"{}\"}}", Hash::of(covered.as_bytes()))
    );
    assert_eq!(Line::parse(line.raw().as_bytes()), Ok(line));
}

/// The same bytes with a hash that fits them: what a forger would write.
fn rehashed(covered: &str) -> String {
    format!("{covered},\"hash\":\"{}\"}}", Hash::of(covered.as_bytes()))
}

#[test]
fn another_form_is_refused_even_with_the_right_hash() {
    let line = draft(vec![json!({ "day_opened": {} })])
        .finish(Head::genesis(HALL).hash)
        .expect("a line");
    let covered = &line.raw()[..line.raw().len() - 75];
    assert_eq!(Line::parse(rehashed(covered).as_bytes()), Ok(line.clone()));
    let forgeries = [
        (covered.replacen("\"group\":1", "\"group\": 1", 1), "space"),
        (
            covered.replacen("{\"seq\":1,\"group\":1", "{\"group\":1,\"seq\":1", 1),
            "order",
        ),
        (covered.replacen("\"request\":null,", "", 1), "missing"),
        (
            covered.replacen("\"window\":null,", "", 1),
            "missing in the actor",
        ),
        (covered.replacen(".000Z", "Z", 1), "time"),
        (
            covered.replacen("04:00:00.000Z", "12:00:00.000+08:00", 1),
            "offset",
        ),
        (covered.replacen("sweep", "\\u0073weep", 1), "escape"),
        (covered.replacen("\"seq\":1", "\"seq\":-1", 1), "negative"),
        (covered.replacen("day_opened", "DayOpened", 1), "name"),
        (
            covered.replacen("{\"day_opened\":{}}", "{\"day_opened\":{},\"x\":{}}", 1),
            "two names",
        ),
        (
            covered.replacen("{\"day_opened\":{}}", "{\"day_opened\":null}", 1),
            "no fields",
        ),
        (
            covered.replacen("\"prev\"", "\"more\":1,\"prev\"", 1),
            "more",
        ),
    ];
    for (forgery, what) in forgeries {
        assert_ne!(forgery, covered, "{what}");
        let fault = Line::parse(rehashed(&forgery).as_bytes()).expect_err(what);
        let typed = matches!(
            fault,
            LineFault::Form { .. } | LineFault::Json { .. } | LineFault::Event { .. }
        );
        assert!(typed, "{what}: {fault}");
    }
    let mut changed = line.raw().as_bytes().to_vec();
    changed[10] ^= 1;
    assert!(matches!(Line::parse(&changed), Err(LineFault::Hash { .. })));
    assert_eq!(Line::parse(b"{}"), Err(LineFault::Short { length: 2 }));
    assert_eq!(Line::parse(&[b'x'; 80]), Err(LineFault::NoHash));
}

#[test]
fn an_event_is_one_name_with_fields() {
    for event in [
        json!(1),
        json!({}),
        json!({ "a": 1 }),
        json!({ "a": {}, "b": {} }),
        json!({ "A": {} }),
        json!({ "": {} }),
    ] {
        let fault = draft(vec![json!({ "ok": {} }), event.clone()])
            .finish(Hash::of(b""))
            .expect_err("refused");
        assert_eq!(fault, LineFault::Event { index: 1 }, "{event}");
    }
}

#[test]
fn a_chain_takes_only_the_next_line() {
    let genesis = Head::genesis(HALL);
    let lines = group(&genesis, 3, "x");
    let mut chain = Chain::genesis(genesis);
    assert_eq!(chain.accept(&lines[1]), Err(LineFault::Seq { found: 2 }));
    assert_eq!(chain.accept(&lines[0]), Ok(()));
    let other = group(&group(&genesis, 1, "y")[0].head(), 1, "x");
    assert!(matches!(
        chain.accept(&other[0]),
        Err(LineFault::Prev { .. })
    ));
    let mut gap = draft(vec![]);
    (gap.seq, gap.group) = (2, 9);
    let gap = gap.finish(lines[0].hash).expect("a line");
    assert_eq!(chain.accept(&gap), Err(LineFault::Group { found: 9 }));
    assert_eq!(
        (chain.accept(&lines[1]), chain.accept(&lines[2])),
        (Ok(()), Ok(()))
    );
    assert_eq!((chain.head(), chain.group()), (lines[2].head(), 1));
}

fn keys() -> MemoryKeys {
    MemoryKeys::after(*b"a seed of the tests", 9)
}

/// A person as an event carries it, with texts at several depths.
fn person() -> Value {
    json!({
        "person": "p1",
        "kind": "natural",
        "name": { "key": 3, "clear": "张示例" },
        "contact": { "phones": [{ "key": 3, "clear": "13800000000" }, { "key": 3, "clear": "13800000000" }] },
        "note": { "key": 4, "clear": "" },
        "plain": { "key": 3, "clear": "text", "more": 1 },
        "count": { "key": "three", "clear": "text" }
    })
}

#[test]
fn a_sealed_event_opens_to_what_it_was() {
    let mut value = person();
    seal_event(HALL, "person_recorded", &mut value, &keys()).expect("sealed");
    let text = value.to_string();
    assert!(
        !text.contains("张示例") && !text.contains("13800000000"),
        "{text}"
    );
    assert_eq!(
        value["plain"],
        person()["plain"],
        "only the exact form is a personal text"
    );
    assert_eq!(value["name"].as_object().expect("an object").len(), 2);
    assert_ne!(
        value["contact"]["phones"][0], value["contact"]["phones"][1],
        "places differ, so nonces do"
    );
    let mut again = person();
    seal_event(HALL, "person_recorded", &mut again, &keys()).expect("sealed");
    assert_eq!(
        again, value,
        "the same text in the same place gives the same bytes"
    );
    let sealed = value.clone();
    seal_event(HALL, "person_recorded", &mut value, &keys()).expect("sealed again");
    assert_eq!(value, sealed, "what is sealed stays");
    open_event(HALL, "person_recorded", &mut value, &keys()).expect("opened");
    assert_eq!(value, person());
}

/// Frozen: these bytes stand in journals. A change here is a change of stored data. The values were computed by a second
/// implementation of the whole scheme, written from its description and sharing no code with this one.
#[test]
fn the_sealed_bytes_are_frozen() {
    let mut value = json!({ "name": { "key": 3, "clear": "张示例" } });
    seal_event(HALL, "person_recorded", &mut value, &keys()).expect("sealed");
    insta::assert_snapshot!(value["name"]["sealed"].as_str().expect("text"), @"U9JA3FmSGfHlw8iZKgdBC5C78kXnrTaY9gbvO9XOK8nBAYjucDxAjfv_aO1Qudj_zw");
    insta::assert_snapshot!(
        Hash::from_bytes(person_hmac(&HallKey::derived(b"seed"), "resident_id", "11010519491231002X")),
        @"e1b876e7c26a16e0799ee1553b50f95008846dee990f9162348617a21f9ce9a8"
    );
}

#[test]
fn a_sealed_text_opens_only_where_it_was_sealed() {
    let mut sealed = json!({ "name": { "key": 3, "clear": "张示例" } });
    seal_event(HALL, "person_recorded", &mut sealed, &keys()).expect("sealed");
    let wrong_tag = |hall: &str, event: &str, value: Value, keys: &MemoryKeys| {
        let fault = open_event(hall, event, &mut value.clone(), keys).expect_err("a wrong tag");
        assert!(matches!(fault, SealError::WrongTag { .. }), "{fault}");
        assert!(!fault.to_string().contains("张示例"));
    };
    wrong_tag("other", "person_recorded", sealed.clone(), &keys());
    wrong_tag(HALL, "person_corrected", sealed.clone(), &keys());
    wrong_tag(
        HALL,
        "person_recorded",
        json!({ "phone": sealed["name"] }),
        &keys(),
    );
    wrong_tag(
        HALL,
        "person_recorded",
        json!({ "name": { "key": 4, "sealed": sealed["name"]["sealed"] } }),
        &keys(),
    );
    wrong_tag(
        HALL,
        "person_recorded",
        sealed.clone(),
        &MemoryKeys::after(*b"another seed", 9),
    );
    let unmade = open_event(
        HALL,
        "person_recorded",
        &mut sealed,
        &MemoryKeys::new(*b"x"),
    )
    .expect_err("no slot");
    assert!(matches!(
        unmade,
        SealError::Keys(KeyError::NeverMade { slot: 3 })
    ));
}

#[test]
fn a_forgotten_slot_opens_as_erased_and_seals_nothing() {
    let mut keys = keys();
    let mut value = person();
    seal_event(HALL, "person_recorded", &mut value, &keys).expect("sealed");
    keys.forget(&[3]).expect("forgotten");
    open_event(HALL, "person_recorded", &mut value, &keys).expect("opened");
    assert_eq!(value["name"], json!({ "key": 3, "erased": true }));
    assert_eq!(
        value["note"],
        json!({ "key": 4, "clear": "" }),
        "other slots are as before"
    );
    let erased = value.clone();
    value["note"] = json!(null);
    seal_event(HALL, "person", &mut value, &keys).expect("an erased text is kept as erased");
    assert_eq!(value["name"], erased["name"]);
    let fault =
        seal_event(HALL, "person", &mut person(), &keys).expect_err("nobody could read it again");
    assert!(matches!(fault, SealError::Erased { slot: 3, .. }));
}

#[test]
fn slots_come_from_the_seed_alone() {
    let mut left = MemoryKeys::new(*b"seed");
    let mut right = MemoryKeys::new(*b"seed");
    let slots: Vec<u64> = (0..5).map(|_| left.reserve().expect("a slot")).collect();
    assert_eq!(slots, [1, 2, 3, 4, 5]);
    for _ in 0..5 {
        right.reserve().expect("a slot");
    }
    let secret = |keys: &MemoryKeys, slot| keys.slot(slot).expect("a slot").expect("live");
    assert_eq!(secret(&left, 2), secret(&right, 2));
    assert_ne!(secret(&left, 2), secret(&left, 3));
    assert_ne!(secret(&left, 2).cipher_key(), secret(&left, 2).nonce_key());
    assert_eq!(format!("{:?}", secret(&left, 2)), "SlotKey(…)");
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<u64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        (0..9_u64, ".{0,12}").prop_map(|(key, text)| json!({ "key": key, "sealed": text })),
        (0..9_u64, "[A-Za-z0-9_-]{50,90}")
            .prop_map(|(key, text)| json!({ "key": key, "sealed": text })),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z]{0,6}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(Line::parse(&bytes).is_err());
    }

    #[test]
    fn any_text_with_a_right_hash_is_read_without_a_panic(text in "\\PC{0,200}") {
        prop_assert!(Line::parse(rehashed(&text).as_bytes()).is_err());
    }

    #[test]
    fn one_changed_byte_is_always_found(at in any::<prop::sample::Index>(), change in 1..=255_u8) {
        let line = group(&Head::genesis(HALL), 1, "x").remove(0);
        let mut bytes = line.raw().as_bytes().to_vec();
        let at = at.index(bytes.len());
        bytes[at] ^= change;
        prop_assert!(Line::parse(&bytes).is_err());
    }

    #[test]
    fn any_json_is_opened_without_a_panic(mut value in any_value()) {
        // What is not sealed here never opens to clear text.
        let before = value.to_string().matches("\"clear\"").count();
        if open_event(HALL, "x", &mut value, &keys()).is_ok() {
            prop_assert_eq!(value.to_string().matches("\"clear\"").count(), before);
        }
    }

    #[test]
    fn any_text_survives_sealing(text in "\\PC{0,60}", field in "[a-z_]{1,9}", slot in 1..=9_u64) {
        let clear = json!({ field: { "key": slot, "clear": text } });
        let mut value = clear.clone();
        seal_event(HALL, "x", &mut value, &keys()).expect("sealed");
        prop_assert_ne!(&value, &clear);
        open_event(HALL, "x", &mut value, &keys()).expect("opened");
        prop_assert_eq!(value, clear);
    }
}
