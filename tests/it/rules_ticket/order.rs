//! Numbers, classes, who is next, where a transfer leads, how long the wait is (R24–R31, R36, R43).

use super::{
    call, courtesy, issue, later, number, on, ordinary, public, record, serve, staffed, view,
    view_as,
};
use crate::support::{World, id_of, small_folder};
use banshi::rules::command::Command;
use banshi::rules::people::Who;
use banshi::rules::permission::Role;
use banshi::rules::ticket::Priority;
use banshi::rules::views::Viewer;
use banshi::rules::views::ticket::TicketFilter;
use serde_json::{Value, json};

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
    assert_eq!(seen.name, "张*", "nobody serves them yet (R224)");
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
    assert_eq!(view_as(&world, &ticket, Role::Clerk).ground, None);
    world.ok("wang", "window.sign_on", json!({"window": "w1"}));
    world.ok("wang", "ticket.call_next", json!({"window": "w1"}));
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
fn visitors_are_named_to_the_engine() {
    let mut command = Command::parse(
        "ticket.issue",
        json!({"queue": "a", "visitor": {"name": "张三"}}),
    )
    .unwrap()
    .unwrap();
    assert!(matches!(command.people_mut()[..], [Who::Given(_)]));
}

/// Rule book 1.1: an agent takes numbers for his own clients.
#[test]
fn an_agent_names_the_clients_of_his_own_orders_only() {
    let mut world = World::small();
    let opened = world.ok(
        "wang",
        "proxy.open",
        json!({"client": {"name": "张三"}, "items": ["P"]}),
    );
    let order = id_of(&opened, "proxy");
    let client = id_of(&opened, "person");
    let number = json!({"queue": "a", "visitor": client});
    assert_eq!(
        world.refused("zhou", "ticket.issue", number.clone()),
        "ticket.not_client"
    );
    world.ok(
        "wang",
        "proxy.accept",
        json!({"order": order, "signed": true, "agent": "zhou"}),
    );
    let taken = id_of(&world.ok("zhou", "ticket.issue", number.clone()), "ticket");
    assert_eq!(super::number(&world, &taken), "D001");
    assert_eq!(
        world.refused("wu", "ticket.issue", number),
        "ticket.not_client"
    );
    let stranger = json!({"queue": "a", "visitor": {"name": "李四"}});
    assert_eq!(
        world.refused("zhou", "ticket.issue", stranger),
        "ticket.not_client"
    );
}
