//! Speed as ratios: every figure is ours over the raw operation of the same run, so that a busy machine changes both.
//! `cargo bench` prints them and fails past a stated bound. Nothing here is part of `cargo test`.

// A bench that cannot be set up fails loudly.
#![allow(clippy::panic, clippy::unwrap_used)]

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use banshi::engine::{Engine, Identity, Submission};
use banshi::host;
use banshi::intake::read_embedded;
use banshi::rules::calendar::WorkCalendar;
use banshi::rules::clock::{Ledger, WorkDays};
use banshi::rules::stamp::Via;
use banshi::rules::time::Instant as HallInstant;
use chrono::NaiveDate;
use serde_json::json;

/// One command, durable, against writing and syncing the same bytes: the median may cost so many times as much.
const COMMAND_RATIO_MAX: f64 = 1.8;
/// A group of sixteen commands against sixteen raw writes with a sync each: a group has to win.
const GROUP_RATIO_MAX: f64 = 0.5;
/// Measurements of each kind, taken in turn.
const ROUNDS: usize = 200;
/// Commands of one group.
const GROUP: u8 = 16;

fn main() {
    let mut failed = Vec::new();
    let mut check = |name: &str, ratio: f64, bound: f64| {
        println!("{name}: {ratio:.2} (at most {bound})");
        if ratio > bound {
            failed.push(name.to_owned());
        }
    };
    let folder = tempfile::tempdir().unwrap();
    let mut engine = found(folder.path());
    let (single, group) = commands(&mut engine, folder.path());
    check(
        "one durable command / raw write + sync, median",
        single,
        COMMAND_RATIO_MAX,
    );
    check(
        "16 commands in a group / 16 raw writes + syncs, median",
        group,
        GROUP_RATIO_MAX,
    );
    println!("due date of 20 working days: {:?} each", due_dates());
    assert!(failed.is_empty(), "past their bounds: {failed:?}");
}

fn at() -> HallInstant {
    "2026-03-02T01:00:00Z".parse().unwrap()
}

fn found(folder: &Path) -> Engine {
    let (hall, _) = read_embedded("shangcai").unwrap().unwrap();
    host::found(folder, &hall, true, at(), "bench").unwrap()
}

fn issue() -> Submission {
    Submission {
        identity: Identity {
            login: "bench".into(),
            staff: Some("s113".into()),
            via: Via::Call,
        },
        method: "ticket.issue".into(),
        params: json!({"queue": "zonghe"}),
    }
}

/// Medians of one command and of a group, each over the raw operation with as many bytes.
fn commands(engine: &mut Engine, folder: &Path) -> (f64, f64) {
    let mut raw = OpenOptions::new()
        .create(true)
        .append(true)
        .open(folder.join("raw"))
        .unwrap();
    let line = vec![b'x'; 700];
    let group: Vec<Submission> = (0..GROUP).map(|_| issue()).collect();
    let (mut raw_times, mut single_times, mut group_times) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        raw_times.push(timed(|| {
            raw.write_all(&line).unwrap();
            raw.sync_data().unwrap();
        }));
        single_times.push(timed(|| {
            assert!(engine.submit(at(), &[issue()])[0].is_ok());
        }));
        group_times.push(timed(|| {
            assert!(engine.submit(at(), &group).iter().all(Result::is_ok));
        }));
    }
    let raw = median(raw_times).as_secs_f64();
    (
        median(single_times).as_secs_f64() / raw,
        median(group_times).as_secs_f64() / (raw * f64::from(GROUP)),
    )
}

fn due_dates() -> Duration {
    let calendar = WorkCalendar::embedded();
    let start = NaiveDate::from_ymd_opt(2026, 3, 2).unwrap();
    let count = 100_000;
    let spent = timed(|| {
        for _ in 0..count {
            let ledger = Ledger::new(std::hint::black_box(start), WorkDays::new(20_u32).unwrap());
            std::hint::black_box(ledger.due(&calendar).unwrap());
        }
    });
    spent / count
}

fn timed(work: impl FnOnce()) -> Duration {
    let before = Instant::now();
    work();
    before.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
