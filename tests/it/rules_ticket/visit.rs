//! From service to the end of the day: work, overtime, figures (R34, R39–R49).

use super::{
    call, courtesy, issue, later, miss, number, on, ordinary, serve, staffed, state, view, view_as,
};
use crate::support::{World, id_of, small_folder};
use banshi::rules;
use banshi::rules::permission::Role;
use banshi::rules::ticket::TicketState;
use banshi::rules::views::ticket::Tally;
use serde_json::{Value, json};

#[test]
fn v113_r34_who_waits_is_given_up_by_the_director_at_close_only() {
    let mut world = staffed();
    let waiting = ordinary(&mut world);
    let other = issue(&mut world, json!({"queue": "b"}));
    let called = courtesy(&mut world);
    assert_eq!(call(&mut world, "wang", "w1"), Some(called.clone()));
    assert_eq!(
        world.refused("wang", "ticket.abandon", on(&waiting)),
        "ticket.abandon_waiting"
    );
    assert_eq!(
        world.refused("zhu", "ticket.abandon", on(&waiting)),
        "ticket.before_close"
    );
    assert_eq!(
        world.refused("zhu", "ticket.abandon_all", json!({})),
        "ticket.before_close"
    );
    assert_eq!(
        world.refused("zhao", "ticket.abandon", on(&called)),
        "permission.not_yours"
    );
    world.ok(
        "wang",
        "ticket.abandon",
        json!({"ticket": called, "reason": "走了"}),
    );
    world.go("2026-03-02T17:30");
    assert_eq!(
        world.refused("zhu", "ticket.abandon_all", json!({"queue": "x"})),
        "record.not_found"
    );
    assert_eq!(
        world
            .ok("zhu", "ticket.abandon_all", json!({"queue": "b"}))
            .len(),
        1
    );
    assert_eq!(state(&world, &other), TicketState::Abandoned);
    assert_eq!(state(&world, &waiting), TicketState::Waiting);
    assert_eq!(world.ok("zhu", "ticket.abandon_all", json!({})).len(), 1);
    assert!(world.ok("zhu", "ticket.abandon_all", json!({})).is_empty());
}

/// A ticket that 王甲 is serving at w1.
fn served(world: &mut World) -> String {
    let ticket = ordinary(world);
    call(world, "wang", "w1");
    world.ok("wang", "ticket.start", on(&ticket));
    ticket
}

/// `{ticket}` and more.
fn finish(ticket: &str, more: Value) -> Value {
    let mut params = on(ticket);
    let more = more.as_object().unwrap().clone();
    params.as_object_mut().unwrap().extend(more);
    params
}

#[test]
fn r39_a_visit_that_came_to_nothing_says_why() {
    let mut world = staffed();
    let idle = served(&mut world);
    assert_eq!(
        world.refused("wang", "ticket.finish", on(&idle)),
        "ticket.reason_missing"
    );
    assert_eq!(
        world.refused(
            "wang",
            "ticket.finish",
            finish(&idle, json!({"outcome": "nothing", "reason": "  "}))
        ),
        "ticket.reason_missing"
    );
    assert_eq!(
        world.refused(
            "wang",
            "ticket.finish",
            finish(&idle, json!({"outcome": "case", "reason": "x"}))
        ),
        "ticket.outcome_differs"
    );
    assert_eq!(
        world.refused(
            "wang",
            "ticket.finish",
            finish(&idle, json!({"refs": ["c77"]}))
        ),
        "record.not_found"
    );
    assert_eq!(
        world.refused(
            "zhao",
            "ticket.finish",
            finish(&idle, json!({"reason": "x"}))
        ),
        "permission.not_yours"
    );
    world.ok(
        "wang",
        "ticket.finish",
        finish(&idle, json!({"outcome": "nothing", "reason": "材料未带"})),
    );
    let served = view_as(&world, &idle, Role::Clerk);
    assert_eq!(served.reason.as_deref(), Some("材料未带"));
    assert_eq!(view_as(&world, &idle, Role::Inspector).reason, None);
}

#[test]
fn r39_the_end_of_a_visit_says_what_it_came_to() {
    let mut world = staffed();
    let asking = served(&mut world);
    world.ok(
        "wang",
        "enquiry.open",
        json!({"matter": "低保怎么办", "in_scope": true, "ticket": asking}),
    );
    assert_eq!(
        world.refused(
            "wang",
            "ticket.finish",
            finish(&asking, json!({"outcome": "nothing", "reason": "x"}))
        ),
        "ticket.outcome_differs"
    );
    world.ok("wang", "ticket.finish", on(&asking));
    let seen = view(&world, &asking);
    assert_eq!(serde_json::to_value(seen.outcome).unwrap(), "enquiry");
    assert_eq!(seen.work.len(), 1);

    // Work that was not opened under the ticket is named at the end.
    let late = served(&mut world);
    let enquiry = world.ok(
        "wang",
        "enquiry.open",
        json!({"matter": "问路", "in_scope": true}),
    );
    let enquiry = id_of(&enquiry, "enquiry");
    world.ok(
        "wang",
        "ticket.finish",
        finish(&late, json!({"outcome": "enquiry", "refs": [enquiry]})),
    );
    assert_eq!(
        serde_json::to_value(&view(&world, &late).work).unwrap(),
        json!([enquiry])
    );
}

#[test]
fn r42_issuing_stops_before_close_and_overtime_is_counted() {
    let mut folder = small_folder();
    folder.profile.ticket.issue_stops_minutes_before_close = 15;
    let mut world = World::of(&folder);
    world.go("2026-03-02T17:14:59");
    world.ok("wang", "window.sign_on", json!({"window": "w1"}));
    let ticket = ordinary(&mut world);
    world.go("2026-03-02T17:15");
    assert_eq!(
        world.refused("dao", "ticket.issue", json!({"queue": "a"})),
        "ticket.issuing_stopped"
    );
    world.go("2026-03-02T17:40");
    call(&mut world, "wang", "w1");
    world.ok("wang", "ticket.start", on(&ticket));
    later(&mut world, 600);
    let events = world.ok(
        "wang",
        "ticket.finish",
        json!({"ticket": ticket, "reason": "咨询"}),
    );
    assert_eq!(
        events[0].to_value()["ticket_finished"]["overtime_minutes"],
        10
    );
    world.go("2026-03-03");
    ordinary(&mut world);
}

#[test]
fn v111_r42_a_ticket_of_yesterday_is_expired() {
    let mut world = staffed();
    let served = ordinary(&mut world);
    call(&mut world, "wang", "w1");
    world.ok("wang", "ticket.start", on(&served));
    let called = ordinary(&mut world);
    call(&mut world, "zhao", "w2");
    let waiting = ordinary(&mut world);
    world.go("2026-03-03");
    assert_eq!(state(&world, &served), TicketState::Serving, "overtime");
    assert_eq!(state(&world, &called), TicketState::Expired);
    assert_eq!(state(&world, &waiting), TicketState::Expired);
    world.ok("zhao", "window.sign_on", json!({"window": "w2"}));
    assert_eq!(call(&mut world, "zhao", "w2"), None);
    assert_eq!(
        world.refused(
            "zhao",
            "ticket.pick",
            json!({"window": "w2", "ticket": waiting, "reason": "urgent"})
        ),
        "state.refused"
    );
    // A hall that was off for a week comes out the same.
    let mut off = staffed();
    let ticket = ordinary(&mut off);
    off.go("2026-03-09");
    assert_eq!(state(&off, &ticket), TicketState::Expired);
}

#[test]
fn r47_a_reprint_keeps_the_number() {
    let mut world = staffed();
    let ticket = ordinary(&mut world);
    world.ok("dao", "ticket.reprint", on(&ticket));
    world.ok("dao", "ticket.reprint", on(&ticket));
    assert_eq!(view(&world, &ticket).reprints, 2);
    assert_eq!(number(&world, &ticket), "A001");
}

#[test]
fn r48_everything_is_in_the_events() {
    let mut world = staffed();
    let held = ordinary(&mut world);
    let called = courtesy(&mut world);
    call(&mut world, "zhao", "w2");
    call(&mut world, "wang", "w1");
    world.ok("wang", "ticket.start", on(&held));
    world.ok("wang", "ticket.hold", on(&held));
    let mut again = World::small();
    for event in &world.log {
        again.hall.apply(event);
    }
    assert_eq!(again.hall, world.hall);
    assert_eq!(state(&again, &called), TicketState::Called);
    assert_eq!(
        rules::ticket::next_instant(&again.hall),
        rules::ticket::next_instant(&world.hall)
    );
}

#[test]
fn r49_the_figures_of_a_day_always_balance() {
    let mut world = staffed();
    for turn in 0..40 {
        let ticket = if turn % 3 == 0 {
            courtesy(&mut world)
        } else {
            ordinary(&mut world)
        };
        match turn % 8 {
            0 => drop(world.ok("dao", "ticket.cancel", on(&ticket))),
            1 | 5 => drop(serve(&mut world)),
            2 => {
                let called = call(&mut world, "wang", "w1").unwrap();
                miss(&mut world, &called);
            }
            3 => {
                let called = call(&mut world, "wang", "w1").unwrap();
                world.ok("wang", "ticket.abandon", on(&called));
            }
            _ => {}
        }
        assert!(Tally::of(world.hall.tickets.values()).balances());
    }
    let tally = Tally::of(world.hall.tickets.values());
    assert_eq!(
        (
            tally.issued,
            tally.done,
            tally.abandoned,
            tally.cancelled,
            tally.missed
        ),
        (40, 10, 5, 5, 5)
    );
    assert_eq!(tally.open, 20);
    world.go("2026-03-03");
    let tally = Tally::of(world.hall.tickets.values());
    assert_eq!((tally.open, tally.expired), (0, 20));
    assert!(tally.balances());
}

#[test]
fn r39_work_is_opened_for_a_ticket_in_service_at_the_own_window() {
    let mut world = staffed();
    let ticket = ordinary(&mut world);
    let open = json!({"matter": "m", "in_scope": true, "ticket": ticket});
    assert_eq!(
        world.refused("wang", "enquiry.open", open.clone()),
        "ticket.not_serving"
    );
    call(&mut world, "wang", "w1");
    assert_eq!(
        world.refused("wang", "enquiry.open", open.clone()),
        "ticket.not_serving"
    );
    world.ok("wang", "ticket.start", on(&ticket));
    assert_eq!(
        world.refused("zhao", "enquiry.open", open.clone()),
        "permission.not_yours"
    );
    world.ok("wang", "enquiry.open", open);
}

#[test]
fn a_chief_takes_over_for_an_absent_colleague() {
    let mut world = staffed();
    let ticket = ordinary(&mut world);
    call(&mut world, "wang", "w1");
    world.ok("wang", "ticket.start", on(&ticket));
    assert_eq!(
        world.refused(
            "dai",
            "ticket.finish",
            json!({"ticket": ticket, "reason": "x"})
        ),
        "permission.not_yours"
    );
    world.ok(
        "shou",
        "ticket.finish",
        json!({"ticket": ticket, "reason": "接手"}),
    );
    world.ok("zhu", "window.sign_off", json!({"window": "w1"}));
}
