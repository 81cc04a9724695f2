//! The wire: what a line becomes, what an error says, and that nothing from outside breaks a connection by surprise.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use banshi::rules::command::Command;
use banshi::rules::method::ParamFault;
use banshi::rules::refusal::{Refusal, RefusalCode};
use banshi::wire::{
    ANSWER_BYTES_MAX, Changed, Close, Connection, Decoded, Delivery, ErrorObject, Hello, Id,
    LineFault, LineReader, Message, Notification, REQUEST_BYTES_MAX, Request, RequestId, Response,
    SendFault, TimedRead, Topic, decode_answer, decode_request, encode, openrpc,
};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

fn answer_to(line: &str) -> Value {
    match decode_request(line.as_bytes()) {
        Decoded::Malformed(response) => serde_json::from_slice(&encode(&response.into())).unwrap(),
        other => panic!("{line} is understood: {other:?}"),
    }
}

#[track_caller]
fn check_refused(line: &str, code: i64, id: Value, path: &str) {
    let answer = answer_to(line);
    assert_eq!(answer["jsonrpc"], "2.0", "{answer}");
    assert_eq!(answer["error"]["code"], code, "{answer}");
    assert_eq!(answer["id"], id, "{answer}");
    let shown = answer["error"]["data"]["path"].as_str().unwrap_or("");
    assert_eq!(shown, path, "{answer}");
    assert!(!answer["error"]["message"].as_str().unwrap().is_empty());
}

fn request(id: u64, method: &str, params: Value) -> Request {
    let params = params.as_object().cloned().unwrap_or_default();
    Request {
        id: Id::from(id),
        method: method.to_owned(),
        params,
    }
}

#[test]
fn a_request_a_notification_and_an_answer_are_one_line_each() {
    let asked = request(7, "ticket.issue", json!({ "queue": "a" }));
    let line = encode(&asked.clone().into());
    assert_eq!(
        String::from_utf8_lossy(&line),
        "{\"id\":7,\"jsonrpc\":\"2.0\",\"method\":\"ticket.issue\",\"params\":{\"queue\":\"a\"}}\n"
    );
    assert_eq!(decode_request(&line), Decoded::Message(asked.into()));

    let changed = Changed {
        topics: [Topic::from("ticket"), Topic::from("case")].into(),
    };
    let line = encode(&changed.notification().into());
    assert_eq!(
        String::from_utf8_lossy(&line),
        "{\"jsonrpc\":\"2.0\",\"method\":\"changed\",\"params\":{\"topics\":[\"case\",\"ticket\"]}}\n"
    );
    let Ok(Some(Message::Notification(back))) = decode_answer(&line) else {
        panic!("not understood")
    };
    assert_eq!(Changed::from_notification(&back), Some(changed));

    let answer = Response {
        id: Id::Text("x".to_owned()),
        result: Ok(json!(null)),
    };
    let line = encode(&answer.clone().into());
    assert_eq!(
        String::from_utf8_lossy(&line),
        "{\"id\":\"x\",\"jsonrpc\":\"2.0\",\"result\":null}\n"
    );
    assert_eq!(decode_answer(&line), Ok(Some(answer.into())));
}

#[test]
fn what_is_no_request_is_answered_with_the_member_that_is_wrong() {
    check_refused("{", -32700, json!(null), "");
    check_refused("\u{feff}{}", -32700, json!(null), "");
    check_refused("nonsense", -32700, json!(null), "");
    check_refused("1e999", -32700, json!(null), "");
    check_refused("3", -32600, json!(null), ".");
    check_refused("null", -32600, json!(null), ".");
    check_refused("{}", -32600, json!(null), "jsonrpc");
    check_refused(
        r#"{"jsonrpc":"1.0","id":1,"method":"a.b"}"#,
        -32600,
        json!(1),
        "jsonrpc",
    );
    check_refused(r#"{"jsonrpc":"2.0","id":1}"#, -32600, json!(1), "method");
    check_refused(
        r#"{"jsonrpc":"2.0","id":"q","method":3}"#,
        -32600,
        json!("q"),
        "method",
    );
    check_refused(
        r#"{"jsonrpc":"2.0","id":[1],"method":"a.b"}"#,
        -32600,
        json!(null),
        "id",
    );
    check_refused(
        r#"{"jsonrpc":"2.0","id":1,"method":"a.b","params":3}"#,
        -32600,
        json!(1),
        "params",
    );
    check_refused(
        r#"{"jsonrpc":"2.0","id":1,"method":"a.b","params":[3]}"#,
        -32602,
        json!(1),
        ".",
    );
}

#[test]
fn a_batch_is_refused_by_name() {
    let answer = answer_to(r#"[{"jsonrpc":"2.0","id":1,"method":"hall.status"}]"#);
    assert_eq!(answer["error"]["code"], -32600);
    assert!(
        answer["error"]["message"]
            .as_str()
            .unwrap()
            .contains("batches are not taken"),
        "{answer}"
    );
}

#[test]
fn nesting_is_bounded_and_the_bound_is_stated() {
    let nested = |depth: usize| {
        let (open, close) = ("[".repeat(depth), "]".repeat(depth));
        format!(r#"{{"jsonrpc":"2.0","id":1,"method":"a.b","params":{{"x":{open}{close}}}}}"#)
    };
    let deepest = banshi::wire::DEPTH_MAX - 2;
    assert!(matches!(
        decode_request(nested(deepest).as_bytes()),
        Decoded::Message(_)
    ));
    check_refused(&nested(deepest + 1), -32700, json!(null), "");
    check_refused(&"[".repeat(REQUEST_BYTES_MAX), -32700, json!(null), "");
}

#[test]
fn blank_lines_are_nothing() {
    for line in ["", " ", "\r", "\t "] {
        assert_eq!(decode_request(line.as_bytes()), Decoded::Nothing);
        assert_eq!(decode_answer(line.as_bytes()), Ok(None));
    }
}

#[test]
fn an_answer_must_have_one_outcome() {
    for line in [
        r#"{"jsonrpc":"2.0","id":1}"#,
        r#"{"jsonrpc":"2.0","id":1,"result":1,"error":{"code":1,"message":"x"}}"#,
        r#"{"jsonrpc":"2.0","id":1,"error":"x"}"#,
        r#"{"jsonrpc":"2.0","id":{},"result":1}"#,
        r#"{"id":1,"result":1}"#,
        "[]",
        "x",
    ] {
        assert!(decode_answer(line.as_bytes()).is_err(), "{line}");
    }
}

#[test]
fn errors_say_what_programs_need() {
    let fault = ParamFault {
        path: "visitor.phone".to_owned(),
        message: "not a string".to_owned(),
    };
    let error = ErrorObject::invalid_params(&fault);
    assert_eq!(
        (error.code, error.data),
        (-32602, Some(json!({ "path": "visitor.phone" })))
    );

    let error = ErrorObject::method_not_found("ticket.dance");
    assert_eq!(error.code, -32601);
    assert!(error.message.contains("ticket.dance") && error.message.contains("rpc.discover"));

    let refusal = Refusal::new(RefusalCode::NotFound)
        .with("noun", "ticket")
        .with("id", "t9");
    let error = ErrorObject::refused(&refusal);
    assert_eq!(
        (error.code, error.message.as_str()),
        (-32001, "There is no ticket 't9'.")
    );
    let data = error.data.unwrap();
    assert_eq!(data["code"], "record.not_found");
    assert_eq!(data["rule"], "R231");
    assert_eq!(data["facts"], json!({ "noun": "ticket", "id": "t9" }));
    assert!(data["next"].as_str().is_some_and(|next| !next.is_empty()));
}

#[test]
fn a_request_id_is_128_bits_in_base64url() {
    let id = RequestId::from_bits([0xfb; 16]);
    assert_eq!(id.as_str().len(), RequestId::LENGTH);
    assert_eq!(RequestId::parse(id.as_str()), Some(id.clone()));
    for bad in [
        "",
        "a",
        "AAAAAAAAAAAAAAAAAAAAAAAA",
        "AAAAAAAAAAAAAAAAAAAA==",
        "++++++++++++++++++++++",
        "医",
    ] {
        assert_eq!(RequestId::parse(bad), None, "{bad}");
    }
    let mut asked = request(
        1,
        "ticket.issue",
        json!({ "queue": "a", "request": id.as_str() }),
    );
    assert_eq!(asked.take_request_id(), Ok(Some(id)));
    assert_eq!(asked.params, *json!({ "queue": "a" }).as_object().unwrap());
    assert_eq!(asked.take_request_id(), Ok(None));
    for bad in [json!(3), json!("short")] {
        let mut asked = request(1, "ticket.issue", json!({ "request": bad }));
        assert_eq!(asked.take_request_id().unwrap_err().path, "request");
    }
}

#[test]
fn a_greeting_keeps_its_pin_out_of_logs() {
    let hello = Hello {
        pin: Some("4321".to_owned()),
        ..Hello::new()
    };
    assert!(!format!("{hello:?}").contains("4321"));
    let read: Hello = serde_json::from_value(
        json!({ "contract": 1, "lang": "en", "at": "2026-03-02T09:00:00+08:00" }),
    )
    .unwrap();
    assert_eq!(
        read.at.map(|at| at.to_rfc3339()),
        Some("2026-03-02T01:00:00+00:00".to_owned())
    );
}

/// A stream that hands out its bytes in given portions.
struct Portions(Vec<Vec<u8>>);

impl TimedRead for Portions {
    fn read_within(&mut self, into: &mut [u8], _: Option<Duration>) -> io::Result<usize> {
        let Some(first) = self.0.first_mut() else {
            return Ok(0);
        };
        let count = first.len().min(into.len());
        into[..count].copy_from_slice(&first[..count]);
        first.drain(..count);
        if first.is_empty() {
            self.0.remove(0);
        }
        Ok(count)
    }
}

fn all_lines(portions: Vec<Vec<u8>>, limit: usize) -> (Vec<Vec<u8>>, Option<LineFault>) {
    let portions = portions
        .into_iter()
        .filter(|portion| !portion.is_empty())
        .collect();
    let mut reader = LineReader::new(Portions(portions), limit, Duration::from_secs(10));
    let mut lines = Vec::new();
    loop {
        match reader.next_line() {
            Ok(Some(line)) => lines.push(line),
            Ok(None) => return (lines, None),
            Err(fault) => return (lines, Some(fault)),
        }
    }
}

#[test]
fn lines_are_bounded_in_length_and_may_not_be_torn() {
    let (lines, fault) = all_lines(vec![b"ab\nc".to_vec(), b"d\n\n".to_vec()], 2);
    assert_eq!(lines, [b"ab".to_vec(), b"cd".to_vec(), b"".to_vec()]);
    assert!(fault.is_none());
    let (lines, fault) = all_lines(vec![b"ab\nabc\n".to_vec()], 2);
    assert_eq!(lines, [b"ab".to_vec()]);
    assert!(matches!(fault, Some(LineFault::TooLong { limit: 2 })));
    let (_, fault) = all_lines(vec![b"abc".to_vec()], 2);
    assert!(matches!(fault, Some(LineFault::TooLong { limit: 2 })));
    let (_, fault) = all_lines(vec![b"a".to_vec()], 2);
    assert!(matches!(fault, Some(LineFault::Torn)));
}

#[test]
fn a_line_begun_and_not_finished_is_given_up_while_an_idle_stream_is_not() {
    let (near, mut far) = UnixStream::pair().unwrap();
    let mut reader = LineReader::new(near, 100, Duration::from_millis(40));
    let writer = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(120));
        far.write_all(b"whole\nbeg").unwrap();
        for _ in 0..20 {
            std::thread::sleep(Duration::from_millis(10));
            if far.write_all(b"u").is_err() {
                break;
            }
        }
    });
    assert_eq!(reader.next_line().unwrap(), Some(b"whole".to_vec()));
    assert!(matches!(reader.next_line(), Err(LineFault::TooSlow { .. })));
    drop(reader);
    writer.join().unwrap();
}

/// Serves one connection as a host does: every request is answered with its own parameters.
fn echo(connection: Connection) -> std::thread::JoinHandle<Option<Close>> {
    std::thread::spawn(move || {
        for delivery in &connection.receiver {
            let sent = match delivery {
                Delivery::Message(Message::Request(Request { id, params, .. })) => {
                    connection.sender.send(Response {
                        id,
                        result: Ok(Value::Object(params)),
                    })
                }
                Delivery::Message(_) => Ok(()),
                Delivery::Malformed(answer) => connection.sender.send(answer),
                Delivery::Closed(close) => {
                    if let Some(answer) = close.answer() {
                        let _ = connection.sender.send(answer);
                    }
                    return Some(close);
                }
            };
            if sent.is_err() {
                return None;
            }
        }
        None
    })
}

fn answers(mut far: UnixStream, bytes: &[u8]) -> Vec<Value> {
    let reading = far.try_clone().unwrap();
    let reader = std::thread::spawn(move || {
        let lines = BufReader::new(reading).lines();
        lines
            .map_while(Result::ok)
            .map(|line| serde_json::from_str(&line).unwrap())
            .collect()
    });
    // The host may hang up while this is still talking.
    let _ = far.write_all(bytes);
    let _ = far.shutdown(std::net::Shutdown::Write);
    reader.join().unwrap()
}

#[test]
fn a_connection_lives_through_malformed_lines() {
    let (near, far) = UnixStream::pair().unwrap();
    let host = echo(Connection::host(near).unwrap());
    let talk = b"{\n\xff\xfe\n[]\n\n{\"jsonrpc\":\"2.0\",\"method\":\"told\"}\n{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"a.b\",\"params\":{\"k\":1}}\r\n";
    let got = answers(far, talk);
    let codes: Vec<_> = got
        .iter()
        .map(|answer| answer["error"]["code"].clone())
        .collect();
    assert_eq!(
        codes,
        [json!(-32700), json!(-32700), json!(-32600), json!(null)]
    );
    assert_eq!(
        got[3],
        json!({ "jsonrpc": "2.0", "id": 5, "result": { "k": 1 } })
    );
    assert!(matches!(host.join().unwrap(), Some(Close::Ended)));
}

#[test]
fn a_request_over_its_bound_is_answered_and_closes() {
    let (near, far) = UnixStream::pair().unwrap();
    let host = echo(Connection::host(near).unwrap());
    let got = answers(far, &vec![b' '; REQUEST_BYTES_MAX + 1]);
    assert_eq!(got.len(), 1);
    assert_eq!(got[0]["error"]["code"], -32002);
    assert_eq!(got[0]["error"]["data"]["limit"], REQUEST_BYTES_MAX);
    assert!(matches!(
        host.join().unwrap(),
        Some(Close::Line(LineFault::TooLong { .. }))
    ));
}

#[test]
fn an_answer_over_its_bound_becomes_an_error() {
    let (near, far) = UnixStream::pair().unwrap();
    let host = Connection::host(near).unwrap();
    let client = Connection::client(far).unwrap();
    let result = Ok(Value::from("x".repeat(ANSWER_BYTES_MAX)));
    host.sender
        .send(Response {
            id: Id::from(1),
            result,
        })
        .unwrap();
    match client.receiver.recv().unwrap() {
        Delivery::Message(Message::Response(answer)) => {
            assert_eq!(answer.id, Id::from(1));
            assert_eq!(answer.result.unwrap_err().code, ErrorObject::INTERNAL);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_dropped_end_sends_what_it_had_and_closes_the_other() {
    let (near, far) = UnixStream::pair().unwrap();
    let host = Connection::host(near).unwrap();
    let client = Connection::client(far).unwrap();
    for id in 0..50 {
        host.sender
            .send(Response {
                id: Id::from(id),
                result: Ok(json!(id)),
            })
            .unwrap();
    }
    drop(host);
    let mut got = 0;
    for delivery in &client.receiver {
        match delivery {
            Delivery::Message(_) => got += 1,
            Delivery::Closed(close) => assert!(matches!(close, Close::Ended)),
            Delivery::Malformed(_) => panic!("a client hears no requests"),
        }
    }
    assert_eq!(got, 50);
}

#[test]
fn a_client_hangs_up_on_what_is_no_answer() {
    let (near, mut far) = UnixStream::pair().unwrap();
    let client = Connection::client(near).unwrap();
    far.write_all(b"HTTP/1.1 400 Bad Request\r\n").unwrap();
    assert!(matches!(
        client.receiver.recv(),
        Ok(Delivery::Closed(Close::Nonsense(_)))
    ));
    drop(client);
    let mut rest = Vec::new();
    far.read_to_end(&mut rest).unwrap();
    assert!(rest.is_empty());
}

#[test]
fn nobody_waits_for_a_peer_that_does_not_read() {
    let (host, _client) = Connection::memory();
    let told = Notification {
        method: "changed".to_owned(),
        params: Map::new(),
    };
    for _ in 0..banshi::wire::QUEUE_MAX {
        host.sender.try_send(told.clone()).unwrap();
    }
    assert_eq!(host.sender.waiting(), banshi::wire::QUEUE_MAX);
    assert_eq!(host.sender.try_send(told), Err(SendFault::Full));
}

#[test]
fn in_memory_the_same_messages_travel() {
    let (near, far) = Connection::memory();
    let host = echo(near);
    far.sender
        .send(request(3, "a.b", json!({ "x": "医" })))
        .unwrap();
    match far.receiver.recv().unwrap() {
        Delivery::Message(Message::Response(answer)) => {
            assert_eq!(answer.result, Ok(json!({ "x": "医" })));
        }
        other => panic!("{other:?}"),
    }
    drop(far);
    assert!(host.join().unwrap().is_none());
}

#[test]
fn the_description_names_every_method_and_resolves_every_reference() {
    let document = openrpc("0.1.0", Command::describe().into_iter().map(Into::into));
    assert_eq!(document["openrpc"], "1.3.2");
    let methods = document["methods"].as_array().unwrap();
    let names: Vec<&str> = methods
        .iter()
        .map(|method| method["name"].as_str().unwrap())
        .collect();
    assert!(names.is_sorted());
    for method in Command::methods() {
        assert!(names.contains(&method), "{method}");
    }
    let text = document.to_string();
    assert!(
        !text.contains("#/$defs/"),
        "references point into the document"
    );
    let schemas = document["components"]["schemas"].as_object().unwrap();
    for reference in text.split("\"$ref\":\"").skip(1) {
        let target = reference.split('"').next().unwrap();
        let name = target.strip_prefix("#/components/schemas/").unwrap();
        assert!(schemas.contains_key(name), "{target}");
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
        Just(json!("2.0")),
    ];
    let name = prop_oneof![
        "jsonrpc",
        "id",
        "method",
        "params",
        "result",
        "error",
        "[a-z]{0,3}"
    ];
    leaf.prop_recursive(4, 32, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(name.clone(), inner, 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    /// Any bytes: a message or an answer that says what is wrong, never a panic.
    #[test]
    fn any_bytes_are_decoded(line in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Decoded::Malformed(answer) = decode_request(&line) {
            prop_assert!(answer.result.is_err());
        }
        let _ = decode_answer(&line);
    }

    /// Any JSON: what is understood is written again as it was read.
    #[test]
    fn any_json_is_decoded(value in any_json()) {
        let line = value.to_string();
        match decode_request(line.as_bytes()) {
            Decoded::Message(message) => {
                prop_assert_eq!(decode_request(&encode(&message)), Decoded::Message(message));
            }
            Decoded::Malformed(answer) => prop_assert!(answer.result.is_err()),
            Decoded::Nothing => prop_assert!(false, "{} is not nothing", line),
        }
        if let Ok(Some(message)) = decode_answer(line.as_bytes()) {
            prop_assert_eq!(decode_answer(&encode(&message)), Ok(Some(message)));
        }
    }

    /// Lines come out as they went in, in whatever portions they arrive.
    #[test]
    fn portions_do_not_matter(
        lines in prop::collection::vec(prop::collection::vec(1_u8..9, 0..40), 0..8),
        cuts in prop::collection::vec(0_usize..60, 0..12),
    ) {
        let mut bytes: Vec<u8> = lines.iter().flat_map(|line| [line.as_slice(), b"\n"].concat()).collect();
        let mut portions = Vec::new();
        for cut in cuts {
            let rest = bytes.split_off(cut.min(bytes.len()));
            portions.push(std::mem::replace(&mut bytes, rest));
        }
        portions.push(bytes);
        let (got, fault) = all_lines(portions, 40);
        prop_assert!(fault.is_none());
        prop_assert_eq!(got, lines);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Any bytes over a socket: every line that is not blank is answered or the connection closes by name.
    #[test]
    fn any_bytes_over_a_socket_are_answered(lines in prop::collection::vec("[^\n]{1,30}", 0..12)) {
        let (near, far) = UnixStream::pair().unwrap();
        let host = echo(Connection::host(near).unwrap());
        let got = answers(far, format!("{}\n", lines.join("\n")).as_bytes());
        let said = lines.iter().filter(|line| !line.bytes().all(|b| b.is_ascii_whitespace())).count();
        prop_assert_eq!(got.len(), said);
        prop_assert!(matches!(host.join().unwrap(), Some(Close::Ended)));
    }
}
