//! The host: many connections, one hall. Each sees what the others did, nobody waits for somebody who does not read, and what
//! is asked is answered in order.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use banshi::engine::Engine;
use banshi::host::{HallClock, Host, Peer};
use banshi::rules::{permission::MATRIX, stamp::Via};
use banshi::wire::{Changed, Connection, Delivery, ErrorObject, Id, Message, Request, SendFault};
use serde_json::{Value, json};

use crate::support::bed::{Bed, SEED};
use crate::support::{at, small_folder};

const PATIENCE: Duration = Duration::from_secs(20);

fn served() -> Host {
    serve(Bed::small().engine)
}

fn serve(engine: Engine) -> Host {
    Host::start(engine, HallClock::Still(at("2026-03-02T09:00"))).unwrap()
}

/// Somebody at a connection of their own.
struct Guest {
    connection: Connection,
    count: i64,
}

impl Guest {
    fn new(host: &Host) -> Self {
        let peer = Peer {
            login: "test".into(),
            via: Via::Call,
        };
        Self {
            connection: host.connect(peer),
            count: 0,
        }
    }

    fn of(host: &Host, staff: &str) -> Self {
        let mut guest = Self::new(host);
        guest.ok("session.hello", json!({"contract": 1, "staff": staff}));
        guest
    }

    fn request(&mut self, method: &str, params: &Value) -> Request {
        self.count += 1;
        Request {
            id: id(self.count),
            method: method.into(),
            params: params.as_object().unwrap().clone(),
        }
    }

    fn send(&mut self, method: &str, params: &Value) -> i64 {
        let request = self.request(method, params);
        self.connection.sender.send(request).unwrap();
        self.count
    }

    fn next(&self) -> Message {
        match self.connection.receiver.recv_timeout(PATIENCE) {
            Ok(Delivery::Message(message)) => message,
            other => panic!("no message: {other:?}"),
        }
    }

    /// The next answer; changes on the way are passed over.
    fn answer(&self) -> (Id, Result<Value, ErrorObject>) {
        loop {
            match self.next() {
                Message::Response(response) => return (response.id, response.result),
                Message::Notification(_) => {}
                Message::Request(request) => panic!("{request:?}"),
            }
        }
    }

    fn call(&mut self, method: &str, params: Value) -> Result<Value, ErrorObject> {
        let sent = self.send(method, &params);
        let (answered, result) = self.answer();
        assert_eq!(answered, id(sent));
        result
    }

    fn ok(&mut self, method: &str, params: Value) -> Value {
        self.call(method, params)
            .unwrap_or_else(|error| panic!("{method}: {error:?}"))
    }

    fn refusal(&mut self, method: &str, params: Value) -> String {
        let error = self.call(method, params).unwrap_err();
        assert_eq!(error.code, -32001, "{error:?}");
        error.data.unwrap()["code"].as_str().unwrap().to_owned()
    }

    /// The topics of the next change.
    fn changed(&self) -> BTreeSet<String> {
        match self.next() {
            Message::Notification(notification) => {
                let changed = Changed::from_notification(&notification).expect("a change");
                changed.topics.into_iter().map(|topic| topic.0).collect()
            }
            other => panic!("no change: {other:?}"),
        }
    }
}

fn id(number: i64) -> Id {
    serde_json::from_value(json!(number)).unwrap()
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
