//! `banshi journal head`: a day's seal. Written down or printed at the end of the day, it proves later with `banshi verify
//! --head` that nothing before it was changed, by whomever (R231).

use std::io::Write;

use chrono::NaiveDate;
use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};

use super::{Context, ExitStatus, Failure, join};
use crate::i18n::Lang;
use crate::rules::stamp::Via;

/// What `banshi journal` takes.
#[derive(Debug, Clone, Args)]
pub struct JournalArgs {
    /// What to do with the journal
    #[command(subcommand)]
    pub command: JournalCommand,
}

/// What can be done with the journal.
#[derive(Debug, Clone, Subcommand)]
pub enum JournalCommand {
    /// Print the day's seal: its last entry, whose hash vouches for all before it
    Head(HeadArgs),
}

/// What `banshi journal head` takes.
#[derive(Debug, Clone, Args)]
pub struct HeadArgs {
    /// The day; today where it is not said
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub on: Option<NaiveDate>,
    /// For people or for programs
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// A form of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Lines for people.
    Text,
    /// One JSON object.
    Json,
}

/// Prints the seal.
///
/// # Errors
/// [`Failure`] when the hall cannot be asked, or has no entry by that day.
pub fn run(
    context: &Context,
    args: &JournalArgs,
    out: &mut impl Write,
) -> Result<ExitStatus, Failure> {
    let JournalCommand::Head(args) = &args.command;
    let mut joined = join::join(context, Via::Call)?;
    let params = args.on.map_or(json!({}), |on| json!({ "on": on }));
    let seal = joined
        .client
        .call("journal.head", params)
        .map_err(|error| join::refused(&error))?;
    if args.format == Format::Json {
        let text = serde_json::to_string_pretty(&seal).map_err(std::io::Error::from)?;
        writeln!(out, "{}", super::json::harmless(&text))?;
        return Ok(ExitStatus::Done);
    }
    let text = |field: &str| match &seal[field] {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let english = context.messages.lang() == Lang::En && !text("name_en").is_empty();
    let told = [
        ("name", text(if english { "name_en" } else { "name" })),
        ("hall", text("hall")),
        ("on", text("on")),
        ("seq", text("seq")),
        ("at", text("at")),
        ("hash", text("hash")),
    ];
    writeln!(out, "{}", join::said(context, "journal-head", &told))?;
    writeln!(out, "{}:{}", text("seq"), text("hash"))?;
    if seal["complete"] == json!(false) {
        writeln!(out, "{}", join::said(context, "journal-head-open", &told))?;
    }
    writeln!(out, "{}", join::said(context, "journal-head-use", &told))?;
    Ok(ExitStatus::Done)
}
