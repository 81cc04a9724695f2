//! Joining a hall: over the socket of its server where one answers, else by opening it here and speaking to it in memory.
//! Every command that needs a hall comes through here, and the console too.

use std::io;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;

use super::{Context, ExitStatus, Failure, pin};
use crate::client::{Client, ClientError, OtherContract};
use crate::engine::EngineError;
use crate::host::{self, HallClock, Host, HostError, Opened, Peer, Remade};
use crate::rules::id::StaffCode;
use crate::rules::stamp::Via;
use crate::store::keys::KeyError;
use crate::store::{Holder, StoreError};
use crate::sys;
use crate::wire::{CONTRACT, Connection, Hello, contract_of_socket, socket_name};

/// How long a server that is being started again is waited for.
const PATIENCE: Duration = Duration::from_secs(15);

/// How long to wait before looking again.
const PAUSE: Duration = Duration::from_millis(100);

/// Where the server of the machine's hall listens.
const MACHINE_FOLDER: &str = "/run/banshi";

/// A hall that was joined. A host of this process stops when this is dropped.
pub(crate) struct Joined {
    /// The way to the hall.
    pub(crate) client: Client,
    /// What the greeting answered.
    pub(crate) greeting: Value,
    /// The hall itself, where it lives in this process and not in a server.
    pub(crate) host: Option<Host>,
}

/// The data folder that was named: `--hall`, else `BANSHI_HALL`.
fn named_folder(context: &Context) -> Option<PathBuf> {
    context
        .global
        .hall
        .clone()
        .or_else(|| folder_of_environment("BANSHI_HALL"))
}

/// The folder of the socket that was named: `--socket`, else `BANSHI_SOCKET`.
pub(crate) fn named_socket_folder(context: &Context) -> Option<PathBuf> {
    context
        .global
        .socket
        .clone()
        .or_else(|| folder_of_environment("BANSHI_SOCKET"))
}

fn folder_of_environment(name: &str) -> Option<PathBuf> {
    std::env::var_os(name)
        .filter(|folder| !folder.is_empty())
        .map(PathBuf::from)
}

/// The data folder: the one that was named, else the user's own.
pub(crate) fn data_folder(context: &Context) -> Result<PathBuf, Failure> {
    let own =
        || directories::ProjectDirs::from("", "", "banshi").map(|dirs| dirs.data_dir().to_owned());
    named_folder(context)
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
    failed(said(context, "cli-no-hall", &args))
}

fn failed(line: String) -> Failure {
    Failure {
        status: ExitStatus::Failed,
        lines: vec![line],
    }
}

fn open_folder(context: &Context, folder: &Path) -> Result<Opened, HostError> {
    host::open(folder, context.now, &mut |progress| {
        tell_progress(context, progress);
    })
}

/// Says on stderr what had to be repaired.
pub(crate) fn tell_repairs(context: &Context, opened: &Opened) {
    for repair in &opened.repairs {
        eprintln!("banshi: {repair}");
    }
    if let Some(Remade::Differed(key)) = &opened.remade {
        let args = [("key", key.clone())];
        eprintln!("banshi: {}", said(context, "cli-rebuilt", &args));
    }
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

fn tell_opening(context: &Context, opening: &Value) {
    let number = |field: &str| opening[field].as_u64().unwrap_or_default();
    tell_progress(
        context,
        crate::engine::Progress {
            seq: number("seq"),
            of: number("of"),
        },
    );
}

/// The socket of a server that answers, and a stream to it. None where nobody listens in any of the folders.
///
/// # Errors
/// [`Failure`] for a socket that this user may not use, or only one of another contract.
pub(crate) fn server(context: &Context) -> Result<Option<(PathBuf, UnixStream)>, Failure> {
    for folder in socket_folders(context)? {
        let path = folder.join(socket_name());
        match sys::socket::connect(&path) {
            Ok(stream) => return Ok(Some((path, stream))),
            Err(error)
                if error.kind() == io::ErrorKind::PermissionDenied && !has_own_hall(context) =>
            {
                let args = [("path", path.display().to_string())];
                return Err(failed(said(context, "cli-socket-denied", &args)));
            }
            // Nobody listens, or nothing is there.
            Err(_) => refuse_other_contract(context, &folder)?,
        }
    }
    Ok(None)
}

/// Whether there is a hall of this user's own beside a machine's whose terminals others use.
fn has_own_hall(context: &Context) -> bool {
    named_socket_folder(context).is_none() && hall_folder(context).is_ok()
}

/// Where a server's socket may be: the folder that was named, else the data folder; and the machine's, where nothing was named.
fn socket_folders(context: &Context) -> Result<Vec<PathBuf>, Failure> {
    if let Some(named) = named_socket_folder(context) {
        return Ok(vec![named]);
    }
    let mut folders = vec![data_folder(context)?];
    if named_folder(context).is_none() {
        folders.push(PathBuf::from(MACHINE_FOLDER));
    }
    Ok(folders)
}

/// A server of another version answers in this folder: said by name, since its hall cannot be opened here either.
fn refuse_other_contract(context: &Context, folder: &Path) -> Result<(), Failure> {
    match other_contract_beside(&folder.join(socket_name())) {
        None => Ok(()),
        Some(other) => {
            let args = [
                ("path", other.path),
                ("theirs", other.theirs.to_string()),
                ("ours", other.ours.to_string()),
            ];
            Err(failed(said(context, "cli-other-contract", &args)))
        }
    }
}

/// A server of another version that answers in the folder of this socket.
fn other_contract_beside(socket: &Path) -> Option<OtherContract> {
    let entries = std::fs::read_dir(socket.parent()?).ok()?;
    entries.flatten().find_map(|entry| {
        let name = entry.file_name();
        let theirs = name.to_str().and_then(contract_of_socket)?;
        let answers = theirs != CONTRACT && sys::socket::connect(&entry.path()).is_ok();
        answers.then(|| OtherContract {
            path: entry.path().display().to_string(),
            theirs,
            ours: CONTRACT,
        })
    })
}

/// Joins the hall as the one who acts: its server where one answers, else the hall of the data folder, opened here. A server that
/// is being started again is waited for.
///
/// # Errors
/// [`Failure`] when there is no hall, somebody else holds it, or the hall does not want this session.
pub(crate) fn join(context: &Context, via: Via) -> Result<Joined, Failure> {
    let until = sys::clock::monotonic() + PATIENCE;
    loop {
        if let Some((path, stream)) = server(context)? {
            return join_server(context, path, stream, via);
        }
        let why = if named_socket_folder(context).is_some() {
            no_server(context)?
        } else {
            let folder = hall_folder(context)?;
            match open_folder(context, &folder) {
                Ok(opened) => return join_opened(context, opened, via),
                Err(error) if is_passing(&error) => failure(context, &error),
                Err(error) => return Err(failure(context, &error)),
            }
        };
        if sys::clock::monotonic() >= until {
            return Err(why);
        }
        std::thread::sleep(PAUSE);
    }
}

fn no_server(context: &Context) -> Result<Failure, Failure> {
    let folders = socket_folders(context)?;
    let shown: Vec<String> = folders
        .iter()
        .map(|folder| folder.join(socket_name()).display().to_string())
        .collect();
    let args = [("path", shown.join(", "))];
    Ok(failed(said(context, "cli-no-server", &args)))
}

/// Whether the hall is held by a process that will soon answer on its socket, or be gone: a server at its start or its end, or
/// a single call.
fn is_passing(error: &HostError) -> bool {
    let HostError::Store(StoreError::Locked { by, .. }) = error else {
        return false;
    };
    let found = by.process.and_then(sys::peer::process);
    found.is_some_and(|found| {
        let mut words = found.arguments.iter().skip(1);
        words.any(|word| word == "serve" || word == "call")
    })
}

/// Speaks to a server, and dials it again whenever it was away.
pub(crate) fn join_server(
    context: &Context,
    path: PathBuf,
    stream: UnixStream,
    via: Via,
) -> Result<Joined, Failure> {
    let connection = Connection::client(stream)?;
    let dial = move || {
        let connected = sys::socket::connect(&path).and_then(Connection::client);
        // A server that was replaced by one of another version will not come back at this path.
        connected.map_err(|error| other_contract_beside(&path).map_or(error, io::Error::other))
    };
    let client = Client::new(connection, Box::new(chance)).redialling(Box::new(dial));
    greet(context, client, None, via)
}

fn join_opened(context: &Context, opened: Opened, via: Via) -> Result<Joined, Failure> {
    tell_repairs(context, &opened);
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
    let client = Client::new(connection, Box::new(chance));
    greet(context, client, Some(host), via)
}

/// Says who acts; asks for their PIN where the hall does.
fn greet(
    context: &Context,
    mut client: Client,
    host: Option<Host>,
    via: Via,
) -> Result<Joined, Failure> {
    let mut hello = Hello::new();
    hello.lang = Some(context.messages.lang().tag().to_owned());
    hello.staff = context.global.acting.as_deref().map(StaffCode::from);
    hello.at = context.global.at;
    hello.via = Some(via);
    let mut asked = pin::Source::of_environment();
    loop {
        match client.greet(&hello) {
            // The hall says how far its opening has come, and who acts is asked when it is there.
            Ok(greeting) if greeting["opening"].is_object() => {
                tell_opening(context, &greeting["opening"]);
                std::thread::sleep(PAUSE);
            }
            Ok(greeting) => {
                return Ok(Joined {
                    client,
                    greeting,
                    host,
                });
            }
            Err(error) => match asked.next(context, &error)? {
                Some(pin) => hello.pin = Some(pin),
                None => return Err(refused(&error)),
            },
        }
    }
}

/// 128 random bits.
pub(crate) fn chance() -> [u8; 16] {
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
        ClientError::Closed(_)
        | ClientError::OtherContract(_)
        | ClientError::TimedOut
        | ClientError::Busy => ExitStatus::Failed,
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

/// Who holds a data folder, as far as the system tells.
pub(crate) fn holder(by: Holder) -> String {
    by.process
        .and_then(sys::peer::process)
        .map_or_else(|| by.to_string(), |found| found.to_string())
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
                ("holder", holder(*by)),
            ];
            said(context, "cli-locked", &args)
        }
        HostError::Store(StoreError::Io { .. }) | HostError::Keys(KeyError::Io { .. }) => {
            said(context, "cli-disk", &[("reason", error.to_string())])
        }
        other => other.to_string(),
    };
    let damage = match error {
        HostError::Store(error) | HostError::Engine(EngineError::Store(error)) => is_damage(error),
        HostError::Engine(EngineError::Event { .. }) => true,
        _ => false,
    };
    let status = if damage {
        ExitStatus::FaultFound
    } else {
        ExitStatus::Failed
    };
    Failure {
        status,
        lines: vec![line],
    }
}

/// Whether it is a fault of what is stored, which ends a command with the status of verification.
pub(crate) fn is_damage(error: &StoreError) -> bool {
    matches!(
        error,
        StoreError::Damaged { .. }
            | StoreError::Lost { .. }
            | StoreError::MissingFile { .. }
            | StoreError::OtherHall { .. }
    )
}
