//! M1 cell by cell, and any commands in any order: desks, lines and figures stay together.

use super::{call, later, miss, on, ordinary, staffed, state};
use crate::support::{World, id_of};
use banshi::rules::ticket::TicketState;
use banshi::rules::views::ticket::Tally;
use serde_json::json;

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
    assert_eq!(super::state(&world, &ticket), state);
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
        let expected = match ticket.state {
            TicketState::Called | TicketState::Serving => (1, 0),
            TicketState::Held => (0, 1),
            _ => (0, 0),
        };
        assert_eq!(
            (in_hand, held),
            expected,
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
