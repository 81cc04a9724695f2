//! The engine alone, on the embedded store: a command, a group of commands, opening a hall, a due date.

use std::path::Path;

use banshi::engine::{Engine, Identity, Submission};
use banshi::host;
use banshi::intake::read_embedded;
use banshi::rules::calendar::WorkCalendar;
use banshi::rules::clock::{Ledger, WorkDays};
use banshi::rules::stamp::Via;
use banshi::rules::time::Instant as HallInstant;
use banshi::store::Settle;
use chrono::NaiveDate;
use serde_json::{Value, json};

use crate::Report;
use crate::raw::{Raw, Times, timed};

/// One command, durable, against writing and syncing the same bytes: the median may cost so many times as much.
const COMMAND_RATIO_MAX: f64 = 1.4;
/// A group of sixteen commands against sixteen raw writes with a sync each: a group has to win.
const GROUP_RATIO_MAX: f64 = 0.4;
/// Measurements of each kind, taken in turn.
const ROUNDS: usize = 400;
/// Commands of one group.
const GROUP: usize = 16;
/// Bytes of such a command's journal line, about.
const LINE_BYTES: usize = 700;

pub(crate) fn measure(report: &mut Report) {
    let folder = tempfile::tempdir().unwrap();
    let mut engine = found(folder.path());
    let (mut raw, mut single, mut group) = (Times::default(), Times::default(), Times::default());
    let mut write = Raw::of(folder.path(), LINE_BYTES);
    for _ in 0..ROUNDS {
        raw.push(write.once());
        let ticket = done(
            &mut engine,
            &mut single,
            "ticket.issue",
            json!({"queue": "zonghe"}),
        );
        let ticket = json!({"ticket": ticket["id"]});
        done(&mut engine, &mut single, "ticket.cancel", ticket);
        let issues: Vec<Submission> = (0..GROUP)
            .map(|_| asked("ticket.issue", json!({"queue": "zonghe"})))
            .collect();
        let mut answers = Vec::new();
        group.push(timed(|| answers = engine.submit(at(), &issues)));
        engine.settle(Settle::IfMuch);
        let tickets = answers
            .into_iter()
            .map(|answer| answer.unwrap()["id"].clone());
        let cancels: Vec<Submission> = tickets
            .map(|id| asked("ticket.cancel", json!({"ticket": id})))
            .collect();
        assert!(engine.submit(at(), &cancels).iter().all(Result::is_ok));
    }
    let write = raw.within(50);
    report.at_most(
        "one durable command / raw write + sync, median",
        single.within(50) / write,
        COMMAND_RATIO_MAX,
    );
    #[allow(clippy::cast_precision_loss, reason = "sixteen")]
    let writes = write * GROUP as f64;
    report.at_most(
        "16 commands in a group / 16 raw writes + syncs, median",
        group.within(50) / writes,
        GROUP_RATIO_MAX,
    );
    drop(engine);
    let mut opening = Times::default();
    for _ in 0..10 {
        opening.push(timed(|| {
            drop(host::open(folder.path(), at(), &mut |_| {}).unwrap());
        }));
    }
    Report::told(
        "opening a hall and closing it again, median",
        format_args!("{:.1} ms", opening.within(50)),
    );
    Report::told("due date of 20 working days", due_date());
}

fn at() -> HallInstant {
    "2026-03-02T01:00:00Z".parse().unwrap()
}

fn found(folder: &Path) -> Engine {
    let (hall, _) = read_embedded("shangcai").unwrap().unwrap();
    host::found(folder, &hall, true, at(), "bench").unwrap()
}

fn asked(method: &str, params: Value) -> Submission {
    Submission {
        identity: Identity {
            login: "bench".into(),
            staff: Some("s113".into()),
            via: Via::Call,
        },
        method: method.into(),
        params,
    }
}

/// One command and what is put off for later, of which only the command is timed: nobody waits for the rest.
fn done(engine: &mut Engine, times: &mut Times, method: &str, params: Value) -> Value {
    let submission = [asked(method, params)];
    let mut answers = Vec::new();
    times.push(timed(|| answers = engine.submit(at(), &submission)));
    engine.settle(Settle::IfMuch);
    answers.remove(0).unwrap()
}

fn due_date() -> String {
    let calendar = WorkCalendar::embedded();
    let start = NaiveDate::from_ymd_opt(2026, 3, 2).unwrap();
    let count = 100_000;
    let spent = timed(|| {
        for _ in 0..count {
            let ledger = Ledger::new(std::hint::black_box(start), WorkDays::new(20_u32).unwrap());
            std::hint::black_box(ledger.due(&calendar).unwrap());
        }
    });
    format!("{:?} each", spent / count)
}
