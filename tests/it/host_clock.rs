//! R23 at the host: time never goes back, and a date that nobody confirmed brings nothing about.

use std::time::Duration;

use banshi::host::{HallClock, Host, Simulated};
use serde_json::{Value, json};

use crate::support::bed::Bed;
use crate::support::guest::Guest;
use crate::support::{World, at};

struct Room {
    host: Host,
    clock: Simulated,
    usher: Guest,
    director: Guest,
}

impl Room {
    fn new() -> Self {
        Self::of(Bed::small().engine, "2026-03-02T09:00")
    }

    fn of(engine: banshi::engine::Engine, time: &str) -> Self {
        let clock = Simulated::at(at(time));
        let host = Host::start(engine, HallClock::Simulated(clock.clone())).unwrap();
        let usher = Guest::of(&host, "dao");
        let director = Guest::of(&host, "zhu");
        Self {
            host,
            clock,
            usher,
            director,
        }
    }

    /// The same hall after a stop and a start.
    fn restarted(self, time: &str) -> Self {
        Self::of(self.host.stop().expect("the thread lives"), time)
    }

    fn issue(&mut self) -> Value {
        self.usher.ok("ticket.issue", json!({"queue": "a"}))
    }

    fn refused(&mut self) -> String {
        self.usher.refusal("ticket.issue", json!({"queue": "a"}))
    }

    fn confirm(&mut self, time: &str) -> Value {
        self.director
            .ok("hall.confirm_clock", json!({"at": written(time)}))
    }

    fn clock(&mut self) -> Value {
        self.usher.ok("hall.status", json!({}))["clock"].clone()
    }

    fn jump(&mut self, time: &str) {
        self.clock.jump_to(at(time));
    }
}

fn written(time: &str) -> String {
    format!("{time}:00+08:00")
}

#[test]
fn r23_a_date_that_jumped_ahead_stops_commands_and_sweeps_until_it_is_confirmed() {
    let mut room = Room::new();
    let ticket = room.issue();
    room.jump("2026-03-05T09:00");
    let error = room
        .usher
        .call("ticket.issue", json!({"queue": "a"}))
        .unwrap_err();
    let data = error.data.unwrap();
    assert_eq!(
        data["code"], "clock.jumped",
        "the whole group waits for somebody"
    );
    assert_eq!(
        data["facts"],
        json!({"at": "2026-03-05T09:00:00+08:00", "minutes": 4320, "since": "2026-03-02T09:00:00+08:00"})
    );
    assert_eq!(
        room.clock(),
        json!({"state": "jumped", "by_seconds": 3 * 86_400})
    );
    // Questions go on, at the time that is believed, and nothing has expired.
    let seen = room.usher.ok("ticket.get", json!({"ticket": ticket["id"]}));
    assert_eq!(seen["state"], "waiting");
    let shown = room.usher.ok("hall.status", json!({}));
    assert_eq!(shown["at"], "2026-03-02T09:00:00+08:00");
    // Not everybody may confirm it, and not any time.
    assert_eq!(
        room.usher.refusal(
            "hall.confirm_clock",
            json!({"at": written("2026-03-05T09:00")})
        ),
        "permission.denied"
    );
    assert_eq!(
        room.director.refusal(
            "hall.confirm_clock",
            json!({"at": written("2026-03-05T09:03")})
        ),
        "clock.differs"
    );
    let error = room
        .director
        .call("hall.confirm_clock", json!({"at": "noon"}))
        .unwrap_err();
    assert_eq!(error.code, -32602);
    assert_eq!(room.refused(), "clock.jumped");
    let confirmed = room.confirm("2026-03-05T09:01");
    assert_eq!(confirmed["clock"], json!({"state": "ok", "by_seconds": 0}));
    room.issue();
    let seen = room.usher.ok("ticket.get", json!({"ticket": ticket["id"]}));
    assert_eq!(seen["state"], "expired", "now the days are swept");
}

#[test]
fn r23_whoever_watches_the_hall_hears_of_its_clock() {
    let mut room = Room::new();
    let mut watcher = Guest::of(&room.host, "cha");
    watcher.ok("watch", json!({"topics": ["hall"]}));
    let hall = std::collections::BTreeSet::from(["hall".to_owned()]);
    room.jump("2026-03-05T09:00");
    assert_eq!(watcher.changed(), hall, "it stopped");
    assert_eq!(room.refused(), "clock.jumped");
    room.confirm("2026-03-05T09:00");
    assert_eq!(watcher.changed(), hall, "it goes on");
}

#[test]
fn r23_the_confirmation_is_on_record_at_the_halls_own_time() {
    let mut room = Room::new();
    room.issue();
    room.jump("2026-03-05T09:00");
    room.confirm("2026-03-05T09:00");
    room.issue();
    let journal = room
        .director
        .ok("journal.read", json!({"from": 1, "limit": 500}));
    let entries = journal["entries"].as_array().unwrap();
    let place = entries
        .iter()
        .position(|entry| !entry["events"][0]["hall_clock_confirmed"].is_null())
        .expect("it is on record");
    assert_eq!(
        entries[place]["events"][0]["hall_clock_confirmed"],
        json!({"from": "2026-03-02T01:00:00Z", "to": "2026-03-05T01:00:00Z", "by": "zhu"})
    );
    assert_eq!(entries[place]["at"], "2026-03-02T01:00:00.000Z");
    let times: Vec<&str> = entries
        .iter()
        .map(|entry| entry["at"].as_str().unwrap())
        .collect();
    assert!(times.is_sorted(), "{times:?}");
    // What time brought about stands after it.
    let swept = |entry: &Value| entry["actor"]["via"] == "sweep";
    assert!(entries[..place].iter().all(|entry| !swept(entry)));
    assert!(entries[place..].iter().any(swept));
}

#[test]
fn r23_a_clock_that_is_put_right_needs_nobody() {
    let mut room = Room::new();
    room.issue();
    room.jump("2027-01-01T00:00");
    assert_eq!(room.refused(), "clock.jumped");
    room.jump("2026-03-02T09:05");
    room.issue();
    assert_eq!(room.clock(), json!({"state": "ok", "by_seconds": 0}));
    assert_eq!(
        room.director.refusal(
            "hall.confirm_clock",
            json!({"at": written("2026-03-02T09:05")})
        ),
        "clock.steady"
    );
}

#[test]
fn r23_a_machine_that_slept_a_hall_that_was_off_and_hours_put_right_are_no_jump() {
    let mut room = Room::new();
    room.issue();
    room.clock.pass(Duration::from_hours(24));
    room.issue();
    // The clock was wrong by hours, as after a wrong time zone.
    room.clock
        .jump_to(room.clock.now() + Duration::from_hours(8));
    room.issue();
    let mut room = room.restarted("2026-04-01T09:00");
    room.issue();
}

#[test]
fn r23_a_clock_behind_the_last_entry_holds_it_once_confirmed() {
    let mut room = Room::new();
    room.jump("2026-03-02T12:00");
    room.issue();
    // A little is nothing: the entry gets the time of the last one.
    room.jump("2026-03-02T11:59");
    assert_eq!(room.issue()["issued_at"], written("2026-03-02T12:00"));
    assert_eq!(room.clock(), json!({"state": "ok", "by_seconds": 0}));
    room.jump("2026-03-02T10:00");
    assert_eq!(room.refused(), "clock.backwards");
    assert_eq!(
        room.clock(),
        json!({"state": "jumped", "by_seconds": -7200})
    );
    let confirmed = room.confirm("2026-03-02T10:01");
    assert_eq!(
        confirmed["clock"],
        json!({"state": "held", "by_seconds": -7200})
    );
    assert_eq!(room.issue()["issued_at"], written("2026-03-02T12:00"));
    // It goes on as long as it runs, over a restart too.
    room.clock.pass(Duration::from_hours(1));
    assert_eq!(room.issue()["issued_at"], written("2026-03-02T12:00"));
    let mut room = room.restarted("2026-03-02T11:30");
    assert_eq!(room.issue()["issued_at"], written("2026-03-02T12:00"));
    assert_eq!(room.clock(), json!({"state": "held", "by_seconds": -1800}));
    // And it is over when the clock has caught up.
    room.clock.pass(Duration::from_mins(40));
    assert_eq!(room.issue()["issued_at"], written("2026-03-02T12:10"));
    assert_eq!(room.clock(), json!({"state": "ok", "by_seconds": 0}));
}

#[test]
fn r23_a_clock_that_goes_back_again_is_confirmed_again() {
    let mut room = Room::new();
    room.jump("2026-03-02T12:00");
    room.issue();
    room.jump("2026-03-02T11:00");
    room.confirm("2026-03-02T11:00");
    room.issue();
    room.jump("2026-03-02T10:00");
    assert_eq!(room.refused(), "clock.backwards");
    room.confirm("2026-03-02T10:00");
    room.issue();
    // What was confirmed for one entry says nothing about a later one.
    room.jump("2026-03-02T13:00");
    room.issue();
    room.jump("2026-03-02T12:30");
    assert_eq!(room.refused(), "clock.backwards");
}

#[test]
fn r23_a_hall_that_starts_behind_its_last_entry_waits_and_goes_on_when_the_clock_is_right() {
    let mut room = Room::new();
    room.jump("2026-03-02T12:00");
    room.issue();
    let mut room = room.restarted("1970-01-02T00:00");
    assert_eq!(room.refused(), "clock.backwards");
    room.jump("2026-03-02T12:10");
    room.issue();
}

#[test]
fn r23_r41a_no_window_is_lost_by_a_date() {
    let mut room = Room::new();
    let (mut wang, _) = Guest::at_terminal(&room.host, "wang");
    wang.ok("window.sign_on", json!({"window": "w1"}));
    drop(wang);
    let state = |room: &mut Room| {
        room.usher.ok("hall.status", json!({}));
        room.usher.ok("window.get", json!({"window": "w1"}))["state"].clone()
    };
    state(&mut room);
    room.jump("2026-03-02T18:00");
    assert_eq!(state(&mut room), "open", "no time has passed");
    room.jump("2026-03-09T18:00");
    room.clock.pass(Duration::from_mins(2));
    assert_eq!(state(&mut room), "open", "nothing is done on a wrong date");
    room.confirm("2026-03-09T18:02");
    assert_eq!(state(&mut room), "closed", "the days that passed closed it");
}

#[test]
fn r23_a_confirmation_is_remembered_and_touches_nothing_else() {
    let mut world = World::small();
    let mut before = world.hall.clone();
    world.ok(
        "guan",
        "hall.confirm_clock",
        json!({"at": written("2026-03-02T08:00")}),
    );
    let confirmed = world.hall.clock_confirmed().expect("it is remembered");
    assert_eq!(
        (confirmed.from, confirmed.to),
        (at("2026-03-02T09:00"), at("2026-03-02T08:00"))
    );
    before
        .frame
        .get_mut(&())
        .expect("a founded hall")
        .clock_confirmed = Some(confirmed);
    assert_eq!(world.hall, before);
}
