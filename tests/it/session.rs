//! For whom a connection may speak: what the system says of its other end and what the hall's tables make of it. The logins are
//! made up, since no machine has them; the connections are in memory.

use std::thread;
use std::time::Duration;

use banshi::client::{Client, ClientError, Refused};
use banshi::engine::{Engine, Identity, Submission};
use banshi::host::{HallClock, Host, Outsider, Peer, found_in_memory};
use banshi::rules::stamp::Via;
use banshi::sys::{password, user};
use banshi::wire::{Connection, Delivery, HELLO, Id, Message, Request, Response};
use serde_json::{Value, json};

use crate::support::{at, small_folder};

/// A uid that is neither the test's own nor root's.
const SOMEBODY: u32 = 4_294_000_000;

const PIN: &str = "2580";

/// The small hall: `wang` has a login of her own, `windows` is shared, `li` has a PIN there.
fn hall() -> Engine {
    let mut folder = small_folder();
    folder.profile.shared_logins.push("windows".into());
    for staff in &mut folder.staff {
        if staff.code.as_str() == "wang" {
            staff.login = "wangj".into();
        }
    }
    let mut hall = found_in_memory(&folder, "session", at("2026-03-02T08:00")).unwrap();
    let hash = password::hash(PIN, b"0123456789abcdef");
    let set = Submission {
        identity: Identity {
            login: "root".into(),
            staff: None,
            via: Via::Call,
        },
        method: "staff.set_pin".into(),
        params: json!({"staff": "li", "hash": hash}),
    };
    let answer = hall.submit(at("2026-03-02T08:00"), &[set]);
    assert!(answer[0].is_ok(), "{answer:?}");
    hall
}

fn served() -> Host {
    Host::start(hall(), HallClock::Still(at("2026-03-02T09:00"))).unwrap()
}

fn connection(host: &Host, login: &str, uid: u32) -> Connection {
    let (ours, theirs) = Connection::memory();
    let login = login.to_owned();
    host.attach(ours, Outsider { login, uid });
    theirs
}

fn client(host: &Host, login: &str, uid: u32) -> Client {
    let chance = crate::support::served::chance;
    Client::new(connection(host, login, uid), Box::new(chance))
}

/// Somebody else's login.
fn guest(host: &Host, login: &str) -> Client {
    client(host, login, SOMEBODY)
}

fn greet(client: &mut Client, more: Value) -> Result<Value, ClientError> {
    let mut hello = json!({"contract": 1});
    let fields = hello.as_object_mut().unwrap();
    fields.extend(more.as_object().unwrap().clone());
    client.call(HELLO, hello)
}

#[track_caller]
fn refused(answer: Result<Value, ClientError>) -> Refused {
    match answer {
        Err(ClientError::Refused(refused)) => *refused,
        other => panic!("not refused: {other:?}"),
    }
}

#[track_caller]
fn code(answer: Result<Value, ClientError>) -> String {
    refused(answer).code
}

/// The actor of the last entry.
fn last_actor(host: &Host) -> Value {
    let peer = Peer {
        login: "test".into(),
        via: Via::Call,
    };
    let chance = crate::support::served::chance;
    let mut admin = Client::new(host.connect(peer), Box::new(chance));
    let status = admin.call("hall.status", json!({})).unwrap();
    let seq = status["head"]["seq"].as_u64().unwrap();
    let read = json!({"from": seq, "limit": 1});
    let lines = admin.call("journal.read", read).unwrap();
    lines["entries"][0]["actor"].clone()
}

#[test]
fn who_owns_the_data_folder_speaks_for_anybody() {
    let host = served();
    for uid in [user::own_uid(), 0] {
        let mut owner = client(&host, "owner", uid);
        let greeting = greet(&mut owner, json!({})).unwrap();
        assert_eq!(greeting["standing"], "owner");
        assert_eq!(greeting["roles"], json!(["admin"]));
        assert!(greeting["staff"].is_null());
        let greeting = greet(&mut owner, json!({"staff": "li"})).unwrap();
        assert_eq!(
            greeting["staff"]["code"], "li",
            "no PIN is asked of an owner"
        );
        assert_eq!(
            code(greet(&mut owner, json!({"staff": "nobody"}))),
            "record.not_found"
        );
    }
}

#[test]
fn a_login_of_ones_own_speaks_for_its_owner_alone() {
    let host = served();
    let mut wang = guest(&host, "wangj");
    let greeting = greet(&mut wang, json!({"via": "console"})).unwrap();
    assert_eq!(greeting["standing"], "own");
    assert_eq!(greeting["staff"]["code"], "wang");
    assert_eq!(greeting["login"], "wangj");
    assert_eq!(greeting["roles"], json!(["clerk"]));
    wang.call("window.sign_on", json!({"window": "w1"}))
        .unwrap();
    let actor = last_actor(&host);
    assert_eq!(actor["staff"], "wang");
    assert_eq!(actor["login"], "wangj");
    assert_eq!(actor["via"], "console");

    let not_you = refused(greet(&mut guest(&host, "wangj"), json!({"staff": "zhao"})));
    assert_eq!(not_you.code, "session.not_you");
    assert_eq!(not_you.facts["staff"], "wang");
    assert_eq!(not_you.facts["asked"], "zhao");
    // Naming oneself is no fault, and the session that was refused nothing stays what it was.
    let greeting = greet(&mut wang, json!({"staff": "wang"})).unwrap();
    assert_eq!(greeting["staff"]["code"], "wang");
    assert_eq!(
        code(greet(&mut wang, json!({"staff": "zhao"}))),
        "session.not_you"
    );
    wang.call("window.sign_off", json!({"window": "w1"}))
        .unwrap();
    assert_eq!(last_actor(&host)["staff"], "wang");
}

#[test]
fn a_shared_login_speaks_for_whom_it_names() {
    let host = served();
    let mut shared = guest(&host, "windows");
    let greeting = greet(&mut shared, json!({"staff": "zhao"})).unwrap();
    assert_eq!(greeting["standing"], "shared");
    assert_eq!(greeting["staff"]["code"], "zhao");
    // Who names nobody is the public, whatever way is claimed.
    let mut nobody = guest(&host, "windows");
    let greeting = greet(&mut nobody, json!({"via": "console"})).unwrap();
    assert_eq!(greeting["roles"], json!(["public"]));
    let denied = refused(nobody.call("window.sign_on", json!({"window": "w1"})));
    assert_eq!(denied.code, "permission.denied");
    assert_eq!(denied.facts["role"], "public");
}

#[test]
fn a_shared_login_is_nobodys_even_if_it_owns_the_data_folder() {
    let host = served();
    let mut shared = client(&host, "windows", user::own_uid());
    let answer = refused(greet(&mut shared, json!({"staff": "li"})));
    assert_eq!(answer.code, "session.pin_required");
    let greeting = greet(&mut shared, json!({})).unwrap();
    assert_eq!(greeting["standing"], "shared");
    assert_eq!(greeting["roles"], json!(["public"]));
}

#[test]
fn a_pin_is_asked_compared_and_locked_after_five_wrong_ones() {
    let host = served();
    let mut shared = guest(&host, "windows");
    let required = refused(greet(&mut shared, json!({"staff": "li"})));
    assert_eq!(required.code, "session.pin_required");
    assert_eq!(required.facts["staff"], "li");
    assert_eq!(
        code(shared.call("hall.status", json!({}))),
        "session.hello_first"
    );
    let with = |pin: &str| json!({"staff": "li", "pin": pin});
    let wrong = refused(greet(&mut shared, with("1111")));
    assert_eq!(wrong.code, "session.wrong_pin");
    assert_eq!(wrong.facts["left"], 4);
    let greeting = greet(&mut shared, with(PIN)).unwrap();
    assert_eq!(greeting["staff"]["code"], "li");
    // A right one begins the count again.
    for left in [4, 3, 2, 1] {
        let wrong = refused(greet(&mut guest(&host, "windows"), with("1111")));
        assert_eq!(wrong.facts["left"], left);
    }
    let locked = refused(greet(&mut shared, with("1111")));
    assert_eq!(locked.code, "session.pin_locked");
    assert_eq!(locked.facts["until"], "2026-03-02T09:15:00+08:00");
    assert_eq!(
        code(greet(&mut shared, with(PIN))),
        "session.pin_locked",
        "the right one too"
    );
    // Nobody else is.
    greet(&mut guest(&host, "windows"), json!({"staff": "zhao"})).unwrap();
    let mut owner = client(&host, "owner", 0);
    greet(&mut owner, json!({"at": "2026-03-02T09:14:59+08:00"})).unwrap();
    assert_eq!(code(greet(&mut shared, with(PIN))), "session.pin_locked");
    greet(&mut owner, json!({"at": "2026-03-02T09:15:00+08:00"})).unwrap();
    let wrong = refused(greet(&mut shared, with("1111")));
    assert_eq!(wrong.facts["left"], 4, "the count begins again");
    greet(&mut shared, with(PIN)).unwrap();
    assert_eq!(
        code(greet(&mut shared, with(&"1".repeat(100_000)))),
        "session.wrong_pin"
    );
}

#[test]
fn a_login_that_nobody_has_is_refused_by_name() {
    let host = served();
    let mut stranger = guest(&host, "stranger");
    let unknown = refused(greet(&mut stranger, json!({"staff": "zhao"})));
    assert_eq!(unknown.code, "session.unknown_login");
    assert_eq!(unknown.facts["login"], "stranger");
    assert_eq!(
        code(stranger.call("hall.status", json!({}))),
        "session.hello_first"
    );
    // A number without a name owns nothing and is nobody's either.
    let unknown = refused(greet(&mut guest(&host, "uid:4294000000"), json!({})));
    assert_eq!(unknown.code, "session.unknown_login");
}

#[test]
fn before_the_greeting_only_the_description_is_given() {
    let host = served();
    let mut early = guest(&host, "wangj");
    for method in ["hall.status", "ticket.issue", "watch", "no.such"] {
        assert_eq!(code(early.call(method, json!({}))), "session.hello_first");
    }
    let described = early.call("rpc.discover", json!({})).unwrap();
    assert_eq!(described["info"]["title"], "banshi");
    greet(&mut early, json!({})).unwrap();
    early.call("hall.status", json!({})).unwrap();
}

#[test]
fn another_contract_and_the_machines_own_ways_are_refused() {
    let host = served();
    let mut guest = guest(&host, "wangj");
    let newer = json!({"contract": 7, "a_field_of_tomorrow": true});
    let Err(ClientError::Rpc { message, path, .. }) = guest.call(HELLO, newer) else {
        panic!("it is refused");
    };
    assert_eq!(path.as_deref(), Some("contract"));
    assert!(message.contains("contract 7") && message.contains("contract 1"));
    for via in ["sweep", "init", "import", "unpack"] {
        let Err(ClientError::Rpc { path, .. }) = greet(&mut guest, json!({"via": via})) else {
            panic!("{via} is refused");
        };
        assert_eq!(path.as_deref(), Some("via"));
    }
    greet(&mut guest, json!({"via": "kiosk"})).unwrap();
}

fn request(number: u64, method: &str, params: Value) -> Request {
    Request {
        id: Id::from(number),
        method: method.into(),
        params: params.as_object().unwrap().clone(),
    }
}

fn answer(connection: &Connection) -> Response {
    match connection.receiver.recv_timeout(Duration::from_mins(1)) {
        Ok(Delivery::Message(Message::Response(response))) => response,
        other => panic!("no answer: {other:?}"),
    }
}

#[test]
fn what_comes_behind_a_pin_waits_for_it_and_nobody_else_does() {
    let host = served();
    let shared = connection(&host, "windows", SOMEBODY);
    let hello = json!({"contract": 1, "staff": "li", "pin": PIN});
    shared.sender.send(request(1, HELLO, hello)).unwrap();
    let sign_on = json!({"window": "w3"});
    shared
        .sender
        .send(request(2, "window.sign_on", sign_on))
        .unwrap();
    let first = answer(&shared);
    assert_eq!(first.id, Id::from(1));
    assert_eq!(first.result.unwrap()["staff"]["code"], "li");
    let second = answer(&shared);
    assert_eq!(second.id, Id::from(2));
    second.result.unwrap();
    assert_eq!(last_actor(&host)["staff"], "li");
}

#[test]
fn many_pins_at_once_are_all_compared() {
    let host = served();
    thread::scope(|scope| {
        let guests: Vec<_> = (0..12)
            .map(|_| {
                scope.spawn(|| {
                    let mut shared = guest(&host, "windows");
                    greet(&mut shared, json!({"staff": "li", "pin": PIN})).unwrap();
                    shared.call("hall.status", json!({})).unwrap();
                })
            })
            .collect();
        for guest in guests {
            guest.join().unwrap();
        }
    });
}

#[test]
fn a_hall_that_stops_while_a_pin_is_compared_just_stops() {
    let host = served();
    let shared = connection(&host, "windows", SOMEBODY);
    for number in 1..=40 {
        let hello = json!({"contract": 1, "staff": "li", "pin": PIN});
        shared.sender.send(request(number, HELLO, hello)).unwrap();
    }
    answer(&shared);
    assert!(host.stop().is_some());
    // Those that were taken are answered, the rest refused by name.
    let mut answers = 1;
    let mut refused = 0;
    while let Ok(Delivery::Message(Message::Response(answer))) = shared.receiver.recv() {
        answers += 1;
        if let Err(error) = answer.result {
            assert_eq!(error.data.unwrap()["code"], "hall.stopping");
            refused += 1;
        }
    }
    assert!(refused > 0);
    assert_eq!(answers, 40, "each has its answer");
}
