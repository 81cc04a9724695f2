//! Calling, calling again, missing, restoring, holding, picking (R32, R33, R35, R37, R38).

use super::{
    call, courtesy, issue, later, miss, number, on, ordinary, record, serve, staffed, state, view,
};
use banshi::rules::command::Command;
use banshi::rules::permission::Role;
use banshi::rules::ticket::TicketState;
use banshi::rules::views::Viewer;
use banshi::rules::views::ticket::TicketFilter;
use serde_json::json;

#[test]
fn v105_r37_no_call_with_a_ticket_in_hand() {
    let mut world = staffed();
    let first = ordinary(&mut world);
    let second = ordinary(&mut world);
    call(&mut world, "wang", "w1");
    assert_eq!(
        world.refused("wang", "ticket.call_next", json!({"window": "w1"})),
        "window.busy"
    );
    world.ok("wang", "ticket.start", on(&first));
    assert_eq!(
        world.refused("wang", "ticket.call_next", json!({"window": "w1"})),
        "window.busy"
    );
    assert_eq!(
        world.refused(
            "wang",
            "ticket.pick",
            json!({"window": "w1", "ticket": second, "reason": "other"})
        ),
        "window.busy"
    );
    world.ok("wang", "ticket.hold", on(&first));
    assert_eq!(call(&mut world, "wang", "w1"), Some(second));
}

#[test]
fn v107_r32_recall_waits_and_ends() {
    let mut world = staffed();
    let ticket = ordinary(&mut world);
    call(&mut world, "wang", "w1");
    later(&mut world, 5);
    assert_eq!(
        world.refused("wang", "ticket.recall", on(&ticket)),
        "ticket.recall_too_soon"
    );
    assert_eq!(
        world.refused("wang", "ticket.miss", on(&ticket)),
        "ticket.calls_left"
    );
    later(&mut world, 14);
    assert_eq!(
        world.refused("wang", "ticket.recall", on(&ticket)),
        "ticket.recall_too_soon"
    );
    later(&mut world, 1);
    world.ok("wang", "ticket.recall", on(&ticket));
    later(&mut world, 20);
    world.ok("wang", "ticket.recall", on(&ticket));
    assert_eq!(view(&world, &ticket).calls, 3);
    later(&mut world, 20);
    assert_eq!(
        world.refused("wang", "ticket.recall", on(&ticket)),
        "ticket.calls_used"
    );
    world.ok("wang", "ticket.miss", on(&ticket));
    assert_eq!(state(&world, &ticket), TicketState::Missed);
    assert_eq!(
        call(&mut world, "wang", "w1"),
        None,
        "the window is free again"
    );
}

#[test]
fn v108_start_needs_a_call_first() {
    let mut world = staffed();
    let ticket = ordinary(&mut world);
    assert_eq!(
        world.refused("wang", "ticket.start", on(&ticket)),
        "state.refused"
    );
}

#[test]
fn r33_a_restored_ticket_stands_three_places_behind_the_head() {
    let mut world = staffed();
    let missed = ordinary(&mut world);
    call(&mut world, "wang", "w1");
    miss(&mut world, &missed);
    let line: Vec<String> = (0..5).map(|_| ordinary(&mut world)).collect();
    world.ok("dao", "ticket.restore", on(&missed));
    assert_eq!(view(&world, &missed).ahead, Some(3));
    assert_eq!(number(&world, &missed), "A001");
    let called: Vec<String> = (0..6).map(|_| serve(&mut world)).collect();
    assert_eq!(
        called,
        [&line[0], &line[1], &line[2], &missed, &line[3], &line[4]].map(Clone::clone)
    );
}

#[test]
fn r33_restored_into_a_short_line_and_never_ahead_of_its_own_place() {
    let mut world = staffed();
    let missed = ordinary(&mut world);
    let also = ordinary(&mut world);
    call(&mut world, "wang", "w1");
    miss(&mut world, &missed);
    call(&mut world, "wang", "w1");
    miss(&mut world, &also);
    world.ok("wang", "ticket.restore", on(&missed));
    assert_eq!(view(&world, &missed).ahead, Some(0));
    let line: Vec<String> = (0..2).map(|_| ordinary(&mut world)).collect();
    world.ok("wang", "ticket.restore", on(&also));
    assert_eq!(view(&world, &also).ahead, Some(3));
    assert_eq!(
        [(); 4].map(|()| serve(&mut world)),
        [&missed, &line[0], &line[1], &also].map(Clone::clone)
    );
    // With courtesy tickets before it, an ordinary one does not overtake the fourth of them.
    let missed = ordinary(&mut world);
    call(&mut world, "wang", "w1");
    miss(&mut world, &missed);
    for _ in 0..5 {
        courtesy(&mut world);
    }
    world.ok("wang", "ticket.restore", on(&missed));
    assert_eq!(view(&world, &missed).ahead, Some(5));
}

#[test]
fn r33_two_restored_behind_the_same_ticket_keep_their_order() {
    let mut world = staffed();
    let first = ordinary(&mut world);
    let second = ordinary(&mut world);
    for ticket in [&first, &second] {
        call(&mut world, "wang", "w1");
        miss(&mut world, ticket);
    }
    let line: Vec<String> = (0..4).map(|_| ordinary(&mut world)).collect();
    world.ok("dao", "ticket.restore", on(&first));
    world.ok("dao", "ticket.restore", on(&second));
    let called: Vec<String> = (0..6).map(|_| serve(&mut world)).collect();
    assert_eq!(
        called,
        [&line[0], &line[1], &line[2], &first, &second, &line[3]].map(Clone::clone)
    );
}

#[test]
fn v109_r33_a_second_miss_abandons_and_is_not_restored() {
    let mut world = staffed();
    let ticket = ordinary(&mut world);
    call(&mut world, "wang", "w1");
    miss(&mut world, &ticket);
    world.ok("dao", "ticket.restore", on(&ticket));
    assert_eq!(
        world.refused("dao", "ticket.restore", on(&ticket)),
        "state.refused"
    );
    call(&mut world, "wang", "w1");
    miss(&mut world, &ticket);
    assert_eq!(state(&world, &ticket), TicketState::Abandoned);
    assert_eq!(
        world.refused("dao", "ticket.restore", on(&ticket)),
        "ticket.restored_before"
    );
}

#[test]
fn r35_hold_frees_the_window_and_comes_back_to_it() {
    let mut world = staffed();
    let held: Vec<String> = (0..3).map(|_| ordinary(&mut world)).collect();
    for ticket in &held[..2] {
        call(&mut world, "wang", "w1");
        world.ok("wang", "ticket.start", on(ticket));
        later(&mut world, 60);
        world.ok("wang", "ticket.hold", on(ticket));
    }
    call(&mut world, "wang", "w1");
    world.ok("wang", "ticket.start", on(&held[2]));
    assert_eq!(
        world.refused("wang", "ticket.hold", on(&held[2])),
        "ticket.held_max"
    );
    assert_eq!(
        world.refused("wang", "ticket.resume", on(&held[0])),
        "window.busy"
    );
    world.ok(
        "wang",
        "ticket.finish",
        json!({"ticket": held[2], "reason": "咨询"}),
    );
    assert_eq!(
        world.refused("zhao", "ticket.resume", on(&held[0])),
        "permission.not_yours"
    );
    world.ok("wang", "ticket.resume", on(&held[0]));
    later(&mut world, 30);
    world.ok(
        "wang",
        "ticket.finish",
        json!({"ticket": held[0], "reason": "咨询"}),
    );
    assert_eq!(
        record(&world, &held[0]).served_seconds,
        90,
        "time on hold is no service"
    );
}

#[test]
fn r35_held_longer_than_half_an_hour_is_missed_at_that_instant() {
    let mut world = staffed();
    let ticket = ordinary(&mut world);
    call(&mut world, "wang", "w1");
    world.ok("wang", "ticket.start", on(&ticket));
    world.ok("wang", "ticket.hold", on(&ticket));
    world.go("2026-03-02T09:29:59");
    assert_eq!(state(&world, &ticket), TicketState::Held);
    world.go("2026-03-02T09:30");
    assert_eq!(state(&world, &ticket), TicketState::Missed);
    let due = record(&world, &ticket).since;
    world.go("2026-03-02T11:00");
    assert_eq!(record(&world, &ticket).since, due);
    assert_eq!(due, crate::support::at("2026-03-02T09:30"));
    world.ok("wang", "ticket.restore", on(&ticket));
    call(&mut world, "wang", "w1");
    world.ok("wang", "ticket.start", on(&ticket));
    world.ok("wang", "ticket.hold", on(&ticket));
    world.go("2026-03-02T12:00");
    assert_eq!(
        state(&world, &ticket),
        TicketState::Abandoned,
        "the second time (R33)"
    );
}

#[test]
fn r35_a_held_ticket_waits_for_the_next_clerk_of_its_window() {
    let mut world = staffed();
    let ticket = ordinary(&mut world);
    call(&mut world, "wang", "w1");
    world.ok("wang", "ticket.start", on(&ticket));
    world.ok("wang", "ticket.hold", on(&ticket));
    world.ok("wang", "window.sign_off", json!({"window": "w1"}));
    assert_eq!(
        world.refused("wang", "ticket.resume", on(&ticket)),
        "permission.not_yours"
    );
    world.ok("shou", "window.sign_on", json!({"window": "w1"}));
    world.ok("shou", "ticket.resume", on(&ticket));
    assert_eq!(record(&world, &ticket).staff, Some("shou".into()));
}

#[test]
fn r38_out_of_order_calls_have_a_reason_and_are_listed() {
    let mut world = staffed();
    let first = ordinary(&mut world);
    let later_one = ordinary(&mut world);
    let housing = issue(&mut world, json!({"queue": "b"}));
    assert!(
        Command::parse("ticket.pick", json!({"window": "w1", "ticket": later_one}))
            .unwrap()
            .is_err()
    );
    let pick = |window: &str, ticket: &str| json!({"window": window, "ticket": ticket, "reason": "infirm"});
    assert_eq!(
        world.refused("zhao", "ticket.pick", pick("w1", &later_one)),
        "permission.not_yours"
    );
    assert_eq!(
        world.refused("zhao", "ticket.pick", pick("w2", &housing)),
        "ticket.queue_not_served"
    );
    assert_eq!(
        world.refused("zhu", "ticket.pick", pick("w3", &housing)),
        "window.closed"
    );
    world.ok("zhu", "ticket.pick", pick("w2", &later_one));
    let filter = TicketFilter {
        picked: Some(true),
        ..TicketFilter::default()
    };
    let inspector = Viewer {
        at: world.at,
        staff: Some("cha".into()),
        roles: vec![Role::Inspector],
    };
    let listed: Vec<_> = world
        .hall
        .tickets
        .values()
        .filter(|ticket| filter.matches(&world.hall, &inspector, ticket))
        .map(|ticket| ticket.id.to_string())
        .collect();
    assert_eq!(listed, [later_one]);
    assert_eq!(call(&mut world, "wang", "w1"), Some(first));
}
