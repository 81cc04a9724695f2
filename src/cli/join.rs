//! Joining a hall: opening the one in the data folder and speaking to it over a connection in memory. Every command that
//! needs a hall comes through here, and the console too.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{Context, ExitStatus, Failure};
use crate::client::{Client, ClientError};
use crate::host::{self, HallClock, Host, HostError, Opened, Peer};
use crate::rules::id::StaffCode;
use crate::rules::stamp::Via;
use crate::store::StoreError;
use crate::store::keys::KeyError;
use crate::sys;
use crate::wire::Hello;

/// A hall that was joined. The host stops when this is dropped.
pub(crate) struct Joined {
    /// The way to the hall.
    pub(crate) client: Client,
    /// What the greeting answered.
    pub(crate) greeting: Value,
    /// The hall itself, which lives in this process.
    pub(crate) host: Host,
}

/// The data folder: `--hall`, else `BANSHI_HALL`, else the user's own.
pub(crate) fn data_folder(context: &Context) -> Result<PathBuf, Failure> {
    let named = context.global.hall.clone();
    let by_environment = || {
        std::env::var_os("BANSHI_HALL")
            .filter(|folder| !folder.is_empty())
            .map(PathBuf::from)
    };
    let own =
        || directories::ProjectDirs::from("", "", "banshi").map(|dirs| dirs.data_dir().to_owned());
    named
        .or_else(by_environment)
        .or_else(own)
        .ok_or_else(|| Failure::wrong_use(context.messages.t("cli-no-folder").into_owned()))
}

/// The data folder, where a hall is in it.
pub(crate) fn hall_folder(context: &Context) -> Result<PathBuf, Failure> {
    let folder = data_folder(context)?;
    if folder.join("journal").is_dir() {
        Ok(folder)
    } else {
        Err(no_hall(context, &folder))
    }
}

fn no_hall(context: &Context, folder: &Path) -> Failure {
    let args = [("folder", folder.display().to_string())];
    Failure {
        status: ExitStatus::Failed,
        lines: vec![said(context, "cli-no-hall", &args)],
    }
}

/// Opens the hall of the data folder; says on stderr what had to be repaired.
pub(crate) fn open(context: &Context) -> Result<Opened, Failure> {
    let folder = hall_folder(context)?;
    let opened = host::open(&folder, context.now, &mut |progress| {
        tell_progress(context, progress);
    })
    .map_err(|error| failure(context, &error))?;
    for repair in &opened.repairs {
        eprintln!("banshi: {repair}");
    }
    if !opened.differences.is_empty() {
        eprintln!(
            "banshi: {}",
            said(
                context,
                "cli-rebuilt",
                &[("count", opened.differences.len().to_string())]
            )
        );
    }
    Ok(opened)
}

/// A long replay says how far it is; a short one says nothing.
pub(crate) fn tell_progress(context: &Context, progress: crate::engine::Progress) {
    const WORTH_TELLING: u64 = 20_000;
    if progress.of >= WORTH_TELLING {
        let args = [
            ("seq", progress.seq.to_string()),
            ("of", progress.of.to_string()),
        ];
        eprintln!("banshi: {}", said(context, "cli-replaying", &args));
    }
}

/// Opens the hall and greets it as the one who acts.
pub(crate) fn join(context: &Context, via: Via) -> Result<Joined, Failure> {
    let opened = open(context)?;
    let head_at = opened.engine.head_at();
    let clock = match (opened.engine.hall().training(), via) {
        (false, _) => HallClock::Machine,
        // One call is one instant: a script may give the same time to many calls, and none is before the one it follows.
        (true, Via::Call) => HallClock::Still(head_at),
        (true, _) => HallClock::training(head_at),
    };
    join_engine(context, opened.engine, clock, via)
}

/// Serves an engine in this process and greets it.
pub(crate) fn join_engine(
    context: &Context,
    engine: crate::engine::Engine,
    clock: HallClock,
    via: Via,
) -> Result<Joined, Failure> {
    let host = Host::start(engine, clock)?;
    let connection = host.connect(Peer {
        login: sys::user::login(),
        via,
    });
    let mut client = Client::new(connection, Box::new(chance));
    let mut hello = Hello::new();
    hello.lang = Some(context.messages.lang().tag().to_owned());
    hello.staff = context.global.acting.as_deref().map(StaffCode::from);
    hello.at = context.global.at;
    hello.via = Some(via);
    let greeting = client.greet(&hello).map_err(|error| refused(&error))?;
    Ok(Joined {
        client,
        greeting,
        host,
    })
}

fn chance() -> [u8; 16] {
    let mut bits = [0; 16];
    // Without the system's chance a request id would not be its own; the process cannot go on.
    sys::random::fill(&mut bits).expect("invariant: the system gives random bytes");
    bits
}

/// A client's fault as a failure of the command: the error object on stderr, and the status that belongs to it.
pub(crate) fn refused(error: &ClientError) -> Failure {
    let status = match error {
        ClientError::Refused(_) => ExitStatus::Refused,
        ClientError::Rpc { code, .. } if *code == crate::wire::ErrorObject::INTERNAL => {
            ExitStatus::Failed
        }
        ClientError::Rpc { .. } | ClientError::TooLong { .. } => ExitStatus::WrongUse,
        ClientError::Closed(_) | ClientError::TimedOut | ClientError::Busy => ExitStatus::Failed,
    };
    let object = error
        .error_object()
        .and_then(|object| serde_json::to_string(&object).ok());
    Failure {
        status,
        lines: vec![object.unwrap_or_else(|| error.to_string())],
    }
}

/// A message with its arguments.
pub(crate) fn said(context: &Context, key: &str, args: &[(&str, String)]) -> String {
    let args: Vec<(&str, crate::i18n::Arg<'_>)> = args
        .iter()
        .map(|(name, value)| (*name, value.as_str().into()))
        .collect();
    context.messages.with(key, &args)
}

/// A host's fault in the reader's words.
pub(crate) fn failure(context: &Context, error: &HostError) -> Failure {
    let line = match error {
        HostError::Store(StoreError::NoHall { folder }) => {
            // The store names its journal's folder, people know the hall's.
            let journal = folder
                .ends_with("journal")
                .then(|| folder.parent())
                .flatten();
            return no_hall(context, journal.unwrap_or(folder));
        }
        HostError::Store(StoreError::Locked { folder, by }) => {
            let args = [
                ("folder", folder.display().to_string()),
                ("holder", by.to_string()),
            ];
            said(context, "cli-locked", &args)
        }
        HostError::Store(StoreError::Io { .. }) | HostError::Keys(KeyError::Io { .. }) => {
            said(context, "cli-disk", &[("reason", error.to_string())])
        }
        other => other.to_string(),
    };
    let status = match error {
        HostError::Store(StoreError::Damaged { .. }) => ExitStatus::FaultFound,
        _ => ExitStatus::Failed,
    };
    Failure {
        status,
        lines: vec![line],
    }
}
