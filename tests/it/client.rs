//! The client: answers find their questions, changes are one, and what was not answered is asked again.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use banshi::client::{Chance, Client, ClientError, Dial, News, OtherContract, PAUSE_MAX};
use banshi::wire::{
    Changed, Connection, Delivery, ErrorObject, Hello, Id, Message, Request, RequestId, Response,
    Topic,
};
use serde_json::{Value, json};

/// A method that changes the hall.
const COMMAND: &str = "person.unmask";

/// Bits that count up, so that a test can tell one request id from another.
fn counting() -> Chance {
    let mut count = 0_u8;
    Box::new(move || {
        count += 1;
        [count; 16]
    })
}

/// The host's side, driven by hand.
struct Host(Connection);

impl Host {
    fn asked(&self) -> Request {
        match self.0.receiver.recv_timeout(Duration::from_secs(5)) {
            Ok(Delivery::Message(Message::Request(request))) => request,
            other => panic!("no request: {other:?}"),
        }
    }

    fn is_quiet(&self) -> bool {
        self.0.receiver.is_empty()
    }

    fn answer(&self, request: &Request, result: Result<Value, ErrorObject>) {
        self.0
            .sender
            .send(Response {
                id: request.id.clone(),
                result,
            })
            .unwrap();
    }

    fn changed(&self, topic: &str) {
        let changed = Changed {
            topics: [Topic::from(topic)].into(),
        };
        self.0.sender.send(changed.notification()).unwrap();
    }
}

fn joined() -> (Client, Host) {
    let (near, far) = Connection::memory();
    (Client::new(far, counting()), Host(near))
}

/// Connections that a client dials into, in order; none left means that nobody listens.
#[derive(Clone, Default)]
struct Line(Arc<Mutex<VecDeque<Connection>>>);

impl Line {
    fn host(&self) -> Host {
        let (near, far) = Connection::memory();
        self.0.lock().unwrap().push_back(far);
        Host(near)
    }

    fn dial(&self) -> Dial {
        let line = self.clone();
        Box::new(move || {
            let waiting = line.0.lock().unwrap().pop_front();
            waiting.ok_or_else(|| io::Error::from(io::ErrorKind::ConnectionRefused))
        })
    }
}

#[test]
fn a_call_waits_for_its_own_answer_and_keeps_other_news() {
    let (mut client, host) = joined();
    let server = std::thread::spawn(move || {
        let asked = host.asked();
        host.changed("ticket");
        host.changed("case");
        host.0
            .sender
            .send(Response {
                id: Id::from(999),
                result: Ok(json!("stray")),
            })
            .unwrap();
        host.answer(&asked, Ok(json!({ "waiting": 3 })));
        host
    });
    assert_eq!(
        client.call("hall.status", json!({})),
        Ok(json!({ "waiting": 3 }))
    );
    let _host = server.join().unwrap();
    match client.poll(Instant::now()) {
        Some(News::Changed(topics)) => {
            assert_eq!(topics, [Topic::from("case"), Topic::from("ticket")].into());
        }
        other => panic!("{other:?}"),
    }
    assert!(client.poll(Instant::now()).is_none());
}

#[test]
fn commands_carry_a_request_id_and_queries_do_not() {
    let (mut client, host) = joined();
    client.send(COMMAND, json!({ "window": "w01" })).unwrap();
    let asked = host.asked();
    assert_eq!(
        asked.params["request"],
        RequestId::from_bits([1; 16]).as_str()
    );
    client.send("hall.status", Value::Null).unwrap();
    assert!(!host.asked().params.contains_key("request"));
    let mine = client.new_request_id();
    client
        .send(
            COMMAND,
            json!({ "window": "w01", "request": mine.as_str() }),
        )
        .unwrap();
    assert_eq!(host.asked().params["request"], mine.as_str());
    assert!(client.send("hall.status", json!([1])).is_err());
}

#[test]
fn errors_come_back_as_what_they_are() {
    let (mut client, host) = joined();
    let first = client.send("hall.status", Value::Null).unwrap();
    let second = client.send("hall.status", Value::Null).unwrap();
    let data = json!({ "code": "ticket.taken", "rule": "R31", "facts": { "window": "w02" }, "next": "Call the next one." });
    let refused = ErrorObject {
        code: -32001,
        message: "Taken.".to_owned(),
        data: Some(data),
    };
    host.answer(&host.asked(), Err(refused.clone()));
    let misfit = ErrorObject {
        code: -32602,
        message: "no".to_owned(),
        data: Some(json!({ "path": "window" })),
    };
    host.answer(&host.asked(), Err(misfit.clone()));
    match client.poll(Instant::now()) {
        Some(News::Answer(call, Err(error @ ClientError::Refused(_)))) => {
            assert_eq!(call, first);
            assert_eq!(error.to_string(), "Taken. Call the next one.");
            assert_eq!(error.error_object(), Some(refused));
        }
        other => panic!("{other:?}"),
    }
    match client.poll(Instant::now()) {
        Some(News::Answer(call, Err(error))) => {
            assert_eq!(call, second);
            assert_eq!(error.error_object(), Some(misfit));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_call_that_nobody_answers_times_out_and_its_late_answer_is_dropped() {
    let (client, host) = joined();
    let mut client = client.waiting(Duration::from_millis(30));
    assert_eq!(
        client.call("hall.status", Value::Null),
        Err(ClientError::TimedOut)
    );
    host.answer(&host.asked(), Ok(json!("late")));
    assert!(client.poll(Instant::now()).is_none());
    assert_eq!(client.in_flight(), 0);
}

#[test]
fn without_a_way_to_dial_a_lost_connection_is_the_end() {
    let (mut client, host) = joined();
    let call = client.send("hall.status", Value::Null).unwrap();
    drop(host);
    assert!(
        matches!(client.poll(Instant::now()), Some(News::Answer(id, Err(ClientError::Closed(_)))) if id == call)
    );
    assert!(matches!(
        client.poll(Instant::now()),
        Some(News::Over(ClientError::Closed(_)))
    ));
    assert!(matches!(
        client.call("hall.status", Value::Null),
        Err(ClientError::Closed(_))
    ));
}

#[test]
fn what_was_not_answered_is_asked_again_under_the_same_request_id() {
    let line = Line::default();
    let (near, far) = Connection::memory();
    let mut client = Client::new(far, counting()).redialling(line.dial());
    let host = Host(near);
    client.watch([Topic::from("ticket")]).unwrap();
    host.answer(&host.asked(), Ok(json!(null)));
    let first = client.send(COMMAND, json!({ "window": "w01" })).unwrap();
    let second = client.send("hall.status", Value::Null).unwrap();
    let asked = host.asked();
    drop(host);

    let now = Instant::now();
    assert!(matches!(client.poll(now), Some(News::Lost(_))));
    assert!(!client.is_up());
    // Asked while nobody listens: it waits.
    let third = client.send(COMMAND, json!({ "window": "w02" })).unwrap();
    // Nobody listens yet: it dials in vain, and pauses longer.
    let due = client.due_at().unwrap();
    assert!(client.poll(due).is_none());
    let later = client.due_at().unwrap();
    assert!(later > due && later <= due + PAUSE_MAX);
    let host = line.host();
    assert!(
        client
            .poll(later.checked_sub(Duration::from_millis(1)).unwrap())
            .is_none()
    );
    assert!(matches!(client.poll(later), Some(News::Restored)));

    assert_eq!(host.asked().method, "watch");
    let again = host.asked();
    assert_eq!(
        (again.method.as_str(), &again.params),
        (COMMAND, &asked.params)
    );
    host.answer(&again, Ok(json!("first")));
    host.answer(&host.asked(), Ok(json!("second")));
    host.answer(&host.asked(), Ok(json!("third")));
    for (call, result) in [(first, "first"), (second, "second"), (third, "third")] {
        match client.poll(later) {
            Some(News::Answer(id, answer)) => assert_eq!((id, answer), (call, Ok(json!(result)))),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(client.in_flight(), 0);
}

#[test]
fn a_new_connection_is_greeted_before_anything_is_asked_again() {
    let line = Line::default();
    let (near, far) = Connection::memory();
    let mut client = Client::new(far, counting()).redialling(line.dial());
    let host = Host(near);
    let server = std::thread::spawn(move || {
        host.answer(&host.asked(), Ok(json!({ "hall": "shangcai" })));
        host
    });
    assert_eq!(
        client.greet(&Hello::new()),
        Ok(json!({ "hall": "shangcai" }))
    );
    let host = server.join().unwrap();
    client.send("hall.status", Value::Null).unwrap();
    drop(host);
    let host = line.host();
    let now = Instant::now() + PAUSE_MAX;
    assert!(matches!(client.poll(now), Some(News::Lost(_))));
    let now = client.due_at().unwrap();
    assert!(client.poll(now).is_none());
    let greeting = host.asked();
    assert_eq!(greeting.method, "session.hello");
    assert!(host.is_quiet());
    host.answer(&greeting, Ok(json!({})));
    assert!(matches!(client.poll(now), Some(News::Restored)));
    assert_eq!(host.asked().method, "hall.status");
}

#[test]
fn a_server_that_does_not_want_the_session_any_more_ends_it() {
    let line = Line::default();
    let (near, far) = Connection::memory();
    let mut client = Client::new(far, counting()).redialling(line.dial());
    let host = Host(near);
    let server = std::thread::spawn(move || host.answer(&host.asked(), Ok(json!({}))));
    client.greet(&Hello::new()).unwrap();
    server.join().unwrap();
    let host = line.host();
    let now = Instant::now() + PAUSE_MAX;
    while client.poll(now).is_some() {}
    let now = client.due_at().unwrap();
    assert!(client.poll(now).is_none());
    let call = client.send("hall.status", Value::Null).unwrap();
    let old = ErrorObject {
        code: -32602,
        message: "contract 2 is spoken here".to_owned(),
        data: None,
    };
    host.answer(&host.asked(), Err(old));
    assert!(
        matches!(client.poll(now), Some(News::Answer(id, Err(ClientError::Rpc { .. }))) if id == call)
    );
    assert!(matches!(
        client.poll(now),
        Some(News::Over(ClientError::Rpc { .. }))
    ));
    assert!(client.due_at().is_none());
}

#[test]
fn a_hall_that_is_being_opened_is_waited_for_and_a_time_is_given_once() {
    let line = Line::default();
    let (near, far) = Connection::memory();
    let mut client = Client::new(far, counting()).redialling(line.dial());
    let host = Host(near);
    let server = std::thread::spawn(move || {
        let asked = host.asked();
        host.answer(&asked, Ok(json!({ "training": true })));
        asked.params
    });
    let mut hello = Hello::new();
    hello.at = Some("2026-03-02T01:00:00Z".parse().unwrap());
    client.greet(&hello).unwrap();
    assert!(server.join().unwrap().contains_key("at"));
    let opening = line.host();
    let now = Instant::now() + PAUSE_MAX;
    assert!(matches!(client.poll(now), Some(News::Lost(_))));
    let now = client.due_at().unwrap();
    assert!(client.poll(now).is_none());
    let greeting = opening.asked();
    assert!(!greeting.params.contains_key("at"), "a clock is set once");
    opening.answer(&greeting, Ok(json!({ "opening": { "seq": 1, "of": 9 } })));
    assert!(client.poll(now).is_none());
    assert!(!client.is_up());
    let open = line.host();
    let now = client.due_at().unwrap();
    assert!(client.poll(now).is_none());
    open.answer(&open.asked(), Ok(json!({ "at": "later" })));
    assert!(matches!(client.poll(now), Some(News::Restored)));
    assert_eq!(client.welcome()["at"], "later");
}

#[test]
fn a_session_that_is_over_is_tried_again_when_somebody_asks() {
    let (near, far) = Connection::memory();
    let line = Line::default();
    let (waiting, other) = (
        line.clone(),
        OtherContract {
            path: "banshi.2.sock".to_owned(),
            theirs: 2,
            ours: 1,
        },
    );
    let gone = other.clone();
    let dial = move || {
        let found = waiting.0.lock().unwrap().pop_front();
        found.ok_or_else(|| io::Error::other(gone.clone()))
    };
    let mut client = Client::new(far, counting()).redialling(Box::new(dial));
    drop(near);
    let now = Instant::now() + PAUSE_MAX;
    assert!(matches!(client.poll(now), Some(News::Lost(_))));
    let now = client.due_at().unwrap();
    match client.poll(now) {
        Some(News::Over(error)) => assert_eq!(error, ClientError::OtherContract(other)),
        news => panic!("{news:?}"),
    }
    assert!(client.due_at().is_none() && client.can_retry());
    let host = line.host();
    client.retry(now);
    assert!(matches!(client.poll(now), Some(News::Restored)));
    client.send("hall.status", Value::Null).unwrap();
    assert_eq!(host.asked().method, "hall.status");
}

#[test]
fn a_blocking_call_lives_through_a_restart_of_the_server() {
    let line = Line::default();
    let (near, far) = Connection::memory();
    let mut client = Client::new(far, counting()).redialling(line.dial());
    let host = Host(near);
    let server = std::thread::spawn(move || {
        let asked = host.asked();
        let next = line.host();
        drop(host);
        let again = next.asked();
        next.answer(&again, Ok(json!(asked.params == again.params)));
        next
    });
    assert_eq!(
        client.call(COMMAND, json!({ "window": "w01" })),
        Ok(json!(true))
    );
    server.join().unwrap();
}

#[test]
fn what_no_server_would_read_is_not_sent() {
    let (mut client, host) = joined();
    let params = json!({ "note": "x".repeat(banshi::wire::REQUEST_BYTES_MAX) });
    assert!(matches!(
        client.send(COMMAND, params),
        Err(ClientError::TooLong { .. })
    ));
    assert!(host.is_quiet());
    for _ in 0..banshi::client::PENDING_MAX {
        client.send("hall.status", Value::Null).unwrap();
    }
    assert_eq!(
        client.send("hall.status", Value::Null),
        Err(ClientError::Busy)
    );
}
