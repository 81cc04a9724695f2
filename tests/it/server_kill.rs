//! The server killed with -9 under sixteen clients, at any moment: while they ask, while it opens, while the records are made
//! again. What was answered is there, nothing is done twice, records and journal agree. A few dozen kills, or some hundreds
//! with `BANSHI_LONG=1`.

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::calls::HallOnDisk;
use crate::support::chance::{Chance, cases};
use crate::support::journal;
use crate::support::served::{PATIENCE, Served, ok};
use crate::support::tireless::{Noted, Outcome, Tireless, Way};

/// Guides at the door, who give out numbers.
const GUIDES: [&str; 4] = ["s007", "s008", "s009", "s010"];

/// Clerks at their windows.
const CLERKS: [(&str, &str); 12] = [
    ("s025", "w010"),
    ("s026", "w011"),
    ("s027", "w012"),
    ("s028", "w013"),
    ("s029", "w014"),
    ("s030", "w015"),
    ("s031", "w016"),
    ("s032", "w017"),
    ("s033", "w018"),
    ("s113", "w001"),
    ("s114", "w002"),
    ("s115", "w021"),
];

/// Answers that a server may give before it is killed, at most; a few more come while the signal is on its way.
const ANSWERS_A_LIFE: usize = 80;

/// How long a kill may wait after the last answer that it waited for: a few commits.
const LINGER: Duration = Duration::from_millis(8);

/// What the clients share with whoever kills.
#[derive(Default)]
struct Shift {
    over: AtomicBool,
    answers: Arc<AtomicUsize>,
}

impl Shift {
    /// Waits until so many answers more were given.
    fn after_answers(&self, more: usize) {
        let wanted = self.answers.load(Ordering::Relaxed) + more;
        let until = Instant::now() + PATIENCE;
        while self.answers.load(Ordering::Relaxed) < wanted {
            assert!(Instant::now() < until, "nobody is answered");
            thread::sleep(Duration::from_millis(1));
        }
    }

    fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }
}

/// Gives out numbers until the shift is over.
fn guide(mut client: Tireless, shift: &Shift) -> Vec<Noted> {
    while !shift.is_over() {
        let name = format!("访客{}", client.next_request());
        let visitor = json!({"name": name, "phone": "13800000000"});
        client.ask("ticket.issue", json!({"queue": "qiye", "visitor": visitor}));
    }
    client.noted
}

/// Serves one visitor after another until the shift is over.
fn clerk(mut client: Tireless, window: &str, shift: &Shift) -> Vec<Noted> {
    client.ask("window.sign_on", json!({"window": window}));
    while !shift.is_over() {
        let ticket = client.ask("ticket.call_next", json!({"window": window}));
        if ticket.is_null() {
            client.ask("ticket.issue", json!({"queue": "qiye"}));
            continue;
        }
        let on = json!({"ticket": ticket["id"]});
        client.ask("ticket.start", on.clone());
        let matter = format!("怎么办理 {}", client.next_request());
        let mut asked = on.clone();
        asked["matter"] = json!(matter);
        asked["in_scope"] = json!(true);
        client.ask("enquiry.open", asked);
        client.ask("ticket.finish", on);
    }
    client.noted
}

/// Kills a server that has not said yet that it is ready, or is just ready.
fn kill_at_opening(hall: &HallOnDisk, after: Duration) {
    let server = Served::spawned(hall, &hall.folder(), Served::command(hall, &[]));
    thread::sleep(after);
    server.kill();
}

/// Kills `banshi rebuild`.
fn kill_at_rebuild(hall: &HallOnDisk, after: Duration) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_banshi"))
        .env_clear()
        .args(["--lang", "en", "--hall"])
        .arg(hall.folder())
        .arg("rebuild")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    thread::sleep(after);
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Kills the server so often, one time in five outside its work; gives the last one, which lives.
fn kills(hall: &HallOnDisk, shift: &Shift, first: Served) -> Served {
    let mut chance = Chance::of(1);
    let mut server = first;
    for nth in 1..=cases(30, 300) {
        shift.after_answers(chance.below(ANSWERS_A_LIFE));
        thread::sleep(chance.moment(LINGER));
        server.kill();
        if nth % 10 == 0 {
            hall.run(&["verify"], 0);
        }
        let span = opening_span(hall, &mut chance, nth);
        if let Some((rebuilds, after)) = span {
            if rebuilds {
                kill_at_rebuild(hall, after);
            } else {
                kill_at_opening(hall, after);
            }
        }
        server = Served::on(hall);
    }
    server
}

/// Every fifth time a kill outside the server's work, rebuild and opening in turn, within the time that a start takes now.
fn opening_span(hall: &HallOnDisk, chance: &mut Chance, nth: u64) -> Option<(bool, Duration)> {
    if !nth.is_multiple_of(5) {
        return None;
    }
    let began = Instant::now();
    Served::on(hall).kill();
    Some((nth % 10 == 5, chance.moment(began.elapsed())))
}

#[test]
fn a_server_that_is_killed_under_load_loses_nothing_and_does_nothing_twice() {
    let hall = HallOnDisk::training();
    let first = Served::on(&hall);
    let shift = Shift::default();
    let clients = |name: usize, staff: &'static str| {
        let way = if name.is_multiple_of(4) {
            Way::Terminal
        } else {
            Way::Eager
        };
        Tireless::new(&first, name, staff, way, &shift.answers)
    };
    let guides: Vec<_> = (0..).zip(GUIDES).map(|(n, s)| clients(n, s)).collect();
    let clerks: Vec<_> = (4..)
        .zip(CLERKS)
        .map(|(n, (s, window))| (clients(n, s), window))
        .collect();
    let (server, noted) = thread::scope(|scope| {
        let shift = &shift;
        let mut threads = Vec::new();
        for client in guides {
            threads.push(scope.spawn(move || guide(client, shift)));
        }
        for (client, window) in clerks {
            threads.push(scope.spawn(move || clerk(client, window, shift)));
        }
        let server = kills(&hall, shift, first);
        shift.over.store(true, Ordering::Relaxed);
        let noted: Vec<Noted> = threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap())
            .collect();
        (server, noted)
    });
    every_record_is_there(&server, &noted);
    assert!(server.stop().success());
    hall.run(&["verify"], 0);
    the_journal_says_the_same(&hall, &noted);
}

/// What was answered can be asked for by its id.
fn every_record_is_there(server: &Served, noted: &[Noted]) {
    let mut admin = server.client("admin");
    let mut seen = BTreeSet::new();
    for note in noted {
        let Outcome::Done(record) = &note.outcome else {
            continue;
        };
        let (noun, _) = note.method.split_once('.').unwrap();
        let (Some(id), true) = (record["id"].as_str(), noun != "window") else {
            continue;
        };
        if seen.insert(id.to_owned()) {
            let there = ok(&mut admin, &format!("{noun}.get"), json!({ noun: id }));
            assert_eq!(there["number"], record["number"], "{note:?}");
        }
    }
    assert!(seen.len() > 100, "there was load: {}", seen.len());
}

/// Every act that was answered is one line of the journal, and what came to nothing or was refused is none.
fn the_journal_says_the_same(hall: &HallOnDisk, noted: &[Noted]) {
    let lines = journal::lines(&hall.folder());
    let by_request = journal::by_request(&lines);
    let mut answered: BTreeMap<(&str, &str), &Noted> = BTreeMap::new();
    for note in noted {
        let line = by_request.get(&(note.staff, note.request.as_str()));
        match (&note.outcome, line) {
            (Outcome::Done(record), Some(line)) => {
                let id = record["id"].as_str().unwrap_or_default();
                assert!(id.is_empty() || names(line, id), "{note:?}: {line}");
            }
            (Outcome::Nothing | Outcome::Refused(_), None) => {}
            _ => panic!("{note:?}, and in the journal: {line:?}"),
        }
        answered.insert((note.staff, &note.request), note);
    }
    for (asked, line) in &by_request {
        assert!(answered.contains_key(asked), "nobody was told of {line}");
    }
}

/// Whether an event of the line is about a record.
fn names(line: &Value, id: &str) -> bool {
    journal::events(line).any(|(_, fields)| {
        fields
            .as_object()
            .unwrap()
            .values()
            .any(|value| value == id)
    })
}
