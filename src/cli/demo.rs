//! `banshi demo [HALL]`: the console on a throw-away hall in memory, with a rehearsed morning behind it. Nothing is kept.
//! Without a terminal, or with `--summary`, it says how the hall stands and ends.

use std::io::{IsTerminal, Write};

use clap::Args;
use serde_json::{Value, json};

use super::console::{self, ConsoleArgs};
use super::{Context, ExitStatus, Failure, join};
use crate::host::{self, HallClock, Host};
use crate::i18n::{Lang, Messages};
use crate::intake;
use crate::rehearsal::{self, Plan, RehearsalError};
use crate::rules::catalogue::HallFolder;
use crate::rules::query::LIST_LIMIT_MAX;
use crate::rules::stamp::Via;
use crate::rules::time::hall_date;

/// What `banshi demo` takes.
#[derive(Debug, Clone, Args)]
pub struct DemoArgs {
    /// The example hall: shangcai (33 departments, 103 windows) or zhangwu (a township, 5 windows)
    #[arg(default_value = "shangcai")]
    pub example: String,
    /// Another morning: the same number gives the same one
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Say how the hall stands, without the console
    #[arg(long)]
    pub summary: bool,
}

/// Rehearses the morning and opens the console, or says how the hall stands.
///
/// # Errors
/// [`Failure`] where there is no such example hall, or the hall breaks off.
pub fn run(
    context: &Context,
    args: &DemoArgs,
    out: &mut impl Write,
) -> Result<ExitStatus, Failure> {
    let hall = example(context, &args.example)?;
    let (context, mut joined) = morning(context, args.seed, &hall)?;
    let surroundings = console::surroundings();
    if args.summary || surroundings.is_dumb() || !std::io::stdout().is_terminal() {
        summary(&context, &mut joined, out)?;
        return Ok(ExitStatus::Done);
    }
    console::show(&context, &ConsoleArgs::default(), &surroundings, joined)
}

/// The tables of an example hall.
fn example(context: &Context, name: &str) -> Result<HallFolder, Failure> {
    let read = intake::read_embedded(name).and_then(Result::ok);
    read.map(|(hall, _)| hall).ok_or_else(|| {
        let names: Vec<&str> = intake::embedded::names().collect();
        let args = [("name", name.to_owned()), ("names", names.join(" "))];
        Failure::wrong_use(join::said(context, "demo-no-hall", &args))
    })
}

/// Founds the hall in memory, rehearses it up to its hour, and joins it as the clerk whom the command line names, or as one
/// who has a visitor at the window. The clock runs on from there.
fn morning(
    context: &Context,
    seed: u64,
    hall: &HallFolder,
) -> Result<(Context, join::Joined), Failure> {
    let today = hall_date(context.global.at.unwrap_or(context.now));
    let day = rehearsal::latest_working_day(hall, today)
        .ok_or_else(|| Failure::wrong_use(context.messages.t("demo-no-day").into_owned()))?;
    let plan = Plan::demo(seed, hall, day);
    let engine = host::found_in_memory(hall, &seed.to_string(), plan.begins_at())
        .map_err(|error| join::failure(context, &error))?;
    let host = Host::start(engine, HallClock::Still(plan.begins_at()))?;
    let outcome = rehearsal::rehearse(&host, hall, &plan).map_err(|error| broken(&error))?;
    debug_assert!(outcome.refused.is_empty(), "{:?}", outcome.refused);
    let engine = host
        .stop()
        .ok_or_else(|| broken(&RehearsalError::HallLost))?;
    let mut global = context.global.clone();
    // The day was chosen by it; the clock itself begins at the morning's hour.
    global.at = None;
    let clerk = outcome.clerk.map(|code| code.to_string());
    global.acting = global.acting.or(clerk);
    let context = Context {
        global,
        messages: Messages::new(context.messages.lang()),
        now: context.now,
    };
    let clock = HallClock::training(plan.ends_at());
    let joined = join::join_engine(&context, engine, clock, Via::Console)?;
    Ok((context, joined))
}

fn broken(error: &RehearsalError) -> Failure {
    Failure {
        status: ExitStatus::Failed,
        lines: vec![error.to_string()],
    }
}

/// How the hall stands, in words.
fn summary(
    context: &Context,
    joined: &mut join::Joined,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let client = &mut joined.client;
    let status = client.call("hall.status", json!({}));
    let status = status.map_err(|error| join::refused(&error))?;
    let mut ask = |method: &str, mut params: Value| {
        params["limit"] = json!(LIST_LIMIT_MAX);
        let answer = client.call(method, params);
        answer.map_err(|error| join::refused(&error))
    };
    let mut lines = at_the_windows(
        context,
        &status,
        &ask("ticket.list", json!({"closed": true}))?,
    );
    let cases = ask("case.list", json!({"open": true}))?;
    let lamp = |word| count(&cases, "/clock/lamp", &[word]);
    let counts = [
        ("open", rows(&cases).len().to_string()),
        ("green", lamp("green")),
        ("amber", lamp("amber")),
        ("red", lamp("red")),
        ("overdue", lamp("overdue")),
        ("stopped", lamp("paused")),
    ];
    lines.push(join::said(context, "demo-cases", &counts));
    let counts = [
        (
            "enquiries",
            rows(&ask("enquiry.list", json!({"open": true}))?)
                .len()
                .to_string(),
        ),
        (
            "errands",
            count(&ask("proxy.list", json!({}))?, "/state", &ERRAND_STATES),
        ),
        (
            "findings",
            count(&ask("finding.list", json!({}))?, "/state", &FINDING_STATES),
        ),
        (
            "proposals",
            count(&ask("proposal.list", json!({}))?, "/state", &["open"]),
        ),
    ];
    lines.push(join::said(context, "demo-work", &counts));
    let staff = &joined.greeting["staff"];
    if staff.is_object() {
        let args = [
            ("name", name(context, staff)),
            ("code", text(&staff["code"])),
        ];
        lines.push(join::said(context, "demo-clerk", &args));
    }
    let at: String = text(&joined.greeting["at"]).chars().take(16).collect();
    let head = [
        ("name", name(context, &joined.greeting["hall"])),
        ("at", at.replace('T', " ")),
    ];
    writeln!(out, "{}", join::said(context, "demo-head", &head))?;
    for line in lines {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// Orders and findings on which somebody still has to act.
const ERRAND_STATES: [&str; 7] = [
    "requested",
    "accepted",
    "assigned",
    "underway",
    "suspended",
    "result",
    "replied",
];
const FINDING_STATES: [&str; 5] = ["candidate", "open", "notified", "rectifying", "appealed"];

/// Windows, tickets, and the queues in which somebody waits.
fn at_the_windows(context: &Context, status: &Value, tickets: &Value) -> Vec<String> {
    let window = |word| count(&json!({"rows": status["windows"]}), "/state", &[word]);
    let windows = [
        ("on", number(&status["signed_on"])),
        ("serving", number(&status["serving"])),
        ("paused", window("paused")),
        ("closed", window("closed")),
    ];
    let ticket = |word| count(tickets, "/state", &[word]);
    let tickets = [
        ("issued", rows(tickets).len().to_string()),
        ("done", ticket("done")),
        ("waiting", number(&status["waiting"])),
        ("missed", ticket("missed")),
    ];
    let queues = status["queues"].as_array().into_iter().flatten();
    let queues = queues.filter(|queue| queue["waiting"].as_u64() > Some(0));
    let queue = |queue: &Value| {
        let args = [
            ("queue", name(context, queue)),
            ("waiting", number(&queue["waiting"])),
            ("minutes", number(&queue["longest_wait_minutes"])),
            ("windows", number(&queue["open_windows"])),
        ];
        join::said(context, "demo-queue", &args)
    };
    let mut lines = vec![
        join::said(context, "demo-windows", &windows),
        join::said(context, "demo-tickets", &tickets),
    ];
    lines.extend(queues.map(queue));
    lines
}

fn rows(list: &Value) -> &[Value] {
    list["rows"].as_array().map_or(&[], Vec::as_slice)
}

/// How many rows have one of the words under the pointer.
fn count(list: &Value, pointer: &str, words: &[&str]) -> String {
    let is = |row: &&Value| {
        let word = row.pointer(pointer).and_then(Value::as_str);
        word.is_some_and(|word| words.contains(&word))
    };
    rows(list).iter().filter(is).count().to_string()
}

/// A row's name in the reader's language.
fn name(context: &Context, row: &Value) -> String {
    let english = text(&row["name_en"]);
    if context.messages.lang() == Lang::En && !english.is_empty() {
        english
    } else {
        text(&row["name"])
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn number(value: &Value) -> String {
    value.as_u64().unwrap_or(0).to_string()
}
