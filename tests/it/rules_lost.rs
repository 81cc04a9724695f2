//! R41a: a window whose terminal is gone. Nobody else is given its ticket, nothing of it stays stuck, and a live window is
//! never taken for a lost one.

use banshi::rules::{
    event::Event,
    id::{TicketId, WindowCode},
    permission::Role,
    ticket::{TicketState, estimate},
    time::hall_date,
    views::{
        Viewer,
        hall::{CaseCounts, status},
        window::{WindowState, WindowView, of},
    },
    window::{Desk, DeskState},
};
use serde_json::json;

use crate::support::{World, id_of};

fn viewer(world: &World) -> Viewer {
    Viewer {
        at: world.at,
        staff: None,
        roles: vec![Role::Inspector],
    }
}

fn view(world: &World, window: &str) -> WindowView {
    let row = world.hall.windows.get(&WindowCode::from(window)).unwrap();
    of(&world.hall, &viewer(world), row)
}

fn desk<'a>(world: &'a World, window: &str) -> &'a Desk {
    world.hall.desks.get(&window.into()).unwrap()
}

fn ticket_state(world: &World, ticket: &str) -> TicketState {
    let id: TicketId = ticket.parse().unwrap();
    world.hall.tickets.get(&id).unwrap().state
}

fn in_hand(world: &World, window: &str) -> Option<String> {
    desk(world, window).in_hand.map(|id| id.to_string())
}

fn lose(world: &mut World, window: &str) -> Vec<Event> {
    world
        .machine("window.lose", json!({"window": window}))
        .unwrap_or_else(|refusal| panic!("{window}: {refusal}"))
}

fn ticket(world: &mut World, queue: &str) -> String {
    id_of(
        &world.ok("dao", "ticket.issue", json!({"queue": queue})),
        "ticket",
    )
}

/// Wang sits at w1 with a ticket of queue a being served, and the terminal is lost.
fn lost_while_serving() -> (World, String) {
    let mut world = World::small();
    world.sit_down("wang", "w1");
    let served = ticket(&mut world, "a");
    world.ok("wang", "ticket.call_next", json!({"window": "w1"}));
    world.ok("wang", "ticket.start", json!({"ticket": served}));
    world.go("2026-03-02T09:05");
    lose(&mut world, "w1");
    (world, served)
}

#[test]
fn r41a_a_lost_window_keeps_its_ticket_and_gets_it_back() {
    let (mut world, served) = lost_while_serving();
    let shown = view(&world, "w1");
    assert_eq!(shown.state, WindowState::Lost);
    assert_eq!(shown.since, Some(world.at), "lost since then");
    assert_eq!(
        shown.ticket.map(|ticket| ticket.id.to_string()),
        Some(served.clone())
    );
    for verb in ["window.pause", "window.resume"] {
        let params = json!({"window": "w1"});
        assert_eq!(world.refused("wang", verb, params), "state.refused");
    }
    world.go("2026-03-02T09:20");
    world
        .machine("window.regain", json!({"window": "w1"}))
        .unwrap();
    assert_eq!(view(&world, "w1").state, WindowState::Serving);
    world.ok(
        "wang",
        "ticket.finish",
        json!({"ticket": served, "reason": "问路"}),
    );
}

#[test]
fn r41a_only_a_window_signed_on_at_a_terminal_by_its_clerk_can_be_lost() {
    let mut world = World::small();
    let lose = |world: &mut World, window: &str| {
        let refused = world.machine("window.lose", json!({"window": window}));
        refused.unwrap_err().code.as_str()
    };
    assert_eq!(lose(&mut world, "w1"), "state.refused", "closed");
    assert_eq!(lose(&mut world, "w9"), "record.not_found");
    world.ok("wang", "window.sign_on", json!({"window": "w1"}));
    assert_eq!(lose(&mut world, "w1"), "window.no_lease");
    // The chief's terminal is not the colleague's.
    let params = json!({"window": "w2", "staff": "zhao"});
    world
        .run_by(
            banshi::rules::stamp::Via::Console,
            "shou",
            "window.sign_on",
            params,
        )
        .unwrap();
    assert_eq!(lose(&mut world, "w2"), "window.no_lease");
    let regained = world.machine("window.regain", json!({"window": "w1"}));
    assert_eq!(regained.unwrap_err().code.as_str(), "state.refused");
}

#[test]
fn r41a_a_pause_outlasts_the_loss() {
    let mut world = World::small();
    world.sit_down("wang", "w1");
    world.ok(
        "wang",
        "window.pause",
        json!({"window": "w1", "reason": "lunch"}),
    );
    lose(&mut world, "w1");
    world
        .machine("window.regain", json!({"window": "w1"}))
        .unwrap();
    let desk = desk(&world, "w1");
    assert_eq!(desk.state, DeskState::Paused);
    assert!(desk.reason.is_some());
}

#[test]
fn r41a_r43_r45_a_lost_window_calls_nobody_and_counts_for_nobody() {
    let mut world = World::small();
    world.sit_down("wang", "w1");
    world.ok("zhao", "window.sign_on", json!({"window": "w2"}));
    let first = ticket(&mut world, "a");
    world.ok("zhao", "ticket.call_next", json!({"window": "w2"}));
    world.ok("zhao", "ticket.start", json!({"ticket": first}));
    world.go("2026-03-02T09:10");
    world.ok(
        "zhao",
        "ticket.finish",
        json!({"ticket": first, "reason": "问"}),
    );
    let waits = |world: &World| {
        let on = hall_date(world.at);
        estimate(&world.hall, &"a".into(), 4, on)
            .unwrap()
            .low_minutes
    };
    assert_eq!(
        waits(&world),
        20,
        "four people, ten minutes each, two windows"
    );
    let waiting = ticket(&mut world, "a");
    lose(&mut world, "w1");
    assert_eq!(waits(&world), 40, "one window");
    let now = status(&world.hall, &viewer(&world), CaseCounts::default());
    assert_eq!(now.queues[0].open_windows, 1);
    world.go("2026-03-02T09:30");
    assert!(!view(&world, "w1").idle);
    assert_eq!(view(&world, "w1").free_since, None);
    assert_eq!(
        world.refused("wang", "ticket.call_next", json!({"window": "w1"})),
        "window.lost"
    );
    let pick = json!({"window": "w1", "ticket": waiting, "reason": "other"});
    assert_eq!(world.refused("zhu", "ticket.pick", pick), "window.lost");
    // The idle minutes begin when it is back.
    world
        .machine("window.regain", json!({"window": "w1"}))
        .unwrap();
    assert!(!view(&world, "w1").idle);
}

#[test]
fn r41a_r36_nothing_is_sent_to_a_lost_window_and_what_waits_for_it_goes_on() {
    let mut world = World::small();
    world.sit_down("wang", "w1");
    world.ok("zhao", "window.sign_on", json!({"window": "w2"}));
    let sent = ticket(&mut world, "a");
    world.ok("zhao", "ticket.call_next", json!({"window": "w2"}));
    world.ok(
        "zhao",
        "ticket.transfer",
        json!({"ticket": sent, "window": "w1"}),
    );
    assert!(
        world
            .ok("zhao", "ticket.call_next", json!({"window": "w2"}))
            .is_empty(),
        "it waits for w1"
    );
    lose(&mut world, "w1");
    world.ok("zhao", "ticket.call_next", json!({"window": "w2"}));
    assert_eq!(in_hand(&world, "w2"), Some(sent.clone()));
    assert_eq!(
        world.refused(
            "zhao",
            "ticket.transfer",
            json!({"ticket": sent, "window": "w1"})
        ),
        "window.lost"
    );
}

#[test]
fn r41a_the_ticket_is_nobody_elses_but_the_chiefs_and_the_directors() {
    let (mut world, served) = lost_while_serving();
    let finish = json!({"ticket": served, "reason": "x"});
    world.ok("zhao", "window.sign_on", json!({"window": "w2"}));
    assert_eq!(
        world.refused("zhao", "ticket.finish", finish.clone()),
        "permission.not_yours"
    );
    assert_eq!(
        world.refused(
            "zhao",
            "ticket.pick",
            json!({"window": "w2", "ticket": served, "reason": "other"})
        ),
        "ticket.taken"
    );
    let mut other = world.clone();
    other.ok("shou", "ticket.finish", finish);
    assert_eq!(desk(&other, "w1").state, DeskState::Lost);
    world.ok(
        "shou",
        "ticket.transfer",
        json!({"ticket": served, "window": "w2"}),
    );
    assert_eq!(in_hand(&world, "w1"), None);

    let mut world = World::small();
    world.sit_down("wang", "w1");
    let called = ticket(&mut world, "a");
    world.ok("wang", "ticket.call_next", json!({"window": "w1"}));
    let abandon = json!({"ticket": called});
    assert_eq!(
        world.refused("zhu", "ticket.abandon", abandon.clone()),
        "permission.not_yours",
        "a live window's is its own"
    );
    lose(&mut world, "w1");
    world.ok("zhu", "ticket.abandon", abandon);
}

#[test]
fn r41a_signing_a_lost_window_off_puts_its_ticket_back_in_its_place() {
    for by in ["wang", "shou", "zhu"] {
        let (mut world, served) = lost_while_serving();
        let later = ticket(&mut world, "a");
        world.ok(by, "window.sign_off", json!({"window": "w1"}));
        assert_eq!(view(&world, "w1").state, WindowState::Closed);
        assert_eq!(ticket_state(&world, &served), TicketState::Waiting);
        world.ok("zhao", "window.sign_on", json!({"window": "w2"}));
        world.ok("zhao", "ticket.call_next", json!({"window": "w2"}));
        assert_eq!(
            in_hand(&world, "w2"),
            Some(served.clone()),
            "before {later}"
        );
    }
    let (mut world, _) = lost_while_serving();
    assert_eq!(
        world.refused("zhao", "window.sign_off", json!({"window": "w1"})),
        "permission.not_yours"
    );
}

#[test]
fn r41a_the_ticket_goes_with_its_clerk_where_the_other_window_serves_its_queue() {
    let (mut world, served) = lost_while_serving();
    let events = world.sit_down("wang", "w2");
    let names: Vec<_> = events.iter().map(Event::name).collect();
    assert_eq!(
        names,
        [
            "ticket_transferred",
            "window_signed_off",
            "window_signed_on",
            "ticket_called"
        ]
    );
    assert_eq!(view(&world, "w1").state, WindowState::Closed);
    assert_eq!(in_hand(&world, "w1"), None);
    assert_eq!(in_hand(&world, "w2"), Some(served.clone()));
    assert_eq!(ticket_state(&world, &served), TicketState::Called);
    assert!(desk(&world, "w2").leased);
    world.ok("wang", "ticket.start", json!({"ticket": served}));
    world.ok(
        "wang",
        "ticket.finish",
        json!({"ticket": served, "reason": "x"}),
    );
}

#[test]
fn r41a_a_ticket_that_cannot_go_along_waits_in_its_place() {
    let mut world = World::small();
    // w1 serves b, w2 does not.
    world.sit_down("wang", "w1");
    let served = ticket(&mut world, "b");
    world.ok("wang", "ticket.call_next", json!({"window": "w1"}));
    ticket(&mut world, "b");
    lose(&mut world, "w1");
    world.ok("wang", "window.sign_on", json!({"window": "w2"}));
    assert_eq!(ticket_state(&world, &served), TicketState::Waiting);
    assert_eq!((in_hand(&world, "w1"), in_hand(&world, "w2")), (None, None));
    world.ok("li", "window.sign_on", json!({"window": "w3"}));
    world.ok("li", "ticket.call_next", json!({"window": "w3"}));
    assert_eq!(in_hand(&world, "w3"), Some(served));
}

#[test]
fn r41a_somebody_else_takes_a_lost_window_over_by_chief_or_director_only() {
    let (world, served) = lost_while_serving();
    let zhao = json!({"window": "w1", "staff": "zhao"});
    let mut alone = world.clone();
    assert_eq!(
        alone.refused("zhao", "window.sign_on", json!({"window": "w1"})),
        "window.lost"
    );
    for by in ["shou", "zhu"] {
        let mut world = world.clone();
        world.ok(by, "window.sign_on", zhao.clone());
        let desk = desk(&world, "w1");
        assert_eq!(
            (desk.state, desk.staff.clone(), desk.leased),
            (DeskState::Open, Some("zhao".into()), false)
        );
        assert_eq!(in_hand(&world, "w1"), Some(served.clone()));
        world.ok(
            "zhao",
            "ticket.finish",
            json!({"ticket": served, "reason": "x"}),
        );
        // The clerk who was lost is free to sit elsewhere.
        world.ok("wang", "window.sign_on", json!({"window": "w2"}));
    }
    // The clerk's own sign-on there, away from any terminal, takes it back without a lease.
    let mut world = world;
    world.ok("wang", "window.sign_on", json!({"window": "w1"}));
    assert_eq!(desk(&world, "w1").state, DeskState::Open);
    assert_eq!(in_hand(&world, "w1"), Some(served));
}

#[test]
fn r41a_r42_the_end_of_the_day_closes_a_lost_window_and_its_ticket() {
    let (mut world, served) = lost_while_serving();
    world.go("2026-03-03");
    assert_eq!(ticket_state(&world, &served), TicketState::Expired);
    assert_eq!(view(&world, "w1").state, WindowState::Closed);
    assert_eq!(in_hand(&world, "w1"), None);
    world.sit_down("wang", "w1");
}
