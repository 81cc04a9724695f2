//! `banshi init FOLDER`: makes this machine's hall from a hall folder. The folder is checked as a whole before anything is
//! written, and every fault is named by file, line and column.

use std::io::Write;
use std::path::PathBuf;

use chrono::{NaiveDate, NaiveTime};
use clap::Args;

use super::{Context, ExitStatus, Failure, join};
use crate::host;
use crate::i18n::Messages;
use crate::intake::{self, Code, Message};
use crate::rules::catalogue::HallFolder;
use crate::rules::time::{Instant, at_hall_time};
use crate::sys;

/// What `banshi init` takes.
#[derive(Debug, Clone, Args)]
pub struct InitArgs {
    /// The hall folder: hall.toml, the tables, the calendar
    pub folder: PathBuf,
    /// A training hall: times may be given, papers say so
    #[arg(long)]
    pub training: bool,
}

/// Founds the hall.
///
/// # Errors
/// [`Failure`] with every fault of the folder, or when the hall cannot be written.
pub fn run(
    context: &Context,
    args: &InitArgs,
    out: &mut impl Write,
) -> Result<ExitStatus, Failure> {
    let (hall, warnings) = intake::read_hall(&args.folder).map_err(|faults| {
        let mut lines: Vec<String> = faults
            .iter()
            .map(|fault| shown(&context.messages, fault))
            .collect();
        lines.push(join::said(
            context,
            "init-faults",
            &[("count", faults.len().to_string())],
        ));
        Failure {
            status: ExitStatus::WrongUse,
            lines,
        }
    })?;
    if context.global.at.is_some() && !args.training {
        return Err(Failure::wrong_use(
            context.messages.t("init-at-needs-training").into_owned(),
        ));
    }
    for warning in &warnings {
        eprintln!("banshi: {}", shown(&context.messages, warning));
    }
    let folder = join::data_folder(context)?;
    let at = if args.training {
        context.global.at.unwrap_or_else(|| first_day(&hall))
    } else {
        context.now
    };
    let engine = host::found(&folder, &hall, args.training, at, &sys::user::login())
        .map_err(|error| join::failure(context, &error))?;
    let args = [
        ("name", hall.profile.name.clone()),
        ("departments", hall.departments.len().to_string()),
        ("windows", hall.windows.len().to_string()),
        ("staff", hall.staff.len().to_string()),
        ("items", hall.items.len().to_string()),
        ("seq", engine.head().seq.to_string()),
        ("folder", folder.display().to_string()),
    ];
    writeln!(out, "{}", join::said(context, "init-done", &args))?;
    Ok(ExitStatus::Done)
}

/// When a training hall's journal begins where no time is given: 1 January of the first published year, 00:00.
pub(crate) fn first_day(hall: &HallFolder) -> Instant {
    let year = hall
        .calendar
        .iter()
        .map(|year| year.year)
        .min()
        .unwrap_or(2018);
    let date = NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default();
    at_hall_time(date, NaiveTime::MIN)
}

/// A fault or warning in the reader's language.
fn shown<C: Code>(messages: &Messages, message: &Message<C>) -> String {
    let key = message.code.message_key();
    let args: Vec<(&str, crate::i18n::Arg<'_>)> = message
        .args
        .iter()
        .map(|(name, value)| (*name, value.as_str().into()))
        .collect();
    let sentence = if messages.has(&key) {
        messages.with(&key, &args)
    } else {
        message.sentence()
    };
    format!("{}: {sentence}", message.place)
}
