//! Tickets (M1): numbers, order, calls, holds, transfers, the end of a visit and of a day (R24–R49; V105–V113).

use banshi::rules::{
    self,
    command::Command,
    event::Event,
    id::TicketId,
    people::Who,
    permission::Role,
    refusal::Refusal,
    stamp::{Actor, Stamp, Via},
    ticket::{Priority, Ticket, TicketState},
    views::{
        Viewer,
        ticket::{Tally, TicketFilter, TicketView, of},
    },
};
use serde_json::{Value, json};

use crate::support::{World, id_of, small_folder};

/// The small hall with 王甲 at w1 (queues a, b) and 赵乙 at w2 (queue a).
fn staffed() -> World {
    let mut world = World::small();
    world.ok("wang", "window.sign_on", json!({"window": "w1"}));
    world.ok("zhao", "window.sign_on", json!({"window": "w2"}));
    world
}

fn issue(world: &mut World, params: Value) -> String {
    id_of(&world.ok("dao", "ticket.issue", params), "ticket")
}

fn ordinary(world: &mut World) -> String {
    issue(world, json!({"queue": "a"}))
}

fn courtesy(world: &mut World) -> String {
    issue(world, json!({"queue": "a", "ground": "elderly"}))
}

fn record<'a>(world: &'a World, id: &str) -> &'a Ticket {
    let id: TicketId = id.parse().unwrap();
    world.hall.tickets.get(&id).unwrap()
}

fn state(world: &World, id: &str) -> TicketState {
    record(world, id).state
}

fn number(world: &World, id: &str) -> String {
    record(world, id).number.clone()
}

fn view_as(world: &World, id: &str, role: Role) -> TicketView {
    let viewer = Viewer {
        at: world.at,
        staff: None,
        roles: vec![role],
    };
    of(&world.hall, &viewer, record(world, id))
}

fn view(world: &World, id: &str) -> TicketView {
    view_as(world, id, Role::Usher)
}

/// The number called to a window; none where nobody waits.
fn call(world: &mut World, staff: &str, window: &str) -> Option<String> {
    let events = world.ok(staff, "ticket.call_next", json!({"window": window}));
    (!events.is_empty()).then(|| id_of(&events, "ticket"))
}

fn on(ticket: &str) -> Value {
    json!({"ticket": ticket})
}

/// Calls the next to w1 and ends the visit at once.
fn serve(world: &mut World) -> String {
    let ticket = call(world, "wang", "w1").expect("somebody waits");
    world.ok("wang", "ticket.start", on(&ticket));
    world.ok(
        "wang",
        "ticket.finish",
        json!({"ticket": ticket, "reason": "咨询"}),
    );
    ticket
}

/// Forward by so many seconds.
fn later(world: &mut World, seconds: i64) {
    let to = world.at + chrono::TimeDelta::seconds(seconds);
    let to = rules::time::hall_time(to)
        .format("%Y-%m-%dT%H:%M:%S")
        .to_string();
    world.go(&to);
}

/// Called three times with nobody coming, by 王甲 at w1.
fn miss(world: &mut World, ticket: &str) {
    for _ in 0..2 {
        later(world, 20);
        world.ok("wang", "ticket.recall", on(ticket));
    }
    world.ok("wang", "ticket.miss", on(ticket));
}

/// Asks as the public at the kiosk.
fn public(world: &mut World, method: &str, params: Value) -> Result<Vec<Event>, Refusal> {
    let command = Command::parse(method, params).unwrap().unwrap();
    let actor = Actor {
        staff: None,
        role: Role::Public,
        window: None,
        login: "kiosk".into(),
        via: Via::Kiosk,
    };
    let stamp = Stamp::new(world.seq + 1, world.at, actor, 900);
    let events = rules::decide(&world.hall, &stamp, &command)?;
    world.seq += 1;
    for event in &events {
        world.hall.apply(event);
    }
    Ok(events)
}

#[test]
fn r24_numbers_count_per_hall_and_day_and_are_never_used_twice() {
    let mut world = staffed();
    let first = ordinary(&mut world);
    assert_eq!(number(&world, &first), "A001");
    world.ok("dao", "ticket.cancel", on(&first));
    let second = ordinary(&mut world);
    let other = issue(&mut world, json!({"queue": "b"}));
    let green = issue(
        &mut world,
        json!({"queue": "b", "priority": "green_channel"}),
    );
    let green_too = issue(&mut world, json!({"queue": "a", "ground": "major_project"}));
    let agents = id_of(
        &world.ok("zhou", "ticket.issue", json!({"queue": "a"})),
        "ticket",
    );
    let aged = courtesy(&mut world);
    let numbers: Vec<String> = [&second, &other, &green, &green_too, &agents, &aged]
        .iter()
        .map(|id| number(&world, id))
        .collect();
    assert_eq!(numbers, ["A002", "B001", "G001", "G002", "D001", "A003"]);
    world.go("2026-03-03");
    let tomorrow = ordinary(&mut world);
    assert_eq!(number(&world, &tomorrow), "A001");
}

#[test]
fn r24_four_digits_after_999() {
    let mut world = World::small();
    for expected in 1..=1001_u32 {
        let ticket = ordinary(&mut world);
        if [1, 999, 1000, 1001].contains(&expected) {
            assert_eq!(number(&world, &ticket), format!("A{expected:03}"));
        }
    }
}

#[test]
fn r25_a_name_is_optional_and_the_visitor_is_recorded_once() {
    let mut world = World::small();
    let nameless = ordinary(&mut world);
    assert_eq!(view(&world, &nameless).visitor, None);
    let named = issue(
        &mut world,
        json!({"queue": "a", "visitor": {"name": "张三"}}),
    );
    let seen = view(&world, &named).visitor.expect("recorded");
    assert_eq!(seen.name, "张三");
    let again = issue(
        &mut world,
        json!({"queue": "a", "visitor": seen.id.to_string()}),
    );
    assert_eq!(record(&world, &again).visitor, Some(seen.id));
    assert_eq!(world.hall.people.len(), 1);
    let inspector = view_as(&world, &named, Role::Inspector)
        .visitor
        .expect("recorded");
    assert_ne!(
        inspector.name, "张三",
        "who only watches sees no name (R224)"
    );
}

#[test]
fn r27_r29_class_comes_with_its_ground() {
    let mut world = World::small();
    let refused = |world: &mut World, params: Value| world.refused("dao", "ticket.issue", params);
    assert_eq!(
        refused(&mut world, json!({"queue": "a", "priority": "courtesy"})),
        "ticket.ground_missing"
    );
    assert_eq!(
        refused(
            &mut world,
            json!({"queue": "a", "priority": "green_channel", "ground": "elderly"})
        ),
        "ticket.ground_mismatch"
    );
    assert_eq!(
        refused(
            &mut world,
            json!({"queue": "a", "priority": "ordinary", "ground": "elderly"})
        ),
        "ticket.ground_mismatch"
    );
    assert_eq!(
        refused(&mut world, json!({"queue": "a", "priority": "booked"})),
        "ticket.no_booking"
    );
    assert_eq!(
        refused(&mut world, json!({"queue": "x"})),
        "record.not_found"
    );
    assert_eq!(
        refused(&mut world, json!({"queue": "a", "items": ["nothing"]})),
        "record.not_found"
    );
    for ground in [
        "elderly",
        "disabled",
        "pregnant",
        "with_infant",
        "military",
        "military_family",
        "veteran",
    ] {
        let ticket = issue(&mut world, json!({"queue": "a", "ground": ground}));
        assert_eq!(
            record(&world, &ticket).priority,
            Priority::Courtesy,
            "{ground}"
        );
    }
}

#[test]
fn r227_a_sensitive_ground_is_for_those_who_serve() {
    let mut world = World::small();
    let ticket = issue(&mut world, json!({"queue": "a", "ground": "disabled"}));
    assert!(view_as(&world, &ticket, Role::Clerk).ground.is_some());
    let watched = view_as(&world, &ticket, Role::Inspector);
    assert_eq!(
        (watched.ground, watched.priority),
        (None, Priority::Courtesy)
    );
    let filter = TicketFilter {
        ground: Some(banshi::rules::ticket::Ground::Disabled),
        ..TicketFilter::default()
    };
    let inspector = Viewer {
        at: world.at,
        staff: None,
        roles: vec![Role::Inspector],
    };
    assert!(!filter.matches(&world.hall, &inspector, record(&world, &ticket)));
    let aged = courtesy(&mut world);
    assert!(
        view_as(&world, &aged, Role::Inspector).ground.is_some(),
        "age is no secret"
    );
}

#[test]
fn r27_the_public_takes_ordinary_tickets_only_and_the_green_channel_may_be_off() {
    let mut world = World::small();
    let ticket = id_of(
        &public(&mut world, "ticket.issue", json!({"queue": "a"})).unwrap(),
        "ticket",
    );
    assert_eq!(number(&world, &ticket), "A001");
    for params in [
        json!({"queue": "a", "ground": "elderly"}),
        json!({"queue": "a", "priority": "green_channel"}),
        json!({"queue": "a", "priority": "booked"}),
    ] {
        let refusal = public(&mut world, "ticket.issue", params).unwrap_err();
        assert_eq!(refusal.code.as_str(), "ticket.ordinary_only");
    }
    public(&mut world, "ticket.cancel", on(&ticket)).unwrap();
    let mut folder = small_folder();
    folder.profile.systems.clear();
    let mut world = World::of(&folder);
    assert_eq!(
        world.refused(
            "dao",
            "ticket.issue",
            json!({"queue": "a", "priority": "green_channel"})
        ),
        "system.off"
    );
}

#[test]
fn r28_class_then_issue_time() {
    let mut world = staffed();
    let plain = ordinary(&mut world);
    let aged = courtesy(&mut world);
    let green = issue(
        &mut world,
        json!({"queue": "a", "priority": "green_channel"}),
    );
    let last = ordinary(&mut world);
    assert_eq!(view(&world, &green).ahead, Some(0));
    assert_eq!(view(&world, &aged).ahead, Some(1));
    assert_eq!(view(&world, &plain).ahead, Some(2));
    assert_eq!(view(&world, &last).ahead, Some(3));
    assert_eq!(
        [(); 4].map(|()| serve(&mut world)),
        [green, aged, plain, last]
    );
}

#[test]
fn v112_after_three_priority_calls_an_ordinary_ticket_is_next() {
    let mut world = staffed();
    let plain = ordinary(&mut world);
    let plain_too = ordinary(&mut world);
    let aged: Vec<String> = (0..8).map(|_| courtesy(&mut world)).collect();
    let called: Vec<String> = (0..10).map(|_| serve(&mut world)).collect();
    let expected = [
        &aged[0], &aged[1], &aged[2], &plain, &aged[3], &aged[4], &aged[5], &plain_too, &aged[6],
        &aged[7],
    ];
    assert_eq!(called.iter().collect::<Vec<_>>(), expected);
}

#[test]
fn r28_the_guard_counts_in_one_queue_and_one_day_and_gives_way_when_nobody_is_ordinary() {
    let mut world = staffed();
    let aged: Vec<String> = (0..4).map(|_| courtesy(&mut world)).collect();
    let other = issue(&mut world, json!({"queue": "b"}));
    for ticket in &aged {
        assert_eq!(
            &serve(&mut world),
            ticket,
            "only courtesy waits in this queue"
        );
    }
    assert_eq!(serve(&mut world), other);
    world.go("2026-03-03");
    world.ok("wang", "window.sign_on", json!({"window": "w1"}));
    ordinary(&mut world);
    let aged = courtesy(&mut world);
    assert_eq!(serve(&mut world), aged, "a new day begins a new count");
}

#[test]
fn r26_a_window_serves_its_queues_in_their_order() {
    let mut world = staffed();
    let housing = issue(&mut world, json!({"queue": "b"}));
    let civil = ordinary(&mut world);
    assert_eq!(call(&mut world, "zhao", "w2"), Some(civil.clone()));
    world.ok(
        "zhao",
        "ticket.transfer",
        json!({"ticket": civil, "queue": "b"}),
    );
    let civil_too = ordinary(&mut world);
    assert_eq!(
        call(&mut world, "wang", "w1"),
        Some(civil_too),
        "queue a stands first at w1"
    );
    world.ok("li", "window.sign_on", json!({"window": "w3"}));
    assert_eq!(call(&mut world, "li", "w3"), Some(housing));
}

#[test]
fn v106_the_last_ticket_goes_to_exactly_one_window() {
    let mut world = staffed();
    let last = ordinary(&mut world);
    assert_eq!(call(&mut world, "wang", "w1"), Some(last.clone()));
    assert_eq!(call(&mut world, "zhao", "w2"), None, "无人等候");
    assert_eq!(
        world.refused(
            "zhao",
            "ticket.pick",
            json!({"window": "w2", "ticket": last, "reason": "urgent"})
        ),
        "ticket.taken"
    );
}

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
fn v110_r36_a_transfer_keeps_number_time_and_place() {
    let mut world = staffed();
    world.go("2026-03-02T09:05");
    let moved = ordinary(&mut world);
    world.go("2026-03-02T09:30");
    let there = issue(&mut world, json!({"queue": "b"}));
    call(&mut world, "wang", "w1");
    world.ok("wang", "ticket.start", on(&moved));
    later(&mut world, 120);
    world.ok(
        "wang",
        "ticket.transfer",
        json!({"ticket": moved, "queue": "b", "note": "应由住建办理"}),
    );
    assert_eq!(view(&world, &moved).ahead, Some(0));
    assert_eq!(view(&world, &there).ahead, Some(1));
    assert_eq!(number(&world, &moved), "A001");
    let step = record(&world, &moved).transfers.last().unwrap();
    assert_eq!((step.from_queue.as_str(), step.queue.as_str()), ("a", "b"));
    assert_eq!(step.from_window, Some("w1".into()));
    assert_eq!(step.note.as_ref().unwrap().shown(), "应由住建办理");
    world.ok("li", "window.sign_on", json!({"window": "w3"}));
    assert_eq!(call(&mut world, "li", "w3"), Some(moved.clone()));
    world.ok("li", "ticket.start", on(&moved));
    later(&mut world, 60);
    world.ok(
        "li",
        "ticket.finish",
        json!({"ticket": moved, "reason": "已解答"}),
    );
    assert_eq!(record(&world, &moved).served_seconds, 180);
}

#[test]
fn r36_a_ticket_sent_to_a_window_waits_for_it_while_it_is_open() {
    let mut world = staffed();
    let sent = ordinary(&mut world);
    call(&mut world, "wang", "w1");
    world.ok(
        "wang",
        "ticket.transfer",
        json!({"ticket": sent, "window": "w2"}),
    );
    assert_eq!(view(&world, &sent).window, Some("w2".into()));
    assert_eq!(call(&mut world, "wang", "w1"), None);
    world.ok("zhao", "window.sign_off", json!({"window": "w2"}));
    assert_eq!(
        call(&mut world, "wang", "w1"),
        Some(sent),
        "its window closed, so any may call it"
    );
}

#[test]
fn r36_transfers_that_lead_nowhere_are_refused() {
    let mut world = staffed();
    let ticket = ordinary(&mut world);
    let to = |more: Value| {
        let mut params = on(&ticket);
        params
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        params
    };
    assert_eq!(
        world.refused("wang", "ticket.transfer", to(json!({}))),
        "ticket.nowhere"
    );
    assert_eq!(
        world.refused("wang", "ticket.transfer", to(json!({"queue": "a"}))),
        "ticket.nowhere"
    );
    assert_eq!(
        world.refused("wang", "ticket.transfer", to(json!({"queue": "x"}))),
        "record.not_found"
    );
    assert_eq!(
        world.refused("wang", "ticket.transfer", to(json!({"window": "w3"}))),
        "window.closed"
    );
    assert_eq!(
        world.refused(
            "wang",
            "ticket.transfer",
            to(json!({"window": "w2", "queue": "b"}))
        ),
        "ticket.queue_not_served"
    );
    call(&mut world, "wang", "w1");
    assert_eq!(
        world.refused("wang", "ticket.transfer", to(json!({"window": "w1"}))),
        "ticket.nowhere"
    );
    assert_eq!(
        world.refused("zhao", "ticket.transfer", to(json!({"queue": "b"}))),
        "permission.not_yours"
    );
    // To a window of another queue the ticket takes that window's queue.
    world.ok("li", "window.sign_on", json!({"window": "w3"}));
    world.ok("wang", "ticket.transfer", to(json!({"window": "w3"})));
    assert_eq!(record(&world, &ticket).queue.as_str(), "b");
    // A waiting ticket is moved by those who serve its queue.
    assert_eq!(
        world.refused("zhao", "ticket.transfer", to(json!({"queue": "a"}))),
        "ticket.queue_not_served"
    );
    assert_eq!(
        world.refused("shou", "ticket.transfer", to(json!({"queue": "a"}))),
        "permission.not_yours"
    );
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

#[test]
fn r39_the_end_of_a_visit_says_what_it_came_to() {
    let mut world = staffed();
    let serve = |world: &mut World| {
        let ticket = ordinary(world);
        call(world, "wang", "w1");
        world.ok("wang", "ticket.start", on(&ticket));
        ticket
    };
    let finish = |ticket: &str, more: Value| {
        let mut params = on(ticket);
        params
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        params
    };
    let idle = serve(&mut world);
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
    assert_eq!(view(&world, &idle).reason.as_deref(), Some("材料未带"));
    assert_eq!(view_as(&world, &idle, Role::Inspector).reason, None);

    let asking = serve(&mut world);
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
    let late = serve(&mut world);
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
fn r43_the_wait_is_people_times_median_over_windows() {
    let mut world = staffed();
    let first = ordinary(&mut world);
    assert_eq!(
        view(&world, &first).wait.low_minutes,
        None,
        "nothing is known yet"
    );
    call(&mut world, "wang", "w1");
    world.ok("wang", "ticket.start", on(&first));
    later(&mut world, 600);
    world.ok(
        "wang",
        "ticket.finish",
        json!({"ticket": first, "reason": "咨询"}),
    );
    let line: Vec<String> = (0..4).map(|_| ordinary(&mut world)).collect();
    let wait = view(&world, &line[3]).wait;
    assert_eq!(
        (wait.low_minutes, wait.high_minutes),
        (Some(15), Some(20)),
        "3 people, 10 minutes, 2 windows"
    );
    world.ok(
        "zhao",
        "window.pause",
        json!({"window": "w2", "reason": "lunch"}),
    );
    let wait = view(&world, &line[3]).wait;
    assert_eq!((wait.low_minutes, wait.high_minutes), (Some(30), Some(40)));
    world.ok("wang", "window.sign_off", json!({"window": "w1"}));
    assert_eq!(
        view(&world, &line[3]).wait.low_minutes,
        None,
        "no window calls"
    );
    world.go("2026-03-03");
    world.ok("wang", "window.sign_on", json!({"window": "w1"}));
    let next_day = ordinary(&mut world);
    assert_eq!(
        view(&world, &next_day).wait.high_minutes,
        Some(10),
        "the day before stands in"
    );
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

/// The verbs of M1 in the order of its rows, `pick` standing for a call.
const VERBS: [&str; 11] = [
    "pick", "recall", "start", "finish", "hold", "resume", "transfer", "miss", "restore",
    "abandon", "cancel",
];

/// What M1 says: the state after, or none where the cell is empty.
fn machine(from: TicketState, verb: &str) -> Option<TicketState> {
    use TicketState::{Abandoned, Called, Cancelled, Done, Held, Missed, Serving, Waiting};
    match (from, verb) {
        (Waiting, "pick") | (Called, "recall") => Some(Called),
        (Called, "start") | (Held, "resume") => Some(Serving),
        (Serving, "finish") => Some(Done),
        (Serving, "hold") => Some(Held),
        (Waiting | Called | Serving, "transfer") | (Missed, "restore") => Some(Waiting),
        (Called, "miss") => Some(Missed),
        (Called | Held | Missed, "abandon") => Some(Abandoned),
        (Waiting | Called | Held | Missed, "cancel") => Some(Cancelled),
        _ => None,
    }
}

/// A hall in which one ticket is in the state, with every guard met for what may follow.
fn in_state(state: TicketState, verb: &str) -> (World, String) {
    use TicketState::{
        Abandoned, Called, Cancelled, Done, Expired, Held, Missed, Serving, Waiting,
    };
    let mut world = staffed();
    let ticket = ordinary(&mut world);
    if !matches!(state, Waiting | Cancelled | Expired) {
        call(&mut world, "wang", "w1");
    }
    match state {
        Waiting => {}
        Called if verb == "miss" => {
            for _ in 0..2 {
                later(&mut world, 20);
                world.ok("wang", "ticket.recall", on(&ticket));
            }
        }
        Called => later(&mut world, 20),
        Serving | Held | Done => {
            world.ok("wang", "ticket.start", on(&ticket));
            match state {
                Held => drop(world.ok("wang", "ticket.hold", on(&ticket))),
                Done => drop(world.ok(
                    "wang",
                    "ticket.finish",
                    json!({"ticket": ticket, "reason": "r"}),
                )),
                _ => {}
            }
        }
        Missed => miss(&mut world, &ticket),
        Abandoned => drop(world.ok("wang", "ticket.abandon", on(&ticket))),
        Cancelled => drop(world.ok("dao", "ticket.cancel", on(&ticket))),
        Expired => {
            world.go("2026-03-03");
            world.ok("wang", "window.sign_on", json!({"window": "w1"}));
        }
    }
    assert_eq!(self::state(&world, &ticket), state);
    (world, ticket)
}

#[test]
fn m1_every_cell_is_done_or_refused_by_name() {
    for from in TicketState::ALL {
        for verb in VERBS {
            let (mut world, ticket) = in_state(from, verb);
            let before = world.hall.clone();
            let params = match verb {
                "pick" => json!({"window": "w1", "ticket": ticket, "reason": "other"}),
                "finish" => json!({"ticket": ticket, "reason": "r"}),
                "transfer" => json!({"ticket": ticket, "queue": "b"}),
                _ => on(&ticket),
            };
            let method = format!("ticket.{verb}");
            match (machine(from, verb), world.run("wang", &method, params)) {
                (Some(to), Ok(_)) => assert_eq!(state(&world, &ticket), to, "{from:?} {verb}"),
                (None, Err(refusal)) => {
                    let expected = match (from, verb) {
                        (TicketState::Waiting, "abandon") => "ticket.abandon_waiting",
                        (
                            TicketState::Called | TicketState::Serving | TicketState::Held,
                            "pick",
                        ) => "ticket.taken",
                        _ => "state.refused",
                    };
                    assert_eq!(refusal.code.as_str(), expected, "{from:?} {verb}");
                    assert_eq!(world.hall, before, "a refusal changes nothing");
                }
                (expected, got) => panic!("{from:?} {verb}: {expected:?}, got {got:?}"),
            }
        }
        let (mut world, ticket) = in_state(from, "day_end");
        world.go("2026-03-04");
        let after = match from {
            TicketState::Waiting
            | TicketState::Called
            | TicketState::Held
            | TicketState::Missed => TicketState::Expired,
            other => other,
        };
        assert_eq!(
            state(&world, &ticket),
            after,
            "{from:?} at the end of the day"
        );
    }
}

/// After every command the desks and the tickets tell the same story.
fn is_consistent(world: &World) {
    for ticket in world.hall.tickets.values() {
        let in_hand = world
            .hall
            .desks
            .values()
            .filter(|desk| desk.in_hand == Some(ticket.id))
            .count();
        let held = world
            .hall
            .desks
            .values()
            .filter(|desk| desk.held.contains(&ticket.id))
            .count();
        let (hand, hold) = match ticket.state {
            TicketState::Called | TicketState::Serving => (1, 0),
            TicketState::Held => (0, 1),
            _ => (0, 0),
        };
        assert_eq!(
            (in_hand, held),
            (hand, hold),
            "{} is {:?}",
            ticket.number,
            ticket.state
        );
        assert_eq!(ticket.due_at.is_some(), ticket.state == TicketState::Held);
    }
    let mut numbers: Vec<_> = world
        .hall
        .tickets
        .values()
        .map(|ticket| (ticket.on, &ticket.number))
        .collect();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(
        numbers.len(),
        world.hall.tickets.len(),
        "no number twice (R24)"
    );
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(48))]

    /// Any commands in any order: nothing panics, and the records agree after each (R31, R37, R49).
    #[test]
    fn any_day_keeps_desks_lines_and_figures_together(steps in proptest::collection::vec((0usize..16, 0usize..8, 0i64..900), 1..80)) {
        let mut world = staffed();
        let mut tickets = vec![ordinary(&mut world)];
        for (verb, which, seconds) in steps {
            later(&mut world, seconds);
            let ticket = tickets[which % tickets.len()].clone();
            let (staff, window) = if which % 2 == 0 { ("wang", "w1") } else { ("zhao", "w2") };
            let done = match verb {
                0 | 1 => world.run("dao", "ticket.issue", json!({"queue": if which < 5 { "a" } else { "b" }})),
                2 => world.run("dao", "ticket.issue", json!({"queue": "a", "ground": "elderly"})),
                3 | 4 => world.run(staff, "ticket.call_next", json!({"window": window})),
                5 => world.run(staff, "ticket.pick", json!({"window": window, "ticket": ticket, "reason": "other"})),
                6 => world.run(staff, "ticket.start", on(&ticket)),
                7 => world.run(staff, "ticket.hold", on(&ticket)),
                8 => world.run(staff, "ticket.resume", on(&ticket)),
                9 => world.run(staff, "ticket.recall", on(&ticket)),
                10 => world.run(staff, "ticket.miss", on(&ticket)),
                11 => world.run("dao", "ticket.restore", on(&ticket)),
                12 => world.run(staff, "ticket.transfer", json!({"ticket": ticket, "queue": if which < 4 { "a" } else { "b" }})),
                13 => world.run(staff, "ticket.finish", json!({"ticket": ticket, "reason": "r"})),
                14 => world.run(staff, "window.sign_off", json!({"window": window})),
                _ => world.run(staff, "window.sign_on", json!({"window": window})),
            };
            if let Ok(events) = &done && verb <= 2 {
                tickets.push(id_of(events, "ticket"));
            }
            is_consistent(&world);
            assert!(Tally::of(world.hall.tickets.values()).balances());
        }
        world.go("2026-03-05");
        is_consistent(&world);
    }
}

#[test]
fn visitors_are_named_to_the_engine() {
    let mut command = Command::parse(
        "ticket.issue",
        json!({"queue": "a", "visitor": {"name": "张三"}}),
    )
    .unwrap()
    .unwrap();
    assert!(matches!(command.people_mut()[..], [Who::Given(_)]));
}
