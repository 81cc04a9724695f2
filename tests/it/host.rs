//! The host: many connections, one hall. Each sees what the others did, nobody waits for somebody who does not read, and what
//! is asked is answered in order.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use banshi::engine::{Engine, KeyRing};
use banshi::host::{HallClock, Host, Outsider, Simulated};
use banshi::rules::permission::MATRIX;
use banshi::store::{Change, Head, Line, Store, StoreError};
use banshi::wire::{Connection, SendFault};
use serde_json::{Value, json};

use crate::support::bed::{Bed, SEED, SLOTS, Shared};
use crate::support::guest::{Guest, PATIENCE, id};
use crate::support::through::through;
use crate::support::{at, small_folder};

fn served() -> Host {
    serve(Bed::small().engine)
}

fn serve(engine: Engine) -> Host {
    Host::start(engine, HallClock::Still(at("2026-03-02T09:00"))).unwrap()
}

#[test]
fn one_sees_what_another_did() {
    let host = served();
    let mut watcher = Guest::of(&host, "wang");
    let mut usher = Guest::of(&host, "dao");
    watcher.ok("watch", json!({"topics": ["ticket", "case"]}));
    let ticket = usher.ok("ticket.issue", json!({"queue": "a"}));
    assert_eq!(watcher.changed(), BTreeSet::from(["ticket".to_owned()]));
    let seen = watcher.ok("ticket.get", json!({"ticket": ticket["number"]}));
    assert_eq!(seen["id"], ticket["id"]);
    // What is not watched is not told: the next news is of the next ticket.
    let mut chief = Guest::of(&host, "zhao");
    chief.ok("window.sign_on", json!({"window": "w2"}));
    usher.ok("ticket.issue", json!({"queue": "a"}));
    assert_eq!(watcher.changed(), BTreeSet::from(["ticket".to_owned()]));
    // The list is replaced, and an empty one ends it.
    watcher.ok("watch", json!({"topics": []}));
    usher.ok("ticket.issue", json!({"queue": "a"}));
    watcher.ok("hall.status", json!({}));
    assert!(
        watcher.connection.receiver.is_empty(),
        "nothing is told any more"
    );
}

#[test]
fn changes_add_up_for_who_does_not_read() {
    let host = served();
    let mut slow = Guest::of(&host, "wang");
    slow.ok("watch", json!({"topics": ["ticket", "enquiry", "person"]}));
    let mut usher = Guest::of(&host, "dao");
    for _ in 0..400 {
        usher.ok("ticket.issue", json!({"queue": "a"}));
    }
    usher.ok(
        "enquiry.open",
        json!({"visitor": {"name": "甲"}, "kind": "help", "in_scope": true, "matter": "问"}),
    );
    // One change waits unread, and one more holds all that came after it.
    let first = slow.changed();
    assert_eq!(first, BTreeSet::from(["ticket".to_owned()]));
    let rest = slow.changed();
    assert!(
        rest.contains("ticket") && rest.contains("enquiry"),
        "{rest:?}"
    );
    slow.ok("hall.status", json!({}));
    assert!(
        slow.connection.receiver.is_empty(),
        "400 changes were two messages"
    );
}

#[test]
fn who_never_reads_is_dropped_and_others_go_on() {
    let host = served();
    let mut deaf = Guest::of(&host, "wang");
    let mut usher = Guest::of(&host, "dao");
    let until = Instant::now() + PATIENCE;
    loop {
        let request = deaf.request("hall.status", &json!({}));
        match deaf.connection.sender.try_send(request) {
            Ok(()) => {}
            Err(SendFault::Full) => std::thread::sleep(Duration::from_millis(1)),
            Err(SendFault::Closed) => break,
        }
        assert!(Instant::now() < until, "who does not read is never dropped");
    }
    usher.ok("ticket.issue", json!({"queue": "a"}));
    let engine = host.stop().expect("the thread lives");
    assert_eq!(engine.hall().tickets.len(), 1);
}

#[test]
fn commands_of_a_connection_are_answered_in_order() {
    let host = served();
    let mut usher = Guest::of(&host, "dao");
    let sent: Vec<_> = (0..150)
        .map(|place| {
            usher.send(
                "ticket.issue",
                &json!({"queue": if place % 7 == 3 { "none" } else { "a" }}),
            )
        })
        .collect();
    let mut numbers = Vec::new();
    for sent in sent {
        let (answered, result) = usher.answer();
        assert_eq!(answered, id(sent));
        numbers.extend(
            result
                .ok()
                .map(|ticket| ticket["number"].as_str().unwrap().to_owned()),
        );
    }
    let wanted: Vec<_> = (1..=numbers.len())
        .map(|serial| format!("A{serial:03}"))
        .collect();
    assert_eq!(numbers, wanted);
}

#[test]
fn what_is_no_method_is_said_to_be_none() {
    let host = served();
    let mut guest = Guest::of(&host, "wang");
    for method in [
        "ticket.fly",
        "ticket",
        "",
        ".",
        "rpc.nothing",
        "person.list",
        "办事.办",
    ] {
        let error = guest.call(method, json!({})).unwrap_err();
        assert_eq!(error.code, -32601, "{method}");
    }
    let error = guest.call("ticket.issue", json!({"queue": 7})).unwrap_err();
    assert_eq!(
        (error.code, &error.data.unwrap()["path"]),
        (-32602, &json!("queue"))
    );
    guest.ok("hall.status", json!({}));
}

#[test]
fn a_greeting_says_who_one_is_or_is_refused() {
    let host = served();
    let mut guest = Guest::new(&host);
    let error = guest
        .call("session.hello", json!({"contract": 999}))
        .unwrap_err();
    assert_eq!(
        (error.code, &error.data.unwrap()["path"]),
        (-32602, &json!("contract"))
    );
    let error = guest.call("session.hello", json!({})).unwrap_err();
    assert_eq!(error.code, -32602);
    assert_eq!(
        guest.refusal("session.hello", json!({"contract": 1, "staff": "nemo"})),
        "record.not_found"
    );
    // Nobody of the hall may look after it, and not serve.
    assert_eq!(
        guest.refusal("ticket.issue", json!({"queue": "a"})),
        "permission.denied"
    );
    let greeted = guest.ok("session.hello", json!({"contract": 1, "staff": "wang"}));
    assert_eq!(greeted["hall"]["id"], "small");
    assert_eq!(greeted["staff"]["roles"], json!(["clerk"]));
    assert_eq!(
        (&greeted["training"], &greeted["window"]),
        (&json!(true), &Value::Null)
    );
    assert!(!greeted.to_string().contains("pin"));
    guest.ok("ticket.issue", json!({"queue": "a"}));
}

#[test]
fn a_time_is_given_in_a_training_hall_alone_and_never_backwards() {
    let host = served();
    let mut guest = Guest::new(&host);
    let hello = |time: &str| json!({"contract": 1, "staff": "dao", "at": time});
    let greeted = guest.ok("session.hello", hello("2026-03-04T10:00:00+08:00"));
    assert_eq!(greeted["at"], "2026-03-04T10:00:00+08:00");
    guest.ok("ticket.issue", json!({"queue": "a"}));
    let back = hello("2026-03-03T10:00:00+08:00");
    assert_eq!(guest.refusal("session.hello", back), "clock.backwards");
    drop(host);

    let store = banshi::store::MemoryStore::new("small");
    let keys = banshi::engine::KeyRing::derived(SEED, 0);
    let real = Engine::found(
        Box::new(store),
        keys,
        &small_folder(),
        false,
        at("2026-03-02"),
        "test",
    );
    let host = serve(real.unwrap());
    let mut guest = Guest::new(&host);
    assert_eq!(
        guest.refusal("session.hello", hello("2026-03-04T10:00:00+08:00")),
        "hall.not_training"
    );
}

#[test]
fn r23_a_clock_that_lies_behind_is_refused() {
    let mut bed = Bed::small();
    bed.go("2026-03-02T11:00")
        .ok("dao", "ticket.issue", json!({"queue": "a"}));
    let host = serve(bed.engine);
    let mut usher = Guest::of(&host, "dao");
    assert_eq!(
        usher.refusal("ticket.issue", json!({"queue": "a"})),
        "clock.backwards"
    );
    usher.ok("ticket.list", json!({}));
}

#[test]
fn the_description_names_every_method_with_its_schema() {
    let host = served();
    let mut guest = Guest::new(&host);
    let described = guest.ok("rpc.discover", json!({}));
    assert!(described["openrpc"].as_str().unwrap().starts_with("1."));
    let methods = described["methods"].as_array().unwrap();
    let names: Vec<&str> = methods
        .iter()
        .map(|method| method["name"].as_str().unwrap())
        .collect();
    let distinct: BTreeSet<_> = names.iter().copied().collect();
    assert_eq!(distinct.len(), names.len());
    for wanted in MATRIX.iter().map(|row| row.method).chain([
        "session.hello",
        "watch",
        "hall.status",
        "case.explain",
    ]) {
        assert!(distinct.contains(wanted), "{wanted}");
    }
    let schemas = described["components"]["schemas"].as_object().unwrap();
    for method in methods {
        assert!(!method["summary"].as_str().unwrap().is_empty(), "{method}");
        for param in method["params"].as_array().unwrap() {
            assert!(
                param["name"].is_string() && param["schema"].is_object(),
                "{method}"
            );
        }
    }
    // Every reference leads somewhere.
    let text = described.to_string();
    for part in text.split("#/components/schemas/").skip(1) {
        let name = part.split('"').next().unwrap();
        assert!(schemas.contains_key(name), "{name}");
    }
    assert!(!text.contains("$defs"));
}

#[test]
fn a_guest_who_leaves_is_forgotten() {
    let host = served();
    for _ in 0..20 {
        let mut guest = Guest::of(&host, "dao");
        guest.send("ticket.issue", &json!({"queue": "a"}));
    }
    let mut last = Guest::of(&host, "dao");
    last.ok("ticket.issue", json!({"queue": "a"}));
    let engine = host.stop().expect("the thread lives");
    assert!((1..=21).contains(&engine.hall().tickets.len()));
}

#[test]
fn a_topic_that_there_is_not_is_named() {
    let host = served();
    let mut guest = Guest::of(&host, "wang");
    guest.ok("watch", json!({"topics": ["ticket"]}));
    let error = guest
        .call("watch", json!({"topics": ["case", "weather"]}))
        .unwrap_err();
    assert_eq!(
        (error.code, &error.data.unwrap()["path"]),
        (-32602, &json!("topics"))
    );
    assert!(error.message.contains("'weather'"), "{}", error.message);
    // What was watched before is watched still.
    let mut usher = Guest::of(&host, "dao");
    usher.ok("ticket.issue", json!({"queue": "a"}));
    assert_eq!(guest.changed(), BTreeSet::from(["ticket".to_owned()]));
}

#[test]
fn nobody_comes_in_as_the_machine() {
    let host = served();
    for via in ["sweep", "init"] {
        let mut guest = Guest::new(&host);
        let hello = json!({"contract": 1, "via": via});
        let error = guest.call("session.hello", hello).unwrap_err();
        assert_eq!(
            (error.code, &error.data.unwrap()["path"]),
            (-32602, &json!("via"))
        );
        assert_eq!(
            guest.refusal("window.lose", json!({"window": "w1"})),
            "permission.denied"
        );
    }
}

#[test]
fn on_one_connection_everything_is_done_in_order() {
    let host = served();
    let mut guest = Guest::of(&host, "dao");
    // All of it is sent before anything is read, so that one turn finds it together.
    let hello = |time: &str| json!({"contract": 1, "staff": "dao", "at": time});
    guest.send("ticket.issue", &json!({"queue": "a"}));
    guest.send("ticket.list", &json!({}));
    guest.send("session.hello", &hello("2026-03-02T10:00:00+08:00"));
    guest.send("ticket.list", &json!({}));
    guest.send("ticket.issue", &json!({"queue": "a"}));
    guest.send("session.hello", &hello("2026-03-02T11:00:00+08:00"));
    guest.send("ticket.issue", &json!({"queue": "a"}));
    let next = || guest.answer().1.expect("done");
    assert_eq!(next()["issued_at"], "2026-03-02T09:00:00+08:00");
    assert_eq!(next()["rows"].as_array().unwrap().len(), 1);
    assert_eq!(next()["at"], "2026-03-02T10:00:00+08:00");
    assert_eq!(next()["rows"].as_array().unwrap().len(), 1);
    assert_eq!(next()["issued_at"], "2026-03-02T10:00:00+08:00");
    assert_eq!(next()["at"], "2026-03-02T11:00:00+08:00");
    assert_eq!(next()["issued_at"], "2026-03-02T11:00:00+08:00");
}

/// Somebody of another process who owns the data folder.
fn owner() -> Outsider {
    Outsider {
        login: "test".into(),
        uid: rustix::process::getuid().as_raw(),
    }
}

/// Requests over a socket by somebody who watches and never reads an answer.
fn talk_without_reading(host: &Host, requests: usize) -> UnixStream {
    let (near, mut far) = UnixStream::pair().unwrap();
    host.attach(Connection::host(near).unwrap(), owner());
    let mut lines = String::from(
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"session.hello\",\"params\":{\"contract\":1,\"staff\":\"wang\"}}\n\
         {\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"watch\",\"params\":{\"topics\":[\"ticket\",\"window\"]}}\n",
    );
    for _ in 0..requests {
        lines.push_str("{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"hall.status\"}\n");
    }
    // Whoever is dropped for not reading cannot send either; that is what the test is about.
    let _dropped = far.write_all(lines.as_bytes());
    far
}

#[test]
fn nobody_waits_for_who_never_reads_a_socket() {
    let host = served();
    let _quiet = talk_without_reading(&host, 0);
    let _greedy = talk_without_reading(&host, 4000);
    let (near, far) = UnixStream::pair().unwrap();
    host.attach(Connection::host(near).unwrap(), owner());
    let mut usher = Guest::over(Connection::client(far).unwrap());
    usher.ok("session.hello", json!({"contract": 1, "staff": "dao"}));
    for _ in 0..500 {
        usher.ok("ticket.issue", json!({"queue": "a"}));
    }
    let engine = host.stop().expect("the thread lives");
    assert_eq!(engine.hall().tickets.len(), 500);
}

#[test]
fn a_change_that_stays_unread_ends_the_connection() {
    let clock = Simulated::at(at("2026-03-02T09:00"));
    let host = Host::start(Bed::small().engine, HallClock::Simulated(clock.clone())).unwrap();
    let mut deaf = Guest::of(&host, "wang");
    deaf.ok("watch", json!({"topics": ["ticket"]}));
    let mut usher = Guest::of(&host, "dao");
    // One change waits to be read, another one to be told.
    let until = Instant::now() + PATIENCE;
    while Instant::now() < until && deaf.is_connected() {
        usher.ok("ticket.issue", json!({"queue": "a"}));
        clock.pass(Duration::from_secs(1));
    }
    assert!(!deaf.is_connected(), "who does not read is never dropped");
    assert_eq!(deaf.changed(), BTreeSet::from(["ticket".to_owned()]));
    usher.ok("ticket.issue", json!({"queue": "a"}));
    // Who comes back finds out what it missed by asking.
    let mut back = Guest::of(&host, "wang");
    back.ok("watch", json!({"topics": ["ticket"]}));
    let seen = back.ok("ticket.list", json!({"limit": 500}));
    assert!(seen["rows"].as_array().unwrap().len() > 1);
}

/// A store with a bug: after some commits it panics.
struct Buggy {
    store: Shared,
    good: usize,
}

impl Store for Buggy {
    through!(heads read get scan catch_up renew install vouch);
    fn commit(
        &mut self,
        expected: &Head,
        lines: &[Line],
        changes: &[Change],
    ) -> Result<Head, StoreError> {
        assert!(self.good > 0, "a bug in the store, for a test");
        self.good -= 1;
        self.store.commit(expected, lines, changes)
    }
}

#[test]
fn a_thread_that_is_lost_to_a_bug_hangs_up_on_everybody_and_its_owner_learns_of_it() {
    let bed = Bed::small();
    let store = Buggy {
        store: bed.store.clone(),
        good: 1,
    };
    let keys = KeyRing::derived(SEED, SLOTS);
    let engine = Engine::open(Box::new(store), keys, &mut |_| {}).unwrap();
    let host = serve(engine);
    let (near, far) = UnixStream::pair().unwrap();
    host.attach(Connection::host(near).unwrap(), owner());
    let mut remote = Guest::over(Connection::client(far).unwrap());
    remote.ok("session.hello", json!({"contract": 1, "staff": "wang"}));
    let idle = Guest::of(&host, "wang");
    let mut usher = Guest::of(&host, "dao");
    usher.ok("ticket.issue", json!({"queue": "a"}));
    assert!(host.ended().try_recv().is_err(), "it is served");
    usher.send("ticket.issue", &json!({"queue": "a"}));
    let ended = host.ended().recv_timeout(PATIENCE);
    assert_eq!(
        ended,
        Err(crossbeam_channel::RecvTimeoutError::Disconnected)
    );
    for guest in [&remote, &idle, &usher] {
        assert!(guest.is_over());
    }
    // Who comes now is hung up on at once.
    assert!(Guest::new(&host).is_over());
    assert!(host.stop().is_none());
}
