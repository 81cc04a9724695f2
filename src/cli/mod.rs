//! The command line, one file a subcommand: options in, an exit status out.
//!
//! Global options and the exit statuses are here and nowhere else. A command takes its own options and a [`Context`], writes to what it is
//! handed, and returns its status or a [`Failure`] in the reader's words. No rule is decided here.

pub mod backup;
pub mod batch;
pub mod call;
pub mod console;
pub mod demo;
pub mod doctor;
pub mod due;
pub mod find;
pub mod id;
pub mod init;
pub(crate) mod join;
pub mod journal;
mod json;
pub mod keys;
pub mod permissions;
mod pin;
pub mod restore;
pub mod serve;
pub mod set_pin;
pub mod verify;

use std::ffi::OsString;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::console::text::harmless;
use crate::i18n::{Lang, Messages};
use crate::rules::time::Instant;
use crate::sys::clock;
use crate::wire::ErrorObject;

/// How a run of the program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum ExitStatus {
    /// Done.
    Done = 0,
    /// Failed: I/O, store, server.
    Failed = 1,
    /// Wrong use: options, requests or files that say nothing sensible.
    WrongUse = 2,
    /// Refused by a rule.
    Refused = 3,
    /// Verification found a fault.
    FaultFound = 4,
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        Self::from(status as u8)
    }
}

/// Why a command ended early, in the reader's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The status to end with.
    pub status: ExitStatus,
    /// What to say on stderr, one complaint a line; nothing when whoever read our output has gone.
    pub lines: Vec<String>,
}

impl Failure {
    /// Wrong use, in one line.
    pub fn wrong_use(line: String) -> Self {
        Self {
            status: ExitStatus::WrongUse,
            lines: vec![line],
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        let gone = error.kind() == io::ErrorKind::BrokenPipe;
        let lines = if gone {
            Vec::new()
        } else {
            vec![error.to_string()]
        };
        Self {
            status: ExitStatus::Failed,
            lines,
        }
    }
}

/// The console, the commands and the tools of an administrative service hall.
#[derive(Debug, Parser)]
#[command(name = "banshi", version, disable_help_subcommand = true)]
pub struct Cli {
    /// What every command understands.
    #[command(flatten)]
    pub global: GlobalArgs,
    /// The command; none is the console.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What every command understands.
#[derive(Debug, Clone, Args)]
pub struct GlobalArgs {
    /// The hall's data folder (also BANSHI_HALL)
    #[arg(long, global = true, value_name = "DIR")]
    pub hall: Option<PathBuf>,
    /// The folder of the server's socket (also BANSHI_SOCKET)
    #[arg(long, global = true, value_name = "FOLDER")]
    pub socket: Option<PathBuf>,
    /// The member of staff who acts, where this login may speak for others
    #[arg(long = "as", global = true, value_name = "STAFF")]
    pub acting: Option<String>,
    /// The language of output for people
    #[arg(long, global = true, value_name = "zh-CN|en")]
    pub lang: Option<Lang>,
    /// The time, in a training hall
    #[arg(long, global = true, value_name = "RFC3339", value_parser = parse_instant)]
    pub at: Option<Instant>,
}

/// The commands, one file each.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// The console, which is also what banshi does without a command
    Console(console::ConsoleArgs),
    /// Compute and explain a due date, without a hall
    Due(due::DueArgs),
    /// Check resident ID numbers (GB 11643) and unified social credit codes (GB 32100)
    Id(id::IdArgs),
    /// Look at a throw-away hall with a simulated morning behind it
    Demo(demo::DemoArgs),
    /// Make this machine's hall from a hall folder
    Init(init::InitArgs),
    /// Own the hall and serve terminals on a socket, until it is told to stop
    Serve(serve::ServeArgs),
    /// Ask one thing of the hall, JSON in and out
    Call(call::CallArgs),
    /// Prove the journal and compare the records with it
    Verify(verify::VerifyArgs),
    /// Make the records again from the journal
    Rebuild(verify::RebuildArgs),
    /// Keep a copy of the hall in another folder, also while it is at work
    Backup(backup::BackupArgs),
    /// Make a hall from a copy
    Restore(restore::RestoreArgs),
    /// The day's seal
    Journal(journal::JournalArgs),
    /// Print the keys of the console, and what is wrong with your own keymap
    Keys(keys::KeysArgs),
    /// Print who may do what
    Permissions(permissions::PermissionsArgs),
    /// Say what this terminal and this hall can and cannot do
    Doctor(doctor::DoctorArgs),
    /// Set a PIN, or as an administrator take one away
    Pin(set_pin::PinArgs),
    /// Find service items by characters, pinyin or initials
    Find(find::FindArgs),
}

/// What a command is handed beside its own options.
#[derive(Debug)]
pub struct Context {
    /// The global options.
    pub global: GlobalArgs,
    /// The reader's language.
    pub messages: Messages,
    /// The time when the command began.
    pub now: Instant,
}

impl Context {
    /// Refuses `--at` for a command that has no hall, since only a training hall has a time of its own.
    ///
    /// # Errors
    /// [`Failure`] when `--at` was given.
    pub fn without_hall(&self) -> Result<(), Failure> {
        match self.global.at {
            Some(_) => Err(Failure::wrong_use(
                self.messages.t("cli-at-without-hall").into_owned(),
            )),
            None => Ok(()),
        }
    }
}

/// Runs the command line of this process and returns its exit status.
pub fn main() -> ExitCode {
    run(std::env::args_os()).into()
}

fn run(args: impl IntoIterator<Item = OsString>) -> ExitStatus {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            // With stderr closed there is nobody left to tell.
            let _ = error.print();
            return if error.use_stderr() {
                ExitStatus::WrongUse
            } else {
                ExitStatus::Done
            };
        }
    };
    let lang = cli.global.lang.unwrap_or_else(lang_of_environment);
    let context = Context {
        global: cli.global,
        messages: Messages::new(lang),
        now: clock::now(),
    };
    let mut out = BufWriter::new(io::stdout().lock());
    let outcome = dispatch(&context, cli.command, &mut out)
        .and_then(|status| out.flush().map(|()| status).map_err(Failure::from));
    outcome.unwrap_or_else(|failure| {
        let mut complaints = io::stderr().lock();
        for line in &failure.lines {
            // As above.
            let _ = complain(&mut complaints, line);
        }
        failure.status
    })
}

/// A complaint on stderr: a sentence under the program's name, or an error object of the protocol alone on its line, so that
/// programs can read it.
fn complain(out: &mut impl Write, line: &str) -> io::Result<()> {
    if serde_json::from_str::<ErrorObject>(line).is_ok() {
        writeln!(out, "{}", json::harmless(line))
    } else {
        writeln!(out, "banshi: {}", harmless(line))
    }
}

fn dispatch(
    context: &Context,
    command: Option<Command>,
    out: &mut impl Write,
) -> Result<ExitStatus, Failure> {
    match command {
        Some(Command::Due(args)) => due::run(context, &args, io::stdin().lock(), out),
        Some(Command::Id(args)) => id::run(context, &args, io::stdin().lock(), out),
        Some(Command::Demo(args)) => demo::run(context, &args, out),
        Some(Command::Init(args)) => init::run(context, &args, out),
        Some(Command::Serve(args)) => serve::run(context, &args, out),
        Some(Command::Call(args)) => call::run(context, &args, io::stdin().lock(), out),
        Some(Command::Verify(args)) => verify::verify(context, &args, out),
        Some(Command::Rebuild(args)) => verify::rebuild(context, &args, out),
        Some(Command::Backup(args)) => backup::run(context, &args, out),
        Some(Command::Restore(args)) => restore::run(context, &args, out),
        Some(Command::Journal(args)) => journal::run(context, &args, out),
        Some(Command::Keys(args)) => keys::run(context, &args, out),
        Some(Command::Permissions(args)) => permissions::run(context, &args, out),
        Some(Command::Doctor(args)) => doctor::run(context, &args, out),
        Some(Command::Pin(args)) => set_pin::run(context, &args, out),
        Some(Command::Find(args)) => find::run(context, &args, io::stdin().lock(), out),
        Some(Command::Console(args)) => console::run(context, &args),
        None => console::run(context, &console::ConsoleArgs::default()),
    }
}

/// The language that the environment names, in the order in which POSIX asks; Chinese where it names none of ours.
fn lang_of_environment() -> Lang {
    ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .filter_map(std::env::var_os)
        .find(|value| !value.is_empty())
        .and_then(|value| Lang::from_locale(&value.to_string_lossy()))
        .unwrap_or_default()
}

fn parse_instant(text: &str) -> Result<Instant, String> {
    chrono::DateTime::parse_from_rfc3339(text)
        .map(|at| at.to_utc())
        .map_err(|_| "not an RFC 3339 time, such as 2026-03-02T09:00:00+08:00".to_owned())
}
