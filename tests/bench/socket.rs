//! The server through its socket: one command at a time, many clients, calls from one queue, and idle terminals.

use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::raw::{Raw, Times, timed};
use crate::served::{Caller, Served};
use crate::{Report, postgres};

/// One command at a time, against raw writes and syncs of as many bytes.
const SINGLE_MEDIAN_MAX: f64 = 1.4;
const SINGLE_SLOWEST_MAX: f64 = 1.5;
/// Throughput of 8 and of 100 clients over that of one, and commands a sync with 100.
const EIGHT_MIN: f64 = 2.0;
const HUNDRED_MIN: f64 = 5.0;
const A_SYNC_MIN: f64 = 20.0;
/// Processor time of the server a durable command, in milliseconds.
const CPU_MS_MAX: f64 = 0.15;
/// A call among 8 clients against raw writes, at its slowest.
const CALL_SLOWEST_MAX: f64 = 2.5;
/// Calls a second against PostgreSQL's.
const POSTGRES_MIN: f64 = 2.0;
/// Megabytes resident: a new hall, and with 100 terminals.
const EMPTY_MB_MAX: f64 = 25.0;
const HUNDRED_MB_MAX: f64 = 60.0;

/// Commands timed one by one, and as many raw writes between them.
const SINGLES: usize = 3_000;
/// Commands of a throughput run, shared among its clients.
const COMMANDS: usize = 12_000;
/// Tickets called.
const TICKETS: usize = 3_000;
/// Who gives out tickets, and who sits at the windows of that queue.
const USHER: &str = "s113";
const QUEUE: &str = "zonghe";

pub(crate) fn measure(report: &mut Report) {
    let served = Served::new();
    let mut caller = served.client(USHER);
    let bytes = line_bytes(&served, &mut caller);
    let mut write = Raw::of(served.folder(), bytes);
    let (mut raw, mut single) = (Times::default(), Times::default());
    let cpu = served.cpu_ms();
    for _ in 0..SINGLES / 2 {
        raw.push(write.once());
        let mut ticket = Value::Null;
        single.push(timed(|| ticket = issue(&mut caller)));
        raw.push(write.once());
        single.push(timed(|| cancel(&mut caller, &ticket)));
    }
    let cpu = (served.cpu_ms() - cpu) / count(SINGLES);
    Report::told("bytes a journal line", bytes);
    Report::told(
        "raw write + sync, median",
        format_args!("{:.3} ms", raw.within(50)),
    );
    report.at_most(
        "one command through the socket / raw, median",
        single.within(50) / raw.within(50),
        SINGLE_MEDIAN_MAX,
    );
    report.at_most(
        "one command through the socket / raw, 99 in a hundred",
        single.within(99) / raw.within(99),
        SINGLE_SLOWEST_MAX,
    );
    report.at_most("processor time a command, ms", cpu, CPU_MS_MAX);
    throughputs(report, &served);
}

fn throughputs(report: &mut Report, served: &Served) {
    let one = throughput(served, 1).a_second;
    Report::told("commands a second, 1 client", format_args!("{one:.0}"));
    let eight = throughput(served, 8);
    report.at_least(
        "throughput of 8 clients / of one",
        eight.a_second / one,
        EIGHT_MIN,
    );
    report.at_most(
        "processor time a command with 8 clients, ms",
        eight.cpu_ms,
        CPU_MS_MAX,
    );
    let hundred = throughput(served, 100);
    report.at_least(
        "throughput of 100 clients / of one",
        hundred.a_second / one,
        HUNDRED_MIN,
    );
    report.at_least("commands a sync, 100 clients", hundred.a_sync, A_SYNC_MIN);
    report.at_most(
        "processor time a command with 100 clients, ms",
        hundred.cpu_ms,
        CPU_MS_MAX,
    );
}

/// What so many clients came to.
struct Run {
    a_second: f64,
    a_sync: f64,
    cpu_ms: f64,
}

fn throughput(served: &Served, clients: usize) -> Run {
    let (before, _) = served.journal();
    let cpu = served.cpu_ms();
    let rounds = COMMANDS / 2 / clients;
    let mut callers: Vec<Caller> = (0..clients).map(|_| served.client(USHER)).collect();
    let gate = Barrier::new(clients + 1);
    let spent = thread::scope(|scope| {
        let working: Vec<_> = callers
            .iter_mut()
            .map(|caller| {
                scope.spawn(|| {
                    gate.wait();
                    for _ in 0..rounds {
                        let ticket = issue(caller);
                        cancel(caller, &ticket);
                    }
                })
            })
            .collect();
        gate.wait();
        let began = Instant::now();
        for client in working {
            client.join().unwrap();
        }
        began.elapsed()
    });
    let cpu = served.cpu_ms() - cpu;
    let (after, _) = served.journal();
    let entries = after.entry_count - before.entry_count;
    let groups = after.group_count - before.group_count;
    let commands = count(rounds * 2 * clients);
    Run {
        a_second: commands / spent.as_secs_f64(),
        a_sync: count(usize::try_from(entries).unwrap()) / count(usize::try_from(groups).unwrap()),
        cpu_ms: cpu / commands,
    }
}

/// Eight windows call from one queue, while raw writes were timed before and after.
pub(crate) fn calls(report: &mut Report) {
    let served = Served::new();
    let bytes = line_bytes(&served, &mut served.client(USHER));
    let mut write = Raw::of(served.folder(), bytes);
    let mut raw = Times::default();
    for _ in 0..SINGLES / 2 {
        raw.push(write.once());
    }
    let posts = posts(&served, 8);
    let mut usher = served.client(USHER);
    for _ in 0..TICKETS {
        issue(&mut usher);
    }
    let began = Instant::now();
    let mut called = thread::scope(|scope| {
        let at_work: Vec<_> = posts
            .iter()
            .map(|(staff, window)| scope.spawn(|| serve_queue(&served, staff, window)))
            .collect();
        let mut all = Times::default();
        for clerk in at_work {
            all.extend(clerk.join().unwrap());
        }
        all
    });
    let spent = began.elapsed();
    for _ in 0..SINGLES / 2 {
        raw.push(write.once());
    }
    // Every ticket takes three commands: called, begun, finished.
    let a_second = count(TICKETS * 3) / spent.as_secs_f64();
    Report::told(
        "call among 8 clients, median",
        format_args!("{:.3} ms", called.within(50)),
    );
    report.at_most(
        "call among 8 clients / raw, 99 in a hundred",
        called.within(99) / raw.within(99),
        CALL_SLOWEST_MAX,
    );
    Report::told(
        "commands a second of 8 clerks",
        format_args!("{a_second:.0}"),
    );
    match postgres::skip_locked(8) {
        Ok(rival) => {
            Report::told(
                "PostgreSQL, calls a second",
                format_args!("{:.0}", rival.a_second),
            );
            Report::told(
                "PostgreSQL, median",
                format_args!("{:.3} ms", rival.median_ms),
            );
            report.at_least(
                "durable commands a second / PostgreSQL's SKIP LOCKED",
                a_second / rival.a_second,
                POSTGRES_MIN,
            );
        }
        Err(reason) => println!("skip PostgreSQL: {reason}"),
    }
}

/// A hundred terminals that watch and do nothing.
pub(crate) fn idle(report: &mut Report) {
    let served = Served::new();
    report.at_most(
        "megabytes resident, a new hall",
        served.resident_mb(),
        EMPTY_MB_MAX,
    );
    let mut callers: Vec<Caller> = (0..100).map(|_| served.client(USHER)).collect();
    for caller in &mut callers {
        let topics = ["ticket", "window", "enquiry", "case"];
        caller.ask("watch", &json!({ "topics": topics }));
        caller.ask("hall.status", &json!({}));
    }
    let cpu = served.cpu_ms();
    thread::sleep(Duration::from_secs(3));
    report.at_most(
        "processor time of 100 idle terminals in 3 s, ms",
        served.cpu_ms() - cpu,
        10.0,
    );
    report.at_most(
        "megabytes resident, 100 terminals",
        served.resident_mb(),
        HUNDRED_MB_MAX,
    );
}

/// Clerks with windows of the queue, signed on.
fn posts(served: &Served, wanted: usize) -> Vec<(String, String)> {
    let mut posts = Vec::new();
    let mut admin = served.client("s001");
    let windows = admin.ask("window.list", &json!({"limit": 200}));
    let staff = admin.ask("staff.list", &json!({"limit": 500}));
    let rows = |list: &Value| list["rows"].as_array().unwrap().clone();
    let mut free: Vec<Value> = rows(&staff);
    for window in rows(&windows) {
        let has_queue = window["queues"].as_array().unwrap().contains(&json!(QUEUE));
        let holds = |member: &Value, role: &str| {
            let roles = member["roles"].as_array().unwrap();
            roles.contains(&json!(role))
        };
        let fits = |member: &Value| {
            let skills = member["skills"].as_array().unwrap();
            (holds(member, "clerk") || holds(member, "chief_rep"))
                && member["department"] == window["department"]
                && (skills.is_empty() || skills.contains(&json!(QUEUE)))
        };
        if has_queue && let Some(place) = free.iter().position(fits) {
            let code = free.remove(place)["code"].as_str().unwrap().to_owned();
            let window = window["window"].as_str().unwrap().to_owned();
            served
                .client(&code)
                .command("window.sign_on", json!({ "window": window }));
            posts.push((code, window));
        }
        if posts.len() == wanted {
            return posts;
        }
    }
    panic!("the hall has too few windows for {QUEUE}: {posts:?}");
}

/// Calls, begins and finishes until nobody waits; the times of the calls that brought somebody.
fn serve_queue(served: &Served, staff: &str, window: &str) -> Times {
    let mut caller = served.client(staff);
    let mut times = Times::default();
    loop {
        let mut ticket = Value::Null;
        let spent = timed(|| {
            ticket = caller.command("ticket.call_next", json!({ "window": window }));
        });
        if ticket.is_null() {
            return times;
        }
        times.push(spent);
        caller.command("ticket.start", json!({"ticket": ticket["id"]}));
        caller.command(
            "ticket.finish",
            json!({"ticket": ticket["id"], "outcome": "nothing", "reason": "asked the way"}),
        );
    }
}

fn issue(caller: &mut Caller) -> Value {
    caller.command("ticket.issue", json!({ "queue": QUEUE }))["id"].take()
}

fn cancel(caller: &mut Caller, ticket: &Value) {
    caller.command("ticket.cancel", json!({"ticket": ticket}));
}

/// Bytes of the journal lines that the measured commands write, in the mean.
fn line_bytes(served: &Served, caller: &mut Caller) -> usize {
    let (before, bytes_before) = served.journal();
    for _ in 0..20 {
        let ticket = issue(caller);
        cancel(caller, &ticket);
    }
    let (after, bytes_after) = served.journal();
    let lines = after.entry_count - before.entry_count;
    usize::try_from((bytes_after - bytes_before) / lines).unwrap()
}

#[allow(clippy::cast_precision_loss, reason = "counts of a bench are small")]
fn count(number: usize) -> f64 {
    number as f64
}
