//! `banshi due`: a due date from its parts, without a hall, and the proof of it day by day.
//!
//! Anybody may ask: a citizen's lawyer, another office's program, a clerk who doubts. The shape of both answers is a contract with other
//! people's programs. The counting itself is in `rules::clock`; the days come from the calendar inside the program and from files.

use std::collections::BTreeSet;
use std::fmt;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use chrono::{Datelike, NaiveDate};
use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::batch::{BadLine, BatchOutcome, answer_lines, read_line};
use super::{Context, ExitStatus, Failure};
use crate::console::text::harmless;
use crate::i18n::Messages;
use crate::rules::calendar::{CALENDAR_BYTES_MAX, WorkCalendar, YearsExpected, parse_years};
use crate::rules::civil::{Moment, MomentFault, OutOfRange};
use crate::rules::clock::{ClockView, Ledger, Pause, Step, StepKind, WorkDays};
use crate::rules::time::hall_date;

/// What `banshi due` takes.
#[derive(Debug, Clone, Args)]
pub struct DueArgs {
    /// The day of acceptance, as a date or a time; it is not counted
    #[arg(
        long,
        value_name = "T",
        required_unless_present = "batch",
        conflicts_with = "batch"
    )]
    pub accepted: Option<String>,
    /// The limit in working days
    #[arg(
        long,
        value_name = "N",
        allow_negative_numbers = true,
        required_unless_present = "batch",
        conflicts_with = "batch"
    )]
    pub days: Option<u64>,
    /// A pause: the working days x with A < x <= B are not counted; without B it is open
    #[arg(long = "pause", value_name = "A..B", conflicts_with = "batch")]
    pub pauses: Vec<String>,
    /// Working days added at the end
    #[arg(
        long,
        value_name = "N",
        default_value_t = 0,
        allow_negative_numbers = true,
        conflicts_with = "batch"
    )]
    pub extend: u64,
    /// A calendar file (CSV: date,kind,name,notice); its years take the place of those inside the program
    #[arg(long, value_name = "FILE")]
    pub calendar: Vec<PathBuf>,
    /// The day from which the days left are counted; today when not given
    #[arg(long, value_name = "T")]
    pub now: Option<String>,
    /// Answer with a JSON object
    #[arg(long, conflicts_with = "batch")]
    pub json: bool,
    /// Show every day from acceptance to the due date, and why it counts or not
    #[arg(long, conflicts_with = "batch")]
    pub explain: bool,
    /// Read one JSON object a line from standard input and answer one a line
    #[arg(long)]
    pub batch: bool,
}

/// Why parts give no due date.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
enum AskFault {
    /// A date or time that is none, and where it was given.
    #[error("{field}: {fault}")]
    Moment { field: String, fault: MomentFault },
    /// A pause that is not `A..B`.
    #[error("pause: '{0}' is not A..B, nor A.. for an open one")]
    PauseForm(String),
    /// A pause that ends before it begins.
    #[error("pause: {to_on} lies before {from_on}")]
    PauseOrder {
        from_on: NaiveDate,
        to_on: NaiveDate,
    },
    /// A count or a date outside what is reckoned with.
    #[error(transparent)]
    Range(#[from] OutOfRange),
}

impl AskFault {
    fn in_words(&self, messages: &Messages) -> String {
        let date = |date: &NaiveDate| date.to_string().into();
        match self {
            Self::Moment {
                field,
                fault: MomentFault::Malformed(text),
            } => messages.with(
                "due-fault-moment",
                &[("field", field.into()), ("text", text.into())],
            ),
            Self::Moment {
                fault: MomentFault::OutOfRange(fault),
                ..
            }
            | Self::Range(fault) => match fault {
                OutOfRange::Date(on) => messages.with("due-fault-date", &[("date", date(on))]),
                OutOfRange::Count(on) => messages.with("due-fault-count", &[("date", date(on))]),
                OutOfRange::Limit(days) => {
                    messages.with("due-fault-limit", &[("count", (*days).into())])
                }
            },
            Self::PauseForm(text) => {
                messages.with("due-fault-pause-form", &[("text", text.into())])
            }
            Self::PauseOrder { from_on, to_on } => messages.with(
                "due-fault-pause-order",
                &[("from", date(from_on)), ("to", date(to_on))],
            ),
        }
    }
}

/// The answer as other programs read it.
#[derive(Debug, Serialize)]
struct Answer<'a> {
    #[serde(flatten)]
    view: &'a ClockView,
    steps: &'a [Step],
}

/// One line of a batch.
#[derive(Debug, Deserialize)]
struct Question {
    id: Value,
    accepted_at: String,
    limit_working_days: u64,
    #[serde(default)]
    pauses: Option<Vec<QuestionPause>>,
    #[serde(default)]
    extension_days: Option<u64>,
    #[serde(default)]
    now: Option<String>,
}

/// A pause in a line of a batch; without an end it is open.
#[derive(Debug, Deserialize)]
struct QuestionPause {
    pause_from: String,
    #[serde(default)]
    pause_to: Option<String>,
}

impl QuestionPause {
    /// The pause, which stands at this place of its list.
    fn read(&self, at: usize) -> Result<Pause, AskFault> {
        let fields = ["from", "to"].map(|end| format!("pauses[{at}].pause_{end}"));
        let [from, to] = fields.each_ref().map(String::as_str);
        pause([from, to], &self.pause_from, self.pause_to.as_deref())
    }
}

/// The answer to one line of a batch.
#[derive(Debug, Serialize)]
struct BatchAnswer {
    id: Value,
    due_date: Option<NaiveDate>,
    provisional: bool,
    working_days_left: u32,
    working_days_overdue: u32,
}

/// Runs `banshi due`.
///
/// # Errors
/// [`Failure`] in the reader's words for parts that give no due date, a calendar file that is none, and what reading and writing meet.
pub fn run(
    context: &Context,
    args: &DueArgs,
    input: impl Read,
    out: &mut impl Write,
) -> Result<ExitStatus, Failure> {
    context.without_hall()?;
    let messages = &context.messages;
    let calendar = calendar_with(messages, &args.calendar)?;
    let say = |fault: AskFault| Failure::wrong_use(fault.in_words(messages));
    let today = match &args.now {
        Some(text) => moment("--now", text).map_err(say)?,
        None => hall_date(context.now),
    };
    if args.batch {
        return Ok(match batch(&calendar, today, input, out)? {
            BatchOutcome::Answered => ExitStatus::Done,
            BatchOutcome::SomeLinesBad => ExitStatus::WrongUse,
        });
    }
    let ledger = ledger_of(args).map_err(say)?;
    let (view, steps) = answer(&calendar, &ledger, today).map_err(|fault| say(fault.into()))?;
    if args.json {
        serde_json::to_writer(
            &mut *out,
            &Answer {
                view: &view,
                steps: &steps,
            },
        )
        .map_err(io::Error::from)?;
        writeln!(out)?;
    } else {
        let page = Page {
            messages,
            ledger: &ledger,
            view: &view,
            steps: &steps,
            today,
        };
        write!(out, "{page}")?;
        if args.explain {
            page.explain(out)?;
        }
    }
    Ok(ExitStatus::Done)
}

fn answer(
    calendar: &WorkCalendar,
    ledger: &Ledger,
    today: NaiveDate,
) -> Result<(ClockView, Vec<Step>), OutOfRange> {
    Ok((ledger.view(calendar, today)?, ledger.explain(calendar)?))
}

fn ledger_of(args: &DueArgs) -> Result<Ledger, AskFault> {
    let pauses = args.pauses.iter().map(|text| {
        let (from, to) = text
            .split_once("..")
            .ok_or_else(|| AskFault::PauseForm(text.clone()))?;
        let to = Some(to).filter(|to| !to.trim().is_empty());
        pause(["--pause"; 2], from, to)
    });
    Ok(Ledger {
        started_on: moment("--accepted", args.accepted.as_deref().unwrap_or_default())?,
        limit: WorkDays::new(args.days.unwrap_or_default())?,
        extension: WorkDays::new(args.extend)?,
        pauses: pauses.collect::<Result<_, _>>()?,
    })
}

fn moment(field: &str, text: &str) -> Result<NaiveDate, AskFault> {
    Moment::parse(text)
        .map(Moment::date)
        .map_err(|fault| AskFault::Moment {
            field: field.to_owned(),
            fault,
        })
}

/// Reads a pause; the fields are where its beginning and its end were given.
fn pause(fields: [&str; 2], from: &str, to: Option<&str>) -> Result<Pause, AskFault> {
    let from_on = moment(fields[0], from)?;
    let to_on = to.map(|to| moment(fields[1], to)).transpose()?;
    match to_on {
        Some(to_on) if to_on < from_on => Err(AskFault::PauseOrder { from_on, to_on }),
        _ => Ok(Pause { from_on, to_on }),
    }
}

/// The calendar inside the program with the years of the files put over it.
fn calendar_with(messages: &Messages, files: &[PathBuf]) -> Result<WorkCalendar, Failure> {
    let mut calendar = WorkCalendar::embedded();
    for path in files {
        let bytes = read_calendar(path).map_err(|error| {
            let args = [
                ("path", path.display().to_string().into()),
                ("error", error.to_string().into()),
            ];
            Failure {
                status: ExitStatus::Failed,
                lines: vec![messages.with("due-fault-file", &args)],
            }
        })?;
        let years = parse_years(&bytes, YearsExpected::Any).map_err(|faults| Failure {
            status: ExitStatus::WrongUse,
            lines: faults
                .iter()
                .map(|fault| {
                    format!(
                        "{}:{}:{}: {}",
                        path.display(),
                        fault.line,
                        fault.column,
                        fault.kind
                    )
                })
                .collect(),
        })?;
        calendar.publish_file(&years);
    }
    Ok(calendar)
}

/// Reads one byte more than a calendar may have, so that a wrong file named by mistake does not fill the memory.
fn read_calendar(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?
        .take(CALENDAR_BYTES_MAX as u64 + 1)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn batch(
    calendar: &WorkCalendar,
    today: NaiveDate,
    input: impl Read,
    out: &mut impl Write,
) -> io::Result<BatchOutcome> {
    answer_lines(input, out, |line, out| {
        let mut question: Question = match read_line(line) {
            Ok(question) => question,
            Err(bad) => return Ok(Err(bad)),
        };
        let id = question.id.take();
        match answer_question(calendar, today, &question) {
            Ok(view) => {
                serde_json::to_writer(
                    out,
                    &BatchAnswer {
                        id,
                        due_date: view.due,
                        provisional: view.provisional,
                        working_days_left: view.left.max(0).unsigned_abs(),
                        working_days_overdue: view.overdue,
                    },
                )?;
                Ok(Ok(()))
            }
            Err(fault) => Ok(Err(BadLine {
                id,
                error: fault.to_string(),
            })),
        }
    })
}

fn answer_question(
    calendar: &WorkCalendar,
    today: NaiveDate,
    question: &Question,
) -> Result<ClockView, AskFault> {
    let pauses = question.pauses.iter().flatten().enumerate();
    let ledger = Ledger {
        started_on: moment("accepted_at", &question.accepted_at)?,
        limit: WorkDays::new(question.limit_working_days)?,
        extension: WorkDays::new(question.extension_days.unwrap_or_default())?,
        pauses: pauses
            .map(|(at, part)| part.read(at))
            .collect::<Result<_, _>>()?,
    };
    let today = question
        .now
        .as_deref()
        .map_or(Ok(today), |text| moment("now", text))?;
    Ok(ledger.view(calendar, today)?)
}

/// The answer for people; `Display` is the answer itself, [`explain`](Page::explain) the days.
struct Page<'a> {
    messages: &'a Messages,
    ledger: &'a Ledger,
    view: &'a ClockView,
    steps: &'a [Step],
    today: NaiveDate,
}

impl fmt::Display for Page<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let messages = self.messages;
        match self.view.due {
            Some(due) => writeln!(
                f,
                "{}",
                messages.with("due-on", &[("date", self.day(due).into())])
            )?,
            None => writeln!(f, "{}", messages.t("due-stopped"))?,
        }
        writeln!(f, "{}", self.sum())?;
        writeln!(f, "{}", self.left())?;
        if self.view.provisional {
            let years: BTreeSet<i32> = self
                .steps
                .iter()
                .filter(|step| step.provisional)
                .map(|step| step.date.year())
                .collect();
            let years: Vec<String> = years.iter().map(i32::to_string).collect();
            writeln!(
                f,
                "{}",
                messages.with("due-provisional", &[("years", years.join(", ").into())])
            )?;
        }
        Ok(())
    }
}

impl Page<'_> {
    /// How the date comes about, in one line: 受理3/2+14工作日−暂停8.
    fn sum(&self) -> String {
        let messages = self.messages;
        let start = [
            ("date", self.ledger.started_on.to_string().into()),
            ("count", self.ledger.limit.get().into()),
        ];
        let mut sum = messages.with("due-sum", &start);
        let extension = self.ledger.extension.get();
        if extension > 0 {
            sum.push_str(&messages.with("due-sum-extension", &[("count", extension.into())]));
        }
        let paused = self
            .steps
            .iter()
            .filter(|step| step.kind == StepKind::Paused)
            .count();
        if paused > 0 {
            sum.push_str(&messages.with("due-sum-paused", &[("count", paused.into())]));
        }
        sum
    }

    fn left(&self) -> String {
        let messages = self.messages;
        let today = ("today", self.today.to_string().into());
        match self.view.due {
            Some(due) if due == self.today => messages.with("due-left-today", &[today]),
            Some(due) if due < self.today => {
                messages.with("due-overdue", &[today, ("count", self.view.overdue.into())])
            }
            Some(_) => messages.with("due-left", &[today, ("count", self.view.left.into())]),
            None => messages.with("due-left-stopped", &[("count", self.view.left.into())]),
        }
    }

    /// Every day of the proof, one a line.
    fn explain(&self, out: &mut impl Write) -> io::Result<()> {
        for step in self.steps {
            let nth = step.nth.map(|nth| nth.to_string()).unwrap_or_default();
            let kind = self.messages.t(match step.kind {
                StepKind::Accepted => "due-step-accepted",
                StepKind::WorkingDay => "due-step-working_day",
                StepKind::MakeUpDay => "due-step-make_up_day",
                StepKind::Weekend => "due-step-weekend",
                StepKind::Holiday => "due-step-holiday",
                StepKind::Paused => "due-step-paused",
            });
            write!(out, "{}  {nth:>4}  {kind}", self.day(step.date))?;
            for part in [&step.note, &step.notice]
                .into_iter()
                .filter(|part| !part.is_empty())
            {
                write!(out, "  {}", harmless(part))?;
            }
            writeln!(out)?;
        }
        Ok(())
    }

    /// A date with its weekday.
    fn day(&self, date: NaiveDate) -> String {
        let weekday = self.messages.t(match date.weekday().number_from_monday() {
            1 => "due-weekday-1",
            2 => "due-weekday-2",
            3 => "due-weekday-3",
            4 => "due-weekday-4",
            5 => "due-weekday-5",
            6 => "due-weekday-6",
            _ => "due-weekday-7",
        });
        format!("{date} {weekday}")
    }
}
