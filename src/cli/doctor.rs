//! `banshi doctor`: what this terminal and this hall can and cannot do, line by line, each with what to do about it.

use std::io::{IsTerminal, Write};

use chrono::Datelike;
use clap::Args;
use serde_json::{Value, json};

use super::{Context, ExitStatus, Failure, join};
use crate::host::{self, HostError, Opened};
use crate::rules::hall_clock::{ClockState, ClockView};
use crate::rules::stamp::Via;
use crate::rules::time::hall_date;
use crate::store::StoreError;

/// What `banshi doctor` takes: nothing of its own.
#[derive(Debug, Clone, Args)]
pub struct DoctorArgs {}

/// How a line of the report is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Good,
    Note,
    Bad,
}

impl Sign {
    fn mark(self) -> &'static str {
        match self {
            Self::Good => "ok  ",
            Self::Note => "note",
            Self::Bad => "BAD ",
        }
    }
}

/// Looks around and reports. Status 1 when something would keep the hall from being used.
///
/// # Errors
/// [`Failure`] when nobody reads.
pub fn run(
    context: &Context,
    _args: &DoctorArgs,
    out: &mut impl Write,
) -> Result<ExitStatus, Failure> {
    let mut lines = terminal(context);
    lines.extend(hall(context)?);
    let bad = lines.iter().any(|(sign, _)| *sign == Sign::Bad);
    for (sign, line) in lines {
        writeln!(out, "{} {line}", sign.mark())?;
    }
    Ok(if bad {
        ExitStatus::Failed
    } else {
        ExitStatus::Done
    })
}

fn variable(name: &str) -> Option<String> {
    std::env::var_os(name)
        .filter(|value| !value.is_empty())
        .map(|value| value.to_string_lossy().into_owned())
}

fn terminal(context: &Context) -> Vec<(Sign, String)> {
    let mut lines = Vec::new();
    let mut say = |sign, key: &str, value: String| {
        lines.push((sign, join::said(context, key, &[("value", value)])));
    };
    match variable("TERM").as_deref() {
        None | Some("dumb") => say(
            Sign::Bad,
            "doctor-term-none",
            variable("TERM").unwrap_or_else(|| "-".to_owned()),
        ),
        Some(term) => say(Sign::Good, "doctor-term", term.to_owned()),
    }
    if variable("NO_COLOR").is_some() {
        say(Sign::Note, "doctor-no-color", String::new());
    }
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .find_map(variable)
        .unwrap_or_default();
    let utf8 = locale
        .to_ascii_lowercase()
        .replace('-', "")
        .contains("utf8");
    say(
        if utf8 { Sign::Good } else { Sign::Note },
        if utf8 {
            "doctor-utf8"
        } else {
            "doctor-not-utf8"
        },
        locale,
    );
    if std::io::stdout().is_terminal()
        && let Ok((columns, rows)) = crate::sys::terminal::size()
    {
        let small = columns < 60 || rows < 20;
        let key = if small { "doctor-small" } else { "doctor-size" };
        say(
            if small { Sign::Note } else { Sign::Good },
            key,
            format!("{columns}x{rows}"),
        );
    }
    lines
}

/// How far the clock may lie behind the last entry (R23), in seconds.
const CLOCK_BEHIND_SECONDS: i64 = 120;

/// What a hall that is served says of its clock, where that is not well: the message, and by how many seconds it is off.
fn clock_fault(status: &Value) -> Option<(&'static str, u64)> {
    let clock: ClockView = serde_json::from_value(status.get("clock")?.clone()).ok()?;
    let key = match clock.state {
        ClockState::Ok => return None,
        ClockState::Jumped => "doctor-clock-jumped",
        ClockState::Held => "doctor-clock-held",
    };
    Some((key, clock.by_seconds.unsigned_abs()))
}

fn hall(context: &Context) -> Result<Vec<(Sign, String)>, Failure> {
    let mut lines = Vec::new();
    let folder = join::data_folder(context)?;
    let mut say = |sign, key: &str, args: &[(&str, String)]| {
        lines.push((sign, join::said(context, key, args)));
    };
    let shown = folder.display().to_string();
    if !folder.join("journal").is_dir() {
        say(Sign::Note, "doctor-no-hall", &[("value", shown)]);
        return Ok(lines);
    }
    if let Some(lines) = served(context)? {
        return Ok(lines);
    }
    let opened = match host::open(&folder, context.now, &mut |_| {}) {
        Ok(opened) => opened,
        Err(HostError::Store(StoreError::Locked { by, .. })) => {
            let value = join::holder(by);
            say(Sign::Note, "doctor-locked", &[("value", value)]);
            return Ok(lines);
        }
        Err(error) => {
            say(
                Sign::Bad,
                "doctor-hall-bad",
                &[("value", error.to_string())],
            );
            return Ok(lines);
        }
    };
    lines.extend(opened_hall(context, &opened, shown));
    Ok(lines)
}

/// The hall whose server answers, and its clock where that is not well.
fn served(context: &Context) -> Result<Option<Vec<(Sign, String)>>, Failure> {
    let Some((path, stream)) = join::server(context)? else {
        return Ok(None);
    };
    let mut joined = join::join_server(context, path.clone(), stream, Via::Call)?;
    let name = joined.greeting["hall"]["name"].as_str();
    let args = [
        ("name", name.unwrap_or_default().to_owned()),
        ("path", path.display().to_string()),
    ];
    let mut lines = vec![(Sign::Good, join::said(context, "doctor-served", &args))];
    // Not everybody may ask for the hall's status; what they may not see is left out.
    let status = joined.client.call("hall.status", json!({})).ok();
    if let Some((key, seconds)) = status.as_ref().and_then(clock_fault) {
        let args = [("seconds", seconds.to_string())];
        lines.push((Sign::Bad, join::said(context, key, &args)));
    }
    Ok(Some(lines))
}

/// The hall that was opened here.
fn opened_hall(context: &Context, opened: &Opened, shown: String) -> Vec<(Sign, String)> {
    let mut lines = Vec::new();
    let mut say = |sign, key: &str, args: &[(&str, String)]| {
        lines.push((sign, join::said(context, key, args)));
    };
    let engine = &opened.engine;
    say(
        Sign::Good,
        "doctor-hall",
        &[
            ("name", engine.hall().profile().name.clone()),
            ("folder", shown),
            ("seq", engine.head().seq.to_string()),
        ],
    );
    for repair in &opened.repairs {
        say(
            Sign::Note,
            "doctor-repaired",
            &[("value", repair.to_string())],
        );
    }
    let behind = (engine.head_at() - context.now).num_seconds();
    if !engine.hall().training() && behind > CLOCK_BEHIND_SECONDS {
        let seconds = behind.to_string();
        say(Sign::Bad, "doctor-clock-jumped", &[("seconds", seconds)]);
    }
    if engine.hall().training() {
        say(Sign::Note, "doctor-training", &[]);
    }
    let today = hall_date(context.now.max(engine.head_at()));
    let published: Vec<i32> = engine.hall().calendar().published().collect();
    match published.iter().max() {
        // R14: from November on, next year's calendar should be there.
        Some(last) if *last < today.year() || (*last == today.year() && today.month() >= 11) => {
            say(
                Sign::Note,
                "doctor-calendar-short",
                &[("value", last.to_string())],
            );
        }
        Some(last) => say(
            Sign::Good,
            "doctor-calendar",
            &[("value", last.to_string())],
        ),
        None => say(Sign::Bad, "doctor-calendar-none", &[]),
    }
    lines
}
