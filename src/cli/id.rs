//! `banshi id`: resident ID numbers (GB 11643) and unified social credit codes (GB 32100), checked as they were typed.
//!
//! The shape of both answers is a contract with other people's programs. The exit status is that of the work, not of the numbers: an
//! invalid number is an answer. The checking itself is in `rules::identity`.

use std::io::{self, Read, Write};

use chrono::NaiveDate;
use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::batch::{BatchOutcome, answer_lines, read_line};
use super::{Context, ExitStatus, Failure};
use crate::console::text::harmless;
use crate::i18n::Messages;
use crate::rules::civil::Moment;
use crate::rules::identity::{CheckedNumber, NumberFault, NumberKind, check_number};
use crate::rules::time::hall_date;

/// What `banshi id` takes.
#[derive(Debug, Clone, Args)]
pub struct IdArgs {
    /// The numbers; spaces, full-width characters and a small x are cleaned
    #[arg(
        required_unless_present = "batch",
        conflicts_with = "batch",
        value_name = "NUMBER"
    )]
    pub numbers: Vec<String>,
    /// Answer with one JSON object a number
    #[arg(long)]
    pub json: bool,
    /// Read `{id, number}` from standard input, one a line, and answer `{id, kind, valid, reason, canonical}`, one a line
    #[arg(long)]
    pub batch: bool,
    /// The day after which a date of birth lies in the future; today when not given
    #[arg(long, value_name = "T")]
    pub now: Option<String>,
}

/// One line of a batch.
#[derive(Debug, Deserialize)]
struct Question {
    id: Value,
    number: String,
}

/// The answer to one line of a batch.
#[derive(Debug, Serialize)]
struct Answer {
    id: Value,
    #[serde(flatten)]
    checked: CheckedNumber,
}

/// The answer to one number of the command line.
#[derive(Debug, Serialize)]
struct NumberAnswer<'a> {
    number: &'a str,
    #[serde(flatten)]
    checked: CheckedNumber,
}

/// Runs `banshi id`.
///
/// # Errors
/// [`Failure`] for a time that is none, and for what reading and writing meet.
pub fn run(
    context: &Context,
    args: &IdArgs,
    input: impl Read,
    out: &mut impl Write,
) -> Result<ExitStatus, Failure> {
    context.without_hall()?;
    let today = match &args.now {
        Some(text) => Moment::parse(text)
            .map_err(|fault| Failure::wrong_use(fault.to_string()))?
            .date(),
        None => hall_date(context.now),
    };
    if args.batch {
        return Ok(match batch(today, input, out)? {
            BatchOutcome::Answered => ExitStatus::Done,
            BatchOutcome::SomeLinesBad => ExitStatus::WrongUse,
        });
    }
    for number in &args.numbers {
        let checked = check_number(number, today);
        if args.json {
            serde_json::to_writer(&mut *out, &NumberAnswer { number, checked })
                .map_err(io::Error::from)?;
            writeln!(out)?;
        } else {
            writeln!(out, "{}", in_words(&context.messages, &checked))?;
        }
    }
    Ok(ExitStatus::Done)
}

fn batch(today: NaiveDate, input: impl Read, out: &mut impl Write) -> io::Result<BatchOutcome> {
    answer_lines(input, out, |line, out| {
        let Question { id, number } = match read_line(line) {
            Ok(question) => question,
            Err(bad) => return Ok(Err(bad)),
        };
        serde_json::to_writer(
            out,
            &Answer {
                id,
                checked: check_number(&number, today),
            },
        )?;
        Ok(Ok(()))
    })
}

/// A line for people: the number as it should be written, what it is, and what is wrong with it.
fn in_words(messages: &Messages, checked: &CheckedNumber) -> String {
    let kind = match checked.kind {
        NumberKind::ResidentId => "id-kind-resident_id",
        NumberKind::Uscc => "id-kind-uscc",
        NumberKind::Unknown => "id-kind-unknown",
    };
    let verdict = match checked.reason {
        None => "id-valid",
        Some(NumberFault::Length) => "id-fault-length",
        Some(NumberFault::Alphabet) => "id-fault-alphabet",
        Some(NumberFault::Date) => "id-fault-date",
        Some(NumberFault::Future) => "id-fault-future",
        // Genuine codes with a wrong check character are in circulation (R221): intake warns and goes on.
        Some(NumberFault::Check) if checked.kind == NumberKind::Uscc => "id-fault-check-uscc",
        Some(NumberFault::Check) => "id-fault-check",
        Some(NumberFault::Authority) => "id-fault-authority",
    };
    format!(
        "{}  {}  {}",
        harmless(&checked.canonical),
        messages.t(kind),
        messages.t(verdict)
    )
}
