//! M2 cell by cell: every verb from every state is done as the rule book says, or refused by name.

use super::{link, on, open, state, to};
use crate::support::World;
use banshi::rules::enquiry::EnquiryState;
use serde_json::json;

const VERBS: [(&str, &str); 10] = [
    ("answer", "wang"),
    ("forward", "wang"),
    ("take", "li"),
    ("give_back", "li"),
    ("reply", "li"),
    ("confirm", "wang"),
    ("reject_reply", "wang"),
    ("unreachable", "wang"),
    ("close", "zhu"),
    ("reassign", "zhu"),
];

/// What M2 says: the state after, or none where the cell is empty.
fn machine(from: EnquiryState, verb: &str) -> Option<EnquiryState> {
    use EnquiryState::{ClosedByDirector, ClosedSatisfied, Forwarded, Open, Replied};
    match (from, verb) {
        (Open, "answer") | (Forwarded, "reply") | (Replied, "unreachable") => Some(Replied),
        (Open, "forward") | (Forwarded, "forward" | "take") => Some(Forwarded),
        (Forwarded, "give_back") | (Replied, "reject_reply") => Some(Open),
        (Replied, "confirm") => Some(ClosedSatisfied),
        (Open | Forwarded | Replied, "close") => Some(ClosedByDirector),
        (Open | Forwarded | Replied, "reassign") => Some(from),
        _ => None,
    }
}

/// A hall with one enquiry in the state, a reply on record.
fn in_state(state: EnquiryState) -> (World, String) {
    use EnquiryState::{
        ClosedByDirector, ClosedSatisfied, ClosedUnreachable, Forwarded, Linked, Open, Replied,
    };
    let mut world = World::small();
    let enquiry = open(&mut world, "wang", true);
    let answer = to(&enquiry, json!({"text": "t"}));
    world.ok("wang", "enquiry.answer", answer.clone());
    if state == Open || state == Forwarded {
        world.ok("wang", "enquiry.reject_reply", on(&enquiry));
    }
    match state {
        Open | Replied => {}
        Forwarded => drop(world.ok(
            "wang",
            "enquiry.forward",
            to(&enquiry, json!({"department": "zj"})),
        )),
        Linked => drop(link(&mut world, &enquiry).unwrap()),
        ClosedSatisfied => drop(world.ok(
            "wang",
            "enquiry.confirm",
            to(&enquiry, json!({"confirmed": "phone"})),
        )),
        ClosedUnreachable => {
            world.ok("wang", "enquiry.unreachable", on(&enquiry));
            world.go("2026-03-03");
            world.ok("wang", "enquiry.unreachable", on(&enquiry));
        }
        ClosedByDirector => {
            drop(world.ok("zhu", "enquiry.close", to(&enquiry, json!({"reason": "r"}))));
        }
    }
    assert_eq!(super::state(&world, &enquiry), state);
    (world, enquiry)
}

#[test]
fn m2_every_cell_is_done_or_refused_by_name() {
    for from in EnquiryState::ALL {
        for (verb, staff) in VERBS {
            let (mut world, enquiry) = in_state(from);
            let before = world.hall.clone();
            let more = match verb {
                "answer" | "reply" => json!({"text": "t"}),
                "forward" => json!({"handler": "dai"}),
                "give_back" | "reject_reply" | "close" => json!({"reason": "r"}),
                "confirm" => json!({"confirmed": "phone"}),
                "reassign" => json!({"owner": "zhao", "leaving": "transferred"}),
                _ => json!({}),
            };
            let method = format!("enquiry.{verb}");
            match (
                machine(from, verb),
                world.run(staff, &method, to(&enquiry, more)),
            ) {
                (Some(after), Ok(_)) => {
                    assert_eq!(state(&world, &enquiry), after, "{from:?} {verb}");
                }
                (None, Err(refusal)) => {
                    assert_eq!(refusal.code.as_str(), "state.refused", "{from:?} {verb}");
                    assert_eq!(world.hall, before, "a refusal changes nothing");
                }
                (expected, got) => panic!("{from:?} {verb}: {expected:?}, got {got:?}"),
            }
        }
        let (mut world, enquiry) = in_state(from);
        let open = matches!(
            from,
            EnquiryState::Open | EnquiryState::Forwarded | EnquiryState::Replied
        );
        assert_eq!(
            link(&mut world, &enquiry).is_ok(),
            open,
            "{from:?} to a case"
        );
    }
}
