//! What may be done with a person's record and with the PIN of a member of staff: who sees a full identity (rule book 1.1, R225),
//! who erases and when not (R226), whose PIN is whose.

use banshi::rules::event::Event;
use banshi::rules::people::PersonEvent;
use banshi::sys::password;
use serde_json::{Value, json};

use crate::support::{World, id_of};

const PHC: &str = "$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$1SUJ3nB5bd8LvUfFYOoHJbpmBvlBM3mBzmCIvxZWGYw";

/// An enquiry of `wang` by a new person; gives both.
fn asked(world: &mut World) -> (String, String) {
    let visitor = json!({"name": "王小明", "id_type": "resident_id", "id_number": "411722200002290014", "phone": "13812345678"});
    let events = world.ok(
        "wang",
        "enquiry.open",
        json!({"visitor": visitor, "kind": "consultation", "in_scope": true, "matter": "低保怎么办"}),
    );
    (id_of(&events, "person"), id_of(&events, "enquiry"))
}

fn close(world: &mut World, enquiry: &str) {
    world.ok(
        "wang",
        "enquiry.answer",
        json!({"enquiry": enquiry, "text": "已告知"}),
    );
    world.ok(
        "wang",
        "enquiry.confirm",
        json!({"enquiry": enquiry, "confirmed": "in_person"}),
    );
}

#[test]
fn r225_a_full_identity_is_for_the_work_at_hand_and_has_its_purpose() {
    let mut world = World::small();
    let (person, enquiry) = asked(&mut world);
    let look = json!({"person": person, "purpose": "核对身份"});
    let events = world.ok("wang", "person.unmask", look.clone());
    assert!(matches!(
        events[0],
        Event::Person(PersonEvent::Unmasked { .. })
    ));
    // Their chief representative answers for the department, the director has a reason; a colleague has neither.
    world.ok("shou", "person.unmask", look.clone());
    world.ok("zhu", "person.unmask", look.clone());
    for other in ["zhao", "li", "dai", "zhou"] {
        assert_eq!(
            world.refused(other, "person.unmask", look.clone()),
            "person.not_at_hand",
            "{other}"
        );
    }
    let mute = json!({"person": person, "purpose": " "});
    assert_eq!(
        world.refused("wang", "person.unmask", mute),
        "value.refused"
    );
    close(&mut world, &enquiry);
    assert_eq!(
        world.refused("wang", "person.unmask", look),
        "person.not_at_hand",
        "what is closed is no work"
    );
}

#[test]
fn r226_nobody_is_erased_while_something_about_them_is_open() {
    let mut world = World::small();
    let (person, enquiry) = asked(&mut world);
    let erase = json!({"person": person, "reason": "本人申请"});
    let refusal = world
        .run("zhu", "person.erase", erase.clone())
        .expect_err("open");
    assert_eq!(refusal.code.as_str(), "person.open_work");
    let number = &world.hall.enquiries.values().next().unwrap().number;
    assert_eq!(refusal.facts["work"], json!([number]), "it is named");
    close(&mut world, &enquiry);
    assert_eq!(
        world.refused(
            "zhu",
            "person.erase",
            json!({"person": person, "reason": ""})
        ),
        "value.refused"
    );
    let events = world.ok("zhu", "person.erase", erase.clone());
    let Event::Person(PersonEvent::Erased { reason, .. }) = &events[0] else {
        panic!("{events:?}");
    };
    let erased = world.hall.people.values().next().unwrap();
    assert_ne!(reason.key, erased.key, "the ground outlives the key");
    assert_eq!(world.refused("zhu", "person.erase", erase), "person.erased");
}

#[test]
fn r226_papers_in_our_hands_keep_a_client() {
    let mut world = World::small();
    let order = json!({"client": {"name": "李大娘", "phone": "13900001111"}, "items": ["P"], "mode": "proxy"});
    let events = world.ok("zhou", "proxy.open", order);
    let (person, order) = (id_of(&events, "person"), id_of(&events, "proxy"));
    let refusal = world
        .run(
            "zhu",
            "person.erase",
            json!({"person": person, "reason": "本人申请"}),
        )
        .expect_err("open");
    let number = &world.hall.orders.values().next().unwrap().number;
    assert_eq!(refusal.facts["work"], json!([number]), "{order}");
}

fn pin_of(world: &World, staff: &str) -> String {
    world.hall.staff.get(&staff.into()).unwrap().pin.to_string()
}

#[test]
fn a_pin_is_ones_own_or_the_administrators_to_set() {
    let mut world = World::small();
    world.ok("wang", "staff.set_pin", json!({"hash": PHC}));
    assert_eq!(pin_of(&world, "wang"), PHC);
    assert_eq!(
        world.refused(
            "wang",
            "staff.set_pin",
            json!({"staff": "zhao", "hash": PHC})
        ),
        "permission.not_yours"
    );
    assert_eq!(
        world.refused("wang", "staff.set_pin", json!({})),
        "staff.pin_kept"
    );
    world.ok(
        "guan",
        "staff.set_pin",
        json!({"staff": "zhao", "hash": PHC}),
    );
    assert_eq!(pin_of(&world, "zhao"), PHC);
    world.ok(
        "guan",
        "staff.set_pin",
        json!({"staff": "wang", "hash": ""}),
    );
    assert_eq!(pin_of(&world, "wang"), "");
}

#[test]
fn a_hash_must_be_one_and_cost_what_is_sensible() {
    let mut world = World::small();
    let fit = password::hash("480213", b"0123456789abcdef");
    world.ok("wang", "staff.set_pin", json!({"hash": fit}));
    assert!(password::verify(&pin_of(&world, "wang"), "480213"));
    let unfit = [
        "480213".to_owned(),
        PHC.replace("argon2id", "argon2i"),
        PHC.replace("m=19456", "m=4194304"),
        PHC.replace("m=19456", "m=8"),
        PHC.replace("t=2", "t=4000000"),
        PHC.replace("p=1", "p=255"),
        PHC.replace("v=19", "v=16"),
        PHC.replace("MDEy", "MD\u{1b}2"),
        format!("{PHC}{}", "A".repeat(300)),
        format!("{PHC}$x"),
    ];
    for hash in unfit {
        assert_eq!(
            world.refused("wang", "staff.set_pin", json!({"hash": hash})),
            "value.refused",
            "{hash}"
        );
    }
}

#[test]
fn a_table_published_again_leaves_the_pin() {
    let mut world = World::small();
    world.ok("wang", "staff.set_pin", json!({"hash": PHC}));
    let row = world.hall.staff.get(&"wang".into()).unwrap().clone();
    let mut value = serde_json::to_value(row).unwrap();
    value["pin"] = Value::String(String::new());
    value["post"] = json!("新岗");
    let event = json!({"hall_published": {"rows": {"staff": [value]}, "effective_on": null}});
    world.hall.apply(&Event::from_value(event).unwrap());
    let row = world.hall.staff.get(&"wang".into()).unwrap();
    assert_eq!((&*row.post, &*row.pin), ("新岗", PHC));
}
