//! What no client of ours would do, done to the real server: while it is done and afterwards the same process serves everybody
//! else, and what it cost is given back.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use banshi::client::Client;
use banshi::server::{CONNECTIONS_MAX, OPEN_FILES};
use banshi::sys::socket::allow_open_files;
use banshi::wire::{CONTRACT, LINE_SECONDS_MAX, REQUEST_BYTES_MAX};
use serde_json::json;

use crate::support::calls::HallOnDisk;
use crate::support::chance::Chance;
use crate::support::raw::Raw;
use crate::support::served::{PATIENCE, Served, ok, ticket};

/// Commands that a well-behaved client must get done while somebody else misbehaves.
const COMMANDS: usize = 20;

/// What the server may have in memory at any moment of these tests, in kilobytes: a hall is some 20,000, a connection some 20.
const MEMORY_MAX_KB: usize = 200_000;

/// A served hall, and what its process had open before anybody came.
struct Abused {
    server: Served,
    files: usize,
    threads: usize,
    witness: Client,
    _hall: HallOnDisk,
}

impl Abused {
    fn new() -> Self {
        allow_open_files(OPEN_FILES);
        let hall = HallOnDisk::training();
        let server = Served::on(&hall);
        let mut witness = server.client("s007");
        ok(&mut witness, "ticket.issue", ticket(0));
        let mut abused = Self {
            files: 0,
            threads: 0,
            server,
            witness,
            _hall: hall,
        };
        (abused.files, abused.threads) = (abused.count("fd"), abused.count("task"));
        abused
    }

    /// Entries of a folder of the process.
    fn count(&self, folder: &str) -> usize {
        let path = format!("/proc/{}/{folder}", self.server.process());
        fs::read_dir(path).expect("the server lives").count()
    }

    /// Does something over and over while a well-behaved client gets its commands done; what it keeps open is let go then.
    fn suffers(&mut self, mut abuse: impl FnMut(&Served)) {
        abuse(&self.server);
        let (done, witness) = (AtomicBool::new(false), &mut self.witness);
        let mut most = 0;
        thread::scope(|scope| {
            scope.spawn(|| {
                for nth in 0..COMMANDS {
                    ok(witness, "ticket.issue", ticket(nth));
                }
                done.store(true, Ordering::Relaxed);
            });
            let until = Instant::now() + PATIENCE;
            while !done.load(Ordering::Relaxed) {
                assert!(Instant::now() < until, "the others do not get on");
                abuse(&self.server);
                most = most.max(memory_kb(&self.server));
            }
        });
        assert!(most < MEMORY_MAX_KB, "{most} kB");
        drop(abuse);
        self.recovers();
    }

    /// Waits until the process has open what it had before.
    fn recovers(&mut self) {
        let until = Instant::now() + PATIENCE;
        while self.count("fd") > self.files || self.count("task") > self.threads {
            let open = (self.count("fd"), self.count("task"));
            assert!(Instant::now() < until, "still open: {open:?}");
            thread::sleep(Duration::from_millis(10));
        }
        ok(&mut self.witness, "ticket.issue", ticket(0));
    }
}

/// What the server has in memory, in kilobytes.
fn memory_kb(server: &Served) -> usize {
    let path = format!("/proc/{}/status", server.process());
    let status = fs::read_to_string(path).expect("the server lives");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kb = line.and_then(|line| line.trim().strip_suffix(" kB"));
    kb.and_then(|kb| kb.parse().ok()).expect("it has memory")
}

/// JSON so deep.
fn nested(open: &str, inner: &str, close: &str, levels: usize) -> String {
    format!("{}{inner}{}", open.repeat(levels), close.repeat(levels))
}

/// Lines that are no request, and what each is told.
fn nonsense() -> Vec<(&'static str, Vec<u8>, i64)> {
    let status = Raw::request("hall.status", &json!({}));
    let listed = |limit: &str| {
        let request = Raw::request("ticket.list", &json!({"limit": "?"}));
        request.replace("\"?\"", limit).into_bytes()
    };
    vec![
        ("no JSON", b"hello?".to_vec(), -32700),
        ("half of it", status.as_bytes()[..40].to_vec(), -32700),
        (
            "two on a line",
            [status.as_bytes(), b" ", status.as_bytes()].concat(),
            -32700,
        ),
        (
            "not UTF-8",
            [b"{\"jsonrpc\":\"", &[0xFF, 0xC0][..], b"\"}"].concat(),
            -32700,
        ),
        (
            "a lone surrogate",
            br#"{"jsonrpc":"2.0","id":"\ud800"}"#.to_vec(),
            -32700,
        ),
        ("NUL", b"\0".to_vec(), -32700),
        ("NUL inside", b"{\"jsonrpc\":\"2.0\0\"}".to_vec(), -32700),
        (
            "a carriage return inside",
            b"{\"jsonrpc\":\"2.0\r\"}".to_vec(),
            -32700,
        ),
        (
            "deep lists",
            nested("[", "", "]", 10_000).into_bytes(),
            -32700,
        ),
        (
            "deep objects",
            nested("{\"a\":", "1", "}", 10_000).into_bytes(),
            -32700,
        ),
        ("deep and unclosed", "[".repeat(10_000).into_bytes(), -32700),
        (
            "deep parameters",
            status
                .replace("{}", &nested("{\"a\":", "1", "}", 10_000))
                .into_bytes(),
            -32700,
        ),
        (
            "a batch",
            format!("[{status},{status}]").into_bytes(),
            -32600,
        ),
        ("an empty batch", b"[]".to_vec(), -32600),
        ("a word", b"\"hall.status\"".to_vec(), -32600),
        ("an empty object", b"{}".to_vec(), -32600),
        (
            "no version",
            br#"{"id":1,"method":"hall.status"}"#.to_vec(),
            -32600,
        ),
        ("a number of 400 digits", listed(&"9".repeat(400)), -32700),
        ("beyond 64 bits", listed("18446744073709551616"), -32602),
        ("beyond all floats", listed("1e999"), -32700),
        ("negative", listed("-1"), -32602),
        (
            "no such method",
            Raw::request("hall.burn", &json!({})).into_bytes(),
            -32601,
        ),
    ]
}

#[test]
fn what_is_no_request_is_told_so_and_the_line_lives() {
    let mut abused = Abused::new();
    let mut line = Raw::greeted(&abused.server, "s007");
    abused.suffers(move |_| {
        for (what, bytes, code) in nonsense() {
            line.line(&bytes);
            assert_eq!(line.error(), code, "{what}");
        }
        // Ends of lines as other systems write them, and empty lines, change nothing.
        line.line(b"\r");
        line.line(b"");
        line.line(format!("{}\r", Raw::request("hall.status", &json!({}))).as_bytes());
        let answer = line.answer().unwrap();
        assert!(answer["result"]["windows"].is_array(), "{answer}");
        // Of a key that is there twice the last one holds, and one answer comes.
        let twice = Raw::request("ticket.issue", &json!({"queue": "?"}))
            .replace("\"queue\":\"?\"", "\"queue\":\"qiye\",\"queue\":\"renshe\"");
        line.line(twice.as_bytes());
        let answer = line.answer().unwrap();
        assert_eq!(answer["result"]["queue"], "renshe", "{answer}");
    });
}

#[test]
fn who_has_not_greeted_or_greets_in_another_contract_is_told_so() {
    let mut abused = Abused::new();
    abused.suffers(|server| {
        let mut line = Raw::to(server);
        for method in ["hall.status", "ticket.issue", "watch", "no.such"] {
            let answer = line.ask(method, &json!({}));
            assert_eq!(
                answer["error"]["data"]["code"], "session.hello_first",
                "{method}"
            );
        }
        for contract in [
            json!(CONTRACT + 98),
            json!(0),
            json!(-1),
            json!(1.5),
            json!("1"),
        ] {
            let answer = line.ask("session.hello", &json!({ "contract": contract }));
            assert_eq!(answer["error"]["code"], -32602, "{answer}");
            assert_eq!(answer["error"]["data"]["path"], "contract", "{answer}");
        }
        let answer = line.ask("session.hello", &json!({ "contract": CONTRACT }));
        assert_eq!(answer["result"]["contract"], CONTRACT, "{answer}");
    });
}

#[test]
fn random_bytes_harm_nobody() {
    let mut abused = Abused::new();
    let mut chance = Chance::of(4);
    abused.suffers(move |server| {
        let mut line = match chance.below(2) {
            0 => Raw::to(server),
            _ => Raw::greeted(server, "s008"),
        };
        for _ in 0..20 {
            let count = chance.below(4096);
            line.send(&chance.bytes(count));
        }
        // A whole request with one byte changed anywhere.
        let params = json!({"queue": "qiye", "visitor": {"name": "访客"}});
        let mut request = Raw::request("ticket.issue", &params).into_bytes();
        let at = chance.below(request.len());
        request[at] = chance.bytes(1)[0];
        line.send(b"\n");
        line.send(&request);
        line.send(b"\n");
    });
}

#[test]
fn a_line_that_is_too_long_ends_its_connection() {
    let mut abused = Abused::new();
    abused.suffers(|server| {
        // Of the longest line each byte is taken.
        let mut line = Raw::greeted(server, "s008");
        let request = Raw::request("hall.status", &json!({"x": "?"}));
        let fill = "x".repeat(REQUEST_BYTES_MAX - request.len() + 1);
        line.line(request.replace('?', &fill).as_bytes());
        assert_eq!(line.error(), -32602);
        line.line(request.replace('?', &format!("{fill}x")).as_bytes());
        assert_eq!(line.error(), -32002);
        assert_eq!(line.answer(), None, "hung up");
        // Two mebibytes, with an end and without one.
        for end in ["\n", ""] {
            let mut line = Raw::to(server);
            let frame = "x".repeat(2 * REQUEST_BYTES_MAX) + end;
            line.send(frame.as_bytes());
            assert_eq!(line.error(), -32002);
            assert_eq!(line.answer(), None, "hung up");
        }
    });
}

#[test]
fn a_line_may_come_byte_by_byte_or_be_broken_off() {
    let mut abused = Abused::new();
    let mut chance = Chance::of(5);
    abused.suffers(move |server| {
        let mut line = Raw::greeted(server, "s008");
        let request = Raw::request("hall.status", &json!({}));
        for byte in request.as_bytes() {
            assert!(line.send(&[*byte]));
        }
        line.line(b"");
        assert!(line.answer().unwrap()["result"].is_object());
        for _ in 0..10 {
            let mut half = Raw::to(server);
            half.send(&request.as_bytes()[..chance.below(request.len())]);
        }
    });
}

#[test]
fn a_line_that_is_never_finished_ends_its_connection_in_time() {
    let mut abused = Abused::new();
    let mut lines: Vec<Raw> = Vec::new();
    for _ in 0..20 {
        let mut line = Raw::to(&abused.server);
        line.send(b"{\"jsonrpc\":");
        lines.push(line);
    }
    let began = Instant::now();
    for line in &mut lines {
        assert_eq!(line.error(), -32003);
        assert_eq!(line.answer(), None, "hung up");
    }
    assert!(
        began.elapsed() > Duration::from_secs(LINE_SECONDS_MAX / 2),
        "not at once"
    );
    drop(lines);
    abused.recovers();
}

#[test]
fn five_hundred_idle_terminals_cost_little() {
    let mut abused = Abused::new();
    let mut idle: Vec<Raw> = Vec::new();
    abused.suffers(move |server| {
        while idle.len() < 500 {
            idle.push(Raw::greeted(server, "s008"));
        }
    });
}

#[test]
fn one_connection_too_many_is_refused_politely() {
    let mut abused = Abused::new();
    let mut full: Vec<Raw> = Vec::new();
    abused.suffers(move |server| {
        // The witness is one of them.
        while full.len() < CONNECTIONS_MAX - 1 {
            let mut line = Raw::to(server);
            let answer = line.ask("hall.status", &json!({}));
            assert_eq!(
                answer["error"]["data"]["code"], "session.hello_first",
                "{answer}"
            );
            full.push(line);
        }
        let mut refused = Raw::to(server);
        let answer = refused.answer().expect("it is told why");
        assert_eq!(
            answer["error"]["data"]["code"], "session.too_many",
            "{answer}"
        );
        assert_eq!(answer["error"]["data"]["facts"]["most"], CONNECTIONS_MAX);
        assert_eq!(refused.answer(), None, "hung up");
        // Who goes makes room, as soon as the server has seen it.
        full.pop();
        let until = Instant::now() + PATIENCE;
        let mut line = loop {
            let mut line = Raw::to(server);
            line.send(format!("{}\n", Raw::request("hall.status", &json!({}))).as_bytes());
            let answer = line.answer().expect("it is told why");
            if answer["error"]["data"]["code"] == "session.hello_first" {
                break line;
            }
            assert!(Instant::now() < until, "there is no room: {answer}");
        };
        assert_eq!(line.ask("hall.status", &json!({}))["error"]["code"], -32001);
        full.push(line);
    });
}

#[test]
fn a_thousand_who_come_and_go_leave_nothing_behind() {
    let mut abused = Abused::new();
    let mut came = 0;
    abused.suffers(move |server| {
        while came < 1000 {
            let mut line = Raw::to(server);
            if came % 3 == 0 {
                line.send(Raw::request("hall.status", &json!({})).as_bytes());
            }
            came += 1;
        }
        drop(Raw::to(server));
    });
}

#[test]
fn who_asks_for_much_and_reads_nothing_is_dropped_and_holds_nobody_up() {
    let mut abused = Abused::new();
    let mut lines: Vec<Raw> = Vec::new();
    let request = format!("{}\n", Raw::request("rpc.discover", &json!({})));
    abused.suffers(move |server| {
        while lines.len() < 4 {
            lines.push(Raw::greeted(server, "s008").hurried());
        }
        // A write that did not go through whole leaves a torn line, which is abuse too.
        lines.retain_mut(|line| (0..64).all(|_| line.send(request.as_bytes())));
    });
}

#[test]
fn who_sends_and_never_reads_is_dropped_and_holds_nobody_up() {
    let mut abused = Abused::new();
    let mut lines: Vec<Raw> = Vec::new();
    let big = Raw::request("ticket.issue", &json!({"queue": "x".repeat(500_000)})) + "\n";
    let small = "[]\n".repeat(1000);
    abused.suffers(move |server| {
        while lines.len() < 4 {
            lines.push(Raw::greeted(server, "s008").hurried());
        }
        lines.retain_mut(|line| {
            line.send(small.as_bytes()) && (0..20).all(|_| line.send(big.as_bytes()))
        });
    });
}
