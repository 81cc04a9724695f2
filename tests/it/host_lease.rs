//! R41a at the host: a dropped line never leaves a ticket stuck and never frees a live one; who comes back gets what was in
//! hand.

use std::collections::BTreeSet;
use std::time::Duration;

use banshi::host::{HallClock, Host, Simulated};
use serde_json::{Value, json};

use crate::support::at;
use crate::support::bed::Bed;
use crate::support::guest::Guest;

const SECOND: Duration = Duration::from_secs(1);

struct Room {
    host: Host,
    clock: Simulated,
    /// Looks after the hall, at no window.
    chief: Guest,
}

impl Room {
    fn new() -> Self {
        let clock = Simulated::at(at("2026-03-02T09:00"));
        let engine = Bed::small().engine;
        let host = Host::start(engine, HallClock::Simulated(clock.clone())).unwrap();
        let chief = Guest::of(&host, "zhu");
        Self { host, clock, chief }
    }

    fn window(&mut self, window: &str) -> Value {
        self.chief.ok("window.get", json!({"window": window}))
    }

    fn state(&mut self, window: &str) -> String {
        self.window(window)["state"].as_str().unwrap().to_owned()
    }

    /// Time passes, and the hall has seen it.
    fn pass(&mut self, seconds: u32) {
        self.settle();
        self.clock.pass(SECOND * seconds);
        self.settle();
    }

    /// What happened on other connections before has been taken: an answer comes at the earliest in the turn that takes it,
    /// the next one after it.
    fn settle(&mut self) {
        for _ in 0..3 {
            self.chief.ok("hall.status", json!({}));
        }
    }

    /// Wang sits at w1 with a ticket in hand.
    fn seated(&mut self) -> (Guest, Value) {
        let (mut wang, greeting) = Guest::at_terminal(&self.host, "wang");
        assert_eq!(
            (&greeting["window"], &greeting["in_hand"]),
            (&Value::Null, &Value::Null)
        );
        wang.ok("window.sign_on", json!({"window": "w1"}));
        let mut usher = Guest::of(&self.host, "dao");
        usher.ok("ticket.issue", json!({"queue": "a"}));
        let ticket = wang.ok("ticket.call_next", json!({"window": "w1"}));
        (wang, ticket)
    }
}

#[test]
fn r41a_a_dropped_line_loses_the_window_after_the_lease_and_regains_it_with_what_was_in_hand() {
    let mut room = Room::new();
    let (wang, ticket) = room.seated();
    drop(wang);
    room.pass(59);
    assert_eq!(
        room.state("w1"),
        "serving",
        "a line may be gone for a while"
    );
    room.pass(2);
    assert_eq!(room.state("w1"), "lost");
    assert_eq!(room.window("w1")["ticket"]["id"], ticket["id"]);
    room.pass(3600);
    let (mut wang, greeting) = Guest::at_terminal(&room.host, "wang");
    assert_eq!(greeting["window"], "w1");
    assert_eq!(greeting["in_hand"]["id"], ticket["id"]);
    assert_eq!(greeting["in_hand"]["state"], "called");
    assert_eq!(room.state("w1"), "serving");
    wang.ok("ticket.start", json!({"ticket": ticket["id"]}));
}

#[test]
fn r41a_who_is_back_within_the_lease_has_lost_nothing() {
    let mut room = Room::new();
    let (wang, ticket) = room.seated();
    for _ in 0..5 {
        room.pass(50);
        let (next, greeting) = Guest::at_terminal(&room.host, "wang");
        assert_eq!(greeting["in_hand"]["id"], ticket["id"]);
        drop(next);
    }
    // Every return began a lease of its own; the first line was there all the time.
    assert_eq!(room.state("w1"), "serving");
    drop(wang);
    room.pass(61);
    assert_eq!(room.state("w1"), "lost");
}

#[test]
fn r41a_a_terminal_that_is_there_keeps_its_window_however_idle() {
    let mut room = Room::new();
    let (_wang, _) = room.seated();
    for _ in 0..8 {
        room.pass(3600);
    }
    assert_eq!(room.state("w1"), "serving");
}

#[test]
fn r41a_two_terminals_hold_one_lease_together() {
    let mut room = Room::new();
    let (first, _) = room.seated();
    let (second, _) = Guest::at_terminal(&room.host, "wang");
    drop(first);
    room.pass(600);
    assert_eq!(room.state("w1"), "serving");
    drop(second);
    room.pass(61);
    assert_eq!(room.state("w1"), "lost");
}

#[test]
fn r41a_only_terminals_hold_a_lease() {
    let mut room = Room::new();
    // Signed on by a call: there is no terminal to be lost.
    let mut zhao = Guest::of(&room.host, "zhao");
    zhao.ok("window.sign_on", json!({"window": "w2"}));
    drop(zhao);
    let (wang, _) = room.seated();
    // A call of the same clerk is no terminal, and neither is that of somebody else.
    let _call = Guest::of(&room.host, "wang");
    let (_other, _) = Guest::at_terminal(&room.host, "shou");
    drop(wang);
    room.pass(61);
    assert_eq!(room.state("w1"), "lost");
    assert_eq!(room.state("w2"), "open");
}

#[test]
fn r41a_a_terminal_that_greets_as_somebody_else_lets_the_lease_go() {
    let mut room = Room::new();
    let (mut terminal, _) = room.seated();
    let hello = json!({"contract": 1, "staff": "zhao", "via": "console"});
    terminal.ok("session.hello", hello);
    room.pass(61);
    assert_eq!(room.state("w1"), "lost");
    let hello = json!({"contract": 1, "staff": "wang", "via": "console"});
    assert_eq!(terminal.ok("session.hello", hello)["window"], "w1");
    assert_eq!(room.state("w1"), "serving");
}

#[test]
fn r41a_after_a_start_the_leases_begin_anew() {
    let mut room = Room::new();
    let (_wang, ticket) = room.seated();
    let engine = room.host.stop().unwrap();
    let clock = Simulated::at(at("2026-03-02T09:30"));
    let host = Host::start(engine, HallClock::Simulated(clock.clone())).unwrap();
    let chief = Guest::of(&host, "zhu");
    let mut room = Room { host, clock, chief };
    room.pass(59);
    assert_eq!(room.state("w1"), "serving", "the terminals dial again");
    room.pass(2);
    assert_eq!(room.state("w1"), "lost");
    let (_wang, greeting) = Guest::at_terminal(&room.host, "wang");
    assert_eq!(greeting["in_hand"]["id"], ticket["id"]);
    assert_eq!(room.state("w1"), "serving");
}

#[test]
fn r41a_whoever_watches_hears_of_a_lost_window_by_itself() {
    let mut room = Room::new();
    let (wang, _) = room.seated();
    let mut watcher = Guest::of(&room.host, "cha");
    watcher.ok("watch", json!({"topics": ["window"]}));
    drop(wang);
    room.settle();
    // Nobody asks for anything from here on.
    room.clock.pass(SECOND * 61);
    assert_eq!(watcher.changed(), BTreeSet::from(["window".to_owned()]));
    assert_eq!(room.state("w1"), "lost");
}

#[test]
fn r41a_a_window_signed_off_in_time_is_not_lost() {
    let mut room = Room::new();
    let (mut wang, _) = Guest::at_terminal(&room.host, "wang");
    wang.ok("window.sign_on", json!({"window": "w1"}));
    drop(wang);
    room.pass(30);
    room.chief.ok("window.sign_off", json!({"window": "w1"}));
    room.pass(60);
    assert_eq!(room.state("w1"), "closed");
}
