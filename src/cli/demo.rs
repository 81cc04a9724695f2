//! `banshi demo [HALL]`: the console on a throw-away hall in memory, with a rehearsed morning behind it. Nothing is kept.
//! Without a terminal, or with `--summary`, it says how the hall stands and ends.

use std::io::Write;

use clap::Args;
use serde_json::{Value, json};

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
    summary(&context, &mut joined, out)?;
    Ok(ExitStatus::Done)
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
    let mut ask = |method: &str, params: Value| {
        let answer = joined.client.call(method, params);
        answer.map_err(|error| join::refused(&error))
    };
    let status = ask("hall.status", json!({}))?;
    let tickets = ask(
        "ticket.list",
        json!({"closed": true, "limit": LIST_LIMIT_MAX}),
    )?;
    let cases = ask("case.list", json!({"limit": LIST_LIMIT_MAX}))?;
    let mut open = |method: &str| Ok(rows(&ask(method, json!({"limit": LIST_LIMIT_MAX}))?).len());
    let work: [Result<usize, Failure>; 4] = [
        "enquiry.list",
        "proxy.list",
        "finding.list",
        "proposal.list",
    ]
    .map(&mut open);
    let [enquiries, errands, findings, proposals] = work;
    let (enquiries, errands, findings, proposals) = (enquiries?, errands?, findings?, proposals?);
    let mut say =
        |key: &str, args: &[(&str, String)]| writeln!(out, "{}", join::said(context, key, args));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let number = |value: &Value| value.as_u64().unwrap_or(0).to_string();
    let in_state = |of: &Value, pointer: &str, word: &str| {
        let is = |row: &&Value| row.pointer(pointer).and_then(Value::as_str) == Some(word);
        rows(of).iter().filter(is).count().to_string()
    };
    let chinese = context.messages.lang() == Lang::ZhCn;
    let name = |row: &Value| text(&row[if chinese { "name" } else { "name_en" }]);
    let greeting = &joined.greeting;
    let at: String = text(&greeting["at"]).chars().take(16).collect();
    say(
        "demo-head",
        &[
            ("name", name(&greeting["hall"])),
            ("at", at.replace('T', " ")),
        ],
    )?;
    let windows = json!({ "rows": status["windows"] });
    let window = |word| in_state(&windows, "/state", word);
    say(
        "demo-windows",
        &[
            ("on", number(&status["signed_on"])),
            ("serving", number(&status["serving"])),
            ("paused", window("paused")),
            ("closed", window("closed")),
        ],
    )?;
    let ticket = |word| in_state(&tickets, "/state", word);
    say(
        "demo-tickets",
        &[
            ("issued", rows(&tickets).len().to_string()),
            ("done", ticket("done")),
            ("waiting", number(&status["waiting"])),
            ("missed", ticket("missed")),
        ],
    )?;
    for queue in status["queues"].as_array().into_iter().flatten() {
        if queue["waiting"].as_u64() > Some(0) {
            let args = [
                ("queue", name(queue)),
                ("waiting", number(&queue["waiting"])),
                ("minutes", number(&queue["longest_wait_minutes"])),
                ("windows", number(&queue["open_windows"])),
            ];
            say("demo-queue", &args)?;
        }
    }
    let lamp = |word| in_state(&cases, "/clock/lamp", word);
    say(
        "demo-cases",
        &[
            ("open", rows(&cases).len().to_string()),
            ("green", lamp("green")),
            ("amber", lamp("amber")),
            ("red", lamp("red")),
            ("overdue", lamp("overdue")),
            ("stopped", lamp("paused")),
        ],
    )?;
    let work = [
        ("enquiries", enquiries.to_string()),
        ("errands", errands.to_string()),
        ("findings", findings.to_string()),
        ("proposals", proposals.to_string()),
    ];
    say("demo-work", &work)?;
    if let Some(staff) = greeting["staff"].as_object() {
        let staff = Value::Object(staff.clone());
        let args = [("name", name(&staff)), ("code", text(&staff["code"]))];
        say("demo-clerk", &args)?;
    }
    Ok(())
}

fn rows(list: &Value) -> &[Value] {
    list["rows"].as_array().map_or(&[], Vec::as_slice)
}
