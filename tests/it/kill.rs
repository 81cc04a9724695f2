//! The process killed with -9 at any moment: what was answered is there, nothing is done twice, and the next process goes on.
//! A few dozen kills, or some hundreds with `BANSHI_LONG=1`; the moments are drawn from a fixed seed over the time one run takes.

use std::collections::BTreeSet;
use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::calls::{HallOnDisk, SHANGCAI, said};
use crate::support::chance::{Chance, cases};

/// How many processes are killed in one test.
fn kills(short: u64) -> u64 {
    cases(short, short * 10)
}

/// A run of the program, killed after a while; what it wrote where it ended before.
fn killed(mut command: Command, after: Duration) -> Option<Vec<u8>> {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(after);
    child.kill().unwrap();
    ended(child)
}

fn ended(mut child: Child) -> Option<Vec<u8>> {
    let mut written = Vec::new();
    child
        .stdout
        .take()
        .unwrap()
        .read_to_end(&mut written)
        .unwrap();
    child.wait().unwrap().success().then_some(written)
}

fn program(hall: &HallOnDisk, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_banshi"));
    command
        .env_clear()
        .args(["--lang", "en", "--hall"])
        .arg(hall.folder())
        .args(args);
    command
}

/// A request id of 128 bits for the nth call.
fn request(nth: u64) -> String {
    format!("{nth:06}AAAAAAAAAAAAAAAA")
}

fn issue(nth: u64) -> Value {
    json!({"queue": "qiye", "visitor": {"name": format!("访客{nth}")}, "request": request(nth)})
}

#[test]
fn what_was_answered_is_there_and_nothing_is_done_twice() {
    let hall = HallOnDisk::training();
    let began = Instant::now();
    hall.ok("s007", "ticket.issue", issue(0));
    let (span, mut chance) = (began.elapsed(), Chance::of(1));
    let mut answered = BTreeSet::new();
    for nth in 1..=kills(30) {
        let params = issue(nth).to_string();
        let args = [
            "--at",
            "2026-03-02T09:00:00+08:00",
            "--as",
            "s007",
            "call",
            "ticket.issue",
            &params,
        ];
        if let Some(written) = killed(program(&hall, &args), chance.moment(span)) {
            let ticket: Value = serde_json::from_slice(&written).expect("a whole answer");
            let id = ticket["id"].as_str().unwrap().to_owned();
            let there = hall.ok("s007", "ticket.get", json!({"ticket": id}));
            assert_eq!(there["number"], ticket["number"]);
            answered.insert(id);
        }
        if nth % 3 == 0 {
            // Who was not answered asks again with the same id, and cannot tell whether it was done before.
            let again = hall.ok("s007", "ticket.issue", issue(nth));
            answered.insert(again["id"].as_str().unwrap().to_owned());
        }
        if nth % 10 == 0 {
            hall.run(&["verify"], 0);
        }
    }
    for nth in 0..=kills(30) {
        hall.ok("s007", "ticket.issue", issue(nth));
    }
    let tickets = hall.rows("ticket");
    assert_eq!(
        tickets.len(),
        usize::try_from(kills(30)).unwrap() + 1,
        "each once"
    );
    let ids: BTreeSet<String> = tickets
        .iter()
        .map(|ticket| ticket["id"].as_str().unwrap().to_owned())
        .collect();
    assert!(answered.is_subset(&ids));
    let numbers: BTreeSet<String> = tickets
        .iter()
        .map(|ticket| ticket["number"].to_string())
        .collect();
    assert_eq!(
        numbers.len(),
        tickets.len(),
        "no number twice, none left out"
    );
    hall.run(&["verify"], 0);
}

#[test]
fn a_rebuild_that_was_killed_is_begun_again_by_whoever_comes_next() {
    let hall = HallOnDisk::training();
    for nth in 0..3 {
        hall.ok("s007", "ticket.issue", issue(nth));
    }
    let before = hall.rows("ticket");
    let began = Instant::now();
    hall.run(&["rebuild"], 0);
    let (span, mut chance) = (began.elapsed(), Chance::of(2));
    for nth in 0..kills(12) {
        killed(program(&hall, &["rebuild"]), chance.moment(span));
        if nth % 3 == 0 {
            assert_eq!(hall.rows("ticket"), before);
        }
        if nth % 4 == 0 {
            hall.run(&["verify"], 0);
        }
    }
    hall.run(&["rebuild"], 0);
    hall.run(&["verify"], 0);
    assert_eq!(hall.rows("ticket"), before);
}

#[test]
fn a_founding_that_was_killed_is_begun_again() {
    let began = Instant::now();
    HallOnDisk::training();
    let (span, mut chance) = (began.elapsed(), Chance::of(3));
    let (mut whole, mut cut) = (0, 0);
    for _ in 0..kills(12) {
        let hall = HallOnDisk::unfounded();
        let init = ["init", "--training", SHANGCAI];
        let answered = killed(program(&hall, &init), chance.moment(span)).is_some();
        let output = hall.command(&init).output().unwrap();
        if output.status.success() {
            assert!(!answered, "what was answered is not begun again");
            cut += 1;
        } else {
            assert_eq!(output.status.code(), Some(1), "{}", said(&output));
            assert!(
                said(&output).contains("holds a hall already"),
                "{}",
                said(&output)
            );
            whole += 1;
        }
        let status = hall.ok("s001", "hall.status", json!({}));
        assert_eq!(status["head"]["seq"], 32);
        assert_eq!(status["windows"].as_array().unwrap().len(), 103);
        hall.run(&["verify"], 0);
    }
    assert!(
        cut > 0,
        "{cut} cut, {whole} whole: the moments miss the founding"
    );
}

#[test]
fn a_founding_cut_at_any_byte_is_begun_again() {
    let whole = HallOnDisk::training();
    let journal = std::fs::read(whole.folder().join("journal/000001.jsonl")).unwrap();
    let ends: Vec<usize> = journal
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'\n')
        .map(|(at, _)| at + 1)
        .collect();
    let last = ends[ends.len() - 2];
    for cut in [
        0,
        1,
        ends[0] - 1,
        ends[0],
        ends[0] + 1,
        ends[9] + 40,
        last,
        journal.len() - 1,
    ] {
        let hall = HallOnDisk::unfounded();
        for folder in ["journal", "keys"] {
            std::fs::create_dir_all(hall.folder().join(folder)).unwrap();
        }
        for key in ["hall", "people"] {
            // Keys are made before the journal is begun.
            let from = whole.folder().join("keys").join(key);
            std::fs::copy(from, hall.folder().join("keys").join(key)).unwrap();
        }
        std::fs::write(hall.folder().join("journal/000001.jsonl"), &journal[..cut]).unwrap();
        let output = hall.command(&["call", "hall.status"]).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{cut}: {}", said(&output));
        assert!(
            said(&output).contains("banshi init"),
            "{cut}: {}",
            said(&output)
        );
        hall.run(&["init", "--training", SHANGCAI], 0);
        hall.ok("s001", "hall.status", json!({}));
        hall.run(&["verify"], 0);
    }
}
