//! How an enquiry ends: with a reply and the word of the visitor, with the director, with its case (R57, R58).

use super::{link, on, open, record, stamp, state, to, view};
use crate::support::{World, id_of};
use banshi::rules;
use banshi::rules::command::Command;
use banshi::rules::enquiry::EnquiryState;
use banshi::rules::id::CaseId;
use banshi::rules::id::RecordId;
use serde_json::json;

#[test]
fn v114_no_closing_without_a_reply_and_no_deleting() {
    let mut world = World::small();
    let enquiry = open(&mut world, "wang", false);
    let close = to(&enquiry, json!({"reason": "来访人不再追问"}));
    assert_eq!(
        world.refused("zhu", "enquiry.close", close.clone()),
        "enquiry.not_replied"
    );
    world.ok(
        "wang",
        "enquiry.forward",
        to(&enquiry, json!({"handler": "li"})),
    );
    assert_eq!(
        world.refused("zhu", "enquiry.close", close.clone()),
        "enquiry.not_replied"
    );
    assert!(Command::parse("enquiry.delete", on(&enquiry)).is_none());
    world.ok("li", "enquiry.reply", to(&enquiry, json!({"text": "t"})));
    assert_eq!(
        world.refused("zhu", "enquiry.close", on(&enquiry)),
        "enquiry.words_missing"
    );
    world.ok("zhu", "enquiry.close", close);
    assert_eq!(state(&world, &enquiry), EnquiryState::ClosedByDirector);
    assert!(!record(&world, &enquiry).is_open());
}

#[test]
fn v116_r57_unreachable_counts_on_two_working_days() {
    let mut world = World::small();
    world.go("2026-03-06");
    let enquiry = open(&mut world, "wang", true);
    world.ok("wang", "enquiry.answer", to(&enquiry, json!({"text": "t"})));
    world.ok("wang", "enquiry.unreachable", on(&enquiry));
    assert_eq!(state(&world, &enquiry), EnquiryState::Replied);
    world.go("2026-03-06T17:00");
    assert_eq!(
        world.refused("wang", "enquiry.unreachable", on(&enquiry)),
        "enquiry.same_day"
    );
    world.go("2026-03-07");
    assert_eq!(
        world.refused("wang", "enquiry.unreachable", on(&enquiry)),
        "enquiry.day_off"
    );
    world.go("2026-03-09");
    world.ok("wang", "enquiry.unreachable", on(&enquiry));
    assert_eq!(state(&world, &enquiry), EnquiryState::ClosedUnreachable);
}

#[test]
fn v117_r57_nobody_is_satisfied_on_the_visitors_behalf() {
    let mut world = World::small();
    let enquiry = open(&mut world, "wang", true);
    world.ok("wang", "enquiry.answer", to(&enquiry, json!({"text": "t"})));
    assert_eq!(
        world.refused("wang", "enquiry.confirm", on(&enquiry)),
        "enquiry.not_confirmed"
    );
    assert_eq!(
        world.refused(
            "li",
            "enquiry.confirm",
            to(&enquiry, json!({"confirmed": "phone"}))
        ),
        "permission.not_yours"
    );
    world.ok(
        "wang",
        "enquiry.confirm",
        to(&enquiry, json!({"confirmed": "in_person"})),
    );
    assert_eq!(state(&world, &enquiry), EnquiryState::ClosedSatisfied);
}

#[test]
fn m2_a_second_rejected_reply_goes_to_the_director() {
    let mut world = World::small();
    let enquiry = open(&mut world, "wang", true);
    for day in ["2026-03-02", "2026-03-05"] {
        world.go(day);
        world.ok("wang", "enquiry.answer", to(&enquiry, json!({"text": "t"})));
        world.ok(
            "wang",
            "enquiry.reject_reply",
            to(&enquiry, json!({"reason": "没说清"})),
        );
    }
    let seen = view(&world, &enquiry);
    assert_eq!(
        (seen.state, seen.rejections, seen.with_director),
        (EnquiryState::Open, 2, true)
    );
    assert_eq!(
        seen.reply_due.to_string(),
        "2026-03-09",
        "a new reply is promised"
    );
    assert_eq!(
        world.refused("wang", "enquiry.answer", to(&enquiry, json!({"text": "t"}))),
        "enquiry.directors"
    );
    assert_eq!(
        world.refused(
            "wang",
            "enquiry.forward",
            to(&enquiry, json!({"handler": "li"}))
        ),
        "enquiry.directors"
    );
    let mut closed = world.clone();
    closed.ok(
        "zhu",
        "enquiry.close",
        to(&enquiry, json!({"reason": "诉求无依据"})),
    );
    world.ok(
        "zhu",
        "enquiry.answer",
        to(&enquiry, json!({"text": "主任答复"})),
    );
    assert_eq!(view(&world, &enquiry).owner.as_str(), "wang");
}

#[test]
fn r57_another_owner_only_when_the_owner_leaves() {
    let mut world = World::small();
    let enquiry = open(&mut world, "wang", true);
    let reassign = |owner: &str| to(&enquiry, json!({"owner": owner, "leaving": "retired"}));
    assert!(
        Command::parse("enquiry.reassign", to(&enquiry, json!({"owner": "zhao"})))
            .unwrap()
            .is_err()
    );
    assert_eq!(
        world.refused("zhu", "enquiry.reassign", reassign("wang")),
        "enquiry.has_it"
    );
    assert_eq!(
        world.refused("zhu", "enquiry.reassign", reassign("guan")),
        "enquiry.cannot_handle"
    );
    world.ok("zhu", "enquiry.reassign", reassign("zhao"));
    assert_eq!(view(&world, &enquiry).owner.as_str(), "zhao");
    world.ok("zhao", "enquiry.answer", to(&enquiry, json!({"text": "t"})));
}

#[test]
fn r58_an_enquiry_that_becomes_a_case_closes_with_it() {
    let mut world = World::small();
    let enquiry = open(&mut world, "wang", true);
    let case = link(&mut world, &enquiry).unwrap();
    assert_eq!(state(&world, &enquiry), EnquiryState::Linked);
    assert_eq!(view(&world, &enquiry).case, Some(case));
    assert!(
        record(&world, &enquiry).is_open(),
        "the owner keeps seeing it"
    );
    assert_eq!(
        link(&mut world, &enquiry).unwrap_err().code.as_str(),
        "state.refused"
    );
    assert!(
        rules::enquiry::case_ended(&world.hall, &stamp(&world, "wang"), CaseId::new(9999, 1))
            .is_empty()
    );
    let ended = rules::enquiry::case_ended(&world.hall, &stamp(&world, "wang"), case);
    for event in &ended {
        world.hall.apply(event);
        crate::events::offer(event);
    }
    assert_eq!(state(&world, &enquiry), EnquiryState::Linked);
    assert!(!record(&world, &enquiry).is_open());
    assert!(rules::enquiry::case_ended(&world.hall, &stamp(&world, "wang"), case).is_empty());
}

#[test]
fn r222_text_of_strangers_is_kept_whole() {
    let mut world = World::small();
    let matter = format!("\u{1b}[31m\u{0}\u{202e}{}", "长".repeat(10_000));
    let params = json!({"matter": matter, "in_scope": true});
    let enquiry = id_of(&world.ok("wang", "enquiry.open", params), "enquiry");
    assert_eq!(view(&world, &enquiry).matter, matter);
}

#[test]
fn s94_the_service_log_has_every_step() {
    let mut world = World::small();
    let enquiry = open(&mut world, "wang", false);
    world.ok(
        "wang",
        "enquiry.forward",
        to(&enquiry, json!({"handler": "li", "note": "请接"})),
    );
    world.ok("li", "enquiry.take", on(&enquiry));
    world.ok(
        "li",
        "enquiry.reply",
        to(&enquiry, json!({"text": "可申请"})),
    );
    world.ok(
        "wang",
        "enquiry.confirm",
        to(&enquiry, json!({"confirmed": "signature"})),
    );
    let acts: Vec<_> = view(&world, &enquiry)
        .log
        .iter()
        .map(|line| serde_json::to_value(line.act).unwrap())
        .collect();
    assert_eq!(
        acts,
        ["opened", "forwarded", "taken", "replied", "confirmed"]
    );
    let mut again = World::small();
    for event in &world.log {
        again.hall.apply(event);
    }
    assert_eq!(again.hall, world.hall);
}
