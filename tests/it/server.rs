//! The server as a process: what its socket looks like, how it begins and how it ends, and how the other commands join it.
//! Nothing that it has answered is lost, and what it did not take is refused by name.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::fd::OwnedFd;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::os::unix::net::{SocketAddr, UnixDatagram, UnixListener, UnixStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use banshi::client::{ClientError, News};
use banshi::server::CONNECTIONS_MAX;
use banshi::store::{EmbeddedStore, OpenOptions, Stop};
use banshi::sys::{socket, user};
use banshi::wire::{Topic, socket_name};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::calls::{HallOnDisk, error_object, said};
use crate::support::served::{PATIENCE, Served, ok, shared_hall, ticket};

/// Waits for something to become true.
#[track_caller]
fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < end, "{what} does not come about");
        thread::sleep(Duration::from_millis(2));
    }
}

/// How the last process left a hall.
fn left(folder: &Path) -> Stop {
    let now = chrono::DateTime::parse_from_rfc3339("2026-03-02T04:00:00Z").unwrap();
    let (store, report) =
        EmbeddedStore::open(OpenOptions::new(folder, now.to_utc())).expect("it opens");
    drop(store);
    report.stop
}

/// One line to a server and the line that comes back.
fn exchange(stream: &UnixStream, line: &str) -> Value {
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut writing = stream;
    writing.write_all(format!("{line}\n").as_bytes()).unwrap();
    let mut answer = String::new();
    BufReader::new(stream).read_line(&mut answer).unwrap();
    serde_json::from_str(&answer).unwrap_or_else(|_| panic!("no answer: {answer:?}"))
}

const HELLO: &str =
    r#"{"jsonrpc":"2.0","id":1,"method":"session.hello","params":{"contract":1,"staff":"s007"}}"#;

#[test]
fn two_terminals_see_each_others_changes() {
    let hall = HallOnDisk::training();
    let server = Served::on(&hall);
    let mut guide = server.client("s007");
    let mut watcher = server.client("s008");
    watcher.watch([Topic::from("ticket")]).unwrap();
    // A watch is answered in silence; a question behind it tells that it holds.
    ok(&mut watcher, "hall.status", json!({}));
    let issued = ok(&mut guide, "ticket.issue", ticket(1));
    until("a change", || {
        matches!(watcher.poll(Instant::now()),
            Some(News::Changed(topics)) if topics.contains(&Topic::from("ticket")))
    });
    let asked = json!({"ticket": issued["id"]});
    let seen = ok(&mut watcher, "ticket.get", asked);
    assert_eq!(seen["number"], issued["number"]);
    assert!(server.stop().success());
    assert_eq!(left(&hall.folder()), Stop::Clean);
}

#[test]
fn the_socket_is_open_to_its_group_alone_whatever_the_umask() {
    let hall = HallOnDisk::training();
    let place = TempDir::new().unwrap();
    let place = place.path().to_str().unwrap();
    // Any group for root, one's own for others.
    let group = if user::own_uid() == 0 {
        4711
    } else {
        fs::metadata(hall.folder()).unwrap().gid()
    };
    for umask in ["0000", "0077"] {
        let group_name = group.to_string();
        let args = ["--socket", place, "--group", &group_name];
        let mut shell = in_shell(&format!("umask {umask}; exec \"$@\""), &hall, &args);
        shell.env_clear();
        let server = Served::spawned(&hall, Path::new(place), shell).ready();
        let found = fs::symlink_metadata(server.socket()).unwrap();
        assert!(found.file_type().is_socket());
        assert_eq!(found.mode() & 0o7777, 0o660);
        assert_eq!(found.gid(), group);
        let socket = server.socket().to_owned();
        assert!(server.stop().success());
        assert!(!socket.exists(), "it is removed at the end");
    }
    let wrong = Served::command(&hall, &["--group", "no-such-group"])
        .output()
        .unwrap();
    assert_eq!(wrong.status.code(), Some(2));
    assert!(said(&wrong).contains("no-such-group"));
}

/// A server that a shell starts.
fn in_shell(script: &str, hall: &HallOnDisk, args: &[&str]) -> Command {
    let server = Served::command(hall, args);
    let mut shell = Command::new("sh");
    shell.args(["-c", script, "sh"]).arg(server.get_program());
    shell.args(server.get_args());
    shell
}

#[test]
fn another_contract_is_refused_in_the_greeting_and_by_the_sockets_name() {
    let hall = HallOnDisk::training();
    let server = Served::on(&hall);
    let stream = server.stream();
    let answer = exchange(&stream, &HELLO.replace("\"contract\":1", "\"contract\":9"));
    let message = answer["error"]["message"].as_str().unwrap();
    assert!(message.contains("contract 9") && message.contains("contract 1"));
    // The connection lives.
    let greeting = exchange(&stream, HELLO);
    assert_eq!(greeting["result"]["staff"]["code"], "s007");
    assert!(server.socket().ends_with(socket_name()));
    drop(server);

    let place = TempDir::new().unwrap();
    let _other = UnixListener::bind(place.path().join("banshi.9.sock")).unwrap();
    let folder = place.path().to_str().unwrap();
    let complaint = said(&hall.run(&["--socket", folder, "call", "hall.status"], 1));
    assert!(
        complaint.contains("contract 9") && complaint.contains("contract 1"),
        "{complaint}"
    );
}

#[test]
fn a_dead_servers_socket_is_taken_away_and_a_living_ones_is_not() {
    let mut hall = HallOnDisk::training();
    let place = TempDir::new().unwrap();
    let folder = place.path().to_str().unwrap();
    let server = Served::with(&hall, &["--socket", folder]);
    let socket = server.socket().to_owned();
    server.kill();
    assert!(socket.exists(), "it is left behind");
    hall.go("2026-03-02T09:30");
    let server = Served::with(&hall, &["--socket", folder]);
    ok(&mut server.client("s007"), "hall.status", json!({}));

    let other = HallOnDisk::training();
    let refused = Served::command(&other, &["--socket", folder])
        .output()
        .unwrap();
    assert_eq!(refused.status.code(), Some(1));
    assert!(said(&refused).contains("another server answers"));
    ok(&mut server.client("s007"), "hall.status", json!({}));
    assert!(server.stop().success());

    // What is no socket was not left by a server.
    fs::write(&socket, "precious").unwrap();
    let refused = Served::command(&other, &["--socket", folder])
        .output()
        .unwrap();
    assert_eq!(refused.status.code(), Some(1));
    assert_eq!(fs::read_to_string(&socket).unwrap(), "precious");
}

#[test]
fn a_second_server_on_the_same_hall_says_who_holds_it() {
    let hall = HallOnDisk::training();
    let server = Served::on(&hall);
    let place = TempDir::new().unwrap();
    let second = Served::command(&hall, &["--socket", place.path().to_str().unwrap()])
        .output()
        .unwrap();
    assert_eq!(second.status.code(), Some(1));
    let complaint = said(&second);
    let holder = format!("process {}", server.process());
    assert!(complaint.contains(&holder), "{complaint}");
    assert!(complaint.contains("serve"), "its command: {complaint}");
    assert!(complaint.contains(&user::login()), "its user: {complaint}");
    ok(&mut server.client("s007"), "hall.status", json!({}));
}

#[test]
fn a_socket_that_is_passed_on_is_served_and_stays() {
    let mut hall = HallOnDisk::training();
    let place = TempDir::new().unwrap();
    let path = place.path().join(socket_name());
    let listener = UnixListener::bind(&path).unwrap();
    // Who comes before the server waits.
    let early = socket::connect(&path).unwrap();
    let script = "exec 3<&0; LISTEN_PID=$$ LISTEN_FDS=1 exec \"$@\"";
    let started = |hall: &HallOnDisk| {
        let mut shell = in_shell(script, hall, &[]);
        shell
            .env_clear()
            .stdin(OwnedFd::from(listener.try_clone().unwrap()));
        Served::spawned(hall, place.path(), shell).ready()
    };
    let server = started(&hall);
    assert_eq!(exchange(&early, HELLO)["result"]["staff"]["code"], "s007");
    ok(&mut server.client("s008"), "hall.status", json!({}));
    assert!(server.stop().success());
    assert!(path.exists(), "it belongs to whoever passed it on");

    let between = socket::connect(&path).unwrap();
    hall.go("2026-03-02T09:30");
    let server = started(&hall);
    assert_eq!(exchange(&between, HELLO)["result"]["staff"]["code"], "s007");
    assert!(server.stop().success());

    // What was meant for another process is left alone, and what does not listen is refused.
    let script = "exec 3<&0; LISTEN_PID=1 LISTEN_FDS=1 exec \"$@\"";
    let mut shell = in_shell(script, &hall, &[]);
    shell.env_clear().stdin(Stdio::null());
    let server = Served::spawned(&hall, &hall.folder(), shell).ready();
    assert!(server.socket().exists());
    drop(server);
    let (one, _other) = UnixStream::pair().unwrap();
    let script = "exec 3<&0; LISTEN_PID=$$ LISTEN_FDS=1 exec \"$@\"";
    let mut shell = in_shell(script, &hall, &[]);
    let refused = shell.env_clear().stdin(OwnedFd::from(one)).output();
    let refused = refused.unwrap();
    assert_eq!(refused.status.code(), Some(1));
    assert!(said(&refused).contains("does not listen"));
}

#[test]
fn the_service_manager_is_told() {
    let hall = HallOnDisk::training();
    let place = TempDir::new().unwrap();
    let path = place.path().join("notify");
    let name = format!("banshi-test-{}", std::process::id());
    let hidden = SocketAddr::from_abstract_name(&name).unwrap();
    let managers = [
        (
            UnixDatagram::bind(&path).unwrap(),
            path.display().to_string(),
        ),
        (
            UnixDatagram::bind_addr(&hidden).unwrap(),
            format!("@{name}"),
        ),
    ];
    for (manager, address) in managers {
        manager.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut told = Vec::new();
        let mut hear = |wanted: &str| {
            let mut bytes = [0; 4096];
            while !told.iter().any(|line| line == wanted) {
                let count = manager.recv(&mut bytes).unwrap();
                let text = String::from_utf8(bytes[..count].to_vec()).unwrap();
                told.extend(text.lines().map(str::to_owned));
            }
            told.clone()
        };
        let mut command = Served::command(&hall, &[]);
        command.env("NOTIFY_SOCKET", &address);
        let server = Served::spawned(&hall, &hall.folder(), command);
        let lines = hear("READY=1");
        assert!(lines.iter().any(|line| line.starts_with("STATUS=")));
        // Ready means that it can be used.
        ok(&mut server.client("s007"), "hall.status", json!({}));
        server.terminate();
        hear("STOPPING=1");
        assert!(server.stop().success());
    }
}

/// What one client saw of the end.
#[derive(Default)]
struct Seen {
    done: Vec<String>,
    refused: usize,
    closed: usize,
}

/// Issues tickets, many at a time, until the server refuses or goes.
fn issue_until_the_end(server: &Served, clerk: usize) -> Seen {
    let mut client = server.client("s007");
    let mut seen = Seen::default();
    let mut waiting = 0;
    let mut going = true;
    let mut nth = 0;
    while going || waiting > 0 {
        while going && waiting < 40 {
            nth += 1;
            match client.send("ticket.issue", ticket(clerk * 100_000 + nth)) {
                Ok(_) => waiting += 1,
                Err(_) => going = false,
            }
        }
        match client.poll(Instant::now()) {
            Some(News::Answer(_, Ok(ticket))) => {
                seen.done.push(ticket["id"].as_str().unwrap().to_owned());
                waiting -= 1;
            }
            Some(News::Answer(_, Err(error))) => {
                going = false;
                waiting -= 1;
                match error {
                    ClientError::Closed(_) => seen.closed += 1,
                    error => {
                        assert_eq!(error.refusal_code(), Some("hall.stopping"), "{error}");
                        seen.refused += 1;
                    }
                }
            }
            Some(News::Over(_)) => going = false,
            Some(_) => {}
            None => thread::sleep(Duration::from_micros(200)),
        }
    }
    seen
}

#[test]
fn a_server_told_to_stop_under_load_loses_nothing_that_it_answered() {
    let mut hall = HallOnDisk::training();
    let mut server = Served::on(&hall);
    let seen: Vec<Seen> = thread::scope(|scope| {
        let server = &server;
        let clerks: Vec<_> = (0..8)
            .map(|clerk| scope.spawn(move || issue_until_the_end(server, clerk)))
            .collect();
        let mut admin = server.client("admin");
        until("load", || {
            ok(&mut admin, "hall.status", json!({}))["waiting"].as_u64() > Some(300)
        });
        server.terminate();
        clerks
            .into_iter()
            .map(|clerk| clerk.join().unwrap())
            .collect()
    });
    assert!(server.ended().success(), "{}", server.said());
    assert_eq!(left(&hall.folder()), Stop::Clean);
    let refused: usize = seen.iter().map(|seen| seen.refused).sum();
    let closed: usize = seen.iter().map(|seen| seen.closed).sum();
    assert!(refused + closed > 0, "it was stopped under load");
    hall.run(&["verify"], 0);
    hall.go("2026-03-02T10:30");
    let there: Vec<String> = hall
        .rows("ticket")
        .iter()
        .map(|ticket| ticket["id"].as_str().unwrap().to_owned())
        .collect();
    let done: Vec<&String> = seen.iter().flat_map(|seen| &seen.done).collect();
    assert!(done.len() > 200);
    for id in &done {
        assert!(there.contains(id), "{id} was answered and is gone");
    }
    assert!(
        there.len() <= done.len() + closed,
        "what was refused was not done: {} there, {} answered, {closed} unknown",
        there.len(),
        done.len()
    );
}

#[test]
fn a_terminal_goes_on_through_a_restart_and_its_request_is_done_once() {
    let mut hall = HallOnDisk::training();
    let server = Served::on(&hall);
    let mut clerk = server.redialling("s007");
    ok(&mut clerk, "ticket.issue", ticket(1));
    assert!(server.stop().success());
    let call = clerk.send("ticket.issue", ticket(2)).unwrap();
    until("the loss", || {
        matches!(clerk.poll(Instant::now()), Some(News::Lost(_)))
    });
    hall.go("2026-03-02T09:30");
    let server = Served::on(&hall);
    let mut answer = None;
    until("the answer", || {
        if let Some(News::Answer(id, result)) = clerk.poll(Instant::now()) {
            assert_eq!(id, call);
            answer = Some(result.unwrap());
        }
        answer.is_some()
    });
    let tickets = ok(&mut clerk, "ticket.list", json!({}));
    assert_eq!(tickets["rows"].as_array().unwrap().len(), 2);
    assert!(server.stop().success());
}

#[test]
fn the_other_commands_join_a_server_by_themselves() {
    let hall = HallOnDisk::training();
    let server = Served::on(&hall);
    let issued = server.banshi(&[
        "--as",
        "s007",
        "call",
        "ticket.issue",
        r#"{"queue":"qiye"}"#,
    ]);
    assert!(issued.status.success(), "{}", said(&issued));
    // By the data folder's name as well as by the socket's.
    let status = hall.run(&["call", "hall.status"], 0);
    let status: Value = serde_json::from_slice(&status.stdout).unwrap();
    assert_eq!(status["waiting"], 1);
    let doctor = hall.run(&["doctor"], 1);
    let told = String::from_utf8(doctor.stdout).unwrap();
    assert!(told.contains("served at"), "{told}");
    let verified = hall.run(&["verify"], 0);
    let told = String::from_utf8(verified.stdout).unwrap();
    assert!(told.contains("journal is whole"), "{told}");
    assert!(told.contains("a server serves this hall"), "{told}");
    let rebuild = said(&hall.run(&["rebuild"], 1));
    assert!(rebuild.contains("stop it first"), "{rebuild}");
    let refused = hall.call("s001", "window.sign_on", r#"{"window":"w001"}"#);
    assert_eq!(refused.status.code(), Some(3), "{}", said(&refused));
    assert!(server.stop().success());
    hall.run(&["verify"], 0);
}

#[test]
fn a_call_waits_for_a_server_that_is_about_to_answer() {
    let hall = HallOnDisk::training();
    let place = TempDir::new().unwrap();
    let folder = place.path().to_str().unwrap();
    let mut call = Command::new(env!("CARGO_BIN_EXE_banshi"))
        .env_clear()
        .args(["--lang", "en", "--socket", folder, "call", "hall.status"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let server = Served::with(&hall, &["--socket", folder]);
    let mut answer = String::new();
    call.stdout
        .take()
        .unwrap()
        .read_to_string(&mut answer)
        .unwrap();
    assert!(call.wait().unwrap().success());
    assert!(answer.contains("waiting"), "{answer}");
    drop(server);
}

#[test]
fn at_a_shared_login_the_pin_comes_from_a_file_that_nobody_else_reads() {
    let hall = shared_hall();
    let server = Served::on(&hall);
    let args = ["--as", "s026", "call", "hall.status"];
    let without = server.banshi(&args);
    assert_eq!(without.status.code(), Some(3), "{}", said(&without));
    assert_eq!(
        error_object(&without)["data"]["code"],
        "session.pin_required"
    );
    let file = hall.folder().parent().unwrap().join("pin");
    let with = |mode: &str, pin: &str| {
        fs::write(&file, format!("{pin}\n")).unwrap();
        let status = Command::new("chmod").arg(mode).arg(&file).status();
        assert!(status.unwrap().success());
        Command::new(env!("CARGO_BIN_EXE_banshi"))
            .env_clear()
            .env("BANSHI_PIN_FILE", &file)
            .args(["--lang", "en", "--hall"])
            .arg(hall.folder())
            .args(args)
            .output()
            .unwrap()
    };
    let open = with("644", "2580");
    assert_eq!(open.status.code(), Some(2));
    assert!(said(&open).contains("chmod 600"));
    let wrong = with("600", "1111");
    assert_eq!(wrong.status.code(), Some(3));
    assert_eq!(error_object(&wrong)["data"]["code"], "session.wrong_pin");
    assert!(with("600", "2580").status.success());
    // Others at the same login have none.
    let other = server.banshi(&["--as", "s007", "call", "hall.status"]);
    assert!(other.status.success(), "{}", said(&other));
    assert!(server.stop().success());
}

#[test]
fn more_connections_than_there_may_be_are_told_so() {
    // Both processes need a file a connection.
    if socket::allow_open_files(CONNECTIONS_MAX as u64 * 2 + 256) < CONNECTIONS_MAX as u64 + 256 {
        eprintln!("skipped: this system lets a process open too few files");
        return;
    }
    let hall = HallOnDisk::training();
    let server = Served::on(&hall);
    let mut present: Vec<UnixStream> = (0..CONNECTIONS_MAX).map(|_| server.stream()).collect();
    // The last is in when it is answered.
    exchange(present.last().unwrap(), HELLO);
    let stream = server.stream();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut said = String::new();
    BufReader::new(&stream).read_to_string(&mut said).unwrap();
    let refusal: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(refusal["error"]["data"]["code"], "session.too_many");
    assert!(refusal["id"].is_null());
    exchange(&present[0], HELLO);
    present.truncate(CONNECTIONS_MAX / 2);
    // A place that was given up is free soon, and a client that dials again finds it.
    until("a free place", || {
        let stream = server.stream();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut writing = &stream;
        let sent = writing.write_all(format!("{HELLO}\n").as_bytes());
        let mut line = String::new();
        let read = BufReader::new(&stream).read_line(&mut line);
        sent.is_ok() && read.is_ok() && line.contains("result")
    });
    assert!(server.stop().success());
}

#[test]
fn a_server_out_of_files_lives_and_does_not_spin() {
    let hall = HallOnDisk::training();
    let script = "ulimit -n 48; exec \"$@\"";
    let mut shell = in_shell(script, &hall, &[]);
    shell.env_clear();
    let server = Served::spawned(&hall, &hall.folder(), shell).ready();
    let first = server.stream();
    exchange(&first, HELLO);
    let mut others: Vec<UnixStream> = (0..60).map(|_| server.stream()).collect();
    let mut log = String::new();
    until("the shortage", || {
        log += &server.said();
        log.contains("nobody can be let in")
    });
    // Who is in is served, and what is said about it stays short.
    for _ in 0..20 {
        let status = r#"{"jsonrpc":"2.0","id":2,"method":"hall.status"}"#;
        assert!(exchange(&first, status)["result"].is_object());
    }
    log += &server.said();
    assert_eq!(log.matches("nobody can be let in").count(), 1, "{log}");
    others.clear();
    let late = server.stream();
    exchange(&late, HELLO);
    assert!(server.stop().success());
}
